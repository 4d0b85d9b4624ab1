"""How the report draws sizes, and parts that add up: rows below each other, left at the left.

The same as `render.vega_forest` and `render.vega_contributions` on a screen; on paper the side is
said by place, by letter and by the arrow's head, so grey is enough.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenstride.render.report_svg import Scale, drawing, written
from evenstride.render.vega_contributions import contribution_rows, is_balance
from evenstride.render.vega_forest import forest_rows, reach_pp
from evenstride.render.vega_parts import finite, room

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evenstride.domain.answer import Figure

_ROW, _HEAD, _FOOT = 21.0, 14.0, 14.0
_NAMES_SHARE, _NUMBERS = 0.34, 62.0
_CHARACTER_PX, _SMALL_PX = 4.3, 3.9
_BAR = 7.0
_LEAST_PP = 0.5
_STEPS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
_MOST_TICKS = 7
_CLASSES = {"left": "l", "right": "r"}


def forest_svg(figure: Figure, *, width: float = 505.0, style: str = "") -> str:
    """Draw a figure of kind `forest`.

    Parameters
    ----------
    figure
        Its rows are drawn in order.
    width
        Of the drawing [px]; its text is 7.5 px high.
    style
        A stylesheet to carry inside; empty where the page has one.

    Returns
    -------
        An SVG element, empty text when there is no row.
    """
    half = reach_pp(figure)
    rows = forest_rows(figure, half)
    if not rows:
        return ""
    x = Scale(half, -half, _NAMES_SHARE * width, width - _NUMBERS)
    parts = _ground(x, len(rows), width, balance=False)
    for i, row in enumerate(rows):
        middle = _HEAD + (i + 0.5) * _ROW
        parts += _names(row, i, width)
        low, high, value = (_number(row, name) for name in ("low", "high", "value"))
        kind = "unclear" if row["faded"] else f"clear-{_CLASSES.get(str(row['side']), 'even')}"
        if low is not None and high is not None:
            parts.append(f'<path class="{kind}" d="M{x(high):g} {middle:g}H{x(low):g}"/>')
            parts += _cuts(row, x, middle)
        if value is not None:
            parts.append(f'<circle class="{kind}" cx="{x(value):g}" cy="{middle:g}" r="3"/>')
    return drawing(width, _HEAD + _ROW * len(rows) + _FOOT, "".join(parts), style)


def contributions_svg(figure: Figure, *, width: float = 505.0, style: str = "") -> str:
    """Draw a figure of kind `contributions`; parameters and result as for `forest_svg`."""
    rows = contribution_rows(figure)
    if not rows:
        return ""
    ends = [0.0, *finite(rows, "start", "end", "low", "high")]
    low, high = room(min(ends), max(ends), least=_LEAST_PP)
    x = Scale(high, low, _NAMES_SHARE * width, width - _NUMBERS)
    parts = _ground(x, len(rows), width, balance=is_balance(figure))
    for i, row in enumerate(rows):
        middle = _HEAD + (i + 0.5) * _ROW
        parts += _names(row, i, width)
        start, end = _number(row, "start"), _number(row, "end")
        if start is None or end is None:
            continue
        kind = "total" if row["total"] else f"step-{_CLASSES.get(str(row['side']), 'even')}"
        parts.append(_arrow(x(start), x(end), middle, kind))
        from_, to = _number(row, "low"), _number(row, "high")
        if from_ is not None and to is not None:
            at = middle + _BAR / 2.0 + 1.8
            parts.append(f'<path class="whisker" d="M{x(to):g} {at:g}H{x(from_):g}"/>')
        if not row["total"]:
            parts.append(
                f'<path class="other" d="M{x(end):g} {middle + _BAR / 2.0:g}'
                f'V{middle + _ROW - _BAR / 2.0:g}"/>'
            )
    return drawing(width, _HEAD + _ROW * len(rows) + _FOOT, "".join(parts), style)


def _ground(x: Scale, rows: int, width: float, *, balance: bool) -> list[str]:
    """Draw ticks, lines between rows, zero, and the names of the sides."""
    bottom = _HEAD + _ROW * rows
    low, high = min(x.low, x.high), max(x.low, x.high)
    step = next((s for s in _STEPS if (high - low) / s <= _MOST_TICKS), _STEPS[-1])
    parts = [f'<path class="grid" d="M0 {_HEAD + i * _ROW:g}H{width:g}"/>' for i in range(rows + 1)]
    first, last = int(low / step), int(high / step)
    for tick in (n * step for n in range(first, last + 1)):
        parts.append(f'<path class="grid" d="M{x(tick):g} {_HEAD:g}V{bottom:g}"/>')
        parts.append(
            written(x(tick), bottom + 10.0, _tick_words(tick, balance=balance), anchor="middle")
        )
    parts.append(f'<path class="even" d="M{x(0.0):g} {_HEAD:g}V{bottom:g}"/>')
    parts.append(written(x.from_, 9.0, "L  toward the left", kind="side-l"))
    parts.append(written(x.to, 9.0, "toward the right  R", kind="side-r", anchor="end"))
    return parts


def _tick_words(tick: float, *, balance: bool) -> str:
    if abs(tick) < 1e-9:
        return "50 even" if balance else "0"
    side = "L" if tick > 0.0 else "R"
    return f"{abs(tick) + (50.0 if balance else 0.0):.3g} {side}"


def _names(row: Mapping[str, object], i: int, width: float) -> list[str]:
    """Write a row's name, with its detail beneath, and its number, with what is below it."""
    top = _HEAD + i * _ROW
    room_px = _NAMES_SHARE * width - 10.0
    detail, below = str(row["detail"]), str(row["below"])
    one_line = top + _ROW / 2.0 + 2.6
    first, second = top + 9.0, top + 17.0
    name = _cut(str(row["label"]), room_px / _CHARACTER_PX)
    parts = [
        written(0.0, first if detail else one_line, name, kind="strong"),
        written(
            width, first if below else one_line, str(row["words"]), kind="strong", anchor="end"
        ),
    ]
    if detail:
        parts.append(written(0.0, second, _cut(detail, room_px / _SMALL_PX)))
    if below:
        parts.append(written(width, second, below, anchor="end"))
    return parts


def _cut(text: str, characters: float) -> str:
    most = int(characters)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _cuts(row: Mapping[str, object], x: Scale, middle: float) -> list[str]:
    """Mark where an interval goes on beyond the axis."""
    made = []
    for end, at, tip in (("left", x.from_, 5.0), ("right", x.to, -5.0)):
        if row[f"cut_{end}"]:
            made.append(f'<path class="beyond" d="M{at:g} {middle:g}l{tip:g} -3v6z"/>')
    return made


def _arrow(start: float, end: float, middle: float, kind: str) -> str:
    """Draw a bar whose end is a head; one too short for a head, and the sum, are plain."""
    half = _BAR / 2.0
    head = 4.0 if end > start else -4.0
    if kind == "total" or abs(end - start) < 2.0 * abs(head):
        a, b = sorted((start, end))
        return (
            f'<rect class="{kind}" x="{a:g}" y="{middle - half:g}" '
            f'width="{max(b - a, 0.8):g}" height="{_BAR:g}"/>'
        )
    neck = end - head
    return (
        f'<path class="{kind}" d="M{start:g} {middle - half:g}H{neck:g}L{end:g} {middle:g}'
        f'L{neck:g} {middle + half:g}H{start:g}z"/>'
    )


def _number(row: Mapping[str, object], key: str) -> float | None:
    value = row[key]
    return float(value) if isinstance(value, int | float) else None
