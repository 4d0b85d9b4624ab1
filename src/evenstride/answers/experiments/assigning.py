"""What to do next: the one assignment that is open, and nothing beyond it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import polars as pl

from evenstride.answers.body_and_plan.hurting import injured_legs
from evenstride.answers.dates import local_dates, well_dated
from evenstride.answers.experiments.comparable import is_comparable
from evenstride.answers.experiments.design_words import minutes_words
from evenstride.answers.experiments.gathering import broken_among, broken_positions, gather
from evenstride.answers.experiments.judging import decision_of, state_of
from evenstride.answers.experiments.standing import (
    latest,
    open_assignment,
    opened_at,
    rested,
    start_date,
)
from evenstride.answers.experiments.stopped import stopped_by_flag
from evenstride.answers.provenance import PROGRAM
from evenstride.domain.answer import Answer, Provenance
from evenstride.domain.errors import InputError
from evenstride.domain.wording import printable

if TYPE_CHECKING:
    from datetime import date, datetime

    from evenstride.answers.experiments.standing import Assignment
    from evenstride.answers.rows_experiments import AssignmentRow, CandidateRow, LapToDoRow
    from evenstride.domain.experiment import Condition, Kept, Registration
    from evenstride.library import Library

_MODEL: Final = "experiments 1"
_MOST_CANDIDATES: Final = 12
QUESTION: Final = "experiment_next"


@dataclass(frozen=True, slots=True)
class _Next:
    """What one experiment asks for: a verdict, a row where there is something, and the sentence."""

    verdict: str
    sentence: str
    row: AssignmentRow | None = None


def next_assignment(lib: Library, experiment: str | None = None, *, now: datetime) -> Answer:
    """Say what to do next.

    Parameters
    ----------
    lib
        The library.
    experiment
        Its id; None for all that are open.
    now
        Aware, in the runner's own time zone: its date is today.

    Returns
    -------
        Verdict `assigned`, `wait` (nothing yet: too soon, or the drawn day has not come),
        `stopped` (a red flag stands), `complete`, `ended` or `none_open`. Tables `next` (a row an
        experiment that asks for something) and, of one experiment, `candidates` (runs that may have
        served it).

    Raises
    ------
    UnknownExperimentError
        There is none of this id.
    """
    if now.utcoffset() is None:
        raise InputError("What time it is now must be said with its time zone.")
    injured = tuple(filter(None, [injured_legs(lib, today=now.date())]))
    if experiment is not None:
        kept = lib.experiment(experiment)
        found = _of(lib, kept, now=now)
        candidates = candidates_for(lib, kept, now=now) if kept.ended_at_utc is None else ()
        answer = _answer(_unless_stopped(lib, [found], now), candidates)
        return replace(answer, caveats=(*injured, *answer.caveats))
    every = _unless_stopped(
        lib,
        [
            _of(lib, kept, now=now)
            for kept in lib.experiments().values()
            if kept.ended_at_utc is None
        ],
        now,
    )
    asking = [one for one in every if one.verdict in ("assigned", "wait")]
    lost = edited_words(lib, only_open=True)
    if not asking:
        # What is stopped goes before what is complete.
        every.sort(key=lambda one: one.verdict != "stopped")
        said = (every[0].sentence,) if every else lost or ("No experiment is open.",)
        idle = _Next(every[0].verdict if every else "none_open", said[0])
        return replace(_answer([idle], ()), caveats=lost if every else said[1:])
    asking.sort(key=lambda one: one.verdict != "assigned")
    answer = replace(_answer(asking, ()), caveats=(*injured, *lost))
    if len([one for one in asking if one.verdict == "assigned"]) < 2:  # nothing can clash
        return answer
    both = (
        "A run can serve several experiments where what they ask for can be done together; else do "
        "one now, and leave the other for another run."
    )
    return replace(answer, sentences=(*answer.sentences, both))


def _unless_stopped(lib: Library, found: list[_Next], now: datetime) -> list[_Next]:
    """Ask for nothing while a red flag stands; what is over stays over."""
    asking = ("assigned", "wait")
    if not any(one.verdict in asking for one in found):
        return found
    stopped = stopped_by_flag(lib, now=now)
    if stopped is None:
        return found
    return [_Next("stopped", stopped) if one.verdict in asking else one for one in found]


def edited_words(lib: Library, *, only_open: bool = False) -> tuple[str, ...]:
    """Say of which experiments the registration is not what was registered, a sentence each."""
    sound = lib.experiments()
    return tuple(
        f"The registration of {name} is not what was registered: "
        f"{'end and delete it' if is_open else 'delete it'}, or restore a backup."
        for name, is_open in lib.experiment_names().items()
        if name not in sound and (is_open or not only_open)
    )


def what_words(registration: Registration, condition: Condition) -> str:
    """Say what is done in a condition, in the runner's own words."""
    words = registration.treatment if condition == "treatment" else registration.control
    return printable(words)


