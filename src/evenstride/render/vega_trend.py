"""How a level over days is drawn: bands, level, runs with intervals, one time axis, an overview."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from evenstride.render.cells import number
from evenstride.render.vega_parts import (
    AXIS_PX,
    BALANCE,
    BANDS_PX,
    Spec,
    even_at,
    filled,
    finite,
    how_to_say,
    in_pp,
    named_lines,
    panel_title,
    room,
    shown_column,
    template_of,
    value_label,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.domain.answer import Figure, Row

_ROLES = ("y", "low80", "high80", "low95", "high95")
_LEAST_PP, _LEAST_OTHER = 1.0, 6.0
_LABELS_APART = 0.055
_REACH = 2.0
"""Quartile distances that a run may lie beyond the quartiles and still stretch the axis."""
_HEIGHT, _HEIGHT_BELOW, _HEIGHT_OVERVIEW = 260, 110, 34
_EDGE_PX = 5
"""Room at both ends of the days, so that the first and the last dot are whole."""
_CHARACTER_PX = 5.7
_WHOLE_MARK = 0.025
"""How far inside the axis a run beyond it is marked, as a share, so that the mark is whole."""
_NO_ROOM_RIGHT = (
    f"(datum.share > 0.5 && {_CHARACTER_PX} * length(datum.label) > (1 - datum.share) * width - 6)"
)


@lru_cache(maxsize=64)
def _template(columns: tuple[str, ...], height: int, units: str, *, overview: bool) -> str:
    import altair as alt

    brush = alt.selection_interval(
        encodings=["x"],
        name="brush",
        mark=alt.BrushConfig(fill="var(--text)", fillOpacity=0.08, stroke="var(--chart-text)"),
    )
    whole: dict[str, Any] = {"type": "utc", "padding": _EDGE_PX}
    domain = alt.Scale(**whole, domain=brush) if overview else alt.Scale(**whole)
    panels = [
        _panel(
            i,
            column,
            domain,
            height if i == 0 else _HEIGHT_BELOW,
            units,
            last=i == len(columns) - 1,
        )
        for i, column in enumerate(columns)
    ]
    if overview:
        panels.append(_overview(brush))
    chart: Any = alt.vconcat(*panels) if len(panels) > 1 else panels[0]
    ends = [
        alt.param(name=f"p{i}_{end}", value=0.0)
        for i in range(len(columns))
        for end in ("low", "high")
    ]
    own = [alt.param(name="at", value=None), alt.param(name="faint", value=0.5)]
    return template_of(chart.add_params(*own, *ends))


def _panel(
    i: int,
    column: str,
    domain: Any,  # noqa: ANN401
    height: int,
    units: str,
    *,
    last: bool,
) -> Any:  # noqa: ANN401
    """Build one panel; layers from the back to the front."""
    import altair as alt

    ends = alt.Scale(
        domainMin=alt.ExprRef(f"p{i}_low"),
        domainMax=alt.ExprRef(f"p{i}_high"),
        zero=False,
        nice=False,
    )
    x = alt.X("x:T", scale=domain, axis=_days_axis() if last else None)
    y = alt.Y(
        "y:Q",
        scale=ends,
        axis=alt.Axis(title=None, labelExpr=value_label(column, units, step=0.5)),
    )
    y_free = alt.Y("y:Q", scale=ends)

    def data(name: str) -> Any:  # noqa: ANN401
        return alt.Chart(alt.NamedData(name=f"{name}{i}"))

    level = data("level")
    bands = data("band").mark_rect(clip=True, color="var(--normal)")
    shade95 = level.mark_area(clip=True, color="var(--band95)")
    shade80 = level.mark_area(clip=True, color="var(--band80)")
    points = data("points")
    wild = alt.datum.beyond != 0
    layers = [
        _whole_time(x),
        bands.encode(y=alt.Y("low:Q", scale=ends), y2="high:Q"),
        shade95.encode(x=x, y=alt.Y("low95:Q", scale=ends), y2="high95:Q"),
        shade80.encode(x=x, y=alt.Y("low80:Q", scale=ends), y2="high80:Q"),
        data("line").mark_rule(clip=True, strokeDash=[2, 4], color="var(--even)").encode(y=y_free),
        data("even").mark_rule(clip=True, strokeWidth=1.2, color="var(--even)").encode(y=y_free),
        data("event").mark_rule(clip=True, strokeDash=[5, 4], color="var(--event)").encode(x=x),
        points.mark_rule(
            clip=True, strokeWidth=1, opacity=alt.ExprRef("faint"), color="var(--dot)"
        ).encode(x=x, y=alt.Y("low:Q", scale=ends), y2="high:Q"),
        points.transform_filter(alt.datum.beyond == 0)
        .mark_point(clip=True, filled=True, size=22, opacity=0.8, color="var(--dot)")
        .encode(x=x, y=y),
        points.transform_filter(wild)
        .mark_point(filled=False, size=46, strokeWidth=1.5, color="var(--dot)")
        .encode(
            x=x,
            y=y,
            shape=alt.Shape(
                "beyond:N",
                scale=alt.Scale(domain=[-1, 1], range=["triangle-down", "triangle-up"]),
                legend=None,
            ),
        ),
        level.mark_line(clip=True).encode(x=x, y=y),
        *named_lines(data("name"), y_free),
        data("edge")
        .mark_text(align="left", baseline="middle", dx=4, fontSize=10, clip=False)
        .encode(x=alt.value("width"), y=y_free, text="label:N"),
        *([_event_labels(data("event"), x)] if i == 0 else []),
        data("cursor")
        .transform_calculate(x="at ? toDate(at.x) : null", y=f"at ? at.y{i} : null")
        .transform_filter("at && isValid(datum.y)")
        .mark_point(filled=False, size=110, strokeWidth=2, color="var(--text)", clip=True)
        .encode(x=x, y=y),
    ]
    return alt.layer(*layers).properties(height=height, title=panel_title(column, units))


def _days_axis() -> Any:  # noqa: ANN401
    """Name months shortly, years where they begin, days where one has zoomed in."""
    import altair as alt

    return alt.Axis(
        title=None,
        tickCount=alt.ExprRef("max(2, floor(width / 64))"),
        labelExpr=(
            "utcdate(datum.value) == 1 ? (utcmonth(datum.value) == 0 ? "
            "utcFormat(datum.value, '%Y') : utcFormat(datum.value, '%b')) : "
            "utcFormat(datum.value, '%-d %b')"
        ),
    )


def _event_labels(events: Any, x: Any) -> Any:  # noqa: ANN401
    """Write what happened at the top of its rule, on the side where it fits."""
    import altair as alt

    return events.mark_text(
        align=alt.ExprRef(f"{_NO_ROOM_RIGHT} ? 'right' : 'left'"),
        baseline="top",
        dx=alt.ExprRef(f"{_NO_ROOM_RIGHT} ? -4 : 4"),
        limit=alt.ExprRef("max(datum.share, 1 - datum.share) * width - 6"),
        fontSize=10.5,
        clip=True,
        color="var(--text)",
    ).encode(x=x, y=alt.value(alt.ExprRef("2 + 14 * datum.line")), text="label:N")


def _whole_time(x: Any) -> Any:  # noqa: ANN401
    """Stretch a panel's days to those of all panels: a measure may be known for fewer of them."""
    import altair as alt

    return alt.Chart(alt.NamedData(name="days")).mark_point(opacity=0).encode(x=x)


