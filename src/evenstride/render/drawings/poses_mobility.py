"""Poses of rolling and stretching."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evenstride.render.drawings.figure import Arm, Aside, Leg
from evenstride.render.drawings.props import (
    arrow,
    both_ways,
    felt,
    floor,
    near_letter,
    roller,
    wall,
)
from evenstride.render.drawings.sheet import Drawing, Panel

if TYPE_CHECKING:
    from collections.abc import Callable


def _roll_quads() -> Drawing:
    pose = Aside(
        hip=160 + 27j,
        loins=4,
        ribs=6,
        head=30,
        near=Leg(thigh=184, shin=186, foot=-112, toes=-160),
        far=Leg(thigh=180, shin=176, foot=-112, toes=-160),
        near_arm=Arm(upper=-89, fore=0),
        far_arm=Arm(upper=-84, fore=2),
    )
    return Drawing(
        "Rolling the front of the thigh",
        "Face down on the forearms, a roller under the front of {near} thigh; rolling from above "
        "the knee to below the hip bone and back.",
        (
            Panel(
                -56,
                150,
                (
                    floor(54, 266),
                    roller(138 + 9j),
                    pose,
                    felt(130 + 22j, 152 + 23j, 4.5),
                    both_ways(116 + 42j, 156 + 44j),
                    near_letter(138 + 9j),
                ),
                scale=1.35,
            ),
        ),
    )


def _roll_hip_flexors() -> Drawing:
    pose = Aside(
        hip=160 + 28j,
        loins=3,
        ribs=6,
        head=30,
        near=Leg(thigh=188, shin=188, foot=-112, toes=-160),
        far=Leg(thigh=186, shin=182, foot=-112, toes=-160),
        near_arm=Arm(upper=-89, fore=0),
        far_arm=Arm(upper=-84, fore=2),
    )
    return Drawing(
        "Rolling the front of the hip",
        "Face down on the forearms, the roller just below the bony point at the front of {near} "
        "hip; small rolls up and down.",
        (
            Panel(
                -56,
                150,
                (
                    floor(54, 266),
                    roller(158 + 9j),
                    pose,
                    felt(153 + 22j, 162 + 22j, 5),
                    both_ways(146 + 47j, 172 + 49j, head=6),
                    near_letter(158 + 9j),
                ),
                scale=1.35,
            ),
        ),
    )


def _hip_flexor_stretch() -> Drawing:
    pose = Aside(
        hip=152 + 42j,
        loins=92,
        ribs=90,
        near=Leg(thigh=-108, shin=181, foot=186),
        far=Leg(ankle=194 + 6.4j),
        near_arm=Arm(wrist=164 + 52j),
        far_arm=Arm(wrist=182 + 50j),
    )
    return Drawing(
        "Hip flexor stretch",
        "Kneeling on {near} knee, {far} foot in front; the tailbone tucked under and the pelvis "
        "moved a little forward, until the front of {near} hip pulls.",
        (
            Panel(
                -20,
                185,
                (
                    floor(70, 250),
                    pose,
                    felt(157 + 43j, 147 + 24j, 5),
                    arrow(112 + 44j, 136 + 44j),
                    near_letter(136 + 14j),
                ),
                scale=1.25,
            ),
        ),
    )


def _quad_stretch() -> Drawing:
    pose = Aside(
        hip=150 + 79j,
        loins=90,
        near=Leg(thigh=-97, shin=126, foot=152),
        far=Leg(ankle=151 + 6.4j),
        near_arm=Arm(wrist=127 + 77j),
        far_arm=Arm(wrist=198 + 112j),
    )
    return Drawing(
        "Quad stretch",
        "Standing on {far} leg, a hand on a wall; the hand holds {near} ankle behind the "
        "buttock, knees side by side, tailbone tucked under.",
        (
            Panel(
                0,
                184,
                (
                    floor(70, 250),
                    wall(203),
                    pose,
                    felt(153 + 70j, 150 + 52j, 5),
                    arrow(104 + 52j, 100 + 66j, 108 + 80j),
                    near_letter(163 + 40j),
                ),
                scale=1.1,
            ),
        ),
    )


def _ankle_mobilisation() -> Drawing:
    pose = Aside(
        hip=164 + 60j,
        loins=80,
        near=Leg(ankle=192 + 6.4j),
        far=Leg(ankle=112 + 13j, foot=-50, toes=0),
        near_arm=Arm(wrist=219 + 96j),
        far_arm=Arm(wrist=219 + 103j),
    )
    return Drawing(
        "Ankle mobilisation",
        "A short lunge in front of a wall: {near} knee is driven over the second toe to the wall "
        "and back, and the heel stays down.",
        (
            Panel(
                -25,
                186,
                (
                    floor(80, 250),
                    wall(224, 140),
                    pose,
                    arrow(190 + 56j, 205 + 54j, 217 + 47j),
                    arrow(180 + 24j, 183 + 9j, head=6),
                    felt(195 + 10j),
                    near_letter(176 + 38j),
                ),
                scale=1.2,
            ),
        ),
    )


DRAWINGS: Final[dict[str, Callable[[], Drawing]]] = {
    "roll-quads": _roll_quads,
    "roll-hip-flexors": _roll_hip_flexors,
    "hip-flexor-stretch": _hip_flexor_stretch,
    "quad-stretch": _quad_stretch,
    "ankle-mobilisation": _ankle_mobilisation,
}
