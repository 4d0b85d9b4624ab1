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

    Attributes
    ----------
    kind
        What is shown, and so which roles there are:

        - `beam`: one row; `now, low, high, normal_low, normal_high`.
        - `trend`: a level over days, `x` (ISO date), `y, low80, high80, low95, high95`; `points`
          are single runs, `points_x, points_y, points_low, points_high, points_run` (its id).
        - `series`: one measure along a run, `x` (minutes), `y, low95, high95`.
        - `aligned`: several measures along one run, one panel each on a shared axis; `x` (minutes)
          and `y1, y2, ...`, whose columns carry quantities' names.
        - `track`: where the run went, `x, y` (metres east and north), `value` (balance) and
          `minute`; a row of None interrupts the line.
        - `histogram`: `low, high` (edges of each bin) and `share`.
        - `forest`: sizes one below the other, in order, `label, value, low, high`, and `faded`
          (true where nothing can be said for sure); `y_label` says which intervals they are where
          not the 95 % ones of each alone.
        - `contributions`: parts that add up, in order, `label, start, end, low, high` (the interval
          of the end); the last row is the sum.
        - `partial`: a fit over one driver, `x, y, low, high`; `points` are blocks with all else
          taken off, `points_x, points_y, points_run`.
        - `evidence`: an e-value after each complete pair, `x` (pair), `y`, and `decided` (true in
          the row at which the rule decided); a span without width is a test to come, named.
        - `paired`: a row a pair, `x` (pair), `low` (value of the control), `high` (of the
          treatment), `value` (their difference) and `faded` (true where the pair does not count).
          `y_label` is what is measured, a comma and its unit; `points` call the conditions by
          name, rows of `condition` and `label`; bands lie among the differences, and so do
          reference lines whose label begins with `difference: `.
        - `power`: `x` (pairs), `y` (percent of experiments that find it) for each `series` (the
          effect, in words); a span without width is the number that is planned.
        - `laps`: one measure along a run, `x` (minutes), `y`; its spans also have a `condition`
          (`treatment`, `control`, or None where a stretch serves neither), and may have the number
          of their `pair` and the `value` that counts of them; `points` as of `paired`.
        - `timeline`: what was felt where over days, `x` (ISO date), `y` (the place, named with its
          side), `value` (0 to 10) and `series` (what it is); spans also have a `place`, and are
          injuries (their `end` is None while they last); points are how a complaint moved, rows of
          `from_date, from_place, to_date, to_place`.
        - `sides`: a test of both sides over days, `x` (ISO date) and `series` (the way of
          measuring: two are never joined, and each has its own `unit`); `left, right` are the means
          of a day's trials, with `left_low, left_high, right_low, right_high` one standard error
          around them; `value` is left - right, with `low, high` as far off as the test may be (it
          differs where they leave out 0), `change_low, change_high` what it has to leave to have
          changed since the time before, `changed` whether it has, `faded` (true where it does not
          differ) and `words` (the result). What is not known is None.
    rows
        The data; `roles` maps a role to its column.
    reference_lines
        A label to a height, such as `50 even`.
    bands
        A label to a lower and an upper height, such as `your normal`.
    events
        Known breaks: rows of `date` and `label`.
    spans
        Stretches along `x`: rows of `start`, `end` and `label`, such as time left out, and why.
    """

    kind: Literal[
        "trend",
        "series",
        "aligned",
        "track",
        "beam",
        "histogram",
        "forest",
        "contributions",
        "partial",
        "evidence",
        "paired",
        "power",
        "laps",
        "timeline",
        "sides",
    ]
    title: str
    x_label: str
    y_label: str
    rows: tuple[Row, ...]
    roles: Mapping[str, str]
    points: tuple[Row, ...] = ()
    reference_lines: Mapping[str, float] = field(default_factory=dict)
    bands: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    events: tuple[Row, ...] = ()
    spans: tuple[Row, ...] = ()


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
