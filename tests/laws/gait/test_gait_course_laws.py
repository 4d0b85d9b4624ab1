"""Laws of what is shown along a run: mirrored, whole, and without holes that nobody explained."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenstride.gait import dissect
from evenstride.gait.course import course
from evenstride.gait.histogram import histogram
from evenstride.gait.stretches import KINDS, MOST, SHORTEST_S
from evenstride.gait.usable import USABLE
from gait_recordings import recordings


@given(recordings())
def test_stretches_cover_the_recording_once(recording):
    samples, pauses = recording
    run = dissect(samples, pauses)
    found = course(run, samples).stretches
    t = run.columns["t_s"]
    if t.size == 0:
        assert found.kind.size == 0
        return
    assert found.start_s[0] == t[0]
    assert found.end_s[-1] == pytest.approx(t[-1] + run.usable.weight_s[-1])
    assert (found.end_s[:-1] == found.start_s[1:]).all()
    assert (found.kind[1:] != found.kind[:-1]).all()
    assert found.kind.size <= MOST
    length_s = found.end_s - found.start_s
    assert found.kind.size == 1 or length_s.min() >= SHORTEST_S


@given(recordings())
def test_what_lasts_keeps_its_reason(recording):
    samples, pauses = recording
    run = dissect(samples, pauses)
    t, weight_s, reason = run.columns["t_s"], run.usable.weight_s, run.usable.reason
    found = course(run, samples).stretches
    kind = found.kind[found.of(t)] if t.size else t
    new = np.append(True, (reason[1:] != reason[:-1]) | (np.diff(t) > weight_s[:-1]))[: t.size]
    if 2 * np.count_nonzero(new) > MOST:
        return  # so many that short ones had to be given up
    for part in np.split(np.arange(t.size), np.flatnonzero(new)[1:]):
        if weight_s[part].sum() >= SHORTEST_S:
            lasting = part[weight_s[part] > 0.0]
            assert (kind[lasting] == reason[lasting]).all(), KINDS[reason[part[0]]]


@given(recordings())
def test_what_is_shown_is_within_what_was_read(recording):
    samples, pauses = recording
    run = dissect(samples, pauses)
    shown = course(run, samples)
    for name in ("balance_left_pct", "gct_ms", "speed_m_s"):
        values = shown.columns.get(name)
        if values is None:
            continue
        source = run.columns[name] if name == "speed_m_s" else run.columns[name][run.usable.mask]
        here = np.isfinite(values)
        assert values[here].min(initial=np.inf) >= np.nanmin(source, initial=np.inf) - 1e-9
        assert values[here].max(initial=-np.inf) <= np.nanmax(source, initial=-np.inf) + 1e-9
        if name != "speed_m_s":
            kind = shown.stretches.kind[shown.stretches.of(shown.t_s)]
            assert (kind[here] == USABLE).all()


@given(recordings())
def test_the_mirrored_runner_has_the_mirrored_course(recording):
    samples, pauses = recording
    even = samples.with_columns((pl.col("balance_left_pct") * 32).round() / 32)
    mirrored = even.with_columns((100 - pl.col("balance_left_pct")).alias("balance_left_pct"))
    a, b = (course(dissect(frame, pauses), frame) for frame in (even, mirrored))
    assert a.columns.keys() == b.columns.keys()
    assert a.stretches.kind.tolist() == b.stretches.kind.tolist()
    if "balance_left_pct" in a.columns:
        same = {"rel": 1e-6, "abs": 1e-6, "nan_ok": True}
        x, y = a.columns, b.columns
        assert x["balance_left_pct"] == pytest.approx(100.0 - y["balance_left_pct"], **same)
        if "left_gct_ms" not in x:
            return
        assert x["left_gct_ms"] == pytest.approx(y["right_gct_ms"], rel=1e-5, nan_ok=True)
        assert x["right_gct_ms"] == pytest.approx(y["left_gct_ms"], rel=1e-5, nan_ok=True)


@given(
    st.lists(st.tuples(st.integers(36 * 32, 64 * 32), st.integers(0, 40)), min_size=1, max_size=300)
)
def test_the_mirrored_runner_has_the_mirrored_histogram(readings):
    value, eighths = np.array(readings, dtype=float).T
    x, weight = value / 32.0, eighths / 8.0
    a, b = histogram(x, weight), histogram(100.0 - x, weight)
    if a is None or b is None:
        assert weight.sum() == 0.0
        assert a is b is None
        return
    assert a.low.tolist() == (100.0 - b.high[::-1]).tolist()
    assert a.share == pytest.approx(b.share[::-1])
    assert 0.998 - 1e-9 <= a.share.sum() <= 1.0 + 1e-9
    assert (a.high[:-1] == a.low[1:]).all()
    middle = float(weight @ x / weight.sum())
    of_bins = float(a.share @ (0.5 * (a.low + a.high)) / a.share.sum())
    assert of_bins == pytest.approx(middle, abs=0.25 + 0.002 * np.ptp(x))
