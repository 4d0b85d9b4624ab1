"""Decides how a report's figures look on paper: plain SVG that needs no script and prints in grey.

On a screen the same trend is drawn by `render.vega`, with what a pointer can ask of it; paper can
ask nothing, so everything is labelled where it is. Colours are classes, which `report/figures.css`
gives.
"""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING

from evenstride.domain.wording import balance_pair
from evenstride.render.figure_quantity import quantity_of
from evenstride.render.report_svg import Scale, drawing, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from evenstride.domain.answer import Figure, Row

_BALANCE = "balance_left_pct"
_LEFT_MARGIN, _RIGHT_MARGIN, _TOP, _BOTTOM = 42.0, 52.0, 15.0, 15.0
_SHARE_BELOW = 0.42
_LEAST_TICK_PX, _MOST_TICKS_Y = 45.0, 5
_EVEN_WITHIN_PP = 2.0
_SHARE_SEEN = 0.98
_CHARACTER_PX = 4.1
_CLEAR_PX = 66.0
_STEPS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)


def trend_svg(
    figures: Sequence[Figure], *, width: float = 505.0, height: float = 132.0, style: str = ""
) -> str:
    """Draw trends above each other on one time axis.

    Parameters
    ----------
    figures
        Kind `trend`; the first gets most of the height.
    width, height
        Of the drawing, and of its first panel [px]; its text is 7.5 px high.
    style
        A stylesheet to carry inside; empty where the page has one.

    Returns
    -------
        An SVG element, empty text when no figure has a day to draw.
    """
    drawn = [figure for figure in figures if figure.rows]
    if not drawn:
        return ""
    days = [_day(row[f.roles["x"]]) for f in drawn for row in (f.rows[0], f.rows[-1])]
    first, last = min(days), max(days)
    x = Scale(first - 1.0, max(last, first + 13.0) + 1.0, _LEFT_MARGIN, width - _RIGHT_MARGIN)
    parts, top = [], 0.0
    for i, figure in enumerate(drawn):
        tall = _SHARE_BELOW * height if i else height
        parts.append(_panel(figure, x, top + _TOP, top + _TOP + tall, first=i == 0))
        top += _TOP + tall + 6.0
    parts.append(_time_axis(x, top - 6.0))
    return drawing(width, top + _BOTTOM, "".join(parts), style)


def beam_svg(figure: Figure, *, width: float = 505.0, style: str = "") -> str:
    """Draw the balance beam: the left half is left of even, hatched; the right half is plain."""
    row, roles = figure.rows[0], figure.roles
    now, low, high = (_number(row, roles[name]) for name in ("now", "low", "high"))
    assert now is not None
    ends = [v for v in (now, low, high, *_normal(row, roles)) if v is not None]
    reach = max(1.0, math.ceil(2.0 * max(abs(v - 50.0) for v in ends) * 1.1) / 2.0)
    # Left is where the left foot is: a balance above 50 lies on the left.
    x = Scale(50.0 + reach, 50.0 - reach, 12.0, width - 12.0)
    top, bottom, middle = 21.0, 43.0, 32.0
    even = x(50.0)
    hatching = "".join(
        f'<path class="hatch" d="M{at:g} {bottom:g}L{min(at + bottom - top, even):g} '
        f'{max(top, bottom - even + at):g}"/>'
        for at in _steps(12.0, even, 7.0)
    )
    parts = [
        f'<rect class="half-l" x="12" y="{top}" width="{even - 12.0:g}" height="22"/>{hatching}',
        f'<rect class="half-r" x="{even:g}" y="{top}" width="{width - 12.0 - even:g}" '
        'height="22"/>',
    ]
    normal_low, normal_high = _normal(row, roles)
    if normal_low is not None and normal_high is not None:
        a, b = sorted((x(normal_low), x(normal_high)))
        parts.append(
            f'<rect class="normal-fill" x="{a:g}" y="{top}" width="{b - a:g}" height="22"/>'
            f'<rect class="normal" x="{a:g}" y="{top - 3.0}" width="{b - a:g}" height="28"/>'
            + written((a + b) / 2.0, bottom + 12.0, "your normal, single runs", anchor="middle")
        )
    parts.append(f'<path class="even" d="M{even:g} {top - 6.0}V{bottom + 6.0}"/>')
    if low is not None and high is not None:
        a, b = sorted((x(low), x(high)))
        parts.append(f'<path class="interval" d="M{a:g} {middle}H{b:g}"/>')
    at = x(now)
    side = "l" if round(now, 1) > 50.0 else "r" if round(now, 1) < 50.0 else "even"
    parts.append(f'<circle class="now-{side}" cx="{at:g}" cy="{middle}" r="5.2"/>')
    parts.append(
        written(at, top - 8.0, f"now {balance_pair(now)}", kind="strong", anchor=_anchor(at, width))
    )
    parts.append(_even_name(even, at))
    parts.append(written(12.0, 66.0, f"L  {50.0 + reach:g} % longer on the left", kind="side-l"))
    parts.append(
        written(
            width - 12.0,
            66.0,
            f"longer on the right {50.0 + reach:g} %  R",
            kind="side-r",
            anchor="end",
        )
    )
    return drawing(width, 70.0, "".join(parts), style)


