"""What fit_trend says at the edges: few runs, equal values, wild ones, gaps, wrong input."""

from dataclasses import fields

import numpy as np
import pytest

from evenstride.domain.errors import InputError
from evenstride.domain.estimate import Estimate
from evenstride.domain.trend import Direction, Trend
from evenstride.stats import fit_trend
from evenstride.stats.histories import still_runner

NORMAL = 50.0 + 0.4 * np.random.default_rng(0).standard_normal(60)
DAYS = np.arange(60.0)
FORETOLD = ("log_score", "predicted", "predicted_low95", "predicted_high95")


def fit(day, value, se=None, **options) -> Trend:
    se = np.full(np.shape(day), 0.1) if se is None else se
    trend = fit_trend(day, value, se, **{"unit": "pp", "scale": 0.4} | options)
    for field in fields(trend):
        x = getattr(trend, field.name)
        if field.name == "offsets":
            x = np.array([[o.value, o.se, o.low, o.high, o.n_effective] for o in x.values()])
        if isinstance(x, Estimate):
            assert x.low <= x.value <= x.high, field.name
            x = np.array([x.value, x.se, x.low, x.high, x.n_effective])
        if isinstance(x, (np.ndarray, float)):
            x = np.atleast_1d(x)
            if field.name in FORETOLD:
                assert np.isnan(x[0])  # nothing precedes the first run
                x = x[1:]
            assert np.isfinite(x).all(), field.name
    assert (trend.low95 <= trend.low80).all()
    assert (trend.low80 < trend.high80).all()
    assert (trend.high80 <= trend.high95).all()
    return trend


def replaced(index, value):
    out = NORMAL.copy()
    out[index] = value
    return out


@pytest.mark.parametrize("n", [1, 2, 3])
def test_with_few_runs_it_says_too_early_with_wide_bands(n):
    trend = fit([0.0, 1.0, 3.0][:n], [49.0, 50.0, 49.4][:n])
    assert trend.direction is Direction.TOO_EARLY
    assert trend.now.high - trend.now.low > 0.8  # at least twice the typical run-to-run SD
    assert 49.0 <= trend.now.value <= 50.0
    assert trend.wild.shape == (n,)


def test_seven_runs_or_thirteen_days_are_too_early_however_clear_the_change():
    value = np.r_[np.full(4, 48.0), np.full(3, 52.0)]
    assert fit(4.0 * np.arange(7), value).direction is Direction.TOO_EARLY
    value = np.r_[np.full(20, 48.0), np.full(20, 52.0)]
    assert fit(np.linspace(0.0, 13.9, 40), value).direction is Direction.TOO_EARLY


def test_a_plain_change_is_told_with_its_size_and_direction():
    value = NORMAL + 2.0 * (DAYS >= 30)
    for sign, direction in ((1, Direction.INCREASED), (-1, Direction.DECREASED)):
        trend = fit(2.0 * DAYS, 50.0 + sign * (value - 50.0))
        assert trend.direction is direction
        assert trend.evidence > 20.0
        assert trend.change.value == pytest.approx(2.0 * sign, abs=0.6)


def test_the_normal_band_stays_where_the_level_was_before_the_window():
    step = NORMAL + 2.0 * (DAYS >= 40)
    trend = fit(DAYS, step, window_days=30.0)
    assert trend.normal_runs == 29  # days 0 to 28
    assert trend.normal_low < 50.0 < trend.normal_high
    assert trend.now.value > trend.normal_high
    # Too little before the window to know what was usual: from all runs.
    assert fit(DAYS, step, window_days=52.0).normal_runs == 60
    assert fit(DAYS, step, window_days=51.0).normal_runs == 8


def test_a_larger_family_needs_more_evidence():
    value = NORMAL + 0.95 * (DAYS >= 30)
    one = fit(DAYS, value)
    family = int(np.ceil(one.evidence / 20.0))
    assert one.direction is Direction.INCREASED
    assert family > 1, "the next line would ask nothing"
    assert fit(DAYS, value, family=family - 1).direction is Direction.INCREASED
    many = fit(DAYS, value, family=family + 1)
    assert many.direction is Direction.NOT_DISTINGUISHABLE
    assert many.evidence == one.evidence


