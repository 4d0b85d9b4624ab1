"""Which assignment is open: the first without a record, of a pair that can still be whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from evenstride.stats.experiments.sequence import assigned, start_index

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from evenstride.domain.experiment import Condition, Kept, Record, Registration


@dataclass(frozen=True, slots=True)
class Assignment:
    """What is to be done next.

    Attributes
    ----------
    position
        Which assignment it is, from 0.
    pair
        The pair it belongs to, from 0: across runs its own, within a run the first of the run's.
    conditions
        Across runs one; within a run those of its laps in their order; of a randomised start the
        treatment.
    """

    position: int
    pair: int
    conditions: tuple[Condition, ...]


def latest(kept: Kept) -> dict[int, Record]:
    """Return the records that hold: the last of each position, in the order of positions."""
    found = {record.position: record for record in kept.records}
    return dict(sorted(found.items()))


def conditions_at(registration: Registration, position: int) -> tuple[Condition, ...]:
    """Return what is assigned at a position."""
    seed = registration.seed
    if registration.kind == "across_runs":
        pair, half = divmod(position, 2)
        return (assigned(seed, pair, half),)
    if registration.kind == "within_run":
        first = position * registration.pairs_per_run
        return tuple(
            assigned(seed, pair, half)
            for pair in range(first, first + registration.pairs_per_run)
            for half in (0, 1)
        )
    return ("treatment",)


def open_assignment(kept: Kept, broken: Collection[int] = ()) -> Assignment | None:
    """Return the assignment that is open; None of a randomised start that was begun.

    Parameters
    ----------
    kept
        The experiment.
    broken
        Positions that were recorded and have no value (no sensor): their pair cannot be whole.
    """
    r = kept.registration
    records = latest(kept)
    if r.kind == "randomised_start":
        return None if 0 in records else Assignment(0, 0, ("treatment",))
    position = 0
    while position in records or (
        r.kind == "across_runs" and position % 2 == 1 and _lost(records, position - 1, broken)
    ):
        position += 1
    pair = position // 2 if r.kind == "across_runs" else position * r.pairs_per_run
    return Assignment(position, pair, conditions_at(r, position))


def opened_at(kept: Kept, position: int) -> datetime:
    """Return since when an assignment could be seen.

    It is shown once the one before it is recorded; but who knows the first half of a pair knows the
    second. What was recorded together with it is not before it: the rest of a pair that could not
    be whole.
    """
    r = kept.registration
    first = position - position % 2 if r.kind == "across_runs" else position
    records = latest(kept)
    mine = records.get(position)
    before = [
        record
        for record in records.values()
        if record.position < first
        and (mine is None or record.recorded_at_utc < mine.recorded_at_utc)
    ]
    return before[-1].recorded_at_utc if before else r.registered_at_utc


def _lost(records: Mapping[int, Record], position: int, broken: Collection[int]) -> bool:
    record = records.get(position)
    return record is None or record.run_id is None or position in broken


def rested(local_date: str, washout_days: int) -> date:
    """Return the first day of the next run, after one on a local day; days count, not hours."""
    return date.fromisoformat(local_date) + timedelta(days=washout_days)


def possible_dates(registration: Registration) -> list[date]:
    """Return the dates among which a randomised start was drawn, the earliest first."""
    first, last = registration.first_date, registration.last_date
    if first is None or last is None:
        return []
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]


def start_date(registration: Registration) -> date:
    """Return the date that was drawn. Not to be shown before it has come."""
    dates = possible_dates(registration)
    return dates[start_index(registration.seed, len(dates))]
