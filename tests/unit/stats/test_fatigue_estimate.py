"""One line through runs' drifts: what it says, when it says nothing, and what it is deaf to."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from evenstride.domain.errors import InputError
from evenstride.stats.fatigue import Holding, common_se, drift_trend


def some_runs(seed, *, runs=40, days=88.0, now=0.6, change=0.0, own=0.5, se=0.5):
    rng = np.random.default_rng(seed)
    day = np.sort(rng.uniform(0.0, days, runs)) + 20_000.0
    ago = (day - day[-1]) / max(day[-1] - day[0], 1.0)
    error = se * np.exp(rng.uniform(-0.5, 0.5, runs))
    drift = now + change * ago + own * rng.standard_normal(runs)
    return day, drift + error * rng.standard_normal(runs), error


@given(st.integers(0, 10_000), st.sampled_from([3, 9, 30]))
def test_mirroring_the_runner_mirrors_the_drift_and_keeps_the_verdict(seed, runs):
    day, drift, se = some_runs(seed, runs=runs, change=-1.5)
    ours, theirs = drift_trend(day, drift, se), drift_trend(day, -drift, se)
    assert ours.holding == theirs.holding
    for name in ("now", "before", "change"):
        one, two = getattr(ours, name), getattr(theirs, name)
        assert_allclose(
            [two.value, two.low, two.high], [-one.value, -one.high, -one.low], atol=1e-6
        )
        assert two.se == pytest.approx(one.se)
    assert_allclose(theirs.low95, -ours.high95, atol=1e-6)
    assert_allclose(theirs.low80, -ours.high80, atol=1e-6)


def test_what_day_it_is_does_not_matter():
    day, drift, se = some_runs(3)
    one, two = drift_trend(day, drift, se), drift_trend(day - 20_000.0, drift, se)
    assert two.change.value == pytest.approx(one.change.value, abs=1e-9)
    assert_allclose(two.level, one.level, atol=1e-9)


def test_where_errors_dominate_it_is_the_weighted_straight_line():
    day, drift, se = some_runs(5, runs=400, own=0.0, se=1.0, now=0.8, change=0.7)
    found = drift_trend(day, drift, se, window_days=1000.0)
    x = np.column_stack([np.ones(day.size), (day - day[-1]) / (day[-1] - day[0])])
    cov = np.linalg.inv(x.T @ (x / se[:, None] ** 2))
    now, change = cov @ x.T @ (drift / se**2)
    # Runs' own drifts are never believed to be nothing, and change is believed to be small.
    assert found.change.value == pytest.approx(change, abs=0.25 * np.sqrt(cov[1, 1]))
    assert found.now.value == pytest.approx(now, abs=0.25 * np.sqrt(cov[0, 0]))
    assert found.change.se == pytest.approx(np.sqrt(cov[1, 1]), rel=0.15)


def test_the_drift_before_is_that_of_now_less_the_change():
    found = drift_trend(*some_runs(7, change=1.0))
    assert found.before.value == pytest.approx(found.now.value - found.change.value)
    assert found.level[0] == pytest.approx(found.before.value)
    assert found.level[-1] == pytest.approx(found.now.value)
    assert (found.low95 < found.low80).all()
    assert (found.low80 < found.level).all()
    assert (found.level < found.high80).all()
    assert (found.high80 < found.high95).all()
    assert found.now.low == pytest.approx(found.low95[-1])


@pytest.mark.parametrize(
    ("now", "change", "holding"),
    [
        (0.4, -2.0, Holding.LONGER),  # 2.4 then, 0.4 now: smaller on the same side
        (2.4, 2.0, Holding.LESS),
        (-0.4, 2.0, Holding.LONGER),
        (-2.4, -2.0, Holding.LESS),
        (1.0, 2.0, Holding.NOT_DISTINGUISHABLE),  # from one side to the other, as far out
        (1.0, 0.0, Holding.NOT_DISTINGUISHABLE),
    ],
)
def test_it_holds_longer_where_the_drift_is_smaller_on_the_same_side(now, change, holding):
    runs = some_runs(11, runs=200, now=now, change=change, own=0.3, se=0.3)
    assert drift_trend(*runs).holding is holding


@pytest.mark.parametrize(("runs", "days"), [(7, 80.0), (30, 13.0), (1, 1.0)])
def test_few_runs_or_days_are_too_early(runs, days):
    found = drift_trend(*some_runs(13, runs=runs, days=days, change=-9.0, own=0.01, se=0.05))
    assert found.holding is Holding.TOO_EARLY
    assert np.isfinite([found.now.value, found.now.low, found.change.high]).all()


def test_the_window_goes_back_until_it_holds_enough_runs():
    day, drift, se = some_runs(17, runs=40, days=800.0)
    found = drift_trend(day, drift, se, window_days=20.0)
    assert found.window_runs == 8
    assert found.window_days == pytest.approx(day[-1] - day[-8])
    whole = drift_trend(day, drift, se, window_days=9000.0)
    assert (whole.window_runs, whole.window_days) == (40, pytest.approx(day[-1] - day[0]))


def test_runs_before_the_window_say_nothing_of_the_change():
    day, drift, se = some_runs(19, runs=120, days=400.0)
    inside = day >= day[-1] - 90.0
    one = drift_trend(day, drift, se)
    two = drift_trend(day[inside], drift[inside], se[inside])
    assert one.window_runs == int(inside.sum())
    assert (one.change.low, one.change.high) == pytest.approx(
        (two.change.low, two.change.high), abs=0.1
    )


def test_one_wild_run_drags_neither_the_drift_nor_its_change():
    day, drift, se = some_runs(23, runs=30)
    calm = drift_trend(day, drift, se)
    drift = drift.copy()
    drift[-2] += 40.0
    wild = drift_trend(day, drift, se)
    assert wild.now.value == pytest.approx(calm.now.value, abs=calm.now.se)
    assert wild.change.value == pytest.approx(calm.change.value, abs=calm.change.se)
    assert wild.change.se < 1.5 * calm.change.se


def test_an_error_that_all_share_widens_the_drift_and_not_its_change():
    runs = some_runs(29)
    alone, shared = drift_trend(*runs), drift_trend(*runs, common_se_pp_per_h=0.5)
    assert shared.change == alone.change
    assert shared.now.se == pytest.approx(np.hypot(alone.now.se, 0.5), rel=1e-6)
    assert shared.before.se == pytest.approx(np.hypot(alone.before.se, 0.5), rel=1e-6)
    assert shared.high95[0] - shared.low95[0] > alone.high95[0] - alone.low95[0]


def test_what_runs_share_is_what_a_mean_over_them_does_not_explain():
    se = np.full(25, 0.8)
    of_mean = np.sqrt((0.8**2 + 0.6**2) / 25.0)
    assert common_se(se, drift_sd_pp_per_h=0.6, elapsed_se_pp_per_h=of_mean) < 1e-6
    more = common_se(se, drift_sd_pp_per_h=0.6, elapsed_se_pp_per_h=0.5)
    assert more == pytest.approx(np.sqrt(0.25 - of_mean**2))
    assert common_se(se, drift_sd_pp_per_h=0.6, elapsed_se_pp_per_h=0.01) == 0.0


@pytest.mark.parametrize(
    "change",
    [
        lambda d, y, s: (d, y[:-1], s),
        lambda d, y, s: (d[::-1], y, s),
        lambda d, y, s: (d, np.where(y > 0, y, np.nan), s),
        lambda d, y, s: (d, y, 0.0 * s),
        lambda d, y, s: (d[:0], y[:0], s[:0]),
    ],
)
def test_what_does_not_fit_together_is_refused(change):
    with pytest.raises(InputError, match="A trend of drifts needs"):
        drift_trend(*change(*some_runs(31)))


def test_a_negative_shared_error_and_no_window_are_refused():
    runs = some_runs(31)
    with pytest.raises(InputError):
        drift_trend(*runs, common_se_pp_per_h=-0.1)
    with pytest.raises(InputError):
        drift_trend(*runs, window_days=0.0)
