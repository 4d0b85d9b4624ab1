"""Which plan runs, what was done of it, and what follows from both today."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from evenstride.answers.body_and_plan.facts import facts_of
from evenstride.answers.body_and_plan.unread import flags_unread
from evenstride.answers.body_and_plan.wishing import known_wish
from evenstride.body.plan import make_plan
from evenstride.body.schedule import slots_of
from evenstride.domain.diary import KeptPlan, SessionDone
from evenstride.domain.exercise import Plan

if TYPE_CHECKING:
    from datetime import datetime

    from evenstride.answers import Library
    from evenstride.domain.diary import Written


NO_SESSIONS: Final = Plan(sessions=(), running=(), left_out=(), stopped_by=(), notes=())
"""The plan while nobody knows whether a red flag stands."""


def running_plan(lib: Library) -> Written[KeptPlan] | None:
    """Return the plan that runs; None where none does."""
    open_ones = [w for w in lib.entries(KeptPlan).values() if w.value.ended_on is None]
    return open_ones[-1] if open_ones else None


def done_of(lib: Library, plan_id: str) -> list[Written[SessionDone]]:
    """List the logged sessions of a plan, in the order of their days."""
    mine = [w for w in lib.entries(SessionDone).values() if w.value.plan == plan_id]
    return sorted(mine, key=lambda written: (written.value.on_date, written.value.session))


def plan_now(
    lib: Library, running: Written[KeptPlan], *, now: datetime, whatever_stops: bool = False
) -> Plan:
    """Work out a plan from what was kept, what was done, and what is known today.

    What another edition of the program kept and this one does not know is passed over. With
    `whatever_stops` red flags are left aside: which sessions there would be.

    Returns
    -------
        The plan; without sessions where a red flag stops it, or may stand in an entry that cannot
        be read.
    """
    if not whatever_stops and flags_unread(lib):
        return NO_SESSIONS
    wish = known_wish(running.value.wish)
    sessions = {slot.session_id for slot in slots_of(wish)}
    logs = (written.value for written in done_of(lib, running.entry_id))
    then, today = running.value.facts, facts_of(lib, now=now)
    if whatever_stops:
        wish = replace(wish, conditions=())
        then, today = replace(then, flags=()), replace(today, flags=())
    return make_plan(
        wish,
        then,
        today=now.date(),
        done=[log for log in logs if log.session in sessions],
        now=today,
    )