def _even_name(even: float, now: float) -> str:
    """Name the middle, out of the way of what stands above `now`; beside it there is no room."""
    apart = now - even
    if abs(apart) > _CLEAR_PX:
        return written(even, 13.0, "50 even", anchor="middle")
    if abs(apart) < 12.0:
        return ""
    if apart > 0.0:
        return written(min(even + 4.0, now - 46.0), 13.0, "50 even", anchor="end")
    return written(max(even - 4.0, now + 46.0), 13.0, "50 even")


def _normal(row: Row, roles: object) -> tuple[float | None, float | None]:
    assert hasattr(roles, "__getitem__")
    return _number(row, roles["normal_low"]), _number(row, roles["normal_high"])


def _panel(figure: Figure, x: Scale, top: float, bottom: float, *, first: bool) -> str:
    """Draw one trend between two heights."""
    roles, column = figure.roles, figure.roles["y"]
    low, high = _axis(figure)
    y = Scale(low, high, bottom, top)
    right = x.to
    quantity = quantity_of(figure, column)
    unit = "" if column == _BALANCE else f" [{quantity.unit}]"
    heading = (
        "Balance" if column == _BALANCE else f"{quantity.label[:1].upper()}{quantity.label[1:]}"
    )
    parts = [written(0.0, top - 6.0, heading + unit, kind="title")]
    for tick in _ticks(low, high):
        at = y(tick)
        parts.append(f'<path class="grid" d="M{x.from_:g} {at:g}H{right:g}"/>')
        parts.append(_tick_label(tick, column, x.from_ - 4.0, at + 2.6))
    for band_low, band_high in figure.bands.values():
        if band_low < high and band_high > low:
            a, b = y(min(band_high, high)), y(max(band_low, low))
            parts.append(
                f'<rect class="normal-fill" x="{x.from_:g}" y="{a:g}" '
                f'width="{right - x.from_:g}" height="{b - a:g}"/>'
                f'<path class="normal" d="M{x.from_:g} {a:g}H{right:g}'
                f'M{x.from_:g} {b:g}H{right:g}"/>'
            )
    for outer, name in (("95", "band95"), ("80", "band80")):
        area = _area(figure, x, y, roles[f"low{outer}"], roles[f"high{outer}"])
        parts.append(f'<path class="{name}" d="{area}"/>')
    if low < 50.0 < high and column == _BALANCE:
        parts.append(f'<path class="even" d="M{x.from_:g} {y(50.0):g}H{right:g}"/>')
    for label, height in figure.reference_lines.items():
        if height != 50.0 and low < height < high:
            at = y(height)
            parts.append(f'<path class="other" d="M{x.from_:g} {at:g}H{right:g}"/>')
            parts.append(written(x.from_ + 3.0, at - 2.0, label))
    parts.append(_dots(figure, x, y, whiskers=first))
    line = "".join(
        f"{'L' if i else 'M'}{x(_day(row[roles['x']])):g} {y(v):g}"
        for i, (row, v) in enumerate(_known(figure.rows, column))
    )
    parts.append(f'<path class="level" d="{line}"/>')
    for event in figure.events:
        at = x(_day(event["date"]))
        parts.append(f'<path class="event" d="M{at:g} {top:g}V{bottom:g}"/>')
        if first:
            parts.append(_event_name(at, bottom - 3.0, str(event["label"]), right))
    parts.append(_edge_names(figure, y, right, low, high))
    return "".join(parts)


def _event_name(at: float, y: float, label: str, right: float) -> str:
    """Write what broke off here, on the side that has room for it; without room, nowhere."""
    long = _CHARACTER_PX * len(label) + 3.0
    if at - long >= 0.0 and (at > right / 2.0 or at + long > right):
        return written(at - 3.0, y, label, kind="event-name", anchor="end")
    if at + long <= right:
        return written(at + 3.0, y, label, kind="event-name")
    return ""


def _edge_names(figure: Figure, y: Scale, right: float, low: float, high: float) -> str:
    """Name what the lines are at the right edge, apart enough to be read."""
    column = figure.roles["y"]
    last = _known(figure.rows, column)[-1:]
    named = [(y(value), "level", "strong") for _, value in last]
    for label, (band_low, band_high) in figure.bands.items():
        inside = [v for v in (band_high, band_low) if low < v < high]
        if inside:
            named.append((y(inside[0]), label, ""))
    if column == _BALANCE and low < 50.0 < high:
        named.append((y(50.0), "even", "strong"))
    named.sort()
    placed, floor = [], -math.inf
    for at, label, kind in named:
        floor = max(at, floor + 8.5)
        placed.append(written(right + 4.0, floor + 2.6, label, kind=kind))
    return "".join(placed)


