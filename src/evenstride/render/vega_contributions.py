"""How parts that add up are drawn: a step for each from where the last one ended, then the sum.

A step is an arrow, so that its side is seen by direction, and said by letter, besides its colour.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from evenstride.domain.driver_words import pp_interval_words, pp_words
from evenstride.domain.wording import balance_pair, interval_words, printable
from evenstride.render.cells import number
from evenstride.render.vega_parts import Spec, filled, finite, room, template_of
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

_LEAST_PP = 0.5
_BAR_PX = 13
_ARROW_SHARE = 0.05
"""A step shorter than this share of the axis has no room for an arrow's head."""
_EVEN_PCT = 50.0


@lru_cache(maxsize=4)
def _template(*, balance: bool) -> str:
    import altair as alt

    rows = placed(alt.Chart(alt.NamedData(name="rows")))
    known = rows.transform_filter("isValid(datum.end)")
    steps = known.transform_filter("!datum.total")
    total = known.transform_filter("datum.total")
    colour = alt.Color(
        "side:N",
        scale=alt.Scale(
            domain=["left", "even", "right"],
            range=["var(--left)", "var(--even)", "var(--right)"],
        ),
        legend=None,
    )
    bar = {"x": across("start"), "x2": "end:Q", "y": down()}
    interval = {"x": across("low"), "x2": "high:Q", "y": down()}
    layers = [
        *ground(rows),
        steps.transform_calculate(next_y="datum.i + 1 + mark_at")
        .mark_rule(strokeWidth=1, strokeDash=[2, 3], color="var(--chart-text)")
        .encode(x=across("end"), y=down(), y2="next_y:Q"),
        steps.mark_rule(strokeWidth=_BAR_PX).encode(**bar, color=colour),
        *(
            steps.transform_filter(f"datum.arrow == '{side}'")
            .mark_point(
                filled=True,
                shape=f"triangle-{side}",
                size=55,
                opacity=1,
                color="var(--surface)",
                xOffset=inward,
            )
            .encode(x=across("end"), y=down())
            for side, inward in (("left", 7), ("right", -7))
        ),
        total.mark_rule(strokeWidth=_BAR_PX + 3, color="var(--level)").encode(**bar),
        known.transform_filter("isValid(datum.low)")
        .mark_rule(strokeWidth=1.5, color="var(--chart-text)", yOffset=_BAR_PX - 2)
        .encode(**interval),
        known.mark_tick(
            orient="vertical", thickness=2, size=_BAR_PX + 10, color="var(--text)", yOffset=3
        ).encode(x=across("end", axis=True, balance=balance), y=down()),
        *names(rows),
    ]
    return template_of(alt.layer(*layers).add_params(*rows_params()))


def is_balance(figure: Figure) -> bool:
    """Say whether zero is 50/50, so that ends are balances; otherwise they are differences."""
    return any(height == 0.0 and "50" in name for name, height in figure.reference_lines.items())


def contributions_spec(figure: Figure, *, height: int | None) -> Spec:
    """Draw a figure of kind `contributions`: steps in pp, toward the left at the left.

    The reference line at zero names what the parts begin from; `50 even` makes the axis one of
    balance.
    """
    balance = is_balance(figure)
    rows = contribution_rows(figure)
    ends = [0.0, *finite(rows, "start", "end", "low", "high")]
    low, high = room(min(ends), max(ends), least=_LEAST_PP)
    for row in rows:
        start, end = finite([row], "start"), finite([row], "end")
        far = start and end and abs(end[0] - start[0]) > _ARROW_SHARE * (high - low)
        row["arrow"] = row["side"] if far else None
    datasets: dict[str, Sequence[Row]] = {
        "rows": rows,
        "cursor": [{}],
        "heads": heads(),
    }
    meta = {
        "kind": "contributions",
        "margin": MARGIN_PX,
        "cursor": {"dataset": "rows", "x": "seen", "y": "middle", "rows": True, "head": "label"},
        "say": [
            {"column": "detail", "label": "Here", "as": "text"},
            {"column": "step_pp", "label": "Adds", "as": "pp", "unit": ""},
            {"column": "so_far", "label": "In all", "as": "text"},
            {"column": "interval", "label": "95 % interval", "as": "text"},
        ],
    }
    params = {"x_low": low, "x_high": high, "rows_n": max(len(rows), 1)}
    made = filled(_template(balance=balance), datasets, params, meta)
    made["height"] = height or rows_height(len(rows))
    return made


def contribution_rows(figure: Figure) -> list[dict[str, object]]:
    """Return a figure's rows as the drawing needs them: side, words, which one is the sum."""
    roles, balance = figure.roles, is_balance(figure)
    made: list[dict[str, object]] = []
    for i, row in enumerate(figure.rows):
        start, end, low, high = (
            number(row, roles[name]) for name in ("start", "end", "low", "high")
        )
        total = i == len(figure.rows) - 1
        # What the sum has lost of a size by adding must not change its last digit.
        step = None if start is None or end is None else round(end - start, 9)
        words = "not known" if step is None else pp_words(step)
        so_far = "" if end is None else _end_words(end, balance=balance)
        made.append(
            {
                "i": i,
                "middle": i + 0.5,
                "label": printable(text_of(row, figure, "label")),
                "detail": printable(text_of(row, figure, "detail")),
                "step_pp": None if total else step,
                "start": start,
                "end": end,
                "seen": end or 0.0,
                "low": low,
                "high": high,
                "total": total,
                "side": "even" if not step else "left" if step > 0 else "right",
                "words": words if not total else _short(so_far),
                "so_far": so_far,
                "below": "" if total or i == 0 else f"to {_short(so_far)}" if so_far else "",
                "interval": _interval_words(low, high, balance=balance),
            }
        )
    return made


def _end_words(end: float, *, balance: bool) -> str:
    return balance_pair(_EVEN_PCT + end) if balance else pp_words(end)


def _short(words: str) -> str:
    """Keep the longer side of a balance."""
    left, slash, right = words.partition(" / ")
    share = float(left.split()[0])
    if not slash or share > _EVEN_PCT:
        return left
    return "50.0 even" if share == _EVEN_PCT else right


def _interval_words(low: float | None, high: float | None, *, balance: bool) -> str:
    if low is None or high is None:
        return ""
    if balance:
        return interval_words(_EVEN_PCT + low, _EVEN_PCT + high)
    return pp_interval_words(low, high)
