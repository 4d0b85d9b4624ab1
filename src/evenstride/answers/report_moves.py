"""What a report says of what moves the runner, of single runs, and of two sides: of other answers.

It has no statistics of its own: drivers, fatigue, changes, explanations and comparisons are those
that these questions get by themselves.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, cast

from evenstride.answers.dates import local_dates
from evenstride.answers.does_it_hold import fatigue
from evenstride.answers.levels import BALANCE, levels
from evenstride.answers.like_for_like import compare
from evenstride.answers.what_moves_it import drivers
from evenstride.answers.when_it_changed import change_rows, change_sentences
from evenstride.answers.when_it_changed import changes as changes_of
from evenstride.answers.why_this_run import explain
from evenstride.domain.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from evenstride.answers.rows_moves import ContributionRow, DifferentRow, MistakeRow
    from evenstride.answers.rows_report import ComparedRow, ExplainedRow, MovesRow
    from evenstride.domain.answer import Answer, Figure, Row, Source
    from evenstride.library import Library

MOST_EXPLAINED = 12
TABLES = (
    "moves",
    "drivers",
    "untold",
    "shares",
    "changes",
    "mistakes",
    "explained",
    "contributions",
    "different",
    "compared",
    "sides",
    "why",
    "power",
)
"""The tables that are always there, empty where nothing is said."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a report takes over of other answers.

    Attributes
    ----------
    tables
        By the names in `TABLES`; those left out are empty.
    figures
        `drivers`, `contributions:RUN_ID` of each explained run, `difference`.
    caveats, sources
        As the answers give them, in their order; some may be the report's own too.
    """

    tables: dict[str, tuple[Row, ...]] = field(default_factory=dict)
    figures: dict[str, Figure] = field(default_factory=dict)
    caveats: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()


def joined(parts: Iterable[Part]) -> Part:
    """Put parts together; rows of tables of one name follow each other, each once."""
    tables: dict[str, tuple[Row, ...]] = dict.fromkeys(TABLES, ())
    figures: dict[str, Figure] = {}
    caveats: list[str] = []
    sources: list[Source] = []
    for part in parts:
        for name, rows in part.tables.items():
            tables[name] += tuple(row for row in rows if row not in tables[name])
        figures |= part.figures
        caveats += [said for said in part.caveats if said not in caveats]
        sources += [source for source in part.sources if source not in sources]
    return Part(tables, figures, tuple(caveats), tuple(sources))


def what_moves(
    lib: Library, *, since: date, said: Sequence[str] = (), now: datetime | None = None
) -> Part:
    """Say what moves the runner, whether balance holds through a run, and when it changed.

    Parameters
    ----------
    lib
        A library with balance.
    since
        The first day whose known changes are said; the table `changes` has all.
    said
        Sentences that the report has elsewhere.
    now
        As of `drivers`.

    Returns
    -------
        Table `moves` has a row of each answer, while it is too early of `drivers` alone.
    """
    moving = drivers(lib, now=now)
    tables: dict[str, tuple[Row, ...]] = {
        "moves": (_moves_row("drivers", moving, said),),
        "drivers": moving.tables["drivers"],
        "untold": moving.tables["untold"],
        "shares": moving.tables["shares"],
        "mistakes": moving.tables["mistakes"],
    }
    if moving.verdict == "too_early":
        return Part(tables, caveats=moving.caveats, sources=moving.sources)
    holding = fatigue(lib, now=now)
    found = changes_of(lib, levels(lib, now=now, measures=(BALANCE,)))
    dates = [date.fromisoformat(day) for day in local_dates(found.level.series)]
    recent = replace(found, known=tuple(k for k in found.known if dates[k.run] >= since))
    changed: MovesRow = {
        "about": "changes",
        "verdict": None,
        "headline": None,
        "sentences": [text for text in change_sentences(recent) if text not in said],
    }
    tables["moves"] += (_moves_row("fatigue", holding, said), changed)
    tables["changes"] = change_rows(found)
    return Part(
        tables,
        {"drivers": moving.figures["drivers"]} if "drivers" in moving.figures else {},
        (*moving.caveats, *holding.caveats),
        (*moving.sources, *holding.sources),
    )


def explained(lib: Library, run: str, *, now: datetime | None = None) -> Part:
    """Take a run apart, as `explain` does."""
    run_id = lib.resolve(run)
    told = explain(lib, run_id, now=now)
    estimates = told.estimates
    row: ExplainedRow = {
        "run_id": run_id,
        "verdict": told.verdict,
        "headline": told.headline,
        "sentences": list(told.sentences),
        "balance_left_pct": estimates["balance_left_pct"].value,
        "asymmetry_pp": estimates["asymmetry_pp"].value,
        "expected_pp": _value(told, "expected_pp"),
        "unexplained_pp": _value(told, "unexplained_pp"),
    }
    parts = cast("tuple[ContributionRow, ...]", told.tables["contributions"])
    strange = cast("tuple[DifferentRow, ...]", told.tables["different"])
    mistakes = cast("tuple[MistakeRow, ...]", told.tables["mistakes"])
    return Part(
        {
            "explained": (row,),
            "contributions": tuple({"run_id": run_id, **part} for part in parts),
            "different": tuple({"run_id": run_id, **one} for one in strange),
            "mistakes": mistakes,
        },
        {f"contributions:{run_id}": figure for figure in told.figures.values()},
        told.caveats,
        told.sources,
    )


def compared(lib: Library, a: str, b: str, *, now: datetime | None = None) -> Part:
    """Compare two sides, as `compare` does."""
    told = compare(lib, a, b, now=now)
    difference, raw = told.estimates["difference_pp"], told.estimates["raw_difference_pp"]
    known = math.isfinite(difference.value)
    row: ComparedRow = {
        "a": str(told.tables["sides"][0]["what"]),
        "b": str(told.tables["sides"][1]["what"]),
        "verdict": told.verdict,
        "headline": told.headline,
        "sentences": list(told.sentences),
        "difference_pp": difference.value if known else None,
        "low": difference.low if known else None,
        "high": difference.high if known else None,
        "raw_difference_pp": raw.value,
        "raw_low": raw.low,
        "raw_high": raw.high,
    }
    return Part(
        {
            "compared": (row,),
            "sides": told.tables["sides"],
            "why": told.tables["why"],
            "power": told.tables["power"],
        },
        dict(told.figures),
        told.caveats,
        told.sources,
    )


def asked_for(
    lib: Library,
    runs: Sequence[str],
    sides: tuple[str, str] | None,
    *,
    now: datetime | None = None,
) -> Part:
    """Take runs apart and compare two sides; a run that is named twice is there once.

    Raises
    ------
    InputError
        More runs are asked for than anybody reads.
    """
    if len(runs) > MOST_EXPLAINED:
        raise InputError(f"A report explains up to {MOST_EXPLAINED} runs, not {len(runs)}.")
    ids = dict.fromkeys(lib.resolve(run) for run in runs)
    parts = [explained(lib, run_id, now=now) for run_id in ids]
    if sides:
        parts.append(compared(lib, *sides, now=now))
    return joined(parts)


def _moves_row(about: str, told: Answer, said: Sequence[str]) -> MovesRow:
    return cast(
        "MovesRow",
        {
            "about": about,
            "verdict": told.verdict,
            "headline": told.headline,
            "sentences": [text for text in told.sentences if text not in said],
        },
    )


def _value(told: Answer, name: str) -> float | None:
    estimate = told.estimates.get(name)
    return None if estimate is None else estimate.value
