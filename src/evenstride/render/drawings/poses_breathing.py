"""Poses of breathing drills."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evenstride.render.drawings.figure import Arm, Aside, Leg
from evenstride.render.drawings.props import (
    arrow,
    ball,
    band,
    felt,
    floor,
    handle,
    near_letter,
    wall,
)
from evenstride.render.drawings.sheet import Drawing, Panel

if TYPE_CHECKING:
    from collections.abc import Callable


def _sucker_punch_rockback() -> Drawing:
    start = Aside(
        hip=140 + 44j,
        loins=18,
        ribs=14,
        head=12,
        near=Leg(thigh=-90, shin=181, foot=188),
        far=Leg(thigh=-88, shin=181, foot=188),
        near_arm=Arm(upper=-88, fore=-92),
        far_arm=Arm(upper=-84, fore=-90),
    )
    back = Aside(
        hip=124 + 32j,
        loins=10,
        ribs=-12,
        head=-8,
        near=Leg(ankle=112 + 5j, foot=186),
        far=Leg(ankle=114 + 5j, foot=186),
        near_arm=Arm(wrist=207 + 5j),
        far_arm=Arm(wrist=182 + 4j, bend=-1),
    )
    return Drawing(
        "Rockback with a long reach",
        "On all fours; then {near} arm reaches long and low along the floor, the hand of {far} "
        "side presses into the floor, and the hips rock back towards the heels. Breathe into the "
        "back of the reaching side.",
        (
            Panel(0, 94, (floor(60, 270), start), number="1", number_at=24 + 28j),
            Panel(
                0,
                192,
                (
                    floor(60, 270),
                    back,
                    arrow(112 + 60j, 98 + 56j, 90 + 44j),
                    arrow(224 + 5j, 250 + 5j),
                    felt(150 + 41j, radius=7),
                    near_letter(230 + 22j),
                ),
                number="2",
                number_at=24 + 126j,
            ),
        ),
    )


def _ninety_ninety_hip_shift() -> Drawing:
    return Drawing(
        "90-90 with hip shift",
        "On the back, feet on a wall, hips and knees at right angles, a cushion between the "
        "knees, the tailbone a little lifted; {near} knee is drawn down past {far} one without "
        "moving the feet, so that {near} hip is drawn back. Breathe out, then in.",
        (_ninety(felt_side=True),),
    )


def _ninety_ninety_shift() -> Drawing:
    return Drawing(
        "90-90 shift",
        "On the back, feet on a wall, hips and knees at right angles, a small ball between the "
        "knees; {near} knee is drawn down past {far} one without moving the feet. Then the other "
        "way: which is harder, or shorter?",
        (_ninety(felt_side=False),),
    )


def _ninety(*, felt_side: bool) -> Panel:
    pose = Aside(
        hip=196 + 12j,
        loins=184,
        ribs=180,
        far_hip=198 + 21j,
        head=180,
        near=Leg(ankle=231 + 50j, foot=90),
        far=Leg(ankle=231 + 50j, foot=90),
        near_arm=Arm(upper=-8, fore=4),
        far_arm=Arm(upper=-4, fore=4),
    )
    return Panel(
        -122,
        178,
        (
            floor(80, 238),
            wall(237.5, 110),
            ball(196 + 51j, 7),
            pose,
            arrow(178 + 66j, 178 + 42j),
            arrow(214 + 64j, 214 + 82j, head=5.5),
            *([felt(196 + 10j, radius=6)] if felt_side else []),
            near_letter(178 + 80j),
        ),
        scale=1.6,
    )


def _alternating_chest_press() -> Drawing:
    pose = Aside(
        hip=160 + 77j,
        loins=87,
        near=Leg(ankle=178 + 6.4j),
        far=Leg(ankle=148 + 6.4j),
        near_arm=Arm(upper=-160, fore=-6),
        far_arm=Arm(upper=4, fore=0),
    )
    reaching, coming_back = 217 + 120j, 164 + 106j
    return Drawing(
        "Alternating chest press",
        "Back to a door or cable, a handle in each hand at chest height, its cable running to the "
        "wall behind, one foot half a step in front: one arm presses forward and reaches while "
        "the other comes back; then change.",
        (
            Panel(
                0,
                184,
                (
                    floor(70, 260),
                    wall(76, 140, to=-1),
                    band(76 + 116j, reaching - 4j),
                    pose,
                    band(76 + 112j, coming_back),
                    handle(reaching),
                    handle(coming_back),
                    arrow(186 + 136j, 222 + 136j),
                    arrow(146 + 92j, 122 + 92j, head=6),
                    felt(158 + 94j, radius=6),
                ),
                scale=1.1,
            ),
        ),
    )


def _split_squat_rotation() -> Drawing:
    pose = Aside(
        hip=150 + 50j,
        loins=78,
        ribs=78,
        near=Leg(ankle=190 + 6.4j),
        far=Leg(ankle=108 + 14j, foot=-58, toes=0),
        near_arm=Arm(upper=-160, fore=-120, short=0.8),
        far_arm=Arm(upper=-34, fore=-26),
    )
    return Drawing(
        "Split squat with rotation",
        "A long step, {near} foot in front, sinking low; the chest turns towards {near} leg and "
        "the arm of {far} side reaches past the front knee. Breathe out with the reach.",
        (
            Panel(
                -28,
                188,
                (
                    floor(70, 250),
                    pose,
                    arrow(192 + 94j, 158 + 74j, 112 + 92j),
                    near_letter(208 + 30j),
                ),
                scale=1.2,
            ),
        ),
    )


def _staggered_hinge() -> Drawing:
    pose = Aside(
        hip=132 + 74j,
        loins=24,
        ribs=18,
        head=24,
        near=Leg(ankle=148 + 6.4j),
        far=Leg(ankle=112 + 12j, foot=-46, toes=0),
        near_arm=Arm(upper=164, fore=178),
        far_arm=Arm(upper=-8, fore=0),
    )
    return Drawing(
        "Staggered hinge with a reach",
        "{far} foot half a step behind on its toes, the weight on {near} foot; the hip of the "
        "front leg is pushed straight back with a long back, the arm of {far} side reaches "
        "forward and {near} arm is drawn back.",
        (
            Panel(
                -20,
                178,
                (
                    floor(70, 250),
                    pose,
                    arrow(108 + 76j, 82 + 72j),
                    arrow(226 + 104j, 250 + 104j),
                    arrow(142 + 112j, 116 + 112j),
                    felt(128 + 66j, radius=6),
                    near_letter(166 + 30j),
                ),
                scale=1.2,
            ),
        ),
    )


DRAWINGS: Final[dict[str, Callable[[], Drawing]]] = {
    "sucker-punch-rockback": _sucker_punch_rockback,
    "ninety-ninety-hip-shift": _ninety_ninety_hip_shift,
    "ninety-ninety-shift": _ninety_ninety_shift,
    "alternating-chest-press": _alternating_chest_press,
    "split-squat-rotation": _split_squat_rotation,
    "staggered-hinge": _staggered_hinge,
}
