"""How what is told of a simulated runner is held against the truth: coverage, width, bias.

The same tally serves the fit and its rivals, so that they stand in one table.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evenstride.domain.estimate import Z95
from evenstride.stats.moves import fit_moves

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from evenstride.domain.moves import Driver, Moves, NoiseWithinRuns
    from evenstride.stats.blocked import BlockedRuns
    from evenstride.stats.simulation.blocked import BlockTruth

BALANCE_SCALE_PP = 0.4
OUTSIDE_BELOW = 0.01
"""A reading is outside the usual range where its tail probability is below this."""
_OWN_KIND = {"grade:up", "grade:down", "grade:bow"}


@dataclass(frozen=True, slots=True)
class Told:
    """One thing told of one runner: an estimate with its 95 % interval, and what was true."""

    name: str
    truth: float
    value: float
    low: float
    high: float

    @property
    def inside(self) -> bool:
        """Whether the interval holds the truth."""
        return self.low <= self.truth <= self.high

    @property
    def kind(self) -> str:
        """What it is one of: `shoe` for `shoe:A`, the name itself where it is of its own kind."""
        return self.name if self.name in _OWN_KIND else self.name.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Tally:
    """How things of one kind fared over many runners.

    Attributes
    ----------
    count, inside
        How many were told, and how many intervals held the truth.
    width
        Mean width of the intervals.
    bias, bias_se
        Mean error and its standard error.
    rmse
        Root mean square error.
    """

    count: int
    inside: int
    width: float
    bias: float
    bias_se: float
    rmse: float

    @property
    def coverage(self) -> float:
        """Share of intervals that held the truth."""
        return self.inside / self.count


@dataclass(frozen=True, slots=True)
class Judged:
    """One runner's fit beside the truth.

    Attributes
    ----------
    drivers, ranges
        Every driver, for one of its unit and over the runner's usual range.
    level, now
        The level at reference conditions on the day of one run chosen beforehand, and on the last.
    levels_inside
        Share of the runs on whose day the level is in its interval.
    usual, outside
        How many runs had nothing wrong with them (not wild, sensor sound and the right way round),
        and how many of these were called outside the usual range.
    odd, found
        How many runs had something wrong that took them 2.5 pp away or more, and how many of these
        were called outside.
    """

    drivers: tuple[Told, ...]
    ranges: tuple[Told, ...]
    level: Told
    now: Told
    levels_inside: float
    usual: int
    outside: int
    odd: int
    found: int


FAR_PP = 2.5


def judge(
    blocks: BlockedRuns,
    truth: BlockTruth,
    *,
    slope_sd: Mapping[str, float],
    run: int,
    noise: NoiseWithinRuns | None = None,
) -> Judged:
    """Fit a simulated runner's balance and hold what is told against the truth.

    Parameters
    ----------
    blocks, truth
        As `simulate_blocks` returns them.
    slope_sd, noise
        As in `fit_moves`.
    run
        The run on whose day the level is judged.
    """
    moves = fit_moves(blocks, unit="pp", scale=BALANCE_SCALE_PP, slope_sd=slope_sd, noise=noise)
    now = moves.trend.now
    level_error = np.abs(moves.level - truth.level)
    outside = moves.tail_probability < OUTSIDE_BELOW
    wrong = truth.wild | truth.failing | truth.mirrored
    at_reference = truth.level + truth.day_pp + truth.sensor_pp
    read = np.bincount(blocks.run, weights=blocks.value - truth.moved_pp) / np.bincount(blocks.run)
    off_pp = np.where(truth.wild, truth.day_pp, read - at_reference)
    odd = wrong & (np.abs(off_pp) > FAR_PP)
    return Judged(
        drivers=tuple(drivers_told(moves, truth, blocks)),
        ranges=tuple(ranges_told(moves, truth, blocks)),
        level=level_told(moves, truth, blocks, run),
        now=Told("now", float(truth.level[-1]), now.value, now.low, now.high),
        levels_inside=float((level_error <= Z95 * moves.level_se).mean()),
        usual=int((~wrong).sum()),
        outside=int((outside & ~wrong).sum()),
        odd=int(odd.sum()),
        found=int((outside & odd).sum()),
    )


def true_effect(name: str, truth: BlockTruth, blocks: BlockedRuns) -> float:
    """Return what a driver truly does for one of its unit; a sensor against the first run's."""
    if name.startswith("sensor:"):
        read = truth.runner.sensors_pp
        return float(read[int(name.partition(":")[2])] - read[blocks.sensor[0]])
    if name in {"grade:up", "grade:down"}:
        bow = truth.slopes.get("grade:bow", 0.0)
        return bow + (1.0 if name == "grade:up" else -1.0) * truth.slopes["grade"]
    return truth.slopes[name]


def drivers_told(moves: Moves, truth: BlockTruth, blocks: BlockedRuns) -> list[Told]:
    """Return every driver of a fit beside its truth."""
    return [
        Told(
            d.name,
            true_effect(d.name, truth, blocks),
            d.effect.value,
            d.effect.low,
            d.effect.high,
        )
        for d in moves.drivers
    ]


def ranges_told(moves: Moves, truth: BlockTruth, blocks: BlockedRuns) -> list[Told]:
    """Return every driver's effect over the runner's usual range beside its truth."""
    return [
        Told(
            d.name,
            _over_range(d, truth, blocks),
            d.range_effect.value,
            d.range_effect.low,
            d.range_effect.high,
        )
        for d in moves.drivers
    ]


def _over_range(driver: Driver, truth: BlockTruth, blocks: BlockedRuns) -> float:
    over = driver.range_high - driver.range_low
    found = true_effect(driver.name, truth, blocks) * over
    if driver.name == "grade":
        bow = truth.slopes.get("grade:bow", 0.0)
        found += bow * (abs(driver.range_high) - abs(driver.range_low))
    return found


def level_told(moves: Moves, truth: BlockTruth, blocks: BlockedRuns, run: int) -> Told:
    """Return the level at reference conditions on the day of a run beside its truth."""
    trend = moves.trend
    at = int(np.searchsorted(trend.day, blocks.day[run]))
    return Told(
        "level",
        float(truth.level[run]),
        float(trend.level[at]),
        float(trend.low95[at]),
        float(trend.high95[at]),
    )


def tally(told: Iterable[Told]) -> dict[str, Tally]:
    """Sum up what was told, kind by kind, in the order of first appearance."""
    by_kind: dict[str, list[Told]] = defaultdict(list)
    for one in told:
        by_kind[one.kind].append(one)
    return {kind: _tally(found) for kind, found in by_kind.items()}


def _tally(told: list[Told]) -> Tally:
    error = np.array([t.value - t.truth for t in told])
    width = np.array([t.high - t.low for t in told])
    spread = float(error.std(ddof=1)) if error.size > 1 else float("nan")
    return Tally(
        count=error.size,
        inside=sum(t.inside for t in told),
        width=float(width.mean()),
        bias=float(error.mean()),
        bias_se=spread / float(np.sqrt(error.size)),
        rmse=float(np.sqrt((error**2).mean())),
    )
