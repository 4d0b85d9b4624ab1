"""What a cell of a table says, whoever draws it: plain words, or a pair of sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from evenstride.domain.quantities import QUANTITIES
from evenstride.domain.wording import METRES, balance_pair, duration_words, pace_words

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
class Typed:
    """What a person or a file said, to be shown with care; several are tags."""

    texts: tuple[str, ...]


Cell = str | Pair | Typed


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


def measure_label(row: Row) -> str:
    """Name the measure of a row, with its unit."""
    quantity = QUANTITIES[str(row["measure"])]
    return f"{quantity.label} [{quantity.unit}]" if quantity.unit else quantity.label


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
