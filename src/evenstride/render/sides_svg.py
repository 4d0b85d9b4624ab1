"""How a test of both sides is drawn over days: each side above, their difference below.

A drawing for each way of measuring, one below the other. The left is a circle on a solid line, the
right a square on a dashed one, both named at their ends; a difference beyond the error of the test
is filled, any other hollow. It stretches to the width it finds; marks and texts do not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from evenstride.domain.wording import count_words, printable
from evenstride.render.cells import day_words, number
from evenstride.render.columns_screening import value_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evenstride.domain.answer import Figure, Row

_TOP, _SIDES, _BETWEEN, _DIFFERENCE, _FOOT = 20.0, 130.0, 54.0, 120.0, 50.0
"""From the top [px]: room, both sides, room for words, the difference, room for words and days."""
_HEIGHT: Final = _TOP + _SIDES + _BETWEEN + _DIFFERENCE + _FOOT
_LEFT_PCT, _RIGHT_PCT = 15.0, 84.0
_APART = 4.0
"""The sides of a day stand beside each other, so that their bars do not hide each other [px]."""
_LEAST_DAYS: Final = 7
_MOST_READ: Final = 8
_MOST_TICKS: Final = 4
_NAMES_APART: Final = 15.0
_DAYS_APART_PCT: Final = 26.0
_SHAPES: Final[Mapping[str, str]] = {
    "left": "M5 0A5 5 0 1 1 -5 0A5 5 0 1 1 5 0z",
    "right": "M-4.5 -4.5H4.5V4.5H-4.5z",
}


def sides_svg(figure: Figure, *, title_id: str) -> Markup:
    """Draw a figure of kind `sides`.

    Parameters
    ----------
    figure
        Ways of measuring stand in the order in which they come in its rows.
    title_id
        An id that no other element of the page has; each drawing adds its number.

    Returns
    -------
        An element with, for each way, its name and an SVG element, which title and description
        name; empty where there are no rows.
    """
    ways = _ways(figure)
    if not ways:
        return Markup()
    drawn = (
        Markup('<div><p class="small">{}</p>{}</div>').format(
            printable(way),
            _drawn(
                rows,
                figure.roles,
                title_id=f"{title_id}-{at}",
                title=f"{figure.title}: {printable(way)}",
            ),
        )
        for at, (way, rows) in enumerate(ways.items(), 1)
    )
    return Markup('<div class="sides-by-way">{}</div>').format(Markup("").join(drawn))


def sides_described(figure: Figure) -> str:
    """Say each day of each way: both sides, and whether they differ beyond the error."""
    return " ".join(
        f"{printable(way)}: {_days_described(rows, figure.roles)}"
        for way, rows in _ways(figure).items()
    )


def _ways(figure: Figure) -> dict[str, list[Row]]:
    ways: dict[str, list[Row]] = {}
    for row in figure.rows:
        ways.setdefault(str(row[figure.roles["series"]]), []).append(row)
    return ways


def _days_described(rows: Sequence[Row], roles: Mapping[str, str]) -> str:
    said = [_day_described(row, roles) for row in rows[-_MOST_READ:]]
    earlier = len(rows) - len(said)
    if earlier:
        said.insert(0, f"{count_words(earlier, 'earlier day')}.")
    changed = rows[-1][roles["changed"]]
    if changed is not None:
        told = "has changed" if changed else "has not changed"
        said.append(f"Since the time before the difference {told} beyond the error.")
    return " ".join(said)


def _day_described(row: Row, roles: Mapping[str, str]) -> str:
    unit = str(row[roles["unit"]])
    sides = [
        f"{side} {value_words(value, unit)}"
        for side in ("left", "right")
        if (value := number(row, roles[side])) is not None
    ]
    return f"{day_words(str(row[roles['x']]))}: {', '.join((*sides, str(row[roles['words']])))}."


@dataclass(frozen=True, slots=True)
class _Across:
    """Where a day lies, in percent."""

    first: date
    last: date

    @classmethod
    def of(cls, rows: Sequence[Row], roles: Mapping[str, str]) -> _Across:
        days = [date.fromisoformat(str(row[roles["x"]])) for row in rows]
        return cls(min(days), max(*days, min(days) + timedelta(days=_LEAST_DAYS)))

    def pct(self, day: object) -> float:
        share = (date.fromisoformat(str(day)) - self.first).days / (self.last - self.first).days
        return _LEFT_PCT + share * (_RIGHT_PCT - _LEFT_PCT)


@dataclass(frozen=True, slots=True)
class _Up:
    """Where a value lies between the lowest and the highest, in px from the top."""

    low: float
    high: float
    top: float
    px: float

    @classmethod
    def of(cls, values: Sequence[float], top: float, px: float) -> _Up:
        low, high = min(values), max(values)
        extra = (high - low) * 0.08 or 1.0
        return cls(low - extra, high + extra, top, px)

    def y(self, value: float) -> float:
        return self.top + self.px * (self.high - value) / (self.high - self.low)

    def ticks(self) -> list[float]:
        """Round values, four at most."""
        least = (self.high - self.low) / _MOST_TICKS
        tens = 10.0 ** math.floor(math.log10(least))
        step = next(m * tens for m in (1.0, 2.0, 5.0, 10.0) if m * tens >= least)
        first, last = math.ceil(self.low / step), math.floor(self.high / step)
        return [round(i * step, 9) for i in range(first, last + 1)]


def _drawn(rows: Sequence[Row], roles: Mapping[str, str], *, title_id: str, title: str) -> Markup:
    across = _Across.of(rows, roles)
    parts = [
        *_both_sides(rows, roles, across),
        *_differences(rows, roles, across),
        *_day_names(rows, roles, across),
    ]
    head = Markup(
        '<svg class="sides" width="100%" height="{h:.0f}" role="img" '
        'aria-labelledby="{i} {i}-desc">'
        '<title id="{i}">{title}</title><desc id="{i}-desc">{words}</desc>'
    ).format(h=_HEIGHT, i=title_id, title=title, words=_days_described(rows, roles))
    return head + Markup("").join(parts) + Markup("</svg>")


def _both_sides(rows: Sequence[Row], roles: Mapping[str, str], across: _Across) -> list[Markup]:
    columns = [f"{side}{end}" for side in ("left", "right") for end in ("", "_low", "_high")]
    values = [v for row in rows for c in columns if (v := number(row, roles[c])) is not None]
    up = _Up.of(values, _TOP, _SIDES)
    unit = str(rows[0][roles["unit"]])
    parts = [_grid(up.y(tick), value_words(tick, unit)) for tick in up.ticks()]
    ends: dict[str, tuple[float, float]] = {}
    for side, aside in (("left", -_APART), ("right", _APART)):
        mine = [row for row in rows if number(row, roles[side]) is not None]
        at = [(across.pct(row[roles["x"]]), up.y(number(row, roles[side]) or 0.0)) for row in mine]
        parts.append(
            Markup('<g class="{}" transform="translate({} 0)">').format(side, f"{aside:g}")
            + Markup("").join(_joined(at))
            + Markup("").join(
                _mark(row, roles, side, place, up) for row, place in zip(mine, at, strict=True)
            )
            + Markup("</g>")
        )
        ends[side] = at[-1]
    return parts + _names(ends)


def _mark(
    row: Row, roles: Mapping[str, str], side: str, at: tuple[float, float], up: _Up
) -> Markup:
    """Draw the mean of a day's trials with one standard error around it."""
    low, high = (number(row, roles[f"{side}_{end}"]) for end in ("low", "high"))
    value = value_words(number(row, roles[side]) or 0.0, str(row[roles["unit"]]))
    return _placed(
        at,
        shape=_SHAPES[side],
        bar=None if low is None or high is None else (up.y(high), up.y(low)),
        said=f"{day_words(str(row[roles['x']]))}: {value} {side}",
    )


