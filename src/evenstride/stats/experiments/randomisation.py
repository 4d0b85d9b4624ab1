"""How a paired experiment is tested exactly as it was randomised: by flipping the signs of pairs.

With no effect, which half of a pair got the treatment was a coin's choice, and so was the sign of
its difference. The test compares the sum of the differences with what all sequences of coins would
have made of the same runs. It asks nothing of how runs scatter.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import numpy as np

from evenstride.domain.errors import InputError
from evenstride.stats.experiments.inverting import (
    TIE,
    Inverted,
    agreeing,
    invert,
    rank_of_end,
)
from evenstride.stats.experiments.subset_means import (
    smallest_mean,
    subset_sizes,
    subset_sums,
    sums_at_most,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evenstride.domain.estimate import FloatArray

    Coins = np.typing.NDArray[np.uint8]

_LISTED: Final = 16
"""Up to so many pairs all sequences are listed."""
_COUNTED: Final = 24
"""Up to so many they are all counted, without listing them; beyond, some are drawn."""
_DRAWN: Final = 2**17 - 1
_WORDS_AT_ONCE: Final = 2**23
_ROWS_AT_ONCE: Final = 2**14
_FEW: Final = 64
"""Up to so many pairs the sequences drawn are kept: 2 MB for each number of pairs."""
_LARGEST: Final = 1e100


@dataclass(frozen=True, slots=True, eq=False)
class Randomised:
    """What the randomisation test of some differences says.

    Attributes
    ----------
    p_value
        Share of sequences of coins, the actual one among them, whose sum is at least as far from 0;
        two-sided, ties counted.
    exact
        Whether all sequences were counted; else 131,071 were drawn, the same for test and interval.
    differences
        What was tested, shape (n,).
    """

    p_value: float
    exact: bool
    differences: FloatArray
    _listed: Inverted | None

    @property
    def p_value_se(self) -> float:
        """Monte Carlo error of the p-value; 0 where all sequences were counted."""
        return 0.0 if self.exact else float(np.sqrt(self.p_value * (1.0 - self.p_value) / _DRAWN))

    def intervals(self, *levels: float) -> list[tuple[float, float]]:
        """Return all constant effects that the test does not reject at 1 - level, ends included.

        Their ends are order statistics of the means of all subsets of the differences.

        Parameters
        ----------
        levels
            As 0.95: then an interval exists from 6 pairs on, for 0.9 from 5; below it is infinite.

        Returns
        -------
            Low and high end for each level, in the unit of the differences.

        References
        ----------
        .. [1] Hartigan 1969, Using subsample values as typical values,
           doi 10.1080/01621459.1969.10501057.
        """
        if self._listed is not None:
            return self._listed.intervals(*levels)
        d = self.differences
        found = []
        for level in levels:
            rank = rank_of_end(level, 2 ** (d.size - 1))
            low, high = smallest_mean(d, rank), -smallest_mean(-d, rank)
            found.append(agreeing(low, high, in_it=self.p_value > 1.0 - level + TIE))
        return found

    def interval(self, level: float) -> tuple[float, float]:
        """Return the one of `intervals` for a level."""
        return self.intervals(level)[0]


def checked_differences(differences: FloatArray | Sequence[float]) -> FloatArray:
    """Return the differences as an array of numbers, shape (n,).

    Raises
    ------
    InputError
        One is missing, infinite or beyond 1e100.
    """
    d = np.asarray(differences, dtype=np.float64)
    bad = ~(np.abs(d) < _LARGEST)
    if d.ndim != 1 or bad.any():
        what = "a list of numbers" if d.ndim != 1 else "a number in every pair"
        where = f"; pair {int(np.argmax(bad)) + 1} has {d[bad][0]}" if d.ndim == 1 else ""
        raise InputError(f"The differences of an experiment must be {what}{where}.")
    return d


def randomisation_test(differences: FloatArray, *, seed: str) -> Randomised:
    """Test whether the differences of pairs are more than coins make.

    Parameters
    ----------
    differences
        Treatment - control of each complete pair, shape (n,), any unit.
    seed
        Of the registration: beyond 24 pairs the sequences drawn follow from it.

    Returns
    -------
        Without pairs the p-value is 1 and the interval infinite.

    Raises
    ------
    InputError
        A difference is not a number.

    References
    ----------
    .. [1] Edgington & Onghena 2007, Randomization Tests, 4th ed., ch. 6 and 11.
    .. [2] Phipson & Smyth 2010, doi 10.2202/1544-6115.1585 (why the actual one counts).
    """
    d = checked_differences(differences)
    if _LISTED < d.size <= _COUNTED:
        total, scale = float(d.sum()), float(np.abs(d).sum())
        # As many flips end beyond the sum on this side as beyond its negative on the other.
        as_far = sums_at_most(d if total >= 0.0 else -d, TIE * scale)
        p = 1.0 if abs(total) <= TIE * scale else min(as_far / 2 ** (d.size - 1), 1.0)
        return Randomised(p, exact=True, differences=d, _listed=None)
    exact = d.size <= _LISTED
    sums, sizes = _all_flips(d) if exact else _drawn_flips(d, seed)
    actual, n = float(d.sum()), float(max(d.size, 1))
    scale = float(np.abs(d).sum())
    listed = invert(actual, n, actual - 2.0 * sums, n - 2.0 * sizes, scale=scale)
    return Randomised(listed.p_value, exact=exact, differences=d, _listed=listed)


def _all_flips(d: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return sums and numbers of what is flipped in every sequence but the actual one.

    The last pair stays: flipping all the others instead leaves the size of the sum as it is.
    """
    if d.size == 0:
        return np.zeros(0), np.zeros(0)
    return subset_sums(d[:-1])[1:], subset_sizes(d.size - 1)[1:]


