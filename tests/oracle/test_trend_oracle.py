"""The filter and the smoother against statsmodels and against one dense Gaussian computation."""

import numpy as np
import pytest

from evenstride.stats import fit_trend
from evenstride.stats.coefficients import Coefficients, of_sensors
from evenstride.stats.filtering import run_filter, start_of_level
from evenstride.stats.lanes import single_lane
from evenstride.stats.sensors import OFFSET_SD, offset_groups
from evenstride.stats.smoothing import (
    change_between,
    combination,
    level_at,
    others_say,
    readings,
    smooth,
)

SPREAD, WALK = 1.1, 0.2


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
def test_one_gaussian_lane_is_statsmodels_local_level():
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    rng = np.random.default_rng(8)
    n = 80
    value = np.cumsum(WALK * rng.standard_normal(n)) + SPREAD * rng.standard_normal(n)
    model = UnobservedComponents(value, "llevel", loglikelihood_burn=0)
    mean, var = start_of_level(value, np.zeros(n))
    model.ssm.initialize_known(np.array([mean]), np.array([[var]]))
    model.ssm.loglikelihood_burn = 0
    oracle = model.smooth([SPREAD**2, WALK**2])

    filtered = run_filter(
        np.arange(float(n)), value, np.zeros(n), single_lane(spread=SPREAD, walk=WALK)
    )
    level, level_var = level_at(smooth(filtered, n), np.arange(float(n)))
    log_density = np.concatenate([b.log_density[:, 0] for b in filtered.blocks])
    np.testing.assert_allclose(log_density, oracle.llf_obs, atol=2e-5)
    np.testing.assert_allclose(level[:, 0], oracle.smoothed_state[0], atol=2e-5)
    np.testing.assert_allclose(level_var[:, 0], oracle.smoothed_state_cov[0, 0], atol=2e-5)


def dense(day, value, var, at, *, share, tau_day, start):
    """Joint Gaussian of the level at `at` given the runs, by one matrix inversion."""
    mean, start_var = start
    first = day[0]

    def level_cov(a, b):
        # Before the first run the walk goes backward, independently of what comes after.
        a, b = a[:, None] - first, b[None, :] - first
        same_side = np.sign(a) * np.sign(b) > 0
        return start_var + WALK**2 * np.where(same_side, np.minimum(np.abs(a), np.abs(b)), 0.0)

    shared = share * SPREAD**2 * np.exp(-np.abs(day[:, None] - day[None]) / tau_day)
    own = np.diag((1.0 - share) * SPREAD**2 + var)
    total = level_cov(day, day) + shared + own
    gain = np.linalg.solve(total, level_cov(day, at)).T
    return mean + gain @ (value - mean), level_cov(at, at) - gain @ level_cov(day, at), total


def test_irregular_days_ties_and_shared_days_agree_with_a_dense_computation():
    rng = np.random.default_rng(9)
    n, share, tau_day = 40, 0.5, 4.0
    day = np.cumsum(rng.choice([0.0, 1.0, 2.0, 3.5, 30.0], n))
    value, var = rng.standard_normal(n), rng.uniform(0.0, 0.5, n)
    at = np.r_[day[0] - 20.0, day[3], day[10] + 0.4, day[-1] - 45.3, day[-1], day[-1] + 9.0]
    start = start_of_level(value, var)
    mean, cov, total = dense(day, value, var, at, share=share, tau_day=tau_day, start=start)

    lane = single_lane(spread=SPREAD, walk=WALK, share=share, tau_day=tau_day)
    filtered = run_filter(day, value, var, lane)
    smoothed = smooth(filtered, n)
    level, level_var = level_at(smoothed, at)
    np.testing.assert_allclose(level[:, 0], mean, atol=1e-8)
    np.testing.assert_allclose(level_var[:, 0], np.diag(cov), atol=1e-8)

    log_density = sum(b.log_density.sum() for b in filtered.blocks)
    z = value - start[0]
    expected = -0.5 * (z @ np.linalg.solve(total, z) + np.linalg.slogdet(2 * np.pi * total)[1])
    assert log_density == pytest.approx(expected, abs=1e-8)

    for i in range(5):
        for j in (4, 5):
            if at[i] <= at[j]:
                change, change_var = change_between(smoothed, at[i], at[j])
                assert change[0] == pytest.approx(mean[j] - mean[i], abs=1e-8)
                assert change_var[0] == pytest.approx(
                    cov[i, i] + cov[j, j] - 2.0 * cov[i, j], abs=1e-7
                )


