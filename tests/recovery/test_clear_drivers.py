"""How often something is called clear where nothing moves a simulated runner, and where it does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom

from evenstride.answers.block_rows import SLOPE_SDS
from evenstride.answers.what_moves_it import _row, clear_drivers
from evenstride.stats.moves import fit_moves
from evenstride.stats.simulation.block_runner import draw_block_runner
from evenstride.stats.simulation.blocked import simulate_blocks

CHANCE = 0.005
SLOPE_SD = SLOPE_SDS["balance_left_pct"]


def clear_of(seed, slopes):
    """Simulate a runner with these slopes and 0 of all else, and name what is clear."""
    rng = np.random.default_rng([431, seed])
    runner = draw_block_runner(rng)
    runner = replace(runner, slopes=dict.fromkeys(runner.slopes, 0.0) | slopes)
    blocks, _ = simulate_blocks(rng, runner, runs=int(rng.integers(10, 41)))
    moves = fit_moves(blocks, unit="pp", scale=0.4, slope_sd=SLOPE_SD)
    return clear_drivers(
        [_row(d.name, d, d.effect, d.probability_direction) for d in moves.drivers]
    )


def false_ones(runners):
    return sum(bool(clear_of(seed, {})) for seed in range(runners))


def test_where_nothing_moves_a_runner_hardly_anything_is_clear():
    assert false_ones(60) <= binom.ppf(1.0 - CHANCE, 60, 0.05)


@pytest.mark.long
def test_where_nothing_moves_many_runners_hardly_anything_is_clear():
    assert false_ones(600) <= binom.ppf(1.0 - CHANCE, 600, 0.05)


def test_what_moves_a_runner_much_is_found():
    assert sum("speed" in clear_of(seed, {"speed": 0.8}) for seed in range(12)) >= 10
