"""How one driver is drawn: blocks with all else taken off as light dots, the fit and its band."""

from __future__ import annotations

from functools import lru_cache
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from evenstride.domain.driver_words import STEPS
from evenstride.render.cells import number
from evenstride.render.vega_parts import (
    BALANCE,
    Spec,
    filled,
    finite,
    how_to_say,
    metres_of,
    pace_label,
    panel_title,
    room,
    template_of,
    value_label,
)
from evenstride.render.vega_run import pace_ticks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.domain.answer import Figure, Row

_HEIGHT = 220
_LEAST_PP = 1.0
_TRIMMED = 0.01
"""Share of the dots at either end that do not stretch the axis of the driver."""
_REACH = 2.5
"""Quartile distances that a dot may lie beyond the quartiles and still stretch the other axis."""
_WHOLE_MARK = 0.02
_JITTER = 0.32
_GOLDEN = 0.6180339887498949
_MOST_TICKS = 7
_STEPS_H = (1 / 12, 1 / 6, 1 / 4, 1 / 3, 1 / 2, 1.0, 2.0, 6.0)
_AXES = {
    "speed_m_s": "Pace, min/{units}",
    "elapsed_h": "Time into the run",
    "grade_pct": "Slope, % uphill",
    "lateral_acceleration_m_s2": "Bends, m/s² to the right and left",
}
_SAID: dict[str, dict[str, object]] = {
    "elapsed_h": {"label": "Time into the run", "as": "hours"},
    "grade_pct": {"label": "Slope", "as": "number", "decimals": 1, "unit": "%"},
    "lateral_acceleration_m_s2": {"label": "Bend", "as": "turn", "unit": "m/s²"},
}
_HOURS_LABEL = (
    "datum.value < 0 ? '' : datum.value < 1 ? round(60 * datum.value) + ' min' : "
    "floor(datum.value + 1e-6) + ' h' + (round(60 * (datum.value - floor(datum.value + 1e-6))) "
    "> 0 ? ' ' + round(60 * (datum.value - floor(datum.value + 1e-6))) : '')"
)
_TURN_LABEL = (
    "abs(datum.value) < 1e-9 ? 'straight' : "
    "format(abs(datum.value), '.2~f') + (datum.value > 0 ? ' left' : ' right')"
)


def _x_label(column: str, units: str) -> str:
    if column == "speed_m_s":
        return pace_label(units)
    if column == "elapsed_h":
        return _HOURS_LABEL
    if column == "lateral_acceleration_m_s2":
        return _TURN_LABEL
    names = STEPS.get(column)
    if names is None:
        return "format(datum.value, ',.2~f')"
    said = (f"abs(datum.value - {at:g}) < 0.01 ? '{name}' : " for at, name in names.items())
    return "".join(said) + "''"


