"""What a cell of a table says, whoever draws it: plain words, or a pair of sides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from evenstride.domain.driver_words import driver_label, pp_decimals, pp_interval_words, pp_words
from evenstride.domain.quantities import QUANTITIES
from evenstride.domain.wording import (
    METRES,
    balance_pair,
    duration_words,
    interval_words,
    pace_words,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from evenstride.domain.answer import Row
    from evenstride.domain.wording import Units

MISSING = "–"


@dataclass(frozen=True, slots=True)
class Pair:
    """Left and right as words, and which of them is longer; None when both are even."""

    left: str
    right: str
    longer: Literal["left", "right"] | None


@dataclass(frozen=True, slots=True)
class Sided:
    """A size as words, and the side that it is toward; None where it is neither."""

    words: str
    side: Literal["left", "right"] | None


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person or a file said, to be shown with care; several are tags."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stacked:
    """A number, and beneath it, smaller, how sure it is: two columns in the room of one."""

    main: str | Pair | Sided
    below: str


Cell = str | Pair | Sided | Typed | Stacked


def number(row: Row, key: str) -> float | None:
    """Return a cell as a number, None when it is missing or is none."""
    value = row.get(key)
    return float(value) if isinstance(value, int | float) else None


def plain(key: str) -> Callable[[Row], str]:
    """Write a cell as it is."""

    def cell(row: Row) -> str:
        value = row.get(key)
        return MISSING if value is None else str(value)

    return cell


def day_words(text: str, *, weekday: bool = False) -> str:
    """Write `2026-11-20` as `20 Nov 2026`, or `Fri 20 Nov 2026`; what comes after is left away."""
    day = date.fromisoformat(text[:10])
    return f"{day:%a }{day.day} {day:%b %Y}" if weekday else f"{day.day} {day:%b %Y}"


def day(key: str) -> Callable[[Row], str]:
    """Write a date as people do."""
    return lambda row: day_words(str(row[key]))


def fixed(key: str, decimals: int = 0, factor: float = 1.0) -> Callable[[Row], str]:
    """Write a number with its decimals, times a factor."""

    def cell(row: Row) -> str:
        value = number(row, key)
        return MISSING if value is None else f"{value * factor:.{decimals}f}"

    return cell


def signed(key: str, decimals: int = 1) -> Callable[[Row], str]:
    """Write a number with its sign."""

    def cell(row: Row) -> str:
        value = number(row, key)
        return MISSING if value is None else f"{value:+.{decimals}f}".replace("-", "−")

    return cell


def balance(key: str) -> Callable[[Row], Cell]:
    """Write balance as a pair of sides."""

    def cell(row: Row) -> Cell:
        value = number(row, key)
        pair = balance_pair(value)
        if value is None or " / " not in pair:
            return pair
        left, right = pair.split(" / ")
        rounded = round(value, 1)
        return Pair(left, right, "left" if rounded > 50 else "right" if rounded < 50 else None)

    return cell


def offset(row: Row) -> str:
    """Write how far left of the present sensor another reads."""
    present = number(row, "low") == number(row, "high") == 0.0
    return "present one" if present else signed("offset_pp")(row)


def in_own_unit(key: str, *, signed: bool = False) -> Callable[[Row], str]:
    """Write a cell of a table whose rows are different measures, each with its decimals."""

    def cell(row: Row) -> str:
        value, quantity = number(row, key), QUANTITIES[str(row["measure"])]
        if value is None:
            return MISSING
        decimals = max(quantity.decimals, 1)
        return f"{value:{'+' if signed else ''}.{decimals}f}".replace("-", "−")

    return cell


def share(key: str) -> Callable[[Row], str]:
    """Write a share in percent."""
    return lambda row: f"{100 * (number(row, key) or 0):.0f}%"


def interval(low: str, high: str, *, signed: bool = False) -> Callable[[Row], str]:
    """Write two ends of an interval, each in the unit of its row's measure."""
    from_, to = in_own_unit(low, signed=signed), in_own_unit(high, signed=signed)

    def cell(row: Row) -> str:
        return MISSING if number(row, low) is None else f"{from_(row)} to {to(row)}"

    return cell


def with_interval(key: str, low: str, high: str, *, signed: bool = False) -> Callable[[Row], Cell]:
    """Write a measure with its interval beneath, in the unit of its row."""
    main, below = in_own_unit(key, signed=signed), interval(low, high, signed=signed)
    return lambda row: Stacked(main(row), below(row)) if number(row, low) is not None else main(row)


def balance_with_interval(key: str, low: str, high: str) -> Callable[[Row], Cell]:
    """Write balance as a pair of sides with its interval, side named, beneath."""
    main = balance(key)

    def cell(row: Row) -> Cell:
        pair, from_, to = main(row), number(row, low), number(row, high)
        if from_ is None or to is None or not isinstance(pair, Pair):
            return pair
        return Stacked(pair, interval_words(from_, to))

    return cell


