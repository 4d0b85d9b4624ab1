"""What a run, or a lap of one, counts for in an experiment: at the registered conditions.

Every block loses what the registered slopes say its pace, time, ground and sensor did; what
is left is averaged by time. Nothing here is fitted, so a value never depends on another run.
"""

from __future__ import annotations

import math
from collections.abc import Mapping  # noqa: TC003 - dataclass fields
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from evenstride.answers.block_rows import block_rows
from evenstride.answers.dates import local_dates
from evenstride.answers.experiments.freezing import conditions_as_registered, sensor_constant
from evenstride.answers.levels import days_of
from evenstride.answers.sensors import told_apart
from evenstride.domain.experiment import OUTCOMES
from evenstride.domain.measures import BLOCK_DTYPE
from evenstride.gait.windows import measure_windows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from evenstride.answers.block_rows import Conditions
    from evenstride.domain.experiment import LapUse, Registration
    from evenstride.domain.measures import Blocks
    from evenstride.library import Library
    from evenstride.stats.blocked import BlockedRuns

_DAY_S: Final = 86_400.0
_EVEN_PCT: Final = 50.0
_ELAPSED: Final = "elapsed"
_SHORTEST_DRIFT_H: Final = 0.25
"""How much running at least there must be between the first and the last block, for a drift."""
SHORTEST_LAP_S: Final = 30.0
"""What is left of a lap once settling is dropped must be at least this long."""


@dataclass(frozen=True, slots=True)
class Value:
    """What a run or a lap counts for.

    Attributes
    ----------
    value, se
        In the outcome's unit at the registered conditions; NaN where it cannot be said.
    raw
        The measure as measured, in its own unit.
    run_id, date, day
        The run, its local date, and its start in days since 1970.
    conditions
        `speed_m_s, elapsed_h, grade_pct, distance_m` as run.
    shoes, sensor
        Worn; None where unknown.
    """

    value: float
    se: float
    raw: float
    run_id: str
    date: str
    day: float
    conditions: Mapping[str, float]
    shoes: str | None
    sensor: str | None