@lru_cache(maxsize=32)
def _template(x_column: str, y_column: str, height: int, units: str) -> str:
    import altair as alt

    across = alt.Scale(
        domainMin=alt.ExprRef("x_low"),
        domainMax=alt.ExprRef("x_high"),
        zero=False,
        nice=False,
        # A turn to the left lies at the left.
        reverse=x_column == "lateral_acceleration_m_s2",
    )
    up = alt.Scale(
        domainMin=alt.ExprRef("y_low"), domainMax=alt.ExprRef("y_high"), zero=False, nice=False
    )
    ticked = x_column in {"speed_m_s", "elapsed_h"} or x_column in STEPS
    ticks: dict[str, Any] = (
        {"values": alt.ExprRef("x_ticks")}
        if ticked
        else {"tickCount": alt.ExprRef("max(2, floor(width / 90))")}
    )
    x_axis = alt.Axis(
        title=_AXES.get(x_column, "").format(units=units) or None,
        labelExpr=_x_label(x_column, units),
        **ticks,
    )
    x = alt.X("x:Q", scale=across, axis=x_axis)
    y = alt.Y(
        "y:Q",
        scale=up,
        axis=alt.Axis(title=None, grid=True, labelExpr=value_label(y_column, units, step=0.5)),
    )
    y_low = alt.Y("low:Q", scale=up)

    def data(name: str) -> Any:  # noqa: ANN401
        return alt.Chart(alt.NamedData(name=name))

    dots = (
        data("dots")
        .transform_filter(alt.datum.beyond == 0)
        .mark_point(
            clip=True, filled=True, size=13, color="var(--dot)", opacity=alt.ExprRef("faint")
        )
        .encode(x=x, y=y)
    )
    wild = [
        data("dots")
        .transform_filter(alt.datum.beyond == side)
        .mark_point(shape=shape, size=34, color="var(--dot)")
        .encode(x=x, y=y)
        for side, shape in ((1, "triangle-up"), (-1, "triangle-down"))
    ]
    zero = (
        data("zero")
        .mark_rule(strokeWidth=1.2, color="var(--even)")
        .encode(y=alt.Y("y:Q", scale=up))
    )
    steps = x_column in STEPS
    fit = data("fit")
    if steps:
        drawn = [
            fit.mark_rule(strokeWidth=5, color="var(--band80)").encode(x=x, y=y_low, y2="high:Q"),
            fit.mark_point(filled=True, size=110, opacity=1, color="var(--level)").encode(x=x, y=y),
        ]
    else:
        drawn = [
            fit.mark_area(clip=True, color="var(--band80)", opacity=0.75).encode(
                x=x, y=y_low, y2="high:Q"
            ),
            fit.mark_line(clip=True, strokeWidth=2.4).encode(x=x, y=y),
        ]
    cursor = (
        data("cursor")
        .transform_calculate(x="at ? at.x : null", y="at ? at.y : null")
        .transform_filter("isValid(datum.x) && isValid(datum.y)")
    )
    layers = [
        dots,
        *wild,
        zero,
        *drawn,
        cursor.mark_rule(strokeWidth=1, color="var(--text)").encode(x=x),
        cursor.mark_point(filled=True, size=60, color="var(--text)", opacity=1).encode(x=x, y=y),
    ]
    names = ("x_low", "x_high", "y_low", "y_high")
    params = [alt.param(name=name, value=0.0) for name in names]
    params += [alt.param(name="at", value=None), alt.param(name="faint", value=0.4)]
    if ticked:
        params.append(alt.param(name="x_ticks", value=[]))
    chart: Any = alt.layer(*layers).properties(height=height, title=panel_title(y_column, units))
    return template_of(chart.add_params(*params))


def partial_spec(figure: Figure, *, units: str, height: int | None) -> Spec:
    """Draw a figure of kind `partial`: what is left of each block, and the fit with its 95 % band.

    Parameters
    ----------
    figure
        The column of the role `x` says what the driver is: `speed_m_s` (drawn as pace),
        `elapsed_h`, `grade_pct`, `lateral_acceleration_m_s2`, `camber` (+1 left foot lower, −1
        right), `present` (0 or 1); any other is drawn as a number.
    units
        `km` or `mi`, for pace.
    height
        Of the plot [px].
    """
    roles = figure.roles
    x_column, y_column = roles["x"], roles["y"]
    fit: list[Row] = [
        {role: number(row, roles[role]) for role in ("x", "y", "low", "high")}
        for row in figure.rows
    ]
    dots = _dots(figure, steps=x_column in STEPS)
    xs = finite(fit, "x") or [0.0, 1.0]
    x_low, x_high = _x_ends(xs, dots, x_column)
    middle = 50.0 if y_column == BALANCE else 0.0
    y_low, y_high = _y_ends(sorted(finite(dots, "y")), [*finite(fit, "low", "high"), middle])
    dots = [_within(dot, y_low, y_high) for dot in dots]
    params: dict[str, object] = {
        "x_low": x_low,
        "x_high": x_high,
        "y_low": y_low,
        "y_high": y_high,
        "faint": round(min(0.55, max(0.16, 12.0 / max(len(dots), 1) ** 0.5)), 2),
        "x_ticks": _ticks(x_column, x_low, x_high, units),
    }
    meta = {
        "kind": "partial",
        "dots": "dots",
        "cursor": {"dataset": "fit", "x": "x", "y": "y", "rule": True},
        "say": [_say_x(figure, units), *_say_y(y_column, units)],
    }
    datasets: dict[str, Sequence[Row]] = {
        "dots": dots,
        "fit": fit,
        "zero": [{"y": middle}],
        "cursor": [{}],
    }
    template = _template(x_column, y_column, height or _HEIGHT, units)
    return filled(template, datasets, params, meta)


