"""Comparisons and single runs taken apart, against dense algebra and against brute force."""

from dataclasses import replace

import numpy as np
import pytest

from evenstride.answers.block_rows import SLOPE_SDS
from evenstride.domain.moves import NoiseWithinRuns
from evenstride.stats.blocked import BlockedRuns
from evenstride.stats.comparison import (
    coefficients_weighed,
    level_under,
    power_of,
    power_of_runs,
    runs_differ,
)
from evenstride.stats.contrast_within import half_difference, plain_mean_se
from evenstride.stats.lanes import single_lane
from evenstride.stats.moves import fit_moves
from evenstride.stats.period_means import periods_differ
from evenstride.stats.simulation.block_noise import averaged_noise
from evenstride.stats.simulation.block_runner import draw_block_runner
from evenstride.stats.simulation.blocked import simulate_blocks

SCALE = 0.4
SLOPE_SD = SLOPE_SDS["balance_left_pct"]
NOISE = NoiseWithinRuns(
    white_sd=0.3, fast_sd=0.0, slow_sd=0.0, slow_tau_s=600.0, drift_sd_per_h=0.0
)
SPREAD, WALK, SHARE, TAU_DAYS = 0.5, 0.08, 0.4, 3.0
DAY = np.array([0.0, 1.0, 1.4, 4.0, 9.0, 9.5, 16.0, 17.0, 25.0, 26.0, 40.0, 41.0])
VALUE = 50.0 + np.array([1.0, 0.6, 1.3, 0.4, 0.9, 0.2, -0.3, 0.1, -0.5, 0.3, -0.8, -0.2])


def known_moves(value=VALUE):
    """Runs of one minute, of which all variances are known: all is Gaussian."""
    n = DAY.size
    blocks = BlockedRuns(
        run=np.arange(n),
        t_s=np.full(n, 900.0),
        duration_s=np.full(n, 60.0),
        value=value,
        conditions={"elapsed": np.zeros(n)},
        run_conditions={},
        day=DAY,
        sensor=np.zeros(n, dtype=np.intp),
    )
    lanes = single_lane(spread=SPREAD / SCALE, walk=WALK / SCALE, share=SHARE, tau_day=TAU_DAYS)
    return fit_moves(blocks, unit="pp", scale=SCALE, slope_sd=SLOPE_SD, noise=NOISE, lanes=lanes)


@pytest.mark.parametrize(
    ("a", "b"),
    [([0, 1, 2, 3], [8, 9, 10]), ([5], [6]), ([4, 7, 11], [0, 4]), ([10, 11], [0, 1])],
)
def test_where_all_is_gaussian_periods_differ_as_their_plain_means(a, b):
    a, b = np.array(a), np.array(b)
    weight = np.bincount(b, minlength=DAY.size) / b.size
    weight -= np.bincount(a, minlength=DAY.size) / a.size
    apart = np.abs(DAY[:, None] - DAY)
    shared = SHARE * SPREAD**2 * np.exp(-apart / TAU_DAYS)
    own = (1.0 - SHARE) * SPREAD**2 + NOISE.white_sd**2
    # Runs on both sides count twice, as if each side had its own.
    var = weight @ shared @ weight + own * (1.0 / a.size + 1.0 / b.size)
    found = periods_differ(known_moves(), a, b, day=DAY, unit="pp").difference
    assert found.value == pytest.approx(VALUE[b].mean() - VALUE[a].mean(), abs=2e-3)
    assert found.se == pytest.approx(np.sqrt(var), rel=5e-3)
    assert found.high - found.low == pytest.approx(3.92 * found.se, rel=5e-3)


def test_the_mean_of_a_period_is_between_its_runs_and_surer_than_one():
    runs = np.array([2, 3, 4, 8])
    found = periods_differ(known_moves(), runs, runs[:1], day=DAY, unit="%")
    assert found.a.value == pytest.approx(VALUE[runs].mean(), abs=2e-3)
    assert found.b.value == pytest.approx(VALUE[2], abs=2e-3)
    assert found.a.se < 0.7 * found.b.se


