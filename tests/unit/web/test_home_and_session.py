"""Home with and without runs, and a session that is kept: what leads where, what is asked."""

from __future__ import annotations

import re
import shutil
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from evenstride.answers import open_library, status
from evenstride.answers.body_and_plan.planning import begin_plan, end_plan
from evenstride.domain.body import Feeling, Moment, Side
from evenstride.domain.diary import Complaint, SessionDone
from evenstride.domain.errors import NoBalanceError
from evenstride.domain.exercise import Wish
from evenstride.library import New
from experiment_app import App, form_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SESSION = "/plan/session/w01-1"


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[App]:
    """The app of somebody without a watch: no run at all."""
    with open_library(tmp_path / "empty", create=True) as lib:
        yield App(lib, tmp_path)


NOW = datetime.now().astimezone()
TIGHT = Complaint(NOW.date(), Moment.DURING, Feeling.TIGHTNESS, "hip-front", Side.LEFT, 4)
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def begin_today(app: App) -> None:
    days = tuple(WEEK[(NOW.weekday() + later) % 7] for later in (0, 2, 4))
    begin_plan(app.lib, Wish(first_date=NOW.date(), days=days), now=NOW)


def test_how_it_felt_is_written_of_the_run_that_home_names(app: App) -> None:
    card = re.search(r'(?s)id="last-title".*?</article>', app.get("/").text)
    assert card
    run_id = re.search(r'href="/runs/([^"]+)"', card[0])
    felt = re.search(r'href="(/diary\?[^"]+)"', card[0])
    assert run_id
    assert felt
    form = form_of(app.get(felt[1]), "/diary")
    assert form["run"] == [run_id[1]]


def test_home_without_runs_says_what_was_written_and_what_is_next(empty: App) -> None:
    assert "Your watch says" in empty.get("/").text
    empty.lib.write_entries([New("e1", TIGHT)], written_at_utc=NOW)
    page = empty.get("/").text
    assert "Your watch says" not in page
    assert "eft front of the hip: tightness 4 of 10" in page
    assert 'class="timeline"' in page
    assert "What next?" in page
    assert 'href="/import"' in page
    assert empty.get("/", params={"format": "json"}).status_code == 404
    assert "Your watch says" in empty.get("/trend").text


def test_home_without_balance_says_it_too_and_lists_the_runs(app: App, monkeypatch) -> None:
    def none(*_: object, **__: object) -> None:
        raise NoBalanceError("no run carries balance")

    monkeypatch.setattr("evenstride.answers.where_am_i.status", none)
    assert "What does my body say?" not in app.get("/").text
    app.lib.write_entries([New("e1", TIGHT)], written_at_utc=NOW)
    page = app.get("/").text
    assert "eft front of the hip" in page
    assert "Your runs carry no balance" in page
    assert page.count('href="/runs/') > 1


def test_home_without_runs_begins_with_todays_session(empty: App) -> None:
    begin_today(empty)
    page = empty.get("/").text
    assert page.index("Your plan, today") < page.index("What does my body say?")
    assert "What next?" not in page
    assert page.count(f'href="{SESSION}"') == 1


def test_what_is_next_is_the_plan_where_nothing_else_is(year_library_path, tmp_path) -> None:
    shutil.copytree(year_library_path, tmp_path / "copy")
    with open_library(tmp_path / "copy") as lib:
        last = datetime.fromisoformat(status(lib).provenance.last_run_utc)
        (before,) = status(lib, now=last).tables["next"]
        begin_plan(
            lib,
            Wish(first_date=(last + timedelta(days=1)).date(), days=("mon", "wed", "fri")),
            now=last,
        )
        (step,) = status(lib, now=last).tables["next"]
    assert before["text"].startswith("Nothing needs doing")
    assert step["text"].startswith("Nothing needs doing today; run as usual. Your plan's next ")
    assert step["question"] == "plan"


def test_a_session_of_which_nothing_is_ticked_is_asked_about(empty: App) -> None:
    begin_today(empty)
    form = form_of(empty.get(SESSION), SESSION)
    del form["every"], form["state"]  # buttons: one of them is pressed
    asked = empty.post(SESSION, **{**form, "note": "in the park", "state": "done"})
    assert asked.status_code == 400
    assert "Was it done as planned, or missed?" in asked.text
    assert asked.text.count('name="every"') == 2
    assert form_of(asked, SESSION)["note"] == ["in the park"]
    assert not empty.lib.entries(SessionDone)
    assert empty.post(SESSION, **{**form, "every": "yes"}).status_code == 303
    (kept,) = empty.lib.entries(SessionDone).values()
    assert kept.value.items
    assert not any(item.left_out for item in kept.value.items)


def pressed(app: App, session: str) -> dict[str, object]:
    """Return the fields of a session's form, and its `done` button pressed."""
    form = form_of(app.get(session), session)
    form.pop("every", None)  # of buttons one is pressed
    return {**form, "state": "done"}


def test_a_session_comes_back_with_a_note_that_is_too_long(empty: App) -> None:
    begin_today(empty)
    form = pressed(empty, SESSION)
    first = form["exercise"][0]
    long = {**form, "note": "x" * 30_000, "done": [first], "pain": ["4", *form["pain"][1:]]}
    refused = empty.post(SESSION, **long)
    assert refused.status_code == 400
    assert "20,000 characters at most and has 30,000" in refused.text
    back = form_of(refused, SESSION)
    assert (back["note"], back["done"]) == (["x" * 30_000], [first])
    assert refused.text.count('value="4" selected') == 1
    assert not empty.lib.entries(SessionDone)


def test_a_session_to_come_is_not_missed_without_being_asked(empty: App) -> None:
    begin_today(empty)
    later = "/plan/session/w01-2"
    form = {**pressed(empty, later), "state": "missed", "note": "away"}
    asked = empty.post(later, **form)
    assert asked.status_code == 400
    assert "is still to come" in asked.text
    assert not empty.lib.entries(SessionDone)
    again = form_of(asked, later)
    assert again["note"] == ["away"]
    del again["every"]
    assert empty.post(later, **{**again, "state": "missed"}).status_code == 303
    (kept,) = empty.lib.entries(SessionDone).values()
    assert kept.value.state == "missed"
    assert empty.post(SESSION, **{**pressed(empty, SESSION), "state": "missed"}).status_code == 303


def test_a_session_of_a_plan_that_was_ended_meanwhile_is_refused_and_gives_the_words_back(
    empty: App,
) -> None:
    begin_today(empty)
    form = form_of(empty.get(SESSION), SESSION)
    del form["every"], form["state"]
    end_plan(empty.lib, "A holiday.", now=NOW)
    refused = empty.post(SESSION, **{**form, "note": "in the park at last", "state": "done"})
    assert refused.status_code == 400
    assert "Nothing was kept: No plan is running." in refused.text
    assert "in the park at last" in refused.text
    assert not empty.lib.entries(SessionDone)
