"""What goes along with complaints, on diaries of known truth: short form of the benchmark.

A bound follows from the target and from what chance does to so many: a rule on the edge of its
target fails here once in two hundred times.
"""

from functools import cache

import numpy as np
import pytest
from scipy.stats import binom

from evenstride.stats.complaints.judging import judge_diary, true_strength
from evenstride.stats.complaints.simulated import DiaryWorld

DIARIES, DRAWS = 180, 299
CHANCE = 0.005

STILL = {
    "as expected": DiaryWorld(),
    "soreness that lasts": DiaryWorld(memory=0.97),
    "days that share much": DiaryWorld(memory=0.95, shared=0.8),
    "written when it hurts": DiaryWorld(memory=0.95, writes="when_it_hurts"),
    "written after runs": DiaryWorld(writes="after_runs"),
    "a rhythm of the week": DiaryWorld(rhythm=1.0, writes="always"),
    "healing while running grows": DiaryWorld(trend=3.0, days=270, walk_pp=0.06),
    "nine weeks": DiaryWorld(days=63, writes="always"),
}
TRUE = {
    "load hurts": (DiaryWorld(tie="load_hurts", effect=1.5, lag=1, writes="always"), 0.6),
    "balance moves": (DiaryWorld(tie="balance_moves", effect=0.5, lag=0, writes="always"), 0.6),
}


@cache
def judged(world, seed):
    return tuple(judge_diary([seed, i], world, draws=DRAWS) for i in range(DIARIES))


@pytest.mark.parametrize("name", STILL)
def test_no_more_than_one_diary_in_twenty_shows_what_is_not_there(name):
    found = judged(STILL[name], 601)
    assert np.mean([one.told for one in found]) > 0.9
    assert sum(one.false for one in found) <= binom.ppf(1.0 - CHANCE, DIARIES, 0.05)


@pytest.mark.parametrize("name", TRUE)
def test_what_is_there_is_found_with_its_lag_and_not_in_other_places(name):
    world, least = TRUE[name]
    found = judged(world, 602)
    hits = [one for one in found if one.found]
    assert len(hits) >= binom.ppf(CHANCE, DIARIES, least)
    assert np.mean([one.lag_off_days == 0 for one in hits]) > 0.6
    assert sum(one.false for one in found) <= binom.ppf(1.0 - CHANCE, DIARIES, 0.05)


@pytest.mark.parametrize("name", TRUE)
def test_the_interval_holds_the_true_strength(name):
    world, _ = TRUE[name]
    truth = true_strength([603], world)
    assert (truth > 0.1) if world.tie == "load_hurts" else (truth < -0.1)
    held = sum(one.low <= truth <= one.high for one in judged(world, 602))
    assert held >= binom.ppf(CHANCE, DIARIES, 0.95)
