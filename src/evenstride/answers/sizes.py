"""How a size in pp is said where it may be small: with a second decimal below 0.1 pp."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenstride.domain.driver_words import pp_interval_words, pp_words

if TYPE_CHECKING:
    from evenstride.domain.estimate import Estimate

_SMALL_PP = 0.095
_SIDES = {"L": "toward the left", "R": "toward the right"}


def size_words(value_pp: float) -> str:
    """Say a size with its side: `0.6 pp toward the left`, `0.03 pp toward the right`, `0.00 pp`."""
    number, _, side = pp_words(value_pp, decimals=_decimals(value_pp)).partition(" ")
    return f"{number} pp {_SIDES[side]}" if side else f"{number} pp"


def size_interval_words(size: Estimate) -> str:
    """Say the 95 % interval of a size: `0.2 to 1.0 pp toward the left`, or both ends."""
    decimals = _decimals(max(abs(size.low), abs(size.high)))
    *ends, side = pp_interval_words(size.low, size.high, decimals=decimals).split(" ")
    if side in _SIDES and not set(ends) & set(_SIDES):
        return f"{' '.join(ends)} pp {_SIDES[side]}"
    return f"from {size_words(size.low)} to {size_words(size.high)}"


def _decimals(value_pp: float) -> int:
    return 2 if abs(value_pp) < _SMALL_PP else 1
