"""What comes of a simulated runner's experiment in pairs: assigned, done, measured, and the truth.

Treatment only ever adds: what each stretch would have read without it is drawn first, so that every
rival judges the very same runs. Values count in pp toward even, + toward 50 from the longer side.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from evenstride.domain.estimate import BoolArray, FloatArray  # noqa: TC001 - dataclass fields
from evenstride.stats.blocked import BlockedRuns  # noqa: TC001 - dataclass fields
from evenstride.stats.experiments.sequence import new_seed, treatment_first
from evenstride.stats.histories import running_days
from evenstride.stats.simulation.block_noise import averaged_variance
from evenstride.stats.simulation.block_training import train
from evenstride.stats.simulation.blocked import observe
from evenstride.stats.simulation.laps import in_laps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.random import Generator

    from evenstride.stats.simulation.block_runner import BlockRunner
    from evenstride.stats.simulation.experiment_protocol import Protocol

IntArray = np.typing.NDArray[np.intp]

BEFORE: Final = 10
"""Runs before the experiment, and with the cue, that a before/after comparison takes."""
_WAITED: Final = 10
COMPARABLE_SHARE: Final = 0.72
"""Share of runs without a fast part: those that may serve."""
_WITHIN: Final = ("speed", "elapsed", "grade", "grade:bow", "bend")
_EVEN_PCT: Final = 50.0
_BAD_DAYS: Final = 0.2
_BLOCK_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Seconds:
    """Readings of the seconds of one stretch, as measured, toward even [pp]."""

    mean: float
    sd: float
    count: float


@dataclass(frozen=True, slots=True, eq=False)
class PairedTrial:
    """One experiment as it went; p complete pairs.

    Attributes
    ----------
    seed
        From which the assignments follow.
    across_runs
        Whether halves are runs; else laps.
    side
        On which contact was longer: +1 left, -1 right.
    treatment, control
        Values of the halves of each complete pair, as assigned, at reference conditions by the
        frozen slopes, shape (p,); in the order in which they are decided.
    treatment_first, follows
        In which of them the treatment came first, and which follow the pair before so directly
        that something may be carried over, shape (p,).
    faster_m_s
        How much faster the treatment was in each, as measured, shape (p,).
    as_assigned
        Which of them were done as assigned, shape (p,).
    effect_pp
        What the treatment does in each on average, where it is done, shape (p,).
    gap_days
        Between their halves, shape (p,).
    before, after
        Readings as measured of the ten runs before, and of the ten that followed had the cue been
        taken up for good, each shape (10,).
    treated, untreated
        The seconds of the first treatment and of the first control.
    level_pp
        Before any treatment; below 0 is short of even.
    blocks, assigned
        All runs in % left, those before too, as they were measured; and which blocks are of an
        assigned treatment, 1 or 0, shape (m,).
    """

    seed: str
    across_runs: bool
    side: float
    treatment: FloatArray
    control: FloatArray
    treatment_first: BoolArray
    follows: BoolArray
    faster_m_s: FloatArray
    as_assigned: BoolArray
    effect_pp: FloatArray
    gap_days: FloatArray
    before: FloatArray
    after: FloatArray
    treated: Seconds
    untreated: Seconds
    level_pp: float
    blocks: BlockedRuns
    assigned: FloatArray

    @property
    def difference(self) -> FloatArray:
        """Treatment less control, shape (p,)."""
        return self.treatment - self.control


def plain(runner: BlockRunner) -> BlockRunner:
    """Return the runner on roads, with one pair of shoes and one sensor, as an experiment asks."""
    return replace(
        runner,
        slopes={name: pp for name, pp in runner.slopes.items() if name in _WITHIN},
        sensors_pp=(0.0,),
        camber_typed=0.0,
        habits=replace(runner.habits, treadmill_share=0.0, trail_share=0.0),
    )


def simulate_pairs(
    rng: Generator, runner: BlockRunner, frozen: Mapping[str, float], protocol: Protocol
) -> PairedTrial:
    """Draw one experiment.

    Parameters
    ----------
    rng
        The source of chance.
    runner
        Whose runs: `plain`, with a straight effect of pace.
    frozen
        What one unit of each driver does, as it was thought at registration: taken off every value
        that decides.
    protocol
        What is done.

    Returns
    -------
        At most the registered number of pairs; fewer where too many runs were skipped.
    """
    laps = protocol.laps
    halves_per_run = 1 if laps is None else 2 * laps.pairs_per_run
    asked = _runs_asked(protocol, halves_per_run)
    lead = BEFORE + _WAITED
    if laps is None:
        runs = math.ceil(1.15 * (lead + max(asked, BEFORE)) / COMPARABLE_SHARE) + 8
        training = train(rng, runner.habits, runs)
        lap = np.zeros(int(training.real.sum()), dtype=np.intp)
        comparable = np.flatnonzero(~training.quick)
    else:
        runs = lead + max(asked, BEFORE)
        training, lap = in_laps(rng, runner.habits, laps, runs)
        comparable = np.arange(runs)
    side = 1.0 if runner.balance_left_pct >= _EVEN_PCT else -1.0
    day = np.sort(running_days(rng, runs, runner.runs_per_week) + rng.uniform(0.25, 0.85, runs))
    trend = -side * protocol.trend_pp_per_day * (day - day[0])
    blocks, truth = observe(rng, runner, training, day, shift_pp=trend)

    reading = -side * (value_of_groups(blocks, blocks.run, runs) - _EVEN_PCT)
    began = _began(rng, reading[comparable], after_bad_day=protocol.after_bad_day)
    served = comparable[began : began + asked]
    served = served[: served.size - served.size * halves_per_run % 2]
    half = _half_of_block(blocks, served, lap, halves_per_run)
    halves = served.size * halves_per_run
    run = np.repeat(served, halves_per_run)

    seed = new_seed(rng.bytes(32))
    treated = _treated(seed, halves)
    did = treated ^ (rng.random(halves) < protocol.other)
    there = np.repeat(rng.random(served.size) >= protocol.skipped, halves_per_run)
    if protocol.skips_bad_days:
        felt = -side * truth.day_pp
        there &= ~(treated & (felt[run] < np.quantile(felt[comparable], _BAD_DAYS)))
    whole = np.flatnonzero(there.reshape(-1, 2).all(axis=1))[: protocol.pairs]

    lasts = _lasting(protocol, halves)
    # A sensor the wrong way round shows everything the wrong way round.
    turned = np.where(truth.mirrored[run], -1.0, 1.0)
    moved = -side * runner.slopes.get("speed", 0.0) * protocol.faster_m_s
    thought = -side * frozen.get("speed", 0.0) * protocol.faster_m_s
    varied = protocol.varies_sd_pp * rng.standard_normal(runs)[run]
    acts = did * (lasts + varied)
    acts[1:] += protocol.lingers * acts[:-1] * _next_to(run, halves_per_run)
    shown = turned * (acts + did * moved)
    without = -side * (value_of_groups(blocks, half, halves, frozen) - _EVEN_PCT)
    value = without + shown - did * thought
    first = treated[::2]
    speed = _averaged(blocks.conditions["speed"], blocks, half, halves)
    speed += did * protocol.faster_m_s

    follow = comparable[began : began + BEFORE]
    cued = lasts[np.minimum(np.arange(follow.size) * halves_per_run, halves - 1)] + moved
    stretch = _stretches(half, treated, halves_per_run)
    return PairedTrial(
        seed=seed,
        across_runs=laps is None,
        side=side,
        treatment=np.where(first, value[::2], value[1::2])[whole],
        control=np.where(first, value[1::2], value[::2])[whole],
        treatment_first=first[whole],
        follows=_follows(whole, run, halves_per_run),
        faster_m_s=(np.where(first, 1.0, -1.0) * (speed[::2] - speed[1::2]))[whole],
        as_assigned=(did == treated).reshape(-1, 2).all(axis=1)[whole],
        effect_pp=lasts[::2][whole],
        gap_days=(day[run[1::2]] - day[run[::2]])[whole],
        before=reading[comparable[began - BEFORE : began]],
        after=reading[follow] + np.where(truth.mirrored[follow], -1.0, 1.0) * cued,
        treated=_seconds(runner, blocks, stretch == 1, side, shown[half[stretch == 1]]),
        untreated=_seconds(runner, blocks, stretch == 0, side, shown[half[stretch == 0]]),
        level_pp=float(-side * (truth.level[served[0]] - _EVEN_PCT)),
        blocks=_as_measured(blocks, half, -side * shown, np.where(did, protocol.faster_m_s, 0.0)),
        assigned=np.where(half >= 0, treated[half], 0.0)[_counted(blocks, half)],
    )


def _counted(blocks: BlockedRuns, half: IntArray) -> BoolArray:
    """Return which blocks are kept: of a run that serves, only what is of a half, shape (m,)."""
    serves = np.bincount(blocks.run[half >= 0], minlength=blocks.day.size) > 0
    return (half >= 0) | ~serves[blocks.run]


def _as_measured(
    blocks: BlockedRuns, half: IntArray, shown: FloatArray, faster_m_s: FloatArray
) -> BlockedRuns:
    """Return the runs with what treatment did to value [% left] and pace, by half."""
    kept, of_half = _counted(blocks, half), half >= 0
    conditions = dict(blocks.conditions)
    conditions["speed"] = conditions["speed"] + np.where(of_half, faster_m_s[half], 0.0)
    return replace(
        blocks,
        run=blocks.run[kept],
        t_s=blocks.t_s[kept],
        duration_s=blocks.duration_s[kept],
        value=(blocks.value + np.where(of_half, shown[half], 0.0))[kept],
        conditions={name: x[kept] for name, x in conditions.items()},
    )


def _runs_asked(protocol: Protocol, halves_per_run: int) -> int:
    """Return for how many runs there are assignments: enough, skipped ones included, mostly."""
    if halves_per_run > 1:
        lost = protocol.skipped
    else:
        treated = _BAD_DAYS if protocol.skips_bad_days else 0.0
        lost = 1.0 - (1.0 - protocol.skipped) ** 2 * (1.0 - treated)
    spare = 1.25 if lost else 1.0
    return math.ceil(spare * 2 * protocol.pairs / halves_per_run / (1.0 - lost))


def _began(rng: Generator, reading: FloatArray, *, after_bad_day: bool) -> int:
    """Return how many comparable runs there were when it was registered: 10 to 20."""
    if after_bad_day:
        return BEFORE + int(np.argmin(reading[BEFORE - 1 : BEFORE + _WAITED]))
    return BEFORE + int(rng.integers(_WAITED + 1))


def _next_to(run: IntArray, halves_per_run: int) -> BoolArray:
    """Return which halves come right after the one before, shape (2p - 1,)."""
    return np.asarray((run[1:] == run[:-1]) | (halves_per_run == 1))


def _follows(whole: IntArray, run: IntArray, halves_per_run: int) -> BoolArray:
    """Return which complete pairs come right after the one before, shape (p,)."""
    next_to = _next_to(run, halves_per_run)[2 * whole - 1]
    return np.asarray((np.diff(whole, prepend=-2) == 1) & next_to)


def _half_of_block(
    blocks: BlockedRuns, served: IntArray, lap: IntArray, halves_per_run: int
) -> IntArray:
    """Return which half each block is of, shape (m,); -1 for what serves none."""
    order = np.full(blocks.day.size, -1)
    order[served] = np.arange(served.size)
    of_run = order[blocks.run]
    return np.where((of_run >= 0) & (lap >= 0), of_run * halves_per_run + lap, -1)


def _treated(seed: str, halves: int) -> BoolArray:
    first = np.array([treatment_first(seed, pair) for pair in range(halves // 2)], dtype=np.bool_)
    return np.column_stack([first, ~first]).ravel()


def _lasting(protocol: Protocol, halves: int) -> FloatArray:
    """Return what the treatment does in each half if it is done [pp], shape (2p,)."""
    if not protocol.wears_off:
        return np.full(halves, protocol.effect_pp)
    pair = np.arange(halves) // 2
    return protocol.effect_pp * np.maximum(1.0 - pair / max(protocol.pairs - 1, 1), 0.0)


def value_of_groups(
    blocks: BlockedRuns, of: IntArray, count: int, slopes: Mapping[str, float] | None = None
) -> FloatArray:
    """Return means over time of the blocks of each group, with slopes taken off [% left].

    Parameters
    ----------
    blocks
        The blocks.
    of
        Which group each is of, shape (m,); below 0 of none.
    count
        How many groups there are, each with a block at least.
    slopes
        What one unit of each condition does; None: values stay as they were measured.
    """
    value = blocks.value.copy()
    for name, slope in (slopes or {}).items():
        value -= slope * np.nan_to_num(blocks.conditions[name])
    return _averaged(value, blocks, of, count)


def _averaged(x: FloatArray, blocks: BlockedRuns, of: IntArray, count: int) -> FloatArray:
    kept = of >= 0
    time = np.bincount(of[kept], weights=blocks.duration_s[kept], minlength=count)
    total = np.bincount(of[kept], weights=(blocks.duration_s * x)[kept], minlength=count)
    return np.asarray(total / time)


def _stretches(half: IntArray, treated: BoolArray, halves_per_run: int) -> IntArray:
    """Return which blocks two stretches are compared by: 1 treatment, 0 control, -1 neither.

    Across runs the first of either; within a run all laps of the first.
    """
    compared = np.full(treated.size, -1)
    if halves_per_run > 1:
        compared[:halves_per_run] = treated[:halves_per_run]
    else:
        compared[:2] = treated[:2]
    return np.where(half >= 0, compared[half], -1)


def _seconds(
    runner: BlockRunner, blocks: BlockedRuns, of: BoolArray, side: float, shown: FloatArray
) -> Seconds:
    """Return what all seconds of some blocks read; their scatter about their block is known."""
    time, value = blocks.duration_s[of], -side * (blocks.value[of] - _EVEN_PCT) + shown
    mean = float(np.average(value, weights=time))
    between = float(np.average((value - mean) ** 2, weights=time))
    fast, slow = (
        1.0 - averaged_variance(_BLOCK_S, tau) for tau in (runner.fast_tau_s, runner.slow_tau_s)
    )
    about = runner.noise_sd_pp**2 * ((1.0 - runner.slow_share) * fast + runner.slow_share * slow)
    return Seconds(mean, math.sqrt(between + about), float(time.sum()))
