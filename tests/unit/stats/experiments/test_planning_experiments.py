"""What a plan promises, held against the rule that will decide, experiment by experiment."""

from itertools import pairwise, product

import numpy as np
import pytest

from evenstride.domain.errors import InputError
from evenstride.domain.experiment import Scatter
from evenstride.stats.experiments.e_process import e_values
from evenstride.stats.experiments.looks import crossings, final_tests
from evenstride.stats.experiments.planning import (
    draw,
    futility,
    pairs_needed,
    plan,
    power,
)
from evenstride.stats.experiments.rule import decide

NORMAL = Scatter(np.ones(1), np.array([0.49]))
TAILED = Scatter(np.array([0.85, 0.12, 0.03]), np.array([0.3, 1.0, 9.0]))


def rng(seed=1):
    return np.random.default_rng(seed)


def judged(differences, pairs, smallest_effect=0.3):
    """The verdicts of the rule, one experiment after the other."""
    return [
        decide(d, pairs=pairs, smallest_effect=smallest_effect, unit="pp", seed="a").verdict
        for d in differences
    ]


# Many experiments in one go


@pytest.mark.parametrize("pairs", [1, 4, 5, 6, 7, 8, 11, 13])
@pytest.mark.parametrize("scatter", [NORMAL, TAILED])
def test_many_are_judged_as_each_by_itself(pairs, scatter):
    effect = np.repeat([0.0, 0.7, -0.7], 40)[:, None]
    differences = 0.6 * draw(scatter, (120, pairs), rng(pairs)) + effect
    crossed, direction = crossings(differences)
    found, nothing = final_tests(differences, smallest_effect=0.4)
    early = crossed <= pairs
    says = np.where(early, direction, found)
    verdicts = np.select(
        [says > 0.0, says < 0.0, nothing & ~early],
        ["increase", "decrease", "no_meaningful_effect"],
        "too_early",
    )
    assert verdicts.tolist() == judged(differences, pairs, 0.4)


@pytest.mark.parametrize("pairs", [14, 20, 30])
def test_drawn_subsets_hardly_ever_judge_otherwise_than_all(pairs):
    differences = 0.35 + draw(TAILED, (120, pairs), rng(pairs))
    found, nothing = final_tests(differences, smallest_effect=0.5)
    # Looks have their say in `judged` too: only what the end decides is compared.
    late = crossings(differences)[0] > pairs
    verdicts = np.array(judged(differences, pairs, 0.5))[late]
    same = (found[late] > 0.0) == (verdicts == "increase")
    same &= nothing[late] == (verdicts == "no_meaningful_effect")
    assert same.mean() >= 0.95


@pytest.mark.parametrize("seed", range(5))
def test_experiments_cross_when_their_e_values_are_first_enough(seed):
    differences = 0.5 + draw(NORMAL, (1, 40), rng(seed))
    (crossed,), (direction,) = crossings(differences)
    e = e_values(differences[0])
    assert e[crossed - 1] >= 40.0 > e[: crossed - 1].max()
    assert direction == 1.0
    assert crossings(differences[:, : crossed - 1])[0][0] == crossed
    assert crossings(-differences)[1][0] == -1.0


def test_ties_count_against_an_effect():
    # Of 2^9 sums of nine equal differences two are as far from 0: p is 2/512. With one of the
    # nine turned round 2 + 18 are, and p is .04.
    equal = np.full((1, 9), 0.1)
    one_less = equal.copy()
    one_less[0, 3] *= -1.0
    for scale in (1e-6, 1.0, 1e6):
        found, _ = final_tests(scale * np.concatenate([equal, -equal, one_less]))
        assert found.tolist() == [1.0, -1.0, 0.0]


def test_ties_are_ties_whatever_rounding_does():
    tenths = rng(12).integers(-2, 5, (400, 10))
    signs = np.array(list(product([1, -1], repeat=10)))
    sums = np.abs(tenths @ signs.T)
    p = (sums >= sums[:, :1]).mean(axis=1)
    assert 20 < (p <= 0.025).sum() < 380
    np.testing.assert_array_equal(final_tests(0.1 * tenths)[0] != 0.0, p <= 0.025)


@pytest.mark.parametrize("pairs", [7, 9])
def test_the_p_value_is_that_of_all_signs(pairs):
    differences = rng(3).normal(0.5, 0.6, (60, pairs))
    signs = np.array(list(product([1.0, -1.0], repeat=pairs)))
    sums = np.abs(differences @ signs.T)
    p = (sums >= sums[:, :1] - 1e-9).mean(axis=1)
    assert 5 < (p <= 0.025).sum() < 55
    np.testing.assert_array_equal(final_tests(differences)[0] != 0.0, p <= 0.025)


