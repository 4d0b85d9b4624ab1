"""Evidence, pairs, power and laps: nothing off the scale unsaid, conditions told without colour."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
import vl_convert
from hypothesis import given
from hypothesis import strategies as st
from report_answers import trend_figure
from rich.console import Console

from evenstride.domain.effect_words import E_VALUE_WORDS
from evenstride.domain.experiment import ENOUGH_E, OUTCOMES
from evenstride.render.chart import trend_chart
from evenstride.render.curves_text import evidence_text, power_text
from evenstride.render.described import described
from evenstride.render.html_tables import html_table
from evenstride.render.paired_text import paired_text
from evenstride.render.palette import painted, palette
from evenstride.render.report_experiments import paired_svg
from evenstride.render.report_figures import trend_svg
from evenstride.render.terminal import print_answer
from evenstride.render.vega import spec
from evenstride.render.vega_evidence import HIGHEST_E, LOWEST_E
from sample_experiments import (
    analyse_answer,
    associations_answer,
    evidence_figure,
    laps_figure,
    list_answer,
    new_answer,
    next_answer,
    pair_rows,
    paired_figure,
    power_figure,
    record_answer,
    result_answer,
)
from sample_moves import HOSTILE

if TYPE_CHECKING:
    from evenstride.domain.answer import Answer, Figure
    from evenstride.render.vega import Spec

FIGURES = {
    "evidence": evidence_figure(),
    "paired": paired_figure(),
    "power": power_figure(),
    "laps": laps_figure(),
}
ANSWERS = {
    "result": result_answer,
    "new": new_answer,
    "next": next_answer,
    "next_within": lambda: next_answer("within_run"),
    "list": list_answer,
    "record": record_answer,
    "associations": associations_answer,
    "analyse": analyse_answer,
}


def drawn_svg(made: Spec) -> str:
    drawing: str = vl_convert.vegalite_to_svg(painted(json.dumps(made), palette("light")))
    return drawing


def printed(answer: Answer, width: int) -> list[str]:
    out = io.StringIO()
    print_answer(answer, Console(file=out, width=width))
    return out.getvalue().splitlines()


def evidence_of(values: list[float], **more: object) -> Figure:
    rows = tuple({"pair": i + 1, "e_value": e, "decided": False} for i, e in enumerate(values))
    return replace(evidence_figure(), rows=rows, **more)


@pytest.mark.parametrize("width", [320, 1000])
@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_can_be_drawn(name: str, width: int) -> None:
    svg = drawn_svg(spec(FIGURES[name], width=width))
    assert svg.count("<path") > 5
    assert "NaN" not in svg


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("rows", [0, 1])
def test_hardly_any_data_is_no_error(name: str, rows: int) -> None:
    figure = FIGURES[name]
    few = replace(figure, rows=figure.rows[:rows], spans=figure.spans[:rows])
    assert "NaN" not in drawn_svg(spec(few, width=360))
    assert described(few)
    bare = replace(few, spans=(), reference_lines={}, points=())
    assert "NaN" not in drawn_svg(spec(bare, width=360))
    for draw in (evidence_text, power_text, paired_text):
        if draw.__name__.startswith(name):
            assert draw(bare, width=60).plain


@pytest.mark.parametrize("name", FIGURES)
def test_colours_are_tokens_and_numbers_such_as_json_knows(name: str) -> None:
    text = json.dumps(spec(FIGURES[name]), allow_nan=False)
    used = set(re.findall(r"var\(--([\w-]+)\)", text))
    assert used
    assert used <= set(palette("light"))
    assert not used & {"left", "right"}, "conditions are no sides"
    assert not re.search(r'"#[0-9a-fA-F]{3,8}"', text)


@given(st.lists(st.floats(0.0, 1e300), min_size=1, max_size=40))
def test_evidence_beyond_the_scale_lies_at_its_edge_and_keeps_its_number(
    values: list[float],
) -> None:
    rows = spec(evidence_of(values))["datasets"]["evidence"]
    assert len(rows) == len(values)
    for row, e in zip(rows, values, strict=True):
        assert LOWEST_E <= row["y"] <= HIGHEST_E
        assert row["beyond"] == (1 if e > HIGHEST_E else -1 if e < LOWEST_E else 0)
        assert row["beyond"] or row["y"] == e


def test_the_first_pair_that_decided_is_the_one_that_is_marked() -> None:
    rows = tuple(
        {"pair": i + 1, "e_value": e, "decided": e >= ENOUGH_E}
        for i, e in enumerate((3.0, 41.0, 60.0, 45.0))
    )
    figure = replace(evidence_figure(), rows=rows)
    assert [row["decided"] for row in spec(figure)["datasets"]["evidence"]] == [
        False,
        True,
        False,
        False,
    ]
    assert "pair 2 decided it" in described(figure)
    assert evidence_text(figure, width=80).plain.count("◉") == 1


@pytest.mark.parametrize(
    ("label", "shown"),
    [("enough to decide", "40: enough to decide"), ("enough: 40", "enough: 40")],
)
def test_what_is_enough_is_named_by_its_number_once(label: str, shown: str) -> None:
    figure = replace(evidence_figure(), reference_lines={label: 40.0})
    assert f">{shown}<" in drawn_svg(spec(figure, width=400))


def test_a_test_to_come_is_named_where_it_lies_and_the_axis_has_room_for_it() -> None:
    made = spec(evidence_figure(5, final=20), width=600)
    (mark,) = made["datasets"]["to_come"]
    assert (mark["x"], mark["label"]) == (20, "final test")
    assert next(p["value"] for p in made["params"] if p["name"] == "x_high") > 20
    assert "final test" in drawn_svg(made)


@given(st.lists(st.floats(0.06, 900.0), min_size=1, max_size=60), st.integers(30, 100))
def test_in_characters_too_nothing_lies_on_a_line_that_it_has_not_reached(
    values: list[float], width: int
) -> None:
    lines = evidence_text(evidence_of(values), width=width).plain.splitlines()
    enough = next(i for i, line in enumerate(lines) if line.strip().startswith("40 "))
    at_least = any("●" in line for line in lines[: enough + 1])
    assert at_least == any(e >= ENOUGH_E for e in values)
    assert all(len(line) <= width for line in lines[:13])


def test_filled_is_the_treatment_and_hollow_the_control() -> None:
    """In the drawing itself: the higher dot of a pair with an effect upward is the filled one."""
    row = {"pair": 1, "control": 1.0, "treatment": 3.0, "difference": 2.0, "left_out": False}
    figure = replace(paired_figure(), rows=(row,), reference_lines={}, y_label="Contact time, ms")
    svg = drawn_svg(spec(figure, width=600))
    level, surface = palette("light")["level"], palette("light")["surface"]
    dots = {
        fill: float(y)
        for y, fill in re.findall(r'translate\([\d.]+,([\d.]+)\)" d="[^"]*" fill="(#\w{6})"', svg)
        if float(y) > 20.0
    }
    assert dots[level] < dots[surface]
    line = paired_text(figure, width=60).plain.splitlines()[1]
    assert line.index("○") < line.index("●")
    assert "+2.0" in line


def test_a_dropped_pair_is_seen_as_such_and_never_counted() -> None:
    rows = spec(paired_figure())["datasets"]["pairs"]
    (dropped,) = [row for row in rows if row["faded"]]
    assert dropped["difference"] is None
    assert dropped["treatment_words"] == "missing"
    assert dropped["faded_words"] == "left out"
    said = described(paired_figure())
    assert "in 12 of 14 pairs toward even" in said
    assert "1 pair left out" in said


@pytest.mark.parametrize("outcome", OUTCOMES.values(), ids=OUTCOMES)
def test_differences_are_said_in_the_outcome_s_terms(outcome) -> None:
    figure = paired_figure(y_label=f"{outcome.label}, {outcome.unit}")
    rows = spec(figure)["datasets"]["pairs"]
    assert outcome.increase in rows[0]["difference_words"]
    assert outcome.decrease in rows[2]["difference_words"]
    assert not re.search(r"[-−+]\d", rows[0]["difference_words"] + rows[2]["difference_words"])
    assert outcome.increase in described(figure)


def test_outside_data_has_its_sign_and_unit() -> None:
    figure = paired_figure(y_label="kg")
    rows = spec(figure)["datasets"]["pairs"]
    assert rows[0]["difference_words"] == "+0.9 kg"
    assert rows[2]["difference_words"] == "−0.3 kg"
    assert "Values, kg" in drawn_svg(spec(figure, width=500))


def test_even_is_named_and_never_folded() -> None:
    """Beyond even is another side of the axis, and other words."""
    row = {"pair": 1, "control": -0.8, "treatment": 0.4, "difference": 1.2, "left_out": False}
    made = spec(replace(paired_figure(), rows=(row,)), width=500)
    (pair,) = made["datasets"]["pairs"]
    assert pair["control_words"] == "0.80 pp off even"
    assert pair["treatment_words"] == "0.40 pp past even"
    svg = drawn_svg(made)
    for words in (">even<", " off<", " past<"):
        assert words in svg


@given(st.floats(-9.0, 9.0), st.floats(-9.0, 9.0))
def test_mirrored_conditions_have_the_mirrored_difference(a: float, b: float) -> None:
    def pair(control: float, treatment: float) -> dict[str, object]:
        row = {"pair": 1, "control": control, "treatment": treatment}
        figure = replace(
            paired_figure(),
            rows=({**row, "difference": treatment - control, "left_out": False},),
        )
        made: dict[str, object] = spec(figure)["datasets"]["pairs"][0]
        return made

    one, other = pair(a, b), pair(b, a)
    assert one["control_words"] == other["treatment_words"]
    flip = {"+": "−", "−": "+"}
    short = str(one["short"])
    assert flip.get(short[0], short[0]) + short[1:] == other["short"]


def test_each_curve_of_power_is_named_and_told_apart_without_colour() -> None:
    made = spec(power_figure(), width=600)
    names = {row["series"] for row in made["datasets"]["series_names"]}
    assert names == {"0.3 pp", "0.5 pp", "1.0 pp"}
    svg = drawn_svg(made)
    assert all(f">{name}<" in svg for name in names)
    assert len(set(re.findall(r'stroke-dasharray="([\d,]+)"', svg))) >= 3
    lines = power_text(power_figure(), width=80).plain
    assert "a: 0.3 pp, 90 of 100 not with so many pairs" in lines
    assert "b: 0.5 pp, 90 of 100 from 42 pairs on" in lines


def test_names_of_curves_are_as_short_as_they_can_be_and_never_lie_on_each_other() -> None:
    rows = tuple({**row, "effect": f"{row['effect']} toward even"} for row in power_figure().rows)
    named = spec(replace(power_figure(), rows=rows))["datasets"]["series_names"]
    assert [row["short"] for row in named] == ["0.3 pp", "0.5 pp", "1.0 pp"]
    heights = [row["y"] for row in named]
    assert all(b - a > 8.0 for a, b in pairwise(heights))


@pytest.mark.parametrize("pairs", [1, 2, 3, 15, 120])
@pytest.mark.parametrize("width", [340, 1000])
def test_an_axis_of_pairs_has_whole_numbers_once(pairs: int, width: int) -> None:
    svg = drawn_svg(spec(paired_figure(pairs), width=width))
    # Differences have signs but for their zero, and even is a word.
    said = [int(n) for n in re.findall(r">([1-9]\d*)</text>", svg)]
    assert said, "at least one pair is numbered"
    assert len(set(said)) == len(said) <= width / 40
    assert max(said) <= max(pairs, 2)


def test_power_is_said_by_how_many_pairs_it_takes_or_that_none_does() -> None:
    said = described(power_figure())
    assert "0.5 pp: found in 91 of 100 experiments with 42 complete pairs" in said
    assert "0.3 pp: only found in 71 of 100 experiments with 60 complete pairs" in said


def test_every_lap_is_marked_by_pair_and_condition_and_time_left_out_by_neither() -> None:
    figure = laps_figure(pairs=3)
    made = spec(figure, width=700)
    spans = made["datasets"]["spans"]
    assert [s["condition"] for s in spans].count("treatment") == 3
    assert [s["condition"] for s in spans].count("control") == 3
    svg = drawn_svg(made)
    for pair in (1, 2, 3):
        assert svg.count(f">{pair}<") == 2
    course = made["datasets"]["course"]
    assert {row["lap"] for row in course if row["x"] < 10.0} == {"warm-up"}
    assert course[-1]["lap"] == ""
    assert "pair 3, push off behind you" in described(figure)


@pytest.mark.parametrize("name", FIGURES)
def test_each_figure_is_said(name: str) -> None:
    said = described(FIGURES[name])
    assert said.startswith(FIGURES[name].title)
    assert len(said) > len(FIGURES[name].title) + 40
    assert not re.search(r"[-−]\d", said)


def test_what_an_e_value_is_stands_in_words() -> None:
    assert f"{ENOUGH_E:g}" in E_VALUE_WORDS
    assert "1 says nothing" in E_VALUE_WORDS


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_nothing_is_wider_than_the_terminal(name: str, width: int) -> None:
    lines = printed(ANSWERS[name](), width)
    assert lines
    assert max(map(len, lines)) <= width


@pytest.mark.parametrize("name", ANSWERS)
def test_every_table_of_an_answer_has_its_columns(name: str) -> None:
    answer = ANSWERS[name]()
    for table, rows in answer.tables.items():
        if rows:
            assert "<table" in html_table(answer.question, table, rows), table


def test_a_pair_that_does_not_count_says_why() -> None:
    (row,) = [row for row in pair_rows() if not row["used"]]
    drawn = html_table("experiment_result", "pairs", (row,))
    assert "no: the run with the cue was skipped" in drawn
    assert "nan" not in drawn.lower()


def test_numbers_of_pairs_are_short_and_signed() -> None:
    text = re.sub(r"<[^>]+>", "|", html_table("experiment_result", "pairs", pair_rows(3)))
    assert "+0.9" in text
    assert "−0.3" in text
    assert "-0.3" not in text


def test_a_failed_check_is_not_called_ok() -> None:
    drawn = html_table("experiment_result", "checks", result_answer().tables["checks"])
    rows = re.findall(r"<tr>.*?</tr>", drawn)
    (failed,) = [row for row in rows if "Same conditions" in row]
    assert "look here" in failed
    assert sum("look here" in row for row in rows) == 1


def test_what_was_typed_is_only_text_everywhere() -> None:
    names = tuple({"condition": c, "label": HOSTILE} for c in ("treatment", "control"))
    figure = replace(paired_figure(), points=names)
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in paired_text(figure, width=80).plain
    svg = drawn_svg(spec(figure, width=500))
    assert "<script" not in svg
    drawn = html_table(
        "associations", "associations", associations_answer(HOSTILE).tables["associations"]
    )
    assert "<script" not in drawn


def outcome_trend() -> Figure:
    """A randomised start's runs: a trend of what is no quantity of its own."""
    return replace(
        trend_figure(40, "value", -1.2),
        y_label="Balance, toward even, pp",
        bands={},
        reference_lines={},
    )


