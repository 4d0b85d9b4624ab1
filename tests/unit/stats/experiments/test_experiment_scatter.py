"""How pairs scatter: against arithmetic, and against noise drawn second by second in effect."""

from dataclasses import replace

import numpy as np
import pytest

from evenstride.answers.block_rows import SLOPE_SDS
from evenstride.domain.errors import InputError
from evenstride.domain.experiment import OUTCOMES
from evenstride.domain.moves import DaySpread, NoiseWithinRuns
from evenstride.stats.experiments.scatter import (
    Shape,
    across_runs_scatter,
    default_scatter,
    drift_scatter,
    pairs_that_fit,
    run_scatter,
    start_covariance,
    within_run_scatter,
)
from evenstride.stats.moves import fit_moves
from evenstride.stats.simulation.block_noise import averaged_noise, averaged_variance
from evenstride.stats.simulation.block_runner import BlockRunner
from evenstride.stats.simulation.blocked import simulate_blocks

SILENT = NoiseWithinRuns(
    white_sd=0.0, fast_sd=0.0, slow_sd=0.0, slow_tau_s=600.0, drift_sd_per_h=0.0
)
WHITE = replace(SILENT, white_sd=0.2)
OWN = DaySpread(
    weight=np.array([0.8, 0.2]),
    var=np.array([0.1, 0.5]),
    shared_var=0.04,
    shared_tau_days=3.0,
    walk_var_per_day=0.0,
)


@pytest.fixture(scope="module")
def fitted():
    runner = BlockRunner(slopes={"speed": 0.6, "elapsed": 0.4, "shoe:A": 0.2, "shoe:B": -0.2})
    blocks, _ = simulate_blocks(np.random.default_rng(5), runner, runs=40)
    return fit_moves(
        blocks, unit="pp", scale=0.4, slope_sd=SLOPE_SDS["balance_left_pct"], noise=None
    )


@pytest.fixture
def quiet(fitted):
    """Days as in `OWN`, no noise within runs, and coefficients that are known."""
    return replace(
        fitted,
        days=OWN,
        day_sd=0.5,
        noise=SILENT,
        coefficient=np.zeros_like(fitted.coefficient),
        covariance=np.zeros_like(fitted.covariance),
    )


def var_of(scatter):
    assert scatter.weight.sum() == pytest.approx(1.0)
    assert (scatter.var > 0.0).all()
    return scatter.sd**2


# Within a run


def test_white_noise_of_two_laps_falls_with_what_is_left_of_them():
    found = within_run_scatter(WHITE, lap_s=270.0, settling_s=30.0)
    assert var_of(found) == pytest.approx(2.0 * 0.2**2 / 4.0)


def test_a_drift_moves_the_later_lap_by_a_lap():
    found = within_run_scatter(replace(SILENT, drift_sd_per_h=0.6), lap_s=360.0, settling_s=60.0)
    assert var_of(found) == pytest.approx((0.6 * 0.1) ** 2)


def test_noise_that_outlasts_both_laps_falls_out():
    forever = replace(SILENT, slow_sd=1.0, slow_tau_s=1e9)
    assert within_run_scatter(forever, lap_s=240.0, settling_s=30.0).sd < 1e-3


@pytest.mark.parametrize(("lap_s", "settling_s"), [(120.0, 30.0), (240.0, 30.0), (500.0, 45.0)])
def test_laps_scatter_as_laps_of_simulated_noise_do(lap_s, settling_s):
    noise = NoiseWithinRuns(
        white_sd=0.2,
        fast_sd=0.4 * np.sqrt(averaged_variance(60.0, 32.0)),
        slow_sd=0.3,
        slow_tau_s=700.0,
        drift_sd_per_h=0.6,
    )
    rng = np.random.default_rng(11)
    runs = 40_000
    window = np.full((runs, 2), lap_s - settling_s)
    gap = np.full((runs, 2), settling_s)
    laps = 0.4 * averaged_noise(rng, window, gap, 32.0)
    laps += 0.3 * averaged_noise(rng, window, gap, 700.0)
    laps += 0.2 * np.sqrt(60.0 / window) * rng.standard_normal(window.shape)
    laps[:, 1] += 0.6 * rng.standard_normal(runs) * lap_s / 3600.0
    # The SD of 40,000 is known to 0.35 %.
    predicted = within_run_scatter(noise, lap_s=lap_s, settling_s=settling_s).sd
    assert np.diff(laps, axis=1).std() == pytest.approx(predicted, rel=0.014)


