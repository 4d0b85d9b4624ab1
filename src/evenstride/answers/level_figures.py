"""What is drawn of a level: its days and its runs, thinned so that what is seen stays the same."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, cast

import numpy as np

from evenstride.answers.dates import local_dates
from evenstride.answers.levels import BALANCE, Level, days_of
from evenstride.answers.sensors import UNKNOWN
from evenstride.domain.answer import Figure
from evenstride.domain.estimate import Z95

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import numpy.typing as npt

    from evenstride.answers.rows import EventRow, NumberRow, TrendRow, TrendRunRow
    from evenstride.domain.answer import Row
    from evenstride.domain.estimate import FloatArray

    IntArray = npt.NDArray[np.intp]

WILD = 0.9
"""From this probability on a run counts as a wild one."""
_TITLES = {
    BALANCE: "Balance (up: longer on the left, down: longer on the right)",
    "gct_ms": "Contact time",
    "flight_time_ms": "Flight time",
    "cadence_spm": "Cadence",
}
# Beside what is worth printing: lines are drawn finer than dots.
_MORE_DECIMALS_OF_LINES, _MORE_DECIMALS_OF_DOTS = 2, 1
_WILD_DECIMALS = 2
_MOST_CHANGES = 12
_BANDS = ("low80", "high80", "low95", "high95")


@dataclass(frozen=True, slots=True)
class Period:
    """The local days that are shown, both included; None where there is no limit."""

    since: date | None = None
    until: date | None = None

    @property
    def whole(self) -> bool:
        """Whether there is no limit at all."""
        return self.since is None and self.until is None

    def holds(self, dates: Sequence[str]) -> Sequence[int]:
        """Give the indices of the ISO dates within."""
        if self.whole:
            return range(len(dates))
        since = str(self.since or "0000-01-01")
        until = str(self.until or "9999-12-31")
        return [i for i, day in enumerate(dates) if since <= day <= until]


@dataclass(frozen=True, slots=True)
class Days:
    """A level by local days, one row a day: the last of each day.

    Attributes
    ----------
    date
        ISO dates, increasing, length m.
    columns
        The level under the measure's name, and its bands, each shape (m,).
    """

    date: Sequence[str]
    columns: Mapping[str, FloatArray]

    def rows(self, at: Sequence[int], *, decimals: int | None = None) -> tuple[Row, ...]:
        """Tabulate the days at these indices, rounded where a figure needs no more decimals."""
        index = np.array(at, dtype=np.intp)
        columns = [_rounded(column[index], decimals) for column in self.columns.values()]
        names = ("date", *self.columns)
        dates = [self.date[i] for i in at]
        return tuple(
            dict(zip(names, row, strict=True)) for row in zip(dates, *columns, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Dots:
    """The single runs of a level in the order of their starts.

    Attributes
    ----------
    date
        Local ISO dates, length n.
    y, low, high
        The measure at reference conditions as the present sensor would have read it, and its 95 %
        interval, shape (n,).
    """

    level: Level
    date: Sequence[str]
    y: FloatArray
    low: FloatArray
    high: FloatArray

    @property
    def names(self) -> tuple[str, str, str]:
        """Name the columns of the run at reference conditions, and of its interval."""
        return _reference_names(self.level.quantity.name)

    def rows(self, at: Sequence[int], *, decimals: int) -> tuple[Row, ...]:
        """Tabulate the runs at these indices, as figures have them: rounded."""
        series, wild = self.level.series, self.level.trend.wild
        index = np.array(at, dtype=np.intp)
        columns: dict[str, Sequence[object]] = {
            "run_id": series["run_id"].gather(index).to_list(),
            "date": [self.date[i] for i in at],
            **{
                name: _rounded(array[index], decimals)
                for name, array in zip(self.names, (self.y, self.low, self.high), strict=True)
            },
            "wild_probability": _rounded(wild[index], _WILD_DECIMALS),
            "sensor": series["sensor"].gather(index).to_list(),
        }
        return tuple(
            dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)
        )


def days(level: Level) -> Days:
    """Give the level by local days."""
    fitted = level.trend
    offset_days = (level.series["utc_offset_s"][-1] or 0) / 86_400.0
    day = np.floor(fitted.day + offset_days).astype("datetime64[D]")
    last = np.flatnonzero(np.append(day[1:] != day[:-1], True))
    columns = {level.quantity.name: fitted.level[last]}
    columns |= {name: getattr(fitted, name)[last] for name in _BANDS}
    return Days(day[last].astype(str).tolist(), columns)


def dots(level: Level) -> Dots:
    """Give the runs of a level."""
    moves = level.moves
    half = Z95 * moves.at_reference_se
    return Dots(
        level,
        local_dates(level.series),
        moves.at_reference,
        moves.at_reference - half,
        moves.at_reference + half,
    )


def trend_rows(level_days: Days, period: Period) -> tuple[TrendRow, ...]:
    """Tabulate the level of balance, all days of the period."""
    rows = level_days.rows(period.holds(level_days.date))
    return cast("tuple[TrendRow, ...]", rows)


def run_rows(balance: Dots, period: Period) -> tuple[TrendRunRow, ...]:
    """Tabulate the runs of the period as the trend of balance saw them."""
    series = balance.level.series
    columns = {
        "run_id": series["run_id"].to_list(),
        "date": balance.date,
        "balance_left_pct": series["value"].to_list(),
        "balance_at_reference_pct": balance.y.tolist(),
        "se_pp": series["se"].to_list(),
        "low95": series["low"].to_list(),
        "high95": series["high"].to_list(),
        "wild_probability": balance.level.trend.wild.tolist(),
        "sensor": series["sensor"].to_list(),
    }
    rows = list(zip(*columns.values(), strict=True))
    made = tuple(dict(zip(columns, rows[i], strict=True)) for i in period.holds(balance.date))
    return cast("tuple[TrendRunRow, ...]", made)


def number_rows(found: Mapping[str, Level], runs: Dots, period: Period) -> tuple[NumberRow, ...]:
    """Tabulate what the figures show, for those who do not see them: the newest run first.

    Each run with the level of balance at its start, and its other measures where it has them.
    """
    level, fitted = runs.level, runs.level.trend
    at = np.searchsorted(fitted.day, days_of(level.series))
    beside = {
        name: dict(
            zip(found[name].series["run_id"], found[name].moves.at_reference.tolist(), strict=True)
        )
        if name in found
        else {}
        for name in ("gct_ms", "flight_time_ms", "cadence_spm")
    }
    run_ids = level.series["run_id"].to_list()
    columns = {
        "run_id": run_ids,
        "date": runs.date,
        "balance_at_reference_pct": runs.y.tolist(),
        "low95": runs.low.tolist(),
        "high95": runs.high.tolist(),
        "level_left_pct": fitted.level[at].tolist(),
        "level_low95": fitted.low95[at].tolist(),
        "level_high95": fitted.high95[at].tolist(),
        **{name: [of.get(run_id) for run_id in run_ids] for name, of in beside.items()},
        "wild_probability": fitted.wild.tolist(),
    }
    rows = list(zip(*columns.values(), strict=True))
    shown = reversed(period.holds(runs.date))
    made = tuple(dict(zip(columns, rows[i], strict=True)) for i in shown)
    return cast("tuple[NumberRow, ...]", made)


def level_figure(
    level_days: Days,
    runs: Dots,
    *,
    period: Period,
    most_rows: int | None,
    most_points: int | None,
    reference_lines: Mapping[str, float] | None = None,
) -> Figure:
    """Draw a level through its runs: bands, dots, the own normal band, known breaks.

    Parameters
    ----------
    level_days, runs
        Of one level.
    period
        The days to show.
    most_rows, most_points
        How many days and runs at most; None shows all. Those that are left out lie within what the
        others of their time span: of every few days the least and the greatest stay, and the ends;
        so do wild runs. Numbers have one decimal (lines two) more than are worth printing.
    reference_lines
        A label to a height.
    """
    level = runs.level
    name, trend = level.quantity.name, level.trend
    y, low, high = runs.names
    decimals = level.quantity.decimals
    shown_days, shown_runs = period.holds(level_days.date), period.holds(runs.date)
    normal = {"your normal": (trend.normal_low, trend.normal_high)}
    return Figure(
        kind="trend",
        title=_TITLES[name],
        x_label="date",
        y_label="balance" if name == BALANCE else level.quantity.label,
        rows=level_days.rows(
            _thinned_days(level_days, shown_days, most_rows),
            decimals=decimals + _MORE_DECIMALS_OF_LINES,
        ),
        roles={
            "x": "date",
            "y": name,
            **{band: band for band in _BANDS},
            "points_x": "date",
            "points_y": y,
            "points_low": low,
            "points_high": high,
            "points_run": "run_id",
        },
        points=runs.rows(
            _thinned_runs(runs, shown_runs, most_points), decimals=decimals + _MORE_DECIMALS_OF_DOTS
        ),
        reference_lines=reference_lines or {},
        bands=normal if np.isfinite(trend.normal_low) else {},
        events=tuple(event for event in sensor_changes(runs) if period.holds([str(event["date"])])),
    )


def sensor_changes(runs: Dots) -> tuple[EventRow, ...]:
    """List the days on which another sensor took over, and which.

    Where sensors take turns that is no break: then only the first run of each is told.
    """
    sensors = runs.level.series["sensor"].to_list()
    changes = [i for i, (before, now) in enumerate(pairwise(sensors), start=1) if now != before]
    if len(changes) <= _MOST_CHANGES:
        return tuple(
            {"date": runs.date[i], "label": f"{sensors[i] or UNKNOWN} from here on"}
            for i in changes
        )
    first = {sensor: sensors.index(sensor) for sensor in runs.level.sensors[1:]}
    return tuple(
        {"date": runs.date[i], "label": f"first run with {sensor or UNKNOWN}"}
        for sensor, i in first.items()
    )


def _rounded(column: FloatArray, decimals: int | None) -> list[float]:
    values = column if decimals is None else column.round(decimals)
    found: list[float] = values.tolist()
    return found


def _reference_names(measure: str) -> tuple[str, str, str]:
    """Name a run at reference conditions: the measure, and its 95 % interval."""
    stem, _, unit = measure.rpartition("_")
    stem = "balance" if measure == BALANCE else stem
    return f"{stem}_at_reference_{unit}", "at_reference_low95", "at_reference_high95"


def _thinned_days(level_days: Days, at: Sequence[int], most: int | None) -> Sequence[int]:
    if most is None or len(at) <= most:
        return at
    index = np.array(at)
    level, _, _, low, high = (column[index] for column in level_days.columns.values())
    day = np.array([level_days.date[i] for i in at], dtype="datetime64[D]").astype(np.float64)
    # Both ends stay, and of each bin at most four.
    kept = _extremes(day, (-level, level, -low, high), bins=(most - 2) // 4)
    return [at[i] for i in kept.tolist()]


def _thinned_runs(runs: Dots, at: Sequence[int], most: int | None) -> Sequence[int]:
    if most is None or len(at) <= most:
        return at
    index = np.array(at)
    wild = np.flatnonzero(runs.level.trend.wild[index] > WILD)
    if wild.size > most // 2:  # then they are the rule, and not worth more than others
        wild = wild[:0]
    day = np.array([runs.date[i] for i in at], dtype="datetime64[D]").astype(np.float64)
    y = runs.y[index]
    kept = _extremes(day, (-y, y), bins=(most - 2 - wild.size) // 2)
    return [at[i] for i in np.union1d(kept, wild).tolist()]


def _extremes(day: FloatArray, columns: Sequence[FloatArray], *, bins: int) -> IntArray:
    """Return the indices of the greatest of each column in each bin of days, and of both ends."""
    first, last = day.min(), day.max()
    width = max(float(last - first), 1.0) / bins
    bin_ = np.minimum(((day - first) / width).astype(np.intp), bins - 1)
    kept = [np.array([0, day.size - 1])]
    for column in columns:
        order = np.lexsort((column, bin_))
        ends = np.append(np.diff(bin_[order]) != 0, True)
        kept.append(order[ends])
    return np.unique(np.concatenate(kept))
