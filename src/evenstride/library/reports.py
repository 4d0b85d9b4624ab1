"""Decides what keeping a library reports: files to read again, a rebuild's work, what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from evenstride.library.prepared import Prepared

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A raw file the library holds; `path` is where, `name` what it was imported as."""

    sha256: str
    name: str
    format: str
    path: Path


Recompute = Callable[[Iterable[StoredFile]], Iterable[Prepared]]
"""Makes files' recordings anew: one Prepared for each file, in the same order."""


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """What a rebuild did.

    Attributes
    ----------
    files, recordings
        How many were made anew.
    damaged
        Names of files whose raw bytes are missing or damaged; what was computed from them stays.
    without_runs
        Names of files that gave no recording any more.
    """

    files: int
    recordings: int
    damaged: tuple[str, ...]
    without_runs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckFinding:
    """One thing that a check found.

    Attributes
    ----------
    severity
        `damage`: something is lost or wrong. `note`: harmless, e.g. left by a killed import.
    code
        `database`, `foreign_key`, `raw_missing`, `raw_damaged`, `samples_missing`,
        `samples_damaged`, `row_count`, `computed_missing`, `computed_damaged`, `left_over`.
    message
        One sentence: what it is, and what mends it.
    where
        The file (relative to the library) or the id concerned.
    """

    severity: Literal["damage", "note"]
    code: str
    message: str
    where: str = ""
