from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import jsonschema
import polars as pl
import pytest

from evenstride.answers import open_library
from evenstride.answers.body_and_plan.diary import Say, delete, diary, history, kind_of_entry, write
from evenstride.answers.body_and_plan.flags import asks_due, flags, has_shifted, standing_flags
from evenstride.answers.body_and_plan.injuries import injuries
from evenstride.answers.body_and_plan.shoes import shoes
from evenstride.answers.schema import schema
from evenstride.domain.body import Feeling, Moment, Side
from evenstride.domain.diary import (
    Complaint,
    Day,
    FlagCheck,
    HeelWear,
    Injury,
    KeptPlan,
    Measured,
)
from evenstride.domain.diary_json import from_json, to_json
from evenstride.domain.errors import (
    DoubtError,
    EmptyLibraryError,
    InputError,
    UnknownEntryError,
    UnknownRunError,
)
from evenstride.domain.exercise import Facts, Wish
from evenstride.render.as_json import answer_json
from evenstride.render.columns import columns

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from evenstride.domain.answer import Answer
    from evenstride.library import Library

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=timezone(timedelta(hours=1)))
TODAY = date(2026, 11, 21)
KNEE = Complaint(TODAY, Moment.AFTER, Feeling.PAIN, "knee-front", Side.RIGHT, 4)


@pytest.fixture
def lib(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "library") as opened:
        yield opened


def said(lib: Library, *values: object, sure: bool = False) -> Answer:
    return write(lib, [Say(value) for value in values], sure=sure, now=NOW)  # type: ignore[arg-type]


def holds(answer: Answer) -> None:
    """Hold an answer to its published schema, and its tables to columns that can be drawn."""
    jsonschema.validate(json.loads(answer_json(answer)), schema(answer.question))
    for (question, name), (_, shown) in columns().items():
        if question == answer.question:
            for row in answer.tables.get(name, ()):
                assert all(str(column.cell(row)) for column in shown)


# -- writing ---------------------------------------------------------------------------------------


def test_an_empty_diary_says_how_to_begin(lib: Library) -> None:
    for answer in (
        diary(lib, now=NOW),
        flags(lib, now=NOW),
        injuries(lib, now=NOW),
        shoes(lib, now=NOW),
    ):
        holds(answer)
    assert diary(lib, now=NOW).verdict == "empty"
    assert "evenstride diary add" in diary(lib, now=NOW).headline
    assert flags(lib, now=NOW).verdict == "clear"


def test_what_is_written_is_in_the_diary_and_asks_at_the_onset_of_pain(lib: Library) -> None:
    answer = said(lib, KNEE, Day(TODAY, done=("rolling-before",), sat_h=9))
    holds(answer)
    assert answer.verdict == "written"
    assert [row["kind"] for row in answer.tables["written"]] == ["complaint", "day"]
    (ask,) = answer.tables["ask"]
    assert ask["ask_id"] == "right-knee-front"
    found = diary(lib, now=NOW)
    holds(found)
    assert {row["text"] for row in found.tables["entries"]} == {
        "right front of the knee: pain 4 of 10, after the run",
        "done: Foam rolling before the run; sat 9 h",
    }
    assert found.tables["places"][0]["level"] == 4
    values = {row["kind"]: row["value"] for row in found.tables["entries"]}
    assert from_json(Complaint, values["complaint"]) == KNEE
    assert [row["date"] for row in found.figures["timeline"].rows] == ["2026-11-21"]


def test_entries_are_named_so_that_people_know_them_again(lib: Library) -> None:
    answer = said(
        lib,
        KNEE,
        replace(KNEE, level=5, moment=Moment.BEFORE),
        Day(TODAY, slept_h=8),
        Injury(TODAY, "ankle", Side.LEFT),
        HeelWear("Pégase 40 / B", TODAY, 1, 0, "outer"),
        FlagCheck(TODAY, {"limp": False}, "knee-front", Side.RIGHT),
        FlagCheck(TODAY, {"weight-loss": False}),
    )
    assert [row["entry_id"] for row in answer.tables["written"]] == [
        "2026-11-21-right-knee-front",
        "2026-11-21-right-knee-front-2",
        "2026-11-21-day",
        "2026-11-21-injury-left-ankle",
        "2026-11-21-heels-p-gase-40-b",
        "2026-11-21-flags-right-knee-front",
        "2026-11-21-flags",
    ]


