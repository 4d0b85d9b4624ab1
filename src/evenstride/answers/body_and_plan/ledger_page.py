"""What a page of the ledger of `why` says, and what it is written from.

Every page is a function of the same material and says nothing that is not in it. What is not known
is not against a source: then the page is open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import polars as pl

    from evenstride.answers.levels import Levels
    from evenstride.answers.rows_moves import DriverRow
    from evenstride.body.pattern import Pattern
    from evenstride.domain.answer import Source
    from evenstride.domain.diary import HeelWear, Injury
    from evenstride.domain.exercise import Facts
    from evenstride.domain.screening import Finding, Test

MATTERS_PP: Final = 0.3
"""Less than this, over the usual range, hardly matters (the smallest effect of an experiment)."""
LONG_STEADY_DAYS: Final = 180

Known = Literal["foot_first", "own_runs", "two_days", "one_day", "said"]
"""How well what speaks for a source is known: `foot_first` where a foot or ankle that was injured
directly also tests apart, which a physio puts first; clear in the runner's own runs, with an
interval; a test beyond its error on two days; on one; own words, a look, or theory."""
KNOWN: Final[tuple[Known, ...]] = ("foot_first", "own_runs", "two_days", "one_day", "said")
"""The best known first."""


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """All that the ledger is written from.

    Attributes
    ----------
    facts
        As a plan has them.
    looked
        The levels; None without balance, and then `drivers` is empty.
    balance_series
        The runs with balance; None without.
    drivers
        Rows of `drivers` by name.
    asked
        How many drivers were looked at together.
    untold
        Names of drivers of which the runs say nothing, and what would teach them.
    mirrored
        Sentences about runs that look measured the wrong way round.
    where
        Where balance is, in sentences; or that nothing is known of it.
    steady_days
        Up to the last run, for so long one level lies within its 95 % band of every day; None where
        it moved, the bands are wide, or nobody knows.
    shifted
        The change, in a sentence; empty where there is none.
    findings
        The latest of each test that tells something, by slug.
    other_side
        Of a test whose earlier days named the other side: which they were, in a sentence.
    tests
        All tests.
    pattern
        The top-to-toe pattern.
    injuries
        All that were written down and have begun, the latest last.
    wear
        The latest look at heels; None where nobody looked.
    sat_h
        The median of hours sat, and of how many days of the last four weeks; None where nobody
        said.
    due
        The place about which questions on red flags are due, and why; empty where none are.
    goes_along
        Sentences of complaints that go along with balance, contact or load.
    free_on
        The last day of the last two weeks on which nothing hurt, by the diary; None where nobody
        said so.
    sizes
        Of each driver, its size over the usual range in words.
    """

    facts: Facts
    looked: Levels | None
    balance_series: pl.DataFrame | None
    drivers: Mapping[str, DriverRow]
    asked: int
    untold: Mapping[str, str]
    mirrored: tuple[str, ...]
    where: tuple[str, ...]
    steady_days: float | None
    shifted: str
    findings: Mapping[str, Finding]
    other_side: Mapping[str, str]
    tests: Mapping[str, Test]
    pattern: Pattern
    injuries: tuple[Injury, ...]
    wear: HeelWear | None
    sat_h: tuple[float, int] | None
    due: str
    goes_along: tuple[str, ...]
    free_on: date | None
    sizes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Page:
    """One source: see `rows_why.LedgerRow`; `worth` is how much its next step would tell.

    `known` is how well what speaks for it is known.
    """

    source: str
    label: str
    speaks_for: tuple[str, ...] = ()
    speaks_against: tuple[str, ...] = ()
    strength: str = "nothing known yet"
    next: str = ""
    question: str | None = None
    slug: str | None = None
    command: str = ""
    worth: int = 0
    worth_why: str = ""
    known: Known = "said"
    sources: tuple[Source, ...] = ()
