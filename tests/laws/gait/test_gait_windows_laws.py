"""Laws of windows: the whole is the run, parts add up to it, and mirrored runners mirror them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenstride.gait import measure
from evenstride.gait.windows import measure_windows, window_pieces
from gait_recordings import recordings

MEANS = ("balance_left_pct", "gct_ms", "flight_time_ms", "cadence_spm", "speed_m_s")

# Eighths of a second: sums of them are exact. Any order, any overlap, beyond the run.
moments = st.integers(-800, 20_000).map(lambda eighths: eighths / 8.0)
some_windows = st.lists(st.tuples(moments, moments), max_size=6)


@given(recordings())
def test_a_window_over_everything_is_the_run(recording):
    samples, pauses = recording
    (row,) = measure_windows(samples, [(-np.inf, np.inf)], pauses)
    whole = measure(samples, pauses)
    assert row["duration_s"] == pytest.approx(whole.usable_s)
    assert row["usable_share"] <= 1.0
    for name in MEANS:
        if name in whole.estimates:
            assert row[name] == pytest.approx(whole.estimates[name].value, rel=1e-9), name
        else:
            assert np.isnan(row[name]), name


@given(recordings(), st.lists(moments, max_size=5))
def test_windows_that_adjoin_lose_no_second(recording, cuts):
    samples, pauses = recording
    bounds = [-np.inf, *sorted(cuts), np.inf]
    rows = measure_windows(samples, list(pairwise(bounds)), pauses)
    assert rows["duration_s"].sum() == pytest.approx(measure(samples, pauses).usable_s)


@given(recordings(), some_windows)
def test_a_window_does_not_know_of_the_others(recording, windows):
    samples, pauses = recording
    together = measure_windows(samples, windows, pauses)
    assert together.shape == (len(windows),)
    for window, row in zip(windows, together, strict=True):
        (alone,) = measure_windows(samples, [window], pauses)
        for name in (*MEANS, "t_s", "duration_s", "elapsed_s", "usable_share", "balance_se_pp"):
            assert row[name] == pytest.approx(alone[name], rel=1e-9, nan_ok=True), name


@given(recordings(), some_windows)
def test_the_mirrored_runner_has_the_mirrored_windows(recording, windows):
    samples, pauses = recording
    even = samples.with_columns((pl.col("balance_left_pct") * 32).round() / 32)
    mirrored = even.with_columns((100 - pl.col("balance_left_pct")).alias("balance_left_pct"))
    for measured in (measure_windows, window_pieces):
        a, b = (measured(frame, windows, pauses) for frame in (even, mirrored))
        assert b["balance_left_pct"] == pytest.approx(100 - a["balance_left_pct"], nan_ok=True)
        assert b["balance_se_pp"] == pytest.approx(a["balance_se_pp"], rel=1e-6, nan_ok=True)
        assert b["duration_s"].tolist() == a["duration_s"].tolist()


@given(recordings(), some_windows)
def test_pieces_lie_in_their_windows_and_add_up_to_no_more(recording, windows):
    samples, pauses = recording
    for window in windows:
        pieces = window_pieces(samples, [window], pauses)
        (row,) = measure_windows(samples, [window], pauses)
        start_s, end_s = window
        assert ((pieces["t_s"] >= start_s) & (pieces["t_s"] < end_s)).all()
        assert pieces["duration_s"].sum() <= row["duration_s"] + 1e-6
        # A record is never cut: with one every 14 s a piece may be that much longer.
        assert (pieces["duration_s"] <= 60.0 + 15.0).all()
