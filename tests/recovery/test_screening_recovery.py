"""A runner of known truth is screened: how often a difference is told that is not there, or is.

Per side: a value of the day (SD 1.3°) and trials around it (SD 1.9°), so that the mean of three has
the published error, 1.7°.
"""

from datetime import date, timedelta

import numpy as np
import pytest

from evenstride.body.screening import judge
from evenstride.body.tests import screening_tests
from evenstride.domain.diary import Measured

RUNNERS = 1500
DAY = date(2026, 11, 20)
LUNGE = {"test": "ankle-lunge", "method": "degrees", "position": "knee-bent", "instrument": "phone"}
LOWERING = {"test": "dead-bug-hold", "method": "lowering", "instrument": "phone"}


def screened(truth, *, seed, trials=3, day_sd=1.3, trial_sd=1.9, days=1, **way):
    """Findings of the last day of so many runners whose left is `truth` degrees less."""
    rng = np.random.default_rng(seed)
    test = screening_tests()[way["test"]]
    for _ in range(RUNNERS):
        made = []
        for at in range(days):
            means = 40.0 + np.array([-truth, 0.0]) + rng.normal(0.0, day_sd, 2)
            left, right = means[:, None] + rng.normal(0.0, trial_sd, (2, trials))
            day = DAY + timedelta(days=7 * at)
            made.append(Measured(day, left=tuple(left), right=tuple(right), **way))
        yield judge(test, made[-1], made)


def share_differing(findings):
    return np.mean([f.lower is not None for f in findings])


def most(rate):
    """Three standard errors of Monte Carlo above a rate."""
    return rate + 3.0 * np.sqrt(rate * (1.0 - rate) / RUNNERS)


@pytest.mark.parametrize(("trials", "trial_sd"), [(3, 1.9), (2, 1.9), (1, 1.9), (3, 5.0)], ids=str)
def test_no_difference_is_seldom_called_one(trials, trial_sd):
    found = screened(0.0, seed=1, trials=trials, trial_sd=trial_sd, **LUNGE)
    assert share_differing(found) <= most(0.05)


def test_ten_degrees_are_found_and_the_side_is_right():
    found = list(screened(10.0, seed=2, **LUNGE))
    assert share_differing(found) > 0.95
    assert all(f.outcome != "right_lower" for f in found)


def test_what_is_not_there_is_hardly_ever_repeated():
    found = screened(0.0, seed=3, days=2, **LUNGE)
    assert np.mean([f.lower is not None and f.repeated for f in found]) <= most(0.0025)


def test_a_change_that_is_not_there_is_seldom_told():
    found = screened(8.0, seed=4, days=2, **LUNGE)
    assert np.mean([bool(f.change_beyond_error) for f in found]) <= most(0.055)


def test_without_a_published_error_three_days_are_enough_even_where_days_differ_much():
    found = screened(0.0, seed=5, days=3, day_sd=3.0, trial_sd=1.5, **LOWERING)
    assert share_differing(found) <= most(0.05)


def test_without_a_published_error_one_day_names_no_side_and_three_find_a_large_difference():
    one = list(screened(10.0, seed=6, day_sd=1.0, trial_sd=1.5, **LOWERING))
    three = screened(10.0, seed=6, days=3, day_sd=1.0, trial_sd=1.5, **LOWERING)
    assert share_differing(one) == 0.0
    assert np.mean([f.outcome == "cannot_tell" for f in one]) > 0.9
    assert share_differing(three) > 0.6
