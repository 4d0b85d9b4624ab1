"""Decides what is read aloud in place of a figure: what it shows, from where to where, its ends."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from evenstride.domain.wording import balance_pair, count_words, toward
from evenstride.render.described_experiments import (
    evidence_described,
    laps_described,
    paired_described,
    power_described,
)
from evenstride.render.described_moves import (
    contributions_described,
    forest_described,
    partial_described,
)
from evenstride.render.figure_quantity import quantity_of
from evenstride.render.sides_svg import sides_described
from evenstride.render.timeline_svg import timeline_described

if TYPE_CHECKING:
    from evenstride.domain.answer import Figure, Row


def described(figure: Figure) -> str:
    """Describe a figure in a few sentences; the numbers themselves stand in a table beside it."""
    words = {
        "trend": _trend,
        "aligned": _aligned,
        "track": _track,
        "histogram": _histogram,
        "forest": forest_described,
        "contributions": contributions_described,
        "partial": partial_described,
        "evidence": evidence_described,
        "paired": paired_described,
        "power": power_described,
        "laps": laps_described,
        "timeline": timeline_described,
        "sides": sides_described,
    }
    said = words[figure.kind](figure) if figure.kind in words and figure.rows else ""
    return f"{figure.title}. {said}".strip()


def _height(value: float, column: str, figure: Figure) -> str:
    if column.startswith("balance_"):
        return balance_pair(value)
    if column.endswith("_pp_per_h"):
        return f"{toward(value)} in an hour"
    quantity = quantity_of(figure, column)
    return f"{value:.{quantity.decimals}f} {quantity.unit}".replace("-", "−")


def _numbers(rows: tuple[Row, ...], column: str) -> list[float]:
    return [float(v) for row in rows if isinstance(v := row.get(column), int | float)]


def _trend(figure: Figure) -> str:
    roles, rows = figure.roles, figure.rows
    values = _numbers(rows, roles["y"])
    if not values:
        return "There is no level."
    runs = count_words(len(figure.points), "dot")
    height = partial(_height, column=roles["y"], figure=figure)
    breaks = "".join(f" {event['date']}: {event['label']}." for event in figure.events)
    return (
        f"From {rows[0][roles['x']]} to {rows[-1][roles['x']]} the level goes from "
        f"{height(values[0])} to {height(values[-1])}, between "
        f"{height(min(values))} and {height(max(values))}; {runs} for "
        f"single runs.{breaks}"
    )


def _aligned(figure: Figure) -> str:
    roles, said = figure.roles, []
    for role in sorted(role for role in roles if role.startswith("y")):
        column = roles[role]
        values = _numbers(figure.rows, column)
        if values:
            ends = [_height(end, column, figure) for end in (min(values), max(values))]
            said.append(f"{quantity_of(figure, column).label} between {' and '.join(ends)}")
    left_out = f"; {count_words(len(figure.spans), 'stretch', 'stretches')} left out"
    return f"{'; '.join(said)}{left_out if figure.spans else ''}."


def _track(figure: Figure) -> str:
    values = _numbers(figure.rows, figure.roles["value"])
    if not values:
        return "No balance is known along it."
    return f"Balance along it between {balance_pair(min(values))} and {balance_pair(max(values))}."


def _histogram(figure: Figure) -> str:
    roles = figure.roles
    top = max(figure.rows, key=lambda row: float(str(row[roles["share"]])))
    low, high = float(str(top[roles["low"]])), float(str(top[roles["high"]]))
    return f"Most of the time between {balance_pair(low)} and {balance_pair(high)}."