def test_mirrored_experiments_are_found_the_other_way_round():
    differences = rng(4).normal(0.4, 0.7, (200, 10))
    one, other = (final_tests(sign * differences, smallest_effect=0.6) for sign in (1.0, -1.0))
    np.testing.assert_array_equal(one[0], -other[0])
    np.testing.assert_array_equal(one[1], other[1])
    assert one[1].any()
    crossed, direction = crossings(differences)
    again, back = crossings(-differences)
    np.testing.assert_array_equal(crossed, again)
    np.testing.assert_array_equal(direction, -back)


def test_experiments_without_scatter_or_without_differences_are_judged():
    zeros = np.zeros((3, 8))
    found, nothing = final_tests(zeros, smallest_effect=0.3)
    assert not found.any()
    assert nothing.all()
    assert (crossings(zeros)[0] == 9).all()
    assert final_tests(np.zeros((2, 0)))[0].tolist() == [0.0, 0.0]


def test_an_interval_that_ends_at_the_smallest_effect_does_not_lie_within_it():
    # Of 63 means of subsets seven are 0.3 and seven -0.3: so are both ends of the 90 % interval.
    differences = np.array([[0.3, -0.3, 0.3, -0.3, 0.3, -0.3]])
    for smallest, nothing in ((0.299, False), (0.3, False), (0.301, True)):
        assert final_tests(differences, smallest_effect=smallest)[1].tolist() == [nothing]
        assert (judged(differences, 6, smallest) == ["no_meaningful_effect"]) is nothing


# Power


def test_only_the_right_direction_is_power():
    tiny = 1e-9
    (told,) = power(NORMAL, tiny, [25], rng=rng(11), sims=4000)
    differences = tiny + draw(NORMAL, (4000, 25), rng(11))
    crossed, direction = crossings(differences)
    says = np.where(crossed <= 25, direction, final_tests(differences)[0])
    assert told == np.mean(says > 0.0)
    assert 0.002 < told < 0.025
    assert 0.002 < np.mean(says < 0.0) < 0.025


@pytest.mark.parametrize("scatter", [NORMAL, TAILED])
@pytest.mark.parametrize("pairs", [9, 13])
def test_power_is_how_often_the_rule_is_right(scatter, pairs):
    promised = power(scatter, 0.6, [pairs], rng=rng(5), sims=20_000)[0]
    verdicts = judged(0.6 + draw(scatter, (2000, pairs), rng(6)), pairs)
    kept = verdicts.count("increase") / 2000
    # Three and a half errors of 2,000, and those of the promise.
    assert abs(kept - promised) < 3.5 * np.sqrt(promised * (1 - promised) / 2000 * 1.1)
    assert 0.2 < kept < 0.97


def test_power_grows_with_pairs_and_with_the_effect():
    few_to_many = power(NORMAL, 0.5, [7, 10, 15, 20, 30, 60], rng=rng())
    assert (np.diff(few_to_many) > 0.0).all()
    assert few_to_many[-1] > 0.995
    small_to_large = [power(NORMAL, e, [12], rng=rng())[0] for e in (0.1, 0.3, 0.6, 1.2)]
    assert (np.diff(small_to_large) > 0.0).all()


def test_no_plan_decides_with_six_pairs():
    assert power(NORMAL, 100.0, [3, 6], rng=rng()).tolist() == [0.0, 0.0]
    assert power(NORMAL, 100.0, [7], rng=rng())[0] == 1.0


def test_power_knows_no_side_and_no_unit():
    pairs = [10, 20, 40]
    here = power(TAILED, 0.5, pairs, rng=rng())
    np.testing.assert_array_equal(here, power(TAILED, -0.5, pairs, rng=rng()))
    large = Scatter(TAILED.weight, TAILED.var * 1e6)
    np.testing.assert_allclose(here, power(large, 500.0, pairs, rng=rng()), atol=0.002)


def test_without_an_effect_the_right_verdict_is_that_nothing_matters():
    pairs = 13
    promised = power(NORMAL, 0.0, [pairs], rng=rng(7), sims=20_000, smallest_effect=0.5)[0]
    verdicts = judged(draw(NORMAL, (1500, pairs), rng(8)), pairs, 0.5)
    kept = verdicts.count("no_meaningful_effect") / 1500
    assert abs(kept - promised) < 3.5 * np.sqrt(promised * (1 - promised) / 1500 * 1.1)
    assert 0.3 < kept < 0.97
    with pytest.raises(InputError, match="smallest effect"):
        power(NORMAL, 0.0, [pairs], rng=rng())


def test_power_needs_pairs():
    for pairs in ([], [0], [5, -1]):
        with pytest.raises(InputError, match="one pair"):
            power(NORMAL, 0.5, pairs, rng=rng())


# How many pairs


