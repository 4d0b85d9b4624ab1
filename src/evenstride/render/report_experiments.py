"""How an experiment's result is drawn on paper: evidence and pairs, in grey as well as in colour.

The same as `render.vega_evidence` and `render.vega_paired` on a screen; paper can ask nothing, so
everything is named where it is.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from evenstride.render.report_svg import Scale, drawing, written
from evenstride.render.vega_evidence import HIGHEST_E, LOWEST_E, enough_label, evidence_rows
from evenstride.render.vega_paired import (
    below_words,
    condition_names,
    paired_lines,
    paired_rows,
    scale_of,
    title_of,
)
from evenstride.render.vega_pairs import pairs_ends, to_come
from evenstride.render.vega_parts import finite, room

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from evenstride.domain.answer import Figure
    from evenstride.render.vega_paired import Scale as Heights

_LEFT, _RIGHT, _TOP, _FOOT = 42.0, 8.0, 15.0, 24.0
_TICKS_E = (0.1, 1.0, 10.0, 100.0, 1000.0)
_STEPS = (0.1, 0.2, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 1000.0)
_LEAST_TICK_PX, _LEAST_STEP_PX = 26.0, 20.0
_CHARACTER_PX = 4.3
_SHARE_BELOW, _KEY = 0.5, 12.0


def evidence_svg(
    figure: Figure, *, width: float = 505.0, height: float = 96.0, style: str = ""
) -> str:
    """Draw a figure of kind `evidence`.

    Parameters
    ----------
    figure
        A row after each complete pair.
    width, height
        Of the drawing, and of its plot [px]; its text is 7.5 px high.
    style
        A stylesheet to carry inside; empty where the page has one.

    Returns
    -------
        An SVG element, empty text when no pair is complete.
    """
    rows = evidence_rows(figure)
    if not rows:
        return ""
    x = Scale(*pairs_ends(figure), _LEFT, width - _RIGHT)
    top, bottom = _TOP, _TOP + height
    y = Scale(math.log10(LOWEST_E), math.log10(HIGHEST_E), bottom, top)
    parts = [written(0.0, top - 6.0, "E-value after each pair", kind="title")]
    for tick in _TICKS_E:
        at = y(math.log10(tick))
        parts.append(
            f'<path class="{"axis" if tick == 1.0 else "grid"}" d="M{x.from_:g} {at:g}H{x.to:g}"/>'
        )
        parts.append(written(x.from_ - 4.0, at + 2.6, f"{tick:,g}", anchor="end"))
    for label, e in figure.reference_lines.items():
        if not LOWEST_E <= e <= HIGHEST_E:
            continue
        at = y(math.log10(e))
        parts.append(
            f'<rect class="enough-fill" x="{x.from_:g}" y="{top:g}" '
            f'width="{x.to - x.from_:g}" height="{at - top:g}"/>'
            f'<path class="enough" d="M{x.from_:g} {at:g}H{x.to:g}"/>'
            + written(x.from_ + 3.0, at - 3.0, enough_label(label, e), kind="enough-name")
        )
    parts.append(written(x.to - 3.0, y(0.0) - 2.5, "1: says nothing", anchor="end"))
    parts += _ahead(figure, x, top, bottom)
    places = [(x(a), y(math.log10(b))) for a, b in (finite([row], "x", "y") for row in rows)]
    parts.append(f'<path class="level" d="M{"L".join(f"{a:g} {b:g}" for a, b in places)}"/>')
    for row, (a, b) in zip(rows, places, strict=True):
        parts.append(_evidence_dot(a, b, row["beyond"]))
        if row["decided"]:
            parts.append(f'<circle class="decided" cx="{a:g}" cy="{b:g}" r="4.4"/>')
    parts += _pairs_axis(x, bottom, figure.x_label)
    return drawing(width, bottom + _FOOT, "".join(parts), style)


def _evidence_dot(a: float, b: float, beyond: object) -> str:
    if beyond:
        tip = 4.0 if beyond == 1 else -4.0
        return f'<path class="with" d="M{a:g} {b:g}l-2.4 {tip:g}h4.8z"/>'
    return f'<circle class="with" cx="{a:g}" cy="{b:g}" r="1.8"/>'


def paired_svg(
    figure: Figure, *, width: float = 505.0, height: float = 84.0, style: str = ""
) -> str:
    """Draw a figure of kind `paired`; parameters and result as for `evidence_svg`.

    `height` is that of the halves; the differences below them have half of it.
    """
    rows = paired_rows(figure)
    if not rows:
        return ""
    x = Scale(*pairs_ends(figure), _LEFT, width - _RIGHT)
    top, bottom = _TOP + _KEY, _TOP + _KEY + height
    below_top = bottom + _TOP + 4.0
    below = below_top + _SHARE_BELOW * height
    parts = [written(0.0, _TOP - 6.0, title_of(figure), kind="title"), *_key(figure, x)]
    parts += _halves(figure, rows, x, top, bottom)
    parts += _differences(figure, rows, x, below_top, below)
    parts += _pairs_axis(x, below, figure.x_label)
    return drawing(width, below + _FOOT, "".join(parts), style)


def _key(figure: Figure, x: Scale) -> list[str]:
    """Say what filled and hollow mean, as much as there is room for."""
    half = (x.to - x.from_) / 2.0
    made = []
    for row, kind, at in zip(
        condition_names(figure.points), ("with", "without"), (x.from_, x.from_ + half), strict=True
    ):
        most = int((half - 14.0) / _CHARACTER_PX)
        name = str(row["label"])
        name = name if len(name) <= most else f"{name[: most - 1]}…"
        made.append(f'<circle class="{kind}" cx="{at + 3.0:g}" cy="{_TOP + 1.4:g}" r="2.4"/>')
        made.append(written(at + 9.0, _TOP + 4.0, name))
    return made


def _halves(
    figure: Figure,
    rows: Sequence[Mapping[str, object]],
    x: Scale,
    top: float,
    bottom: float,
) -> list[str]:
    kind, lines = scale_of(figure), paired_lines(figure, below=False)
    seen = finite(rows, "control", "treatment") or [0.0]
    low, high = min(seen), max(seen)
    reach = max(high - low, 1e-6)
    near = [v for v in lines.values() if low - reach <= v <= high + reach]
    low, high = room(min([low, *near]), max([high, *near]), least=1e-6)
    y = Scale(low, high, bottom, top)
    parts = _heights(y, x, kind)
    for name, value in lines.items():
        if low <= value <= high:
            parts.append(f'<path class="even" d="M{x.from_:g} {y(value):g}H{x.to:g}"/>')
            if kind == "plain":
                parts.append(written(x.from_ + 3.0, y(value) - 2.5, name))
    for row in rows:
        at, faded = x(finite([row], "x")[0]), "-faded" if row["faded"] else ""
        control, treatment = (finite([row], name) for name in ("control", "treatment"))
        if control and treatment:
            parts.append(
                f'<path class="apart{faded}" d="M{at:g} {y(control[0]):g}V{y(treatment[0]):g}"/>'
            )
        for values, what in ((control, "without"), (treatment, "with")):
            if values:
                parts.append(
                    f'<circle class="{what}{faded}" cx="{at:g}" cy="{y(values[0]):g}" r="2.4"/>'
                )
    return parts


def _differences(
    figure: Figure,
    rows: Sequence[Mapping[str, object]],
    x: Scale,
    top: float,
    bottom: float,
) -> list[str]:
    means = paired_lines(figure, below=True)
    apart = [0.0, *finite(rows, "difference"), *means.values()]
    apart += [end for band in figure.bands.values() for end in band]
    y = Scale(*room(min(apart), max(apart), least=1e-6, share=0.1), bottom, top)
    besides = below_words(figure)
    parts = [written(0.0, top - 6.0, "Difference in each pair", kind="title")]
    if besides:
        parts.append(written(x.to, top - 6.0, besides, anchor="end"))
    parts += [
        f'<rect class="small" x="{x.from_:g}" y="{y(high):g}" width="{x.to - x.from_:g}" '
        f'height="{y(low) - y(high):g}"/>'
        for low, high in figure.bands.values()
    ]
    parts += _heights(y, x, "signed")
    parts += [
        f'<path class="mean" d="M{x.from_:g} {y(value):g}H{x.to:g}"/>' for value in means.values()
    ]
    for row in rows:
        at, difference = x(finite([row], "x")[0]), finite([row], "difference")
        if difference:
            kind = "apart-faded" if row["faded"] else "apart-bar"
            parts.append(f'<path class="{kind}" d="M{at:g} {y(0.0):g}V{y(difference[0]):g}"/>')
    parts.append(f'<path class="even" d="M{x.from_:g} {y(0.0):g}H{x.to:g}"/>')
    return parts


def _heights(y: Scale, x: Scale, kind: Heights | str) -> list[str]:
    """Draw ticks of heights, named as on the screen."""
    most = max(abs(y.from_ - y.to) / _LEAST_STEP_PX, 2.0)
    step = next((s for s in _STEPS if (y.high - y.low) / s <= most), (y.high - y.low) / most)
    parts = []
    for n in range(math.ceil(y.low / step), math.floor(y.high / step) + 1):
        at = y(n * step)
        parts.append(f'<path class="grid" d="M{x.from_:g} {at:g}H{x.to:g}"/>')
        parts.append(
            written(x.from_ - 4.0, at + 2.6, _height_words(n * step, kind, step), anchor="end")
        )
    return parts


def _height_words(value: float, kind: Heights | str, step: float) -> str:
    zero = abs(value) < step / 1e3
    size = f"{abs(value):,.6g}"
    if kind == "toward_even":
        return "even" if zero else f"{size} {'off' if value < 0.0 else 'past'}"
    if kind == "balance":
        if abs(value - 50.0) < step / 1e3:
            return "50 even"
        return f"{value:.3g} L" if value > 50.0 else f"{100.0 - value:.3g} R"
    if zero:
        return "0"
    return f"−{size}" if value < 0.0 else f"+{size}" if kind == "signed" else size


def _ahead(figure: Figure, x: Scale, top: float, bottom: float) -> Iterable[str]:
    """Draw tests to come, named at their feet on the side that has more room."""
    for mark in to_come(figure, x.low, x.high):
        (at,) = (x(v) for v in finite([mark], "x"))
        right = at > (x.from_ + x.to) / 2.0
        yield f'<path class="event" d="M{at:g} {top:g}V{bottom:g}"/>'
        yield written(
            at - 3.0 if right else at + 3.0,
            bottom - 3.0,
            str(mark["label"]),
            kind="event-name",
            anchor="end" if right else "start",
        )


def _pairs_axis(x: Scale, top: float, label: str) -> list[str]:
    """Draw the numbers of pairs, as many as can be read."""
    first, last = math.ceil(x.low), math.floor(x.high)
    most = (x.to - x.from_) / _LEAST_TICK_PX
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 10**6) if (last - first) / s <= most)
    parts = [f'<path class="axis" d="M{x.from_:g} {top:g}H{x.to:g}"/>']
    for n in range(math.ceil(first / step) * step, last + 1, step):
        parts.append(f'<path class="axis" d="M{x(n):g} {top:g}v3"/>')
        parts.append(written(x(n), top + 11.0, f"{n}", anchor="middle"))
    middle = (x.from_ + x.to) / 2.0
    parts.append(written(middle, top + 20.0, label, anchor="middle"))
    return parts
