"""The rule of paired experiments: when it decides, that it stays decided, how often it is wrong."""

import numpy as np
import pytest

from evenstride.domain.errors import InputError
from evenstride.stats.experiments.e_process import e_paths, e_values
from evenstride.stats.experiments.randomisation import randomisation_test
from evenstride.stats.experiments.rule import decide, more_pairs


def decided(d, pairs=None, smallest=0.3):
    return decide(np.array(d), pairs=pairs, smallest_effect=smallest, unit="pp", seed="ab12")


def runs_in_pairs(rng, trials, pairs, *, sd=0.5, correlation=0.3, noise="normal"):
    """Halves of pairs in their order, autocorrelated as a runner's days are, with fair coins."""
    draw = {
        "normal": rng.standard_normal,
        "heavy": lambda size: rng.standard_t(3, size) / np.sqrt(3.0),
        "skewed": lambda size: rng.standard_exponential(size) - 1.0,
    }[noise]
    shocks = draw((trials, 2 * pairs))
    runs = np.empty_like(shocks)
    runs[:, 0] = shocks[:, 0]
    for i in range(1, 2 * pairs):
        runs[:, i] = correlation * runs[:, i - 1] + np.sqrt(1 - correlation**2) * shocks[:, i]
    later_less_earlier = sd * (runs[:, 1::2] - runs[:, ::2])
    return later_less_earlier * rng.choice([-1.0, 1.0], (trials, pairs))


def test_six_pairs_are_the_least_that_reach_5_percent_and_seven_the_least_that_decide():
    assert randomisation_test(np.ones(5), seed="a").p_value == 0.0625
    assert randomisation_test(np.ones(6), seed="a").p_value == 0.03125
    assert decided(np.arange(1.0, 7.0)).verdict == "too_early"
    seven = decided(np.arange(1.0, 8.0))
    assert (seven.verdict, seven.decided_by, seven.decided_at) == ("increase", "p_value", 7)
    assert seven.p_value == 2 / 2**7


def test_the_e_value_decides_at_any_look_and_what_it_decided_stays():
    d = [-0.9, -1.1, -0.8, -1.0, -1.2, -0.9, -1.0, -1.1, -0.7]
    early = decided(d, pairs=30)
    assert (early.verdict, early.decided_by) == ("decrease", "e_value")
    assert early.e_values[early.decided_at - 1] >= 40.0 > early.e_values[early.decided_at - 2]
    assert early.more_pairs is None
    later = decided(d + [1.0] * 21, pairs=30)
    assert (later.verdict, later.decided_at) == ("decrease", early.decided_at)
    assert later.effect.value > 0.0


def test_peeking_after_every_pair_ends_where_not_peeking_does():
    rng = np.random.default_rng(4)
    for d in runs_in_pairs(rng, 40, 16) + rng.choice([0.0, 0.4, -0.8], (40, 1)):
        looks = [decided(d[:n], pairs=12) for n in range(1, 17)]
        verdicts = [look.verdict for look in looks if look.verdict != "too_early"]
        assert set(verdicts) <= {looks[-1].verdict}
        if verdicts:
            first = looks[len(looks) - len(verdicts)]
            assert first.decided_at == looks[-1].decided_at == first.e_values.size


def test_the_final_test_is_made_once_on_the_registered_number():
    d = np.array([0.5, 0.1, 0.6, -0.2, 0.4, 0.3, 0.7, 0.2, -0.1, 0.5])
    found = decided(d, pairs=10)
    assert (found.verdict, found.decided_by, found.decided_at) == ("increase", "p_value", 10)
    assert decided(d[:9], pairs=10).verdict == "too_early"
    after = decided([*d, -3.0, -3.0], pairs=10)
    assert (after.verdict, after.p_value) == ("increase", found.p_value)
    assert after.effect == found.effect
    assert after.e_values.size == 12


def test_after_an_undecided_final_test_the_e_value_goes_on():
    d = np.array([0.5, -0.4] * 4 + [1.0] * 14)
    at_the_number = decided(d[:8], pairs=8)
    assert at_the_number.verdict == "too_early"
    late = decided(d, pairs=8)
    assert (late.verdict, late.decided_by) == ("increase", "e_value")
    assert late.decided_at > 8
    assert late.effect.value == pytest.approx(d.mean())


def test_nothing_that_matters_needs_a_smallest_effect_and_the_registered_number():
    d = np.array([0.05, -0.1, 0.12, -0.03, 0.08, -0.06, 0.02, -0.09, 0.1, -0.04])
    found = decided(d)
    assert (found.verdict, found.decided_by) == ("no_meaningful_effect", "interval")
    assert max(-found.low90, found.high90) < 0.3
    assert decided(d, pairs=12).verdict == "too_early"
    assert decided(d, smallest=None).verdict == "too_early"
    # An interval that only touches the smallest effect does not exclude it.
    assert decided(d, smallest=max(-found.low90, found.high90)).verdict == "too_early"
    # It stays so, whatever comes after: what is decided is decided.
    assert decided([*d, *[1.0] * 30], pairs=10).verdict == "no_meaningful_effect"


def test_a_small_effect_that_is_certain_is_an_effect_and_not_nothing():
    found = decided(np.linspace(0.05, 0.15, 20))
    assert found.verdict == "increase"
    assert found.high90 < 0.3


