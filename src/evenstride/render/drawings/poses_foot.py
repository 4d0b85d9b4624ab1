"""Poses of the foot and the ankle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evenstride.render.drawings.figure import Arm, Aside, Leg
from evenstride.render.drawings.limbs import outline
from evenstride.render.drawings.marks import Mark, curve, line
from evenstride.render.drawings.props import (
    angle,
    arrow,
    both_ways,
    dashed,
    far_letter,
    felt,
    floor,
    near_letter,
    wall,
    words,
)
from evenstride.render.drawings.sheet import Drawing, Panel

if TYPE_CHECKING:
    from collections.abc import Callable


def _heel_raise() -> Drawing:
    return Drawing(
        "Heel raise",
        "Standing on {near} leg, fingertips on a wall, knee straight; rising over the big toe as "
        "high as can be, and down slowly.",
        _risen(counted=False),
    )


def _heel_raise_test() -> Drawing:
    return Drawing(
        "Heel raises counted",
        "Standing on {near} leg, fingertips on a wall, knee straight; rising as high as can be "
        "again and again, one every two seconds, until the height or the beat is lost.",
        _risen(counted=True),
    )


def _risen(*, counted: bool) -> tuple[Panel, ...]:
    low = Aside(
        hip=90 + 79j,
        near=Leg(ankle=90 + 6.4j),
        far=Leg(thigh=-88, shin=-150, foot=-70),
        near_arm=Arm(wrist=128 + 108j),
        far_arm=Arm(upper=-90, fore=-80),
    )
    high = Aside(
        hip=226 + 90j,
        near=Leg(ankle=224 + 17.5j, foot=-52, toes=0),
        far=Leg(thigh=-88, shin=-150, foot=-70),
        near_arm=Arm(wrist=264 + 116j),
        far_arm=Arm(upper=-90, fore=-80),
    )
    up = both_ways if counted else arrow
    return (
        Panel(
            0,
            190,
            (floor(36, 140), wall(134), low, near_letter(104 + 24j)),
            scale=1.05,
            number="1",
            number_at=24 + 30j,
            middle=92,
        ),
        Panel(
            0,
            190,
            (
                floor(178, 276),
                wall(270),
                high,
                up(204 + 2j, 204 + 24j, head=5.5),
                felt(222 + 44j, 223 + 34j, 4.5),
                near_letter(240 + 36j),
            ),
            scale=1.05,
            number="2",
            number_at=166 + 30j,
            middle=238,
        ),
    )


def _ankle_lunge() -> Drawing:
    pose = Aside(
        hip=164 + 60j,
        loins=80,
        near=Leg(ankle=192 + 6.4j),
        far=Leg(ankle=112 + 13j, foot=-50, toes=0),
        near_arm=Arm(wrist=222 + 96j),
        far_arm=Arm(wrist=222 + 103j),
    )
    return Drawing(
        "Ankle lunge test",
        "{near} foot in front of a wall, that knee bent forward over the second toe as far as "
        "the heel stays down; measured is the lean of the shin from the vertical, or from the "
        "big toe to the wall.",
        (
            Panel(
                -25,
                172,
                (
                    floor(80, 250),
                    wall(227, 140),
                    pose,
                    dashed(193 + 7j, 193 + 62j),
                    angle(193 + 7j, 90, 68, 42),
                    both_ways(209 - 6j, 227 - 6j, head=5),
                    arrow(178 + 26j, 182 + 10j, head=6),
                    near_letter(172 + 40j),
                    words(218 - 15j, "cm"),
                ),
                scale=1.2,
            ),
        ),
    )


def _arch() -> Drawing:
    return Drawing(
        "Arch of the foot",
        "Three {drawn} feet from the inner side, below each its wet print: a high arch and a "
        "print that is narrow in the middle; a middle one; a flat one and a broad print.",
        tuple(
            panel
            for x, named, arch, waist in (
                (58, "high", 12.0, 3.0),
                (160, "middle", 7.0, 7.5),
                (262, "flat", 1.5, 13.0),
            )
            for panel in (
                Panel(
                    x,
                    84,
                    (floor(-44, 44), _inner_foot(arch), near_letter(-24 + 44j, always=True)),
                    middle=x,
                ),
                Panel(x, 140, (_wet_print(waist), words(-34j, named)), middle=x),
            )
        ),
    )


def _inner_foot(arch: float) -> list[Mark]:
    """Draw a right foot from its inner side: its toes lie to the left."""
    shape = (
        f"M20 66C19 50 21 38 29 26C36 18 38 4 31 1C24 -1 14 -1 11 2"
        f"C4 {3 + arch:.1f} -8 {3 + arch:.1f} -15 3C-20 0 -34 -1 -40 1C-44 4 -43 9 -37 10"
        f"C-26 12 -18 18 -10 26C-4 33 -2 44 -3 66Z"
    )
    return [Mark(shape, "skin"), Mark(curve(-24 + 6j, -30 + 8.5j, -37 + 7j), "thin")]


def _wet_print(waist: float) -> list[Mark]:
    """Draw the print of a right foot, toes to the left, its inner side down."""
    inner = 5.0 - waist
    sole = (
        f"M34 0C34 -7 28 -9 24 -9C16 -9 12 {inner} 2 {inner}C-6 {inner} -8 -12 -17 -12"
        "C-25 -12 -27 -5 -26 1C-25 9 -17 12 -9 12C0 12 8 9 22 9C29 9 34 6 34 0Z"
    )
    toes = "".join(
        outline((complex(x, y), r))
        for x, y, r in (
            (-33, -8, 4.6),
            (-33, 0.5, 2.9),
            (-31, 6, 2.6),
            (-28, 10.5, 2.4),
            (-24, 14, 2.2),
        )
    )
    return [Mark(sole + toes, "shirt")]


def _big_toe() -> Drawing:
    return Drawing(
        "Weight on the big toe",
        "Both feet from above, at ease: marked are the heel, the ball of the little toe and the "
        "ball of the big toe. Under each big toe lies a slip of paper that somebody tries to pull "
        "out: which slides more easily?",
        (
            Panel(
                160,
                188,
                (
                    *_foot_from_above(30.0, 1),
                    *_foot_from_above(-30.0, -1),
                    near_letter(66 + 30j, always=True),
                    far_letter(-66 + 30j, always=True),
                ),
                scale=1.35,
            ),
        ),
    )


def _foot_from_above(middle: float, outward: int) -> tuple[list[Mark], ...]:
    """Draw a bare foot from above, toes up, on a slip of paper; its little toe lies `outward`."""

    def at(x: float, y: float) -> complex:
        return complex(middle + outward * x, y)

    sole = (
        outline((at(0, 12), 10.0), (at(3, 38), 10.5), (at(7, 60), 9.5))
        + outline((at(0, 12), 10.0), (at(-1, 40), 9.5), (at(-8, 64), 8.5))
        + outline((at(-8, 64), 8.5), (at(7, 60), 9.5))
    )
    toes = "".join(
        outline((at(*root), radius), (at(*tip), radius))
        for root, tip, radius in (
            ((-8, 68), (-10, 84), 5.2),
            ((-1, 70), (-1, 83), 3.1),
            ((5, 68), (5.5, 79), 2.9),
            ((10, 65), (11, 74.5), 2.7),
            ((14, 61), (15.5, 69), 2.5),
        )
    )
    nails = "".join(
        curve(at(x - wide, y), at(x, y - 1.6 * wide), at(x + wide, y))
        for x, y, wide in (
            (-10, 86.5, 2.6),
            (-1, 84.5, 1.5),
            (5.5, 80.5, 1.4),
            (11, 75.8, 1.3),
            (15.5, 70.2, 1.2),
        )
    )
    paper = line(at(-18, 80), at(-2, 80), at(-2, 108), at(-18, 108)) + "Z"
    return (
        [Mark(paper, "prop")],
        [Mark(sole + toes, "skin"), Mark(nails, "thin")],
        *(felt(at(*spot), radius=5.0) for spot in ((0, 10), (9, 58), (-8, 64))),
        arrow(at(-10, 102), at(-10, 124)),
    )


DRAWINGS: Final[dict[str, Callable[[], Drawing]]] = {
    "heel-raise": _heel_raise,
    "heel-raise-test": _heel_raise_test,
    "ankle-lunge": _ankle_lunge,
    "arch": _arch,
    "big-toe": _big_toe,
}
