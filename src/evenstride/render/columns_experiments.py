"""Which columns people see of experiments: designs, assignments, pairs, checks, associations."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from evenstride.domain.effect_words import e_words, p_words, signed_words, size_words
from evenstride.domain.wording import printable
from evenstride.render.cells import (
    MISSING,
    day_words,
    distance,
    duration,
    fixed,
    number,
    pace,
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

KINDS = {
    "within_run": "laps within a run",
    "across_runs": "pairs of runs",
    "randomised_start": "start drawn by lot",
}
"""What the designs are called."""
VERDICTS = {
    "increase": "an increase",
    "decrease": "a decrease",
    "no_meaningful_effect": "nothing that matters",
    "too_early": "too early",
}
"""What the verdicts are called where no direction is known."""
CHECKS = {
    "carry_over": "Carry-over",
    "order": "Order",
    "order_effect": "Order",
    "wear_off": "Wearing off",
    "condition_difference": "Same conditions",
    "same_speed": "Same pace",
    "same_elapsed": "Same time into the run",
    "same_grade": "Same slope",
    "same_distance": "Same length of run",
    "overshoot": "Beyond even",
    "regression_to_the_mean": "Begun after an unusual run",
}
"""What the checks are called; any other is called by its own name."""
FOUND = {"ok": "ok", "failed": "look here", "cannot_tell": "cannot be told"}
_STATES = {"open": "open", "complete": "complete", "ended": "ended"}


def check_name(name: str) -> str:
    """Call a check as people do."""
    said = name.replace("_", " ")
    return CHECKS.get(name) or printable(said[:1].upper() + said[1:])


def _text(key: str) -> Callable[[Row], str]:
    """Write what somebody typed, or a sentence; a dash where there is none."""

    def cell(row: Row) -> str:
        value = row.get(key)
        return MISSING if value is None or value == "" else printable(str(value))

    return cell


def _one_of(key: str, names: dict[str, str]) -> Callable[[Row], str]:
    def cell(row: Row) -> str:
        value = row.get(key)
        return MISSING if value is None else names.get(str(value), printable(str(value)))

    return cell


def _date(key: str) -> Callable[[Row], str]:
    def cell(row: Row) -> str:
        value = row.get(key)
        return MISSING if not value else day_words(str(value), weekday=True)

    return cell


def _by(key: str, say: Callable[[float], str]) -> Callable[[Row], str]:
    """Write a number by a function that says it."""

    def cell(row: Row) -> str:
        value = number(row, key)
        return MISSING if value is None else say(value)

    return cell


def _interval(low: str, high: str) -> Callable[[Row], str]:
    def cell(row: Row) -> str:
        ends = [number(row, key) for key in (low, high)]
        said = [MISSING if end is None else signed_words(end) for end in ends]
        return MISSING if set(said) == {MISSING} else " to ".join(said)

    return cell


def _whole_number(key: str) -> Callable[[Row], str]:
    return _by(key, lambda n: f"{n:,.0f}")


def _value(key: str) -> Callable[[Row], str]:
    return _by(key, lambda v: f"{v:.2f}".replace("-", "−") if abs(v) < 100 else f"{v:,.1f}")


def _laps(row: Row) -> str:
    """Write the laps of a run to come behind each other."""
    laps = row.get("laps")
    if not isinstance(laps, list | tuple) or not laps:
        return MISSING
    return printable("; ".join(f"{lap['lap']}: {lap['what']}" for lap in laps))


def _of_pairs(row: Row) -> str:
    """Write a number of pairs; a start drawn by lot has none."""
    return _whole_number("pairs")(row) if row.get("pairs") else MISSING


def _to_do(row: Row) -> str:
    """Say what to do and how; where laps are listed, these say what."""
    said = [] if row.get("laps") else [str(row.get("what") or "")]
    said.append(str(row.get("how") or ""))
    return printable(". ".join(part.rstrip(".") for part in said if part)) + "."


def _counts(row: Row) -> str:
    """Say whether a pair counts, and if not, why."""
    if row.get("used"):
        return "yes"
    return printable(f"no: {row['why_not']}" if row.get("why_not") else "no")


def _deviations(row: Row) -> str:
    said = row.get("deviations")
    if isinstance(said, list | tuple):
        return printable("; ".join(str(one) for one in said)) or MISSING
    return MISSING if not said else printable(str(said))


def _yes(key: str, yes: str, no: str) -> Callable[[Row], str]:
    return lambda row: yes if row.get(key) else no


def _told(row: Row) -> str:
    """Say whether a tag goes along with balance, and if not known, what would tell."""
    if row.get("already"):
        return printable(f"answered by {row['already']}")
    if row.get("clear"):
        return "clear"
    if row.get("estimable"):
        return "not clear"
    other = row.get("inseparable_from")
    return printable(f"goes with {other}" if other else str(row.get("advice") or "not known yet"))


def _first(row: Row) -> str:
    return MISSING if row.get("first") is None else str(row["first"])


@cache
def experiment_columns(units: Units) -> dict[tuple[str, str], Shown]:
    """Return titles and columns, by question and table, for terminal and page."""
    registered = (
        "What is laid down",
        (Column("what", _text("name"), "left"), Column("laid down", _text("value"), "left")),
    )
    pairs = (
        "Pairs (difference: treatment − control)",
        (
            Column("pair", _text("pair")),
            Column("first", _first, "left", spare=4),
            Column("control", _value("control_value"), spare=2),
            Column("treatment", _value("treatment_value"), spare=2),
            Column("difference", _by("difference", signed_words)),
            Column("e-value", _by("e_value", e_words), spare=1),
            Column("counts", _counts, "left"),
            Column("not as planned", _deviations, "left", spare=3),
        ),
    )
    checks = (
        "Checks",
        (
            Column("check", lambda r: check_name(str(r["name"])), "left"),
            Column("", _one_of("verdict", FOUND), "left"),
            Column("", _text("text"), "left"),
        ),
    )
    deviations = (
        "Not as planned",
        (
            Column("assignment", _by("position", lambda n: f"{n + 1:.0f}")),
            Column("run", _text("run_id"), "left", spare=1),
            Column("what", _text("sentence"), "left"),
        ),
    )
    progress = (
        "How far it is",
        (
            Column("pairs", _whole_number("pairs")),
            Column("complete", _whole_number("complete_pairs")),
            Column("dropped", _whole_number("dropped_pairs"), spare=1),
            Column("runs", _whole_number("runs"), spare=2),
            Column("pairs still needed, about", _whole_number("more_pairs"), spare=1),
            Column("ends on", _date("ends_on"), "left", spare=3),
        ),
    )
    family = (
        "All that was tried on the same outcome, counted together",
        (
            Column("tried", _text("treatment"), "left"),
            Column("effect", _by("effect", signed_words)),
            Column("e-value", _by("e_value", e_words)),
            Column("stands", _yes("stands", "yes", "no"), "left"),
            Column("experiment", _text("experiment_id"), "left", spare=3),
        ),
    )
    upcoming = (
        "Next",
        (
            Column("pair", _whole_number("pair"), spare=2),
            Column("do", _to_do, "left"),
            Column("not before", _date("not_before"), "left", spare=1),
            Column("laps", _laps, "left"),
            Column("experiment", _text("experiment_id"), "left", spare=4),
        ),
    )
    experiments = (
        "Experiments",
        (
            Column("experiment", _text("experiment_id"), "left"),
            Column("try", _text("treatment"), "left", spare=2),
            Column("by", _one_of("kind", KINDS), "left", spare=4),
            Column("pairs", _complete_of),
            Column("", _one_of("state", _STATES), "left", spare=1),
            Column("result", _one_of("verdict", VERDICTS), "left"),
            Column("since", _date("registered_on"), "left", spare=3),
        ),
    )
    tables: dict[tuple[str, str], Shown] = {
        ("experiment_new", "designs"): (
            "What each design takes to find it nine times in ten",
            (
                Column("design", _one_of("kind", KINDS), "left"),
                Column("effect", _by("effect", size_words), spare=1),
                Column("pairs", _of_pairs),
                Column("runs", _whole_number("runs")),
                Column("weeks", _by("weeks", lambda w: f"{w:.0f}")),
                Column("found, of 100", fixed("power_pct"), spare=2),
            ),
        ),
        ("experiment_new", "registered"): registered,
        ("experiment_next", "next"): upcoming,
        ("experiment_record", "candidates"): (
            "Which run was it?",
            (
                Column("run", _text("run_id"), "left"),
                Column("date", _date("local_date"), "left", spare=1),
                Column(units, distance("distance_m", 1, units), spare=3),
                Column("time", duration("duration_s"), spare=2),
                Column(f"pace /{units}", pace("speed_m_s", units), spare=2),
                Column("fits", _fits, "left"),
            ),
        ),
        ("experiment_record", "laps"): (
            "Which lap counts for what",
            (
                Column("lap", _whole_number("lap")),
                Column("pair", _whole_number("pair")),
                Column("from", duration("start_s"), spare=1),
                Column("to", duration("end_s"), spare=2),
                Column("assigned", _text("what"), "left"),
                Column("done", _done, "left", spare=3),
            ),
        ),
        ("experiment_list", "experiments"): experiments,
        ("experiment_analyse", "trials"): (
            "Trials (effect: treatment − control, with its 95 % interval)",
            (
                Column("trial", _text("trial"), "left"),
                Column("pairs", _whole_number("pairs"), spare=2),
                Column("effect", _by("effect", signed_words)),
                Column("95 %", _interval("low", "high"), spare=1),
                Column("p", _by("p_value", p_words), spare=3),
                Column("e-value", _by("e_value", e_words), spare=4),
                Column("result", _one_of("verdict", VERDICTS), "left"),
            ),
        ),
        ("associations", "associations"): (
            "What goes along with balance [pp, L toward the left, R toward the right]",
            (
                Column("tag", _text("tag"), "left"),
                Column("with it", toward_within("value_pp", "low", "high")),
                Column("95 %", toward_interval("low", "high"), spare=2),
                Column("95 %, all together", toward_interval("low_all", "high_all"), spare=1),
                Column("runs with", _whole_number("runs_with"), spare=3),
                Column("without", _whole_number("runs_without"), spare=4),
                Column("", _told, "left"),
            ),
        ),
    }
    shared = {
        "pairs": pairs,
        "checks": checks,
        "deviations": deviations,
        "progress": progress,
        "family": family,
        "next": upcoming,
        "registered": registered,
        "experiments": experiments,
    }
    for question in ("status", "result", "record", "end", "next", "list", "analyse", "new"):
        for name, shown in shared.items():
            tables.setdefault((f"experiment_{question}", name), shown)
    return tables


@cache
def experiment_page_columns(units: Units) -> dict[tuple[str, str], Shown]:
    """Return titles and columns of the tables that a page shows otherwise than a terminal."""
    with_interval: Callable[[Row], Cell] = toward_with_interval("value_pp", "low_all", "high_all")
    title, _ = experiment_columns(units)["associations", "associations"]
    return {
        # A terminal has the figure's own words for it: this is long.
        ("experiment_new", "power"): (
            "How often so many pairs find it",
            (
                Column("pairs", _of_pairs),
                Column("runs", _whole_number("runs"), spare=1),
                Column("effect", _by("effect", size_words)),
                Column("found, of 100", fixed("power_pct")),
            ),
        ),
        ("associations", "associations"): (
            title,
            (
                Column("tag", _text("tag"), "left"),
                Column("with it, pp", with_interval),
                Column("runs with", _whole_number("runs_with"), spare=3),
                Column("without", _whole_number("runs_without"), spare=3),
                Column("says", _told, "left"),
            ),
        ),
    }


def _done(row: Row) -> str:
    return "as assigned" if row.get("did") == row.get("condition") else "the other"


def _complete_of(row: Row) -> str:
    complete, pairs = number(row, "complete_pairs"), number(row, "pairs")
    if complete is None:
        return MISSING
    return f"{complete:.0f}" if not pairs else f"{complete:.0f} of {pairs:.0f}"


def _fits(row: Row) -> str:
    if row.get("fits"):
        return "yes"
    return printable(f"no: {row['why_not']}" if row.get("why_not") else "no")
