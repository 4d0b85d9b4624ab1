"""How pairs are drawn: both halves of each above its difference, dropped ones faded.

Filled is the treatment, hollow the control: conditions are no sides, and have no colours.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from evenstride.domain.effect_words import effect_words, outcome_of, signed_words, unit_of
from evenstride.domain.wording import printable
from evenstride.render.cells import number
from evenstride.render.vega_pairs import across_pairs, pairs_axis, pairs_ends
from evenstride.render.vega_parts import (
    BALANCE_LABEL,
    RIGHT_PX,
    Spec,
    filled,
    finite,
    named_lines,
    room,
    template_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evenstride.domain.answer import Figure, Row

Scale = Literal["toward_even", "balance", "plain"]

_HEIGHT, _HEIGHT_BELOW = 170, 100
_KEY_PX = 22
"""Room above the halves for what filled and hollow mean."""
_APART = "min(width / 2, 280)"
_LEAST = {"toward_even": 1.0, "balance": 1.0, "plain": 1e-6}
DIFFERENCE = "difference: "
_EVEN_LABEL = (
    "abs(datum.value) < 1e-9 ? 'even' : "
    "format(abs(datum.value), '.2~f') + (datum.value < 0 ? ' off' : ' past')"
)
_SIGNED_LABEL = "abs(datum.value) < 1e-9 ? '0' : format(datum.value, '+,.3~f')"


def _data(name: str) -> Any:  # noqa: ANN401 - Altair's types are not public
    import altair as alt

    return alt.Chart(alt.NamedData(name=name))


def _up(name: str) -> Any:  # noqa: ANN401
    """Return the scale of heights between two parameters."""
    import altair as alt

    top = alt.ExprRef(f"{name}_high")
    return alt.Scale(domainMin=alt.ExprRef(f"{name}_low"), domainMax=top, zero=False, nice=False)


def _look(*, faded: bool) -> dict[str, Any]:
    """Return how what counts is drawn, and what does not."""
    if faded:
        return {"color": "var(--even)", "strokeWidth": 1.2, "strokeDash": [3, 3]}
    return {"color": "var(--level)", "strokeWidth": 1.8}


def _cursor() -> Any:  # noqa: ANN401
    return (
        _data("cursor")
        .transform_calculate(x="at ? at.x : null")
        .transform_filter("isValid(datum.x)")
        .mark_rule(strokeWidth=1, color="var(--text)", opacity=0.5)
    )


def _halves(kind: Scale) -> Any:  # noqa: ANN401
    """Build the upper panel: both halves of each pair on one line."""
    import altair as alt

    label = {
        "toward_even": _EVEN_LABEL,
        "balance": BALANCE_LABEL.replace("{f}", ".1f"),
        "plain": "format(datum.value, ',.2~f')",
    }[kind]
    scale = _up("halves")
    x = alt.X("x:Q", scale=across_pairs(), axis=None)
    line = alt.Y("y:Q", scale=scale)

    def y(field: str) -> Any:  # noqa: ANN401
        axis = alt.Axis(title=None, tickCount=4, labelExpr=label)
        return alt.Y(f"{field}:Q", scale=scale, axis=axis)

    layers = [_cursor().encode(x=x), _data("lines").mark_rule(strokeWidth=1.2).encode(y=line)]
    for faded in (False, True):
        own, look = (
            _data("pairs").transform_filter(f"datum.faded == {faded}".lower()),
            _look(faded=faded),
        )
        layers.append(
            own.transform_filter("isValid(datum.control) && isValid(datum.treatment)")
            .mark_rule(**look)
            .encode(x=x, y=y("control"), y2="treatment:Q")
        )
        for half, size, ink in (
            ("control", 46, "var(--surface)"),
            ("treatment", 56, look["color"]),
        ):
            dots = own.transform_filter(f"isValid(datum.{half})").mark_point(
                filled=True, size=size, opacity=1, color=ink, stroke=look["color"], strokeWidth=1.8
            )
            layers.append(dots.encode(x=x, y=y(half)))
    return alt.layer(*layers, *named_lines(_data("named"), line), *key_marks(_data("key"), 6))


def _differences(x_label: str) -> Any:  # noqa: ANN401
    """Build the lower panel: each difference from zero, and how large one must be to matter."""
    import altair as alt

    scale = _up("differences")
    x = alt.X("x:Q", scale=across_pairs(), axis=pairs_axis(x_label))
    axis = alt.Axis(title=None, tickCount=4, labelExpr=_SIGNED_LABEL)
    y, line = alt.Y("difference:Q", scale=scale, axis=axis), alt.Y("y:Q", scale=scale)
    layers = [
        _data("small")
        .mark_rect(color="var(--left-out)")
        .encode(y=alt.Y("low:Q", scale=scale), y2="high:Q"),
        _cursor().encode(x=x),
        _data("zero").mark_rule(strokeWidth=1.2, color="var(--text)").encode(y=line),
        _data("means")
        .mark_rule(strokeWidth=1.4, strokeDash=[5, 3], color="var(--event)")
        .encode(y=line),
    ]
    for faded in (False, True):
        known = (
            _data("pairs")
            .transform_filter(f"datum.faded == {faded}".lower())
            .transform_filter("isValid(datum.difference)")
            .transform_calculate(zero="0")
        )
        look = _look(faded=faded)
        bar = look if faded else {**look, "strokeWidth": 3}
        layers += [
            known.mark_rule(**bar).encode(x=x, y=y, y2="zero:Q"),
            known.mark_point(filled=not faded, size=30, opacity=1, color=look["color"]).encode(
                x=x, y=y
            ),
        ]
    return alt.layer(*layers)


@lru_cache(maxsize=16)
def _template(height: int, x_label: str, title: str, besides: str, kind: Scale) -> str:
    import altair as alt

    below = alt.TitleParams(
        "Difference in each pair",
        subtitle=besides,
        subtitleFontSize=10.5,
        subtitleColor="var(--chart-text)",
    )
    chart: Any = alt.vconcat(
        _halves(kind).properties(height=height, title=title),
        _differences(x_label).properties(height=_HEIGHT_BELOW, title=below),
        spacing=14,
    )
    ends = ("x_low", "x_high", "halves_low", "halves_high", "differences_low", "differences_high")
    params = [alt.param(name=name, value=0.0) for name in ends]
    return template_of(chart.add_params(alt.param(name="at", value=None), *params))


def key_marks(key: Any, top_px: float) -> list[Any]:  # noqa: ANN401
    """Say what filled and hollow mean, so far below the top."""
    import altair as alt

    made = []
    for condition, left, room_px, ink in (
        ("treatment", "0", f"{_APART} - 24", "var(--level)"),
        ("control", _APART, f"width - {_APART} - 24", "var(--surface)"),
    ):
        own = key.transform_filter(f"datum.condition == '{condition}'")
        y = alt.value(top_px)
        made += [
            own.mark_point(
                filled=True, size=50, opacity=1, color=ink, stroke="var(--level)", strokeWidth=1.8
            ).encode(x=alt.value(alt.ExprRef(f"{left} + 6")), y=y),
            own.mark_text(
                align="left", baseline="middle", limit=alt.ExprRef(room_px), fontSize=11
            ).encode(x=alt.value(alt.ExprRef(f"{left} + 16")), y=y, text="label:N"),
        ]
    return made


def condition_names(rows: Sequence[Row]) -> list[Row]:
    """Return what the conditions are called, the treatment first."""
    called = {str(row["condition"]): str(row["label"]) for row in rows if "condition" in row}
    return [
        {"condition": name, "label": printable(called.get(name) or name)}
        for name in ("treatment", "control")
    ]


def scale_of(figure: Figure) -> Scale:
    """Say what the heights of the halves are: toward even, balance, or a plain quantity."""
    outcome = outcome_of(figure)
    if outcome is None:
        return "plain"
    if outcome.name == "toward_even":
        return "toward_even"
    halves = finite(figure.rows, figure.roles["low"], figure.roles["high"])
    # A balance is a share in percent; taken from even it would be a plain difference.
    return (
        "balance" if outcome.name == "balance" and all(20.0 < v < 80.0 for v in halves) else "plain"
    )


def title_of(figure: Figure) -> str:
    """Name what the halves are values of; of outside data only the unit is known."""
    title = printable(figure.y_label)
    return title if ", " in title or not title else f"Values, {title}"


def half_words(value: float | None, figure: Figure) -> str:
    """Say the value of one half, as the axis does."""
    if value is None:
        return "missing"
    kind = scale_of(figure)
    if kind == "balance":
        left = round(value, 1)
        return f"{left:.1f} L / {100.0 - left:.1f} R"
    size = f"{abs(value):.2f}" if kind == "toward_even" else f"{value:,.1f}"
    if kind == "toward_even":
        return (
            "even"
            if round(value, 2) == 0.0
            else f"{size} pp {'off even' if value < 0 else 'past even'}"
        )
    return f"{size} {unit_of(figure)}".strip().replace("-", "−")


def paired_rows(figure: Figure) -> list[dict[str, object]]:
    """Return a figure's rows as the drawing needs them, and in words."""
    roles, outcome, unit = figure.roles, outcome_of(figure), unit_of(figure)
    made: list[dict[str, object]] = []
    for row in figure.rows:
        x = number(row, roles["x"])
        control, treatment, difference = (
            number(row, roles[name]) for name in ("low", "high", "value")
        )
        if x is None:
            continue
        faded = bool(row.get(roles.get("faded", "")))
        made.append(
            {
                "x": x,
                "control": control,
                "treatment": treatment,
                "difference": difference,
                "faded": faded,
                "head": f"Pair {x:g}",
                "treatment_words": half_words(treatment, figure),
                "control_words": half_words(control, figure),
                "difference_words": ""
                if difference is None
                else effect_words(difference, outcome, unit),
                "short": "" if difference is None else signed_words(difference),
                "faded_words": "left out" if faded else "",
            }
        )
    return made


