"""Laws of the ground: mirrors swap sides, a way back swaps climbs, swings keep the change."""

from __future__ import annotations

import dataclasses

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from evenstride.domain.ground import Ground
from evenstride.gait import measure
from evenstride.gait.climbs import climbs_m
from evenstride.gait.swings import swings, up_and_down
from evenstride.gait.track_laps import track_laps
from gait_courses import around, path, received, to_and_from, track
from gait_recordings import recordings

COURSES = hnp.arrays(np.float64, st.integers(0, 60), elements=st.integers(-20, 20).map(float))
LEAST = st.sampled_from([0.5, 1.0, 3.0, 8.0])


@given(COURSES, LEAST)
def test_swings_alternate_and_are_large_enough(course, least):
    found = swings(course, least)
    assert (np.abs(found) >= least).all()
    assert (found[1:] * found[:-1] < 0.0).all()
    assert (found.size == 0) == (course.size == 0 or np.ptp(course) < least)


@given(COURSES, LEAST)
def test_no_more_is_climbed_than_there_is_and_the_change_is_kept(course, least):
    up, down = up_and_down(course, least)
    step = np.diff(course)
    assert up <= step[step > 0.0].sum() + 1e-9
    assert down <= -step[step < 0.0].sum() + 1e-9
    if course.size:
        assert abs((up - down) - (course[-1] - course[0])) < 2.0 * least


@given(COURSES, LEAST)
def test_upside_down_and_backwards_swap_up_and_down(course, least):
    up, down = up_and_down(course, least)
    assert up_and_down(-course, least) == pytest.approx((down, up))
    assert up_and_down(course[::-1], least) == pytest.approx((down, up))


@given(st.floats(-1000.0, 4000.0), st.integers(0, 2**32 - 1))
def test_how_high_it_is_does_not_matter(height_m, seed):
    rng = np.random.default_rng(seed)
    t = np.arange(1200.0)
    hills = np.cumsum(rng.normal(0.0, 0.2, t.size))
    assert climbs_m(t, hills + height_m) == pytest.approx(climbs_m(t, hills), abs=1e-6)


@given(recordings())
@settings(max_examples=40)
def test_a_mirrored_run_has_left_and_right_swapped(recording):
    samples, pauses = recording
    a = measure(samples, pauses).ground
    b = measure(samples.with_columns(-pl.col("lon_deg")), pauses).ground
    assert (b.left_turn_deg, b.right_turn_deg) == pytest.approx((a.right_turn_deg, a.left_turn_deg))
    assert (b.left_bend_m, b.right_bend_m) == pytest.approx((a.right_bend_m, a.left_bend_m))
    assert (b.up_m, b.down_m) == (a.up_m, a.down_m)


@given(recordings())
@settings(max_examples=40)
def test_every_value_of_a_ground_is_finite_or_unknown(recording):
    found = measure(*recording).ground
    values = dataclasses.asdict(found)
    assert values.pop("laps") is None
    assert all(v is None or (np.isfinite(v) and v >= 0.0) for v in values.values())
    without = measure(recording[0].with_columns(lat_deg=None, lon_deg=None)).ground
    assert without == Ground(up_m=found.up_m, down_m=found.down_m)


@given(
    st.integers(3, 12),
    st.integers(1, 8),
    st.floats(2.5, 5.5),
    st.floats(0.0, 6.28),
    st.integers(0, 2**32 - 1),
)
@settings(max_examples=30)
def test_a_mirrored_track_has_its_laps_the_other_way(laps, lane, speed_m_s, turned_rad, seed):
    rng = np.random.default_rng(seed)
    way = received(to_and_from(around(track(lane), laps, speed_m_s)), rng, sd_m=1.0)
    a = track_laps(path(way * np.exp(1j * turned_rad)))
    b = track_laps(path(way.conjugate() * np.exp(1j * turned_rad)))
    assert a is not None
    assert b is not None
    assert (a.left, a.right) == (b.right, b.left) == (laps, 0)
    assert a.lap_m == pytest.approx(b.lap_m, abs=0.2)
    assert a.radius_m == pytest.approx(b.radius_m, abs=0.2)
