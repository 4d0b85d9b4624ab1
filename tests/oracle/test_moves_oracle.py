"""One fit of all blocks against statsmodels, and against one dense Gaussian computation."""

import numpy as np
import pytest

from evenstride.domain.moves import NoiseWithinRuns
from evenstride.stats.blocked import BlockedRuns
from evenstride.stats.filtering import start_of_level
from evenstride.stats.lanes import single_lane
from evenstride.stats.moves import fit_moves
from evenstride.stats.sensors import OFFSET_SD
from evenstride.stats.simulation.block_noise import averaged_variance
from evenstride.stats.within import within_runs

# The fit knows the variance of a minute of fast noise to three digits.
ROUNDED = 5e-5
FLAT = {"speed": 1e4, "elapsed": 1e4}
WHITE = NoiseWithinRuns(
    white_sd=0.4, fast_sd=0.0, slow_sd=0.0, slow_tau_s=600.0, drift_sd_per_h=0.0
)


def blocks_of(rng, counts, *, day=None, sensor=None, run_conditions=None, even=False):
    """Draw blocks of unequal length with stops, at any conditions; `even`: all of a minute."""
    run = np.repeat(np.arange(counts.size), counts)
    duration = np.full(run.size, 60.0) if even else rng.uniform(30.0, 90.0, run.size)
    gap = np.where(rng.random(run.size) < 0.2, rng.uniform(5.0, 300.0, run.size), 0.0)
    t = np.empty(run.size)
    for r in range(counts.size):
        at = run == r
        t[at] = np.cumsum(duration[at] + gap[at]) - 0.5 * duration[at]
    return BlockedRuns(
        run=run,
        t_s=t,
        duration_s=duration,
        value=rng.normal(50.0, 1.0, run.size),
        conditions={
            "speed": rng.normal(0.0, 0.4, run.size) + rng.normal(0.0, 0.3, counts.size)[run],
            "elapsed": t / 3600.0 - 0.25,
        },
        run_conditions={} if run_conditions is None else run_conditions,
        day=np.arange(float(counts.size)) if day is None else day,
        sensor=np.zeros(counts.size, dtype=np.intp) if sensor is None else sensor,
    )


def with_values(blocks, value):
    return BlockedRuns(
        blocks.run,
        blocks.t_s,
        blocks.duration_s,
        value,
        blocks.conditions,
        blocks.run_conditions,
        blocks.day,
        blocks.sensor,
    )


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
def test_random_intercepts_and_white_noise_are_statsmodels_mixed_model():
    from statsmodels.regression.mixed_linear_model import MixedLM

    rng = np.random.default_rng(31)
    blocks = blocks_of(rng, rng.integers(5, 40, 30), even=True)
    x = np.column_stack([np.ones(blocks.run.size), *blocks.conditions.values()])
    value = x @ [50.0, 0.6, -0.8] + rng.normal(0.0, 0.7, 30)[blocks.run]
    value += 0.4 * rng.standard_normal(value.size)
    oracle = MixedLM(value, x, groups=blocks.run).fit(reml=True)
    spread, white = np.sqrt(oracle.cov_re[0, 0]), np.sqrt(oracle.scale)
    assert 0.4 < spread < 1.1  # a boundary would test nothing

    moves = fit_moves(
        with_values(blocks, value),
        unit="pp",
        scale=1.0,
        slope_sd=FLAT,
        noise=NoiseWithinRuns(white, 0.0, 0.0, 600.0, 0.0),
        lanes=single_lane(spread=spread, walk=0.0),
    )
    se = oracle.bse[1:3]
    # The level is not quite free beforehand (worth a sixth of a run) where statsmodels' is.
    np.testing.assert_allclose(moves.coefficient, oracle.fe_params[1:], atol=0.003 * se.min())
    np.testing.assert_allclose(np.sqrt(np.diag(moves.covariance)), se, rtol=2e-3)
    assert moves.level[0] == pytest.approx(oracle.fe_params[0], abs=0.1 * oracle.bse[0])
    assert moves.level_se[0] == pytest.approx(oracle.bse[0], rel=0.01)


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
def test_a_walking_level_with_regressors_is_statsmodels_unobserved_components():
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    rng = np.random.default_rng(32)
    n, spread, walk = 70, 0.9, 0.25
    blocks = blocks_of(rng, np.ones(n, dtype=np.intp), even=True)
    x = np.column_stack(list(blocks.conditions.values()))
    value = 50.0 + np.cumsum(walk * rng.standard_normal(n)) + x @ [0.7, -0.5]
    value += np.hypot(spread, WHITE.white_sd) * rng.standard_normal(n)
    slope_sd = {"speed": 0.8, "elapsed": 1.5}
    moves = fit_moves(
        with_values(blocks, value),
        unit="pp",
        scale=1.0,
        slope_sd=slope_sd,
        noise=WHITE,
        lanes=single_lane(spread=spread, walk=walk),
    )

    model = UnobservedComponents(value, "llevel", exog=x, mle_regression=False)
    mean, var = start_of_level(value, np.full(n, WHITE.white_sd**2))
    start = np.diag([var, *(sd**2 for sd in slope_sd.values())])
    model.ssm.initialize_known(np.array([mean, 0.0, 0.0]), start)
    model.ssm.loglikelihood_burn = 0
    oracle = model.smooth([spread**2 + WHITE.white_sd**2, walk**2])
    np.testing.assert_allclose(moves.coefficient, oracle.smoothed_state[1:, -1], atol=2e-5)
    np.testing.assert_allclose(moves.covariance, oracle.smoothed_state_cov[1:, 1:, -1], atol=2e-5)
    np.testing.assert_allclose(moves.level, oracle.smoothed_state[0], atol=2e-5)
    np.testing.assert_allclose(moves.level_se**2, oracle.smoothed_state_cov[0, 0], atol=2e-5)


