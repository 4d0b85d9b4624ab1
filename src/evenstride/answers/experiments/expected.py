"""What may be expected of an experiment: this runner's own spread, and what each design takes."""

from __future__ import annotations

import math
from collections.abc import Mapping  # noqa: TC003 - dataclass fields
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from evenstride.answers.dates import well_dated
from evenstride.answers.experiments.chances import chances, start_chances
from evenstride.answers.experiments.chances import needed as needed_pairs
from evenstride.answers.experiments.comparable import is_comparable
from evenstride.answers.experiments.freezing import frozen_slopes
from evenstride.answers.levels import BALANCE, levels
from evenstride.answers.runner_settings import reference_speed
from evenstride.domain.cues import cue_named
from evenstride.domain.errors import EmptyLibraryError, InputError, NoBalanceError
from evenstride.domain.estimate import FloatArray  # noqa: TC001 - dataclass fields
from evenstride.domain.experiment import Comparable, Outcome, Scatter
from evenstride.domain.trend import Direction
from evenstride.stats.experiments.scatter import (
    SHORTEST_WINDOW_S,
    Shape,
    across_runs_scatter,
    default_scatter,
    drift_scatter,
    pairs_that_fit,
    run_scatter,
    start_covariance,
    within_run_scatter,
)
from evenstride.stats.experiments.start_power import Window

if TYPE_CHECKING:
    from datetime import date, datetime

    from evenstride.answers.experiments.wishes import Wish
    from evenstride.answers.levels import Level
    from evenstride.answers.rows_experiments import DesignRow, ExperimentPowerRow
    from evenstride.domain.experiment import Kind
    from evenstride.library import Library

_WEEKS: Final = 12
_RUNS_PER_WEEK, _RUN_MINUTES = 3.0, 45.0
"""Of a runner of whom nothing is known."""
_FEWEST_RUNS: Final = 3
_PAIRS_PER_RUN: Final = 2
_LEAST_PAIRS: Final = 7
_MOST_PLANNED: Final = 60
"""More pairs than this are not proposed; who wants them may ask for them."""
_CURVE: Final = (7, 8, 10, 12, 15, 18, 22, 26, 32, 40, 50, 60)


