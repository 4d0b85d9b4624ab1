"""A randomised start: its step is generalised least squares, its test exact over all dates."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from evenstride.domain.errors import InputError
from evenstride.stats.experiments.start_date import decide_start, start_test, steps_at

COVARIANCE = {"walk_per_day": 0.0004, "shared": 0.04, "shared_tau_days": 5.0, "own": 0.12}


def some_runs(seed, *, runs=60, days=120, dates=40, chosen=17, effect=0.0):
    """Runs of a runner whose level wanders and whose days share something, and a thing begun."""
    rng = np.random.default_rng(seed)
    day = np.sort(rng.choice(days, runs, replace=False)).astype(float) + 20_000.0
    se = rng.uniform(0.05, 0.2, runs)
    candidates = np.arange(dates) + 20_000.0 + (days - dates) // 2
    gap = np.abs(day[:, None] - day)
    made = 0.04 * np.exp(-gap / 5.0) + 0.0004 * (np.minimum(day[:, None], day) - day[0])
    made += np.diag(0.12 + se**2)
    values = 48.4 + np.linalg.cholesky(made) @ rng.standard_normal(runs)
    return values + effect * (day >= candidates[chosen]), day, candidates, se, made


def decided(values, day, candidates, se, *, chosen=17, smallest=0.3):
    return decide_start(
        values, day, candidates, chosen,
        se=se, covariance=COVARIANCE, smallest_effect=smallest, unit="pp",
    )  # fmt: skip


def test_the_step_is_that_of_generalised_least_squares():
    values, day, candidates, se, made = some_runs(1, effect=0.7)
    found = decided(values, day, candidates, se)
    x = np.column_stack([np.ones(day.size), day >= candidates[17]])
    cov = np.linalg.inv(x.T @ np.linalg.solve(made, x))
    step = cov @ x.T @ np.linalg.solve(made, values)
    assert found.effect.value == pytest.approx(step[1], abs=1e-7)
    assert found.effect.se == pytest.approx(np.sqrt(cov[1, 1]), rel=1e-6)
    assert found.effect.n_effective == 60.0


def test_p_values_and_intervals_are_those_of_testing_every_effect_in_turn():
    for seed in range(6):
        values, day, candidates, se, _ = some_runs(seed, effect=0.4)
        found = decided(values, day, candidates, se)
        steps = steps_at(day, se, candidates, covariance=COVARIANCE)

        def p_of(effect, steps=steps, values=values):
            size = np.abs(steps.weights @ (values - effect * steps.steps[17]))
            return np.mean(size >= size[17] - 1e-9)

        assert found.p_value == p_of(0.0)
        for low, high, level in (
            (found.effect.low, found.effect.high, 0.05),
            (found.low90, found.high90, 0.10),
        ):
            for effect in np.linspace(-3.0, 3.0, 241):
                assert (p_of(effect) > level) == (low <= effect <= high)


@pytest.mark.parametrize(("dates", "runs"), [(20, 110), (40, 60), (60, 80)])
def test_whatever_the_runs_were_the_dates_alone_make_the_error_rate(dates, runs):
    """Over all dates that might have been drawn: exact, so nothing is simulated but the runs."""
    for seed in range(4):
        values, day, candidates, se, _ = some_runs(seed, runs=runs, dates=dates)
        steps = steps_at(day, se, candidates, covariance=COVARIANCE)
        tests = [start_test(values - 48.0, steps, chosen) for chosen in range(dates)]
        p = np.array([t.p_value for t in tests])
        for level in (0.05, 0.1, 0.3):
            assert np.mean(p <= level + 1e-12) <= level + 1e-12
        covered = [low <= 0.0 <= high for low, high in (t.interval(0.9) for t in tests)]
        assert np.mean(covered) >= 0.9 - 1e-12


def test_fewer_than_20_dates_can_say_nothing_and_20_can():
    values, day, candidates, se, _ = some_runs(2, runs=120, dates=20, chosen=10, effect=40.0)
    twenty = decided(values, day, candidates, se, chosen=10)
    assert (twenty.verdict, twenty.decided_by, twenty.p_value) == ("increase", "p_value", 0.05)
    assert twenty.decided_at == 120
    assert twenty.effect.low < 40.0 < twenty.effect.high
    nineteen = decided(values, day, candidates[1:], se, chosen=9)
    assert (nineteen.verdict, nineteen.p_value) == ("too_early", 1 / 19)
    assert np.isinf([nineteen.effect.low, nineteen.effect.high]).all()


def test_dates_without_a_run_between_cannot_be_told_apart():
    values, day, candidates, se, _ = some_runs(5, runs=120, chosen=17, effect=40.0)
    kept = (day < candidates[17]) | (day > candidates[18])
    found = decided(values[kept], day[kept], candidates, se[kept])
    # Neither the date drawn nor the two after it have a run of their own: three dates, one step.
    assert found.p_value == 3 / 40


def test_a_date_with_no_run_before_or_after_it_says_nothing():
    values, day, _, se, _ = some_runs(3, runs=30)
    candidates = np.linspace(day[0] - 30.0, day[-1] + 30.0, 40)
    early = decided(values, day, candidates, se, chosen=0)
    assert (early.verdict, early.p_value, early.effect.se) == ("too_early", 1.0, np.inf)
    assert np.isinf([early.low90, early.effect.high]).all()
    late = decided(values, day, candidates, se, chosen=39)
    assert (late.verdict, late.p_value) == ("too_early", 1.0)


def test_nothing_that_matters_where_the_interval_lies_within():
    values, day, candidates, se, _ = some_runs(8, runs=100)
    wide = decided(values, day, candidates, se, smallest=5.0)
    assert (wide.verdict, wide.decided_by) == ("no_meaningful_effect", "interval")
    assert decided(values, day, candidates, se, smallest=0.05).verdict == "too_early"
    assert decided(values, day, candidates, se, smallest=None).verdict == "too_early"


@given(st.integers(0, 500), st.sampled_from([0.0, 1.5, -4.0]))
@settings(max_examples=40)
def test_mirrored_runs_mirror_the_decision_and_a_new_level_changes_nothing(seed, effect):
    values, day, candidates, se, _ = some_runs(seed, effect=effect)
    one, two = (decided(v, day, candidates, se) for v in (values, 100.0 - values))
    assert two.verdict == {"increase": "decrease", "decrease": "increase"}.get(
        one.verdict, one.verdict
    )
    assert two.p_value == one.p_value
    assert_allclose([two.low90, two.effect.high], [-one.high90, -one.effect.low], atol=1e-7)
    higher = decided(values + 200.0, day - 15_000.0, candidates - 15_000.0, se)
    assert higher.p_value == one.p_value
    assert higher.effect.value == pytest.approx(one.effect.value, abs=1e-7)
    assert_allclose([higher.effect.low, higher.low90], [one.effect.low, one.low90], atol=1e-6)


@given(st.integers(0, 500))
@settings(max_examples=20)
def test_the_order_in_which_runs_are_given_does_not_matter(seed):
    values, day, candidates, se, _ = some_runs(seed, effect=0.5)
    order = np.random.default_rng(seed).permutation(day.size)
    one = decided(values, day, candidates, se)
    two = decided(values[order], day[order], candidates, se[order])
    assert two.p_value == one.p_value
    assert two.effect.value == pytest.approx(one.effect.value, abs=1e-8)


def test_what_cannot_be_analysed_is_refused():
    values, day, candidates, se, _ = some_runs(1)
    with pytest.raises(InputError, match="none of the 40 possible dates"):
        decided(values, day, candidates, se, chosen=40)
    with pytest.raises(InputError, match="a value that is a number"):
        decided(np.where(day == day[3], np.nan, values), day, candidates, se)
    with pytest.raises(InputError, match="a day and an error"):
        decided(values, day, candidates, np.where(day == day[3], np.nan, se))
    with pytest.raises(InputError, match="at least one run and one date"):
        decided(values[:0], day[:0], candidates, se[:0])
    nothing = dict.fromkeys(COVARIANCE, 0.0) | {"shared_tau_days": 5.0}
    with pytest.raises(InputError, match="without any scatter"):
        steps_at(day, 0.0 * se, candidates, covariance=nothing)
