"""What should I do? A plan proposed, begun, shown as it stands, ended.

What is kept of a plan is what was wished and known when it began, and what was done of it. All else
is worked out anew from that and from what is known today, so the next session always holds.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from evenstride.answers.body_and_plan.facts import facts_of
from evenstride.answers.body_and_plan.flags import asks_due, questions_first, stops_something
from evenstride.answers.body_and_plan.plan_answer import (
    NONE_RUNS,
    QUESTION,
    answer_of,
    no_tables,
    when_words,
    without,
)
from evenstride.answers.body_and_plan.plan_kept import NO_SESSIONS, plan_now, running_plan
from evenstride.answers.body_and_plan.unread import flags_unread, pain_unread, plan_unread
from evenstride.answers.body_and_plan.wishing import checked_wish, known_wish
from evenstride.answers.provenance import provenance
from evenstride.answers.typing_rules import line_of
from evenstride.body.plan import make_plan
from evenstride.domain.answer import Answer
from evenstride.domain.diary import A_PLAN_RUNS, KeptPlan
from evenstride.domain.errors import InputError
from evenstride.domain.exercise import RULES
from evenstride.library import New

if TYPE_CHECKING:
    from datetime import date, datetime

    from evenstride.answers import Library
    from evenstride.domain.exercise import Facts, Plan, Wish

_MOST_REASON: Final = 500
_ENTRY = re.compile(r"[a-z0-9](-?[a-z0-9]){0,40}")


def propose_plan(lib: Library, wish: Wish, *, now: datetime) -> Answer:
    """Show the plan that a wish would give today; nothing is kept.

    Returns
    -------
        Question `plan`, verdict `proposed`, or `stopped` where a red flag forbids one, or may stand
        in an entry that cannot be read.

    Raises
    ------
    InputError
        The wish cannot be.
    """
    wish = checked_wish(wish, now.date())
    made = _made(lib, wish, facts_of(lib, now=now), now.date())
    return answer_of(lib, "", wish, made, verdict="proposed", now=now)


def begin_plan(lib: Library, wish: Wish, *, now: datetime, plan_id: str | None = None) -> Answer:
    """Begin a plan: what is wished and known today is kept, and the rest follows from it.

    Parameters
    ----------
    lib
        The library.
    wish
        What is wanted.
    now
        Aware, in the runner's own time zone.
    plan_id
        The name it is kept by, so that the same form sent twice begins one plan; None for one of
        the day.

    Returns
    -------
        Question `plan`, verdict `begun`; `stopped` where a red flag forbids it or may stand unread,
        and then nothing is kept.

    Raises
    ------
    InputError
        The wish cannot be, another plan is running, questions about red flags are due, or what may
        say where it hurts, or be a plan that runs, cannot be read.
    """
    wish = checked_wish(wish, now.date())
    asks = [ask for ask in asks_due(lib, now=now) if stops_something(ask)]
    if asks:
        raise InputError(
            f"Answer {questions_first(asks[0])} (`evenstride flags`): they tell whether it is safe "
            "to begin."
        )
    facts = facts_of(lib, now=now)
    made = _made(lib, wish, facts, now.date())
    if not made.sessions:
        return answer_of(lib, "", wish, made, verdict="proposed", now=now)
    unread = pain_unread(lib, today=now.date())
    if unread:
        raise InputError(unread)
    name = _plan_name(lib, now.date()) if plan_id is None else plan_id
    if not _ENTRY.fullmatch(name):
        raise InputError("A plan's name has small letters a to z, digits and single hyphens.")
    if not _runs(lib, name, wish):
        kept = KeptPlan(made_on=now.date(), wish=wish, facts=facts, rules=RULES)
        try:
            lib.write_entries([New(name, kept)], written_at_utc=now)
        except InputError:
            if not _runs(lib, name, wish):  # one that was begun in the same instant says why
                raise
    return replace(
        plan(lib, now=now), verdict="begun", headline="Your plan has begun. " + when_words(made)
    )


def plan(lib: Library, *, now: datetime) -> Answer:
    """Show the plan as it stands: what is next, what it was built from, what is done.

    Returns
    -------
        Question `plan`; tables `sessions`, `items`, `running`, `left_out`, `voices`, `next`,
        `stopped`, `wish`, `logged`. Verdict `next_today` or `next`; `finished` after the last
        session; `stopped` by a red flag; `none` where no plan is running.
    """
    running = running_plan(lib)
    if running is None:
        return without(lib, now)
    kept = running.value
    made = plan_now(lib, running, now=now)
    return answer_of(
        lib,
        running.entry_id,
        known_wish(kept.wish),
        made,
        verdict="",
        now=now,
        made_on=kept.made_on,
    )


def plan_dates(lib: Library, *, now: datetime) -> Answer:
    """List the sessions for a calendar, of a plan that is stopped or has ended, too.

    Returns
    -------
        As `plan`; verdict `stopped` or `ended` where the sessions to come are called off: a
        calendar that had them has to hear of it.
    """
    every = list(lib.entries(KeptPlan).values())
    running = running_plan(lib) or (every[-1] if every else None)
    if running is None:
        return without(lib, now)
    kept = running.value
    stands = plan_now(lib, running, now=now)
    made = plan_now(lib, running, now=now, whatever_stops=True)
    answer = answer_of(
        lib,
        running.entry_id,
        known_wish(kept.wish),
        made,
        verdict="",
        now=now,
        made_on=kept.made_on,
    )
    if kept.ended_on is not None:
        return replace(answer, verdict="ended")
    return answer if stands.sessions else replace(answer, verdict="stopped")


def end_plan(lib: Library, reason: str, *, plan_id: str | None = None, now: datetime) -> Answer:
    """End the running plan; what was done of it stays.

    Parameters
    ----------
    lib
        The library.
    reason
        Why.
    plan_id
        The entry's id of the plan that is to end; None: whichever runs.
    now
        Aware, in the runner's own time zone.

    Raises
    ------
    InputError
        No plan runs, another one does, or no reason is given.
    """
    running = running_plan(lib)
    if running is None:
        raise InputError(plan_unread(lib) or NONE_RUNS)
    if plan_id not in (None, running.entry_id):
        raise InputError(
            "It is another plan that runs now than the one that was to end: look at it again."
        )
    why = line_of(reason, "A reason", _MOST_REASON)
    if why is None:
        raise InputError("Say why it ends, in a few words.")
    ended = replace(running.value, ended_on=now.date(), end_reason=why)
    lib.write_entries([New(running.entry_id, ended, running.version)], written_at_utc=now)
    return Answer(
        question=QUESTION,
        headline=f"The plan of {running.value.made_on} has ended.",
        verdict="ended",
        provenance=provenance(None, "none"),
        sentences=("What you did of it stays in your library.",),
        tables=no_tables(),
    )


def _made(lib: Library, wish: Wish, facts: Facts, today: date) -> Plan:
    return NO_SESSIONS if flags_unread(lib) else make_plan(wish, facts, today=today)


def _runs(lib: Library, name: str, wish: Wish) -> bool:
    """Tell whether this very plan runs already.

    Raises
    ------
    InputError
        Another one does, or one that cannot be read may.
    """
    running = running_plan(lib)
    if running is None:
        unread = plan_unread(lib)
        if unread:
            raise InputError(unread)
        return False
    if running.entry_id != name or running.value.wish != wish:
        raise InputError(A_PLAN_RUNS)
    return True


def _plan_name(lib: Library, today: date) -> str:
    taken = {*lib.entries(KeptPlan), *(one.entry_id for one in lib.unread_entries())}
    name, n = f"plan-{today}", 1
    while name in taken:
        n += 1
        name = f"plan-{today}-{n}"
    return name
