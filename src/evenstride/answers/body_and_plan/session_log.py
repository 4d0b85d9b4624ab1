"""A session of the plan, logged as done or missed; said again it is corrected."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal

from evenstride.answers.body_and_plan.done_items import checked_items
from evenstride.answers.body_and_plan.plan_answer import NONE_RUNS
from evenstride.answers.body_and_plan.plan_kept import plan_now, running_plan
from evenstride.answers.body_and_plan.planning import plan
from evenstride.answers.body_and_plan.unread import flags_unread, plan_unread
from evenstride.answers.typing_rules import text_of
from evenstride.domain.diary import MOST_NOTE, SessionDone
from evenstride.domain.errors import InputError
from evenstride.domain.wording import printable
from evenstride.library import New

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from evenstride.answers import Library
    from evenstride.domain.answer import Answer
    from evenstride.domain.diary import ItemDone
    from evenstride.domain.exercise import Plan, Session

_MOST_AHEAD_DAYS: Final = 7


def log_session(
    lib: Library,
    session_id: str | None,
    state: Literal["done", "missed"],
    *,
    items: Sequence[ItemDone] = (),
    on_date: date | None = None,
    note: str = "",
    seen: int | None = None,
    now: datetime,
) -> Answer:
    """Log a session of the running plan as done or missed; said again it is corrected.

    Parameters
    ----------
    lib
        The library.
    session_id
        Which; None for the next one, once its day has come.
    state
        Whether it was done.
    items
        What was done of its exercises; what is not named counts as done as planned, pain unknown.
    on_date
        The local day; None: today.
    note
        Anything to remember.
    seen
        The version of an earlier log that the writer knows of, 0 for none; None to go over what is
        there.
    now
        Aware, in the runner's own time zone.

    Returns
    -------
        Question `plan`, verdict `logged`: the plan as it stands after it.

    Raises
    ------
    InputError
        No plan runs, there is no such session or exercise in it, a number cannot be, the day is to
        come, somebody logged it meanwhile, or a red flag stops it or may stand unread.
    """
    running = running_plan(lib)
    if running is None:
        raise InputError(plan_unread(lib) or f"{NONE_RUNS} `evenstride plan new` makes one.")
    unread = flags_unread(lib)
    if unread:
        raise InputError(unread)
    made = plan_now(lib, running, now=now)
    session = _session(made, session_id, now.date())
    day = on_date or now.date()
    if day > now.date():
        raise InputError(f"{day} is to come; log a session on its day or after.")
    if day < running.value.made_on:
        raise InputError(f"The plan began on {running.value.made_on}; {day} is before it.")
    done = SessionDone(
        plan=running.entry_id,
        session=session.session_id,
        on_date=day,
        state=state,
        items=() if state == "missed" else checked_items(items, session),
        note=text_of(note, "A note", MOST_NOTE) or "",
        planned=session.items,
    )
    entry_id = f"{running.entry_id}.{session.session_id}"
    there = lib.entries(SessionDone).get(entry_id)
    known = (0 if there is None else there.version) if seen is None else seen
    lib.write_entries([New(entry_id, done, known)], written_at_utc=now)
    now_stands = plan(lib, now=now)
    said = "Logged as done." if state == "done" else "Logged as missed; nothing is doubled up."
    return replace(now_stands, verdict="logged", headline=f"{said} {now_stands.headline}")


def _session(made: Plan, session_id: str | None, today: date) -> Session:
    if not made.sessions:
        raise InputError("A red flag stops the plan: until it is resolved nothing of it is logged.")
    if session_id is None:
        found = next((s for s in made.sessions if s.state == "next"), None)
        if found is None:
            raise InputError("There is no next session: the plan is over. Name the one to correct.")
        if found.on_date > today:
            # Said twice by accident, it would log a session that nobody has done.
            raise InputError(
                f"The next session, {found.session_id}, is on {found.on_date:%a %d %b %Y}: name it "
                "to log it before its day, or name the one to correct."
            )
        return found
    found = next((s for s in made.sessions if s.session_id == session_id), None)
    if found is None:
        raise InputError(
            f"There is no session “{printable(session_id)[:20]}” in the plan; the first is w01-1."
        )
    if (found.on_date - today).days > _MOST_AHEAD_DAYS:
        # A slip of the pen would skip all the sessions before it.
        raise InputError(
            f"{session_id} is planned for {found.on_date:%a %d %b %Y}: a session is logged a week "
            "ahead at most."
        )
    return found
