"""What all Vega-Lite figures share: colours by token, type, axes with sides, cached templates.

A template is built once by Altair for each shape of figure, kept as text, and filled with data
afterwards: building costs tens of milliseconds, filling less than one. Colours are `var(--token)`
of the stylesheet, so a page changes its theme without a new figure.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from evenstride.domain.quantities import QUANTITIES
from evenstride.domain.wording import printable
from evenstride.render.cells import unit_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from evenstride.domain.answer import Figure, Row

Spec = dict[str, Any]

AXIS_PX = 52
"""Room left of every plot, the same everywhere, so that panels and figures stand in line."""
RIGHT_PX = 8
"""Room right of a plot, for half a dot."""
BANDS_PX = 34
"""Room right of a trend, for the names of the level's bands."""

BALANCE = "balance_left_pct"
_KM_M, _MILE_M = 1000.0, 1609.344

BALANCE_LABEL = (
    "abs(datum.value - 50) < 0.001 ? '50 even' : "
    "datum.value > 50 ? format(datum.value, '{f}') + ' L' : format(100 - datum.value, '{f}') + ' R'"
)

PP_LABEL = (
    "abs(datum.value) < 1e-9 ? '0' : "
    "format(abs(datum.value), '.3~f') + (datum.value > 0 ? ' L' : ' R')"
)
"""A size in pp by its side: left is never a plus, right never a minus."""
_PP = {
    "effect_pp": "Effect on balance, pp",
    "drift_pp_per_h": "Drift within runs, pp an hour",
}


def in_pp(column: str) -> bool:
    """Say whether a column holds sizes in pp, whose sign is a side."""
    return column.endswith(("_pp", "_pp_per_h"))


def even_at(column: str) -> float | None:
    """Return the height that belongs to neither side; None for what has no sides."""
    return 50.0 if column == BALANCE else 0.0 if in_pp(column) else None


def metres_of(units: str) -> float:
    """Return how many metres one unit of distance has, `km` or `mi`."""
    return _MILE_M if units == "mi" else _KM_M


def pace_label(units: str) -> str:
    """Return the expression that says a speed [m/s] as a pace, `5:12`."""
    seconds = f"round({metres_of(units)} / datum.value)"
    return (
        f"datum.value < 0.5 ? '' : floor({seconds} / 60) + ':' + "
        f"({seconds} % 60 < 10 ? '0' : '') + {seconds} % 60"
    )


def value_label(column: str, units: str, *, step: float = 1.0) -> str:
    """Return the expression that names the heights of one column's axis."""
    if column == BALANCE:
        return BALANCE_LABEL.replace("{f}", ".1f" if step < 1.0 else ".0f")
    if in_pp(column):
        return PP_LABEL
    if column == "speed_m_s":
        return pace_label(units)
    return "format(datum.value, ',.1~f')"


def shown_column(figure: Figure) -> str:
    """Return the column of a figure's heights; for one that nobody knows, what its axis says."""
    column = figure.roles["y"]
    known = column in QUANTITIES or column in _PP
    return column if known else printable(figure.y_label) or column


def panel_title(column: str, units: str) -> str:
    """Name a panel: what it shows, and its unit."""
    if column == BALANCE:
        return "Balance, % of contact time"
    if column == "speed_m_s":
        return f"Pace, min/{units}"
    if column == "altitude_m":
        return "Elevation, m"
    if column in _PP:
        return _PP[column]
    quantity = QUANTITIES.get(column)
    if quantity is None:
        return column
    unit = unit_words(quantity.unit)
    words = f"{quantity.label[0].upper()}{quantity.label[1:]}"
    return f"{words}, {unit}" if unit else words


def how_to_say(column: str, units: str) -> dict[str, str | float]:
    """Tell the page's script how to say a value of this column in words."""
    if column == BALANCE:
        return {"column": column, "label": "Balance", "as": "balance"}
    if column == "speed_m_s":
        said = {"column": column, "label": "Pace", "as": "pace", "unit": f"/{units}"}
        return {**said, "metres": metres_of(units)}
    if in_pp(column):
        unit = "an hour" if column.endswith("_per_h") else ""
        label = _PP.get(column, "Effect").partition(",")[0]
        return {"column": column, "label": label, "as": "pp", "unit": unit}
    quantity = QUANTITIES.get(column)
    own = {"altitude_m": ("Elevation", "m"), "minute": ("Time", "min")}.get(column)
    if own or quantity is None:
        named, _, unit = column.rpartition(", ")
        label, unit = own or ((named, unit) if named else (column, ""))
        decimals = 1 if named else 0
        return {
            "column": column,
            "label": label,
            "as": "number",
            "decimals": decimals,
            "unit": unit,
        }
    return {
        "column": column,
        "label": f"{quantity.label[0].upper()}{quantity.label[1:]}",
        "as": "number",
        "decimals": quantity.decimals,
        "unit": unit_words(quantity.unit),
    }


