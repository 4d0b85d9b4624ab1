"""Entries that cannot be read: the others are used, they are named, and no red flag is lifted."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from evenstride.answers.body_and_plan.diary import Say, delete, diary, history, kind_of_entry, write
from evenstride.answers.body_and_plan.flags import flags
from evenstride.answers.body_and_plan.injuries import injuries
from evenstride.answers.body_and_plan.next_thing import pressing_step, session_steps
from evenstride.answers.body_and_plan.planning import begin_plan, end_plan, plan, plan_dates
from evenstride.answers.body_and_plan.says import body
from evenstride.answers.body_and_plan.session_log import log_session
from evenstride.answers.body_and_plan.shoes import shoes
from evenstride.answers.body_and_plan.unread import unread_caveats
from evenstride.answers.body_and_plan.where_from import why
from evenstride.answers.experiments.stopped import stopped_by_flag
from evenstride.answers.levels import BALANCE
from evenstride.answers.where_am_i import status
from evenstride.body.red_flags import FLAGS
from evenstride.domain.body import Feeling, Moment, Side
from evenstride.domain.diary import Complaint, Day, FlagCheck, HeelWear, Injury, Measured
from evenstride.domain.errors import InputError, LibraryCorruptError, UnknownEntryError
from evenstride.domain.exercise import Wish
from evenstride.library import New, open_library
from evenstride.render.plan_calendar import plan_calendar
from evenstride.render.plan_pdf import plan_pdf

NOW = datetime(2026, 11, 2, 18, 0, tzinfo=UTC)
TODAY = NOW.date()
WISH = Wish(first_date=TODAY)
SORE = Complaint(TODAY, Moment.AFTER, Feeling.SORENESS, "ankle", Side.RIGHT, 3)
ENTRIES = {
    "c1": SORE,
    "c2": replace(SORE, side=Side.LEFT),
    "d1": Day(TODAY, sat_h=8.0),
    "i1": Injury(TODAY - timedelta(400), "ankle", Side.LEFT, ended=TODAY - timedelta(300)),
    "h1": HeelWear("Blue", TODAY, 1, 2),
    "f1": FlagCheck(TODAY, {next(iter(FLAGS)): False}),
}
ANSWERS = (diary, body, why, plan, flags, injuries, shoes)


@pytest.fixture
def lib(tmp_path):
    with open_library(tmp_path / "library", create=True) as opened:
        new = [New(name, value) for name, value in ENTRIES.items()]
        opened.write_entries(new, written_at_utc=NOW)
        begin_plan(opened, WISH, now=NOW, plan_id="p")
        yield opened


def damage(lib, entry_id, change="value = '{'"):
    with closing(sqlite3.connect(lib.root / "library.sqlite")) as connection:
        last = "version = (SELECT max(version) FROM entries WHERE entry_id = ?1)"
        statement = f"UPDATE entries SET {change} WHERE entry_id = ?1 AND {last}"
        assert connection.execute(statement, (entry_id,)).rowcount
        connection.commit()


@pytest.mark.parametrize("entry_id", [*ENTRIES, "p"])
def test_every_answer_that_reads_the_diary_names_it_once(lib, entry_id):
    before = {ask: ask(lib, now=NOW) for ask in ANSWERS}
    damage(lib, entry_id)
    for ask in ANSWERS:
        answer = ask(lib, now=NOW)
        (said,) = set(answer.caveats) - set(before[ask].caveats)
        assert f"Entry {entry_id} (" in said
        for what in ("Restore a backup", "newer edition", f"`evenstride diary delete {entry_id}`"):
            assert what in said
        assert not any("cannot be read" in caveat for caveat in before[ask].caveats)
    (row,) = diary(lib, now=NOW).tables["unread"]
    assert row["entry_id"] == entry_id


def test_no_first_line_says_nothing_where_what_there_is_cannot_be_read(lib):
    for entry_id in ("c2", "d1", "h1", "f1"):
        lib.delete_entry(None, entry_id)
    for entry_id in ("c1", "i1"):
        damage(lib, entry_id)
    limit = "as far as it can be read: one entry cannot be."
    assert limit in body(lib, now=NOW).headline
    assert limit in injuries(lib, now=NOW).headline
    empty = diary(lib, now=NOW).headline
    assert empty.startswith("The diary is empty, as far as it can be read: 2 entries cannot be.")
    write(lib, [Say(Day(TODAY, nothing_hurts=True))], now=NOW)
    assert limit in diary(lib, now=NOW).headline
    lib.delete_entry(None, "c1")
    assert "as far as" not in body(lib, now=NOW).headline + diary(lib, now=NOW).headline
    lib.delete_entry(None, "i1")
    assert injuries(lib, now=NOW).headline.startswith("No injury is written.")


def test_the_others_are_used(lib):
    damage(lib, "c1")
    answer = diary(lib, now=NOW)
    assert {row["entry_id"] for row in answer.tables["entries"]} == {"c2", "d1", "i1", "h1", "f1"}
    assert "left ankle" in answer.headline.lower()
    assert write(lib, [Say(Day(TODAY - timedelta(1), sat_h=5.0))], now=NOW).verdict == "written"


def test_many_are_counted_and_some_named(lib):
    for entry_id in ENTRIES:
        damage(lib, entry_id)
    (said,) = unread_caveats(lib)
    assert said.startswith("6 entries cannot be read")
    assert "and 1 more" in said


def test_a_test_of_another_edition_is_named(lib):
    lib.write_entries([New("m1", Measured(TODAY, "no-such-test", "cm"))], written_at_utc=NOW)
    (said,) = unread_caveats(lib)
    assert "Entry m1 (screening test, 2 November 2026)" in said


@pytest.mark.parametrize("change", ["value = '{'", "kind = 'dream'", "value = 'no'"])
def test_what_may_be_a_red_flag_stops_plan_and_experiments(lib, change):
    assert session_steps(lib, now=NOW)[0] is not None
    damage(lib, "f1", change)
    answer = plan(lib, now=NOW)
    assert (answer.verdict, answer.tables["sessions"]) == ("stopped", ())
    assert "Entry f1 (" in answer.headline
    assert "a red flag may stand that nobody sees" in answer.headline
    assert plan_pdf(answer).startswith(b"%PDF")
    dates = plan_dates(lib, now=NOW)
    assert dates.verdict == "stopped"
    assert "CANCELLED" in plan_calendar(dates, now=NOW)
    with pytest.raises(InputError, match="Entry f1 "):
        log_session(lib, None, "done", now=NOW)
    assert flags(lib, now=NOW).verdict == "unread"
    assert "cannot read" in pressing_step(lib, now=NOW).text
    assert session_steps(lib, now=NOW)[0] is None
    assert "Entry f1 " in stopped_by_flag(lib, now=NOW)
    end_plan(lib, "another one", plan_id="p", now=NOW)
    assert begin_plan(lib, WISH, now=NOW, plan_id="q").verdict == "stopped"
    deleted = delete(lib, None, "f1", now=NOW)
    assert "say it again" in deleted.caveats[0]
    assert begin_plan(lib, WISH, now=NOW, plan_id="q").verdict == "begun"
    assert stopped_by_flag(lib, now=NOW) is None
    assert flags(lib, now=NOW).verdict == "clear"


def test_a_flag_that_this_edition_does_not_know_stops_until_it_is_resolved(lib):
    check = FlagCheck(TODAY, {"of-a-newer-edition": True})
    lib.write_entries([New("f2", check)], written_at_utc=NOW)
    assert "Entry f2 of 2 November 2026 says yes" in plan(lib, now=NOW).headline
    over = replace(check, resolved_on=TODAY, resolution="Seen by a doctor.")
    lib.write_entries([New("f2", over, 1)], written_at_utc=NOW)
    assert plan(lib, now=NOW).verdict == "next_today"


@pytest.mark.parametrize(("days", "refused"), [(3, True), (200, False)])
def test_what_may_say_where_it_hurts_lets_no_plan_begin(lib, days, refused):
    end_plan(lib, "another one", now=NOW)
    old = replace(SORE, on_date=TODAY - timedelta(days))
    lib.write_entries([New("c3", old)], written_at_utc=NOW - timedelta(days))
    damage(lib, "c3")
    assert (flags(lib, now=NOW).verdict == "unread") == refused
    if refused:
        with pytest.raises(InputError, match=r"Entry c3 .* may say where it hurts"):
            begin_plan(lib, WISH, now=NOW)
    else:
        assert begin_plan(lib, WISH, now=NOW).verdict == "begun"


def test_a_plan_that_runs_goes_on_and_says_what_it_does_not_know(lib):
    damage(lib, "c1")
    answer = plan(lib, now=NOW)
    assert answer.verdict == "next_today"
    assert "leave out what hurts above 5" in answer.caveats[-1]


def test_a_plan_that_cannot_be_read_is_not_said_to_be_none(lib):
    damage(lib, "p")
    for ask in (plan, plan_dates):
        assert "it may be the plan that runs" in ask(lib, now=NOW).headline
    for act in (
        lambda: begin_plan(lib, WISH, now=NOW),
        lambda: end_plan(lib, "why not", now=NOW),
        lambda: log_session(lib, None, "done", now=NOW),
    ):
        with pytest.raises(InputError, match="it may be the plan that runs"):
            act()
    delete(lib, None, "p", now=NOW)
    assert begin_plan(lib, WISH, now=NOW).verdict == "begun"


def test_a_log_that_cannot_be_read_is_not_written_over(lib):
    log_session(lib, "w01-1", "done", now=NOW)
    damage(lib, "p.w01-1")
    with pytest.raises(InputError, match=r"cannot be read: restore a backup, or delete it first"):
        log_session(lib, "w01-1", "missed", now=NOW)
    delete(lib, None, "p.w01-1", now=NOW)
    assert log_session(lib, "w01-1", "missed", now=NOW).verdict == "logged"


def test_its_history_is_shown_as_it_lies_and_it_can_be_deleted(lib):
    lib.write_entries([New("d1", Day(TODAY, sat_h=9.0), 1)], written_at_utc=NOW)
    damage(lib, "d1", "value = '{\"sat_h\":'")
    answer = history(lib, None, "d1", now=NOW)
    assert answer.verdict == "unread"
    first, last = answer.tables["versions"]
    assert (first["value"]["sat_h"], first["unread"]) == (8.0, None)
    assert (last["value"], last["unread"]) == ({}, '{"sat_h":')
    with pytest.raises(LibraryCorruptError, match="cannot be read, only deleted"):
        kind_of_entry(lib, "d1")
    (row,) = delete(lib, None, "d1", now=NOW).tables["deleted"]
    assert (row["entry_id"], row["kind"]) == ("d1", "day")
    for ask in (history, delete):
        with pytest.raises(UnknownEntryError, match="has no entry “d1”"):
            ask(lib, None, "d1", now=NOW)


def test_a_new_entry_is_not_named_like_one_that_cannot_be_read(lib):
    (row,) = write(lib, [Say(Day(TODAY, sat_h=5.0))], now=NOW).tables["written"]
    damage(lib, row["entry_id"])
    (again,) = write(lib, [Say(Day(TODAY, sat_h=5.0))], now=NOW).tables["written"]
    assert again["entry_id"] == f"{row['entry_id']}-2"


def test_home_names_it_and_what_goes_first(tmp_path, year_library_path):
    shutil.copytree(year_library_path, tmp_path / "year")
    with open_library(tmp_path / "year") as lib:
        now = lib.series(BALANCE)["started_at_utc"][-1] + timedelta(hours=3)
        lib.write_entries([New("f1", FlagCheck(now.date(), {}))], written_at_utc=now)
        damage(lib, "f1")
        answer = status(lib, now=now)
    (said,) = (caveat for caveat in answer.caveats if "Entry f1 (" in caveat)
    assert "cannot be read" in said
    assert answer.tables["next"][0]["question"] == "flags"
