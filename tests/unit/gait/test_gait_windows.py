"""What a lap of an experiment measures: the seconds that lie in it, and nothing of the others."""

from __future__ import annotations

import numpy as np
import pytest

from evenstride.domain.measures import BLOCK_DTYPE
from evenstride.domain.recording import Lap
from evenstride.gait import measure, measure_laps
from evenstride.gait.windows import measure_windows, window_pieces
from gait_frames import frame

NAN = float("nan")
READINGS = [
    name for name in BLOCK_DTYPE.names if name not in {"duration_s", "usable_share"}
]  # what is missing where nothing was run


def alternating(seconds=2400, lap_s=300, effect_pp=1.0):
    """Laps of `lap_s` of which every other one is `effect_pp` further to the left."""
    t = np.arange(seconds)
    return frame(seconds, balance_left_pct=49.0 + effect_pp * ((t // lap_s) % 2))


def test_a_window_has_the_mean_of_its_own_seconds():
    samples = alternating()
    found = measure_windows(samples, [(300.0, 600.0), (600.0, 900.0), (450.0, 750.0)])
    assert found["balance_left_pct"] == pytest.approx([50.0, 49.0, 49.5], abs=1e-6)
    assert found["duration_s"].tolist() == [300.0, 300.0, 300.0]
    assert found["usable_share"].tolist() == [1.0, 1.0, 1.0]
    assert found["t_s"].tolist() == [300.0, 600.0, 450.0]
    assert found["elapsed_s"] == pytest.approx([450.0, 750.0, 600.0])


def test_a_record_belongs_to_the_window_that_it_begins_in():
    samples = alternating()
    first, second, both = measure_windows(samples, [(300.0, 300.5), (300.5, 301.5), (300.0, 301.5)])
    assert (first["t_s"], second["t_s"]) == (300.0, 301.0)
    assert (first["duration_s"], second["duration_s"], both["duration_s"]) == (1.0, 1.0, 2.0)


@pytest.mark.parametrize(
    "window",
    [(2400.0, 2700.0), (-300.0, 0.0), (600.0, 600.0), (700.0, 600.0), (1000.0, 1100.0),
     (1e9, np.inf), (NAN, 900.0), (0.0, 5.0)],
)  # fmt: skip
def test_where_nothing_is_usable_nothing_is_said(window):
    t = np.arange(2400)
    samples = frame(2400, speed_m_s=np.where((t >= 990) & (t < 1110), 0.0, 3.0))
    missing, there = measure_windows(samples, [window, (1500.0, 1800.0)])
    assert all(np.isnan(missing[name]) for name in READINGS)
    assert (missing["duration_s"], missing["usable_share"]) == (0.0, 0.0)
    assert there["balance_left_pct"] == pytest.approx(49.0)
    assert window_pieces(samples, [window]).size == 0


def test_what_is_left_out_of_a_run_is_left_out_of_its_windows():
    t = np.arange(1800)
    walking = (t >= 700) & (t < 730)
    samples = frame(
        speed_m_s=np.where(walking, 1.4, 3.0),
        cadence_spm=np.where(walking, 112.0, 170.0),
        balance_left_pct=np.where(walking, 55.0, 49.0),
    )
    run, lap = measure_windows(samples, [(0.0, np.inf), (600.0, 900.0)])
    assert lap["balance_left_pct"] == pytest.approx(49.0)
    whole = measure(samples)
    assert run["duration_s"] == whole.usable_s
    assert run["usable_share"] == pytest.approx(whole.usable_share)
    assert lap["usable_share"] == pytest.approx(lap["duration_s"] / 300.0)
    assert 200.0 < lap["duration_s"] < 271.0, "the walk, and settling after it, are not in it"


def test_a_pause_is_left_out_where_it_is_named():
    samples = frame()
    (with_it,) = measure_windows(samples, [(600.0, 900.0)])
    (without,) = measure_windows(samples, [(600.0, 900.0)], [(650.0, 700.0)])
    assert with_it["duration_s"] == 300.0
    assert without["duration_s"] < 251.0
    (stood,) = measure_windows(samples, [(660.0, 690.0)], [(650.0, 700.0)])
    assert stood["duration_s"] == 0.0
    assert np.isnan(stood["balance_left_pct"]), "records that a watch wrote while it stood"


def test_windows_of_laps_are_as_laps():
    rng = np.random.default_rng(3)
    samples = frame(balance_left_pct=49.0 + rng.normal(0.0, 0.5, 1800))
    laps = [Lap(0, 0.0, 400.0), Lap(1, 400.0, 1111.0), Lap(2, 1111.0, 1800.0)]
    found = measure_windows(samples, [(lap.start_s, lap.end_s) for lap in laps])
    for row, lap in zip(found, measure_laps(samples, laps), strict=True):
        assert row["balance_left_pct"] == pytest.approx(lap.estimates["balance_left_pct"].value)
        assert row["duration_s"] == lap.usable_s
        assert 0.0 < row["balance_se_pp"] < lap.estimates["balance_left_pct"].se


def test_pieces_are_of_at_most_a_minute_and_lie_in_their_windows():
    rng = np.random.default_rng(4)
    samples = frame(3600, balance_left_pct=49.0 + rng.normal(0.0, 0.5, 3600))
    windows = [(630.0, 840.0), (870.0, 929.0), (2000.0, 2019.0), (940.0, 1001.0)]
    pieces = window_pieces(samples, windows)
    assert pieces["duration_s"].max() <= 60.0
    assert pieces["duration_s"].min() >= 20.0
    at = [np.flatnonzero((pieces["t_s"] >= a) & (pieces["t_s"] < b)) for a, b in windows]
    assert [len(some) for some in at] == [5, 1, 0, 2], "19 s make no piece"
    assert np.concatenate(at).tolist() == list(range(8)), "window after window"
    for some, window in zip(at, measure_windows(samples, windows), strict=True):
        if some.size:
            weight = pieces["duration_s"][some]
            mean = np.average(pieces["balance_left_pct"][some], weights=weight)
            assert mean == pytest.approx(window["balance_left_pct"])
            assert weight.sum() == window["duration_s"]
            assert (pieces["balance_se_pp"][some] > window["balance_se_pp"]).all() or some.size == 1


def test_without_balance_the_rest_is_measured():
    (row,) = measure_windows(frame(balance_left_pct=NAN), [(300.0, 600.0)])
    assert (row["gct_ms"], row["speed_m_s"]) == pytest.approx((250.0, 3.0))
    assert np.isnan(row["balance_left_pct"])
    assert np.isnan(row["balance_se_pp"])


def test_no_records_or_no_windows():
    assert measure_windows(frame(), []).shape == (0,)
    assert window_pieces(frame(), []).shape == (0,)
    (row,) = measure_windows(frame(0), [(0.0, 60.0)])
    assert (row["duration_s"], row["usable_share"]) == (0.0, 0.0)
    assert np.isnan(row["gct_ms"])
    assert window_pieces(frame(0), [(0.0, 60.0)]).size == 0
