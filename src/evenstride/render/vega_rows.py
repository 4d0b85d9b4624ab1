"""How things below each other are laid out: name, numbers and mark of a row, on one axis of pp.

Where it is wide the name stands left of the marks, where it is narrow above them; the drawing finds
out by itself. Left lies at the left, as on the beam: the axis of pp runs backward.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from evenstride.render.vega_parts import BALANCE_LABEL, PP_LABEL

if TYPE_CHECKING:
    from evenstride.domain.answer import Figure

ROW_PX = 54
MARGIN_PX = 8
_HEAD = 0.5
"""Room above the first row, in rows, for the names of the sides."""
_WIDE_PX = 700
_NAMES_PX, _NUMBERS_PX = 290, 104


def rows_params() -> list[Any]:
    """Return the parameters that the rows' layers speak of."""
    import altair as alt

    wide = f"width > {_WIDE_PX}"
    ends = [alt.param(name=name, value=0.0) for name in ("x_low", "x_high", "rows_n")]
    return [
        alt.param(name="at", value=None),
        alt.param(name="names_px", expr=f"{wide} ? {_NAMES_PX} : 0"),
        alt.param(name="numbers_px", expr=f"{wide} ? {_NUMBERS_PX} : 0"),
        alt.param(name="mark_at", expr=f"{wide} ? 0.5 : 0.76"),
        alt.param(name="zero_at", expr=f"{wide} ? 0 : 0.58"),
        alt.param(name="name_at", expr=f"{wide} ? 0.36 : 0.2"),
        alt.param(name="detail_at", expr=f"{wide} ? 0.66 : 0.46"),
        *ends,
    ]


def across(field: str, *, axis: bool = False, balance: bool = False) -> Any:  # noqa: ANN401
    """Place a column of pp across the plot; a longer contact on the left lies at the left."""
    import altair as alt

    scale = alt.Scale(
        domainMin=alt.ExprRef("x_low"),
        domainMax=alt.ExprRef("x_high"),
        rangeMin=alt.ExprRef("names_px"),
        rangeMax=alt.ExprRef("width - numbers_px"),
        zero=False,
        nice=False,
        reverse=True,
    )
    if not axis:
        return alt.X(f"{field}:Q", scale=scale)
    label = PP_LABEL
    if balance:  # ticks stand at differences from even and are read as balance
        label = BALANCE_LABEL.replace("datum.value", "(50 + datum.value)").replace("{f}", ".3~f")
    drawn = alt.Axis(
        title=None,
        grid=True,
        labelExpr=label,
        tickCount=alt.ExprRef("max(2, floor((width - names_px - numbers_px) / 70))"),
    )
    return alt.X(f"{field}:Q", scale=scale, axis=drawn)


def down(field: str = "mark_y") -> Any:  # noqa: ANN401
    """Place rows below each other, the first on top."""
    import altair as alt

    scale = alt.Scale(
        domainMin=-_HEAD, domainMax=alt.ExprRef("rows_n"), zero=False, nice=False, reverse=True
    )
    return alt.Y(f"{field}:Q", scale=scale, axis=None)


def placed(rows: Any) -> Any:  # noqa: ANN401
    """Give each row the heights of its parts."""
    return rows.transform_calculate(
        top="datum.i",
        mark_y="datum.i + mark_at",
        name_y="datum.i + name_at",
        detail_y="datum.i + detail_at",
    )


def ground(rows: Any) -> list[Any]:  # noqa: ANN401
    """Draw what lies behind: the row that is read, lines between rows, zero, names of sides."""
    import altair as alt

    cursor = alt.Chart(alt.NamedData(name="cursor"))
    heads = alt.Chart(alt.NamedData(name="heads"))

    def side(name: Literal["left", "right"], x: str) -> Any:  # noqa: ANN401
        texts = heads.transform_filter(alt.datum.side == name)
        mark = texts.mark_text(
            align=name, baseline="middle", fontSize=11, fontWeight=600, color=f"var(--{name})"
        )
        return mark.encode(x=alt.value(alt.ExprRef(x)), y=down("top"), text="label:N")

    return [
        cursor.transform_calculate(top="at ? at.i : null", bottom="at ? at.i + 1 : null")
        .transform_filter("isValid(datum.top)")
        .mark_rect(color="var(--surface-2)")
        .encode(x=alt.value(0), x2=alt.value(alt.ExprRef("width")), y=down("top"), y2="bottom:Q"),
        rows.mark_rule(color="var(--grid)").encode(
            x=alt.value(0), x2=alt.value(alt.ExprRef("width")), y=down("top")
        ),
        # Above a narrow row's mark stands its name, which the line at zero leaves alone.
        rows.transform_calculate(zero="0", zero_y="datum.i + zero_at", bottom="datum.i + 1")
        .mark_rule(strokeWidth=1.2, color="var(--text)")
        .encode(x=across("zero"), y=down("zero_y"), y2="bottom:Q"),
        side("left", "names_px"),
        side("right", "width - numbers_px"),
    ]


def names(rows: Any) -> list[Any]:  # noqa: ANN401
    """Write each row's name and detail at the left, its number and what is below at the right."""
    import altair as alt

    def written(field: str, y: str, *, right: bool, **look: Any) -> list[Any]:  # noqa: ANN401
        """Write on a halo of the ground's colour: where it is narrow, lines run beneath."""
        room = "numbers_px ? numbers_px : 110" if right else "names_px ? names_px - 16 : width - 90"
        x = alt.value(alt.ExprRef("width")) if right else alt.value(0)
        halo = {"stroke": "var(--surface)", "strokeWidth": 3, "strokeJoin": "round"}
        return [
            rows.mark_text(
                align="right" if right else "left",
                baseline="middle",
                limit=alt.ExprRef(room),
                **{**look, **extra},
            ).encode(x=x, y=down(y), text=f"{field}:N")
            for extra in ({**halo, "color": "var(--surface)"}, {})
        ]

    strong = {"fontSize": 12.5, "fontWeight": 600, "color": "var(--text)"}
    quiet = {"fontSize": 11, "color": "var(--chart-text)"}
    return [
        *written("label", "name_y", right=False, **strong),
        *written("detail", "detail_y", right=False, **quiet),
        *written("words", "name_y", right=True, **strong),
        *written("below", "detail_y", right=True, **quiet),
    ]


def heads() -> list[dict[str, object]]:
    """Name the sides that lie left and right of zero."""
    return [
        {"side": "left", "label": "← toward the left", "top": -_HEAD / 2.0},
        {"side": "right", "label": "toward the right →", "top": -_HEAD / 2.0},
    ]


def rows_height(n: int) -> int:
    """Return the height of the plot of so many rows [px]."""
    return round((max(n, 1) + _HEAD) * ROW_PX)


def text_of(row: object, figure: Figure, role: str) -> str:
    """Return a row's text in a role that a figure may lack."""
    column = figure.roles.get(role)
    value = row.get(column) if column is not None and hasattr(row, "get") else None
    return "" if value is None else str(value)