def _placed(
    at: tuple[float, float], *, shape: str, bar: tuple[float, float] | None, said: str
) -> Markup:
    """Place a mark and its bar (from, to, in px) on one day."""
    x, y = at
    line = (
        Markup("")
        if bar is None
        else Markup('<path class="bar" d="M0 {a:.1f}V{b:.1f}M-4 {a:.1f}H4M-4 {b:.1f}H4"/>').format(
            a=bar[0] - y, b=bar[1] - y
        )
    )
    return Markup(
        '<svg x="{x:.2f}%" y="{y:.1f}" overflow="visible">{line}'
        '<path class="mark" d="{d}"><title>{said}</title></path></svg>'
    ).format(x=x, y=y, line=line, d=shape, said=said)


def _joined(at: Sequence[tuple[float, float]]) -> list[Markup]:
    return [
        Markup('<line x1="{:.2f}%" y1="{:.1f}" x2="{:.2f}%" y2="{:.1f}"/>').format(*one, *other)
        for one, other in pairwise(at)
    ]


def _names(ends: Mapping[str, tuple[float, float]]) -> list[Markup]:
    """Name both lines at their ends, the names apart from each other."""
    upper, lower = sorted(ends, key=lambda side: ends[side][1])
    y = {side: ends[side][1] for side in ends}
    short = _NAMES_APART - (y[lower] - y[upper])
    if short > 0.0:
        y[upper] -= short / 2.0
        y[lower] += short / 2.0
    return [
        Markup(
            '<text class="name {side}" x="{x:.2f}%" dx="{dx:g}" y="{y:.1f}" font-size="13">'
            "{side}</text>"
        ).format(side=side, x=ends[side][0], dx=_APART + 10.0, y=y[side] + 4.5)
        for side in (upper, lower)
    ]


