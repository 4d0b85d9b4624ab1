"""The plan and the screening sheet on paper: everything named, nothing overflowing."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from evenstride.answers.body_and_plan.planning import begin_plan, plan
from evenstride.answers.body_and_plan.screening_sheet import sheet
from evenstride.body.tests import screening_tests
from evenstride.domain.diary import Measured
from evenstride.domain.errors import InputError
from evenstride.domain.exercise import Wish
from evenstride.library import New, open_library
from evenstride.render.plan_pdf import plan_pdf
from evenstride.render.screening_pdf import screening_pdf
from evenstride.render.typst_sheet import set_sheet

NOW = datetime(2026, 11, 2, 18, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def lib(tmp_path_factory):
    with open_library(tmp_path_factory.mktemp("papers") / "library", create=True) as opened:
        begin_plan(opened, Wish(first_date=NOW.date(), equipment=("roller",)), now=NOW)
        yield opened


def words(pdf):
    pages = PdfReader(BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_a_plan_on_paper_has_the_next_sessions_their_reasons_and_all_weeks(lib, paper):
    answer = plan(lib, now=NOW)
    made = plan_pdf(answer, paper=paper)
    said = words(made)
    for row in answer.tables["items"][:4]:
        assert row["name"] in said
        assert row["dose"] in said
        assert row["because"].split(";")[0] in said
    assert "pain next morning" in said
    assert all(f" {week} " in said for week in range(1, 13))
    assert "No trial shows" in said
    assert made == plan_pdf(answer, paper=paper)


def test_a_blank_sheet_has_every_test_and_a_filled_one_what_was_measured(lib):
    blank = words(screening_pdf(sheet(lib, filled=False, now=NOW)))
    assert all(test.name in blank for test in screening_tests().values())
    odd = Measured(
        NOW.date(),
        "ankle-lunge",
        "cm",
        "knee-bent",
        "tape",
        by="Ŧhe 物理 <b>",
        left=(9.5, 9.0, 9.25),
        right=(13.0, 13.5, 13.75),
    )
    lib.write_entries([New("m1", odd)], written_at_utc=NOW)
    filled = words(screening_pdf(sheet(lib, filled=True, now=NOW)))
    assert all(value in filled for value in ("9.25", "13.75"))
    assert "9.25" not in blank


def test_a_paper_without_a_plan_is_refused_and_commands_stay_off_it(lib, tmp_path):
    with (
        open_library(tmp_path / "none", create=True) as none,
        pytest.raises(InputError, match="nothing to print"),
    ):
        plan_pdf(plan(none, now=NOW))
    answer = plan(lib, now=NOW)
    told = replace(answer, sentences=(*answer.sentences, "`evenstride flags list` asks them."))
    said = words(plan_pdf(told))
    assert "evenstride flags" not in said
    assert ".." not in said


def test_hostile_and_right_to_left_words_are_set_as_words(lib):
    answer = plan(lib, now=NOW)
    odd = "#let x = 1 $ @foo *b* _y_ <z> كاحل " + "w" * 90
    rows = tuple({**row, "because": odd} for row in answer.tables["items"])
    said = words(plan_pdf(replace(answer, tables={**answer.tables, "items": rows})))
    assert all(part in said for part in ("#let", "@foo", "*b*", "_y_", "<z>", "w" * 20))


def test_sets_are_written_down_of_the_sides_that_work_and_weights_of_what_is_lifted(lib):
    answer = plan(lib, now=NOW)
    row = answer.tables["items"][0]

    def written(**more):
        one = {"sided": "one_side", "only_side": None, "first_side": None, "block": "hip"}
        items = ({**row, **one, **more},)
        said = words(plan_pdf(replace(answer, tables={**answer.tables, "items": items})))
        return re.search(r"left out (.*?) pain next morning", said)[1]

    assert written() == "sets L R kg pain, 0 to 10"
    assert written(only_side="left") == "sets L kg pain, 0 to 10"
    assert written(sided="both") == "sets kg pain, 0 to 10"
    assert written(block="breathing") == "sets L R pain, 0 to 10"


@pytest.mark.parametrize("side", ["left", "right"])
def test_what_begins_on_one_side_is_drawn_on_it(lib, side, monkeypatch):
    answer = plan(lib, now=NOW)
    asked = set()

    def drawn(name, named=None):
        asked.add(named)
        return ""

    monkeypatch.setattr("evenstride.render.plan_pdf.drawing_for_print", drawn)
    items = tuple({**row, "first_side": side} for row in answer.tables["items"])
    plan_pdf(replace(answer, tables={**answer.tables, "items": items}))
    assert asked == {side}


def test_tests_to_make_again_are_named_and_no_command_is_printed(lib):
    answer = plan(lib, now=NOW)
    told = "Answer the questions (`evenstride flags`) first; `plan` waits."
    sessions = tuple({**row, "test_again": "Test first: it."} for row in answer.tables["sessions"])
    tables = {**answer.tables, "sessions": sessions}
    said = words(plan_pdf(replace(answer, headline=told, tables=tables)))
    assert "Answer the questions first; plan waits." in said
    assert "Test first: it." in said
    assert "`" not in said


def test_no_last_page_is_nearly_empty():
    """A few lines more than a page holds are set on one, a little smaller."""
    words = ("headline", "program")
    lists = ("sessions", "running", "weeks", "left_out", "stopped", "caveats", "sources")
    data = {**dict.fromkeys(words, "x"), **dict.fromkeys(lists, ()), "title": "A plan"}
    data |= {"colours": dict.fromkeys(("text", "muted", "border"), "#000000")}
    data |= {"fonts": ["Inter"], "paper": "a4", "tight": 1.0}

    def pages(lines, **how):
        made = {**data, "notes": ["A line."] * lines}
        return len(PdfReader(BytesIO(set_sheet("plan.typ", made, **how))).pages)

    over = next(lines for lines in range(50, 90, 2) if pages(lines) > 1)
    assert pages(over, fit=True) == 1
    assert pages(over + 30, fit=True) == 2, "enough for a page of its own"


def test_a_filled_sheet_names_the_days_of_what_stands_on_it(tmp_path):
    way = {"position": "knee-bent", "instrument": "tape", "left": (9.0,), "right": (9.5,)}
    with open_library(tmp_path / "days", create=True) as lib:
        assert sheet(lib, filled=True, now=NOW).headline.endswith("a sheet for your tests")
        for i, (slug, day) in enumerate((("ankle-lunge", 3), ("chest-breath", 19))):
            of = {"by": "", **(way if slug == "ankle-lunge" else {"sign": "alike"})}
            method = "cm" if slug == "ankle-lunge" else "hands"
            made = Measured(date(2026, 10, day), slug, method, **of)
            lib.write_entries([New(f"m{i}", made)], written_at_utc=NOW)
        told = sheet(lib, filled=True, now=NOW)
    assert told.headline == "Left against right, tested on 3 Oct 2026 and 19 Oct 2026"
    assert "as of 2 Nov 2026" in told.sentences[-1]
