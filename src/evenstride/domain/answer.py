"""An Answer is what every question gets, and what terminal, JSON, page and report all show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from evenstride.domain.estimate import Estimate

Row = Mapping[str, object]
"""One row of a table: names with units to texts, numbers, booleans or None, as JSON has them. Each
answer's rows are typed where they are made, and its JSON Schema is published."""


@dataclass(frozen=True, slots=True)
class Figure:
    """Data to draw, and the role each of its columns plays. Renderers decide how it looks.

    `kind` names what is shown (`trend`, `series`, `beam`); `roles` maps a role (`x`, `y`, `low95`,
    `high95`, `points_y`, ...) to a column of `rows`; `reference_lines` maps a label to a height;
    `events` are known breaks, rows of `date` and `label`.
    """

    kind: Literal["trend", "series", "beam", "histogram"]
    title: str
    x_label: str
    y_label: str
    rows: tuple[Row, ...]
    roles: Mapping[str, str]
    points: tuple[Row, ...] = ()
    reference_lines: Mapping[str, float] = field(default_factory=dict)
    events: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact or formula comes from."""

    text: str
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Provenance:
    """What an answer was made from: program, model, runs, and the period they span."""

    program: str
    model: str
    runs: int
    first_run_utc: str | None = None
    last_run_utc: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One frozen answer to one of the runner's questions.

    Attributes
    ----------
    question
        `status`, `trend`, `show`, ...
    headline
        The answer in one sentence.
    verdict
        A short code.
    sentences
        The reasoning.
    estimates
        By name, units in the names.
    tables
        A name to a list of rows; keys carry units like columns do.
    figures
        By name.
    caveats
        What this answer does not say, and what was doubtful.
    sources
        What formulas and thresholds rest on.
    """

    question: str
    headline: str
    verdict: str
    provenance: Provenance
    sentences: tuple[str, ...] = ()
    estimates: Mapping[str, Estimate] = field(default_factory=dict)
    tables: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    figures: Mapping[str, Figure] = field(default_factory=dict)
    caveats: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
