"""Decides how the seconds left out become a few stretches that can be shown, each with its reason.

A sensor flickers: reasons change from one second to the next. What lasts less than
`SHORTEST_S` is given to what lies around it, so that the stretches tell the run as a person would.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from evenstride.gait.usable import REASONS, USABLE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evenstride.domain.estimate import FloatArray
    from evenstride.gait.ground import IntArray
    from evenstride.gait.usable import Usable

KINDS: Final = ("usable", *REASONS, "paused", "gap")
"""What a stretch can be. In `paused` the timer stood, in a `gap` nothing was written."""

PAUSED: Final = KINDS.index("paused")
GAP: Final = KINDS.index("gap")

SHORTEST_S: Final = 3.0
MOST: Final = 300
"""More stretches than this cannot be seen: the shortest is then made longer."""


@dataclass(frozen=True, slots=True)
class Stretches:
    """A recording as stretches `[start_s, end_s)` without holes between them, in order.

    Attributes
    ----------
    start_s, end_s
        Seconds since the start of the run, shape (m,).
    kind
        Index in `KINDS`, shape (m,); no two neighbours have the same.
    """

    start_s: FloatArray
    end_s: FloatArray
    kind: npt.NDArray[np.int8]

    def of(self, t_s: FloatArray) -> IntArray:
        """Find the stretch that each time lies in, as an index, shape of `t_s`."""
        return np.asarray(np.maximum(np.searchsorted(self.start_s, t_s, "right") - 1, 0))


def stretches(
    t_s: FloatArray, usable: Usable, pauses: Iterable[tuple[float, float]] = ()
) -> Stretches:
    """Tell a recording as stretches of one kind each.

    Parameters
    ----------
    t_s
        Times of the records [s], not decreasing, shape (n,).
    usable
        Of these records.
    pauses
        Intervals `[start_s, end_s)` in which the timer stood.
    """
    start_s, end_s, kind = _pieces(t_s, usable, pauses)
    runs = _joined(list(zip(start_s.tolist(), end_s.tolist(), kind.tolist(), strict=True)))
    shortest_s = SHORTEST_S
    merged = _merged(runs, shortest_s)
    while len(merged) > MOST:
        shortest_s *= 2.0
        merged = _merged(runs, shortest_s)
    a, b, k = zip(*merged, strict=True) if merged else ((), (), ())
    return Stretches(np.array(a, dtype=float), np.array(b, dtype=float), np.array(k, dtype=np.int8))


_Piece = tuple[float, float, int]


def _pieces(
    t_s: FloatArray, usable: Usable, pauses: Iterable[tuple[float, float]]
) -> tuple[FloatArray, FloatArray, npt.NDArray[np.int8]]:
    """Give what each record stands for and what lies between it and the next, joined where alike.

    Starts, ends and kinds, each shape (m,).
    """
    if t_s.size == 0:
        return t_s, t_s, np.zeros(0, dtype=np.int8)
    between = np.full(t_s.size, GAP, dtype=np.int8)
    for start, end in pauses:
        before = max(int(np.searchsorted(t_s, start, "right")) - 1, 0)
        between[before : int(np.searchsorted(t_s, end, "left"))] = PAUSED
    # What a record stands for begins with it, as if a pause came only then.
    following = np.append(t_s[1:], t_s[-1] + usable.weight_s[-1])
    starts = np.stack([t_s, np.minimum(t_s + usable.weight_s, following)], axis=1).ravel()
    kinds = np.stack([usable.reason, between], axis=1).ravel()
    ends = np.append(starts[1:], following[-1])
    lasting = ends > starts
    starts, kinds = starts[lasting], kinds[lasting]
    first = np.flatnonzero(np.append(True, kinds[1:] != kinds[:-1])[: kinds.size])
    return starts[first], np.append(starts[first[1:]], following[-1])[: first.size], kinds[first]


def _merged(pieces: list[_Piece], shortest_s: float) -> list[_Piece]:
    """Give what is too short to what lies around it.

    Short pieces in a row that together are long enough become one, of the kind that most of it is.
    """
    settled: list[tuple[_Piece, bool]] = []
    for short, group in groupby(pieces, key=lambda piece: piece[1] - piece[0] < shortest_s):
        row = list(group)
        if not short:
            settled += [(piece, False) for piece in row]
            continue
        seconds = dict.fromkeys((kind for _, _, kind in row), 0.0)
        for start, end, kind in row:
            seconds[kind] += end - start
        start, end = row[0][0], row[-1][1]
        settled.append(
            ((start, end, max(seconds, key=seconds.__getitem__)), end - start < shortest_s)
        )
    kept: list[_Piece] = []
    for i, (piece, short) in enumerate(settled):
        start, end, kind = piece
        if short:
            beside = [kept[-1][2]] if kept else []
            beside += [settled[i + 1][0][2]] if i + 1 < len(settled) else []
            # Rather to a neighbour that is running, or not, as it is itself.
            alike = [other for other in beside if (other == USABLE) == (kind == USABLE)]
            kind = (alike or beside or [kind])[0]
        kept.append((start, end, kind))
        kept = [*kept[:-2], *_joined(kept[-2:])]
    return kept


def _joined(pieces: list[_Piece]) -> list[_Piece]:
    """Make one of neighbours of the same kind."""
    joined = []
    for kind, group in groupby(pieces, key=lambda piece: piece[2]):
        row = list(group)
        joined.append((row[0][0], row[-1][1], kind))
    return joined
