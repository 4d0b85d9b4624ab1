"""Poses of where one runs: road, path, track."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evenstride.render.drawings.figure import Arm, Aside, Facing, Leg
from evenstride.render.drawings.limbs import along, outline
from evenstride.render.drawings.marks import Mark, curve, line
from evenstride.render.drawings.props import (
    arrow,
    dashed,
    far_letter,
    floor,
    near_letter,
)
from evenstride.render.drawings.sheet import Drawing, Panel

if TYPE_CHECKING:
    from collections.abc import Callable


def _switch_road_sides() -> Drawing:
    return Drawing(
        "Switch road sides",
        "A road that slopes to its edge, with the same runner at the same edge: on the way out "
        "the right foot stands lower, on the way back, facing you, the left.",
        (
            Panel(
                0,
                182,
                (
                    *_road(4, 150),
                    _upon(100 + 5.5j, -6, behind=True),
                    near_letter(132 + 16j, always=True),
                    arrow(40 + 40j, 58 + 84j),
                ),
                middle=80,
                number="1",
                number_at=24 + 32j,
            ),
            Panel(
                0,
                182,
                (
                    *_road(168, 314),
                    _upon(264 + 5.5j, -6, behind=False),
                    far_letter(296 + 16j, always=True),
                    arrow(222 + 84j, 204 + 40j),
                ),
                middle=240,
                number="2",
                number_at=188 + 32j,
            ),
        ),
    )


def _level_paths() -> Drawing:
    return Drawing(
        "Level paths",
        "A runner on a level path, both feet at one height; beside it, pale, a road that slopes "
        "to its edge.",
        (
            Panel(
                0, 180, (*_road(8, 150), _upon(104 + 5.5j, -6, behind=True, start=True)), middle=80
            ),
            Panel(
                0,
                180,
                (floor(180, 310), _upon(246 + 0j, 0, behind=True), dashed(206 + 80j, 286 + 80j)),
                middle=240,
            ),
        ),
    )


def _trails() -> Drawing:
    pose = Aside(
        hip=150 + 92j,
        loins=82,
        ribs=84,
        near=Leg(ankle=158 + 19j, foot=6),
        far=Leg(thigh=-108, shin=178, foot=236),
        near_arm=Arm(upper=-128, fore=-24),
        far_arm=Arm(upper=-62, fore=36),
    )
    ground = curve(20 + 4j, 70 + 26j, 110 + 8j, 166 + 13j) + curve(
        166 + 13j, 210 + 20j, 250 + 2j, 306 + 16j
    )
    return Drawing(
        "Trails",
        "A runner on soft, uneven ground between trees.",
        (
            Panel(
                0,
                182,
                (
                    *_tree(54 + 14j, 1.0),
                    *_tree(262 + 8j, 1.25),
                    [Mark(ground, "line")],
                    [Mark(outline((96 + 11j, 3.5)) + outline((216 + 12j, 4.5)), "prop")],
                    pose,
                ),
            ),
        ),
    )


def _turn_the_track_round() -> Drawing:
    return Drawing(
        "Turn the track round",
        "A running track from above, run half of the laps in one direction and half in the other.",
        (
            Panel(
                0,
                100,
                (*_oval(84 + 0j, 0.72), arrow(112 + 48j, 60 + 48j), arrow(60 - 48j, 112 - 48j)),
                number="1",
                number_at=84 + 105j,
                middle=84,
            ),
            Panel(
                0,
                100,
                (*_oval(236 + 0j, 0.72), arrow(208 + 48j, 260 + 48j), arrow(260 - 48j, 208 - 48j)),
                number="2",
                number_at=236 + 105j,
                middle=236,
            ),
        ),
    )


def _track_for_fast_work() -> Drawing:
    return Drawing(
        "The track for fast work only",
        "A track from above with a fast runner in it; beside it an easy runner on a path between "
        "trees.",
        (
            Panel(0, 100, (*_oval(88 + 0j, 0.84), arrow(52 - 60j, 124 - 60j)), middle=98),
            Panel(44, 127, (_sprinter(104 + 0j),), scale=0.4, middle=88),
            Panel(
                164,
                152,
                (
                    floor(10, 188),
                    *_tree(34 + 0j, 1.0),
                    *_tree(168 + 0j, 0.8),
                    _jogger(98 + 0j),
                    arrow(74 - 14j, 124 - 14j),
                ),
                scale=0.8,
                middle=243,
            ),
        ),
    )


def _road(start: float, end: float) -> list[list[Mark]]:
    """Draw half a road from its crown to its edge, in section."""
    crown, edge = complex(start, 15.0), complex(end, 0.0)
    body = line(crown, edge, edge - 10j, crown - 25j) + "Z"
    return [[Mark(body, "prop")], dashed(crown, complex(end, 15.0))]


def _upon(at: complex, slope_deg: float, *, behind: bool, start: bool = False) -> Facing:
    """Pose a runner on a slope, from behind or from the front; `at` is the middle of the feet."""
    way = 1.0 if behind else -1.0
    low, high = at + along(slope_deg, 9.0), at - along(slope_deg, 9.0)
    near, far = (low, high) if way > 0 else (high, low)
    hip = at.real + 79j + at.imag * 1j
    return Facing(
        pelvis=hip,
        chest=hip + 41j,
        near=((hip + way * 7.5 + near) / 2 + 4j, near + 7j, near + 3.2j),
        far=((hip - way * 7.5 + far) / 2 + 4j, far + 7j, far + 3.2j),
        near_arm=(hip + way * 23 + 20j, hip + way * 19 + 34j),
        far_arm=(hip - way * 23 + 20j, hip - way * 20 + 4j),
        behind=behind,
        start=start,
    )


def _oval(at: complex, scale: float) -> list[list[Mark]]:
    def ring(radius: float) -> str:
        half, r = 32.0 * scale, radius * scale
        top, low = at - half + r * 1j, at - half - r * 1j
        return (
            f"M{top.real:.1f} {top.imag:.1f}A{r:.1f} {r:.1f} 0 0 1 {low.real:.1f} {low.imag:.1f}"
            f"L{(low + 2 * half).real:.1f} {low.imag:.1f}"
            f"A{r:.1f} {r:.1f} 0 0 1 {(top + 2 * half).real:.1f} {top.imag:.1f}Z"
        )

    return [[Mark(ring(58), "prop"), Mark(ring(36), "plain"), Mark(ring(47), "prop_line")]]


def _tree(at: complex, scale: float) -> list[list[Mark]]:
    trunk = outline((at, 3.0 * scale), (at + 44j * scale, 2.0 * scale))
    crown = outline((at + 66j * scale, 22.0 * scale), (at + 92j * scale, 15.0 * scale))
    return [[Mark(trunk, "prop"), Mark(crown, "plain")]]


def _sprinter(at: complex) -> Aside:
    return Aside(
        hip=at + 84j,
        loins=72,
        ribs=74,
        near=Leg(ankle=at - 42 + 24j, foot=-54, toes=-8),
        far=Leg(thigh=2, shin=-112, foot=-22),
        near_arm=Arm(upper=-30, fore=60),
        far_arm=Arm(upper=-160, fore=-60),
    )


def _jogger(at: complex) -> Aside:
    return Aside(
        hip=at + 80j,
        loins=88,
        near=Leg(ankle=at + 6 + 6.4j),
        far=Leg(thigh=-96, shin=-164, foot=-80),
        near_arm=Arm(upper=-112, fore=-10),
        far_arm=Arm(upper=-70, fore=30),
    )


DRAWINGS: Final[dict[str, Callable[[], Drawing]]] = {
    "switch-road-sides": _switch_road_sides,
    "level-paths": _level_paths,
    "trails": _trails,
    "turn-the-track-round": _turn_the_track_round,
    "track-for-fast-work": _track_for_fast_work,
}
