"""Decides which red flags are asked of a place, of which tier a yes is, and what it stops."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from evenstride.body.red_flag_list import FLAGS
from evenstride.domain.body import Feeling, Side
from evenstride.domain.exercise import Flag, Tier

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date

    from evenstride.body.red_flag import RedFlag
    from evenstride.domain.diary import FlagCheck, Written

LIKE_PAIN: Final = 7
"""From this level on soreness and tightness are asked about like pain: a convention."""
TIGHT: Final = 4
"""From this level on a tight lower leg is asked what only a tight lower leg is asked."""
_OF_TIGHTNESS = ("clot", "tight-stays", "tight-on-exertion")
_OF_SORENESS = ("clot",)
"""A clot feels like a strained calf: asked from the level `TIGHT` of soreness on, too."""

TIERS: Final[Mapping[Tier, str]] = {
    "now": "Now",
    "before_running": "See a clinician before running on",
    "mention": "Mention it",
}
"""The tiers, the most urgent first, and what they are called."""
STOPS: Final[Mapping[Tier, str]] = {
    "now": "The plan and all experiments stop.",
    "before_running": "Running and experiments on it stop; the rest of the plan may stay.",
    "mention": "Nothing stops.",
}
"""What stops while a flag of a tier stands."""

_ORDER: Final[Mapping[Tier, int]] = {tier: i for i, tier in enumerate(TIERS)}


@dataclass(frozen=True, slots=True)
class Raised:
    """A red flag that stands, and the answers it stands in."""

    flag: Flag
    check: Written[FlagCheck]


def questions_for(
    region: str, side: Side, feeling: Feeling, level: int, note: str = ""
) -> tuple[RedFlag, ...]:
    """Return what is asked when this begins at this place, the most urgent first.

    Pain of any level is asked about; soreness and tightness from level 7 on; a lower leg that is
    tight or sore from level 4 on, for what only that means; and at any level whatever words of the
    note name. Level 0 asks nothing.
    """
    del side  # the questions are the same on both: what differs is where they are asked about
    if level <= 0:
        return ()
    like_pain = feeling is Feeling.PAIN or level >= LIKE_PAIN
    of_it = _OF_TIGHTNESS if feeling is Feeling.TIGHTNESS else _OF_SORENESS
    return tuple(
        flag
        for slug, flag in FLAGS.items()
        if _is_asked_at(flag, region)
        and (
            (like_pain and flag.onset)
            or (level >= TIGHT and slug in of_it)
            or _is_noted(flag, note)
        )
    )


def noted_in(note: str) -> tuple[RedFlag, ...]:
    """Return the red flags about no place that the words of a note name."""
    return tuple(flag for flag in FLAGS.values() if flag.general and _is_noted(flag, note))


def _is_noted(flag: RedFlag, note: str) -> bool:
    """Tell whether a note names a sign; "not swollen" does, too: it is only asked about."""
    return bool(note) and any(re.search(rf"\b{word}\b", note, re.IGNORECASE) for word in flag.noted)


def general_questions() -> tuple[RedFlag, ...]:
    """Return what may be asked about no place, the most urgent first."""
    return tuple(flag for flag in FLAGS.values() if flag.general)


def tier_of(slug: str, region: str | None, others: Collection[str] = ()) -> Tier:
    """Return what a yes to this question amounts to.

    Parameters
    ----------
    slug
        The red flag.
    region
        The place it is about; None for none.
    others
        What else stands: what raises suspicion makes a bone sign urgent.
    """
    flag = FLAGS[slug]
    if region in flag.urgent_regions:
        return "now"
    if flag.bone and any(FLAGS[other].suspicion for other in others if other in FLAGS):
        return "now"
    return flag.tier


def raised(checks: Iterable[Written[FlagCheck]]) -> tuple[Raised, ...]:
    """Return what was answered with yes and is not resolved, the most urgent and latest first.

    A later no does not resolve a yes: only a date and a reason do. Of the same flag at the same
    place, answered with yes more than once, each stands until its own answers are resolved. What is
    no red flag of today's list is passed over.
    """
    open_ = [
        (check, slug)
        for check in checks
        if not _is_resolved(check.value)
        for slug, yes in check.value.answers.items()
        if yes and slug in FLAGS
    ]
    slugs = {slug for _, slug in open_}
    found = [Raised(_flag(slug, check.value, slugs), check) for check, slug in open_]
    by_day = sorted(found, key=lambda one: one.check.value.on_date, reverse=True)
    return tuple(sorted(by_day, key=lambda one: _ORDER[one.flag.tier]))


def _flag(slug: str, check: FlagCheck, slugs: Collection[str]) -> Flag:
    """Place a flag where it was asked about; what is about the person is at no place."""
    region, side = (None, None) if is_of_the_person(slug) else (check.region, check.side)
    return Flag(slug, tier_of(slug, region, slugs), region, side)


def what_to_do(flag: Flag) -> str:
    """Say what to do about a flag that stands and how soon."""
    known = FLAGS[flag.slug]
    return known.act_now if known.act_now and flag.tier == "now" else known.act


def why_urgent(flag: Flag) -> str:
    """Say why a flag is more urgent here than elsewhere; empty where it is not."""
    known = FLAGS[flag.slug]
    if flag.tier == known.tier:
        return ""
    if flag.region in known.urgent_regions:
        return "At this place a bone stress injury can break through or heals badly."
    return "It counts as urgent because of what else you said of bone, food or periods."


def standing(checks: Iterable[Written[FlagCheck]]) -> tuple[Flag, ...]:
    """Return the red flags that stand, each once a place, the most urgent first."""
    return tuple(dict.fromkeys(one.flag for one in raised(checks)))


def stops_all(flags: Iterable[Flag]) -> bool:
    """Tell whether a plan and experiments stop."""
    return any(flag.tier == "now" for flag in flags)


def stops_running(flags: Iterable[Flag]) -> bool:
    """Tell whether all that is done while running stops."""
    return any(flag.tier != "mention" for flag in flags)


def answered_since(
    checks: Iterable[Written[FlagCheck]], region: str | None, side: Side | None, since: date
) -> set[str]:
    """Return the flags that were answered about this place since a day, with yes or no.

    What is not about a place is answered wherever it was asked.
    """
    found: set[str] = set()
    for check in checks:
        if check.value.on_date < since:
            continue
        here = check.value.region == region and check.value.side == side
        found |= {slug for slug in check.value.answers if here or is_of_the_person(slug)}
    return found


def is_of_the_person(slug: str) -> bool:
    """Tell whether a flag is about the person wherever it is asked: what raises suspicion."""
    return slug in FLAGS and FLAGS[slug].suspicion


def _is_asked_at(flag: RedFlag, region: str) -> bool:
    return not flag.regions or region in flag.regions


def _is_resolved(check: FlagCheck) -> bool:
    return check.resolved_on is not None and any(map(str.isalnum, check.resolution))
