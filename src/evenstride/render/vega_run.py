"""How measures along one run are drawn: a panel each on shared minutes, and how balance spread."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from evenstride.render.vega_parts import (
    BALANCE,
    Spec,
    filled,
    finite,
    how_to_say,
    metres_of,
    named_lines,
    panel_title,
    room,
    template_of,
    value_label,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.domain.answer import Figure, Row

_LEAST = {BALANCE: 2.0, "speed_m_s": 0.6, "altitude_m": 20.0, "heart_rate_bpm": 20.0}
_TRIMMED = 0.005
_HEIGHT, _HEIGHT_BELOW = 180, 84
_SLOWEST_SHARE = 0.7
_SLOWEST_SHOWN_M_S = 1.2
_PACE_STEPS_S = (10, 15, 30, 60, 120, 300)


def _columns(figure: Figure) -> tuple[str, ...]:
    """Return the measured columns in the order of their panels."""
    named = [role for role in figure.roles if role.startswith("y") and role[1:].isdigit()]
    return tuple(figure.roles[role] for role in sorted(named, key=lambda role: int(role[1:])))


def _minutes_axis() -> Any:  # noqa: ANN401
    import altair as alt

    return alt.Axis(
        title=None,
        tickCount=alt.ExprRef("max(2, floor(width / 90))"),
        labelExpr=(
            "datum.value >= 60 ? floor(datum.value / 60) + ' h' + "
            "(datum.value % 60 ? ' ' + datum.value % 60 : '') : datum.value + ' min'"
        ),
    )


def _across() -> Any:  # noqa: ANN401
    import altair as alt

    return alt.Scale(
        domainMin=alt.ExprRef("x_low"), domainMax=alt.ExprRef("x_high"), zero=False, nice=False
    )


@lru_cache(maxsize=64)
def _aligned_template(columns: tuple[str, ...], height: int, units: str) -> str:
    import altair as alt

    panels = [
        _panel(i, column, height if i == 0 else _HEIGHT_BELOW, units, last=i == len(columns) - 1)
        for i, column in enumerate(columns)
    ]
    ends = [alt.param(name=name, value=0.0) for name in ("x_low", "x_high")]
    ends += [
        alt.param(name=f"p{i}_{end}", value=0.0)
        for i in range(len(columns))
        for end in ("low", "high")
    ]
    ticks = [
        alt.param(name=f"p{i}_ticks", value=[])
        for i, column in enumerate(columns)
        if column == "speed_m_s"
    ]
    chart: Any = alt.vconcat(*panels, spacing=14)
    return template_of(chart.add_params(alt.param(name="at", value=None), *ends, *ticks))


def _panel(i: int, column: str, height: int, units: str, *, last: bool) -> Any:  # noqa: ANN401
    """Build one panel: time left out, lines to compare with, the measure, the cursor."""
    import altair as alt

    scale = alt.Scale(
        domainMin=alt.ExprRef(f"p{i}_low"),
        domainMax=alt.ExprRef(f"p{i}_high"),
        zero=False,
        nice=False,
    )
    x = alt.X("x:Q", scale=_across(), axis=_minutes_axis() if last else None)
    given: dict[str, Any] = (
        {"values": alt.ExprRef(f"p{i}_ticks")} if column == "speed_m_s" else {"tickCount": 4}
    )
    said = value_label(column, units, step=0.5)
    y = alt.Y(f"{column}:Q", scale=scale, axis=alt.Axis(title=None, labelExpr=said, **given))
    y_line = alt.Y("y:Q", scale=scale)

    def data(dataset: str) -> Any:  # noqa: ANN401
        return alt.Chart(alt.NamedData(name=dataset))

    layers = [
        data("spans").mark_rect(clip=True, color="var(--left-out)").encode(x=x, x2="end:Q"),
        data(f"line{i}").mark_rule(clip=True, strokeWidth=1.2).encode(y=y_line),
    ]
    if column == "altitude_m":
        ground = alt.Y(
            f"{column}:Q", scale=scale, axis=alt.Axis(title=None, tickCount=4, labelExpr=said)
        )
        layers.append(
            data("course")
            .mark_area(clip=True, color="var(--band80)", opacity=0.7)
            .encode(x=x, y=ground, y2=alt.value("height"))
        )
    layers += [
        data("course").mark_line(clip=True, strokeWidth=1.6 if i == 0 else 1.3).encode(x=x, y=y),
        *named_lines(data(f"name{i}"), y_line),
        data("cursor")
        .transform_calculate(x="at ? at.x : null")
        .transform_filter("isValid(datum.x)")
        .mark_rule(strokeWidth=1, color="var(--text)")
        .encode(x=x),
        data("cursor")
        .transform_calculate(x="at ? at.x : null", y=f"at ? at['{column}'] : null")
        .transform_filter("isValid(datum.x) && isValid(datum.y)")
        .mark_point(filled=True, size=40, color="var(--text)", opacity=1, clip=True)
        .encode(x=x, y=y_line),
    ]
    return alt.layer(*layers).properties(height=height, title=panel_title(column, units))


def _ends(figure: Figure, column: str) -> tuple[float, float]:
    """Fit a panel's axis to all but the most extreme moments; pace starts at a walk."""
    values = sorted(finite(figure.rows, column))
    if column == "speed_m_s":
        values = [v for v in values if v >= _SLOWEST_SHOWN_M_S] or values
    if not values:
        return (49.0, 51.0) if column == BALANCE else (0.0, 1.0)
    trim = int(len(values) * _TRIMMED)
    low, high = values[trim], values[len(values) - 1 - trim]
    if column == BALANCE:
        low, high = min(low, 50.0), max(high, 50.0)
    elif column == "speed_m_s":  # a stretch of walking must not flatten the running
        low = max(low, _SLOWEST_SHARE * values[len(values) // 2])
    return room(low, high, least=_LEAST.get(column, max(0.05 * abs(high), 1e-9)))


def pace_ticks(low_m_s: float, high_m_s: float, units: str, *, most: int = 4) -> list[float]:
    """Return the speeds [m/s] of round paces between two speeds, at most `most` of them."""
    metres = metres_of(units)
    fastest, slowest = metres / high_m_s, metres / max(low_m_s, 0.3)
    step = next((s for s in _PACE_STEPS_S if (slowest - fastest) / s <= most), _PACE_STEPS_S[-1])
    first = int(fastest // step + 1)
    return [metres / (n * step) for n in range(first, int(slowest // step) + 1)]


def aligned_spec(figure: Figure, *, units: str, height: int | None) -> Spec:
    """Draw a figure of kind `aligned`: a panel for each measure, one axis of minutes, one cursor.

    A reference line whose label begins with a column's name and a colon belongs to that column's
    panel, any other to the first.
    """
    columns = _columns(figure)
    minute = figure.roles["x"]
    rows: list[Row] = [{**row, "x": row[minute]} for row in figure.rows]
    minutes = finite(figure.rows, minute) or [0.0, 1.0]
    params: dict[str, object] = {"x_low": min(minutes), "x_high": max(*minutes, 0.1)}
    datasets: dict[str, Sequence[Row]] = {
        "course": rows,
        "cursor": [{}],
        "spans": [
            {"x": span["start"], "end": span["end"], "label": span["label"]}
            for span in figure.spans
        ],
    }
    for i, column in enumerate(columns):
        low, high = _ends(figure, column)
        params |= {f"p{i}_low": low, f"p{i}_high": high}
        if column == "speed_m_s":
            params[f"p{i}_ticks"] = pace_ticks(low, high, units)
        lines = [
            {"y": y, "label": label.partition(": ")[2] or label}
            for label, y in figure.reference_lines.items()
            if _panel_of(label, columns) == i and low <= y <= high
        ]
        datasets |= {f"line{i}": lines, f"name{i}": _not_even(lines)}
    meta = {
        "kind": "aligned",
        "cursor": {"dataset": "course", "x": "x", "y": columns[0], "rule": True},
        "say": [how_to_say(minute, units), *(how_to_say(c, units) for c in columns)],
        "spans": "spans",
        "link": minute,
    }
    template = _aligned_template(columns, height or _HEIGHT, units)
    return filled(template, datasets, params, meta)


def _not_even(lines: Sequence[Row]) -> list[Row]:
    """Leave out the line at 50, which the axis names."""
    return [line for line in lines if line["y"] != 50.0]


def _panel_of(label: str, columns: Sequence[str]) -> int:
    column = label.partition(":")[0]
    return columns.index(column) if column in columns else 0


@lru_cache(maxsize=16)
def _series_template(column: str, height: int, units: str) -> str:
    import altair as alt

    scale = alt.Scale(
        domainMin=alt.ExprRef("p0_low"), domainMax=alt.ExprRef("p0_high"), zero=False, nice=False
    )
    x = alt.X("x:Q", scale=_across(), axis=_minutes_axis())
    axis = alt.Axis(title=None, labelExpr=value_label(column, units, step=0.5))
    y = alt.Y("y:Q", scale=scale, axis=axis)
    data = alt.Chart(alt.NamedData(name="series"))
    lines = alt.Chart(alt.NamedData(name="line0"))
    cursor = alt.Chart(alt.NamedData(name="cursor"))
    layers = [
        lines.mark_rule(clip=True, strokeWidth=1.2).encode(y=alt.Y("y:Q", scale=scale)),
        data.mark_rule(clip=True, color="var(--dot)", opacity=0.55).encode(
            x=x, y=alt.Y("low95:Q", scale=scale), y2="high95:Q"
        ),
        data.mark_point(clip=True, filled=True, size=26, opacity=1, color="var(--level)").encode(
            x=x, y=y
        ),
        *named_lines(alt.Chart(alt.NamedData(name="name0")), alt.Y("y:Q", scale=scale)),
        cursor.transform_calculate(x="at ? at.x : null", y="at ? at.y : null")
        .transform_filter("isValid(datum.x) && isValid(datum.y)")
        .mark_point(filled=False, size=110, strokeWidth=2, color="var(--text)", clip=True)
        .encode(x=x, y=alt.Y("y:Q", scale=scale)),
    ]
    chart: Any = alt.layer(*layers).properties(height=height, title=panel_title(column, units))
    ends = [alt.param(name=name, value=0.0) for name in ("x_low", "x_high", "p0_low", "p0_high")]
    return template_of(chart.add_params(alt.param(name="at", value=None), *ends))


def series_spec(figure: Figure, *, units: str, height: int | None) -> Spec:
    """Draw a figure of kind `series`: a dot a minute, with its 95 % interval."""
    roles = figure.roles
    column = roles["y"]
    rows: list[Row] = [
        {"x": row[roles["x"]], **{role: row[roles[role]] for role in ("y", "low95", "high95")}}
        for row in figure.rows
    ]
    minutes = finite(rows, "x") or [0.0, 1.0]
    heights = finite(rows, "low95", "high95") or [49.0, 51.0]
    heights += list(figure.reference_lines.values())
    low, high = room(min(heights), max(heights), least=_LEAST.get(column, 1.0))
    lines: list[Row] = [{"y": y, "label": label} for label, y in figure.reference_lines.items()]
    meta = {
        "kind": "series",
        "cursor": {"dataset": "series", "x": "x", "y": "y"},
        "say": [
            {**how_to_say("minute", units), "column": "x"},
            {**how_to_say(column, units), "column": "y"},
        ],
        "link": "x",
    }
    extra = 0.02 * (max(minutes) - min(minutes)) or 0.5
    params = {
        "x_low": min(minutes) - extra,
        "x_high": max(minutes) + extra,
        "p0_low": low,
        "p0_high": high,
    }
    template = _series_template(column, height or _HEIGHT, units)
    datasets: dict[str, Sequence[Row]] = {
        "series": rows,
        "line0": lines,
        "name0": _not_even(lines),
        "cursor": [{}],
    }
    return filled(template, datasets, params, meta)


@lru_cache(maxsize=16)
def _histogram_template(height: int) -> str:
    import altair as alt

    # Longer on the left lies at the left, as on the beam: the axis of balance runs backward.
    across = alt.Scale(
        domainMin=alt.ExprRef("x_low"),
        domainMax=alt.ExprRef("x_high"),
        zero=False,
        nice=False,
        reverse=True,
    )
    x = alt.X(
        "low:Q",
        scale=across,
        axis=alt.Axis(
            title=None,
            labelExpr=value_label(BALANCE, "km", step=0.5),
            tickCount=alt.ExprRef("max(2, floor(width / 80))"),
        ),
    )
    bars = alt.Chart(alt.NamedData(name="bins"))
    even = alt.Chart(alt.NamedData(name="line0"))
    colour = alt.Color(
        "side:N",
        scale=alt.Scale(
            domain=["left", "even", "right"],
            range=["var(--left)", "var(--even)", "var(--right)"],
        ),
        legend=None,
    )
    share = alt.Y("share:Q", axis=alt.Axis(title=None, format=".0%", tickCount=4))
    layers = [
        bars.mark_rect(stroke="var(--surface)", strokeWidth=1, opacity=0.85).encode(
            x=x, x2="high:Q", y=share, y2=alt.datum(0), color=colour
        ),
        even.mark_rule(strokeWidth=1.2, color="var(--text)").encode(x=alt.X("y:Q", scale=across)),
        alt.Chart(alt.NamedData(name="cursor"))
        .transform_calculate(low="at ? at.low : null", high="at ? at.high : null")
        .transform_calculate(share="at ? at.share : null")
        .transform_filter("isValid(datum.low)")
        .mark_rect(filled=False, stroke="var(--text)", strokeWidth=2)
        .encode(x=x, x2="high:Q", y=share, y2=alt.datum(0)),
    ]
    chart: Any = alt.layer(*layers).properties(height=height, title="Share of usable time")
    ends = [alt.param(name=name, value=0.0) for name in ("x_low", "x_high")]
    return template_of(chart.add_params(alt.param(name="at", value=None), *ends))


def histogram_spec(figure: Figure, *, units: str, height: int | None) -> Spec:
    """Draw a figure of kind `histogram` of balance; left lies at the left."""
    roles = figure.roles
    rows: list[Row] = [
        {"low": row[roles["low"]], "high": row[roles["high"]], "share": row[roles["share"]]}
        for row in figure.rows
    ]
    for i, row in enumerate(rows):
        low, high = finite([row], "low", "high")
        middle = (low + high) / 2.0
        side = "even" if low < 50.0 < high else "left" if middle > 50.0 else "right"
        rows[i] = {**row, "side": side, "middle": middle}
    edges = finite(rows, "low", "high") or [49.0, 51.0]
    meta = {
        "kind": "histogram",
        "cursor": {"dataset": "bins", "x": "middle", "y": "share"},
        "say": [
            {**how_to_say(BALANCE, units), "column": "low", "to": "high"},
            {"column": "share", "label": "Share", "as": "share"},
        ],
    }
    params = {"x_low": min(*edges, 49.5), "x_high": max(*edges, 50.5)}
    template = _histogram_template(height or _HEIGHT)
    datasets: dict[str, Sequence[Row]] = {
        "bins": rows,
        "line0": [{"y": 50.0}],
        "cursor": [{}],
    }
    return filled(template, datasets, params, meta)
