"""Simulated experiments, with all scatter taken away: what remains is what was done."""

from dataclasses import replace

import numpy as np
import pytest

from evenstride.stats.experiments.sequence import start_index, treatment_first
from evenstride.stats.simulation.block_runner import BlockRunner, draw_block_runner
from evenstride.stats.simulation.experiment_cells import STRESSES
from evenstride.stats.simulation.experiment_protocol import Protocol
from evenstride.stats.simulation.experiment_start import StartProtocol, simulate_start
from evenstride.stats.simulation.experiments import BEFORE, plain, simulate_pairs
from evenstride.stats.simulation.laps import Laps, in_laps

SLOPES = {"speed": 0.4, "elapsed": -0.5, "grade": 0.05, "bend": 0.3}
STILL = BlockRunner(
    balance_left_pct=51.5, slopes=SLOPES, walk_pp=0.0, spread_pp=0.0, noise_sd_pp=0.0,
    white_sd_pp=0.0, drift_sd_pp_per_h=0.0,
)  # fmt: skip
LAPS = Laps(pairs_per_run=3, lap_s=200.0, settling_s=45.0, warm_up_s=500.0)


def trial(seed=1, runner=STILL, frozen=SLOPES, **protocol):
    return simulate_pairs(np.random.default_rng(seed), runner, frozen, Protocol(**protocol))


@pytest.mark.parametrize("left_pct", [51.5, 48.5])
@pytest.mark.parametrize("laps", [None, LAPS])
def test_where_nothing_scatters_every_pair_shows_the_effect_toward_even(laps, left_pct):
    runner = replace(STILL, balance_left_pct=left_pct)
    made = trial(runner=runner, pairs=9, effect_pp=0.7, laps=laps, faster_m_s=0.3)
    assert made.difference == pytest.approx(np.full(9, 0.7), abs=1e-9)
    assert made.as_assigned.all()
    assert made.level_pp == pytest.approx(-1.5)
    # The model's rows say the same: treated blocks read 0.7 pp nearer to even than others.
    adjusted = made.blocks.value - sum(s * made.blocks.conditions[n] for n, s in SLOPES.items())
    side = np.sign(left_pct - 50.0)
    assert -side * (adjusted - 50.0) == pytest.approx(-1.5 + 0.7 * made.assigned, abs=1e-9)
    assert made.assigned.any()


def test_slopes_frozen_wrongly_are_told_as_an_effect_where_pace_differs():
    made = trial(pairs=6, faster_m_s=0.3, frozen={**SLOPES, "speed": 0.0}, laps=LAPS)
    # 0.4 pp per m/s to the left, of somebody who is left of even: away from even.
    assert made.difference.mean() == pytest.approx(-0.3 * 0.4, abs=0.05)


@pytest.mark.parametrize("laps", [None, LAPS])
def test_treatment_only_adds_to_what_the_same_runs_read_without_it(laps):
    runner = plain(draw_block_runner(np.random.default_rng(3)))
    without, with_it = (trial(runner=runner, pairs=12, effect_pp=e, laps=laps) for e in (0.0, 1.0))
    assert with_it.difference - without.difference == pytest.approx(np.ones(12))
    assert with_it.before == pytest.approx(without.before)
    assert with_it.after - without.after == pytest.approx(np.ones(BEFORE))
    assert with_it.treated.mean - without.treated.mean == pytest.approx(1.0)
    assert with_it.untreated == without.untreated
    assert without.untreated.count >= 3 * 155.0


def test_assignments_are_those_of_the_seed():
    made = trial(pairs=8, effect_pp=1.0, laps=Laps(pairs_per_run=4))
    run = made.blocks.run
    firsts = []
    for served in np.unique(run[made.assigned > 0.0]):
        of_run = made.assigned[run == served]
        # Three kept minutes a lap, two laps a pair.
        firsts += [bool(x) for x in of_run.reshape(4, 2, 3)[:, 0, 0]]
    assert firsts == [treatment_first(made.seed, pair) for pair in range(8)]


def test_an_effect_wears_off_in_a_straight_line():
    made = trial(pairs=6, effect_pp=1.0, wears_off=True)
    assert made.difference == pytest.approx(np.linspace(1.0, 0.0, 6))
    assert made.effect_pp == pytest.approx(made.difference)


@pytest.mark.parametrize("laps", [None, LAPS])
def test_what_lingers_takes_from_pairs_in_which_the_control_comes_after_alone(laps):
    made = trial(pairs=9, effect_pp=1.0, lingers=0.25, laps=laps)
    first = made.treatment_first
    assert made.follows.tolist() == [k % 3 != 0 if laps else k > 0 for k in range(9)]
    for k, d in enumerate(made.difference):
        before = made.follows[k] and not first[k - 1]
        on_first = 0.25 * before
        # The second half follows the treatment where that came first.
        expected = 1.0 + (on_first - 0.25 if first[k] else -on_first)
        assert d == pytest.approx(expected)


