"""Experiments by command line: JSON alone, 80 columns, mistakes in one sentence, the wizard."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import sys
from contextlib import closing

import jsonschema
import pytest

from evenstride.answers import open_library
from evenstride.answers.schema import schema
from evenstride.domain.cues import CUES
from recorded_experiment import NAME, recorded_library


@pytest.fixture(scope="module")
def recorded_path(year_library_path, tmp_path_factory):
    """A library with one experiment under way; to be read only."""
    return recorded_library(year_library_path, tmp_path_factory.mktemp("recorded"))


@pytest.fixture
def run(program, recorded_path):
    """Run the program on the recorded library; returns exit code, standard output and error."""
    return program(recorded_path)


@pytest.fixture
def own(program, recorded_path, tmp_path):
    """Run the program on a copy that may be written to."""
    shutil.copytree(recorded_path, tmp_path / "library")
    return program(tmp_path / "library")


@pytest.fixture
def typing(monkeypatch):
    """Type these lines in a terminal."""

    def typed(*lines):
        stdin = io.StringIO("".join(f"{line}\n" for line in lines))
        stdin.isatty = lambda: True
        monkeypatch.setattr(sys, "stdin", stdin)

    return typed


@pytest.fixture(autouse=True)
def in_a_pipe(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO())


READING = {
    "experiment_next": ("experiment", "next"),
    "experiment_record": ("experiment", "record"),
    "experiment_status": ("experiment", "status"),
    "experiment_result": ("experiment", "result", NAME),
    "experiment_list": ("experiment", "list"),
    "experiment_new": ("experiment", "new", "hips-level", "--design", "within-run"),
    "associations": ("associations",),
}


@pytest.mark.parametrize("question", READING)
def test_json_is_the_answer_alone_and_holds_to_its_schema(run, question):
    code, out, err = run(*READING[question], "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert document["question"] == question
    jsonschema.validate(document, schema(question))


@pytest.mark.parametrize("question", READING)
def test_in_a_terminal_it_fits_80_columns_and_answers_first(run, question):
    code, out, _ = run(*READING[question])
    assert code == 0
    assert max(len(line) for line in out.splitlines()) <= 80
    headline = json.loads(run(*READING[question], "--json")[1])["headline"]
    assert out.split()[:4] == headline.split()[:4]


@pytest.mark.parametrize("name", [NAME, "push", "Push-Off"])
def test_an_experiment_is_found_by_how_its_name_begins(run, name):
    assert json.loads(run("experiment", "result", name, "--json")[1])["question"]
    assert run("experiment", "next", name)[0] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("experiment", "result", "none-such"), "none-such"),
        (("experiment", "record", "--run", "1999-01-01", "--yes"), "1999-01-01"),
        (("experiment", "record", "--run", "2025-01-07", "--yes"), "before the experiment"),
        (("experiment", "record", "--run", "2025-02-04", "--yes"), "already"),
        (("experiment", "delete", NAME, "--yes"), "was tried: it stays"),
        (("experiment", "new", "x", "--pairs", "3"), "fewer than 7"),
        (("experiment", "new", "x", "--outcome", "speed"), "toward_even"),
        (("experiment", "new", "x", "--instead", "X"), "must differ"),
        (("experiment", "analyse", "no-such.csv"), "There is no file"),
        (("experiment", "result", "--out", "/no/such/folder/x.pdf"), "no folder"),
    ],
)
def test_mistakes_are_said_in_one_sentence_and_nothing_is_lost(own, words, said):
    before = own("experiment", "result", "--json")[1]
    code, out, err = own(*words)
    assert (code, out) == (1, "")
    assert said in err
    assert len(err.strip().splitlines()) == 1
    assert own("experiment", "result", "--json")[1] == before


@pytest.mark.parametrize(
    "words",
    [
        ("experiment", "new"),
        ("experiment", "new", "--json"),
        ("experiment", "new", "x", "--slowest", "fast"),
        ("experiment", "new", "x", "--first", "soon"),
        ("experiment", "new", "x", "--design", "sometimes"),
        ("experiment", "new", "x", "--design", "across-runs", "--lap", "4"),
        ("experiment", "new", "x", "--design", "within-run", "--washout", "2"),
        ("experiment", "new", "x", "--first", "2026-12-01", "--pairs", "12"),
        ("experiment", "record", "--laps", "3,4", "--yes"),
        ("experiment", "record", "--other-laps", "2", "--yes"),
        ("experiment", "record", "--began", "2026-01-01", "--yes"),
        ("experiment", "record", "--rating", "7", "--yes"),
        ("experiment", "record", "--laps", "3,x"),
        ("experiment", "record", "--did", "perhaps"),
        ("experiment", "result", "--out", "x.txt"),
        ("experiment", "end"),
        ("experiment", "delete", NAME),
        ("experiment", "analyse"),
    ],
)
def test_wrong_words_are_wrong_usage(run, words):
    code, _, err = run(*words)
    assert code == 2
    assert "Traceback" not in err


def test_nothing_is_registered_or_recorded_without_yes(own):
    before = own("experiment", "export")[1]
    _, out, err = own("experiment", "new", "hips-level")
    assert "Name" in out
    assert "--yes" in err
    assert "--yes" in own("experiment", "record")[2]
    assert own("experiment", "new", "hips-level", "--json")[0] == 0
    assert len(json.loads(own("experiment", "list", "--json")[1])["tables"]["experiments"]) == 1
    assert own("experiment", "export")[1] == before


def test_from_registration_to_the_end(own, tmp_path):
    words = ("hips-level", "--pairs", "8", "--outcome", "balance", "--yes")
    code, out, _ = own("experiment", "new", *words, "--json")
    assert code == 0
    document = json.loads(out)
    assert document["verdict"] == "registered"
    jsonschema.validate(document, schema("experiment_new"))
    names = [r["value"] for r in document["tables"]["registered"] if r["name"] == "Name"]
    code, _, err = own("experiment", "end", "--reason", "Enough.")
    assert code == 1, "two are open"
    assert names[0] in err
    assert NAME in err
    ended = json.loads(own("experiment", "end", names[0], "--reason", "Enough.", "--json")[1])
    jsonschema.validate(ended, schema("experiment_end"))
    rows = json.loads(own("experiment", "list", "--json")[1])["tables"]["experiments"]
    assert {r["experiment_id"]: r["end_reason"] for r in rows}[names[0]] == "Enough."
    deleted = json.loads(own("experiment", "delete", names[0], "--yes", "--json")[1])
    jsonschema.validate(deleted, schema("experiment_delete"))
    assert len(json.loads(own("experiment", "list", "--json")[1])["tables"]["experiments"]) == 1


def test_one_that_was_tampered_with_can_be_ended_and_deleted(own, tmp_path):
    with closing(sqlite3.connect(tmp_path / "library" / "library.sqlite")) as connection:
        connection.execute("DROP TRIGGER experiments_frozen")
        connection.execute("UPDATE experiments SET sha256 = ?", ("0" * 64,))
        connection.commit()
    code, _, err = own("experiment", "result")
    assert code == 1
    assert "end and delete the experiment" in err
    code, _, err = own("experiment", "end", "--reason", "It was tampered with.")
    assert code == 1
    assert f"{NAME} has ended, without a result" in err
    code, out, _ = own("experiment", "delete", NAME, "--yes")
    assert code == 0
    assert f"Forgot {NAME}" in out
    assert json.loads(own("experiment", "list", "--json")[1])["tables"]["experiments"] == []


def test_a_run_is_recorded_with_what_was_done_and_can_be_corrected(own):
    before = json.loads(own("experiment", "next", "--json")[1])["tables"]["next"][0]
    _, out, _ = own(
        "experiment", "record", "--did", "other", "--note", "Forgot.", "--yes", "--json"
    )
    document = json.loads(out)
    assert document["verdict"] == "recorded"
    jsonschema.validate(document, schema("experiment_record"))
    after = json.loads(own("experiment", "next", "--json")[1])["tables"]["next"][0]
    assert after["position"] == before["position"] + 1
    records = json.loads(own("experiment", "export")[1])["records"]
    other = {"treatment": "control", "control": "treatment"}[before["condition"]]
    assert (records[-1]["did"], records[-1]["note"]) == (other, "Forgot.")
    again = str(before["position"] + 1)
    assert own("experiment", "record", "--assignment", again, "--yes")[0] == 0
    records = json.loads(own("experiment", "export")[1])["records"]
    assert records[-1]["position"] == before["position"]
    assert records[-1]["did"] == before["condition"]


def test_recording_asks_in_a_terminal(own, typing):
    position = json.loads(own("experiment", "next", "--json")[1])["tables"]["next"][0]["position"]
    typing("n")
    assert own("experiment", "record")[0] == 0
    typing("y")
    code, out, err = own("experiment", "record")
    assert code == 0
    assert "Record it so?" in err
    assert "Recorded" in out
    after = json.loads(own("experiment", "next", "--json")[1])["tables"]["next"][0]["position"]
    assert after == position + 1


def test_what_is_exported_is_analysed_to_the_same_answer(run, tmp_path):
    path = tmp_path / "experiment.json"
    assert run("experiment", "export", "--out", str(path))[0] == 0
    there = json.loads(run("experiment", "analyse", str(path), "--json")[1])
    here = json.loads(run("experiment", "result", "--json")[1])
    assert there == here
    values = json.loads(path.read_text())
    values["registration"]["pairs"] = 6
    path.write_text(json.dumps(values))
    code, out, err = run("experiment", "analyse", str(path), "--json")
    assert (code, out) == (1, "")
    assert "is not the one that was registered" in err


def test_a_calendar_entry_and_a_page_to_print(run, tmp_path):
    ics, pdf = tmp_path / "next.ics", tmp_path / "result.pdf"
    assert run("experiment", "next", "--ics", str(ics))[0] == 0
    assert ics.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    assert b"UID:" in ics.read_bytes()
    code, out, err = run("experiment", "result", "--out", str(pdf), "--json")
    assert code == 0
    assert json.loads(out)["question"] == "experiment_result"
    assert err == f"Wrote {pdf}\n"
    assert pdf.read_bytes().startswith(b"%PDF")


def pairs_csv(trials=None):
    lines = ["pair,condition,value" + (",trial" if trials else "")]
    for trial in trials or [""]:
        for i in range(12):
            end = f",{trial}" if trials else ""
            lines += [f"{i},a,{50 + 0.1 * (i % 3)}{end}", f"{i},b,{51 + 0.1 * (i % 4)}{end}"]
    return "\n".join(lines)


def test_pairs_from_outside_need_no_library(program, tmp_path):
    path = tmp_path / "pairs.csv"
    path.write_text(pairs_csv())
    call = program(tmp_path / "no-library")
    code, out, err = call("experiment", "analyse", str(path), "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    jsonschema.validate(document, schema("experiment_analyse"))
    assert document["verdict"] == "increase"
    assert call("experiment", "analyse", str(path), "--treatment", "A")[1].startswith("Probably")
    assert not (tmp_path / "no-library").exists()


def test_of_very_many_pairs_the_last_are_listed_and_all_where_asked(program, tmp_path):
    lines = [f"{i},{c},{48 + i % 3 + k}" for i in range(200) for k, c in enumerate(("a", "b"))]
    path = tmp_path / "many.csv"
    path.write_text("\n".join(["pair,condition,value", *lines]), encoding="utf-8")
    run = program(tmp_path / "none")
    some = run("experiment", "analyse", str(path))[1]
    assert "160 earlier: --all shows them" in some
    every = run("experiment", "analyse", str(path), "--all")[1]
    assert len(every.splitlines()) - len(some.splitlines()) in (158, 159, 160)


def test_trials_print_a_list_each_as_its_schema_says_or_a_line_each(program, tmp_path):
    path = tmp_path / "pairs.csv"
    path.write_text(pairs_csv([f"t{i}" for i in range(25)]))
    call = program(tmp_path / "no-library")
    code, out, _ = call("experiment", "analyse", str(path), "--json")
    assert code == 0
    documents = json.loads(out)
    assert [d["tables"]["trials"][0]["trial"] for d in documents] == [f"t{i}" for i in range(25)]
    for document in documents:
        jsonschema.validate(document, schema("experiment_analyse"))
    code, out, _ = call("experiment", "analyse", str(path))
    assert out.startswith("25 trials: 25 of an increase.")
    assert "t19" in out
    assert "t20" not in out
    assert "t24" in call("experiment", "analyse", str(path), "--all")[1]


def test_what_others_try_is_listed(run):
    _, out, _ = run("experiment", "new", "--cues")
    assert all(slug in out for slug in CUES)
    listed = json.loads(run("experiment", "new", "--cues", "--json")[1])
    assert [cue["slug"] for cue in listed] == [*CUES]
    assert listed[0]["instead"] == CUES[listed[0]["slug"]].instead


def test_a_cue_brings_its_counterpart_and_its_design(own):
    def laid_down(*words):
        rows = json.loads(own("experiment", "new", *words, "--json")[1])["tables"]["registered"]
        return {row["name"]: row["value"] for row in rows}

    cue = CUES["hips-level"]
    plain = laid_down(cue.slug, "--outcome", "balance")
    assert (plain["You try"], plain["Against"]) == (cue.name, cue.instead)
    assert plain["Design"].startswith("within a run")
    said = laid_down("rolling-before", "--instead", "Nothing", "--outcome", "balance")
    assert said["Against"] == "Nothing"
    assert said["Design"].startswith("across runs")
    drawn = laid_down("strength-routine", "--outcome", "balance")
    assert drawn["Design"].startswith("a start drawn by lot")


def test_the_wizard_asks_step_by_step_and_registers(own, typing):
    number = str([*CUES].index("hips-level") + 1)
    #      what, instead, measured (balance), design (across runs), smallest, pairs, register
    typing(number, "", "2", "2", "0.4", "9", "yes")
    code, out, err = own("experiment", "new")
    assert code == 0
    assert CUES["hips-level"].evidence in err
    assert "Registered as hips-level-" in out
    assert "Next run: " in out
    registered = [k for k in _experiments(own) if k["experiment_id"] != NAME]
    assert registered[0]["pairs"] == 9
    assert registered[0]["kind"] == "across_runs"
    assert registered[0]["outcome"].startswith("Balance, toward the left")


def test_the_wizard_takes_own_words_and_no_for_an_answer(own, typing):
    typing("Hum a tune", "Run in silence", "2", "2", "", "maybe", "no")
    code, out, err = own("experiment", "new")
    assert code == 0
    assert "Hum a tune" in out
    assert "maybe is none of them" in err
    assert "Nothing is registered." in err
    assert len(_experiments(own)) == 1


def test_the_wizard_asks_again_for_what_cannot_be(own, typing):
    # More pairs than anybody runs: what is measured is asked again.
    typing("Hum a tune", "", "2", "2", "", "999", "2", "2", "", "no")
    code, _, err = own("experiment", "new")
    assert code == 0
    assert "more than 200" in err
    assert "Nothing is registered." in err


def _experiments(call):
    return json.loads(call("experiment", "list", "--json")[1])["tables"]["experiments"]


def test_the_sequence_to_come_is_nowhere_to_be_seen(run, recorded_path):
    with open_library(recorded_path) as lib:
        seed = lib.experiment(NAME).registration.seed
    for question, words in READING.items():
        if question == "experiment_new":
            continue
        out = run(*words, "--json")[1]
        assert seed not in out, question
    following = json.loads(run("experiment", "next", "--json")[1])["tables"]["next"]
    assert len(following) == 1
