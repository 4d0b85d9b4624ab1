"""The rows of the tables of `why`, as types: what JSON promises and the schemas publish."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

Standing = Literal["for", "against", "both", "open"]
KnownBy = Literal["foot_first", "own_runs", "two_days", "one_day", "said"]


class LedgerRow(TypedDict):
    """One possible source of this runner's asymmetry.

    Attributes
    ----------
    source, label
        `ground`, `Ground and direction`.
    speaks_for, speaks_against
        Sentences; empty where nothing does.
    standing
        Which of them there are; `open` where nothing is known yet.
    known
        How well what speaks for it is known, null where nothing does: `foot_first` (a foot or
        ankle that was injured directly also tests apart), `own_runs` (clear, with an interval),
        `two_days` or `one_day` (a test beyond its error), `said` (own words, a look, theory).
    strength
        How strong that is, in words.
    next
        The one test or experiment that would tell most.
    question, slug
        Where that is done: a question of the program (`screen`, `experiment_new`, `diary`, ...),
        and of what (a test, a cue); null where it is nowhere.
    """

    source: str
    label: str
    speaks_for: list[str]
    speaks_against: list[str]
    standing: Standing
    known: KnownBy | None
    strength: str
    next: str
    question: str | None
    slug: str | None


class NextTestRow(TypedDict):
    """The one thing that would tell most next, over all sources."""

    source: str
    text: str
    why: str
    command: str
    question: str | None
    slug: str | None
