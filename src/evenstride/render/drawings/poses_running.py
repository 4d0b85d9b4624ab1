"""Poses of cues while running."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evenstride.render.drawings.figure import Arm, Aside, Facing, Leg, joints
from evenstride.render.drawings.limbs import outline
from evenstride.render.drawings.marks import Mark, line
from evenstride.render.drawings.props import (
    arrow,
    bent,
    both_ways,
    dashed,
    felt,
    floor,
    thin,
)
from evenstride.render.drawings.sheet import Drawing, Panel

if TYPE_CHECKING:
    from collections.abc import Callable


def _push_off_behind() -> Drawing:
    pose = _runner()
    ankle = joints(pose)["near_ankle"]
    return Drawing(
        "Push off behind",
        "A runner as the foot leaves the ground behind: the hip is stretched, the ground is "
        "pushed away behind.",
        (
            Panel(
                0,
                182,
                (
                    floor(40, 280),
                    pose,
                    arrow(ankle - 4 - 8j, ankle - 40 - 12j),
                    felt(160 + 74j, 152 + 62j, 6),
                ),
                scale=1.05,
            ),
        ),
    )


def _pull_the_foot_up() -> Drawing:
    pose = Aside(
        hip=160 + 79j,
        loins=84,
        ribs=86,
        near=Leg(thigh=-76, shin=172, foot=232),
        far=Leg(ankle=168 + 6.4j),
        near_arm=Arm(upper=-128, fore=-24),
        far_arm=Arm(upper=-60, fore=40),
    )
    return Drawing(
        "Pull the foot up",
        "A runner standing on one foot; the other is pulled up under the body as soon as it has "
        "left the ground.",
        (
            Panel(
                0,
                182,
                (
                    floor(40, 280),
                    pose,
                    arrow(106 + 14j, 102 + 32j, 118 + 46j),
                    bent(84 + 8j, 92 + 10j, 100 + 12j),
                ),
                scale=1.05,
            ),
        ),
    )


def _hips_forward() -> Drawing:
    pose = _runner()
    return Drawing(
        "Hips forward",
        "A runner whose hips lead, as if a belt drew them forward.",
        (Panel(0, 182, (floor(40, 280), pose, arrow(182 + 84j, 226 + 84j)), scale=1.05),),
    )


def _run_tall() -> Drawing:
    pose = _midstance(160)
    return Drawing(
        "Run tall",
        "A runner drawn long, as if a thread drew the crown of the head up.",
        (
            Panel(
                0,
                190,
                (
                    floor(40, 280),
                    pose,
                    arrow(168 + 154j, 168 + 176j),
                ),
                scale=1.0,
            ),
        ),
    )


def _land_under_you() -> Drawing:
    far_ahead = Aside(
        hip=84 + 78j,
        loins=88,
        ribs=86,
        near=Leg(thigh=-55, shin=-66, foot=20),
        far=Leg(thigh=-118, shin=-172, foot=-100),
        near_arm=Arm(upper=-140, fore=-40),
        far_arm=Arm(upper=-60, fore=30),
        start=True,
    )
    under = Aside(
        hip=232 + 77j,
        loins=82,
        ribs=84,
        near=Leg(ankle=244 + 6.8j, foot=3),
        far=Leg(thigh=-110, shin=178, foot=240),
        near_arm=Arm(upper=-130, fore=-30),
        far_arm=Arm(upper=-60, fore=36),
    )
    return Drawing(
        "Land under you",
        "Two runners as the foot lands: pale, with the foot far in front of the hips; then dark, "
        "with the foot close under the hips.",
        (
            Panel(
                0,
                180,
                (
                    floor(20, 150),
                    dashed(84 + 0j, 84 + 78j),
                    far_ahead,
                    both_ways(84 - 9j, 122 - 9j, head=5),
                ),
                middle=80,
            ),
            Panel(
                0,
                180,
                (
                    floor(170, 300),
                    dashed(232 + 0j, 232 + 77j),
                    under,
                    arrow(284 + 30j, 262 + 22j),
                    thin(232 - 9j, 244 - 9j),
                ),
                middle=240,
            ),
        ),
    )


def _quicker_steps() -> Drawing:
    pose = _midstance(160)
    slow = [_print(complex(x, -10)) for x in range(40, 300, 56)]
    quick = [_print(complex(x, -29)) for x in range(40, 290, 40)]
    return Drawing(
        "Quicker steps",
        "A runner above two rows of steps, the lower row with the steps closer together: a "
        "little quicker and shorter at the same pace.",
        (
            Panel(
                16,
                148,
                (
                    floor(30, 300),
                    pose,
                    [Mark("".join(slow), "plain")],
                    [Mark("".join(quick), "hair")],
                    arrow(206 + 108j, 240 + 108j),
                    *_metronome(232 + 30j),
                ),
                scale=0.9,
            ),
        ),
    )


def _hips_level() -> Drawing:
    dropped = Facing(
        pelvis=84 + 78j,
        chest=81 + 118j,
        pelvis_deg=-14,
        chest_deg=5,
        head=-1 + 18j,
        near=(82 + 42j, 84 + 7j, 83 + 3j),
        far=(94 + 40j, 95 + 28j, 95 + 20j),
        near_arm=(60 + 98j, 70 + 108j),
        far_arm=(104 + 96j, 100 + 78j),
        start=True,
    )
    level = Facing(
        pelvis=236 + 80j,
        chest=236 + 121j,
        near=(231 + 43j, 234 + 7j, 233 + 3j),
        far=(244 + 46j, 244 + 34j, 244 + 26j),
        near_arm=(213 + 100j, 222 + 112j),
        far_arm=(259 + 100j, 256 + 82j),
    )
    return Drawing(
        "Hips level",
        "Two runners from the front, on one foot: pale, with the hip of the other leg dropped; "
        "then dark, with both hip bones at one height.",
        (
            Panel(
                0,
                184,
                (
                    floor(40, 130),
                    dropped,
                    dashed(58 + 86j, 112 + 73j),
                    arrow(116 + 88j, 116 + 70j, head=5.5),
                ),
                middle=84,
            ),
            Panel(0, 184, (floor(190, 284), level, dashed(204 + 82j, 268 + 82j)), middle=236),
        ),
    )


def _runner() -> Aside:
    """Pose a runner as the near foot leaves the ground."""
    return Aside(
        hip=160 + 82j,
        loins=80,
        ribs=82,
        near=Leg(ankle=120 + 22j, foot=-52, toes=-8),
        far=Leg(thigh=-22, shin=-112, foot=-22),
        near_arm=Arm(upper=-58, fore=40),
        far_arm=Arm(upper=-142, fore=-40),
    )


def _midstance(x: float) -> Aside:
    """Pose a runner over the near foot."""
    return Aside(
        hip=x + 80j,
        loins=88,
        near=Leg(ankle=complex(x + 6, 6.4)),
        far=Leg(thigh=-92, shin=178, foot=236),
        near_arm=Arm(upper=-118, fore=-14),
        far_arm=Arm(upper=-66, fore=34),
    )


def _print(at: complex) -> str:
    return outline((at - 6, 3.4), (at + 5, 4.2))


def _metronome(at: complex) -> list[list[Mark]]:
    body = line(at - 14, at + 14, at + 7 + 40j, at - 7 + 40j) + "Z"
    return [
        [Mark(body, "prop")],
        thin(at + 8j, at + 12 + 48j),
        bent(at - 14 + 50j, at + 58j, at + 18 + 50j),
    ]


DRAWINGS: Final[dict[str, Callable[[], Drawing]]] = {
    "push-off-behind": _push_off_behind,
    "pull-the-foot-up": _pull_the_foot_up,
    "hips-forward": _hips_forward,
    "run-tall": _run_tall,
    "land-under-you": _land_under_you,
    "quicker-steps": _quicker_steps,
    "hips-level": _hips_level,
}
