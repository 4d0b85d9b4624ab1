"""Runners simulated block by block: the parts add up, and the noise is what seconds average to."""

from dataclasses import replace

import numpy as np
import pytest

from evenstride.stats.simulation.block_noise import averaged_noise, averaged_variance
from evenstride.stats.simulation.block_pair import FIRST_READING_PCT, tempo_pair
from evenstride.stats.simulation.block_runner import (
    STRESSES,
    BlockRunner,
    draw_block_runner,
    stressed,
)
from evenstride.stats.simulation.block_training import Habits
from evenstride.stats.simulation.blocked import simulate_blocks


def drawn(seed=1, runs=60, **changes):
    rng = np.random.default_rng(seed)
    runner = replace(draw_block_runner(rng), **changes)
    return simulate_blocks(rng, runner, runs=runs)


def expected_covariance(tau_s, spans):
    """Integrate the noise's covariance over pairs of spans, midpoint by midpoint."""
    at = [np.arange(a, b, 0.5) + 0.25 for a, b in spans]
    return np.array(
        [[np.exp(-np.abs(x[:, None] - y[None]) / tau_s).mean() for y in at] for x in at]
    )


@pytest.mark.parametrize("tau_s", [32.0, 750.0])
def test_noise_has_the_covariance_of_averaged_seconds(tau_s):
    spans = [(0, 60), (60, 120), (200, 225), (225, 310)]
    n = 40_000
    duration = np.tile([float(b - a) for a, b in spans], (n, 1))
    gap = np.tile([0.0, 0.0, 80.0, 0.0], (n, 1))
    noise = averaged_noise(np.random.default_rng(2), duration, gap, tau_s)
    expected = expected_covariance(tau_s, spans)
    # The error of a covariance of n pairs is below sqrt(2 / n).
    np.testing.assert_allclose(np.cov(noise.T), expected, atol=4.5 * np.sqrt(2.0 / n))
    assert averaged_variance(60.0, tau_s) == pytest.approx(expected[0, 0], rel=1e-3)


@pytest.mark.parametrize("seed", range(6))
def test_the_parts_add_up_to_what_is_measured(seed):
    blocks, truth = drawn(seed)
    run = blocks.run
    level = (truth.level + truth.day_pp + truth.sensor_pp)[run]
    drift = truth.drift_pp_per_h[run] * truth.conditions["elapsed"]
    np.testing.assert_allclose(blocks.value, level + truth.moved_pp + drift + truth.noise_pp)
    moved = sum(truth.slopes[name] * x for name, x in truth.conditions.items())
    moved = moved + sum(truth.slopes[name] * x[run] for name, x in blocks.run_conditions.items())
    np.testing.assert_allclose(truth.moved_pp, moved)
    assert set(truth.slopes) == set(truth.conditions) | set(blocks.run_conditions)
    assert truth.sensor_pp[-1] == 0.0


@pytest.mark.parametrize("runs", [1, 2, 10, 300])
def test_runs_are_laid_out_as_a_fit_expects_them(runs):
    blocks, _ = drawn(3, runs)
    assert np.array_equal(np.unique(blocks.run), np.arange(runs))
    assert (np.diff(blocks.run) >= 0).all()
    assert (np.diff(blocks.day) >= 0).all()
    same = np.diff(blocks.run) == 0
    apart = 0.5 * (blocks.duration_s[1:] + blocks.duration_s[:-1])
    # Blocks of a run follow one another without overlap; some after a stop.
    assert (np.diff(blocks.t_s)[same] >= apart[same] - 1e-9).all()
    count = np.bincount(blocks.run)
    assert count.min() >= 20
    assert count.max() <= 120
    if runs == 300:
        assert (np.diff(blocks.t_s)[same] > apart[same] + 5.0).any()
        assert 40.0 <= count.mean() <= 60.0


def test_training_looks_like_training():
    blocks, truth = drawn(4, 400, habits=Habits(treadmill_share=0.2))
    assert abs(np.median(blocks.conditions["speed"])) < 0.1
    assert np.quantile(blocks.conditions["speed"], 0.95) > 0.4
    # Runs come back to where they began.
    time = np.bincount(blocks.run)
    climb = np.bincount(blocks.run, weights=truth.conditions["grade"]) / time
    assert np.abs(climb).max() < 1e-9
    # A track at 4 m/s turns by 360° in 100 s: 0.25 m/s².
    on_track = np.abs(truth.conditions["bend"]) > 0.15
    assert 0.005 < on_track.mean() < 0.2
    assert (truth.conditions["bend"][on_track] > 0).mean() > 0.6
    # A treadmill has no positions, and neither climbs nor turns.
    unknown = np.isnan(blocks.conditions["grade"])
    assert 0.02 < unknown.mean() < 0.3
    assert np.array_equal(unknown, np.isnan(blocks.conditions["bend"]))
    assert not truth.conditions["grade"][unknown].any()
    assert np.isfinite(blocks.conditions["speed"]).all()


