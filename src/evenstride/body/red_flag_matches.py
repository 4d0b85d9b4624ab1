"""Decides which entries call for questions about red flags, and which they call for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from evenstride.body.catalogue import exercises
from evenstride.body.progress import MOST_PAIN, SAFE_PAIN
from evenstride.body.red_flag_episodes import QUIET_DAYS, Episode, questions_of
from evenstride.body.red_flag_lasting import (
    LASTING,
    LASTING_DAYS,
    LEAST_NAMED,
    UNIMPROVED_DAYS,
    unimproved,
)
from evenstride.body.red_flag_list import FLAGS
from evenstride.body.red_flag_tiers import noted_in, questions_for
from evenstride.domain.body import Feeling, Moment, Side, place_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from evenstride.domain.diary import Complaint, Day, Injury, Measured, SessionDone, Written

ASKED_DAYS: Final = 42
"""Pain that was last named longer ago is not asked about any more: a convention."""
RISING_MORNINGS: Final = 3
"""So many next mornings in a row, each worse than the one before, are asked about."""
PAIN_IN_A_TEST: Final = 4
"""From this level on pain in a screening test is asked about."""
_FELT: Final[Mapping[Feeling, str]] = {
    Feeling.SORENESS: "has been sore",
    Feeling.TIGHTNESS: "has been tight",
    Feeling.PAIN: "has hurt",
}
_BONE_SIGNS: Final = tuple(slug for slug, flag in FLAGS.items() if flag.bone)
_SAY_WHERE: Final = "Write in the diary where: then it is asked about that place."
_IN_A_TEST = ("bone-tender", "bone-hop", "night-pain", "limp")


@dataclass(frozen=True, slots=True)
class Match:
    """Why questions are due, about which place, and the day from which on an answer counts."""

    reason: str
    region: str | None
    side: Side | None
    slugs: tuple[str, ...]
    since: date
    entry_ids: tuple[str, ...]
    level: int | None = None
    """What was answered when it hurt much less than this does not count; None: by the day alone."""


def of_episode(episode: Episode, *, today: date, shifted: bool) -> Iterable[Match]:
    """Ask at the onset, of what is no better, much worse, or hurts while balance moved."""
    place = place_words(episode.region, episode.side)
    asked = tuple(
        dict.fromkeys(flag.slug for one in episode.complaints for flag in questions_of(one.value))
    )
    first = episode.complaints[0]
    yield _match(
        episode,
        f"The {place} {_FELT[first.value.feeling]} since {_day(episode.began)}.",
        asked,
        episode.began,
        (first,),
    )
    pains = episode.complaints
    late = unimproved(pains)
    if late is not None:
        yield _match(
            episode,
            f"{(late.value.on_date - episode.began).days} days after it first hurt, the {place} "
            "hurts no less, or hardly less, than two weeks before.",
            ("unimproved", *_bone_signs(episode.region)),
            late.value.on_date,
            (first, late),
        )
    worst = max(pains, key=lambda one: one.value.level)
    if worst.value.level > MOST_PAIN:
        yield _match(
            episode,
            f"It was at {worst.value.level} of 10 on {_day(worst.value.on_date)}.",
            tuple(flag.slug for flag in questions_of(worst.value)),
            episode.began,
            (worst,),
            level=worst.value.level,
        )
    mornings = _rising(pains)
    if mornings:
        levels = ", ".join(str(one.value.level) for one in mornings)
        yield _match(
            episode,
            f"The {place} is worse from one next morning to the next: {levels} of 10.",
            _bone_signs(episode.region),
            mornings[-1].value.on_date,
            mornings,
        )
    if shifted and episode.last_pain >= today - timedelta(days=QUIET_DAYS):
        yield _match(
            episode,
            f"Balance moved suddenly while the {place} hurts.",
            ("new-asymmetry", *_bone_signs(episode.region)),
            episode.began,
            (first,),
        )


def _match(
    episode: Episode,
    reason: str,
    slugs: tuple[str, ...],
    since: date,
    entries: Sequence[Written[Complaint]],
    *,
    level: int | None = None,
) -> Match:
    at = [
        slug for slug in slugs if not FLAGS[slug].regions or episode.region in FLAGS[slug].regions
    ]
    ids = tuple(dict.fromkeys(one.entry_id for one in entries))
    return Match(reason, episode.region, episode.side, tuple(at), since, ids, level)


def _bone_signs(region: str) -> tuple[str, ...]:
    return tuple(slug for slug in _BONE_SIGNS if region in FLAGS[slug].regions)


def _rising(pains: Sequence[Written[Complaint]]) -> tuple[Written[Complaint], ...]:
    """Return the last three next mornings where each is worse than the one before; else none."""
    mornings = [one for one in pains if one.value.moment is Moment.NEXT_MORNING]
    last = tuple(mornings[-RISING_MORNINGS:])
    levels = [one.value.level for one in last]
    rises = all(one < other for one, other in pairwise(levels))
    return last if len(last) == RISING_MORNINGS and rises else ()


def of_lasting(episode: Episode) -> Iterable[Match]:
    """Ask about soreness or tightness that lasts; of pain alone `_matches` asks, and earlier."""
    felt = episode.complaints
    if len(felt) < LEAST_NAMED or all(one.value.feeling is Feeling.PAIN for one in felt):
        return
    late = unimproved(felt, after_days=LASTING_DAYS)
    if late is not None:
        yield _match(
            episode,
            f"The {place_words(episode.region, episode.side)} {_FELT[late.value.feeling]} again "
            f"and again for {(late.value.on_date - episode.began).days} days, at {LASTING} of 10 "
            "or more.",
            ("unimproved", *_bone_signs(episode.region)),
            late.value.on_date,
            (felt[0], late),
        )


def of_injury(injury: Written[Injury], today: date) -> Iterable[Match]:
    """Ask about an injury that lasts and that no clinician has looked at."""
    said = injury.value
    if said.ended is not None or said.seen_by_clinician:
        return
    slugs = tuple(flag.slug for flag in questions_for(said.region, said.side, Feeling.PAIN, 1))
    place = place_words(said.region, said.side)
    yield Match(
        f"An injury of the {place} has lasted since {_day(said.began)}, and it is not noted that "
        "a clinician has seen it.",
        said.region,
        said.side,
        slugs,
        said.began,
        (injury.entry_id,),
    )
    late = said.began + timedelta(days=UNIMPROVED_DAYS)
    if late <= today:
        yield Match(
            "It has lasted for more than two weeks.",
            said.region,
            said.side,
            ("unimproved",),
            late,
            (injury.entry_id,),
        )


def of_test(measured: Written[Measured], today: date) -> Iterable[Match]:
    """Ask about a leg that hurt in a screening test."""
    said = measured.value
    if said.on_date < today - timedelta(days=ASKED_DAYS):
        return
    for side, pain in ((Side.LEFT, said.left_pain), (Side.RIGHT, said.right_pain)):
        if pain is not None and pain >= PAIN_IN_A_TEST:
            yield Match(
                f"The {side.value} side hurt in a screening test ({pain} of 10) on "
                f"{_day(said.on_date)}. {_SAY_WHERE}",
                None,
                side,
                _IN_A_TEST,
                said.on_date,
                (measured.entry_id,),
            )


def of_day(day: Written[Day], today: date) -> Iterable[Match]:
    """Ask about a sign of no place that the note of a day names."""
    said = day.value
    named = noted_in(said.note)
    if named and said.on_date >= today - timedelta(days=ASKED_DAYS):
        yield Match(
            f"What you wrote of {_day(said.on_date)} names such a sign.",
            None,
            None,
            tuple(flag.slug for flag in named),
            said.on_date,
            (day.entry_id,),
        )


def of_session(
    done: Written[SessionDone], complaints: Sequence[Written[Complaint]], today: date
) -> Iterable[Match]:
    """Ask about an exercise that hurt, until the diary says where: then that place is asked of."""
    said = done.value
    if said.on_date < today - timedelta(days=ASKED_DAYS):
        return
    if any(
        one.value.on_date >= said.on_date
        and one.written_at_utc >= done.written_at_utc
        and one.value.level > SAFE_PAIN
        for one in complaints
    ):
        return
    for item in said.items:
        worst = max(item.pain or 0, item.pain_next_morning or 0)
        if worst > MOST_PAIN and item.exercise in exercises():
            name = exercises()[item.exercise].name
            yield Match(
                f"{name} hurt ({worst} of 10) in the session of {_day(said.on_date)}. {_SAY_WHERE}",
                None,
                None,
                _IN_A_TEST,
                said.on_date,
                (done.entry_id,),
            )


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
