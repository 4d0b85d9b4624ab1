"""Decides what each day says of complaints and of the runs: what is known of it, and what is not.

A day of which the diary says anything (a complaint, or what was done) counts as answered: a place
it does not name was free of complaints on that day. Of any other day nothing is known. Between the
first run and the last, a day without a run is one on which nobody ran.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from evenstride.answers.dates import local_dates, well_dated
from evenstride.answers.levels import BALANCE
from evenstride.domain.body import Feeling, Side
from evenstride.domain.diary import Complaint, Day, has_come
from evenstride.domain.moves import IntArray  # noqa: TC001 - names a field's type

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from evenstride.answers.body_and_plan.rows_says import BesideMeasure
    from evenstride.answers.levels import Levels
    from evenstride.domain.estimate import BoolArray, FloatArray
    from evenstride.library import Library

Place = tuple[str, Side]
GCT: Final = "gct_ms"
LOOK_BACK_DAYS: Final = 1_095
"""What was felt longer ago than three years before the last word says little of now."""
_WEEK_DAYS, _MONTH_DAYS = 7, 30
_RUN_S: Final = 1
"""The row of `_load` that is the time run of a day."""
_MOST_PLACES, _MOST_PAIRS = 6, 3
_LEAST_OF_A_SIDE: Final = 3

MEASURES: Final[tuple[tuple[BesideMeasure, Side | None], ...]] = (
    ("balance_left_pct", None),
    ("contact_ms", Side.LEFT),
    ("contact_ms", Side.RIGHT),
    ("contact_ms", Side.MIDDLE),
    ("distance_m", None),
    ("duration_s", None),
    ("distance_7d_m", None),
    ("longest_30d_ratio", None),
)
"""The measures, in the order of `measures_of`, and of which side each is; `MIDDLE`: of both."""


@dataclass(frozen=True, slots=True, eq=False)
class DiaryDays:
    """The diary day by day, from `first` on, t days.

    Attributes
    ----------
    answered
        Which days say anything, as numbers counted from `first`, in order.
    levels
        Of every place that was named, the worst level of each such day, 0 where it was free; shape
        of `answered`.
    feelings
        What was felt at each place, by days.
    """

    first: date
    days: int
    answered: IntArray
    levels: dict[Place, FloatArray]
    feelings: dict[Place, Counter[Feeling]]

    def places(self) -> list[Place]:
        """List the places by how many days they were felt on, the most first."""
        return sorted(self.levels, key=lambda p: (-int((self.levels[p] > 0.0).sum()), p[0], p[1]))

    def spread(self, levels: FloatArray) -> FloatArray:
        """Lay levels of answered days out over all days; NaN between, shape (t,)."""
        out = np.full(self.days, np.nan)
        out[self.answered] = levels
        return out


def diary_days(lib: Library, *, today: date) -> DiaryDays | None:
    """Read the diary day by day; None where it says nothing."""
    complaints = [w.value for w in lib.entries(Complaint).values()]
    said = {c.on_date for c in complaints} | {w.value.on_date for w in lib.entries(Day).values()}
    said = {day for day in said if has_come(day, today)}
    if not said:
        return None
    last = max(said)
    since = last - timedelta(days=LOOK_BACK_DAYS - 1)
    ordered = sorted(day for day in said if day >= since)
    at = {day: i for i, day in enumerate(ordered)}
    levels: dict[Place, FloatArray] = {}
    feelings: dict[Place, Counter[Feeling]] = defaultdict(Counter)
    for one in complaints:
        if one.on_date not in at or not one.level:
            continue
        place = (one.region, one.side)
        series = levels.setdefault(place, np.zeros(len(at)))
        series[at[one.on_date]] = max(series[at[one.on_date]], one.level)
        feelings[place][one.feeling] += 1
    return DiaryDays(
        first=ordered[0],
        days=(last - ordered[0]).days + 1,
        answered=np.array([(day - ordered[0]).days for day in ordered], dtype=np.intp),
        levels=levels,
        feelings=dict(feelings),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What is looked at: complaints as rows, shape (p, t), and which measures beside each, (p, m).

    `side` of a place is None where it is how much more the left complains than the right.
    """

    places: tuple[tuple[str, Side | None], ...]
    complaints: FloatArray
    pairs: np.ndarray[tuple[int, int], np.dtype[np.bool_]]


def asked_of(diary: DiaryDays, least_felt: int) -> Asked:
    """Choose what to look at: places felt on days enough, and left less right where both are."""
    often = [p for p in diary.places() if (diary.levels[p] > 0.0).sum() >= least_felt]
    places: list[tuple[str, Side | None]] = list(often[:_MOST_PLACES])
    rows = [diary.levels[place] for place in often[:_MOST_PLACES]]
    for region in _on_both_sides(diary)[:_MOST_PAIRS]:
        places.append((region, None))
        rows.append(diary.levels[region, Side.LEFT] - diary.levels[region, Side.RIGHT])
    pairs = [[_is_asked(side, *measure) for measure in MEASURES] for _, side in places]
    spread = [diary.spread(row) for row in rows]
    return Asked(
        tuple(places),
        np.array(spread).reshape(len(places), diary.days),
        np.array(pairs, dtype=np.bool_).reshape(len(places), len(MEASURES)),
    )


