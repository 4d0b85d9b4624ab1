"""The normal distribution and mixtures of it, against SciPy."""

import numpy as np
import pytest
from scipy.stats import norm

from evenstride.stats.gaussian import median, merge_by_spread, mixture_quantile, normal_cdf


def test_normal_cdf_agrees_with_scipy_far_into_both_tails():
    z = np.linspace(-30.0, 30.0, 4001)
    np.testing.assert_allclose(normal_cdf(z), norm.cdf(z), rtol=1.3e-7, atol=0.0)


@pytest.mark.parametrize("p", [0.001, 0.025, 0.1, 0.5, 0.9, 0.975, 0.999])
def test_quantiles_of_mixtures_hold_their_probability(p):
    rng = np.random.default_rng(1)
    weight = rng.dirichlet(np.full(40, 0.3), 100)
    mean = rng.normal(size=(100, 40))
    sd = np.exp(2.0 * rng.normal(size=(100, 40)))  # some a thousand times as wide as others
    x = mixture_quantile(weight, mean, sd, p)
    held = (weight * norm.cdf((x[:, None] - mean) / sd)).sum(axis=1)
    np.testing.assert_allclose(held, p, rtol=2e-5)


def test_a_mixture_of_one_is_a_normal():
    x = mixture_quantile(np.ones(1), np.array([[3.0]]), np.array([[2.0]]), 0.975)
    np.testing.assert_allclose(x, norm.ppf(0.975, 3.0, 2.0), rtol=1e-7)


def test_merging_keeps_weight_mean_and_variance_and_nearly_the_quantiles():
    rng = np.random.default_rng(2)
    weight = rng.dirichlet(np.ones(200), 20)
    mean = 0.3 * rng.normal(size=(20, 200))
    sd = np.exp(rng.normal(size=(20, 200)))
    w, m, s = merge_by_spread(weight, mean, sd)
    assert w.shape[1] < 30
    np.testing.assert_allclose(w.sum(axis=1), 1.0)
    np.testing.assert_allclose((w * m).sum(axis=1), (weight * mean).sum(axis=1), atol=1e-12)
    np.testing.assert_allclose(
        (w * (s**2 + m**2)).sum(axis=1), (weight * (sd**2 + mean**2)).sum(axis=1)
    )
    for p in (0.025, 0.975):
        x = mixture_quantile(w, m, s, p)
        held = (weight * norm.cdf((x[:, None] - mean) / sd)).sum(axis=1)
        np.testing.assert_allclose(held, p, atol=5e-4)


@pytest.mark.parametrize("size", [1, 2, 7, 8])
def test_the_median_is_numpys(size):
    x = np.random.default_rng(size).normal(size=size)
    assert median(x) == np.median(x)
