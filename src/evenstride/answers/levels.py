"""Where each measure stands and what moves it: the library's blocks through the one model.

Every answer about more than one run stands on this, so that they can never disagree.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from evenstride.answers.block_rows import SLOPE_SDS, block_rows, conditions_of
from evenstride.answers.dates import well_dated
from evenstride.answers.fits import Asked, remembered
from evenstride.answers.sensors import told_apart
from evenstride.domain.errors import EmptyLibraryError, InputError, NoBalanceError
from evenstride.domain.estimate import Estimate
from evenstride.domain.quantities import QUANTITIES, TREND_QUANTITIES, Quantity
from evenstride.domain.trend import Direction, Trend
from evenstride.domain.wording import (
    change_interval_words,
    count_words,
    interval_words,
    pace_words,
    toward,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import numpy.typing as npt

    from evenstride.answers.block_rows import Conditions
    from evenstride.domain.measures import Blocks
    from evenstride.domain.moves import Moves
    from evenstride.domain.wording import Units
    from evenstride.library import Library

    IntArray = npt.NDArray[np.intp]

BALANCE = "balance_left_pct"
STALE_DAYS = 21.0
WINDOW_DAYS = 90.0
_OTHER_MEASURES = 3
_FEW_RECORDINGS = 16
_MOST_NAMED = 3

VERDICTS = {
    Direction.INCREASED: "shifted_left",
    Direction.DECREASED: "shifted_right",
    Direction.NOT_DISTINGUISHABLE: "not_distinguishable",
    Direction.TOO_EARLY: "too_early",
}
"""The verdict codes of balance; other measures keep the direction's own word."""

_COMPARED = {
    "gct_ms": ("shorter", "longer"),
    "flight_time_ms": ("shorter", "longer"),
    "cadence_spm": ("lower", "higher"),
}


@dataclass(frozen=True, slots=True)
class Level:
    """One measure over the runs that have it, in the order of their starts, and its trend.

    Attributes
    ----------
    quantity
        The measure.
    series
        The runs with a value and its standard error, as `Library.series` lists them, n rows.
    sensors
        The names of the sensors in the order they came; None stands for an unknown one.
    sensor
        Which of these each run was made with, shape (n,); the keys of `trend.offsets`.
    moves
        The fit: what moves the measure, and each run at reference conditions.
    trend
        Its level, without what a few runs cannot say.
    """

    quantity: Quantity
    series: pl.DataFrame
    sensors: tuple[str | None, ...]
    sensor: IntArray
    moves: Moves
    trend: Trend


@dataclass(frozen=True, slots=True)
class Levels:
    """Every measure that the library's runs have.

    Attributes
    ----------
    by_measure
        A measure's name to its level; balance is always there.
    misdated
        The ids of the runs left out because their date cannot be right, oldest first.
    age_days
        How old the last run with balance is; None when nobody said what time it is.
    conditions
        What is known of the runs beside their samples, and the reference.
    """

    by_measure: dict[str, Level]
    misdated: tuple[str, ...]
    age_days: float | None
    conditions: Conditions

    def reference(self, units: Units = "km") -> str:
        """Say reference conditions: `6:02 /km (your median easy pace), a quarter of ...`."""
        speed, whose = self.conditions.reference_m_s, self.conditions.whose
        pace = "" if speed is None else f"{pace_words(speed, units)} ({whose}), "
        return f"{pace}a quarter of an hour into a run, flat and straight"

    @property
    def stale(self) -> bool:
        """Whether the last run is so old that the answer is one of the past."""
        return self.age_days is not None and self.age_days > STALE_DAYS

    def caveats(self) -> tuple[str, ...]:
        """Say which runs were left out for their date, and that the last run is old."""
        said = []
        if self.misdated:
            count = len(self.misdated)
            said.append(
                f"{count_words(count, 'run')} {'has' if count == 1 else 'have'} a date that cannot "
                f"be right ({_named(self.misdated)}): {'it is' if count == 1 else 'they are'} left "
                "out."
            )
        if self.stale:
            said.append(
                f"The last run with balance is {self.age_days:.0f} days old: this is as of then."
            )
        return tuple(said)


