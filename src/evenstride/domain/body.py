"""What a body map names: sides and regions, and what may be felt there, and when."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal


class Side(StrEnum):
    """A side of the body; `MIDDLE` only where a region lies across it."""

    LEFT = "left"
    RIGHT = "right"
    MIDDLE = "middle"

    @property
    def other(self) -> Side:
        """The side across; the middle is its own."""
        return {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT}.get(self, self)


class Feeling(StrEnum):
    """What is felt."""

    SORENESS = "soreness"
    TIGHTNESS = "tightness"
    PAIN = "pain"


class Moment(StrEnum):
    """When it is felt, seen from a run; `OTHER` at any other time."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"
    NEXT_MORNING = "next_morning"
    OTHER = "other"


Part = Literal["foot", "lower_leg", "knee", "thigh", "hip", "trunk", "shoulder"]

PARTS: Final[Mapping[Part, str]] = {
    "foot": "foot and ankle",
    "lower_leg": "lower leg",
    "knee": "knee",
    "thigh": "thigh",
    "hip": "hip and pelvis",
    "trunk": "trunk",
    "shoulder": "neck and shoulder",
}
"""Parts of the body, from the ground up."""

LEGS: Final[frozenset[Part]] = frozenset({"foot", "lower_leg", "knee", "thigh", "hip"})
"""The parts that the weight on a leg loads."""


@dataclass(frozen=True, slots=True)
class Region:
    """A region of the body map.

    Attributes
    ----------
    slug, label
        Its short name, and what people read: `front of the hip`.
    part
        The part of the body it belongs to.
    view
        On which side of the body it is drawn.
    across
        Whether it lies across the middle, so that `Side.MIDDLE` may be said of it.
    """

    slug: str
    label: str
    part: Part
    view: Literal["front", "back"]
    across: bool = False


REGIONS: Final[Mapping[str, Region]] = {
    region.slug: region
    for region in (
        Region("neck", "neck", "shoulder", "back", across=True),
        Region("shoulder", "shoulder", "shoulder", "front"),
        Region("chest", "chest", "trunk", "front", across=True),
        Region("ribs", "lower ribs", "trunk", "front"),
        Region("belly", "belly", "trunk", "front", across=True),
        Region("upper-back", "upper back", "trunk", "back", across=True),
        Region("lower-back", "lower back", "trunk", "back", across=True),
        Region("pelvis-back", "back of the pelvis", "hip", "back", across=True),
        Region("buttock", "buttock", "hip", "back"),
        Region("hip-front", "front of the hip", "hip", "front"),
        Region("hip-outer", "outside of the hip", "hip", "front"),
        Region("groin", "groin", "hip", "front"),
        Region("thigh-front", "front of the thigh", "thigh", "front"),
        Region("thigh-inner", "inside of the thigh", "thigh", "front"),
        Region("thigh-outer", "outside of the thigh", "thigh", "front"),
        Region("thigh-back", "back of the thigh", "thigh", "back"),
        Region("knee-front", "front of the knee", "knee", "front"),
        Region("knee-inner", "inside of the knee", "knee", "front"),
        Region("knee-outer", "outside of the knee", "knee", "front"),
        Region("knee-back", "back of the knee", "knee", "back"),
        Region("shin-front", "front of the shin", "lower_leg", "front"),
        Region("shin-inner", "inside of the shin", "lower_leg", "front"),
        Region("calf", "calf", "lower_leg", "back"),
        Region("achilles", "Achilles tendon", "lower_leg", "back"),
        Region("ankle", "ankle", "foot", "front"),
        Region("heel", "heel", "foot", "back"),
        Region("sole", "sole and arch", "foot", "back"),
        Region("midfoot", "top of the foot", "foot", "front"),
        Region("foot-outer", "outer edge of the foot", "foot", "front"),
        Region("forefoot", "ball of the foot", "foot", "front"),
        Region("big-toe", "big toe", "foot", "front"),
    )
}
"""All of them by their slugs, from the top down."""


def region_named(text: str) -> Region | None:
    """Return the region of this slug or label, whatever its case; None where there is none."""
    wanted = " ".join(text.replace("-", " ").replace("_", " ").split()).casefold()
    for region in REGIONS.values():
        if wanted in (region.slug.replace("-", " "), region.label.casefold()):
            return region
    return None


def of_leg(region: str | None) -> bool:
    """Tell whether a region is part of a leg, hip included; what is no region is not."""
    return region is not None and region in REGIONS and REGIONS[region].part in LEGS


def is_loaded(region: str, loads: Collection[str], *, weight_bearing: bool) -> bool:
    """Tell whether something loads a region: one that it names, or any of a leg with weight on it.

    Parameters
    ----------
    region
        The slug.
    loads
        What an exercise or a test names.
    weight_bearing
        Whether it is done with the weight on a leg.
    """
    return region in loads or (weight_bearing and of_leg(region))


def place_words(region: str, side: Side) -> str:
    """Name a region by its side: `right front of the hip`, `lower back, in the middle`."""
    label = REGIONS[region].label if region in REGIONS else region
    return f"{label}, in the middle" if side is Side.MIDDLE else f"{side.value} {label}"
