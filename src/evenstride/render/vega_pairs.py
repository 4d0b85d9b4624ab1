"""How an axis of pairs looks: whole numbers, room for those to come, named lines across it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evenstride.domain.wording import printable
from evenstride.render.vega_parts import finite

if TYPE_CHECKING:
    from evenstride.domain.answer import Figure, Row

_ROOM = "(x_high - x_low) * 45 / width"
_STEP = (
    f"({_ROOM} <= 1 ? 1 : {_ROOM} <= 2 ? 2 : {_ROOM} <= 5 ? 5 : {_ROOM} <= 10 ? 10 : "
    f"{_ROOM} <= 20 ? 20 : {_ROOM} <= 50 ? 50 : 100)"
)
"""Between two numbers on an axis: as few pairs as leave each number 45 px."""
_RIGHT_HALF = "datum.share > 0.5"


def across_pairs() -> Any:  # noqa: ANN401 - Altair's types are not public
    """Return the scale of pairs, between the parameters `x_low` and `x_high`."""
    import altair as alt

    return alt.Scale(
        domainMin=alt.ExprRef("x_low"), domainMax=alt.ExprRef("x_high"), zero=False, nice=False
    )


def pairs_axis(title: str) -> Any:  # noqa: ANN401
    """Return an axis of whole numbers."""
    import altair as alt

    return alt.Axis(
        title=title or None,
        format="d",
        values=alt.ExprRef(f"sequence(ceil(x_low / {_STEP}) * {_STEP}, x_high, {_STEP})"),
        labelFlush=False,
    )


def pairs_ends(figure: Figure, *, aside: float = 0.5) -> tuple[float, float]:
    """Return where the axis begins and ends: all pairs, and what lies ahead of them."""
    found = finite(figure.rows, figure.roles["x"]) + finite(figure.spans, "start", "end")
    low, high = (min(found), max(found)) if found else (1.0, 1.0)
    return low - aside, max(high, low + 1.0) + aside


def to_come(figure: Figure, low: float, high: float) -> list[Row]:
    """Return what lies on one number of pairs: a test to come, a number that is planned."""
    return [
        {
            "x": span["start"],
            "share": (at - low) / (high - low),
            "label": printable(str(span["label"])),
        }
        for span in figure.spans
        if span["start"] == span["end"] and (at := finite([span], "start")[0]) is not None
    ]


def tests_to_come(scale: Any) -> list[Any]:  # noqa: ANN401
    """Draw the data set `to_come`: lines from top to bottom, each named at its foot."""
    import altair as alt

    ahead = alt.Chart(alt.NamedData(name="to_come"))
    x = alt.X("x:Q", scale=scale)

    def named(**look: Any) -> Any:  # noqa: ANN401
        """Write beside the line, on the side that has more room."""
        return ahead.mark_text(
            align=alt.ExprRef(f"{_RIGHT_HALF} ? 'right' : 'left'"),
            baseline="bottom",
            dx=alt.ExprRef(f"{_RIGHT_HALF} ? -5 : 5"),
            limit=alt.ExprRef("max(datum.share, 1 - datum.share) * width - 8"),
            fontSize=10.5,
            fontWeight=600,
            **look,
        ).encode(x=x, y=alt.value(alt.ExprRef("height - 4")), text="label:N")

    halo = {"stroke": "var(--surface)", "strokeWidth": 3, "strokeJoin": "round"}
    return [
        ahead.mark_rule(strokeWidth=1.2, strokeDash=[2, 3], color="var(--event)").encode(x=x),
        named(color="var(--surface)", opacity=0.85, **halo),
        named(color="var(--event)"),
    ]
