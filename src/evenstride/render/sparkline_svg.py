"""How a trend is drawn small, beside a sentence: band, level, even, and where it ends."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from markupsafe import Markup

from evenstride.domain.quantities import QUANTITIES
from evenstride.domain.wording import balance_pair
from evenstride.render.cells import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.domain.answer import Figure

_WIDTH, _HEIGHT, _RIGHT, _TOP, _BOTTOM = 400.0, 84.0, 86.0, 8.0, 66.0
_MOST_POINTS = 120
_BALANCE = "balance_left_pct"


def sparkline_svg(figure: Figure, *, title_id: str) -> Markup:
    """Draw a figure of kind `trend` small.

    Parameters
    ----------
    figure
        Its rows are thinned to what the width can show; single runs are left out.
    title_id
        An id that no other element of the page has.

    Returns
    -------
        An SVG element, named by title and description; empty where there are no rows.
    """
    roles = figure.roles
    column = roles["y"]
    rows = [row for row in figure.rows if number(row, roles["y"]) is not None]
    if not rows:
        return Markup()
    step = max(len(rows) // _MOST_POINTS, 1)
    kept = rows[::-1][::step][::-1]  # the last day is always among them
    days = [date.fromisoformat(str(row[roles["x"]])[:10]).toordinal() for row in kept]
    level, low, high = (
        [number(row, roles[role]) or 0.0 for row in kept] for role in ("y", "low95", "high95")
    )
    bottom, top = min(low), max(high)
    even = column == _BALANCE and min(abs(bottom - 50.0), abs(top - 50.0)) < 1.5
    if even:
        bottom, top = min(bottom, 50.0), max(top, 50.0)
    span_days, span = max(days[-1] - days[0], 1), max(top - bottom, 1e-9)

    def x(day: int) -> float:
        return 2.0 + (day - days[0]) / span_days * (_WIDTH - _RIGHT - 8.0)

    def y(value: float) -> float:
        return _BOTTOM - (value - bottom) / span * (_BOTTOM - _TOP)

    def path(values: Sequence[float]) -> list[str]:
        return [f"{x(d):.1f} {y(v):.1f}" for d, v in zip(days, values, strict=True)]

    now = _said(level[-1], column)
    parts = [f'<path class="band" d="M{"L".join(path(high) + path(low)[::-1])}z"/>']
    if even:
        parts.append(
            f'<line class="even-line" x1="0" x2="{_WIDTH - _RIGHT:.0f}" '
            f'y1="{y(50):.1f}" y2="{y(50):.1f}"/>'
            f'<text x="{_WIDTH - _RIGHT + 8:.0f}" y="{y(50) + 4:.1f}" font-size="12">even</text>'
        )
    near_even = even and abs(y(50.0) - y(level[-1])) < 14.0
    at = y(level[-1]) + (14.0 if near_even and level[-1] <= 50.0 else -8.0 if near_even else 0.0)
    parts += [
        f'<path class="level" d="M{"L".join(path(level))}"/>',
        f'<circle class="end" cx="{x(days[-1]):.1f}" cy="{y(level[-1]):.1f}" r="4"/>',
        f'<text class="now-label" x="{_WIDTH - _RIGHT + 8:.0f}" y="{at + 4:.1f}" '
        f'font-size="14">{_short(level[-1], column)}</text>',
        f'<text x="0" y="{_HEIGHT - 3:.0f}" font-size="12">{_day(days[0])}</text>',
        f'<text x="{_WIDTH - _RIGHT:.0f}" y="{_HEIGHT - 3:.0f}" font-size="12" '
        f'text-anchor="end">{_day(days[-1])}</text>',
    ]
    words = (
        f"From {_said(level[0], column)} on {_day(days[0])} to {now} on {_day(days[-1])}; "
        f"95 % band now {_said(low[-1], column)} to {_said(high[-1], column)}."
    )
    head = Markup(
        '<svg class="sparkline" viewBox="0 0 {w} {h}" role="img" aria-labelledby="{i} {i}-desc">'
        '<title id="{i}">{title}</title><desc id="{i}-desc">{words}</desc>'
    ).format(w=f"{_WIDTH:.0f}", h=f"{_HEIGHT:.0f}", i=title_id, title=figure.title, words=words)
    return head + Markup("".join(parts) + "</svg>")  # noqa: S704 - numbers and our words only


def _day(ordinal: int) -> str:
    day = date.fromordinal(ordinal)
    return f"{day.day} {day:%b %Y}"


def _said(value: float, column: str) -> str:
    if column == _BALANCE:
        return balance_pair(value)
    quantity = QUANTITIES[column]
    return f"{value:.{quantity.decimals}f} {quantity.unit}"


def _short(value: float, column: str) -> str:
    """Say the value in what room there is: balance by its longer side."""
    if column != _BALANCE:
        return _said(value, column)
    left = round(value, 1)
    return f"{left:.1f} L" if left >= 50.0 else f"{100.0 - left:.1f} R"
