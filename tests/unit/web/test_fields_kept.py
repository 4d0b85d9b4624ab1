"""Whatever a form sends, what was typed in it comes back, with a sentence beside what cannot be."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from itertools import cycle
from typing import TYPE_CHECKING

import pytest

from evenstride.answers import open_library
from evenstride.body.measured import MOST_TRIALS as CAN_BE_KEPT
from evenstride.domain.body import Feeling, Moment, Side
from evenstride.domain.diary import (
    MOST_NOTE,
    Complaint,
    Day,
    FlagCheck,
    HeelWear,
    Injury,
    Measured,
)
from evenstride.library import New
from evenstride.web.entry_forms import ComplaintForm, InjuryForm, read_entry
from evenstride.web.screening_form import MOST_TRIALS
from experiment_app import App, Forms, form_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

ON = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
LONG = "a note that goes on\nand on " * 36_000 + "to its end"
"""About a million characters, the most that a field of a form may have at all."""
KINDS = (Complaint, Day, Injury, HeelWear, FlagCheck, Measured)
LUNGE = "/screen/ankle-lunge"


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[App]:
    """The app of somebody who wrote one entry of each kind, and never ran."""
    with open_library(tmp_path / "empty", create=True) as lib:
        lib.write_entries(
            [
                New("felt", Complaint(ON, Moment.OTHER, Feeling.PAIN, "knee-front", Side.LEFT, 4)),
                New("day", Day(ON, sat_h=8.0)),
                New("hurt", Injury(ON, "ankle", Side.RIGHT, name="sprained")),
                New("worn", HeelWear("Blue", ON, 1, 2, "outer", "inner")),
                New("flag", FlagCheck(ON, {"night-pain": True})),
            ],
            written_at_utc=AT,
        )
        yield App(lib, tmp_path)


def kept(app: App) -> list[object]:
    return [one.value for kind in KINDS for one in app.lib.entries(kind).values()]


class _Texts(HTMLParser):
    """The texts that stand in text areas."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, _: object) -> None:
        self._inside = tag == "textarea"
        if self._inside:
            self.found.append("")

    def handle_endtag(self, _: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1] += data


def untouched(app: App, page: str, action: str) -> dict[str, list[str]]:
    """What a browser would send of a form that nobody touched."""
    return sent_back(app.get(page), action)


def sent_back(answer: httpx.Response, action: str) -> dict[str, list[str]]:
    """What a browser would send of the form in an answer, no button but Save pressed."""
    fields = form_of(answer, action)
    fields["day"] = fields.get("day", [])[:1]  # the choice of another day goes there too
    return {name: sent for name, sent in fields.items() if name not in ("token", "nothing")}


FORMS = {
    "diary": ("/diary", "/diary", {"sat_h": "7"}),
    "complaint": ("/diary/felt", "/diary/felt/complaint", {"level": "5"}),
    "day": ("/diary/day", "/diary/day/day", {"slept_h": "6"}),
    "injury": ("/diary/hurt", "/diary/hurt/injury", {"cause": "a root"}),
    "wear": ("/diary/worn", "/diary/worn/heel_wear", {"left": "2"}),
    "new injury": ("/injuries", "/injuries", {"name": "a fall", "place": "left-calf"}),
    "new wear": ("/shoes", "/shoes", {"shoes": "Red", "left": "1"}),
    "screening": (LUNGE, LUNGE, {"left": ["38", "39", ""], "by": "a friend"}),
}
"""Of every form the page it stands in, where it goes, and something typed besides."""


@pytest.mark.parametrize("name", FORMS)
def test_a_text_beyond_its_limit_is_said_beside_it_and_stands_whole(empty: App, name: str) -> None:
    page, action, besides = FORMS[name]
    fields = {**untouched(empty, page, action), **besides}
    before = kept(empty)
    wanted = LONG if name == "diary" else LONG[: MOST_NOTE + 3]
    answer = empty.post(action, **{**fields, "note": wanted})
    assert answer.status_code == 400
    over = len(wanted) - MOST_NOTE
    at = answer.text.index(f"{len(wanted):,}: {over:,} too many.")
    assert 'id="wrong-note"' in answer.text[at - 150 : at]
    assert 'aria-describedby="wrong-note"' in answer.text
    again = form_of(answer, action)
    shown = _Texts(answer.text).found if "<textarea" in answer.text else again["note"]
    assert wanted in shown
    for field, typed in besides.items():
        assert again[field] == (typed if isinstance(typed, list) else [typed]), field
    assert kept(empty) == before


