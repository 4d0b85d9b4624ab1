"""How usable running is cut into rows."""

from __future__ import annotations

import numpy as np
import pytest

from evenstride.gait import blocks, measure
from gait_frames import circle, frame


def lengths(t, weight=None):
    t = np.asarray(t, dtype=float)
    weight = np.ones(t.size) if weight is None else weight
    begin, end = blocks.cut(t, weight, np.cumsum(weight))
    return (end - begin).tolist()


def test_ten_minutes_are_ten_blocks():
    assert lengths(np.arange(600)) == [60] * 10


def test_a_stretch_is_cut_evenly_as_near_to_a_minute_as_it_goes():
    assert lengths(np.arange(200)) == [67, 66, 67]
    assert lengths(np.arange(89)) == [89]
    assert lengths(np.arange(91)) == [45, 46]


def test_no_block_spans_a_break_of_ten_seconds():
    t = np.concatenate([np.arange(80), 90 + np.arange(60)])
    assert lengths(t) == [80, 60]


def test_a_short_break_is_bridged():
    assert lengths(np.concatenate([np.arange(30), 35 + np.arange(30)])) == [60]


def test_a_stretch_of_under_20_seconds_makes_no_block():
    assert lengths(np.concatenate([np.arange(19), 100 + np.arange(60)])) == [60]
    assert lengths(np.arange(19)) == []
    assert lengths([]) == []


def test_smart_recording_is_cut_by_time_not_by_records():
    t = np.concatenate([np.arange(0, 60, 6), np.arange(60, 120)]).astype(float)
    weight = np.diff(np.append(t, 120.0))
    assert lengths(t, weight) == [10, 60]


def test_what_a_block_says():
    t = np.arange(1215.0)
    found = measure(
        frame(1215, speed_m_s=np.where(t < 615, 3.0, 4.0), altitude_m=100.0 + 0.06 * t)
    ).blocks
    assert found.size == 20
    assert found["t_s"].tolist() == (15.0 + 60.0 * np.arange(20)).tolist()
    assert found["duration_s"].tolist() == [60.0] * 20
    assert found["elapsed_s"].tolist() == (45.0 + 60.0 * np.arange(20)).tolist()
    assert found["usable_share"].tolist() == [1.0] * 20
    assert found["balance_left_pct"] == pytest.approx(49.0)
    assert found["gct_ms"] == pytest.approx(250.0)
    assert found["flight_time_ms"] == pytest.approx(60_000 / 170 - 250)
    assert found["cadence_spm"] == pytest.approx(170.0)
    assert found["speed_m_s"] == pytest.approx([3.0] * 10 + [4.0] * 10)
    assert found["grade_pct"] == pytest.approx([2.0] * 10 + [1.5] * 10, abs=0.01)
    assert np.isnan(found["lateral_acceleration_m_s2"]).all()
    assert (found["balance_se_pp"] > 0.0).all()


def test_elapsed_counts_running_and_neither_walks_nor_pauses():
    t = np.concatenate([np.arange(315.0), 400.0 + np.arange(500.0)])
    speed = np.full(t.size, 3.0)
    cadence = np.full(t.size, 170.0)
    walk = (t >= 500) & (t < 600)
    speed[walk], cadence[walk] = 1.4, 110.0
    found = measure(frame(t_s=t, speed_m_s=speed, cadence_spm=cadence), [(315.0, 400.0)]).blocks
    after = found[found["t_s"] > 600]
    # 315 s before the pause, 100 s before the walk, 15 s of settling, half a block.
    assert after["elapsed_s"][0] == pytest.approx(315 + 100 + 15 + 0.5 * after["duration_s"][0])


def test_a_block_with_holes_says_what_share_is_usable():
    balance = np.full(75, 49.0)
    balance[30:36] = np.nan
    found = measure(frame(75, balance_left_pct=balance)).blocks
    assert found["duration_s"].tolist() == [54.0]
    assert found["usable_share"].tolist() == [0.9]


def test_a_missing_contact_time_leaves_the_other_columns():
    contact = np.where(np.arange(615) < 300, 250.0, np.nan)
    found = measure(frame(615, gct_ms=contact)).blocks
    assert found["balance_left_pct"] == pytest.approx(49.0)
    assert np.isnan(found["gct_ms"][-1])
    assert found["gct_ms"][0] == pytest.approx(250.0)


def test_left_laps_of_a_track_lean_left():
    t = np.arange(915.0)
    lat, lon = circle(t, radius_m=36.5, speed_m_s=3.0)
    found = measure(frame(915, lat_deg=lat, lon_deg=lon)).blocks
    assert found["lateral_acceleration_m_s2"] == pytest.approx(0.247, rel=0.05)


def test_the_error_of_a_block_is_of_seconds_not_of_the_day():
    rng = np.random.default_rng(0)
    minute = np.repeat(rng.normal(0.0, 0.4, 60), 60)
    quick = rng.normal(0.0, 0.3, 3600)
    found = measure(frame(3600, balance_left_pct=49.0 + minute + quick))
    run = found.estimates["balance_left_pct"].se
    assert (found.blocks["balance_se_pp"] > run).all()