def test_a_trend_of_an_outcome_is_named_by_its_axis_everywhere() -> None:
    figure = outcome_trend()
    made = spec(figure, width=500)
    assert "Balance, toward even, pp" in drawn_svg(made)
    (say,) = made["usermeta"]["evenstride"]["say"]
    assert (say["label"], say["unit"], say["decimals"]) == ("Balance, toward even", "pp", 1)
    assert all(say["column"] in run for run in made["datasets"]["runs"])
    assert "pp" in described(figure)
    assert "−1." in described(figure)
    assert " pp │" in trend_chart(figure, width=80).plain
    svg = trend_svg((figure,))
    assert "Balance, toward even [pp]" in svg
    assert ">-" not in svg


def test_a_small_change_of_an_outcome_is_not_flattened() -> None:
    ends = {p["name"]: p["value"] for p in spec(outcome_trend())["params"] if p["name"][:2] == "p0"}
    figure = outcome_trend()
    bands = [
        float(str(row[figure.roles[end]])) for row in figure.rows for end in ("low95", "high95")
    ]
    dots = [float(str(row[figure.roles["points_y"]])) for row in figure.points]
    seen = max(*bands, *dots) - min(*bands, *dots)
    assert ends["p0_high"] - ends["p0_low"] < 1.3 * seen < 6.0