def candidates_for(lib: Library, kept: Kept, *, now: datetime) -> tuple[CandidateRow, ...]:
    """List runs that may have served the open assignment, the likeliest first.

    Those since the registration and since the last run of the experiment that serve no other
    assignment: comparable ones first, of these the earliest, as the first comparable run is meant.
    """
    r = kept.registration
    records = latest(kept)
    used = {record.run_id for record in records.values() if record.run_id}
    runs = lib.runs(("speed_m_s",)).filter(
        well_dated(now)
        & (pl.col("started_at_utc") >= r.registered_at_utc)
        & ~pl.col("run_id").is_in(used)
    )
    served = lib.runs(()).filter(pl.col("run_id").is_in(used))
    if not served.is_empty():
        runs = runs.filter(pl.col("started_at_utc") > served["started_at_utc"].max())
    runs = runs.with_columns(local_date=pl.Series(local_dates(runs), dtype=pl.String))
    following = open_assignment(kept, broken_positions(lib, kept))
    since = r.registered_at_utc if following is None else opened_at(kept, following.position)
    not_before = "" if (rest := _not_before(lib, kept)) is None else rest.isoformat()
    rows: list[CandidateRow] = []
    for run in runs.iter_rows(named=True):
        why_not = None
        if not is_comparable(lib, r.comparable, run):
            why_not = "not the kind of run that was registered"
        elif run["started_at_utc"] < since:
            why_not = "run before this assignment could be seen"
        elif run["local_date"] < not_before:
            why_not = f"run before {not_before}: too soon after the last run of the experiment"
        rows.append(
            {
                "run_id": run["run_id"],
                "local_date": run["local_date"],
                "distance_m": run["distance_m"],
                "duration_s": run["duration_s"] or 0.0,
                "speed_m_s": run["speed_m_s"],
                "fits": why_not is None,
                "why_not": why_not,
            }
        )
    rows.sort(key=lambda row: not row["fits"])
    return tuple(rows[:_MOST_CANDIDATES])


def _answer(found: list[_Next], candidates: tuple[CandidateRow, ...]) -> Answer:
    first = found[0]
    return Answer(
        question=QUESTION,
        headline=first.sentence,
        verdict=first.verdict,
        provenance=Provenance(PROGRAM, _MODEL, 0),
        sentences=tuple(one.sentence for one in found[1:]),
        tables={
            "next": tuple(one.row for one in found if one.row is not None),
            "candidates": candidates,
        },
    )


def _of(lib: Library, kept: Kept, *, now: datetime) -> _Next:
    r = kept.registration
    if kept.ended_at_utc is not None:
        return _Next("ended", f"{r.experiment_id} has ended: {printable(kept.end_reason or '')}.")
    today = now.date()
    if r.kind == "randomised_start":
        return _of_start(kept, today)
    material = gather(lib, kept, now=now, today=today, with_model=False)
    following = open_assignment(kept, broken_among(material.pairs))
    if following is None or state_of(material, decision_of(material)) == "complete":
        return _Next("complete", f"{r.experiment_id} has its verdict; nothing more is to be run.")
    if r.kind == "within_run":
        return _of_laps(kept, following)
    return _of_run(r, following, _not_before(lib, kept), today)


