"""The list of runs, as each run's chosen recording has it: all, or those that are looked for."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, Literal, cast

from evenstride.answers.dates import day_named, local_dates
from evenstride.answers.levels import EMPTY
from evenstride.answers.provenance import provenance
from evenstride.answers.rows import RunRow
from evenstride.answers.runner_settings import preferences
from evenstride.answers.said_of_runs import said_of_runs
from evenstride.answers.typing_rules import folded
from evenstride.domain.answer import Answer
from evenstride.domain.errors import EmptyLibraryError, InputError
from evenstride.domain.wording import count_words, distance_words, printable
from evenstride.library import Annotation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    import polars as pl

    from evenstride.answers.rows import ChoiceRow
    from evenstride.domain.wording import Units
    from evenstride.library import Library

_Kind = Literal["sensor", "tag", "shoes"]
_MEASURES = ("balance_left_pct", "gct_ms", "flight_time_ms", "cadence_spm", "speed_m_s")
_SHORT = {
    "date": "started_at_utc",
    "balance": "balance_left_pct",
    "distance": "distance_m",
    "time": "duration_s",
    "pace": "speed_m_s",
    "contact": "gct_ms",
    "flight": "flight_time_ms",
    "cadence": "cadence_spm",
}
UNKNOWN_SENSOR = "unknown"
"""How a run without a known sensor is asked for."""


def runs(
    lib: Library,
    *,
    text: str | None = None,
    since: str | date | None = None,
    until: str | date | None = None,
    least_m: float | None = None,
    most_m: float | None = None,
    sensor: str | None = None,
    tag: str | None = None,
    sort: str = "date",
    descending: bool = False,
) -> Answer:
    """List the runs, oldest first unless told otherwise.

    Parameters
    ----------
    lib
        The library.
    text
        Words that all must be in a run's title, notes, tags, shoes, sensor, device or date (or be
        `race` for a race), whatever their case and accents.
    since, until
        Local days, both included.
    least_m, most_m
        Limits of the distance [m], both included. A run without a distance is within none.
    sensor, tag
        A name, whatever its case; the sensor may be `unknown`.
    sort
        A column of table `runs`, or `date`, `balance`, `distance`, `time`, `pace` (by speed),
        `contact`, `flight`, `cadence` for short. Runs without a value come last either way.
    descending
        The greatest first.

    Returns
    -------
        Tables `runs`; `choices` (`kind` sensor, tag or shoes, `value`, and how many of all the runs
        have it). Verdict `listed`, also when no run is as was asked for: the headline says so.

    Raises
    ------
    EmptyLibraryError
        There are no runs at all.
    InputError
        A day or a distance is none, or there is no such column.
    """
    frame = lib.runs(measures=_MEASURES)
    if frame.is_empty():
        raise EmptyLibraryError(EMPTY)
    typed = said_of_runs(lib)
    every = _rows(frame, typed)
    tests = [
        *_about_words(text, typed),
        *_about_days(day_named(since), day_named(until)),
        *_about_distance(least_m, most_m),
        *_about_names(sensor, tag),
    ]
    found = [i for i, row in enumerate(every) if all(test(row) for test in tests)]
    order = _sorted([every[i] for i in found], sort, descending=descending)
    return Answer(
        question="runs",
        headline=_headline(
            [every[i] for i in found],
            len(every) if tests else None,
            preferences(lib).units,
        ),
        verdict="listed",
        provenance=provenance(frame[found], "none"),
        tables={"runs": tuple(order), "choices": _choices(every)},
    )


def _headline(found: list[RunRow], of: int | None, units: Units) -> str:
    if not found:
        return f"None of {count_words(of or 0, 'run')} is like that."
    without = sum(row["balance_left_pct"] is None for row in found)
    said = f", {without:,} of them without balance" if without else ""
    period = f"from {found[0]['local_date']} to {found[-1]['local_date']}"
    if of is None:
        return f"{count_words(len(found), 'run')} {period}{said}."
    run_m = sum(row["distance_m"] or 0.0 for row in found)
    total = distance_words(run_m, units, decimals=0)
    return f"{len(found):,} of {count_words(of, 'run')} {period}, {total} together{said}."


def _about_words(
    text: str | None, typed: Mapping[str, Annotation]
) -> Iterator[Callable[[RunRow], bool]]:
    words = folded(text or "").split()

    def has_all(row: RunRow) -> bool:
        annotation = typed.get(row["run_id"])
        said = (
            row["local_date"],
            row["sensor"],
            row["device"],
            row["title"],
            row["shoes"],
            *row["tags"],
            annotation.notes if annotation else None,
            "race" if row["is_race"] else None,
        )
        searched = folded("\n".join(part for part in said if part))
        return all(word in searched for word in words)

    if words:
        yield has_all


def _about_days(since: date | None, until: date | None) -> Iterator[Callable[[RunRow], bool]]:
    if since is not None:
        first = since.isoformat()
        yield lambda row: row["local_date"] >= first
    if until is not None:
        last = until.isoformat()
        yield lambda row: row["local_date"] <= last


def _about_distance(
    least_m: float | None, most_m: float | None
) -> Iterator[Callable[[RunRow], bool]]:
    for limit in (least_m, most_m):
        if limit is not None and not math.isfinite(limit):
            raise InputError("A distance must be a number.")
    if least_m is not None:
        yield lambda row: row["distance_m"] is not None and row["distance_m"] >= least_m
    if most_m is not None:
        yield lambda row: row["distance_m"] is not None and row["distance_m"] <= most_m


def _about_names(sensor: str | None, tag: str | None) -> Iterator[Callable[[RunRow], bool]]:
    of_sensor, of_tag = (name.strip().casefold() if name else "" for name in (sensor, tag))
    if of_sensor:
        yield lambda row: (row["sensor"] or UNKNOWN_SENSOR).casefold() == of_sensor
    if of_tag:
        yield lambda row: any(own.casefold() == of_tag for own in row["tags"])


def _sorted(rows: list[RunRow], column: str, *, descending: bool) -> Iterable[RunRow]:
    """Sort by a column, missing values last either way; `rows` come by their starts."""
    name = _SHORT.get(column, column)
    if name not in _columns():
        raise InputError(
            f"Runs are sorted by {', '.join((*_SHORT, *_columns()))}, not {printable(column)}."
        )

    def key(row: RunRow) -> Any:  # noqa: ANN401 # texts or numbers, one kind a column
        value = cast("dict[str, Any]", row)[name]
        if isinstance(value, list):
            return folded(" ".join(value)) or None
        return folded(value) if isinstance(value, str) else value

    known = [(key(row), row) for row in rows]
    with_value = [pair for pair in known if pair[0] is not None]
    with_value.sort(key=lambda pair: pair[0], reverse=descending)
    return [row for _, row in with_value] + [row for value, row in known if value is None]


def _columns() -> tuple[str, ...]:
    return tuple(RunRow.__annotations__)


def _choices(rows: Iterable[RunRow]) -> tuple[ChoiceRow, ...]:
    """Count what runs can be looked for by, the most frequent first; spellings are put together."""
    kinds: tuple[_Kind, ...] = ("sensor", "tag", "shoes")
    spelled: dict[tuple[_Kind, str], Counter[str]] = defaultdict(Counter)
    for row in rows:
        shoes = [row["shoes"]] if row["shoes"] else []
        values = ([row["sensor"] or UNKNOWN_SENSOR], row["tags"], shoes)
        for kind, named in zip(kinds, values, strict=True):
            for value in named:
                spelled[kind, value.casefold()][value] += 1
    order = sorted(
        spelled, key=lambda found: (kinds.index(found[0]), -spelled[found].total(), found[1])
    )
    return tuple(
        {
            "kind": kind,
            "value": spelled[kind, value].most_common(1)[0][0],
            "runs": spelled[kind, value].total(),
        }
        for kind, value in order
    )


def _rows(frame: pl.DataFrame, typed: Mapping[str, Annotation]) -> list[RunRow]:
    nothing = Annotation()
    made: list[RunRow] = []
    for row, date_ in zip(frame.iter_rows(named=True), local_dates(frame), strict=True):
        said = typed.get(row["run_id"], nothing)
        made.append(
            {
                "run_id": row["run_id"],
                "started_at_utc": row["started_at_utc"].isoformat(),
                "local_date": date_,
                "sport": row["sport"],
                "distance_m": row["distance_m"],
                "duration_s": row["duration_s"],
                "balance_left_pct": row["balance_left_pct"],
                "balance_se_pp": row["balance_left_pct_se"],
                "gct_ms": row["gct_ms"],
                "flight_time_ms": row["flight_time_ms"],
                "cadence_spm": row["cadence_spm"],
                "speed_m_s": row["speed_m_s"],
                "usable_share": row["usable_share"],
                "sensor": row["sensor"],
                "device": row["device"],
                "recordings": row["recordings"],
                "title": said.title,
                "tags": list(said.tags),
                "shoes": said.shoes,
                "is_race": said.is_race,
                "has_notes": said.notes is not None,
            }
        )
    return made
