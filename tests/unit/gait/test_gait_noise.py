"""The noise model against brute force, and its interval against the exact mixture."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import linalg, optimize, special

from evenstride.gait import noise


def ou_covariance(lag_s, grid):
    fast = np.exp(-lag_s / noise._FAST[grid])
    slow = np.exp(-lag_s / noise._SLOW[grid])
    return (1.0 - noise._SHARE[grid]) * fast + noise._SHARE[grid] * slow


@pytest.mark.parametrize("grid", [0, 7, 22, 38])
@pytest.mark.parametrize("duration", [20.0, 60.0, 1000.0])
def test_variance_of_a_mean_is_the_double_integral(grid, duration):
    t = (np.arange(1500) + 0.5) * duration / 1500
    brute = ou_covariance(np.abs(t[:, None] - t[None, :]), grid).mean()
    assert noise.variance_of_mean(duration, 1.0)[grid, 0] == pytest.approx(brute, rel=1e-3)


@pytest.mark.parametrize("grid", [0, 7, 22, 38])
def test_covariance_of_two_means_is_the_double_integral(grid):
    t = (np.arange(1000) + 0.5) * 300.0 / 1000
    brute = ou_covariance(700.0 + t[:, None] - t[None, :], grid).mean()
    found = noise.covariance_of_means(300.0, 700.0, 1.0)[grid, 0]
    assert found == pytest.approx(brute, rel=1e-4, abs=1e-12)


def test_stretch_shortens_the_slow_time_alone():
    plain, stretched = noise.variance_of_mean(900.0, 1.0), noise.variance_of_mean(900.0, 2.0)
    no_slow = noise._SHARE == 0.0
    assert stretched[no_slow] == pytest.approx(plain[no_slow])
    assert (stretched[~no_slow] < plain[~no_slow]).all()


@pytest.mark.parametrize(
    ("clock", "running", "expected"), [(1800, 1800, 1.0), (1790, 1800, 1.0), (1e6, 1800, 3.0)]
)
def test_stretch_has_bounds(clock, running, expected):
    assert noise.rounded_stretch(clock, running) == pytest.approx(expected, rel=0.05)


def test_stretch_is_clock_over_running_time():
    assert noise.rounded_stretch(3600.0, 1800.0) == pytest.approx(2.0, rel=0.05)


def test_restricted_likelihood_is_that_of_the_textbook():
    rng = np.random.default_rng(1)
    n, length = 12, float(np.exp(round(np.log(60.0) / noise._LOG_STEP) * noise._LOG_STEP))
    y = rng.normal(50.0, 0.4, n)
    white, log_weight = noise._factors(n, round(np.log(length) / noise._LOG_STEP), 1.0)
    rss = ((white @ y).reshape(-1, n) ** 2).sum(axis=1)
    t = (np.arange(n * 60) + 0.5) * length / 60
    hours = (np.arange(n) - (n - 1) / 2) * length / 3600
    one = np.ones(n)
    for grid in (0, 13, 31, 38):
        fine = ou_covariance(np.abs(t[:, None] - t[None, :]), grid)
        v = fine.reshape(n, 60, n, 60).mean(axis=(1, 3))
        v += noise._DRIFT_SD_PER_H**2 * np.outer(hours, hours)
        inverse = linalg.inv(v)
        information = one @ inverse @ one
        residual = y - (one @ inverse @ y) / information
        assert rss[grid] == pytest.approx(residual @ inverse @ residual, rel=2e-3)
        expected = -0.5 * np.linalg.slogdet(v)[1] - 0.5 * np.log(information)
        found = log_weight[grid, 0] - noise._LOG_PRIOR[grid]
        assert found == pytest.approx(expected, abs=0.02)


def test_prior_weights_are_a_distribution():
    assert np.exp(noise._LOG_PRIOR).sum() == pytest.approx(1.0)


@pytest.mark.parametrize("dof", [10.0, 15.0, 41.0, 1e4])
def test_t_tail_and_density(dof):
    x = np.linspace(0.0, 6.0, 61)
    tail, density = noise._t_tail_and_density(x, dof)
    assert tail == pytest.approx(special.stdtr(dof, -x), abs=2e-4)
    step = 1e-4
    slope = (special.stdtr(dof, x + step) - special.stdtr(dof, x - step)) / (2 * step)
    assert density == pytest.approx(slope, rel=1e-4, abs=1e-8)


def fitted(parts, sd=0.3, seed=0, channels=1, duration=None):
    rng = np.random.default_rng(seed)
    y = 50.0 + rng.normal(0.0, sd, (parts, channels))
    duration = parts * 60.0 if duration is None else duration
    return noise.fit(
        y,
        duration_s=duration,
        stretch=1.0,
        unit_variance=noise.variance_of_mean(duration, 1.0),
        within_variance=np.full(channels, 0.25),
        prior_sd=np.full(channels, 0.5),
    )


@pytest.mark.parametrize("parts", [1, 3, 12, 32])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_interval_is_that_of_the_exact_mixture(parts, seed):
    found = fitted(parts, seed=seed)
    unit = noise.variance_of_mean(parts * 60.0, 1.0)
    se, half = noise.errors(found, unit)
    scale = np.sqrt(found.variance * unit)[:, 0]

    def outside(h):
        return found.weight[:, 0] @ special.stdtr(found.dof, h / scale) - 0.975

    exact = optimize.brentq(outside, 1e-6, 1e3)
    assert half[0] == pytest.approx(exact, rel=0.01)
    variance = found.weight[:, 0] @ scale**2 * found.dof / (found.dof - 2.0)
    assert se[0] == pytest.approx(np.sqrt(variance))
    assert noise.standard_errors(found, unit) == pytest.approx(se)


def test_channels_are_judged_each_on_its_own():
    together = fitted(20, channels=3, seed=4)
    rng = np.random.default_rng(4)
    y = 50.0 + rng.normal(0.0, 0.3, (20, 3))
    for i in range(3):
        alone = noise.fit(
            y[:, [i]],
            duration_s=1200.0,
            stretch=1.0,
            unit_variance=noise.variance_of_mean(1200.0, 1.0),
            within_variance=np.array([0.25]),
            prior_sd=np.array([0.5]),
        )
        assert together.channel(i).weight == pytest.approx(alone.weight)
        assert together.channel(i).variance == pytest.approx(alone.variance)


def test_a_noisier_run_has_a_larger_error():
    unit = noise.variance_of_mean(1200.0, 1.0)
    se = [noise.standard_errors(fitted(20, sd=sd), unit)[0] for sd in (0.05, 0.2, 0.8)]
    assert se == sorted(se)
    assert se[2] > 1.5 * se[0]


def test_a_steady_drift_is_not_noise():
    hours = np.linspace(-1.0, 1.0, 32)[:, None]
    rng = np.random.default_rng(2)
    y = rng.normal(0.0, 0.15, (32, 1))
    unit = noise.variance_of_mean(7200.0, 1.0)
    se = [
        noise.errors(
            noise.fit(
                y + slope * hours,
                duration_s=7200.0,
                stretch=1.0,
                unit_variance=unit,
                within_variance=np.array([0.25]),
                prior_sd=np.array([0.5]),
            ),
            unit,
        )[0][0]
        for slope in (0.0, 0.6)
    ]
    assert se[1] < 1.5 * se[0]


def test_parts_are_no_shorter_than_45_s_and_no_more_than_32():
    assert [noise.number_of_parts(s) for s in (10.0, 89.0, 90.0, 1440.0, 9000.0)] == [
        1,
        1,
        2,
        32,
        32,
    ]
