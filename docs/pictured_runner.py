"""What the demo's simulated runner says of their body and tries: made up for the pictures alone."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Literal, cast

from evenstride import answers
from evenstride.domain.body import Feeling, Moment, Side
from evenstride.domain.diary import Complaint, Day, FlagCheck, Measured
from evenstride.domain.exercise import Wish as PlanWish

if TYPE_CHECKING:
    from datetime import date, datetime

    from evenstride.answers import Library
    from evenstride.answers.body_and_plan.rows_diary import AskRow
    from evenstride.domain.diary import Entry

    _Trials = tuple[float, ...]

_PLAN_WEEKS, _PAIRS, _MISSED = 4, 14, "w02-2"
_LEVELS = (3, 4, 3, 4, 3, 2, 3, 2, 2, 1, 2, 1)
"""How much the runner's right hip, then right knee is felt, week by week."""
_KNEE_FROM, _KNEE_ONLY = 5, range(8, 11)
_LUNGE = (
    (80, (36.5, 37.0, 36.0), (43.0, 44.0, 43.5)),
    (73, (37.0, 36.5, 37.5), (43.0, 43.5, 42.0)),
    (24, (40.0, 39.0, 40.0), (43.5, 44.0, 43.5)),
    (2, (42.0, 43.0, 42.5), (43.5, 44.0, 43.5)),
)
"""How many days ago, and the lean of the shin left and right."""
_SEEN = (
    ("chest-breath", "hands", "right_lower"),
    ("flared-ribs", "seen", "left_flared"),
    ("hip-bone-forward", "seen", "left_forward"),
    ("arch", "seen", "even"),
)


def body(lib: Library, *, now: datetime) -> None:
    """Write a quarter of a diary and its tests, and follow a plan for its last weeks."""
    began = (now - timedelta(days=_LUNGE[1][0])).date()
    rises = Measured(began, "heel-raise", "count", "floor", left=(21.0, 20.0), right=(27.0, 28.0))
    seen = [Measured(began, test, method, sign=sign) for test, method, sign in _SEEN]
    before, after = ([_lunge(*days, now) for days in some] for some in (_LUNGE[:2], _LUNGE[2:]))
    for one in (*before, rises, *seen):
        answers.record_measured(lib, one, now=now)
    _diary(lib, now=now)
    _plan(lib, now=now)
    for one in after:
        answers.record_measured(lib, one, now=now)


def _lunge(days: int, left: _Trials, right: _Trials, now: datetime) -> Measured:
    day = (now - timedelta(days=days)).date()
    way = ("ankle-lunge", "degrees", "knee-bent", "phone")
    return Measured(day, *way, left=left, right=right)


def _diary(lib: Library, *, now: datetime) -> None:
    """Say that a right hip is tight, then that a right knee hurts, less from week to week."""
    last = lib.runs(()).sort("started_at_utc")["started_at_utc"][-1].date()
    for week, level in enumerate(_LEVELS):
        day = last - timedelta(weeks=len(_LEVELS) - 1 - week)
        said: list[Entry] = [Day(day - timedelta(days=2), nothing_hurts=True)]
        if week not in _KNEE_ONLY:
            said.append(_felt(day, Feeling.TIGHTNESS, "hip-front", level))
        if week >= _KNEE_FROM:
            said.append(_felt(day, Feeling.PAIN, "knee-front", level))
        if week % 3 == 2:
            said.append(_felt(day, Feeling.SORENESS, "calf", 2, Side.LEFT))
        answers.write_diary(lib, [answers.Say(one) for one in said], sure=True, now=now)
    for ask in answers.flags(lib, now=now).tables["ask"]:
        asked = cast("AskRow", ask)
        said_no = {question["slug"]: False for question in asked["questions"]}
        side = None if asked["side"] is None else Side(asked["side"])
        check = FlagCheck(now.date(), said_no, asked["region"], side)
        answers.write_diary(lib, [answers.Say(check)], now=now)


def _felt(
    day: date, feeling: Feeling, region: str, level: int, side: Side = Side.RIGHT
) -> Complaint:
    return Complaint(day, Moment.AFTER, feeling, region, side, level)


def _plan(lib: Library, *, now: datetime) -> None:
    began = now - timedelta(weeks=_PLAN_WEEKS)
    wish = PlanWish(
        began.date(),
        sessions_per_week=2,
        goals=("less_sore", "more_mobile", "form"),
        equipment=("roller", "band", "box"),
    )
    answers.begin_plan(lib, wish, now=began)
    for row in answers.plan(lib, now=now).tables["sessions"]:
        if str(row["on_date"]) < now.date().isoformat():
            state: Literal["missed", "done"] = "missed" if row["session_id"] == _MISSED else "done"
            answers.log_session(lib, str(row["session_id"]), state, now=now)


def experiment(lib: Library, *, now: datetime) -> str:
    """Roll before every other run, by lot, and rate each; return the experiment's name."""
    chance = Random(4)  # noqa: S311 # made up, and the same every time
    wish = answers.Wish(
        "Foam rolling before the run",
        "no rolling",
        outcome="rating",
        question="Does the right hip feel freer after rolling?",
        pairs=_PAIRS,
        washout_days=0,
    )
    registered = now - timedelta(days=120)
    made = answers.register_experiment(lib, wish, now=registered, seed=bytes(range(16)))
    name = next(str(row["value"]) for row in made.tables["registered"] if row["name"] == "Name")
    runs = lib.runs(()).select("run_id", "started_at_utc", "duration_s").iter_rows()
    for run_id, started, duration_s in runs:
        if started <= registered:
            continue
        at = started + timedelta(seconds=duration_s, minutes=5)
        asked = answers.next_assignment(lib, name, now=at)
        if asked.verdict != "assigned":
            continue
        rolled = asked.tables["next"][0]["condition"] == "treatment"
        rating = round(min(max(chance.gauss(6.6 if rolled else 5.2, 0.9), 0.0), 10.0))
        said = answers.AssignmentSaid(run=run_id, rating=float(rating))
        answers.record_assignment(lib, name, said, now=at)
    return name
