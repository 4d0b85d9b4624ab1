"""What a runner types: kept whole, freed of what could mislead, and never lost to a rebuild."""

from __future__ import annotations

import json
import shutil
import threading
from datetime import UTC, datetime

import jsonschema
import pytest

from evenstride.answers import (
    annotate_runs,
    notes,
    open_library,
    rebuild_library,
    runs,
    write_note,
)
from evenstride.answers.schema import schema
from evenstride.answers.typing_rules import folded, line_of, text_of
from evenstride.domain.errors import InputError, UnknownRunError
from evenstride.library import Annotation
from evenstride.render.as_json import answer_json

NOW = datetime(2026, 5, 14, 7, 30, tzinfo=UTC)


@pytest.fixture
def lib(year_library_path, tmp_path):
    shutil.copytree(year_library_path, tmp_path / "copy")
    with open_library(tmp_path / "copy") as opened:
        yield opened


@pytest.fixture
def ids(lib):
    return [row["run_id"] for row in runs(lib).tables["runs"]]


def row_of(lib, run_id):
    return next(row for row in runs(lib).tables["runs"] if row["run_id"] == run_id)


def test_what_is_typed_is_in_the_list_and_the_answer_is_as_its_schema_says(lib, ids):
    answer = annotate_runs(
        lib,
        ids[:2],
        title="  Long\trun  ",
        notes="Left heel.\r\nSlow.",
        shoes="Ghost 15",
        is_race=True,
        add_tags=["Hills", "heel"],
    )
    assert answer.headline == "2 runs changed."
    jsonschema.validate(json.loads(answer_json(answer)), schema("annotate"))
    for run_id, said in zip(ids[:2], answer.tables["runs"], strict=True):
        assert said == {
            "run_id": run_id,
            "title": "Long run",
            "notes": "Left heel.\nSlow.",
            "shoes": "Ghost 15",
            "is_race": True,
            "tags": ["Hills", "heel"],
            "ground": [],
        }
        row = row_of(lib, run_id)
        assert (row["title"], row["shoes"], row["tags"]) == ("Long run", "Ghost 15", said["tags"])
        assert row["is_race"] is row["has_notes"] is True
    other = row_of(lib, ids[2])
    assert (other["title"], other["tags"], other["is_race"]) == (None, [], False)


def test_what_is_not_given_stays_and_empty_clears(lib, ids):
    annotate_runs(lib, ids[:1], title="A", shoes="B", is_race=True, add_tags=["x", "y"])
    annotate_runs(lib, ids[:1], shoes=" ", remove_tags=["X"])
    assert lib.annotations()[ids[0]] == Annotation("A", None, None, True, ("y",))
    annotate_runs(lib, ids[:1], title=None, is_race=False, remove_tags=["y"])
    assert ids[0] not in lib.annotations()


def test_a_tag_is_one_tag_however_it_is_capitalised(lib, ids):
    annotate_runs(lib, ids[:1], add_tags=["Hills"])
    annotate_runs(lib, ids[:2], add_tags=["hills", "HILLS", " hills "])
    assert [lib.annotations()[i].tags for i in ids[:2]] == [("Hills",)] * 2
    annotate_runs(lib, ids[:2], add_tags=["hills"], remove_tags=["hills"])
    assert lib.annotations()[ids[1]].tags == ("Hills",), "added wins over removed"
    annotate_runs(lib, ids[:2], remove_tags=["hIlLs"])
    assert lib.annotations() == {}


def test_shoes_are_one_pair_however_they_are_capitalised(lib, ids):
    annotate_runs(lib, ids[:1], shoes="Ghost 15")
    annotate_runs(lib, ids[:2], shoes=" ghost  15")
    assert [lib.annotations()[i].shoes for i in ids[:2]] == ["Ghost 15"] * 2
    annotate_runs(lib, ids[1:2], shoes="ghost 16")
    assert lib.annotations()[ids[1]].shoes == "ghost 16"


def test_asked_for_nothing_it_shows_what_is_typed_and_changes_nothing(lib, ids):
    annotate_runs(lib, ids[:1], title="T", notes="a\nb", is_race=True, add_tags=["x"])
    state = lib.state()
    answer = annotate_runs(lib, ids[:12])
    assert lib.state() == state
    assert (answer.verdict, answer.headline) == ("shown", "What is typed about 12 runs.")
    assert answer.sentences[0] == f"{ids[0]}: “T”; race; tags x; notes “a …”."
    assert answer.sentences[1] == f"{ids[1]}: nothing is typed."
    assert answer.sentences[-1] == "And 2 more runs."
    assert len(answer.tables["runs"]) == 12
    jsonschema.validate(json.loads(answer_json(answer)), schema("annotate"))


def test_all_tags_can_be_given_at_once(lib, ids):
    annotate_runs(lib, ids[:2], add_tags=["Hills", "old"])
    annotate_runs(lib, ids[:1], tags=["hills , new,,", ""])
    assert lib.annotations()[ids[0]].tags == ("Hills", "new")
    assert lib.annotations()[ids[1]].tags == ("Hills", "old")
    annotate_runs(lib, ids[:1], tags=[])
    assert ids[0] not in lib.annotations()


