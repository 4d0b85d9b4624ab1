"""Forests, waterfalls and partial fits: left at the left, nothing cut without saying so."""

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
from report_answers import HOSTILE
from rich.console import Console

from evenstride.render.described import described
from evenstride.render.described_moves import driver_sentence
from evenstride.render.html_tables import html_table
from evenstride.render.palette import painted, palette
from evenstride.render.report_rows import contributions_svg, forest_svg
from evenstride.render.rows_text import contributions_text, forest_text
from evenstride.render.shares_svg import shares_svg
from evenstride.render.terminal import print_answer
from evenstride.render.vega import spec, trend_spec
from evenstride.render.vega_forest import reach_pp
from sample_moves import (
    DRIVERS,
    PARTIALS,
    compare_answer,
    drivers_answer,
    explain_answer,
    fatigue_answer,
    forest_figure,
    partial_figure,
    steps_figure,
)

if TYPE_CHECKING:
    from evenstride.domain.answer import Answer, Figure
    from evenstride.render.vega import Spec

FOREST = forest_figure()
WATERFALL = explain_answer().figures["contributions"]
DIFFERENCE = compare_answer().figures["difference"]
FIGURES = {"forest": FOREST, "waterfall": WATERFALL, "difference": DIFFERENCE, **PARTIALS}
ROWS = {name: FIGURES[name] for name in ("forest", "waterfall", "difference")}
ANSWERS = {
    "drivers": drivers_answer,
    "explain": explain_answer,
    "compare": compare_answer,
    "fatigue": fatigue_answer,
}


def drawn_svg(made: Spec) -> str:
    drawing: str = vl_convert.vegalite_to_svg(painted(json.dumps(made), palette("light")))
    return drawing


def printed(answer: Answer, width: int) -> list[str]:
    out = io.StringIO()
    print_answer(answer, Console(file=out, width=width))
    return out.getvalue().splitlines()


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
    few = replace(figure, rows=figure.rows[:rows], points=figure.points[:rows])
    assert "NaN" not in drawn_svg(spec(few, width=360))
    assert described(few)


@pytest.mark.parametrize("name", FIGURES)
def test_colours_are_tokens_and_numbers_such_as_json_knows(name: str) -> None:
    text = json.dumps(spec(FIGURES[name]), allow_nan=False)
    used = set(re.findall(r"var\(--([\w-]+)\)", text))
    assert used
    assert used <= set(palette("light"))
    assert not re.search(r'"#[0-9a-fA-F]{3,8}"', text)


@pytest.mark.parametrize("name", ROWS)
def test_every_row_reaches_the_drawing_with_its_name_and_number(name: str) -> None:
    figure = ROWS[name]
    made = spec(figure, width=1000)
    rows = made["datasets"]["rows"]
    assert [row["label"] for row in rows] == [row["label"] for row in figure.rows]
    svg = drawn_svg(made)
    assert all(row["words"] in svg for row in rows)


def test_toward_the_left_lies_at_the_left() -> None:
    """In the drawing itself, not only in its instructions: where each dot stands."""
    figure = replace(
        FOREST,
        rows=(
            {"label": "to the left", "value": 1.0, "low": 0.9, "high": 1.1, "faded": False},
            {"label": "to the right", "value": -1.0, "low": -1.1, "high": -0.9, "faded": False},
        ),
    )
    made = drawn_svg(spec(figure, width=600))
    colours = palette("light")
    x = {
        side: float(
            re.search(
                rf'translate\(([\d.]+),[\d.]+\)" d="[^"]*" fill="{colours[side]}"', made
            ).group(1)  # type: ignore[union-attr] # a missing dot fails the test as well
        )
        for side in ("left", "right")
    }
    assert x["left"] < 300 < x["right"]


def mirrored(figure: Figure) -> Figure:
    rows = []
    for row in figure.rows:
        ends = {
            mine: None if row[other] is None else -float(str(row[other]))
            for mine, other in (("low", "high"), ("high", "low"))
        }
        same = {
            name: None if row[name] is None else -float(str(row[name]))
            for name in ("value", "start", "end")
            if name in row
        }
        rows.append({**row, **ends, **same})
    return replace(figure, rows=tuple(rows))


@pytest.mark.parametrize("name", ROWS)
def test_a_mirrored_runner_has_the_mirrored_drawing(name: str) -> None:
    flip = {"left": "right", "right": "left", "even": "even"}
    letters = str.maketrans("LR", "RL")
    rows = spec(ROWS[name])["datasets"]["rows"]
    other = spec(mirrored(ROWS[name]))["datasets"]["rows"]
    assert [flip[row["side"]] for row in rows] == [row["side"] for row in other]
    assert [row["words"].translate(letters) for row in rows] == [row["words"] for row in other]


