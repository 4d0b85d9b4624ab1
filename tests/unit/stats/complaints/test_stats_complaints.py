"""What goes along with complaints: ranks, slow changes, moved weeks, lags, signs, intervals."""

import numpy as np
import pytest
from scipy.stats import rankdata

from evenstride.stats.complaints.centring import less_slow, ranks
from evenstride.stats.complaints.lagged import LEAST_FELT, LEVEL, associate
from evenstride.stats.complaints.shuffling import days_of_weeks, draw_orders, stretch_weeks

DAYS = 140
ALL = np.ones((1, 1), dtype=bool)


def rng(seed=1):
    return np.random.default_rng(seed)


def tied(lag, *, size=1.0, days=DAYS, seed=2):
    """A measure, and a complaint that follows it so many days later."""
    x = rng(seed).standard_normal(days)
    felt = size * np.roll(x, lag) + 0.3 * rng(seed + 1).standard_normal(days)
    return np.clip(np.round(2.0 * felt), 0, 10)[None], x[None]


def test_ranks_are_those_of_scipy_with_gaps_left_out():
    daily = np.array([[3.0, np.nan, 0.0, 0.0, 7.0, 0.0, 3.0], [np.nan] * 7, [2.0] * 7])
    found = ranks(daily)
    there = np.isfinite(daily[0])
    expected = rankdata(daily[0][there])
    expected = (expected - expected.mean()) / expected.std()
    assert found[0, there] == pytest.approx(expected)
    assert np.isnan(found[0, 1])
    assert np.isnan(found[1]).all()
    assert (found[2] == 0.0).all()


def test_the_mean_of_the_weeks_around_is_taken_off_and_gaps_stay():
    daily = rng().standard_normal((2, 100))
    daily[0, 10:30] = np.nan
    found = less_slow(daily, 28)
    for day in (0, 5, 50, 99):
        window = daily[0, max(day - 28, 0) : day + 29]
        assert found[0, day] == pytest.approx(daily[0, day] - np.nanmean(window))
    assert np.isnan(found[0, 10:30]).all()
    assert np.abs(less_slow(np.linspace(0, 9, 400)[None])[0, 60:-60]).max() < 1e-9


@pytest.mark.parametrize("weeks", [8, 9, 20, 57])
def test_every_order_has_each_week_once_in_whole_stretches(weeks):
    orders = draw_orders(rng(), weeks, 200)
    assert (np.sort(orders, axis=1) == np.arange(weeks)).all()
    breaks = ((np.diff(orders, axis=1) - 1) % weeks != 0).sum(axis=1)
    # A stretch may be cut once more where the order itself begins.
    assert breaks.max() <= -(-weeks // stretch_weeks(weeks))
    assert len(np.unique(orders, axis=0)) > 20
    days = days_of_weeks(orders)
    assert days.shape == (200, 7 * weeks)
    assert (days % 7 == np.arange(7 * weeks) % 7).all(), "weekdays stay"


@pytest.mark.parametrize("lag", [-3, -1, 0, 2, 3])
def test_a_tie_is_found_at_its_lag(lag):
    felt, measure = tied(lag)
    found = associate(rng(), felt, measure, ALL)
    best = int(np.nanargmax(np.abs(found.strength[0, 0])))
    assert found.lags_days[best] == lag
    assert found.p[0, 0, best] < 0.02  # about the least that four stretches can show
    assert found.strength[0, 0, best] > 0.5
    assert found.difference[0, 0, best] > 0.5
    assert found.looked_at == 7


def test_the_other_sign_of_a_measure_is_the_other_sign_of_all():
    felt, measure = tied(1)
    one, other = (associate(rng(), felt, sign * measure, ALL) for sign in (1.0, -1.0))
    assert one.strength == pytest.approx(-other.strength, abs=1e-5)
    assert one.low == pytest.approx(-other.high, abs=1e-5)
    assert one.difference == pytest.approx(-other.difference)
    assert one.p == pytest.approx(other.p)


def test_an_interval_leaves_out_0_just_where_p_stands():
    found = [associate(rng(seed), *tied(0, size=0.12, seed=seed), ALL) for seed in range(40)]
    p = np.array([f.p for f in found])
    clear = np.array([(f.low > 0.0) | (f.high < 0.0) for f in found])
    assert ((p <= LEVEL) == clear).all()
    assert 0 < clear.sum() < clear.size


def test_more_looks_make_the_same_sign_less_telling():
    felt, measure = tied(0, size=0.17, seed=7)
    alone = associate(rng(), felt, measure, ALL)
    many = np.concatenate([measure, rng(9).standard_normal((20, DAYS))])
    among = associate(rng(), felt, many, np.ones((1, 21), dtype=bool))
    assert among.looked_at == 147
    assert among.p[0, 0, 3] > alone.p[0, 0, 3]
    assert among.strength[0, 0] == pytest.approx(alone.strength[0, 0], abs=1e-5)


def test_what_has_the_same_rhythm_of_the_week_does_not_go_along_for_that():
    week = np.arange(DAYS) % 7
    felt = np.where(np.isin(week, [0, 1]), 3.0, 0.0) + (rng().random(DAYS) < 0.3)
    load = np.where(week == 6, 16.0, 8.0) + rng(3).standard_normal(DAYS)
    assert np.corrcoef(felt, np.roll(load, 1))[0, 1] > 0.3
    found = associate(rng(), felt[None], load[None], ALL)
    assert np.nanmin(found.p) > LEVEL


def test_what_both_do_slowly_does_not_count():
    slow = np.linspace(0.0, 6.0, 280)
    felt = np.round(slow + rng().random(280))
    measure = slow + rng(4).standard_normal(280)
    assert np.corrcoef(felt, measure)[0, 1] > 0.8
    assert np.nanmin(associate(rng(), felt[None], measure[None], ALL).p) > LEVEL


def test_too_few_weeks_days_or_complaints_are_not_looked_at():
    felt, measure = tied(0)
    assert associate(rng(), felt[:, :49], measure[:, :49], ALL).looked_at == 0
    sparse = np.where(np.arange(DAYS) % 8 == 0, measure, np.nan)
    assert associate(rng(), felt, sparse, ALL).looked_at == 0
    rare = np.zeros((1, DAYS))
    rare[0, 10 : 10 + LEAST_FELT - 1] = 4.0
    assert associate(rng(), rare, measure, ALL).looked_at == 0
    assert associate(rng(), np.full((1, DAYS), 3.0), measure, ALL).looked_at == 0
    nothing = associate(rng(), felt, measure, ~ALL)
    assert nothing.looked_at == 0
    assert np.isnan(nothing.p).all()


def test_days_without_a_word_change_nothing_but_their_number():
    felt, measure = tied(1)
    gaps = np.where(rng(5).random((1, DAYS)) < 0.5, np.nan, felt)
    found = associate(rng(), gaps, measure, ALL)
    assert found.n[0, 0].max() <= np.isfinite(gaps).sum()
    assert found.p[0, 0, 4] <= LEVEL


def test_the_same_draws_give_the_same_answer():
    felt, measure = tied(1)
    one, again = (associate(rng(), felt, measure, ALL) for _ in range(2))
    assert (one.p == again.p).all()
    assert (one.low == again.low).all()
