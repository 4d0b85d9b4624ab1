"""Decides which exercises a plan may hold, and which of them come first.

From the top down in the first four weeks, then built into strength. What is sore, what is missing
and what a person said of themselves takes exercises out; findings, tight places, an old injury of
the foot, hours of sitting and wishes bring some to the front. No side is chosen here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

from evenstride.body.catalogue import exercises
from evenstride.body.doses import STRONGER_WEEKS, TOP_DOWN_WEEKS
from evenstride.body.sides import earns_a_set, found_something
from evenstride.domain.body import REGIONS, Feeling, is_loaded, of_leg, place_words
from evenstride.domain.exercise import CONDITIONS, EQUIPMENT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from evenstride.domain.exercise import (
        Block,
        Exercise,
        Exposure,
        Facts,
        Flag,
        HurtBefore,
        Sore,
        TestedSide,
        Wish,
    )

Phase = Literal["top_down", "build", "strong"]
ALWAYS_THERE: Final = frozenset({"wall", "chair"})
MOST_SORE: Final = 5
"""Above it what loads the place is left out."""
EASIER_FROM: Final = 4
"""From here on what loads the place is made easier."""
BLOCK_ORDER: Final[tuple[Block, ...]] = (
    *("breathing", "mobility", "trunk", "hip", "single_leg", "foot"),
)
"""The order within a session: from the top down."""
_GOAL_BLOCKS: Final[Mapping[str, tuple[Block, ...]]] = {
    "less_sore": ("mobility", "trunk", "hip"),
    "stronger": ("single_leg", "hip", "foot"),
    "more_mobile": ("mobility",),
    "form": ("trunk",),
    "experiment": (),
}
_FINDING: Final = 5
"""The rank of a finding; one more for one on two days, two more for an injury of the foot."""
SPOKEN_FOR: Final = 4
"""The rank of a place that is sore or tight, for what works on it; findings rank higher."""
_FOR_SITTING: Final = "hip-flexor-stretch"
_Slots = tuple[tuple[str, tuple[str, ...]], ...]
_BREATH: Final = ("sucker-punch-rockback", "alternating-chest-press")
_LATER_BREATH: Final = (
    *("split-squat-rotation", "staggered-hinge", "ninety-ninety-hip-shift"),
    *_BREATH,
)
_MOBILITY: Final = (
    *("hip-flexor-stretch", "ankle-mobilisation", "roll-hip-flexors", "roll-quads", "quad-stretch"),
)
_TRUNK: Final = ("dead-bug", "bicycles")
_SLOTS: Final[Mapping[Phase, _Slots]] = {
    "top_down": (
        ("ribs", _BREATH),
        ("trunk", _TRUNK),
        ("mobility", _MOBILITY),
        ("hip", ("bridge", "fire-hydrant")),
        ("pelvis", ("ninety-ninety-hip-shift",)),
        ("foot", ("heel-raise",)),
        ("single_leg", ("squat",)),
    ),
    "build": (
        (
            "hip",
            ("band-hip-extension", "ball-hamstring-curl", "hip-thrust", "fire-hydrant", "bridge"),
        ),
        ("single_leg", ("step-up", "box-squat", "lunge", "squat")),
        ("foot", ("heel-raise",)),
        ("trunk", _TRUNK),
        ("ribs", _LATER_BREATH),
        ("mobility", _MOBILITY),
    ),
    "strong": (
        (
            "hip",
            ("hip-thrust", "ball-hamstring-curl", "band-hip-extension", "fire-hydrant", "bridge"),
        ),
        ("single_leg", ("pistol-squat", "box-squat", "lunge", "step-up", "squat")),
        ("foot", ("heel-raise",)),
        ("trunk", _TRUNK),
        ("ribs", _LATER_BREATH),
        ("mobility", _MOBILITY),
    ),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an exercise is in: `rank` orders reasons, the highest is said; one of these is set."""

    rank: int
    finding: TestedSide | None = None
    injury: HurtBefore | None = None
    place: Sore | None = None
    sitting: Exposure | None = None
    goal: str | None = None


def phase_of(week: int) -> Phase:
    """Name the block of a week."""
    if week <= TOP_DOWN_WEEKS:
        return "top_down"
    return "build" if week <= STRONGER_WEEKS else "strong"


