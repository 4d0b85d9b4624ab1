"""How a person is drawn: a pose's joints, and a calm round figure around them.

Seen from the side, a person faces right, so the near side is the right one; seen from the front,
the near side is the right one too and lies at the left of the drawing, as of somebody who faces
you; from behind it lies at the right. Mirrored, it is the left. Lengths are those of a body 150
units tall.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from evenstride.render.drawings.limbs import along, direction, middle_joint, outline
from evenstride.render.drawings.marks import Mark, Role

THIGH: Final = 37.0
SHIN: Final = 36.0
UPPER_ARM: Final = 27.0
FOREARM: Final = 24.0
LOINS: Final = 19.0
RIBS: Final = 26.0
ANKLE: Final = 6.4
"""Height of the ankle above the sole of a flat foot."""

_SHOULDER_UP: Final = 22.5
_LEG_RADII: Final = (8.2, 5.6, 3.6)
_ARM_RADII: Final = (4.6, 3.6, 2.7)
_HAND: Final = 3.1


@dataclass(frozen=True, slots=True)
class Leg:
    """A leg seen from the side: where its ankle is, or how thigh and shin point.

    `foot` is the direction from heel to ball, `toes` that of the toes where they bend [deg].
    """

    ankle: complex | None = None
    thigh: float = -90.0
    shin: float = -90.0
    foot: float = 0.0
    toes: float | None = None


@dataclass(frozen=True, slots=True)
class Arm:
    """An arm seen from the side: where its wrist is, or how upper arm and forearm point.

    `bend` is -1 where the elbow bends as in front of the body; `short` how much of its length is
    seen where it points at the viewer.
    """

    wrist: complex | None = None
    upper: float = -90.0
    fore: float = -90.0
    bend: int = -1
    short: float = 1.0


@dataclass(frozen=True, slots=True)
class Aside:
    """A person seen from the side.

    Attributes
    ----------
    hip
        Where the hips are.
    loins, ribs
        Directions pelvis to ribs and ribs to neck [deg]; 90 stands upright.
    near, far, near_arm, far_arm
        The limbs; no far arm where None.
    head
        Direction neck to crown; that of the ribs where None.
    far_hip
        Where the far hip is when the pelvis is shifted; as `hip` where None.
    start
        Whether it is where a movement begins: drawn pale.
    """

    hip: complex
    near: Leg
    far: Leg
    near_arm: Arm
    far_arm: Arm | None = None
    loins: float = 90.0
    ribs: float | None = None
    head: float | None = None
    far_hip: complex | None = None
    start: bool = False


@dataclass(frozen=True, slots=True)
class Facing:
    """A person seen from the front or from behind; limbs may be foreshortened.

    Attributes
    ----------
    pelvis, chest
        Middle between the hips, and between the shoulders.
    near, far
        Knee, ankle and tip of the foot.
    near_arm, far_arm
        Elbow and wrist; behind the trunk where `arms_behind`.
    pelvis_deg, chest_deg
        Turn of the lines between hips and between shoulders, 0 level.
    head
        Middle of the head, seen from the middle between the shoulders.
    behind
        Whether it is seen from behind.
    start
        Whether it is where a movement begins: drawn pale.
    """

    pelvis: complex
    chest: complex
    near: tuple[complex, complex, complex]
    far: tuple[complex, complex, complex]
    near_arm: tuple[complex, complex]
    far_arm: tuple[complex, complex]
    pelvis_deg: float = 0.0
    chest_deg: float = 0.0
    head: complex = 18j
    hips: float = 7.5
    shoulders: float = 15.0
    behind: bool = False
    arms_behind: bool = False
    start: bool = False


def aside(pose: Aside) -> list[Mark]:
    """Draw a person from the side: what is far first, the near limbs last."""
    ribs_deg = pose.loins if pose.ribs is None else pose.ribs
    waist = pose.hip + along(pose.loins, LOINS)
    neck = waist + along(ribs_deg, RIBS)
    shoulder = waist + along(ribs_deg, _SHOULDER_UP)
    front = along(ribs_deg - 90.0)
    marks: list[Mark] = []
    if pose.far_arm is not None:
        marks += _arm(shoulder + front, pose.far_arm, far=True)
    marks += _leg(_far_hip(pose), pose.far, far=True)
    marks += _head(neck, ribs_deg if pose.head is None else pose.head)
    belly, breast = along(pose.loins - 90.0), front
    trunk = outline(
        (pose.hip + along(pose.loins, 2.0), 9.6),
        (waist + belly * 0.4, 8.8),
        (waist + along(ribs_deg, 13.0) + breast * 0.8, 10.6),
        (shoulder - front * 0.6, 6.8),
    )
    marks.append(Mark(trunk, "shirt"))
    marks += _leg(pose.hip, pose.near, far=False, pelvis=pose.hip + along(pose.loins, 3.0))
    marks += _arm(shoulder, pose.near_arm, far=False)
    return marks


def joints(pose: Aside) -> dict[str, complex]:
    """Return where the joints of a pose are: `shoulder`, `neck`, `near_knee`, `far_ankle`, ..."""
    ribs_deg = pose.loins if pose.ribs is None else pose.ribs
    waist = pose.hip + along(pose.loins, LOINS)
    shoulder = waist + along(ribs_deg, _SHOULDER_UP)
    found = {"hip": pose.hip, "waist": waist, "shoulder": shoulder}
    found["neck"] = waist + along(ribs_deg, RIBS)
    for side, leg, hip, arm in (
        ("near", pose.near, pose.hip, pose.near_arm),
        ("far", pose.far, _far_hip(pose), pose.far_arm),
    ):
        found[f"{side}_hip"] = hip
        found[f"{side}_knee"], found[f"{side}_ankle"] = _leg_joints(hip, leg)
        if arm is not None:
            found[f"{side}_elbow"], found[f"{side}_wrist"] = _arm_joints(shoulder, arm)
    return found


def facing(pose: Facing) -> list[Mark]:
    """Draw a person from the front or from behind."""
    toward_near = 1.0 if pose.behind else -1.0
    hip = along(pose.pelvis_deg, pose.hips * toward_near)
    shoulder = along(pose.chest_deg, pose.shoulders * toward_near)
    legs = [
        Mark(_front_leg(pose.pelvis + hip * way, leg), "skin")
        for way, leg in ((-1.0, pose.far), (1.0, pose.near))
    ]
    arms: list[Mark] = []
    for way, (elbow, wrist) in ((1.0, pose.near_arm), (-1.0, pose.far_arm)):
        start = pose.chest + shoulder * way
        arms += [
            Mark(_limb(start, elbow, wrist, _ARM_RADII) + outline((wrist, _HAND)), "skin"),
            Mark(_sleeve(start, elbow), "shirt"),
            Mark(
                outline(
                    (start - shoulder * way * 0.36 - 5j, 4.9),
                    (start, 4.9),
                    (start + (elbow - start) * 0.3, 4.7),
                ),
                "patch",
            ),
        ]
    up = along(direction(pose.pelvis, pose.chest))
    waist = pose.pelvis + (pose.chest - pose.pelvis) * 0.42
    across = along(pose.chest_deg)
    low = along(pose.pelvis_deg)
    shirt = (
        outline((pose.pelvis - low * 5.5, 7.6), (waist - across * 4.5, 8.0))
        + outline((pose.pelvis + low * 5.5, 7.6), (waist + across * 4.5, 8.0))
        + outline((waist - across * 4.5, 8.0), (pose.chest - across * 10.5 - up * 3.0, 6.5))
        + outline((waist + across * 4.5, 8.0), (pose.chest + across * 10.5 - up * 3.0, 6.5))
        + outline((waist, 9.0), (pose.chest - up * 6.0, 10.0))
        + outline((pose.chest - across * 12.0 - up * 1.0, 5.2), (pose.chest + up * 4.0, 4.2))
        + outline((pose.chest + across * 12.0 - up * 1.0, 5.2), (pose.chest + up * 4.0, 4.2))
    )
    shorts = outline((pose.pelvis - low * 5.0, 8.4), (pose.pelvis + low * 5.0, 8.4))
    for way, leg in ((1.0, pose.near), (-1.0, pose.far)):
        top = pose.pelvis + hip * way
        shorts += outline((top, 8.4), (top + (leg[0] - top) * 0.5, 7.4))
    head = _front_head(pose.chest, pose.chest + pose.head, behind=pose.behind)
    body = [*legs, Mark(shirt, "shirt"), Mark(shorts, "shorts")]
    body = [*head[:1], *body, *head[1:]] if pose.behind else [*body, *head]
    return [*arms, *body] if pose.arms_behind else [*body, *arms]


def _far_hip(pose: Aside) -> complex:
    return pose.hip if pose.far_hip is None else pose.far_hip


def _leg_joints(hip: complex, leg: Leg) -> tuple[complex, complex]:
    if leg.ankle is not None:
        return middle_joint(hip, leg.ankle, THIGH, SHIN, 1), leg.ankle
    knee = hip + along(leg.thigh, THIGH)
    return knee, knee + along(leg.shin, SHIN)


def _arm_joints(shoulder: complex, arm: Arm) -> tuple[complex, complex]:
    if arm.wrist is not None:
        elbow = middle_joint(shoulder, arm.wrist, UPPER_ARM, FOREARM, arm.bend)
        return elbow, arm.wrist
    elbow = shoulder + along(arm.upper, UPPER_ARM * arm.short)
    return elbow, elbow + along(arm.fore, FOREARM * arm.short)


def _leg(hip: complex, leg: Leg, *, far: bool, pelvis: complex | None = None) -> list[Mark]:
    knee, ankle = _leg_joints(hip, leg)
    calf = knee + (ankle - knee) * 0.3 + along(direction(knee, ankle) - 90.0, 0.9)
    shape = outline((hip, _LEG_RADII[0]), (knee, _LEG_RADII[1]), (ankle, _LEG_RADII[2]))
    shape += outline((knee, 5.0), (calf, 5.6), (ankle, 3.4))
    shape += _foot(ankle, leg.foot, leg.toes)
    shorts = outline((hip, 8.8), (hip + (knee - hip) * 0.5, 8.0))
    if pelvis is not None:
        shorts += outline((hip, 9.8), (pelvis, 9.8))
    first: Role = "far_skin" if far else "skin"
    second: Role = "far_shorts" if far else "shorts"
    return [Mark(shape, first), Mark(shorts, second)]


def _foot(ankle: complex, foot_deg: float, toes_deg: float | None) -> str:
    ahead, up = along(foot_deg), along(foot_deg + 90.0)
    heel, ball = ankle - ahead * 4.2 - up * 3.2, ankle + ahead * 8.6 - up * 4.0
    tip = ball + along(foot_deg if toes_deg is None else toes_deg, 5.6)
    return (
        outline((ankle, 3.5), (heel, 3.2), (ball, 2.4), (tip, 2.0))
        + outline((ankle, 3.5), (ball, 2.4))
        + outline((ankle + ahead * 1.5 - up * 1.0, 3.0), (ball + up * 0.4, 2.4))
    )


def _arm(shoulder: complex, arm: Arm, *, far: bool) -> list[Mark]:
    elbow, wrist = _arm_joints(shoulder, arm)
    hand = wrist + along(direction(elbow, wrist), 3.4)
    shape = _limb(shoulder, elbow, wrist, _ARM_RADII) + outline((wrist, 2.7), (hand, _HAND))
    first: Role = "far_skin" if far else "skin"
    second: Role = "far_shirt" if far else "shirt"
    return [Mark(shape, first), Mark(_sleeve(shoulder, elbow), second)]


def _limb(start: complex, joint: complex, end: complex, radii: tuple[float, float, float]) -> str:
    return outline((start, radii[0]), (joint, radii[1]), (end, radii[2]))


def _sleeve(shoulder: complex, elbow: complex) -> str:
    return outline((shoulder, 5.4), (shoulder + (elbow - shoulder) * 0.45, 4.8))


def _head(neck: complex, head_deg: float) -> list[Mark]:
    up, front = along(head_deg), along(head_deg - 90.0)
    crown = neck + up * 14.5 + front * 1.2
    jaw = neck + up * 9.0 + front * 4.2
    nose = neck + up * 12.6 + front * 10.2
    face = outline((neck - up * 3.0, 4.4), (neck + up * 8.0 + front * 0.6, 4.4))
    face += outline((crown, 8.6), (jaw, 4.6)) + outline((crown + front * 4.0, 4.0), (nose, 1.1))
    hair = outline((crown + up * 1.2 - front * 1.0, 7.8), (crown - front * 3.4 - up * 2.0, 5.6))
    hair += outline((crown + up * 4.4 + front * 2.0, 4.2))
    return [Mark(face, "skin"), Mark(hair, "hair")]


def _front_head(chest: complex, middle: complex, *, behind: bool) -> list[Mark]:
    up = along(direction(chest, middle))
    across = up * -1j
    neck = outline((chest + up * 5.0, 4.4), (middle - up * 4.0, 4.2))
    skull = outline((middle + up * 2.2, 8.6), (middle - up * 3.8, 6.0))
    if behind:
        hair = outline((middle + up * 2.0, 8.0), (middle - up * 2.4, 6.4))
        return [Mark(neck, "skin"), Mark(skull, "skin"), Mark(hair, "hair")]
    hair = outline((middle + up * 5.6 - across * 2.6, 4.6), (middle + up * 5.6 + across * 2.6, 4.6))
    eyes = outline((middle - across * 3.0 - up * 0.2, 0.8)) + outline(
        (middle + across * 3.0 - up * 0.2, 0.8)
    )
    return [Mark(neck, "skin"), Mark(skull, "skin"), Mark(hair, "hair"), Mark(eyes, "hair")]


def _front_leg(hip: complex, leg: tuple[complex, complex, complex]) -> str:
    knee, ankle, tip = leg
    calf = knee + (ankle - knee) * 0.3
    return outline((hip, 8.0), (knee, 5.6), (calf, 5.4), (ankle, 3.6)) + outline(
        (ankle, 3.7), (ankle + (tip - ankle) * 0.6, 3.8), (tip, 3.0)
    )
