"""Typing by command line: what is given is kept, what is not given stays, wrong words are said."""

from __future__ import annotations

import json
import shutil

import pytest


@pytest.fixture
def run(program, year_library_path, tmp_path):
    """Run the program on a library of its own; returns exit code, standard output and error."""
    shutil.copytree(year_library_path, tmp_path / "library")
    return program(tmp_path / "library")


def edited(run, *words):
    code, out, err = run("edit", *words, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


def test_everything_about_a_run_can_be_typed_and_taken_back(run):
    said = edited(
        run, "last", "--title", "River", "--shoes", "Ghost 15", "--race", "--tag", "hills",
        "--tag", "long", "--notes", "Left heel.", "--surface", "road", "--camber", "left-lower",
    )  # fmt: skip
    assert said["verdict"] == "changed"
    (row,) = said["tables"]["runs"]
    assert row == {
        "run_id": row["run_id"],
        "title": "River",
        "notes": "Left heel.",
        "shoes": "Ghost 15",
        "is_race": True,
        "tags": ["hills", "long"],
        "ground": [{"start_s": None, "end_s": None, "surface": "road", "camber": "left_lower"}],
    }
    assert edited(run, "last")["tables"]["runs"] == [row]
    assert edited(run, "last", "--untag", "long")["tables"]["runs"] == [{**row, "tags": ["hills"]}]
    said = edited(
        run, "last", "--title", "", "--shoes", "", "--no-race", "--untag", "HILLS",
        "--notes", "", "--surface", "unsaid", "--camber", "unsaid",
    )  # fmt: skip
    assert said["sentences"] == [f"{row['run_id']}: nothing is typed."]


def test_a_part_is_said_by_its_ends_and_forgotten(run):
    edited(run, "last", "--surface", "trail")
    said = edited(run, "last", "--surface", "track", "--from", "1 km", "--to", "20:00")
    whole, part = said["tables"]["runs"][0]["ground"]
    assert whole["surface"] == "trail"
    assert (part["surface"], part["end_s"]) == ("track", 1200.0)
    assert 200.0 < part["start_s"] < 600.0
    assert edited(run, "last", "--forget-ground")["tables"]["runs"][0]["ground"] == []


def test_several_runs_are_named_at_once(run):
    runs = json.loads(run("runs", "--json")[1])
    first, last = runs[5]["local_date"], runs[9]["local_date"]
    said = edited(run, f"{first}..{last}", "--tag", "block", "--camber", "none")
    named = [row["run_id"] for row in said["tables"]["runs"]]
    assert named == [row["run_id"] for row in runs if first <= row["local_date"] <= last]
    assert said["headline"] == f"{len(named)} runs changed."
    assert [r["run_id"] for r in edited(run, "tag:block")["tables"]["runs"]] == named


def test_on_a_terminal_it_says_what_is_typed_now(run):
    code, out, _ = run("edit", "last", "--surface", "track", "--tag", "reps")
    assert code == 0
    assert "1 run changed." in out
    assert "tags reps; ground track" in out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("last", "--surface", "lava"), 2, "--surface"),
        (("last", "--camber", "left"), 2, "--camber"),
        (("last", "--from", "2 km"), 2, "--surface"),
        (("last", "--race", "--shoes"), 2, "--shoes"),
        (("last", "--surface", "road", "--from", "2"), 1, "like 2 km, 12 min or 1:05:00, not 2."),
        (("last", "--surface", "road", "--from", "99 km"), 1, "begins at 99 km"),
        (("nowhere", "--title", "x"), 1, "There is no run"),
        (("1999-01-01..1999-02-01", "--title", "x"), 1, "the runs are from"),
        (("last", "--title", "x" * 201), 1, "200 characters at most"),
    ],
)
def test_what_cannot_be_typed_changes_nothing(run, words, code, said):
    before = edited(run, "..")["tables"]
    found, out, err = run("edit", *words)
    assert (found, out) == (code, "")
    assert said in err
    assert "Traceback" not in err
    if code == 1:
        assert len(err.strip().splitlines()) == 1
    assert edited(run, "..")["tables"] == before


def test_the_coachs_questions_are_answered(run):
    code, out, err = run("notes", "tried", "New shoes.", "--json")
    assert (code, err) == (0, "")
    rows = {row["name"]: row["text"] for row in json.loads(out)["tables"]["notes"]}
    assert rows == {"noticed": None, "tried": "New shoes.", "cannot_fix": None}
    code, out, _ = run("notes")
    assert code == 0
    assert "What have you tried? New shoes. (tried)" in out
    assert "What have you noticed? – (noticed)" in out
    assert json.loads(run("notes", "tried", "", "--json")[1])["verdict"] == "changed"
    assert "New shoes." not in run("notes")[1]
    assert run("notes", "tried")[0] == 2
    code, _, err = run("notes", "felt", "x")
    assert code == 1
    assert "There is no note felt" in err


def test_a_habit_is_set_and_said_in_words(run):
    assert (
        "say also which side cars drive on" in run("settings", "camber_habit", "facing_traffic")[1]
    )
    code, out, _ = run("settings", "driving_side", "left")
    assert code == 0
    assert "the right foot stands" in " ".join(out.split())
    assert run("settings", "driving_side", "middle")[0] == 1
