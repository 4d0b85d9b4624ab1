"""Decides when questions about red flags are due: at the onset of pain, and when entries match.

Each is due until it was answered with yes or no; "I do not know" leaves it due.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from evenstride.body.red_flag_episodes import episodes, pain_episodes
from evenstride.body.red_flag_lasting import BETTER_POINTS, LASTING
from evenstride.body.red_flag_list import FLAGS
from evenstride.body.red_flag_matches import (
    ASKED_DAYS,
    Match,
    of_day,
    of_episode,
    of_injury,
    of_lasting,
    of_session,
    of_test,
)
from evenstride.body.red_flag_tiers import (
    answered_since,
    general_questions,
    is_of_the_person,
    questions_for,
    raised,
)
from evenstride.domain.body import Feeling, Side, place_words
from evenstride.domain.diary import has_come

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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

REMEMBERED_DAYS: Final = 90
"""So long a no to what raises suspicion holds; it is not asked at every pain anew."""


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
        At the onset of pain in a place; when it is far above what it was when it was asked about;
        after two weeks of pain that is hardly better, or three of soreness or tightness; when the
        next morning is worse from time to time; when balance shifted while something hurts; when an
        injury lasts that no clinician has seen; when a screening test or an exercise hurt; when the
        note of a day names a sign. What was answered with yes or no since, or stands already, is
        not among it.
    """
    answers, complaints, days = tuple(checks), tuple(complaints), tuple(days)
    recently = today - timedelta(days=ASKED_DAYS)
    found = [
        match
        for episode in pain_episodes(complaints, days)
        if episode.last_pain >= recently
        for match in of_episode(episode, today=today, shifted=shifted)
    ]
    found += [
        match
        for episode in episodes(complaints, days, lambda said: said.level >= LASTING)
        if episode.last_pain >= recently
        for match in of_lasting(episode)
    ]
    found += [match for injury in injuries for match in of_injury(injury, today)]
    found += [match for one in measured for match in of_test(one, today)]
    found += [match for one in days for match in of_day(one, today)]
    found += [match for one in sessions for match in of_session(one, complaints, today)]
    places: dict[tuple[str | None, Side | None], list[Match]] = {}
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


def _was_told(check: FlagCheck, level: int | None) -> bool:
    """Tell whether an answer was given to so much pain, or to hardly less.

    A no at 2 of 10 is no answer to a 9; one at 8 is. Two points are what patients notice.
    """
    if level is None:
        return True
    return check.level is not None and check.level > level - BETTER_POINTS


def _ask(matches: Sequence[Match], checks: Sequence[Written[FlagCheck]], today: date) -> Ask | None:
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
    why: list[Match] = []
    for match in matches:
        heard = [check for check in checks if _was_told(check.value, match.level)]
        answered = answered_since(heard, region, side, match.since) | stands | remembered
        open_ = [slug for slug in match.slugs if slug not in answered]
        asked |= dict.fromkeys(open_)
        # What only raises suspicion is asked along, never alone.
        if any(not is_of_the_person(slug) for slug in open_):
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
