"""Bends and grade from where the runner was."""

from __future__ import annotations

import numpy as np
import pytest

from evenstride.gait import ground
from gait_frames import METRES_PER_DEG, circle

T = np.arange(600.0)
STARTS = np.arange(60.0, 540.0, 60.0)


def lateral(lat, lon, speed, t_s=T, starts=STARTS):
    return ground.lateral_acceleration_m_s2(
        ground.path(t_s, lat, lon),
        t_s,
        block_start_s=starts,
        block_end_s=starts + 60.0,
        block_speed_m_s=np.full(starts.size, speed),
    )


@pytest.mark.parametrize(("speed", "expected"), [(3.0, 0.247), (4.0, 0.438), (5.0, 0.685)])
def test_a_track_bend_is_speed_squared_over_radius(speed, expected):
    found = lateral(*circle(T, radius_m=36.5, speed_m_s=speed), speed)
    assert found == pytest.approx(np.full(STARTS.size, expected), rel=0.02)


def test_the_other_way_round_is_the_other_sign():
    lat, lon = circle(T, radius_m=36.5, speed_m_s=4.0)
    assert lateral(lat, -lon, 4.0) == pytest.approx(-lateral(lat, lon, 4.0), abs=1e-9)
    assert (lateral(lat, lon, 4.0) > 0.0).all()


@pytest.mark.parametrize(("lat0", "lon0"), [(0.0, 0.0), (60.0, 11.0), (-45.0, 180.0)])
def test_it_is_the_same_everywhere_on_earth(lat0, lon0):
    found = lateral(*circle(T, radius_m=36.5, speed_m_s=4.0, lat0=lat0, lon0=lon0), 4.0)
    assert found == pytest.approx(np.full(STARTS.size, 0.438), rel=0.02)


def test_a_circle_survives_the_noise_of_gps_and_a_straight_stays_straight():
    rng = np.random.default_rng(3)
    drift = np.cumsum(rng.normal(0.0, 0.3, (2, T.size)), axis=1) / METRES_PER_DEG
    drift -= np.linspace(0, 1, T.size) * drift[:, -1:]
    lat, lon = circle(T, radius_m=36.5, speed_m_s=4.0)
    found = lateral(lat + drift[0], lon + drift[1], 4.0)
    assert found == pytest.approx(np.full(STARTS.size, 0.438), abs=0.04)
    straight = lateral(drift[0], 4.0 * T / METRES_PER_DEG + drift[1], 4.0)
    assert np.abs(straight).max() < 0.04


def test_the_bend_is_felt_eight_seconds_late():
    # North for 300 s, then a circle to the left.
    heading = np.where(T < 300.0, 0.0, (T - 300.0) * 4.0 / 36.5)
    lat = np.cumsum(4.0 * np.cos(heading)) / METRES_PER_DEG
    lon = np.cumsum(-4.0 * np.sin(heading)) / METRES_PER_DEG
    early, late = lateral(lat, lon, 4.0, starts=np.array([240.0 + 8.0, 300.0 + 8.0]))
    assert early == pytest.approx(0.0, abs=0.03)
    assert late == pytest.approx(0.438, rel=0.07)


def test_a_u_turn_is_not_a_bend():
    # 285 s out, a turn on the spot, and back: inside the block from 240 to 300 s, delayed.
    out = np.where(T < 285.0, T, 570.0 - T) * 3.0 / METRES_PER_DEG
    found = lateral(out, np.zeros(T.size), 3.0, starts=np.array([60.0, 240.0, 420.0]))
    assert np.isnan(found).tolist() == [False, True, False]
    assert found[[0, 2]] == pytest.approx([0.0, 0.0], abs=1e-6)


def test_a_u_turn_around_a_cone_is_not_a_bend():
    heading = np.clip((T - 285.0) / 5.0, 0.0, 1.0) * np.pi
    lat = np.cumsum(3.0 * np.cos(heading)) / METRES_PER_DEG
    lon = np.cumsum(-3.0 * np.sin(heading)) / METRES_PER_DEG
    assert np.isnan(lateral(lat, lon, 3.0, starts=np.array([240.0]))).all()


