"""Poses of the signs from top to toe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evenstride.render.drawings.figure import Facing
from evenstride.render.drawings.limbs import along, outline
from evenstride.render.drawings.marks import Mark, curve, line
from evenstride.render.drawings.props import (
    angle,
    arrow,
    box,
    dashed,
    far_letter,
    felt,
    floor,
    near_letter,
    scales,
)
from evenstride.render.drawings.sheet import Drawing, Panel

if TYPE_CHECKING:
    from collections.abc import Callable


def _chest_breath() -> Drawing:
    bust = Facing(
        pelvis=160 + 79j,
        chest=160 + 120j,
        near=(152 + 42j, 152 + 7j, 152 + 3j),
        far=(168 + 42j, 168 + 7j, 168 + 3j),
        near_arm=(132 + 97.5j, 148 + 108j),
        far_arm=(188 + 97.5j, 172 + 108j),
    )
    return Drawing(
        "Breath into the chest",
        "Seen from the front: a flat hand below each collar bone, breathing in; which hand is "
        "moved less?",
        (
            Panel(
                -208,
                340,
                (
                    bust,
                    _hand(150 + 112j, 66, 1),
                    _hand(170 + 112j, 114, -1),
                    arrow(138 + 128j, 126 + 136j, head=4),
                    arrow(182 + 128j, 194 + 136j, head=4),
                    near_letter(134 + 84j, always=True),
                    far_letter(186 + 84j, always=True),
                ),
                scale=2.3,
            ),
        ),
    )


def _back_breath() -> Drawing:
    bust = Facing(
        pelvis=160 + 79j,
        chest=160 + 120j,
        near=(168 + 42j, 168 + 7j, 168 + 3j),
        far=(152 + 42j, 152 + 7j, 152 + 3j),
        near_arm=(186 + 96j, 176 + 76j),
        far_arm=(134 + 96j, 144 + 76j),
        behind=True,
        arms_behind=True,
    )
    return Drawing(
        "Breath into the back",
        "Seen from behind: a hand on each side of the back below the shoulder blades, breathing "
        "in; which side is moved less?",
        (
            Panel(
                -208,
                340,
                (
                    bust,
                    _of_a_helper(150 + 98j, 138 + 56j),
                    _of_a_helper(170 + 98j, 182 + 56j),
                    _hand(150 + 100j, 96, -1),
                    _hand(170 + 100j, 84, 1),
                    arrow(139 + 103j, 124 + 106j, head=4),
                    arrow(181 + 103j, 196 + 106j, head=4),
                    near_letter(190 + 84j, always=True),
                    far_letter(130 + 84j, always=True),
                ),
                scale=2.3,
            ),
        ),
    )


def _hand(at: complex, fingers_deg: float, thumb: int) -> list[Mark]:
    """Draw a flat hand; its thumb stands to the left of the fingers (1) or to the right (-1)."""
    ahead, aside_ = along(fingers_deg), along(fingers_deg + 90.0)
    palm = outline((at - ahead * 4.0, 3.4), (at, 4.0))
    fingers = "".join(
        outline(
            (at + aside_ * way + ahead, 1.15),
            (at + aside_ * way * 1.15 + ahead * (9.6 - abs(way + 0.9 * thumb) * 0.5), 1.05),
        )
        for way in (-2.9, -1.0, 1.0, 2.9)
    )
    root = at + aside_ * 3.2 * thumb - ahead * 2.5
    return [
        Mark(
            palm
            + fingers
            + outline((root, 1.5), (root + aside_ * 3.2 * thumb + ahead * 4.6, 1.15)),
            "skin",
        )
    ]


def _of_a_helper(at: complex, elbow: complex) -> list[Mark]:
    """Draw the forearm of somebody else, up to the hand."""
    return [Mark(outline((at - 4j, 3.2), (elbow, 5.2)), "skin")]


def _flared_ribs() -> Drawing:
    bust = Facing(
        pelvis=160 + 79j,
        chest=160 + 120j,
        near=(152 + 42j, 152 + 7j, 152 + 3j),
        far=(168 + 42j, 168 + 7j, 168 + 3j),
        near_arm=(133 + 97j, 144 + 92j),
        far_arm=(187 + 97j, 176 + 92j),
    )
    ribs = curve(146 + 94j, 150 + 105j, 159 + 110j) + curve(161 + 110j, 170 + 105j, 174 + 94j)
    return Drawing(
        "Lower edge of the ribs",
        "A hand on the lower edge of the ribs at each side, thumbs toward each other: which edge "
        "stands further out, or higher?",
        (
            Panel(
                -208,
                330,
                (
                    bust,
                    [Mark(ribs, "line")],
                    _hand(148 + 94j, 20, 1),
                    _hand(172 + 94j, 160, -1),
                    arrow(149 + 106j, 143 + 114j, head=4),
                    arrow(171 + 106j, 177 + 114j, head=4),
                    near_letter(134 + 80j, always=True),
                    far_letter(186 + 80j, always=True),
                ),
                scale=2.3,
            ),
        ),
    )


def _trunk_rotation() -> Drawing:
    turn = -34.0
    return Drawing(
        "Trunk rotation, seated",
        "Seen from above: seated, knees and feet together, a stick across the shoulders; the "
        "trunk turns to {near} side while the knees stay side by side. Measured is the angle of "
        "the stick.",
        (
            Panel(
                160,
                118,
                (
                    box(-34 - 30j, 68, 44),
                    _thighs(),
                    dashed(-70 + 0j, 70 + 0j),
                    [Mark(outline((along(turn, -24.0), 9.5), (along(turn, 24.0), 9.5)), "shirt")],
                    [Mark(line(along(turn, -70.0), along(turn, 70.0)), "band")],
                    [
                        Mark(
                            outline((along(turn + 90, 3.0), 11.0))
                            + outline((along(turn + 90, 14.0), 2.8)),
                            "skin",
                        ),
                        Mark(outline((along(turn + 90, 1.0), 10.0)), "hair"),
                    ],
                    angle(0j, 0.0, turn, 62.0),
                    arrow(along(turn + 12, 62.0), along(turn, 62.0))[1:],
                    near_letter(88 - 14j),
                    far_letter(-88 + 14j),
                ),
                scale=1.2,
            ),
        ),
    )


def _thighs() -> list[Mark]:
    return [
        Mark(
            outline((8 + 0j, 9.0), (6 + 44j, 6.4)) + outline((6 + 50j, 4.0), (6 + 60j, 3.0)), "skin"
        ),
        Mark(
            outline((-8 + 0j, 9.0), (-6 + 44j, 6.4)) + outline((-6 + 50j, 4.0), (-6 + 60j, 3.0)),
            "skin",
        ),
        Mark(
            outline((8 + 0j, 9.6), (7 + 24j, 8.4)) + outline((-8 + 0j, 9.6), (-7 + 24j, 8.4)),
            "shorts",
        ),
    ]


def _two_scales() -> Drawing:
    person = Facing(
        pelvis=160 + 84j,
        chest=160 + 125j,
        near=(151 + 48j, 148 + 13j, 147 + 9j),
        far=(169 + 48j, 172 + 13j, 173 + 9j),
        near_arm=(138 + 101j, 136 + 78j),
        far_arm=(182 + 101j, 184 + 78j),
    )
    return Drawing(
        "Two bathroom scales",
        "Standing with a foot on each of two bathroom scales side by side, looking straight "
        "ahead; both are read.",
        (
            Panel(
                0,
                186,
                (
                    floor(80, 240),
                    scales(146 + 0j),
                    scales(174 + 0j),
                    person,
                    arrow(112 + 30j, 112 + 10j),
                    arrow(208 + 30j, 208 + 10j),
                    near_letter(112 + 44j, always=True),
                    far_letter(208 + 44j, always=True),
                ),
                scale=1.1,
            ),
        ),
    )


def _hip_bone_forward() -> Drawing:
    person = Facing(
        pelvis=88 + 79j,
        chest=88 + 120j,
        near=(80 + 42j, 79 + 7j, 78 + 3j),
        far=(96 + 42j, 97 + 7j, 98 + 3j),
        near_arm=(64 + 98j, 77 + 83j),
        far_arm=(112 + 98j, 99 + 83j),
    )
    turn = 12.0
    return Drawing(
        "Which hip bone stands forward",
        "From the front: thumbs on the bony points in front of the pelvis. From above, heels at "
        "a wall: the point of {near} side stands further forward.",
        (
            Panel(
                0,
                184,
                (
                    floor(40, 136),
                    person,
                    felt(81 + 82j, radius=3.5),
                    felt(95 + 82j, radius=3.5),
                    near_letter(50 + 66j, always=True),
                    far_letter(126 + 66j, always=True),
                ),
                number="1",
                number_at=24 + 34j,
                middle=88,
            ),
            Panel(
                238,
                104,
                (
                    [
                        Mark(
                            "".join(
                                line(complex(x, 44), complex(x + 7, 51)) for x in range(-56, 54, 12)
                            ),
                            "floor",
                        ),
                        Mark(line(-58 + 44j, 58 + 44j), "line"),
                    ],
                    [
                        Mark(
                            outline((-12 + 36j, 5), (-14 + 10j, 6))
                            + outline((12 + 36j, 5), (14 + 10j, 6)),
                            "far_skin",
                        )
                    ],
                    [
                        Mark(
                            outline(
                                (along(turn, -24.0) + 14j, 15.0), (along(turn, 24.0) + 14j, 15.0)
                            ),
                            "shorts",
                        )
                    ],
                    dashed(-54 - 7j, 54 - 7j),
                    felt(along(turn, -25.0) + 1j, radius=6),
                    felt(along(turn, 25.0) + 1j, radius=6),
                    arrow(along(turn, -26.0) - 10j, along(turn, -26.0) - 30j),
                    near_letter(-58 + 20j, always=True),
                    far_letter(58 + 16j, always=True),
                ),
                number="2",
                number_at=190 + 34j,
                middle=238,
            ),
        ),
    )


DRAWINGS: Final[dict[str, Callable[[], Drawing]]] = {
    "chest-breath": _chest_breath,
    "back-breath": _back_breath,
    "flared-ribs": _flared_ribs,
    "trunk-rotation": _trunk_rotation,
    "two-scales": _two_scales,
    "hip-bone-forward": _hip_bone_forward,
}
