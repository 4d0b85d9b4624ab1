"""Poses of trunk exercises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evenstride.render.drawings.figure import Arm, Aside, Leg
from evenstride.render.drawings.props import (
    arrow,
    ball,
    dashed,
    felt,
    floor,
    near_letter,
)
from evenstride.render.drawings.sheet import Drawing, Panel

if TYPE_CHECKING:
    from collections.abc import Callable


def _dead_bug() -> Drawing:
    start = Aside(
        hip=190 + 10j,
        loins=180,
        near=Leg(thigh=92, shin=4, foot=84),
        far=Leg(thigh=98, shin=0, foot=84),
        near_arm=Arm(upper=88, fore=88),
        far_arm=Arm(upper=94, fore=94),
    )
    down = Aside(
        hip=190 + 10j,
        loins=180,
        near=Leg(thigh=40, shin=-28, foot=58),
        far=Leg(thigh=94, shin=4, foot=84),
        near_arm=Arm(upper=88, fore=88),
        far_arm=Arm(upper=156, fore=160),
    )
    return Drawing(
        "Dead bug",
        "Lying on the back, arms up, hips and knees at right angles; then {near} leg goes down "
        "to just above the floor, its knee bent, and the arm of {far} side goes back; the lower "
        "back stays down.",
        (
            Panel(-20, 92, (floor(70, 300), start), number="1", number_at=24 + 28j),
            Panel(
                -20,
                190,
                (
                    floor(70, 300),
                    down,
                    arrow(140 + 66j, 120 + 66j, 104 + 50j),
                    arrow(240 + 62j, 262 + 56j, 266 + 38j),
                    near_letter(276 + 10j),
                ),
                number="2",
                number_at=24 + 126j,
            ),
        ),
    )


def _dead_bug_hold() -> Drawing:
    hold = Aside(
        hip=190 + 10j,
        loins=180,
        near=Leg(thigh=9, shin=6, foot=84),
        far=Leg(thigh=94, shin=4, foot=84),
        near_arm=Arm(upper=-10, fore=-4, short=0.5),
        far_arm=Arm(upper=158, fore=162),
    )
    lower = Aside(
        hip=190 + 10j,
        loins=180,
        near=Leg(thigh=42, shin=42, foot=130),
        far=Leg(thigh=98, shin=2, foot=84),
        near_arm=Arm(upper=-10, fore=-4, short=0.5),
        far_arm=Arm(upper=-4, fore=2),
    )
    return Drawing(
        "Dead-bug hold and leg lowering",
        "Lying on the back with a hand under the small of the back. Hold: {near} leg stretched "
        "just above the floor, the arm of {far} side back. Lowering: {near} leg goes down "
        "straight from upright, until the pressure on the hand gives way. Hip and knee of {far} "
        "leg stay at right angles.",
        (
            Panel(
                -20,
                88,
                (
                    floor(70, 300),
                    hold,
                    felt(166 + 3j, 178 + 3j, 3.5),
                    near_letter(284 + 8j),
                ),
            ),
            Panel(
                -20,
                190,
                (
                    floor(70, 300),
                    dashed(190 + 10j, 190 + 84j),
                    lower,
                    arrow(196 + 86j, 220 + 85j, 236 + 75j),
                    felt(166 + 3j, 178 + 3j, 3.5),
                    near_letter(266 + 60j),
                ),
            ),
        ),
    )


def _bicycles() -> Drawing:
    pose = Aside(
        hip=180 + 10j,
        loins=176,
        ribs=146,
        head=126,
        near=Leg(thigh=118, shin=-12, foot=66),
        far=Leg(thigh=16, shin=10, foot=70),
        near_arm=Arm(wrist=124 + 52j, bend=1),
        far_arm=Arm(upper=62, fore=170),
    )
    return Drawing(
        "Bicycles",
        "Lying on the back, fingertips at the temples: {near} knee is drawn in and the shoulder "
        "of {far} side turns toward it, while {far} leg goes long.",
        (
            Panel(
                -60,
                160,
                (
                    floor(80, 290),
                    pose,
                    arrow(200 + 66j, 184 + 74j, 172 + 66j),
                    arrow(214 + 40j, 244 + 42j, head=6),
                    near_letter(172 + 46j),
                ),
                scale=1.2,
            ),
        ),
    )


def _ball_hamstring_curl() -> Drawing:
    out = Aside(
        hip=150 + 28j,
        loins=206,
        ribs=204,
        head=182,
        near=Leg(ankle=221 + 38j, foot=90),
        far=Leg(ankle=221 + 39j, foot=92),
        near_arm=Arm(upper=-2, fore=4),
        far_arm=Arm(upper=2, fore=4),
    )
    drawn = Aside(
        hip=150 + 30j,
        loins=208,
        ribs=206,
        head=182,
        near=Leg(ankle=186 + 38j, foot=20),
        far=Leg(ankle=187 + 39j, foot=24),
        near_arm=Arm(upper=-2, fore=4),
        far_arm=Arm(upper=2, fore=4),
    )
    return Drawing(
        "Ball hamstring curl",
        "Lying on the back with the heels on a ball and the hips lifted; the heels roll the ball "
        "in and out again, and the hips stay up.",
        (
            Panel(
                0, 92, (floor(60, 280), ball(222 + 17j, 17), out), number="1", number_at=24 + 28j
            ),
            Panel(
                0,
                190,
                (
                    floor(60, 280),
                    ball(190 + 17j, 17),
                    drawn,
                    arrow(240 + 20j, 214 + 20j),
                    felt(160 + 30j, 172 + 44j, 4.5),
                ),
                number="2",
                number_at=24 + 126j,
            ),
        ),
    )


DRAWINGS: Final[dict[str, Callable[[], Drawing]]] = {
    "dead-bug": _dead_bug,
    "dead-bug-hold": _dead_bug_hold,
    "bicycles": _bicycles,
    "ball-hamstring-curl": _ball_hamstring_curl,
}