def _drawn_flips(d: FloatArray, seed: str) -> tuple[FloatArray, FloatArray]:
    """Return sums and numbers of what is flipped in sequences drawn from the seed, shape (m,)."""
    drawn = _few_coins(seed, d.size) if d.size <= _FEW else _coins(seed, d.size)
    tables = _in_eights(d)
    parts = [(_flipped(coins, tables), sizes) for coins, sizes in drawn]
    return np.concatenate([s for s, _ in parts]), np.concatenate([n for _, n in parts])


def _coins(seed: str, n: int) -> Iterator[tuple[Coins, FloatArray]]:
    """Give drawn sequences in parts, and how many pairs each flips, shape (rows,).

    Eight pairs are a byte, shape (n / 8, rows). Raw bits are used, which no version of the
    generator's library draws differently.
    """
    bits = np.random.PCG64(int.from_bytes(sha256(f"{seed}/flips".encode()).digest(), "big"))
    words, eights = -(-n // 64), -(-n // 8)
    ones = _in_eights(np.ones(n))
    most = min(max(_WORDS_AT_ONCE // words, 1), _ROWS_AT_ONCE)
    for at in range(0, _DRAWN, most):
        rows = min(most, _DRAWN - at)
        raw = bits.random_raw(rows * words).astype("<u8").view(np.uint8).reshape(rows, -1)
        coins = np.ascontiguousarray(raw[:, :eights].T)
        yield coins, _flipped(coins, ones)


@lru_cache(maxsize=16)
def _few_coins(seed: str, n: int) -> tuple[tuple[Coins, FloatArray], ...]:
    """Return all of `_coins`, kept: many trials are flipped alike."""
    return tuple(_coins(seed, n))


def _in_eights(values: FloatArray) -> FloatArray:
    """Return the sums of all subsets of each eight values, shape (n / 8, 256), by their bits."""
    eights = np.zeros((-(-values.size // 8), 8))
    eights.flat[: values.size] = values
    sums = np.zeros((eights.shape[0], 256))
    for bit in range(8):
        half = 2**bit
        sums[:, half : 2 * half] = sums[:, :half] + eights[:, bit, None]
    return sums


def _flipped(coins: Coins, tables: FloatArray) -> FloatArray:
    """Return the sum of what each sequence flips, shape (rows,)."""
    total = np.zeros(coins.shape[1])
    for byte, table in zip(coins, tables, strict=True):
        total += table[byte]
    return total
