"""Sudden changes: both sides of a cut against the dense normal, and what is said at the edges."""

import numpy as np
import pytest

from evenstride.stats.changes import LEAST_RUNS, known_steps, sudden_steps
from evenstride.stats.cuts import EITHER_SIDE, STEP_SDS, cuts
from evenstride.stats.filtering import run_filter, start_of_level
from evenstride.stats.histories import running_days, still_runner, walking_runner
from evenstride.stats.lanes import default_lanes, single_lane


def history(n=40, seed=1, **step):
    rng = np.random.default_rng(seed)
    day = running_days(rng, n, 4.0)
    value = 49.0 + 0.4 * rng.standard_normal(n)
    for run, size in step.items():
        value[int(run[1:]) :] += size
    return day, value, np.full(n, 0.1)


def find(day, value, se, **options):
    return sudden_steps(day, value, se, unit="pp", scale=0.4, **options)


def dense(day, value, var, *, walk, spread, share, tau, step_sd, run):
    """Log evidence, and mean and variance of a step before `run`, by one large normal."""
    n = day.size
    start, start_var = start_of_level(value, var)
    since = day - day[0]
    cov = start_var + walk**2 * np.minimum.outer(since, since)
    cov += share * spread**2 * np.exp(-np.abs(np.subtract.outer(day, day)) / tau)
    cov += np.diag((1.0 - share) * spread**2 + var)
    column = (np.arange(n) >= run).astype(float)
    whole = cov + step_sd**2 * np.outer(column, column)
    r = value - start
    solved = np.linalg.solve(whole, r)
    log = -0.5 * (r @ solved + np.linalg.slogdet(whole)[1] + n * np.log(2.0 * np.pi))
    pull = step_sd**2 * column
    return log, pull @ solved, step_sd**2 - pull @ np.linalg.solve(whole, pull)


def test_both_sides_of_every_cut_say_what_the_dense_normal_says():
    rng = np.random.default_rng(4)
    day = np.sort(rng.choice(np.arange(60.0), 24))  # some days with two runs
    value, var = np.cumsum(rng.standard_normal(24)), rng.uniform(0.05, 0.3, 24)
    known = {"walk": 0.3, "spread": 1.1, "share": 0.4}
    lane = single_lane(**known, tau_day=3.0)
    found = cuts(day, value, var, lane)
    assert found.run.tolist() == list(range(EITHER_SIDE, 24 - EITHER_SIDE + 1))
    for c, run in enumerate(found.run):
        plain = dense(day, value, var, tau=3.0, step_sd=0.0, run=run, **known)
        assert found.without[c, 0] == pytest.approx(plain[0], abs=5e-3)
        for s, sd in enumerate(STEP_SDS):
            log, mean, spread = dense(day, value, var, tau=3.0, step_sd=sd, run=run, **known)
            assert found.stepped[s, c, 0] == pytest.approx(log, abs=5e-3)
            assert found.mean[s, c, 0] == pytest.approx(mean, abs=5e-3)
            assert found.var[s, c, 0] == pytest.approx(spread, abs=5e-3)


def test_without_a_step_every_cut_says_what_the_filter_says_of_the_whole_with_heavy_tails_too():
    h = walking_runner(np.random.default_rng(8), 80)
    value, var = (h.value - np.median(h.value)) / 0.4, (h.se / 0.4) ** 2
    near = np.flatnonzero(default_lanes().walk_var < 0.1)[::40]
    lanes = default_lanes().pick(near)
    filtered = run_filter(h.day, value, var, lanes, prune=False)
    whole = sum(b.log_density.sum(axis=0) for b in filtered.blocks) + lanes.log_prior
    at_cuts = np.logaddexp.reduce(cuts(h.day, value, var, lanes).without, axis=1)
    # Moment matching depends on where it starts; what it costs is far below what a step must show.
    np.testing.assert_allclose(at_cuts, np.logaddexp.reduce(whole), atol=0.3)


def test_a_plain_step_is_found_with_its_date_and_size_and_mirrored_the_other_way():
    day, value, se = history(r22=1.8)
    (step,) = find(day, value, se)
    (mirror,) = find(day, 100.0 - value, se)
    assert step.first <= 22 <= step.last
    assert step.last - step.first <= 2
    assert step.change.low < 1.8 < step.change.high
    assert step.change.low > 0.8
    assert step.probability == pytest.approx(step.bayes_factor / (1.0 + step.bayes_factor))
    assert (mirror.run, mirror.first, mirror.last) == (step.run, step.first, step.last)
    assert mirror.change.value == pytest.approx(-step.change.value, abs=1e-9)
    assert mirror.change.low == pytest.approx(-step.change.high, abs=1e-6)


def test_of_two_steps_both_are_found_the_clearer_first():
    day, value, se = history(120, seed=3, r40=1.5, r85=-2.5)
    first, second = find(day, value, se)
    assert first.first <= 85 <= first.last
    assert second.first <= 40 <= second.last
    assert first.bayes_factor > second.bayes_factor
    assert first.change.high < 0.0 < second.change.low


def test_from_fewer_than_twenty_runs_nothing_is_looked_for():
    day, value, se = history(LEAST_RUNS, r10=3.0)
    assert len(find(day, value, se)) == 1
    assert find(day[:-1], value[:-1], se[:-1]) == ()


@pytest.mark.parametrize("wild", [1, 2, 3])
def test_a_few_wild_runs_in_a_row_are_no_step(wild):
    day, value, se = history(60, seed=5)
    value[30 : 30 + wild] += 4.0
    assert find(day, value, se) == ()


def test_a_slow_change_is_no_sudden_one():
    h = still_runner(np.random.default_rng(6), 0.2, heavy=False, spread=0.4)
    ramp = h.value + 2.0 * (h.day - h.day[0]) / np.ptp(h.day)
    assert find(h.day, ramp, h.se) == ()


def test_values_that_are_all_the_same_and_runs_on_one_day_do_no_harm():
    n = 30
    assert find(np.arange(n) * 1.0, np.full(n, 50.0), np.zeros(n)) == ()
    _, value, se = history(n)
    assert find(np.zeros(n), value, se) == ()


def test_steps_at_known_dates_are_told_apart_from_one_another():
    day, value, se = history(90, seed=7, r30=1.2, r50=-2.0, r70=0.0)
    steps = known_steps(day, value, se, (30, 50, 70), unit="pp", scale=0.4)
    assert [step.run for step in steps] == [30, 50, 70]
    for step, truth in zip(steps, (1.2, -2.0, 0.0), strict=True):
        assert step.change.low < truth < step.change.high
        assert step.change.se < 0.45
    assert steps[0].probability > 0.99 < steps[1].probability
    assert known_steps(day, value, se, (), unit="pp", scale=0.4) == ()


def test_what_is_known_is_not_found_once_more():
    day, value, se = history(60, seed=9, r30=2.0)
    assert len(find(day, value, se)) == 1
    (known,) = known_steps(day, value, se, (30,), unit="pp", scale=0.4)
    value[30:] -= known.change.value
    assert find(day, value, se) == ()