def test_the_same_twice_is_written_once(lib: Library) -> None:
    first = said(lib, KNEE)
    again = said(lib, KNEE)
    assert again.verdict == "unchanged"
    assert again.tables["written"] == first.tables["written"]
    assert len(lib.entries(Complaint)) == 1
    named = write(lib, [Say(KNEE, "form-1")], now=NOW)
    twice = write(lib, [Say(KNEE, "form-1")], now=NOW)
    assert (named.verdict, twice.verdict) == ("written", "unchanged")


def test_answers_know_how_bad_it_was_when_they_were_given(lib: Library) -> None:
    """Of the whole episode, however long ago: else what was answered would be asked for ever."""
    long_ago = replace(KNEE, on_date=TODAY - timedelta(days=30), level=9)
    between = replace(KNEE, on_date=TODAY - timedelta(days=15), level=2)
    said(lib, long_ago, between, replace(KNEE, level=3), sure=True)
    (ask,) = asks_due(lib, now=NOW)
    no = dict.fromkeys((str(question["slug"]) for question in ask["questions"]), False)
    said(lib, FlagCheck(TODAY, no, "knee-front", Side.RIGHT), sure=True)
    (check,) = lib.entries(FlagCheck).values()
    assert check.value.level == 9
    assert not asks_due(lib, now=NOW)
    said(lib, FlagCheck(TODAY, {"limp": False}, "knee-front", Side.LEFT))
    assert sorted(one.value.level or 0 for one in lib.entries(FlagCheck).values()) == [0, 9]


def test_what_is_new_at_a_place_can_be_said_though_nothing_is_due_there(lib: Library) -> None:
    said(lib, KNEE)
    (ask,) = asks_due(lib, now=NOW)
    assert [row["ask_id"] for row in flags(lib, now=NOW).tables["offered"]] == ["general"]
    no = dict.fromkeys((str(question["slug"]) for question in ask["questions"]), False)
    said(lib, FlagCheck(TODAY, no, "knee-front", Side.RIGHT))
    general, knee = flags(lib, now=NOW).tables["offered"]
    assert (general["ask_id"], knee["place"]) == ("general", "right front of the knee")
    assert isinstance(knee["questions"], list)
    assert "limp" in {question["slug"] for question in knee["questions"]}
    said(lib, FlagCheck(TODAY, {"limp": True}, "knee-front", Side.RIGHT))
    assert standing_flags(lib)[0].slug == "limp"


def test_a_level_that_returns_on_its_day_is_a_word_of_its_own(lib: Library) -> None:
    verdicts = [said(lib, replace(KNEE, level=level)).verdict for level in (5, 1, 5, 5)]
    assert verdicts == ["written", "written", "written", "unchanged"]
    assert [one.value.level for one in lib.entries(Complaint).values()] == [5, 1, 5]


def test_a_correction_has_to_know_what_it_corrects(lib: Library) -> None:
    (row,) = said(lib, KNEE).tables["written"]
    better = replace(KNEE, level=5)
    answer = write(lib, [Say(better, str(row["entry_id"]), 1)], now=NOW)
    assert (answer.verdict, answer.tables["written"][0]["version"]) == ("corrected", 2)
    with pytest.raises(InputError, match="in the meantime"):
        write(lib, [Say(replace(KNEE, level=6), str(row["entry_id"]), 1)], now=NOW)
    assert lib.entry(Complaint, str(row["entry_id"])).value == better


def test_all_or_none_is_written(lib: Library) -> None:
    with pytest.raises(InputError, match="11 of 10"):
        said(lib, KNEE, replace(KNEE, region="calf", level=11))
    assert lib.entries(Complaint) == {}
    with pytest.raises(DoubtError):
        said(lib, KNEE, Day(TODAY, sat_h=17))
    assert lib.entries(Complaint) == {}
    assert said(lib, KNEE, Day(TODAY, sat_h=17), sure=True).verdict == "written"


