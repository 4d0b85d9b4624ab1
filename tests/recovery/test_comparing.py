"""Comparisons of simulated runners with known truth: short form of bench_comparison.py.

A bound follows from the target and from what chance does to so many: a comparison on the edge of
its target fails here once in two hundred times.
"""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom

from evenstride.answers.block_rows import SLOPE_SDS
from evenstride.stats.judging import tally
from evenstride.stats.judging_comparisons import (
    camber_told,
    comparisons_told,
    is_false,
    step_told,
    tempo_pair_told,
)
from evenstride.stats.simulation.block_runner import draw_block_runner
from evenstride.stats.simulation.blocked import simulate_blocks

SLOPE_SD = SLOPE_SDS["balance_left_pct"]
RUNNERS, PAIRS = 80, 50
CHANCE = 0.005


@pytest.fixture(scope="module")
def told():
    """Half of the runners have a level that stands still: what is told of them is false."""
    found = []
    for seed in range(RUNNERS):
        rng = np.random.default_rng([403, seed])
        runner = draw_block_runner(rng)
        if seed % 2:
            runner = replace(runner, walk_pp=0.0)
        blocks, truth = simulate_blocks(rng, runner, runs=int(rng.integers(10, 41)))
        found += comparisons_told(rng, blocks, truth, slope_sd=SLOPE_SD)
        if seed < RUNNERS // 2:
            found += camber_told(blocks, truth, slope_sd=SLOPE_SD)
    return found


@pytest.mark.parametrize("kind", ["runs", "days", "periods", "tags", "expected", "unexplained"])
def test_intervals_hold_the_truth(told, kind):
    t = tally(told)[kind]
    # Wider than need be is a fault too; but of ten runs nobody knows how days differ.
    assert binom.ppf(CHANCE, t.count, 0.93) <= t.inside <= binom.ppf(1.0 - CHANCE, t.count, 0.985)
    assert abs(t.bias) <= 0.1 * t.width + 3.0 * t.bias_se


def test_out_against_back_holds_the_camber_that_nobody_spoke_of(told):
    t = tally(told)["camber"]
    assert t.count >= 60
    assert binom.ppf(CHANCE, t.count, 0.93) <= t.inside <= binom.ppf(1.0 - CHANCE, t.count, 0.98)


@pytest.mark.parametrize("kind", ["runs", "periods"])
def test_a_difference_that_is_not_there_is_rarely_told(told, kind):
    still = [t for t in told if t.kind == kind and t.truth == pytest.approx(0.0, abs=1e-9)]
    assert len(still) >= RUNNERS // 2
    assert sum(map(is_false, still)) <= binom.ppf(1.0 - CHANCE, len(still), 0.05)


@pytest.mark.parametrize("shift_pp", [0.0, -2.0])
def test_of_two_tempo_runs_the_shift_is_told_as_it_was(shift_pp):
    pairs = [
        tempo_pair_told(np.random.default_rng([404, seed]), shift_pp=shift_pp, slope_sd=SLOPE_SD)
        for seed in range(PAIRS)
    ]
    for t in tally(one for pair in pairs for one in (pair.lasting, pair.days)).values():
        low, high = (binom.ppf(p, t.count, q) for p, q in ((CHANCE, 0.93), (1 - CHANCE, 0.985)))
        assert low <= t.inside <= high
    found = sum(not pair.lasting.low <= 0.0 <= pair.lasting.high for pair in pairs)
    claimed = sum(pair.power for pair in pairs)
    # As often as it is said that such a shift would be found: 5 % of nothing, half of 2 pp.
    assert abs(found - claimed) <= 3.0 * np.sqrt(claimed)
    wrong_way = sum(pair.lasting.low > 0.0 for pair in pairs)
    assert wrong_way <= binom.ppf(1.0 - CHANCE, PAIRS, 0.025)
    # This is what the comparison is for: by the two means alone, days pass for changes.
    assert sum(pair.raw.inside for pair in pairs) < 0.7 * PAIRS


def test_a_level_that_jumped_between_two_periods_is_told_by_how_much():
    """The fit's own level, which is believed to walk, holds a jump of 1 pp in a third of them."""
    found = [
        step_told(np.random.default_rng([407, seed]), runs=36, shift_pp=1.0, slope_sd=SLOPE_SD)
        for seed in range(PAIRS)
    ]
    told, claimed = [t for t, _ in found], sum(power for _, power in found)
    # Shoes and tags that came with the jump take their part of it.
    assert sum(t.inside for t in told) >= binom.ppf(CHANCE, PAIRS, 0.91)
    clear = sum(t.low > 0.0 for t in told)
    assert clear >= claimed - 3.0 * np.sqrt(PAIRS * 0.25)
    assert clear > 0.4 * PAIRS
