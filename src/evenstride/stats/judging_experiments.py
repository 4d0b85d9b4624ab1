"""How the rule of experiments is held against the truth, beside what people do by hand.

A simulated runner has a history, from which slopes are frozen and power is promised, and then does
experiments. The rivals judge the same runs: ten runs before the cue against ten with it (Student's
t), and the seconds of one treatment against those of one control, as if they were independent.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from evenstride.domain.estimate import Z95
from evenstride.stats.experiments.posterior import from_differences, posterior
from evenstride.stats.experiments.rule import decide
from evenstride.stats.experiments.scatter import run_scatter, start_covariance
from evenstride.stats.experiments.start_date import decide_start
from evenstride.stats.judging import BALANCE_SCALE_PP, Told
from evenstride.stats.moves import fit_moves
from evenstride.stats.simulation.blocked import simulate_blocks
from evenstride.stats.simulation.experiment_cells import DESIGNS, STRESSES
from evenstride.stats.simulation.experiment_start import simulate_start
from evenstride.stats.simulation.experiments import BEFORE, plain, simulate_pairs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.random import Generator

    from evenstride.domain.estimate import FloatArray
    from evenstride.domain.experiment import Decision, Verdict
    from evenstride.domain.moves import Moves
    from evenstride.stats.simulation.block_runner import BlockRunner
    from evenstride.stats.simulation.experiment_cells import Cell, Stress
    from evenstride.stats.simulation.experiment_protocol import Protocol
    from evenstride.stats.simulation.experiment_start import StartProtocol
    from evenstride.stats.simulation.experiments import PairedTrial, Seconds

SMALLEST_PP: Final = 0.3
PRIOR_SD_PP: Final = 0.5
_T975_OF_18: Final = 2.10092
"""Student's t for ten runs against ten, two-sided 5 %."""
_EFFECT: Final = "experiment"
_WIDE: Final = 6.0
_HISTORY: Final = (40, 61)


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What is known of a runner when an experiment is registered.

    Attributes
    ----------
    runner
        In truth.
    frozen
        What one unit of each driver does, by the fit of the history.
    moves
        That fit.
    day
        When its runs were, shape (n,).
    """

    runner: BlockRunner
    frozen: Mapping[str, float]
    moves: Moves
    day: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """One experiment as the rule and the rivals judge it.

    Attributes
    ----------
    decision
        With every complete pair there is.
    effect_pp
        What the treatment did on average in these pairs, where it was done.
    at_end, at_verdict
        The interval of the randomisation test with all pairs, and with those by which it was
        decided; None where there is none.
    shrunk, shrunk_at_verdict
        The posterior's likewise.
    before_after, seconds
        What the rivals claim: +1 toward even, -1 away from it, 0 nothing.
    """

    decision: Decision
    effect_pp: float
    at_end: Told | None
    at_verdict: Told | None
    shrunk: Told | None
    shrunk_at_verdict: Told | None
    before_after: int
    seconds: int


@dataclass(frozen=True, slots=True, eq=False)
class Fared:
    """How experiments of one kind fared: counts of `all_of_them`."""

    all_of_them: tuple[Judged, ...]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.all_of_them)

    def said(self, *verdicts: Verdict) -> int:
        """Return how many ended in one of these verdicts."""
        return sum(one.decision.verdict in verdicts for one in self.all_of_them)

    @property
    def claims(self) -> int:
        """How often an effect was said to be there, either way."""
        return self.said("increase", "decrease")

    def by(self, way: str) -> int:
        """Return how many were decided by one way of the rule."""
        return sum(one.decision.decided_by == way for one in self.all_of_them)

    def rival(self, name: Literal["before_after", "seconds"], *signs: int) -> int:
        """Return how often a rival claimed an effect of one of these signs."""
        return sum(getattr(one, name) in signs for one in self.all_of_them)

    def held(
        self, name: Literal["at_end", "at_verdict", "shrunk", "shrunk_at_verdict"]
    ) -> tuple[int, int]:
        """Return how many intervals held the truth, and how many there are."""
        told = [found for one in self.all_of_them if (found := getattr(one, name)) is not None]
        return sum(t.inside for t in told), len(told)


def learn(
    rng: Generator,
    runner: BlockRunner,
    *,
    slope_sd: Mapping[str, float],
    stress: Stress = STRESSES["nothing"],
) -> Known:
    """Fit a history of a runner, apart from the runs of any experiment.

    Parameters
    ----------
    rng
        The source of chance.
    runner
        Whose; what is not `plain` of it is left out.
    slope_sd
        As in `fit_moves`.
    stress
        What is done to the runner first, and how many runs there are.
    """
    runner = stress.runner(plain(runner))
    drawn = int(rng.integers(*_HISTORY))
    blocks, _ = simulate_blocks(rng, runner, runs=stress.history or drawn)
    moves = fit_moves(blocks, unit="pp", scale=BALANCE_SCALE_PP, slope_sd=slope_sd)
    frozen = dict(zip(moves.names, moves.coefficient.tolist(), strict=True))
    return Known(runner, frozen, moves, blocks.day)


def judge_cell(rng: Generator, known: Known, cell: Cell) -> Judged:
    """Let a runner, who was learnt under the cell's stress, do an experiment of a cell."""
    effect = rng.normal(0.0, PRIOR_SD_PP) if cell.effect_pp is None else cell.effect_pp
    protocol = replace(DESIGNS[cell.design], effect_pp=float(effect))
    return judge_pairs(rng, known, STRESSES[cell.stress].protocol(protocol))