def levels(
    lib: Library,
    *,
    window_days: float = WINDOW_DAYS,
    now: datetime | None = None,
    measures: Sequence[str] = TREND_QUANTITIES,
) -> Levels:
    """Fit every measure that the library's runs have, or remember its fit.

    Parameters
    ----------
    lib
        The library.
    window_days
        How far back "now" is compared with.
    now
        Aware. Runs that start more than a day after it have a wrong clock and are left out, as are,
        whether it is given or not, those before the year 2000.
    measures
        Which to fit, balance among them.

    Raises
    ------
    InputError
        `now` has no time zone, or no run with balance has a date that can be right.
    EmptyLibraryError
        There are no runs.
    NoBalanceError
        There are runs, but none with balance: the message says which devices give it and what can
        be seen without.
    """
    dated = well_dated(now)
    found = {name: _measured(s) for name, s in lib.series_of(measures).items()}
    if found[BALANCE].is_empty():
        count = lib.runs(measures=()).height
        raise NoBalanceError(_no_balance(count)) if count else EmptyLibraryError(EMPTY)
    astray = pl.concat(
        [series.filter(~dated).select("started_at_utc", "run_id") for series in found.values()]
    )
    misdated = tuple(astray.unique().sort("started_at_utc", "run_id")["run_id"])
    kept = {name: told_apart(series.filter(dated)) for name, series in found.items()}
    if kept[BALANCE].is_empty():
        raise InputError(
            f"No run with balance has a date that can be right ({_named(misdated)}): the watch's "
            "clock or this computer's is wrong."
        )
    last = kept[BALANCE]["started_at_utc"][-1]
    source = _Source(lib, conditions_of(lib, now=now))
    return Levels(
        {
            name: _level(source, series, QUANTITIES[name], window_days)
            for name, series in kept.items()
            if series.height
        },
        misdated,
        (now - last).total_seconds() / 86_400.0 if now is not None else None,
        source.conditions,
    )


class _Source:
    """What the rows of all measures are made from; the blocks are read once, if at all."""

    def __init__(self, lib: Library, conditions: Conditions) -> None:
        self.lib = lib
        self.conditions = conditions
        self.made = lib.blocks_made()
        self._blocks: dict[str, Blocks] | None = None

    def blocks(self, recording_ids: Sequence[str]) -> dict[str, Blocks]:
        """Read the blocks of these recordings; of all at once where they are many."""
        if len(recording_ids) <= _FEW_RECORDINGS:
            return self.lib.blocks(recording_ids)
        if self._blocks is None:
            self._blocks = self.lib.blocks()
        return self._blocks

    def digest(self, series: pl.DataFrame, sensor: IntArray) -> bytes:
        """Digest all that the rows of a series' runs are made from, but for the reference speed."""
        digest = hashlib.sha256(self.conditions.digest(series["run_id"].to_list()))
        for name in ("run_id", "recording_id"):
            digest.update("\0".join(series[name]).encode())
        digest.update("\0".join(self.made.get(r, "") for r in series["recording_id"]).encode())
        for column in (days_of(series), series["value"].to_numpy(), sensor):
            digest.update(np.ascontiguousarray(column).tobytes())
        return digest.digest()


def _named(run_ids: tuple[str, ...]) -> str:
    return ", ".join((*run_ids[:_MOST_NAMED], *(["..."] if len(run_ids) > _MOST_NAMED else [])))


EMPTY = (
    "there are no runs yet: `evenstride import FOLDER` reads your watch files, "
    "`evenstride demo` shows a simulated runner; without a watch begin with `evenstride diary` and "
    "`evenstride screen`"
)
TOO_EARLY = "From 8 runs over two weeks on this says what is normal for you."
_DEVICES = (
    "usable balance: no sensor was worn, the watch did not write it, or its readings were all left "
    "out (`evenstride show RUN` says why). It comes from a Garmin watch with a Running Dynamics "
    "Pod, HRM-Run, HRM-Tri or HRM-Pro, from a COROS watch with its pod or HRM, from RunScribe or "
    "Stryd Duo. `evenstride runs` and `evenstride show RUN` still give contact time, flight time "
    "and cadence where the watch wrote them; `evenstride body`, `evenstride why` and `evenstride "
    "plan` need none of it"
)
NO_BALANCE_IN_RUN = "no balance was recorded."


def _no_balance(runs: int) -> str:
    none = "the only run carries no" if runs == 1 else f"none of the {runs:,} runs carries"
    return f"{none} {_DEVICES}"


