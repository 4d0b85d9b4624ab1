"""The PDF: a page a question, text that can be read and copied, nothing typed that could run."""

from __future__ import annotations

import io
import math
import re
from dataclasses import replace
from datetime import date

import pypdf
import pytest
import typst
from report_answers import HOSTILE, report_answer, trend_figure, with_more, without_balance

from evenstride.answers import report
from evenstride.render import report_pdf as module
from evenstride.render.palette import palette
from evenstride.render.report_pdf import report_pdf


def read(data: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(data))


def text_of(data: bytes) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in read(data).pages))


@pytest.mark.parametrize(("paper", "shown"), [("a4", 26), ("letter", 23)])
def test_two_pages_of_the_asked_size_with_all_that_is_said(paper, shown):
    made = report_pdf(report_answer(), paper=paper)
    pages = read(made).pages
    assert len(pages) == 2
    width, height = (round(float(x)) for x in pages[0].mediabox[2:])
    assert (width, height) == {"a4": (595, 842), "letter": (612, 792)}[paper]
    text = text_of(made)
    for said in (
        "Running balance",
        "48.6 L / 51.4 R",
        "Not distinguishable from your normal",
        "Change over 90 days",
        "Contact time [ms]",  # inside a figure
        "How to read this",
        f"and {40 - shown} earlier runs in the period",
        "How it was measured",
        "What it does not say",
        "50/50 is no goal.",
        "10.1136/bmjsem-2023-001787",
        "Made on this computer by evenstride 0.0.0",
        "page 1 of 2",
        "page 2 of 2",
    ):
        assert said in text, said


def test_it_is_tagged_english_and_the_same_twice():
    answer = report_answer()
    made = report_pdf(answer)
    assert made == report_pdf(answer)
    root, about = read(made).trailer["/Root"], read(made).metadata
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert "pdfuaid" in root["/Metadata"].get_data().decode()
    assert about.title.startswith("Running balance, 1 Jan 2025 to")
    assert about.creation_date.date() == date(2025, 6, 1), "the day the answer was made, no clock"


def test_its_letters_are_the_font_we_ship_and_its_figures_are_no_pictures():
    made = report_pdf(with_more(report_answer()))
    assert "pdfuaid" in read(made).trailer["/Root"]["/Metadata"].get_data().decode()
    fonts, pictures = set(), 0
    for page in read(made).pages:
        resources = [page["/Resources"]]
        while resources:
            found = resources.pop()
            fonts |= {str(f.get_object()["/BaseFont"]) for f in found.get("/Font", {}).values()}
            for thing in found.get("/XObject", {}).values():
                inner = thing.get_object()
                pictures += inner["/Subtype"] == "/Image"
                resources += [inner["/Resources"]] if "/Resources" in inner else []
    assert fonts
    assert all("Inter" in name for name in fonts), fonts
    assert pictures == 0


def test_what_was_typed_is_text_and_nothing_else():
    hostile = with_more(report_answer(8, typed=HOSTILE), typed=HOSTILE)
    text = text_of(report_pdf(hostile))
    for kept in ("#panic[x]", "$x$", "@ref", "<label>", "```", "{{ 7 * 7 }}", "*b*", "_i_"):
        assert kept in text, kept
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in text


def test_a_long_note_is_cut_and_says_so():
    made = report_pdf(report_answer(20, typed="word " * 4000))
    assert "the whole note stands in the app" in text_of(made)
    assert len(read(made).pages) <= 3
    short = report_pdf(report_answer(20, typed="one\ntwo"))
    assert "the whole note" not in text_of(short)
    assert "one two" in text_of(short)


@pytest.mark.parametrize("runs", [1, 3, 400])
def test_few_and_many_runs_fit_as_well(runs):
    assert len(read(report_pdf(report_answer(runs))).pages) <= 2
    assert len(read(report_pdf(without_balance(report_answer(runs)))).pages) <= 2


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_demo_runner_has_three_pages(year_library, paper):
    pages = read(report_pdf(report(year_library), paper=paper)).pages
    assert len(pages) == 3
    second = pages[1].extract_text()
    assert "What moves it" in second
    assert "Does it hold through a run?" in second


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_what_was_asked_for_has_a_page_each(paper):
    pages = read(report_pdf(with_more(report_answer()), paper=paper)).pages
    assert len(pages) == 5
    _, moves, run, pair, runs = (re.sub(r"\s+", " ", page.extract_text()) for page in pages)
    for said in (
        "What moves it",
        "toward the left",
        "toward the right",
        "Saucony Endorphin Speed 3",
        "goes with speed",
        "cannot be told yet",
        "Worth a look",
        "When did it change?",
        "say nothing yet of: bends, shoes.",
    ):
        assert said in moves, said
    for said in ("The run of Mon 30 Jun 2025", "54.7 % left", "Not as usual", "54.7 L"):
        assert said in run, said
    for said in (
        "Like for like",
        "1.3 R (0.3 to 2.3 R)",
        "1.9 R (1.6 to 2.2 R)",
        "Why they differ",
        "17 % for 0.5 pp",
    ):
        assert said in pair, said
    assert "Runs of the period" in runs


def test_many_drivers_are_cut_and_counted():
    answer = with_more(report_answer())
    many = tuple({**answer.tables["drivers"][0], "driver": f"tag:number {i}"} for i in range(40))
    forest = answer.figures["drivers"]
    rows = tuple({**forest.rows[0], "label": f"Tag: number {i}"} for i in range(40))
    crowded = replace(
        answer,
        tables={**answer.tables, "drivers": many},
        figures={**answer.figures, "drivers": replace(forest, rows=rows)},
    )
    made = report_pdf(crowded)
    assert len(read(made).pages) <= 6
    text = text_of(made)
    assert "and 28 more in the app" in text
    assert "number 11" in text
    assert "number 12" not in text


def test_a_year_of_daily_dots_is_still_two_pages():
    figures = {**report_answer().figures, "trend": trend_figure(730)}
    assert len(read(report_pdf(replace(report_answer(), figures=figures))).pages) == 2


def test_paper_in_grey_tells_the_sides_apart():
    def grey(name: str) -> float:
        value = palette("print")[name]
        r, g, b = (int(value[i : i + 2], 16) / 255.0 for i in (1, 3, 5))
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    assert grey("left-soft") > 0.6, "the halves stay light: what lies on them must be seen"
    assert grey("right-soft") > 0.6
    for ink in ("text", "left", "right"):
        assert grey(ink) < 0.45, f"{ink} is readable on white"


def test_without_system_fonts_every_letter_of_ours_is_there(monkeypatch):
    asked = []

    def spy(*arguments, **options):
        asked.append(options["ignore_system_fonts"])
        return compiled(*arguments, **options)

    compiled = typst.compile
    monkeypatch.setattr(typst, "compile", spy)
    report_pdf(report_answer(typed="Käthe, Łukasz, 5 × 400 m ≈ 3′ – “ja”"))
    assert asked == [True]
    report_pdf(report_answer(typed="東京"))
    assert asked == [True, True, False], "the system's fonts are asked only for letters we lack"


def test_short_dates_and_gaps_do_not_break_the_drawing():
    answer = report_answer()
    gap = trend_figure(60)
    rows = (*gap.rows[:3], dict(gap.rows[3]) | {"low95": math.nan}, *gap.rows[4:])
    points = (dict(gap.points[0]) | {"low": None, "high": None}, *gap.points[1:])
    drawn = replace(gap, rows=rows, points=points, bands={}, events=())
    assert len(read(report_pdf(replace(answer, figures={"trend": drawn}))).pages) == 2
    assert module._cut(()) == []
