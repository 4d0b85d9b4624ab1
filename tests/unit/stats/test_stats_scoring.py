"""The rivals' forecasts and their scores."""

import numpy as np
import pytest
from scipy.stats import norm

from evenstride.stats.histories import unruly_runner
from evenstride.stats.scoring import WARM_UP, score


def test_the_last_ten_score_is_what_the_words_say():
    h = unruly_runner(np.random.default_rng(6), 40)
    expected = []
    for i in range(WARM_UP, 40):
        ten = h.value[i - 10 : i]
        sd = np.sqrt(1.1) * ten.std(ddof=1)
        expected.append(norm.logpdf(h.value[i], ten.mean(), sd))
    got = score(h.day, h.value, h.se, scale=0.4)["last_ten"]
    assert got.log_score == pytest.approx(np.mean(expected))
    assert got.log_score_se == pytest.approx(np.std(expected, ddof=1) / np.sqrt(30))


def test_on_its_own_ground_the_gaussian_local_level_is_not_beaten():
    rng = np.random.default_rng(7)
    value = 50.0 + 0.05 * np.cumsum(rng.standard_normal(300)) + 0.4 * rng.standard_normal(300)
    s = score(np.arange(300.0), value, np.zeros(300), scale=0.4)
    assert s["local_level"].log_score > s["last_ten"].log_score
    assert s["local_level"].log_score > s["trend"].log_score - 0.01
    assert s["trend"].log_score > s["local_level"].log_score - 0.05  # the price of robustness
    assert 0.92 < s["local_level"].coverage < 0.98
