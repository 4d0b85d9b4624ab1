"""The list of runs, as each run's chosen recording has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evenstride.answers.levels import EMPTY
from evenstride.answers.provenance import local, provenance
from evenstride.domain.answer import Answer
from evenstride.domain.errors import EmptyLibraryError
from evenstride.domain.wording import count_words

if TYPE_CHECKING:
    from evenstride.answers.rows import RunRow
    from evenstride.library import Library

_MEASURES = ("balance_left_pct", "gct_ms", "flight_time_ms", "cadence_spm", "speed_m_s")


def runs(lib: Library) -> Answer:
    """List the runs, oldest first.

    Returns
    -------
        Table `runs`. Verdict `listed`.

    Raises
    ------
    EmptyLibraryError
        There are none.
    """
    frame = lib.runs(measures=_MEASURES)
    if frame.is_empty():
        raise EmptyLibraryError(EMPTY)
    rows = tuple(_row(row) for row in frame.iter_rows(named=True))
    without = sum(row["balance_left_pct"] is None for row in rows)
    said = f", {without:,} of them without balance" if without else ""
    return Answer(
        question="runs",
        headline=(
            f"{count_words(len(rows), 'run')} from {rows[0]['local_date']} to "
            f"{rows[-1]['local_date']}{said}."
        ),
        verdict="listed",
        provenance=provenance(frame, "none"),
        tables={"runs": rows},
    )


def _row(row: dict[str, Any]) -> RunRow:
    start = row["started_at_utc"]
    return {
        "run_id": row["run_id"],
        "started_at_utc": start.isoformat(),
        "local_date": f"{local(start, row['utc_offset_s']):%Y-%m-%d}",
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
    }
