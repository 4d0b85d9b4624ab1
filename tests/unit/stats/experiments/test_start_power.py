"""What a randomised start can find, held against its rule, start by start."""

import numpy as np
import pytest

from evenstride.domain.errors import InputError
from evenstride.domain.experiment import Scatter
from evenstride.stats.experiments.start_date import decide_start, steps_at
from evenstride.stats.experiments.start_power import Window, _drawn, _found, start_power

OWN = Scatter(np.array([0.8, 0.2]), np.array([0.09, 0.2]))
COVARIANCE = {"walk_per_day": 0.02**2, "shared": 0.04, "shared_tau_days": 3.0, "own": 0.1}
GAPS = np.array([1.0, 1.0, 2.0, 2.0, 3.0])
SIXTY = Window(before_days=30, dates=60, after_days=30)


def found(effects, window=SIXTY, *, seed=1, sims=2000, covariance=COVARIANCE, gap_days=GAPS):
    return start_power(
        effects,
        OWN,
        covariance=covariance,
        se=0.1,
        gap_days=gap_days,
        window=window,
        rng=np.random.default_rng(seed),
        sims=sims,
    )


def test_runs_are_drawn_with_the_covariance_they_are_weighed_with():
    day = np.array([0.0, 1.0, 1.0, 4.0, 30.0])
    known = {"walk_per_day": 0.03, "shared": 0.5, "shared_tau_days": 3.0}
    own = Scatter(np.ones(1), np.array([0.2]))
    values = _drawn(own, day, known, 40_000, np.random.default_rng(2))
    expected = 0.5 * np.exp(-np.abs(day[:, None] - day) / 3.0)
    expected += 0.03 * np.minimum(day[:, None], day) + 0.2 * np.eye(5)
    # An entry of 40,000 is known to 1.5 % of the two variances' root at worst.
    sd = np.sqrt(np.diag(expected))
    assert (np.abs(np.cov(values.T) - expected) < 0.025 * np.outer(sd, sd)).all()


def test_many_starts_are_judged_as_each_by_itself():
    rng = np.random.default_rng(6)
    day = np.sort(rng.integers(0, 90, 45)).astype(float)
    dates = 10.0 + np.arange(60)
    se = np.full(day.size, 0.1)
    steps = steps_at(day, se, dates, covariance=COVARIANCE)
    values = _drawn(OWN, day, COVARIANCE, 250, rng)
    chosen = rng.integers(0, 60, 250)
    right = 0
    for row, j in zip(values, chosen.tolist(), strict=True):
        decision = decide_start(
            row + 0.9 * (day >= dates[j]),
            day,
            dates,
            j,
            se=se,
            covariance=COVARIANCE,
            smallest_effect=None,
            unit="pp",
        )
        right += decision.verdict == "increase"
    assert _found(values @ steps.weights.T, steps, chosen, 0.9) == right / 250
    assert 50 < right < 220


def test_power_is_how_often_the_rule_is_right():
    rng = np.random.default_rng(3)
    starts, hits = 400, 0
    dates = 30.0 + np.arange(60)
    quiet = COVARIANCE | {"walk_per_day": 0.0, "shared": 0.0}
    for _ in range(starts):
        day = np.cumsum(rng.choice(GAPS, 200))
        day = day[day < 120.0]
        chosen = int(rng.integers(60))
        part = rng.random(day.size) < 0.8
        values = np.where(part, 0.3, np.sqrt(0.2)) * rng.standard_normal(day.size)
        decision = decide_start(
            values + 50.0 - 0.8 * (day >= dates[chosen]),
            day,
            dates,
            chosen,
            se=np.full(day.size, 0.1),
            covariance=quiet,
            smallest_effect=None,
            unit="pp",
        )
        hits += decision.verdict == "decrease"
    (promised,) = found([0.8], covariance=quiet, sims=4000)
    error = np.sqrt(promised * (1.0 - promised) / starts)
    assert abs(hits / starts - promised) < 3.5 * error + 0.02
    assert 0.3 < promised < 0.95


def test_power_grows_with_the_effect_and_with_the_dates():
    sizes = found([0.0, 0.3, 0.6, 1.2, 2.4])
    assert (np.diff(sizes) > 0.0).all()
    # In either direction p <= .05 comes by chance at most once in twenty times.
    assert sizes[0] < 0.035
    few, many = (found([1.0], Window(30, k, 30))[0] for k in (20, 100))
    assert few < 0.5 * many


def test_power_has_no_side():
    np.testing.assert_array_equal(found([0.7]), found([-0.7]))


def test_dates_that_no_run_tells_apart_cannot_be_told():
    # A run every tenth day: ten dates each look the same, half of all twenty.
    assert found([100.0], Window(61, 20, 60), gap_days=np.array([10.0]))[0] == 0.0
    # A run every day: nothing hides so large a step.
    assert found([100.0], Window(60, 20, 60), gap_days=np.array([1.0]))[0] == 1.0


def test_what_cannot_be_planned_is_refused():
    for gaps in (np.zeros(0), np.zeros(4), np.array([np.nan])):
        with pytest.raises(InputError, match="How often"):
            found([1.0], gap_days=gaps)
    with pytest.raises(InputError, match="dates"):
        found([1.0], Window(30, 0, 30))
    with pytest.raises(InputError, match="days before"):
        found([1.0], Window(-1, 30, 30))