@pytest.mark.parametrize("nu", [np.inf, 4.0, 3.0])
def test_one_pair_of_runs_in_twenty_differs_by_more_than_the_mdc(nu):
    more, within = [], []
    for seed in range(30):
        rng = np.random.default_rng([seed, 7])

        def runs(count, rng=rng):
            own = rng.standard_normal(count) if nu == np.inf else rng.standard_t(nu, count)
            return 0.4 * own

        day, se = np.arange(150.0) * 2.0, np.full(150, 0.12)
        value = 50.0 + runs(150) + se * rng.standard_normal(150)
        trend = fit_trend(day, value, se, unit="pp", scale=0.4, history=False, foretell=False)
        error = 0.12 * np.sqrt(2.0) * rng.standard_normal(20_000)
        more.append(np.abs(runs(20_000) - runs(20_000) + error) > trend.mdc.value)
        within.append(np.abs(runs(20_000)) < trend.day_to_day.value)
    assert 0.04 < np.mean(more) < 0.065
    assert np.mean(within) == pytest.approx(0.683, abs=0.03)


def test_no_change_is_not_distinguishable():
    trend = fit(DAYS, NORMAL)
    assert trend.direction is Direction.NOT_DISTINGUISHABLE
    assert trend.evidence < 5.0
    assert trend.change.low < 0.0 < trend.change.high
    assert trend.day_to_day.value == pytest.approx(0.4, rel=0.3)
    assert trend.day_to_day.low < 0.4 < trend.day_to_day.high
    assert trend.normal_high - trend.normal_low == pytest.approx(2 * 1.96 * 0.41, rel=0.25)
    assert trend.mdc.value == pytest.approx(1.96 * np.sqrt(2) * 0.41, rel=0.3)
    assert 8 < trend.now.n_effective < 61


@pytest.mark.parametrize("n", [20, 300])
def test_identical_values_without_error_give_a_narrow_level_and_no_change(n):
    trend = fit(np.arange(float(n)), np.full(n, 50.0), np.zeros(n))
    assert trend.direction is Direction.NOT_DISTINGUISHABLE
    np.testing.assert_allclose(trend.level, 50.0, atol=1e-9)
    assert trend.day_to_day.value < 0.1


@pytest.mark.parametrize("at", [0, 1, 30, 59])
@pytest.mark.parametrize("value", [41.6, 55.5, 0.0])
def test_one_wild_run_is_named_and_moves_nothing(at, value):
    usual, trend = fit(DAYS, NORMAL), fit(DAYS, replaced(at, value))
    assert trend.wild[at] > 0.95
    assert np.delete(trend.wild, at).max() < 0.5
    np.testing.assert_allclose(trend.level, usual.level, atol=0.06)
    assert trend.direction is Direction.NOT_DISTINGUISHABLE
    assert trend.day_to_day.value == pytest.approx(usual.day_to_day.value, rel=0.15)
    assert trend.normal_low == pytest.approx(usual.normal_low, abs=0.25)
    assert trend.normal_high == pytest.approx(usual.normal_high, abs=0.25)


def test_absurd_values_stay_finite_and_tell_nothing():
    value = NORMAL.copy()
    value[[0, 30]] = -1e4, 1e6
    trend = fit(DAYS, value)
    assert trend.direction is Direction.NOT_DISTINGUISHABLE
    assert trend.now.value == pytest.approx(50.0, abs=1.0)


def test_all_runs_on_one_day_and_a_gap_of_years():
    assert fit(np.zeros(60), NORMAL).direction is Direction.TOO_EARLY
    gap = fit(np.r_[DAYS[:30], 3000.0 + DAYS[:30]], NORMAL + 2.0 * (DAYS >= 30))
    # It moved, but not within the last 90 days as far as one can tell.
    assert gap.evidence > 20.0
    assert gap.direction is Direction.NOT_DISTINGUISHABLE
    assert gap.now.value == pytest.approx(52.0, abs=0.4)
    middle = np.argmin(np.abs(gap.day - 1500.0))
    assert gap.high95[middle] - gap.low95[middle] > 2.0 * (gap.now.high - gap.now.low)


def test_two_runs_a_day_share_a_level_and_the_level_can_be_asked_for_on_any_day():
    day = np.repeat(np.arange(30.0), 2)
    trend = fit(day, NORMAL, at_day=[-100.0, 0.0, 10.5, 29.0, 200.0])
    width = trend.high95 - trend.low95
    assert width[0] > width[1] > width[2]
    assert width[4] > width[3]
    assert trend.now.value == pytest.approx(trend.level[-1])
    assert fit(day, NORMAL).day.size == 30  # run days, and the weekly nodes fall on them