def days_of(series: pl.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the starts of a series' runs as days since 1970, shape (n,)."""
    return series["started_at_utc"].dt.epoch("ms").to_numpy().astype(np.float64) / 86_400_000.0


def _measured(series: pl.DataFrame) -> pl.DataFrame:
    """Leave out runs whose value or standard error is missing: they say nothing of the level."""
    return series.filter(series["value"].is_finite() & series["se"].is_finite())


def _level(source: _Source, series: pl.DataFrame, quantity: Quantity, window_days: float) -> Level:
    name = quantity.name
    names = series["sensor"].unique(maintain_order=True).to_list()
    code = {sensor: i for i, sensor in enumerate(names)}
    sensor = np.array([code[sensor] for sensor in series["sensor"]], dtype=np.intp)
    reference = source.conditions.reference_m_s
    asked = Asked(
        measure=name,
        runs=series.height,
        digest_of=lambda runs: source.digest(series[:runs], sensor[:runs]),
        reference_m_s=math.nan if reference is None else reference,
        unit=quantity.unit if name != BALANCE else "%",
        scale=quantity.scale or 1.0,
        slope_sd=SLOPE_SDS[name],
        window_days=window_days,
        # Of the others many are looked at beside: together they share one risk of a false alarm.
        family=1 if name == BALANCE else _OTHER_MEASURES,
    )
    moves = remembered(
        source.lib,
        asked,
        lambda first: block_rows(
            series,
            name,
            sensor=sensor,
            day=days_of(series),
            blocks=source.blocks(series["recording_id"][first:].to_list()),
            known=source.conditions,
            first=first,
        ),
    )
    return Level(quantity, series, tuple(names), sensor, moves, _known(moves.trend))


def _known(trend: Trend) -> Trend:
    """Leave out of a trend what a few runs cannot say: it would be the prior's, not the runner's.

    The change, the spread, the smallest telling difference and the normal band become NaN.
    """
    if trend.direction is not Direction.TOO_EARLY:
        return trend
    nan = float("nan")
    change, day_to_day, mdc = (
        Estimate(nan, nan, nan, nan, e.unit, nan)
        for e in (trend.change, trend.day_to_day, trend.mdc)
    )
    return replace(
        trend, change=change, day_to_day=day_to_day, mdc=mdc, normal_low=nan, normal_high=nan
    )


def balance_estimates(balance: Level) -> dict[str, Estimate]:
    """Name what is estimated of balance; differences and spreads of a percentage are in pp."""
    trend = balance.trend
    return {
        "balance_left_pct": trend.now,
        "change_pp": trend.change.times(1.0, "pp"),
        "day_to_day_spread_pp": trend.day_to_day.times(1.0, "pp"),
        "mdc_pp": trend.mdc.times(1.0, "pp"),
    }


def change_sentence(balance: Level) -> str:
    """Say how balance changed over the window, with its interval."""
    trend = balance.trend
    return (
        f"Change over {round(trend.window_days)} days: {toward(trend.change.value)} "
        f"(95 % interval: {change_interval_words(trend.change)})."
    )


def normal_sentence(balance: Level) -> str:
    """Say the runner's normal band, and from which runs it is."""
    trend = balance.trend
    since = (
        "all runs"
        if trend.normal_runs == balance.series.height
        else f"the runs before the last {round(trend.window_days)} days"
    )
    band = interval_words(trend.normal_low, trend.normal_high)
    return (
        f"Your normal, from {since}: single runs fall between {band.replace(' to ', ' and ')}, 19 "
        f"times in 20; two runs must differ by {trend.mdc.value:.1f} pp before the difference is "
        "more than noise."
    )


def verdict_words_of(level: Level) -> str:
    """Return a measure's verdict: the code of balance, or the change in the measure's own words."""
    direction = level.trend.direction
    if level.quantity.name == BALANCE:
        return VERDICTS[direction]
    less, more = _COMPARED[level.quantity.name]
    return {Direction.INCREASED: more, Direction.DECREASED: less}.get(direction, direction.value)


def clear_changes(found: dict[str, Level]) -> list[str]:
    """Say what changed beside balance, where the rule says that it did."""
    said = []
    for name, level in found.items():
        trend, quantity = level.trend, level.quantity
        if name == BALANCE or trend.direction not in (Direction.INCREASED, Direction.DECREASED):
            continue
        said.append(
            f"{quantity.label.capitalize()} is {abs(trend.change.value):.0f} {quantity.unit} "
            f"{verdict_words_of(level)} than {round(trend.window_days)} days ago (95 % interval of "
            f"the change: {_signed(trend.change.low)} to {_signed(trend.change.high)} "
            f"{quantity.unit})."
        )
    return said


def _signed(value: float) -> str:
    return f"{value:+.1f}".replace("-", "−")