def test_no_pairs_and_one_pair_say_nothing():
    none = decided([], pairs=12)
    assert (none.verdict, none.p_value, none.more_pairs) == ("too_early", 1.0, 12)
    assert np.isnan(none.effect.value)
    assert (none.effect.low, none.effect.high) == (-np.inf, np.inf)
    one = decided([0.7], pairs=12)
    assert (one.effect.value, one.effect.se, one.more_pairs) == (0.7, np.inf, 11)


def test_equal_and_absent_differences_are_no_special_case():
    same = decided([1e9] * 20, pairs=20)
    assert (same.verdict, same.decided_at, same.effect.low) == ("increase", 8, 1e9)
    assert same.p_value == 2 / 2**20
    nothing = decided([0.0] * 12)
    assert (nothing.verdict, nothing.p_value) == ("no_meaningful_effect", 1.0)
    np.testing.assert_array_equal(nothing.e_values, 1.0)


def test_how_many_more_is_never_beyond_the_registered_number_before_it():
    weak = np.array([0.3, -0.3, 0.5, -0.2, 0.1])
    assert more_pairs(weak, pairs=30, smallest_effect=0.3) == 25
    strong = np.array([1.0, 0.8, 1.2, 0.9, 1.1])
    assert more_pairs(strong, pairs=30, smallest_effect=0.3) == 3  # 8 do for the e-value
    assert more_pairs(weak[:3], pairs=30, smallest_effect=0.3) == 27
    assert more_pairs(weak[:3], pairs=None, smallest_effect=0.3) is None


def test_how_many_more_would_have_found_this_mean_or_bounded_it():
    rng = np.random.default_rng(2)
    d = rng.normal(0.0, 1.0, 20)
    d = (d - d.mean()) / d.std(ddof=1)
    # z = 2.24 at n pairs: n = (2.24 / .4)^2 = 31.4
    assert more_pairs(d + 0.4, pairs=None, smallest_effect=None) == 32 - 20
    # 1.645 / sqrt(n) <= 0.5: n = 10.8, already there, so one more at least
    assert more_pairs(d, pairs=None, smallest_effect=0.5) == 1
    assert more_pairs(d, pairs=None, smallest_effect=0.3) == 31 - 20
    assert more_pairs(d, pairs=None, smallest_effect=None) is None
    # After the final test only the e-value is left: (3.5 / .4)^2 = 76.6
    assert more_pairs(d + 0.4, pairs=20, smallest_effect=0.3) == 77 - 20


def test_what_no_experiment_can_be_registered_with_is_refused():
    with pytest.raises(InputError, match="at least one pair, not 0"):
        decided([1.0], pairs=0)
    for wrong in (0.0, -0.3, np.nan, np.inf):
        with pytest.raises(InputError, match="smallest effect that matters is above 0"):
            decided([1.0], smallest=wrong)


@pytest.mark.parametrize("noise", ["normal", "heavy", "skewed"])
@pytest.mark.parametrize("pairs", [8, 15])
def test_with_no_effect_peeking_after_every_pair_finds_one_at_most_5_times_in_100(noise, pairs):
    trials = 1200
    rng = np.random.default_rng([pairs, len(noise)])
    spread = np.exp(rng.uniform(-1.5, 1.5, (trials, pairs)))  # every pair its own
    d = spread * runs_in_pairs(rng, trials, pairs, noise=noise)
    found = sum(decided(x, pairs=pairs, smallest=None).verdict != "too_early" for x in d)
    assert found / trials <= 0.05 + 3.0 * np.sqrt(0.05 * 0.95 / trials)


@pytest.mark.parametrize("noise", ["normal", "heavy", "skewed"])
@pytest.mark.parametrize("pairs", [6, 9, 13, 20, 25])
def test_the_interval_covers_the_effect_and_not_much_more(noise, pairs):
    trials = 500 if pairs < 20 else 150
    rng = np.random.default_rng([pairs, len(noise), 7])
    effect = 0.6
    covered = 0
    for d in runs_in_pairs(rng, trials, pairs, noise=noise) + effect:
        low, high = randomisation_test(d, seed="ab12").interval(0.95)
        covered += low <= effect <= high
    error = np.sqrt(0.05 * 0.95 / trials)
    assert covered / trials >= 0.95 - 3.0 * error
    # Exact: 1 - floor(.05 * 2^(n-1)) / 2^(n-1), 0.969 with six pairs and 0.95 with many.
    exact = 1.0 - int(0.05 * 2 ** (pairs - 1)) / 2 ** (pairs - 1)
    assert covered / trials <= exact + 3.0 * error


def test_an_e_value_of_40_comes_at_most_once_in_40_however_wild_the_sizes():
    rng = np.random.default_rng(11)
    trials, pairs = 8000, 60
    sizes = np.exp(rng.normal(0.0, 1.5, (trials, pairs)))
    ever = sum(e_values(d).max() >= 40.0 for d in sizes * rng.choice([-1.0, 1.0], sizes.shape))
    assert 0.005 < ever / trials <= 0.025 + 3.0 * np.sqrt(0.025 * 0.975 / trials)


@pytest.mark.parametrize(
    ("effect", "pairs", "least"), [(1.0, 12, 0.87), (1.0, 20, 0.99), (0.5, 40, 0.955)]
)
def test_the_e_value_alone_finds_what_its_stakes_were_chosen_for(effect, pairs, least):
    rng = np.random.default_rng([pairs, 3])
    d = runs_in_pairs(rng, 4000, pairs) + effect
    assert (e_paths(d) >= 40.0).any(axis=1).mean() >= least
