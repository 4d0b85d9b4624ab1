"""How what is promised of experiments is held against the truth: power beforehand, checks after.

What is promised comes from a runner's history, as at registration (`judging_experiments.learn`).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from evenstride.stats.experiments.checks import (
    EACH,
    carry_over,
    condition_difference,
    order_effect,
    overshoot,
    regression_to_the_mean,
    wear_off,
)
from evenstride.stats.experiments.planning import power
from evenstride.stats.experiments.scatter import (
    across_runs_scatter,
    run_scatter,
    start_covariance,
    within_run_scatter,
)
from evenstride.stats.experiments.start_power import Window, start_power
from evenstride.stats.judging_experiments import SMALLEST_PP, run_noise_var

if TYPE_CHECKING:
    from numpy.random import Generator

    from evenstride.stats.experiments.checks import Checked
    from evenstride.stats.judging_experiments import Known
    from evenstride.stats.simulation.experiment_protocol import Protocol
    from evenstride.stats.simulation.experiment_start import StartProtocol
    from evenstride.stats.simulation.experiments import PairedTrial

RUN_MINUTES: Final = 46.0
"""A usual run: what is planned with."""
_PACE_MATTERS_M_S: Final = 0.1
_CONDITIONS: Final = 4.0


def start_promised(
    rng: Generator, known: Known, protocol: StartProtocol, *, effect: float
) -> float:
    """Return how likely such a start finds an effect [pp], as it is told at registration."""
    window = Window(protocol.first_day, protocol.dates, protocol.after_days)
    found = start_power(
        [effect],
        run_scatter(known.moves, run_minutes=RUN_MINUTES),
        covariance=start_covariance(known.moves),
        se=math.sqrt(run_noise_var(known.moves, RUN_MINUTES)),
        gap_days=np.diff(np.floor(known.day)),
        window=window,
        rng=rng,
    )
    return float(found[0])


def pairs_promised(rng: Generator, known: Known, protocol: Protocol, *, gap_days: float) -> float:
    """Return how likely the protocol's effect is found, as it is told at registration."""
    if protocol.laps is None:
        scatter = across_runs_scatter(known.moves, gap_days=gap_days, run_minutes=RUN_MINUTES)
    else:
        scatter = within_run_scatter(
            known.moves.noise, lap_s=protocol.laps.lap_s, settling_s=protocol.laps.settling_s
        )
    return float(power(scatter, protocol.effect_pp, [protocol.pairs], rng=rng, sims=1000)[0])


def checked(trial: PairedTrial) -> tuple[Checked, ...]:
    """Check an experiment that was done for all that may have misled it, as the answers do.

    Of what differed between the conditions pace stands for all four.
    """
    d, seed, matters = trial.difference, trial.seed, SMALLEST_PP
    return (
        carry_over(d, trial.treatment_first, trial.follows, matters=matters, seed=seed),
        order_effect(d, trial.treatment_first, matters=matters, seed=seed),
        wear_off(d, matters=matters, seed=seed),
        condition_difference(trial.faster_m_s, matters=_PACE_MATTERS_M_S, level=EACH / _CONDITIONS),
        overshoot(trial.treatment),
        regression_to_the_mean(trial.before, trial.control, matters=matters),
    )
