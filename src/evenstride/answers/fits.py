"""How a fit is remembered: by a digest of all it depends on.

A fit is a function of its inputs and of the program's code, nothing else. So what was fitted once
is asked for by a digest of both, and whatever is wrong with the bytes that come back, the fit is
made anew: they can be lost at any time, and never be wrong.

The digest names blocks by what they were made from and by what, not by themselves: to read them all
takes as long as to answer from the fit.

What all blocks came down to (the foundation) is kept beside, under a digest of the runs it is of.
A few later runs are added to it; for more, or where anything else has changed, it is laid anew.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from evenstride.answers import kept_values
from evenstride.domain.moves import Moves
from evenstride.stats.foundation import (
    Foundation,
    at_speed,
    extend_foundation,
    lay_foundation,
    new_conditions,
)
from evenstride.stats.moves import fit_runs
from evenstride.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from importlib.resources.abc import Traversable

    from evenstride.library import Library
    from evenstride.stats.blocked import BlockedRuns

_WINDOW_DECIMALS = 3
# As many later runs are added, and one to so many, before the foundation is laid anew.
_MOST_LATER, _LEAST_TO_ONE = 8, 20
# A fit of 3,000 runs is a megabyte or two, and takes 10 ms to read.
_MOST_RECENT = 12
_RECENT: dict[str, Moves] = {}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the model beside its rows; see `evenstride.stats.moves.fit_moves`.

    `measure` names the rows' measure and `reference_m_s` the speed of reference conditions (NaN
    where nobody can say); `digest_of` digests all else that the rows of the first so many runs are
    made from.
    """

    measure: str
    runs: int
    digest_of: Callable[[int], bytes]
    reference_m_s: float
    unit: str
    scale: float
    slope_sd: Mapping[str, float]
    window_days: float
    family: int

    def fit(self, made: Foundation, rows: BlockedRuns) -> tuple[Moves, Foundation]:
        """Fit the rows to what their blocks came down to."""
        return fit_runs(
            made,
            rows,
            unit=self.unit,
            scale=self.scale,
            slope_sd=self.slope_sd,
            window_days=self.window_days,
            family=self.family,
        )

    def digest(self) -> str:
        """Digest every input, the program's version and the code of the model."""
        made = hashlib.sha256(self.foundation_digest(self.runs).encode())
        said = (self.reference_m_s, self.unit, self.window_days, self.family)
        made.update(repr(said).encode())
        return made.hexdigest()

    def foundation_digest(self, runs: int) -> str:
        """Digest what the foundation of the first runs is made from."""
        made = hashlib.sha256(model_digest().encode())
        made.update(self.digest_of(runs))
        made.update(repr((self.measure, self.scale, sorted(self.slope_sd.items()))).encode())
        return made.hexdigest()


def remembered(lib: Library, asked: Asked, rows: Callable[[int], BlockedRuns]) -> Moves:
    """Return the fit, remembered or made; what was made is remembered where it can be.

    Where the library cannot be written nothing is kept, and each call fits anew.

    Parameters
    ----------
    lib
        The library.
    asked
        What is asked.
    rows
        Makes the rows: blocks of the runs from the one of this number on, the rest of all runs. It
        is called only where they are needed.
    """
    slot = f"{asked.measure}-{asked.window_days:.{_WINDOW_DECIMALS}f}".replace(".", "_")
    digest = asked.digest()
    recent = _RECENT.get(digest)
    if recent is not None:
        return recent
    moves = _kept_or_made(lib, asked, rows, slot, digest)
    while len(_RECENT) >= _MOST_RECENT:
        _RECENT.pop(next(iter(_RECENT), ""), None)
    _RECENT[digest] = moves
    return moves


def forget_recent() -> None:
    """Let go of the fits that are in memory."""
    _RECENT.clear()


def _kept_or_made(
    lib: Library, asked: Asked, rows: Callable[[int], BlockedRuns], slot: str, digest: str
) -> Moves:
    data = lib.stored_fit(slot, digest)
    found = None if data is None else kept_values.from_bytes(data)
    if isinstance(found, Moves):
        return found
    moves = _made(lib, asked, rows)
    lib.store_fit(slot, digest, kept_values.to_bytes(moves))
    return moves


def _made(lib: Library, asked: Asked, rows: Callable[[int], BlockedRuns]) -> Moves:
    """Fit the runs to a foundation that is kept, with later runs added, or to one laid anew."""
    slot = f"foundation-{asked.measure}"
    reference = asked.reference_m_s
    most = min(_MOST_LATER, asked.runs // _LEAST_TO_ONE)
    # Where no speed can be named the reference is that of the blocks at hand: these few or all.
    for later in range(0 if math.isnan(reference) else most + 1):
        known = asked.runs - later
        data = lib.stored_fit(slot, asked.foundation_digest(known))
        found = None if data is None else kept_values.from_bytes(data)
        if not isinstance(found, Foundation):
            continue
        added = rows(known)
        if not later:
            # All variances are tried again, so that it is the fit that would be made anew.
            known_blocks = replace(at_speed(found, reference), lanes=np.zeros(0))
            return asked.fit(known_blocks, added)[0]
        if new_conditions(found, added):
            break
        extended = extend_foundation(
            found,
            added,
            scale=asked.scale,
            slope_sd=asked.slope_sd,
            reference_m_s=reference,
        )
        return asked.fit(extended, added)[0]
    every = rows(0)
    laid = lay_foundation(
        every, scale=asked.scale, slope_sd=asked.slope_sd, reference_m_s=reference
    )
    moves, laid = asked.fit(laid, every)
    lib.store_fit(slot, asked.foundation_digest(asked.runs), kept_values.to_bytes(laid))
    return moves


@cache
def model_digest() -> str:
    """Digest what the numbers of a fit depend on beside its inputs: versions, and the model's code.

    The code itself is digested, and not a number that somebody must remember to raise.
    """
    versions = (VERSION, np.__version__, *kept_values.shape_of_kinds())
    rows = files("evenstride.answers").joinpath("block_rows.py")
    return digest_of_code([*files("evenstride.stats").iterdir(), rows], versions)


def digest_of_code(folder: Iterable[Traversable], versions: Iterable[str]) -> str:
    """Digest the modules in a folder, by name and content, and some versions."""
    made = hashlib.sha256("\0".join(versions).encode())
    for module in sorted((m for m in folder if m.name.endswith(".py")), key=lambda m: m.name):
        content = hashlib.sha256(module.read_bytes()).digest()
        made.update(module.name.encode() + b"\0" + content)
    return made.hexdigest()