@dataclass(frozen=True, slots=True)
class Planned:
    """One experiment as it would be run; `power` is a probability, `weeks` about how long."""

    pairs: int
    pairs_per_run: int
    runs: int
    weeks: float
    power: float
    spread_sd: float
    curve: tuple[ExperimentPowerRow, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Habits:
    runs_per_week: float
    run_minutes: float
    gap_days: FloatArray
    comparable_runs: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """What is known of a runner beforehand.

    Attributes
    ----------
    outcome
        What is measured.
    level
        The library's fit of it; None where there is none.
    assumed
        Whether the spread is that of most runners and not this one's.
    day_sd
        SD of runs at reference conditions, in the outcome's unit: what the power rests on.
    across, within
        How a pair's difference scatters, of runs and of laps; `within` is None where laps cannot
        measure it.
    single, run_se
        How single runs lie about the level, and the standard error of one within the run.
    covariance
        As `Registration.covariance`.
    reference_m_s
        The speed of reference conditions.
    runs_per_week, run_minutes, gap_days
        Of comparable runs; days between neighbouring ones, shape (m,).
    comparable_runs
        How many of the last twelve weeks there were; None where there were no runs at all.
    """

    outcome: Outcome
    level: Level | None
    assumed: bool
    day_sd: float
    across: Scatter
    within: Scatter | None
    single: Scatter
    run_se: float
    covariance: Mapping[str, float]
    reference_m_s: float | None
    runs_per_week: float
    run_minutes: float
    gap_days: FloatArray
    comparable_runs: int | None

    def plan(self, wish: Wish, hoped: float, smallest: float, *, today: date) -> Planned:
        """Plan the experiment that is wished for."""
        if wish.kind == "randomised_start":
            return self._start(wish, hoped, smallest, today)
        scatter = self._scatter(wish.kind)
        needed = needed_pairs(scatter, hoped)
        pairs = wish.pairs or min(max(needed or _MOST_PLANNED, _LEAST_PAIRS), _MOST_PLANNED)
        per_run = self._per_run(wish) if wish.kind == "within_run" else 1
        runs = self._runs(wish.kind, pairs, per_run)
        numbers = sorted({*_CURVE, pairs, needed or pairs})
        curve: list[ExperimentPowerRow] = []
        found = math.nan
        for effect in sorted({smallest, hoped, 2.0 * hoped}):
            for n, p in zip(numbers, chances(scatter, effect, numbers), strict=True):
                curve.append(
                    {
                        "pairs": n,
                        "runs": self._runs(wish.kind, n, per_run),
                        "effect": effect,
                        "power_pct": 100.0 * p,
                    }
                )
                if n == pairs and effect == hoped:
                    found = p
        weeks = self._weeks(wish, runs)
        return Planned(pairs, per_run, runs, weeks, found, scatter.sd, tuple(curve))

    def designs(self, wish: Wish, hoped: float, planned: Planned) -> tuple[DesignRow, ...]:
        """Tabulate what each design takes to find the effect nine times in ten."""
        rows: list[DesignRow] = []
        kinds: tuple[Kind, ...] = ("within_run", "across_runs")
        cue = cue_named(wish.treatment)
        suited = (*cue.kinds, wish.kind) if cue else kinds
        for kind in kinds:
            if kind not in self.outcome.kinds or (kind == "within_run" and self.within is None):
                continue
            if kind not in suited:
                continue
            needed = needed_pairs(self._scatter(kind), hoped)
            per_run = self._per_run(wish) if kind == "within_run" else 1
            runs = None if needed is None else self._runs(kind, needed, per_run)
            rows.append(
                {
                    "kind": kind,
                    "pairs": needed,
                    "runs": runs,
                    "weeks": None if runs is None else self._weeks(wish, runs),
                    "power_pct": 90.0 if needed else None,
                    "effect": hoped,
                }
            )
        if wish.kind == "randomised_start":
            rows.append(
                {
                    "kind": wish.kind,
                    "pairs": None,
                    "runs": planned.runs,
                    "weeks": planned.weeks,
                    "power_pct": 100.0 * planned.power,
                    "effect": hoped,
                }
            )
        return tuple(rows)

    def _scatter(self, kind: Kind) -> Scatter:
        if kind == "within_run":
            if self.within is None:
                raise InputError(f"{self.outcome.label} cannot be told from laps.")
            return self.within
        return self.across

    def _per_run(self, wish: Wish) -> int:
        """Return pairs of laps in a run: few, as runs differ in how they take to a thing.

        Pairs of one run share its own response. Where that differs from run to run, many pairs of
        few runs look surer than they are (BENCHMARKS, "Did it work?").
        """
        if wish.pairs_per_run:
            return wish.pairs_per_run
        fit = pairs_that_fit(
            run_minutes=self.run_minutes, lap_s=wish.lap_s, warm_up_s=wish.warm_up_s
        )
        return min(max(fit, 1), _PAIRS_PER_RUN)

    @staticmethod
    def _runs(kind: Kind, pairs: int, per_run: int) -> int:
        return -(-pairs // per_run) if kind == "within_run" else 2 * pairs

    def _weeks(self, wish: Wish, runs: int) -> float:
        rest = runs * wish.washout_days / 7.0 if wish.kind == "across_runs" else 0.0
        return max(runs / self.runs_per_week, rest)

    def _start(self, wish: Wish, hoped: float, smallest: float, today: date) -> Planned:
        if wish.first_date is None or wish.last_date is None or wish.end_date is None:
            raise InputError("A start drawn by lot needs its dates.")
        dates = (wish.last_date - wish.first_date).days + 1
        after = (wish.end_date - wish.last_date).days
        before = max((wish.first_date - today).days, 1)
        window = Window(before, dates, after)
        days = before + dates + after
        runs = max(round(days / 7.0 * self.runs_per_week), 1)
        effects = sorted({smallest, hoped, 2.0 * hoped})
        found = start_chances(
            effects,
            self.single,
            covariance=self.covariance,
            se=self.run_se,
            gap_days=self.gap_days,
            window=window,
        )
        by_effect = dict(zip(effects, found, strict=True))
        curve: tuple[ExperimentPowerRow, ...] = tuple(
            {"pairs": 0, "runs": runs, "effect": effect, "power_pct": 100.0 * p}
            for effect, p in by_effect.items()
        )
        return Planned(0, 1, runs, days / 7.0, by_effect[hoped], self.single.sd, curve)


def expected(lib: Library, outcome: Outcome, wish: Wish, *, now: datetime) -> Expected:
    """Read what the library knows of a runner that matters to an experiment."""
    habits = _habits(lib, wish, now)
    minutes = habits.run_minutes
    shape = Shape(
        run_minutes=minutes,
        gap_days=max(7.0 / habits.runs_per_week, float(wish.washout_days)),
        lap_s=wish.lap_s,
        settling_s=wish.settling_s,
    )
    speed = reference_speed(lib, now=now)
    level = _level(lib, outcome, now)
    laps = "within_run" in outcome.kinds and wish.lap_s - wish.settling_s >= SHORTEST_WINDOW_S
    common: dict[str, Any] = {
        "outcome": outcome,
        "level": level,
        "reference_m_s": speed[0] if speed else None,
        "runs_per_week": habits.runs_per_week,
        "run_minutes": minutes,
        "gap_days": habits.gap_days,
        "comparable_runs": habits.comparable_runs,
    }
    known = level is not None and level.trend.direction is not Direction.TOO_EARLY
    if level is None or not known or outcome.measure is None:
        return Expected(
            **common,
            **_of_days_alone(default_scatter(outcome, within_run=False, shape=shape)),
            assumed=True,
            within=default_scatter(outcome, within_run=True, shape=shape) if laps else None,
        )
    moves = level.moves
    if outcome.name == "drift":
        across = drift_scatter(moves, run_minutes=minutes)
        return Expected(**common, **_of_days_alone(across), assumed=False, within=None)
    across = across_runs_scatter(
        moves,
        gap_days=shape.gap_days,
        run_minutes=minutes,
        adjusted=frozen_slopes(level),
    )
    return Expected(
        **common,
        assumed=False,
        day_sd=across.sd / math.sqrt(2.0),
        across=across,
        within=within_run_scatter(moves.noise, lap_s=shape.lap_s, settling_s=shape.settling_s)
        if laps
        else None,
        single=run_scatter(moves, run_minutes=minutes),
        run_se=float(np.median(moves.reading_se)),
        covariance=start_covariance(moves),
    )


def carries_balance(lib: Library) -> bool:
    """Say whether any run carries balance."""
    runs = lib.runs((BALANCE,))
    return runs[BALANCE].null_count() < runs.height


def _of_days_alone(across: Scatter) -> dict[str, Any]:
    """Return what follows where all that pairs scatter by are days that remember nothing."""
    own = 0.5 * across.sd**2
    return {
        "day_sd": math.sqrt(own),
        "across": across,
        "single": Scatter(across.weight, 0.5 * across.var),
        "run_se": 0.0,
        "covariance": {"walk_per_day": 0.0, "shared": 0.0, "shared_tau_days": 1.0, "own": own},
    }


def _level(lib: Library, outcome: Outcome, now: datetime) -> Level | None:
    measure = outcome.measure or BALANCE
    try:
        found = levels(lib, now=now, measures=tuple(dict.fromkeys((BALANCE, measure))))
    except (EmptyLibraryError, NoBalanceError):
        return None
    return found.by_measure.get(measure)


def _habits(lib: Library, wish: Wish, now: datetime) -> _Habits:
    """Look at the runs of the last twelve weeks that would count."""
    nothing = _Habits(_RUNS_PER_WEEK, _RUN_MINUTES, np.array([7.0 / _RUNS_PER_WEEK]), None)
    runs = lib.runs(("speed_m_s",)).filter(well_dated(now))
    if runs.is_empty():
        return nothing
    since = runs["started_at_utc"][-1] - timedelta(weeks=_WEEKS)
    late = runs.filter(pl.col("started_at_utc") > since)
    asked = Comparable(
        wish.slowest_m_s,
        wish.fastest_m_s,
        wish.shortest_s,
        None if wish.route is None else lib.resolve(wish.route),
    )
    fit = [run for run in late.iter_rows(named=True) if is_comparable(lib, asked, run)]
    if len(fit) < _FEWEST_RUNS:
        return replace(nothing, comparable_runs=len(fit))
    starts = np.array([run["started_at_utc"].timestamp() for run in fit]) / 86_400.0
    gaps = np.diff(starts)
    minutes = [run["duration_s"] / 60.0 for run in fit if run["duration_s"]]
    return _Habits(
        runs_per_week=float(np.clip(7.0 / max(gaps.mean(), 0.1), 0.25, 14.0)),
        run_minutes=max(float(np.median(minutes)), 10.0) if minutes else _RUN_MINUTES,
        gap_days=gaps,
        comparable_runs=len(fit),
    )
