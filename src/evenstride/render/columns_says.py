"""Which columns people see of what the body says: complaints, and what goes along with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evenstride.domain.wording import METRES, printable
from evenstride.render.cells import MISSING, Sided, day_words, number
from evenstride.render.column import Column, Shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from evenstride.domain.answer import Row
    from evenstride.domain.wording import Units
    from evenstride.render.cells import Cell

MEASURE_NAMES: Final[Mapping[str, str]] = {
    "balance_left_pct": "balance",
    "contact_ms": "contact time",
    "distance_m": "distance of the day",
    "duration_s": "time run that day",
    "distance_7d_m": "distance of seven days",
    "longest_30d_ratio": "longest run / month's",
}
"""What complaints are looked at beside."""


def _text(key: str) -> Callable[[Row], str]:
    return lambda row: printable(str(row[key])) if row.get(key) not in (None, "") else MISSING


def _felt(row: Row) -> str:
    """Write what was felt, in order: `soreness, then pain`."""
    feelings = row.get("feelings")
    one_by_one = feelings if isinstance(feelings, list | tuple) else ()
    return printable(", then ".join(one["feeling"] for one in one_by_one) or str(row["feeling"]))


def _date(key: str) -> Callable[[Row], str]:
    return lambda row: day_words(str(row[key]))


def _level(key: str) -> Callable[[Row], str]:
    return lambda row: "gone" if row[key] == 0 else f"{row[key]}/10"


def _measure(row: Row) -> str:
    return MEASURE_NAMES.get(str(row["measure"]), str(row["measure"]))


def lag_words(row: Row) -> str:
    """Say how many days lie between a run and the complaint."""
    lag = int(number(row, "lag_days") or 0)
    if not lag:
        return "same day"
    days = "1 day" if abs(lag) == 1 else f"{abs(lag)} days"
    return f"{days} {'after the run' if lag > 0 else 'before the run'}"


def _signed(value: float | None) -> str:
    return MISSING if value is None else f"{value:+.2f}".replace("-", "−")


def _interval(row: Row) -> str:
    return f"{_signed(number(row, 'low'))} to {_signed(number(row, 'high'))}"


def _p(row: Row) -> str:
    p = number(row, "p") or 0.0
    return "< 0.01" if p < 0.01 else f"{p:.2f}"


def _difference(units: Units) -> Callable[[Row], Cell]:
    """Write how the measure differs on days with more of the complaint, by its side."""

    def cell(row: Row) -> Cell:
        value = number(row, "difference")
        if value is None:
            return MISSING
        match str(row["unit"]):
            case "pp":
                return _sided(value)
            case "m":
                said = f"{value / METRES[units]:+.1f} {units}"
            case "s":
                said = f"{value / 60.0:+.0f} min"
            case "ms":
                said = f"{value:+.0f} ms"
            case _:
                said = f"{100.0 * value:+.0f} %"
        return said.replace("-", "−")

    return cell


def _sided(value_pp: float) -> Sided:
    words = f"{abs(value_pp):.1f}"
    if float(words) == 0.0:
        return Sided(words, None)
    return Sided(f"{words} L", "left") if value_pp > 0.0 else Sided(f"{words} R", "right")


def says_columns(units: Units) -> dict[tuple[str, str], Shown]:
    """Return titles and columns, by question and table, for terminal and page."""
    return {
        ("body", "complaints"): (
            "What was sore, tight or painful (the latest spell of each place)",
            (
                Column("place", _text("place"), "left"),
                Column("what", _felt, "left", spare=2),
                Column("since", _date("since"), "left"),
                Column("days", _days, spare=1),
                Column("worst", _level("worst"), spare=3),
                Column("last", _level("last_level")),
                Column("on", _date("last_on"), "left", spare=4),
            ),
        ),
        ("body", "associations"): (
            "Complaints beside the runs: where each pair goes along most (rank correlation, "
            "intervals for all looks together)",
            (
                Column("place", _text("place"), "left"),
                Column("beside", _measure, "left"),
                Column("complaint", lag_words, "left", spare=1),
                Column("strength", lambda r: _signed(number(r, "strength"))),
                Column("95 %, all looks", _interval, "left", spare=3),
                Column("p", _p, spare=2),
                Column("days", _text("n"), spare=5),
                Column("on days with more of it", _difference(units), "left", spare=4),
                Column("stands", lambda r: "yes" if r.get("stands") else "no", "left"),
            ),
        ),
        ("body", "needed"): (
            "What would tell more",
            (
                Column("what", _text("what"), "left"),
                Column("why", _text("why"), "left"),
                Column("how", _text("how"), "left"),
            ),
        ),
    }


def _days(row: Row) -> str:
    return f"{row['days']} of {row['answered_days']}"