@pytest.mark.parametrize(
    "sensor",
    [
        np.arange(40) >= 17,  # a new sensor
        np.arange(40) % 2,  # two by turns
        np.arange(40) == 12,  # another one used once
        np.arange(40) // 11,  # four, one after the other
        np.random.default_rng(10).integers(0, 5, 40),
    ],
)
def test_offsets_of_sensors_agree_with_a_dense_computation(sensor):  # noqa: PLR0915 - one model
    rng = np.random.default_rng(11)
    n, share, tau_day = 40, 0.4, 4.0
    day = np.cumsum(rng.choice([0.0, 1.0, 2.0, 3.5, 30.0], n))
    value, var = rng.standard_normal(n) + 1.5 * sensor, rng.uniform(0.0, 0.5, n)
    at = np.r_[day[0] - 20.0, day[3], day[10] + 0.4, day[-1] - 45.3, day[-1], day[-1] + 9.0]
    group = offset_groups(sensor.astype(int), n)
    sensors = int(group.max()) + 1

    # Unknowns: the level at the runs, the level at `at`, and what each sensor reads too much.
    # The offsets to the first sensor are exchangeable with it: differences of N(0, SD^2 / 2).
    start_mean, start_var = start_of_level(value, var)
    where = np.r_[day, at] - day[0]
    same_side = np.sign(where[:, None]) * np.sign(where[None]) > 0
    near = np.minimum(np.abs(where[:, None]), np.abs(where[None]))
    prior = np.zeros((where.size + sensors, where.size + sensors))
    prior[: where.size, : where.size] = start_var + WALK**2 * np.where(same_side, near, 0.0)
    less_first = np.eye(sensors) - np.eye(sensors)[0]
    prior[where.size :, where.size :] = 0.5 * OFFSET_SD**2 * less_first @ less_first.T
    observe = np.zeros((n, len(prior)))
    observe[np.arange(n), np.arange(n)] = 1.0
    observe[np.arange(n), where.size + group] = 1.0
    shared = share * SPREAD**2 * np.exp(-np.abs(day[:, None] - day[None]) / tau_day)
    noise = shared + np.diag((1.0 - share) * SPREAD**2 + var)
    total = observe @ prior @ observe.T + noise
    z = value - start_mean
    after = prior @ observe.T @ np.linalg.solve(total, z)
    after[: where.size] += start_mean
    cov = prior - prior @ observe.T @ np.linalg.solve(total, observe @ prior)
    present = np.zeros((at.size, len(prior)))
    present[np.arange(at.size), n + np.arange(at.size)] = 1.0
    present[:, where.size + group[-1]] = 1.0

    lane = single_lane(spread=SPREAD, walk=WALK, share=share, tau_day=tau_day)
    moved = of_sensors(group)
    filtered = run_filter(day, value, var, lane, coefficients=moved)
    log_density = sum(b.log_density.sum() for b in filtered.blocks)
    expected = -0.5 * (z @ np.linalg.solve(total, z) + np.linalg.slogdet(2 * np.pi * total)[1])
    assert log_density == pytest.approx(expected, abs=1e-8)

    smoothed = smooth(filtered, n)
    level, level_var = level_at(smoothed, at)
    level_cov = present @ cov @ present.T
    np.testing.assert_allclose(level[:, 0], present @ after, atol=1e-8)
    np.testing.assert_allclose(level_var[:, 0], np.diag(level_cov), atol=1e-8)
    for i in range(5):
        change, change_var = change_between(smoothed, at[i], at[5])
        contrast = present[5] - present[i]
        assert change[0] == pytest.approx(contrast @ after, abs=1e-8)
        assert change_var[0] == pytest.approx(contrast @ cov @ contrast, abs=1e-7)
    for other in range(sensors):
        row = moved.design[np.argmax(group == other)] - moved.present
        more, more_var = (x[0] for x in combination(smoothed, row[None]))
        contrast = (
            np.eye(len(prior))[where.size + other] - np.eye(len(prior))[where.size + group[-1]]
        )
        assert more[0] == pytest.approx(contrast @ after, abs=1e-8)
        assert more_var[0] == pytest.approx(contrast @ cov @ contrast, abs=1e-8)
    # What the sensors would read without the runs' own parts: level, offset and shared part.
    own = np.diag((1.0 - share) * SPREAD**2 + var)
    signal = total - own
    expected_reading = start_mean + signal @ np.linalg.solve(total, z)
    expected_var = np.diag(signal - signal @ np.linalg.solve(total, signal))
    reading, reading_var = readings(smoothed, moved.design)
    np.testing.assert_allclose(reading[:, 0], expected_reading, atol=1e-8)
    np.testing.assert_allclose(reading_var[:, 0], expected_var, atol=1e-8)


