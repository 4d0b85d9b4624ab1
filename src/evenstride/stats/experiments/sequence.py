"""How assignments follow from a seed: each is a bit of a hash, whatever library draws elsewhere.

The seed is kept with the registration, so anybody can derive the same sequence with SHA-256 alone:
the bytes hashed are the seed, a slash, the word `pair` or `start`, a slash and a number, in ASCII.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from evenstride.domain.errors import InputError

if TYPE_CHECKING:
    from evenstride.domain.experiment import Condition

_FEWEST_BYTES: Final = 16


def new_seed(random_bytes: bytes) -> str:
    """Return the seed that some random bytes make, as hexadecimal digits.

    Parameters
    ----------
    random_bytes
        16 of them or more, from a source nobody can foresee.

    Raises
    ------
    InputError
        There are fewer.
    """
    if len(random_bytes) < _FEWEST_BYTES:
        raise InputError(
            f"A seed needs at least {_FEWEST_BYTES} random bytes, not {len(random_bytes)}."
        )
    return random_bytes.hex()


def treatment_first(seed: str, pair: int) -> bool:
    """Return whether the treatment comes first in a pair: a fair coin of its own for each.

    Parameters
    ----------
    seed
        Of the registration.
    pair
        Its number, from 0.

    Raises
    ------
    InputError
        The number is negative.
    """
    if pair < 0:
        raise InputError(f"Pairs are numbered from 0; there is no pair {pair}.")
    return bool(_drawn(seed, "pair", pair) & 1)


def assigned(seed: str, pair: int, half: int) -> Condition:
    """Return the condition of one half of a pair: 0 is the half that comes first, 1 the other.

    Raises
    ------
    InputError
        The half is neither, or the pair's number is negative.
    """
    if half not in {0, 1}:
        raise InputError(f"A pair has a half 0 and a half 1; there is no half {half}.")
    return "treatment" if treatment_first(seed, pair) == (half == 0) else "control"


def start_index(seed: str, dates: int) -> int:
    """Return which of so many possible dates a randomised start falls on, from 0.

    Parameters
    ----------
    seed
        Of the registration.
    dates
        How many there are, at least 1. Each is as likely as any other, to within 1e-70.

    Raises
    ------
    InputError
        There are none.
    """
    if dates < 1:
        raise InputError("A randomised start needs at least one possible date.")
    return _drawn(seed, "start", dates) % dates


def _drawn(seed: str, what: str, number: int) -> int:
    return int.from_bytes(sha256(f"{seed}/{what}/{number}".encode()).digest(), "big")
