"""Means that weigh every second the same, with missing ones left out."""

from __future__ import annotations

import numpy as np
import pytest

from evenstride.gait import means


def channels(values, weight, clock=None, unit="%"):
    values = np.atleast_2d(np.asarray(values, dtype=float))
    weight = np.asarray(weight, dtype=float)
    return means.Channels(
        tuple(f"c{i}" for i in range(len(values))),
        (unit,) * len(values),
        np.full(len(values), 0.5),
        values,
        weight,
        np.cumsum(weight),
        float(weight.sum()) if clock is None else clock,
    )


def noisy(n=1800, seed=0, sd=0.5):
    return 50.0 + np.random.default_rng(seed).normal(0.0, sd, n)


def test_seconds_weigh_the_same_whatever_the_recording_interval():
    values, weight = np.array([50.0, 52.0, 49.0]), np.array([1.0, 3.0, 6.0])
    found = means.run_means(channels(np.repeat(values, 50), np.repeat(weight, 50)))
    assert found.estimates["c0"].value == pytest.approx((50 + 3 * 52 + 6 * 49) / 10)


def test_a_missing_reading_counts_for_nothing():
    x = noisy()
    holed = x.copy()
    holed[100:400] = np.nan
    found = means.run_means(channels(holed, np.ones(1800))).estimates["c0"]
    assert found.value == pytest.approx(np.nanmean(holed))
    kept = means.run_means(channels(x[~np.isnan(holed)], np.ones(1500), clock=1800.0))
    assert found == kept.estimates["c0"]


def test_a_channel_without_readings_is_left_out_and_harms_no_other():
    x = noisy()
    both = means.run_means(channels([np.full(1800, np.nan), x], np.ones(1800)))
    assert list(both.estimates) == ["c1"]
    alone = means.run_means(channels(x, np.ones(1800))).estimates["c0"]
    assert both.estimates["c1"].se == pytest.approx(alone.se)


def test_a_holed_channel_does_not_change_its_neighbour():
    x, y = noisy(), noisy(seed=1)
    holed = y.copy()
    holed[::7] = np.nan
    alone = means.run_means(channels(x, np.ones(1800))).estimates["c0"]
    assert means.run_means(channels([x, holed], np.ones(1800))).estimates["c0"].se == pytest.approx(
        alone.se
    )


def test_the_order_of_estimates_is_that_of_the_channels():
    x = np.stack([noisy(), noisy(seed=1), noisy(seed=2)])
    x[0, 5] = np.nan
    assert list(means.run_means(channels(x, np.ones(1800))).estimates) == ["c0", "c1", "c2"]


def test_seconds_of_a_run_are_not_independent():
    rng = np.random.default_rng(0)
    slow = np.repeat(rng.normal(0.0, 0.5, 30), 60)
    found = means.run_means(channels(50.0 + slow, np.ones(1800))).estimates["c0"]
    assert found.n_effective < 40.0
    assert found.se > 5.0 * 0.5 / np.sqrt(1800)
    assert found.n_effective == pytest.approx(np.var(slow) / found.se**2)


def test_more_running_tells_more():
    se = [
        means.run_means(channels(noisy(n, seed=3), np.ones(n))).estimates["c0"].se
        for n in (60, 600, 3600, 10800)
    ]
    assert se == sorted(se, reverse=True)


@pytest.mark.parametrize("n", [1, 2, 30, 46, 89, 91])
def test_a_few_seconds_have_a_mean_with_a_wide_error(n):
    found = means.run_means(channels(np.full(n, 51.0), np.ones(n))).estimates["c0"]
    assert found.value == pytest.approx(51.0)
    assert 0.1 < found.se < 2.0
    assert found.low < 51.0 < found.high
    assert found.n_effective == 1.0


def test_a_constant_series_is_not_infinitely_sure():
    found = means.run_means(channels(np.full(3600, 51.0), np.ones(3600))).estimates["c0"]
    assert 0.0 < found.se < 0.1


def split(x, weight=None):
    weight = np.ones(x.size) if weight is None else weight
    one = channels(x, weight)
    return means.thirds(one, 0, means.run_means(one).noise("c0"), drift_unit="pp")


def test_drift_is_last_third_minus_first():
    x = np.repeat([49.0, 50.0, 51.5], 600) + noisy(seed=4, sd=0.1) - 50.0
    first, last, drift = split(x)
    assert first.value == pytest.approx(x[:600].mean())
    assert last.value == pytest.approx(x[1200:].mean())
    assert drift.value == pytest.approx(last.value - first.value)
    assert (first.unit, drift.unit) == ("%", "pp")
    assert drift.se > first.se


def test_thirds_are_of_time_not_of_records():
    weight = np.concatenate([np.full(200, 5.0), np.ones(2000)])
    x = np.concatenate([np.full(200, 49.0), np.full(2000, 51.0)])
    first, last, _ = split(x, weight)
    assert (first.value, last.value) == (49.0, 51.0)


def test_thirds_of_a_short_run_say_nothing():
    assert split(noisy(359)) is None
    assert split(noisy(360)) is not None


def test_a_part_is_judged_by_the_noise_of_the_whole():
    whole = channels(noisy(3600, seed=5), np.ones(3600))
    found = means.run_means(whole)
    chosen = np.zeros(3600, dtype=bool)
    chosen[600:900] = True
    part = means.part_means(whole.part(chosen), found)["c0"]
    assert part.value == pytest.approx(whole.values[0, 600:900].mean())
    assert part.se > means.run_means(whole).estimates["c0"].se
    everything = means.part_means(whole, found)["c0"]
    assert everything.se == pytest.approx(means.run_means(whole).estimates["c0"].se)


def test_a_part_without_readings_has_no_estimate():
    whole = channels(noisy(), np.ones(1800))
    nothing = whole.part(np.zeros(1800, dtype=bool))
    assert means.part_means(nothing, means.run_means(whole)) == {}
