"""Which columns of an Answer's tables people see: one list for terminal and page."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from evenstride.render.cells import (
    balance,
    balance_with_interval,
    contacts,
    day,
    distance,
    duration,
    fixed,
    in_own_unit,
    interval,
    measure_label,
    number,
    offset,
    pace,
    plain,
    share,
    signed,
    typed,
    with_interval,
)
from evenstride.render.column import Column, Shown
from evenstride.render.columns_diary import diary_columns
from evenstride.render.columns_experiments import experiment_columns, experiment_page_columns
from evenstride.render.columns_moves import moves_columns, moves_page_columns
from evenstride.render.columns_plan import PLAN_COLUMNS
from evenstride.render.columns_says import says_columns
from evenstride.render.columns_screening import SCREENING_COLUMNS

if TYPE_CHECKING:
    from evenstride.domain.answer import Row
    from evenstride.domain.wording import Units

__all__ = ["Column", "Shown", "columns", "page_columns"]


def _share_left_out(row: Row) -> str:
    """Write a share in whole percent; a little is not nothing."""
    percent = 100.0 * (number(row, "share") or 0.0)
    return "< 1 %" if 0.0 < percent < 0.5 else f"{percent:.0f} %"


@cache
def columns(units: Units = "km") -> dict[tuple[str, str], Shown]:
    """Return titles and columns by question and name of the table, for both terminal and page.

    Tables without an entry (a trend's daily rows, say) are for JSON and other renderings.
    """
    runs = (
        Column("run", plain("run_id"), "left"),
        Column(units, distance("distance_m", 1, units), spare=4),
        Column("time", duration("duration_s"), spare=2),
        Column("pace", pace("speed_m_s", units), spare=3),
        Column("balance", balance("balance_left_pct")),
        Column("SE", fixed("balance_se_pp", 2), spare=1),
        Column("contact", fixed("gct_ms"), spare=5),
        Column("flight", fixed("flight_time_ms"), spare=6),
        Column("steps", fixed("cadence_spm"), spare=7),
        Column("used", share("usable_share"), spare=8),
    )
    tables: dict[tuple[str, str], Shown] = {
        ("runs", "runs"): (
            f"Runs (SE standard error in pp, pace /{units}, contact and flight ms, steps/min)",
            runs,
        ),
        ("status", "measures"): (
            "Now, and the change over the window, with 95 % intervals",
            (
                Column("measure", measure_label, "left"),
                Column("now", in_own_unit("value")),
                Column("95 %", interval("low", "high"), spare=1),
                Column("change", in_own_unit("change", signed=True), spare=2),
                Column("95 %", interval("change_low", "change_high", signed=True), spare=3),
                Column("verdict", lambda r: str(r["direction"]).replace("_", " "), "left"),
            ),
        ),
        ("trend", "runs"): (
            "Runs as the trend sees them (SE standard error in pp)",
            (
                Column("run", plain("run_id"), "left"),
                Column("balance", balance("balance_left_pct")),
                Column("SE", fixed("se_pp", 2), spare=1),
                Column("at your easy pace", balance("balance_at_reference_pct"), spare=2),
                Column("sensor", lambda r: str(r.get("sensor") or "unknown"), "left", spare=4),
                Column("wild", share("wild_probability"), spare=3),
            ),
        ),
        ("trend", "sensors"): (
            "Sensors: how far left of the present one each reads [pp]",
            (
                Column("sensor", lambda r: str(r.get("sensor") or "unknown"), "left"),
                Column("runs", fixed("runs"), spare=1),
                Column("further left", offset),
                Column("95 % from", signed("low"), spare=3),
                Column("to", signed("high"), spare=2),
            ),
        ),
        ("show", "measures"): (
            "Measures",
            (
                Column("measure", measure_label, "left"),
                Column("mean", in_own_unit("value")),
                Column("95 % from", in_own_unit("low"), spare=3),
                Column("to", in_own_unit("high"), spare=2),
                Column("eff. n", fixed("n_effective"), spare=4),
            ),
        ),
        ("show", "laps"): (
            f"Laps (SE standard error in pp; left, right, flight in ms; pace /{units})",
            (
                Column("lap", plain("lap")),
                Column("time", duration("duration_s"), spare=3),
                Column(units, distance("distance_m", 2, units), spare=4),
                Column("pace", pace("speed_m_s", units)),
                Column("balance", balance("balance_left_pct")),
                Column("SE", fixed("balance_se_pp", 2), spare=2),
                Column("left", fixed("left_gct_ms"), spare=5),
                Column("right", fixed("right_gct_ms"), spare=5),
                Column("flight", fixed("flight_time_ms"), spare=6),
                Column("steps", fixed("cadence_spm"), spare=7),
            ),
        ),
        ("show", "dropped"): (
            "Time left out",
            (
                Column("why", plain("reason"), "left"),
                Column("time", duration("seconds")),
                Column("share", _share_left_out),
            ),
        ),
        ("show", "recordings"): (
            "Recordings of this run",
            (
                Column("recording", plain("recording_id"), "left"),
                Column("device", plain("device"), "left"),
                Column("sensor", plain("sensor"), "left"),
                Column("balance", balance("balance_left_pct")),
                Column("used", lambda r: "answers use it" if r.get("chosen") else "kept", "left"),
            ),
        ),
        ("show", "conversions"): (
            "The same asymmetry in other people's measures",
            (
                Column("measure", measure_label, "left"),
                Column("value", in_own_unit("value")),
                Column("95 % from", in_own_unit("low")),
                Column("to", in_own_unit("high")),
            ),
        ),
        ("import", "unreadable"): (
            "Could not be read",
            (Column("file", plain("file"), "left"), Column("why", plain("reason"), "left")),
        ),
        ("import", "not_a_run"): (
            "Not runs",
            (Column("files", fixed("files")), Column("why", plain("reason"), "left")),
        ),
        ("library", "findings"): (
            "Findings",
            (
                Column("what", plain("name"), "left"),
                Column("result", plain("verdict"), "left"),
                Column("", plain("text"), "left"),
            ),
        ),
        ("settings", "settings"): (
            "Settings",
            (
                Column("name", plain("name"), "left"),
                Column("value", plain("value"), "left"),
                Column("what it is for", plain("meaning"), "left"),
            ),
        ),
    }
    tables["trend", "measures"] = tables["status", "measures"]
    return (
        tables
        | moves_columns(units)
        | experiment_columns(units)
        | diary_columns(units)
        | says_columns(units)
        | PLAN_COLUMNS
        | SCREENING_COLUMNS
    )


@cache
def page_columns(units: Units = "km") -> dict[tuple[str, str], Shown]:
    """Return titles and columns of the tables that a page shows, or shows otherwise."""
    by_date = (
        Column("run", day("local_date"), "left"),
        Column("title", typed("title"), "left", spare=3),
        Column("balance", balance("balance_left_pct")),
        Column(units, distance("distance_m", 1, units)),
        Column("time", duration("duration_s"), spare=4),
        Column(f"pace /{units}", pace("speed_m_s", units), spare=2),
        Column("SE, pp", fixed("balance_se_pp", 2), spare=5),
        Column("contact, ms", fixed("gct_ms"), spare=6),
        Column("flight, ms", fixed("flight_time_ms"), spare=6),
        Column("steps/min", fixed("cadence_spm"), spare=7),
        Column("tags", typed("tags"), "left", spare=3),
    )
    now_and_change = (
        Column("measure", measure_label, "left"),
        Column("now", with_interval("value", "low", "high")),
        Column("change", with_interval("change", "change_low", "change_high", signed=True)),
        Column("verdict", lambda r: str(r["direction"]).replace("_", " "), "left", spare=3),
    )
    through = (
        Column("from", duration("t_s")),
        Column("balance", balance("balance_left_pct")),
        Column("SE, pp", fixed("balance_se_pp", 2), spare=2),
        Column(f"pace /{units}", pace("speed_m_s", units)),
        Column("contact, ms", fixed("gct_ms"), spare=3),
        Column("flight, ms", fixed("flight_time_ms"), spare=3),
        Column("steps/min", fixed("cadence_spm"), spare=3),
        Column("grade, %", signed("grade_pct"), spare=3),
    )
    return {
        **columns(units),
        **moves_page_columns(units),
        **experiment_page_columns(units),
        ("status", "measures"): ("Now, and the change over the window", now_and_change),
        ("trend", "measures"): ("Now, and the change over the window", now_and_change),
        ("show", "measures"): (
            "Measures",
            (
                Column("measure", measure_label, "left"),
                Column("mean", with_interval("value", "low", "high")),
                Column("eff. n", fixed("n_effective"), spare=4),
            ),
        ),
        ("show", "laps"): (
            "Laps",
            (
                Column("lap", plain("lap")),
                Column(units, distance("distance_m", 2, units), spare=4),
                Column("time", duration("duration_s"), spare=3),
                Column(f"pace /{units}", pace("speed_m_s", units)),
                Column("balance", balance("balance_left_pct")),
                Column("SE, pp", fixed("balance_se_pp", 2), spare=3),
                Column("contact, ms", contacts, spare=3),
                Column("flight, ms", fixed("flight_time_ms"), spare=6),
                Column("steps/min", fixed("cadence_spm"), spare=7),
            ),
        ),
        ("show", "blocks"): ("By the minute", through),
        ("show", "course"): (
            "Along the run",
            (
                Column("minute", fixed("minute", 1)),
                Column("balance", balance("balance_left_pct")),
                Column(f"pace /{units}", pace("speed_m_s", units)),
                Column("elevation, m", fixed("altitude_m")),
                Column("heart rate, bpm", fixed("heart_rate_bpm"), spare=3),
                Column("contact, ms", contacts, spare=3),
            ),
        ),
        ("runs", "runs"): ("Runs", by_date),
        ("trend", "numbers"): (
            "Runs, and the level on their days",
            (
                Column("run", day("date"), "left"),
                Column("balance", balance("balance_at_reference_pct")),
                Column(
                    "level", balance_with_interval("level_left_pct", "level_low95", "level_high95")
                ),
                Column("contact, ms", fixed("gct_ms"), spare=3),
                Column("flight, ms", fixed("flight_time_ms"), spare=3),
                Column("steps/min", fixed("cadence_spm"), spare=4),
                Column("wild", share("wild_probability"), spare=4),
            ),
        ),
        ("show", "thirds"): (
            "First, middle and last third",
            (
                Column("third", plain("third"), "left"),
                Column(
                    "balance",
                    balance_with_interval(
                        "balance_left_pct", "balance_low_pct", "balance_high_pct"
                    ),
                ),
                Column("contact, ms", contacts),
                Column(f"pace /{units}", pace("speed_m_s", units), spare=3),
            ),
        ),
        ("show", "places"): (
            "Where time was left out",
            (
                Column("from", duration("start_s")),
                Column("to", duration("end_s")),
                Column("why", plain("reason"), "left"),
            ),
        ),
        ("status", "missing"): (
            "What is missing to answer more",
            (
                Column("what", plain("what"), "left"),
                Column("why", plain("why"), "left", spare=1),
                Column("how to get it", plain("how"), "left"),
            ),
        ),
    }
