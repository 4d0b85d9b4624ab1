"""Where each measure stands and how it moves: the library's series through the trend model.

`status` and `trend` both stand on this, so that they can never disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evenstride.answers.sensors import told_apart
from evenstride.domain.errors import EmptyLibraryError, NoBalanceError
from evenstride.domain.quantities import QUANTITIES, TREND_QUANTITIES, Quantity
from evenstride.domain.trend import Direction, Trend
from evenstride.domain.wording import change_interval_words, toward
from evenstride.stats import fit_trend

if TYPE_CHECKING:
    import numpy.typing as npt
    import polars as pl

    from evenstride.library import Library

    IntArray = npt.NDArray[np.intp]

BALANCE = "balance_left_pct"

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
    trend
        The level and what is said of it.
    """

    quantity: Quantity
    series: pl.DataFrame
    sensors: tuple[str | None, ...]
    sensor: IntArray
    trend: Trend


def levels(lib: Library, *, window_days: float) -> dict[str, Level]:
    """Fit the trend of every measure that the library's runs have.

    Raises
    ------
    EmptyLibraryError
        There are no runs.
    NoBalanceError
        There are runs, but none with balance: the message says which devices give it and what can
        be seen without.
    """
    found = {name: _measured(lib.series(name)) for name in TREND_QUANTITIES}
    if found[BALANCE].is_empty():
        count = lib.runs(measures=()).height
        raise NoBalanceError(NO_BALANCE.format(count)) if count else EmptyLibraryError(EMPTY)
    return {
        name: _level(series, QUANTITIES[name], window_days)
        for name, series in found.items()
        if series.height
    }


EMPTY = (
    "there are no runs yet: `evenstride import FOLDER` reads your watch files, "
    "`evenstride demo` shows a simulated runner"
)
NO_BALANCE = (
    "none of the {} runs carries ground contact balance; it comes from a Garmin watch with a "
    "Running Dynamics Pod, HRM-Run, HRM-Tri or HRM-Pro, from a COROS watch with its pod or "
    "HRM, from RunScribe or Stryd Duo. `evenstride runs` and `evenstride show RUN` still give "
    "contact time, flight time and cadence where the watch wrote them"
)
NO_BALANCE_IN_RUN = "no balance was recorded."


def days_of(series: pl.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the starts of a series' runs as days since 1970, shape (n,)."""
    return series["started_at_utc"].dt.epoch("ms").to_numpy().astype(np.float64) / 86_400_000.0


def _measured(series: pl.DataFrame) -> pl.DataFrame:
    """Leave out runs whose value or standard error is missing: they say nothing of the level."""
    return told_apart(series.filter(series["value"].is_finite() & series["se"].is_finite()))


def _level(series: pl.DataFrame, quantity: Quantity, window_days: float) -> Level:
    names = series["sensor"].unique(maintain_order=True).to_list()
    code = {name: i for i, name in enumerate(names)}
    sensor = np.array([code[name] for name in series["sensor"]], dtype=np.intp)
    trend = fit_trend(
        days_of(series),
        series["value"].to_numpy(),
        series["se"].to_numpy(),
        unit=quantity.unit if quantity.name != BALANCE else "%",
        scale=quantity.scale or 1.0,
        window_days=window_days,
        sensor=sensor,
        # Only balance is drawn; and nobody asks what was foretold.
        history=quantity.name == BALANCE,
        foretell=False,
    )
    return Level(quantity, series, tuple(names), sensor, trend)


def change_sentence(balance: Level) -> str:
    """Say how balance changed over the window, with its interval."""
    trend = balance.trend
    return (
        f"Change over {round(trend.window_days)} days: {toward(trend.change.value)} "
        f"(95 % interval: {change_interval_words(trend.change)})."
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
