"""Poses of exercises on one leg."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evenstride.render.drawings.figure import Arm, Aside, Leg
from evenstride.render.drawings.props import (
    arrow,
    both_ways,
    box,
    chair,
    felt,
    floor,
    near_letter,
)
from evenstride.render.drawings.sheet import Drawing, Panel

if TYPE_CHECKING:
    from collections.abc import Callable


def _step_up() -> Drawing:
    low = Aside(
        hip=78 + 76j,
        loins=76,
        ribs=74,
        near=Leg(ankle=112 + 38.4j),
        far=Leg(ankle=70 + 7j, foot=-14, toes=0),
        near_arm=Arm(upper=-104, fore=-60),
        far_arm=Arm(upper=-70, fore=-30),
    )
    high = Aside(
        hip=238 + 110j,
        loins=88,
        near=Leg(ankle=239 + 38.4j),
        far=Leg(thigh=-62, shin=-110, foot=-20),
        near_arm=Arm(upper=-96, fore=-80),
        far_arm=Arm(upper=-84, fore=-60),
    )
    return Drawing(
        "Step-up",
        "{near} foot wholly on a step of shin height; leaning slightly forward, pushing through "
        "that foot and standing up on it. {far} foot does not jump.",
        (
            Panel(
                0,
                194,
                (floor(12, 152), box(98 + 0j, 44, 32), low, near_letter(132 + 20j)),
                number="1",
                number_at=24 + 28j,
                middle=84,
            ),
            Panel(
                0,
                194,
                (
                    floor(172, 306),
                    box(222 + 0j, 44, 32),
                    high,
                    arrow(206 + 80j, 206 + 104j),
                    felt(240 + 98j, 241 + 84j, 5),
                    near_letter(254 + 20j),
                ),
                number="2",
                number_at=186 + 28j,
                middle=240,
            ),
        ),
    )


def _lunge() -> Drawing:
    pose = Aside(
        hip=150 + 46j,
        loins=86,
        ribs=88,
        near=Leg(ankle=188 + 6.4j),
        far=Leg(ankle=108 + 14j, foot=-62, toes=0),
        near_arm=Arm(wrist=158 + 58j),
        far_arm=Arm(wrist=164 + 58j),
    )
    return Drawing(
        "Lunge",
        "A long step, {near} foot in front and carrying the weight; sinking until {far} knee "
        "nearly touches the floor, {near} knee over the foot.",
        (
            Panel(
                -28,
                188,
                (
                    floor(70, 250),
                    pose,
                    arrow(116 + 82j, 116 + 58j),
                    felt(162 + 50j, 174 + 50j, 5),
                    near_letter(206 + 34j),
                ),
                scale=1.25,
            ),
        ),
    )


def _box_squat() -> Drawing:
    start = Aside(
        hip=96 + 79j,
        loins=90,
        near=Leg(ankle=96 + 6.4j),
        far=Leg(thigh=-76, shin=-94, foot=-4),
        near_arm=Arm(upper=-60, fore=-10),
        far_arm=Arm(upper=-56, fore=-6),
    )
    down = Aside(
        hip=214 + 50j,
        loins=62,
        ribs=64,
        head=78,
        near=Leg(ankle=236 + 6.4j),
        far=Leg(thigh=6, shin=-46, foot=40),
        near_arm=Arm(upper=0, fore=6),
        far_arm=Arm(upper=4, fore=8),
    )
    return Drawing(
        "Squat on one leg to a box",
        "Standing on {near} leg with the back to a box, {far} foot off the floor; sitting back "
        "slowly until the seat is touched, and up on the same leg.",
        (
            Panel(
                0,
                186,
                (floor(12, 150), box(44 + 0j, 34, 40), start, near_letter(84 + 22j)),
                number="1",
                number_at=24 + 32j,
                middle=84,
            ),
            Panel(
                0,
                186,
                (
                    floor(170, 308),
                    box(186 + 0j, 34, 40),
                    down,
                    arrow(186 + 92j, 178 + 78j, 186 + 60j),
                    near_letter(226 + 20j),
                ),
                number="2",
                number_at=176 + 32j,
                middle=238,
            ),
        ),
    )


def _pistol_squat() -> Drawing:
    start = Aside(
        hip=76 + 79j,
        loins=90,
        near=Leg(ankle=76 + 6.4j),
        far=Leg(thigh=-52, shin=-56, foot=34),
        near_arm=Arm(upper=-24, fore=2),
        far_arm=Arm(upper=-20, fore=4),
    )
    down = Aside(
        hip=196 + 26j,
        loins=58,
        ribs=62,
        head=80,
        near=Leg(ankle=214 + 6.4j),
        far=Leg(thigh=2, shin=1, foot=84),
        near_arm=Arm(upper=6, fore=8),
        far_arm=Arm(upper=10, fore=10),
    )
    return Drawing(
        "Pistol squat",
        "Standing on {near} leg, {far} leg stretched out in front, arms forward; sitting down as "
        "far as heel and pelvis allow, and up on the same leg.",
        (
            Panel(
                0,
                186,
                (floor(12, 150), start, near_letter(64 + 22j)),
                number="1",
                number_at=24 + 32j,
                middle=84,
            ),
            Panel(
                0,
                186,
                (
                    floor(166, 308),
                    down,
                    arrow(168 + 72j, 160 + 56j, 168 + 38j),
                    near_letter(200 + 8j),
                ),
                number="2",
                number_at=176 + 32j,
                middle=232,
            ),
        ),
    )


def _sit_to_stand() -> Drawing:
    seated = Aside(
        hip=80 + 51j,
        loins=80,
        ribs=82,
        near=Leg(ankle=112 + 6.4j),
        far=Leg(thigh=2, shin=-40, foot=46),
        near_arm=Arm(upper=-60, fore=110, short=0.8),
        far_arm=Arm(upper=-54, fore=120, short=0.8),
    )
    stood = Aside(
        hip=240 + 79j,
        loins=88,
        near=Leg(ankle=240 + 6.4j),
        far=Leg(thigh=-40, shin=-48, foot=40),
        near_arm=Arm(upper=-60, fore=112, short=0.8),
        far_arm=Arm(upper=-54, fore=122, short=0.8),
    )
    return Drawing(
        "Sit to stand on one leg",
        "Sitting on a chair of knee height, arms crossed, {near} foot on the floor, {far} foot "
        "in the air in front; standing up on {near} leg and sitting down softly.",
        (
            Panel(
                0,
                186,
                (floor(12, 156), chair(80 + 0j), seated, near_letter(128 + 24j)),
                number="1",
                number_at=24 + 32j,
                middle=92,
            ),
            Panel(
                0,
                186,
                (
                    floor(172, 310),
                    chair(208 + 0j),
                    stood,
                    both_ways(276 + 60j, 276 + 96j),
                    near_letter(256 + 26j),
                ),
                number="2",
                number_at=182 + 32j,
                middle=240,
            ),
        ),
    )


DRAWINGS: Final[dict[str, Callable[[], Drawing]]] = {
    "step-up": _step_up,
    "lunge": _lunge,
    "box-squat": _box_squat,
    "pistol-squat": _pistol_squat,
    "sit-to-stand": _sit_to_stand,
}
