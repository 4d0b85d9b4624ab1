"""How "where am I" is drawn on a page: a beam, left at the left, as SVG that needs no script.

Across it lies in percent of the width it finds, down it in pixels, so its text has the page's own
size at every width. Colours and strokes come from classes of the stylesheet. The
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

_HEIGHT, _SIDE_PCT, _LABEL_PCT = 96.0, 7.0, 26.0
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
    half = _ROOM * max([_LEAST_HALF_PP, *(abs(v - 50.0) for v in known)])

    def x(balance_left_pct: float) -> float:
        share = (50.0 + half - balance_left_pct) / (2.0 * half)
        return _SIDE_PCT + share * (100.0 - 2.0 * _SIDE_PCT)

    parts = [
        *_ticks(half, x),
        f'<line class="even-line" x1="{x(50.0):.2f}%" x2="{x(50.0):.2f}%" '
        f'y1="{_TOP - 4}" y2="{_BOTTOM}"/>',
        f'<text class="letter-left" x="0" y="{_MIDDLE + 5}" font-size="14">L</text>',
        f'<text class="letter-right" x="100%" y="{_MIDDLE + 5}" font-size="14" '
        'text-anchor="end">R</text>',
    ]
    if normal is not None:
        left, right = x(normal[1]), x(normal[0])
        parts += [
            f'<rect class="normal-band" x="{left:.2f}%" y="{_TOP + 3}" '
            f'width="{right - left:.2f}%" height="{_BOTTOM - _TOP - 6}" rx="4"/>',
            f'<text {_placed((left + right) / 2.0)} y="{_HEIGHT - 4}" '
            'font-size="12">your normal</text>',
        ]
    if low is not None and high is not None:
        parts.append(
            f'<line class="interval" x1="{x(high):.2f}%" x2="{x(low):.2f}%" '
            f'y1="{_MIDDLE}" y2="{_MIDDLE}"/>'
        )
    if now is not None:
        at = x(now)
        parts += [
            f'<circle class="now-mark" cx="{at:.2f}%" cy="{_MIDDLE}" r="6.5"/>',
            f'<text class="now-label" {_placed(at)} y="14" '
            f'font-size="16">{balance_pair(now)}</text>',
        ]
    title = Markup('<title id="{i}">{title}</title><desc id="{i}-desc">{words}</desc>').format(
        i=title_id, title=figure.title, words=beam_words(figure)
    )
    opening = Markup(
        '<svg class="beam" width="100%" height="{}" role="img" aria-labelledby="{} {}-desc">'
    ).format(f"{_HEIGHT:.0f}", title_id, title_id)
    return opening + title + _halves(title_id) + Markup("".join(parts) + "</svg>")  # noqa: S704 - numbers and our words only


def _placed(at_pct: float) -> str:
    """Centre a label on its place; near an end let it run inward from there."""
    at_pct = round(at_pct, 2)
    anchor = "start" if at_pct < _LABEL_PCT else "end" if at_pct > 100.0 - _LABEL_PCT else "middle"
    return f'x="{at_pct:.2f}%" text-anchor="{anchor}"'


def _normal(figure: Figure) -> tuple[float, float] | None:
    row, roles = figure.rows[0], figure.roles
    low, high = number(row, roles["normal_low"]), number(row, roles["normal_high"])
    return None if low is None or high is None else (low, high)


def _halves(title_id: str) -> Markup:
    """Draw the ground: the left half hatched in its colour, the right half plain in its own."""
    half = 50.0 - _SIDE_PCT
    place = Markup('x="{}%" y="{}" width="{}%" height="{}" rx="3"')
    left, right = (place.format(at, _TOP, half, _BOTTOM - _TOP) for at in (_SIDE_PCT, 50.0))
    return Markup(
        '<defs><pattern id="{i}-hatch" width="6" height="6" patternUnits="userSpaceOnUse">'
        '<path class="hatch" d="M-1 7L7 -1M-1 1L1 -1M5 7L7 5"/></pattern></defs>'
        '<rect class="half-left" {left}/><rect fill="url(#{i}-hatch)" {left}/>'
        '<rect class="half-right" {right}/>'
    ).format(i=title_id, left=left, right=right)


def _ticks(half: float, x: Callable[[float], float]) -> list[str]:
    """Name even and two round heights a side below the beam."""
    even = x(50.0)
    step = next((s for s in _STEPS_PP if half / s < 3.0), _STEPS_PP[-1])
    made = [
        f'<text x="{even:.2f}%" y="{_BOTTOM + 14}" font-size="12" text-anchor="middle">even</text>'
    ]
    count = 1
    while count * step < half * 0.97:
        decimals = 1 if step < 1.0 else 0
        said = f"{50 + count * step:.{decimals}f}"
        for balance, letter in ((50 + count * step, "L"), (50 - count * step, "R")):
            made.append(
                f'<text x="{x(balance):.2f}%" y="{_BOTTOM + 14}" font-size="12" '
                f'text-anchor="middle">{said} {letter}</text>'
            )
        count += 1
    return made
