"""How complaints are drawn over days: a row a place, a mark a day, how a complaint moved.

The drawing stretches to the width it finds; marks and texts do not. What was felt is told by shape,
how much by a number and by size, and injuries are bars, so that nothing hangs on colour alone.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from evenstride.domain.wording import count_words, printable
from evenstride.render.cells import day_words, number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evenstride.domain.answer import Figure, Row

_TOP, _ROW, _TRACK, _FOOT = 6.0, 50.0, 32.0, 30.0
_LEFT_PCT, _RIGHT_PCT = 2.5, 97.5
_LEAST_GAP_PCT: Final = 3.2
"""Numbers nearer than this would overlap on a phone: the greater one is written."""
_ENDS: Final = ("start", "end")
_LEAST_DAYS: Final = 14
_MOST_TICKS: Final = 4
_SHAPES: Final[Mapping[str, str]] = {
    "soreness": "M{r} 0A{r} {r} 0 1 1 -{r} 0A{r} {r} 0 1 1 {r} 0z",
    "tightness": "M-{r} -{r}H{r}V{r}H-{r}z",
    "pain": "M0 -{p}L{p} 0L0 {p}L-{p} 0z",
}
"""A circle, a square, and a square on its tip."""


def timeline_svg(figure: Figure, *, title_id: str) -> Markup:
    """Draw a figure of kind `timeline`.

    Parameters
    ----------
    figure
        Places stand in the order in which they come in its rows.
    title_id
        An id that no other element of the page has.

    Returns
    -------
        An SVG element, named by title and description; empty where there are no rows.
    """
    if not figure.rows and not figure.spans:
        return Markup()
    places = _places(figure)
    height = _TOP + _ROW * len(places) + _FOOT
    days = _Days.of(figure)
    top = {place: _TOP + _ROW * i for i, place in enumerate(places)}
    hurt = {str(row["place"]) for row in figure.spans if row.get("place")}
    parts = [_row(place, top[place], injured=place in hurt) for place in places]
    parts += [_span(row, days, top) for row in figure.spans if row.get("place")]
    parts += [_moved(row, days, top) for row in figure.points]
    for place in places:
        mine = [row for row in figure.rows if row[figure.roles["y"]] == place]
        parts += _marks(mine, figure.roles, days, top[place])
    parts += _ticks(days, height)
    head = Markup(
        '<svg class="timeline" width="100%" height="{h}" role="img" '
        'aria-labelledby="{i} {i}-desc">'
        '<title id="{i}">{title}</title><desc id="{i}-desc">{words}</desc>'
    ).format(h=f"{height:.0f}", i=title_id, title=figure.title, words=timeline_described(figure))
    return head + Markup("").join(parts) + Markup("</svg>")


def timeline_described(figure: Figure) -> str:
    """Say of each place since when, how often and how much; and what was injured."""
    roles = figure.roles
    said = []
    for place in _places(figure):
        mine = [row for row in figure.rows if row[roles["y"]] == place]
        felt = [row for row in mine if (number(row, roles["value"]) or 0.0) > 0.0]
        if not felt:
            continue
        worst = max(number(row, roles["value"]) or 0.0 for row in felt)
        kinds = dict.fromkeys(str(row[roles["series"]]) for row in felt)
        first, last = (str(felt[i][roles["x"]]) for i in (0, -1))
        when = (
            f"on {day_words(first)}"
            if first[:10] == last[:10]
            else f"{count_words(len(felt), 'time')} from {day_words(first)} to {day_words(last)}"
        )
        said.append(f"{printable(place)}: {' and '.join(kinds)} {when}, up to {worst:.0f} of 10.")
    said += [f"Injury: {printable(str(row['label']))}." for row in figure.spans]
    return " ".join(said)


def _places(figure: Figure) -> list[str]:
    rows = (str(row[figure.roles["y"]]) for row in figure.rows)
    spans = (str(row["place"]) for row in figure.spans if row.get("place"))
    return list(dict.fromkeys((*rows, *spans)))


class _Days:
    """Where a day lies across, in percent."""

    def __init__(self, first: date, last: date) -> None:
        self.first = first
        self.last = max(last, first + timedelta(days=_LEAST_DAYS))

    @classmethod
    def of(cls, figure: Figure) -> _Days:
        # An old injury is drawn from the left edge: it must not squeeze what is felt now.
        said = [_day(row[figure.roles["x"]]) for row in figure.rows]
        said = said or [_day(row[end]) for row in figure.spans for end in _ENDS if row.get(end)]
        return cls(min(said), max(said))

    def pct(self, day: date) -> float:
        share = (day - self.first).days / (self.last - self.first).days
        return _LEFT_PCT + min(max(share, 0.0), 1.0) * (_RIGHT_PCT - _LEFT_PCT)


def _day(value: object) -> date:
    return date.fromisoformat(str(value)[:10])


def _row(place: str, top: float, *, injured: bool) -> Markup:
    return Markup(
        '<text class="place" x="0" y="{name:.0f}" font-size="13">{place}{bar}</text>'
        '<line class="track" x1="{left}%" x2="{right}%" y1="{y:.1f}" y2="{y:.1f}"/>'
    ).format(
        name=top + 13.0,
        place=printable(place),
        bar=" (bar: an injury)" if injured else "",
        left=_LEFT_PCT,
        right=_RIGHT_PCT,
        y=top + _TRACK,
    )


def _span(row: Row, days: _Days, top: Mapping[str, float]) -> Markup:
    start = days.pct(_day(row["start"]))
    end = days.pct(_day(row["end"]) if row.get("end") else days.last)
    y = top[str(row["place"])] + _TRACK
    return Markup(
        '<rect class="injury" x="{x:.2f}%" width="{w:.2f}%" y="{y:.1f}" height="6" rx="3">'
        "<title>{label}</title></rect>"
    ).format(x=start, w=max(end - start, 1.0), y=y - 3.0, label=printable(str(row["label"])))


def _moved(row: Row, days: _Days, top: Mapping[str, float]) -> Markup:
    """Draw how a complaint was named at one place, then at another: an order, no cause."""
    start, end = str(row["from_place"]), str(row["to_place"])
    if start not in top or end not in top:
        return Markup()
    return Markup(
        '<line class="moved" x1="{x1:.2f}%" y1="{y1:.1f}" x2="{x2:.2f}%" y2="{y2:.1f}"/>'
    ).format(
        x1=days.pct(_day(row["from_date"])),
        y1=top[start] + _TRACK,
        x2=days.pct(_day(row["to_date"])),
        y2=top[end] + _TRACK,
    )


def _marks(rows: Sequence[Row], roles: Mapping[str, str], days: _Days, top: float) -> list[Markup]:
    """Draw the marks of one place; of numbers that would overlap the greatest is written."""
    marks = []
    level = [number(row, roles["value"]) or 0.0 for row in rows]
    at = [days.pct(_day(row[roles["x"]])) for row in rows]
    written: list[float] = []
    named = set()
    for i in sorted(range(len(rows)), key=lambda i: (-level[i], -at[i])):
        if all(abs(at[i] - x) >= _LEAST_GAP_PCT for x in written):
            written.append(at[i])
            named.add(i)
    for i, row in enumerate(rows):
        feeling = str(row[roles["series"]])
        radius = 3.0 if level[i] == 0.0 else 5.0 + 0.45 * level[i]
        shape = _SHAPES.get(feeling, _SHAPES["soreness"]).format(
            r=f"{radius:.1f}", p=f"{1.35 * radius:.1f}"
        )
        text = (
            Markup('<text y="3.6" font-size="10" text-anchor="middle">{}</text>').format(
                f"{level[i]:.0f}"
            )
            if i in named and level[i] > 0.0
            else Markup("")
        )
        marks.append(
            Markup(
                '<svg class="{kind}" x="{x:.2f}%" y="{y:.1f}" overflow="visible">'
                '<path d="{d}"><title>{said}</title></path>{text}</svg>'
            ).format(
                kind="gone" if level[i] == 0.0 else "felt",
                x=at[i],
                y=top + _TRACK,
                d=shape,
                said=f"{day_words(str(row[roles['x']]))}: {feeling} {level[i]:.0f} of 10",
                text=text,
            )
        )
    return marks


def _ticks(days: _Days, height: float) -> list[Markup]:
    """Name the first and last day, and days between them; the year where it is another one."""
    total = (days.last - days.first).days
    ticks = []
    year = None
    for i in range(_MOST_TICKS):
        day = days.first + timedelta(days=round(total * i / (_MOST_TICKS - 1)))
        anchor = {0: "start", _MOST_TICKS - 1: "end"}.get(i, "middle")
        x = {0: 0.0, _MOST_TICKS - 1: 100.0}.get(i, days.pct(day))
        ticks.append(
            Markup(
                '<text x="{x:.2f}%" y="{y:.0f}" font-size="12" text-anchor="{anchor}">{day}</text>'
            ).format(
                x=x,
                y=height - 8.0,
                anchor=anchor,
                day=f"{day.day} {day:%b}" if day.year == year else f"{day.day} {day:%b %Y}",
            )
        )
        year = day.year
    return ticks
