"""Which columns people see of what moves a runner: drivers, parts, comparisons, drifts, changes."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from evenstride.domain.driver_words import STEPS, driver_unit_words
from evenstride.domain.wording import duration_words, printable
from evenstride.render.cells import (
    MISSING,
    balance,
    balance_with_interval,
    called,
    chance,
    day,
    day_words,
    fixed,
    number,
    pace,
    plain,
    sides,
    signed,
    toward,
    toward_interval,
    toward_with_interval,
    toward_within,
)
from evenstride.render.column import Column, Shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from evenstride.domain.answer import Row
    from evenstride.domain.wording import Units
    from evenstride.render.cells import Cell

_TURNS_PER_DEGREE = 1.0 / 360.0


def _to_tell(row: Row) -> str:
    """Say whether a driver's size can be told, and if not, what goes with it and what would."""
    if row.get("estimable"):
        return "yes"
    goes = "not yet"
    if row.get("inseparable_from"):
        other = called("inseparable_from")(row)
        goes = f"goes with {other[:1].lower()}{other[1:]}"
    advice = row.get("advice")
    return printable(f"{goes}: {advice}" if advice else goes)


def _per_unit(row: Row) -> Cell:
    words = driver_unit_words(str(row["driver"]))
    said = toward("value_pp", 2)(row)
    return said if not words or said == MISSING else f"{getattr(said, 'words', said)} {words}"


def _side(row: Row) -> str:
    return str(row["side"]).upper()


def _dates(row: Row) -> str:
    """Write a day, or the days between which it lies where it is not known."""
    low, high = row.get("date_low"), row.get("date_high")
    if low and high and low != high:
        return f"{day_words(str(low))} to {day_words(str(high))}"
    return day_words(str(row["date"]))


def _month(row: Row) -> str:
    return day_words(f"{row['month']}-01").partition(" ")[2]


def _known_or_found(row: Row) -> str:
    return "known" if row.get("kind") != "unknown" else "found"


@cache
def moves_columns(units: Units) -> dict[tuple[str, str], Shown]:
    """Return titles and columns, by question and table, for a terminal."""
    mistakes = (
        "Worth a look",
        (
            Column("run", plain("run_id"), "left"),
            Column("what", lambda r: printable(str(r["sentence"])), "left"),
        ),
    )
    return {
        ("drivers", "drivers"): (
            "What moves it, over your usual range [pp, L toward the left, R toward the right]",
            (
                Column("driver", called("driver"), "left"),
                Column(
                    "effect",
                    toward_within("range_effect_pp", "range_effect_low", "range_effect_high"),
                ),
                Column("95 %", toward_interval("range_effect_low", "range_effect_high"), spare=1),
                Column("direction", chance("probability_direction"), spare=3),
                Column("by itself", _per_unit, "left", spare=4),
                Column("told apart", _to_tell, "left", spare=2),
            ),
        ),
        ("drivers", "untold"): (
            "What your runs say nothing of yet, and what would change that",
            (
                Column("driver", called("driver"), "left"),
                Column("what to do", plain("advice"), "left"),
            ),
        ),
        ("drivers", "shares"): (
            "Of what the differences between minutes are made",
            (Column("part", called("part"), "left"), Column("share, %", fixed("share_pct"))),
        ),
        ("drivers", "ground"): (
            "Turned left and right, by month",
            (
                Column("month", _month, "left"),
                Column(
                    "full turns",
                    sides("left_turn_deg", "right_turn_deg", _TURNS_PER_DEGREE),
                    spare=3,
                ),
                Column("bends, km", sides("left_bend_km", "right_bend_km", decimals=1), spare=2),
                Column("track laps", sides("left_laps", "right_laps"), spare=1),
            ),
        ),
        ("drivers", "mistakes"): mistakes,
        ("status", "mistakes"): mistakes,
        ("show", "mistakes"): mistakes,
        ("explain", "mistakes"): mistakes,
        ("explain", "contributions"): (
            "What this run's balance is made of [pp, L toward the left, R toward the right]",
            (
                Column("part", called("part"), "left"),
                Column("adds", toward_within("value_pp", "low", "high")),
                Column("95 %", toward_interval("low", "high"), spare=1),
                Column("mostly", toward_interval("usual_low", "usual_high"), spare=3),
                Column("here", _condition, "left", spare=2),
            ),
        ),
        ("explain", "different"): (
            "What differs from your usual",
            (Column("what", _sentence, "left"),),
        ),
        ("explain", "camber_test"): (
            "Out against back on the same side of the road [pp]",
            (
                Column("difference", toward("difference_pp")),
                Column("95 %", toward_interval("low", "high")),
            ),
        ),
        ("compare", "sides"): (
            f"Side by side (balance as measured, and at the same conditions; pace /{units})",
            (
                Column("side", _side, "left"),
                Column("what", _what, "left"),
                Column("runs", fixed("runs"), spare=2),
                Column("measured", balance("balance_left_pct")),
                Column("like for like", balance("at_reference_left_pct")),
                Column("pace", pace("speed_m_s", units), spare=1),
            ),
        ),
        ("compare", "why"): (
            "How the raw difference is made up [pp]",
            (Column("part", called("part"), "left"), Column("adds", toward("value_pp"))),
        ),
        ("compare", "power"): (
            "What such a comparison would find",
            (Column("size, pp", fixed("size_pp", 1)), Column("found, %", fixed("power_pct"))),
        ),
        ("fatigue", "runs"): (
            "Drift within each run [pp an hour]",
            (
                Column("run", plain("run_id"), "left"),
                Column("drift", toward("drift_pp_per_h")),
                Column("95 %", toward_interval("low", "high"), spare=1),
            ),
        ),
        ("trend", "changes"): (
            "Changes, the known ones first [pp]",
            (
                Column("when", _dates, "left"),
                Column("what", _what, "left"),
                Column("change", toward("change_pp")),
                Column("95 %", toward_interval("low", "high"), spare=1),
                Column("sure", chance("probability"), spare=2),
            ),
        ),
    }