def _on_both_sides(diary: DiaryDays) -> list[str]:
    often = {p for p, level in diary.levels.items() if (level > 0.0).sum() >= _LEAST_OF_A_SIDE}
    regions = dict.fromkeys(region for region, _ in diary.places())
    return [r for r in regions if {(r, Side.LEFT), (r, Side.RIGHT)} <= often]


def _is_asked(side: Side | None, measure: BesideMeasure, of: Side | None) -> bool:
    if side is None:
        return measure == BALANCE
    return of is None or of is side


def measures_of(
    lib: Library, looked: Levels | None, diary: DiaryDays, *, now: datetime
) -> FloatArray:
    """Read the measures day by day beside a diary, shape (m, t) in the order of `MEASURES`.

    NaN where there is none. Balance [pp] and contact time [ms] are those of a day's runs at
    reference conditions less their slow level; of several runs a day the mean.
    """
    runs = lib.runs(()).filter(well_dated(now))
    return np.vstack([_at_reference(looked, diary), _load(runs, diary)])


def days_beside_runs(lib: Library, diary: DiaryDays | None, *, now: datetime) -> BoolArray:
    """Tell which answered days lie between the first run and the last: only these count for load.

    Shape of `DiaryDays.answered`; empty without a diary.
    """
    if diary is None:
        return np.zeros(0, dtype=np.bool_)
    run_s = _load(lib.runs(()).filter(well_dated(now)), diary)[_RUN_S]
    return np.asarray(np.isfinite(run_s[diary.answered]), dtype=np.bool_)


def _at_reference(looked: Levels | None, diary: DiaryDays) -> FloatArray:
    out = np.full((4, diary.days), np.nan)
    if looked is None:
        return out
    balance = looked.by_measure[BALANCE]
    frame = balance.series.select("run_id").with_columns(
        day=pl.Series(_days_from(diary.first, local_dates(balance.series))),
        here=pl.Series(balance.moves.at_reference),
        level=pl.Series(balance.moves.level),
    )
    out[0] = _daily(frame["day"], (frame["here"] - frame["level"]).to_numpy(), diary.days)
    contact = looked.by_measure.get(GCT)
    if contact is None:
        return out
    gct = contact.series.select("run_id").with_columns(
        gct=pl.Series(contact.moves.at_reference), gct_level=pl.Series(contact.moves.level)
    )
    both = frame.join(gct, on="run_id", how="inner")
    columns = ("here", "level", "gct", "gct_level")
    here, level, time, usual = (both[c].to_numpy() for c in columns)
    # Left contact is 2 T b / 100 of mean contact T and left share b.
    left = 0.02 * (time * here - usual * level)
    out[1] = _daily(both["day"], left, diary.days)
    out[2] = _daily(both["day"], 2.0 * (time - usual) - left, diary.days)
    out[3] = _daily(both["day"], time - usual, diary.days)
    return out


def _load(runs: pl.DataFrame, diary: DiaryDays) -> FloatArray:
    """Sum what was run: of the day, of seven days, and the day's longest over that of the month."""
    out = np.full((4, diary.days), np.nan)
    if runs.is_empty():
        return out
    # A month before the diary serves the sums.
    begin = diary.first - timedelta(days=_MONTH_DAYS)
    day = np.array(_days_from(begin, local_dates(runs)))
    days = diary.days + _MONTH_DAYS
    inside = (day >= 0) & (day < days)
    if not inside.any():
        return out
    alone = np.zeros((2, days))
    longest = np.zeros(days)
    for row, column in zip(alone, ("distance_m", "duration_s"), strict=True):
        values = runs[column].cast(pl.Float64).fill_null(np.nan).to_numpy()[inside]
        np.add.at(row, day[inside], values)
        if column == "distance_m":
            np.fmax.at(longest, day[inside], values)
    # Before the first run and after the last one nobody knows whether there were others.
    known = slice(max(int(day.min()), 0), min(int(day.max()), days - 1) + 1)
    unknown = np.ones(days, dtype=np.bool_)
    unknown[known] = False
    alone[:, unknown] = np.nan
    longest[np.isnan(alone[0])] = np.nan
    out[:2] = alone[:, _MONTH_DAYS:]
    out[2:] = _week_and_month(alone[0], longest)[:, _MONTH_DAYS:]
    return out


def _week_and_month(distance_m: FloatArray, longest_m: FloatArray) -> FloatArray:
    out = np.full((2, distance_m.size), np.nan)
    for day in range(_MONTH_DAYS, distance_m.size):
        out[0, day] = distance_m[day - _WEEK_DAYS + 1 : day + 1].sum()
        before = longest_m[day - _MONTH_DAYS : day]
        most = before[np.isfinite(before)].max(initial=0.0)
        if longest_m[day] > 0.0 and most > 0.0:
            out[1, day] = longest_m[day] / most
    return out


def _days_from(first: date, dates: Sequence[str]) -> list[int]:
    start = first.toordinal()
    return [date.fromisoformat(text).toordinal() - start for text in dates]


def _daily(day: pl.Series, value: FloatArray, days: int) -> FloatArray:
    """Average what lies on one day; NaN on days without, shape (days,)."""
    at = day.to_numpy()
    inside = (at >= 0) & (at < days) & np.isfinite(value)
    total = np.bincount(at[inside], weights=value[inside], minlength=days)
    count = np.bincount(at[inside], minlength=days)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(total / count, dtype=np.float64)
