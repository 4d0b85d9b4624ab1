"""What a drawing is made of: shapes with a role each; a role says colour and stroke, in one table.

On a page roles are tokens of the stylesheet, so that light and dark follow the page; on paper they
are plain black and greys.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from evenstride.render.drawings.limbs import point

Role = Literal[
    "skin",
    "shirt",
    "shorts",
    "hair",
    "patch",
    "far_skin",
    "far_shirt",
    "far_shorts",
    "ghost_hair",
    "ghost_patch",
    "prop",
    "prop_line",
    "band",
    "floor",
    "line",
    "thin",
    "dashed",
    "axis",
    "move",
    "move_head",
    "felt",
    "plain",
]

_FILLED: Final = 'stroke-width="{width}" stroke-linejoin="round" paint-order="stroke"'
_OPEN: Final = 'fill="none" stroke-width="{width}" stroke-linecap="round" stroke-linejoin="round"'

_LOOKS: Final[dict[Role, tuple[str, str | None, str | None, float]]] = {
    # role: kind, fill, stroke, width; a filled shape shows half of its stroke, the outer one
    "skin": (_FILLED, "skin", "ink", 3.2),
    "shirt": (_FILLED, "shirt", "ink", 3.2),
    "shorts": (_FILLED, "shorts", "ink", 3.2),
    "hair": (_FILLED, "hair", None, 0.0),
    "patch": ("", "shirt", None, 0.0),
    "ghost_patch": ("", "skin", None, 0.0),
    "far_skin": (_FILLED, "skin", "pale", 2.8),
    "far_shirt": (_FILLED, "shirt", "pale", 2.8),
    "far_shorts": (_FILLED, "shirt", "pale", 2.8),
    "ghost_hair": ('fill-opacity=".5"', "pale", None, 0.0),
    "prop": (_FILLED, "prop", "prop_edge", 2.8),
    "prop_line": (_OPEN, None, "prop_edge", 1.6),
    "band": (_OPEN, None, "band", 3.0),
    "floor": (_OPEN, None, "pale", 1.4),
    "line": (_OPEN, None, "ink", 1.8),
    "thin": (_OPEN, None, "ink", 1.1),
    "dashed": (_OPEN + ' stroke-dasharray="4 4"', None, "pale", 1.6),
    "axis": (_OPEN + ' stroke-dasharray="5 4"', None, "move", 2.4),
    "move": (_OPEN, None, "move", 3.2),
    "move_head": (_FILLED, "move", "move", 1.2),
    "felt": ('fill-opacity=".32"', "move", None, 0.0),
    "plain": (_FILLED, "skin", "pale", 2.0),
}

PAGE: Final = {
    "ink": "currentColor",
    "pale": "var(--border-strong)",
    "skin": "var(--surface)",
    "shirt": "var(--band95)",
    "shorts": "var(--band80)",
    "hair": "var(--dot)",
    "prop": "var(--normal)",
    "prop_edge": "var(--normal-edge)",
    "band": "var(--event)",
    "move": "var(--accent)",
    "left": "var(--left)",
    "right": "var(--right)",
    "on_side": "var(--surface)",
    "words": "var(--muted)",
}
"""Colours on a page: tokens of evenstride.css."""

PAPER: Final = {
    "ink": "#000000",
    "pale": "#8c8c8c",
    "skin": "#ffffff",
    "shirt": "#ececec",
    "shorts": "#d2d2d2",
    "hair": "#5a5a5a",
    "prop": "#f4f4f4",
    "prop_edge": "#6e6e6e",
    "band": "#444444",
    "move": "#000000",
    "left": "#000000",
    "right": "#000000",
    "on_side": "#ffffff",
    "words": "#333333",
}
"""Colours on paper: black and greys."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A path and its role; `closed` shapes of one role fill as one."""

    path: str
    role: Role


@dataclass(frozen=True, slots=True)
class Words:
    """A few letters at a point: a number, `L` or `R`, or a unit; never mirrored.

    `kind` is `number` (of a panel), `side` (a letter of a side: `text` is then `near` or `far`,
    and it is shown where the side is known), `both` (a letter of a side that is always shown), or
    `text`.
    """

    at: complex
    text: str
    kind: Literal["number", "side", "both", "text"]


def line(*points: complex) -> str:
    """Return the path of straight lines through points."""
    return "M" + "L".join(point(p) for p in points)


def curve(*points: complex) -> str:
    """Return the path of one curve: start, control points, end (three or four points)."""
    start, *rest = points
    return f"M{point(start)}{'Q' if len(rest) == 2 else 'C'}{' '.join(point(p) for p in rest)}"


def svg_of(mark: Mark, colours: dict[str, str], scale: float = 1.0) -> str:
    """Write a mark as SVG; what is drawn larger keeps the strokes of the rest."""
    kind, fill, stroke, width = _LOOKS[mark.role]
    width = round(width / max(scale, 1.0) ** 0.75, 2)
    said = [kind.format(width=width) if stroke else kind if "opacity" in kind else ""]
    if fill:
        said.insert(0, f'fill="{colours[fill]}"')
    if stroke:
        said.insert(1 if fill else 0, f'stroke="{colours[stroke]}"')
    return f'<path d="{mark.path}" {" ".join(s for s in said if s)}/>'