def _say_x(figure: Figure, units: str) -> dict[str, object]:
    column = figure.roles["x"]
    if column == "speed_m_s":
        return {**how_to_say(column, units), "column": "x"}
    if column in STEPS:
        said = {f"{at:g}": name for at, name in STEPS[column].items()}
        return {"column": "x", "label": figure.title, "as": "one_of", "names": said}
    plain: dict[str, object] = {"label": figure.x_label, "as": "number", "decimals": 2, "unit": ""}
    return {**_SAID.get(column, plain), "column": "x"}


def _say_y(column: str, units: str) -> list[dict[str, object]]:
    if column == BALANCE:
        return [{**how_to_say(column, units), "column": "y"}]
    band: dict[str, object] = {
        "column": "low",
        "to": "high",
        "label": "95 % band",
        "as": "pp",
        "unit": "",
    }
    return [{**how_to_say(column, units), "column": "y"}, band]


def _dots(figure: Figure, *, steps: bool) -> list[Row]:
    """Give every block its dot; where there are only a few places, spread them within each."""
    roles = figure.roles
    if "points_x" not in roles:
        return []
    run = roles.get("points_run")
    made: list[Row] = []
    for i, point in enumerate(figure.points):
        x, y = number(point, roles["points_x"]), number(point, roles["points_y"])
        if x is None or y is None:
            continue
        # Even steps of the golden ratio spread the dots without chance, the same every time.
        aside = _JITTER * (2.0 * ((i * _GOLDEN) % 1.0) - 1.0) if steps else 0.0
        dot = {"x": round(x + aside, 4), "y": round(y, 3)}
        made.append({**dot, "run_id": point.get(run)} if run else dot)
    return made


def _x_ends(xs: Sequence[float], dots: Sequence[Row], column: str) -> tuple[float, float]:
    """Fit the axis to the fit, and to nearly all dots."""
    if column in STEPS:
        return min(xs) - 0.5, max(xs) + 0.5
    seen = sorted(finite(dots, "x"))
    trim = int(len(seen) * _TRIMMED)
    seen = [*seen[trim : len(seen) - trim], *xs]
    return room(min(seen), max(seen), least=1e-6, share=0.02)


def _y_ends(dots: Sequence[float], always: Sequence[float]) -> tuple[float, float]:
    """Fit the axis to the fit, zero and the bulk of the dots; wild ones are marked at its edge."""
    seen = list(always)
    if dots:
        quarter, three = dots[len(dots) // 4], dots[(3 * len(dots)) // 4]
        reach = _REACH * (three - quarter)
        seen += [y for y in dots if quarter - reach <= y <= three + reach]
    return room(min(seen), max(seen), least=_LEAST_PP)


def _within(dot: Row, low: float, high: float) -> Row:
    """Put a dot that lies beyond the axis at its edge, and say on which side it lies."""
    y = number(dot, "y") or 0.0
    inside = _WHOLE_MARK * (high - low)
    kept = min(max(y, low + inside), high - inside)
    return {**dot, "y": y if low <= y <= high else kept, "beyond": (y > high) - (y < low)}


def _ticks(column: str, low: float, high: float, units: str) -> list[float]:
    if column in STEPS:
        return [at for at in STEPS[column] if low <= at <= high]
    if column == "elapsed_h":
        step = next((s for s in _STEPS_H if (high - low) / s <= _MOST_TICKS), _STEPS_H[-1])
        return [n * step for n in range(max(0, ceil(low / step)), floor(high / step) + 1)]
    if column != "speed_m_s":
        return []
    slowest = max(low, metres_of(units) / 1200.0)
    return pace_ticks(slowest, max(high, slowest + 1e-6), units, most=_MOST_TICKS)
