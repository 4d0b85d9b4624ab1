"""Body, screening, why, plan and exercises: each page in its states, and what its forms keep."""

from __future__ import annotations

import importlib
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from evenstride.answers import open_library
from evenstride.body.red_flags import FLAGS
from evenstride.domain.diary import FlagCheck, ItemDone, KeptPlan, Measured, SessionDone
from evenstride.domain.errors import InputError
from evenstride.library import New
from evenstride.web.pages import prose
from evenstride.web.plan_form import PlanForm, first_form, wish_of
from evenstride.web.screening_form import MeasuredForm, measured_of
from evenstride.web.session_form import SessionForm, items_of
from experiment_app import App, Forms, form_of
from sample_body import (
    HOSTILE,
    body_answer,
    flags_answer,
    no_plan_answer,
    plan_answer,
    screen_answer,
    screen_test_answer,
    why_answer,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from evenstride.domain.answer import Answer

TODAY = date(2026, 11, 21)
PLACES = {
    "screen": ("screening", "screen"),
    "test": ("screening", "screen_test"),
    "flags": ("flags", "flags"),
    "body": ("says", "body"),
    "why": ("where_from", "why"),
    "plan": ("planning", "plan"),
    "proposal": ("planning", "propose_plan"),
}


HURTS = {"level-left-knee-front": "6", "feeling-left-knee-front": "pain", "sure": "yes"}
"""What the diary's form sends of a knee that began to hurt."""


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let questions be answered by hand, so that every state of a page can be seen."""

    def set_answers(**given: Answer) -> None:
        for name, answer in given.items():
            module, question = PLACES[name]

            def asked(*_: object, made: Answer = answer, **__: object) -> Answer:
                return made

            asked.__qualname__ = f"{name} {id(answer)}"  # what an answer is kept by
            home = importlib.import_module(f"evenstride.answers.body_and_plan.{module}")
            monkeypatch.setattr(home, question, asked)

    return set_answers


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[App]:
    """The app of somebody without a watch: no run at all."""
    with open_library(tmp_path / "empty", create=True) as lib:
        yield App(lib, tmp_path)


def text_of(response: object) -> str:
    assert response.status_code == 200, response.text
    assert "<script>alert" not in response.text
    return response.text


def test_every_page_shows_its_answer_and_gives_it_as_json(get, say) -> None:
    answers = {
        "screen": screen_answer(),
        "test": screen_test_answer(),
        "body": replace(body_answer(), figures={}),
        "why": why_answer(),
        "plan": plan_answer(),
        "proposal": plan_answer(),
    }
    say(**answers, flags=flags_answer())
    for path, name in {
        "/screen": "screen",
        "/screen/ankle-lunge": "test",
        "/body": "body",
        "/why": "why",
        "/plan": "plan",
        "/plan/new": "proposal",
    }.items():
        assert answers[name].headline in text_of(get(path))
        as_json = get(path, params={"format": "json"}).json()
        assert as_json["question"] == answers[name].question


def test_a_test_is_measured_the_way_it_was_the_last_time(get, say) -> None:
    say(screen=screen_answer(), test=screen_test_answer(), flags=flags_answer())
    fields = form_of(get("/screen/ankle-lunge"), "/screen/ankle-lunge")
    assert fields["method"] == ["degrees"]
    assert fields["position"] == ["knee-straight"], "the first of the list is knee bent"
    assert fields["instrument"] == ["inclinometer"]
    assert fields["left"] == fields["right"] == ["", "", ""]
    assert fields["seen"] == ["0"]
    other = form_of(get("/screen/ankle-lunge", params={"method": "cm"}), "/screen/ankle-lunge")
    assert other["method"] == ["cm"]
    assert "position" not in other


def test_what_was_measured_is_corrected_in_its_own_form(get, say) -> None:
    say(screen=screen_answer(), test=screen_test_answer(), flags=flags_answer())
    page = get("/screen/ankle-lunge", params={"correct": "m-1"})
    fields = form_of(page, "/screen/ankle-lunge")
    assert (fields["entry_id"], fields["seen"]) == (["m-1"], ["2"])
    assert fields["left"] == ["33", "34.5", "33.5"]
    assert fields["right_pain"] == ["2"]
    assert fields["note"] == [HOSTILE]
    assert get("/screen/ankle-lunge", params={"correct": "m-9"}).status_code == 404
    assert get("/screen/no-such-test").status_code == 404


def test_what_is_looked_at_has_choices_and_no_numbers(get, say) -> None:
    say(screen=screen_answer(), test=screen_test_answer(seen=True), flags=flags_answer())
    page = text_of(get("/screen/chest-breath"))
    assert "What you saw" in page
    assert 'name="sign" value="left"' in page
    assert 'name="left"' not in page


def test_the_ledger_leads_to_where_each_source_is_tested(get, say) -> None:
    say(why=why_answer(), flags=flags_answer())
    page = text_of(get("/why"))
    for address in ("/screen/ankle-lunge", "/diary", "/experiments/new?cue=quicker-steps"):
        assert f'href="{address}"' in page
    assert page.count("<h3>For</h3>") + page.count("<h3>Against</h3>") > 0


def test_the_plan_shows_sides_reasons_and_what_changed(get, say) -> None:
    say(plan=plan_answer(), flags=flags_answer())
    page = text_of(get("/plan"))
    assert "One more: you did two more than asked, twice." in page
    assert 'href="/plan/session/w01-2"' in page
    assert 'href="/experiments/new?cue=quicker-steps"' in page
    assert all(who in page for who in ("The coach", "The physio", "A runner", "Your own data"))
    session = text_of(get("/plan/session/w01-2"))
    assert "left first, one set more on the left" in session
    assert "The difference is inside the error of the test" in session
    assert 'href="/screen/ankle-lunge"' in session
    assert get("/plan/session/w99-1").status_code == 404


def test_a_session_that_was_done_shows_what_was_kept_of_it(get, say) -> None:
    say(plan=plan_answer(), flags=flags_answer())
    fields = form_of(get("/plan/session/w01-1"), "/plan/session/w01-1")
    assert fields["seen"] == ["2"]
    assert fields["on_date"] == ["2025-06-23"]
    assert fields["done"] == ["bridge"], "the other one was left out"
    assert (fields["left"], fields["load_kg"]) == (["12", ""], ["7.5", ""])
    fresh = form_of(get("/plan/session/w01-2"), "/plan/session/w01-2")
    assert "done" not in fresh
    assert fresh["seen"] == ["0"]


def test_the_morning_after_is_asked_while_one_still_knows(get, say) -> None:
    answer = plan_answer()
    today = datetime.now().astimezone().date()
    for days, asked in ((0, False), (1, True), (3, True), (4, False)):
        on_date = str(today - timedelta(days=days))
        logged = tuple({**row, "on_date": on_date} for row in answer.tables["logged"])
        say(plan=replace(answer, tables={**answer.tables, "logged": logged}), flags=flags_answer())
        assert ("How was the morning after" in text_of(get("/plan"))) == asked
    told = tuple({**row, "pain_next_morning": 0} for row in logged)
    told = tuple({**row, "on_date": str(today - timedelta(days=1))} for row in told)
    say(plan=replace(answer, tables={**answer.tables, "logged": told}), flags=flags_answer())
    assert "How was the morning after" not in text_of(get("/plan"))


def test_only_what_an_exercise_has_is_asked_of_it(get, say) -> None:
    answer = plan_answer()
    both, one = ({"sided": "both"}, {"sided": "mirrored", "only_side": "right"})
    items = tuple(
        {**row, **(both if row["exercise"] == "bridge" else one)} for row in answer.tables["items"]
    )
    say(plan=replace(answer, tables={**answer.tables, "items": items}), flags=flags_answer())
    page = text_of(get("/plan/session/w01-2"))
    assert page.count('aria-label="How many: Bridge"') == 1
    assert page.count('aria-label="Right: Heel raise"') == 1
    assert 'aria-label="Left: Heel raise"' not in page
    fields = form_of(get("/plan/session/w01-2"), "/plan/session/w01-2")
    assert len(fields["left"]) == len(fields["right"]) == len(fields["exercise"]), "by columns"


def test_a_plan_that_a_flag_stops_says_why_and_what_to_tell(get, say) -> None:
    say(plan=plan_answer(stopped=True), flags=flags_answer(stands=True))
    page = text_of(get("/plan"))
    assert "Tell the clinician:" in page
    assert "that hopping hurts" in page
    assert 'href="/flags"' in page


def test_without_a_plan_the_way_to_one_and_the_disagreements_are_there(get, say) -> None:
    say(plan=no_plan_answer(), flags=flags_answer())
    page = text_of(get("/plan"))
    assert 'href="/plan/new"' in page
    assert "There are no weak sides to fix." in page
    assert "/plan.pdf" not in page


def test_home_shows_the_next_session(get, say) -> None:
    say(plan=plan_answer(), flags=flags_answer())
    page = text_of(get("/"))
    assert 'href="/plan/session/w01-2"' in page
    assert "It waits" not in page


def test_home_offers_no_session_while_questions_are_due(get, say) -> None:
    say(plan=plan_answer(), flags=flags_answer(due=True))
    page = text_of(get("/"))
    assert "right front of the shin" in page
    assert "/plan/session/" not in page
    assert "It waits until the questions are answered" in page


def test_home_begins_with_what_presses(app: App) -> None:
    calm = app.get("/").text
    assert calm.index("What next?") > calm.index("Where am I?")
    assert app.post("/diary", **HURTS).status_code == 303
    page = app.get("/").text
    assert page.index("What next?") < page.index("Where am I?")
    assert "has hurt since" in page[: page.index("Where am I?")]
    assert "Before anything else" not in page  # it is said once


def test_no_plan_begins_while_questions_are_due_and_its_form_is_kept(app: App) -> None:
    app.post("/diary", **HURTS)
    wish = {"asked": "yes", "days": ["mon", "thu"], "goals": ["less_sore"]}
    refused = app.post("/plan", **wish, sessions_per_week="2", minutes="25")
    assert refused.status_code == 400
    alert = re.search(r'(?s)role="alert">(.*?)</p>', refused.text)
    assert alert
    assert 'href="/flags"' in alert[1]
    assert "Nothing was begun." in alert[1]
    assert "evenstride" not in alert[1]
    assert 'name="minutes" value="25"' in refused.text
    assert app.get("/plan", params={"format": "json"}).json()["verdict"] == "none"


def test_a_command_that_a_page_does_the_work_of_is_a_link_to_it() -> None:
    assert prose("More: `evenstride diary add`.") == 'More: <a href="/diary">the diary</a>.'
    assert prose("`evenstride plan new` shows it.").startswith('<a href="/plan/new">The page of')
    assert prose("`evenstride library rebuild` & so") == (
        "<code>evenstride library rebuild</code> &amp; so"
    )
    assert prose("`` `<b>`") == "<code></code> <code>&lt;b&gt;</code>"


def test_what_a_test_said_before_its_correction_is_found(app: App) -> None:
    way = {"position": "knee-bent", "instrument": "tape"}
    first = Measured(TODAY, "ankle-lunge", "cm", **way, left=(10.0,) * 3, right=(9.0,) * 3)
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    app.lib.write_entries([New("m-1", first)], written_at_utc=now)
    assert "/diary/m-1" not in app.get("/screen/ankle-lunge").text
    corrected = replace(first, left=(11.0,) * 3)
    app.lib.write_entries([New("m-1", corrected, seen=1)], written_at_utc=now)
    assert 'href="/diary/m-1"' in app.get("/screen/ankle-lunge").text
    before = app.get("/diary/m-1").text
    assert "left 10, 10, 10" in before
    assert 'href="/screen/ankle-lunge"' in before


def test_the_reader_without_a_watch_gets_in(empty: App) -> None:
    page = empty.get("/")
    assert "No watch? Start with your body" in page.text
    for address in ("/body", "/diary", "/screen", "/plan"):
        assert f'class="card way" href="{address}"' in page.text
    ways = (*("/injuries", "/shoes", "/flags", "/why"), "/plan/new", "/exercises")
    for address in ("/body", "/diary", "/screen", "/plan", *ways):
        assert empty.get(address).status_code == 200, address


def test_every_source_of_the_ledger_has_a_way_to_its_test(get) -> None:
    rows = get("/why", params={"format": "json"}).json()["tables"]["ledger"]
    page = text_of(get("/why"))
    for row in rows:
        (section,) = re.findall(
            f'(?s)id="source-{row["source"]}".*?(?=id="source-|</section>)', page
        )
        assert ('role="button"' in section) == (row["question"] is not None), row["source"]
    assert sum(row["question"] is not None for row in rows) > len(rows) // 2


def measured(app: App) -> list[Measured]:
    return [one.value for one in app.lib.entries(Measured).values()]


def lunge(app: App, **changes: object) -> dict[str, object]:
    fields = form_of(app.get("/screen/ankle-lunge"), "/screen/ankle-lunge")
    return {**fields, "left": ["38", "39", ""], "right": ["44.5", "44", "45"], **changes}


def test_a_measurement_sent_twice_is_kept_once(empty: App) -> None:
    fields = lunge(empty)
    first = empty.post("/screen/ankle-lunge", **fields)
    again = empty.post("/screen/ankle-lunge", **fields)
    assert first.headers["location"] == "/screen/ankle-lunge?done=written#said"
    assert again.headers["location"] == "/screen/ankle-lunge?done=unchanged#said"
    (kept,) = measured(empty)
    assert (kept.left, kept.right) == ((38.0, 39.0), (44.5, 44.0, 45.0))
    assert (kept.method, kept.position) == ("degrees", "knee-bent")
    assert "Kept." in empty.get("/screen/ankle-lunge?done=written").text


def test_a_likely_slip_is_asked_and_the_form_keeps_the_rest(empty: App) -> None:
    fields = lunge(empty, right=["65.5", "44", "45"], note="by the wall")
    asked = empty.post("/screen/ankle-lunge", **fields)
    assert asked.status_code == 400
    assert "slip?" in asked.text
    shown = form_of(asked, "/screen/ankle-lunge")
    assert (shown["right"], shown["note"]) == (["65.5", "44", "45"], ["by the wall"])
    assert shown["entry_id"] == fields["entry_id"]
    assert measured(empty) == []
    assert empty.post("/screen/ankle-lunge", **shown, sure="yes").status_code == 303
    assert measured(empty)[0].right == (65.5, 44.0, 45.0)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"left": ["much", "", ""]}, "Trial 1 on the left is a number"),
        ({"left": ["385", "", ""]}, "385"),
        ({"on_date": "2031-01-01"}, "2031"),
        ({"on_date": "yesterday"}, "The day is a day like"),
        ({"left_pain": "11"}, "10"),
        ({"method": "inches"}, "is made by degrees or cm"),
        ({"left": ["", "", ""], "right": ["", "", ""]}, "needs a value"),
    ],
)
def test_what_cannot_be_gets_a_sentence_and_is_not_kept(empty: App, changes, said) -> None:
    answered = empty.post("/screen/ankle-lunge", **lunge(empty, **changes))
    assert answered.status_code == 400
    assert said in answered.text
    assert "Nothing was kept yet" in answered.text
    assert measured(empty) == []


def test_two_tabs_do_not_overwrite_each_other_and_deleted_is_deleted(empty: App) -> None:
    empty.post("/screen/ankle-lunge", **lunge(empty))
    (entry_id,) = empty.lib.entries(Measured)
    page = empty.get("/screen/ankle-lunge", params={"correct": entry_id})
    fields = form_of(page, "/screen/ankle-lunge")
    one, other = ({**fields, "left": [value, "", ""]} for value in ("40", "41"))
    assert empty.post("/screen/ankle-lunge", **one).headers["location"].endswith("corrected#said")
    late = empty.post("/screen/ankle-lunge", **other)
    assert late.status_code == 400
    assert "in the meantime" in late.text
    assert measured(empty)[0].left == (40.0,)
    delete = "/screen/ankle-lunge/delete"
    assert empty.post(delete, entry_id=entry_id).status_code == 400
    assert empty.post(delete, entry_id=entry_id, sure="yes").status_code == 303
    assert measured(empty) == []
    assert empty.post(delete, entry_id=entry_id, sure="yes").status_code == 404


def plan_fields(app: App) -> dict[str, list[str]]:
    return form_of(app.get("/plan/new"), "/plan")


def test_a_plan_is_begun_once_logged_corrected_and_ended(empty: App) -> None:
    fields = plan_fields(empty)
    assert empty.post("/plan", **fields).headers["location"] == "/plan?done=begun"
    assert empty.post("/plan", **fields).status_code == 303, "a second tap"
    assert len(empty.lib.entries(KeptPlan)) == 1
    other = {**fields, "plan_id": "plan-another"}
    assert "running already" in empty.post("/plan", **other).text
    session = next(a for a in Forms(empty.get("/plan/session/w01-1").text).by_action if "w01" in a)
    log = form_of(empty.get(session), session)
    exercises = log["exercise"]
    del log["every"]  # another button than the one that is pressed
    done = {**log, "done": exercises[:-1], "left": ["11", *log["left"][1:]], "state": "done"}
    assert empty.post(session, **done).headers["location"] == "/plan?done=done"
    assert empty.post(session, **done).status_code == 303, "a second tap"
    (kept,) = empty.lib.entries(SessionDone).values()
    assert kept.version == 1
    assert kept.value.items[0] == ItemDone(exercises[0], left=11)
    assert kept.value.items[-1].left_out
    late = empty.post(session, **{**done, "note": "another tab"})
    assert late.status_code == 400
    assert "in the meantime" in late.text
    assert form_of(late, session)["note"] == ["another tab"]
    shown = form_of(empty.get(session), session)
    assert shown["left"][0] == "11"
    assert (
        empty.post(session, **{**shown, "state": "missed"}).headers["location"].endswith("missed")
    )
    of_it = shown["plan"]
    assert empty.post("/plan/end", plan=of_it).status_code == 400
    other = empty.post("/plan/end", plan="plan-of-another-tab", reason="a holiday")
    assert "another plan" in other.text
    assert (
        empty.post("/plan/end", plan=of_it, reason="a holiday").headers["location"]
        == "/plan?done=ended"
    )
    assert "No plan is running" in empty.get("/plan").text


def test_a_red_flag_that_stands_forbids_a_plan_until_it_is_resolved(empty: App) -> None:
    slug = next(slug for slug, flag in FLAGS.items() if flag.tier == "now")
    fields, at = plan_fields(empty), datetime.now(UTC)
    raised = FlagCheck(on_date=at.date(), answers={slug: True})
    empty.lib.write_entries([New("f-1", raised)], written_at_utc=at)
    refused = empty.post("/plan", **fields)
    assert refused.status_code == 400
    assert "Nothing was begun." in refused.text
    assert "Tell the clinician:" in refused.text
    assert "Begin it" not in empty.get("/plan/new").text
    assert not empty.lib.entries(KeptPlan)
    assert FLAGS[slug].name.split(",")[0] in empty.get("/").text, "Home says it, without any run"
    over = replace(raised, resolved_on=at.date(), resolution="seen by a doctor: nothing found")
    empty.lib.write_entries([New("f-1", over, 1)], written_at_utc=at)
    assert empty.post("/plan", **fields).headers["location"] == "/plan?done=begun"


def test_a_red_flag_that_stands_stops_experiments_and_says_so(app: App) -> None:
    name, at = app.register(), datetime.now(UTC)
    slug = next(slug for slug, flag in FLAGS.items() if flag.tier == "now")
    raised = FlagCheck(on_date=at.date(), answers={slug: True})
    app.lib.write_entries([New("f-1", raised)], written_at_utc=at)
    for address in ("/experiments", f"/experiments/{name}"):
        page = text_of(app.get(address))
        assert "experiments stop until it is resolved" in page
        assert 'href="/flags"' in page


def test_files_without_a_plan_say_so(empty: App) -> None:
    assert empty.get("/plan.pdf").status_code == 400
    assert "BEGIN:VEVENT" not in empty.get("/plan.ics").text


def test_pain_that_cannot_be_is_said_and_the_form_keeps_the_rest(empty: App) -> None:
    empty.post("/plan", **plan_fields(empty))
    session = "/plan/session/w01-1"
    log = form_of(empty.get(session), session)
    del log["every"]
    done = {**log, "done": log["exercise"], "pain": ["11", *log["pain"][1:]]}
    done |= {"note": "kept", "state": "done"}
    answered = empty.post(session, **done)
    assert answered.status_code == 400
    assert form_of(answered, session)["note"] == ["kept"]
    assert form_of(answered, session)["done"] == log["exercise"]
    assert not empty.lib.entries(SessionDone)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"days": []}, "Tick the days"),
        ({"days": ["mon"]}, "as many days"),
        ({"minutes": "many"}, "whole number"),
        ({"minutes": "500"}, "minutes"),
        ({"first_date": "2031-01-01"}, "within a year"),
        ({"goals": ["fame"]}, "fame"),
    ],
)
def test_a_wish_that_cannot_be_is_said(empty: App, changes, said) -> None:
    answered = empty.post("/plan", **{**plan_fields(empty), **changes})
    assert answered.status_code == 400
    assert said in answered.text
    assert "Nothing was begun." in answered.text
    assert not empty.lib.entries(KeptPlan)


def test_only_the_proposal_is_drawn_anew_while_choosing(empty: App) -> None:
    part = empty.get(
        "/plan/new",
        params={"asked": "yes", "days": ["mon", "thu"], "sessions_per_week": "2"},
        headers={"hx-request": "true", "hx-target": "proposal"},
    )
    assert part.status_code == 200
    assert "<html" not in part.text
    assert 'name="sessions_per_week" value="2"' in part.text
    wrong = empty.get(
        "/plan/new",
        params={"asked": "yes"},
        headers={"hx-request": "true", "hx-target": "proposal"},
    )
    assert wrong.status_code == 200, "or htmx would not show it"
    assert "Tick the days" in wrong.text


def test_files_to_take_along(empty: App) -> None:
    empty.post("/plan", **plan_fields(empty))
    for address in ("/plan.pdf", "/screen/sheet.pdf?blank=1", "/screen/sheet.pdf"):
        made = empty.get(address)
        assert made.headers["content-type"] == "application/pdf"
        assert made.content.startswith(b"%PDF")
    calendar = empty.get("/plan.ics")
    assert calendar.text.count("BEGIN:VEVENT") >= 24
    assert "attachment" in calendar.headers["content-disposition"]


def test_every_exercise_has_its_page_and_its_experiment(empty: App) -> None:
    rows = empty.get("/exercises", params={"format": "json"}).json()["tables"]["exercises"]
    assert len(rows) > 30
    every = empty.get("/exercises").text
    for row in rows:
        address = f"/exercises/{row['exercise']}"
        assert f'href="{address}"' in every
        page = text_of(empty.get(address))
        assert row["side_rule"].split("'")[0] in page
        if row["cue"]:
            assert empty.get("/experiments/new", params={"cue": row["cue"]}).status_code != 500
    assert empty.get("/exercises/no-such").status_code == 404


def test_values_below_zero_are_read() -> None:
    form = MeasuredForm(method="index", left=["-4", "\N{MINUS SIGN}3,5", ""], right=["+2", "0", ""])
    read, wrong = measured_of(form, "foot-posture", TODAY)
    assert read is not None
    assert wrong == {}
    assert (read.left, read.right, read.on_date) == ((-4.0, -3.5), (2.0, 0.0), TODAY)
    read, wrong = measured_of(MeasuredForm(left=["-"]), "foot-posture", TODAY)
    assert read is None
    assert wrong["left"].startswith("Trial 1 on the left")


def test_what_was_chosen_goes_on_with_the_form() -> None:
    form = first_form(TODAY)
    sent = list(form.sent())
    assert ("days", "mon") in sent
    assert "plan_id" not in dict(sent)
    columns: dict[str, list[str]] = {}
    for name, value in sent:
        columns.setdefault(name, []).append(value)
    lists = {"goals", "days", "equipment", "conditions"}
    again = PlanForm(**{k: v if k in lists else v[0] for k, v in columns.items()})
    assert wish_of(again, TODAY) == wish_of(form, TODAY)


def test_how_an_exercise_went_wants_its_tick() -> None:
    form = SessionForm(exercise=["bridge"], left=["12"])
    with pytest.raises(InputError, match="tick it"):
        items_of(form)
    ticked = form.model_copy(update={"done": ["bridge"]})
    assert items_of(ticked) == (ItemDone("bridge", left=12),)
    both = SessionForm(exercise=["bridge", "squat"], every="yes", pain=["", "4"])
    assert items_of(both) == (ItemDone("bridge"), ItemDone("squat", pain=4))
