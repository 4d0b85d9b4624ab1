"""Sudden changes and mirrored runs in simulated runners: false alarms, power, coverage."""

import numpy as np
import pytest

from evenstride.domain.moves import DaySpread
from evenstride.stats.changes import LEAST_BAYES_FACTOR, sudden_steps
from evenstride.stats.histories import still_runner, unruly_runner, walking_runner
from evenstride.stats.lanes import MULTIPLIERS, student_weights
from evenstride.stats.mirrored import LIKELY, mirrored_probability

WORLDS = {
    "walking": lambda rng: walking_runner(rng, int(rng.integers(20, 300))),
    "unruly": lambda rng: unruly_runner(rng, 250),
    "still": lambda rng: still_runner(rng, 0.0, heavy=False),
    "days in common": lambda rng: still_runner(rng, 0.5, heavy=True),
}


def find(h, value=None):
    return sudden_steps(h.day, h.value if value is None else value, h.se, unit="pp", scale=0.4)


def false_alarms(world, runners):
    return sum(
        bool(find(WORLDS[world](np.random.default_rng([501, list(WORLDS).index(world), seed]))))
        for seed in range(runners)
    )


@pytest.mark.parametrize("world", WORLDS)
def test_runners_without_a_sudden_change_are_not_told_of_one(world):
    # At a true 5 %, more than 6 of 40 happens once in 300 times.
    assert false_alarms(world, 40) <= 6


@pytest.mark.long
@pytest.mark.parametrize("world", WORLDS)
def test_false_alarms_stay_below_five_percent_of_runners(world):
    # At a true 5 %, 7 of 300 or fewer happens once in 60 times: fewer show that it is less.
    assert LEAST_BAYES_FACTOR == 20.0
    assert false_alarms(world, 300) <= 7


def stepped(seed, size):
    rng = np.random.default_rng([502, seed])
    h = walking_runner(rng, int(rng.integers(40, 200)))
    at = int(rng.integers(10, h.day.size - 10))
    return h, at, h.value + size * (np.arange(h.day.size) >= at)


def test_steps_are_found_where_and_as_large_as_they_are():
    found, dated, sized = [], [], []
    for seed in range(80):
        h, at, value = stepped(seed, 2.0)
        steps = find(h, value)
        found.append(bool(steps))
        if steps:
            dated.append(steps[0].first <= at <= steps[0].last)
            sized.append(steps[0].change.low < 2.0 < steps[0].change.high)
    assert np.mean(found) >= 0.55
    # 95 % true coverage falls below 84 % of 45 found steps once in 600 times.
    assert np.mean(dated) >= 0.84
    assert np.mean(sized) >= 0.84


def days_of(h):
    """The scatter of single runs as far as neighbours show it."""
    spread = 1.4826 * np.median(np.abs(np.diff(h.value))) / np.sqrt(2.0)
    weight = np.mean([student_weights(nu) for nu in (30.0, 5.0, 2.5)], axis=0)
    return DaySpread(weight, 0.85 * spread**2 * MULTIPLIERS, 0.15 * spread**2, 3.0)


def test_mirrored_runs_are_found_where_the_runner_is_far_from_even_and_hardly_ever_invented():
    runs = invented = 0
    power: dict[str, list[float]] = {"near": [], "far": []}
    for seed in range(200):
        rng = np.random.default_rng([503, seed])
        h = (walking_runner if seed % 2 else unruly_runner)(rng, 120)
        days, none = days_of(h), np.zeros(120)
        said = mirrored_probability(h.value, h.se, none, days) >= LIKELY
        runs, invented = runs + said.size, invented + int(said.sum())
        at = int(rng.integers(5, 110))
        value = h.value.copy()
        value[at : at + 3] = 100.0 - value[at : at + 3]
        off = abs(float(h.level[at]) - 50.0)
        if off < 0.3 or off > 1.2:
            told = mirrored_probability(value, h.se, none, days)[at : at + 3] >= LIKELY
            power["far" if off > 1.2 else "near"].append(float(told.mean()))
    assert invented / runs < 0.002
    assert len(power["far"]) > 30
    assert np.mean(power["far"]) > 0.85
    assert np.mean(power["near"]) < 0.1
