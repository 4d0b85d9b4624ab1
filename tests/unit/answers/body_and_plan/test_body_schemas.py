"""Every answer about body and plan holds to its published schema, empty and full of everything."""

from datetime import UTC, date, datetime, timedelta

import jsonschema
import pytest

from evenstride import answers
from evenstride.answers.schema import schema
from evenstride.body.red_flags import FLAGS
from evenstride.domain.body import Feeling, Moment, Side
from evenstride.domain.diary import (
    Complaint,
    Day,
    FlagCheck,
    HeelWear,
    Injury,
    ItemDone,
    Measured,
)
from evenstride.domain.exercise import Wish
from evenstride.domain.ground import Camber, Surface
from evenstride.library import New, open_library
from evenstride.render.as_json import plain

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
ASKED = {
    "diary": lambda lib: answers.diary(lib, now=NOW),
    "injury": lambda lib: answers.injuries(lib, now=NOW),
    "shoes": lambda lib: answers.shoes(lib, now=NOW),
    "flags": lambda lib: answers.flags(lib, now=NOW),
    "screen": lambda lib: answers.screen(lib, now=NOW),
    "screen_test": lambda lib: answers.screen_test(lib, "ankle-lunge", now=NOW),
    "screen_sheet": lambda lib: answers.screening_sheet(lib, filled=True, now=NOW),
    "body": lambda lib: answers.body(lib, now=NOW),
    "why": lambda lib: answers.why(lib, now=NOW),
    "plan": lambda lib: answers.plan(lib, now=NOW),
    "exercises": lambda _: answers.exercises(),
}


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    with open_library(tmp_path_factory.mktemp("schemas") / "empty", create=True) as lib:
        yield lib


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    with open_library(tmp_path_factory.mktemp("schemas") / "full", create=True) as lib:
        today = NOW.date()
        hop = next(slug for slug, flag in FLAGS.items() if flag.tier == "mention")
        values = [
            *(
                Complaint(
                    today - timedelta(days=k),
                    Moment.AFTER,
                    Feeling.PAIN if k < 10 else Feeling.TIGHTNESS,
                    "hip-front" if k > 8 else "knee-front",
                    Side.RIGHT,
                    k % 5,
                )
                for k in range(0, 30, 2)
            ),
            Day(
                today,
                done=("rolling-before",),
                cues=("hips-level",),
                surface=Surface.ROAD,
                camber=Camber.LEFT_LOWER,
                shoes="blue",
                sat_h=9.0,
                slept_h=7.5,
                note="Long day.",
            ),
            Injury(
                date(2019, 5, 4), "ankle", Side.LEFT, "sudden", "sprain", ended=date(2019, 8, 1)
            ),
            HeelWear("blue", today, 1, 2, "outer", "middle"),
            FlagCheck(today, {hop: True}),
            *(
                Measured(
                    day,
                    "ankle-lunge",
                    "degrees",
                    "knee-bent",
                    "inclinometer",
                    left=(30.0, 31.0, 30.0),
                    right=(41.0, 42.0, 41.0),
                )
                for day in (today - timedelta(days=7), today)
            ),
        ]
        lib.write_entries([New(f"e{i}", v) for i, v in enumerate(values)], written_at_utc=NOW)
        for i, ask in enumerate(answers.flags(lib, now=NOW).tables["ask"]):
            said = dict.fromkeys((question["slug"] for question in ask["questions"]), False)
            side = None if ask["side"] is None else Side(ask["side"])
            check = FlagCheck(today, said, ask["region"], side)
            lib.write_entries([New(f"answered-{i}", check)], written_at_utc=NOW)
        answers.begin_plan(lib, Wish(first_date=today, equipment=("roller", "box")), now=NOW)
        item = ItemDone("ankle-mobilisation", sets=2, left=9, right=9, load_kg=None, pain=1)
        answers.log_session(lib, "w01-1", "done", items=[item], now=NOW)
        yield lib


@pytest.mark.parametrize("question", ASKED)
@pytest.mark.parametrize("of", ["empty", "full"])
def test_an_answer_holds_to_its_schema(request, question, of):
    answer = ASKED[question](request.getfixturevalue(of))
    assert answer.question == question
    jsonschema.validate(plain(answer), schema(question))


def test_a_tested_side_reaches_the_plan_and_the_ledger(full):
    """The circle once: a test made on two days chooses the side, and `why` says so."""
    items = [row for row in answers.plan(full, now=NOW).tables["items"] if row["first_side"]]
    lunge = [row for row in items if row["exercise"] == "ankle-mobilisation"]
    assert {row["first_side"] for row in lunge} == {"left"}
    assert any("left" in row["because"].casefold() for row in lunge)
    ledger = {row["source"]: row for row in answers.why(full, now=NOW).tables["ledger"]}
    assert ledger["range_of_motion"]["speaks_for"]
    assert ledger["injury"]["speaks_for"]