def test_every_line_is_held_to_its_limit_where_it_is_typed(empty: App) -> None:
    for page, action, field in (
        ("/diary", "/diary", "shoes"),
        ("/diary", "/diary", "done_other"),
        ("/injuries", "/injuries", "name"),
        ("/injuries", "/injuries", "cause"),
        ("/shoes", "/shoes", "shoes"),
        (LUNGE, LUNGE, "by"),
    ):
        typed = "long words " * 300
        fields = untouched(empty, page, action)
        answer = empty.post(action, **{**fields, field: typed})
        assert answer.status_code == 400, field
        assert f'id="wrong-{field}"' in answer.text
        assert form_of(answer, action)[field] == [typed]


def test_more_trials_than_can_be_kept_stand_all_in_the_form(empty: App) -> None:
    fields = untouched(empty, LUNGE, LUNGE)
    answer = empty.post(LUNGE, **{**fields, "left": ["38.5"] * 400, "note": "by the wall"})
    assert answer.status_code == 400
    assert f"{MOST_TRIALS} fit here at most, and 400 were sent" in answer.text
    again = form_of(answer, LUNGE)
    assert again["left"] == ["38.5"] * 400
    assert again["note"] == ["by the wall"]
    assert MOST_TRIALS == CAN_BE_KEPT


def test_days_that_are_none_are_said_beside_their_field(empty: App) -> None:
    odd = cycle(("2026-02-30", "soon", "9" * 300))
    for page, action, field in (
        ("/diary/felt", "/diary/felt/complaint", "on_date"),
        ("/diary/day", "/diary/day/day", "on_date"),
        ("/diary/hurt", "/diary/hurt/injury", "began"),
        ("/diary/hurt", "/diary/hurt/injury", "ended"),
        ("/injuries", "/injuries", "began"),
        ("/injuries", "/injuries/hurt/end", "ended"),
        ("/shoes", "/shoes", "on_date"),
        ("/flags", "/flags/flag/resolve", "resolved_on"),
        (LUNGE, LUNGE, "on_date"),
    ):
        fields = untouched(empty, page, action)
        besides = {name: "keep me here" for name in ("note", "resolution") if name in fields}
        typed = next(odd)
        answer = empty.post(action, **{**fields, **besides, field: typed})
        assert answer.status_code == 400, (action, typed)
        assert f'id="wrong-{field}' in answer.text, (action, typed)
        assert form_of(answer, action)[field] == [typed]
        assert answer.text.count("keep me here") == len(besides)


def test_a_day_or_run_that_is_none_does_not_cost_what_was_typed(empty: App) -> None:
    for wrong, status in (
        ({"day": "2026-02-30"}, 400),
        ({"day": "x" * 99}, 400),
        ({"run": "no-run"}, 404),
    ):
        fields = {**untouched(empty, "/diary", "/diary"), "note": "all of this", **wrong}
        fields |= {"level-left-calf": "4", "feeling-left-calf": "tightness"}
        answer = empty.post("/diary", **fields)
        assert answer.status_code == status
        assert "all of this" in _Texts(answer.text).found
        again = sent_back(answer, "/diary")
        assert again["level-left-calf"] == ["4"]
        assert empty.post("/diary", **{**again, "note": "all of this"}).status_code == 303
        empty.lib.delete_entry(Day, next(e for e in empty.lib.entries(Day) if e != "day"))
    look = empty.get("/diary?day=2026-02-30")
    assert look.status_code == 400
    assert 'id="wrong-meant"' in look.text
    assert 'value="2026-02-30"' in look.text


