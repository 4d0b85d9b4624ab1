"""Answers which questions about red flags are due, and which red flags stand."""

from __future__ import annotations

import statistics
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from evenstride.answers.body_and_plan.diary_words import about_words, entry_words
from evenstride.answers.body_and_plan.unread import flags_unread, pain_unread, unread_caveats
from evenstride.answers.dates import well_dated
from evenstride.answers.levels import BALANCE
from evenstride.answers.provenance import PROGRAM
from evenstride.body.red_flags import (
    FLAGS,
    STOPS,
    TIERS,
    due,
    offered,
    pain_episodes,
    raised,
    standing,
    tier_of,
    what_to_do,
    why_urgent,
)
from evenstride.domain.answer import Answer, Provenance, Source
from evenstride.domain.body import place_words
from evenstride.domain.diary import Complaint, Day, FlagCheck, Injury, Measured, SessionDone
from evenstride.domain.diary_json import to_json
from evenstride.domain.exercise import Flag
from evenstride.domain.wording import count_words, list_words, printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date, datetime

    from evenstride.answers.body_and_plan.rows_diary import (
        AnsweredRow,
        AskedRow,
        AskRow,
        QuestionRow,
        StandingRow,
    )
    from evenstride.body.red_flags import Ask, Raised, RedFlag
    from evenstride.domain.body import Side
    from evenstride.domain.diary import Written
    from evenstride.library import Library

NO_DIAGNOSIS: Final = (
    "A yes is no diagnosis, and a no is none either: whoever is worried has it looked at. For most "
    "such signs nobody has measured how well they tell."
)
"""What stands beside every list of red flags."""
_FRAMEWORK: Final = Source(
    "Finucane et al. 2020: no high-quality evidence for the accuracy of most red flags, "
    "doi 10.2519/jospt.2020.9971",
    "https://doi.org/10.2519/jospt.2020.9971",
)
_RECENT: Final = timedelta(days=21)
_BEFORE: Final = timedelta(days=120)
_LATEST_RUNS, _LEAST_BEFORE, _MOST_BEFORE = 2, 8, 30
_LARGE_PP, _SPREADS, _MAD_TO_SD = 2.0, 4.0, 1.4826


def flags(lib: Library, *, now: datetime) -> Answer:
    """Answer "does anything speak against running on?".

    Parameters
    ----------
    lib
        The library.
    now
        Aware, in the runner's own time zone: its date is today.

    Returns
    -------
        Tables `ask` (questions that are due, a row a place), `questions` (the same in one flat
        list), `standing` (answered with yes and not resolved), `answered` (all answers, the latest
        first) and `offered` (what can be answered at any time). Verdict the tier of the most urgent
        flag that stands, else `ask` where questions are due, else `unread` where one may stand, or
        be due, for what cannot be read, else `clear`.
    """
    checks = lib.entries(FlagCheck)
    asks, stand = asks_due(lib, now=now), standing_rows(lib)
    unread = flags_unread(lib) or pain_unread(lib, today=now.date())
    headline, verdict = _headline(asks, stand, unread)
    return Answer(
        question="flags",
        headline=headline,
        verdict=verdict,
        provenance=Provenance(PROGRAM, "red flags 1", 0),
        sentences=(
            *standing_sentences(stand),
            *ask_sentences(asks),
            *((unread,) if unread and verdict != "unread" else ()),
        ),
        tables={
            "ask": asks,
            "questions": tuple(row for ask in asks for row in _flat(ask)),
            "standing": stand,
            "answered": tuple(
                _answered_row(check)
                for check in sorted(
                    checks.values(), key=lambda one: (one.value.on_date, one.written_at_utc)
                )[::-1]
            ),
            "offered": _offered_rows(lib, asks, now.date()),
        },
        caveats=(NO_DIAGNOSIS, *unread_caveats(lib)),
        sources=_sources(asks, stand),
    )


def _offered_rows(lib: Library, due_now: tuple[AskRow, ...], today: date) -> tuple[AskRow, ...]:
    """Tabulate what may be answered at any time; what is due stands among what is asked."""
    complaints, days = lib.entries(Complaint).values(), lib.entries(Day).values()
    stands, there = _standing_slugs(lib), {row["ask_id"] for row in due_now}
    rows = (_ask_row(one, stands) for one in offered(complaints, days, today=today))
    return tuple(row for row in rows if row["ask_id"] not in there or not row["place"])