def test_nothing_plans_and_naive_times_are_refused(lib: Library) -> None:
    with pytest.raises(InputError, match="nothing to write"):
        write(lib, [], now=NOW)
    with pytest.raises(InputError, match="by the plan"):
        said(lib, KeptPlan(TODAY, Wish(TODAY), Facts(), 1))
    with pytest.raises(InputError, match="time zone"):
        write(lib, [Say(KNEE)], now=datetime(2026, 11, 21))  # noqa: DTZ001 # that is the point
    with pytest.raises(InputError, match="time zone"):
        diary(lib, now=datetime(2026, 11, 21))  # noqa: DTZ001 # same


def test_today_is_the_runners_own_day(lib: Library) -> None:
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    with pytest.raises(InputError, match="future"):
        write(lib, [Say(KNEE)], now=late)
    east = late.astimezone(timezone(timedelta(hours=1)))
    assert write(lib, [Say(KNEE)], now=east).verdict == "written"


def test_screening_goes_through_its_own_rules(lib: Library) -> None:
    with pytest.raises(InputError):
        said(lib, Measured(TODAY, "no-such-test", "degrees", left=(1.0,), right=(1.0,)))


def test_a_run_that_is_named_has_to_be_here(lib: Library) -> None:
    with pytest.raises(EmptyLibraryError):
        said(lib, replace(KNEE, run_id="last"))


def test_runs_are_named_as_everywhere(tmp_path: Path, year_library_path: Path) -> None:
    import shutil

    shutil.copytree(year_library_path, tmp_path / "library")
    with open_library(tmp_path / "library") as lib:
        last = lib.resolve("last")
        day = lib.runs(()).filter(pl.col("run_id") == last)["started_at_utc"][0].date()
        with pytest.raises(UnknownRunError):
            said(lib, replace(KNEE, run_id="nope"))
        with pytest.raises(DoubtError, match="That run was on"):
            said(lib, replace(KNEE, run_id="last"))
        (row,) = said(lib, replace(KNEE, run_id="last", on_date=day), sure=True).tables["written"]
        assert lib.entry(Complaint, str(row["entry_id"])).value.run_id == last
        said(lib, Day(day, run_id="last", shoes="Pegasus 40"), sure=True)
        (pair,) = [
            row for row in shoes(lib, now=NOW).tables["shoes"] if row["shoes"] == "Pegasus 40"
        ]
        assert (pair["runs"], pair["last_run"]) == (1, day.isoformat())
        assert float(str(pair["distance_m"])) > 0


# -- versions --------------------------------------------------------------------------------------


def test_the_history_says_what_changed_in_words(lib: Library) -> None:
    (row,) = said(lib, KNEE).tables["written"]
    entry_id = str(row["entry_id"])
    changed = replace(KNEE, level=5, side=Side.LEFT, note="stairs")
    write(lib, [Say(changed, entry_id, 1)], now=NOW)
    answer = history(lib, None, entry_id, now=NOW)
    holds(answer)
    first, second = answer.tables["versions"]
    assert first["changed"] == []
    assert second["changed"] == ["side: right → left", "level: 4 → 5", "note: nothing → stairs"]
    assert (first["value"], second["value"]) == (to_json(KNEE), to_json(changed))
    assert "21 November 2026 at 08:00" in answer.sentences[0]


def test_what_is_deleted_is_gone_and_unknown_names_are_said(lib: Library) -> None:
    (row,) = said(lib, KNEE).tables["written"]
    answer = delete(lib, Complaint, str(row["entry_id"]), now=NOW)
    holds(answer)
    assert lib.entries(Complaint) == {}
    assert asks_due(lib, now=NOW) == ()
    for ask in (
        lambda: delete(lib, None, "x", now=NOW),
        lambda: history(lib, Complaint, "x", now=NOW),
        lambda: kind_of_entry(lib, "x"),
    ):
        with pytest.raises(UnknownEntryError):
            ask()