def test_a_form_that_came_otherwise_than_it_was_made_is_said_and_not_kept(empty: App) -> None:
    before = kept(empty)
    fields = untouched(empty, "/diary", "/diary")
    twice = {"level-left-calf": ["4", "7"], "feeling-left-calf": "tightness"}
    answer = empty.post("/diary", **{**fields, **twice, "note": "and this"})
    assert answer.status_code == 400
    assert "said twice" in answer.text
    assert "and this" in _Texts(answer.text).found
    for odd in ({"seen": "x"}, {"seen": "-1"}, {"page": "p" * 61}):
        sent = {**untouched(empty, "/diary/felt", "/diary/felt/complaint"), **odd, "level": "9"}
        answer = empty.post("/diary/felt/complaint", **{**sent, "note": "a word or two"})
        assert answer.status_code == 400, odd
        assert "did not arrive as the page made it" in answer.text
        assert "a word or two" in _Texts(answer.text).found
    nothing_at_all = ("/diary/felt/complaint", "/diary/hurt/injury", "/injuries", "/shoes", LUNGE)
    for action in (*nothing_at_all, "/injuries/hurt/end", "/flags/flag/resolve", "/flags"):
        assert empty.post(action).status_code == 400, action
    assert kept(empty) == before


def test_what_no_page_can_show_again_is_given_back(empty: App) -> None:
    fields = {"note": "two words\nof mine", "level": "3", "token": "t"}
    gone = empty.post("/diary/was-here/complaint", **fields)
    assert gone.status_code == 404
    assert "two words\nof mine" in gone.text
    assert "Level" not in gone.text
    huge = empty.post("/diary/felt/complaint", note="so much " * 140_000)
    assert huge.status_code == 400
    assert "so much so much" in huge.text
    old = empty.post("/diary/felt/complaint", **{**fields, "token": "of yesterday"})
    assert old.status_code == 403
    assert old.text.endswith("note:\ntwo words\nof mine\n")


def test_answers_that_are_not_due_any_more_give_their_note_back(empty: App) -> None:
    answer = empty.post("/flags", ask="left-calf", note="seen by <b>her</b>")
    assert answer.status_code == 400
    assert "not due any more" in answer.text
    assert "seen by &lt;b&gt;her&lt;/b&gt;" in answer.text


def test_sentences_of_limits_go_before_those_about_what_is_in_a_field() -> None:
    _, wrong = read_entry(ComplaintForm(level="9" * 61, on_date="2026-01-01"))
    assert wrong["level"] == "This may have 60 characters at most and has 61: 1 too many."
    value, wrong = read_entry(
        InjuryForm(began="2026-01-01", place="left-calf", note="a\r\n" * 1000)
    )
    assert wrong == {}, "line ends count as they are kept"
    assert isinstance(value, Injury)


AT_ONCE = 6


@pytest.mark.parametrize("name", ["diary", "new injury", "new wear", "screening", "flags"])
def test_a_button_pressed_twice_at_once_writes_once(empty: App, name: str) -> None:
    if name == "flags":
        asked = Forms(empty.get("/flags").text).by_action["/flags"]
        page = action = "/flags"
        questions = [
            one.split('"')[0] for one in empty.get("/flags").text.split('name="answer-')[1:]
        ]
        fields = {**asked, **dict.fromkeys((f"answer-{one}" for one in questions), "no")}
    else:
        page, action, besides = FORMS[name]
        fields = {**untouched(empty, page, action), **besides}
    fields |= {
        "diary": {"level-left-calf": "4", "feeling-left-calf": "tightness"},
        "new injury": {"began": "2026-03-01"},
        "new wear": {"right": "2", "left_place": "outer", "right_place": "inner"},
        "screening": {"right": ["44", "45"]},
        "flags": {},
    }[name]
    before = len(kept(empty))
    wait = threading.Barrier(AT_ONCE)

    def press(_: int) -> httpx.Response:
        wait.wait()
        return empty.post(action, **{**fields, "token": "t"})

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(press, range(AT_ONCE)))
    assert [one.status_code for one in answers] == [303] * AT_ONCE
    assert len(kept(empty)) - before == (2 if name == "diary" else 1)
