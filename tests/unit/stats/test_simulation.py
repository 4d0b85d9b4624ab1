"""The simulated runner is repeatable, has two sides, looks like real runs, and tells the truth."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenstride.domain.errors import InputError
from evenstride.domain.recording import SAMPLES_SCHEMA
from evenstride.formats.fit.encode import encode_run
from evenstride.stats.simulation import (
    LevelChange,
    RunnerTruth,
    RunPlan,
    SimulatedRun,
    Stretch,
    demo_runner,
    demo_year,
    draw_runner,
    hill,
    park_loop,
    plan_run,
    simulate_run,
    simulate_year,
    streets,
    track,
)
from evenstride.stats.simulation.course import METRES_PER_DEG, Course, ground_at

if TYPE_CHECKING:
    from evenstride.domain.estimate import FloatArray

START = date(2025, 1, 6)
AT = datetime(2025, 1, 6, 20, 10, tzinfo=UTC)
KINDS = ("easy", "long", "tempo", "intervals", "track", "hills", "treadmill")
STILL = RunnerTruth(
    bend_pp_per_m_s2=0.0,
    run_drift_sd_pp_per_h=0.0,
    day_to_day_sd_pp=0.0,
    wild_share=0.0,
    noise_sd_pp=0.0,
    zero_share=0.0,
    gct_day_sd_ms=0.0,
    cadence_day_sd_spm=0.0,
)


@pytest.fixture(scope="module")
def year() -> list[SimulatedRun]:
    return demo_year(START, seed=3)


def column(run: SimulatedRun, name: str) -> FloatArray:
    return run.recording.samples[name].to_numpy().astype(np.float64)


def steady(seconds: int, speed_m_s: float = 2.8, course: Course | None = None) -> RunPlan:
    return RunPlan(AT, 0.0, "easy", (Stretch(seconds, speed_m_s),), course)


def settled(run: SimulatedRun) -> FloatArray:
    """Balance of running seconds well after the start."""
    balance = column(run, "balance_left_pct")
    balance[column(run, "speed_m_s") < 2.0] = np.nan
    balance[:120] = np.nan
    return balance


def test_the_same_seed_gives_the_same_runs_and_another_gives_others() -> None:
    def fortnight(seed: int) -> list[SimulatedRun]:
        return simulate_year(demo_runner(), np.random.default_rng(seed), start_date=START, days=14)

    a, b, c = fortnight(1), fortnight(1), fortnight(2)
    assert [x.recording.run for x in a] == [x.recording.run for x in b]
    for x, y in zip(a, b, strict=True):
        assert x.recording.samples.equals(y.recording.samples)
    assert not a[0].recording.samples.equals(c[0].recording.samples)


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_mirrored_runner_gives_mirrored_runs(seed: int) -> None:
    truth = replace(draw_runner(np.random.default_rng(seed)), wild_share=0.2)
    pair = [
        simulate_year(who, np.random.default_rng(seed), start_date=START, days=21)
        for who in (truth, truth.mirrored())
    ]
    for run, mirrored in zip(*pair, strict=True):
        left, right = column(run, "balance_left_pct"), column(mirrored, "balance_left_pct")
        assert np.array_equal(left, 100.0 - right, equal_nan=True)
        assert np.nanmax(np.abs(left - right)) > 0
        assert run.truth.balance_at_reference_pct + mirrored.truth.balance_at_reference_pct == (
            pytest.approx(100.0)
        )
        others = pl.exclude("balance_left_pct")
        assert run.recording.samples.select(others).equals(
            mirrored.recording.samples.select(others)
        )


def test_mirroring_twice_changes_nothing() -> None:
    truth = draw_runner(np.random.default_rng(4))
    again = truth.mirrored().mirrored()
    assert again.balance_left_pct == pytest.approx(truth.balance_left_pct, abs=1e-12)
    assert replace(again, balance_left_pct=truth.balance_left_pct) == truth


@pytest.mark.parametrize("kind", [pytest.param(k, id=f"{k} run") for k in KINDS])
def test_samples_are_what_a_watch_writes(kind: str) -> None:
    rng = np.random.default_rng(8)
    run = simulate_run(demo_runner(), plan_run(kind, demo_runner(), START, 20, rng), rng)
    samples = run.recording.samples
    assert dict(samples.schema) == SAMPLES_SCHEMA
    t_s = column(run, "t_s")
    assert t_s[0] == 0.0
    assert (np.diff(t_s) >= 1.0).all()
    assert (np.diff(column(run, "distance_m")) >= 0.0).all()
    # Missing is null, never 0, and never NaN.
    for name in ("balance_left_pct", "gct_ms", "step_length_mm", "vertical_ratio_pct"):
        assert samples[name].null_count() > 0
        assert samples[name].is_nan().sum() == 0
        assert samples[name].min() > 0
    balance = samples["balance_left_pct"].drop_nulls().to_numpy()
    assert np.array_equal(balance * 32, np.rint(balance * 32))
    lap = samples["lap"].to_numpy()
    assert set(lap.tolist()) == {one.number for one in run.recording.laps}
    assert run.recording.laps[-1].trigger == "session_end"
    assert sum(one.distance_m for one in run.recording.laps) == pytest.approx(
        run.recording.run.distance_m
    )
    assert (samples["lat_deg"].null_count() == samples.height) == (kind == "treadmill")
    sports = {"treadmill": "treadmill_running", "track": "track_running"}
    assert run.recording.run.sport == sports.get(kind, "running")
    assert encode_run(run.recording)  # raises where a value lies outside FIT's ranges
    for values in run.truth.contributions_pp.values():
        assert values.shape == (samples.height,)


def test_drawn_runners_stay_within_fit_ranges() -> None:
    rng = np.random.default_rng(21)
    for _ in range(10):
        truth = draw_runner(rng)
        for kind in ("intervals", "hills"):
            run = simulate_run(truth, plan_run(kind, truth, START, 200, rng), rng)
            assert encode_run(run.recording)
            moving = column(run, "speed_m_s") > 2.2
            assert 140 < np.nanmean(column(run, "cadence_spm")[moving]) < 215
            assert 150 < np.nanmean(column(run, "gct_ms")[moving]) < 330


def test_a_pause_leaves_no_samples_and_does_not_tire() -> None:
    rng = np.random.default_rng(2)
    stretches = (Stretch(100, 2.8), Stretch(50, 0.0, paused=True), Stretch(100, 2.8))
    tiring = replace(STILL, elapsed_pp_per_h=3.6)
    run = simulate_run(tiring, RunPlan(AT, 0.0, "easy", stretches, None), rng)
    assert run.recording.pauses == ((100.0, 150.0),)
    t_s = column(run, "t_s")
    assert t_s.size == 200 == run.recording.run.duration_s
    assert not ((t_s >= 100) & (t_s < 150)).any()
    elapsed = run.truth.contributions_pp["elapsed"]
    assert np.allclose(np.diff(elapsed), 0.001)


def test_a_plan_without_a_recorded_second_is_refused() -> None:
    plan = RunPlan(AT, 0.0, "easy", (Stretch(50, 0.0, paused=True),), None)
    with pytest.raises(InputError, match="one second"):
        simulate_run(STILL, plan, np.random.default_rng(0))


def test_autocorrelation_is_that_of_real_files(year: list[SimulatedRun]) -> None:
    # Real files: about .98/.79/.53/.30/.1-.2 at 1/10/30/60/300 s.
    lags = (1, 10, 30, 60, 300)
    found = []
    for run in year:
        if run.plan.kind not in ("easy", "long"):
            continue
        x = settled(run)
        x -= np.nanmean(x)
        found.append([np.nanmean(x[:-k] * x[k:]) / np.nanmean(x * x) for k in lags])
    typical = np.median(found, axis=0)
    assert typical == pytest.approx([0.98, 0.79, 0.53, 0.30, 0.15], abs=0.09)
    assert typical[0] == pytest.approx(0.975, abs=0.012)


def test_spread_within_a_run_is_that_asked_for() -> None:
    rng = np.random.default_rng(9)
    sds = [np.nanstd(settled(simulate_run(
        replace(STILL, noise_sd_pp=0.5), steady(5400), rng))) for _ in range(30)]  # fmt: skip
    assert np.mean(sds) == pytest.approx(0.47, abs=0.03)  # 0.5 less what the run's own mean takes


def test_gaps_make_up_the_share_asked_for() -> None:
    rng = np.random.default_rng(10)
    truth = replace(STILL, zero_share=0.03)
    share = np.mean([np.isnan(settled(simulate_run(truth, steady(3600), rng))[120:]).mean()
                     for _ in range(20)])  # fmt: skip
    assert share == pytest.approx(0.03, abs=0.006)


def test_starts_are_blind_then_wild() -> None:
    rng = np.random.default_rng(12)
    firsts, wild, calm = [], [], []
    for _ in range(60):
        balance = column(simulate_run(STILL, steady(200), rng), "balance_left_pct")
        firsts.append(int(np.argmin(np.isnan(balance))))
        wild.append(balance[9] - 50.0)
        calm.append(balance[100] - 50.0)
    assert 3 <= min(firsts) < max(firsts) <= 8
    assert np.std(wild) > 0.5
    assert np.std(calm) < 0.05


def test_walking_is_silent_at_times_and_standing_always() -> None:
    rng = np.random.default_rng(13)
    plan = RunPlan(
        AT, 0.0, "easy", (Stretch(60, 1.5), Stretch(30, 0.0), Stretch(100, 2.8)), course=None
    )
    silent = []
    for _ in range(60):
        run = simulate_run(STILL, plan, rng)
        gone = np.isnan(column(run, "balance_left_pct"))
        silent.append(gone[:60].all())
        assert gone[60:90].all()
        assert (column(run, "cadence_spm")[60:90] == 0).all()
    assert 0.3 < np.mean(silent) < 0.7


def test_days_spread_as_asked_with_heavy_tails() -> None:
    truth = replace(STILL, day_to_day_sd_pp=0.4, day_to_day_shared=0.0, wild_share=0.02)
    rng = np.random.default_rng(22)
    runs = [simulate_run(truth, steady(2), rng).truth for _ in range(1500)]
    offset_pp = np.array([run.day_offset_pp for run in runs])
    wild = np.array([run.wild for run in runs])
    assert np.std(offset_pp[~wild]) == pytest.approx(0.4, abs=0.05)
    assert wild.mean() == pytest.approx(0.02, abs=0.012)
    assert np.std(offset_pp[wild]) > 2.0
    # In real histories the kurtosis of run-to-run differences is 4 to 42.
    difference = np.diff(offset_pp)
    assert np.mean(difference**4) / np.mean(difference**2) ** 2 > 4.0


def test_neighbouring_days_are_alike() -> None:
    shared = replace(STILL, day_to_day_sd_pp=0.4, day_to_day_shared=0.999)
    runs = simulate_year(shared, np.random.default_rng(23), start_date=START)
    offset_pp = np.array([run.truth.day_offset_pp for run in runs])
    assert np.std(offset_pp) == pytest.approx(0.4, abs=0.1)
    # About two days lie between runs; the time constant is four.
    neighbours = np.corrcoef(offset_pp[:-1], offset_pp[1:])[0, 1]
    assert neighbours == pytest.approx(np.exp(-2.1 / 4.0), abs=0.2)


def test_the_level_walks_as_far_as_asked() -> None:
    walking = replace(STILL, level_walk_pp=0.05)
    moved = [
        np.diff([run.truth.level_pct for run in simulate_year(
            walking, np.random.default_rng(seed), start_date=START, days=42)])
        for seed in range(24, 34)
    ]  # fmt: skip
    # About two days lie between runs.
    assert np.std(np.concatenate(moved)) == pytest.approx(0.05 * np.sqrt(2.1), rel=0.25)


def blocks_of(run: SimulatedRun) -> FloatArray:
    """Minute means of running: balance, speed, hours since 15 min, grade and bend as they are."""
    balance, speed = settled(run), column(run, "speed_m_s")
    elapsed_h = (column(run, "t_s") - 900.0) / 3600.0
    grade, bend = (run.truth.contributions_pp[k] for k in ("grade", "bend"))
    rows = np.column_stack((balance, speed, elapsed_h, grade, bend))
    whole = rows[: rows.shape[0] // 60 * 60].reshape(-1, 60, 5)
    means = whole.mean(axis=1)
    return means[~np.isnan(means).any(axis=1)]


def test_truth_can_be_recovered_from_block_means() -> None:
    truth = replace(
        STILL,
        balance_left_pct=48.0,
        noise_sd_pp=0.5,
        speed_pp_per_m_s=-0.6,
        elapsed_pp_per_h=-0.8,
        grade_pp_per_pct=0.1,
        bend_pp_per_m_s2=0.4,
        day_to_day_sd_pp=0.3,
    )
    rng = np.random.default_rng(14)
    designs, surpluses = [], []
    for k in range(12):
        for kind in ("tempo", "track", "hills", "easy"):
            plan = plan_run(kind, truth, START, k, rng)
            # Without stops, so that time on the clock is running time.
            plan = replace(plan, stretches=tuple(s for s in plan.stretches if s.speed_m_s > 2.0))
            run = simulate_run(truth, plan, rng)
            b = blocks_of(run)
            faster_m_s = b[:, 1] - truth.reference_speed_m_s
            designs.append(np.column_stack((faster_m_s, *b[:, 2:].T, np.ones(len(b)))))
            surpluses.append(b[:, 0] - run.truth.balance_at_reference_pct)
    x = np.vstack(designs)
    found, *_ = np.linalg.lstsq(x, np.concatenate(surpluses), rcond=None)
    speed, elapsed, grade, bend, rest = found
    assert speed == pytest.approx(-0.6, abs=0.12)
    assert elapsed == pytest.approx(-0.8, abs=0.25)
    # Grade and bend enter as contributions in pp: their coefficient is 1.
    assert grade == pytest.approx(1.0, abs=0.25)
    assert bend == pytest.approx(1.0, abs=0.30)
    assert rest == pytest.approx(0.0, abs=0.08)


def test_drift_of_a_run_is_in_its_balance() -> None:
    truth = replace(STILL, run_drift_sd_pp_per_h=2.0)
    rng = np.random.default_rng(15)
    for _ in range(5):
        run = simulate_run(truth, steady(3600), rng)
        balance, hours = settled(run), column(run, "t_s") / 3600.0
        read = ~np.isnan(balance)
        slope = np.polyfit(hours[read], balance[read], 1)[0]
        assert slope == pytest.approx(run.truth.drift_pp_per_h, abs=0.03)


@pytest.mark.parametrize(("clockwise", "sign"), [(False, 1.0), (True, -1.0)])
def test_left_bends_push_left_where_the_slope_is_positive(clockwise: bool, sign: float) -> None:
    truth = replace(STILL, bend_pp_per_m_s2=1.0)
    plan = steady(1200, 4.0, track(6000.0, clockwise=clockwise))
    run = simulate_run(truth, plan, np.random.default_rng(16))
    # v²/R on 57.6 % of the lap: 16/36.5 x 0.576.
    mean_pp = np.nanmean(settled(run)) - 50.0
    assert mean_pp == pytest.approx(sign * 16.0 / 36.5 * 0.576, abs=0.04)


def test_the_track_is_as_long_and_round_as_a_track() -> None:
    grid_m = np.arange(0.0, 5 * 398.1, 1.0)
    ground = ground_at(track(3000.0), grid_m)
    turned = np.sum(ground.curvature_per_m) * 1.0
    assert turned == pytest.approx(5 * 2 * np.pi, rel=0.01)
    assert np.ptp(ground.x_m) == pytest.approx(84.39 + 73.0, abs=3.0)
    assert np.ptp(ground.y_m) == pytest.approx(73.0, abs=3.0)


def test_bends_on_the_map_are_the_bends_of_the_truth() -> None:
    rng = np.random.default_rng(17)
    distance_m = np.arange(0.0, 5000.0, 1.0)
    courses = (
        streets(6000.0, rng),
        hill(6000.0, rng, climb_m=350.0, rise_m=17.0),
        park_loop(6000.0, rng, clockwise=True),
        track(6000.0),
    )
    for course in courses:
        ground = ground_at(course, distance_m)
        heading = np.unwrap(np.arctan2(np.diff(ground.y_m), np.diff(ground.x_m)))
        turned = np.cumsum(ground.curvature_per_m)[1:-1]
        difference = heading[1:] - turned[: heading.size - 1]
        assert np.std(difference) < 0.12
        assert np.abs(np.hypot(np.diff(ground.x_m), np.diff(ground.y_m)) - 1.0).max() < 0.35
        climbed = np.cumsum(ground.grade_pct) / 100.0
        assert np.std(ground.altitude_m - climbed) < 0.5


def test_streets_lead_home_and_a_park_loop_nearly_so() -> None:
    rng = np.random.default_rng(18)
    for _ in range(5):
        there_and_back = ground_at(streets(8000.0, rng), np.array([0.0, 4000.0, 8000.0]))
        x, y = there_and_back.x_m, there_and_back.y_m
        assert np.hypot(x[2] - x[0], y[2] - y[0]) < 30.0
        assert np.hypot(x[1] - x[0], y[1] - y[0]) > 300.0
        loop = ground_at(park_loop(8000.0, rng, clockwise=False), np.arange(0.0, 8000.0, 10.0))
        assert np.hypot(loop.x_m[-1], loop.y_m[-1]) < np.hypot(loop.x_m, loop.y_m).max()


def test_positions_follow_the_distance(year: list[SimulatedRun]) -> None:
    for run in year[:12]:
        if run.plan.course is None:
            continue
        lat, lon = column(run, "lat_deg"), column(run, "lon_deg")
        north_m = np.diff(lat[::10]) * METRES_PER_DEG
        east_m = np.diff(lon[::10]) * METRES_PER_DEG * np.cos(np.radians(45.0))
        gps_m = np.hypot(north_m, east_m).sum()
        assert gps_m == pytest.approx(run.recording.run.distance_m, rel=0.05)


def test_faster_is_shorter_on_the_ground_and_quicker() -> None:
    rng = np.random.default_rng(19)
    slow, fast = (simulate_run(STILL, steady(1800, v), rng) for v in (2.6, 3.6))
    ratio = np.nanmean(column(fast, "gct_ms")[60:]) / np.nanmean(column(slow, "gct_ms")[60:])
    assert ratio == pytest.approx((3.6 / 2.6) ** -0.36, abs=0.01)
    gained = column(fast, "cadence_spm")[60:].mean() - column(slow, "cadence_spm")[60:].mean()
    assert gained == pytest.approx(7.0, abs=0.7)


def test_an_effect_moves_the_run_and_a_reversed_sensor_exchanges_the_sides() -> None:
    truth = replace(STILL, balance_left_pct=48.0)

    def mean(**changes: object) -> float:
        plan = replace(steady(900), **changes)  # type: ignore[arg-type]
        return float(np.nanmean(settled(simulate_run(truth, plan, np.random.default_rng(20)))))

    assert mean() == pytest.approx(48.0, abs=0.02)
    assert mean(effect_pp=0.5) == pytest.approx(48.5, abs=0.02)
    assert mean(sensor_reversed=True) == pytest.approx(52.0, abs=0.02)


def test_levels_change_when_planned() -> None:
    ramp = LevelChange(day=10.0, shift=0.8, over_days=20.0)
    assert [ramp.on(d) for d in (0, 10, 20, 30, 99)] == pytest.approx([0, 0, 0.4, 0.8, 0.8])
    step = LevelChange(day=10.0, shift=-1.0)
    assert [step.on(d) for d in (9.9, 10.0)] == [0.0, -1.0]
    truth = RunnerTruth(balance_changes=(ramp, step), gct_changes=(step,), cadence_changes=(ramp,))
    assert truth.balance_level_pct(20.0) == pytest.approx(49.4)
    assert truth.gct_level_ms(20.0) == pytest.approx(249.0)
    assert truth.cadence_level_spm(40.0) == pytest.approx(168.8)


def test_without_a_sensor_there_is_no_balance() -> None:
    bare = simulate_run(replace(STILL, sensors=()), steady(300), np.random.default_rng(1))
    assert bare.recording.run.sensor is None
    assert bare.recording.run.session_balance_left_pct is None
    assert bare.recording.samples["balance_left_pct"].null_count() == 300


def test_the_demo_year_is_a_believable_calendar(year: list[SimulatedRun]) -> None:
    assert 160 <= len(year) <= 180
    starts = [r.recording.run.started_at_utc for r in year]
    assert starts == sorted(starts)
    assert len({r.truth.day for r in year}) == len(year)
    weeks = Counter(int(r.truth.day) // 7 for r in year)
    whole = [weeks[w] for w in range(52) if weeks[w] and w not in (16, 17, 36, 37)]
    assert set(whole) <= {3, 4, 5}
    gaps = np.diff([r.truth.day for r in year])
    assert sorted(gaps)[-2] >= 7
    assert {r.plan.kind for r in year} == set(KINDS)
    hours = {(r.recording.run.started_at_utc.hour - 2) % 24 for r in year}
    assert hours <= {7, 18}
    assert any(r.recording.pauses for r in year)
    shown = np.concatenate([column(r, "balance_left_pct") for r in year])
    assert 0.01 < np.isnan(shown).mean() < 0.12


def test_the_demo_runner_is_who_the_docstring_says(year: list[SimulatedRun]) -> None:
    level = np.array([r.truth.level_pct for r in year])
    day = np.array([r.truth.day for r in year])
    assert level[day < 30].mean() == pytest.approx(48.4, abs=0.2)
    assert level[day > 340].mean() - level[day < 30].mean() == pytest.approx(0.8, abs=0.35)
    sensors = [r.recording.run.sensor for r in year]
    names = [s.name for s in sensors if s is not None]
    assert len(names) == len(year)
    change = names.index("Running Dynamics Pod")
    assert set(names[:change]) == {"HRM-Run"}
    assert set(names[change:]) == {"Running Dynamics Pod"}
    assert 175 < day[change] < 192
    offsets = np.array([r.truth.sensor_offset_pp for r in year])
    assert set(offsets[change:]) == {-0.3}

    def gct(those: np.ndarray) -> float:
        return float(np.mean([r.truth.gct_ms for r, keep in zip(year, those, strict=True) if keep]))

    assert gct(day < 60) - gct(day > 300) == pytest.approx(5.5, abs=2.5)
    tempo = np.concatenate([
        settled(r)[c > 3.3] - r.truth.balance_at_reference_pct
        for r in year if r.plan.kind == "tempo"
        for c in (column(r, "speed_m_s"),)
    ])  # fmt: skip
    assert np.nanmean(tempo) < -0.25  # further right at tempo


def test_session_balance_is_the_mean_of_what_was_read(year: list[SimulatedRun]) -> None:
    for run in year[:10]:
        mean = np.nanmean(column(run, "balance_left_pct"))
        assert run.recording.run.session_balance_left_pct == pytest.approx(mean, abs=1e-4)