def test_noise_around_a_standing_runner_is_not_turning():
    rng = np.random.default_rng(5)
    lat, lon = rng.normal(0.0, 2.0, (2, T.size)) / METRES_PER_DEG
    # A runner who stands gets no blocks; if one came through, it must not be read as a bend.
    found = lateral(lat, lon, 2.5)
    assert np.isnan(found).all()


def test_a_stop_inside_a_straight_run_adds_no_turn():
    rng = np.random.default_rng(6)
    moving = (T < 285.0) | (T >= 289.0)
    lat = np.cumsum(np.where(moving, 3.0, 0.0)) / METRES_PER_DEG
    wobble = np.where(moving, 0.0, rng.normal(0.0, 1.0, T.size)) / METRES_PER_DEG
    found = lateral(lat, wobble, 2.8, starts=np.array([240.0]))
    assert np.isnan(found[0]) or abs(found[0]) < 0.03


@pytest.mark.parametrize("seconds", range(600, 606))
def test_a_straight_is_straight_to_its_last_record(seconds):
    # The lattice ends up to half a chord after it, and nothing is known of what comes then.
    t = np.arange(float(seconds))
    way = ground.path(t, 3.0 * t / METRES_PER_DEG, 0.0 * t)
    assert way.turn_rad == pytest.approx(np.zeros(way.turn_rad.size), abs=1e-9)
    found = lateral(
        3.0 * t / METRES_PER_DEG, 0.0 * t, 3.0, t_s=t, starts=np.array([seconds - 60.0])
    )
    assert found == pytest.approx([0.0], abs=1e-9)


@pytest.mark.parametrize("missing", [np.full(T.size, np.nan), np.where(T > 1e9, 0.0, np.nan)])
def test_a_treadmill_has_no_bends(missing):
    assert np.isnan(lateral(missing, missing, 3.0)).all()


def test_a_block_whose_positions_are_missing_is_missing():
    lat, lon = circle(T, radius_m=36.5, speed_m_s=4.0)
    lat[290:350] = np.nan
    found = lateral(lat, lon, 4.0)
    assert np.isnan(found).tolist() == [False] * 4 + [True] + [False] * 3


def test_smart_recording_sees_the_same_bend():
    rng = np.random.default_rng(8)
    keep = np.unique(np.cumsum(rng.integers(1, 6, 300)))
    t = T[keep[keep < T.size]]
    found = lateral(*circle(t, radius_m=36.5, speed_m_s=4.0), 4.0, t_s=t, starts=STARTS[1:-1])
    assert found == pytest.approx(np.full(STARTS.size - 2, 0.438), rel=0.1)


def grade(distance, altitude, begins=(0, 60)):
    return ground.grade_pct(
        np.asarray(distance, dtype=float),
        np.asarray(altitude, dtype=float),
        np.ones(120),
        np.array(begins),
    )


def test_grade_is_climb_over_distance():
    d = 3.0 * np.arange(120.0) + 40_000.0
    h = np.where(np.arange(120) < 60, 0.05 * d, 2_000.0 - 0.02 * d)
    assert grade(d, h) == pytest.approx([5.0, -2.0], abs=1e-6)


def test_grade_smooths_a_barometer_that_moves_in_steps():
    d = 3.0 * np.arange(120.0)
    assert grade(d, np.round(0.03 * d / 0.2) * 0.2) == pytest.approx([3.0, 3.0], abs=0.15)


def test_grade_is_unknown_without_altitude_or_on_the_spot():
    d = 3.0 * np.arange(120.0)
    assert np.isnan(grade(d, np.full(120, np.nan))).all()
    assert np.isnan(grade(np.full(120, 7.0), 0.1 * d)).all()


def test_grade_bears_single_missing_altitudes():
    d = 3.0 * np.arange(120.0)
    h = 0.04 * d
    h[[0, 10, 60, 119]] = np.nan
    found = grade(d, h)
    assert found == pytest.approx([4.0, 4.0], abs=1e-6)
