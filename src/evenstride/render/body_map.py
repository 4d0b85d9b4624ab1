"""How the body is drawn: front and back as SVG without script, each region a shape of its own.

All is laid out from the midline outwards (`u`) and from the head down (`y`), once for both sides:
the front shows the body's right at the picture's left, as a mirror does not, the back its left.
Outlines are curves that clip the regions' straight borders.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from markupsafe import Markup

from evenstride.domain.body import REGIONS, Feeling, Side, place_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

View = Literal["front", "back"]
Place = tuple[str, Side]
"""A region's slug, and which side of it."""

LETTERS: Final = {Feeling.SORENESS: "S", Feeling.TIGHTNESS: "T", Feeling.PAIN: "P"}
"""The letter that stands beside a level on the map."""
_HALF, _HEIGHT = 100, 452
_TOP = -14
_MIDDLE = {"chest": 9, "belly": 9, "upper-back": 9, "lower-back": 9, "pelvis-back": 12, "neck": 8}
"""How far from the midline the middle of what lies across it goes."""

_OUTLINE = (
    "M0,40L{9},46C{9},56 {12},60 {24},64C{38},68 {50},72 {53},86C{55},94 {54},102 {48},108L{42},110"
    "C{42},130 {37},142 {36},156C{36},172 {45},182 {48},198C{54},214 {57},238 {55},258"
    "C{53},276 {50},284 {50},294C{50},304 {54},316 {54},330C{54},350 {47},366 {46},384"
)
_FOOT = {
    "front": (
        "C{47},394 {63},402 {66},416C{68},430 {54},436 {43},436C{31},436 {21},430 {21},418"
        "C{21},404 {26},394 {26},384"
    ),
    "back": "C{47},398 {52},410 {50},422C{48},438 {24},438 {22},422C{20},410 {25},398 {26},384",
}
_INNER = (
    "C{24},366 {16},348 {16},330C{16},314 {19},304 {18},294C{17},280 {8},262 {5},240"
    "C{3},228 {2},222 0,216"
)
_ARM = (
    "M{50},82C{62},88 {66},104 {68},126C{72},146 {80},170 {84},196C{87},206 {88},216 {84},222"
    "C{78},226 {74},216 {72},202C{66},178 {56},150 {54},128C{50},116 {44},112 {44},104Z"
)
_SHAPES: Final[Mapping[str, tuple[tuple[int, int], ...]]] = {
    "shoulder": ((22, 50), (70, 50), (70, 112), (41, 112), (37, 84), (22, 72)),
    "chest": ((9, 60), (22, 72), (37, 84), (41, 112), (9, 112)),
    "ribs": ((9, 112), (60, 112), (60, 143), (9, 143)),
    "belly": ((9, 143), (60, 143), (60, 177), (9, 177)),
    "hip-front": ((9, 177), (36, 177), (36, 202), (31, 214), (9, 197)),
    "hip-outer": ((36, 177), (70, 177), (70, 226), (31, 224), (31, 214), (36, 202)),
    "groin": ((0, 198), (9, 197), (31, 214), (31, 224), (12, 229), (0, 229)),
    "thigh-inner": ((0, 229), (12, 229), (22, 226), (25, 275), (0, 275)),
    "thigh-front": ((22, 226), (31, 224), (42, 224), (42, 275), (25, 275)),
    "thigh-outer": ((42, 224), (70, 226), (70, 275), (42, 275)),
    "knee-inner": ((0, 275), (25, 275), (25, 312), (0, 312)),
    "knee-front": ((25, 275), (42, 275), (42, 312), (25, 312)),
    "knee-outer": ((42, 275), (70, 275), (70, 312), (42, 312)),
    "shin-inner": ((0, 312), (33, 312), (34, 374), (0, 374)),
    "shin-front": ((33, 312), (70, 312), (70, 374), (34, 374)),
    "ankle": ((0, 374), (70, 374), (70, 396), (0, 396)),
    "midfoot": ((0, 396), (47, 396), (51, 413), (0, 413)),
    "forefoot": ((0, 413), (51, 413), (53, 452), (35, 452), (35, 425), (0, 425)),
    "foot-outer": ((47, 396), (80, 396), (80, 452), (53, 452), (51, 413)),
    "big-toe": ((0, 425), (35, 425), (35, 452), (0, 452)),
    "neck": ((8, 36), (32, 36), (32, 64), (22, 68), (8, 68)),
    "upper-back": ((9, 68), (36, 68), (42, 112), (42, 120), (9, 120)),
    "lower-back": ((9, 120), (60, 120), (60, 166), (9, 166)),
    "pelvis-back": ((12, 166), (70, 166), (70, 191), (12, 191)),
    "buttock": ((0, 191), (70, 191), (70, 229), (0, 229)),
    "thigh-back": ((0, 229), (70, 229), (70, 275), (0, 275)),
    "knee-back": ((0, 275), (70, 275), (70, 307), (0, 307)),
    "calf": ((0, 307), (70, 307), (70, 354), (0, 354)),
    "achilles": ((0, 354), (70, 354), (70, 392), (0, 392)),
    "heel": ((0, 392), (70, 392), (70, 410), (0, 410)),
    "sole": ((0, 410), (70, 410), (70, 452), (0, 452)),
}
_MARKS: Final[Mapping[str, tuple[int, int]]] = {
    "shoulder": (46, 84), "chest": (25, 96), "ribs": (25, 128), "belly": (24, 160),
    "hip-front": (21, 191), "hip-outer": (45, 202), "groin": (14, 214), "thigh-inner": (15, 250),
    "thigh-front": (33, 246), "thigh-outer": (49, 254), "knee-inner": (20, 288),
    "knee-front": (34, 300), "knee-outer": (48, 288), "shin-inner": (25, 340),
    "shin-front": (44, 346), "ankle": (36, 385), "midfoot": (36, 404), "forefoot": (42, 420),
    "foot-outer": (60, 416), "big-toe": (27, 430), "neck": (14, 58), "upper-back": (25, 96),
    "lower-back": (24, 143), "pelvis-back": (28, 178), "buttock": (28, 210),
    "thigh-back": (31, 252), "knee-back": (34, 291), "calf": (35, 330), "achilles": (36, 373),
    "heel": (36, 401), "sole": (36, 423),
}  # fmt: skip
"""Where a region's level is written, and of what lies across: its side's."""
_GENTLE, _BEARABLE = 3, 5
"""Levels up to which pain is safe, and acceptable (Thomeé/Silbernagel's pain monitoring)."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What is felt in a place: the level, 0 to 10, which feeling, and the words for it."""

    level: int
    feeling: Feeling
    words: str


