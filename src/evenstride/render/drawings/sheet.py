"""How panels become one SVG: place, mirror for the side, letters that are never mirrored, words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, Literal

from markupsafe import Markup, escape

from evenstride.render.drawings.figure import Aside, Facing, aside, facing
from evenstride.render.drawings.marks import Mark, Words, svg_of

WIDTH: Final = 320.0
HEIGHT: Final = 200.0

Named = Literal["left", "right"] | None
"""The side a drawing is for: that of the near limbs; None where none is meant."""

Item = Aside | Facing | list[Mark] | list[Words]


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture of a drawing.

    Attributes
    ----------
    x, floor
        Where its origin lies on the sheet of 320 by 200, x from the left and floor from the top.
    items
        Persons, things and letters, from behind to the front; y is up.
    scale
        How large.
    number, number_at
        Its number where the order matters, and where on the sheet it stands.
    middle
        The upright on the sheet about which it is mirrored: its own, so that the order stays.
    """

    x: float
    floor: float
    items: tuple[Item, ...]
    scale: float = 1.0
    number: str = ""
    number_at: complex = 0j
    middle: float = WIDTH / 2.0


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing: its title, what it shows in a sentence, its panels.

    In `says` stand `{near}` and `{far}` for the sides: `the left` and `the right` where the side
    is known, else `one` and `the other`; and `{drawn}`, `left` or `right`, for what the picture
    shows either way.
    """

    title: str
    says: str
    panels: tuple[Panel, ...] = field(default_factory=tuple)


def sheet(drawing: Drawing, side: Named, colours: dict[str, str]) -> Markup:
    """Write a drawing as one SVG element.

    Parameters
    ----------
    drawing
        What to draw.
    side
        The side of the near limbs; None draws as for the right, without letters.
    colours
        `marks.PAGE` or `marks.PAPER`.

    Returns
    -------
        An SVG element named by title and description, without ids, so that many stand on a page.
    """
    mirrored = side == "left"
    shapes: list[str] = []
    letters: list[str] = []
    for panel in drawing.panels:
        drawn: list[str] = []
        for item in panel.items:
            for mark in _marks(item):
                if isinstance(mark, Words):
                    letters.append(_letters(mark, panel, side, colours))
                elif _pale(item):
                    drawn.append(svg_of(_paled(mark), colours, panel.scale))
                else:
                    drawn.append(svg_of(mark, colours, panel.scale))
        s, way = f"{panel.scale:g}", "-" if mirrored else ""
        x = 2.0 * panel.middle - panel.x if mirrored else panel.x
        place = f"matrix({way}{s} 0 0 -{s} {x:g} {panel.floor:g})"
        shapes.append(f'<g transform="{place}">{"".join(drawn)}</g>')
        if panel.number:
            at = panel.number_at
            letters.append(
                f'<text x="{at.real:g}" y="{at.imag:g}" '
                f'font-size="15" font-weight="600" fill="{colours["words"]}">{panel.number}</text>'
            )
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" '
        'font-family="Inter, sans-serif" text-anchor="middle">'
    )
    title, desc = escape(title_of(drawing, side)), escape(told(drawing, side))
    named = f"<title>{title}</title><desc>{desc}</desc>"
    body = f"{''.join(shapes)}{''.join(letters)}</svg>"
    return Markup(opening + named + body)  # noqa: S704 - numbers, and words that are escaped


def title_of(drawing: Drawing, side: Named) -> str:
    """Name a drawing, with its side where it has one."""
    return f"{drawing.title}, {side}" if side else drawing.title


def told(drawing: Drawing, side: Named) -> str:
    """Say in words what a drawing shows."""
    other = {"left": "right", "right": "left"}
    near, far = (f"the {side}", f"the {other[side]}") if side else ("one", "the other")
    text = drawing.says.format(near=near, far=far, drawn=side or "right")
    return re.sub(r"(?:^|(?<=\. ))[a-z]", lambda first: first.group().upper(), text)


def _marks(item: Item) -> list[Mark] | list[Words]:
    if isinstance(item, Aside):
        return aside(item)
    if isinstance(item, Facing):
        return facing(item)
    return item


def _pale(item: Item) -> bool:
    return isinstance(item, Aside | Facing) and item.start


def _paled(mark: Mark) -> Mark:
    match mark.role:
        case "skin" | "far_skin":
            return Mark(mark.path, "far_skin")
        case "shirt" | "shorts" | "far_shirt" | "far_shorts":
            return Mark(mark.path, "far_skin")
        case "hair":
            return Mark(mark.path, "ghost_hair")
        case "patch":
            return Mark(mark.path, "ghost_patch")
        case _:
            return mark


def _letters(mark: Words, panel: Panel, side: Named, colours: dict[str, str]) -> str:
    x = panel.x + panel.scale * mark.at.real
    y = panel.floor - panel.scale * mark.at.imag
    if side == "left":
        x = 2.0 * panel.middle - x
    if mark.kind == "text":
        return (
            f'<text x="{x:.1f}" y="{y + 4.0:.1f}" font-size="12" fill="{colours["words"]}">'
            f"{escape(mark.text)}</text>"
        )
    if mark.kind == "side" and side is None:
        return ""
    shown = side or "right"
    if mark.text == "far":
        shown = "left" if shown == "right" else "right"
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="8" fill="{colours[shown]}"/>'
        f'<text x="{x:.1f}" y="{y + 4.2:.1f}" font-size="12" font-weight="700" '
        f'fill="{colours["on_side"]}">{shown[0].upper()}</text>'
    )
