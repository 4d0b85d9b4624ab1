"""The whole of one recording."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from evenstride.domain.measures import BLOCK_DTYPE
from evenstride.domain.recording import SAMPLES_SCHEMA, Lap
from evenstride.gait import dissect, measure, measure_laps, stiffness, thirds_of
from evenstride.gait.means import run_means
from gait_frames import frame

ALL = {
    "balance_left_pct",
    "gct_ms",
    "left_gct_ms",
    "right_gct_ms",
    "flight_time_ms",
    "duty_factor_pct",
    "cadence_spm",
    "step_length_mm",
    "vertical_oscillation_mm",
    "vertical_ratio_pct",
    "speed_m_s",
    "balance_first_third_pct",
    "balance_last_third_pct",
    "balance_drift_pp",
}
BALANCE = {name for name in ALL if name.startswith("balance")} | {"left_gct_ms", "right_gct_ms"}
NAN = float("nan")


def test_everything_that_a_full_recording_supports():
    found = measure(frame())
    assert set(found.estimates) == ALL
    values = {name: e.value for name, e in found.estimates.items()}
    assert values == pytest.approx(
        {
            "balance_left_pct": 49.0,
            "gct_ms": 250.0,
            "left_gct_ms": 245.0,
            "right_gct_ms": 255.0,
            "flight_time_ms": 60_000 / 170 - 250,
            "duty_factor_pct": 50 * 250 / (60_000 / 170),
            "cadence_spm": 170.0,
            "step_length_mm": 1060.0,
            "vertical_oscillation_mm": 90.0,
            "vertical_ratio_pct": 8.5,
            "speed_m_s": 3.0,
            "balance_first_third_pct": 49.0,
            "balance_last_third_pct": 49.0,
            "balance_drift_pp": 0.0,
        },
        rel=1e-6,
        abs=1e-9,
    )
    assert found.estimates["balance_drift_pp"].unit == "pp"
    assert found.estimates["gct_ms"].unit == "ms"
    assert found.usable_s == 1785.0
    assert found.usable_share == pytest.approx(1785 / 1800)
    assert found.dropped["start"] == 15.0


def test_without_balance_contact_is_still_measured():
    found = measure(frame(balance_left_pct=NAN))
    assert set(found.estimates) == ALL - BALANCE
    assert found.usable_s == 1785.0
    assert np.isnan(found.blocks["balance_left_pct"]).all()
    assert np.isnan(found.blocks["balance_se_pp"]).all()
    assert found.blocks["gct_ms"] == pytest.approx(250.0)


def test_without_any_sensor_there_are_cadence_speed_and_step_length():
    nothing = dict.fromkeys(
        (
            "balance_left_pct",
            "gct_ms",
            "vertical_oscillation_mm",
            "vertical_ratio_pct",
            "step_length_mm",
        ),
        NAN,
    )
    found = measure(frame(**nothing))
    assert set(found.estimates) == {"cadence_spm", "speed_m_s", "step_length_mm"}
    assert found.estimates["step_length_mm"].value == pytest.approx(3000 / 170 * 60)


def test_a_missing_ratio_comes_from_oscillation_and_step_length():
    found = measure(frame(vertical_ratio_pct=NAN, step_length_mm=NAN))
    assert found.estimates["vertical_ratio_pct"].value == pytest.approx(9000 / (3000 / 170 * 60))


def test_a_devices_own_column_is_not_mixed_with_a_derived_one():
    length = np.where(np.arange(1800) < 900, 1000.0, NAN)
    assert measure(frame(step_length_mm=length)).estimates["step_length_mm"].value == 1000.0


@pytest.mark.parametrize("seconds", [0, 1, 10])
def test_too_little_for_anything(seconds):
    found = measure(frame(seconds))
    assert found.estimates == {}
    assert found.blocks.dtype == BLOCK_DTYPE
    assert found.blocks.size == 0
    assert (found.usable_s, found.usable_share) == (0.0, 0.0)
    assert found.dropped["start"] == float(seconds)


def test_an_empty_frame_of_all_nulls():
    nulls = pl.DataFrame({n: [None] * 30 for n in SAMPLES_SCHEMA}, schema=SAMPLES_SCHEMA)
    nulls = nulls.with_columns(t_s=pl.Series(np.arange(30.0)))
    assert measure(nulls).estimates == {}


def test_a_walk_is_not_a_run():
    found = measure(frame(cadence_spm=110.0, speed_m_s=1.4))
    assert found.estimates == {}
    assert found.dropped["walking"] == 1800.0


def test_drift_to_the_right_is_negative():
    x = 49.0 - np.arange(1800) / 1800
    drift = measure(frame(balance_left_pct=x)).estimates["balance_drift_pp"]
    assert drift.value == pytest.approx(-2 / 3, abs=0.01)


def test_wild_values_at_a_start_and_zeros_move_nothing():
    x = np.full(1800, 49.0)
    x[:12], x[600:620] = 61.0, NAN
    assert measure(frame(balance_left_pct=x)).estimates["balance_left_pct"].value == pytest.approx(
        49.0
    )


def test_developer_columns_are_ignored():
    more = frame().with_columns(dev_x=pl.lit(1))
    assert measure(more).estimates == measure(frame()).estimates


def test_laps_are_measured_by_the_mask_of_the_run():
    t = np.arange(1800)
    samples = frame(balance_left_pct=np.where(t < 900, 49.0, 51.0))
    laps = (Lap(0, 0.0, 900.0), Lap(1, 900.0, 1800.0), Lap(2, 1800.0, 1900.0))
    first, second, nothing = measure_laps(samples, laps)
    assert first.estimates["balance_left_pct"].value == pytest.approx(49.0)
    assert second.estimates["balance_left_pct"].value == pytest.approx(51.0)
    assert (first.usable_s, second.usable_s) == (885.0, 900.0)
    assert first.blocks.size + second.blocks.size == measure(samples).blocks.size
    assert nothing.estimates == {}
    assert (nothing.usable_s, nothing.usable_share) == (0.0, 0.0)
    assert "balance_drift_pp" not in first.estimates


def test_a_lap_is_less_sure_than_the_run():
    rng = np.random.default_rng(1)
    samples = frame(balance_left_pct=49.0 + rng.normal(0, 0.5, 1800))
    (lap,) = measure_laps(samples, [Lap(0, 300.0, 600.0)])
    whole = measure(samples).estimates["balance_left_pct"]
    assert lap.estimates["balance_left_pct"].se > whole.se


def thirds(samples, pauses=()):
    run = dissect(samples, pauses)
    return thirds_of(run, run_means(run.channels))


def test_thirds_are_those_of_the_measures_with_a_middle():
    t = np.arange(1815)
    rng = np.random.default_rng(3)
    samples = frame(1815, balance_left_pct=49.0 + t / 1800 + rng.normal(0, 0.3, t.size))
    found, whole = thirds(samples), measure(samples).estimates
    assert [(third.start_s, third.end_s) for third in found] == [
        (15.0, 615.0),
        (615.0, 1215.0),
        (1215.0, 1815.0),
    ]
    first, middle, last = (third.estimates["balance_left_pct"] for third in found)
    for mine, stored in ((first, "first"), (last, "last")):
        theirs = whole[f"balance_{stored}_third_pct"]
        assert mine.value == pytest.approx(theirs.value, abs=1e-9)
        assert mine.se == pytest.approx(theirs.se, rel=1e-6)
    assert first.value < middle.value < last.value
    assert middle.low < middle.value < middle.high
    mean = np.mean([third.estimates["balance_left_pct"].value for third in found])
    assert mean == pytest.approx(whole["balance_left_pct"].value, abs=1e-6)


def test_thirds_have_both_feet():
    t = np.arange(1815)
    found = thirds(frame(1815, balance_left_pct=np.where(t < 615, 49.0, 51.0)))
    feet = [
        (third.estimates["left_gct_ms"].value, third.estimates["right_gct_ms"].value)
        for third in found
    ]
    assert feet == [pytest.approx(pair) for pair in ((245, 255), (255, 245), (255, 245))]


def test_a_short_run_has_no_thirds():
    assert thirds(frame(374)) == ()
    assert len(thirds(frame(375))) == 3
    assert thirds(frame(0)) == ()


def test_a_part_judges_its_channels_together_as_apart():
    """Channels share the search for quantiles only where they share readings and noise."""
    t = np.arange(1815)
    rng = np.random.default_rng(4)
    gct = 250.0 + rng.normal(0, 5, t.size)
    gct[::5] = NAN
    samples = frame(
        1815,
        balance_left_pct=49.0 + rng.normal(0, 0.5, t.size),
        gct_ms=gct,
        cadence_spm=170.0 + rng.normal(0, 2, t.size),
    )
    run = dissect(samples)
    found = run_means(run.channels)
    part = run.channels.part(slice(300, 700))
    from evenstride.gait import means, noise

    for name, e in means.part_means(part, found).items():
        x = part.values[part.names.index(name)]
        here = np.isfinite(x)
        alone = found.noise(name)
        se, half = noise.errors(alone, noise.variance_of_mean(float(here.sum()), alone.stretch))
        assert e.value == pytest.approx(x[here].mean())
        assert (e.se, e.high - e.value) == pytest.approx((se[0], half[0]))
    # One channel may be missing throughout a part that others have.
    gct[300:800] = NAN
    holed = dissect(samples.with_columns(gct_ms=gct))
    few = means.part_means(holed.channels.part(slice(300, 700)), run_means(holed.channels))
    assert "gct_ms" not in few
    assert "balance_left_pct" in few


def test_stiffness_of_level_blocks():
    samples = frame(
        cadence_spm=60 / 0.35, gct_ms=250.0, speed_m_s=3.5, altitude_m=100.0, step_length_mm=1225.0
    )
    found = stiffness(measure(samples).blocks, mass_kg=70.0, height_m=1.75)
    assert found is not None
    assert found["vertical_stiffness_kn_m"].value == pytest.approx(25.180, abs=1e-3)
    assert found["leg_stiffness_kn_m"].value == pytest.approx(8.902, abs=1e-3)
    assert found["leg_stiffness_kn_m"].unit == "kN/m"


def test_stiffness_leaves_hills_out():
    t = np.arange(1815)
    climb = np.where(t < 915, 0.0, 0.15 * (t - 915))
    contact = np.where(t < 915, 250.0, 290.0)
    samples = frame(
        1815, cadence_spm=60 / 0.35, gct_ms=contact, speed_m_s=3.5, altitude_m=100.0 + climb
    )
    found = stiffness(measure(samples).blocks, mass_kg=70.0, height_m=1.75)
    assert found is not None
    assert found["leg_stiffness_kn_m"].value == pytest.approx(8.902, abs=1e-3)


@pytest.mark.parametrize("altitude", [NAN, 100.0 + 0.2 * np.arange(1800)])
def test_stiffness_has_no_answer_without_level_ground(altitude):
    blocks = measure(frame(altitude_m=altitude)).blocks
    assert stiffness(blocks, mass_kg=70.0, height_m=1.75) is None
