"""Poses of hip exercises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evenstride.render.drawings.figure import Arm, Aside, Leg
from evenstride.render.drawings.limbs import outline
from evenstride.render.drawings.marks import Mark
from evenstride.render.drawings.props import (
    arrow,
    band,
    box,
    dashed,
    felt,
    floor,
    near_letter,
    wall,
)
from evenstride.render.drawings.sheet import Drawing, Panel

if TYPE_CHECKING:
    from collections.abc import Callable


def _bridge() -> Drawing:
    start = Aside(
        hip=160 + 10j,
        loins=180,
        near=Leg(ankle=194 + 6.4j),
        far=Leg(ankle=197 + 6.4j),
        near_arm=Arm(upper=-8, fore=4),
        far_arm=Arm(upper=-4, fore=4),
    )
    up = Aside(
        hip=160 + 27j,
        loins=205,
        head=182,
        near=Leg(thigh=25, shin=-90),
        far=Leg(ankle=196 + 6.4j),
        near_arm=Arm(upper=-4, fore=2),
        far_arm=Arm(upper=0, fore=2),
    )
    return Drawing(
        "Bridge",
        "Lying on the back with the feet flat; the hips are lifted until thighs and trunk are in "
        "a line.",
        (
            Panel(0, 92, (floor(60, 260), start), number="1", number_at=24 + 28j),
            Panel(
                0,
                190,
                (
                    floor(60, 260),
                    up,
                    arrow(152 + 46j, 152 + 66j),
                    felt(162 + 19j, radius=6),
                    dashed(118 + 14j, 206 + 55j),
                ),
                number="2",
                number_at=24 + 126j,
            ),
        ),
    )


def _fire_hydrant() -> Drawing:
    start = Aside(
        hip=70 + 44j,
        loins=14,
        ribs=18,
        head=16,
        near=Leg(thigh=-90, shin=181, foot=188),
        far=Leg(thigh=-88, shin=181, foot=188),
        near_arm=Arm(upper=-87, fore=-92),
        far_arm=Arm(upper=-84, fore=-90),
    )
    return Drawing(
        "Fire hydrant",
        "On all fours, seen from the side; then seen from behind: {near} bent knee is lifted out "
        "to the side, and the pelvis stays level.",
        (
            Panel(8, 150, (floor(14, 146), start), number="1", number_at=24 + 40j, middle=88),
            Panel(
                150,
                150,
                (
                    floor(26, 146),
                    _hydrant_behind(),
                    dashed(52 + 49j, 104 + 49j),
                    arrow(106 + 18j, 126 + 22j, 128 + 38j),
                    near_letter(122 + 58j),
                ),
                number="2",
                number_at=190 + 40j,
                middle=236,
            ),
        ),
    )


def _hydrant_behind() -> list[Mark]:
    """Draw somebody on all fours from behind: pelvis before trunk, soles toward the viewer."""
    return [
        Mark(outline((62 + 46j, 4.4), (60 + 4j, 3.4)), "far_skin"),
        Mark(outline((94 + 46j, 4.4), (96 + 4j, 3.4)), "far_skin"),
        Mark(outline((78 + 80j, 8.0), (78 + 76j, 7.0)), "skin"),
        Mark(outline((78 + 80j, 7.6), (78 + 77j, 6.6)), "hair"),
        Mark(outline((68 + 58j, 10.0), (88 + 58j, 10.0)), "shirt"),
        Mark(
            outline((70 + 44j, 8.0), (70 + 8j, 6.0)) + outline((70 + 6j, 4.2), (71 + 2j, 3.0)),
            "skin",
        ),
        Mark(
            outline((86 + 44j, 8.0), (118 + 42j, 5.8))
            + outline((118 + 42j, 5.8), (118 + 36j, 4.0)),
            "skin",
        ),
        Mark(
            outline((70 + 46j, 10.0), (86 + 46j, 10.0))
            + outline((70 + 46j, 9), (70 + 26j, 7.6))
            + outline((86 + 45j, 9), (104 + 43j, 7.6)),
            "shorts",
        ),
    ]


def _band_hip_extension() -> Drawing:
    pose = Aside(
        hip=150 + 78j,
        loins=84,
        near=Leg(thigh=-112, shin=-114, foot=-22),
        far=Leg(ankle=152 + 6.4j),
        near_arm=Arm(wrist=196 + 108j),
        far_arm=Arm(wrist=197 + 114j),
    )
    return Drawing(
        "Band hip extension",
        "Facing a wall, hands on it, a band round both ankles; {near} leg is drawn straight back "
        "and the pelvis stays still.",
        (
            Panel(
                0,
                184,
                (
                    floor(80, 250),
                    wall(202),
                    pose,
                    band(122 + 13j, 152 + 11j),
                    band(122 + 10j, 152 + 8j),
                    arrow(120 + 22j, 106 + 26j, 96 + 36j),
                    felt(141 + 76j),
                    near_letter(130 + 48j),
                ),
                scale=1.1,
            ),
        ),
    )


def _squat() -> Drawing:
    start = Aside(
        hip=92 + 79j,
        near=Leg(ankle=92 + 6.4j),
        far=Leg(ankle=95 + 6.4j),
        near_arm=Arm(upper=-90, fore=-82),
        far_arm=Arm(upper=-84, fore=-76),
    )
    down = Aside(
        hip=202 + 42j,
        loins=62,
        ribs=64,
        head=78,
        near=Leg(ankle=222 + 6.4j),
        far=Leg(ankle=225 + 6.4j),
        near_arm=Arm(upper=0, fore=6),
        far_arm=Arm(upper=4, fore=8),
    )
    return Drawing(
        "Squat",
        "Standing hip-wide, then sitting back and down with the heels on the floor and the back "
        "long.",
        (
            Panel(0, 184, (floor(30, 150), start), number="1", number_at=40 + 34j, middle=92),
            Panel(
                0,
                184,
                (
                    floor(170, 306),
                    down,
                    arrow(176 + 76j, 170 + 62j, 176 + 48j),
                    felt(228 + 46j, 216 + 48j, 5),
                ),
                number="2",
                number_at=176 + 34j,
                middle=232,
            ),
        ),
    )


def _hip_thrust() -> Drawing:
    low = Aside(
        hip=142 + 18j,
        loins=138,
        ribs=140,
        head=120,
        near=Leg(ankle=184 + 6.4j),
        far=Leg(thigh=76, shin=-30, foot=40),
        near_arm=Arm(wrist=100 + 38j, bend=-1),
        far_arm=None,
    )
    high = Aside(
        hip=143 + 42j,
        loins=180,
        ribs=180,
        head=152,
        near=Leg(thigh=1, shin=-90),
        far=Leg(thigh=84, shin=-20, foot=54),
        near_arm=Arm(upper=-14, fore=96, short=0.6),
        far_arm=None,
    )
    return Drawing(
        "Hip thrust on one leg",
        "Shoulder blades on a bench, {near} foot flat on the floor, {far} knee drawn up; the "
        "hips are pushed up until thigh and trunk are in a line.",
        (
            Panel(
                0,
                92,
                (floor(50, 260), box(60 + 0j, 42, 32), low),
                number="1",
                number_at=24 + 28j,
                scale=0.95,
            ),
            Panel(
                0,
                192,
                (
                    floor(50, 260),
                    box(60 + 0j, 42, 32),
                    high,
                    arrow(143 + 8j, 143 + 28j),
                    felt(145 + 33j, 157 + 36j, 4.5),
                    near_letter(196 + 28j),
                ),
                number="2",
                number_at=24 + 126j,
                scale=0.95,
            ),
        ),
    )


DRAWINGS: Final[dict[str, Callable[[], Drawing]]] = {
    "bridge": _bridge,
    "fire-hydrant": _fire_hydrant,
    "band-hip-extension": _band_hip_extension,
    "squat": _squat,
    "hip-thrust": _hip_thrust,
}
