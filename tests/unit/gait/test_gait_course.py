"""Readings along a run: usable running only, smoothed within a stretch and never across."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from evenstride.gait import dissect
from evenstride.gait.course import WINDOW_S, course, running_mean
from gait_frames import frame

NAN = float("nan")


def follow(samples, pauses=()):
    return course(dissect(samples, pauses), samples)


def mean_of(t, x, piece=None, weight=None, window=10.0):
    t, x = np.asarray(t, dtype=float), np.asarray(x, dtype=float)
    return running_mean(
        t,
        x,
        weight_s=np.ones(t.size) if weight is None else np.asarray(weight, dtype=float),
        piece=np.zeros(t.size, dtype=np.intp) if piece is None else np.asarray(piece),
        window_s=window,
    )


def test_the_mean_reaches_half_a_window_either_way():
    x = np.zeros(100)
    x[50] = 11.0
    found = mean_of(np.arange(100), x)
    assert found[50] == pytest.approx(1.0)
    assert np.flatnonzero(np.abs(found) > 1e-9).tolist() == list(range(45, 56))


def test_the_mean_weighs_time():
    assert mean_of([0, 1, 4], [49.0, 50.0, 52.0], weight=[1, 3, 6])[1] == pytest.approx(
        (49 + 150 + 312) / 10
    )


def test_the_mean_does_not_cross_pieces_and_leaves_missing_readings_out():
    x = np.repeat([48.0, 52.0], 50)
    piece = np.repeat([0, 1], 50)
    assert mean_of(np.arange(100), x, piece).tolist() == x.tolist()
    x[10] = NAN
    found = mean_of(np.arange(100), x, piece)
    assert found[10] == pytest.approx(48.0)
    x[:50] = NAN
    found = mean_of(np.arange(100), x, piece)
    assert np.isnan(found[:50]).all()
    assert (found[50:] == 52.0).all()


def test_balance_is_that_of_usable_running_only():
    balance, speed, cadence = np.full(900, 49.0), np.full(900, 3.0), np.full(900, 170.0)
    speed[300:400], cadence[300:400], balance[300:400] = 1.4, 110.0, 44.0
    balance[400:415] = 56.0
    balance[600] = 25.0
    found = follow(frame(900, balance_left_pct=balance, speed_m_s=speed, cadence_spm=cadence))
    shown = found.columns["balance_left_pct"]
    assert np.isnan(shown[:15]).all()
    assert np.isnan(shown[300:415]).all()
    assert shown[np.isfinite(shown)] == pytest.approx(49.0)
    # A single implausible second leaves no hole.
    assert shown[600] == pytest.approx(49.0)
    assert found.columns["speed_m_s"][350] == pytest.approx(1.4)


def test_a_step_of_balance_is_seen_within_the_window():
    t = np.arange(1200)
    shown = follow(frame(1200, balance_left_pct=np.where(t < 600, 49.0, 51.0))).columns
    half = int(WINDOW_S / 2)
    assert shown["balance_left_pct"][600 - half - 1] == pytest.approx(49.0)
    assert shown["balance_left_pct"][600 + half] == pytest.approx(51.0)
    assert shown["left_gct_ms"][900] == pytest.approx(255.0)
    assert shown["right_gct_ms"][900] == pytest.approx(245.0)


def test_there_is_no_pace_while_standing():
    speed = np.full(900, 3.0)
    speed[300:400] = 0.0
    found = follow(frame(900, speed_m_s=speed)).columns["speed_m_s"]
    assert np.isnan(found[300:400]).all()
    assert np.delete(found, np.arange(300, 400)) == pytest.approx(3.0)


def test_altitude_and_heart_rate_are_as_written():
    t = np.arange(900)
    samples = frame(900, altitude_m=100.0 + t % 7, heart_rate_bpm=120.0 + t % 11)
    found = follow(samples).columns
    for name in ("altitude_m", "heart_rate_bpm"):
        assert found[name] == pytest.approx(samples[name].to_numpy())


def test_only_what_was_recorded_is_there():
    assert set(follow(frame(900)).columns) == {
        "balance_left_pct",
        "left_gct_ms",
        "right_gct_ms",
        "speed_m_s",
    }, "an altitude that never changes is none"
    assert set(follow(frame(900, balance_left_pct=NAN)).columns) == {"gct_ms", "speed_m_s"}
    assert set(follow(frame(900, balance_left_pct=NAN, gct_ms=NAN, speed_m_s=NAN)).columns) == set()
    assert follow(frame(0)).columns == {}


def test_a_recording_is_interrupted_where_nothing_stands_for_the_time():
    t = np.concatenate([np.arange(200.0), np.arange(260.0, 400.0), np.arange(500.0, 700.0)])
    found = follow(frame(t_s=t), [(200.0, 260.0)])
    assert found.t_s[found.interrupted].tolist() == [260.0, 500.0]
    every_seventh = follow(frame(t_s=np.arange(0.0, 600.0, 7.0)))
    assert not every_seventh.interrupted.any()


def test_the_timer_may_stop_at_a_record_that_then_stands_for_nothing():
    t = np.concatenate([np.arange(200.0), np.arange(260.0, 400.0)])
    speed = np.full(t.size, 3.0)
    speed[200] = 0.0
    found = follow(frame(t_s=t, speed_m_s=speed), [(199.0, 260.0)])
    assert found.t_s[found.interrupted].tolist() == [260.0]
    assert np.isnan(found.columns["speed_m_s"][200])


def test_speed_before_a_pause_says_nothing_of_after():
    t = np.concatenate([np.arange(200.0), np.arange(260.0, 400.0)])
    found = follow(frame(t_s=t, speed_m_s=np.where(t < 230, 2.5, 4.0)), [(200.0, 260.0)])
    assert set(np.round(found.columns["speed_m_s"], 6)) == {2.5, 4.0}


def test_records_of_one_moment_have_a_course_too():
    found = follow(frame(t_s=np.zeros(3), heart_rate_bpm=150.0))
    assert found.columns["heart_rate_bpm"].tolist() == [150.0] * 3
    assert found.stretches.kind.size == 0


def test_developer_columns_do_no_harm():
    samples = frame(300)
    more = samples.with_columns(dev_x=pl.lit(1))
    assert follow(more).columns.keys() == follow(samples).columns.keys()
