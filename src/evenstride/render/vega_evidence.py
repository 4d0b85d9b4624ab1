"""How evidence is drawn as it grows: an e-value after each pair, on a scale of tenfolds.

The scale is the same for every experiment, so that one learns to read it; what lies beyond it is a
triangle at its edge.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from evenstride.domain.effect_words import e_words
from evenstride.domain.wording import printable
from evenstride.render.cells import number
from evenstride.render.vega_pairs import (
    across_pairs,
    pairs_axis,
    pairs_ends,
    tests_to_come,
    to_come,
)
from evenstride.render.vega_parts import Spec, filled, named_lines, template_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.domain.answer import Figure, Row

LOWEST_E, HIGHEST_E = 0.05, 1000.0
_HEIGHT = 220
_TICKS = (0.1, 1.0, 10.0, 100.0, 1000.0)


@lru_cache(maxsize=8)
def _template(height: int, x_label: str) -> str:
    import altair as alt

    scale = across_pairs()
    up = alt.Scale(type="log", domain=[LOWEST_E, HIGHEST_E], nice=False)
    x = alt.X("x:Q", scale=scale, axis=pairs_axis(x_label))
    heights = alt.Axis(
        title=None,
        values=list(_TICKS),
        labelExpr="datum.value < 1 ? '0.1' : format(datum.value, ',d')",
    )
    y = alt.Y("y:Q", scale=up, axis=heights)

    def data(name: str) -> Any:  # noqa: ANN401
        return alt.Chart(alt.NamedData(name=name))

    line = alt.Y("y:Q", scale=up)
    course = data("evidence")
    inside = course.transform_filter("datum.beyond == 0")
    cursor = (
        data("cursor")
        .transform_calculate(x="at ? at.x : null", y="at ? at.y : null")
        .transform_filter("isValid(datum.x) && isValid(datum.y)")
    )
    layers = [
        data("enough")
        .mark_rect(color="var(--ok-soft)", opacity=0.7)
        .encode(y=line, y2=alt.value(0)),
        data("nothing").mark_rule(strokeWidth=1, color="var(--even)").encode(y=line),
        data("enough").mark_rule(strokeWidth=1.6, color="var(--ok)").encode(y=line),
        *tests_to_come(scale),
        # Behind the course, which begins here and often stays near: its dots go before words.
        *(
            data("nothing")
            .mark_text(align="right", baseline="bottom", dx=-5, dy=-3, fontSize=10.5, **look)
            .encode(x=alt.value("width"), y=line, text="label:N")
            for look in (
                {"color": "var(--surface)", "stroke": "var(--surface)", "strokeWidth": 3},
                {},
            )
        ),
        course.mark_line(clip=True, strokeWidth=2).encode(x=x, y=y, order="x:Q"),
        inside.mark_point(filled=True, size=26, opacity=1, color="var(--level)").encode(x=x, y=y),
        *(
            course.transform_filter(f"datum.beyond == {side}")
            .mark_point(filled=True, shape=shape, size=52, opacity=1, color="var(--level)")
            .encode(x=x, y=y)
            for side, shape in ((1, "triangle-up"), (-1, "triangle-down"))
        ),
        course.transform_filter("datum.decided")
        .mark_point(filled=False, size=190, strokeWidth=2, color="var(--ok)")
        .encode(x=x, y=y),
        *named_lines(data("enough"), line),
        cursor.mark_rule(strokeWidth=1, color="var(--text)").encode(x=x),
        cursor.mark_point(filled=True, size=60, color="var(--text)", opacity=1).encode(x=x, y=y),
    ]
    ends = [alt.param(name=name, value=0.0) for name in ("x_low", "x_high")]
    chart: Any = alt.layer(*layers).properties(height=height, title="E-value after each pair")
    return template_of(chart.add_params(alt.param(name="at", value=None), *ends))


def evidence_rows(figure: Figure) -> list[dict[str, object]]:
    """Return a figure's rows as the drawing needs them: kept on the scale, and in words."""
    roles = figure.roles
    made: list[dict[str, object]] = []
    for row in figure.rows:
        x, e_value = number(row, roles["x"]), number(row, roles["y"])
        if x is None or e_value is None:
            continue
        # What has decided stays decided: the first row that says so is the one.
        decided = bool(row.get(roles.get("decided", ""))) and not any(m["decided"] for m in made)
        made.append(
            {
                "x": x,
                "y": min(max(e_value, LOWEST_E), HIGHEST_E),
                "beyond": (e_value > HIGHEST_E) - (e_value < LOWEST_E),
                "decided": decided,
                "pair": f"Pair {x:g}",
                "words": e_words(e_value),
                "said": "decides here" if decided else "",
            }
        )
    return made


def enough_label(label: str, y: float) -> str:
    """Name the height that is enough by its number too."""
    said = printable(label)
    return said if f"{y:g}" in said else f"{y:g}: {said}"


def evidence_spec(figure: Figure, *, height: int | None) -> Spec:
    """Draw a figure of kind `evidence`; its reference line is where evidence is enough."""
    low, high = pairs_ends(figure)
    datasets: dict[str, Sequence[Row]] = {
        "evidence": evidence_rows(figure),
        "to_come": to_come(figure, low, high),
        "enough": [
            {"y": y, "label": enough_label(label, y)}
            for label, y in figure.reference_lines.items()
            if LOWEST_E <= y <= HIGHEST_E
        ],
        "nothing": [{"y": 1.0, "label": "1: says nothing"}],
        "cursor": [{}],
    }
    meta = {
        "kind": "evidence",
        "cursor": {"dataset": "evidence", "x": "x", "y": "y", "head": "pair"},
        "say": [
            {"column": "words", "label": "E-value", "as": "text"},
            {"column": "said", "label": "The rule", "as": "text"},
        ],
    }
    template = _template(height or _HEIGHT, figure.x_label)
    return filled(template, datasets, {"x_low": low, "x_high": high}, meta)