def asks_due(lib: Library, *, now: datetime) -> tuple[AskRow, ...]:
    """List the questions about red flags that are due, a row a place, the most urgent first."""
    complaints, days = lib.entries(Complaint).values(), lib.entries(Day).values()
    injuries, measured = lib.entries(Injury).values(), lib.entries(Measured).values()
    sessions = lib.entries(SessionDone).values()
    if not (complaints or injuries or days or measured or sessions):
        return ()
    today = now.date()
    hurts = any(episode.last_pain >= today - _RECENT for episode in pain_episodes(complaints, days))
    asks = due(
        complaints,
        injuries,
        days,
        lib.entries(FlagCheck).values(),
        measured,
        sessions=sessions,
        today=today,
        shifted=hurts and has_shifted(lib, now=now),
    )
    stands = _standing_slugs(lib)
    return tuple(_ask_row(ask, stands) for ask in asks)


def questions_first(ask: AskRow) -> str:
    """Name questions that go before all else: `the questions about your right groin first`."""
    where = f" about your {ask['place']}" if ask["place"] else ""
    return f"the questions{where} first"


def stops_something(ask: AskRow) -> bool:
    """Tell whether a yes to one of these questions would stop anything."""
    return any(question["tier"] != "mention" for question in ask["questions"])


def standing_flags(lib: Library) -> tuple[Flag, ...]:
    """List the red flags that stand, each once a place, the most urgent first."""
    return standing(lib.entries(FlagCheck).values())


def standing_rows(lib: Library) -> tuple[StandingRow, ...]:
    """List the red flags that stand with what to do, the most urgent first."""
    return tuple(_standing_row(one) for one in raised(lib.entries(FlagCheck).values()))


def has_shifted(lib: Library, *, now: datetime) -> bool:
    """Tell whether balance moved suddenly and far of late: whether to ask, no finding.

    The last two runs, within three weeks and with one sensor, both read further than 2 pp and four
    of the usual spreads to one side of the median of the runs before (8 to 30 of them within 120
    days): a convention. No model is asked, so it costs nothing beside every page.
    """
    series = lib.series(BALANCE).filter(well_dated(now))
    if series.is_empty():
        return False
    one_sensor = series["sensor"].eq_missing(series["sensor"][-1])
    since = series["started_at_utc"][-1] - _BEFORE
    series = series.filter(one_sensor & (series["started_at_utc"] >= since))
    values = series["value"].to_list()
    latest, before = values[-_LATEST_RUNS:], values[:-_LATEST_RUNS][-_MOST_BEFORE:]
    if len(before) < _LEAST_BEFORE or series["started_at_utc"][-_LATEST_RUNS] < now - _RECENT:
        return False
    usual = statistics.median(before)
    spread = _MAD_TO_SD * statistics.median(abs(value - usual) for value in before)
    least = max(_LARGE_PP, _SPREADS * spread)
    return bool(min(latest) - usual >= least or usual - max(latest) >= least)


def ask_sentences(asks: Iterable[AskRow]) -> tuple[str, ...]:
    """Say which questions are due, and where they are answered."""
    said = [
        f"{ask['reason']} {count_words(len(ask['questions']), 'question')} to answer first."
        for ask in asks
    ]
    return (*said, "`evenstride flags list` asks them.") if said else ()


def standing_sentences(rows: Iterable[StandingRow]) -> tuple[str, ...]:
    """Say what stands, what it stops, what to do and to tell."""
    return tuple(
        f"{TIERS[row['tier']]}: {row['name'].lower()}"
        f"{', ' + row['place'] if row['place'] else ''}. {row['why']} {row['act']} "
        f"{row['stops']} Tell them: {row['tell']}"
        for row in rows
    )


