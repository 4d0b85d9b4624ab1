"""The rows of what a report takes over from other answers, as types: JSON promises them."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from evenstride.answers.rows_moves import (
    ContributionRow,
    DifferentRow,
)


class MovesRow(TypedDict):
    """What another answer says of what moves the runner: its headline, if any, and reasoning."""

    about: Literal["drivers", "fatigue", "changes"]
    verdict: str | None
    headline: str | None
    sentences: list[str]


class ExplainedRow(TypedDict):
    """One run as `explain` says it; what is expected is null while it is too early."""

    run_id: str
    verdict: str
    headline: str
    sentences: list[str]
    balance_left_pct: float
    asymmetry_pp: float
    expected_pp: float | None
    unexplained_pp: float | None


class ExplainedPartRow(ContributionRow):
    """One part of an explained run."""

    run_id: str


class ExplainedDifferentRow(DifferentRow):
    """One thing about an explained run that is not usual for this runner."""

    run_id: str


class ComparedRow(TypedDict):
    """A comparison as `compare` says it, B - A in pp, + toward the left, with 95 % intervals.

    What is at the same conditions is null while it is too early.
    """

    a: str
    b: str
    verdict: str
    headline: str
    sentences: list[str]
    difference_pp: float | None
    low: float | None
    high: float | None
    raw_difference_pp: float
    raw_low: float
    raw_high: float
