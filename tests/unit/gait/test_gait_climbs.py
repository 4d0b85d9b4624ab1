"""Climbs and descents that are there, and noise that is none."""

from __future__ import annotations

import numpy as np
import pytest

from evenstride.gait.climbs import climbs_m

T = np.arange(3600.0)


def barometer(altitude_m):
    return np.rint(altitude_m * 5.0) / 5.0


def test_hills_up_and_down():
    hills = 100.0 + 15.0 * (1.0 - np.cos(2 * np.pi * T / 600.0))
    up, down = climbs_m(T, barometer(hills))
    assert up == pytest.approx(180.0, rel=0.02)
    assert down == pytest.approx(180.0, rel=0.02)


def test_up_and_down_are_told_apart():
    up, down = climbs_m(T, barometer(np.interp(T, [0, 2400, 3600], [50.0, 130.0, 90.0])))
    assert up == pytest.approx(80.0, abs=1.0)
    assert down == pytest.approx(40.0, abs=1.0)
    assert climbs_m(T, -T / 36.0)[0] == 0.0


@pytest.mark.parametrize("seed", range(3))
def test_steps_and_gusts_of_a_barometer_on_the_flat_are_no_climb(seed):
    rng = np.random.default_rng(seed)
    gusts = 0.3 * rng.normal(size=T.size) + 0.4 * np.sin(T / 200.0)
    assert climbs_m(T, barometer(20.0 + gusts)) == (0.0, 0.0)


@pytest.mark.parametrize("seed", range(3))
def test_the_altitude_of_gps_does_not_climb_by_its_noise(seed):
    rng = np.random.default_rng(seed)
    noise = np.repeat(rng.normal(0.0, 2.0, 360), 10)
    up, down = climbs_m(T, 20.0 + noise)
    # Its swings add up to more than a kilometre.
    assert up + down < 60.0
    hills = 100.0 + 30.0 * (1.0 - np.cos(2 * np.pi * T / 1200.0))
    up, down = climbs_m(T, hills + noise)
    assert up == pytest.approx(180.0, rel=0.15)
    assert down == pytest.approx(180.0, rel=0.15)


def test_smart_recording_climbs_as_much():
    hills = 100.0 + 15.0 * (1.0 - np.cos(2 * np.pi * T / 600.0))
    keep = np.unique(np.cumsum(np.random.default_rng(4).integers(1, 8, T.size)))
    keep = keep[keep < T.size]
    assert climbs_m(T[keep], hills[keep]) == pytest.approx((180.0, 180.0), rel=0.03)


def test_holes_are_straight_lines():
    ramp = T / 36.0
    ramp[600:1500] = np.nan
    assert climbs_m(T, ramp) == pytest.approx((99.0, 0.0), abs=1.5)


@pytest.mark.parametrize("altitude", [np.full(T.size, np.nan), np.full(T.size, 100.0)])
def test_a_treadmill_has_no_climbs(altitude):
    assert climbs_m(T, altitude) is None


@pytest.mark.parametrize("records", [0, 1, 2, 20])
def test_too_few_heights_say_nothing(records):
    assert climbs_m(T[:records], T[:records]) is None
