"""How sizes, and parts that add up, are drawn in characters: a row each, left at the left.

Without colour nothing is lost: `●` is clear, `○` is not, `━` an interval, `◀` and `▶` the way that
a part moves what was before it, and every row ends in its number with its side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from evenstride.domain.wording import printable
from evenstride.render.tables import LEFT, RIGHT
from evenstride.render.vega_contributions import contribution_rows
from evenstride.render.vega_forest import forest_rows, reach_pp
from evenstride.render.vega_parts import finite, room

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from evenstride.domain.answer import Figure

_NUMBERS, _LEAST_PLOT = 8, 21
_COLOURS = {"left": LEFT, "right": RIGHT}
_LEAST_PP = 0.5


def forest_text(figure: Figure, *, width: int) -> Text:
    """Draw a figure of kind `forest` into at most `width` columns."""
    half = reach_pp(figure)
    rows = forest_rows(figure, half)
    names, columns = _room_for(rows, width)
    place = _scale(-half, half, columns)
    text = _head(names, columns)
    for row in rows:
        cells = [" "] * columns
        cells[place(0.0)] = "│"
        value, low, high = (_number(row, name) for name in ("value", "low", "high"))
        if low is not None and high is not None:
            for i in range(place(high), place(low) + 1):
                cells[i] = "╌" if row["faded"] else "━"
            if row["cut_left"]:
                cells[0] = "◁"
            if row["cut_right"]:
                cells[-1] = "▷"
        if value is not None:
            cells[place(value)] = "○" if row["faded"] else "●"
        style = "bright_black" if row["faded"] else _COLOURS.get(str(row["side"]), "bold")
        _line(text, row, names, cells, style)
    text.append(_foot(names, columns, place(0.0), "0"), "bright_black")
    drawn = figure.y_label or "95 % interval"
    text.append(f"● clear  ○ not clear  ━ {drawn}; pp, L left, R right", "bright_black")
    return text


def contributions_text(figure: Figure, *, width: int) -> Text:
    """Draw a figure of kind `contributions` into at most `width` columns."""
    rows = contribution_rows(figure)
    ends = [0.0, *finite(rows, "start", "end")]
    low, high = room(min(ends), max(ends), least=_LEAST_PP)
    names, columns = _room_for(rows, width)
    place = _scale(low, high, columns)
    text = _head(names, columns)
    for row in rows:
        cells = [" "] * columns
        cells[place(0.0)] = "│"
        start, end = _number(row, "start"), _number(row, "end")
        if start is not None and end is not None:
            a, b = place(start), place(end)
            for i in range(min(a, b), max(a, b) + 1):
                cells[i] = "█" if row["total"] else "━"
            if not row["total"]:
                cells[b] = "◀" if b < a else "▶" if b > a else "┃"
        style = "bold" if row["total"] else _COLOURS.get(str(row["side"]), "bright_black")
        _line(text, row, names, cells, style)
    called = ", ".join(figure.reference_lines) or "0"
    text.append(_foot(names, columns, place(0.0), called), "bright_black")
    text.append("each goes on where the one above ended; pp, L left, R right", "bright_black")
    return text


def _room_for(rows: list[dict[str, object]], width: int) -> tuple[int, int]:
    """Divide a line between the names and the plot; what a number needs is kept."""
    longest = max((len(str(row["label"])) for row in rows), default=0)
    names = min(longest, max(12, (width - _NUMBERS) // 3))
    return names, max(width - names - _NUMBERS - 2, _LEAST_PLOT) // 2 * 2 - 1


def _scale(low: float, high: float, columns: int) -> Callable[[float], int]:
    """Place pp on the plot's columns: toward the left lies at the left."""

    def place(value: float) -> int:
        return min(max(round((high - value) / (high - low) * (columns - 1)), 0), columns - 1)

    return place


def _head(names: int, columns: int) -> Text:
    """Name the sides above the plot."""
    left, right = "← toward the left", "toward the right →"
    if columns < len(left) + len(right) + 2:
        left, right = "← left", "right →"
    text = Text(" " * (names + 1))
    text.append(left, LEFT)
    text.append(" " * (columns - len(left) - len(right)))
    text.append(f"{right}\n", RIGHT)
    return text


def _foot(names: int, columns: int, zero: int, called: str) -> str:
    """Name zero beneath its line."""
    at = min(max(zero - len(called) // 2, 0), max(columns - len(called), 0))
    return " " * (names + 1 + at) + called + "\n"


def _line(text: Text, row: Mapping[str, object], names: int, cells: list[str], style: str) -> None:
    label = printable(str(row["label"]))
    label = label if len(label) <= names else label[: names - 1] + "…"
    text.append(f"{label:<{names}} ")
    for cell in cells:
        text.append(cell, "bright_black" if cell == "│" else style)
    text.append(f" {row['words']}\n", style if style != "bright_black" else "")


def _number(row: Mapping[str, object], key: str) -> float | None:
    value = row[key]
    return float(value) if isinstance(value, int | float) else None