def test_what_is_not_known_does_not_flatten_what_is() -> None:
    clear = tuple(row for row in FOREST.rows if not row["faded"])
    wide = {"label": "camber", "value": 3.0, "low": -90.0, "high": 96.0, "faded": True}
    figure = replace(FOREST, rows=(*clear, wide))
    assert reach_pp(figure) < 2.0 * reach_pp(replace(FOREST, rows=clear))
    row = spec(figure)["datasets"]["rows"][-1]
    assert row["cut_left"]
    assert row["cut_right"]
    assert row["value"] is None  # beyond the axis there is no dot, but its number stands beside
    assert row["words"] == "3.0 L"


def test_a_clear_row_is_never_cut() -> None:
    for row in spec(FOREST)["datasets"]["rows"]:
        assert row["faded"] or not (row["cut_left"] or row["cut_right"])


def test_a_row_of_which_nothing_is_known_says_so() -> None:
    row = {"label": "Camber", "value": None, "low": None, "high": None, "faded": True}
    figure = replace(FOREST, rows=(row,))
    assert spec(figure)["datasets"]["rows"][0]["words"] == "not known"
    assert "not known" in described(figure)
    assert "not known" in forest_text(figure, width=80).plain


@given(st.lists(st.floats(-3.0, 3.0), min_size=1, max_size=8))
def test_a_waterfall_goes_on_where_it_was(sizes: list[float]) -> None:
    figure = steps_figure(tuple((f"tag:{i}", size, 0.1) for i, size in enumerate(sizes)))
    rows = spec(figure)["datasets"]["rows"]
    assert rows[0]["start"] == 0.0
    for before, after in pairwise(rows[:-1]):
        assert after["start"] == before["end"]
    assert [row["total"] for row in rows] == [False] * len(sizes) + [True]
    for row in rows[:-1]:
        assert (row["side"] == "left") == (row["step_pp"] > 0)


def test_zero_is_even_where_parts_make_a_balance_and_no_side_where_they_make_a_difference() -> None:
    run = spec(WATERFALL)["datasets"]["rows"][-1]
    assert run["words"] == "54.7 L"
    assert run["interval"] == "54.5 to 54.9 % left"
    assert "50 even" in drawn_svg(spec(WATERFALL, width=1000))
    difference = spec(DIFFERENCE)["datasets"]["rows"][-1]
    assert difference["words"] == "1.9 R"
    assert "50 even" not in drawn_svg(spec(DIFFERENCE, width=1000))


def test_a_pace_axis_has_round_paces_in_the_runner_s_unit() -> None:
    for units, metres in (("km", 1000.0), ("mi", 1609.344)):
        made = spec(PARTIALS["speed"], units=units)
        ticks = next(p["value"] for p in made["params"] if p["name"] == "x_ticks")
        assert len(ticks) >= 3
        assert all(metres / tick / 10 == pytest.approx(round(metres / tick / 10)) for tick in ticks)
        assert f"Pace, min/{units}" in drawn_svg(made)


def test_a_partial_keeps_every_dot_and_its_band() -> None:
    figure = PARTIALS["speed"]
    data = spec(figure)["datasets"]
    assert len(data["dots"]) == len(figure.points)
    assert [row["y"] for row in data["fit"]] == [row["effect_pp"] for row in figure.rows]


def test_what_is_there_or_not_is_spread_within_its_place_and_named() -> None:
    made = spec(PARTIALS["camber"], width=700)
    assert all(abs(dot["x"] - round(dot["x"])) < 0.4 for dot in made["datasets"]["dots"])
    svg = drawn_svg(made)
    for words in ("left foot lower", "right foot lower"):
        assert words in svg


def test_a_turn_to_the_left_lies_at_the_left() -> None:
    made = spec(PARTIALS["bend"])
    found = re.findall(r'"reverse": (true|false)', json.dumps(made))
    assert "true" in found
    assert "true" not in re.findall(r'"reverse": (true|false)', json.dumps(spec(PARTIALS["speed"])))


def test_one_wild_dot_does_not_flatten_a_partial() -> None:
    figure = partial_figure()
    wild = {**figure.points[0], "effect_pp": 90.0}
    made = spec(replace(figure, points=(*figure.points[1:], wild)))
    high = next(p["value"] for p in made["params"] if p["name"] == "y_high")
    assert high < 10.0
    (mark,) = [dot for dot in made["datasets"]["dots"] if dot["beyond"]]
    assert mark["beyond"] == 1
    assert high - 0.3 < mark["y"] < high
    assert mark["run_id"] == wild["run_id"]


