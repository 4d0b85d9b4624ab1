"""Poses of the foot and the ankle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evenstride.render.drawings.figure import Arm, Aside, Leg
from evenstride.render.drawings.props import (
    angle,
    arrow,
    both_ways,
    dashed,
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


DRAWINGS: Final[dict[str, Callable[[], Drawing]]] = {
    "heel-raise": _heel_raise,
    "heel-raise-test": _heel_raise_test,
    "ankle-lunge": _ankle_lunge,
}
