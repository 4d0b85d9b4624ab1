"""How "where am I" is drawn on a page: a beam, left at the left, as SVG that needs no script.

Everything is positions in a view box; colours and strokes come from classes of the stylesheet. The
side is said three times: by position, by letter, and by hatch (left) against plain (right).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from evenstride.domain.wording import balance_pair, interval_words
from evenstride.render.cells import number

if TYPE_CHECKING:
    from collections.abc import Callable

    from evenstride.domain.answer import Figure

_WIDTH, _HEIGHT, _SIDE = 400.0, 96.0, 26.0
_TOP, _BOTTOM, _MIDDLE = 30.0, 62.0, 46.0
_LEAST_HALF_PP, _ROOM = 1.5, 1.2
_STEPS_PP = (0.5, 1.0, 2.0, 5.0, 10.0)


def beam_words(figure: Figure) -> str:
    """Say a beam in a sentence, for those who don't see it."""
    row, roles = figure.rows[0], figure.roles
    now = number(row, roles["now"])
    low, high = number(row, roles["low"]), number(row, roles["high"])
    if now is None or low is None or high is None:
        return "Balance is not known."
    words = f"Balance now {balance_pair(now)}, 95 % interval {interval_words(low, high)}"
    normal = _normal(figure)
    if normal is None:
        return f"{words}. Your normal is not known yet."
    return f"{words}. Your normal: {interval_words(*normal)}."


def beam_svg(figure: Figure, *, title_id: str) -> Markup:
    """Draw a figure of kind `beam`.

    Parameters
    ----------
    figure
        One row with the roles `now`, `low`, `high`, `normal_low`, `normal_high` [% left]; the last
        two may be None, all may be when nothing is known.
    title_id
        An id that no other element of the page has.

    Returns
    -------
        An SVG element, as wide as its place, named by title and description.
    """
    row, roles = figure.rows[0], figure.roles
    now = number(row, roles["now"])
    low, high = number(row, roles["low"]), number(row, roles["high"])
    normal = _normal(figure)
    known: list[float] = [v for v in (now, low, high, *(normal or ())) if v is not None]
    half = _ROOM * max(_LEAST_HALF_PP, *(abs(v - 50.0) for v in known))

    def x(balance_left_pct: float) -> float:
        share = (50.0 + half - balance_left_pct) / (2.0 * half)
        return _SIDE + share * (_WIDTH - 2.0 * _SIDE)

    parts = [
        *_ticks(half, x),
        f'<line class="even-line" x1="{x(50.0):.1f}" x2="{x(50.0):.1f}" '
        f'y1="{_TOP - 4}" y2="{_BOTTOM}"/>',
        f'<text class="letter-left" x="8" y="{_MIDDLE + 5}" font-size="14">L</text>',
        f'<text class="letter-right" x="{_WIDTH - 8}" y="{_MIDDLE + 5}" font-size="14" '
        'text-anchor="end">R</text>',
    ]
    if normal is not None:
        left, right = x(normal[1]), x(normal[0])
        parts += [
            f'<rect class="normal-band" x="{left:.1f}" y="{_TOP + 3}" '
            f'width="{right - left:.1f}" height="{_BOTTOM - _TOP - 6}" rx="4"/>',
            f'<text x="{min(max((left + right) / 2, 56), _WIDTH - 56):.1f}" y="{_HEIGHT - 4}" '
            'font-size="12" text-anchor="middle">your normal</text>',
        ]
    if low is not None and high is not None:
        parts.append(
            f'<line class="interval" x1="{x(high):.1f}" x2="{x(low):.1f}" '
            f'y1="{_MIDDLE}" y2="{_MIDDLE}"/>'
        )
    if now is not None:
        at = x(now)
        parts += [
            f'<circle class="now-mark" cx="{at:.1f}" cy="{_MIDDLE}" r="6.5"/>',
            f'<text class="now-label" x="{min(max(at, 72), _WIDTH - 72):.1f}" y="14" '
            f'font-size="16" text-anchor="middle">{balance_pair(now)}</text>',
        ]
    title = Markup('<title id="{i}">{title}</title><desc id="{i}-desc">{words}</desc>').format(
        i=title_id, title=figure.title, words=beam_words(figure)
    )
    opening = Markup(
        '<svg class="beam" viewBox="0 0 {} {}" role="img" aria-labelledby="{} {}-desc">'
    ).format(f"{_WIDTH:.0f}", f"{_HEIGHT:.0f}", title_id, title_id)
    return opening + title + _halves(title_id) + Markup("".join(parts) + "</svg>")  # noqa: S704 - numbers and our words only


def _normal(figure: Figure) -> tuple[float, float] | None:
    row, roles = figure.rows[0], figure.roles
    low, high = number(row, roles["normal_low"]), number(row, roles["normal_high"])
    return None if low is None or high is None else (low, high)


def _halves(title_id: str) -> Markup:
    """Draw the ground: the left half hatched in its colour, the right half plain in its own."""
    middle, end = _WIDTH / 2.0, _WIDTH - _SIDE
    left = f"M{middle} {_TOP}H{_SIDE + 6}a6 6 0 0 0 -6 6V{_BOTTOM - 6}a6 6 0 0 0 6 6H{middle}z"
    right = f"M{middle} {_TOP}H{end - 6}a6 6 0 0 1 6 6V{_BOTTOM - 6}a6 6 0 0 1 -6 6H{middle}z"
    return Markup(
        '<defs><pattern id="{i}-hatch" width="6" height="6" patternUnits="userSpaceOnUse">'
        '<path class="hatch" d="M-1 7L7 -1M-1 1L1 -1M5 7L7 5"/></pattern></defs>'
        '<path class="half-left" d="{left}"/><path fill="url(#{i}-hatch)" d="{left}"/>'
        '<path class="half-right" d="{right}"/>'
    ).format(i=title_id, left=left, right=right)


def _ticks(half: float, x: Callable[[float], float]) -> list[str]:
    """Name even and two round heights a side below the beam."""
    even = x(50.0)
    step = next((s for s in _STEPS_PP if half / s < 3.0), _STEPS_PP[-1])
    made = [
        f'<text x="{even:.1f}" y="{_BOTTOM + 14}" font-size="12" text-anchor="middle">even</text>'
    ]
    count = 1
    while count * step < half * 0.97:
        decimals = 1 if step < 1.0 else 0
        said = f"{50 + count * step:.{decimals}f}"
        for balance, letter in ((50 + count * step, "L"), (50 - count * step, "R")):
            made.append(
                f'<text x="{x(balance):.1f}" y="{_BOTTOM + 14}" font-size="12" '
                f'text-anchor="middle">{said} {letter}</text>'
            )
        count += 1
    return made
