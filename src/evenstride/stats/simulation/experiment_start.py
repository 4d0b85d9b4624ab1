"""What comes of a simulated runner's routine that begins on a day drawn from many.

Values count in pp toward even, as in `simulation.experiments`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from evenstride.domain.estimate import FloatArray  # noqa: TC001 - dataclass fields
from evenstride.stats.experiments.sequence import new_seed, start_index
from evenstride.stats.histories import running_days
from evenstride.stats.simulation.block_training import train
from evenstride.stats.simulation.blocked import observe
from evenstride.stats.simulation.experiments import BEFORE, value_of_groups

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.random import Generator

    from evenstride.stats.simulation.block_runner import BlockRunner

_EVEN_PCT: Final = 50.0
_SPARE: Final = 1.3
_LEAD_DAYS: Final = 60.0


@dataclass(frozen=True, slots=True)
class StartProtocol:
    """A routine that begins once, and what goes wrong with it.

    Attributes
    ----------
    effect_pp
        What it does from its first day on, + toward even.
    first_day, dates, after_days
        The first possible day after registration, how many there are, and how many days follow
        the last one.
    builds_over_days
        For how long the effect grows in a straight line; 0: it is there at once.
    trend_pp_per_day
        What is added to the level each day, toward even, whatever is done.
    after_bad_day
        Whether it is registered right after the worst of ten runs; else whenever.
    """

    effect_pp: float = 0.0
    first_day: int = 21
    dates: int = 28
    after_days: int = 35
    builds_over_days: float = 0.0
    trend_pp_per_day: float = 0.0
    after_bad_day: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class StartTrial:
    """One such experiment as it went; n runs from registration to the end.

    Attributes
    ----------
    seed
        From which the day follows.
    day, value, minutes
        Of each run: whole local days, at reference conditions, and how long it was, shape (n,).
    candidates, chosen
        The possible days, shape (k,), and which of them it was.
    before, after
        Readings as measured of the ten runs before the first day and of the ten from then on.
    """

    seed: str
    day: FloatArray
    value: FloatArray
    minutes: FloatArray
    candidates: FloatArray
    chosen: int
    before: FloatArray
    after: FloatArray


def simulate_start(
    rng: Generator, runner: BlockRunner, frozen: Mapping[str, float], protocol: StartProtocol
) -> StartTrial:
    """Draw one experiment; parameters as in `simulate_pairs`."""
    lasts = protocol.first_day + protocol.dates + protocol.after_days
    runs = math.ceil(_SPARE * (lasts + _LEAD_DAYS) * runner.runs_per_week / 7.0) + 4 * BEFORE
    training = train(rng, runner.habits, runs)
    start = np.sort(running_days(rng, runs, runner.runs_per_week) + rng.uniform(0.25, 0.85, runs))
    side = 1.0 if runner.balance_left_pct >= _EVEN_PCT else -1.0
    trend = -side * protocol.trend_pp_per_day * (start - start[0])
    blocks, truth = observe(rng, runner, training, start, shift_pp=trend)

    day = np.floor(start)
    raw = -side * (value_of_groups(blocks, blocks.run, runs) - _EVEN_PCT)
    lead = np.flatnonzero(day <= day[0] + _LEAD_DAYS)[-BEFORE:]
    after = lead[int(np.argmin(raw[lead]))] if protocol.after_bad_day else lead[-1]
    registered = day[after] + 1.0
    candidates = registered + protocol.first_day + np.arange(protocol.dates)
    seed = new_seed(rng.bytes(32))
    chosen = start_index(seed, protocol.dates)

    since = day - candidates[chosen]
    grown = np.clip((since + 1.0) / max(protocol.builds_over_days, 1.0), 0.0, 1.0)
    turned = np.where(truth.mirrored, -1.0, 1.0)
    done = turned * protocol.effect_pp * grown * (since >= 0.0)
    value = -side * (value_of_groups(blocks, blocks.run, runs, frozen) - _EVEN_PCT) + done
    counts = (day >= registered) & (day < registered + lasts)
    first, rest = np.flatnonzero(since < 0.0), np.flatnonzero(since >= 0.0)
    return StartTrial(
        seed=seed,
        day=day[counts],
        value=value[counts],
        minutes=np.bincount(blocks.run, weights=blocks.duration_s)[counts] / 60.0,
        candidates=candidates,
        chosen=chosen,
        before=(raw + done)[first[-BEFORE:]],
        after=(raw + done)[rest[:BEFORE]],
    )
