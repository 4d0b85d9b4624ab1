"""One fit of all blocks: what it refuses, what few runs say, mirrors, and runs added later."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evenstride.domain.errors import InputError
from evenstride.domain.trend import Direction
from evenstride.stats.blocked import BlockedRuns
from evenstride.stats.foretelling import some_runs
from evenstride.stats.foundation import (
    at_speed,
    extend_foundation,
    lay_foundation,
    new_conditions,
)
from evenstride.stats.moves import fit_moves, fit_runs
from evenstride.stats.simulation.block_runner import draw_block_runner
from evenstride.stats.simulation.blocked import simulate_blocks

SLOPE_SD = {
    "speed": 1.0, "elapsed": 1.0, "grade": 0.2, "grade:bow": 0.1, "bend": 1.0,
    "camber": 0.7, "surface": 0.4, "shoe": 0.4, "tag": 0.5,
}  # fmt: skip
HOW = {"scale": 0.4, "slope_sd": SLOPE_SD}


def fitted(blocks, **options):
    return fit_moves(blocks, unit="pp", **HOW, **options)


@pytest.fixture(scope="module")
def simulated():
    rng = np.random.default_rng(4)
    return simulate_blocks(rng, draw_block_runner(rng), runs=40)


def little(runs=1, blocks=1):
    """Runs of a few blocks at reference conditions, all at 49."""
    m = runs * blocks
    return BlockedRuns(
        run=np.repeat(np.arange(runs), blocks),
        t_s=np.tile(60.0 * np.arange(blocks), runs),
        duration_s=np.full(m, 60.0),
        value=np.full(m, 49.0),
        conditions={"elapsed": np.tile(np.arange(blocks) / 60.0 - 0.25, runs)},
        run_conditions={},
        day=2.0 * np.arange(runs),
        sensor=np.zeros(runs, dtype=np.intp),
    )


@pytest.mark.parametrize(("runs", "blocks"), [(1, 1), (1, 30), (3, 1), (3, 40)])
def test_few_runs_are_fitted_and_say_little(runs, blocks):
    moves = fitted(little(runs, blocks))
    assert moves.trend.direction is Direction.TOO_EARLY
    assert moves.at_reference == pytest.approx(np.full(runs, 49.0), abs=0.05)
    assert (moves.at_reference_se > 0.0).all()
    (elapsed,) = moves.drivers
    assert elapsed.effect.low < 0.0 < elapsed.effect.high
    if blocks == 1:
        assert elapsed.learned < 0.05, "nothing was seen of it"
        assert np.isnan(moves.drift_per_h).all()
    assert sum(getattr(moves.shares, s) for s in moves.shares.__slots__) == pytest.approx(1.0)
    assert (moves.expected_low99 < 49.0).all()
    assert (moves.expected_high99 > 49.0).all()


def test_a_mirrored_runner_has_a_mirrored_fit(simulated):
    blocks, _ = simulated
    plain = fitted(blocks)
    other = fitted(replace(blocks, value=100.0 - blocks.value))
    np.testing.assert_allclose(other.coefficient, -plain.coefficient, atol=1e-6)
    np.testing.assert_allclose(other.covariance, plain.covariance, atol=1e-6)
    np.testing.assert_allclose(other.at_reference, 100.0 - plain.at_reference, atol=1e-6)
    np.testing.assert_allclose(other.level, 100.0 - plain.level, atol=1e-6)
    np.testing.assert_allclose(other.expected_low99, 100.0 - plain.expected_high99, atol=1e-4)
    np.testing.assert_allclose(other.tail_probability, plain.tail_probability, atol=1e-6)
    for one, two in zip(plain.drivers, other.drivers, strict=True):
        assert two.effect.low == pytest.approx(-one.effect.high, abs=1e-4)
        assert two.probability_direction == pytest.approx(one.probability_direction, abs=1e-6)


def test_another_reference_speed_moves_the_level_by_the_slope(simulated):
    blocks, _ = simulated
    faster = blocks.conditions | {"speed": blocks.conditions["speed"] - 0.5}
    plain, other = fitted(blocks), fitted(replace(blocks, conditions=faster))
    speed = plain.coefficient[plain.names.index("speed")]
    np.testing.assert_allclose(other.level - plain.level, 0.5 * speed, atol=0.01)
    np.testing.assert_allclose(other.coefficient, plain.coefficient, atol=2e-3)


def test_what_never_varies_is_no_driver(simulated):
    blocks, _ = simulated
    more = blocks.conditions | {
        "camber": np.zeros(blocks.value.size),
        "surface:trail": np.full(blocks.value.size, np.nan),
    }
    for known in (np.ones(blocks.day.size), (np.arange(blocks.day.size) > 9).astype(float)):
        shoes = {"shoe:only": known}
        moves = fitted(replace(blocks, conditions=more, run_conditions=shoes))
        assert not {"camber", "surface:trail", "shoe:only"} & set(moves.names)


def test_shoes_are_told_against_their_average(simulated):
    blocks, truth = simulated
    moves = fitted(blocks)
    shoes = [d for d in moves.drivers if d.name.startswith("shoe:")]
    assert len(shoes) >= 2
    assert sum(d.effect.value for d in shoes) == pytest.approx(0.0, abs=1e-9)
    for driver in shoes:
        assert abs(driver.effect.value - truth.slopes[driver.name]) < 0.5


def test_pace_that_always_goes_with_time_cannot_be_told_from_it(simulated):
    blocks, _ = simulated
    elapsed = blocks.conditions["elapsed"]
    always = blocks.conditions | {"speed": 1.2 * elapsed}
    told = {d.name: d for d in fitted(replace(blocks, conditions=always)).drivers}
    assert told["speed"].inseparable_from == "elapsed"
    assert told["elapsed"].inseparable_from == "speed"
    assert told["grade"].inseparable_from is None
    usual = {d.name: d for d in fitted(blocks).drivers}
    assert usual["speed"].inseparable_from is usual["elapsed"].inseparable_from is None


def test_a_run_far_out_is_outside_and_moves_the_level_little(simulated):
    blocks, _ = simulated
    plain = fitted(blocks)
    value = blocks.value + np.where(blocks.run == 20, 6.0, 0.0)
    moves = fitted(replace(blocks, value=value))
    assert moves.tail_probability[20] < 3e-3
    assert moves.reading[20] > moves.expected_high99[20]
    assert moves.trend.wild[20] > 0.9
    assert abs(moves.trend.now.value - plain.trend.now.value) < 0.1
    assert moves.expected[20] == pytest.approx(plain.expected[20], abs=0.2), "it is left out"


def test_the_drift_of_runs_is_found(simulated):
    blocks, truth = simulated
    moves = fitted(blocks)
    known = np.isfinite(moves.drift_per_h)
    z = (moves.drift_per_h - truth.drift_pp_per_h)[known] / moves.drift_se_per_h[known]
    assert 0.6 < np.sqrt(np.mean(z**2)) < 1.5
    assert 0.3 < moves.noise.drift_sd_per_h < 1.1


def test_a_later_run_added_says_what_a_whole_fit_says(simulated):
    blocks, _ = simulated
    first, last = some_runs(blocks, 0, 39), some_runs(blocks, 39, 40)
    _, made = fit_runs(lay_foundation(first, **HOW), first, unit="pp", **HOW)
    assert made.lanes.size > 0
    grown = extend_foundation(made, last, reference_m_s=0.0, **HOW)
    added, _ = fit_runs(grown, blocks, unit="pp", **HOW)
    whole = fitted(blocks)
    se = np.sqrt(np.diag(whole.covariance))
    assert (np.abs(added.coefficient - whole.coefficient) / se).max() < 0.15
    np.testing.assert_allclose(added.level_se, whole.level_se, rtol=0.05)
    assert np.abs(added.level - whole.level).max() < 0.1 * whole.level_se.min()
    assert added.reading[-1] == pytest.approx(whole.reading[-1], abs=0.05)


def test_a_new_condition_is_seen_and_another_speed_is_taken_up(simulated):
    blocks, _ = simulated
    made = lay_foundation(blocks, reference_m_s=2.8, **HOW)
    one = some_runs(blocks, 39, 40)
    assert not new_conditions(made, one)
    trail = one.conditions | {"surface:trail": np.ones(one.value.size)}
    if "surface:trail" not in made.within.names:
        assert new_conditions(made, replace(one, conditions=trail))
    moved = at_speed(made, 3.0)
    at = made.within.names.index("speed")
    np.testing.assert_allclose(made.within.conditions[:, at] - moved.within.conditions[:, at], 0.2)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"day": np.array([3.0, 1.0])}, "order of their days"),
        ({"day": np.array([1.0, np.nan])}, "order of their days"),
        ({"run": np.array([0, 0, 1, 0])}, "order of their runs"),
        ({"run": np.array([0, 0, 0, 0])}, "a block of each run"),
        ({"value": np.array([49.0, np.nan, 49.0, 49.0])}, "finite values"),
        ({"value": np.full(3, 49.0)}, "as there are blocks"),
        ({"duration_s": np.zeros(4)}, "blocks that last"),
        ({"sensor": np.zeros(3, dtype=np.intp)}, "as there are runs"),
        ({"conditions": {}}, "how long each run had gone on"),
    ],
)  # fmt: skip
def test_rows_that_do_not_fit_together_are_refused(change, said):
    with pytest.raises(InputError, match=said):
        fitted(replace(little(2, 2), **change))
