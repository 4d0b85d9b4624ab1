"""How worn heels are drawn: a pair from behind, each heel in thirds, as SVG without script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.domain.diary import HeelWear, WearPlace

_THIRDS: Final[Sequence[WearPlace]] = ("outer", "middle", "inner")
_WORDS: Final = ("not worn", "a little worn", "clearly worn", "worn through")
_DEPTHS: Final = (0, 5, 11, 18)
"""How far into the sole a level of wear is drawn."""
_TOP, _SOLE, _THIRD = 20, 64, 31


def heels_svg(wear: HeelWear | None, *, title_id: str) -> Markup:
    """Draw the two heels.

    Parameters
    ----------
    wear
        How they are worn; None: as new, to show which third is called what.
    title_id
        An id that no other element of the page has.

    Returns
    -------
        An SVG element as wide as its place, the left shoe at the left.
    """
    said = "Nothing is worn." if wear is None else f"{_side('Left', wear)}. {_side('Right', wear)}."
    shoes = [
        _shoe(0, "left", wear.left if wear else 0, wear.left_place if wear else None),
        _shoe(126, "right", wear.right if wear else 0, wear.right_place if wear else None),
    ]
    head = Markup(
        '<svg class="heels" viewBox="0 0 232 118" role="img" aria-labelledby="{i} {i}-desc">'
        '<title id="{i}">Both heels from behind</title><desc id="{i}-desc">{said}</desc>'
    ).format(i=title_id, said=said)
    return head + Markup("".join(shoes) + "</svg>")  # noqa: S704 - our own numbers and words


def _side(name: str, wear: HeelWear) -> str:
    level, place = (
        (wear.left, wear.left_place) if name == "Left" else (wear.right, wear.right_place)
    )
    where = {"even": " evenly", None: ""}.get(place, f" at its {place} part")
    return f"{name} heel {_WORDS[level]}{where}"


def _shoe(x: int, side: str, level: int, place: WearPlace | None) -> str:
    """Draw one shoe: its upper, its outsole in thirds (outer away from the other shoe)."""
    thirds = _THIRDS if side == "left" else tuple(reversed(_THIRDS))
    bottom = _SOLE + 22
    parts = [
        f'<path class="upper" d="M{x + 16},{_SOLE}C{x + 10},{_TOP + 20} {x + 22},{_TOP} '
        f'{x + 52},{_TOP}C{x + 82},{_TOP} {x + 94},{_TOP + 20} {x + 88},{_SOLE}Z"/>',
        f'<text class="letter-{side}" x="{x + 52}" y="{_TOP + 32}" font-size="22" '
        f'text-anchor="middle">{side[0].upper()}</text>',
    ]
    for i, third in enumerate(thirds):
        left = x + 6 + i * _THIRD
        worn = level if place in (third, "even") or (level and place is None) else 0
        depth = _DEPTHS[worn]
        parts.append(
            f'<rect class="outsole" x="{left}" y="{_SOLE}" width="{_THIRD - 1}" '
            f'height="{bottom - _SOLE - depth}"/>'
        )
        if depth:
            parts.append(
                f'<rect class="worn" x="{left}" y="{bottom - depth}" width="{_THIRD - 1}" '
                f'height="{depth}"/>'
            )
        parts.append(
            f'<text x="{left + _THIRD / 2:.0f}" y="{bottom + 13}" font-size="9" '
            f'text-anchor="middle">{third}</text>'
        )
    word = _WORDS[level] if level else f"your {side}"
    parts.append(
        f'<text x="{x + 52}" y="{bottom + 28}" font-size="11" text-anchor="middle">{word}</text>'
    )
    return "".join(parts)
