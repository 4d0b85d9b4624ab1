"""Words are checked like numbers: every sentence about balance names the right side."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenstride.domain.estimate import Estimate
from evenstride.domain.wording import (
    balance_pair,
    balance_words,
    change_interval_words,
    count_words,
    distance_words,
    duration_words,
    interval_words,
    pace_words,
    toward,
)

balances = st.floats(20.0, 80.0)


def change(value: float, low: float, high: float) -> Estimate:
    return Estimate(value, 0.1, low, high, "pp", 10.0)


@pytest.mark.parametrize(
    ("balance", "pair", "words"),
    [
        (48.6, "48.6 L / 51.4 R", "51.4 % right"),
        (50.8, "50.8 L / 49.2 R", "50.8 % left"),
        (50.0, "50.0 L / 50.0 R", "even (50.0 %)"),
        (49.97, "50.0 L / 50.0 R", "even (50.0 %)"),
        (49.94, "49.9 L / 50.1 R", "50.1 % right"),
    ],
)
def test_balance_is_said_with_its_side(balance, pair, words):
    assert balance_pair(balance) == pair
    assert balance_words(balance) == words


def test_a_missing_balance_is_a_dash_and_not_a_50():
    assert balance_pair(None) == "–"


@given(balances)
def test_the_mirrored_runner_gets_the_other_side(balance):
    def swapped(words: str) -> str:
        return words.replace("left", "L#").replace("right", "left").replace("L#", "right")

    mirrored = 100.0 - balance
    if abs(balance * 10 % 1 - 0.5) < 1e-6:  # a tie in rounding has no mirror image
        return
    assert swapped(balance_words(balance)) == balance_words(mirrored)
    left, right = balance_pair(balance).split(" / ")
    other_left, other_right = balance_pair(mirrored).split(" / ")
    assert (left[:-1], right[:-1]) == (other_right[:-1], other_left[:-1])


@given(balances)
def test_both_halves_add_up_to_100(balance):
    left, right = (float(part[:-2]) for part in balance_pair(balance).split(" / "))
    assert left + right == pytest.approx(100.0, abs=1e-9)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (48.3, 48.9, "51.1 to 51.7 % right"),
        (51.1, 51.7, "51.1 to 51.7 % left"),
        (49.8, 50.4, "50.2 % right to 50.4 % left"),
        (49.5, 50.0, "50.5 % right to even (50.0 %)"),
    ],
)
def test_an_interval_keeps_its_side(low, high, said):
    assert interval_words(low, high) == said


@pytest.mark.parametrize(
    ("value", "low", "high", "size", "interval"),
    [
        (0.6, 0.2, 1.0, "0.6 pp toward the left", "0.2 to 1.0 pp toward the left"),
        (-0.6, -1.0, -0.2, "0.6 pp toward the right", "0.2 to 1.0 pp toward the right"),
        (
            0.1,
            -0.3,
            0.5,
            "0.1 pp toward the left",
            "from 0.3 pp toward the right to 0.5 pp toward the left",
        ),
        (0.04, -0.02, 0.1, "0.0 pp", "from 0.0 pp to 0.1 pp toward the left"),
    ],
)
def test_a_change_names_its_direction(value, low, high, size, interval):
    assert toward(value) == size
    assert change_interval_words(change(value, low, high)) == interval


def test_pace_durations_and_counts_read_as_people_say_them():
    assert pace_words(1000 / 312) == "5:12 /km"
    assert pace_words(0.0) == "–"
    assert pace_words(1000 / 299.7) == "5:00 /km"
    assert pace_words(1609.344 / 502, "mi") == "8:22 /mi"
    assert pace_words(None, "mi") == "–"
    assert distance_words(12_345.0) == "12.3 km"
    assert distance_words(16_093.44, "mi", decimals=2) == "10.00 mi"
    assert distance_words(None) == "–"
    assert duration_words(42 * 60 + 10) == "42:10"
    assert duration_words(3725) == "1:02:05"
    assert count_words(1, "run") == "1 run"
    assert count_words(3000, "run") == "3,000 runs"