def test_what_is_too_small_to_matter_is_grey_and_said() -> None:
    made = spec(paired_figure(), width=500)
    assert made["datasets"]["small"] == [{"low": -0.3, "high": 0.3}]
    assert "grey: too small to matter" in drawn_svg(made)
    assert "grey: too small to matter" in paired_svg(paired_figure())
    lines = {"difference: none": 0.0, "difference: matters": 0.3}
    plain = replace(paired_figure(), bands={}, reference_lines=lines)
    assert spec(plain)["datasets"]["means"] == [{"y": 0.3}], "zero is drawn anyway"


def test_the_next_assignment_says_what_to_do_and_how() -> None:
    def cells(kind: str) -> str:
        rows = next_answer(kind).tables["next"]
        return re.sub(r"<[^>]+>", "|", html_table("experiment_next", "next", rows))

    assert "push off behind you. Run at least 20 minutes" in cells("across_runs")
    within = cells("within_run")
    assert "2: push off behind you; 3: run as usual" in within
    assert "alternate laps" not in within, "the laps say what"


def test_a_start_drawn_by_lot_has_no_number_of_pairs() -> None:
    rows = ({"kind": "randomised_start", "pairs": 0, "runs": 30, "weeks": 10.0, "effect": 0.5},)
    drawn = re.sub(r"<[^>]+>", "|", html_table("experiment_new", "designs", rows))
    assert "start drawn by lot" in drawn
    assert "|0|" not in drawn
