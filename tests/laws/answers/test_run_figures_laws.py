"""Any recording can be drawn: within bounds, in order of time, with numbers or nothing."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from evenstride.answers.run_figures import (
    MOST_POINTS,
    MOST_ROWS,
    course_figure,
    histogram_figure,
    places,
    track_figure,
)
from evenstride.gait import dissect
from evenstride.gait.course import course
from gait_frames import frame
from gait_recordings import recordings

BOUNDS = {"course": MOST_ROWS, "track": MOST_POINTS, "histogram": 200}


@st.composite
def drawn(draw):
    """A recording, what was left out of it, and its figures."""
    samples, pauses = draw(recordings())
    trouble = draw(st.sampled_from(["none", "two records a second", "positions come and go"]))
    if trouble == "two records a second":
        samples = samples.with_columns((pl.col("t_s") / 2).floor().alias("t_s"))
    elif trouble == "positions come and go":
        here = (pl.col("t_s") % 200) >= 90
        samples = samples.with_columns(
            pl.when(here).then(pl.col(name)).alias(name) for name in ("lat_deg", "lon_deg")
        )
    run = dissect(samples, pauses)
    along = course(run, samples)
    figures = {
        "course": course_figure(along, 3.0),
        "track": track_figure(along, run, 5000.0),
        "histogram": histogram_figure(run),
    }
    return samples, along, {name: figure for name, figure in figures.items() if figure is not None}


@given(drawn())
def test_any_recording_can_be_drawn_within_bounds(made):
    _, _, figures = made
    for name, figure in figures.items():
        assert 0 < len(figure.rows) <= BOUNDS[name]
        for row in figure.rows:
            assert set(figure.roles.values()) == set(row)
            assert all(value is None or math.isfinite(value) for value in row.values())


@given(drawn())
def test_figures_follow_the_time_of_the_recording(made):
    samples, _, figures = made
    t = samples["t_s"].to_numpy()
    for name in ("course", "track"):
        if name in figures:
            minutes = [r["minute"] for r in figures[name].rows if r["minute"] is not None]
            assert (np.diff(minutes) >= 0.0).all()
            assert t[0] - 0.1 <= 60.0 * minutes[0]
            assert 60.0 * minutes[-1] <= t[-1] + 0.1


@given(drawn())
def test_a_row_of_nothing_interrupts_a_track_and_nothing_else_does(made):
    _, _, figures = made
    if "track" in figures:
        rows = figures["track"].rows
        empty = [row["x_m"] is None for row in rows]
        assert empty == [row["y_m"] is None for row in rows] == [r["minute"] is None for r in rows]
        assert not empty[0]
        assert not empty[-1]
        assert not any(a and b for a, b in pairwise(empty))


@given(drawn())
def test_no_balance_is_drawn_where_time_was_left_out(made):
    _, along, figures = made
    left_out = [(p["start_s"], p["end_s"]) for p in places(along.stretches)]
    for row in figures["course"].rows if "course" in figures else ():
        if row.get("balance_left_pct") is not None:
            second = 60.0 * row["minute"]
            assert not any(a + 0.1 < second < b - 0.1 for a, b in left_out)


def test_a_straight_track_still_shows_how_balance_changed():
    t = np.arange(3600.0)
    samples = frame(
        t_s=t,
        balance_left_pct=49.0 + np.sin(2.0 * np.pi * t / 60.0),
        lat_deg=t * 3.0 / 111_195.0,
        lon_deg=0.0,
    )
    run = dissect(samples)
    along = course(run, samples)
    rows = [r for r in track_figure(along, run, 10_800.0).rows if r["balance_left_pct"] is not None]
    minute, value = ([row[name] for row in rows] for name in ("minute", "balance_left_pct"))
    settled = t > 30.0
    shown = np.interp(t[settled] / 60.0, minute, value)
    assert np.abs(shown - along.columns["balance_left_pct"][settled]).max() < 0.15