def test_too_little_left_of_a_lap_is_refused():
    with pytest.raises(InputError, match="too little"):
        within_run_scatter(WHITE, lap_s=60.0, settling_s=40.0)
    with pytest.raises(InputError):
        within_run_scatter(WHITE, lap_s=float("nan"), settling_s=0.0)


def test_pairs_of_laps_fit_after_the_warm_up():
    assert pairs_that_fit(run_minutes=50.0, lap_s=300.0, warm_up_s=600.0) == 4
    assert pairs_that_fit(run_minutes=49.0, lap_s=300.0, warm_up_s=600.0) == 3
    assert pairs_that_fit(run_minutes=5.0, lap_s=300.0, warm_up_s=600.0) == 0


# Across runs


def test_two_days_differ_by_both_own_parts_and_what_they_no_longer_share(quiet):
    own = 2.0 * (0.8 * 0.1 + 0.2 * 0.5)
    same_day = across_runs_scatter(quiet, gap_days=0.0, run_minutes=45.0)
    assert var_of(same_day) == pytest.approx(own)
    three = across_runs_scatter(quiet, gap_days=3.0, run_minutes=45.0)
    assert var_of(three) == pytest.approx(own + 2.0 * 0.04 * (1.0 - np.exp(-1.0)))
    apart = across_runs_scatter(quiet, gap_days=1e6, run_minutes=45.0)
    assert var_of(apart) == pytest.approx(own + 2.0 * 0.04)


def test_the_mixture_keeps_its_tails(quiet):
    found = across_runs_scatter(quiet, gap_days=0.0, run_minutes=45.0)
    fourth = 3.0 * (found.weight @ found.var**2)
    pairs = [(0.64, 0.2), (0.32, 0.6), (0.04, 1.0)]
    assert fourth == pytest.approx(3.0 * sum(w * v**2 for w, v in pairs), rel=1e-9)


def test_a_level_that_walks_parts_runs_by_the_days_between_them(quiet):
    walks = replace(quiet, days=replace(OWN, walk_var_per_day=0.01))
    with_walk, without = (
        var_of(across_runs_scatter(m, gap_days=4.0, run_minutes=45.0)) for m in (walks, quiet)
    )
    assert with_walk - without == pytest.approx(0.04)


def test_a_sensor_that_fails_is_no_part_of_the_scatter(quiet):
    failing = DaySpread(
        weight=np.array([0.796, 0.199, 0.005]),
        var=np.array([0.1, 0.5, 1e4]),
        shared_var=0.04,
        shared_tau_days=3.0,
    )
    found, plain = (
        across_runs_scatter(replace(quiet, days=d), gap_days=2.0, run_minutes=45.0)
        for d in (failing, OWN)
    )
    assert found.sd == pytest.approx(plain.sd)


def test_noise_within_runs_comes_on_top_and_less_of_it_in_longer_runs(quiet):
    noisy = replace(quiet, noise=WHITE)

    def added(minutes):
        apart = (across_runs_scatter(m, gap_days=2.0, run_minutes=minutes) for m in (noisy, quiet))
        with_noise, without = map(var_of, apart)
        return with_noise - without

    assert added(40.0) == pytest.approx(2.0 * 0.2**2 / 40.0)
    assert added(10.5) == pytest.approx(2.0 * 0.2**2 / 10.5)


def test_a_drift_counts_as_far_as_a_run_is_not_about_its_reference(quiet):
    drifting = replace(quiet, noise=replace(SILENT, drift_sd_per_h=0.6))

    def sd(minutes):
        return across_runs_scatter(drifting, gap_days=0.0, run_minutes=minutes).sd

    # The middle of a run of half an hour is a quarter of an hour into it.
    assert sd(30.0) == pytest.approx(np.sqrt(2.0 * 0.18))
    assert sd(90.0) == pytest.approx(np.sqrt(2.0 * (0.18 + (0.6 * 0.5) ** 2)))


