"""Which columns people see of screening: tests, findings, signs, what is worth testing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evenstride.domain.wording import printable
from evenstride.render.cells import MISSING, Sided, day_words, number, plain
from evenstride.render.column import Column, Shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from evenstride.domain.answer import Row
    from evenstride.render.cells import Cell

OUTCOMES: Final = {
    "left_lower": "less left",
    "right_lower": "less right",
    "no_difference": "no difference",
    "cannot_tell": "cannot tell",
    "seen": "seen",
}
"""What the outcomes are called where there is little room."""
STATES: Final = {
    "fits": "fits",
    "opposite": "opposite",
    "none": "alike",
    "not_tested": "not tested",
}
"""What the states of a sign are called."""
_UNITS: Final = {"deg": "°", "count": "", "points": "", "": ""}


def value_words(value: float, unit: str) -> str:
    """Write a value in its unit, one decimal at most."""
    rounded = round(value, 1) + 0.0
    text = f"{rounded:.0f}" if rounded == int(rounded) else f"{rounded:.1f}"
    return f"{text}{_UNITS.get(unit, f' {unit}')}".replace("-", "−")


def _in_unit(key: str) -> Callable[[Row], str]:
    def cell(row: Row) -> str:
        value = number(row, key)
        return MISSING if value is None else value_words(value, str(row["unit"]))

    return cell


def _outcome(row: Row) -> Cell:
    """Say how a test came out, coloured by the side that is less; what was seen, as it was."""
    if row.get("outcome") is None:
        return MISSING
    if row["outcome"] == "seen":
        seen = str(row.get("sign_label") or row.get("sign") or "")
        side = next((s for s in ("left", "right") if str(row.get("sign")).startswith(s)), None)
        return (
            Sided(seen.replace("_", " "), "left" if side == "left" else "right") if side else seen
        )
    words = OUTCOMES[str(row["outcome"])]
    lower = row.get("lower")
    return Sided(words, "left" if lower == "left" else "right") if lower else words


def _date(key: str) -> Callable[[Row], str]:
    return lambda row: MISSING if row.get(key) is None else day_words(str(row[key]))


def _way(row: Row) -> str:
    """Name a way of measuring; two ways are never compared."""
    keys = ("method_label", "position_label", "instrument_label", "by")
    parts = dict.fromkeys(str(row[key]) for key in keys if row[key])
    return printable(", ".join(parts))


def _trials(key: str) -> Callable[[Row], str]:
    def cell(row: Row) -> str:
        values = row[key]
        if not isinstance(values, list | tuple) or not values:
            return MISSING
        return ", ".join(value_words(float(v), "") for v in values)

    return cell


def _labels(key: str) -> Callable[[Row], str]:
    """List what may be said, by the words to type."""

    def cell(row: Row) -> str:
        values = row[key]
        if not isinstance(values, list | tuple):
            return MISSING
        return ", ".join(str(v["slug"]) for v in values) or MISSING

    return cell


def _state(row: Row) -> str:
    return STATES[str(row["state"])]


def _unit(row: Row) -> str:
    unit = str(row["unit"])
    return {"deg": "degrees", "": "looked at"}.get(unit, unit)


_FINDINGS: Final[Shown] = (
    "What your tests say, the last time each way (needs: what the sides have to differ by)",
    (
        Column("test", plain("name"), "left"),
        Column("left", _in_unit("left"), spare=3),
        Column("right", _in_unit("right"), spare=3),
        Column("needs", _in_unit("mdc"), spare=2),
        Column("result", _outcome, "left"),
        Column("on", _date("on_date"), spare=4),
        Column("again", lambda r: "yes" if r["repeated"] else "not yet", spare=5),
        Column("how", _way, "left", spare=6),
    ),
)
_HISTORY: Final = (
    Column("on", _date("on_date")),
    Column("left", _trials("left")),
    Column("right", _trials("right")),
    Column("result", _outcome, "left"),
    Column("how", _way, "left", spare=2),
    Column("entry", plain("entry_id"), "left", spare=3),
)
SCREENING_COLUMNS: Final[dict[tuple[str, str], Shown]] = {
    ("screen", "findings"): _FINDINGS,
    ("screen", "signs"): (
        "Signs of the typical pattern, a hypothesis",
        (
            Column("test", plain("name"), "left"),
            Column("yours", _state, "left"),
            Column("typical", plain("typical"), "left", spare=1),
            Column("on", _date("on_date"), spare=2),
        ),
    ),
    ("screen", "retest"): (
        "Worth testing next",
        (
            Column("test", plain("test"), "left"),
            Column("why", plain("why"), "left"),
        ),
    ),
    ("screen", "tests"): (
        "Tests (evenstride screen how TEST says how each is made)",
        (
            Column("test", plain("test"), "left"),
            Column("what", plain("name"), "left"),
            Column("last", _date("last_on"), spare=1),
            Column("result", _outcome, "left"),
            Column("takes", lambda r: str(r["equipment"]) or MISSING, "left", spare=3),
        ),
    ),
    ("screen_test", "how"): (
        "How",
        (Column("", plain("step")), Column("", plain("text"), "left")),
    ),
    ("screen_test", "methods"): (
        "Ways of measuring (needs: what the sides have to differ by)",
        (
            Column("--method", plain("method"), "left"),
            Column("unit", _unit, "left"),
            Column("--position", _labels("positions"), "left"),
            Column("--instrument", _labels("instruments"), "left"),
            Column("--sign", _labels("choices"), "left", spare=1),
            Column("trials", lambda r: str(r["trials"] or MISSING)),
            Column("needs", _in_unit("mdc_difference")),
            Column("error", plain("error"), "left", spare=2),
        ),
    ),
    ("screen_test", "history"): ("What was measured, the latest first", _HISTORY),
    ("screen_record", "measured"): ("Kept", _HISTORY),
}
"""Titles and columns by question and table."""
