"""A plan as an Answer: what stands first, what is next, and all its tables."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from evenstride.answers.body_and_plan.flags import (
    ask_sentences,
    asks_due,
    questions_first,
    stops_something,
)
from evenstride.answers.body_and_plan.plan_kept import done_of
from evenstride.answers.body_and_plan.plan_rows import (
    item_rows,
    left_out_rows,
    next_rows,
    running_rows,
    session_rows,
    stopped_rows,
    wish_rows,
)
from evenstride.answers.body_and_plan.unread import flags_unread, plan_unread, unread_caveats
from evenstride.answers.body_and_plan.voices import voice_rows
from evenstride.answers.provenance import provenance
from evenstride.body.catalogue import exercises
from evenstride.domain.answer import Answer, Source
from evenstride.domain.exercise import WEEKS
from evenstride.domain.wording import count_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.answers import Library
    from evenstride.answers.body_and_plan.rows_diary import AskRow
    from evenstride.answers.body_and_plan.rows_plan import LoggedRow, StoppedRow
    from evenstride.domain.diary import SessionDone, Written
    from evenstride.domain.exercise import Plan, Wish

QUESTION: Final = "plan"
NO_TRIAL: Final = (
    "No trial shows that any of these exercises changes contact-time balance; they serve strength, "
    "comfort, and your own experiment."
)
NONE_RUNS: Final = "No plan is running."
_BALANCE_NEVER: Final = "Balance chose nothing here: a test chooses a side, or none is chosen."
SOURCES: Final = (
    Source(
        "Supervised hip and core work, 24 weeks, 325 novices: fewer running injuries, hazard ratio "
        "0.66 (0.45 to 0.97) (Leppänen 2024)",
        "doi 10.1136/bjsports-2023-107926",
    ),
    Source(
        "Ten unsupervised minutes three times a week: no effect, RR 0.97 (Toresdahl 2020)",
        "doi 10.1177/1941738119877180",
    ),
    Source(
        "Training one leg or both shrinks jump asymmetry a little (Bettariga 2022)",
        "doi 10.1519/SSC.0000000000000701",
    ),
    Source(
        "Pain while training: up to 3 of 10 go on, 4 to 5 acceptable, above 5 stop (Thomeé; "
        "Silbernagel 2007)",
        "doi 10.1177/0363546506298279",
    ),
)


def answer_of(
    lib: Library,
    plan_id: str,
    wish: Wish,
    made: Plan,
    *,
    verdict: str,
    now: datetime,
    made_on: date | None = None,
) -> Answer:
    """Put a plan into words and tables; without a verdict the plan's own state gives it."""
    logged = done_of(lib, plan_id) if plan_id else []
    following = next((s for s in made.sessions if s.state == "next"), None)
    asks = asks_due(lib, now=now)
    stopped = not made.sessions
    stops = (*_unread_rows(lib), *stopped_rows(made, wish))
    if stopped:
        verdict = "stopped"
        headline = "No plan now: " + " ".join(row["reason"] for row in stops)
    elif following is None:
        verdict = verdict or "finished"
        headline = "Your twelve weeks are over. Make your tests again, then see what is left to do."
    else:
        today = following.on_date <= now.date()
        verdict = verdict or ("next_today" if today else "next")
        headline = when_words(made) if verdict != "proposed" else _proposal(made)
        headline = " ".join((*_first(made, asks), headline))
    sequence = 0 if made_on is None else _sequence(made_on, logged, now)
    return Answer(
        question=QUESTION,
        headline=headline,
        verdict=verdict,
        provenance=provenance(None, "none"),
        sentences=(
            *ask_sentences(asks),
            *(() if stopped else made.notes),
        ),
        tables={
            "sessions": session_rows(plan_id, made, sequence=sequence),
            "items": item_rows(made),
            "running": running_rows(made),
            "left_out": left_out_rows(made),
            "voices": voice_rows(lib, now=now),
            "next": next_rows(plan_id, made, today=now.date()),
            "stopped": stops,
            "wish": wish_rows(wish),
            "logged": tuple(row for written in logged for row in _logged_rows(written)),
        },
        caveats=(NO_TRIAL, _BALANCE_NEVER, *unread_caveats(lib, plans=True)),
        sources=_sources(made),
    )


