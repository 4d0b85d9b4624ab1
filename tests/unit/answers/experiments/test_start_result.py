"""A start drawn by lot: looked at once, after its last day, and called no more than suggestive."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, timedelta

import pytest

from evenstride.answers.experiments.material import Material, StartRun
from evenstride.answers.experiments.result import result_of
from evenstride.answers.experiments.standing import possible_dates, start_date
from evenstride.domain.experiment import Kept, Record, Registration
from evenstride.render.as_json import answer_json
from experiment_lab import START, ZONE


def said(answer):
    return " ".join((answer.headline, *answer.sentences, *answer.caveats))


def weeks(lab, count, *, effect=0.0, apart_days=3):
    """Run every few days from registration on, with an effect from the day drawn on."""
    drawn = start_date(lab.registration)
    for _ in range(count):
        at = lab.now + timedelta(days=apart_days)
        begun = at.date() >= drawn
        lab.run(at, balance=48.5 + begun * effect, day_sd=0.1)


def test_a_start_is_looked_at_once_after_its_last_day(labs):
    lab = labs(START)
    r = lab.registration
    drawn = start_date(r)
    # Days without a run between them are not told apart: every day is run.
    weeks(lab, 51, effect=1.2, apart_days=1)
    assert lab.now.date() > r.end_date
    for day in (drawn, r.end_date):
        early = lab.result(datetime.combine(day, datetime.min.time(), ZONE) + timedelta(hours=20))
        assert early.verdict == "too_early"
        assert early.headline == f"Too early: it is looked at once, after {r.end_date}."
        assert all(math.isnan(e.value) for e in early.estimates.values())
        # No mean before and after either: that would be a look.
        assert len({row["value"] for row in early.figures["runs"].rows}) == 1
    answer = lab.result(datetime.combine(r.end_date, datetime.min.time(), ZONE) + timedelta(days=1))
    assert answer.verdict == "increase"
    assert answer.headline.startswith("Suggestive: ")
    assert "toward the left" in answer.headline
    assert answer.estimates["effect_pp"].value == pytest.approx(1.2, abs=0.4)
    assert answer.estimates["posterior_effect_pp"].value == pytest.approx(1.2, abs=0.5)
    assert answer.estimates["p_value"].value == pytest.approx(1 / len(possible_dates(r)), abs=0.03)
    assert any("can only suggest" in c for c in answer.caveats)
    assert len({row["value"] for row in answer.figures["runs"].rows}) == 2
    assert not re.search(r"weak|prove|significan", said(answer))


def test_before_its_day_nothing_tells_which_it_is(labs):
    lab = labs(START)
    drawn = start_date(lab.registration)
    weeks(lab, 3)
    day = lab.registration.registered_at_utc.date()
    while day < drawn:
        now = datetime.combine(day, datetime.min.time(), ZONE) + timedelta(hours=22)
        answer = lab.result(now)
        told = answer_json(answer)
        assert drawn.isoformat() not in told or drawn.isoformat() in str(lab.lib.runs(())["run_id"])
        assert answer.tables["checks"] == tuple(
            row for row in answer.tables["checks"] if row["name"] == "no_other_experiment"
        )
        day += timedelta(days=4)


def test_of_a_start_without_runs_nothing_can_be_said(labs):
    lab = labs(START)
    after = datetime.combine(lab.registration.end_date, datetime.min.time(), ZONE)
    answer = lab.result(after + timedelta(days=2))
    assert answer.verdict == "too_early"
    assert answer.headline == "Nothing can be said: no run that counts was measured."
    assert answer.figures == {}


def test_of_a_start_with_runs_on_one_side_only_nothing_is_told(labs):
    lab = labs(START)
    drawn = start_date(lab.registration)
    while lab.now.date() < drawn - timedelta(days=2):
        lab.run(lab.now + timedelta(days=2))
    answer = lab.result(
        datetime.combine(lab.registration.end_date, datetime.min.time(), ZONE) + timedelta(days=2)
    )
    assert answer.verdict == "too_early"
    assert answer.estimates["p_value"].value == 1.0
    assert answer.headline.startswith("Not told")
    assert "under 6 pairs" not in said(answer)


def test_runs_before_registration_and_after_the_end_do_not_count(labs):
    lab = labs(START)
    r = lab.registration
    weeks(lab, 20)
    assert lab.now.date() > r.end_date
    counted = lab.gathered().runs
    assert min(run.date for run in counted) > r.registered_at_utc.date().isoformat()
    assert max(run.date for run in counted) <= r.end_date.isoformat()
    assert 10 < len(counted) < 20


def test_runs_of_another_kind_after_the_start_are_under_it_too_and_later_ones_unknown(labs):
    """For the model, that is: a run too short for the rule still had its calves rolled before."""
    lab = labs(START)
    end = lab.registration.end_date
    drawn = start_date(lab.registration)
    day = 0
    while lab.now.date() < end:
        day += 1
        begun = (lab.now + timedelta(days=1)).date() >= drawn
        lab.run(balance=48.5 + 1.2 * begun, day_sd=0.1, duration_s=900.0 if day % 3 else 500.0)
    after = lab.now + timedelta(days=20)
    first = lab.result(after).estimates
    assert first["posterior_effect_pp"].value == pytest.approx(1.2, abs=0.35)
    for _ in range(8):
        lab.run(balance=48.5, day_sd=0.1)
    assert lab.result(after).estimates == first


def test_a_start_that_nobody_wrote_down_counts_from_its_day(labs):
    lab = labs(START)
    weeks(lab, 17, effect=1.2)
    after = lab.now + timedelta(days=30)
    silent = lab.result(after)
    assert [row["what"] for row in silent.tables["deviations"]] == ["not_recorded"]
    drawn = start_date(lab.registration)
    lab.lib.record_assignment(
        lab.name, Record(0, lab.after(), None, "treatment", on_date=drawn + timedelta(days=4))
    )
    late = lab.result(after)
    assert [row["what"] for row in late.tables["deviations"]] == ["began_other_day"]
    for name in ("effect_pp", "p_value"):
        assert late.estimates[name] == silent.estimates[name]


def test_a_start_that_was_ended_early_is_never_decided(labs):
    lab = labs(START)
    weeks(lab, 17, effect=1.2)
    middle = datetime.combine(lab.registration.last_date, datetime.min.time(), ZONE)
    lab.lib.end_experiment(lab.name, "my calf", ended_at_utc=middle.astimezone(UTC))
    for now in (middle + timedelta(hours=1), lab.now + timedelta(days=60)):
        answer = lab.result(now)
        assert answer.verdict == "too_early"
        assert answer.headline == "Ended before its last day: nothing was decided."


def test_a_start_that_makes_less_even_is_said_with_care():
    first = date(2026, 2, 1)
    r = Registration(
        experiment_id="hips-level-2026-01",
        registered_at_utc=datetime(2026, 1, 10, tzinfo=UTC),
        question="Does it?",
        kind="randomised_start",
        treatment="hips level",
        control="run as always",
        outcome="toward_even",
        longer_side="right",
        smallest_effect=0.3,
        prior_sd=0.5,
        seed="0f" * 16,
        pairs=0,
        first_date=first,
        last_date=first + timedelta(days=23),
        end_date=first + timedelta(days=60),
        covariance={"walk_per_day": 1e-4, "shared": 0.01, "shared_tau_days": 5.0, "own": 0.01},
    )
    drawn = start_date(r)
    runs = []
    for i in range(80):
        day = date(2026, 1, 11) + timedelta(days=i)
        value = -1.5 - 1.0 * (day >= drawn) + 0.02 * (i % 3)
        runs.append(StartRun(f"run-{i}", day.isoformat(), float(i), value, 0.05, 48.5))
    answer = result_of(Material(kept=Kept(r), runs=tuple(runs), today="2026-06-01"))
    assert answer.verdict == "decrease"
    assert answer.headline.startswith("It may make things less even: with hips level, 1.0 pp away")