def _overview(brush: Any) -> Any:  # noqa: ANN401
    """Build the strip below that shows the whole time; dragging over it zooms the panels."""
    import altair as alt

    x = alt.X("x:T", scale=alt.Scale(type="utc", padding=_EDGE_PX), axis=None)
    ends = alt.Scale(
        domainMin=alt.ExprRef("p0_low"),
        domainMax=alt.ExprRef("p0_high"),
        zero=False,
        nice=False,
    )
    level = alt.Chart(alt.NamedData(name="level0"))
    band = level.mark_area(clip=True, color="var(--band95)").encode(
        x=x, y=alt.Y("low95:Q", scale=ends, axis=None), y2="high95:Q"
    )
    line = level.mark_line(clip=True, strokeWidth=1.2).encode(
        x=x, y=alt.Y("y:Q", scale=ends, axis=None)
    )
    strip = alt.layer(band.add_params(brush), line, _whole_time(x))
    title = alt.TitleParams(
        "Drag over this strip to zoom in, double-click to see all",
        fontSize=10.5,
        fontWeight="normal",
        color="var(--chart-text)",
        offset=4,
    )
    return strip.properties(title=title, height=_HEIGHT_OVERVIEW, view={"fill": "var(--surface-2)"})


def _axis(figure: Figure) -> tuple[float, float]:
    """Fit the axis to bands and the bulk of the runs; wild runs are marked at its edge."""
    roles = figure.roles
    values = finite(figure.rows, roles["low95"], roles["high95"])
    dots = sorted(finite(figure.points, roles["points_y"])) if "points_y" in roles else []
    if dots:
        quarter, three = dots[len(dots) // 4], dots[(3 * len(dots)) // 4]
        reach = _REACH * max(three - quarter, 1e-9)
        values += [v for v in dots if quarter - reach <= v <= three + reach]
    balance, in_sides = roles["y"] == BALANCE, even_at(roles["y"]) is not None
    if in_pp(roles["y"]):
        values.append(0.0)
    for low, high in figure.bands.values():
        values += [low, high]
    if not values:
        return (48.0, 52.0) if balance else (0.0, 1.0)
    low, high = min(values), max(values)
    if balance and abs(low - 50.0) < 1.5 and low > 50.0:
        low = 50.0
    if balance and abs(high - 50.0) < 1.5 and high < 50.0:
        high = 50.0
    other = _LEAST_OTHER if shown_column(figure) == roles["y"] else 1e-6
    return room(low, high, least=_LEAST_PP if in_sides else other)


def _points(figure: Figure, low: float, high: float) -> list[Row]:
    """Give every run its dot, at the edge where it lies beyond the axis."""
    roles = figure.roles
    if "points_y" not in roles:
        return []
    column_x, column_y = roles["points_x"], roles["points_y"]
    column_low, column_high = roles.get("points_low", ""), roles.get("points_high", "")
    run = roles.get("points_run", "run_id")
    inside = _WHOLE_MARK * (high - low)
    made: list[Row] = []
    for point in figure.points:
        y = number(point, column_y)
        if y is None:
            continue
        beyond = (y > high) - (y < low)
        from_, to = number(point, column_low), number(point, column_high)
        made.append(
            {
                "x": point[column_x],
                "y": round(y if not beyond else high - inside if beyond > 0 else low + inside, 3),
                "true": round(y, 3),
                "low": None if from_ is None or beyond else round(from_, 3),
                "high": None if to is None or beyond else round(to, 3),
                "beyond": beyond,
                "run_id": point.get(run),
            }
        )
    return made


def _names(figure: Figure, low: float, high: float) -> list[Row]:
    """Name lines and bands at the left; where two would overlap, the first of them is named."""
    wanted = [(k, v) for k, v in figure.reference_lines.items() if v != 50.0]  # the axis names it
    for label, (from_, to) in figure.bands.items():
        wanted.append((label, to if to < high else from_))
    made: list[Row] = []
    taken: list[float] = []
    for label, height in wanted:
        apart = _LABELS_APART * (high - low)
        if low <= height <= high - apart and all(abs(height - t) > apart for t in taken):
            made.append({"y": height, "label": label})
            taken.append(height)
    return made


def _edges(level: Sequence[Row], low: float, high: float) -> list[Row]:
    """Name the bands where the level ends."""
    if not level:
        return []
    last = level[-1]
    apart = _LABELS_APART * (high - low)
    made: list[Row] = []
    outer, inner = number(last, "high95"), number(last, "high80")
    if outer is not None:
        made.append({"y": min(outer, high), "label": "95 %"})
        if inner is not None and outer - inner > apart:
            made.append({"y": inner, "label": "80 %"})
    return made


def _events(figure: Figure, ends: Sequence[str]) -> list[Row]:
    """Keep the breaks that lie within the drawn days; labels near each other take turns."""
    if not ends:
        return []
    first, last = (day[:10] for day in ends)
    inside = [e for e in figure.events if first <= str(e["date"])[:10] <= last]
    return [
        {
            "x": event["date"],
            "label": str(event["label"]),
            "line": n % 3,
            "share": round(_share_of_days(str(event["date"]), first, last), 4),
        }
        for n, event in enumerate(inside)
    ]


def _share_of_days(day: str, first: str, last: str) -> float:
    from datetime import date

    a, b, c = (date.fromisoformat(d[:10]).toordinal() for d in (first, day, last))
    return (b - a) / max(c - a, 1)


def _faint(runs: int) -> float:
    """Draw the runs' intervals fainter the more there are: they must not hide the level."""
    return round(min(0.55, max(0.16, 3.2 / math.sqrt(max(runs, 1)))), 2)


def trend_figure_spec(
    figures: Sequence[Figure], *, units: str, height: int | None, overview: bool
) -> Spec:
    """Draw figures of kind `trend` above each other on one time axis.

    Parameters
    ----------
    figures
        The first is drawn tallest and has the events' labels.
    units
        `km` or `mi`.
    height
        Of the first panel [px], its axis not counted.
    overview
        Whether a strip below shows the whole time; dragging over it zooms the panels.
    """
    columns = tuple(shown_column(figure) for figure in figures)
    template = _template(columns, height or _HEIGHT, units, overview=overview)
    datasets: dict[str, Sequence[Row]] = {}
    params: dict[str, object] = {}
    runs: dict[tuple[object, object], dict[str, object]] = {}
    for i, figure in enumerate(figures):
        roles = figure.roles
        low, high = _axis(figure)
        level: list[Row] = [
            {"x": row[roles["x"]], **{role: row[roles[role]] for role in _ROLES}}
            for row in figure.rows
        ]
        points = _points(figure, low, high)
        for point in points:
            key = (point["run_id"], point["x"])
            run = runs.setdefault(key, {"x": point["x"], "run_id": point["run_id"]})
            run[f"y{i}"], run[columns[i]] = point["y"], point["true"]
            if i == 0:
                run["low"], run["high"] = point["low"], point["high"]
        params |= {f"p{i}_low": low, f"p{i}_high": high}
        even = [y for y in figure.reference_lines.values() if y == even_at(columns[i])]
        datasets |= {
            f"level{i}": level,
            f"points{i}": points,
            f"band{i}": [{"low": a, "high": b} for a, b in figure.bands.values()],
            f"line{i}": [
                {"y": y} for y in figure.reference_lines.values() if y not in (50.0, *even)
            ],
            f"even{i}": [{"y": y} for y in even],
            f"name{i}": _names(figure, low, high),
            f"edge{i}": _edges(level, low, high),
            f"cursor{i}": [{}],
        }
    known = [row["x"] for i in range(len(figures)) for row in datasets[f"level{i}"]]
    known += [run["x"] for run in runs.values()]
    ends = (min(map(str, known)), max(map(str, known))) if known else ()
    datasets["days"] = [{"x": day} for day in ends]
    for i, figure in enumerate(figures):
        datasets[f"event{i}"] = _events(figure, ends)
    datasets["runs"] = sorted(runs.values(), key=lambda run: str(run["x"]))
    params["faint"] = _faint(len(datasets["runs"]))
    meta = {
        "kind": "trend",
        "margin": AXIS_PX + BANDS_PX,
        "cursor": {"dataset": "runs", "x": "x", "y": "y0", "time": True},
        "say": [how_to_say(column, units) for column in dict.fromkeys(columns)],
        "link": "run_id",
    }
    return filled(template, datasets, params, meta)