def _headline(
    asks: tuple[AskRow, ...], stand: tuple[StandingRow, ...], unread: str
) -> tuple[str, str]:
    if stand:
        return f"{_standing_words(stand)}.", stand[0]["tier"]
    if asks:
        count = sum(len(ask["questions"]) for ask in asks)
        places = ", ".join(dict.fromkeys(f"the {ask['place']}" for ask in asks if ask["place"]))
        about = f" about {places}" if places else ""
        return f"{count_words(count, 'question')}{about} before you run on.", "ask"
    if unread:
        return unread, "unread"
    return "No question is due, and no red flag stands.", "clear"


def _standing_words(stand: tuple[StandingRow, ...]) -> str:
    """Name every flag that stands, by tiers, the most urgent first."""
    tiers = dict.fromkeys(row["tier"] for row in stand)
    named = {
        tier: list_words(
            [
                f"{row['name']} ({row['place']})" if row["place"] else row["name"]
                for row in stand
                if row["tier"] == tier
            ]
        )
        for tier in tiers
    }
    return "; ".join(f"{TIERS[tier]}: {names}" for tier, names in named.items())


def _standing_slugs(lib: Library) -> frozenset[str]:
    return frozenset(flag.slug for flag in standing_flags(lib))


def _ask_row(ask: Ask, stands: Collection[str]) -> AskRow:
    return {
        "ask_id": "-".join(part for part in (ask.side, ask.region) if part) or "general",
        "reason": ask.reason,
        "region": ask.region,
        "side": ask.side,
        "place": _place(ask.region, ask.side),
        "since": ask.since.isoformat(),
        "entry_ids": list(ask.entry_ids),
        "questions": [_question_row(flag, ask.region, stands) for flag in ask.flags],
    }


def _flat(ask: AskRow) -> list[AskedRow]:
    return [
        {
            "ask_id": ask["ask_id"],
            "place": ask["place"],
            "slug": question["slug"],
            "tier": question["tier"],
            "question": question["question"],
        }
        for question in ask["questions"]
    ]


def _question_row(flag: RedFlag, region: str | None, stands: Collection[str]) -> QuestionRow:
    tier = tier_of(flag.slug, region, stands)
    return {
        "slug": flag.slug,
        "name": flag.name,
        "tier": tier,
        "question": flag.question,
        "why": flag.why,
        "act": what_to_do(Flag(flag.slug, tier)),
        "tell": flag.tell,
        "source": flag.source.text,
        "link": flag.source.link,
        "stands_on": flag.strength,
    }


def _standing_row(one: Raised) -> StandingRow:
    flag = FLAGS[one.flag.slug]
    return {
        "slug": flag.slug,
        "name": flag.name,
        "tier": one.flag.tier,
        "region": one.flag.region,
        "side": one.flag.side,
        "place": _place(one.flag.region, one.flag.side),
        "since": one.check.value.on_date.isoformat(),
        "why": " ".join(said for said in (flag.why, why_urgent(one.flag)) if said),
        "stops": STOPS[one.flag.tier],
        "act": what_to_do(one.flag),
        "tell": flag.tell,
        "source": flag.source.text,
        "link": flag.source.link,
        "stands_on": flag.strength,
        "entry_id": one.check.entry_id,
        "version": one.check.version,
    }


def _answered_row(check: Written[FlagCheck]) -> AnsweredRow:
    said = check.value
    names = {slug: FLAGS[slug].name if slug in FLAGS else slug for slug in said.answers}
    return {
        "entry_id": check.entry_id,
        "version": check.version,
        "on_date": said.on_date.isoformat(),
        "region": said.region,
        "side": said.side,
        "place": about_words(said) or None,
        "yes": [names[slug] for slug, yes in said.answers.items() if yes],
        "no": [names[slug] for slug, yes in said.answers.items() if not yes],
        "resolved_on": _iso(said.resolved_on),
        "resolution": said.resolution,
        "text": printable(entry_words(said)),
        "value": to_json(said),
    }


def _place(region: str | None, side: Side | None) -> str | None:
    if side is None:
        return None
    return place_words(region, side) if region else f"{side.value} side"


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _sources(asks: Iterable[AskRow], stand: Iterable[StandingRow]) -> tuple[Source, ...]:
    slugs = [row["slug"] for row in stand]
    slugs += [question["slug"] for ask in asks for question in ask["questions"]]
    return tuple(dict.fromkeys([*(FLAGS[slug].source for slug in slugs), _FRAMEWORK]))