def places(view: View | None = None) -> Iterator[Place]:
    """Name every place of the map (or of one view) from the head down, right before left."""
    for slug, region in REGIONS.items():
        if view in (None, region.view):
            yield from ((slug, side) for side in (Side.RIGHT, Side.LEFT))
            if region.across:
                yield slug, Side.MIDDLE


def body_map_svg(
    view: View,
    marks: Mapping[Place, Mark],
    *,
    title_id: str,
    href: Callable[[Place], str] | None = None,
    chosen: Sequence[Place] = (),
) -> Markup:
    """Draw one view of the body.

    Parameters
    ----------
    view
        `front` or `back`.
    marks
        What is felt now: coloured by level, and written as level and letter; those of the other
        view are passed over.
    title_id
        An id that no other element of the page has.
    href
        Where a place leads when it is chosen; None: a picture, to look at only.
    chosen
        Places that are shown as chosen.

    Returns
    -------
        An SVG element that takes the width of its place. With `href` every region is a link named
        by its side, else the whole is one image that says its marks in words.
    """
    known = [place for place in places(view) if place in marks]
    said = "; ".join(f"{place_words(*p)}: {marks[p].words}" for p in known) or "nothing is marked"
    head = Markup(
        '<svg class="body-map" viewBox="0 {top} {w} {h}" role="{role}" '
        'aria-labelledby="{i} {i}-desc">'
        '<title id="{i}">The body from the {view}</title><desc id="{i}-desc">{said}.</desc>'
    ).format(
        top=_TOP,
        w=2 * _HALF,
        h=_HEIGHT - _TOP,
        role="group" if href else "img",
        i=title_id,
        view=view,
        said=said[:1].upper() + said[1:],
    )
    clip = f"{title_id}-clip"
    outlines = "".join(_outline(view, toward) for toward in (-1, 1))
    regions = Markup().join(
        _region(place, view, marks.get(place), href, clip=clip, chosen=place in chosen)
        for place in places(view)
    )
    return (
        head
        + Markup('<defs><clipPath id="{}">{}</clipPath></defs>').format(clip, Markup(outlines))  # noqa: S704 - our own numbers
        + _unnamed(view, outlines)
        + regions
        + Markup().join(_mark(place, view, marks[place]) for place in known)
        + _sides(view)
        + Markup("</svg>")
    )


def level_class(level: int) -> str:
    """Name the class that colours a level: by the limits of pain monitoring, 3 and 5."""
    if level <= 0:
        return "level-none"
    if level <= _GENTLE:
        return "level-low"
    return "level-mid" if level <= _BEARABLE else "level-high"


def _toward(side: Side, view: View) -> int:
    """Tell which way a side lies in the picture: -1 to its left, 1 to its right, 0 the middle."""
    if side is Side.MIDDLE:
        return 0
    return -1 if (side is Side.RIGHT) == (view == "front") else 1


