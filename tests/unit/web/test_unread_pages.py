"""Pages beside an entry that cannot be read; and a page of a plan that has ended."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from evenstride.answers import open_library
from evenstride.answers.body_and_plan.plan_kept import running_plan
from evenstride.answers.body_and_plan.planning import begin_plan, end_plan
from evenstride.body.red_flags import FLAGS
from evenstride.domain.diary import Day, FlagCheck
from evenstride.domain.exercise import Wish
from evenstride.library import New
from experiment_app import App, form_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime.now(UTC)
WISH = Wish(first_date=NOW.date())
URGENT = next(slug for slug, flag in FLAGS.items() if flag.tier == "now")


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[App]:
    with open_library(tmp_path / "library", create=True) as lib:
        yield App(lib, tmp_path)


def spoil(app: App, entry_id: str) -> None:
    with closing(sqlite3.connect(app.lib.root / "library.sqlite")) as connection:
        connection.execute("UPDATE entries SET value = '<b>{' WHERE entry_id = ?", (entry_id,))
        connection.commit()


def test_no_page_dies_of_an_entry_that_cannot_be_read_and_it_is_deleted(empty: App) -> None:
    new = [New("day", Day(NOW.date())), New("check", FlagCheck(NOW.date(), {URGENT: False}))]
    empty.lib.write_entries(new, written_at_utc=NOW)
    begin_plan(empty.lib, WISH, now=NOW)
    spoil(empty, "check")
    pages = ("/", "/diary", "/body", "/why", "/flags", "/injuries", "/shoes", "/screen", "/plan")
    answered = {path: empty.get(path) for path in (*pages, "/plan/new", "/plan.ics", "/plan.pdf")}
    # Home is none without a run, but says what is next.
    assert {path: one.status_code for path, one in answered.items()} == dict.fromkeys(answered, 200)
    assert "No plan now: Entry check (answer about red flags)" in answered["/plan"].text
    assert "Tell the clinician" not in answered["/plan"].text
    assert "Entry check" in answered["/flags"].text
    assert '"/diary/check"' in answered["/diary"].text
    shown = empty.get("/diary/check")
    assert "&lt;b&gt;{" in shown.text
    unsure = empty.post("/diary/check/delete")
    assert (unsure.status_code, "Say that you are sure" in unsure.text) == (400, True)
    gone = empty.post("/diary/check/delete", sure="yes")
    assert gone.headers["location"] == "/diary?done=deleted"
    assert empty.get("/diary/check").status_code == 404
    assert "No plan now" not in empty.get("/plan").text


@pytest.mark.parametrize("stopped", [False, True])
def test_a_page_of_a_plan_that_has_ended_does_not_end_the_new_one(
    empty: App, *, stopped: bool
) -> None:
    begin_plan(empty.lib, WISH, now=NOW, plan_id="old")
    if stopped:  # its page then shows no session
        urgent = New("check", FlagCheck(NOW.date(), {URGENT: True}))
        empty.lib.write_entries([urgent], written_at_utc=NOW)
    fields = form_of(empty.get("/plan"), "/plan/end")
    assert fields["plan"] == ["old"]
    end_plan(empty.lib, "over", now=NOW)
    if stopped:
        empty.lib.delete_entry(FlagCheck, "check")
    begin_plan(empty.lib, WISH, now=NOW, plan_id="new")
    late = empty.post("/plan/end", **{**fields, "reason": "a holiday"})
    assert late.status_code == 400
    assert "another plan that runs now" in late.text
    assert form_of(late, "/plan/end")["plan"] == ["new"]
    running = running_plan(empty.lib)
    assert running is not None
    assert running.entry_id == "new"