def judge_pairs(rng: Generator, known: Known, protocol: Protocol) -> Judged:
    """Let a runner do an experiment, and judge it.

    Parameters
    ----------
    rng
        The source of chance.
    known
        From `learn`.
    protocol
        What is done.

    Returns
    -------
        As if it had been looked at after every pair: a verdict by the e-value stands from the pair
        at which it came.
    """
    return judged(simulate_pairs(rng, known.runner, known.frozen, protocol), protocol)


def judged(trial: PairedTrial, protocol: Protocol) -> Judged:
    """Judge an experiment that was done."""
    d, n = trial.difference, trial.difference.size
    decision = decided(d, protocol.pairs, trial.seed)
    at = decision.decided_at
    there = decided(d[:at], protocol.pairs, trial.seed) if 0 < at < n else decision
    return Judged(
        decision=decision,
        effect_pp=float(trial.effect_pp.mean()) if n else math.nan,
        at_end=_told(trial.effect_pp, decision),
        at_verdict=_told(trial.effect_pp[:at], there) if at else None,
        shrunk=_shrunk(trial.effect_pp, d),
        shrunk_at_verdict=_shrunk(trial.effect_pp[:at], d[:at]),
        before_after=ten_against_ten(trial.before, trial.after),
        seconds=second_by_second(trial.treated, trial.untreated),
    )


def decided(difference: FloatArray, pairs: int, seed: str) -> Decision:
    """Decide by the rule, as an experiment on balance is registered by default."""
    return decide(difference, pairs=pairs, smallest_effect=SMALLEST_PP, unit="pp", seed=seed)


def _told(effect_pp: FloatArray, decision: Decision) -> Told | None:
    low, high = decision.effect.low, decision.effect.high
    if not (math.isfinite(low) and math.isfinite(high)):
        return None
    return Told("effect", float(effect_pp.mean()), decision.effect.value, low, high)


def _shrunk(effect_pp: FloatArray, difference: FloatArray) -> Told | None:
    found = from_differences(
        difference, prior_sd=PRIOR_SD_PP, unit="pp", smallest_effect=SMALLEST_PP
    )
    if found is None:
        return None
    e = found.effect
    return Told("shrunk", float(effect_pp.mean()), e.value, e.low, e.high)


