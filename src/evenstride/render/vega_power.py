"""How power is drawn: in how many of a hundred experiments an effect is found, by their pairs."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from evenstride.domain.wording import printable
from evenstride.render.cells import number
from evenstride.render.vega_pairs import (
    across_pairs,
    pairs_axis,
    pairs_ends,
    tests_to_come,
    to_come,
)
from evenstride.render.vega_parts import Spec, filled, template_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.domain.answer import Figure, Row

_HEIGHT = 220
_NAMED_PCT = (35.0, 75.0)
"""Between these heights curves are named, the first lowest: so no name lies on another."""
_RIGHT_SHARE = 0.55
DASHES = ((1, 0), (6, 3), (2, 2), (8, 3, 2, 3))
"""How curves are told apart besides by their names, in their order."""


@lru_cache(maxsize=8)
def _template(height: int, x_label: str) -> str:
    import altair as alt

    scale = across_pairs()
    up = alt.Scale(domain=[0, 100], nice=False)
    x = alt.X("x:Q", scale=scale, axis=pairs_axis(x_label))
    heights = alt.Axis(
        title=None, values=[0, 25, 50, 75, 100], labelExpr="datum.value + (datum.value ? ' %' : '')"
    )
    y = alt.Y("y:Q", scale=up, axis=heights)

    def data(name: str) -> Any:  # noqa: ANN401
        return alt.Chart(alt.NamedData(name=name))

    line = alt.Y("y:Q", scale=up)
    names = data("series_names")

    def named(**look: Any) -> Any:  # noqa: ANN401
        return names.mark_text(
            align=alt.ExprRef("datum.before ? 'right' : 'left'"),
            baseline=alt.ExprRef("datum.before ? 'bottom' : 'top'"),
            dx=alt.ExprRef("datum.before ? -7 : 7"),
            dy=alt.ExprRef("datum.before ? -3 : 3"),
            fontSize=11,
            fontWeight=600,
            **look,
        ).encode(x=x, y=y, text="short:N")

    halo = {"stroke": "var(--surface)", "strokeWidth": 3, "strokeJoin": "round"}
    cursor = (
        data("cursor")
        .transform_calculate(x="at ? at.x : null", y="at ? at.y : null")
        .transform_filter("isValid(datum.x) && isValid(datum.y)")
    )
    dashes = alt.StrokeDash(
        "i:O",
        scale=alt.Scale(domain=list(range(len(DASHES))), range=[list(d) for d in DASHES]),
        legend=None,
    )
    layers = [
        data("lines").mark_rule(strokeWidth=1.4, color="var(--ok)").encode(y=line),
        data("power")
        .mark_line(clip=True, strokeWidth=2)
        .encode(x=x, y=y, detail="series:N", strokeDash=dashes, order="x:Q"),
        data("power")
        .mark_point(filled=True, size=16, opacity=1, color="var(--level)")
        .encode(x=x, y=y),
        *tests_to_come(scale),
        *(
            data("lines")
            .mark_text(
                align="right", baseline="top", dx=-5, dy=4, fontSize=10.5, fontWeight=600, **look
            )
            .encode(x=alt.value("width"), y=line, text="label:N")
            for look in ({"color": "var(--surface)", "opacity": 0.85, **halo}, {})
        ),
        named(color="var(--surface)", opacity=0.85, **halo),
        named(color="var(--text)"),
        cursor.mark_rule(strokeWidth=1, color="var(--text)").encode(x=x),
        cursor.mark_point(filled=True, size=60, color="var(--text)", opacity=1).encode(x=x, y=y),
    ]
    ends = [alt.param(name=name, value=0.0) for name in ("x_low", "x_high")]
    chart: Any = alt.layer(*layers).properties(
        height=height, title="Experiments that find it, of 100"
    )
    return template_of(chart.add_params(alt.param(name="at", value=None), *ends))


def power_rows(figure: Figure) -> list[dict[str, object]]:
    """Return a figure's rows as the drawing needs them: ordered by effect, then by pairs."""
    roles = figure.roles
    order: dict[str, int] = {}
    made: list[dict[str, object]] = []
    for row in figure.rows:
        x, y = number(row, roles["x"]), number(row, roles["y"])
        series = printable(str(row.get(roles.get("series", ""), "") or ""))
        i = order.setdefault(series, len(order))
        if x is not None and y is not None:
            made.append(
                {
                    "x": x,
                    "y": y,
                    "series": series,
                    "i": i % len(DASHES),
                    "head": f"{x:g} pairs",
                    "words": f"found in {y:.0f} of 100",
                }
            )
    return sorted(made, key=lambda row: (order[str(row["series"])], row["x"]))


def series_names(rows: Sequence[Row], low: float, high: float) -> list[Row]:
    """Return where each curve is named: half way up, else at its end; on the side with room."""
    made: list[Row] = []
    names = list(dict.fromkeys(str(row["series"]) for row in rows))
    short = _short(names)
    for i, series in enumerate(names):
        own = [row for row in rows if row["series"] == series]
        share = i / (len(names) - 1) if len(names) > 1 else 0.5
        height = _NAMED_PCT[0] + share * (_NAMED_PCT[1] - _NAMED_PCT[0])
        found = [row for row in own if (number(row, "y") or 0.0) >= height]
        at = found[0] if found else own[-1]
        before = (float(str(at["x"])) - low) / (high - low) > _RIGHT_SHARE
        made.append(
            {"x": at["x"], "y": at["y"], "series": series, "short": short[i], "before": before}
        )
    return made


def _short(names: list[str]) -> list[str]:
    """Leave out what all names end in, but for a number and its unit."""
    words = [name.split() for name in names]
    while all(len(own) > 2 for own in words) and len({own[-1] for own in words}) == 1:
        words = [own[:-1] for own in words]
    return [" ".join(own) for own in words]


def power_spec(figure: Figure, *, height: int | None) -> Spec:
    """Draw a figure of kind `power`: a curve an effect, each named; a line at what is aimed at."""
    low, high = pairs_ends(figure)
    rows = power_rows(figure)
    datasets: dict[str, Sequence[Row]] = {
        "power": rows,
        "series_names": series_names(rows, low, high),
        "to_come": to_come(figure, low, high),
        "lines": [
            {"y": y, "label": printable(label)}
            for label, y in figure.reference_lines.items()
            if 0.0 <= y <= 100.0
        ],
        "cursor": [{}],
    }
    meta = {
        "kind": "power",
        "cursor": {"dataset": "power", "x": "x", "y": "y", "head": "head", "near": True},
        "say": [
            {"column": "series", "label": "Effect", "as": "text"},
            {"column": "words", "label": "It is", "as": "text"},
        ],
    }
    template = _template(height or _HEIGHT, figure.x_label)
    return filled(template, datasets, {"x_low": low, "x_high": high}, meta)
