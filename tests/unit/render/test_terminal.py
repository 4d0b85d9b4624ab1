"""Drawing in characters: nothing wider than the terminal, nothing lost without colour."""

from __future__ import annotations

import io
import json
import re

import pytest
from rich.console import Console

from evenstride.answers import runs, show, status, trend
from evenstride.domain.answer import Figure
from evenstride.render.as_json import answer_json, rows_json
from evenstride.render.beam import beam
from evenstride.render.chart import trend_chart
from evenstride.render.terminal import print_answer


def printed(answer, width: int = 80, **options) -> str:
    out = io.StringIO()
    print_answer(answer, Console(file=out, width=width, highlight=False), **options)
    return out.getvalue()


@pytest.mark.parametrize("width", [60, 80, 200])
@pytest.mark.parametrize("ask", [status, trend, runs, lambda lib: show(lib, "last")])
def test_nothing_is_wider_than_the_terminal(year_library, ask, width):
    text = printed(ask(year_library), width)
    assert max(len(line) for line in text.splitlines()) <= width


@pytest.mark.parametrize("ask", [status, trend, runs, lambda lib: show(lib, "last")])
def test_a_pipe_gets_no_escape_codes(year_library, ask):
    assert "\x1b" not in printed(ask(year_library))


def test_units_in_brackets_are_not_taken_for_markup(year_library):
    assert "contact time [ms]" in printed(status(year_library))


def test_long_tables_are_cut_and_say_so(year_library):
    text = printed(runs(year_library), most_rows=5)
    assert "55 earlier" in text
    assert text.count(" L / ") == 5


def test_text_from_files_cannot_speak_markup(year_library):
    from dataclasses import replace

    answer = replace(status(year_library), headline="[red]x[/red] [link=file:///etc]y[/link]")
    assert "[red]x[/red] [link=file:///etc]y[/link]" in printed(answer)


def flat(level: float, days: int = 30) -> Figure:
    rows = tuple(
        {
            "date": f"2026-01-{d:02d}",
            "v": level,
            "l80": level - 0.2,
            "h80": level + 0.2,
            "l95": level - 0.4,
            "h95": level + 0.4,
        }
        for d in range(1, days + 1)
    )
    return Figure(
        kind="trend",
        title="",
        x_label="",
        y_label="",
        rows=rows,
        roles={
            "x": "date",
            "y": "v",
            "low80": "l80",
            "high80": "h80",
            "low95": "l95",
            "high95": "h95",
            "points_x": "date",
            "points_y": "v",
        },
        points=({"date": "2026-01-10", "v": level + 0.39},),
        reference_lines={},
    )


def drawn(figure: Figure) -> list[str]:
    """The plot's rows, without the labels."""
    from dataclasses import replace

    named = replace(
        figure,
        rows=tuple({**r, "balance_left_pct": r["v"]} for r in figure.rows),
        points=tuple({**p, "balance_left_pct": p["v"]} for p in figure.points),
        roles={**figure.roles, "y": "balance_left_pct", "points_y": "balance_left_pct"},
    )
    return trend_chart(named, width=80).plain.splitlines()


def test_the_chart_puts_more_left_higher_and_bands_around_the_level():
    lines = drawn(flat(51.0))
    level = next(i for i, line in enumerate(lines) if "━━━" in line)
    dot = next(i for i, line in enumerate(lines) if "•" in line)
    wide = [i for i, line in enumerate(lines) if "░░░" in line]
    narrow = [i for i, line in enumerate(lines) if "▒▒▒" in line]
    assert dot < level
    assert min(wide) < min(narrow) < level < max(narrow) < max(wide)
    assert lines[0].lstrip().split()[1] == "L"


def test_the_chart_of_the_mirrored_runner_names_the_other_side():
    assert any(" R │" in line for line in drawn(flat(49.0)))
    assert not any(" L │" in line for line in drawn(flat(49.0)))


def test_a_run_beyond_the_axis_is_counted_not_hidden():
    from dataclasses import replace

    wild = replace(flat(51.0), points=(*flat(51.0).points * 45, {"date": "2026-01-12", "v": 41.0}))
    assert "beyond the axis: 1 run" in "\n".join(drawn(wild))


@pytest.mark.parametrize(("now", "side"), [(48.0, "right"), (52.0, "left")])
def test_the_beam_leans_to_the_side_with_the_longer_contact(now, side):
    figure = Figure(
        kind="beam",
        title="",
        x_label="",
        y_label="",
        rows=({"now": now, "low": now - 0.3, "high": now + 0.3, "nl": now - 1, "nh": now + 1},),
        roles={"now": "now", "low": "low", "high": "high", "normal_low": "nl", "normal_high": "nh"},
    )
    line = beam(figure, width=80).plain.splitlines()[0]
    assert (line.index("●") > line.index("│")) == (side == "right")
    assert line.index("L") < line.index("●") < line.rindex("R")


def test_json_has_null_where_a_number_is_missing(year_library):
    from dataclasses import replace

    answer = replace(status(year_library), tables={"t": ({"a": float("nan")},)})
    assert json.loads(answer_json(answer))["tables"]["t"] == [{"a": None}]
    assert json.loads(rows_json([{"a": float("inf"), "b": 1}])) == [{"a": None, "b": 1}]


@pytest.mark.parametrize("width", [32, 40, 60, 80])
def test_a_narrow_terminal_leaves_out_columns_whole_and_says_so(year_library, width):
    text = printed(runs(year_library), width, most_rows=3)
    rows = [line for line in text.splitlines() if re.match(r"2025-\d\d-\d\d-\d{4} ", line)]
    assert len(rows) == 3
    for row in rows:
        assert re.search(r"\d\d\.\d L / \d\d\.\d R", row), "no number is cut"
    assert ("A wider terminal" in text) == (width < 80)


def test_trend_lists_the_runs_when_asked(year_library):
    text = printed(trend(year_library))
    assert "Runs as the trend sees them" in text
    rows = re.findall(r"^2025-\d\d-\d\d-\d{4} +\d\d\.\d L / ", text, re.MULTILINE)
    assert len(rows) == len(trend(year_library).tables["runs"])


@pytest.mark.parametrize("vendor", ["garmin", "coros"])
def test_vendor_limits_are_named_whole_or_said_to_be_beyond_the_axis(year_library, vendor):
    answer = trend(year_library, bands=vendor)
    text = " ".join(printed(answer).split())
    for label in answer.figures["trend"].reference_lines:
        if label != "50 even":
            assert label in text


def test_names_from_files_cannot_speak_to_the_terminal(year_library):
    from dataclasses import replace

    rows = tuple(
        {**row, "sensor": "\x1b[31mred\u202e\n"} for row in trend(year_library).tables["runs"]
    )
    answer = replace(trend(year_library), tables={"runs": rows}, headline="\x1b]0;title\x07 x")
    text = printed(answer, 120)
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "\u202e" not in text
