"""Turning by side: bends count, the noise of receivers and U-turns do not."""

from __future__ import annotations

import numpy as np
import pytest

from evenstride.gait.bends import bends, u_turns
from gait_courses import around, ellipse, join, path, received, straight, to_and_from, track


def turned(way, running=None):
    found = path(way)
    everywhere = np.ones(found.middle_s.size, dtype=bool)
    return bends(found, everywhere if running is None else running(found), u_turns(found))


@pytest.mark.parametrize("laps", [4, 10])
def test_laps_of_a_track_turn_once_round_each(laps):
    found = turned(around(track(), laps))
    # At both ends of the run the smoothing takes some seconds of a bend.
    assert found.left_turn_deg == pytest.approx(360.0 * laps, abs=45.0)
    assert found.right_turn_deg == 0.0
    assert found.left_bend_m == pytest.approx(laps * 2.0 * np.pi * 36.8, rel=0.06)
    assert found.right_bend_m == 0.0


def test_the_other_way_round_is_the_other_side():
    way = received(to_and_from(around(track(), 5)), np.random.default_rng(2))
    a, b = turned(way), turned(way.conjugate())
    assert a == pytest.approx((b.right_turn_deg, b.left_turn_deg, b.right_bend_m, b.left_bend_m))
    assert a.left_turn_deg > 1500.0


@pytest.mark.parametrize("seed", range(4))
def test_an_hour_straight_on_does_not_turn(seed):
    way = received(straight(3600), np.random.default_rng(seed), sd_m=3.0)
    assert turned(way) == (0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize("seed", range(3))
def test_a_runner_who_stands_does_not_turn(seed):
    rng = np.random.default_rng(seed)
    way = np.zeros(1200) + 1.5 * (rng.normal(size=1200) + 1j * rng.normal(size=1200))
    assert turned(received(way, rng)) == (0.0, 0.0, 0.0, 0.0)


def test_a_wide_curve_turns_without_being_a_bend():
    found = turned(around(ellipse(400.0, 400.0), 1.0, speed_m_s=3.0))
    assert found.left_turn_deg == pytest.approx(360.0, abs=9.0)
    assert found.left_bend_m == 0.0


def test_a_corner_of_a_street_is_a_quarter_turn():
    way = join(straight(200), straight(200, direction_rad=-np.pi / 2))
    found = turned(way)
    assert found.right_turn_deg == pytest.approx(90.0, abs=0.5)
    assert found.left_turn_deg == 0.0
    assert 20.0 < found.right_bend_m < 60.0


def test_a_turn_back_is_to_neither_side():
    out = straight(400)
    assert turned(join(out, out[::-1])) == (0.0, 0.0, 0.0, 0.0)
    cone = 3.0 * np.exp(1j * np.linspace(-np.pi / 2, np.pi / 2, 4))
    for way in (join(out, cone, out[::-1]), join(out, cone.conjugate(), out[::-1])):
        assert max(turned(way)) < 25.0


def test_turning_at_a_walk_is_not_counted():
    found = turned(around(track(), 5), running=lambda way: np.zeros(way.middle_s.size, dtype=bool))
    assert found == (0.0, 0.0, 0.0, 0.0)


def test_turning_of_the_part_that_was_run_is_counted():
    way = join(around(track(), 2), around(track(), 3))
    half = around(track(), 2).size
    found = turned(way, running=lambda way: way.middle_s < half)
    assert found.left_turn_deg == pytest.approx(720.0, abs=40.0)