def _of_run(r: Registration, following: Assignment, not_before: date | None, today: date) -> _Next:
    condition = following.conditions[0]
    what = what_words(r, condition)
    half = following.position % 2
    row: AssignmentRow = {
        "experiment_id": r.experiment_id,
        "position": following.position,
        "pair": following.pair + 1,
        "half": half + 1,
        "condition": condition,
        "what": what,
        "not_before": None if not_before is None else not_before.isoformat(),
        "laps": [],
        "how": (
            f"The {'first' if half == 0 else 'second'} run of pair {following.pair + 1}: the next "
            f"run {_kind_of_run(r)}. Record it afterwards, whatever you did."
        ),
    }
    if not_before is not None and not_before > today:
        return _Next("wait", f"Rest from it until {not_before}; the run after that: {what}.", row)
    return _Next("assigned", f"Next run: {what}.", row)


def _kind_of_run(r: Registration) -> str:
    asked = r.comparable
    banded = asked.slowest_m_s is not None or asked.fastest_m_s is not None
    pace = " at the registered pace" if banded else ""
    route = f" over the route of {asked.route}" if asked.route else ""
    return f"of {minutes_words(asked.shortest_s)} or longer{pace}{route}"


def _of_laps(kept: Kept, following: Assignment) -> _Next:
    r = kept.registration
    laps: list[LapToDoRow] = [
        {
            "lap": number + 1,
            "pair": following.pair + number // 2 + 1,
            "condition": condition,
            "what": what_words(r, condition),
        }
        for number, condition in enumerate(following.conditions)
    ]
    first = laps[0]["what"]
    row: AssignmentRow = {
        "experiment_id": r.experiment_id,
        "position": following.position,
        "pair": following.pair + 1,
        "half": None,
        "condition": following.conditions[0],
        "what": first,
        "not_before": None,
        "laps": laps,
        "how": (
            f"Run {minutes_words(r.warm_up_s)} first. Then press the lap button, and again every "
            f"{minutes_words(r.lap_s)}: {len(laps)} laps in this order, and once more at the end "
            "of the last."
        ),
    }
    return _Next("assigned", f"Next run: {len(laps)} laps, beginning with: {first}.", row)


def _of_start(kept: Kept, today: date) -> _Next:
    r = kept.registration
    name = r.experiment_id
    begins = start_date(r)
    said = latest(kept).get(0)
    if r.end_date is not None and today > r.end_date:
        return _Next("complete", f"{name} is over: look at its result.")
    row: AssignmentRow = {
        "experiment_id": name,
        "position": 0,
        "pair": None,
        "half": None,
        "condition": "treatment",
        "what": what_words(r, "treatment"),
        "not_before": None,
        "laps": [],
        "how": f"Keep to it until {r.end_date}; it is looked at once, after that day.",
    }
    if today < begins:
        waiting: AssignmentRow = {
            **row,
            "condition": "control",
            "what": what_words(r, "control"),
            "how": (
                f"One day from {r.first_date} to {r.last_date} has been drawn. Until you are told: "
                f"{what_words(r, 'control')}. Ask again each day from {r.first_date} on."
            ),
        }
        return _Next("wait", f"{name}: not yet. {waiting['how']}", waiting)
    if said is not None and said.did is None:
        return _Next("wait", f"{name} was not begun; it is looked at once, after {r.end_date}.")
    if said is not None:
        kept_up = f"{name} has begun; keep to it until {r.end_date}: {row['what']}."
        return _Next("wait", kept_up, row)
    when = "Today" if today == begins else f"Since {begins}"
    return _Next("assigned", f"{when} it begins: {row['what']}.", row)


def _not_before(lib: Library, kept: Kept) -> date | None:
    """Return the first day on which the next run may be; None where nothing must be waited for."""
    r = kept.registration
    used = {record.run_id for record in latest(kept).values() if record.run_id}
    served = lib.runs(()).filter(pl.col("run_id").is_in(used))
    if r.washout_days == 0 or served.is_empty():
        return None
    return rested(max(local_dates(served)), r.washout_days)
