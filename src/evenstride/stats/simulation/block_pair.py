"""Which simulated pair of runs judges "am I better like for like": a tempo 10 k and a later 9 k.

After the runner who wrote: worse on faster runs, worse as I tire, some days way off; a 10 k at
tempo read 54.7 % left, and a later 9 k at the same tempo 52.8 %. Is it an improvement?
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from evenstride.stats.blocked import BlockedRuns  # noqa: TC001 - dataclass fields
from evenstride.stats.histories import running_days
from evenstride.stats.simulation.block_runner import draw_block_runner
from evenstride.stats.simulation.block_training import Training, train
from evenstride.stats.simulation.blocked import BlockTruth, observe

if TYPE_CHECKING:
    from numpy.random import Generator

FIRST_READING_PCT = 54.7
SECOND_READING_PCT = 52.8
_RUNS, _FIRST, _SECOND = 40, 17, 36
_FIRST_MIN, _SECOND_MIN = 48, 43
_FIRST_M_S, _SECOND_M_S = (0.75, 1.05), (0.65, 0.95)


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Some forty runs, two of them at tempo, between which the level moved by what is known.

    Attributes
    ----------
    blocks, truth
        All runs.
    first, second
        The two runs.
    shift_pp
        What was done to the level between them, beside its own walk.
    level_difference_pp, days_difference_pp
        Second less first at the same conditions: of the level, and of the level and the days' own
        differences together.
    """

    blocks: BlockedRuns
    truth: BlockTruth
    first: int
    second: int
    shift_pp: float
    level_difference_pp: float
    days_difference_pp: float


def tempo_pair(rng: Generator, *, shift_pp: float, walks: bool = True) -> Pair:
    """Draw a runner who is further left when fast and when tired, and the two tempo runs.

    Parameters
    ----------
    rng
        The source of chance.
    shift_pp
        What the level moves by, evenly over the days between the two runs; below 0 toward the
        right, which is toward even here.
    walks
        Whether the level walks as well; if not, `shift_pp` is all that lasts.

    Returns
    -------
        The pair. The first run reads 54.7 % left on average; the second reads what comes.
    """
    runner = draw_block_runner(rng)
    runner = replace(
        runner,
        slopes={
            **runner.slopes,
            "speed": float(rng.uniform(0.3, 0.9)),
            "elapsed": float(rng.uniform(0.3, 1.5)),
        },
        sensors_pp=runner.sensors_pp[:1],
        walk_pp=runner.walk_pp if walks else 0.0,
    )
    training = train(rng, runner.habits, _RUNS)
    training = _tempo(rng, training, _FIRST, _FIRST_MIN, rng.uniform(*_FIRST_M_S))
    training = _tempo(rng, training, _SECOND, _SECOND_MIN, rng.uniform(*_SECOND_M_S))
    day = np.sort(running_days(rng, _RUNS, runner.runs_per_week) + rng.uniform(0.25, 0.85, _RUNS))
    # Both may fall on one day when days are few: then there is nothing between them to spread over.
    between = max(day[_SECOND] - day[_FIRST], 1.0)
    done = np.clip((day - day[_FIRST]) / between, 0.0, 1.0)
    blocks, truth = observe(rng, runner, training, day, shift_pp=shift_pp * done)
    read = blocks.run == _FIRST
    moved = FIRST_READING_PCT - np.average(blocks.value[read], weights=blocks.duration_s[read])
    truth = replace(truth, level=truth.level + moved)
    at_reference = truth.level + truth.day_pp
    return Pair(
        blocks=replace(blocks, value=blocks.value + moved),
        truth=truth,
        first=_FIRST,
        second=_SECOND,
        shift_pp=shift_pp,
        level_difference_pp=float(truth.level[_SECOND] - truth.level[_FIRST]),
        days_difference_pp=float(at_reference[_SECOND] - at_reference[_FIRST]),
    )


def _tempo(rng: Generator, training: Training, run: int, minutes: int, faster: float) -> Training:
    """Make one of the runs a flat one at one speed on the road."""
    blocks = min(minutes, training.real.shape[1])
    real, speed, grade = training.real.copy(), training.speed_m_s.copy(), training.grade_pct.copy()
    real[run] = np.arange(real.shape[1]) < blocks
    speed[run] = faster + 0.06 * rng.standard_normal(real.shape[1])
    grade[run] *= 0.3
    bend = training.bend_m_s2.copy()
    bend[run] = 0.04 * rng.standard_normal(real.shape[1])
    quick, track, treadmill, trail = (
        x.copy() for x in (training.quick, training.track, training.treadmill, training.trail)
    )
    quick[run], track[run], treadmill[run], trail[run] = True, False, False, False
    return replace(
        training,
        real=real,
        speed_m_s=speed,
        grade_pct=grade,
        bend_m_s2=bend,
        quick=quick,
        track=track,
        treadmill=treadmill,
        trail=trail,
    )
