"""Laws of thinning: extremes and holes stay, order stays, and a path is missed by little."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenstride.answers.thinning import FLICKER_S, keep_peaks, keep_shape

NAN = float("nan")


@st.composite
def series(draw):
    """Columns of noise, steps and drifts with holes, at any recording interval."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, k = draw(st.integers(1, 3000)), draw(st.integers(1, 6))
    t = np.cumsum(rng.integers(1, draw(st.sampled_from([2, 2, 9])), n)).astype(float)
    columns = rng.standard_normal((k, n)) * rng.uniform(0.0, 3.0, (k, 1))
    columns += np.cumsum(rng.standard_normal((k, n)) * 0.1, axis=1)
    for _ in range(draw(st.integers(0, 20))):
        a = int(rng.integers(n))
        columns[rng.integers(k) if draw(st.booleans()) else slice(None)][
            ..., a : a + int(rng.integers(1, 200))
        ] = NAN
    return t, columns


def holes(t, column):
    """Ends of the holes between valid values, in seconds."""
    valid = np.flatnonzero(np.isfinite(column))
    at = np.flatnonzero(np.diff(valid) > 1)
    return [(t[valid[i]], t[valid[i + 1]]) for i in at]


@given(series(), st.integers(150, 900))
def test_extremes_order_and_holes_stay(made, most):
    t, columns = made
    kept, bridged = keep_peaks(t, columns, most=most)
    assert kept.size <= most
    assert (np.diff(kept) > 0).all()
    assert {0, t.size - 1} <= set(kept.tolist())
    for column, whole in zip(columns, bridged, strict=True):
        if np.isfinite(column).any():
            shown = whole[kept]
            assert np.nanmax(shown) == np.nanmax(column)
            assert np.nanmin(shown) == np.nanmin(column)
            seen = np.isfinite(column)
            assert (whole[seen] == column[seen]).all()
        # Up to twenty holes in each of six columns can all be marked.
        long = [(a, b) for a, b in holes(t, column) if b - a > FLICKER_S]
        if 3 * len(long) * len(columns) + 20 <= most // 4:
            assert holes(t, whole) == long
            assert holes(t[kept], whole[kept]) == long


@given(series(), st.integers(150, 900))
def test_what_is_kept_is_a_good_picture(made, most):
    """Every value lies between the extremes that its neighbourhood keeps."""
    t, columns = made
    kept, bridged = keep_peaks(t, columns, most=most)
    if kept.size == t.size:
        return
    width = -(-t.size // max((most // 4) // (2 * len(columns)), 1))
    for whole in bridged:
        for i in range(0, t.size, 97):
            if np.isfinite(whole[i]):
                near = kept[np.abs(kept - i) <= 2 * width]
                assert np.nanmin(whole[near]) <= whole[i] <= np.nanmax(whole[near])


@given(st.integers(0, 2**32 - 1), st.integers(2, 4000), st.integers(2, 200))
def test_a_path_is_never_missed_by_more_than_a_worse_choice_would(seed, n, most):
    rng = np.random.default_rng(seed)
    t = np.cumsum(rng.integers(1, 4, n)).astype(float)
    points = np.cumsum(rng.standard_normal((3, n)), axis=1)
    fixed = np.unique(np.concatenate(([0, n - 1], rng.integers(0, n, 5))))
    kept = keep_shape(t, points, fixed, most=most)
    assert kept.size <= max(most, fixed.size)
    assert set(fixed.tolist()) <= set(kept.tolist())
    assert (np.diff(kept) > 0).all()
    if kept.size < n and kept.size > fixed.size:
        assert off(t, points, kept) <= off(t, points, fixed) + 1e-9


def off(t, points, kept):
    """The largest distance from the line through the kept points, at each point's own time."""
    lines = np.stack([np.interp(t, t[kept], row[kept]) for row in points])
    return float(np.sqrt(((lines - points) ** 2).sum(axis=0)).max())


@given(st.integers(3, 2000), st.integers(10, 60))
def test_a_straight_path_needs_its_ends_only(n, most):
    t = np.arange(n, dtype=float)
    kept = keep_shape(t, np.stack([t * 3.0, t * -4.0]), np.array([0, n - 1]), most=most)
    assert off(t, np.stack([t * 3.0, t * -4.0]), kept) == pytest.approx(0.0, abs=1e-6)


def test_corners_are_kept_first():
    t = np.arange(1000.0)
    x = np.interp(t, [0, 300, 301, 800, 999], [0, 300, 300, 300, 500])
    y = np.interp(t, [0, 300, 800, 999], [0, 0, 500, 500])
    kept = keep_shape(t, np.stack([x, y]), np.array([0, 999]), most=6)
    assert {0, 300, 800, 999} <= set(kept.tolist())
    assert off(t, np.stack([x, y]), kept) < 0.5


def test_what_matters_most_is_kept_before_what_matters_once_it_is():
    """A point may lie far from a line that is only drawn when another point is kept."""
    t = np.arange(101.0)
    y = np.interp(t, [0, 50, 75, 100], [0, 10, -9.9, 0])
    kept = keep_shape(t, y[None], np.array([0, 100]), most=3)
    assert kept.tolist() == [0, 50, 100]


def test_all_is_kept_where_there_is_room():
    t = np.arange(50.0)
    kept, _ = keep_peaks(t, np.stack([t, -t]), most=100)
    assert kept.tolist() == list(range(50))
    assert keep_shape(t, np.stack([t, -t]), np.array([0, 49]), most=50).tolist() == list(range(50))


@given(st.integers(0, 2**32 - 1))
def test_lines_between_kept_rows_are_the_lines_themselves(seed):
    """An hour of six measures, smoothed over 20 s, within a few pixels of a panel of 110."""
    rng = np.random.default_rng(seed)
    window = np.ones(21) / 21.0
    wander = np.cumsum(rng.standard_normal((6, 3620)) * 0.05, axis=1)
    rough = wander + rng.standard_normal((6, 3620)) * 0.5
    columns = np.stack([np.convolve(row, window, mode="valid") for row in rough])
    t = np.arange(3600.0)
    kept, _ = keep_peaks(t, columns, most=800)
    for column in columns:
        off_by = np.abs(np.interp(t, t[kept], column[kept]) - column)
        assert off_by.max() <= 0.06 * np.ptp(column)