@cache
def at_home() -> tuple[str, ...]:
    """List all exercises that sessions are made of, in the order of the catalogue."""
    return tuple(slug for slug, one in exercises().items() if not one.running)


def ruled_out(exercise: Exercise, wish: Wish, facts: Facts) -> str | None:
    """Say why an exercise cannot be in, and what would let it in; None where nothing forbids it.

    What has to go well before it is asked elsewhere (`progress.went_well`).
    """
    return (
        _missing(exercise, wish)
        or _cautioned(exercise, wish, facts)
        or _too_sore(exercise, facts)
        or _flagged(exercise, facts)
    )


def _missing(exercise: Exercise, wish: Wish) -> str | None:
    missing = [
        EQUIPMENT[slug]
        for slug in exercise.equipment
        if slug not in ALWAYS_THERE and slug not in wish.equipment
    ]
    if not missing:
        return None
    return f"It needs a {' and a '.join(missing)}; a plan that has it may hold it."


def _cautioned(exercise: Exercise, wish: Wish, facts: Facts) -> str | None:
    for caution in exercise.cautions:
        for condition in caution.conditions:
            if condition in wish.conditions:
                return f"{caution.why} You said: {CONDITIONS[condition]}."
        for sore in facts.sore:
            if sore.region in caution.regions and _level(sore, exercise) > caution.above:
                return (
                    f"{caution.why} {sore_words(sore)}; it comes back after two weeks of "
                    f"{caution.above} or less."
                )
    return None


def loads_place(exercise: Exercise, region: str) -> bool:
    """Tell whether an exercise loads a place.

    What is done with the weight on a leg loads all of it, whatever the catalogue names beside; hip
    work the hip.
    """
    if is_loaded(region, exercise.loads, weight_bearing=exercise.weight_bearing):
        return True
    part = REGIONS[region].part if region in REGIONS else None
    return exercise.block == "hip" and part in {"hip", "thigh"}


def _too_sore(exercise: Exercise, facts: Facts) -> str | None:
    for sore in facts.sore:
        if loads_place(exercise, sore.region) and _level(sore, exercise) > MOST_SORE:
            return (
                f"It loads the place: {sore_words(sore)}; it comes back after two weeks of "
                f"{MOST_SORE} or less."
            )
    return None


def _flagged(exercise: Exercise, facts: Facts) -> str | None:
    for flag in facts.flags:
        if _flag_forbids(flag, exercise):
            return f"It loads the place of a red flag ({_flag_words(flag)}): a clinician first."
    return None


@dataclass(frozen=True, slots=True)
class Easier:
    """Why an exercise is done in its easier way, and what ends that."""

    why: str
    ends: str


def made_easier(exercise: Exercise, facts: Facts) -> Easier | None:
    """Say why an exercise is done in its easier way; None where it is done as it is."""
    for injury in facts.hurt:
        if not injury.over and loads_place(exercise, injury.region):
            return Easier(
                f"The injury of the {place_words(injury.region, injury.side)} is not over: in its "
                "easier way, and only as far as whoever treats it agrees",
                "once the injury is over",
            )
    for sore in facts.sore:
        if loads_place(exercise, sore.region) and _level(sore, exercise) >= EASIER_FROM:
            less = EASIER_FROM - 1
            return Easier(
                f"{sore_words(sore)}: in its easier way until two weeks of {less} or less",
                f"after two weeks of {less} or less",
            )
    return None


def sore_words(sore: Sore) -> str:
    """Say what is felt where: `Pain of up to 6 within two weeks, right calf, last on 03 Nov 2026`.

    The level is the worst of two weeks, not that of the last day.
    """
    return (
        f"{sore.feeling.value.capitalize()} of up to {sore.level} within two weeks, "
        f"{place_words(sore.region, sore.side)}, last on {sore.on_date:%d %b %Y}"
    )


def _level(sore: Sore, exercise: Exercise) -> int:
    """Return the level that counts.

    What is tight makes easier what names the place as loaded, and takes none out; it is no reason
    against making the place mobile.
    """
    if sore.feeling is Feeling.TIGHTNESS:
        named = sore.region in exercise.loads and exercise.block != "mobility"
        return min(sore.level, MOST_SORE) if named else 0
    return sore.level


