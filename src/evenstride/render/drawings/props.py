"""How things beside a person are drawn: what is lain on, held, measured with; and arrows."""

from __future__ import annotations

from typing import Literal

from evenstride.render.drawings.limbs import along, direction, outline, point
from evenstride.render.drawings.marks import Mark, Words, curve, line


def floor(start: float, end: float, height: float = 0.0) -> list[Mark]:
    """Draw the floor."""
    return [Mark(line(complex(start, height), complex(end, height)), "floor")]


def roller(at: complex, radius: float = 9.0) -> list[Mark]:
    """Draw a foam roller, seen from its end."""
    rings = outline((at, radius * 0.45))
    return [Mark(outline((at, radius)), "prop"), Mark(rings, "prop_line")]


def ball(at: complex, radius: float = 24.0) -> list[Mark]:
    """Draw a gym ball."""
    shine = curve(
        at + along(150.0, radius * 0.7),
        at + along(120.0, radius * 0.82),
        at + along(90.0, radius * 0.7),
    )
    return [Mark(outline((at, radius)), "prop"), Mark(shine, "prop_line")]


def box(corner: complex, width: float, height: float) -> list[Mark]:
    """Draw a step, box or bench, by its lower left corner."""
    right, up = complex(width, 0.0), complex(0.0, height)
    shape = line(corner, corner + right, corner + right + up, corner + up) + "Z"
    return [Mark(shape, "prop")]


def chair(at: complex, *, back: Literal[-1, 1] = -1, height: float = 40.0) -> list[Mark]:
    """Draw a chair from the side: middle of its seat's edge on the floor, back behind."""
    seat, half = at + complex(0.0, height), 16.0
    legs = (
        line(at - half + 1.5, seat - half + 1.5)
        + line(at + half - 1.5, seat + half - 1.5)
        + line(seat + back * (half - 1.5), seat + back * half + complex(2.0 * back, 40.0))
    )
    return [
        Mark(legs, "prop_line"),
        Mark(outline((seat - half, 1.6), (seat + half, 1.6)), "prop"),
        Mark(
            outline(
                (seat + back * (half + 1.2) + 22j, 1.6), (seat + back * (half + 2.0) + 41j, 1.6)
            ),
            "prop",
        ),
    ]


def wall(x: float, height: float = 150.0, *, to: Literal[-1, 1] = 1) -> list[Mark]:
    """Draw a wall whose face stands at `x`; its inside lies to the right (1) or left (-1)."""
    hatch = "".join(
        line(complex(x, y), complex(x + 7.0 * to, y + 7.0)) for y in range(2, int(height) - 7, 12)
    )
    return [Mark(hatch, "floor"), Mark(line(complex(x, 0.0), complex(x, height)), "line")]


def handle(at: complex) -> list[Mark]:
    """Draw the handle of a cable or band, upright in a hand."""
    return [
        Mark(line(at - 5.5j, at - 5.0, at + 5.5j), "prop_line"),
        Mark(outline((at - 5.5j, 1.7), (at + 5.5j, 1.7)), "prop"),
    ]


def band(*points: complex) -> list[Mark]:
    """Draw a resistance band through points."""
    return [Mark(line(*points), "band")]


def tape(start: complex, end: complex, step: float = 6.0) -> list[Mark]:
    """Draw a tape measure with its ticks."""
    length, way = abs(end - start), along(direction(start, end))
    ticks = "".join(
        line(
            start + way * (i * step),
            start + way * (i * step) + way * 1j * (4.5 if i % 5 == 0 else 3.0),
        )
        for i in range(int(length // step) + 1)
    )
    return [Mark(line(start, end) + ticks, "thin")]


def scales(at: complex, *, width: float = 26.0) -> list[Mark]:
    """Draw bathroom scales from the front, by the middle of their lower edge."""
    shape = outline((at - width / 2.0 + 3.0 + 3.5j, 3.5), (at + width / 2.0 - 3.0 + 3.5j, 3.5))
    dial = outline((at - 4.0 + 3.5j, 1.2), (at + 4.0 + 3.5j, 1.2))
    return [Mark(shape, "prop"), Mark(dial, "prop_line")]


def arrow(*points: complex, head: float = 6.5) -> list[Mark]:
    """Draw an arrow along a line (two points) or a curve (three or four)."""
    toward = along(direction(points[-2], points[-1]))
    tip, base = points[-1], points[-1] - toward * head
    wing = toward * 1j * head * 0.62
    shaft = [*points[:-1], base]
    path = line(*shaft) if len(points) == 2 else curve(*shaft)
    return [
        Mark(path, "move"),
        Mark(line(base + wing, tip, base - wing) + "Z", "move_head"),
    ]


def both_ways(*points: complex, head: float = 6.5) -> list[Mark]:
    """Draw an arrow with a head at either end."""
    back = along(direction(points[1], points[0]))
    base = points[0] - back * head
    wing = back * 1j * head * 0.62
    return [
        *arrow(base, *points[1:], head=head),
        Mark(line(base + wing, points[0], base - wing) + "Z", "move_head"),
    ]


def felt(at: complex, end: complex | None = None, radius: float = 6.0) -> list[Mark]:
    """Mark where it is felt: a soft spot, or a soft stretch between two points."""
    return [Mark(outline((at, radius), (end, radius)) if end else outline((at, radius)), "felt")]


def dashed(*points: complex) -> list[Mark]:
    """Draw a thought line: an axis, a level."""
    return [Mark(line(*points), "dashed")]


def bent(*points: complex) -> list[Mark]:
    """Draw a thought line that is curved."""
    return [Mark(curve(*points), "dashed")]


def thin(*points: complex) -> list[Mark]:
    """Draw a thin line."""
    return [Mark(line(*points), "thin")]


def angle(at: complex, start_deg: float, end_deg: float, radius: float = 18.0) -> list[Mark]:
    """Draw the arc of an angle that is measured."""
    large, sweep = int(abs(end_deg - start_deg) > 180.0), int(end_deg > start_deg)
    arc = (
        f"M{point(at + along(start_deg, radius))}A{radius} {radius} 0 {large} {sweep} "
        f"{point(at + along(end_deg, radius))}"
    )
    return [Mark(arc, "move")]


def near_letter(at: complex, *, always: bool = False) -> list[Words]:
    """Name the near side by its letter; only where the side is known, unless `always`."""
    return [Words(at, "near", "both" if always else "side")]


def far_letter(at: complex, *, always: bool = False) -> list[Words]:
    """Name the far side by its letter; only where the side is known, unless `always`."""
    return [Words(at, "far", "both" if always else "side")]


def words(at: complex, text: str) -> list[Words]:
    """Write a unit or a number."""
    return [Words(at, text, "text")]
