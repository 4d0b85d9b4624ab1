"""How the laps of an experiment are drawn along its run, to be checked before they count."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from evenstride.domain.wording import printable
from evenstride.render.cells import number
from evenstride.render.vega_paired import condition_names, key_marks
from evenstride.render.vega_parts import (
    BALANCE,
    Spec,
    filled,
    finite,
    how_to_say,
    panel_title,
    room,
    template_of,
    value_label,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.domain.answer import Figure, Row

_HEIGHT = 240
_KEY_PX, _STRIP_PX, _HEAD_PX = 16.0, 20.0, 42.0
"""Room at the top: for what filled and hollow mean, for the laps' heads, and for both."""
_LEAST = {BALANCE: 2.0}
_TRIMMED = 0.01


@lru_cache(maxsize=8)
def _template(column: str, height: int, units: str) -> str:
    import altair as alt

    across = alt.Scale(
        domainMin=alt.ExprRef("x_low"), domainMax=alt.ExprRef("x_high"), zero=False, nice=False
    )
    up = alt.Scale(
        domainMin=alt.ExprRef("y_low"), domainMax=alt.ExprRef("y_high"), zero=False, nice=False
    )
    minutes = alt.Axis(
        title=None,
        tickCount=alt.ExprRef("max(2, floor(width / 90))"),
        labelExpr="datum.value + ' min'",
    )
    x = alt.X("x:Q", scale=across, axis=minutes)
    said = value_label(column, units, step=0.5)
    y = alt.Y("y:Q", scale=up, axis=alt.Axis(title=None, tickCount=4, labelExpr=said))
    value = alt.Y("value:Q", scale=up)

    def data(name: str) -> Any:  # noqa: ANN401
        return alt.Chart(alt.NamedData(name=name))

    def spans(condition: str) -> Any:  # noqa: ANN401
        return data("spans").transform_filter(f"datum.condition == '{condition}'")

    strip = {"y": alt.value(_KEY_PX), "y2": alt.value(_KEY_PX + _STRIP_PX)}
    under = {"y": alt.value(_KEY_PX + _STRIP_PX), "y2": alt.value(alt.ExprRef("height"))}
    cursor = (
        data("cursor")
        .transform_calculate(x="at ? at.x : null", y="at ? at.y : null")
        .transform_filter("isValid(datum.x)")
    )
    layers = [
        data("spans")
        .transform_filter("!datum.condition")
        .mark_rect(clip=True, color="var(--left-out)")
        .encode(x=x, x2="end:Q", **under),
        spans("treatment")
        .mark_rect(clip=True, color="var(--band80)")
        .encode(x=x, x2="end:Q", **under),
        spans("control")
        .mark_rect(clip=True, color="var(--band95)")
        .encode(x=x, x2="end:Q", **under),
        # In grey, and for eyes that see no shade: filled and hollow heads as in the pairs.
        spans("treatment")
        .mark_rect(clip=True, color="var(--level)")
        .encode(x=x, x2="end:Q", **strip),
        spans("control")
        .mark_rect(clip=True, color="var(--surface)", stroke="var(--level)", strokeWidth=1.2)
        .encode(x=x, x2="end:Q", **strip),
        *(
            spans(condition)
            .transform_filter("datum.pair")
            .mark_text(fontSize=10.5, fontWeight=600, color=ink, clip=True)
            .encode(
                x=alt.X("middle:Q", scale=across),
                y=alt.value(_KEY_PX + _STRIP_PX / 2),
                text="pair:N",
            )
            for condition, ink in (("treatment", "var(--surface)"), ("control", "var(--text)"))
        ),
        data("lines").mark_rule(clip=True, strokeWidth=1.2).encode(y=alt.Y("y:Q", scale=up)),
        data("course").mark_line(clip=True, strokeWidth=1.5).encode(x=x, y=y, order="x:Q"),
        data("spans")
        .transform_filter("isValid(datum.value)")
        .mark_rule(clip=True, strokeWidth=3, color="var(--event)")
        .encode(x=x, x2="end:Q", y=value),
        *key_marks(data("key"), 6.0),
        cursor.mark_rule(strokeWidth=1, color="var(--text)").encode(x=x),
        cursor.transform_filter("isValid(datum.y)")
        .mark_point(filled=True, size=40, color="var(--text)", opacity=1, clip=True)
        .encode(x=x, y=y),
    ]
    chart: Any = alt.layer(*layers).properties(height=height, title=panel_title(column, units))
    ends = [alt.param(name=name, value=0.0) for name in ("x_low", "x_high", "y_low", "y_high")]
    return template_of(chart.add_params(alt.param(name="at", value=None), *ends))


def lap_spans(figure: Figure) -> list[dict[str, object]]:
    """Return the stretches of a figure as the drawing needs them."""
    return [
        {
            "x": span["start"],
            "end": span["end"],
            "middle": sum(finite([span], "start", "end")) / 2.0,
            "condition": span.get("condition"),
            "label": printable(str(span["label"])),
            "pair": "" if span.get("pair") is None else f"{span['pair']}",
            "value": number(span, "value"),
        }
        for span in figure.spans
    ]


def laps_spec(figure: Figure, *, units: str, height: int | None) -> Spec:
    """Draw a figure of kind `laps`: one measure, and which stretches serve which condition."""
    column, high_px = figure.roles["y"], height or _HEIGHT
    spans = lap_spans(figure)
    rows: list[Row] = []
    for row in figure.rows:
        x = number(row, figure.roles["x"])
        if x is None:
            continue
        own = next((s for s in spans if float(str(s["x"])) <= x < float(str(s["end"]))), None)
        lap = own["label"] if own else ""
        rows.append({"x": x, "y": number(row, figure.roles["y"]), "lap": lap})
    seen = sorted(finite(rows, "y")) or [50.0 if column == BALANCE else 0.0]
    trim = int(len(seen) * _TRIMMED)
    seen = [*seen[trim : len(seen) - trim], *finite(spans, "value")]
    low, high = room(min(seen), max(seen), least=_LEAST.get(column, 1.0))
    lines = [{"y": y} for y in figure.reference_lines.values() if low <= y <= high]
    high += (high - low) * _HEAD_PX / (high_px - _HEAD_PX)
    minutes = finite(rows, "x") + finite(spans, "x", "end") or [0.0, 1.0]
    params: dict[str, object] = {
        "x_low": min(minutes),
        "x_high": max(*minutes, min(minutes) + 0.1),
        "y_low": low,
        "y_high": high,
    }
    datasets: dict[str, Sequence[Row]] = {
        "course": rows,
        "spans": spans,
        "key": condition_names(figure.points),
        "lines": lines,
        "cursor": [{}],
    }
    meta = {
        "kind": "laps",
        "cursor": {"dataset": "course", "x": "x", "y": "y", "rule": True},
        "say": [
            {**how_to_say("minute", units), "column": "x"},
            {**how_to_say(column, units), "column": "y"},
            {"column": "lap", "label": "Lap", "as": "text"},
        ],
    }
    template = _template(column, high_px, units)
    return filled(template, datasets, params, meta)
