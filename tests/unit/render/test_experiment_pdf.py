"""An experiment's result on paper: one sheet, all that counts, nothing typed that could run."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pypdf
import pytest
import typst

from evenstride.domain.estimate import Estimate
from evenstride.render.experiment_pdf import experiment_pdf
from evenstride.render.palette import palette
from evenstride.render.report_experiments import evidence_svg, paired_svg
from sample_experiments import (
    CHECKS,
    DEVIATIONS,
    FAMILY,
    analyse_answer,
    evidence_figure,
    paired_figure,
    result_answer,
)
from sample_moves import HOSTILE

if TYPE_CHECKING:
    from evenstride.domain.answer import Answer, Figure


def read(data: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(data))


def text_of(data: bytes) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in read(data).pages))


def with_tables(answer: Answer, **tables: Any) -> Answer:
    return replace(answer, tables={**answer.tables, **tables})


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_one_sheet_of_the_asked_size_with_all_that_is_said(paper: Any) -> None:
    made = experiment_pdf(result_answer(), paper=paper)
    (page,) = read(made).pages
    width, height = (round(float(x)) for x in page.mediabox[2:])
    assert (width, height) == {"a4": (595, 842), "letter": (612, 792)}[paper]
    text = text_of(made)
    for said in (
        "Does pushing off behind me even me out?",
        "Probably real: 0.6 pp toward even.",
        "14 complete pairs of 20 registered",
        "0.4 to 0.9 pp",  # the interval
        "Done as assigned",  # of pairs in which both halves were; all count as assigned
        "less than 0.001",  # p
        "40: enough to decide",  # inside a figure
        "run as usual",
        "an e-value of 40 after any pair",
        "Pair 6: the run with the cue was skipped",
        "Do not count: pair 6",
        "roll for ten minutes before",
        "Even is no goal in itself",
        "10.1080/01621459.1969.10501057",
        "at most 1 of 40 experiments",
        "Made on this computer by evenstride 0.0.0",
    ):
        assert said in text, said


def test_a_check_that_fails_stands_before_the_figures_and_the_others_after_them() -> None:
    text = text_of(experiment_pdf(result_answer()))
    figure = text.index("E-value after each pair")
    assert text.index("Same conditions") < figure < text.index("Wearing off")
    fine = tuple(row for row in CHECKS if row["verdict"] != "failed")
    text = text_of(experiment_pdf(with_tables(result_answer(), checks=fine)))
    assert "Same conditions" not in text


def test_it_is_tagged_english_and_the_same_twice() -> None:
    made = experiment_pdf(result_answer())
    assert made == experiment_pdf(result_answer())
    root, about = read(made).trailer["/Root"], read(made).metadata
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert "pdfuaid" in root["/Metadata"].get_data().decode()
    assert about is not None
    assert about.title == "Does pushing off behind me even me out?"


@pytest.mark.parametrize("verdict", ["increase", "decrease", "no_meaningful_effect", "too_early"])
@pytest.mark.parametrize("pairs", [1, 2, 24, 36, 37, 200])
def test_any_verdict_and_any_number_of_pairs_is_one_sheet(verdict: str, pairs: int) -> None:
    made = experiment_pdf(result_answer(pairs, verdict=verdict))
    assert len(read(made).pages) == 1
    assert "page" not in text_of(made)


def test_however_much_was_typed_it_stays_one_sheet_and_is_only_text() -> None:
    answer = result_answer(36, typed=f"{HOSTILE} #panic[x] $x$ @ref <label> *b* " + "word " * 60)
    crowded = replace(
        with_tables(
            answer,
            deviations=DEVIATIONS * 30,
            family=FAMILY * 12,
            checks=tuple({**row, "verdict": "failed"} for row in CHECKS),
        ),
        sentences=answer.sentences * 5,
        caveats=answer.caveats * 6,
    )
    made = experiment_pdf(crowded)
    assert len(read(made).pages) == 1
    text = text_of(made)
    assert "#panic[x]" in text
    assert "</script>" in text
    assert "… and 54 more in the app" in text


def test_what_the_font_has_no_letters_for_is_still_printed(monkeypatch) -> None:
    asked = []

    def spy(*arguments, **options):
        asked.append(options["ignore_system_fonts"])
        return compiled(*arguments, **options)

    compiled = typst.compile
    monkeypatch.setattr(typst, "compile", spy)
    experiment_pdf(result_answer(typed="Käthe, Łukasz ≥ 3′ – “ja” − ×"))
    assert asked == [True]
    assert len(read(experiment_pdf(result_answer(typed="東京"))).pages) == 1
    assert asked == [True, True, False]


def test_without_an_interval_none_is_printed() -> None:
    answer = result_answer(3, verdict="too_early")
    endless = Estimate(0.4, float("nan"), -float("inf"), float("inf"), "pp", 3.0)
    text = text_of(experiment_pdf(replace(answer, estimates={"effect_pp": endless})))
    assert "0.4 pp toward even" in text
    assert "inf" not in text.replace("information", "")
    assert "nan" not in text


def test_an_interval_that_holds_zero_has_both_signs() -> None:
    answer = result_answer()
    held = Estimate(0.1, 0.2, -0.3, 0.5, "pp", 14.0)
    text = text_of(experiment_pdf(replace(answer, estimates={"effect_pp": held})))
    assert "−0.3 to +0.5 pp" in text


def test_outside_data_without_registration_is_a_sheet_too() -> None:
    assert len(read(experiment_pdf(analyse_answer())).pages) == 1
    bare = replace(result_answer(), tables={}, figures={}, estimates={}, sentences=())
    text = text_of(experiment_pdf(bare))
    assert "What the pairs say" in text
    assert "Probably real" in text


def numbers_in(svg: str) -> list[tuple[float, float]]:
    return [(float(a), float(b)) for a, b in re.findall(r'cx="([\d.-]+)" cy="([\d.-]+)"', svg)]


@pytest.mark.parametrize("pairs", [1, 15, 200])
def test_the_drawings_stay_on_the_paper(pairs: int) -> None:
    for figure, draw in (
        (evidence_figure(pairs), evidence_svg),
        (paired_figure(pairs), paired_svg),
    ):
        svg = draw(figure)
        height = float(re.search(r'height="([\d.]+)"', svg).group(1))  # type: ignore[union-attr]
        assert "NaN" not in svg
        assert "nan" not in svg
        for x, y in numbers_in(svg):
            assert 0.0 <= x <= 505.0
            assert 0.0 <= y <= height
        assert draw(replace(figure, rows=())) == ""


def test_the_paper_draws_the_same_dots_as_the_screen() -> None:
    svg = evidence_svg(evidence_figure(15))
    assert svg.count('class="with"') == 15
    assert svg.count('class="decided"') == 1
    svg = paired_svg(paired_figure(15))
    assert svg.count('class="with"') == 14 + 1, "and one that says what filled means"
    assert svg.count('class="without"') == 14 + 1
    assert svg.count('class="without-faded"') == 1


def test_evidence_off_the_scale_is_a_triangle_at_its_edge() -> None:
    rows = tuple({"pair": i + 1, "e_value": e, "decided": False} for i, e in enumerate((2.0, 9e9)))
    svg = evidence_svg(replace(evidence_figure(), rows=rows))
    assert svg.count("<circle") == 1
    assert 'l-2.4 4h4.8z"' in svg


def test_filled_lies_above_hollow_where_the_treatment_is_more() -> None:
    row = {"pair": 1, "control": 1.0, "treatment": 3.0, "difference": 2.0, "left_out": False}
    figure: Figure = replace(paired_figure(), rows=(row,), reference_lines={}, points=())
    svg = paired_svg(figure)
    places = {
        kind: float(y)
        for kind, y in re.findall(r'class="(with|without)" cx="[\d.]+" cy="([\d.]+)" r="2.4"', svg)
        if float(y) > 20.0
    }
    assert places["with"] < places["without"]


def test_in_grey_filled_and_hollow_differ_and_what_is_enough_can_be_read() -> None:
    def grey(name: str) -> float:
        value = palette("print")[name]
        r, g, b = (int(value[i : i + 2], 16) / 255.0 for i in (1, 3, 5))
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    assert grey("level") < 0.3
    assert grey("surface") > 0.8
    assert grey("ok") < 0.45
    assert grey("ok-soft") > 0.8