def paired_lines(figure: Figure, *, below: bool) -> dict[str, float]:
    """Return the reference lines of the halves, or of the differences below them but zero."""
    return {
        printable(label.removeprefix(DIFFERENCE)): y
        for label, y in figure.reference_lines.items()
        if label.startswith(DIFFERENCE) == below and (y != 0.0 or not below)
    }


def below_words(figure: Figure) -> str:
    """Say what is drawn among the differences besides them."""
    said = [f"grey: {printable(name)}" for name in figure.bands]
    dashed = list(paired_lines(figure, below=True))
    return "; ".join([*said, f"dashed: {', '.join(dashed)}"] if dashed else said)


def _halves_ends(
    rows: Sequence[Mapping[str, object]], lines: Mapping[str, float], kind: Scale, height: int
) -> tuple[float, float]:
    """Fit the axis to the halves, and to a line that is near; keep room for the key."""
    seen = finite(rows, "control", "treatment") or list(lines.values()) or [0.0]
    low, high = min(seen), max(seen)
    reach = max(high - low, _LEAST[kind])
    for y in lines.values():
        if low - reach <= y <= high + reach:
            low, high = min(low, y), max(high, y)
    low, high = room(low, high, least=_LEAST[kind])
    return low, high + (high - low) * _KEY_PX / (height - _KEY_PX)


