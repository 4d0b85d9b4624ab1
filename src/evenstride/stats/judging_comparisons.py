"""How comparisons of a simulated runner's runs, tags and periods are held against the truth."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from evenstride.domain.estimate import Z95
from evenstride.stats.comparison import (
    coefficients_weighed,
    level_under,
    power_of,
    power_of_runs,
    runs_differ,
)
from evenstride.stats.contrast_within import half_difference
from evenstride.stats.judging import BALANCE_SCALE_PP, Told
from evenstride.stats.moves import fit_moves
from evenstride.stats.period_means import periods_differ
from evenstride.stats.simulation.block_pair import tempo_pair
from evenstride.stats.simulation.block_runner import draw_block_runner
from evenstride.stats.simulation.blocked import simulate_blocks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.random import Generator

    from evenstride.domain.estimate import Estimate
    from evenstride.domain.moves import Moves
    from evenstride.stats.blocked import BlockedRuns
    from evenstride.stats.simulation.blocked import BlockTruth

_EXACT = 1e-6
_TAGS = ("tag:a", "tag:b")
_WITHIN = ("speed", "elapsed", "grade", "grade:bow", "bend")


def comparisons_told(
    rng: Generator,
    blocks: BlockedRuns,
    truth: BlockTruth,
    *,
    slope_sd: Mapping[str, float],
    pairs: int = 3,
) -> list[Told]:
    """Compare some runs, two periods and two tags of a simulated runner, and take one run apart.

    Parameters
    ----------
    rng
        Which runs.
    blocks, truth
        As `simulate_blocks` returns them; four runs at least.
    slope_sd
        As in `fit_moves`.
    pairs
        How many pairs of runs.

    Returns
    -------
        Of `runs` (a lasting shift), `days` (how the days themselves differed), `periods`, `tags`,
        `expected` (what a run's level and conditions add up to) and `unexplained` (its day).
    """
    moves = fit_moves(blocks, unit="pp", scale=BALANCE_SCALE_PP, slope_sd=slope_sd)
    n, told = blocks.day.size, []
    for _ in range(pairs):
        a, b = sorted(rng.choice(n, 2, replace=False).tolist())
        gap_days = float(blocks.day[b] - blocks.day[a])
        found = runs_differ(moves, a, b, gap_days=gap_days, unit="pp")
        lasting = float(truth.level[b] - truth.level[a])
        days = lasting + float(truth.day_pp[b] - truth.day_pp[a])
        told += [_told("runs", lasting, found.lasting), _told("days", days, found.days)]
    before, after = np.arange(n // 4, n // 2), np.arange(n - n // 4, n)
    true = float(truth.level[after].mean() - truth.level[before].mean())
    periods = periods_differ(moves, before, after, day=blocks.day, unit="pp")
    told.append(_told("periods", true, periods.difference))
    if set(_TAGS) <= set(moves.names):
        row = np.array([float(name == _TAGS[1]) - (name == _TAGS[0]) for name in moves.names])
        true = truth.slopes[_TAGS[1]] - truth.slopes[_TAGS[0]]
        told.append(_told("tags", true, coefficients_weighed(moves, row, unit="pp")))
    return told + _one_run(moves, truth, int(rng.integers(n)))


def _one_run(moves: Moves, truth: BlockTruth, run: int) -> list[Told]:
    sensor = np.array([name.startswith("sensor:") for name in moves.names], dtype=bool)
    apart = moves.conditions[run] - np.where(sensor, moves.conditions[-1], 0.0)
    expected = level_under(moves, run, apart[None], unit="pp")[0]
    slope = np.array([truth.slopes.get(name, 0.0) for name in moves.names])
    true = float(truth.level[run] + truth.sensor_pp[run] + apart @ slope)
    se = float(moves.reading_se[run])
    rest = level_under(moves, run, apart[None], unit="pp", own_se=se)[0]
    reading = float(moves.reading[run])
    left = replace(
        rest, value=reading - rest.value, low=reading - rest.high, high=reading - rest.low
    )
    day = float(truth.day_pp[run])
    return [_told("expected", true, expected), _told("unexplained", day, left)]


@dataclass(frozen=True, slots=True)
class TempoPair:
    """What is told of two tempo runs between which the level moved by what is known.

    Attributes
    ----------
    lasting, days
        Of the shift, and of how the two days differed.
    raw
        What the two means say of the shift, as if only minutes differed: the naive way.
    power
        How often the shift would be found, by what is claimed.
    second_pct
        What the second run read on average, where the first read 54.7 % left.
    """

    lasting: Told
    days: Told
    raw: Told
    power: float
    second_pct: float


def tempo_pair_told(rng: Generator, *, shift_pp: float, slope_sd: Mapping[str, float]) -> TempoPair:
    """Compare the two tempo runs, between which the level moved by `shift_pp` and by nothing else.

    Parameters
    ----------
    rng
        The source of chance.
    shift_pp
        As in `tempo_pair`; the level's own walk is taken off.
    slope_sd
        As in `fit_moves`.
    """
    pair = tempo_pair(rng, shift_pp=shift_pp)
    blocks, truth = pair.blocks, pair.truth
    a, b = pair.first, pair.second
    gap_days = float(blocks.day[b] - blocks.day[a])
    done = np.clip((blocks.day - blocks.day[a]) / max(gap_days, 1.0), 0.0, 1.0) * shift_pp
    walked = truth.level - truth.level[a] - done
    blocks = replace(blocks, value=blocks.value - walked[blocks.run])
    moves = fit_moves(blocks, unit="pp", scale=BALANCE_SCALE_PP, slope_sd=slope_sd)
    found = runs_differ(moves, a, b, gap_days=gap_days, unit="pp")
    lasting = float(done[b])
    days = lasting + float(truth.day_pp[b] - truth.day_pp[a])
    first_pct, second_pct = (
        float(np.average(blocks.value[own], weights=blocks.duration_s[own]))
        for own in (blocks.run == a, blocks.run == b)
    )
    raw, reach = second_pct - first_pct, Z95 * float(np.hypot(*moves.reading_se[[a, b]]))
    return TempoPair(
        _told("runs", lasting, found.lasting),
        _told("days", days, found.days),
        Told("raw", lasting, raw, raw - reach, raw + reach),
        power_of_runs(found, abs(shift_pp)),
        second_pct,
    )


def step_told(
    rng: Generator, *, runs: int, shift_pp: float, slope_sd: Mapping[str, float]
) -> tuple[Told, float]:
    """Compare the first and the last third of a runner's runs, between which the level jumped.

    The model believes that levels walk: this one stands still but for the jump, half-way. There is
    one sensor.

    Returns
    -------
        What is told of the jump, and how often it would be found, by what is claimed.
    """
    runner = replace(draw_block_runner(rng), walk_pp=0.0, sensors_pp=(0.0,))
    blocks, _ = simulate_blocks(rng, runner, runs=runs)
    jumped = np.where(np.arange(runs) < runs // 2, 0.0, shift_pp)
    blocks = replace(blocks, value=blocks.value + jumped[blocks.run])
    moves = fit_moves(blocks, unit="pp", scale=BALANCE_SCALE_PP, slope_sd=slope_sd)
    before, after = np.arange(runs // 3), np.arange(runs - runs // 3, runs)
    found = periods_differ(moves, before, after, day=blocks.day, unit="pp").difference
    return _told("step", shift_pp, found), power_of(found, abs(shift_pp))


def camber_told(
    blocks: BlockedRuns, truth: BlockTruth, *, slope_sd: Mapping[str, float]
) -> list[Told]:
    """Test every out-and-back run for a camber of which the fit was not told."""
    side = truth.conditions.get("camber")
    if side is None:
        return []
    unsaid = {name: x for name, x in blocks.conditions.items() if name != "camber"}
    moves = fit_moves(
        replace(blocks, conditions=unsaid), unit="pp", scale=BALANCE_SCALE_PP, slope_sd=slope_sd
    )
    index = [i for i, name in enumerate(moves.names) if name in _WITHIN]
    told = []
    for run in range(blocks.day.size):
        own = blocks.run == run
        out = side[own] == side[own][0]
        if not side[own].all() or out.all():
            continue
        found = half_difference(
            blocks.value[own],
            out,
            t_s=blocks.t_s[own],
            duration_s=blocks.duration_s[own],
            elapsed_h=blocks.conditions["elapsed"][own],
            conditions=np.column_stack([np.nan_to_num(unsaid[moves.names[i]][own]) for i in index]),
            coefficient=moves.coefficient[index],
            covariance=moves.covariance[np.ix_(index, index)],
            noise=moves.noise,
            unit="pp",
        )
        if found is not None:
            true = float(truth.slopes["camber"] * side[own][0])
            told.append(_told("camber", true, found))
    return told


def _told(name: str, truth: float, found: Estimate) -> Told:
    """Put an estimate beside its truth; one that is exact may miss it by what sums lose."""
    return Told(name, truth, found.value, found.low - _EXACT, found.high + _EXACT)


def is_false(told: Told) -> bool:
    """Whether a difference was told where there is none."""
    return abs(told.truth) < _EXACT and not told.low <= 0.0 <= told.high