def test_coefficients_agree_with_a_dense_computation():
    rng = np.random.default_rng(12)
    n, k, share, tau_day = 70, 4, 0.4, 4.0
    day = np.cumsum(rng.choice([0.0, 1.0, 2.0, 3.5, 30.0], n))
    var = rng.uniform(0.0, 0.5, n)
    design = rng.standard_normal((n, k))
    design[:, 3] = np.arange(n) > 30
    root = rng.standard_normal((k, k))
    believed, believed_cov = rng.standard_normal(k), root @ root.T + 0.1 * np.eye(k)
    present = rng.standard_normal(k)
    value = rng.standard_normal(n) + design @ np.array([0.5, -1.0, 0.2, 1.0])
    moved = Coefficients(believed, believed_cov, design, present)
    lane = single_lane(spread=SPREAD, walk=WALK, share=share, tau_day=tau_day)
    filtered = run_filter(day, value, var, lane, coefficients=moved)

    start_mean, start_var = start_of_level(value - design @ believed, var)
    prior = np.zeros((n + k, n + k))
    since = day - day[0]
    prior[:n, :n] = start_var + WALK**2 * np.minimum(since[:, None], since[None])
    prior[n:, n:] = believed_cov
    mean = np.r_[np.full(n, start_mean), believed]
    observe = np.c_[np.eye(n), design]
    shared = share * SPREAD**2 * np.exp(-np.abs(day[:, None] - day[None]) / tau_day)
    total = observe @ prior @ observe.T + shared + np.diag((1.0 - share) * SPREAD**2 + var)
    z = value - observe @ mean
    after = mean + prior @ observe.T @ np.linalg.solve(total, z)
    cov = prior - prior @ observe.T @ np.linalg.solve(total, observe @ prior)
    log_density = sum(b.log_density.sum() for b in filtered.blocks)
    expected = -0.5 * (z @ np.linalg.solve(total, z) + np.linalg.slogdet(2 * np.pi * total)[1])
    assert log_density == pytest.approx(expected, abs=1e-7)

    smoothed = smooth(filtered, n)
    np.testing.assert_allclose(smoothed.coefficient[:, 0], after[n:], atol=1e-8)
    np.testing.assert_allclose(smoothed.coefficient_cov[:, :, 0], cov[n:, n:], atol=1e-8)
    reported = np.c_[np.eye(n), np.tile(present, (n, 1))]
    level, level_var = level_at(smoothed, day)
    at = np.searchsorted(day, day, side="right") - 1  # two runs a day: the last
    np.testing.assert_allclose(level[:, 0], (reported @ after)[at], atol=1e-8)
    np.testing.assert_allclose(level_var[:, 0], np.diag(reported @ cov @ reported.T)[at], atol=1e-8)
    for i in (0, 20, 50):
        change, change_var = change_between(smoothed, day[i], day[-1])
        contrast = reported[-1] - reported[at[i]]
        assert change[0] == pytest.approx(contrast @ after, abs=1e-8)
        assert change_var[0] == pytest.approx(contrast @ cov @ contrast, abs=1e-7)

    # The last thirty runs alone, smoothed from the middle of a block on.
    late = smooth(filtered, n, since=day[40])
    np.testing.assert_allclose(late.state[:5], smoothed.state[:5, -late.day.size :], atol=1e-8)

    # Each run by the others: the same, computed without it.
    said, said_var = others_say(smoothed, design)
    for i in (0, 33, n - 1):
        rest = np.arange(n) != i
        cross = (observe @ prior @ observe.T + shared)[i, rest]
        inside = total[np.ix_(rest, rest)]
        expected_mean = observe[i] @ mean + cross @ np.linalg.solve(inside, z[rest])
        expected_var = (observe @ prior @ observe.T + shared)[i, i] - cross @ np.linalg.solve(
            inside, cross
        )
        assert said[i, 0] == pytest.approx(expected_mean, abs=1e-7)
        assert said_var[i, 0] == pytest.approx(expected_var, abs=1e-7)


def test_heavy_tails_agree_with_exact_enumeration_for_a_few_runs():
    """Five runs, one wild: the moment-matched answer against all 6^5 scale assignments."""
    day, value, var = np.arange(5.0), np.array([0.1, -0.3, 12.0, 0.4, 0.0]), np.full(5, 0.05)
    lane = single_lane(spread=1.0, walk=WALK, nu=5.0)
    start_mean, start_var = start_of_level(value, var)
    level_cov = start_var + WALK**2 * np.minimum(day[:, None], day[None])
    z = value - start_mean
    grids = np.meshgrid(*[np.arange(6)] * 5, indexing="ij")
    choices = np.stack([g.ravel() for g in grids], axis=1)
    own = lane.own_var[choices, 0]
    total = level_cov + np.stack([np.diag(v) for v in own + var])
    solved = np.linalg.solve(total, np.broadcast_to(z, own.shape)[..., None])[..., 0]
    log_weight = np.log(lane.own_weight[choices, 0]).sum(axis=1) - 0.5 * (
        solved @ z + np.linalg.slogdet(total)[1]
    )
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    exact = start_mean + weight @ (solved @ level_cov)
    exact_wild = weight @ (choices[:, 2] >= 3)

    trend = fit_trend(day, value, np.sqrt(var), unit="", scale=1.0, at_day=day, lanes=lane)
    np.testing.assert_allclose(trend.level, exact, atol=0.08)
    assert trend.wild[2] == pytest.approx(exact_wild, abs=0.02)
    log_evidence = np.log(np.exp(log_weight).sum()) - 2.5 * np.log(2.0 * np.pi)
    filtered = run_filter(day, value - value[0], var, lane)
    got = sum(b.log_density.sum() for b in filtered.blocks)
    assert got == pytest.approx(log_evidence, abs=0.15)
