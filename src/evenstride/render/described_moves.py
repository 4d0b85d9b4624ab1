"""Decides what is read aloud, and said beside a figure, of what moves a runner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenstride.domain.driver_words import (
    driver_label,
    driver_unit_words,
    pp_decimals,
    pp_interval_words,
)
from evenstride.domain.wording import balance_pair, toward
from evenstride.render.cells import number

if TYPE_CHECKING:
    from evenstride.domain.answer import Figure, Row

_MOST_READ = 12
_CLOSE_PP, _FINE_PP = 0.05, 0.1


def forest_described(figure: Figure) -> str:
    """Say each row of a forest: its size with its side, its interval, and whether it is clear."""
    roles, said = figure.roles, []
    for row in figure.rows[:_MOST_READ]:
        value, low, high = (number(row, roles[name]) for name in ("value", "low", "high"))
        name = str(row[roles["label"]])
        if value is None or low is None or high is None:
            said.append(f"{name}: not known")
            continue
        unclear = ", not clear" if row.get(roles.get("faded", "")) else ""
        said.append(f"{name}: {toward(value)}, {pp_interval_words(low, high)}{unclear}")
    return f"{'; '.join(said)}."


def contributions_described(figure: Figure) -> str:
    """Say each part with its side, and the sum."""
    roles, said = figure.roles, []
    even = any(at == 0.0 and "50" in name for name, at in figure.reference_lines.items())
    for row in figure.rows[:-1]:
        start, end = number(row, roles["start"]), number(row, roles["end"])
        if start is not None and end is not None and abs(end - start) >= _CLOSE_PP:
            said.append(f"{row[roles['label']]} {toward(end - start)}")
    end = number(figure.rows[-1], roles["end"]) or 0.0
    whole = balance_pair(50.0 + end) if even else toward(end)
    begin = "From even: " if even else ""
    return f"{begin}{', '.join(said) or 'no part stands out'}; together {whole}."


def partial_described(figure: Figure) -> str:
    """Say by how much the fit moves over what it was drawn over."""
    roles = figure.roles
    ys = [y for row in figure.rows if (y := number(row, roles["y"])) is not None]
    if not ys:
        return "Nothing is known of it."
    return (
        f"From the lowest to the highest of it the fit moves {toward(ys[-1] - ys[0])}; "
        f"{len(figure.points):,} dots for blocks with everything else taken off."
    )


def driver_sentence(row: Row) -> str:
    """Say a driver's size over the runner's range and by itself, or that it cannot be told yet."""
    name = str(row["driver"])
    value, low, high = (number(row, f"range_effect_{end}") for end in ("pp", "low", "high"))
    if not row.get("estimable") or value is None or low is None or high is None:
        other = row.get("inseparable_from")
        if other:
            goes = driver_label(str(other))
            goes = f"{goes[:1].lower()}{goes[1:]}"
            return f"Cannot be told apart from {goes} in these runs."
        return "Cannot be told from these runs yet."
    clear = bool(row.get("clear"))
    interval = pp_interval_words(low, high, decimals=pp_decimals(low, high))
    size = f"{_toward(value)} ({interval})"
    said = f"{size} over your usual range" if row.get("unit") else size
    own, unit = number(row, "value_pp"), driver_unit_words(name)
    if row.get("unit") and own is not None and unit:
        said += f", {_toward(own)} {unit}"
    elif unit:
        said += f", {unit}"
    return f"{said}." if clear else f"{said}: not clear."


def _toward(value: float) -> str:
    """Say a size with its side; a small one finely, for it may be clear all the same."""
    if abs(value) >= _FINE_PP or round(value, 2) == 0.0:
        return toward(value)
    return f"{abs(value):.2f} pp toward the {'left' if value > 0 else 'right'}"
