"""Laps of a track are found, counted and told from other loops."""

from __future__ import annotations

import math

import numpy as np
import pytest

from evenstride.gait.track_laps import fit_capsule, track_laps
from gait_courses import (
    around,
    block_of_houses,
    ellipse,
    join,
    lap_m,
    path,
    received,
    straight,
    to_and_from,
    track,
)


def found_in(way, seed=0, sd_m=1.8, t_s=None):
    return track_laps(path(received(way, np.random.default_rng(seed), sd_m=sd_m), t_s))


@pytest.mark.parametrize("lane", range(1, 9))
def test_laps_in_each_lane(lane):
    found = found_in(to_and_from(around(track(lane), 8)), seed=lane)
    assert found is not None
    assert (found.left, found.right) == (8, 0)
    assert found.lap_m == pytest.approx(lap_m(lane), abs=6.0)
    assert found.radius_m == pytest.approx(36.8 + 1.22 * (lane - 1), abs=1.5)


@pytest.mark.parametrize("speed_m_s", [2.4, 3.5, 5.5])
@pytest.mark.parametrize("laps", [3, 12, 25])
def test_laps_at_any_speed_and_number(laps, speed_m_s):
    found = found_in(to_and_from(around(track(), laps, speed_m_s).conjugate()), seed=laps)
    assert found is not None
    assert (found.left, found.right) == (0, laps)
    assert found.lap_m == pytest.approx(lap_m(1), abs=8.0)


@pytest.mark.parametrize("seed", range(4))
def test_changing_direction_half_way(seed):
    half = around(track(2), 6)
    found = found_in(to_and_from(join(half, half[::-1])), seed=seed)
    assert found is not None
    assert (found.left, found.right) == (6, 6)


@pytest.mark.parametrize("seed", range(4))
def test_repetitions_with_rests_between(seed):
    way = around(track(), 8, 5.0)
    stay = np.ones(way.size, dtype=int)
    stay[80::80] = 75  # where each of them ends
    found = found_in(to_and_from(np.repeat(way, stay)), seed=seed)
    assert found is not None
    assert (found.left, found.right) == (8, 0)


def test_shorter_tracks_and_other_shapes_of_track():
    longer = around(track(radius_m=31.8, straight_m=100.0), 10)
    assert found_in(longer).left in {9, 10}  # without a way there, the ends are smoothed off
    short = to_and_from(around(track(radius_m=25.0, straight_m=71.5), 10))
    assert found_in(short).lap_m == pytest.approx(300.0, abs=4.0)


def test_smart_recording_and_a_hole_in_the_positions():
    way = received(to_and_from(around(track(), 10)), np.random.default_rng(3))
    rng = np.random.default_rng(4)
    keep = np.unique(np.cumsum(rng.integers(1, 8, way.size)))
    keep = keep[keep < way.size]
    assert track_laps(path(way[keep], keep.astype(float))).left == 10
    seen = np.r_[0:700, 720 : way.size]
    assert track_laps(path(way[seen], seen.astype(float))).left == 10


@pytest.mark.parametrize(
    "corners",
    [
        block_of_houses(140.0, 60.0, 4.0),
        block_of_houses(130.0, 70.0, 10.0),
        block_of_houses(120.0, 80.0, 15.0),
        block_of_houses(100.0, 100.0, 6.0),
        block_of_houses(160.0, 42.0, 10.0),
        np.array([0.0, 140.0, 70.0 + 115.0j]),
        np.array([0.0, 130.0, 150.0 + 60.0j, 10.0 + 75.0j]),
        np.array([0.0, 100.0, 100.0 + 50.0j, 50.0 + 50.0j, 50.0 + 100.0j, 100.0j]),
        ellipse(64.0, 64.0),
        ellipse(90.0, 35.0),
        ellipse(75.0, 52.0),
        ellipse(190.0, 130.0),
        ellipse(25.0, 25.0),
        track(radius_m=18.0, straight_m=44.0),
    ],
    ids=[
        "block 140 x 60",
        "block 130 x 70",
        "block 120 x 80",
        "square",
        "narrow block",
        "triangle",
        "skew block",
        "L",
        "round pond",
        "narrow park",
        "park",
        "park of a kilometre",
        "fountain",
        "indoor track",
    ],
)
@pytest.mark.parametrize("laps", [4, 12])
def test_other_loops_are_no_track(corners, laps):
    for seed in range(3):
        assert found_in(to_and_from(around(corners, laps, 3.2)), seed=seed) is None


def test_ways_without_loops_are_no_track():
    out = straight(900)
    assert found_in(out) is None
    assert found_in(join(out, out[::-1])) is None
    length = straight(60)
    assert found_in(join(*[length, length[::-1]] * 10)) is None
    assert found_in(to_and_from(around(track(), 2))) is None


def test_round_the_streets_by_a_track_and_back_the_laps_alone_count():
    streets = join(*(straight(100, 3.0, turn) for turn in (0.0, 1.6, 0.0, 1.6, 3.1, 1.6)))
    found = found_in(join(streets, around(track(4), 6), streets.conjugate()), seed=9)
    assert found is not None
    assert found.left == 6
    assert found.lap_m == pytest.approx(lap_m(4), abs=6.0)


def test_a_capsule_is_fitted_through_outliers():
    rng = np.random.default_rng(5)
    at = received(around(track(3), 5) * np.exp(0.7j) + (500 - 300j), rng)
    at[::40] += 60.0 * np.exp(1j * rng.uniform(0.0, 2.0 * np.pi, at[::40].size))
    found = fit_capsule(at)
    assert found is not None
    assert found.radius_m == pytest.approx(36.8 + 2.44, abs=1.2)
    assert 2.0 * found.half_m == pytest.approx(84.4, abs=3.0)
    assert abs(found.middle_m - (500 - 300j)) < 2.0
    assert math.remainder(found.direction_rad - 0.7, math.pi) == pytest.approx(0.0, abs=0.03)


def test_going_round_a_capsule_is_from_nought_to_one():
    capsule = fit_capsule(track(1))
    assert capsule is not None
    once = around(track(1), 1, 1.0)
    outside, gone = capsule.seen(once)
    assert np.abs(outside).max() < 0.1
    step = np.diff(gone)
    step -= np.round(step)
    assert step == pytest.approx(np.full(step.size, 1.0 / lap_m(1)), rel=0.01)
    further, _ = capsule.seen(once * 1.1)
    assert (further > 3.0).all()
