"""The randomisation test against brute force over all sequences, and against SciPy's."""

from hashlib import sha256
from itertools import product

import numpy as np
import pytest
from scipy import stats

from evenstride.stats.experiments import randomisation, subset_means
from evenstride.stats.experiments.e_process import e_values
from evenstride.stats.experiments.randomisation import randomisation_test


def some_differences(n, seed=0, kind="normal"):
    rng = np.random.default_rng([n, seed])
    if kind == "ties":
        return rng.integers(-4, 6, n) / 10.0
    if kind == "wild":
        return 0.4 + rng.standard_t(1.5, n)
    return rng.normal(0.4, 1.0, n)


def p_by_brute_force(d):
    signs = np.array(list(product([1.0, -1.0], repeat=len(d))))
    return float(np.mean(np.abs(signs @ d) >= abs(d.sum()) - 1e-9 * np.abs(d).sum()))


@pytest.mark.parametrize("kind", ["normal", "ties", "wild"])
@pytest.mark.parametrize("n", range(1, 11))
def test_p_values_are_those_of_all_sign_vectors(n, kind):
    for seed in range(5):
        d = some_differences(n, seed, kind)
        found = randomisation_test(d, seed="any")
        assert found.exact
        assert found.p_value == pytest.approx(p_by_brute_force(d), abs=1e-12)


@pytest.mark.parametrize("kind", ["normal", "ties", "wild"])
@pytest.mark.parametrize("n", [5, 6, 7, 8, 10])
def test_intervals_hold_exactly_the_effects_that_brute_force_does_not_reject(n, kind):
    for seed in range(3):
        d = some_differences(n, seed, kind)
        found = randomisation_test(d, seed="any")
        for level in (0.9, 0.95):
            low, high = found.interval(level)
            if not np.isfinite(low):
                assert 2.0 / 2**n > 1.0 - level
                assert high == np.inf
                continue
            step = 1e-6 * (high - low) + 1e-9
            inside = [low + step, high - step, *np.linspace(low, high, 7)[1:-1]]
            for effect in inside if high > low else [low]:
                assert p_by_brute_force(d - effect) > 1.0 - level
            for effect in (low - step, high + step, low - 1.0, high + 2.0):
                assert p_by_brute_force(d - effect) <= 1.0 - level


@pytest.mark.parametrize("n", [6, 9, 13])
def test_p_values_agree_with_scipy(n):
    for seed in range(4):
        d = some_differences(n, seed)
        theirs = stats.permutation_test(
            (d,), np.sum, permutation_type="samples", n_resamples=np.inf, alternative="two-sided"
        )
        assert randomisation_test(d, seed="any").p_value == pytest.approx(theirs.pvalue)


@pytest.mark.parametrize("kind", ["normal", "ties", "wild"])
@pytest.mark.parametrize("n", [6, 11, 14])
def test_counting_without_listing_says_the_same(n, kind, monkeypatch):
    for seed in range(3):
        d = some_differences(n, seed, kind)
        listed = randomisation_test(d, seed="any")
        with monkeypatch.context() as patch:
            patch.setattr(randomisation, "_LISTED", 0)
            patch.setattr(subset_means, "_FEW", 8)
            counted = randomisation_test(d, seed="any")
            assert counted.p_value == pytest.approx(listed.p_value, abs=1e-12)
            for level in (0.5, 0.9, 0.95):
                np.testing.assert_allclose(
                    counted.interval(level), listed.interval(level), atol=1e-9
                )


@pytest.mark.parametrize("kind", ["normal", "ties", "wild"])
@pytest.mark.parametrize("n", [17, 20])
def test_every_rank_of_subset_means_is_found(n, kind):
    d = some_differences(n, 1, kind)
    sums, sizes = subset_means.subset_sums(d), subset_means.subset_sizes(n)
    means = np.sort(sums[1:] / sizes[1:])
    for rank in (1, 2, 37, 2**n // 80, 2**n // 2, 2**n - 2, 2**n - 1):
        assert subset_means.smallest_mean(d, rank) == pytest.approx(means[rank - 1], abs=1e-9)


@pytest.mark.parametrize("n", [25, 32, 63, 64, 65, 130])
def test_the_sequences_drawn_are_the_bits_of_the_seed(n):
    d = np.round(some_differences(n, 2), 1)  # ties, so that p tells them apart by nothing else
    bits = np.random.PCG64(int.from_bytes(sha256(b"any/flips").digest(), "big"))
    words = -(-n // 64)
    raw = bits.random_raw((2**17 - 1) * words).astype("<u8").view(np.uint8).reshape(-1, 8 * words)
    coins = np.unpackbits(raw, axis=1, count=n, bitorder="little")
    sums, sizes = randomisation._drawn_flips(d, "any")
    np.testing.assert_allclose(sums, coins @ d, atol=1e-12)
    np.testing.assert_array_equal(sizes, coins.sum(axis=1))
    as_far = np.abs(d.sum() - 2.0 * coins @ d) >= abs(d.sum()) - 1e-9
    assert randomisation_test(d, seed="any").p_value == (1 + as_far.sum()) / 2**17


def test_trials_of_a_size_are_flipped_by_sequences_drawn_once():
    randomisation._few_coins.cache_clear()
    for seed in range(5):
        randomisation_test(some_differences(30, seed), seed="any")
    assert randomisation._few_coins.cache_info().misses == 1


def test_levels_asked_for_together_are_those_asked_for_one_by_one():
    for n in (4, 5, 7, 12, 18, 30):
        found = randomisation_test(some_differences(n, 1), seed="any")
        levels = (0.9, 0.95, 0.5, 0.9999999)
        assert found.intervals(*levels) == [found.interval(level) for level in levels]


def test_drawn_sequences_come_near_to_counted_ones():
    for seed in range(4):
        d = some_differences(27, seed)
        drawn = randomisation_test(d, seed="any")
        assert not drawn.exact
        as_far = subset_means.sums_at_most(d if d.sum() > 0 else -d, 0.0) / 2**26
        assert 0.0 < drawn.p_value_se < 0.0015
        assert drawn.p_value == pytest.approx(as_far, abs=5.0 * drawn.p_value_se + 1e-5)
        low, high = drawn.interval(0.9)
        rank = int(0.1 * 2**26)
        wide = high - low
        assert low == pytest.approx(subset_means.smallest_mean(d, rank), abs=0.02 * wide)
        assert high == pytest.approx(-subset_means.smallest_mean(-d, rank), abs=0.02 * wide)


@pytest.mark.parametrize("kind", ["normal", "ties", "wild"])
@pytest.mark.parametrize("n", [1, 2, 5, 11])
def test_e_values_have_mean_1_over_all_sequences(n, kind):
    size = np.abs(some_differences(n, 3, kind))
    signs = np.array(list(product([1.0, -1.0], repeat=n)))
    paths = np.array([e_values(s * size) for s in signs])
    np.testing.assert_allclose(paths.mean(axis=0), 1.0, rtol=1e-12)


def test_e_values_are_the_documented_product():
    d = np.array([0.3, -0.1, 0.0, 0.8, 0.5])
    rms = np.sqrt(np.cumsum(d**2) / np.arange(1, 6))
    stakes = np.array([-1.6, -0.8, -0.4, 0.4, 0.8, 1.6])[:, None] * d / rms
    expected = np.cumprod(np.exp(stakes) / np.cosh(stakes), axis=1).mean(axis=0)
    np.testing.assert_allclose(e_values(d), expected, rtol=1e-12)