def ten_against_ten(before: FloatArray, after: FloatArray) -> int:
    """Claim what a t-test of ten runs before against ten after says at 5 %: the sign, or 0.

    Where there are fewer of either, nothing is claimed.
    """
    if before.size != BEFORE or after.size != BEFORE:
        return 0
    pooled = (before.var(ddof=1) + after.var(ddof=1)) / 2.0
    t = (after.mean() - before.mean()) / math.sqrt(2.0 * pooled / BEFORE)
    return int(np.sign(t)) if abs(t) > _T975_OF_18 else 0


def second_by_second(treated: Seconds, untreated: Seconds) -> int:
    """Claim what a t-test of the seconds of two stretches says at 5 %: the sign, or 0."""
    se = math.sqrt(treated.sd**2 / treated.count + untreated.sd**2 / untreated.count)
    t = (treated.mean - untreated.mean) / se
    return int(np.sign(t)) if abs(t) > Z95 else 0


def judge_model(trial: PairedTrial, *, slope_sd: Mapping[str, float]) -> Told | None:
    """Estimate the effect by one fit of all the runner's runs with one more driver, and shrink it.

    Parameters
    ----------
    trial
        An experiment that was done.
    slope_sd
        As in `fit_moves`.

    Returns
    -------
        As the answers make it: the driver's prior is wide, and taken out again, before what the
        data say is shrunk; + toward even. None where the data say nothing.
    """
    prior_sd = _WIDE * PRIOR_SD_PP
    blocks = trial.blocks
    rows = replace(blocks, conditions={**blocks.conditions, _EFFECT: trial.assigned})
    if trial.across_runs:
        whole = np.bincount(blocks.run, weights=trial.assigned) > 0.0
        rows = replace(blocks, run_conditions={_EFFECT: whole.astype(np.float64)})
    moves = fit_moves(
        rows, unit="pp", scale=BALANCE_SCALE_PP, slope_sd={**slope_sd, _EFFECT: prior_sd}
    )
    at = moves.names.index(_EFFECT)
    mean, var = float(moves.coefficient[at]), float(moves.covariance[at, at])
    precision = 1.0 / var - 1.0 / prior_sd**2
    if precision <= 0.0:
        return None
    value = -trial.side * mean / var / precision
    found = posterior(
        value, 1.0 / math.sqrt(precision), prior_sd=PRIOR_SD_PP, unit="pp", n_effective=math.nan
    ).effect
    return Told("model", float(trial.effect_pp.mean()), found.value, found.low, found.high)


def judge_start(rng: Generator, known: Known, protocol: StartProtocol) -> Judged:
    """Let a runner begin a routine on a day drawn from many, and judge it once, at its end.

    Parameters
    ----------
    rng
        The source of chance.
    known
        From `learn`.
    protocol
        What is done.

    Returns
    -------
        Nobody compares seconds of it: that rival claims nothing.
    """
    trial = simulate_start(rng, known.runner, known.frozen, protocol)
    covariance = start_covariance(known.moves)
    # What a run's noise adds to how days differ, for its length.
    length, which = np.unique(np.round(trial.minutes), return_inverse=True)
    var = np.array([run_noise_var(known.moves, minutes) for minutes in length.tolist()])[which]
    decision = decide_start(
        trial.value,
        trial.day,
        trial.candidates,
        trial.chosen,
        se=np.sqrt(var),
        covariance=covariance,
        smallest_effect=SMALLEST_PP,
        unit="pp",
    )
    return Judged(
        decision=decision,
        effect_pp=protocol.effect_pp,
        at_end=_told(np.array([protocol.effect_pp]), decision),
        at_verdict=None,
        shrunk=None,
        shrunk_at_verdict=None,
        before_after=ten_against_ten(trial.before, trial.after),
        seconds=0,
    )


def run_noise_var(moves: Moves, minutes: float) -> float:
    """Return by how much the mean of a run of so many minutes errs: a variance."""
    own = start_covariance(moves)["own"]
    scatter = run_scatter(moves, run_minutes=minutes)
    return float(scatter.weight @ scatter.var) - own
