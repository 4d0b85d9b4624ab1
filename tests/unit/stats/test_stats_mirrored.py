"""Runs measured the wrong way round: who is told of one, and who is not."""

import numpy as np
import pytest

from evenstride.domain.moves import DaySpread
from evenstride.stats.lanes import MULTIPLIERS, student_weights
from evenstride.stats.mirrored import LEAST_RUNS, LIKELY, mirrored_probability

SPREAD = 0.4
DAYS = DaySpread(student_weights(5.0), MULTIPLIERS * SPREAD**2, 0.0, 3.0)


def probability(value, apart=None, days=DAYS):
    value = np.asarray(value, dtype=float)
    none = np.zeros(value.size) if apart is None else apart
    return mirrored_probability(value, np.full(value.size, 0.1), none, days)


def runs(n=60, level=48.0, seed=2):
    return level + SPREAD * np.random.default_rng(seed).standard_normal(n)


@pytest.mark.parametrize(("first", "count"), [(20, 1), (20, 4), (0, 2), (57, 3)])
def test_mirrored_runs_are_found_and_no_other(first, count):
    value = runs()
    value[first : first + count] = 100.0 - value[first : first + count]
    likely = np.flatnonzero(probability(value) >= LIKELY)
    assert likely.tolist() == list(range(first, first + count))


def test_mirroring_everything_changes_nothing():
    value = runs()
    value[30] = 100.0 - value[30]
    np.testing.assert_allclose(probability(100.0 - value), probability(value), atol=1e-9)


def test_of_a_runner_near_even_nothing_can_be_said():
    value = runs(level=50.0)
    value[10:13] = 100.0 - value[10:13]
    assert probability(value).max() < 0.1


def test_a_wild_run_elsewhere_is_not_mirrored():
    for to in (44.0, 50.0, 55.5):
        value = runs()
        value[30] = to
        assert probability(value)[30] < 0.1


def test_a_level_that_changes_for_good_is_not_a_row_of_mirrored_runs():
    value = np.r_[runs(40, 48.0), runs(40, 52.0, seed=3)]
    assert (probability(value) >= LIKELY).sum() == 0


def test_what_moves_a_run_is_taken_off_before_it_is_compared():
    value = runs()
    apart = np.zeros(value.size)
    value[30], apart[30] = 52.0, 4.0  # far off, as its conditions say
    assert probability(value, apart)[30] < 0.01
    assert probability(value)[30] >= LIKELY


def test_too_few_runs_say_nothing():
    value = runs(LEAST_RUNS)
    value[2] = 100.0 - value[2]
    assert (probability(value[:-1]) == 0.0).all()
    assert (probability(value)[[0, 1, 3]] < 0.1).all()
    assert probability(value)[2] >= LIKELY
