"""Decides a plan: twelve weeks from a wish, from what is known, and from what was done of it.

Nothing is remembered between two calls: the plan is played through from its first session on. What
was logged is followed as it was said; the next session is built from that and from what is known
today; sessions after it are shown as they would be if nothing changed any more.

Balance is not known here. A test chooses a side, or none is chosen.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from evenstride.body import plan_words
from evenstride.body.building import available, build, most_items, scene_of, wanted
from evenstride.body.catalogue import exercises
from evenstride.body.choosing import SPOKEN_FOR, at_home
from evenstride.body.doses import STRONGER_WEEKS, TOP_DOWN_WEEKS
from evenstride.body.plan_notes import notes_of
from evenstride.body.progress import after_done, beginning, half_of, is_out, step_back, went_well
from evenstride.body.retests import retests
from evenstride.body.running_rules import running_rules
from evenstride.body.schedule import logs_by_session, slots_of, states_of
from evenstride.body.sides import Sides
from evenstride.body.wishes import check_wish
from evenstride.domain.exercise import (
    Flag,
    Item,
    LeftOut,
    Plan,
    Session,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from evenstride.body.building import Scene
    from evenstride.body.choosing import Reason
    from evenstride.body.progress import Standing
    from evenstride.body.schedule import Slot, State
    from evenstride.domain.diary import SessionDone
    from evenstride.domain.exercise import Facts, Wish

STOPPING: Final = {"clot": "clot", "fracture": "bone-tender"}
"""What a person said of themselves that stops a plan: the red flag that says what to do."""
_TITLES: Final = ((TOP_DOWN_WEEKS, "from the top down"), (STRONGER_WEEKS, "into strength"))
_LAST_TITLE: Final = "strength"


def make_plan(
    wish: Wish,
    facts: Facts,
    *,
    today: date,
    done: Sequence[SessionDone] = (),
    now: Facts | None = None,
) -> Plan:
    """Make a plan, or bring it up to date: the same arguments always give the same plan.

    Parameters
    ----------
    wish
        What was asked for.
    facts
        What was known when it began.
    today
        The local day. A session without a log is missed once its day is over, or once a later one
        was logged; logged afterwards it is what the log says.
    done
        The log; of a session that is named twice the last holds.
    now
        What is known today; None: what was known when it began.

    Returns
    -------
        Twelve weeks; without sessions where a red flag of the tier `now`, a suspected clot or a
        fracture stands.

    Raises
    ------
    InputError
        When the wish cannot be, or the log names a session that is not there.
    """
    check_wish(wish)
    slots = slots_of(wish)
    logs = logs_by_session(slots, done)
    known = facts if now is None else now
    notes = notes_of(wish, known)
    if stopping := _stopping(wish, known):
        return Plan((), (), (), stopping, notes)
    states = states_of(slots, logs, today)
    begun = scene_of(wish, facts, facts)
    current = begun if now is None else scene_of(wish, known, facts)
    again = retests(wish, facts, known, slots, states)
    standings = {slug: beginning(exercises()[slug]) for slug in at_home()}
    sessions: list[Session] = []
    before: dict[str, tuple[Item, Sides]] | None = None
    away = False
    for i, (slot, state) in enumerate(zip(slots, states, strict=True)):
        log = logs.get(slot.session_id)
        scene = current if log is None else begun
        if log is not None and log.planned:
            built = _as_shown(log, begun)
        elif before is not None and _alike(slots, states, i, scene, standings):
            built = {slug: (_unchanged(item), sides) for slug, (item, sides) in before.items()}
        else:
            built = build(scene, slot, standings, before, tell=state != "later")
        if log is not None:
            built.update(_others(built, log))
        sessions.append(
            Session(
                session_id=slot.session_id,
                on_date=slot.on_date if log is None or state != "done" else log.on_date,
                week=slot.week,
                title=_title(slot),
                items=tuple(item for item, _ in built.values()),
                rescreen=again.get(slot.session_id, ()),
                state=state,
            )
        )
        if log is not None and state == "done":
            standings = _after(standings, built, log, slot)
            away = False
        elif state == "missed" and not away and _week_was_missed(slots, states, i):
            standings = _after_a_week_away(standings)
            away = True
        before = before if state == "missed" else built
    rules, not_while_running = running_rules(wish, known)
    left_out = (*_left_out(current, slots, states, sessions, standings), *not_while_running)
    stops_running = tuple(flag for flag in known.flags if flag.tier == "before_running")
    return Plan(tuple(sessions), rules, left_out, stops_running, notes)


def _alike(
    slots: Sequence[Slot],
    states: Sequence[State],
    i: int,
    scene: Scene,
    standings: Mapping[str, Standing],
) -> bool:
    """Tell whether a session is that before it again: in one week, and nothing comes back."""
    return (
        states[i] == states[i - 1] == "later"
        and slots[i].week == slots[i - 1].week
        and available(scene, slots[i], standings) == available(scene, slots[i - 1], standings)
    )


def _unchanged(item: Item) -> Item:
    return replace(item, changed="") if item.changed else item


def _stopping(wish: Wish, facts: Facts) -> tuple[Flag, ...]:
    """List what stops all of it: urgent flags, a suspected clot, a fracture."""
    urgent = [flag for flag in facts.flags if flag.tier == "now"]
    there = {flag.slug for flag in urgent}
    said = (STOPPING[slug] for slug in wish.conditions if slug in STOPPING)
    return (*urgent, *(Flag(slug, "now") for slug in said if slug not in there))


def _title(slot: Slot) -> str:
    block = next((words for week, words in _TITLES if slot.week <= week), _LAST_TITLE)
    return f"Week {slot.week}, session {slot.session_id[-1]}: {block}"


def _as_shown(log: SessionDone, begun: Scene) -> dict[str, tuple[Item, Sides]]:
    """Take a logged session as it was shown then, whatever has been learned since."""
    known = exercises()
    return {
        item.exercise: (
            item,
            Sides(
                first=item.first_side,
                extra=item.only_side is None and item.sets_left != item.sets_right,
                only=item.only_side,
                by=tuple(
                    begun.tested[slug]
                    for slug in known[item.exercise].tests
                    if slug in begun.tested
                ),
            ),
        )
        for item in log.planned
        if item.exercise in known
    }


def _others(
    built: Mapping[str, tuple[Item, Sides]], log: SessionDone
) -> dict[str, tuple[Item, Sides]]:
    """Show what was done beside what the session held."""
    known = exercises()
    return {
        done.exercise: (
            Item(
                exercise=done.exercise,
                count=known[done.exercise].dose.count[0],
                counted=known[done.exercise].dose.counted,
                sets_left=known[done.exercise].dose.sets[0] if done.sets is None else done.sets,
                sets_right=known[done.exercise].dose.sets[0] if done.sets is None else done.sets,
                because="It was done in this session beside what was planned.",
                out_when="It was done, and stays in the log.",
                load_kg=done.load_kg,
            ),
            Sides(),
        )
        for done in log.items
        if done.exercise not in built and done.exercise in known
    }


def _after(
    standings: Mapping[str, Standing],
    built: Mapping[str, tuple[Item, Sides]],
    log: SessionDone,
    slot: Slot,
) -> dict[str, Standing]:
    """Follow a session that was done; what the log does not name was done as planned."""
    said = {item.exercise: item for item in log.items}
    return {
        slug: standing
        if slug not in built
        else after_done(
            exercises()[slug],
            standing,
            said.get(slug),
            only=built[slug][0].only_side,
            week=slot.week,
            on_date=log.on_date,
        )
        for slug, standing in standings.items()
    }


def _week_was_missed(slots: Sequence[Slot], states: Sequence[State], i: int) -> bool:
    """Tell whether this is the last session of a week of which all were missed."""
    week = slots[i].week
    ends = i + 1 == len(slots) or slots[i + 1].week != week
    return ends and all(
        state == "missed" for slot, state in zip(slots, states, strict=True) if slot.week == week
    )


def _after_a_week_away(standings: Mapping[str, Standing]) -> dict[str, Standing]:
    """Go one step back with all that was done before, however long the pause was."""
    return {
        slug: step_back(exercises()[slug], standing, "After a week without sessions")
        if standing.done
        else standing
        for slug, standing in standings.items()
    }


def _left_out(
    scene: Scene,
    slots: Sequence[Slot],
    states: Sequence[State],
    sessions: Sequence[Session],
    standings: Mapping[str, Standing],
) -> Iterator[LeftOut]:
    """Say what is not in the sessions to come though it might be, and what would let it in."""
    ahead = [k for k, state in enumerate(states) if state in ("next", "later")]
    coming = {item.exercise for k in ahead for item in sessions[k].items}
    wished: set[str] = set()
    if ahead:
        weeks = {slots[k].week: slots[k] for k in ahead}
        for slot in weeks.values():
            wished.update(wanted(scene, slot, standings)[: most_items(scene.wish.minutes)])
    for slug in at_home():
        exercise, standing = exercises()[slug], standings[slug]
        if slug in scene.ruled:
            yield LeftOut(slug, scene.ruled[slug])
        elif ahead and is_out(standing, slots[ahead[0]].on_date):
            yield LeftOut(slug, _pain_words(standing))
        elif exercise.after is not None and not went_well(standings[exercise.after]):
            before = exercises()[exercise.after]
            yield LeftOut(
                slug,
                f"Only after this went well: {before.name}, two sessions running with "
                f"{half_of(before)} repetitions or more a side and pain of 3 or less, both "
                "written down.",
            )
        elif slug in wished and slug not in coming:
            yield LeftOut(
                slug, f"No room within {scene.wish.minutes} minutes; longer sessions let it in."
            )
        elif ahead and slug not in coming:
            yield LeftOut(slug, _not_chosen(scene.strongest.get(slug)))


def _not_chosen(reason: Reason | None) -> str:
    """Say why an exercise that nothing forbids is in none of the sessions to come."""
    if reason is not None and reason.rank >= SPOKEN_FOR:
        return f"{plan_words.reason_words(reason)}; there is no room for it beside the others."
    return (
        "Others have its place in these weeks; a finding or soreness that it works on would bring "
        "it in."
    )


def _pain_words(standing: Standing) -> str:
    assert standing.out_from is not None
    since = plan_words.date_words(standing.out_from)
    if standing.out_until is None:
        return f"Pain above 5 for the second time, on {since}: out for the rest of this plan."
    until = plan_words.date_words(standing.out_until)
    return f"Pain above 5 on {since}: out until {until}, then in its easier way."
