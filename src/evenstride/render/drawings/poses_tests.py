"""Poses of screening tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evenstride.render.drawings.figure import Arm, Aside, Facing, Leg
from evenstride.render.drawings.limbs import along, outline
from evenstride.render.drawings.marks import Mark, curve, line
from evenstride.render.drawings.props import (
    angle,
    arrow,
    both_ways,
    box,
    dashed,
    floor,
    near_letter,
    tape,
    thin,
    words,
)
from evenstride.render.drawings.sheet import Drawing, Panel

if TYPE_CHECKING:
    from collections.abc import Callable


def _hip_internal_rotation() -> Drawing:
    return Drawing(
        "Hip internal rotation",
        "Seated on a table, seen from the front, lower legs hanging; {near} foot goes outwards, "
        "away from the other leg, which turns the thigh in. Measured is the lean of the shin "
        "from the vertical.",
        (_seated(turn_deg=-128.0),),
    )


def _hip_external_rotation() -> Drawing:
    return Drawing(
        "Hip external rotation",
        "Seated on a table, seen from the front, lower legs hanging; {near} foot comes inwards, "
        "toward and past the other leg, which turns the thigh out. Measured is the lean of the "
        "shin from the vertical.",
        (_seated(turn_deg=-56.0),),
    )


def _seated(*, turn_deg: float) -> Panel:
    knee, other = 146 + 88j, 174 + 88j
    ankle = knee + along(turn_deg, 36.0)
    inward = turn_deg > -90.0
    back = other + along(-90, 36.0) if not inward else other + along(-72, 34.0)
    person = Facing(
        pelvis=160 + 96j,
        chest=160 + 137j,
        near=(knee, ankle, ankle + along(turn_deg, 6.0)),
        far=(other, back, back - 6j),
        near_arm=(133 + 118j, 132 + 98j),
        far_arm=(187 + 118j, 188 + 98j),
        hips=9.0,
    )
    return Panel(
        0,
        188,
        (
            floor(70, 250),
            box(100 + 0j, 120, 84),
            dashed(knee, knee - 58j),
            person,
            angle(knee, -90.0, turn_deg, 47.0),
            arrow(
                knee + along(turn_deg - (9 if inward else -9), 47.0), knee + along(turn_deg, 47.0)
            )[1:],
            near_letter(knee - 32 + 4j),
        ),
    )


def _bridge_test() -> Drawing:
    up = Aside(
        hip=160 + 27j,
        loins=205,
        head=182,
        near=Leg(thigh=25, shin=-90),
        far=Leg(thigh=26, shin=26, foot=112),
        near_arm=Arm(upper=-4, fore=2),
        far_arm=Arm(upper=0, fore=2),
    )
    return Drawing(
        "Bridge on one leg",
        "Lying on the back, {near} foot flat on the floor, {far} thigh beside it with that knee "
        "straight; the pelvis is lifted until shoulder, hip and knee are in a line.",
        (
            Panel(
                -62,
                160,
                (
                    floor(80, 270),
                    dashed(118 + 14j, 206 + 55j),
                    up,
                    both_ways(150 + 44j, 150 + 68j),
                    near_letter(212 + 24j),
                ),
                scale=1.35,
            ),
        ),
    )


def _hop() -> Drawing:
    off = Aside(
        hip=68 + 63j,
        loins=58,
        ribs=62,
        head=74,
        near=Leg(ankle=66 + 6.4j),
        far=Leg(thigh=-88, shin=168, foot=240),
        near_arm=Arm(wrist=88 + 68j),
        far_arm=None,
    )
    down = Aside(
        hip=238 + 62j,
        loins=66,
        ribs=68,
        head=80,
        near=Leg(ankle=250 + 6.4j),
        far=Leg(thigh=-88, shin=166, foot=240),
        near_arm=Arm(wrist=253 + 70j),
        far_arm=None,
    )
    return Drawing(
        "Hop on one leg",
        "Standing on {near} leg behind a line, hands on the hips; a hop forward as far as can "
        "be, landing on {near} leg. Measured from the line to the heel.",
        (
            Panel(
                0,
                172,
                (
                    floor(20, 308),
                    thin(86 - 6j, 86 + 8j),
                    off,
                    down,
                    arrow(112 + 118j, 160 + 158j, 222 + 124j),
                    tape(86 - 12j, 244 - 12j),
                    near_letter(105 + 20j),
                    near_letter(284 + 20j),
                ),
            ),
        ),
    )


def _y_balance() -> Drawing:
    pose = Aside(
        hip=122 + 56j,
        loins=92,
        ribs=86,
        near=Leg(ankle=130 + 6.4j),
        far=Leg(ankle=175 + 8.5j, foot=-8),
        near_arm=Arm(wrist=134 + 66j),
        far_arm=None,
    )
    return Drawing(
        "Y-balance, forward",
        "Standing barefoot on {near} leg at the beginning of a tape, hands on the hips, heel "
        "down; the foot of {far} side reaches forward along the tape and touches it lightly.",
        (
            Panel(
                -30,
                168,
                (
                    floor(80, 280),
                    tape(144 - 6j, 262 - 6j),
                    pose,
                    arrow(202 + 8j, 228 + 8j),
                    arrow(112 + 26j, 120 + 8j, head=6),
                    near_letter(110 + 40j),
                ),
                scale=1.2,
            ),
        ),
    )


def _foot_posture() -> Drawing:
    return Drawing(
        "Foot posture",
        "Three {drawn} feet from behind, inner and outer side named: rolled outwards with a high "
        "arch, rated minus; upright, rated nought; rolled inwards and flat, rated plus.",
        tuple(
            Panel(
                x,
                158,
                (
                    floor(-36, 36),
                    *_heel(lean_deg),
                    near_letter(26 + 46j, always=True),
                    words(-12j, rated),
                    words(-23 - 25j, "inner"),
                    words(23 - 25j, "outer"),
                ),
                middle=x,
                scale=1.2,
            )
            for x, lean_deg, rated in ((60, -14.0, "−2"), (160, 0.0, "0"), (260, 14.0, "+2"))
        ),
    )


def _heel(lean_deg: float) -> list[list[Mark]]:
    """Draw a right foot from behind; a positive lean tips the heel outwards, to the right."""
    ankle = complex(-lean_deg * 0.28, 30.0)
    heel = ankle + along(-90.0 + lean_deg, 18.5)
    fore = outline(
        (complex(-13 + lean_deg * 0.25, 6), 5.2), (complex(18 + lean_deg * 0.75, 5.4), 4.6)
    )
    leg = outline((170j, 20.0), (106j, 18.0), (66j, 11.0), (ankle + 14j, 8.6), (ankle, 9.4))
    toe = complex(19 + lean_deg * 0.75, 7.0)
    return [
        [
            Mark(fore, "far_skin"),
            Mark(curve(toe - 6 + 3j, toe - 5 + 0j, toe - 6 - 4j), "floor"),
            Mark(curve(toe + 3j, toe + 1 + 0j, toe - 4j), "floor"),
            Mark(leg + outline((ankle, 9.4), (heel + 1j, 10.6)), "skin"),
        ],
        [Mark(line(84j, ankle + 6j) + line(ankle + 6j, heel - 4j), "axis")],
    ]


DRAWINGS: Final[dict[str, Callable[[], Drawing]]] = {
    "hip-internal-rotation": _hip_internal_rotation,
    "hip-external-rotation": _hip_external_rotation,
    "bridge-test": _bridge_test,
    "hop": _hop,
    "y-balance": _y_balance,
    "foot-posture": _foot_posture,
}