def test_spreads_are_those_asked_for():
    runner = BlockRunner(spread_pp=0.5, shared=0.4, df=30.0, walk_pp=0.0, drift_sd_pp_per_h=0.7)
    days, drifts, noises = [], [], []
    for seed in range(8):
        _, truth = simulate_blocks(np.random.default_rng(seed), runner, runs=300)
        days.append(truth.day_pp)
        drifts.append(truth.drift_pp_per_h)
        noises.append(truth.noise_pp)
        assert np.ptp(truth.level) == 0.0
    assert np.concatenate(drifts).std() == pytest.approx(0.7, rel=0.06)
    assert np.concatenate(days).std() == pytest.approx(0.5 * np.sqrt(0.4 + 0.6 * 30 / 28), rel=0.06)
    var = 0.25 * (0.7 * averaged_variance(60.0, 32.0) + 0.3 * averaged_variance(60.0, 750.0))
    assert np.concatenate(noises).std() == pytest.approx(np.sqrt(var + 0.04), rel=0.03)


def test_each_sensor_is_worn_once():
    blocks, truth = drawn(5, 40, sensors_pp=(0.1, -0.4, 0.5))
    assert (np.diff(blocks.sensor) >= 0).all()
    assert np.array_equal(np.unique(blocks.sensor), [0, 1, 2])
    np.testing.assert_allclose(truth.sensor_pp[blocks.sensor == 1], -0.9)


def test_the_same_seed_gives_the_same_runner_and_another_another():
    one, same, other = (drawn(seed)[0] for seed in (7, 7, 8))
    assert np.array_equal(one.value, same.value)
    assert one.value.size != other.value.size or not np.array_equal(one.value, other.value)


@pytest.mark.parametrize("stress", STRESSES)
def test_each_stress_does_what_it_says(stress):
    tame = replace(draw_block_runner(np.random.default_rng(9)), df=30.0, wild_share=0.0, shared=0.0)
    runner = stressed(tame, stress)
    if runner.pace != "linear":
        runner = replace(runner, slopes={**runner.slopes, "speed": 0.5})
    blocks, truth = simulate_blocks(np.random.default_rng(10), runner, runs=300)
    # The same seed: what the stress did not touch is as it was.
    _, usual = simulate_blocks(np.random.default_rng(10), tame, runs=300)
    noise_by_run = np.array([truth.noise_pp[blocks.run == r].std() for r in range(300)])
    kurtosis = np.mean(truth.day_pp**4) / np.mean(truth.day_pp**2) ** 2
    speed, elapsed = truth.conditions["speed"], truth.conditions["elapsed"]
    straight = np.allclose(
        truth.moved_pp,
        sum(truth.slopes[name] * x for name, x in truth.conditions.items())
        + sum(truth.slopes[name] * x[blocks.run] for name, x in blocks.run_conditions.items()),
    )
    blind = np.isnan(blocks.conditions["grade"]) & (truth.conditions["grade"] != 0.0)
    far = np.array([np.median(blocks.value[blocks.run == r]) for r in range(300)]) - truth.level
    seen = {
        "heavy_tails": kurtosis > 6.0,
        "pace_quadratic": not straight,
        "pace_saturating": not straight and truth.slopes["speed"] < 0.5,
        "missing_gps": blind.mean() > 0.2,
        "fast_when_tired": np.corrcoef(speed, elapsed)[0, 1] > 0.98,
        "uneven_noise": noise_by_run.std() / noise_by_run.mean() > 0.3,
        "failing_sensor": truth.failing.any() and np.abs(far[truth.failing]).min() > 0.5,
        "mirrored_runs": truth.mirrored.any(),
        "changing_spread": 0.2 < np.log(np.abs(truth.day_pp / usual.day_pp)).std() < 0.6,
    }
    assert seen[stress]
    if stress not in {"heavy_tails", "fast_when_tired"}:
        assert np.array_equal(truth.drift_pp_per_h, usual.drift_pp_per_h)


def test_a_mirrored_run_reads_the_other_way_round():
    blocks, truth = drawn(11, 80, mirrored_share=0.5, balance_left_pct=53.0, spread_pp=0.2)
    mean = np.bincount(blocks.run, weights=blocks.value) / np.bincount(blocks.run)
    assert (mean[truth.mirrored] < 50.0).mean() > 0.9
    assert (mean[~truth.mirrored] > 50.0).mean() > 0.9


@pytest.mark.parametrize("shift_pp", [0.0, -2.0])
def test_the_pair_of_tempo_runs_is_the_one_in_question(shift_pp):
    second = []
    for seed in range(60):
        pair = tempo_pair(np.random.default_rng(seed), shift_pp=shift_pp)
        blocks = pair.blocks
        read = [blocks.run == r for r in (pair.first, pair.second)]
        mean = [np.average(blocks.value[at], weights=blocks.duration_s[at]) for at in read]
        assert mean[0] == pytest.approx(FIRST_READING_PCT)
        assert blocks.conditions["speed"][read[0]].mean() > 0.6
        assert blocks.conditions["speed"][read[1]].mean() > 0.5
        walked = pair.level_difference_pp - shift_pp
        assert abs(walked) < 5.0 * pair.truth.runner.walk_pp * np.sqrt(np.ptp(blocks.day)) + 1e-9
        second.append(mean[1] - pair.truth.moved_pp[read[1]].mean() - mean[0])
        second[-1] += pair.truth.moved_pp[read[0]].mean()
    assert np.median(second) == pytest.approx(shift_pp, abs=0.4)
