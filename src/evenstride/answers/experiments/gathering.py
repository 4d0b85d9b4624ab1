"""How all of an experiment is gathered from the library: records, values, remarks, relatives."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np

from evenstride.answers.experiments.comparable import is_comparable
from evenstride.answers.experiments.effect_model import NOTHING, model_effect
from evenstride.answers.experiments.judging import counted, decision_of, differences, is_decidable
from evenstride.answers.experiments.material import (
    ENDED,
    LAP_MISSING,
    NO_VALUE,
    NOT_YET,
    SKIPPED,
    Half,
    Material,
    Pair,
    Relative,
    StartRun,
)
from evenstride.answers.experiments.run_values import Source
from evenstride.answers.experiments.standing import (
    conditions_at,
    latest,
    open_assignment,
    opened_at,
    rested,
)
from evenstride.domain.experiment import OUTCOMES

if TYPE_CHECKING:
    from datetime import datetime

    from evenstride.answers.experiments.run_values import Value
    from evenstride.domain.experiment import Condition, Kept, LapUse, Record
    from evenstride.library import Library

DEVIATIONS: Final = {
    "did_other": "the other thing was done than was assigned",
    "skipped": "the assignment was skipped",
    "no_value": "nothing was measured (no sensor, or too little running)",
    "implausible": "so far out that the sensor failed, or was put on the other way round",
    "other_shoes": "other shoes than in the other half of the pair",
    "other_sensor": "another sensor than in the other half of the pair",
    "not_comparable": "not the kind of run that was registered",
    "not_shown": "run before its assignment could be seen",
    "corrected": "recorded otherwise at first, and changed later",
    "passed_over": "a run that would have counted was passed over before",
    "washout": "sooner after the last run of the experiment than registered",
    "short_lap": "less of the lap was left than 30 seconds",
    "began_other_day": "begun on another day than the one drawn",
}
"""What may be remarked of one half, in words."""
_FEWEST, _MOST_BEFORE = 2, 10


def gather(
    lib: Library, kept: Kept, *, now: datetime | None, today: date, with_model: bool = True
) -> Material:
    """Gather all of one experiment.

    Parameters
    ----------
    lib, kept
        The library and the experiment.
    now, today
        Aware, and the local date.
    with_model
        Whether the library's model is asked for the effect (a fit, kept), and the relatives.
    """
    source = Source(lib, kept.registration)
    pairs: tuple[Pair, ...] = ()
    runs: tuple[StartRun, ...] = ()
    if kept.registration.kind == "randomised_start":
        runs = _start_runs(source, today)
    else:
        pairs = _pairs(source, kept)
    made = Material(kept=kept, pairs=pairs, runs=runs, today=today.isoformat())
    if not with_model:
        return made
    value, se = (
        NOTHING
        if kept.registration.kind == "randomised_start" and not is_decidable(made)
        else model_effect(source, kept, pairs, runs, now=now)
    )
    others = [
        other
        for other in lib.experiments().values()
        if other.registration.experiment_id != kept.registration.experiment_id
    ]
    beside = {
        other.registration.experiment_id: _relative(lib, other, now=now, today=today)
        for other in others
    }
    family = tuple(
        beside[other.registration.experiment_id]
        for other in others
        if OUTCOMES[other.registration.outcome].unit == source.outcome.unit
    )
    return replace(
        made,
        model_effect=value,
        model_se=se,
        family=family,
        beside=tuple(beside.values()),
        before=_before(source),
    )


def _before(source: Source) -> tuple[float, ...]:
    """Return what the last comparable runs before registration count for; of ratings none are."""
    r = source.registration
    if source.outcome.measure is None:
        return ()
    runs = [
        run
        for run in source.runs.filter(
            source.runs["started_at_utc"] < r.registered_at_utc
        ).iter_rows(named=True)
        if is_comparable(source.lib, r.comparable, run)
    ][-_MOST_BEFORE:]
    values = source.of_runs(run["run_id"] for run in runs)
    found = [values[run["run_id"]].value for run in runs if run["run_id"] in values]
    return tuple(value for value in found if math.isfinite(value))


def broken_positions(lib: Library, kept: Kept) -> set[int]:
    """Return recorded positions without a value: their pairs cannot be whole."""
    if kept.registration.kind != "across_runs":
        return set()
    return broken_among(_pairs(Source(lib, kept.registration), kept))


def broken_among(pairs: tuple[Pair, ...]) -> set[int]:
    """Return the same where the pairs of an experiment across runs are at hand."""
    return {half.position for pair in pairs for half in pair.halves if math.isnan(half.value)}


def _pairs(source: Source, kept: Kept) -> tuple[Pair, ...]:
    if kept.registration.kind == "across_runs":
        return _across(source, kept)
    return _within(source, kept)


def _across(source: Source, kept: Kept) -> tuple[Pair, ...]:
    records = latest(kept)
    values = source.of_runs(r.run_id for r in records.values() if r.run_id)
    halves: dict[int, Half] = {}
    before: Record | None = None
    for position, record in records.items():
        value = values.get(record.run_id) if record.run_id else None
        halves[position] = _half(source, kept, record, value, before)
        before = record if record.run_id else before
    broken = {p for p, half in halves.items() if math.isnan(half.value)}
    following = open_assignment(kept, broken)
    opened = None if following is None or kept.ended_at_utc else following.pair
    pairs = []
    for number in sorted({position // 2 for position in halves}):
        mine = tuple(halves[p] for p in (2 * number, 2 * number + 1) if p in halves)
        pairs.append(_pair(number, mine, open_=number == opened, ended=bool(kept.ended_at_utc)))
    return tuple(pairs)


def _pair(
    number: int, halves: tuple[Half, ...], *, open_: bool, ended: bool, alone: str = SKIPPED
) -> Pair:
    if len(halves) == 2:  # both halves
        lost = [h for h in halves if math.isnan(h.value)]
        why_not = "" if not lost else SKIPPED if lost[0].run_id is None else NO_VALUE
        first, second = halves
        remarks = list(second.remarks)
        if not why_not and first.shoes and second.shoes and first.shoes != second.shoes:
            remarks.append("other_shoes")
        if not why_not and first.sensor != second.sensor:
            remarks.append("other_sensor")
        return Pair(number, (first, replace(second, remarks=tuple(remarks))), why_not)
    if open_:
        return Pair(number, halves, NOT_YET)
    if any(math.isnan(h.value) for h in halves):
        return Pair(number, halves, SKIPPED if halves[0].run_id is None else NO_VALUE)
    return Pair(number, halves, ENDED if ended else alone)


def _half(
    source: Source, kept: Kept, record: Record, value: Value | None, before: Record | None
) -> Half:
    r = kept.registration
    assigned: Condition = conditions_at(r, record.position)[0]
    remarks = []
    measured, se = (value.value, value.se) if value else (math.nan, math.nan)
    if source.outcome.measure is None:
        measured, se = (math.nan if record.rating is None else record.rating), 0.0
    if record.run_id is None:
        remarks.append("skipped")
    elif math.isnan(measured):
        remarks.append("no_value" if value is None else "implausible")
    elif record.did != assigned:
        remarks.append("did_other")
    remarks += _as_met(source, kept, record)
    if record.run_id is not None and record.run_id in source.row:
        run = source.runs.row(source.row[record.run_id], named=True)
        if not is_comparable(source.lib, r.comparable, run):
            remarks.append("not_comparable")
        if run["started_at_utc"] < opened_at(kept, record.position):
            remarks.append("not_shown")
        if before is not None and before.run_id in source.row:
            earlier = source.runs.row(source.row[before.run_id], named=True)
            if rested(earlier["date"], r.washout_days) > date.fromisoformat(run["date"]):
                remarks.append("washout")
    date_ = source.runs["date"][source.row[record.run_id]] if record.run_id in source.row else None
    return Half(
        position=record.position,
        assigned=assigned,
        did=record.did,
        value=measured,
        se=se,
        raw=value.raw if value else math.nan,
        run_id=record.run_id,
        date=date_,
        conditions=value.conditions if value else {},
        shoes=value.shoes if value else None,
        # What is typed has no sensor, whatever the run was measured by.
        sensor=value.sensor if value and source.outcome.measure else None,
        remarks=tuple(remarks),
    )


def _as_met(source: Source, kept: Kept, record: Record) -> list[str]:
    """Remark where the first comparable run was passed over, or a record changed afterwards."""
    r = kept.registration
    remarks = []
    if _corrected(kept, record):
        remarks.append("corrected")
    since = opened_at(kept, record.position)
    until = record.recorded_at_utc
    if record.run_id in source.row:
        until = source.runs["started_at_utc"][source.row[record.run_id]]
    records = latest(kept)
    used = {one.run_id for one in records.values()}
    served = [
        source.row[one.run_id]
        for position, one in records.items()
        if position < record.position and one.run_id in source.row
    ]
    first_day = ""
    if served:
        since = max(since, source.runs["started_at_utc"][served[-1]])
        first_day = rested(source.runs["date"][served[-1]], r.washout_days).isoformat()
    between = source.runs.filter(
        (source.runs["started_at_utc"] >= since)
        & (source.runs["started_at_utc"] < until)
        & (source.runs["date"] >= first_day)
        & ~source.runs["run_id"].is_in([name for name in used if name])
    )
    if any(is_comparable(source.lib, r.comparable, run) for run in between.iter_rows(named=True)):
        remarks.append("passed_over")
    return remarks


def _corrected(kept: Kept, record: Record) -> bool:
    """Whether an earlier record of the same assignment said something else; notes may change."""

    def said(one: Record) -> tuple[object, ...]:
        return one.run_id, one.did, one.rating, one.laps

    earlier = [one for one in kept.records if one.position == record.position]
    return any(said(one) != said(record) for one in earlier)


def _within(source: Source, kept: Kept) -> tuple[Pair, ...]:
    pairs: list[Pair] = []
    for position, record in latest(kept).items():
        if record.run_id is None:
            continue
        values = source.of_laps(record.run_id, record.laps)
        by_pair: dict[int, list[Half]] = {}
        for lap, value in zip(record.laps, values, strict=True):
            half = _lap_half(source, position, record, lap, value)
            if not by_pair and _corrected(kept, record):
                half = replace(half, remarks=(*half.remarks, "corrected"))
            by_pair.setdefault(lap.pair, []).append(half)
        pairs.extend(
            _pair(number, tuple(halves), open_=False, ended=False, alone=LAP_MISSING)
            for number, halves in sorted(by_pair.items())
        )
    return tuple(pairs)


def _lap_half(
    source: Source, position: int, record: Record, lap: LapUse, value: Value | None
) -> Half:
    did = lap.did or lap.assigned
    remarks = [] if did == lap.assigned else ["did_other"]
    if value is not None and math.isnan(value.value):
        remarks.append("implausible")
    elif value is None:
        ((start, end),) = source.windows([lap])
        remarks.append("no_value" if end - start >= 30.0 else "short_lap")
    known = record.run_id in source.row
    return Half(
        position=position,
        assigned=lap.assigned,
        did=did,
        value=value.value if value else math.nan,
        se=value.se if value else math.nan,
        raw=value.raw if value else math.nan,
        run_id=record.run_id,
        date=source.runs["date"][source.row[record.run_id or ""]] if known else None,
        conditions=value.conditions if value else {},
        shoes=value.shoes if value else None,
        sensor=value.sensor if value else None,
        remarks=tuple(remarks),
    )


def _start_runs(source: Source, today: date) -> tuple[StartRun, ...]:
    """Return the comparable runs from the day of registration on, to the end or today."""
    r = source.registration
    since = r.registered_at_utc
    last = min(r.end_date or today, today).isoformat()
    runs = [
        run
        for run in source.runs.iter_rows(named=True)
        if run["started_at_utc"] >= since
        and run["date"] <= last
        and is_comparable(source.lib, r.comparable, run)
    ]
    values = source.of_runs(run["run_id"] for run in runs)
    return tuple(
        StartRun(
            run_id=v.run_id,
            date=v.date,
            day=v.day,
            value=v.value,
            se=v.se,
            raw=v.raw,
            conditions=v.conditions,
            shoes=v.shoes,
            sensor=v.sensor,
        )
        for run in runs
        if (v := values.get(run["run_id"])) is not None and math.isfinite(v.value)
    )


def _relative(lib: Library, kept: Kept, *, now: datetime | None, today: date) -> Relative:
    """Return what another experiment found by its own data alone."""
    made = gather(lib, kept, now=now, today=today, with_model=False)
    d = differences(counted(made))
    decision = decision_of(made)
    effect = se = e = math.nan
    if d.size >= _FEWEST and float(np.ptp(d)) > 0.0:
        effect, se = float(d.mean()), float(d.std(ddof=1)) / math.sqrt(d.size)
    if decision is not None and decision.e_values.size:
        e = float(decision.e_values[-1])
    r = kept.registration
    return Relative(
        experiment_id=r.experiment_id,
        treatment=r.treatment,
        effect=effect,
        se=se,
        e_value=e,
        decided=decision is not None and decision.verdict in {"increase", "decrease"},
        since=r.registered_at_utc.date().isoformat(),
        until=kept.ended_at_utc.date().isoformat() if kept.ended_at_utc else None,
    )