def _dots(figure: Figure, x: Scale, y: Scale, *, whiskers: bool) -> str:
    """Draw the single runs with their intervals; one beyond the axis is a triangle at its edge."""
    roles, parts = figure.roles, []
    radius = 1.5 if len(figure.points) < 260 else 1.0
    for row, value in _known(figure.points, roles["points_y"]):
        at = x(_day(row[roles["points_x"]]))
        if not x.from_ <= at <= x.to:
            continue
        if not y.low <= value <= y.high:
            edge, tip = (y.to, 4.0) if value > y.high else (y.from_, -4.0)
            parts.append(f'<path class="beyond" d="M{at:g} {edge:g}l-2.2 {tip:g}h4.4z"/>')
            continue
        low, high = (_number(row, roles.get(name, "")) for name in ("points_low", "points_high"))
        if whiskers and low is not None and high is not None:
            a, b = y(min(high, y.high)), y(max(low, y.low))
            parts.append(f'<path class="whisker" d="M{at:g} {a:g}V{b:g}"/>')
        parts.append(f'<circle class="dot" cx="{at:g}" cy="{y(value):g}" r="{radius}"/>')
    return "".join(parts)


def _area(figure: Figure, x: Scale, y: Scale, low: str, high: str) -> str:
    day = figure.roles["x"]
    over = [(x(_day(row[day])), y(min(v, y.high))) for row, v in _known(figure.rows, high)]
    under = [(x(_day(row[day])), y(max(v, y.low))) for row, v in _known(figure.rows, low)]
    return "M" + "L".join(f"{a:g} {b:g}" for a, b in (*over, *reversed(under))) + "Z"


def _axis(figure: Figure) -> tuple[float, float]:
    """Choose the heights to show: the level, its bands, the normal, and nearly all runs."""
    roles = figure.roles
    seen = [v for name in ("low95", "high95") for _, v in _known(figure.rows, roles[name])]
    runs = sorted(value for _, value in _known(figure.points, roles["points_y"]))
    cut = int(len(runs) * (1.0 - _SHARE_SEEN) / 2.0 + 0.5)
    seen += runs[cut : len(runs) - cut]
    seen += [v for band in figure.bands.values() for v in band if math.isfinite(v)]
    low, high = min(seen), max(seen)
    if roles["y"] == _BALANCE:
        if low > 50.0 > low - _EVEN_WITHIN_PP:
            low = 50.0
        if high < 50.0 < high + _EVEN_WITHIN_PP:
            high = 50.0
    room = max(0.06 * (high - low), 0.2)
    return low - room, high + room


def _time_axis(x: Scale, top: float) -> str:
    """Draw the months, as many as can be read."""
    first, last = date.fromordinal(int(x.low) + 1), date.fromordinal(int(x.high))
    most = (x.to - x.from_) / _LEAST_TICK_PX
    months = [
        date(year, month, 1)
        for year in range(first.year, last.year + 1)
        for month in range(1, 13)
        if x.low <= date(year, month, 1).toordinal() <= x.high
    ]
    every = next(n for n in (1, 2, 3, 6, 12, 24, 60, 120, 600) if len(months) / n <= most)
    shown = [m for m in months if (m.year * 12 + m.month - 1) % every == 0]
    parts = [f'<path class="axis" d="M{x.from_:g} {top:g}H{x.to:g}"/>']
    if len(shown) < 2:
        shown = [first, last]
        labels = [f"{d.day} {d:%b %Y}" for d in shown]
    else:
        labels = [
            f"{d:%Y}" if every >= 12 else f"{d:%b %Y}" if i == 0 or d.month <= every else f"{d:%b}"
            for i, d in enumerate(shown)
        ]
    for day, label in zip(shown, labels, strict=True):
        at = x(day.toordinal())
        parts.append(f'<path class="axis" d="M{at:g} {top:g}v3"/>')
        anchor = "start" if day == shown[0] else "end" if at > x.to - 18.0 else "middle"
        parts.append(written(at, top + 11.0, label, anchor=anchor))
    return "".join(parts)


def _ticks(low: float, high: float) -> list[float]:
    step = next((s for s in _STEPS if (high - low) / s <= _MOST_TICKS_Y), _STEPS[-1])
    return [round(i * step, 6) for i in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _tick_label(tick: float, column: str, at_x: float, at_y: float) -> str:
    if column != _BALANCE:
        return written(at_x, at_y, f"{tick:g}".replace("-", "−"), anchor="end")
    if tick == 50.0:
        return written(at_x, at_y, "50 even", kind="strong", anchor="end")
    side, value = ("L", tick) if tick > 50.0 else ("R", 100.0 - tick)
    return written(at_x, at_y, f"{value:g} {side}", kind=f"side-{side.lower()}", anchor="end")


def _anchor(at: float, width: float) -> str:
    return "start" if at < 50.0 else "end" if at > width - 50.0 else "middle"


def _known(rows: Iterable[Row], column: str) -> list[tuple[Row, float]]:
    return [(row, value) for row in rows if (value := _number(row, column)) is not None]


def _number(row: Row, column: str) -> float | None:
    value = row.get(column)
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


def _day(text: object) -> float:
    return float(date.fromisoformat(str(text)).toordinal())


def _steps(start: float, end: float, step: float) -> list[float]:
    return [start + step * i for i in range(int((end - start) / step) + 1)]
