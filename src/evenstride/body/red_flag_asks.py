"""Decides when questions about red flags are due: at the onset of pain, and when entries match.

Each is due until it was answered with yes or no; "I do not know" leaves it due.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from evenstride.body.catalogue import exercises
from evenstride.body.progress import MOST_PAIN, SAFE_PAIN
from evenstride.body.red_flag_episodes import (
    QUIET_DAYS,
    Episode,
    episodes,
    pain_episodes,
    questions_of,
)
from evenstride.body.red_flag_lasting import (
    BETTER_POINTS,
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
    noted_in,
    questions_for,
    raised,
)
from evenstride.domain.body import Feeling, Moment, Side, place_words
from evenstride.domain.diary import has_come

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from evenstride.body.red_flag import RedFlag
    from evenstride.domain.diary import (
        Complaint,
        Day,
        FlagCheck,
        Injury,
        Measured,
        SessionDone,
        Written,
    )

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
_SAY_WHERE: Final = "Write in the diary where: then it is asked about that place."
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
class _Match:
    reason: str
    region: str | None
    side: Side | None
    slugs: tuple[str, ...]
    since: date
    entry_ids: tuple[str, ...]
    level: int | None = None
    """What was answered when it hurt much less than this does not count; None: by the day alone."""


def due(
    complaints: Iterable[Written[Complaint]],
    injuries: Iterable[Written[Injury]],
    days: Iterable[Written[Day]],
    checks: Iterable[Written[FlagCheck]],
    measured: Iterable[Written[Measured]],
    *,
    sessions: Iterable[Written[SessionDone]] = (),
    today: date,
    shifted: bool,
) -> tuple[Ask, ...]:
    """Return the questions that are due, one `Ask` a place, the most urgent first.

    Parameters
    ----------
    complaints, injuries, days, checks, measured, sessions
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
        injury lasts that no clinician has seen; when a screening test or an exercise hurt; when
        pain is far above what it was. What was answered with
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
        for episode in episodes(complaints, days, lambda said: said.level >= LASTING)
        if episode.last_pain >= recently
        for match in _of_lasting(episode)
    ]
    found += [match for injury in injuries for match in _of_injury(injury, today)]
    found += [match for one in measured for match in _of_test(one, today)]
    found += [match for one in days for match in _of_day(one, today)]
    found += [match for one in sessions for match in _of_session(one, complaints, today)]
    places: dict[tuple[str | None, Side | None], list[_Match]] = {}
    for match in found:
        if has_come(match.since, today):
            places.setdefault((match.region, match.side), []).append(match)
    asks = [_ask(some, answers, today) for some in places.values()]
    order = list(FLAGS)
    return tuple(
        sorted(
            (ask for ask in asks if ask is not None),
            key=lambda ask: (order.index(ask.flags[0].slug), ask.since.toordinal() * -1),
        )
    )


def offered(
    complaints: Iterable[Written[Complaint]] = (),
    days: Iterable[Written[Day]] = (),
    *,
    today: date,
) -> tuple[Ask, ...]:
    """Return what may be answered at any time, due or not: of no place, and of what hurt of late.

    A limp or a night without sleep may come long after the onset was answered.
    """
    recently = today - timedelta(days=ASKED_DAYS)
    places = dict.fromkeys(
        (episode.region, episode.side)
        for episode in pain_episodes(complaints, days)
        if episode.last_pain >= recently
    )
    of_places = (
        Ask(
            f"What is new at the {place_words(*place)} can be answered at any time.",
            *place,
            questions_for(*place, Feeling.PAIN, 1),
            today,
            (),
        )
        for place in places
    )
    general = "These are about no place, and can be answered at any time."
    return (Ask(general, None, None, general_questions(), today, ()), *of_places)


def _matches(episode: Episode, *, today: date, shifted: bool) -> Iterable[_Match]:
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
) -> _Match:
    at = [
        slug for slug in slugs if not FLAGS[slug].regions or episode.region in FLAGS[slug].regions
    ]
    ids = tuple(dict.fromkeys(one.entry_id for one in entries))
    return _Match(reason, episode.region, episode.side, tuple(at), since, ids, level)


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
                f"{_day(said.on_date)}. {_SAY_WHERE}",
                None,
                side,
                _IN_A_TEST,
                said.on_date,
                (measured.entry_id,),
            )


def _of_day(day: Written[Day], today: date) -> Iterable[_Match]:
    """Ask about a sign of no place that the note of a day names."""
    said = day.value
    named = noted_in(said.note)
    if named and said.on_date >= today - timedelta(days=ASKED_DAYS):
        yield _Match(
            f"What you wrote of {_day(said.on_date)} names such a sign.",
            None,
            None,
            tuple(flag.slug for flag in named),
            said.on_date,
            (day.entry_id,),
        )


def _of_session(
    done: Written[SessionDone], complaints: Sequence[Written[Complaint]], today: date
) -> Iterable[_Match]:
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
            yield _Match(
                f"{name} hurt ({worst} of 10) in the session of {_day(said.on_date)}. {_SAY_WHERE}",
                None,
                None,
                _IN_A_TEST,
                said.on_date,
                (done.entry_id,),
            )


def _was_told(check: FlagCheck, level: int | None) -> bool:
    """Tell whether an answer was given to so much pain, or to hardly less.

    A no at 2 of 10 is no answer to a 9; one at 8 is. Two points are what patients notice.
    """
    if level is None:
        return True
    return check.level is not None and check.level > level - BETTER_POINTS


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
        heard = [check for check in checks if _was_told(check.value, match.level)]
        answered = answered_since(heard, region, side, match.since) | stands | remembered
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
