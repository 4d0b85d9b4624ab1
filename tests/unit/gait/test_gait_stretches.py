"""Stretches tell a run as a person would: flickers belong to what lies around them."""

from __future__ import annotations

import numpy as np
import pytest

from evenstride.gait import dissect
from evenstride.gait.stretches import KINDS, MOST, stretches
from evenstride.gait.usable import Usable
from gait_frames import frame

NAN = float("nan")


def told(samples, pauses=()):
    run = dissect(samples, pauses)
    found = stretches(run.columns["t_s"], run.usable, pauses)
    return [
        (a, b, KINDS[k])
        for a, b, k in zip(
            found.start_s.tolist(), found.end_s.tolist(), found.kind.tolist(), strict=True
        )
    ]


def of_reasons(*groups):
    """Stretches of records at 1 Hz: each group is a number of seconds and the reason's index."""
    reason = np.concatenate([np.full(n, code, dtype=np.int8) for n, code in groups])
    mask = Usable(np.ones(reason.size), reason, reason == 0)
    found = stretches(np.arange(reason.size, dtype=float), mask)
    return list(zip(found.start_s.tolist(), found.end_s.tolist(), found.kind.tolist(), strict=True))


def test_a_run_is_its_start_and_the_rest():
    assert told(frame(600)) == [(0.0, 15.0, "start"), (15.0, 600.0, "usable")]


def test_a_walk_is_followed_by_a_start():
    speed, cadence = np.full(600, 3.0), np.full(600, 170.0)
    speed[200:260], cadence[200:260] = 1.4, 110.0
    assert told(frame(600, speed_m_s=speed, cadence_spm=cadence)) == [
        (0.0, 15.0, "start"),
        (15.0, 200.0, "usable"),
        (200.0, 260.0, "walking"),
        (260.0, 275.0, "start"),
        (275.0, 600.0, "usable"),
    ]


def test_a_pause_and_a_silence_are_told_apart():
    t = np.concatenate([np.arange(200.0), np.arange(260.0, 400.0), np.arange(500.0, 700.0)])
    assert told(frame(t_s=t), [(200.0, 260.0)]) == [
        (0.0, 15.0, "start"),
        (15.0, 200.0, "usable"),
        (200.0, 260.0, "paused"),
        (260.0, 275.0, "start"),
        (275.0, 400.0, "usable"),
        (400.0, 500.0, "gap"),
        (500.0, 515.0, "start"),
        (515.0, 700.0, "usable"),
    ]


def test_a_recording_every_few_seconds_has_no_gaps():
    assert told(frame(t_s=np.arange(0.0, 600.0, 7.0)))[1:] == [(21.0, 602.0, "usable")]


@pytest.mark.parametrize(("seconds", "kept"), [(1, False), (2, False), (3, True), (20, True)])
def test_a_flicker_of_the_sensor_is_not_told(seconds, kept):
    balance = np.full(600, 49.0)
    balance[300 : 300 + seconds] = NAN
    found = told(frame(600, balance_left_pct=balance))
    assert ((300.0, 300.0 + seconds, "no_reading") in found) is kept
    assert len(found) == (4 if kept else 2)


def test_a_short_sound_second_within_a_walk_is_walking():
    assert of_reasons((100, 0), (30, 2), (2, 0), (30, 2), (100, 0)) == [
        (0.0, 100.0, 0),
        (100.0, 162.0, 2),
        (162.0, 262.0, 0),
    ]


def test_a_short_reason_joins_time_that_is_left_out_too():
    # One second of standing between running and walking: to the walk, not to the running.
    assert of_reasons((100, 0), (1, 1), (30, 2)) == [(0.0, 100.0, 0), (100.0, 131.0, 2)]


def test_flickers_in_a_row_become_what_most_of_them_are():
    flicker = [(1, 4), (2, 5)] * 10
    assert of_reasons((100, 0), *flicker, (100, 0)) == [
        (0.0, 100.0, 0),
        (100.0, 130.0, 5),
        (130.0, 230.0, 0),
    ]


def test_a_recording_of_flickers_only_is_one_stretch():
    assert of_reasons((1, 4), (1, 0)) == [(0.0, 2.0, 4)]
    assert of_reasons((1, 0)) == [(0.0, 1.0, 0)]


def test_nothing_recorded_has_no_stretches():
    assert told(frame(0)) == []


def test_there_are_never_more_than_can_be_seen():
    # Ten hours of five seconds' running, five seconds' walking.
    found = of_reasons(*[(5, 0), (5, 2)] * 3600)
    assert len(found) <= MOST
    assert (found[0][0], found[-1][1]) == (0.0, 36_000.0)
    # Longer stretches are still told.
    found = of_reasons(*[(5, 0), (5, 2)] * 3600, (600, 0), (600, 2))
    assert found[-1] == (36_600.0, 37_200.0, 2)
