"""How parts that add up are drawn: each from where the one above it ended, the sum last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evenstride.domain.answer import Figure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from evenstride.domain.estimate import Estimate

_ROLES = ("label", "detail", "start", "end", "low", "high")


@dataclass(frozen=True, slots=True)
class Step:
    """One part: where it ends, and the 95 % interval of that; None where none can be said."""

    label: str
    detail: str | None
    end: float
    low: float | None
    high: float | None


def waterfall(
    steps: Iterable[Step],
    total: tuple[str, Estimate],
    *,
    title: str,
    x_label: str,
    reference_lines: Mapping[str, float],
) -> Figure:
    """Draw parts from 0 on, and what they add up to under its label."""
    rows: list[dict[str, object]] = []
    start = 0.0
    for step in steps:
        values = (step.label, step.detail, start, step.end, step.low, step.high)
        rows.append(dict(zip(_ROLES, values, strict=True)))
        start = step.end
    label, whole = total
    values = (label, None, 0.0, whole.value, whole.low, whole.high)
    rows.append(dict(zip(_ROLES, values, strict=True)))
    return Figure(
        kind="contributions",
        title=title,
        x_label=x_label,
        y_label="",
        rows=tuple(rows),
        roles={name: name for name in _ROLES},
        reference_lines=reference_lines,
    )
