"""Tables on pages: escaped, sides marked, units said, what is missing a dash."""

from __future__ import annotations

import pytest
from report_answers import HOSTILE, run_row

from evenstride.render.cells import Pair, Stacked, Typed, contacts, day_words
from evenstride.render.columns import columns, page_columns
from evenstride.render.html_tables import html_cell, html_table

MEASURE = {
    "measure": "balance_left_pct",
    "value": 48.6,
    "low": 48.3,
    "high": 48.9,
    "change": -0.4,
    "change_low": -0.9,
    "change_high": 0.1,
    "direction": "not_distinguishable",
}


def test_what_was_typed_is_shown_and_does_nothing() -> None:
    row = run_row("2026-11-20", title=HOSTILE, tags=["<b>", "hill"])
    table = html_table("runs", "runs", [row])
    assert "<script>" not in table
    assert "<img" not in table
    assert "&lt;script&gt;" in table
    assert '<bdi dir="auto">hill</bdi>' in table
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in table, "it would turn the rest of the line around"


def test_a_pair_has_letters_and_the_longer_side_is_marked() -> None:
    cell = html_cell(Pair("48.6 L", "51.4 R", "right"))
    assert '<span class="side-left">48.6 L</span>' in cell
    assert '<span class="side-right longer">51.4 R</span>' in cell
    even = html_cell(Pair("50.0 L", "50.0 R", None))
    assert "longer" not in even


def test_contacts_are_a_pair_and_flip_with_the_runner() -> None:
    row = {"left_gct_ms": 240.6, "right_gct_ms": 255.2}
    assert contacts(row) == Pair("241 L", "255 R", "right")
    assert contacts({"left_gct_ms": 255.2, "right_gct_ms": 240.6}) == Pair("255 L", "241 R", "left")
    assert contacts({"left_gct_ms": 240.4, "right_gct_ms": 239.6}) == Pair("240 L", "240 R", None)
    assert contacts({"left_gct_ms": None, "right_gct_ms": 240.0}) == "–"
    assert contacts({"left_gct_ms": None, "right_gct_ms": None, "gct_ms": 248.4}) == "248"


def test_an_interval_stands_beneath_its_number() -> None:
    table = html_table("trend", "measures", [MEASURE])
    assert '48.6<small class="below">48.3 to 48.9</small>' in table
    assert '−0.4<small class="below">−0.9 to +0.1</small>' in table
    assert "not distinguishable" in table
    assert html_cell(Stacked("<1", "x")).startswith("&lt;1")


def test_missing_is_a_dash_and_never_zero() -> None:
    unknown = {**MEASURE, "value": None, "low": None, "high": None, "change": None}
    table = html_table("trend", "measures", [{**unknown, "change_low": None, "change_high": None}])
    assert table.count(">–<") == 2
    assert "below" not in table
    assert html_cell(Typed(())) == "–"
    assert ">–<" in html_table("runs", "runs", [run_row("2026-11-20", left=None)])


@pytest.mark.parametrize(
    ("units", "distance", "pace"), [("km", "10.0", "5:57"), ("mi", "6.2", "9:35")]
)
def test_units_are_the_runner_s(units: str, distance: str, pace: str) -> None:
    table = html_table("runs", "runs", [run_row("2026-11-20")], units=units)  # type: ignore[arg-type]
    assert f">{units}<" in table
    assert f">pace /{units}<" in table
    assert f">{distance}<" in table
    assert f">{pace}<" in table


def test_a_row_leads_to_its_run_whatever_its_name() -> None:
    row = run_row("2026-11-20") | {"run_id": 'a"/../b'}
    table = html_table("runs", "runs", [row], run_href="/runs/{run_id}")
    assert 'href="/runs/a%22%2F..%2Fb"' in table
    assert ">20 Nov 2026</a></th>" in table


def test_a_table_is_reached_by_keyboard_and_named() -> None:
    table = html_table("runs", "runs", [run_row("2026-11-20")], caption="The & runs", tall=True)
    assert 'class="table-box tall" role="region" tabindex="0" aria-label="The &amp; runs"' in table
    assert "<caption>The &amp; runs</caption>" in table
    assert html_table("runs", "runs", []) == ""
    assert html_table("no", "such", [run_row("2026-11-20")]) == ""


def test_days_are_said_as_people_do() -> None:
    assert day_words("2026-11-20") == "20 Nov 2026"
    assert day_words("2026-11-20-0723", weekday=True) == "Fri 20 Nov 2026"


def test_what_a_phone_leaves_out_is_never_the_balance() -> None:
    shown = page_columns()
    assert set(columns()) <= set(shown)
    for question, name in (("runs", "runs"), ("trend", "numbers"), ("show", "laps")):
        kept = [column.head for column in shown[question, name][1] if column.spare < 3]
        assert "balance" in kept
        assert len(kept) <= 4, "more than four columns are cut at 390 px"