def _condition(row: Row) -> str:
    said = row.get("condition")
    return MISSING if not said else printable(str(said))


def _sentence(row: Row) -> str:
    return printable(str(row["sentence"]))


def _what(row: Row) -> str:
    return printable(str(row.get("what") or MISSING))


def _into_the_run(row: Row) -> str:
    hours = number(row, "elapsed_h")
    return duration_words(None if hours is None else 3600.0 * hours)


def _named_step(column: str) -> Callable[[Row], str]:
    def cell(row: Row) -> str:
        at = number(row, column)
        return MISSING if at is None else STEPS[column].get(at, f"{at:g}")

    return cell


@cache
def moves_page_columns(units: Units) -> dict[tuple[str, str], Shown]:
    """Return titles and columns of the tables that a page shows otherwise than a terminal."""
    spoken = moves_columns(units)
    over_range = toward_with_interval("range_effect_pp", "range_effect_low", "range_effect_high")
    fit = Column("effect, pp", toward_with_interval("effect_pp", "low", "high"))
    at: dict[str, Column] = {
        "speed_m_s": Column(f"pace /{units}", pace("speed_m_s", units)),
        "elapsed_h": Column("into the run", _into_the_run),
        "grade_pct": Column("slope, %", signed("grade_pct")),
        "lateral_acceleration_m_s2": Column("bend, m/s²", toward("lateral_acceleration_m_s2", 2)),
        "camber": Column("camber", _named_step("camber"), "left"),
        "present": Column("there", _named_step("present"), "left"),
    }
    return {
        **{("drivers", f"partial:{name}"): ("The fit", (x, fit)) for name, x in at.items()},
        ("drivers", "drivers"): (
            "What moves it, over your usual range, with 95 % intervals [pp]",
            (
                Column("driver", called("driver"), "left"),
                Column("over your range", over_range),
                Column("direction", chance("probability_direction"), spare=3),
                Column("one of it", _per_unit, "left", spare=3),
                Column("told apart", _to_tell, "left", spare=3),
            ),
        ),
        ("explain", "contributions"): (
            "What this run’s balance is made of, with 95 % intervals [pp]",
            (
                Column("part", called("part"), "left"),
                Column("adds", toward_with_interval("value_pp", "low", "high")),
                Column("mostly", toward_interval("usual_low", "usual_high")),
                Column("here", _condition, "left", spare=3),
            ),
        ),
        ("compare", "sides"): (
            "Side by side",
            (
                Column("side", _side, "left"),
                Column("what", _what, "left", spare=3),
                Column("runs", fixed("runs"), spare=3),
                Column("as measured", balance("balance_left_pct")),
                Column(
                    "like for like",
                    balance_with_interval("at_reference_left_pct", "low", "high"),
                ),
                Column(f"pace /{units}", pace("speed_m_s", units), spare=3),
            ),
        ),
        ("fatigue", "runs"): (
            "Drift within each run [pp an hour]",
            (
                Column("run", day("date"), "left"),
                Column("drift, pp an hour", toward_with_interval("drift_pp_per_h", "low", "high")),
            ),
        ),
        ("trend", "changes"): (
            spoken["trend", "changes"][0],
            (
                Column("when", _dates, "left"),
                Column("what", _what, "left"),
                Column("change, pp", toward_with_interval("change_pp", "low", "high")),
                Column("date", _known_or_found, "left", spare=3),
                Column("sure", chance("probability"), spare=3),
            ),
        ),
    }
