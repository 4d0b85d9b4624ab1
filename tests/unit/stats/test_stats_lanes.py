"""The grid of hyper-parameters."""

import numpy as np
import pytest

from evenstride.stats.lanes import MULTIPLIERS, default_lanes, single_lane, student_weights


def test_the_prior_and_the_mixtures_are_probabilities():
    lanes = default_lanes()
    assert np.exp(lanes.log_prior).sum() == pytest.approx(1.0)
    np.testing.assert_allclose(lanes.own_weight.sum(axis=0), 1.0)
    assert np.exp(lanes.log_prior[lanes.still]).sum() == pytest.approx(0.04)


def test_smaller_nu_means_heavier_tails():
    far = [student_weights(nu)[MULTIPLIERS > 5.0].sum() for nu in (30.0, 5.0, 2.5)]
    assert far[0] < far[1] < far[2]


def test_the_mixture_stands_in_for_a_student_t():
    weight = student_weights(5.0)
    sd = np.sqrt(MULTIPLIERS)
    draws = np.random.default_rng(3).standard_t(5.0, 200_000)
    from scipy.stats import norm

    for z in (0.5, 1.0, 2.0, 4.0):
        expected = (np.abs(draws) > z).mean()
        got = float((weight * 2.0 * norm.sf(z / sd)).sum())
        assert got == pytest.approx(expected, rel=0.15, abs=0.004)


def test_the_day_to_day_spread_leaves_wild_components_out():
    lane = single_lane(spread=2.0, walk=0.1, nu=30.0)
    assert lane.tame_sd()[0] == pytest.approx(2.0, rel=0.06)
    assert single_lane(spread=2.0, walk=0.1).tame_sd()[0] == pytest.approx(2.0)
