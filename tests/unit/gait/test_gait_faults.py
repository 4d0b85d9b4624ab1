"""Mistakes of wearing and measuring are said, and running is not taken for one."""

from __future__ import annotations

import numpy as np
import pytest

from evenstride.gait import dissect, ground, measure
from evenstride.gait.faults import faults
from gait_courses import degrees, received, straight
from gait_frames import frame

NAN = float("nan")
RNG = np.random.default_rng(0)
SECONDS = 1800
BALANCE = 49.0 + np.rint(RNG.normal(0.0, 0.5, SECONDS) * 32.0) / 32.0


def said(**columns):
    columns = {"balance_left_pct": BALANCE} | columns
    run = dissect(frame(SECONDS, **columns))
    read = run.columns
    return faults(run, ground.path(read["t_s"], read["lat_deg"], read["lon_deg"]))


def run_with_a_stop(begin, end):
    """Positions and speed of a runner who stays at one place for a while."""
    speed = np.full(SECONDS, 3.0)
    speed[begin:end] = 0.0
    lat, lon = degrees(received(np.cumsum(speed) * np.exp(0.4j), np.random.default_rng(1)))
    return {"lat_deg": lat, "lon_deg": lon, "speed_m_s": speed + 0.2 * (speed == 0.0)}


def test_plain_running_has_no_faults():
    assert said(**run_with_a_stop(0, 0)) == ()
    assert said() == ()


def test_five_minutes_on_the_spot():
    (found,) = said(**run_with_a_stop(600, 900))
    assert found.severity == "warning"
    assert found.code == "on_the_spot"
    assert "5 minutes" in found.message
    assert 595 <= float(found.where.removeprefix("from ").removesuffix(" s")) <= 615


def test_a_frozen_position_with_no_speed_is_on_the_spot():
    nowhere = dict(zip(("lat_deg", "lon_deg"), degrees(np.zeros(SECONDS)), strict=True))
    (found,) = said(speed_m_s=np.where(np.arange(SECONDS) < 60, 3.0, 0.2), **nowhere)
    assert found.code == "on_the_spot"


def test_hopping_at_a_light_is_no_fault():
    assert said(**run_with_a_stop(600, 660)) == ()


def test_standing_is_no_running_on_the_spot():
    stop = run_with_a_stop(600, 900)
    cadence = np.where(stop["speed_m_s"] < 1.0, 0.0, 170.0)
    assert said(cadence_spm=cadence, **stop) == ()


@pytest.mark.parametrize("speed", [3.0, 0.0, NAN])
def test_a_treadmill_is_no_running_on_the_spot(speed):
    # Neither without positions, whatever speed it has, ...
    assert said(speed_m_s=speed) == ()


def test_a_treadmill_under_a_receiver_is_no_running_on_the_spot():
    # ... nor where a receiver in a hall says that it stays, and the watch counts its steps.
    place = received(np.zeros(SECONDS, dtype=complex), np.random.default_rng(2))
    assert said(**dict(zip(("lat_deg", "lon_deg"), degrees(place), strict=True))) == ()


def test_a_steep_climb_is_no_running_on_the_spot():
    way = received(straight(SECONDS, 0.8), np.random.default_rng(3))
    where = dict(zip(("lat_deg", "lon_deg"), degrees(way), strict=True))
    assert said(speed_m_s=0.8, cadence_spm=145.0, **where) == ()


def test_a_balance_that_stays_is_stuck():
    balance = BALANCE.copy()
    balance[600:1020] = 50.0
    (found,) = said(balance_left_pct=balance)
    assert found.code == "stuck"
    assert "50.0 % left for 7 minutes" in found.message
    assert found.where == "from 600 s"


def test_a_constant_balance_is_stuck_with_smart_recording_too():
    t = np.arange(0.0, SECONDS, 6.0)
    run = dissect(frame(t_s=t, balance_left_pct=48.5))
    (found,) = faults(run, None)
    assert found.code == "stuck"


def test_four_minutes_are_not_yet_stuck_nor_is_a_missing_balance():
    balance = BALANCE.copy()
    balance[600:840] = 50.0
    assert said(balance_left_pct=balance) == ()
    assert said(balance_left_pct=NAN) == ()
    assert faults(dissect(frame(0)), None) == ()


def test_measures_hold_the_faults():
    found = measure(frame(SECONDS, balance_left_pct=50.0))
    assert [issue.code for issue in found.faults] == ["stuck"]
    assert measure(frame(SECONDS, balance_left_pct=BALANCE)).faults == ()