def test_the_change_is_between_the_window_start_and_the_last_day():
    day = 2.0 * np.arange(150.0)
    value = np.interp(day, [0, 300], [48.0, 52.0]) + np.resize(NORMAL - 50.0, 150)
    trend = fit(day, value, window_days=60.0, at_day=[day[-1] - 60.0, day[-1]])
    assert trend.window_days == 60.0
    assert trend.change.value == pytest.approx(trend.level[1] - trend.level[0], abs=1e-9)
    # The two ends share runs: their errors are correlated, and the change knows.
    assert trend.change.value == pytest.approx(0.8, abs=3 * trend.change.se)
    short = fit(DAYS, NORMAL)
    assert short.window_days == 59.0


def test_zero_and_huge_errors_of_the_runs_are_believed():
    trend = fit(DAYS, NORMAL, np.full(60, 50.0))
    assert trend.now.se == pytest.approx(50.0 / np.sqrt(60.0), rel=0.1)
    better = fit(DAYS, replaced(slice(0, 30), 49.0), np.r_[np.full(30, 5.0), np.full(30, 0.05)])
    assert better.now.value == pytest.approx(NORMAL[30:].mean(), abs=0.1)


def test_it_predicts_each_run_from_those_before_it_only():
    h = still_runner(np.random.default_rng(4), 0.2, heavy=False)
    whole = fit(h.day, h.value, h.se)
    part = fit(h.day[:50], h.value[:50], h.se[:50])
    for name in FORETOLD:
        np.testing.assert_allclose(getattr(whole, name)[:50], getattr(part, name), rtol=1e-7)
    inside = (h.value >= whole.predicted_low95) & (h.value <= whole.predicted_high95)
    assert 0.88 < inside[1:].mean() <= 1.0


SENSOR = (np.arange(60) >= 30).astype(int)


def test_one_sensor_costs_nothing():
    plain, named = fit(DAYS, NORMAL), fit(DAYS, NORMAL, sensor=np.full(60, 7))
    assert named.offsets == {}
    np.testing.assert_array_equal(plain.level, named.level)


@pytest.mark.parametrize("more", [-1.6, -0.5, 1.0])
def test_a_new_sensor_is_no_change_of_the_runner(more):
    value = NORMAL + more * SENSOR
    pooled, known = fit(DAYS, value), fit(DAYS, value, sensor=SENSOR)
    usual = fit(DAYS, NORMAL)
    assert abs(more) < 0.7 or pooled.direction is not Direction.NOT_DISTINGUISHABLE
    assert known.direction is Direction.NOT_DISTINGUISHABLE
    assert known.evidence < 5.0
    assert known.change.low < 0.0 < known.change.high
    offset = known.offsets[0]
    assert set(known.offsets) == {0}
    assert offset.low < -more < offset.high  # the old one, as seen from the present one
    assert offset.value == pytest.approx(-more, abs=0.35)
    assert offset.unit == "pp"
    # All in the reading of the present sensor, before it was worn too.
    assert known.now.value == pytest.approx(usual.now.value + more, abs=0.3)
    np.testing.assert_allclose(known.level, usual.level + more, atol=0.4)
    assert known.normal_low < 50.0 + more < known.normal_high
    # What was foretold of a run is in the reading of its own sensor.
    np.testing.assert_allclose(known.predicted[10:30], usual.predicted[10:30], atol=1e-6)
    np.testing.assert_allclose(known.predicted[45:], usual.predicted[45:] + more, atol=0.3)


def test_a_change_is_told_with_a_new_sensor_elsewhere_and_by_sensors_in_turn():
    day, value = 1.5 * np.arange(60.0), NORMAL + 2.0 * (DAYS >= 40)
    for sensor in (SENSOR * 0 + (DAYS >= 15), np.arange(60) % 2):
        trend = fit(day, value - 1.2 * sensor, sensor=sensor.astype(int))
        assert trend.direction is Direction.INCREASED
        assert trend.change.low < 2.0 < trend.change.high


def test_a_change_that_falls_together_with_a_new_sensor_is_not_told():
    trend = fit(DAYS, NORMAL + 2.0 * SENSOR, sensor=SENSOR)
    assert trend.direction is Direction.NOT_DISTINGUISHABLE


@pytest.mark.parametrize("at", [0, 30, 59])
def test_a_sensor_worn_once_is_known_poorly_and_the_other_not_worse(at):
    sensor = np.zeros(60, dtype=int)
    sensor[at] = 1
    trend, usual = fit(DAYS, NORMAL, sensor=sensor), fit(DAYS, NORMAL)
    offset = trend.offsets[1 - sensor[-1]]
    assert offset.low < 0.0 < offset.high
    assert offset.n_effective < 2.0
    assert trend.direction is Direction.NOT_DISTINGUISHABLE
    if at < 59:
        np.testing.assert_allclose(trend.level, usual.level, atol=0.2)
    else:  # where the runner is by a sensor seen once is as uncertain as that sensor
        assert trend.now.se > 2.0 * usual.now.se


