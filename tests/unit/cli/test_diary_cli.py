"""The diary by command line: written, corrected, deleted; slips asked back; flags answered."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
from contextlib import closing
from datetime import date, datetime, timedelta

import pytest

TODAY = datetime.now().astimezone().date()
"""By the clock on the wall, as the program reads it."""


@pytest.fixture
def run(program, tmp_path):
    """Run the program on a library of its own, empty; returns exit code, output and error."""
    return program(tmp_path / "library")


@pytest.fixture
def with_runs(program, year_library_path, tmp_path):
    """The same on a library with runs."""
    shutil.copytree(year_library_path, tmp_path / "library")
    return program(tmp_path / "library")


@pytest.fixture
def typed(monkeypatch):
    """Type lines at a terminal."""

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    def type_(*lines):
        monkeypatch.setattr("sys.stdin", Terminal("\n".join(lines) + "\n"))

    return type_


def asked(run, *words):
    code, out, err = run(*words, "--json")
    assert (code, err) == (0, ""), err
    return json.loads(out)


def entries(run):
    rows = asked(run, "diary", "list")["tables"]["entries"]
    return {row["entry_id"]: row["value"] for row in rows}


def wrote(run, *words):
    (row,) = asked(run, *words)["tables"]["written"]
    return row["entry_id"], entries(run)[row["entry_id"]]


HIP = ("diary", "add", "--side", "right", "--region", "front of the hip", "--level", "4")


def test_a_complaint_is_written_with_all_that_was_said(run):
    _, value = wrote(
        run, *HIP, "--feeling", "tightness", "--when", "next-morning", "--date", "2026-11-01",
        "--note", "After the long one.",
    )  # fmt: skip
    assert value == {
        "on_date": "2026-11-01",
        "moment": "next_morning",
        "feeling": "tightness",
        "region": "hip-front",
        "side": "right",
        "level": 4,
        "run_id": None,
        "note": "After the long one.",
    }
    name, plain = wrote(run, *HIP)
    assert (plain["on_date"], plain["moment"]) == (TODAY.isoformat(), "during")
    assert asked(run, *HIP)["verdict"] == "unchanged"  # typed twice
    assert name in run("diary", "list")[1]


def test_a_day_is_written_with_all_that_was_said(run):
    _, value = wrote(
        run, "diary", "day", "--done", "rolling-before", "--done", "hip circles",
        "--cue", "hips-level", "--surface", "road", "--camber", "left-lower",
        "--shoes", "Ghost 15", "--sat", "9", "--slept", "7.5", "--nothing-hurts", "--sure",
    )  # fmt: skip
    assert value == {
        "on_date": TODAY.isoformat(),
        "run_id": None,
        "nothing_hurts": True,
        "done": ["rolling-before", "hip circles"],
        "cues": ["hips-level"],
        "surface": "road",
        "camber": "left_lower",
        "shoes": "Ghost 15",
        "sat_h": 9.0,
        "slept_h": 7.5,
        "note": "",
    }


def test_the_day_of_a_run_is_its_own_and_the_morning_after_the_next(with_runs):
    last = json.loads(with_runs("runs", "--json")[1])[-1]
    ran = date.fromisoformat(last["local_date"])
    _, felt = wrote(with_runs, *HIP, "--run", "last", "--sure")
    assert (felt["run_id"], felt["on_date"]) == (last["run_id"], ran.isoformat())
    _, felt = wrote(with_runs, *HIP, "--run", "last", "--when", "next-morning", "--sure")
    assert felt["on_date"] == (ran + timedelta(days=1)).isoformat()
    wrote(with_runs, "diary", "day", "--run", "last", "--done", "rolling-before", "--sure")
    found = json.loads(with_runs("runs", "--tag", "rolling-before", "--json")[1])
    assert [row["run_id"] for row in found] == [last["run_id"]]


def test_a_correction_keeps_what_was_said_and_what_is_not_given_stays(run):
    name, before = wrote(run, *HIP)
    said = asked(run, "diary", "correct", name, "--level", "3", "--feeling", "pain")
    assert said["verdict"] == "corrected"
    assert entries(run)[name] == {**before, "level": 3, "feeling": "pain"}
    versions = asked(run, "diary", "history", name)["tables"]["versions"]
    assert [(row["version"], row["value"]["level"]) for row in versions] == [(1, 4), (2, 3)]
    day, _ = wrote(run, "diary", "day", "--sat", "9", "--surface", "track", "--shoes", "Ghost")
    asked(run, "diary", "correct", day, "--surface", "unsaid", "--shoes", "", "--slept", "7")
    value = entries(run)[day]
    assert [value[field] for field in ("sat_h", "slept_h", "surface", "shoes")] == [
        9.0, 7.0, None, None,
    ]  # fmt: skip


def test_what_an_entry_does_not_have_is_wrong_usage(run):
    name, before = wrote(run, *HIP)
    injury, _ = wrote(run, "injury", "add", "--side", "left", "--region", "calf")
    for words, says in (
        ((name, "--sat", "3"), "nothing to say of --sat"),
        ((name,), "Say what is to be corrected"),
        ((injury, "--level", "3"), "`evenstride injury correct`"),
    ):
        code, out, err = run("diary", "correct", *words)
        assert (code, out) == (2, "")
        assert says in " ".join(err.split())
    code, _, err = run("diary", "correct", "nothing", "--level", "3")
    assert (code, err.count("\n")) == (1, 1)
    assert entries(run)[name] == before


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--level", "11"), "11 of 10 cannot be"),
        (("--region", "elbow"), "There is no region “elbow”"),
        (("--side", "middle"), "left or right, not in the middle"),
        (("--date", "2999-01-01"), "in the future"),
        (("--run", "last"), "no runs yet"),
    ],
)
def test_what_cannot_be_gets_a_sentence_and_is_not_written(run, words, says):
    code, out, err = run(*HIP, *words)
    assert (code, out) == (1, "")
    assert says in err
    assert entries(run) == {}


def test_what_is_unlikely_is_asked_back(run, typed):
    code, out, err = run("diary", "day", "--sat", "20")
    assert (code, out) == (1, "")
    assert "20 hours sat – is that a typing slip?" in err
    assert "--sure" in err
    assert entries(run) == {}
    typed("n")
    assert run("diary", "day", "--sat", "20")[0] == 1
    assert entries(run) == {}
    typed("y")
    assert run("diary", "day", "--sat", "20")[0] == 0
    wrote(run, "diary", "day", "--sat", "19", "--sure")
    assert [value["sat_h"] for value in entries(run).values()] == [19.0, 20.0]


@pytest.mark.parametrize(
    ("option", "word", "asks"),
    [
        ("--done", "hip-flexors", "did you mean roll-hip-flexors, stretching-before or"),
        ("--done", "nonsense", "“nonsense” is no routine or cue that is known"),
        ("--cue", "runtall", "did you mean run-tall?"),
    ],
)
def test_a_routine_that_nobody_knows_is_asked_once_and_kept_by_who_is_sure(run, option, word, asks):
    code, out, err = run("diary", "day", option, word)
    assert (code, out) == (1, "")
    assert asks in err
    assert "--sure" in err
    assert entries(run) == {}
    day, _ = wrote(run, "diary", "day", option, word, "--sure")
    asked(run, "diary", "correct", day, "--sat", "9")
    wrote(run, "diary", "day", option, word, "--date", "2026-11-01")


def test_both_legs_may_be_sore_alike(run):
    for side in ("left", "right"):
        wrote(run, "diary", "add", "--side", side, "--region", "calf", "--level", "6")
    assert len(entries(run)) == 2


def test_the_worse_of_a_day_stands_in_the_headline_and_the_table(run):
    run(*HIP, "--feeling", "pain", "--level", "3", "--when", "after")
    run(*HIP, "--feeling", "pain", "--level", "9", "--when", "during", "--sure")
    _, out, _ = run("diary", "list")
    assert "pain 9 of 10" in out.split("\n\n")[0]
    assert "9 of 10" in out.split("Where it is now")[1].split("Entries")[0]


def test_a_reason_that_ends_with_a_full_stop_ends_with_one(run):
    asked(run, "flags", "answer", "general", "--yes", "clot", "--no-to-all")
    said = asked(run, "flags", "resolve", "--why", "Seen by a doctor: no infection.")
    assert ".." not in said["headline"]
    assert said["headline"].endswith("no infection.")


def test_deleting_asks_and_takes_every_version(run, typed):
    name, _ = wrote(run, *HIP)
    asked(run, "diary", "correct", name, "--level", "3")
    code, _, err = run("diary", "delete", name)
    assert (code, "say --yes" in err) == (2, True)
    typed("n")
    assert run("diary", "delete", name)[0] == 1
    assert name in entries(run)
    assert asked(run, "diary", "delete", name, "--yes")["verdict"] == "deleted"
    assert entries(run) == {}
    assert run("diary", "history", name)[0] == 1


def test_an_injury_begins_is_corrected_and_ends(run):
    name, value = wrote(
        run, "injury", "add", "--side", "right", "--region", "ankle", "--how", "sudden",
        "--began", "2026-06-02", "--name", "sprain", "--cause", "a root", "--seen-by-clinician",
    )  # fmt: skip
    assert (value["how"], value["ended"], value["seen_by_clinician"]) == ("sudden", None, True)
    asked(run, "injury", "end", name, "--on", "2026-08-01")
    assert entries(run)[name]["ended"] == "2026-08-01"
    asked(run, "injury", "correct", name, "--lasts", "--not-seen", "--cause", "")
    assert entries(run)[name] == {
        **value, "ended": None, "seen_by_clinician": False, "cause": "",
    }  # fmt: skip
    asked(run, "injury", "end", name)
    (row,) = asked(run, "injury", "list")["tables"]["injuries"]
    assert (row["side"], row["region"], row["ended"]) == ("right", "ankle", TODAY.isoformat())


def test_heels_are_looked_at_and_listed_by_side(run):
    name, _ = wrote(
        run, "shoes", "wear", "Ghost 15", "--left", "1", "--right", "2", "--left-place", "even",
        "--right-place", "outer",
    )  # fmt: skip
    (row,) = asked(run, "shoes", "list")["tables"]["shoes"]
    assert (row["left"], row["right"], row["more_worn"]) == (1, 2, "right")
    asked(run, "shoes", "correct", name, "--right", "1")
    (row,) = asked(run, "shoes", "list")["tables"]["shoes"]
    assert (row["right"], row["right_place"], row["more_worn"]) == (1, "outer", None)
    code, _, err = run("shoes", "wear", "Ghost 15", "--left", "4", "--right", "2")
    assert (code, "from 0" in err) == (1, True)


PAIN = (
    "diary", "add", "--side", "left", "--region", "shin-inner", "--feeling", "pain", "--level", "5",
)  # fmt: skip


def due(run):
    return [
        question["slug"]
        for ask in asked(run, "flags", "list")["tables"]["ask"]
        for question in ask["questions"]
    ]


def test_pain_makes_questions_due_until_each_is_answered(run):
    wrote(run, *PAIN)
    slugs = due(run)
    assert len(slugs) > 2
    code, out, err = run("flags", "answer")
    assert (code, out) == (2, "")
    assert "--no-to-all" in err
    asked(run, "flags", "answer", "left-shin-inner", "--no", slugs[0])
    assert due(run) == slugs[1:]
    asked(run, "flags", "answer", "--yes", slugs[1], "--no-to-all")
    assert due(run) == []
    (stands,) = asked(run, "flags", "list")["tables"]["standing"]
    assert stands["slug"] == slugs[1]
    asked(run, "flags", "resolve", "--why", "Seen by Dr. Mayer: nothing on the MRI.")
    said = asked(run, "flags", "list")
    assert (said["verdict"], said["tables"]["standing"]) == ("clear", [])
    code, _, err = run("flags", "resolve", "--why", "x")
    assert (code, "no red flag stands" in err) == (2, True)


def test_questions_are_asked_one_by_one_at_a_terminal(run, typed):
    wrote(run, *PAIN)
    slugs = due(run)
    typed("?", "what", "y", *["n"] * (len(slugs) - 2))
    code, out, err = run("flags", "answer", "left inside of the shin")
    assert code == 0
    (stands,) = asked(run, "flags", "list")["tables"]["standing"]
    assert stands["slug"] == slugs[1]
    assert stands["act"] in " ".join(out.split())  # what to do is said at once
    assert err.count("[y/n/?]") == len(slugs) + 1  # one was not understood
    assert due(run) == slugs[:1]  # what nobody knows stays due


def test_an_unknown_place_or_flag_is_named(run):
    wrote(run, *PAIN)
    code, _, err = run("flags", "answer", "left-elbow", "--no-to-all")
    assert (code, "left-shin-inner" in err) == (2, True)
    code, _, err = run("flags", "answer", "--yes", "elbow")
    assert (code, "There is no red flag “elbow”" in err) == (1, True)
    slug = due(run)[0]
    assert run("flags", "answer", "--yes", slug, "--no", slug)[0] == 2
    assert due(run)[0] == slug


def test_what_a_yes_means_is_in_the_json_too_and_it_cannot_be_deleted_away(run):
    said = asked(run, "flags", "answer", "general", "--yes", "chest-or-faint")
    assert any(sentence.startswith("Now: chest pain") for sentence in said["sentences"])
    assert said["caveats"]
    (row,) = said["tables"]["written"]
    code, _, err = run("diary", "delete", row["entry_id"], "--yes")
    assert code == 1
    assert "Resolve it first" in err
    asked(run, "flags", "resolve", "--why", "Seen in the emergency room: all clear.")
    assert asked(run, "diary", "delete", row["entry_id"], "--yes")["verdict"] == "deleted"


def test_an_entry_that_cannot_be_read_locks_nothing_and_can_be_deleted(run, tmp_path):
    for level, region in (("3", "ankle"), ("2", "calf")):
        asked(run, "diary", "add", "--side", "left", "--region", region, "--level", level)
    kept, spoilt = entries(run)
    with closing(sqlite3.connect(tmp_path / "library" / "library.sqlite")) as connection:
        connection.execute("UPDATE entries SET value = '{' WHERE entry_id = ?", (spoilt,))
        connection.commit()
    for words in (("diary", "list"), ("body",), ("why",), ("plan", "show"), ("flags", "list")):
        code, out, err = run(*words)
        assert (code, err) == (0, ""), err
        assert spoilt in out.replace("\n", "")
    assert list(entries(run)) == [kept]
    assert run("library", "check")[0] == 1
    code, _, err = run("diary", "correct", spoilt, "--level", "2")
    assert (code, "cannot be read" in err) == (1, True)
    code, out, _ = run("diary", "history", spoilt)
    assert (code, "cannot be read" in out) == (0, True)
    assert asked(run, "diary", "delete", spoilt, "--yes")["verdict"] == "deleted"
    assert run("library", "check")[0] == 0
