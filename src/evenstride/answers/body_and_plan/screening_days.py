"""Decides what is drawn of a test over days: both sides, their difference, and how far it is off.

A way of measuring is drawn once it has two days with both sides; ways are never joined.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from evenstride.answers.body_and_plan.screening_findings import DIFFERS
from evenstride.body.finding_words import outcome_words, way_words
from evenstride.body.screening import way_of
from evenstride.domain.answer import Figure

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from evenstride.answers.body_and_plan.screening_findings import Judged
    from evenstride.domain.answer import Row
    from evenstride.domain.estimate import Estimate

LEAST_DAYS: Final = 2
_ROLES: Final = (
    "left", "left_low", "left_high", "right", "right_low", "right_high",
    "low", "high", "change_low", "change_high", "changed", "faded", "unit", "words",
)  # fmt: skip


def sides_figure(times: Sequence[Judged]) -> Figure | None:
    """Lay out what was measured by day.

    Parameters
    ----------
    times
        Of one test, the latest first, and of one day what was written last.

    Returns
    -------
        Kind `sides`: the way that was used last comes first, its days from the first to the last,
        each day once. None where no way has two days with both sides.
    """
    ways: dict[tuple[str, ...], dict[date, Judged]] = {}
    for one in times:
        if one.finding.left is not None or one.finding.right is not None:
            days = ways.setdefault(way_of(one.written.value), {})
            days.setdefault(one.finding.on_date, one)
    drawn = [days for days in ways.values() if sum(map(_whole, days.values())) >= LEAST_DAYS]
    if not drawn:
        return None
    return Figure(
        kind="sides",
        title="Left and right, day by day",
        x_label="Date",
        y_label="Each side, and left − right",
        rows=tuple(row for days in drawn for row in _rows(list(days.values()))),
        roles={
            "x": "date",
            "series": "way",
            "value": "difference",
            **{name: name for name in _ROLES},
        },
    )


def _whole(one: Judged) -> bool:
    return one.finding.left is not None and one.finding.right is not None


def _rows(days: Sequence[Judged]) -> list[Row]:
    """Tabulate the days of one way, which come the latest first, from the first on."""
    last = days[0]
    measured = last.written.value
    way = way_words(last.method, measured.position, measured.instrument, measured.by)
    return [_row(one, way) for one in reversed(days)]


def _row(one: Judged, way: str) -> Row:
    finding = one.finding
    difference, change = finding.difference, finding.change
    band: tuple[float, float] | None = None
    if difference is not None and change is not None:
        before, needs = difference.value - change.value, change.high - change.value
        band = before - needs, before + needs
    return {
        "date": finding.on_date.isoformat(),
        "way": way,
        "unit": one.method.unit,
        **_side("left", finding.left),
        **_side("right", finding.right),
        "difference": difference.value if difference else None,
        "low": difference.low if difference else None,
        "high": difference.high if difference else None,
        "change_low": band[0] if band else None,
        "change_high": band[1] if band else None,
        "changed": finding.change_beyond_error if band else None,
        "faded": finding.outcome not in DIFFERS,
        "words": outcome_words(one.test, one.method, finding),
    }


def _side(name: str, side: Estimate | None) -> dict[str, float | None]:
    known = side is not None and not math.isnan(side.se)
    return {
        name: side.value if side else None,
        f"{name}_low": side.value - side.se if side and known else None,
        f"{name}_high": side.value + side.se if side and known else None,
    }
