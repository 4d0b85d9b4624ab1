"""Shares of time by bin: they add up, and mirror exactly."""

from __future__ import annotations

import numpy as np
import pytest

from evenstride.gait.histogram import COARSE_PP, FINE_PP, histogram

NAN = float("nan")


def rows(values, weight=None):
    values = np.asarray(values, dtype=float)
    found = histogram(values, np.ones(values.size) if weight is None else np.asarray(weight))
    return list(zip(found.low.tolist(), found.high.tolist(), found.share.tolist(), strict=True))


def test_time_is_counted_not_records():
    found = rows([49.1, 49.1, 50.1], [1.0, 2.0, 9.0])
    assert found[0] == (49.0, 49.25, 0.25)
    assert found[-1] == (50.0, 50.25, 0.75)
    assert [share for _, _, share in found[1:-1]] == [0.0, 0.0, 0.0]


def test_a_reading_on_an_edge_counts_half_on_either_side():
    assert rows([50.0]) == [(49.75, 50.0, 0.5), (50.0, 50.25, 0.5)]


def test_bins_are_wide_where_balance_is():
    fine, coarse = (rows(np.linspace(50 - x, 50 + x, 1001)) for x in (2.0, 8.0))
    assert fine[0][1] - fine[0][0] == FINE_PP
    assert coarse[0][1] - coarse[0][0] == COARSE_PP


def test_a_wild_second_does_not_squeeze_the_others():
    values = np.full(3600, 49.1)
    values[7] = 38.0
    found = rows(values)
    assert [low for low, _, _ in found] == [49.0]
    assert sum(share for _, _, share in found) == pytest.approx(3599 / 3600)


def test_nothing_has_no_histogram():
    assert histogram(np.array([]), np.array([])) is None
    assert histogram(np.array([NAN, NAN]), np.ones(2)) is None


def test_missing_readings_are_no_time():
    assert rows([49.1, NAN, NAN]) == [(49.0, 49.25, 1.0)]
