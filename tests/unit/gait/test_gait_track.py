"""Where a run went, in metres of its own: right in shape, anywhere on earth."""

from __future__ import annotations

import numpy as np
import pytest

from evenstride.gait.track import MOST_PIECES, flat_track
from gait_frames import circle

NAN = float("nan")
T = np.arange(1800.0)


def flat(lat, lon, t=T, interrupted=None, distance_m=5400.0):
    none = np.zeros(t.size, dtype=bool)
    return flat_track(
        t, lat, lon, interrupted=none if interrupted is None else interrupted, distance_m=distance_m
    )


@pytest.mark.parametrize(
    ("lat0", "lon0"), [(0.0, 0.0), (52.0, 13.0), (-37.0, 180.0), (65.0, -179.9999), (12.0, 179.999)]
)
def test_a_circle_is_a_circle_everywhere(lat0, lon0):
    lat, lon = circle(T, radius_m=300.0, speed_m_s=3.0, lat0=lat0, lon0=lon0)
    found = flat(lat, lon)
    assert np.hypot(found.east_m, found.north_m) == pytest.approx(300.0, rel=1e-3)
    # Anticlockwise from the east: north first.
    assert found.east_m[0] == pytest.approx(300.0, rel=1e-3)
    assert found.north_m[100] > 200.0
    assert np.flatnonzero(found.interrupted).tolist() == [0]


def test_nothing_of_the_place_is_left():
    here = flat(*circle(T, radius_m=300.0, speed_m_s=3.0, lat0=10.0, lon0=20.0))
    there = flat(*circle(T, radius_m=300.0, speed_m_s=3.0, lat0=-10.0, lon0=150.0))
    assert here.east_m == pytest.approx(there.east_m, abs=0.01)
    assert here.north_m == pytest.approx(there.north_m, abs=0.01)


def test_missing_positions_interrupt_when_they_last():
    lat, lon = circle(T, radius_m=300.0, speed_m_s=3.0)
    lat[500:505] = NAN
    lon[900:960] = NAN
    found = flat(lat, lon)
    assert T[found.record[found.interrupted]].tolist() == [0.0, 960.0]
    assert found.record.size == 1800 - 65


def test_a_pause_interrupts_though_it_be_short():
    lat, lon = circle(T, radius_m=300.0, speed_m_s=3.0)
    stopped = np.zeros(T.size, dtype=bool)
    stopped[700] = True
    lat[698:703] = NAN
    found = flat(lat, lon, interrupted=stopped)
    assert T[found.record[found.interrupted]].tolist() == [0.0, 703.0]


@pytest.mark.parametrize("distance_m", [5400.0, None])
def test_positions_where_no_run_can_have_been_are_left_out(distance_m):
    lat, lon = circle(T, radius_m=300.0, speed_m_s=3.0, lat0=52.0, lon0=13.0)
    lat[400:420] = lon[400:420] = 0.0
    found = flat(lat, lon, distance_m=distance_m)
    assert np.hypot(found.east_m, found.north_m).max() < 301.0
    assert found.record.size == 1780


def test_a_treadmill_goes_nowhere():
    nothing = np.full(T.size, NAN)
    assert flat(nothing, nothing) is None
    lat, lon = circle(T, radius_m=4.0, speed_m_s=3.0)
    assert flat(lat, lon) is None
    one = nothing.copy()
    one[5] = 50.0
    assert flat(one, one) is None


def test_there_are_never_more_pieces_than_can_be_seen():
    lat, lon = circle(np.arange(20_000.0), radius_m=300.0, speed_m_s=3.0)
    lat[np.arange(20_000) % 40 >= 20] = NAN
    found = flat(lat, lon, t=np.arange(20_000.0), distance_m=60_000.0)
    assert np.count_nonzero(found.interrupted) <= MOST_PIECES