def test_deleting_an_answer_makes_the_question_due_again(lib: Library) -> None:
    (ask,) = said(lib, KNEE).tables["ask"]
    no = {question["slug"]: False for question in ask["questions"]}  # type: ignore[attr-defined]
    (row,) = said(lib, FlagCheck(TODAY, no, "knee-front", Side.RIGHT)).tables["written"]
    assert asks_due(lib, now=NOW) == ()
    answer = delete(lib, FlagCheck, str(row["entry_id"]), now=NOW)
    assert "due again" in answer.caveats[0]
    assert len(asks_due(lib, now=NOW)) == 1


@pytest.mark.parametrize("kind", [FlagCheck, None])
def test_no_flag_is_lifted_by_deleting_the_answer(
    lib: Library, kind: type[FlagCheck] | None
) -> None:
    yes = FlagCheck(TODAY, {"chest-or-faint": True})
    (row,) = said(lib, yes).tables["written"]
    name = str(row["entry_id"])
    with pytest.raises(InputError, match="Resolve it first"):
        delete(lib, kind, name, now=NOW)
    assert flags(lib, now=NOW).verdict == "now"
    invisible = replace(yes, resolved_on=TODAY, resolution="\u200b")
    with pytest.raises(InputError, match="both"):
        write(lib, [Say(invisible, name, 1)], now=NOW)
    with pytest.raises(InputError, match="say why"):
        write(lib, [Say(replace(yes, answers={}, note="\u200b"), name, 1)], now=NOW)
    write(lib, [Say(replace(yes, resolved_on=TODAY, resolution="seen"), name, 1)], now=NOW)
    assert delete(lib, kind, name, now=NOW).verdict == "deleted"
    assert lib.entries(FlagCheck) == {}


# -- red flags -------------------------------------------------------------------------------------


def test_a_yes_stands_with_what_to_do_until_it_is_resolved(lib: Library) -> None:
    said(lib, replace(KNEE, region="shin-front"))
    yes = FlagCheck(TODAY, {"bone-hop": True}, "shin-front", Side.RIGHT)
    (row,) = said(lib, yes).tables["written"]
    answer = flags(lib, now=NOW)
    holds(answer)
    assert answer.verdict == "now"
    (stands,) = answer.tables["standing"]
    assert stands["stops"] == "The plan and all experiments stop."
    assert "today or tomorrow" in str(stands["act"])
    assert (stands["entry_id"], stands["version"]) == (row["entry_id"], 1)
    assert [flag.tier for flag in standing_flags(lib)] == ["now"]
    assert diary(lib, now=NOW).tables["standing"] == answer.tables["standing"]
    half = replace(yes, resolved_on=TODAY)
    with pytest.raises(InputError, match="both"):
        write(lib, [Say(half, str(row["entry_id"]), 1)], now=NOW)
    whole = replace(half, resolution="MRI without a finding")
    write(lib, [Say(whole, str(row["entry_id"]), 1)], now=NOW)
    after = flags(lib, now=NOW)
    assert standing_flags(lib) == ()
    assert after.tables["answered"][0]["resolution"] == "MRI without a finding"


def test_a_yes_is_not_taken_back_without_a_word(lib: Library) -> None:
    yes = FlagCheck(TODAY, {"limp": True, "locking": False}, "knee-front", Side.RIGHT)
    (row,) = said(lib, yes).tables["written"]
    entry_id = str(row["entry_id"])
    for answers in ({"limp": False}, {}):
        with pytest.raises(InputError, match="say why in the note"):
            write(lib, [Say(replace(yes, answers=answers), entry_id, 1)], now=NOW)
    write(lib, [Say(replace(yes, answers={}, note="a slip"), entry_id, 1)], now=NOW)
    assert standing_flags(lib) == ()


def test_the_questions_have_the_tier_a_yes_would_have(lib: Library) -> None:
    (ask,) = said(lib, replace(KNEE, region="groin")).tables["ask"]
    tiers = {row["slug"]: row["tier"] for row in ask["questions"]}  # type: ignore[attr-defined]
    assert tiers["bone-hop"] == "now"
    assert tiers["locking"] == "before_running"
    flat = flags(lib, now=NOW).tables["questions"]
    assert [row["slug"] for row in flat] == list(tiers)


