"""The rule: one pass serves all looks, and old changes fall silent."""

import numpy as np
import pytest

from evenstride.domain.trend import Direction
from evenstride.stats import fit_trend
from evenstride.stats.histories import still_runner
from evenstride.stats.verdict import watch

TOLD = {Direction.INCREASED, Direction.DECREASED}


@pytest.fixture(scope="module")
def stepped():
    return still_runner(
        np.random.default_rng(5),
        0.2,
        heavy=False,
        days=400,
        spread=0.45,
        change=2.0,
        change_day=100.0,
    )


@pytest.fixture(scope="module")
def verdicts(stepped):
    return watch(stepped.day, stepped.value, stepped.se, scale=0.4)


def test_watching_says_what_fitting_after_each_run_would(stepped, verdicts):
    h = stepped
    for n in (*range(5, 120, 9), h.day.size):
        fit = fit_trend(h.day[:n], h.value[:n], h.se[:n], unit="pp", scale=0.4)
        assert fit.direction is verdicts[n - 1], n


def test_a_step_is_told_soon_and_falls_silent_once_it_has_left_the_window(stepped, verdicts):
    first = next(d for d, v in zip(stepped.day, verdicts, strict=True) if v in TOLD)
    assert 100.0 < first < 130.0
    told = {v for d, v in zip(stepped.day, verdicts, strict=True) if 110.0 < d < 180.0}
    assert Direction.INCREASED in told
    assert Direction.DECREASED not in told
    late = {v for d, v in zip(stepped.day, verdicts, strict=True) if d > 220.0}
    assert late == {Direction.NOT_DISTINGUISHABLE}


def test_looking_rarely_repeats_the_last_look(stepped):
    h = stepped
    rare = watch(h.day, h.value, h.se, scale=0.4, every_days=1e9)
    assert set(rare) == {Direction.TOO_EARLY}


@pytest.mark.parametrize("kind", ["once", "alternating"])
def test_watching_several_sensors_says_what_fitting_after_each_run_would(stepped, kind):
    h = stepped
    i = np.arange(h.day.size)
    sensor = (i % 2 if kind == "alternating" else i > 80).astype(int)
    value = h.value - 1.5 * sensor
    verdicts = watch(h.day, value, h.se, scale=0.4, sensor=sensor)
    assert Direction.INCREASED in verdicts
    assert Direction.DECREASED not in verdicts
    for n in (*range(5, 120, 9), h.day.size):
        fit = fit_trend(h.day[:n], value[:n], h.se[:n], unit="pp", scale=0.4, sensor=sensor[:n])
        assert fit.direction is verdicts[n - 1], n
