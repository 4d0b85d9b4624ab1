"""All experiments at once: listed, looked at, ended, forgotten; and how several tell on another."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import jsonschema
import pytest

from evenstride.answers.experiments.assigning import next_assignment
from evenstride.answers.experiments.designing import propose
from evenstride.answers.experiments.listing import delete, end, list_experiments, status
from evenstride.answers.experiments.naming import experiment_meant
from evenstride.answers.experiments.recording import Said, record
from evenstride.answers.experiments.result import result
from evenstride.answers.schema import schema
from evenstride.domain.errors import InputError, UnknownExperimentError
from evenstride.render.as_json import answer_json
from experiment_lab import LAPS, RUNS, START, ZONE

OTHER = replace(RUNS, treatment="arms loose", outcome="balance")


def local(lab):
    return lab.after().astimezone(ZONE)


def valid(answer):
    jsonschema.validate(json.loads(answer_json(answer)), schema(answer.question))
    return answer


def test_none_and_some(labs):
    lab = labs()
    assert valid(list_experiments(lab.lib, now=local(lab))).verdict == "none"
    for wish in (RUNS, LAPS, START):
        lab.register(wish)
        lab.now += timedelta(hours=1)
    answer = valid(list_experiments(lab.lib, now=local(lab)))
    rows = answer.tables["experiments"]
    assert [row["kind"] for row in rows] == ["randomised_start", "within_run", "across_runs"]
    assert [row["state"] for row in rows] == ["open"] * 3
    assert rows[0]["verdict"] is None
    assert answer.headline == "3 experiments, 3 open."


def test_the_day_of_registration_is_that_of_the_runner(labs):
    lab = labs()
    lab.register(RUNS, now=lab.now.replace(hour=0, minute=20))
    (row,) = list_experiments(lab.lib, now=local(lab)).tables["experiments"]
    assert row["registered_on"] == lab.now.date().isoformat()
    assert lab.registration.registered_at_utc.date() < lab.now.date()


def test_status_says_the_result_what_is_next_and_what_was_laid_down(labs):
    lab = labs(RUNS)
    lab.halves(3, 0.5)
    answer = valid(status(lab.lib, lab.name, now=local(lab)))
    found = result(lab.lib, lab.name, now=local(lab))
    assert answer.question == "experiment_status"
    assert answer.estimates == found.estimates
    assert [row["position"] for row in answer.tables["next"]] == [3]
    assert answer.sentences[0] == next_assignment(lab.lib, lab.name, now=local(lab)).headline
    assert {"name": "Name", "value": lab.name} in answer.tables["registered"]


def test_an_end_has_a_reason_and_comes_once(labs):
    lab = labs(RUNS)
    lab.halves(2)
    for reason, words in (("  ", "Say why"), ("x" * 501, "at most 500")):
        with pytest.raises(InputError, match=words):
            end(lab.lib, lab.name, reason, now=local(lab))
    assert lab.kept.ended_at_utc is None
    answer = valid(end(lab.lib, lab.name, " No time. ", now=local(lab)))
    assert answer.headline.startswith(f"Ended {lab.name}. Ended before anything was decided")
    assert lab.kept.end_reason == "No time."
    with pytest.raises(InputError):
        end(lab.lib, lab.name, "again", now=local(lab))
    (row,) = list_experiments(lab.lib, now=local(lab)).tables["experiments"]
    assert (row["state"], row["end_reason"], row["complete_pairs"]) == ("ended", "No time.", 1)
    with pytest.raises(UnknownExperimentError):
        end(lab.lib, "nothing", "no", now=local(lab))


def test_a_half_left_over_at_the_end_is_said(labs):
    lab = labs(RUNS)
    lab.halves(3)
    end(lab.lib, lab.name, "ill", now=local(lab))
    assert [row["why_not"] for row in lab.result().tables["pairs"]] == [None, "ended"]


def test_only_what_has_ended_is_forgotten_and_the_runs_stay(labs):
    lab = labs(RUNS)
    name, runs = lab.name, tuple(lab.lib.runs(())["run_id"])
    with pytest.raises(InputError):
        delete(lab.lib, name)
    end(lab.lib, name, "done", now=local(lab))
    assert valid(delete(lab.lib, name)).verdict == "deleted"
    assert lab.lib.experiments() == {}
    assert set(runs) <= set(lab.lib.runs(())["run_id"])
    with pytest.raises(UnknownExperimentError):
        result(lab.lib, name, now=local(lab))
    # The name is free again, and the runs may serve anew.
    lab.register(RUNS)
    assert lab.name == name


def test_what_was_tried_stays_and_is_counted(labs):
    lab = labs(RUNS)
    lab.halves(2)
    end(lab.lib, lab.name, "done", now=local(lab))
    with pytest.raises(InputError, match="was tried: it stays"):
        delete(lab.lib, lab.name)
    assert lab.name in lab.lib.experiments()


def test_another_open_at_the_same_time_is_flagged_in_both_and_counted(labs):
    lab = labs(RUNS)
    first = lab.name
    lab.halves(4, 1.0, day_sd=0.1)
    lab.register(OTHER, now=lab.after())
    second = lab.name
    for _ in range(2):
        lab.half()
    for name, other in ((first, "arms loose"), (second, "push off behind")):
        answer = result(lab.lib, name, now=local(lab))
        (check,) = [r for r in answer.tables["checks"] if r["name"] == "no_other_experiment"]
        assert (check["verdict"], other in check["text"]) == ("failed", True)
        assert check["text"] in answer.sentences
        rows = answer.tables["family"]
        assert [row["experiment_id"] for row in rows] == [name, first if name == second else second]
        assert any("You have tried 2 things on this" in said for said in answer.sentences)
    # Each is seen by the other as it is by itself.
    mine = result(lab.lib, first, now=local(lab)).tables["family"][0]
    theirs = result(lab.lib, second, now=local(lab)).tables["family"][1]
    assert mine == theirs


def test_another_that_had_ended_before_is_counted_and_not_flagged(labs):
    lab = labs(RUNS)
    lab.halves(2, 1.0)
    lab.lib.end_experiment(lab.name, "enough", ended_at_utc=lab.after())
    lab.now += timedelta(days=2)
    lab.register(OTHER)
    lab.halves(6)
    answer = lab.result()
    (check,) = [r for r in answer.tables["checks"] if r["name"] == "no_other_experiment"]
    assert check["verdict"] == "ok"
    assert len(answer.tables["family"]) == 2


def test_another_in_another_unit_is_no_relative(labs):
    lab = labs(RUNS)
    lab.register(replace(RUNS, treatment="arms loose", outcome="contact_time"))
    assert lab.result().tables["family"] == ()


def test_one_run_may_serve_two_experiments(labs):
    lab = labs(RUNS)
    first = lab.name
    lab.register(OTHER)
    run = lab.run()
    lab.record(run)
    record(lab.lib, first, Said(run=run), now=lab.after())
    assert [k.records[0].run_id for k in lab.lib.experiments().values()] == [run, run]


def test_which_is_meant(labs):
    lab = labs()
    with pytest.raises(InputError, match="none yet"):
        experiment_meant(lab.lib)
    lab.register(RUNS)
    first = lab.name
    assert experiment_meant(lab.lib) == experiment_meant(lab.lib, "PUSH") == first
    lab.register(replace(RUNS, treatment="push the arms"))
    with pytest.raises(InputError, match="name one of"):
        experiment_meant(lab.lib)
    with pytest.raises(InputError, match="2 experiments begin so"):
        experiment_meant(lab.lib, "push")
    with pytest.raises(UnknownExperimentError):
        experiment_meant(lab.lib, "pull")
    lab.lib.end_experiment(first, "enough", ended_at_utc=lab.after())
    assert experiment_meant(lab.lib) == lab.name


def test_every_answer_is_as_its_schema_says(labs):
    for wish in (RUNS, LAPS, START):
        lab = labs(wish)
        valid(propose(lab.lib, replace(wish, treatment="else", pairs=7), now=lab.now))
        valid(next_assignment(lab.lib, lab.name, now=lab.after()))
        valid(next_assignment(lab.lib, now=lab.after()))
        if wish is not START:
            run = lab.run() if wish is RUNS else lab.in_laps(write=False)
            valid(lab.record(run, confirm=False))
            valid(lab.record(run))
        valid(lab.result())
        valid(status(lab.lib, lab.name, now=local(lab)))