class Source:
    """Reads what values are made from; everything is read once."""

    def __init__(self, lib: Library, registration: Registration) -> None:
        self.lib = lib
        self.registration = registration
        self.outcome = OUTCOMES[registration.outcome]
        self.known: Conditions = conditions_as_registered(lib, registration)
        measure = self.outcome.measure or "speed_m_s"
        self.measure = measure
        series = lib.series(measure)
        self.series = told_apart(series.filter(series["value"].is_finite()))
        runs = lib.runs(("speed_m_s",))
        self.runs = runs.with_columns(date=pl.Series(local_dates(runs), dtype=pl.String))
        self.row = {run_id: i for i, run_id in enumerate(self.runs["run_id"])}

    def of_runs(self, run_ids: Iterable[str]) -> dict[str, Value]:
        """Return the values of runs that have any, by run id."""
        wanted = set(run_ids)
        series = self.series.filter(pl.col("run_id").is_in(wanted))
        if series.is_empty():
            return {}
        blocks = self.lib.blocks(series["recording_id"].to_list())
        rows = self._rows(series, blocks)
        found = {}
        for i, (run_id, se, sensor) in enumerate(
            series.select("run_id", "se", "sensor").iter_rows()
        ):
            mine = rows.run == i
            found[run_id] = self._value(
                run_id, sensor, rows, mine, math.nan if se is None else float(se)
            )
        return found

    def of_laps(self, run_id: str, laps: Sequence[LapUse]) -> list[Value | None]:
        """Return the values of laps of one run, without settling; None where there is none."""
        found: list[Value | None] = [None] * len(laps)
        series = self.series.filter(pl.col("run_id") == run_id)
        if series.is_empty() or not laps:
            return found
        blocks = self.lap_blocks(run_id, laps)
        long_enough = blocks["duration_s"] >= SHORTEST_LAP_S
        sound = np.flatnonzero(np.isfinite(blocks[self.measure]) & long_enough)
        if not sound.size:
            return found
        rows = self._rows(series, {series["recording_id"][0]: blocks[sound]})
        sensor = series["sensor"][0]
        for i, lap in enumerate(sound.tolist()):
            mine = np.arange(sound.size) == i
            se = float(blocks["balance_se_pp"][lap]) if self.outcome.unit == "pp" else math.nan
            found[lap] = self._value(run_id, sensor, rows, mine, se)
        return found

    def lap_blocks(self, run_id: str, laps: Sequence[LapUse]) -> Blocks:
        """Return one block for each lap, without settling; NaN where nothing is left."""
        chosen = self.lib.run(run_id).chosen
        windows = self.windows(laps)
        if all(start >= end for start, end in windows):
            return np.full(len(laps), np.nan, dtype=BLOCK_DTYPE)
        return measure_windows(self.lib.samples(chosen.recording_id), windows, pauses=chosen.pauses)

    def windows(self, laps: Sequence[LapUse]) -> list[tuple[float, float]]:
        """Return what counts of each lap, `[start_s, end_s)`; empty where nothing is left."""
        r = self.registration
        starts = [max(lap.start_s + r.settling_s, r.warm_up_s) for lap in laps]
        return [(min(s, lap.end_s), lap.end_s) for s, lap in zip(starts, laps, strict=True)]

    def _rows(self, series: pl.DataFrame, blocks: Mapping[str, Blocks]) -> BlockedRuns:
        return block_rows(
            series,
            self.measure,
            sensor=np.zeros(series.height, dtype=np.intp),
            day=days_of(series),
            blocks=blocks,
            known=self.known,
        )

    def _value(
        self,
        run_id: str,
        sensor: str | None,
        rows: BlockedRuns,
        mine: np.typing.NDArray[np.bool_],
        se: float,
    ) -> Value:
        slopes = self.registration.adjustment
        weight = rows.duration_s[mine] / rows.duration_s[mine].sum()
        run = self.runs.row(self.row[run_id], named=True)
        typed = self.known.typed.get(run_id)
        shoes = typed.shoes if typed and typed.shoes else None
        speed = rows.conditions["speed"][mine] + (self.known.reference_m_s or math.nan)
        elapsed = rows.conditions[_ELAPSED][mine]
        measured = rows.value[mine]
        drift = self.outcome.name == "drift"
        here = measured - sum(
            (
                slopes.get(name, 0.0) * np.nan_to_num(x[mine])
                for name, x in rows.conditions.items()
                if not (drift and name == _ELAPSED)
            ),
            np.zeros(measured.size),
        )
        constant = sensor_constant(slopes, sensor)
        if drift:
            value, se = _slope(elapsed, here, weight)
        else:
            value = self._in_outcome(self._believed(float(weight @ here) - constant))
        return Value(
            value=value,
            se=se,
            raw=float(weight @ measured),
            run_id=run_id,
            date=run["date"],
            day=run["started_at_utc"].timestamp() / _DAY_S,
            conditions={
                "speed_m_s": float(weight @ speed),
                "elapsed_h": float(weight @ elapsed) + self.registration.reference["elapsed_h"],
                "grade_pct": float(weight @ rows.conditions["grade"][mine]),
                "distance_m": math.nan if run["distance_m"] is None else run["distance_m"],
            },
            shoes=shoes,
            sensor=sensor,
        )

    def _believed(self, value: float) -> float:
        """Return NaN for a value beyond what was laid down as believable."""
        r = self.registration
        return math.nan if value < r.lowest or value > r.highest else value

    def _in_outcome(self, value: float) -> float:
        if self.outcome.name == "toward_even":
            longer_left = self.registration.longer_side == "left"
            return (_EVEN_PCT - value) if longer_left else (value - _EVEN_PCT)
        return value


def _slope(
    elapsed_h: np.typing.NDArray[np.float64],
    value: np.typing.NDArray[np.float64],
    weight: np.typing.NDArray[np.float64],
) -> tuple[float, float]:
    """Return the slope over a run's time and its error; NaN where the run is too short to say."""
    apart = elapsed_h - weight @ elapsed_h
    spread = float(weight @ apart**2)
    if elapsed_h.size < 3 or math.sqrt(12.0 * spread) < _SHORTEST_DRIFT_H:
        return math.nan, math.nan
    slope = float(weight @ (apart * value)) / spread
    left = value - weight @ value - slope * apart
    var = float(weight @ left**2) / (elapsed_h.size - 2) / spread
    return slope, math.sqrt(var)