def _differences(rows: Sequence[Row], roles: Mapping[str, str], across: _Across) -> list[Markup]:
    """Draw left - right with how far off it may be, left up; around 0 the sides are alike."""
    whole = [row for row in rows if number(row, roles["value"]) is not None]
    if not whole:
        return []
    columns = ("value", "low", "high")
    values = [v for row in whole for c in columns if (v := number(row, roles[c])) is not None]
    band = _change_of(whole, roles)
    top = _TOP + _SIDES + _BETWEEN
    up = _Up.of([0.0, *values, *(band or ())], top, _DIFFERENCE)
    unit = str(whole[0][roles["unit"]])
    parts = []
    if band is not None:
        start, end = (across.pct(row[roles["x"]]) for row in whole[-2:])
        parts.append(
            Markup(
                '<rect class="unchanged" x="{:.2f}%" width="{:.2f}%" y="{:.1f}" height="{:.1f}"/>'
            ).format(start, end - start + 4.0, up.y(band[1]), up.y(band[0]) - up.y(band[1]))
        )
    parts += [
        _grid(up.y(tick), value_words(abs(tick), unit) if tick else "alike", zero=not tick)
        for tick in up.ticks()
    ]
    at = [(across.pct(row[roles["x"]]), up.y(number(row, roles["value"]) or 0.0)) for row in whole]
    parts += [
        _words(top - 16.0, "↑ higher on the left"),
        _words(top + _DIFFERENCE + 18.0, "↓ higher on the right"),
        Markup('<g class="difference">'),
        *_joined(at),
    ]
    for row, place in zip(whole, at, strict=True):
        low, high = (number(row, roles[end]) for end in ("low", "high"))
        kind = "differs"
        if row[roles["faded"]]:
            kind = "alike" if low is None or high is None or low <= 0.0 <= high else "alike untold"
        mark = _placed(
            place,
            shape=_SHAPES["left"],
            bar=None if low is None or high is None else (up.y(high), up.y(low)),
            said=f"{day_words(str(row[roles['x']]))}: {row[roles['words']]}",
        )
        parts.append(Markup('<g class="{}">{}</g>').format(kind, mark))
    return [*parts, Markup("</g>")]


def _change_of(whole: Sequence[Row], roles: Mapping[str, str]) -> tuple[float, float] | None:
    """Return what the last difference has to leave to have changed since the day before."""
    low, high = (number(whole[-1], roles[end]) for end in ("change_low", "change_high"))
    return None if low is None or high is None or len(whole) < 2 else (low, high)


def _words(y: float, words: str) -> Markup:
    return Markup('<text x="0" y="{:.0f}" font-size="12">{}</text>').format(y, words)


def _grid(y: float, words: str, *, zero: bool = False) -> Markup:
    return Markup(
        '<line class="{kind}" x1="0" x2="100%" y1="{y:.1f}" y2="{y:.1f}"/>'
        '<text x="0" y="{text:.1f}" font-size="11">{words}</text>'
    ).format(kind="zero" if zero else "grid", y=y, text=y - 3.0, words=words)


def _day_names(rows: Sequence[Row], roles: Mapping[str, str], across: _Across) -> list[Markup]:
    """Name the first day, the last, and those between that have room; the year once."""
    days = sorted({str(row[roles["x"]]) for row in rows})
    named = [days[0]]
    for day in days[1:-1]:
        enough = across.pct(day) - across.pct(named[-1]) >= _DAYS_APART_PCT
        if enough and across.pct(days[-1]) - across.pct(day) >= _DAYS_APART_PCT:
            named.append(day)
    if across.pct(days[-1]) - across.pct(days[0]) >= _DAYS_APART_PCT:
        named.append(days[-1])
    parts = []
    year = None
    for text in named:
        at = date.fromisoformat(text)
        parts.append(
            Markup(
                '<text x="{x:.2f}%" y="{y:.0f}" font-size="12" text-anchor="middle">{day}</text>'
            ).format(
                x=across.pct(text),
                y=_HEIGHT - 6.0,
                day=f"{at.day} {at:%b}" if at.year == year else f"{at.day} {at:%b %Y}",
            )
        )
        year = at.year
    return parts
