"""How a trend is drawn in characters: shaded bands, a level line and the runs' dots.

Shades say the bands without colour (`▒` 80 %, `░` 95 %), `━` the level, `•` single runs and `╌` the
line at 50 named "even", so a pipe or a monochrome terminal loses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from rich.text import Text

from evenstride.domain.driver_words import pp_words
from evenstride.render.figure_quantity import quantity_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from evenstride.domain.answer import Figure, Row

    _Put = Callable[[int, int, str], None]

_STYLES = {"░": "bright_black", "▒": "cyan", "━": "bold", "•": "yellow", "╌": "bright_black"}
_MOST_EVENTS = 3
_YEARS_ONLY_FROM_DAYS = 900
_PRIORITY = {" ": 0, "░": 1, "▒": 2, "╌": 3, "•": 4, "━": 5}


@dataclass(frozen=True, slots=True)
class _Axis:
    """One value axis: `rows` character rows from `low` to `high`."""

    low: float
    high: float
    rows: int

    def row(self, value: float) -> int:
        """Row of a value, 0 at the top; values beyond the axis fall outside."""
        share = (value - self.low) / (self.high - self.low)
        return round((1.0 - share) * (self.rows - 1))

    def value(self, row: int) -> float:
        return self.high - (self.high - self.low) * row / (self.rows - 1)


def _number(row: Row, key: str) -> float | None:
    value = row.get(key)
    return float(value) if isinstance(value, int | float) else None


def _day(row: Row, key: str) -> int:
    return date.fromisoformat(str(row[key])[:10]).toordinal()


def _axis(figure: Figure, rows: int) -> _Axis:
    """Fit the axis to the bands and the bulk of the runs; a few wild runs may lie outside."""
    roles = figure.roles
    values = [
        v
        for row in figure.rows
        for key in (roles["low95"], roles["high95"])
        if (v := _number(row, key)) is not None
    ]
    dots = sorted(v for row in figure.points if (v := _number(row, roles["points_y"])) is not None)
    if dots:
        trim = len(dots) // 40
        values += dots[trim : len(dots) - trim]
    low, high = min(values), max(values)
    room = max((high - low) * 0.04, 0.05)
    return _Axis(low - room, high + room, rows)


def _label(value: float, column: str, figure: Figure) -> str:
    """Name a height: balance with its side, other measures with their unit."""
    if column == "balance_left_pct":
        if abs(value - 50.0) < 0.05:
            return "50 even"
        return f"{value:.1f} L" if value > 50 else f"{100 - value:.1f} R"
    if column.endswith("_pp_per_h"):
        return pp_words(value)
    quantity = quantity_of(figure, column)
    return f"{value:.{quantity.decimals}f} {quantity.unit}".replace("-", "−")


def _month_ticks(first: int, last: int, columns: int) -> str:
    """Write the months under the columns they begin in."""
    line = [" "] * columns
    span = max(last - first, 1)
    free_from = 0
    years_only = span > _YEARS_ONLY_FROM_DAYS
    day = date.fromordinal(first).replace(day=1)
    while day.toordinal() <= last:
        if day.toordinal() >= first and (day.month == 1 or not years_only):
            column = round((day.toordinal() - first) / span * (columns - 1))
            text = f"{day:%b %Y}" if day.month == 1 or free_from == 0 else f"{day:%b}"
            text = f"{day:%Y}" if years_only else text
            if column >= free_from and column + len(text) <= columns:
                line[column : column + len(text)] = text
                free_from = column + len(text) + 2
        day = (day + timedelta(days=32)).replace(day=1)
    if free_from == 0:
        ends = f"{date.fromordinal(first)} to {date.fromordinal(last)}"
        line[: len(ends)] = ends
    return "".join(line).rstrip()


def _event_line(event: Row, first: int, last: int, columns: int) -> str:
    """Point at the column of a known break, its label on the side where it fits."""
    column = round((_day(event, "date") - first) / (last - first) * (columns - 1))
    label = str(event["label"])
    if column + 2 + len(label) <= columns:
        return " " * column + "▲ " + label
    return f"{label} ▲".rjust(column + 1)


def _interpolated(days: Sequence[int], values: Sequence[float], day: float) -> float:
    """Read a line between its points."""
    if day <= days[0]:
        return values[0]
    for i in range(1, len(days)):
        if day <= days[i]:
            share = (day - days[i - 1]) / max(days[i] - days[i - 1], 1)
            return values[i - 1] + share * (values[i] - values[i - 1])
    return values[-1]


def _span(figure: Figure) -> tuple[int, int]:
    """Give the first and last day of the chart as ordinals, at least a day apart."""
    days = [_day(row, figure.roles["x"]) for row in figure.rows]
    return days[0], max(days[-1], days[0] + 1)


def _paint_bands(
    put: Callable[[int, int, str], None], figure: Figure, axis: _Axis, columns: int
) -> None:
    roles, (first, last) = figure.roles, _span(figure)
    days = [_day(row, roles["x"]) for row in figure.rows]
    lines = {
        role: [_number(row, roles[role]) or 0.0 for row in figure.rows]
        for role in ("y", "low80", "high80", "low95", "high95")
    }
    for column in range(columns):
        day = first + (last - first) * column / (columns - 1)
        at = {role: axis.row(_interpolated(days, v, day)) for role, v in lines.items()}
        for mark, high, low in (("░", "high95", "low95"), ("▒", "high80", "low80")):
            for row in range(at[high], at[low] + 1):
                put(row, column, mark)
        put(at["y"], column, "━")
        for height in figure.reference_lines.values():
            put(axis.row(height), column, "╌")


def _paint_runs(
    put: Callable[[int, int, str], None], figure: Figure, axis: _Axis, columns: int
) -> int:
    """Put a dot for each run; return how many lie beyond the axis."""
    roles, (first, last) = figure.roles, _span(figure)
    outside = 0
    for point in figure.points:
        value = _number(point, roles["points_y"])
        if value is None:
            continue
        row = axis.row(value)
        outside += not 0 <= row < axis.rows
        share = (_day(point, roles["points_x"]) - first) / (last - first)
        put(row, round(share * (columns - 1)), "•")
    return outside


def trend_chart(figure: Figure, *, width: int, height: int = 16) -> Text:
    """Draw a figure of kind `trend` into a rich Text of at most `width` columns.

    Parameters
    ----------
    figure
        Rows with the roles `x` (ISO date), `y`, `low80`, `high80`, `low95`, `high95`, and points
        with `points_x`, `points_y`.
    width, height
        Characters for the whole chart, and rows for the plot itself.
    """
    roles, axis = figure.roles, _axis(figure, height)
    inside_lines = {k: v for k, v in figure.reference_lines.items() if 0 <= axis.row(v) < height}
    margin = max([8, *map(len, inside_lines)]) + 1
    columns = max(width - margin - 1, 20)
    grid = [[" "] * columns for _ in range(height)]

    def put(row: int, column: int, mark: str) -> None:
        inside = 0 <= row < height and 0 <= column < columns
        if inside and _PRIORITY[mark] > _PRIORITY[grid[row][column]]:
            grid[row][column] = mark

    _paint_bands(put, figure, axis, columns)
    outside = _paint_runs(put, figure, axis, columns)

    named = {axis.row(v): label for label, v in inside_lines.items()}
    text = Text()
    for row, cells in enumerate(grid):
        label = named.get(row, _label(axis.value(row), roles["y"], figure) if row % 3 == 0 else "")
        text.append(f"{label[: margin - 1]:>{margin - 1}} │", "bright_black")
        for cell in cells:
            text.append(cell, _STYLES.get(cell))
        text.append("\n")
    text.append(" " * margin + "└" + "─" * (columns) + "\n", "bright_black")
    text.append(" " * (margin + 1) + _month_ticks(*_span(figure), columns) + "\n", "bright_black")
    for event in figure.events[-_MOST_EVENTS:]:
        text.append(" " * (margin + 1) + _event_line(event, *_span(figure), columns) + "\n")
    text.append(" " * (margin + 1))
    for mark, meaning in (("━", "level"), ("▒", "80 %"), ("░", "95 %"), ("•", "a run")):
        text.append(mark, _STYLES[mark])
        text.append(f" {meaning}  ", "bright_black")
    beyond = [label for label in figure.reference_lines if label not in inside_lines]
    if outside:
        beyond.insert(0, "1 run" if outside == 1 else f"{outside} runs")
    if beyond:
        text.append(f"\n{' ' * (margin + 1)}beyond the axis: {', '.join(beyond)}", "bright_black")
    return text