def test_a_drift_is_drawn_about_zero_with_sides() -> None:
    made = trend_spec((fatigue_answer().figures["fatigue"],), width=700)
    assert made["datasets"]["even0"] == [{"y": 0.0}]
    svg = drawn_svg(made)
    assert "Drift within runs, pp an hour" in svg
    assert "1 L" in svg


@pytest.mark.parametrize("question", ANSWERS)
@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_nothing_is_wider_than_the_terminal(question: str, width: int) -> None:
    lines = printed(ANSWERS[question](), width)
    assert lines
    assert max(map(len, lines)) <= width


@pytest.mark.parametrize("question", ANSWERS)
def test_every_table_of_an_answer_has_its_columns(question: str) -> None:
    answer = ANSWERS[question]()
    for name, rows in answer.tables.items():
        if rows and (question, name) != ("fatigue", "fatigue"):
            assert "<table" in html_table(question, name, rows), name


def test_left_lies_at_the_left_in_characters_too() -> None:
    lines = forest_text(FOREST, width=80).plain.splitlines()
    speed = next(line for line in lines if line.startswith("Speed"))
    shoes = next(line for line in lines if line.startswith("Shoes"))
    assert speed.index("●") < speed.index("│")
    assert shoes.index("●") > shoes.index("│")
    steps = contributions_text(WATERFALL, width=80).plain.splitlines()
    assert "◀" in next(line for line in steps if line.startswith("Speed"))
    assert "▶" in next(line for line in steps if line.startswith("Shoes"))


def test_what_is_not_clear_is_seen_without_colour() -> None:
    for line, row in zip(
        forest_text(FOREST, width=80).plain.splitlines()[1:], FOREST.rows, strict=False
    ):
        assert ("○" in line) == bool(row["faded"])


@pytest.mark.parametrize("name", FIGURES)
def test_each_figure_is_said_with_sides(name: str) -> None:
    said = described(FIGURES[name])
    assert said.startswith(FIGURES[name].title)
    assert "toward the" in said
    assert not re.search(r"[-−]\d", said)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("speed", "toward the left per m/s faster."),
        ("sensor:HRM-Pro 3301", "not clear."),
        ("camber", "Cannot be told from these runs yet."),
        ("tag:club night", "Cannot be told apart from speed in these runs."),
        ("grade", "0.02 pp toward the left per % of slope"),
    ],
)
def test_each_driver_has_its_sentence(name: str, words: str) -> None:
    (row,) = (row for row in DRIVERS if row["driver"] == name)
    assert words in driver_sentence(row)


@pytest.mark.parametrize("figure", [FOREST, WATERFALL, DIFFERENCE])
def test_the_report_draws_the_same_rows(figure: Figure) -> None:
    draw = forest_svg if figure.kind == "forest" else contributions_svg
    svg = draw(figure)
    for row in spec(figure)["datasets"]["rows"]:
        assert row["words"] in svg
    assert "NaN" not in svg
    assert draw(replace(figure, rows=())) == ""
    numbers = [float(n) for n in re.findall(r'(?:cx|x|width)="([\d.-]+)"', svg)]
    assert all(0.0 <= n <= 505.0 for n in numbers)


def test_what_was_typed_is_only_text_everywhere() -> None:
    row = {"label": HOSTILE, "value": 1.0, "low": 0.5, "high": 1.5, "faded": False}
    figure = replace(FOREST, rows=(row,))
    assert "<script" not in forest_svg(figure)
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in forest_text(figure, width=80).plain
    rows = tuple({**r, "driver": f"tag:{HOSTILE}", "advice": HOSTILE} for r in DRIVERS[:1])
    assert "<script" not in html_table("drivers", "drivers", rows)
    shares = ({"part": f"tag:{HOSTILE}", "share_pct": 50.0},)
    assert "<script" not in shares_svg(shares, title="Shares", title_id="s")


def test_shares_are_drawn_on_one_scale() -> None:
    rows = ({"part": "drivers", "share_pct": 60.0}, {"part": "level", "share_pct": 30.0})
    widths = [
        float(w)
        for w in re.findall(
            r'width="([\d.]+)%" height="12"', shares_svg(rows, title="t", title_id="i")
        )
    ]
    assert widths[0] == pytest.approx(2.0 * widths[1], abs=0.02)
    assert shares_svg((), title="t", title_id="i") == ""
