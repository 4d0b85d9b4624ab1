"""Decides when questions about red flags are due: at the onset of pain, and when entries match.

Each is due until it was answered with yes or no; "I do not know" leaves it due.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from evenstride.body.red_flag_lasting import (
    LASTING,
    LASTING_DAYS,
    LEAST_NAMED,
    UNIMPROVED_DAYS,
    unimproved,
)
from evenstride.body.red_flag_list import FLAGS
from evenstride.body.red_flag_tiers import (
    answered_since,
    general_questions,
    is_of_the_person,
    questions_for,
    raised,
)
from evenstride.domain.body import Feeling, Moment, Side, place_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from evenstride.body.red_flag import RedFlag
    from evenstride.domain.diary import Complaint, Day, FlagCheck, Injury, Measured, Written

QUIET_DAYS: Final = 21
"""After so many days without pain at a place the next one is a new onset: a convention."""
GONE_DAYS: Final = 7
"""As `QUIET_DAYS`, where it was said to be gone in between."""
ASKED_DAYS: Final = 42
"""Pain that was last named longer ago is not asked about any more: a convention."""
REMEMBERED_DAYS: Final = 90
"""So long a no to what raises suspicion holds; it is not asked at every pain anew."""
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
_IN_A_TEST = ("bone-tender", "bone-hop", "night-pain", "limp")


@dataclass(frozen=True, slots=True)
class Ask:
    """Questions that are due about one place, or about none.

    Attributes
    ----------
    reason
        Why they are, in sentences.
    region, side
        The place.
    flags
        What is to be answered, the most urgent first.
    since
        The day from which on an answer counts.
    entry_ids
        The entries that make them due.
    """

    reason: str
    region: str | None
    side: Side | None
    flags: tuple[RedFlag, ...]
    since: date
    entry_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Episode:
    """Pain at one place that comes and comes again: what hurt, the oldest first."""

    region: str
    side: Side
    complaints: tuple[Written[Complaint], ...]

    @property
    def began(self) -> date:
        """The day of its first pain."""
        return self.complaints[0].value.on_date

    @property
    def last_pain(self) -> date:
        """The last day on which it hurt."""
        return self.complaints[-1].value.on_date


@dataclass(frozen=True, slots=True)
class _Match:
    reason: str
    region: str | None
    side: Side | None
    slugs: tuple[str, ...]
    since: date
    entry_ids: tuple[str, ...]


def due(
    complaints: Iterable[Written[Complaint]],
    injuries: Iterable[Written[Injury]],
    days: Iterable[Written[Day]],
    checks: Iterable[Written[FlagCheck]],
    measured: Iterable[Written[Measured]],
    *,
    today: date,
    shifted: bool,
) -> tuple[Ask, ...]:
    """Return the questions that are due, one `Ask` a place, the most urgent first.

    Parameters
    ----------
    complaints, injuries, days, checks, measured
        The latest versions of all entries.
    today
        The local day.
    shifted
        Whether balance moved suddenly and far of late, beyond what is usual for the runner.

    Returns
    -------
        At the onset of pain in a place; after two weeks of pain that is hardly better, or three of
        soreness or tightness; when the next
        morning is worse from time to time; when balance shifted while something hurts; when an
        injury lasts that no clinician has seen; when a screening test hurt. What was answered with
        yes or no since, or stands already, is not among it.
    """
    answers, complaints, days = tuple(checks), tuple(complaints), tuple(days)
    recently = today - timedelta(days=ASKED_DAYS)
    found = [
        match
        for episode in pain_episodes(complaints, days)
        if episode.last_pain >= recently
        for match in _matches(episode, today=today, shifted=shifted)
    ]
    found += [
        match
        for episode in _episodes(complaints, days, lambda said: said.level >= LASTING)
        if episode.last_pain >= recently
        for match in _of_lasting(episode)
    ]
    found += [match for injury in injuries for match in _of_injury(injury, today)]
    found += [match for one in measured for match in _of_test(one, today)]
    places: dict[tuple[str | None, Side | None], list[_Match]] = {}
    for match in found:
        if match.since <= today:
            places.setdefault((match.region, match.side), []).append(match)
    asks = [_ask(some, answers, today) for some in places.values()]
    order = list(FLAGS)
    return tuple(
        sorted(
            (ask for ask in asks if ask is not None),
            key=lambda ask: (order.index(ask.flags[0].slug), ask.since.toordinal() * -1),
        )
    )


def offered(*, today: date) -> Ask:
    """Return the questions that may be asked about no place, at any time."""
    return Ask(
        "These are about no place, and can be answered at any time.",
        None,
        None,
        general_questions(),
        today,
        (),
    )


def pain_episodes(
    complaints: Iterable[Written[Complaint]], days: Iterable[Written[Day]] = ()
) -> tuple[Episode, ...]:
    """Put the pain of each place together into episodes, by place, the oldest first.

    An episode goes on while pain comes again within three weeks of the last; within one week where
    it was said to be gone in between, by a level of 0 or a day on which nothing hurts. Soreness and
    tightness of level 7 and more count as pain; a tight lower leg does from level 4 on.
    """
    return _episodes(complaints, days, lambda said: bool(_questions(said)))


def _episodes(
    complaints: Iterable[Written[Complaint]],
    days: Iterable[Written[Day]],
    counts: Callable[[Complaint], bool],
) -> tuple[Episode, ...]:
    free = [day.value.on_date for day in days if day.value.nothing_hurts]
    by_place: dict[tuple[str, Side], list[Written[Complaint]]] = {}
    for one in complaints:
        by_place.setdefault((one.value.region, one.value.side), []).append(one)
    episodes = []
    for (region, side), some in by_place.items():
        gone = [*free, *(one.value.on_date for one in some if one.value.level == 0)]
        current: list[Written[Complaint]] = []
        for one in sorted((one for one in some if counts(one.value)), key=_in_order):
            if current and _is_over(current[-1].value.on_date, one.value.on_date, gone):
                episodes.append(Episode(region, side, tuple(current)))
                current = []
            current.append(one)
        if current:
            episodes.append(Episode(region, side, tuple(current)))
    return tuple(episodes)


def _is_over(last: date, new: date, gone: Sequence[date]) -> bool:
    """Tell whether pain on `new` is a new onset after pain on `last`."""
    quiet = (new - last).days
    return quiet > QUIET_DAYS or (quiet > GONE_DAYS and any(last < day < new for day in gone))


def _questions(complaint: Complaint) -> tuple[RedFlag, ...]:
    return questions_for(complaint.region, complaint.side, complaint.feeling, complaint.level)


def _in_order(one: Written[Complaint]) -> tuple[date, int]:
    """Order within a day: the morning after yesterday's run comes before today's."""
    moments = (Moment.NEXT_MORNING, Moment.BEFORE, Moment.DURING, Moment.AFTER, Moment.OTHER)
    return one.value.on_date, moments.index(one.value.moment)


def _matches(episode: Episode, *, today: date, shifted: bool) -> Iterable[_Match]:
    place = place_words(episode.region, episode.side)
    asked = tuple(
        dict.fromkeys(flag.slug for one in episode.complaints for flag in _questions(one.value))
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
) -> _Match:
    at = [
        slug for slug in slugs if not FLAGS[slug].regions or episode.region in FLAGS[slug].regions
    ]
    ids = tuple(dict.fromkeys(one.entry_id for one in entries))
    return _Match(reason, episode.region, episode.side, tuple(at), since, ids)


def _bone_signs(region: str) -> tuple[str, ...]:
    return tuple(slug for slug in _BONE_SIGNS if region in FLAGS[slug].regions)


def _rising(pains: Sequence[Written[Complaint]]) -> tuple[Written[Complaint], ...]:
    """Return the last three next mornings where each is worse than the one before; else none."""
    mornings = [one for one in pains if one.value.moment is Moment.NEXT_MORNING]
    last = tuple(mornings[-RISING_MORNINGS:])
    levels = [one.value.level for one in last]
    rises = all(one < other for one, other in pairwise(levels))
    return last if len(last) == RISING_MORNINGS and rises else ()


def _of_lasting(episode: Episode) -> Iterable[_Match]:
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


def _of_injury(injury: Written[Injury], today: date) -> Iterable[_Match]:
    """Ask about an injury that lasts and that no clinician has looked at."""
    said = injury.value
    if said.ended is not None or said.seen_by_clinician:
        return
    slugs = tuple(flag.slug for flag in questions_for(said.region, said.side, Feeling.PAIN, 1))
    place = place_words(said.region, said.side)
    yield _Match(
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
        yield _Match(
            "It has lasted for more than two weeks.",
            said.region,
            said.side,
            ("unimproved",),
            late,
            (injury.entry_id,),
        )


def _of_test(measured: Written[Measured], today: date) -> Iterable[_Match]:
    """Ask about a leg that hurt in a screening test."""
    said = measured.value
    if said.on_date < today - timedelta(days=ASKED_DAYS):
        return
    for side, pain in ((Side.LEFT, said.left_pain), (Side.RIGHT, said.right_pain)):
        if pain is not None and pain >= PAIN_IN_A_TEST:
            yield _Match(
                f"The {side.value} side hurt in a screening test ({pain} of 10) on "
                f"{_day(said.on_date)}.",
                None,
                side,
                _IN_A_TEST,
                said.on_date,
                (measured.entry_id,),
            )


def _ask(
    matches: Sequence[_Match], checks: Sequence[Written[FlagCheck]], today: date
) -> Ask | None:
    """Put what is due about one place together, as far as it is not answered."""
    region, side = matches[0].region, matches[0].side
    stands = {
        one.flag.slug
        for one in raised(checks)
        if is_of_the_person(one.flag.slug) or (one.flag.region, one.flag.side) == (region, side)
    }
    remembered = {
        slug
        for slug in answered_since(checks, None, None, today - timedelta(days=REMEMBERED_DAYS))
        if is_of_the_person(slug)
    }
    asked: dict[str, None] = {}
    why: list[_Match] = []
    for match in matches:
        answered = answered_since(checks, region, side, match.since) | stands | remembered
        open_ = [slug for slug in match.slugs if slug not in answered]
        # What only raises suspicion is asked along, never alone.
        if any(not is_of_the_person(slug) for slug in open_):
            asked |= dict.fromkeys(open_)
            why.append(match)
    if not why:
        return None
    return Ask(
        " ".join(dict.fromkeys(match.reason for match in why)),
        region,
        side,
        tuple(flag for slug, flag in FLAGS.items() if slug in asked),
        min(match.since for match in why),
        tuple(dict.fromkeys(entry for match in why for entry in match.entry_ids)),
    )


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
