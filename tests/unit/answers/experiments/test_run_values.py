"""What a run or a lap counts for: frozen at registration, on the right side, moved by nothing."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, timedelta

import numpy as np
import pytest

from evenstride.domain.ground import Camber, GroundPart, Surface
from experiment_lab import EASY_M_S, LAPS, LEVEL, PACE_PP, RUNS

BALANCE = replace(RUNS, outcome="balance")


def test_a_value_is_how_far_toward_even_a_run_lies(labs):
    lab = labs(RUNS)
    lab.half(0.0)
    lab.half(0.0)
    assert lab.registration.longer_side == "right"
    assert lab.values() == pytest.approx([LEVEL - 50.0] * 2, abs=0.1)
    lab.half(2.5)
    lab.half(2.5)
    last = lab.gathered().pairs[-1]
    # Past even is not folded back.
    assert last.half("treatment").value == pytest.approx(1.0, abs=0.1)
    assert last.difference == pytest.approx(2.5, abs=0.1)


@pytest.mark.parametrize(("wish", "sign"), [(RUNS, 1.0), (BALANCE, -1.0)])
def test_in_a_mirror_everything_flips_but_what_is_toward_even(labs, wish, sign):
    found = []
    for side in (1, -1):
        lab = labs(wish, side=side)
        lab.halves(14, 0.8, day_sd=0.1)
        found.append((lab.registration, lab.gathered(), lab.result()))
    (r, material, answer), (r_, mirrored, answer_) = found
    toward = r.outcome == "toward_even"
    assert [r.longer_side, r_.longer_side] == (["right", "left"] if toward else [None, None])
    assert r_.adjustment["speed"] == pytest.approx(-r.adjustment["speed"], abs=1e-3)
    for a, b in zip(material.pairs, mirrored.pairs, strict=True):
        assert b.difference == pytest.approx(sign * a.difference, abs=2e-3)
    for name in ("effect_pp", "posterior_effect_pp"):
        one, other = answer.estimates[name], answer_.estimates[name]
        assert other.value == pytest.approx(sign * one.value, abs=5e-3)
        ends = sorted((sign * one.low, sign * one.high))
        assert [other.low, other.high] == pytest.approx(ends, abs=5e-3)
    assert answer.verdict == "increase"
    assert answer_.verdict == ("increase" if toward else "decrease")
    if not toward:
        assert "toward the left" in answer.headline
        assert "toward the right" in answer_.headline


def test_pace_is_taken_off_by_the_slope_of_registration(labs):
    lab = labs(BALANCE)
    assert lab.registration.adjustment["speed"] == pytest.approx(PACE_PP, abs=0.2)
    assert lab.registration.reference["speed_m_s"] == pytest.approx(EASY_M_S, abs=0.05)
    lab.half(speed_m_s=EASY_M_S - 0.3)
    lab.half(speed_m_s=EASY_M_S + 0.3)
    halves = lab.gathered().pairs[0].halves
    raw = halves[1].raw - halves[0].raw
    assert raw == pytest.approx(0.6 * PACE_PP, abs=0.1)
    taken_off = raw - (halves[1].value - halves[0].value)
    assert taken_off == pytest.approx(0.6 * lab.registration.adjustment["speed"], abs=0.02)
    assert halves[0].conditions["speed_m_s"] == pytest.approx(EASY_M_S - 0.3, abs=0.05)


def change_everything_else(lab):
    """Do after an experiment whatever might move its values: it must not."""
    ran = list(lab.runs)
    for i in range(12):
        run = lab.run(
            balance=LEVEL + 2.0, speed_m_s=3.4, serial="1234" if i % 2 else "5678", gct_ms=215.0
        )
        part = GroundPart(surface=Surface.TRAIL, camber=Camber.LEFT_LOWER)
        lab.lib.write_ground([run], [part])
    lab.lib.set_setting("reference_pace_s_km", 240.0)
    lab.lib.set_setting("driving_side", "right")
    lab.lib.set_setting("camber_habit", "facing_traffic")
    return ran


@pytest.mark.parametrize("wish", [RUNS, replace(RUNS, outcome="drift"), BALANCE])
def test_nothing_that_comes_later_moves_a_value(labs, wish):
    lab = labs(wish)
    lab.halves(4, 0.5, day_sd=0.3, duration_s=2100.0)
    before, effect = lab.values(), lab.result().estimates
    change_everything_else(lab)
    assert lab.values() == before
    after = lab.result().estimates
    for name in effect:
        if not name.startswith("posterior"):
            assert after[name].value == effect[name].value or math.isnan(effect[name].value)


def test_nothing_that_comes_later_moves_a_lap(labs):
    lab = labs(LAPS)
    lab.in_laps(0.5)
    before = lab.values()
    change_everything_else(lab)
    assert lab.values() == before
    assert len(before) == 8


def rough_ground(labs):
    """A lab whose history knows a slope of camber, registered when the road falls off to the left.

    Half of the runs were on the other side of the road, 1 pp apart.
    """
    lab = labs()
    lab.lib.set_setting("driving_side", "right")
    lab.lib.set_setting("camber_habit", "facing_traffic")
    for i in range(16):
        run = lab.run(balance=LEVEL + (1.0 if i % 2 else 0.0), day_sd=0.1)
        if i % 2:
            lab.lib.write_ground([run], [GroundPart(camber=Camber.RIGHT_LOWER)])
    lab.register(BALANCE, now=lab.after())
    return lab


def test_what_is_usual_underfoot_later_moves_no_value(labs):
    lab = rough_ground(labs)
    slope = lab.registration.adjustment["camber"]
    assert slope == pytest.approx(-0.5, abs=0.2)
    one = lab.half(0.0)
    lab.half(0.0)
    lab.lib.write_ground([one], [GroundPart(camber=Camber.RIGHT_LOWER)])
    before = lab.values()
    # From now on nearly always on the other side: that becomes what is usual.
    for _ in range(40):
        run = lab.run(duration_s=900.0)
        lab.lib.write_ground([run], [GroundPart(camber=Camber.RIGHT_LOWER, surface=Surface.TRAIL)])
    lab.lib.set_setting("camber_habit", "with_traffic")
    assert lab.values() == pytest.approx(before, abs=1e-9)


def test_another_sensor_later_leaves_the_slopes_of_sensors_where_they_were(labs):
    lab = labs()
    for i in range(12):
        lab.run(balance=LEVEL + (0.8 if i % 2 else 0.0), serial="aaaa" if i % 2 else "bbbb")
    lab.register(BALANCE, now=lab.after())
    known = {k: v for k, v in lab.registration.adjustment.items() if k.startswith("sensor:")}
    assert len(known) == 3
    assert known["sensor:Running Dynamics Pod …aaaa"] == pytest.approx(0.0, abs=1e-9)
    lab.half(serial="bbbb")
    lab.half(serial="aaaa")
    before = lab.values()
    first, second = lab.gathered().pairs[0].halves
    assert first.sensor == "Running Dynamics Pod …bbbb"
    assert "other_sensor" in second.remarks
    offset = known["sensor:Running Dynamics Pod …bbbb"]
    assert first.value == pytest.approx(first.raw - offset, abs=0.1)
    lab.run(serial="cccc")
    assert lab.values() == before


def test_a_second_pod_of_the_same_model_later_changes_nothing_of_the_first(labs):
    lab = labs()
    for i in range(12):
        sensor = ("HRM-Run", "Running Dynamics Pod")[i % 2]
        lab.run(balance=LEVEL + 0.8 * (i % 2), sensor=sensor)
    lab.run(sensor="HRM-Run")
    lab.register(BALANCE, now=lab.after())
    assert lab.registration.adjustment["sensor:Running Dynamics Pod"] == pytest.approx(0.8, abs=0.3)
    lab.halves(2)
    before = lab.values()
    lab.run(serial="1234")
    assert lab.gathered().pairs[0].halves[0].sensor == "Running Dynamics Pod …77"
    assert lab.values() == before


def test_a_reading_that_nobody_would_believe_is_none(labs):
    lab = labs(RUNS)
    lab.half(0.0)
    lab.run(balance=100.0 - LEVEL + 4.0)
    answer = lab.record()
    assert any("the sensor failed" in said for said in answer.sentences)
    assert any("new pair comes next" in said for said in answer.sentences)
    pair = lab.gathered().pairs[0]
    assert pair.why_not == "no value"
    assert "implausible" in pair.halves[1].remarks
    assert answer.tables["next"][0]["pair"] == 2


def test_without_history_every_reading_is_believed(labs, tmp_path):
    from evenstride.library import open_library
    from experiment_lab import Lab

    with open_library(tmp_path / "new") as lib:
        lab = Lab(lib, tmp_path / "new")
        lab.register(BALANCE)
        r = lab.registration
        assert math.isnan(r.lowest)
        assert math.isnan(r.highest)
        assert r.adjustment == {}
        lab.half(5.0)
        lab.half(5.0)
        assert lab.gathered().pairs[0].difference == pytest.approx(5.0, abs=0.2)


def test_the_drift_of_a_run_is_its_slope_over_time(labs):
    lab = labs(replace(RUNS, outcome="drift"))
    hour = 3600.0
    for slope in (0.0, 2.0):
        ramp = [(s, s + 30.0, slope * s / hour, 0.0) for s in np.arange(0.0, 2400.0, 30.0)]
        position = len(lab.kept.records)
        run = lab.run(duration_s=2400.0, added=ramp)
        lab.record(run)
        assert lab.values()[position] == pytest.approx(slope, abs=0.5)
    short = lab.run(duration_s=700.0)
    answer = lab.record(short)
    assert any("nothing was measured" in s or "failed" in s for s in answer.sentences)


def test_what_runs_do_over_time_as_a_rule_is_not_taken_off_their_drift(labs):
    """The slope over time is the outcome there; of anything else it is a condition."""
    found = []
    for outcome in ("drift", "balance"):
        lab = labs(replace(RUNS, outcome=outcome))
        run = lab.run(duration_s=2400.0)
        values = []
        for name, adjustment in (("flat", {}), ("steep", {"elapsed": 2.0})):
            r = replace(lab.registration, experiment_id=name, adjustment=adjustment)
            lab.lib.register_experiment(r)
            lab.name = name
            lab.record(run)
            values += lab.values()
        found.append(values[1] - values[0])
    assert found[0] == pytest.approx(0.0, abs=1e-9)
    # 20 minutes in on average, a quarter of an hour is the reference.
    assert found[1] == pytest.approx(-2.0 * 5.0 / 60.0, abs=0.03)


def test_ratings_count_as_typed_and_need_no_sensor(labs):
    lab = labs(replace(RUNS, outcome="rating"))
    for rating in (4.0, 7.5):
        lab.run(balance=None)
        lab.record(rating=rating)
    assert lab.values() == [4.0, 7.5]
    second = lab.assigned(1) == "treatment"
    assert lab.gathered().pairs[0].difference == (3.5 if second else -3.5)
    assert lab.gathered().before == ()


def test_a_run_counts_on_the_day_its_runner_had(labs):
    """At 23:30 UTC it is tomorrow where the runner is."""
    lab = labs(RUNS)
    at = (lab.now + timedelta(days=1)).replace(hour=0, minute=30)
    run = lab.run(at, offset_s=3600)
    lab.record(run)
    (half,) = lab.gathered().pairs[0].halves
    assert half.date == at.date().isoformat()
    assert half.date != at.astimezone(UTC).date().isoformat()