def _flag_forbids(flag: Flag, exercise: Exercise) -> bool:
    """Tell whether a flag that stops running also stops an exercise: what bears weight, what loads.

    The rule of pain is not for a suspected bone injury, so nothing is tried out there; where a flag
    names no place (a leg that hurt in a test), nothing with the weight on a leg is.
    """
    if flag.tier != "before_running":
        return False
    if flag.region is None or flag.region not in REGIONS:
        return exercise.weight_bearing
    if exercise.weight_bearing and of_leg(flag.region):
        return True
    part = REGIONS[flag.region].part
    return any(REGIONS[region].part == part for region in exercise.loads)


def _flag_words(flag: Flag) -> str:
    if flag.region is not None and flag.region in REGIONS:
        return REGIONS[flag.region].label
    return "a leg" if flag.side is None else f"the {flag.side.value} leg"


def foot_comes_first(facts: Facts) -> HurtBefore | None:
    """Return the direct injury of a foot or ankle that puts the foot first; None without one."""
    for injury in facts.hurt:
        region = REGIONS.get(injury.region)
        if injury.direct and region is not None and region.part == "foot":
            return injury
    return None


def reasons(
    exercise: Exercise, wish: Wish, facts: Facts, tested: Mapping[str, TestedSide]
) -> Iterator[Reason]:
    """List what speaks for an exercise: findings, the foot first, tight places, sitting, wishes."""
    for slug in dict.fromkeys((*exercise.tests, *(slug for slug, _ in exercise.toward))):
        one = tested.get(slug)
        if one is not None and found_something(one):
            yield Reason(_FINDING + earns_a_set(one), finding=one)
    foot = foot_comes_first(facts)
    if foot is not None and any(
        REGIONS[slug].part in {"foot", "lower_leg"} for slug in exercise.regions
    ):
        yield Reason(_FINDING + 2, injury=foot)
    if exercise.block == "mobility":
        yield from (
            Reason(SPOKEN_FOR, place=sore) for sore in facts.sore if sore.region in exercise.regions
        )
    if exercise.slug == _FOR_SITTING:
        yield from (Reason(3, sitting=one) for one in facts.exposures if one.name == "sitting")
    for goal in wish.goals:
        if exercise.block in _GOAL_BLOCKS.get(goal, ()):
            yield Reason(1, goal=goal)


def ranked(
    phase: Phase, allowed: Collection[str], strongest: Mapping[str, Reason]
) -> tuple[str, ...]:
    """List the exercises of a block of weeks, the most wanted first.

    Parameters
    ----------
    phase
        Which block.
    allowed
        Slugs of those that nothing forbids.
    strongest
        The strongest reason of each that has one.

    Returns
    -------
        What findings ask for first, one of each place; then the best of each place, and with it
        whatever else there a finding or a sore place speaks for; then the second best of each, and
        so on. What its successor has taken the place
        of (the box squat, once there is the pistol squat) is not among them.
    """
    known = exercises()
    replaced = {known[slug].after for slug in allowed}
    places: list[list[str]] = []
    for _, slugs in _SLOTS[phase]:
        here = [slug for slug in slugs if slug in allowed and slug not in replaced]
        # sorted() is stable: what nothing speaks for keeps its order
        places.append(sorted(here, key=lambda slug: -_rank(strongest, slug)))
    places = [here for here in places if here]
    places.sort(key=lambda here: -_place_rank(phase, _rank(strongest, here[0])))
    in_turn = dict.fromkeys(here[0] for here in places if _rank(strongest, here[0]) >= _FINDING)
    for here in places:
        spoken_for = [slug for slug in here[1:] if _rank(strongest, slug) >= SPOKEN_FOR]
        in_turn.update(dict.fromkeys([here[0], *spoken_for[:1]]))
    for _ in range(max((len(here) for here in places), default=0)):
        for here in places:
            in_turn.update(dict.fromkeys([s for s in here if s not in in_turn][:1]))
    return tuple(in_turn)


def _rank(strongest: Mapping[str, Reason], slug: str) -> int:
    reason = strongest.get(slug)
    return 0 if reason is None else reason.rank


def _place_rank(phase: Phase, rank: int) -> int:
    """Let findings and an old injury of the foot move a place to the front, and then wishes.

    Wishes move nothing in the weeks that go from the top down.
    """
    if rank >= _FINDING:
        return rank
    return 0 if phase == "top_down" else min(rank, 1)