@pytest.mark.parametrize("n", [1, 2, 3])
def test_few_runs_of_several_sensors_are_too_early(n):
    trend = fit(np.arange(float(n)), NORMAL[:n], sensor=np.arange(n))
    assert trend.direction is Direction.TOO_EARLY
    assert set(trend.offsets) == set(range(n - 1))
    for offset in trend.offsets.values():
        assert offset.low < -0.5
        assert offset.high > 0.5


def test_beyond_four_other_sensors_the_rarest_share_an_offset():
    sensor = np.repeat(np.arange(8), [20, 10, 3, 8, 4, 2, 7, 6])
    trend = fit(DAYS, NORMAL, sensor=sensor)
    assert set(trend.offsets) == set(range(7))  # 7 is the present one, few as its runs are
    assert trend.offsets[2] == trend.offsets[5] == trend.offsets[4]
    own = [trend.offsets[s].value for s in (0, 1, 3, 6, 2)]
    assert len(set(own)) == 5


def test_one_wild_run_of_a_new_sensor_is_named_and_is_no_offset():
    value = NORMAL.copy()
    value[45] = 41.6
    trend = fit(DAYS, value, sensor=SENSOR)
    assert trend.wild[45] > 0.95
    assert np.delete(trend.wild, 45).max() < 0.5
    assert abs(trend.offsets[0].value) < 0.4


def test_what_is_foretold_is_missing_when_not_asked_for():
    whole = fit(DAYS, NORMAL)
    brief = fit_trend(DAYS, NORMAL, np.full(60, 0.1), unit="pp", scale=0.4, foretell=False)
    for name in FORETOLD:
        assert np.isnan(getattr(brief, name)).all()
        assert getattr(brief, name).shape == (60,)
    np.testing.assert_array_equal(brief.level, whole.level)
    assert brief.direction is whole.direction


@pytest.mark.parametrize("sensor", [None, np.arange(60) % 2])
@pytest.mark.parametrize("window_days", [3.5, 20.0, 90.0])
def test_now_and_the_verdict_are_the_same_without_going_back_through_the_history(
    sensor, window_days
):
    value = NORMAL + 2.0 * (DAYS >= 45)
    options = {"unit": "pp", "scale": 0.4, "sensor": sensor, "window_days": window_days}
    whole, brief = (
        fit_trend(DAYS, value, np.full(60, 0.1), **options, history=h) for h in (True, False)
    )
    assert brief.direction is whole.direction
    np.testing.assert_array_equal(brief.day, [59.0])
    assert brief.level[0] == pytest.approx(whole.level[-1], rel=1e-12)
    assert np.isnan(brief.wild).all()
    for name in ("now", "change", "day_to_day", "mdc"):
        a, b = getattr(whole, name), getattr(brief, name)
        assert [b.value, b.low, b.high] == pytest.approx([a.value, a.low, a.high], abs=1e-9)
    assert np.isnan([brief.normal_low, brief.normal_high]).all()
    np.testing.assert_allclose(brief.log_score, whole.log_score)


@pytest.mark.parametrize(
    ("day", "value", "se", "options"),
    [
        ([], [], [], {}),
        ([0.0, 1.0], [50.0], [0.1], {}),
        ([1.0, 0.0], [50.0, 50.0], [0.1, 0.1], {}),
        ([0.0, 1.0], [50.0, np.nan], [0.1, 0.1], {}),
        ([0.0, 1.0], [50.0, 50.0], [0.1, -0.1], {}),
        ([0.0, np.inf], [50.0, 50.0], [0.1, 0.1], {}),
        ([0.0], [50.0], [0.1], {"scale": 0.0}),
        ([0.0], [50.0], [0.1], {"window_days": 0.0}),
        ([0.0], [50.0], [0.1], {"family": 0}),
        ([0.0], [50.0], [0.1], {"sensor": [1, 2]}),
        ([0.0], [50.0], [0.1], {"sensor": [0.5]}),
        ([0.0], [50.0], [0.1], {"sensor": ["a pod"]}),
    ],
)
def test_misuse_raises_one_plain_sentence(day, value, se, options):
    with pytest.raises(InputError, match=r"^A trend needs .*\.$"):
        fit_trend(day, value, se, **{"unit": "pp", "scale": 0.4} | options)