def test_a_wild_run_does_not_move_the_mean_of_its_period(mirrored_runner):
    blocks, moves = mirrored_runner[0]
    before, after = np.arange(8), np.arange(9, 18)
    usual = periods_differ(moves, before, after, day=blocks.day, unit="pp").difference
    wild = moves.at_reference.copy()
    wild[12] += 9.0
    found = periods_differ(
        replace(moves, at_reference=wild), before, after, day=blocks.day, unit="pp"
    ).difference
    assert abs(found.value - usual.value) < 0.3, "its share of 9 pp would be 1"


@pytest.mark.parametrize(("a", "b"), [(0, 1), (2, 11), (9, 3)])
def test_two_runs_differ_by_what_their_days_and_minutes_do(a, b):
    gap = float(DAY[b] - DAY[a])
    found = runs_differ(known_moves(), a, b, gap_days=gap, unit="pp")
    own = 2.0 * (1.0 - SHARE) * SPREAD**2
    shared = 2.0 * SHARE * SPREAD**2 * (1.0 - np.exp(-abs(gap) / TAU_DAYS))
    error = 2.0 * NOISE.white_sd**2
    assert found.lasting.value == pytest.approx(VALUE[b] - VALUE[a], abs=1e-9)
    assert found.lasting.se == pytest.approx(np.sqrt(own + shared + error), rel=5e-3)
    assert found.days.value == found.lasting.value
    assert found.days.se == pytest.approx(np.sqrt(error), rel=5e-3)


def test_the_power_is_how_often_such_runs_would_differ_clearly():
    found = runs_differ(known_moves(), 0, 11, gap_days=41.0, unit="pp")
    rng = np.random.default_rng(5)
    sd, reach = found.lasting.se, 0.5 * (found.lasting.high - found.lasting.low)
    drawn = rng.normal(0.0, sd, 200_000)
    for size in (0.0, 0.5, 1.0, 2.0):
        often = np.mean(np.abs(size + drawn) > reach)
        assert power_of_runs(found, size) == pytest.approx(often, abs=0.005)
        assert power_of(found.lasting, size) == pytest.approx(often, abs=0.005)
    assert power_of_runs(found, -1.0) == pytest.approx(power_of_runs(found, 1.0))


@pytest.fixture(scope="module")
def mirrored_runner():
    rng = np.random.default_rng(8)
    runner = replace(draw_block_runner(rng), sensors_pp=(0.2, -0.3))
    blocks, _ = simulate_blocks(rng, runner, runs=18)
    mirrored = replace(blocks, value=100.0 - blocks.value)
    return [
        (b, fit_moves(b, unit="pp", scale=SCALE, slope_sd=SLOPE_SD)) for b in (blocks, mirrored)
    ]


def every_estimate(blocks, moves):
    row = np.zeros(len(moves.names))
    row[moves.names.index("speed")] = 1.0
    found = runs_differ(moves, 3, 15, gap_days=float(blocks.day[15] - blocks.day[3]), unit="pp")
    return [
        found.lasting,
        found.days,
        periods_differ(moves, np.arange(4), np.arange(9, 18), day=blocks.day, unit="pp").difference,
        coefficients_weighed(moves, row, unit="pp"),
        replace_even(level_under(moves, 7, moves.conditions[7][None], unit="pp")[0]),
    ]


def replace_even(e):
    return replace(e, value=e.value - 50.0, low=e.low - 50.0, high=e.high - 50.0)


def test_the_mirrored_runner_differs_the_other_way(mirrored_runner):
    for e, m in zip(*(every_estimate(*one) for one in mirrored_runner), strict=True):
        assert m.value == pytest.approx(-e.value, abs=1e-6)
        assert (m.low, m.high) == pytest.approx((-e.high, -e.low), abs=1e-4)


def test_swapping_the_sides_turns_the_difference_round(mirrored_runner):
    blocks, moves = mirrored_runner[0]
    gap = float(blocks.day[15] - blocks.day[3])
    there, back = (
        runs_differ(moves, a, b, gap_days=g, unit="pp").lasting
        for a, b, g in ((3, 15, gap), (15, 3, -gap))
    )
    assert back.value == pytest.approx(-there.value)
    assert (back.low, back.high) == pytest.approx((-there.high, -there.low))


def test_at_reference_the_level_of_a_run_is_as_the_fit_has_it(mirrored_runner):
    _, moves = mirrored_runner[0]
    none = np.zeros((1, len(moves.names)))
    for run in (0, 9, 17):
        found = level_under(moves, run, none, unit="pp")[0]
        assert found.value == pytest.approx(moves.level[run])
        assert found.se == pytest.approx(moves.level_se[run], rel=0.15), "few lanes are kept"