def paired_spec(figure: Figure, *, height: int | None) -> Spec:
    """Draw a figure of kind `paired`: halves above, differences below, one axis of pairs."""
    rows, kind, high_px = paired_rows(figure), scale_of(figure), height or _HEIGHT
    lines, means = (paired_lines(figure, below=below) for below in (False, True))
    halves = _halves_ends(rows, lines, kind, high_px)
    apart = [0.0, *finite(rows, "difference"), *means.values()]
    apart += [end for band in figure.bands.values() for end in band]
    differences = room(min(apart), max(apart), least=1e-6, share=0.1)
    low, high = pairs_ends(figure)
    params = {
        "x_low": low,
        "x_high": high,
        "halves_low": halves[0],
        "halves_high": halves[1],
        "differences_low": differences[0],
        "differences_high": differences[1],
    }
    shown = [{"y": y, "label": name} for name, y in lines.items() if halves[0] <= y <= halves[1]]
    datasets: dict[str, Sequence[Row]] = {
        "pairs": rows,
        "key": condition_names(figure.points),
        "lines": shown,
        # The axis names even by itself.
        "named": [line for line in shown if kind == "plain"],
        "means": [{"y": y} for y in means.values()],
        "small": [{"low": a, "high": b} for a, b in figure.bands.values()],
        "zero": [{"y": 0.0}],
        "cursor": [{}],
    }
    treatment, control = (str(row["label"]) for row in condition_names(figure.points))
    meta = {
        "kind": "paired",
        "margin": 52 + RIGHT_PX,
        "cursor": {"dataset": "pairs", "x": "x", "y": "difference", "rule": True, "head": "head"},
        "say": [
            {"column": "treatment_words", "label": treatment, "as": "text"},
            {"column": "control_words", "label": control, "as": "text"},
            {"column": "difference_words", "label": "Difference", "as": "text"},
            {"column": "faded_words", "label": "In the result", "as": "text"},
        ],
    }
    template = _template(high_px, figure.x_label, title_of(figure), below_words(figure), kind)
    return filled(template, datasets, params, meta)
