"""What is drawn of drivers: all of them below each other, and each with its data and its fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from evenstride.answers.levels import BALANCE
from evenstride.domain.answer import Figure
from evenstride.domain.driver_words import REFERENCE_ELAPSED_H, driver_label, range_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.answers.driver_residuals import Dots, Residuals
    from evenstride.answers.levels import Levels
    from evenstride.answers.rows_moves import DriverRow
    from evenstride.domain.answer import Row
    from evenstride.domain.estimate import Estimate, FloatArray
    from evenstride.domain.moves import Driver
    from evenstride.domain.wording import Units

_COLUMNS: Final = {
    "speed": "speed_m_s",
    "elapsed": "elapsed_h",
    "grade": "grade_pct",
    "bend": "lateral_acceleration_m_s2",
    "camber": "camber",
}
_X_LABELS = {
    "speed_m_s": "speed, m/s",
    "elapsed_h": "time into the run, h",
    "grade_pct": "slope, %",
    "lateral_acceleration_m_s2": "lateral acceleration to the left, m/s²",
    "camber": "lower side: +1 left, -1 right",
    "present": "0 without, 1 with",
}
PRESENT = "present"
_NODES = 25
_BEYOND = 0.25
"""How far the fit is drawn beyond the usual range, as a share of it."""
_X_DECIMALS, _Y_DECIMALS = 4, 3


def forest(rows: Sequence[DriverRow], *, reference_m_s: float, units: Units) -> Figure:
    """Draw the sizes over the usual range; what nothing is known of is left out.

    Faded is what the runs do not tell, or whose interval holds 0.
    """
    return Figure(
        kind="forest",
        title="What moves your balance, over your usual range",
        x_label="pp, + toward the left",
        y_label="",
        rows=tuple(
            {
                "label": driver_label(row["driver"]),
                "detail": range_words(
                    row["driver"],
                    row["range_low"],
                    row["range_high"],
                    reference_m_s=reference_m_s,
                    units=units,
                ),
                "value": row["range_effect_pp"],
                "low": row["range_effect_low"],
                "high": row["range_effect_high"],
                "faded": not row["clear"],
            }
            for row in rows
        ),
        roles={name: name for name in ("label", "detail", "value", "low", "high", "faded")},
    )


def has_a_side(row: DriverRow) -> bool:
    """Return whether the 95 % interval of a driver leaves out 0."""
    low, high = row["range_effect_low"], row["range_effect_high"]
    return low is not None and high is not None and (low > 0.0 or high < 0.0)


def partials(looked: Levels, left: Residuals) -> dict[str, Figure]:
    """Draw each driver of balance that has dots: blocks or runs, and the fit with its band."""
    balance = looked.by_measure[BALANCE]
    run_ids = balance.series["run_id"].to_list()
    told = {driver.name: driver for driver in balance.moves.drivers}
    return {
        name: _partial(told, name, dots, left, run_ids)
        for name, dots in left.dots.items()
        if name in told
    }


def _partial(
    told: dict[str, Driver], name: str, dots: Dots, left: Residuals, run_ids: Sequence[str]
) -> Figure:
    column = _COLUMNS.get(name, PRESENT)
    driver = told[name]
    origin = {
        "speed_m_s": left.reference_m_s,
        "elapsed_h": REFERENCE_ELAPSED_H,
        "camber": left.usual_camber,
        # A tag that most runs have counts where it is missing.
        PRESENT: 1.0 if dots.x.size and dots.x.min() < 0.0 else 0.0,
    }.get(column, 0.0)
    nodes = _nodes(driver, column, origin, dots)
    fit: list[Row] = []
    for x in nodes.tolist():
        y, low, high = _at(told, name, x)
        fit.append(
            {
                column: round(x + origin, _X_DECIMALS),
                "effect_pp": round(y, _Y_DECIMALS),
                "low": round(low, _Y_DECIMALS),
                "high": round(high, _Y_DECIMALS),
            }
        )
    xs = np.round(dots.x + origin, _X_DECIMALS).tolist()
    ys = np.round(dots.y, _Y_DECIMALS).tolist()
    points: list[Row] = [
        {column: x, "effect_pp": y, "run_id": run_ids[int(run)]}
        for x, y, run in zip(xs, ys, dots.run.tolist(), strict=True)
    ]
    return Figure(
        kind="partial",
        title=driver_label(name),
        x_label=_X_LABELS[column],
        y_label="effect on balance, pp, + toward the left",
        rows=tuple(fit),
        roles={
            "x": column,
            "y": "effect_pp",
            "low": "low",
            "high": "high",
            "points_x": column,
            "points_y": "effect_pp",
            "points_run": "run_id",
        },
        points=tuple(points),
    )


def _nodes(driver: Driver, column: str, origin: float, dots: Dots) -> FloatArray:
    """Return where the fit is drawn, as differences from the reference."""
    if column == PRESENT:
        return np.array([0.0, 1.0]) - origin
    if column == "camber":
        return np.unique(np.append(dots.x, 0.0))
    low, high = driver.range_low, driver.range_high
    beyond = _BEYOND * (high - low)
    low, high = low - beyond, high + beyond
    if column in {"speed_m_s", "elapsed_h"}:  # neither is less than nothing
        low = max(low, -origin)
    return np.linspace(low, high, _NODES)


def _at(told: dict[str, Driver], name: str, x: float) -> tuple[float, float, float]:
    """Return the fit and its 95 % band at a difference from the reference; there all are 0."""
    effect: Estimate = told[name].effect
    if name == "grade" and "grade:up" in told:
        effect = told["grade:up" if x > 0.0 else "grade:down"].effect
        x = abs(x)
    there = effect.times(x, "pp")
    return there.value, there.low, there.high