def test_what_is_added_to_the_level_widens_it_by_what_is_unknown_of_it(mirrored_runner):
    _, moves = mirrored_runner[0]
    rows = np.zeros((2, len(moves.names)))
    rows[1, moves.names.index("speed")] = 3.0
    near, far = level_under(moves, 9, rows, unit="pp")
    step = moves.coefficient[moves.names.index("speed")]
    assert far.value - near.value == pytest.approx(3.0 * step)
    assert far.se > near.se


def out_and_back(rng, camber_pp, draws):
    """Return values of runs of 30 blocks out and 30 back with noise that remembers."""
    duration = np.full((draws, 60), 60.0)
    gap = np.zeros((draws, 60))
    fast = averaged_noise(rng, duration, gap, 32.0) * np.sqrt(0.7) * 0.5
    slow = averaged_noise(rng, duration, gap, 750.0) * np.sqrt(0.3) * 0.5
    out = np.arange(60) < 30
    return fast + slow + np.where(out, camber_pp, -camber_pp), out


REMEMBERS = NoiseWithinRuns(
    white_sd=1e-3,
    fast_sd=0.5 * np.sqrt(0.7 * 0.585),
    slow_sd=0.5 * np.sqrt(0.3 * 0.95),
    slow_tau_s=770.0,
    drift_sd_per_h=0.0,
)
MINUTES = {
    "t_s": 60.0 * np.arange(60) + 30.0,
    "duration_s": np.full(60, 60.0),
    "elapsed_h": (np.arange(60) + 0.5) / 60.0 - 0.25,
}


def half(value, out, **other):
    given = {
        "conditions": np.zeros((60, 0)),
        "coefficient": np.zeros(0),
        "covariance": np.zeros((0, 0)),
        "noise": REMEMBERS,
    } | other
    return half_difference(value, out, **MINUTES, **given, unit="pp")


def test_out_against_back_finds_the_camber_and_knows_its_error():
    values, out = out_and_back(np.random.default_rng(3), 0.4, 400)
    found = [half(value, out) for value in values]
    assert np.mean([e.value for e in found]) == pytest.approx(0.4, abs=0.02)
    inside = np.mean([e.low <= 0.4 <= e.high for e in found])
    assert 0.92 <= inside <= 0.98
    turned = half(values[0], ~out)
    assert turned.value == pytest.approx(-found[0].value)
    mirrored = half(-values[0], out)
    assert (mirrored.low, mirrored.high) == pytest.approx((-found[0].high, -found[0].low))


def test_what_pace_does_is_no_camber():
    out = np.arange(60) < 30
    faster = np.where(out, 0.5, -0.5)[:, None]
    known = {"conditions": faster, "coefficient": np.array([0.6])}
    exact = half(faster[:, 0] * 0.6, out, **known, covariance=np.zeros((1, 1)))
    assert exact.value == pytest.approx(0.0, abs=1e-9)
    unsure = half(faster[:, 0] * 0.6, out, **known, covariance=np.full((1, 1), 0.09))
    # Half of a metre a second, known to 0.3 pp per m/s, between the means of out and back.
    assert unsure.se**2 - exact.se**2 == pytest.approx((0.5 * 0.3) ** 2 * 12 / 70, rel=0.02)


def test_a_drift_of_the_run_makes_the_camber_less_sure():
    values, out = out_and_back(np.random.default_rng(4), 0.0, 1)
    drifting = replace(REMEMBERS, drift_sd_per_h=0.7)
    assert half(values[0], out, noise=drifting).se > 1.15 * half(values[0], out).se


def test_a_few_minutes_of_one_way_are_no_test():
    values, _ = out_and_back(np.random.default_rng(4), 0.0, 1)
    assert half(values[0], np.arange(60) < 3) is None


def test_the_error_of_a_plain_mean_is_how_such_means_scatter():
    values, _ = out_and_back(np.random.default_rng(6), 0.0, 4000)
    drift = np.random.default_rng(7).normal(0.0, 0.6, (4000, 1)) * MINUTES["elapsed_h"]
    se = plain_mean_se(**MINUTES, noise=replace(REMEMBERS, drift_sd_per_h=0.6))
    assert se == pytest.approx((values + drift).mean(axis=1).std(), rel=0.06)
