"""How a trend is drawn small, beside a sentence: band, level, even, and where it ends.

The drawing is stretched to the width it finds, its strokes and texts are not: they have the page's
own size everywhere.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from markupsafe import Markup

from evenstride.domain.quantities import QUANTITIES
from evenstride.domain.wording import balance_pair
from evenstride.render.cells import day_words, number, unit_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.domain.answer import Figure

_HEIGHT, _TOP, _BOTTOM, _ACROSS = 84.0, 8.0, 62.0, 1000.0
_MOST_POINTS = 120
_BALANCE = "balance_left_pct"


def sparkline_svg(figure: Figure, *, title_id: str) -> Markup:
    """Draw a figure of kind `trend` small.

    Parameters
    ----------
    figure
        Its rows are thinned to what the width can show; single runs are left out. The unit of
        the value at its end is said by what stands beside it.
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
    first, last = (str(kept[i][roles["x"]]) for i in (0, -1))
    level, low, high = (
        [number(row, roles[role]) or 0.0 for row in kept] for role in ("y", "low95", "high95")
    )
    bottom, top = min(low), max(high)
    even = column == _BALANCE and min(abs(bottom - 50.0), abs(top - 50.0)) < 1.5
    if even:
        bottom, top = min(bottom, 50.0), max(top, 50.0)
    span_days, span = max(days[-1] - days[0], 1), max(top - bottom, 1e-9)

    def x(day: int) -> float:
        return (day - days[0]) / span_days * _ACROSS

    def y(value: float) -> float:
        return _BOTTOM - (value - bottom) / span * (_BOTTOM - _TOP)

    def path(values: Sequence[float]) -> list[str]:
        return [f"{x(d):.1f} {y(v):.1f}" for d, v in zip(days, values, strict=True)]

    now = _said(level[-1], column)
    end = f"{x(days[-1]):.1f} {y(level[-1]):.1f}"
    plot = [f'<path class="band" d="M{"L".join(path(high) + path(low)[::-1])}z"/>']
    texts = []
    if even:
        plot.append(f'<path class="even-line" d="M0 {y(50):.1f}H{_ACROSS:.0f}"/>')
        texts.append(
            f'<text x="100%" y="{y(50) + 4:.1f}" font-size="12" text-anchor="end">even</text>'
        )
    plot += [
        f'<path class="level" d="M{"L".join(path(level))}"/>',
        f'<path class="end" d="M{end}L{end}"/>',
    ]
    near_even = even and abs(y(50.0) - y(level[-1])) < 15.0
    at = y(50.0) + (15.0 if level[-1] <= 50.0 else -15.0) if near_even else y(level[-1])
    texts += [
        f'<text class="now-label" x="100%" y="{at + 5:.1f}" font-size="14" '
        f'text-anchor="end">{_short(level[-1], column)}</text>',
        f'<text x="0" y="{_HEIGHT - 3:.0f}" font-size="12">{day_words(first)}</text>',
    ]
    if days[-1] > days[0]:
        texts.append(
            f'<text x="100%" y="{_HEIGHT - 3:.0f}" font-size="12" '
            f'text-anchor="end">{day_words(last)}</text>'
        )
    parts = [
        f'<svg class="plot" width="78%" height="{_BOTTOM + _TOP:.0f}" '
        f'viewBox="0 0 {_ACROSS:.0f} {_BOTTOM + _TOP:.0f}" preserveAspectRatio="none">',
        *plot,
        "</svg>",
        *texts,
    ]
    words = (
        f"From {_said(level[0], column)} on {day_words(first)} to {now} on {day_words(last)}; "
        f"95 % band now {_said(low[-1], column)} to {_said(high[-1], column)}."
    )
    head = Markup(
        '<svg class="sparkline" width="100%" height="{h}" role="img" '
        'aria-labelledby="{i} {i}-desc">'
        '<title id="{i}">{title}</title><desc id="{i}-desc">{words}</desc>'
    ).format(h=f"{_HEIGHT:.0f}", i=title_id, title=figure.title, words=words)
    return head + Markup("".join(parts) + "</svg>")  # noqa: S704 - numbers and our words only


def _said(value: float, column: str) -> str:
    if column == _BALANCE:
        return balance_pair(value)
    quantity = QUANTITIES[column]
    return f"{value:.{quantity.decimals}f} {unit_words(quantity.unit)}"


def _short(value: float, column: str) -> str:
    """Say the value in what room there is: balance by its longer side, others without unit."""
    if column != _BALANCE:
        return f"{value:.{QUANTITIES[column].decimals}f}"
    left = round(value, 1)
    return f"{left:.1f} L" if left >= 50.0 else f"{100.0 - left:.1f} R"
