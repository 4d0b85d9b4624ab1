"""Decides what a new entry of the diary is about: the last run while it is fresh, or a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from evenstride.domain.body import Moment
from evenstride.domain.errors import InputError
from evenstride.domain.wording import distance_words
from evenstride.render.cells import day_words
from evenstride.web.typed_fields import day_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from evenstride.answers import Library
    from evenstride.domain.wording import Units

_FRESH: Final = timedelta(days=1)
"""Until how long after its day a run is what is meant when none is named."""
_NOON: Final = 12
_LISTED: Final = 6


@dataclass(frozen=True, slots=True)
class Subject:
    """What an entry is about.

    Attributes
    ----------
    run_id
        The run; None where it is about a day.
    on_date
        The local day, of a run that it began on.
    words
        What it is called: `your run of Fri 20 Nov 2026, 10.2 km`.
    moment
        When is likely meant.
    """

    run_id: str | None
    on_date: date
    words: str
    moment: Moment

    @property
    def query(self) -> str:
        """The part of an address that names it."""
        return f"run={self.run_id}" if self.run_id else f"day={self.on_date}"

    def day_of(self, moment: Moment, today: date) -> tuple[date, str | None]:
        """Return the local day that something was felt on, and the run it then belongs to."""
        if self.run_id is None:
            return self.on_date, None
        if moment is Moment.NEXT_MORNING:
            return self.on_date + timedelta(days=1), self.run_id
        if moment is Moment.OTHER:
            return today, None
        return self.on_date, self.run_id


def subject_of(lib: Library, run: str, day: str, now: datetime, units: Units) -> Subject:
    """Return what is meant: the run or the day that is named, else the last run or today.

    Raises
    ------
    UnknownRunError
        The run is not here.
    InputError
        The day is none, or not here yet.
    """
    today = now.date()
    if run:
        return _runs(lib, now, units, run_id=lib.resolve(run))[0]
    named = day_of(day, "The day")
    if named is not None:
        if named > today:
            raise InputError(f"{day_words(named.isoformat())} is not here yet.")
        return _of_day(named)
    last = _runs(lib, now, units, most=1)
    return last[0] if last and today - _FRESH <= last[0].on_date <= today else _of_day(today)


def subjects(lib: Library, now: datetime, units: Units) -> Sequence[Subject]:
    """List the last runs, and today: what an entry may be about with one press."""
    return (*_runs(lib, now, units, most=_LISTED), _of_day(now.date()))


def _runs(
    lib: Library, now: datetime, units: Units, *, run_id: str | None = None, most: int = 1
) -> list[Subject]:
    """List runs, the last first: the one that is named, or the last that can be well dated."""
    from evenstride.answers.dates import local_dates, well_dated

    frame = lib.runs(()).select("run_id", "started_at_utc", "utc_offset_s", "distance_m")
    wanted = well_dated(now) if run_id is None else frame["run_id"] == run_id
    frame = frame.filter(wanted).tail(most).reverse()
    return [
        _of_run(one, date.fromisoformat(day), distance_m, now, units)
        for one, day, distance_m in zip(
            frame["run_id"], local_dates(frame), frame["distance_m"], strict=True
        )
    ]


def _of_run(
    run_id: str, on_date: date, distance_m: float | None, now: datetime, units: Units
) -> Subject:
    far = f", {distance_words(distance_m, units)}" if distance_m else ""
    words = f"your run of {day_words(on_date.isoformat(), weekday=True)}{far}"
    morning = now.date() == on_date + _FRESH and now.hour < _NOON
    return Subject(run_id, on_date, words, Moment.NEXT_MORNING if morning else Moment.AFTER)


def _of_day(on_date: date) -> Subject:
    return Subject(None, on_date, day_words(on_date.isoformat(), weekday=True), Moment.OTHER)
