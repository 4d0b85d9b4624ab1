"""What a report says of its period: each run in numbers, and how these were measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from evenstride.answers.levels import BALANCE
from evenstride.answers.provenance import local
from evenstride.domain.quantities import DROP_REASONS
from evenstride.domain.wording import count_words, duration_words

if TYPE_CHECKING:
    from evenstride.answers.rows import DroppedRow, ReportRunRow, TextRow, WornRow
    from evenstride.library import Library
    from evenstride.library.entries import Annotation

_RUNS_LOOKED_INTO = 200
_MODEL = (
    "Each run's balance is the mean over its usable running, its error widened because "
    "neighbouring seconds repeat one another.",
    "The level is a slow random walk through the runs, at the same pace, freshness and ground; a "
    "wild run counts for little. A shift is told only on strong evidence: one may look after every "
    "run.",
)


def run_row(
    row: dict[str, Any],
    interval: tuple[float, float] | None,
    typed: Annotation | None,
) -> ReportRunRow:
    """Put one run into numbers, with what was typed about it; `interval` is of its balance."""
    return {
        "run_id": row["run_id"],
        "local_date": f"{local(row['started_at_utc'], row['utc_offset_s']):%Y-%m-%d}",
        "distance_m": row["distance_m"],
        "duration_s": row["duration_s"],
        "speed_m_s": row["speed_m_s"],
        "balance_left_pct": row[BALANCE],
        "low95": interval[0] if interval else None,
        "high95": interval[1] if interval else None,
        "left_gct_ms": row["left_gct_ms"],
        "right_gct_ms": row["right_gct_ms"],
        "gct_ms": row["gct_ms"],
        "flight_time_ms": row["flight_time_ms"],
        "cadence_spm": row["cadence_spm"],
        "usable_share": row["usable_share"],
        "title": typed.title if typed else None,
        "tags": list(typed.tags) if typed else [],
        "shoes": typed.shoes if typed else None,
        "is_race": typed.is_race if typed else False,
    }


@dataclass(frozen=True, slots=True)
class Used:
    """How much of the recorded time was used, and what was left out, of the `runs` latest runs."""

    runs: int
    usable_s: float
    recorded_s: float
    dropped: tuple[DroppedRow, ...]


def used_of(lib: Library, period: pl.DataFrame) -> Used:
    """Add up the seconds used and left out; of a long period, of its latest runs."""
    left_out = dict.fromkeys(DROP_REASONS, 0.0)
    usable_s = 0.0
    run_ids = period["run_id"][-_RUNS_LOOKED_INTO:]
    for run_id in run_ids:
        measures = lib.run(run_id).chosen.measures
        usable_s += measures.usable_s
        for code, seconds in measures.dropped.items():
            left_out[code] += seconds
    recorded_s = usable_s + sum(left_out.values())
    return Used(
        len(run_ids),
        usable_s,
        recorded_s,
        tuple(
            {
                "code": code,
                "reason": DROP_REASONS[code],
                "seconds": seconds,
                "share": seconds / recorded_s,
            }
            for code, seconds in left_out.items()
            if seconds > 0.0
        ),
    )


def measured(period: pl.DataFrame, used: Used, *, misdated: int) -> tuple[TextRow, ...]:
    """Say how much was measured, what was left out, and how the numbers come about."""
    without = period[BALANCE].null_count()
    said = []
    if used.recorded_s > 0.0:
        of = "" if used.runs == period.height else f" in the latest {used.runs} runs"
        said.append(
            f"Used {duration_words(used.usable_s)} of {duration_words(used.recorded_s)} "
            f"recorded{of} ({100.0 * used.usable_s / used.recorded_s:.0f} %): running with a sound "
            "reading, without the first seconds after each start."
        )
    if without:
        has = "has" if without == 1 else "have"
        said.append(
            f"{count_words(without, 'run')} of {period.height:,} {has} no balance: no sensor was "
            "worn, or its readings could not be used."
        )
    if misdated:
        said.append(
            f"{count_words(misdated, 'run')} with a date that cannot be right "
            f"{'is' if misdated == 1 else 'are'} left out."
        )
    if without < period.height:
        said.extend(_MODEL)
    return tuple({"text": text} for text in said)


def worn(period: pl.DataFrame) -> tuple[WornRow, ...]:
    """Tabulate which device and sensor recorded how many runs, and when; the commonest first."""
    offset = pl.duration(seconds=pl.col("utc_offset_s").fill_null(0))
    day = (pl.col("started_at_utc") + offset).dt.strftime("%Y-%m-%d")
    found = (
        period.group_by("device", "sensor", maintain_order=True)
        .agg(pl.len().alias("runs"), day.first().alias("first"), day.last().alias("last"))
        .sort("runs", "last", descending=True, maintain_order=True)
    )
    return tuple(
        {
            "device": row["device"],
            "sensor": row["sensor"],
            "runs": row["runs"],
            "first": row["first"],
            "last": row["last"],
        }
        for row in found.iter_rows(named=True)
    )
