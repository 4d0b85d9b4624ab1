"""Laws that hold for any recording: mirror, shift, thinning, and that no second is lost."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenstride.gait import measure
from gait_frames import frame
from gait_recordings import recordings

NAN = float("nan")


def close(a, b, tolerance=1e-6):
    return a == pytest.approx(b, rel=tolerance, abs=tolerance, nan_ok=True)


@given(recordings())
def test_no_second_is_lost_or_counted_twice(recording):
    samples, pauses = recording
    found = measure(samples, pauses)
    t = samples["t_s"].to_numpy()
    total = found.usable_s + sum(found.dropped.values())
    if t.size > 1:
        dt = np.diff(t)
        short = dt[dt <= 10.0]
        usual = np.median(short) if short.size else 1.0
        for i, d in enumerate(dt):
            for a, b in pauses:
                dt[i] -= max(0.0, min(b, t[i + 1]) - max(a, t[i]))
            dt[i] = max(dt[i], 0.0)
            if dt[i] > 10.0:
                dt[i] = usual
            assert d > 0.0
        assert total == pytest.approx(dt.sum() + usual)
    assert min(found.dropped.values()) >= 0.0
    assert 0.0 <= found.usable_share <= 1.0
    assert found.blocks["duration_s"].sum() <= found.usable_s + 1e-6


@given(recordings())
def test_every_estimate_has_its_interval_and_an_effective_n(recording):
    found = measure(*recording)
    for name, e in found.estimates.items():
        assert np.isfinite([e.value, e.se, e.low, e.high, e.n_effective]).all(), name
        assert e.low < e.value < e.high, name
        assert e.se > 0.0
        assert 1.0 <= e.n_effective <= max(found.usable_s, 1.0), name


@given(recordings())
def test_the_mirrored_runner_has_the_mirrored_measures(recording):
    samples, pauses = recording
    # To 1/32: mirrored values must be the same numbers, not the same up to a rounding.
    even = samples.with_columns((pl.col("balance_left_pct") * 32).round() / 32)
    a = measure(even, pauses)
    b = measure(
        even.with_columns((100 - pl.col("balance_left_pct")).alias("balance_left_pct")), pauses
    )
    assert a.dropped == b.dropped
    assert a.estimates.keys() == b.estimates.keys()
    for name, e in a.estimates.items():
        if name in {"left_gct_ms", "right_gct_ms"}:
            continue
        m = b.estimates[name]
        assert close(m.se, e.se)
        if name == "balance_drift_pp":
            assert close((m.value, m.low, m.high), (-e.value, -e.high, -e.low))
        elif name.startswith("balance"):
            assert close((m.value, m.low, m.high), (100 - e.value, 100 - e.high, 100 - e.low))
        else:
            assert close(m.value, e.value)
    if "left_gct_ms" in a.estimates:
        assert close(a.estimates["left_gct_ms"].value, b.estimates["right_gct_ms"].value, 1e-5)
        assert close(a.estimates["left_gct_ms"].se, b.estimates["right_gct_ms"].se, 1e-4)
    assert close(b.blocks["balance_left_pct"], 100 - a.blocks["balance_left_pct"], 1e-5)
    assert close(b.blocks["balance_se_pp"], a.blocks["balance_se_pp"])


@given(recordings())
def test_the_mirrored_course_bends_the_other_way(recording):
    samples, pauses = recording
    a = measure(samples, pauses).blocks
    b = measure(samples.with_columns(-pl.col("lon_deg")), pauses).blocks
    assert close(b["lateral_acceleration_m_s2"], -a["lateral_acceleration_m_s2"])
    assert close(b["grade_pct"], a["grade_pct"])


@given(recordings(), st.integers(-10_000, 100_000))
def test_when_it_started_does_not_matter(recording, shift_s):
    samples, pauses = recording
    a = measure(samples, pauses)
    later = samples.with_columns(pl.col("t_s") + shift_s)
    b = measure(later, tuple((x + shift_s, y + shift_s) for x, y in pauses))
    assert close(list(a.dropped.values()), list(b.dropped.values()))
    assert {n: e.value for n, e in b.estimates.items()} == pytest.approx(
        {n: e.value for n, e in a.estimates.items()}
    )
    assert close(b.blocks["t_s"] - shift_s, a.blocks["t_s"])


@given(recordings())
def test_both_feet_average_to_the_contact_time(recording):
    found = measure(*recording).estimates
    if "left_gct_ms" in found and found["gct_ms"].n_effective:
        left, right = found["left_gct_ms"].value, found["right_gct_ms"].value
        assert (left + right) / 2 == pytest.approx(found["gct_ms"].value, rel=1e-6)


@given(recordings(), st.floats(0.2, 1.8))
def test_the_scale_of_the_noise_scales_the_error(recording, factor):
    """Once a run is long enough for its own scatter to outweigh what is usual."""
    samples, pauses = recording
    a = measure(samples, pauses)
    if a.usable_s < 300.0 or "balance_left_pct" not in a.estimates:
        return
    e = a.estimates["balance_left_pct"]
    around = (pl.col("balance_left_pct") - e.value) * factor + e.value
    sound = pl.col("balance_left_pct").is_between(40, 60)
    scaled = samples.with_columns(
        pl.when(sound).then(around).otherwise(pl.col("balance_left_pct")).alias("balance_left_pct")
    )
    b = measure(scaled, pauses).estimates["balance_left_pct"]
    low, high = sorted((factor, 1.0))
    assert low - 0.01 <= b.se / e.se <= high + 0.01


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1))
def test_smart_recording_tells_nearly_the_same(seed):
    rng = np.random.default_rng(seed)
    t = np.arange(2400.0)
    slow = np.cumsum(rng.normal(0.0, 0.02, t.size))
    full = frame(2400, balance_left_pct=49.0 + slow)
    keep = np.cumsum(rng.integers(1, 8, t.size))
    thin = full[keep[keep < t.size].tolist()]
    a = measure(full).estimates["balance_left_pct"]
    b = measure(thin).estimates["balance_left_pct"]
    assert b.value == pytest.approx(a.value, abs=0.05)
    assert b.se == pytest.approx(a.se, rel=0.15)
