"""The commands `why` and `plan`: what they take, print, refuse, and never do by accident."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from icalendar import Calendar

from evenstride.answers.body_and_plan import planning as plans
from evenstride.body.red_flags import FLAGS
from evenstride.cli import planning
from evenstride.domain.body import Feeling, Moment, Side
from evenstride.domain.diary import Complaint, FlagCheck, KeptPlan, SessionDone
from evenstride.library import New, open_library

TODAY = date.today()  # noqa: DTZ011 # the commands ask the computer, too
URGENT = next(slug for slug, flag in FLAGS.items() if flag.tier == "now")
EVERY_DAY = "mon,tue,wed,thu,fri,sat,sun"


@pytest.fixture
def at(tmp_path):
    return tmp_path / "library"


@dataclass(frozen=True)
class Said:
    """What the program printed."""

    stdout: str
    stderr: str

    @property
    def output(self):
        return self.stdout + self.stderr


@pytest.fixture
def run(at, program):
    call = program(at)

    def command(*words, code=0):
        left, out, err = call(*words)
        assert left == code, out + err
        assert "Traceback" not in err
        return Said(out, err)

    return command


@pytest.fixture
def begun(run):
    run("plan", "new", "--yes", "--with", "roller,band,box")
    return run


def answer(done):
    return json.loads(done.stdout)


def kept(at, kind):
    with open_library(at) as lib:
        return [written.value for written in lib.entries(kind).values()]


def write(at, name, value):
    with open_library(at) as lib:
        lib.write_entries([New(name, value)], written_at_utc=planning._now())


@pytest.mark.parametrize(
    "command",
    [
        ["why"],
        *(
            ["plan", *rest]
            for rest in (
                *([], ["new"], ["show"], ["next"], ["log"], ["end"], ["ics"], ["pdf"]),
                ["exercises"],
            )
        ),
    ],
)
def test_help_fits_a_terminal_of_80_columns(run, command):
    said = run(*command, "--help")
    assert max(len(line) for line in said.stdout.splitlines()) <= 80


def test_why_answers_whoever_has_no_watch_and_as_json_prints_nothing_else(run):
    assert "Would tell most next" in run("why").stdout
    said = run("why", "--json")
    assert said.stderr == ""
    assert len(answer(said)["tables"]["ledger"]) == 12


def test_a_red_flag_goes_before_every_test_and_resolved_lets_go(run, at):
    check = FlagCheck(TODAY, {URGENT: True})
    run("why")
    write(at, "flag", check)
    (following,) = answer(run("why", "--json"))["tables"]["next"]
    assert following["question"] == "flags"
    assert answer(run("plan", "new", "--yes", "--json", code=1))["verdict"] == "stopped"
    assert kept(at, KeptPlan) == []
    with open_library(at) as lib:
        seen = FlagCheck(
            TODAY, check.answers, resolved_on=TODAY, resolution="Seen by a doctor: nothing."
        )
        lib.write_entries([New("flag", seen, 1)], written_at_utc=planning._now())
    (following,) = answer(run("why", "--json"))["tables"]["next"]
    assert following["question"] == "screen"
    assert answer(run("plan", "new", "--yes", "--json"))["verdict"] == "begun"


def test_a_plan_begins_by_yes_or_by_an_answer_at_a_terminal_only(run, at, monkeypatch):
    said = run("plan", "new", "--days", "Mon, Wed  FRI")
    assert "--yes begins this plan" in said.stderr
    assert "--yes" not in said.stdout
    assert answer(run("plan", "new", "--json"))["verdict"] == "proposed"
    assert kept(at, KeptPlan) == []
    monkeypatch.setattr(planning, "_wanted", lambda: False)
    assert run("plan", "new").stdout.count("36 sessions") == 1
    assert kept(at, KeptPlan) == []
    monkeypatch.setattr(planning, "_wanted", lambda: True)
    assert "Your plan has begun." in run("plan", "new", "--days", "mon,thu").stdout
    (plan,) = kept(at, KeptPlan)
    assert (plan.wish.days, plan.wish.sessions_per_week) == (("mon", "thu"), 2)


def test_every_wish_is_kept_as_it_was_said(run, at):
    first = TODAY + timedelta(days=20)
    run(
        *("plan", "new", "--yes", "--days", "tue,fri,sun", "--sessions", "2", "--minutes", "45"),
        *("--goal", "less_sore", "--goal", "form", "--with", "ball, band"),
        *("--not-with", "hernia", "--first", str(first)),
    )
    (plan,) = kept(at, KeptPlan)
    wish = plan.wish
    assert (wish.sessions_per_week, wish.minutes, wish.first_date) == (2, 45, first)
    assert (wish.goals, wish.equipment, wish.conditions) == (
        ("less_sore", "form"),
        ("band", "ball"),
        ("hernia",),
    )


def test_the_list_of_wishes_asks_no_library(run, at):
    said = run("plan", "new", "--list").stdout
    assert "less_sore" in said
    assert "hernia" in said
    rows = answer(run("plan", "new", "--list", "--json"))
    found = {row["option"]: row["name"] for row in rows}
    assert set(found) == {"--goal", "--with", "--not-with"}
    assert all(row["name"] in said and row["words"] in said for row in rows)
    assert not at.exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--days", "mon"], "as many days"),
        (["--days", "moonday,tue"], "no day “moonday”"),
        (["--sessions", "5"], "two or three"),
        (["--minutes", "0"], "10 to 120"),
        (["--goal", "<script>\x1b[31m"], "no goal"),
        (["--with", "anvil"], "no piece of equipment “anvil”"),
        (["--not-with", "life"], "no condition “life”"),
        (["--first", "2020-02-29"], "begins today or within a year"),
    ],
)
def test_a_wish_that_cannot_be_is_refused_in_a_sentence(run, options, words):
    said = run("plan", "new", "--yes", *options, code=1)
    assert words in said.stderr
    assert "\x1b" not in said.output
    assert said.stdout == ""


@pytest.mark.parametrize(
    "options",
    [
        ["new", "--first", "2026-02-30"],
        ["new", "--sessions", "three"],
        ["log", "--date", "yesterday"],
        ["log", "--did", "dead-bug"],
        ["log", "--did", "dead-bug:3"],
        ["log", "--did", ":3x10"],
        ["log", "--did", "dead-bug:3x10/"],
        ["log", "--did", "dead-bug:3x10@"],
        ["log", "--did", "dead-bug:3x10@nan"],
        ["log", "--did", "dead-bug:-3x10"],
        ["log", "--did", "dead-bug:٣x10"],
        ["log", "--did", f"dead-bug:{'9' * 5000}x1"],
        ["log", "--did", "dead-bug:3x10", "--did", "dead-bug:2x8"],
        ["log", "--did", "dead-bug:3x10", "--left-out", "dead-bug"],
        ["log", "--pain", "dead-bug:"],
        ["log", "--pain", "dead-bug:2/"],
        ["log", "--pain", "dead-bug:2.5"],
        ["log", "--pain", "dead-bug:2", "--pain", "dead-bug:3"],
        ["log", "--missed", "--did", "dead-bug:3x10"],
        ["log", "--missed", "--pain", "dead-bug:3"],
        ["end"],
        ["ics"],
        ["pdf", "--out", "x.pdf", "--paper", "a3"],
        ["nothing"],
    ],
)
def test_what_is_not_understood_leaves_by_two_and_keeps_nothing(run, at, options):
    run("plan", *options, code=2)
    assert not at.exists() or kept(at, SessionDone) == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["log"], "No plan is running"),
        (["end", "--reason", "x"], "No plan is running"),
        (["ics", "--out", "x.ics"], "nothing to put into a calendar"),
        (["pdf", "--out", "x.pdf"], "nothing to print"),
        (["exercises", "dead-bugs"], "dead-bug is the nearest"),
        (["exercises", "\x1b[31m"], "There is no exercise"),
    ],
)
def test_without_a_plan_a_sentence_says_so(run, tmp_path, monkeypatch, options, words):
    monkeypatch.chdir(tmp_path)
    done = run("plan", *options, code=1)
    assert words in done.stderr
    assert "\x1b" not in done.output
    assert not [path for path in tmp_path.iterdir() if path.suffix in (".ics", ".pdf")]


def names(run):
    rows = answer(run("plan", "next", "--json"))["tables"]
    following = rows["next"][0]["session_id"]
    return following, [r["exercise"] for r in rows["items"] if r["session_id"] == following]


def test_a_log_keeps_what_was_said_of_each_exercise(run, at):
    run("plan", "new", "--yes", "--days", EVERY_DAY, "--sessions", "3")
    session, items = names(run)
    said = run(
        *("plan", "log", "--session", session, "--did", f"{items[0]}:3x10/9@7,5"),
        *("--did", f"{items[1]}:2×8", "--pain", f"{items[1]}:2/1", "--left-out", items[2]),
        *("--note", "Σ <b>\x1b[31m\x00 مرحبا", "--date", str(TODAY), "--json"),
    )
    assert answer(said)["verdict"] == "logged"
    assert said.stderr == ""
    (log,) = kept(at, SessionDone)
    one, two, three = log.items
    assert (one.sets, one.left, one.right, one.load_kg, one.pain) == (3, 10, 9, 7.5, None)
    assert (two.sets, two.left, two.right, two.load_kg) == (2, 8, 8, None)
    assert (two.pain, two.pain_next_morning, three.left_out) == (2, 1, True)
    shown = run("plan", "show", "--all").stdout
    assert "L 10 R 9" in shown
    assert "\x1b" not in shown
    run("plan", "log", "--session", session, "--missed")
    (log,) = kept(at, SessionDone)
    assert (log.state, log.items) == ("missed", ())


def test_said_twice_a_log_does_not_log_a_session_to_come(run, at):
    run("plan", "new", "--yes", "--days", EVERY_DAY)
    session, _ = names(run)
    run("plan", "log", "--session", session)
    said = run("plan", "log", code=1)
    following, _ = names(run)
    assert f"The next session, {following}, is on" in said.stderr
    assert [log.session for log in kept(at, SessionDone)] == [session]
    run("plan", "log", "--session", following)
    assert len(kept(at, SessionDone)) == 2


def test_a_log_that_cannot_be_is_refused(begun, at):
    session, _ = names(begun)
    for options, words in (
        (["--session", "w99-1"], "no session “w99-1”"),
        (["--session", "\x1b[31m"], "no session"),
        (["--date", "2999-01-01"], "is to come"),
        (["--date", "2001-01-01"], "is before it"),
        (["--pain", "dead-bug:11"], "0 to 10, not 11"),
        (["--did", "no-such:1x1"], "no “no-such”"),
        (["--note", "x" * 2001], "note"),
    ):
        named = [] if "--session" in options else ["--session", session]
        said = begun("plan", "log", *named, *options, code=1)
        assert words in said.stderr
        assert "\x1b" not in said.output
    assert kept(at, SessionDone) == []


def test_a_second_plan_waits_for_the_end_of_the_first(begun, at):
    assert "running already" in begun("plan", "new", "--yes", code=1).stderr
    assert "Say why" in begun("plan", "end", "--reason", "  ", code=1).stderr
    ended = begun("plan", "end", "--reason", "Race <season>.", "--json")
    assert answer(ended)["verdict"] == "ended"
    begun("plan", "new", "--yes")
    assert len(kept(at, KeptPlan)) == 2


def test_a_calendar_and_a_paper_hold_the_plan_and_no_complaint(begun, at, tmp_path):
    write(at, "sore", Complaint(TODAY, Moment.AFTER, Feeling.SORENESS, "calf", Side.LEFT, 3))
    out = tmp_path / "plan.ics"
    said = begun("plan", "ics", "--out", str(out))
    assert said.stdout == ""
    assert len(Calendar.from_ical(out.read_bytes()).walk("VEVENT")) == 36
    assert b"calf:" not in out.read_bytes()
    paper = tmp_path / "plan.pdf"
    begun("plan", "pdf", "--out", str(paper), "--paper", "letter")
    assert paper.read_bytes().startswith(b"%PDF")
    begun("plan", "pdf", "--out", str(tmp_path / "no" / "plan.pdf"), code=1)


def test_exercises_are_shown_whole_or_one(run):
    every = run("plan", "exercises", "--json")
    one = run("plan", "exercises", "dead-bug", "--json")
    assert len(answer(every)["tables"]["exercises"]) > 20
    assert [row["exercise"] for row in answer(one)["tables"]["exercises"]] == ["dead-bug"]


def test_exercises_take_a_library_as_every_command_does(run, at):
    run("plan", "exercises", "dead-bug", "--library", str(at))
    assert not at.exists()


def flat(text):
    return " ".join(text.split())


def test_each_item_is_told_whole_within_80_columns(begun):
    tables = answer(begun("plan", "next", "--json"))["tables"]
    following = tables["next"][0]["session_id"]
    items = [row for row in tables["items"] if row["session_id"] == following]
    next_, shown = begun("plan", "next").stdout, begun("plan", "show").stdout
    assert max(len(line) for line in (next_ + shown).splitlines()) <= 80
    for row in items:
        for said in (row["name"], row["dose"], row["because"], row["changed"], row["out_when"]):
            assert flat(said) in flat(next_)
            assert flat(said) in flat(shown)
        assert all(flat(step) in flat(next_) for step in row["how"])
    assert "  how  " in next_
    assert "  how  " not in shown  # it says why, not how


def test_who_disagrees_is_told_with_what_each_says_and_what_can_be_tried(run):
    voices = answer(run("plan", "show", "--json"))["tables"]["voices"]
    shown = run("plan", "show", "--all").stdout
    assert max(len(line) for line in shown.splitlines()) <= 80
    for row in voices:
        for said in ("topic", "coach", "physio", "runner", "evidence", "yours"):
            assert flat(row[said]) in flat(shown)
        if row["cue"]:
            assert f"evenstride experiment new {row['cue']}" in shown
    assert "Where they disagree" not in run("plan", "show").stdout


@pytest.mark.parametrize("command", ["next", "show"])
def test_tests_to_make_again_come_before_the_exercises(begun, monkeypatch, command):
    first = "Test again first, rested: Single-leg heel raise."

    def plan(lib, *, now):
        made = ask(lib, now=now)
        (following,) = made.tables["next"]
        rows = tuple(
            {**row, "test_again": first if row["session_id"] == following["session_id"] else "No."}
            for row in made.tables["sessions"]
        )
        return replace(made, tables={**made.tables, "sessions": rows})

    ask = plans.plan
    monkeypatch.setattr(plans, "plan", plan)
    said = begun("plan", command).stdout
    assert said.index(first) < said.index("What to do")
    assert "No." not in said.split("What to do")[0]


def test_only_a_terminal_is_asked(monkeypatch):
    monkeypatch.setattr(planning.typer, "confirm", lambda *_, **__: True)
    for stdin, stdout in ((False, True), (True, False)):
        monkeypatch.setattr(sys.stdin, "isatty", lambda yes=stdin: yes, raising=False)
        monkeypatch.setattr(sys.stdout, "isatty", lambda yes=stdout: yes, raising=False)
        assert planning._wanted() is False