def test_an_effect_that_differs_does_so_by_run():
    made = trial(pairs=9, effect_pp=1.0, varies_sd_pp=0.5, laps=LAPS)
    by_run = made.difference.reshape(3, 3)
    assert by_run == pytest.approx(np.repeat(by_run[:, :1], 3, axis=1))
    assert np.ptp(by_run[:, 0]) > 0.05
    assert made.effect_pp == pytest.approx(np.ones(9))


@pytest.mark.parametrize("laps", [None, LAPS])
def test_how_much_faster_the_treatment_was_is_measured(laps):
    usual, faster = (trial(pairs=9, faster_m_s=f, laps=laps).faster_m_s for f in (0.0, 0.3))
    assert faster - usual == pytest.approx(np.full(9, 0.3))


def test_what_is_done_the_other_way_counts_as_assigned():
    made = trial(pairs=40, effect_pp=1.0, other=0.3)
    assert made.difference[made.as_assigned] == pytest.approx(np.ones(made.as_assigned.sum()))
    swapped = made.difference[~made.as_assigned]
    assert set(np.round(swapped)) == {-1.0, 0.0}


@pytest.mark.parametrize("laps", [None, LAPS])
def test_pairs_with_a_missing_half_are_dropped_whole(laps):
    made = trial(pairs=30, effect_pp=1.0, skipped=0.2, laps=laps)
    assert 25 <= made.difference.size <= 30
    assert made.difference == pytest.approx(np.ones(made.difference.size))


def test_what_is_done_on_good_days_only_looks_better_than_it_is():
    runner = replace(STILL, spread_pp=0.5, shared=0.0)
    picked, fair = (
        np.concatenate([trial(seed=s, runner=runner, pairs=20, skips_bad_days=p).difference
                        for s in range(30)])
        for p in (True, False)
    )  # fmt: skip
    assert abs(fair.mean()) < 4.0 * fair.std() / np.sqrt(fair.size)
    assert picked.mean() > 5.0 * picked.std() / np.sqrt(picked.size)


def test_a_bad_day_is_the_last_before():
    runner = replace(STILL, spread_pp=0.5)
    last = [trial(seed=s, runner=runner, pairs=6, after_bad_day=True).before for s in range(20)]
    assert np.mean([x[-1] < x[:-1].min() for x in last]) > 0.5


def test_a_trend_goes_toward_even_whatever_is_done():
    made = trial(pairs=10, trend_pp_per_day=0.02)
    assert made.after.mean() > made.before.mean()
    assert made.difference == pytest.approx(
        np.where([treatment_first(made.seed, k) for k in range(10)], -0.02, 0.02) * made.gap_days,
        abs=1e-9,
    )


def test_a_sensor_the_wrong_way_round_shows_the_effect_the_wrong_way_round():
    runner = replace(STILL, mirrored_share=1.0, slopes={})
    made = trial(runner=runner, pairs=6, effect_pp=0.5, frozen={})
    assert made.difference == pytest.approx(np.full(6, -0.5))


def test_runs_in_laps_are_cut_where_laps_end():
    habits = STILL.habits
    training, lap = in_laps(np.random.default_rng(0), habits, LAPS, 2)
    duration = training.duration_s[0]
    of_one = lap[: duration.size]
    assert duration.max() <= 60.0
    assert duration.sum() == pytest.approx(500.0 + 6 * 200.0)
    for k in range(6):
        assert duration[of_one == k].sum() == pytest.approx(155.0)
        first = int(np.argmax(of_one == k))
        assert duration[:first].sum() == pytest.approx(500.0 + k * 200.0 + 45.0)
    assert training.start_s[0] == pytest.approx(
        training.gap_s[0, 0] + np.cumsum(duration) - duration
    )


def test_the_runner_remembers_as_the_stress_says():
    runner = STRESSES["remembering"].runner(draw_block_runner(np.random.default_rng(5)))
    gap_days = 7.0 / runner.runs_per_week
    assert runner.shared * np.exp(-gap_days / runner.tau_days) == pytest.approx(0.5)


@pytest.mark.parametrize("left_pct", [51.5, 48.5])
def test_a_start_moves_what_follows_it(left_pct):
    runner = replace(STILL, balance_left_pct=left_pct)
    protocol = StartProtocol(effect_pp=0.6, dates=28)
    made = simulate_start(np.random.default_rng(2), runner, SLOPES, protocol)
    after = made.day >= made.candidates[made.chosen]
    assert after.any()
    assert not after.all()
    assert made.value == pytest.approx(-1.5 + 0.6 * after)
    assert made.candidates == pytest.approx(made.candidates[0] + np.arange(28))
    assert made.chosen == start_index(made.seed, 28)
    assert made.day.min() >= made.candidates[0] - protocol.first_day
    assert made.day.max() < made.candidates[-1] + 1 + protocol.after_days
    assert made.minutes.min() >= 15.0


def test_a_routine_may_need_weeks():
    protocol = StartProtocol(effect_pp=1.0, builds_over_days=10.0)
    made = simulate_start(np.random.default_rng(2), STILL, SLOPES, protocol)
    since = made.day - made.candidates[made.chosen]
    assert made.value + 1.5 == pytest.approx(np.clip((since + 1.0) / 10.0, 0.0, 1.0), abs=1e-9)