def test_one_unknown_run_changes_nothing(lib, ids):
    with pytest.raises(UnknownRunError, match="nowhere"):
        annotate_runs(lib, [ids[0], "nowhere"], title="x", add_tags=["y"])
    with pytest.raises(InputError, match="at least one run"):
        annotate_runs(lib, [], title="x")
    assert lib.annotations() == {}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"title": "x" * 201}, "A title may have 200 characters at most, this one has 201."),
        ({"shoes": "x" * 101}, "Shoes may have 100"),
        ({"notes": "x" * 20_001}, "Notes may have 20,000 characters at most, this one has 20,001."),
        ({"add_tags": ["x" * 41]}, "A tag may have 40"),
        ({"add_tags": [str(i) for i in range(21)]}, "20 tags at most; run "),
    ],
)
def test_limits_are_said_and_nothing_is_changed(lib, ids, typed, said):
    with pytest.raises(InputError) as refused:
        annotate_runs(lib, ids[:1], **{"title": "kept out", **typed})
    assert said in str(refused.value)
    assert lib.annotations() == {}
    fitting = {
        name: value[:-1] if isinstance(value, str) else [tag[:40] for tag in value[:20]]
        for name, value in typed.items()
    }
    annotate_runs(lib, ids[:1], **fitting)
    with pytest.raises(InputError, match="20 tags at most; run"):
        annotate_runs(lib, ids[:1], add_tags=[f"t{i}" for i in range(21)])


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\u202eb\u2066c\u2069", "abc"),
        ("a\x00b\x1b[31mc\x7f\x9b", "ab[31mc"),
        ("  two\n\t lines\u2028here ", "two lines here"),
        ("e\u0301", "\u00e9"),
        ("half \ud800 pair", "half pair"),
        ("\u202e\x00 ", None),
        ("שלום \u200fab", "שלום \u200fab"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("👩\u200d🦰", "👩\u200d🦰"),
    ],
)
def test_a_line_is_freed_of_what_could_mislead_and_of_nothing_else(typed, kept):
    assert line_of(typed, "It", 200) == kept
    assert line_of(kept, "It", 200) == kept


def test_notes_keep_their_lines():
    assert text_of(" a\r\nb\rc\u2028d\n\n\te\x0b\u202e ", "It", 99) == "a\nb\nc\nd\n\n\te"
    assert text_of(" \n ", "It", 99) is None
    assert text_of(None, "It", 99) is None


def test_texts_are_compared_without_case_and_accents():
    assert folded("Köln") == folded("KOLN") == folded("Ko\u0308ln") == "koln"
    assert folded("Straße") == folded("STRASSE")
    assert folded("hill") != folded("hall")


def test_what_is_typed_survives_a_rebuild(lib, ids):
    annotate_runs(lib, ids[3:5], title="T", shoes="S", add_tags=["heel"], is_race=True)
    write_note(lib, "noticed", "Left heel", now=NOW)
    before = lib.annotations(), lib.notes()
    assert len(before[0]) == 2
    rebuild_library(lib)
    assert (lib.annotations(), lib.notes()) == before
    assert row_of(lib, ids[3])["tags"] == ["heel"]


def test_two_threads_annotating_lose_nothing(lib, ids):
    errors = []

    def tag(name):
        try:
            for run_id in ids[:6]:
                annotate_runs(lib, [run_id], add_tags=[name])
        except BaseException as error:  # noqa: BLE001 # shown below
            errors.append(error)

    threads = [threading.Thread(target=tag, args=(name,)) for name in ("a", "b", "c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert [lib.annotations()[run_id].tags for run_id in ids[:6]] == [("a", "b", "c")] * 6


def test_the_coachs_questions_are_asked_and_answered(lib):
    open_ = notes(lib)
    assert open_.verdict == "open"
    assert open_.headline == "Three questions are open."
    assert [row["question_asked"] for row in open_.tables["notes"]] == [
        "What have you noticed?",
        "What have you tried?",
        "What can't you fix?",
    ]
    answer = write_note(lib, "tried", " New shoes.\nNo change. ", now=NOW)
    assert answer.verdict == "changed"
    assert answer.headline == "2 of 3 questions are open."
    rows = {row["name"]: row for row in notes(lib).tables["notes"]}
    assert rows["tried"]["text"] == "New shoes.\nNo change."
    assert datetime.fromisoformat(rows["tried"]["written_at"]) == NOW
    assert rows["noticed"]["text"] is rows["noticed"]["written_at"] is None
    for name in rows:
        write_note(lib, name, "x", now=NOW)
    assert notes(lib).verdict == "answered"
    write_note(lib, "tried", "", now=NOW)
    assert notes(lib).headline == "1 of 3 questions is open."
    for said in (answer, notes(lib)):
        jsonschema.validate(json.loads(answer_json(said)), schema("notes"))


def test_a_note_without_a_time_is_of_now(lib):
    before = datetime.now(UTC)
    write_note(lib, "tried", "x")
    assert before <= lib.notes()["tried"].written_at_utc <= datetime.now(UTC)


def test_a_wrong_note_is_refused(lib):
    with pytest.raises(InputError, match="There is no note felt; there are noticed, tried, can"):
        write_note(lib, "felt", "x", now=NOW)
    with pytest.raises(InputError, match="20,000"):
        write_note(lib, "tried", "x" * 20_001, now=NOW)
    with pytest.raises(InputError, match="time zone"):
        write_note(lib, "tried", "x", now=datetime(2026, 1, 1))  # noqa: DTZ001 # the misuse
    assert lib.notes() == {}
