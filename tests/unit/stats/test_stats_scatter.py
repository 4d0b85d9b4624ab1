"""Two of three runs, and pairs of runs, against draws and against the Gaussian's own."""

import numpy as np
import pytest

from evenstride.stats.lanes import single_lane
from evenstride.stats.scatter import pair_limit, single_spread


def test_for_a_gaussian_they_are_the_sd_and_1_96_sds_of_a_difference():
    lane = single_lane(spread=2.0, walk=0.1, share=0.4)
    assert single_spread(lane) == pytest.approx([2.0], rel=1e-5)
    assert pair_limit(lane, 0.25) == pytest.approx([1.959964 * np.sqrt(2 * 4.25)], rel=1e-5)


def test_for_heavy_tails_they_are_those_of_draws_from_the_mixture():
    rng = np.random.default_rng(4)
    lane = single_lane(spread=0.4, walk=0.0, share=0.3, nu=3.0)
    sd = np.sqrt(lane.own_var[:, 0])
    count = 400_000

    def runs():
        own = rng.choice(sd, count, p=lane.own_weight[:, 0]) * rng.standard_normal(count)
        return own + np.sqrt(lane.shared_var[0]) * rng.standard_normal(count)

    error = np.sqrt(2.0 * 0.02) * rng.standard_normal(count)
    assert np.quantile(np.abs(runs()), 0.6827) == pytest.approx(single_spread(lane)[0], rel=0.01)
    difference = np.abs(runs() - runs() + error)
    assert np.quantile(difference, 0.95) == pytest.approx(pair_limit(lane, 0.02)[0], rel=0.02)
