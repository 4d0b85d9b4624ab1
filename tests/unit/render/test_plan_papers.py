"""The plan and the screening sheet on paper: everything named, nothing overflowing."""

from dataclasses import replace
from datetime import UTC, datetime
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
