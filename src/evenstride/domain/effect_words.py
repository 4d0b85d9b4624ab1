"""Decides how effects and evidence are said: in the outcome's unit and direction, never bare."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from evenstride.domain.experiment import OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evenstride.domain.answer import Figure
    from evenstride.domain.experiment import Outcome

E_VALUE_WORDS = (
    "The e-value is what a bet on there being an effect would have made of 1 by now. 1 says "
    "nothing either way; below 1 the bet has lost. Where there is no effect, it ever reaches 40 in "
    "at most 1 of 40 experiments, however often one looks: so 40 is enough to decide."
)
"""What an e-value is, for whoever sees one for the first time."""

P_VALUE_WORDS = (
    "p is the share of all orders that could have been drawn by lot that would show as much if "
    "there were no effect."
)
"""What the p-value of an experiment is; of a start drawn by lot the orders are its days."""

_BY_LABEL: Mapping[str, Outcome] = {f"{o.label}, {o.unit}": o for o in OUTCOMES.values()}
_UNITS = frozenset(o.unit for o in OUTCOMES.values())
_MANY = 1e6
_SMALL = 0.095


def outcome_of(figure: Figure) -> Outcome | None:
    """Return the outcome whose label and unit a figure's `y_label` is; None of outside data."""
    return _BY_LABEL.get(figure.y_label)


def unit_of(figure: Figure) -> str:
    """Return the unit at the end of a figure's `y_label`, which may be nothing else."""
    return figure.y_label.rpartition(", ")[2]


def size_words(size: float, unit: str = "") -> str:
    """Write a size without its sign: `0.6 pp`, a small one finely, a large one shortly.

    Of a unit that is none of the outcomes' nobody knows what is small.
    """
    size = abs(size)
    if size >= 100.0:
        number = f"{size:,.0f}"
    elif size >= _SMALL or size == 0.0:
        number = f"{size:.1f}"
    elif unit in _UNITS:
        number = f"{size:.2f}" if round(size, 2) else "0.0"
    else:
        number = f"{size:.2g}"
    said = {"spm": "steps/min", "pp/h": "pp an hour"}.get(unit, unit)
    return f"{number} {said}".strip()


def signed_words(value: float, unit: str = "") -> str:
    """Write a size with its sign: `+0.6 ms`, `−3.0 ms`, `0.0`."""
    said = size_words(value, unit)
    if not any(c in "123456789" for c in said.partition(" ")[0]):
        return said
    return f"{'+' if value > 0.0 else '−'}{said}"


def effect_words(value: float, outcome: Outcome | None, unit: str = "") -> str:
    """Say what an effect does: `0.6 pp toward even`; of an unknown outcome, with its sign."""
    if outcome is None:
        return signed_words(value, unit)
    said = size_words(value, outcome.unit)
    if not any(c in "123456789" for c in said.partition(" ")[0]):
        return said
    return f"{said} {outcome.increase if value > 0.0 else outcome.decrease}"


def effect_interval_words(low: float, high: float, outcome: Outcome) -> str:
    """Say an interval of an effect: `0.2 to 1.0 pp toward even`, or both ends with their way."""
    ends = [effect_words(x, outcome) for x in (low, high)]
    ways = (outcome.increase, outcome.decrease)
    for way, (near, far) in zip(ways, (ends, ends[::-1]), strict=True):
        if all(end.endswith(way) for end in ends):
            return f"{near.split(' ')[0]} to {far}"
    return f"{ends[0]} to {ends[1]}"


def e_words(e_value: float) -> str:
    """Write an e-value, never as more than it is: `0.07`, `3.2`, `39`, `1,200`."""
    if not math.isfinite(e_value) or e_value > _MANY:
        return "more than 1,000,000"
    if e_value < 0.01:
        return "less than 0.01"
    if e_value < 1.0:
        return f"{math.floor(100.0 * e_value) / 100.0:.2f}"
    if e_value < 10.0:
        return f"{math.floor(10.0 * e_value) / 10.0:.1f}"
    tens = 10.0 ** (math.floor(math.log10(e_value)) - 1)
    return f"{math.floor(e_value / tens) * tens:,.0f}"


def p_words(p_value: float) -> str:
    """Write a p-value, never as less than it is: `0.031`, `less than 0.001`."""
    if p_value < 0.001:
        return "less than 0.001"
    # What floating point adds to a round number is no reason to round it up.
    return f"{math.ceil(1000.0 * p_value - 1e-9) / 1000.0:.3f}"