class _Series:
    """A library that has balance of a few runs, and nothing else."""

    def __init__(self, *values: float, sensors: tuple[str, ...] = ()) -> None:
        days = [NOW - timedelta(days=3 * i) for i in range(len(values))][::-1]
        self.frame = pl.DataFrame(
            {
                "started_at_utc": [day.astimezone(UTC) for day in days],
                "value": values,
                "sensor": sensors or ("HRM",) * len(values),
            }
        )

    def series(self, measure: str) -> pl.DataFrame:
        assert measure == "balance_left_pct"
        return self.frame


@pytest.mark.parametrize(
    ("values", "sensors", "expected"),
    [
        ((50.0, 50.2, 49.8, 50.1, 49.9, 50.0, 50.3, 49.7, 53.0, 52.8), (), True),
        ((50.0, 50.2, 49.8, 50.1, 49.9, 50.0, 50.3, 49.7, 47.0, 47.2), (), True),
        ((50.0, 50.2, 49.8, 50.1, 49.9, 50.0, 50.3, 49.7, 50.0, 53.0), (), False),
        ((50.0, 50.2, 49.8, 50.1, 49.9, 50.0, 50.3, 49.7, 51.0, 51.2), (), False),
        ((50.0, 53.0, 47.0, 54.0, 46.0, 50.0, 52.0, 48.0, 53.0, 53.0), (), False),
        (
            (50.0, 50.2, 49.8, 50.1, 49.9, 50.0, 50.3, 49.7, 53.0, 52.8),
            (*("HRM",) * 8, "POD", "POD"),
            False,
        ),
        ((50.0, 53.0, 53.0), (), False),
        ((), (), False),
    ],
    ids=["left", "right", "one run", "little", "wide spread", "new sensor", "too few", "none"],
)
def test_a_sudden_shift_is_large_twice_and_of_one_sensor(
    values: tuple[float, ...], sensors: tuple[str, ...], expected: bool
) -> None:
    library = _Series(*values, sensors=sensors)
    assert has_shifted(library, now=NOW) is expected  # type: ignore[arg-type]


def test_the_shift_is_read_from_a_library_of_runs(year_library: Library) -> None:
    last = year_library.runs(())["started_at_utc"][-1]
    assert has_shifted(year_library, now=last + timedelta(days=1)) is False


def test_an_old_shift_is_none_now() -> None:
    library = _Series(50.0, 50.2, 49.8, 50.1, 49.9, 50.0, 50.3, 49.7, 53.0, 52.8)
    assert has_shifted(library, now=NOW)  # type: ignore[arg-type]
    later = NOW + timedelta(days=22)
    assert not has_shifted(library, now=later)  # type: ignore[arg-type]


# -- injuries and shoes ----------------------------------------------------------------------------


def test_injuries_that_last_come_first(lib: Library) -> None:
    old = Injury(date(2020, 1, 1), "ankle", Side.LEFT, "sudden", "sprain", ended=date(2020, 2, 1))
    said(lib, old, Injury(TODAY - timedelta(days=10), "calf", Side.RIGHT, "gradual", "strain"))
    answer = injuries(lib, now=NOW)
    holds(answer)
    assert answer.verdict == "lasting"
    assert "right calf (strain)" in answer.headline
    assert "10 days" in answer.headline
    assert [row["days"] for row in answer.tables["injuries"]] == [10, 31]


def test_shoes_say_which_heel_is_more_worn_by_side(lib: Library) -> None:
    said(lib, HeelWear("Pegasus 40", TODAY - timedelta(days=30), 0, 1, None, "outer"))
    said(lib, HeelWear("pegasus 40", TODAY, 1, 2, "middle", "outer"))
    answer = shoes(lib, now=NOW)
    holds(answer)
    (row,) = answer.tables["shoes"]
    assert (row["shoes"], row["left"], row["right"], row["more_worn"]) == (
        "Pegasus 40",
        1,
        2,
        "right",
    )
    assert len(answer.tables["wear"]) == 2
    assert "more worn on the right" in answer.sentences[0]
    assert "not why" in answer.caveats[0]