def contacts(row: Row) -> Cell:
    """Write left and right contact time [ms] as a pair of sides; without balance, the mean."""
    left, right = number(row, "left_gct_ms"), number(row, "right_gct_ms")
    if left is None or right is None:
        return fixed("gct_ms")(row)
    shown = round(left), round(right)
    longer: Literal["left", "right"] | None = "left" if shown[0] > shown[1] else "right"
    return Pair(f"{shown[0]} L", f"{shown[1]} R", None if shown[0] == shown[1] else longer)


def unit_words(unit: str) -> str:
    """Write a unit as people do: cadence counts steps a minute."""
    return "steps/min" if unit == "spm" else unit


def measure_label(row: Row) -> str:
    """Name the measure of a row, with its unit."""
    quantity = QUANTITIES[str(row["measure"])]
    return f"{quantity.label} [{unit_words(quantity.unit)}]" if quantity.unit else quantity.label


def duration(key: str) -> Callable[[Row], str]:
    """Write seconds as `42:10`."""
    return lambda row: duration_words(number(row, key))


def pace(key: str, units: Units) -> Callable[[Row], str]:
    """Write a speed as a pace without its unit, which the head or title names."""
    return lambda row: pace_words(number(row, key), units).replace(f" /{units}", "")


def distance(key: str, decimals: int, units: Units) -> Callable[[Row], str]:
    """Write metres as kilometres or miles."""
    return fixed(key, decimals, 1.0 / METRES[units])


def typed(key: str) -> Callable[[Row], Cell]:
    """Write what a person typed: a text, or a list of tags."""

    def cell(row: Row) -> Cell:
        value = row.get(key)
        if isinstance(value, list | tuple):
            return Typed(tuple(str(v) for v in value))
        return Typed((str(value),) if value else ())

    return cell


def called(key: str) -> Callable[[Row], str]:
    """Call a driver or a part as people do."""
    return lambda row: driver_label(str(row[key]))


def toward(key: str, decimals: int | None = None) -> Callable[[Row], Cell]:
    """Write a size in pp by its side: `0.6 L`, never a plus or a minus."""

    def cell(row: Row) -> Cell:
        value = number(row, key)
        if value is None:
            return MISSING
        words = pp_words(value, decimals=decimals)
        return Sided(words, "left" if words[-1] == "L" else "right" if words[-1] == "R" else None)

    return cell


def toward_interval(low: str, high: str) -> Callable[[Row], str]:
    """Write two ends of an interval in pp by their sides."""

    def cell(row: Row) -> str:
        from_, to = number(row, low), number(row, high)
        if from_ is None or to is None:
            return MISSING
        return pp_interval_words(from_, to, decimals=pp_decimals(from_, to))

    return cell


def toward_within(key: str, low: str, high: str) -> Callable[[Row], Cell]:
    """Write a size in pp by its side, as finely as its interval is worth."""

    def cell(row: Row) -> Cell:
        from_, to = number(row, low), number(row, high)
        decimals = None if from_ is None or to is None else pp_decimals(from_, to)
        return toward(key, decimals)(row)

    return cell


def toward_with_interval(key: str, low: str, high: str) -> Callable[[Row], Cell]:
    """Write a size in pp by its side, its interval beneath."""
    main, below = toward_within(key, low, high), toward_interval(low, high)

    def cell(row: Row) -> Cell:
        said = main(row)
        if number(row, low) is None or not isinstance(said, Sided):
            return said
        return Stacked(said, below(row))

    return cell


def sides(left: str, right: str, factor: float = 1.0, decimals: int = 0) -> Callable[[Row], Cell]:
    """Write what was done to either side as a pair; nothing where neither is known."""

    def cell(row: Row) -> Cell:
        to_left, to_right = number(row, left), number(row, right)
        if to_left is None or to_right is None:
            return MISSING
        shown = [round(value * factor, decimals) for value in (to_left, to_right)]
        longer: Literal["left", "right"] | None = "left" if shown[0] > shown[1] else "right"
        words = [f"{value:,.{decimals}f}" for value in shown]
        return Pair(f"{words[0]} L", f"{words[1]} R", None if shown[0] == shown[1] else longer)

    return cell


def chance(key: str) -> Callable[[Row], str]:
    """Write a probability in percent, never as certain."""

    def cell(row: Row) -> str:
        value = number(row, key)
        if value is None:
            return MISSING
        return "> 99 %" if value > 0.99 else "< 1 %" if value < 0.01 else f"{100 * value:.0f} %"

    return cell