def test_pace_that_is_not_adjusted_for_scatters_runs(quiet, fitted):
    slope = np.zeros_like(fitted.coefficient)
    slope[fitted.names.index("speed")] = 0.6
    moved = replace(quiet, coefficient=slope)
    apart = 0.6 * np.diff(fitted.conditions[:, fitted.names.index("speed")])
    adjusted, raw = (
        var_of(across_runs_scatter(moved, gap_days=2.0, run_minutes=45.0, adjusted=a))
        for a in (None, ("elapsed",))
    )
    assert raw - adjusted == pytest.approx(np.mean(apart**2))
    assert adjusted == pytest.approx(
        var_of(across_runs_scatter(quiet, gap_days=2.0, run_minutes=45.0))
    )
    named = across_runs_scatter(moved, gap_days=2.0, run_minutes=45.0, adjusted=("speed",))
    assert var_of(named) == pytest.approx(adjusted)
    # Of runs all at one pace there is nothing to adjust for.
    same = np.zeros(len(fitted.conditions), dtype=bool)
    same[3] = True
    alike = across_runs_scatter(moved, gap_days=2.0, run_minutes=45.0, adjusted=(), comparable=same)
    assert var_of(alike) == pytest.approx(adjusted)


def test_what_is_not_known_of_a_slope_scatters_adjusted_runs(quiet, fitted):
    at = fitted.names.index("speed")
    cov = np.zeros_like(fitted.covariance)
    cov[at, at] = 0.3**2
    vague = across_runs_scatter(replace(quiet, covariance=cov), gap_days=2.0, run_minutes=45.0)
    known = across_runs_scatter(quiet, gap_days=2.0, run_minutes=45.0)
    apart = 0.3 * np.diff(fitted.conditions[:, at])
    assert var_of(vague) - var_of(known) == pytest.approx(np.mean(apart**2))


def test_a_pair_cannot_be_less_than_no_days_apart(quiet):
    for gap_days in (-1.0, float("nan")):
        with pytest.raises(InputError):
            across_runs_scatter(quiet, gap_days=gap_days, run_minutes=45.0)
    with pytest.raises(InputError):
        across_runs_scatter(quiet, gap_days=1.0, run_minutes=0.0)


def test_a_fit_knows_of_how_the_level_walks(fitted):
    said = start_covariance(fitted)
    assert set(said) == {"walk_per_day", "shared", "shared_tau_days", "own"}
    # What is believed beforehand allows 0.02 pp a day, the walk of this runner, and not none.
    assert 1e-5 < said["walk_per_day"] < 0.02
    assert said["own"] > said["shared"] > 0.0
    single = run_scatter(fitted, run_minutes=45.0)
    assert single.sd**2 > said["own"]


# Drift


def test_a_drift_is_known_as_well_as_a_line_through_minutes(quiet):
    noisy = replace(quiet, noise=WHITE)
    hours = (np.arange(40) - 19.5) / 60.0
    assert var_of(drift_scatter(noisy, run_minutes=40.0)) == pytest.approx(
        2.0 * 0.2**2 / (hours @ hours)
    )
    own = replace(quiet, noise=replace(WHITE, drift_sd_per_h=0.6))
    assert var_of(drift_scatter(own, run_minutes=40.0)) == pytest.approx(
        2.0 * (0.2**2 / (hours @ hours) + 0.6**2)
    )
    with pytest.raises(InputError, match="10 minutes"):
        drift_scatter(own, run_minutes=5.0)


# Nobody known yet


@pytest.mark.parametrize("within_run", [True, False])
def test_measures_scatter_like_one_another_by_default(within_run):
    balance, contact = (
        default_scatter(OUTCOMES[name], within_run=within_run, shape=Shape()).sd
        for name in ("toward_even", "contact_time")
    )
    assert contact / balance == pytest.approx(6.0 / 0.4)


def test_default_days_are_typical_ones_and_laps_scatter_less():
    shape = Shape(gap_days=30.0)
    days = default_scatter(OUTCOMES["balance"], within_run=False, shape=shape)
    laps = default_scatter(OUTCOMES["balance"], within_run=True, shape=shape)
    core = np.sqrt(days.var[np.argmax(days.weight)])
    assert np.sqrt(2.0) * 0.4 < core < np.sqrt(2.0) * 0.55
    assert laps.sd < 0.6 * days.sd
    assert default_scatter(OUTCOMES["rating"], within_run=False, shape=shape).sd > 1.0
    drift = default_scatter(OUTCOMES["drift"], within_run=False, shape=shape).sd
    assert drift > np.sqrt(2.0) * 0.6
