"""How the rule judges thousands of simulated experiments in one go.

The test at the registered number needs the sums of all subsets of each experiment's pairs: turning
the order of a subset of the pairs round makes `total - 2 * sum of the subset` of the sum of all,
and the interval is made of the means of subsets. One product of matrices has them all. Where there
are too many subsets, a fixed draw of them stands for all; the rule itself counts more.

References
----------
.. [1] Hartigan 1969, doi 10.1080/01621459.1969.10501057 (intervals from means of subsets).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from evenstride.domain.experiment import ENOUGH_E, ENOUGH_P
from evenstride.stats.experiments.e_process import e_paths

if TYPE_CHECKING:
    from evenstride.domain.estimate import BoolArray, FloatArray

IntArray = np.typing.NDArray[np.intp]
_Float32 = np.typing.NDArray[np.float32]

_ALL_UP_TO: Final = 13
_DRAWN: Final = 4096
_TAIL_OF_90: Final = 0.05
# Experiments at a time: their sums stay in the processor's cache.
_ROWS: Final = 32
# Larger products of matrices are shared out among threads, and on a busy machine one of them waits
# for the other longer than all of it takes: ten to twenty times as long, measured.
_LARGEST_PRODUCT: Final = 2**18
# Sums in single precision are equal when they are this near, of the sum of all sizes.
_TIE: Final = 1e-5


def crossings(differences: FloatArray) -> tuple[IntArray, FloatArray]:
    """Tell when the e-values of experiments become enough, and for which direction.

    Parameters
    ----------
    differences
        Of the pairs in their order, a row an experiment, shape (s, n).

    Returns
    -------
        After how many pairs, n + 1 where it does not happen, and the sign of the sum of the pairs
        up to then, 0 where it does not happen; each of shape (s,).
    """
    n = differences.shape[1]
    enough = e_paths(differences) >= ENOUGH_E
    ever = enough.any(axis=1)
    first = np.argmax(enough, axis=1)
    sums = np.cumsum(differences, axis=1)[np.arange(len(differences)), first]
    return np.where(ever, first + 1, n + 1), np.where(ever, np.sign(sums), 0.0)


def final_tests(
    differences: FloatArray, *, smallest_effect: float | None = None
) -> tuple[FloatArray, BoolArray]:
    """Tell what the test at the registered number says of experiments that end with it.

    Parameters
    ----------
    differences
        Of all registered pairs, a row an experiment, shape (s, n).
    smallest_effect
        The smallest that matters; None: nothing is ever said not to matter.

    Returns
    -------
        The sign of the effect that is found, 0 where none is; and whether the 90 % interval lies
        within what does not matter where none is; each of shape (s,).
    """
    rows, n = differences.shape
    found, nothing = np.zeros(rows), np.zeros(rows, dtype=bool)
    if n == 0:
        return found, nothing
    subsets, size = _subsets(n)
    for start in range(0, rows, _ROWS):
        at = slice(start, start + _ROWS)
        p, within = _judged(differences[at], subsets, size, smallest_effect)
        effect = p <= ENOUGH_P
        found[at] = np.where(effect, np.sign(differences[at].sum(axis=1)), 0.0)
        nothing[at] = within & ~effect
    return found, nothing


def _judged(
    differences: FloatArray, subsets: _Float32, size: _Float32, smallest_effect: float | None
) -> tuple[FloatArray, BoolArray]:
    """Return p-values, and whether 90 % intervals lie within +-`smallest_effect`.

    `subsets` and `size` as from `_subsets`; sums come in the same parts, shape (b, rows, m / b).
    """
    rows, n = differences.shape
    subsets_in_all = subsets.shape[0] * subsets.shape[2]
    # Mirrored so that all sums are >= 0, and in units in which single precision is as good.
    total = differences.sum(axis=1)
    unit = np.maximum(np.abs(differences).sum(axis=1), np.finfo(np.float32).tiny)
    mirror = np.where(total < 0.0, -1.0, 1.0) / unit
    sums = np.matmul((differences * mirror[:, None]).astype(np.float32), subsets)
    whole = (np.abs(total) / unit).astype(np.float32)[:, None]
    # |total - 2 sum| >= total; a subset and the rest of the pairs say the same.
    count = np.count_nonzero(sums <= _TIE, axis=(0, 2))
    count += np.count_nonzero(sums >= whole - np.float32(_TIE), axis=(0, 2))
    p = np.minimum(count / subsets_in_all, 1.0)
    most = int(_TAIL_OF_90 * 2 * subsets_in_all)
    if smallest_effect is None or most == 0:
        return p, np.zeros(rows, dtype=bool)
    limit = (smallest_effect / unit).astype(np.float32)[:, None]
    other = np.float32(n) - size
    rest = whole - sums
    # A mean as large as the smallest effect is not within it.
    tie, there, also = np.float32(_TIE), size > 0.0, other > 0.0
    above = np.count_nonzero((sums >= limit * size - tie) & there, axis=(0, 2))
    above += np.count_nonzero((rest >= limit * other - tie) & also, axis=(0, 2))
    below = np.count_nonzero((sums <= tie - limit * size) & there, axis=(0, 2))
    below += np.count_nonzero((rest <= tie - limit * other) & also, axis=(0, 2))
    return p, (above < most) & (below < most)


@lru_cache(maxsize=24)
def _subsets(n: int) -> tuple[_Float32, _Float32]:
    """Return m subsets of n pairs in b parts, columns of 0 and 1, shape (b, n, m / b), and sizes.

    Of a subset and the rest of the pairs one is enough: where all are listed, the last pair is in
    none of them. Sizes have the shape (b, 1, m / b).
    """
    if n <= _ALL_UP_TO:
        bits = (np.arange(2 ** (n - 1)) >> np.arange(n)[:, None]) & 1
    else:
        # The same draw at all times: a plan asked for twice is the same plan.
        bits = np.random.default_rng([n, _DRAWN]).integers(0, 2, (n, _DRAWN))
    most = max(_LARGEST_PRODUCT // (_ROWS * n), 1)
    wide = min(2 ** int(np.log2(most)), bits.shape[1])
    parts = bits.astype(np.float32).reshape(n, -1, wide).transpose(1, 0, 2)
    return np.ascontiguousarray(parts), parts.sum(axis=1, keepdims=True)
