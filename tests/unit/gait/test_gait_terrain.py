"""What the measures of a recording say of its ground."""

from __future__ import annotations

import numpy as np
import pytest

from evenstride.domain.ground import Ground
from evenstride.gait import measure
from gait_courses import around, degrees, join, received, straight, to_and_from, track
from gait_frames import frame


def ground_of(way, seed=0, **columns):
    lat, lon = degrees(received(way, np.random.default_rng(seed)))
    return measure(frame(way.size, lat_deg=lat, lon_deg=lon, **columns)).ground


def test_laps_of_a_track():
    found = ground_of(to_and_from(around(track(), 10)))
    assert found.laps is not None
    assert found.laps.left == 10
    assert found.left_turn_deg == pytest.approx(3600.0, abs=150.0)
    assert found.left_bend_m == pytest.approx(2310.0, rel=0.1)
    assert found.right_bend_m < 60.0
    assert found.turned_back_at_s is None


def test_laps_in_both_directions_are_not_out_and_back():
    half = around(track(), 6)
    found = ground_of(join(half, half[::-1]))
    assert found.laps is not None
    assert found.turned_back_at_s is None


def test_out_and_back_over_a_hill():
    out = join(straight(300), straight(300, 3.0, 0.8))
    t = np.arange(2 * out.size - 1)
    hill = np.interp(t, [0, out.size, 2 * out.size], [10.0, 60.0, 10.0])
    found = ground_of(join(out, out[::-1]), altitude_m=hill)
    assert found.laps is None
    assert found.turned_back_at_s == pytest.approx(out.size, abs=6.0)
    assert found.same_way_from_s < found.turned_back_at_s < found.same_way_until_s
    assert (found.up_m, found.down_m) == pytest.approx((50.0, 50.0), abs=2.0)
    assert found.left_turn_deg == pytest.approx(0.8 * 180.0 / np.pi, abs=12.0)


def test_a_treadmill_knows_nothing_of_its_ground():
    assert measure(frame(1800)).ground == Ground()


def test_a_treadmill_with_a_barometer_has_no_bends():
    found = measure(frame(1800, altitude_m=100.0 + np.arange(1800) / 60.0)).ground
    assert found.up_m == pytest.approx(30.0, abs=1.0)
    assert found.left_turn_deg is None
    assert found.left_bend_m is None


def test_a_walk_turns_to_neither_side():
    way = around(track(), 4, 1.4)
    found = ground_of(way, cadence_spm=110.0, speed_m_s=1.4)
    assert (found.left_turn_deg, found.left_bend_m) == (0.0, 0.0)
    assert measure(frame(0)).ground == Ground()