def without(lib: Library, now: datetime) -> Answer:
    """Say that no plan is running, and how one is made; or that one may, and cannot be read."""
    unread = plan_unread(lib)
    return Answer(
        question=QUESTION,
        headline=unread or NONE_RUNS,
        verdict="stopped" if unread else "none",
        provenance=provenance(None, "none"),
        sentences=(
            f"A plan is {WEEKS} weeks of two or three sessions, made from your tests, your diary "
            "and what you wish. `evenstride plan new` shows it before it begins.",
            _BALANCE_NEVER,
        ),
        tables={**no_tables(), "voices": voice_rows(lib, now=now)},
        caveats=(NO_TRIAL, *unread_caveats(lib)),
        sources=SOURCES,
    )


def _unread_rows(lib: Library) -> tuple[StoppedRow, ...]:
    """Tell, in place of a red flag, of the entry that may be one."""
    unread = flags_unread(lib)
    row: StoppedRow = {"flag": "unread", "tier": "now", "reason": unread, "tell": ""}
    return (row,) if unread else ()


def no_tables() -> dict[str, tuple[()]]:
    """Return every table of a plan, empty."""
    names = (
        *("sessions", "items", "running", "left_out", "voices", "next", "stopped"),
        *("wish", "logged"),
    )
    return dict.fromkeys(names, ())


def _sequence(made_on: date, logged: Sequence[Written[SessionDone]], now: datetime) -> int:
    """Count on with every minute: soreness, a log deleted, time itself move entries, too."""
    began = datetime.combine(made_on, time(), tzinfo=UTC) - timedelta(days=1)
    minutes = max(int((now - began).total_seconds() // 60), 0)
    return 10 * minutes + min(sum(written.version for written in logged), 9)


def _first(made: Plan, asks: Sequence[AskRow]) -> list[str]:
    """Say what goes before any session: questions that are due, a flag that stops running."""
    said = []
    if any(stops_something(ask) for ask in asks):
        said.append(f"Answer {questions_first(asks[0])} (`evenstride flags`).")
    if made.stopped_by:
        said.append("A red flag stands: nothing while running.")
    return said


def when_words(made: Plan) -> str:
    """Say which session is next and when."""
    following = next((s for s in made.sessions if s.state == "next"), None)
    if following is None:
        return "Its sessions are over."
    count = count_words(len(following.items), "exercise")
    return f"Next: {following.title}, {following.on_date:%a %d %b %Y}, {count}."


def _proposal(made: Plan) -> str:
    first, last = made.sessions[0], made.sessions[-1]
    return (
        f"{WEEKS} weeks, {count_words(len(made.sessions), 'session')}, from "
        f"{first.on_date:%a %d %b %Y} to {last.on_date:%a %d %b %Y}."
    )


def _sources(made: Plan) -> tuple[Source, ...]:
    known = exercises()
    named = dict.fromkeys(
        [item.exercise for session in made.sessions for item in session.items]
        + [rule.exercise for rule in made.running]
    )
    own = (known[name].source for name in named)
    return tuple(dict.fromkeys([*SOURCES, *(source for source in own if source is not None)]))


def _logged_rows(written: Written[SessionDone]) -> list[LoggedRow]:
    said = written.value
    empty: LoggedRow = {
        "entry_id": written.entry_id,
        "version": written.version,
        "session_id": said.session,
        "on_date": said.on_date.isoformat(),
        "state": said.state,
        "exercise": None,
        "sets": None,
        "left": None,
        "right": None,
        "load_kg": None,
        "pain": None,
        "pain_next_morning": None,
        "left_out": False,
        "note": said.note,
    }
    return [
        {
            **empty,
            "exercise": item.exercise,
            "sets": item.sets,
            "left": item.left,
            "right": item.right,
            "load_kg": item.load_kg,
            "pain": item.pain,
            "pain_next_morning": item.pain_next_morning,
            "left_out": item.left_out,
        }
        for item in said.items
    ] or [empty]