def _outline(view: View, toward: int) -> str:
    return f'<path d="{_path(_OUTLINE + _FOOT[view] + _INNER, toward)}"/>'


def _path(text: str, toward: int) -> str:
    """Put a path that is laid out from the midline into the picture."""
    parts = text.replace("M0,", f"M{_HALF},").replace(" 0,", f" {_HALF},").split("{")
    rest = (part.partition("}") for part in parts[1:])
    return parts[0] + "".join(f"{_HALF + toward * int(u)}{tail}" for u, _, tail in rest)


def _unnamed(view: View, outlines: str) -> Markup:
    """Draw what no region belongs to: head, arms, and the ground of all else."""
    arms = "".join(f'<path d="{_path(_ARM, toward)}"/>' for toward in (-1, 1))
    face = (
        f'<path class="face" d="M{_HALF - 5},26q5,4 10,0M{_HALF - 6},15h.1M{_HALF + 6},15h.1"/>'
        if view == "front"
        else ""
    )
    return Markup(  # noqa: S704 - our own numbers
        f'<g class="unnamed">{arms}<ellipse cx="{_HALF}" cy="20" rx="18" ry="22"/>{outlines}</g>'
        f"{face}"
    )


def _region(
    place: Place,
    view: View,
    mark: Mark | None,
    href: Callable[[Place], str] | None,
    *,
    clip: str,
    chosen: bool,
) -> Markup:
    """Draw a region as far as the outline goes; what can be hit of it goes beyond."""
    slug, side = place
    classes = ["region", level_class(mark.level) if mark else "", "chosen" if chosen else ""]
    points = " ".join(f"{x},{y}" for x, y in _points(slug, side, view))
    shape = Markup('<polygon class="{}" clip-path="url(#{})" points="{}"{}/>').format(
        " ".join(filter(None, classes)),
        clip,
        points,
        "" if href else Markup(' aria-hidden="true"'),
    )
    if href is None:
        return shape
    name = place_words(*place) + (f": {mark.words}" if mark else "")
    return Markup(
        '<a href="{}" data-place="{}" aria-label="{}"><title>{}</title>'
        '<polygon class="hit" points="{}"/>{}</a>'
    ).format(href(place), place_key(place), name, name, points, shape)


def place_key(place: Place) -> str:
    """Write a place as one word, as ids and fields name it: `right-hip-front`."""
    return f"{place[1].value}-{place[0]}"


def place_of_key(key: str) -> Place | None:
    """Read a place that `place_key` wrote; None where it is none."""
    side, _, slug = key.partition("-")
    if slug not in REGIONS or side not in (*Side,):
        return None
    if side == Side.MIDDLE and not REGIONS[slug].across:
        return None
    return slug, Side(side)


def _points(slug: str, side: Side, view: View) -> list[tuple[int, int]]:
    shape = _SHAPES[slug]
    if side is not Side.MIDDLE:
        toward = _toward(side, view)
        return [(_HALF + toward * u, y) for u, y in shape]
    width, ys = _MIDDLE[slug], [y for _, y in shape]
    top, bottom = min(ys), max(ys)
    if slug == "belly":  # between the ribs and the groins nothing else lies in the middle
        top, bottom = 112, 198
    return [
        (_HALF + u, y) for u, y in ((-width, top), (width, top), (width, bottom), (-width, bottom))
    ]


def _mark(place: Place, view: View, mark: Mark) -> Markup:
    slug, side = place
    u, y = _MARKS[slug]
    x = _HALF + _toward(side, view) * u
    return Markup(
        '<g class="mark {}" aria-hidden="true"><circle cx="{x}" cy="{y}" r="12.5"/>'
        '<text x="{x}" y="{base}" text-anchor="middle" font-size="12">{level}{letter}</text></g>'
    ).format(
        level_class(mark.level),
        x=x,
        y=y,
        base=y + 4.2,
        level=mark.level,
        letter=LETTERS[mark.feeling],
    )


def _sides(view: View) -> Markup:
    """Name the view and both sides of the body, by letter and word, where they lie."""
    left_of_picture, right_of_picture = ("R", "L") if view == "front" else ("L", "R")
    words = {"R": ("right", "your right"), "L": ("left", "your left")}
    made = []
    for letter, x, anchor in ((left_of_picture, 2, "start"), (right_of_picture, 198, "end")):
        side, said = words[letter]
        made.append(
            f'<text class="letter-{side}" x="{x}" y="6" font-size="20" text-anchor="{anchor}">'
            f'{letter}</text><text x="{x}" y="20" font-size="11" text-anchor="{anchor}">{said}'
            "</text>"
        )
    return Markup(  # noqa: S704 - our own words
        f'<g class="map-words" aria-hidden="true">{"".join(made)}'
        f'<text x="{_HALF}" y="449" font-size="11" text-anchor="middle">{view}</text></g>'
    )
