"""How what is told is held against the truth."""

from dataclasses import replace

import numpy as np
import pytest

from evenstride.stats.judging import Told, judge, tally, true_effect
from evenstride.stats.simulation.block_runner import draw_block_runner
from evenstride.stats.simulation.blocked import simulate_blocks

SLOPE_SD = {
    "speed": 1.0, "elapsed": 1.0, "grade": 0.2, "bend": 1.0, "camber": 0.7, "surface": 0.5,
    "shoe": 0.4, "tag": 0.5,
}  # fmt: skip


def test_a_tally_counts_what_is_inside_and_measures_the_rest():
    told = [
        Told("shoe:A", 0.0, 0.5, -0.5, 1.5),
        Told("shoe:B", 1.0, 0.0, -0.5, 0.5),
        Told("grade:up", 1.0, 1.0, 0.0, 2.0),
    ]
    found = tally(told)
    assert list(found) == ["shoe", "grade:up"]
    shoe = found["shoe"]
    assert (shoe.count, shoe.inside, shoe.coverage) == (2, 1, 0.5)
    assert shoe.width == pytest.approx(1.5)
    assert shoe.bias == pytest.approx(-0.25)
    assert shoe.rmse == pytest.approx(np.sqrt((0.25 + 1.0) / 2))
    assert shoe.bias_se == pytest.approx(1.5 / np.sqrt(2.0) / np.sqrt(2.0))


def test_truths_are_those_of_the_drivers_asked_for():
    rng = np.random.default_rng(3)
    runner = replace(draw_block_runner(rng), sensors_pp=(0.2, -0.3))
    blocks, truth = simulate_blocks(rng, runner, runs=20)
    assert true_effect("speed", truth, blocks) == runner.slopes["speed"]
    assert true_effect("sensor:1", truth, blocks) == pytest.approx(-0.5)
    up, down = (true_effect(f"grade:{way}", truth, blocks) for way in ("up", "down"))
    # Both are told for one per cent steeper, whichever way: grade itself is signed.
    assert 0.5 * (up - down) == pytest.approx(runner.slopes["grade"])
    assert 0.5 * (up + down) == pytest.approx(runner.slopes["grade:bow"])


def test_a_judged_runner_has_every_driver_once_and_runs_that_are_usual_or_not():
    rng = np.random.default_rng(4)
    runner = replace(
        draw_block_runner(rng), failing_share=0.2, spread_pp=0.3, df=30.0, wild_share=0.0
    )
    blocks, truth = simulate_blocks(rng, runner, runs=30)
    judged = judge(blocks, truth, slope_sd=SLOPE_SD, run=7)
    names = [t.name for t in judged.drivers]
    assert len(set(names)) == len(names)
    assert "grade:bow" not in names
    assert {"speed", "elapsed", "grade", "bend"} <= set(names)
    assert [t.name for t in judged.ranges] == names
    assert judged.usual == 30 - truth.failing.sum()
    assert judged.odd >= 3
    assert judged.found >= 0.5 * judged.odd
    assert judged.level.truth == truth.level[7]
    assert judged.now.truth == truth.level[-1]
    assert 0.0 <= judged.levels_inside <= 1.0