def noise_covariance(blocks, noise, fast_tau_s=32.0):
    """Covariance of blocks' noise and their runs' drifts, pair by pair."""
    same = blocks.run[:, None] == blocks.run[None]
    apart = np.abs(blocks.t_s[:, None] - blocks.t_s[None])
    d = blocks.duration_s
    lost = -np.expm1(-d / fast_tau_s) * fast_tau_s / d
    idle = np.maximum(apart - 0.5 * (d[:, None] + d[None]), 0.0)
    fast = lost[:, None] * lost[None] * np.exp(-idle / fast_tau_s)
    np.fill_diagonal(fast, [averaged_variance(x, fast_tau_s) for x in d])
    elapsed = blocks.conditions["elapsed"]
    within = noise.slow_sd**2 * np.exp(-apart / noise.slow_tau_s)
    within += noise.fast_sd**2 * fast / averaged_variance(60.0, fast_tau_s)
    within += noise.drift_sd_per_h**2 * elapsed[:, None] * elapsed[None]
    return same * within + np.diag(noise.white_sd**2 * 60.0 / d)


@pytest.mark.parametrize("seed", [33, 34, 35])
@pytest.mark.parametrize("parts", ["all", "no drift", "one block a run"])
def test_everything_at_once_agrees_with_a_dense_computation(parts, seed):
    rng = np.random.default_rng(seed)
    n, spread, walk, share, tau_day = 14, 0.6, 0.15, 0.5, 4.0
    noise = NoiseWithinRuns(0.2, 0.3, 0.35, 500.0, 0.0 if parts == "no drift" else 0.8)
    counts = np.ones(n, dtype=np.intp) if parts == "one block a run" else rng.integers(1, 14, n)
    worn = rng.integers(0, 3, n)
    worn[:3] = [0, 1, 2]
    shoes = {f"shoe:{name}": (worn == k).astype(float) for k, name in enumerate("ABC")}
    tag = {"tag:x": (np.arange(n) % 3 == 0).astype(float)}
    blocks = blocks_of(
        rng,
        counts,
        day=np.cumsum(rng.choice([0.0, 1.0, 2.5, 30.0], n)),
        sensor=np.array([7] * 5 + [2] * 4 + [9] * 5),
        run_conditions=shoes | tag,
    )
    slope_sd = {"speed": 0.8, "elapsed": 1.2, "shoe": 0.5, "tag": 0.7}
    moves = fit_moves(
        blocks,
        unit="pp",
        scale=1.0,
        slope_sd=slope_sd,
        noise=noise,
        lanes=single_lane(spread=spread, walk=walk, share=share, tau_day=tau_day),
    )
    middle = np.median(blocks.value)
    within = within_runs(
        with_values(blocks, blocks.value - middle),
        scale=1.0,
        slope_sd=np.array([0.8, 1.2]),
        noise=noise,
    )
    k = len(moves.names)
    expected = np.concatenate([within.slope, np.zeros(k - 2)])
    start_mean, start_var = start_of_level(
        within.reading - moves.conditions @ expected, within.reading_var
    )

    assert moves.names[:2] == ("speed", "elapsed")
    assert {name for name in moves.names if name.startswith("sensor:")} == {"sensor:2", "sensor:9"}
    design = np.zeros((blocks.run.size, k))
    prior = np.zeros((k, k))
    average = np.mean(list(shoes.values()), axis=0)
    for j, name in enumerate(moves.names):
        kind = name.partition(":")[0]
        if name in blocks.conditions:
            design[:, j] = blocks.conditions[name]
        elif kind == "sensor":
            design[:, j] = (blocks.sensor == int(name[7:]))[blocks.run]
        else:
            column = blocks.run_conditions[name] - (average if kind == "shoe" else 0.0)
            design[:, j] = column[blocks.run]
        prior[j, j] = OFFSET_SD**2 if kind == "sensor" else slope_sd[kind] ** 2
    sensors = [j for j, name in enumerate(moves.names) if name.startswith("sensor:")]
    prior[sensors[0], sensors[1]] = prior[sensors[1], sensors[0]] = 0.5 * OFFSET_SD**2

    day = blocks.day - blocks.day[0]
    level_cov = start_var + walk**2 * np.minimum(day[:, None], day[None])
    days = level_cov + share * spread**2 * np.exp(-np.abs(day[:, None] - day[None]) / tau_day)
    days += (1.0 - share) * spread**2 * np.eye(n)
    total = days[blocks.run][:, blocks.run] + noise_covariance(blocks, noise)
    total += design @ prior @ design.T
    z = np.linalg.solve(total, blocks.value - middle - start_mean)
    np.testing.assert_allclose(moves.coefficient, prior @ design.T @ z, atol=ROUNDED)
    known = np.linalg.solve(total, design @ prior)
    np.testing.assert_allclose(moves.covariance, prior - prior @ design.T @ known, atol=ROUNDED)

    # The level is told as the last run's sensor reads.
    present = np.zeros(k)
    present[moves.names.index("sensor:9")] = 1.0
    told = level_cov[:, blocks.run] + (present @ prior @ design.T)[None]
    level = middle + start_mean + told @ z
    var = np.diag(level_cov) + present @ prior @ present
    var = var - np.einsum("nm,mn->n", told, np.linalg.solve(total, told.T))
    np.testing.assert_allclose(moves.level, level, atol=ROUNDED)
    np.testing.assert_allclose(moves.level_se**2, var, atol=ROUNDED)
