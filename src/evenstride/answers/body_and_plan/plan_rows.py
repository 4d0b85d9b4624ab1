"""A plan and the catalogue as rows: what is to be done, in words that name the side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evenstride.body.catalogue import exercises
from evenstride.body.doses import seconds_of
from evenstride.body.plan import STOPPING
from evenstride.body.plan_words import test_name
from evenstride.body.red_flags import FLAGS, what_to_do
from evenstride.body.retests import MINUTES_A_TEST
from evenstride.domain.body import REGIONS, Side
from evenstride.domain.exercise import CONDITIONS, EQUIPMENT, GOALS
from evenstride.domain.wording import count_words, list_words

if TYPE_CHECKING:
    from datetime import date

    from evenstride.answers.body_and_plan.rows_plan import (
        ExerciseRow,
        ItemRow,
        LeftOutRow,
        NextSessionRow,
        RunningRow,
        SessionRow,
        SideCode,
        StoppedRow,
        WishRow,
    )
    from evenstride.domain.exercise import Dose, Exercise, Flag, Item, Plan, Session, Wish

_DAYS: Final = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
_ONE: Final = {"repetitions": "repetition", "seconds": "s", "breaths": "breath", "minutes": "min"}
_MANY: Final = {
    "repetitions": "repetitions",
    "seconds": "s",
    "breaths": "breaths",
    "minutes": "min",
    "runs": "runs",
}
STRENGTHS: Final = {
    "trial": "a trial",
    "cohort": "a cohort study",
    "reliability": "a study of measuring",
    "case_report": "a case report",
    "convention": "a convention",
    "theory": "a theory",
}
"""What a dose or a statement rests on, in words."""


def session_rows(plan_id: str, made: Plan, *, sequence: int) -> tuple[SessionRow, ...]:
    """Tabulate the sessions of a plan."""
    return tuple(
        {
            "plan_id": plan_id,
            "session_id": session.session_id,
            "on_date": session.on_date.isoformat(),
            "week": session.week,
            "title": session.title,
            "state": session.state,
            "minutes": minutes_of(session),
            "rescreen": list(session.rescreen),
            "test_again": _test_again(session),
            "sequence": sequence,
        }
        for session in made.sessions
    )


def _test_again(session: Session) -> str:
    if not session.rescreen:
        return ""
    names = list_words([test_name(slug) for slug in session.rescreen])
    minutes = MINUTES_A_TEST * len(session.rescreen)
    return f"Test again first, rested (about {minutes} min more): {names}."


def minutes_of(session: Session) -> int:
    """Tell how long a session takes, in whole minutes."""
    known = exercises()
    seconds = sum(
        seconds_of(
            known[item.exercise].sided, item.sets_left, item.sets_right, item.count, item.counted
        )
        for item in session.items
    )
    return max(round(seconds / 60.0), 1) if session.items else 0


def item_rows(made: Plan) -> tuple[ItemRow, ...]:
    """Tabulate the exercises of all sessions."""
    known = exercises()
    return tuple(
        _item_row(session.session_id, item, known[item.exercise])
        for session in made.sessions
        for item in session.items
    )


def _item_row(session_id: str, item: Item, known: Exercise) -> ItemRow:
    return {
        "session_id": session_id,
        "exercise": item.exercise,
        "name": known.name,
        "block": known.block,
        "drawing": known.drawing,
        "sided": known.sided,
        "sets_left": item.sets_left,
        "sets_right": item.sets_right,
        "count": item.count,
        "counted": item.counted,
        "first_side": _side(item.first_side),
        "only_side": _side(item.only_side),
        "dose": dose_words(item, known),
        "step": _step(item, known),
        "load_kg": item.load_kg,
        "how": [known.easier] if item.easier else list(known.how),
        "because": item.because,
        "out_when": item.out_when,
        "changed": item.changed,
        "cue": known.cue,
    }


def _step(item: Item, known: Exercise) -> str:
    """Say how it is done now where that is not as first described: the easier way, or a step."""
    if item.easier:
        return "In its easier way."
    return known.progression[item.step - 1] if 0 < item.step <= len(known.progression) else ""


def dose_words(item: Item, known: Exercise) -> str:
    """Say how much, the side named: `3 × 10 a side, left first, one set more on the left`."""
    said = _sets_words(item, known)
    return said if item.load_kg is None else f"{said}, {item.load_kg:g} kg"


def _sets_words(item: Item, known: Exercise) -> str:
    counted = f"{item.count} {_ONE[item.counted] if item.count == 1 else _MANY[item.counted]}"
    if item.only_side is not None:
        sets = item.sets_left if item.only_side is Side.LEFT else item.sets_right
        return f"{sets} × {counted}, {item.only_side.value} only"
    if known.sided == "both":
        return f"{item.sets_left} × {counted}"
    said = f"{min(item.sets_left, item.sets_right)} × {counted} a side"
    if item.first_side is not None:
        said += f", {item.first_side.value} first"
    more = item.sets_left - item.sets_right
    if more:
        side = Side.LEFT if more > 0 else Side.RIGHT
        words = {1: "one set"}.get(abs(more), f"{abs(more)} sets")
        said += f", {words} more on the {side.value}"
    return said


def _side(side: Side | None) -> SideCode | None:
    return None if side is None else side.value


def running_rows(made: Plan) -> tuple[RunningRow, ...]:
    """Tabulate what to do while running."""
    known = exercises()
    return tuple(
        {
            "exercise": rule.exercise,
            "name": known[rule.exercise].name,
            "drawing": known[rule.exercise].drawing,
            "how_much": rule.how_much,
            "because": rule.because,
            "out_when": rule.out_when,
            "evidence": known[rule.exercise].evidence,
            "cue": known[rule.exercise].cue,
        }
        for rule in made.running
    )


def left_out_rows(made: Plan) -> tuple[LeftOutRow, ...]:
    """Tabulate what is not in a plan, and why."""
    known = exercises()
    return tuple(
        {"exercise": one.exercise, "name": known[one.exercise].name, "why": one.why}
        for one in made.left_out
    )


def stopped_rows(made: Plan, wish: Wish) -> tuple[StoppedRow, ...]:
    """Tabulate the red flags that stop a plan, or what is done while running.

    Where it is what somebody said of themselves when they asked for it, that is the reason.
    """
    said = {STOPPING[slug]: CONDITIONS[slug] for slug in wish.conditions if slug in STOPPING}
    return tuple(
        {
            "flag": flag.slug,
            "tier": flag.tier,
            "reason": f"{_stops_why(flag, said.get(flag.slug))} {what_to_do(flag)}",
            "tell": FLAGS[flag.slug].tell,
        }
        for flag in made.stopped_by
    )


def _stops_why(flag: Flag, said: str | None) -> str:
    if said is not None and flag.region is None:
        return f"You said: {said}."
    return FLAGS[flag.slug].why


def next_rows(plan_id: str, made: Plan, *, today: date) -> tuple[NextSessionRow, ...]:
    """Tabulate the next session: one row, or none."""
    found = next((s for s in made.sessions if s.state == "next"), None)
    if found is None:
        return ()
    days = (found.on_date - today).days
    when = {0: "today", 1: "tomorrow"}.get(days)
    if when is None:
        when = f"in {days} days" if days > 0 else f"since {count_words(-days, 'day')}"
    return (
        {
            "plan_id": plan_id,
            "session_id": found.session_id,
            "on_date": found.on_date.isoformat(),
            "title": found.title,
            "exercises": len(found.items),
            "minutes": minutes_of(found),
            "when": when,
        },
    )


def wish_rows(wish: Wish) -> tuple[WishRow, ...]:
    """Tabulate what was wished, in words."""
    lines = (
        ("Begins", wish.first_date.isoformat()),
        ("Sessions", f"{wish.sessions_per_week} a week, up to {wish.minutes} minutes"),
        ("Days", ", ".join(_DAYS[day] for day in wish.days)),
        ("For", "; ".join(GOALS[goal] for goal in wish.goals)),
        ("With", ", ".join(EQUIPMENT[name] for name in wish.equipment) or "no equipment"),
        ("Not with", "; ".join(CONDITIONS[name] for name in wish.conditions) or "nothing named"),
    )
    return tuple({"name": name, "value": value} for name, value in lines)


def exercise_rows() -> tuple[ExerciseRow, ...]:
    """Tabulate the whole catalogue."""
    return tuple(exercise_row(one) for one in exercises().values())


def exercise_row(one: Exercise) -> ExerciseRow:
    """Make the row of one exercise."""
    return {
        "exercise": one.slug,
        "name": one.name,
        "block": one.block,
        "drawing": one.drawing,
        "purpose": one.purpose,
        "feel": one.feel,
        "how": list(one.how),
        "regions": [REGIONS[slug].label for slug in one.regions],
        "equipment": [EQUIPMENT[slug] for slug in one.equipment],
        "side_rule": one.side_rule,
        "dose": _dose(one.dose, both=one.sided == "both"),
        "progression": list(one.progression),
        "cautions": [caution.why for caution in one.cautions],
        "evidence": one.evidence,
        "strength": STRENGTHS[one.strength],
        "source": "" if one.source is None else _source(one.source.text, one.source.link),
        "running": one.running,
        "cue": one.cue,
    }


def _source(text: str, link: str | None) -> str:
    return text if link is None else f"{text} ({link})"


def _dose(dose: Dose, *, both: bool) -> str:
    per_week = f"{_range(dose.per_week)} times a week ({STRENGTHS[dose.strength]})"
    if dose.counted == "runs":
        return per_week
    side = "" if both else " a side"
    return f"{_range(dose.sets)} × {_range(dose.count)} {_MANY[dose.counted]}{side}, {per_week}"


def _range(bounds: tuple[int, int]) -> str:
    low, high = bounds
    return f"{low}" if low == high else f"{low} to {high}"
