"""How parts of a whole are drawn small: a bar each, on one scale, as SVG that needs no script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from evenstride.domain.driver_words import driver_label
from evenstride.render.cells import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.domain.answer import Row

_ROW, _BAR = 28.0, 12.0
_BARS_FROM_PCT, _BARS_TO_PCT = 48.0, 88.0


def shares_svg(rows: Sequence[Row], *, title: str, title_id: str) -> Markup:
    """Draw shares [%] of parts.

    Parameters
    ----------
    rows
        With `part` and `share_pct`, in the order to be drawn.
    title
        What they are shares of.
    title_id
        An id that no other element of the page has.

    Returns
    -------
        An SVG element, as wide as its place, named by title and description; empty without rows.
    """
    known = [(driver_label(str(r["part"])), number(r, "share_pct") or 0.0) for r in rows]
    if not known:
        return Markup()
    most = max(1.0, *(share for _, share in known))
    parts = []
    for i, (label, share) in enumerate(known):
        middle = (i + 0.5) * _ROW
        width = (_BARS_TO_PCT - _BARS_FROM_PCT) * share / most
        parts.append(
            Markup(
                '<text x="0" y="{y:.0f}" font-size="13">{label}</text>'
                '<rect x="{x}%" y="{top:.0f}" width="{width:.2f}%" height="{bar:.0f}" rx="2"/>'
                '<text class="now-label" x="100%" y="{y:.0f}" font-size="13" '
                'text-anchor="end">{share:.0f} %</text>'
            ).format(
                y=middle + 4.5,
                label=label,
                x=_BARS_FROM_PCT,
                top=middle - _BAR / 2.0,
                width=max(width, 0.4),
                bar=_BAR,
                share=share,
            )
        )
    words = "; ".join(f"{label} {share:.0f} %" for label, share in known)
    head = Markup(
        '<svg class="shares" width="100%" height="{h:.0f}" role="img" '
        'aria-labelledby="{i} {i}-desc"><title id="{i}">{title}</title>'
        '<desc id="{i}-desc">{words}.</desc>'
    ).format(h=_ROW * len(known), i=title_id, title=title, words=words)
    return head + Markup().join(parts) + Markup("</svg>")
