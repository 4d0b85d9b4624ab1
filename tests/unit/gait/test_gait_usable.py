"""Which seconds count, and why the others do not."""

from __future__ import annotations

import numpy as np
import pytest

from evenstride.gait import usable


def classify(n=600, pauses=(), t_s=None, **given):
    usual = {"speed_m_s": 3.0, "cadence_spm": 170.0, "gct_ms": 250.0, "balance_left_pct": 50.0}
    columns = {
        name: np.array(np.broadcast_to(given.get(name, value), n), dtype=float)
        for name, value in usual.items()
    }
    t_s = np.arange(n, dtype=float) if t_s is None else t_s
    return usable.classify(t_s, pauses=pauses, **columns)


def seconds(found):
    return {
        name: found.weight_s[found.reason == code].sum()
        for code, name in enumerate(("usable", *usable.REASONS))
    }


def at(n, value, other, where):
    column = np.full(n, float(value))
    column[where] = other
    return column


def test_a_steady_run_loses_its_first_15_seconds_only():
    assert seconds(classify()) == {
        "usable": 585.0,
        "standing": 0.0,
        "walking": 0.0,
        "start": 15.0,
        "no_reading": 0.0,
        "implausible": 0.0,
    }


def test_a_record_stands_for_the_time_to_the_next():
    t = np.array([0.0, 1.0, 4.0, 11.0, 12.0])
    assert usable.weights_s(t).tolist() == [1.0, 3.0, 7.0, 1.0, 2.0]


def test_a_gap_stands_for_one_usual_interval():
    t = np.array([0.0, 1.0, 2.0, 60.0, 61.0])
    assert usable.weights_s(t).tolist() == [1.0, 1.0, 1.0, 1.0, 1.0]


def test_ten_seconds_are_an_interval_and_more_are_a_gap():
    assert usable.weights_s(np.array([0.0, 10.0, 11.0, 12.0]))[0] == 10.0
    assert usable.weights_s(np.array([0.0, 10.5, 11.5, 12.5]))[0] == 1.0


def test_paused_time_is_not_recorded_time():
    t = np.array([0.0, 1.0, 9.0, 10.0])
    assert usable.weights_s(t, [(2.0, 8.5)]).tolist() == [1.0, 1.5, 1.0, 1.0]


def test_a_pause_that_holds_records_leaves_them_without_weight():
    t = np.arange(6.0)
    assert usable.weights_s(t, [(1.0, 4.0)]).tolist() == [1.0, 0.0, 0.0, 0.0, 1.0, 1.0]


@pytest.mark.parametrize("t", [np.zeros(0), np.zeros(1)])
def test_no_record_or_one(t):
    assert usable.weights_s(t).sum() == float(t.size)


@pytest.mark.parametrize("pause", [(300.0, 330.0)])
def test_after_a_pause_the_watch_settles_anew(pause):
    t = np.concatenate([np.arange(300.0), 330.0 + np.arange(300.0)])
    found = seconds(classify(t_s=t, pauses=[pause]))
    assert found["start"] == 30.0
    assert sum(found.values()) == 600.0


def test_after_a_stop_the_watch_settles_anew():
    found = seconds(classify(speed_m_s=at(600, 3.0, 0.0, slice(300, 340))))
    assert (found["standing"], found["start"]) == (40.0, 30.0)


def test_a_flicker_of_cadence_restarts_nothing():
    found = seconds(classify(cadence_spm=at(600, 170.0, 100.0, slice(300, 302))))
    assert (found["walking"], found["start"]) == (2.0, 15.0)


def test_walking_is_told_by_cadence_and_between_by_speed():
    assert seconds(classify(cadence_spm=115.0))["walking"] == 600.0
    assert seconds(classify(cadence_spm=130.0, speed_m_s=1.6))["walking"] == 600.0
    assert seconds(classify(cadence_spm=130.0, speed_m_s=2.4))["walking"] == 0.0
    assert seconds(classify(cadence_spm=150.0, speed_m_s=1.6))["walking"] == 0.0


def test_without_cadence_speed_decides():
    walk = at(600, 3.0, 1.5, slice(0, 100))
    walk[100:130] = 0.0
    found = seconds(classify(cadence_spm=np.nan, speed_m_s=walk))
    assert (found["walking"], found["standing"], found["start"]) == (100.0, 30.0, 15.0)


@pytest.mark.parametrize("speed", [0.0, np.nan])
def test_a_treadmill_without_speed_is_judged_by_cadence(speed):
    found = seconds(classify(speed_m_s=speed, cadence_spm=at(600, 165.0, 0.0, slice(0, 60))))
    assert (found["standing"], found["usable"]) == (60.0, 525.0)


def test_running_on_the_spot_is_not_running():
    found = seconds(classify(speed_m_s=at(600, 3.0, 0.1, slice(200, 260))))
    assert found["standing"] == 60.0


def test_missing_balance_while_running_is_no_reading():
    found = seconds(classify(balance_left_pct=at(600, 50.0, np.nan, slice(100, 150))))
    assert (found["no_reading"], found["usable"]) == (50.0, 535.0)


def test_missing_balance_while_standing_is_standing():
    found = seconds(
        classify(
            balance_left_pct=at(600, 50.0, np.nan, slice(100, 150)),
            speed_m_s=at(600, 3.0, 0.0, slice(100, 150)),
        )
    )
    assert (found["no_reading"], found["standing"]) == (0.0, 50.0)


@pytest.mark.parametrize("balance", [24.8, 29.9, 70.1, 74.0])
def test_one_foot_read_as_both_is_implausible(balance):
    found = seconds(classify(balance_left_pct=at(600, 50.0, balance, slice(100, 110))))
    assert found["implausible"] == 10.0


@pytest.mark.parametrize("contact", [62.0, 119.0, 501.0, 900.0])
def test_contact_times_that_no_runner_has_are_implausible(contact):
    found = seconds(classify(gct_ms=at(600, 250.0, contact, slice(100, 110))))
    assert found["implausible"] == 10.0


@pytest.mark.parametrize("balance", [30.0, 70.0])
def test_a_large_asymmetry_is_not_implausible(balance):
    assert seconds(classify(balance_left_pct=balance))["usable"] == 585.0


def test_without_balance_sound_contact_decides():
    found = seconds(
        classify(balance_left_pct=np.nan, gct_ms=at(600, 250.0, np.nan, slice(100, 120)))
    )
    assert (found["no_reading"], found["usable"]) == (20.0, 565.0)


def test_without_balance_and_contact_running_decides():
    assert seconds(classify(balance_left_pct=np.nan, gct_ms=np.nan))["usable"] == 585.0
