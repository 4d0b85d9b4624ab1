"""Checks of an experiment: what they measure exactly, when they cry wolf, when they cannot tell."""

import numpy as np
import pytest
from scipy import stats

from evenstride.stats.experiments.checks import (
    EACH,
    carry_over,
    condition_difference,
    order_effect,
    overshoot,
    regression_to_the_mean,
    wear_off,
)
from evenstride.stats.experiments.student import half_width, two_sided_p


def halves(
    seed, *, pairs, effect=0.6, carried=0.0, later=0.0, fading=0.0, noise=0.0, correlation=0.3
):
    """Treated and untreated halves of pairs run one after the other, with faults of known size."""
    rng = np.random.default_rng([seed, pairs])
    first = rng.random(pairs) < 0.5
    treated = np.column_stack([first, ~first]).ravel()
    after_treated = np.r_[False, treated[:-1]]
    size = effect + fading * np.repeat(np.linspace(0.0, 1.0, pairs), 2)
    value = size * treated + carried * after_treated + later * np.tile([0.0, 1.0], pairs)
    own = rng.standard_normal(2 * pairs)
    for i in range(1, own.size):
        own[i] = correlation * own[i - 1] + np.sqrt(1.0 - correlation**2) * own[i]
    value = value + noise * own
    return value[treated], value[~treated], first


def follows(pairs):
    return np.arange(pairs) > 0


def test_without_noise_carry_over_order_and_wear_off_are_measured_exactly():
    for seed in range(5):
        t, c, first = halves(seed, pairs=12, carried=0.4)
        found = carry_over(t - c, first, follows(12), matters=0.3, seed="a", level=0.05)
        assert found.estimate == pytest.approx(0.4)
        assert found.verdict == "failed"
        t, c, first = halves(seed, pairs=12, later=-0.5)
        found = order_effect(t - c, first, matters=0.3, seed="a", level=0.05)
        assert found.estimate == pytest.approx(-0.5)
        assert found.verdict == "failed"
        t, c, first = halves(seed, pairs=12, fading=-0.6)
        found = wear_off(t - c, matters=0.3, seed="a")
        assert found.estimate == pytest.approx(-0.6)
        assert found.verdict == "failed"


def test_carry_over_halves_itself_in_the_effect():
    gone = [
        (t - c).mean() - 0.6
        for t, c, _ in (halves(seed, pairs=400, carried=0.4) for seed in range(20))
    ]
    assert np.mean(gone) == pytest.approx(-0.2, abs=0.01)


def test_nothing_is_carried_over_a_gap():
    t, c, first = halves(3, pairs=40, carried=0.4)
    d = t - c
    apart = np.arange(40) % 2 == 1  # two pairs in each run: every other one follows nothing
    kept = carry_over(d, first, apart, matters=0.3, seed="a")
    assert kept.estimate == pytest.approx(0.4)
    spoilt = np.where(apart, d, 99.0)
    assert carry_over(spoilt, first, apart, matters=0.3, seed="a") == kept
    assert carry_over(d, first, ~follows(40), matters=0.3, seed="a").verdict == "cannot_tell"
    every = np.ones(40, dtype=bool)  # the first pair follows none, whatever is said
    assert carry_over(d, first, every, matters=0.3, seed="a") == carry_over(
        d, first, follows(40), matters=0.3, seed="a"
    )


@pytest.mark.parametrize("fault", ["carried", "later", "fading"])
def test_a_fault_is_found_among_noise_and_covered_by_its_interval(fault):
    found = []
    for seed in range(60):
        t, c, first = halves(seed, pairs=40, noise=0.3, **{fault: 0.8})
        d, seed_of = t - c, str(seed)
        found.append(
            {
                "carried": lambda d=d, f=first, s=seed_of: carry_over(
                    d, f, follows(40), matters=0.3, seed=s
                ),
                "later": lambda d=d, f=first, s=seed_of: order_effect(d, f, matters=0.3, seed=s),
                "fading": lambda d=d, s=seed_of: wear_off(d, matters=0.3, seed=s),
            }[fault]()
        )
    assert np.mean([f.verdict == "failed" for f in found]) > 0.85
    assert np.mean([f.low <= 0.8 <= f.high for f in found]) > 0.93


