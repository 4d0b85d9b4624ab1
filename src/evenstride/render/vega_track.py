"""How the way of a run is drawn: equal scales, coloured by balance in nine steps, with a key."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from evenstride.render.cells import number
from evenstride.render.vega_parts import Spec, filled, finite, how_to_say, metres_of, template_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.domain.answer import Figure, Row

STEPS_PCT = (47.5, 48.5, 49.25, 49.75, 50.25, 50.75, 51.5, 52.5)
"""Where the colour changes [% left]; the same for every run, so that runs can be compared."""
_COLOURS = tuple(f"var(--side-{n})" for n in range(1, 10))
_MARGIN_PX = 16
_HEIGHT, _LEAST_M = 320, 100.0
_KEY_PX = 26


@lru_cache(maxsize=8)
def _template(height: int) -> str:
    import altair as alt

    # Equal scales: metres a pixel are the same both ways, whatever width the page has. The middle
    # of the way stands in the middle of the plot.
    metres = f"max(x_span / width, y_span / {height})"
    across = alt.Scale(
        domainMin=alt.ExprRef(f"x_mid - width / 2 * {metres}"),
        domainMax=alt.ExprRef(f"x_mid + width / 2 * {metres}"),
        zero=False,
        nice=False,
    )
    up = alt.Scale(
        domainMin=alt.ExprRef(f"y_mid - {height / 2} * {metres}"),
        domainMax=alt.ExprRef(f"y_mid + {height / 2} * {metres}"),
        zero=False,
        nice=False,
    )
    x, y = alt.X("x:Q", scale=across, axis=None), alt.Y("y:Q", scale=up, axis=None)
    colour = alt.Color(
        "value:Q",
        scale=alt.Scale(type="threshold", domain=list(STEPS_PCT), range=list(_COLOURS)),
        legend=None,
    )

    def data(name: str) -> Any:  # noqa: ANN401
        return alt.Chart(alt.NamedData(name=name))

    way = data("way")
    layers = [
        way.mark_rule(strokeWidth=2, strokeCap="round", color="var(--even)").encode(
            x=x, y=y, x2="x2:Q", y2="y2:Q"
        ),
        way.transform_filter("isValid(datum.value)")
        .mark_rule(strokeWidth=5, strokeCap="round")
        .encode(x=x, y=y, x2="x2:Q", y2="y2:Q", color=colour),
        # The second cue: where contact is longer on the left, the line is dotted.
        way.transform_filter("datum.dotted")
        .mark_point(filled=True, shape="circle", size=5, opacity=1, color="var(--surface)")
        .encode(x=x, y=y),
        data("ends")
        .mark_point(filled=True, size=70, opacity=1, stroke="var(--surface)", strokeWidth=1.5)
        .encode(x=x, y=y, color=alt.value("var(--text)")),
        data("ends")
        .mark_text(
            align="left", dx=8, dy=alt.ExprRef("datum.below ? 12 : -10"), color="var(--text)"
        )
        .encode(x=x, y=y, text="label:N"),
        data("cursor")
        .transform_calculate(x="at ? at.x : null", y="at ? at.y : null")
        .transform_filter("isValid(datum.x)")
        .mark_point(filled=True, size=110, color="var(--text)", opacity=1, stroke="var(--surface)")
        .encode(x=x, y=y),
        data("scale")
        .mark_rule(strokeWidth=2, color="var(--chart-text)")
        .encode(
            x=alt.value(4),
            x2=alt.value(alt.ExprRef(f"4 + scale_m / ({metres})")),
            y=alt.value(height - 4),
        ),
        data("scale")
        .mark_text(align="left", baseline="bottom", dy=-3)
        .encode(x=alt.value(4), y=alt.value(height - 6), text="label:N"),
    ]
    way_view: Any = alt.layer(*layers).properties(height=height)
    names = ("x_mid", "y_mid", "x_span", "y_span", "scale_m")
    params = [alt.param(name=name, value=1.0) for name in names]
    chart: Any = alt.vconcat(way_view, _key(), spacing=10)
    return template_of(chart.add_params(alt.param(name="at", value=None), *params))


def _key() -> Any:  # noqa: ANN401
    """Name the colours directly: a strip from left to right, even in the middle."""
    import altair as alt

    strip = alt.Chart(alt.NamedData(name="key"))
    across = alt.Scale(domain=[0, 9], nice=False)
    x = alt.X("from:Q", scale=across, axis=None)
    colour = alt.Color(
        "token:N",
        scale=alt.Scale(domain=list(range(9)), range=list(reversed(_COLOURS))),
        legend=None,
    )
    return alt.layer(
        strip.mark_rect().encode(x=x, x2="to:Q", y=alt.value(0), y2=alt.value(8), color=colour),
        strip.transform_filter("datum.token < 4")
        .mark_point(filled=True, size=5, opacity=1, color="var(--surface)")
        .encode(x=alt.X("middle:Q", scale=across), y=alt.value(4)),
        alt.Chart(alt.NamedData(name="key_names"))
        .mark_text(baseline="top", align=alt.ExprRef("datum.align"), fontSize=10.5)
        .encode(x=alt.X("at:Q", scale=across), y=alt.value(12), text="label:N"),
    ).properties(height=_KEY_PX)


def track_spec(figure: Figure, *, units: str, width: int | None, height: int | None) -> Spec:
    """Draw a figure of kind `track`: pieces between neighbouring points, interrupted where it is.

    Parameters
    ----------
    figure
        Roles `x`, `y` [m], `value` [% left] and `minute`.
    units
        `km` or `mi`, for the scale bar.
    width, height
        Pixels; the way is as large as both allow.
    """
    roles = figure.roles
    points: list[dict[str, float | None]] = [
        {role: number(row, roles[role]) for role in ("x", "y", "value", "minute")}
        for row in figure.rows
    ]
    there = [p for p in points if p["x"] is not None and p["y"] is not None]
    way: list[Row] = [
        {**a, "x2": b["x"], "y2": b["y"], "dotted": a["value"] is not None and a["value"] > 50.25}
        for a, b in pairwise(points)
        if a["x"] is not None and b["x"] is not None
    ]
    xs, ys = finite(there, "x") or [0.0], finite(there, "y") or [0.0]
    coloured = any(p["value"] is not None for p in there)
    span = max(max(xs) - min(xs), _LEAST_M), max(max(ys) - min(ys), _LEAST_M)
    scale_m, scale_label = _scale_bar(max(span), units)
    datasets: dict[str, Sequence[Row]] = {
        "way": way,
        "ends": _ends(there),
        "cursor": [{}],
        "scale": [{"label": scale_label}],
        "points": there,
        "key": [{"token": n, "from": n, "to": n + 1, "middle": n + 0.5} for n in range(9)]
        if coloured
        else [],
        "key_names": [
            {"at": 0, "align": "left", "label": "52.5 L and more"},
            {"at": 4.5, "align": "center", "label": "even"},
            {"at": 9, "align": "right", "label": "52.5 R and more"},
        ]
        if coloured
        else [],
    }
    params = {
        "x_mid": (max(xs) + min(xs)) / 2.0,
        "y_mid": (max(ys) + min(ys)) / 2.0,
        "x_span": span[0] * 1.12,
        "y_span": span[1] * 1.12,
        "scale_m": scale_m,
    }
    balance = {**how_to_say("balance_left_pct", units), "column": "value"}
    meta = {
        "kind": "track",
        "margin": _MARGIN_PX,
        "cursor": {"dataset": "points", "x": "x", "y": "y", "near": True},
        "say": [how_to_say("minute", units), balance],
        "link": "minute",
    }
    del width
    return filled(_template(height or _HEIGHT), datasets, params, meta)


def _ends(there: Sequence[Row]) -> list[Row]:
    """Mark start and finish; a loop ends where it starts and gets one mark."""
    if not there:
        return []
    first, last = there[0], there[-1]
    (x0, y0), (x1, y1) = finite([first], "x", "y"), finite([last], "x", "y")
    if (x1 - x0) ** 2 + (y1 - y0) ** 2 < 60.0**2:
        return [{"x": x0, "y": y0, "label": "start and finish", "below": False}]
    return [
        {"x": x0, "y": y0, "label": "start", "below": False},
        {"x": x1, "y": y1, "label": "finish", "below": y1 < y0},
    ]


def _scale_bar(span_m: float, units: str) -> tuple[float, str]:
    """Choose a round length of about a fifth of the way, and its name."""
    metres, unit = metres_of(units), units
    fitting = [
        s
        for s in (0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10, 20, 50)
        if s * metres <= span_m / 4
    ]
    share = fitting[-1] if fitting else 0.02
    if unit == "km" and share < 1:
        return share * metres, f"{share * 1000:.0f} m"
    return share * metres, f"{share:g} {unit}"