@pytest.mark.parametrize("effect", [0.35, 0.5, 1.0, -0.5])
@pytest.mark.parametrize("scatter", [NORMAL, TAILED])
def test_the_pairs_needed_are_enough_and_fewer_are_not(scatter, effect):
    needed = pairs_needed(scatter, effect, rng=rng(9))
    fewer = int(0.85 * needed)
    at, before = power(scatter, effect, [needed, fewer], rng=rng(10), sims=8000)
    assert at > 0.9 - 0.022
    assert before < 0.9


def test_where_no_number_of_pairs_is_enough_none_is_said():
    assert pairs_needed(NORMAL, 0.05, rng=rng()) is None
    assert pairs_needed(NORMAL, 0.5, most=10, rng=rng()) is None
    assert pairs_needed(NORMAL, 100.0, most=6, rng=rng()) is None
    assert pairs_needed(NORMAL, 100.0, rng=rng()) == 7
    assert pairs_needed(NORMAL, 0.5, power=0.5, rng=rng()) < pairs_needed(NORMAL, 0.5, rng=rng())
    with pytest.raises(InputError):
        pairs_needed(NORMAL, 0.0, rng=rng())


def test_a_plan_shows_the_number_it_recommends():
    told = plan(NORMAL, -0.5, smallest_effect=0.4, rng=rng())
    at = told.pairs.index(told.needed)
    assert told.effect == 0.5
    assert told.power[at] == pytest.approx(0.9, abs=0.03)
    assert all(a < b for a, b in pairwise(told.pairs))
    assert told.pairs[0] == 6
    assert told.pairs[-1] == 2 * told.needed
    assert told.power.shape == told.nothing.shape == (len(told.pairs),)
    assert told.nothing[0] < told.nothing[at]
    hopeless = plan(NORMAL, 0.02, smallest_effect=0.4, rng=rng(), most=60)
    assert hopeless.needed is None
    assert hopeless.pairs[-1] == 60
    assert hopeless.power.max() < 0.2


# On the way


def foretold(differences, pairs, **changed):
    said = {"smallest_effect": 0.3, "prior_sd": 0.5, "spread_sd": 0.7} | changed
    return futility(np.asarray(differences, dtype=float), pairs=pairs, rng=rng(), **said)


def test_before_the_first_pair_what_is_foretold_is_the_plan_over_all_effects():
    told = foretold([], 30, spread_sd=0.7)
    effects = 0.5 * rng(2).standard_normal(300)
    expected = np.mean([power(NORMAL, e, [30], rng=rng(3), sims=200)[0] for e in effects])
    assert told.probability_of_effect_verdict == pytest.approx(expected, abs=0.06)


def test_a_clear_effect_will_be_found_soon_and_none_will_be_said_not_to_matter():
    clear = foretold([0.9, 1.2, 1.0, 1.1, 0.8, 1.0], 20)
    assert clear.probability_of_effect_verdict > 0.98
    assert clear.probability_of_nothing_verdict == 0.0
    assert 1 <= clear.pairs_to_go <= 4
    none = foretold([0.05, -0.06, 0.02, -0.01, 0.03, -0.04] * 3, 24, spread_sd=0.1)
    assert none.probability_of_effect_verdict < 0.1
    assert none.probability_of_nothing_verdict > 0.9
    assert none.pairs_to_go == 6
    never = foretold([0.05, -0.06, 0.02, -0.01, 0.03, -0.04] * 3, 24, smallest_effect=None)
    assert never.probability_of_nothing_verdict == 0.0
    assert never.pairs_to_go is None


def test_what_is_foretold_has_no_side():
    d = [0.5, -0.2, 0.3, 0.9, 0.1]
    one, other = foretold(d, 16), foretold([-x for x in d], 16)
    assert one.probability_of_effect_verdict == pytest.approx(
        other.probability_of_effect_verdict, abs=0.04
    )


@pytest.mark.parametrize("seed", range(12))
def test_with_all_pairs_there_the_verdict_is_what_is_foretold(seed):
    d = rng(seed).normal(0.35, 0.5, 12)
    (verdict,) = judged(d[None], 12)
    told = foretold(d, 12)
    assert told.probability_of_effect_verdict == float(verdict in {"increase", "decrease"})
    assert told.probability_of_nothing_verdict == float(verdict == "no_meaningful_effect")


def test_what_a_look_has_found_does_not_become_nothing():
    d = [0.2] * 9 + [-0.2] * 5
    assert judged(np.array([d]), len(d), 5.0) == ["increase"]
    told = foretold(d, len(d), smallest_effect=5.0)
    assert told.probability_of_effect_verdict == 1.0
    assert told.probability_of_nothing_verdict == 0.0
    assert told.pairs_to_go == 0


def test_pairs_foretell_where_nothing_was_planned():
    told = foretold([4.0, 9.0, 7.0, 6.0], 12, prior_sd=5.0, spread_sd=float("nan"))
    assert told.probability_of_effect_verdict > 0.8
    empty = foretold([], 12, spread_sd=float("nan"))
    assert 0.0 < empty.probability_of_effect_verdict <= 1.0