def named_lines(names: Any, y: Any) -> list[Any]:  # noqa: ANN401 - Altair's types are not public
    """Write names at the left end of their lines, each on a halo of the ground's colour."""
    import altair as alt

    def written(**look: Any) -> Any:  # noqa: ANN401
        text = names.mark_text(
            align="left", baseline="bottom", dx=5, dy=-2, fontSize=10.5, fontWeight=600, **look
        )
        return text.encode(x=alt.value(0), y=y, text="label:N")

    halo = {"stroke": "var(--surface)", "strokeWidth": 3, "strokeJoin": "round"}
    return [written(color="var(--surface)", opacity=0.85, **halo), written()]


def theme() -> Spec:
    """Return the config of every figure: one font, quiet axes, no frame, tokens for colours."""
    quiet = {
        "domain": False,
        "ticks": False,
        "labelColor": "var(--chart-text)",
        "titleColor": "var(--chart-text)",
        "gridColor": "var(--grid)",
        "labelFontSize": 11,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "labelPadding": 6,
        "aria": False,
    }
    return {
        "aria": False,
        "font": "Inter",
        "background": "transparent",
        "view": {"stroke": None},
        "axis": quiet,
        "axisX": {"grid": False, "labelFlush": True, "labelOverlap": "greedy", "labelPadding": 4},
        "axisY": {"minExtent": AXIS_PX, "maxExtent": AXIS_PX, "tickCount": 5},
        "title": {
            "anchor": "start",
            "frame": "group",
            "fontSize": 12,
            "fontWeight": 600,
            "color": "var(--text)",
            "offset": 8,
            "aria": False,
        },
        "text": {"color": "var(--chart-text)", "fontSize": 11, "aria": False},
        "rule": {"color": "var(--even)", "aria": False},
        "line": {"color": "var(--level)", "strokeWidth": 2, "aria": False},
        "area": {"aria": False, "line": False},
        "point": {"aria": False},
        "rect": {"aria": False},
        "concat": {"spacing": 18},
    }


def template_of(chart: Any) -> str:  # noqa: ANN401 - Altair's charts have no common public type
    """Turn an Altair chart into the text of its specification."""
    built = chart.to_dict(validate=False)
    built["config"] = theme()
    built["padding"] = {"left": 0, "top": 4, "right": 0, "bottom": 4}
    built["autosize"] = {"type": "pad", "contains": "padding"}
    return json.dumps(built)


def filled(
    template: str,
    datasets: Mapping[str, Sequence[Row]],
    params: Mapping[str, object],
    meta: Mapping[str, object],
) -> Spec:
    """Put data, axis ends and the script's instructions into a template.

    Parameters
    ----------
    template
        The text of a specification whose data sets and parameters are named.
    datasets
        Rows by name. Not copied.
    params
        Values by name, for the template's own parameters.
    meta
        What the page's script is told, under `usermeta.evenstride`.
    """
    made: Spec = json.loads(template)
    made["datasets"] = dict(datasets)
    for param in made.get("params", ()):
        if param["name"] in params:
            param["value"] = params[param["name"]]
    made["usermeta"] = {"evenstride": {"margin": AXIS_PX + RIGHT_PX, **meta}}
    return made


def with_width(made: Spec, width: int) -> Spec:
    """Give every plot of a specification the width that `width` pixels leave beside its margins.

    The page's script does the same when it knows how wide the page is.
    """
    plot = max(width - int(made["usermeta"]["evenstride"]["margin"]), 80)
    if "vconcat" in made:
        for part in made["vconcat"]:
            part["width"] = plot
    else:
        made["width"] = plot
    return made


def finite(rows: Iterable[Row], *columns: str) -> list[float]:
    """Collect the numbers of some columns, those that are there."""
    found = []
    for column in columns:
        for row in rows:
            value = row.get(column)
            if isinstance(value, int | float) and value == value:  # noqa: PLR0124 - NaN is not itself
                found.append(float(value))
    return found


def room(low: float, high: float, *, least: float, share: float = 0.06) -> tuple[float, float]:
    """Widen an axis by a share, and to at least `least` altogether."""
    short = max(least - (high - low), 0.0) / 2.0
    extra = (high - low) * share
    return low - short - extra, high + short + extra
