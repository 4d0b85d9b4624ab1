"""Assignments are fair coins that anybody can derive again from the seed with SHA-256 alone."""

from hashlib import sha256

import numpy as np
import pytest

from evenstride.domain.errors import InputError
from evenstride.stats.experiments.sequence import (
    assigned,
    new_seed,
    start_index,
    treatment_first,
)

SEED = "00112233445566778899aabbccddeeff"


def test_the_sequence_is_the_documented_hash_and_never_changes():
    for pair in range(50):
        last = sha256(f"{SEED}/pair/{pair}".encode("ascii")).digest()[-1]
        assert treatment_first(SEED, pair) == (last % 2 == 1)
    assert "".join("TC"[not treatment_first(SEED, p)] for p in range(24)) == (
        "TCCCCTTCTCCTCTTTTTCCCTCT"
    )
    assert [start_index(SEED, k) for k in (1, 20, 28, 60)] == [0, 6, 10, 43]


def test_the_two_halves_of_a_pair_get_one_condition_each():
    for pair in range(40):
        halves = [assigned(SEED, pair, half) for half in (0, 1)]
        assert sorted(halves) == ["control", "treatment"]
        assert (halves[0] == "treatment") == treatment_first(SEED, pair)


def test_coins_are_fair_and_know_nothing_of_their_neighbours_or_of_other_seeds():
    coins = np.array([treatment_first(SEED, p) for p in range(10_000)], dtype=float)
    other = np.array([treatment_first(SEED + "0", p) for p in range(10_000)], dtype=float)
    bound = 4.5 / np.sqrt(coins.size)
    assert abs(2.0 * coins.mean() - 1.0) < bound
    signs, others = 2.0 * coins - 1.0, 2.0 * other - 1.0
    assert abs((signs[1:] * signs[:-1]).mean()) < bound
    assert abs((signs[2:] * signs[:-2]).mean()) < bound
    assert abs((signs * others).mean()) < bound


def test_every_date_of_a_window_is_as_likely_as_any_other():
    drawn = np.bincount([start_index(f"{i:032x}", 20) for i in range(8_000)], minlength=20)
    assert drawn.size == 20
    chi_squared = float(((drawn - 400.0) ** 2 / 400.0).sum())
    assert chi_squared < 49.6  # 1 in 7,000 with 19 degrees of freedom


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(InputError, match="16 random bytes, not 8"):
        new_seed(b"12345678")
    assert new_seed(bytes(range(16))) == "000102030405060708090a0b0c0d0e0f"
    with pytest.raises(InputError, match="no pair -1"):
        treatment_first(SEED, -1)
    with pytest.raises(InputError, match="no half 2"):
        assigned(SEED, 0, 2)
    with pytest.raises(InputError, match="at least one possible date"):
        start_index(SEED, 0)