def test_all_six_together_cry_wolf_at_most_5_times_in_100():
    trials, pairs = 300, 24
    wolves = dict.fromkeys(("carry", "order", "wear", "pace", "over", "mean"), 0)
    any_wolf = 0
    for seed in range(trials):
        t, c, first = halves(seed, pairs=pairs, effect=0.0, noise=0.5)
        rng = np.random.default_rng(seed)
        s = str(seed)
        pace = 0.2 * rng.standard_t(4, pairs)
        found = {
            "carry": carry_over(t - c, first, follows(pairs), matters=0.01, seed=s),
            "order": order_effect(t - c, first, matters=0.01, seed=s),
            "wear": wear_off(t - c, matters=0.01, seed=s),
            "pace": condition_difference(pace, matters=0.001),
            "over": overshoot(t),
            "mean": regression_to_the_mean(rng.normal(0.0, 0.5, 6), c, matters=0.01),
        }
        for name, one in found.items():
            wolves[name] += one.verdict == "failed"
        any_wolf += any(one.verdict == "failed" for one in found.values())
    assert any_wolf / trials <= 0.05 + 3.0 * np.sqrt(0.05 * 0.95 / trials)
    assert max(wolves.values()) / trials <= EACH + 3.5 * np.sqrt(EACH / trials)


def test_too_few_pairs_cannot_tell_and_do_not_fail():
    for n in range(3):
        d, first = np.ones(n), np.arange(n) % 2 == 0
        found = [
            carry_over(d, first, follows(n), matters=0.3, seed="a"),
            order_effect(d, first, matters=0.3, seed="a"),
            wear_off(d, matters=0.3, seed="a"),
            condition_difference(d, matters=0.1),
            overshoot(d),
            regression_to_the_mean(d, np.ones(20), matters=0.3),
        ]
        assert {f.verdict for f in found} == {"cannot_tell"}
        assert all(np.isnan(f.estimate) and f.p_value == 1.0 for f in found)
    always_first = order_effect(np.arange(9.0), np.ones(9, bool), matters=0.3, seed="a")
    assert always_first.verdict == "cannot_tell"


def test_pace_that_differs_is_flagged_and_a_trifle_is_not():
    rng = np.random.default_rng(1)
    faster = condition_difference(0.3 + 0.1 * rng.standard_normal(8), matters=0.1)
    assert faster.verdict == "failed"
    assert faster.low < 0.3 < faster.high
    sure = condition_difference(0.02 + 0.001 * rng.standard_normal(8), matters=0.1)
    assert (sure.verdict, sure.p_value < 1e-6) == ("ok", True)
    loose = condition_difference(0.5 * rng.standard_normal(8), matters=0.1)
    assert loose.verdict == "cannot_tell"
    gaps = np.r_[0.3 + 0.1 * rng.standard_normal(8), np.nan, np.nan]
    assert condition_difference(gaps, matters=0.1).verdict == "failed"


def test_the_condition_check_is_students_one_sample_test():
    d = np.array([0.3, -0.1, 0.25, 0.4, 0.1, 0.05])
    found = condition_difference(d, matters=0.1)
    theirs = stats.ttest_1samp(d, 0.0)
    assert found.p_value == pytest.approx(theirs.pvalue)
    interval = theirs.confidence_interval(1.0 - EACH)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))


def test_overshoot_is_past_even_and_nothing_else():
    past = overshoot(np.array([0.6, 0.5, 0.7, 0.4, 0.8, 0.5, 0.6, 0.7, 0.5, 0.6]))
    assert (past.verdict, past.estimate) == ("failed", pytest.approx(0.59))
    assert overshoot(-np.array([0.6, 0.5, 0.7, 0.4, 0.8, 0.5, 0.6, 0.7, 0.5])).verdict == "ok"
    assert overshoot(np.array([0.6, -0.5, 0.7, -0.8, 0.3, -0.2])).verdict == "cannot_tell"


def test_runs_alike_their_neighbours_are_worth_fewer():
    values = np.repeat([0.2, 0.9, 0.1, 0.8, 0.3], 4)
    shuffled = np.random.default_rng(0).permutation(values)
    together, apart = overshoot(values), overshoot(shuffled)
    assert together.high - together.low > 1.25 * (apart.high - apart.low)


def test_a_cue_begun_after_bad_days_shows_that_usual_days_came_back():
    rng = np.random.default_rng(5)
    before, control = -1.5 + 0.2 * rng.standard_normal(6), 0.2 * rng.standard_normal(14)
    found = regression_to_the_mean(before, control, matters=0.3)
    assert found.verdict == "failed"
    assert found.low < 1.5 < found.high


@pytest.mark.parametrize("df", [1, 2, 3, 4, 7, 30, 201])
def test_students_distribution_is_scipys(df):
    for t in (0.0, 0.1, -1.3, 2.57, 9.0, 80.0):
        assert two_sided_p(t, df) == pytest.approx(2.0 * stats.t.sf(abs(t), df), abs=1e-13)
    assert two_sided_p(np.inf, df) == pytest.approx(0.0, abs=1e-15)
    for level in (0.5, 0.95, 0.992):
        assert half_width(level, df) == pytest.approx(stats.t.ppf(0.5 + level / 2.0, df))
