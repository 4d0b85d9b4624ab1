"""How sizes are drawn below each other: point and interval, zero, faded where nothing is clear."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from evenstride.domain.driver_words import pp_decimals, pp_interval_words, pp_words
from evenstride.domain.wording import printable
from evenstride.render.cells import number
from evenstride.render.vega_parts import Spec, filled, template_of
from evenstride.render.vega_rows import (
    MARGIN_PX,
    across,
    down,
    ground,
    heads,
    names,
    placed,
    rows_height,
    rows_params,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.domain.answer import Figure, Row

_LEAST_PP = 0.25
_ROOM = 1.08
_FADED_BEYOND = 1.6
"""How many times as far as the clear rows the faded ones may stretch the axis."""


@lru_cache(maxsize=2)
def _template() -> str:
    import altair as alt

    rows = placed(alt.Chart(alt.NamedData(name="rows")))
    known = rows.transform_filter("isValid(datum.low)")
    clear, faded = (known.transform_filter(test) for test in ("!datum.faded", "datum.faded"))
    colour = alt.Color(
        "side:N",
        scale=alt.Scale(
            domain=["left", "even", "right"],
            range=["var(--left)", "var(--text)", "var(--right)"],
        ),
        legend=None,
    )
    whole = {"x": across("low"), "x2": "high:Q", "y": down()}
    layers = [
        *ground(rows),
        faded.mark_rule(strokeWidth=2, strokeDash=[4, 3], color="var(--even)").encode(**whole),
        clear.mark_rule(strokeWidth=3, strokeCap="round").encode(**whole, color=colour),
        *(
            known.transform_filter(f"datum.cut_{end}")
            .mark_point(filled=True, shape=f"triangle-{end}", size=50, opacity=1)
            .encode(x=across(column), y=down(), color=alt.value("var(--even)"))
            for end, column in (("left", "high"), ("right", "low"))
        ),
        faded.mark_point(
            filled=True,
            size=70,
            opacity=1,
            color="var(--surface)",
            strokeWidth=2,
            stroke="var(--even)",
        ).encode(x=across("value", axis=True), y=down()),
        clear.mark_point(filled=True, size=100, opacity=1).encode(
            x=across("value", axis=True), y=down(), color=colour
        ),
        *names(rows),
    ]
    return template_of(alt.layer(*layers).add_params(*rows_params()))


def reach_pp(figure: Figure) -> float:
    """Return how far the axis goes to either side [pp]: the clear rows, and not much further.

    What is not known may lie anywhere; it must not flatten what is.
    """
    roles = figure.roles
    clear: list[float] = []
    faded: list[float] = []
    for row in figure.rows:
        ends = [number(row, roles[name]) for name in ("value", "low", "high")]
        into = faded if row.get(roles.get("faded", "")) else clear
        into += [abs(end) for end in ends if end is not None]
    if clear:
        far = max(clear)
        faded = [min(end, _FADED_BEYOND * far) for end in faded]
    return _ROOM * max([_LEAST_PP, *clear, *faded])


def forest_spec(figure: Figure, *, height: int | None) -> Spec:
    """Draw a figure of kind `forest` of sizes in pp; toward the left lies at the left.

    A row without a value keeps its name and says that nothing is known. An interval that goes
    beyond the axis ends in a triangle.
    """
    half = reach_pp(figure)
    rows = forest_rows(figure, half)
    datasets: dict[str, Sequence[Row]] = {
        "rows": rows,
        "cursor": [{}],
        "heads": heads(),
    }
    meta = {
        "kind": "forest",
        "margin": MARGIN_PX,
        "cursor": {
            "dataset": "rows",
            "x": "seen",
            "y": "middle",
            "rows": True,
            "head": "label",
        },
        "say": [
            {"column": "detail", "label": "Over", "as": "text"},
            {"column": "size_pp", "label": "Effect", "as": "pp", "unit": ""},
            {"column": "interval", "label": figure.y_label or "95 % interval", "as": "text"},
        ],
    }
    params = {"x_low": -half, "x_high": half, "rows_n": max(len(rows), 1)}
    made = filled(_template(), datasets, params, meta)
    made["height"] = height or rows_height(len(rows))
    return made


def forest_rows(figure: Figure, half: float) -> list[dict[str, object]]:
    """Return a figure's rows as the drawing needs them: cut at the axis, with words and side."""
    roles = figure.roles
    made: list[dict[str, object]] = []
    for i, row in enumerate(figure.rows):
        value, low, high = (number(row, roles[name]) for name in ("value", "low", "high"))
        words, interval = "not known", ""
        if value is None or low is None or high is None:
            value = low = high = None
        else:
            decimals = pp_decimals(low, high)
            words = pp_words(value, decimals=decimals)
            interval = pp_interval_words(low, high, decimals=decimals)
        made.append(
            {
                "i": i,
                "middle": i + 0.5,
                "label": printable(text_of(row, figure, "label")),
                "detail": printable(text_of(row, figure, "detail")),
                "value": None if value is None or abs(value) > half else value,
                "seen": min(max(value or 0.0, -half), half),
                "low": None if low is None else min(max(low, -half), half),
                "high": None if high is None else min(max(high, -half), half),
                "cut_left": high is not None and high > half,
                "cut_right": low is not None and low < -half,
                "faded": bool(row.get(roles.get("faded", ""))),
                "side": "even" if not value else "left" if value > 0 else "right",
                "size_pp": value,
                "words": words,
                "interval": interval,
                "below": interval,
            }
        )
    return made
