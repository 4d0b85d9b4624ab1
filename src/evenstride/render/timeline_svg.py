"""How complaints are drawn over days: a row a place, a mark a day, how a complaint moved.

The drawing stretches to the width it finds; marks and texts do not. What was felt is told by shape,
how much by a number and by size, and injuries are bars, so that nothing hangs on colour alone.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
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
_SLOTS: Final = 12
"""So many marks lie beside each other on a phone, none over another."""
_WIDE_SLOTS: Final = 60
"""So many do on a wide page."""
_MOST_MARKS: Final = 400
"""More than these are no longer told apart, nor quickly drawn: a wide page has slots then, too."""
_SHAPES: Final[Mapping[str, str]] = {
    "soreness": "M{r} 0A{r} {r} 0 1 1 -{r} 0A{r} {r} 0 1 1 {r} 0z",
    "tightness": "M-{r} -{r}H{r}V{r}H-{r}z",
    "pain": "M0 -{p}L{p} 0L0 {p}L-{p} 0z",
}
"""A circle, a square, and a square on its tip."""


def timeline_svg(figure: Figure, *, title_id: str, today: date | str = "") -> Markup:
    """Draw a figure of kind `timeline`.

    Parameters
    ----------
    figure
        Places stand in the order in which they come in its rows.
    title_id
        An id that no other element of the page has.
    today
        Until when injuries that last are drawn where nothing was felt; nothing where not known.

    Returns
    -------
        An SVG element, named by title and description; empty where there are no rows. Where marks
        would lie over each other on a phone there are two, of which the width of the page shows
        one: every mark (of very many the worst of each few days), or the worst of more days.
    """
    if not figure.rows and not figure.spans:
        return Markup()
    days = _Days.of(figure, today)
    all_of_them = days.in_slots(_WIDE_SLOTS) if len(figure.rows) > _MOST_MARKS else days
    wide = _drawing(figure, all_of_them, title_id)
    if not _is_crowded(figure, days):
        return wide
    each = days.in_slots(_SLOTS)
    return Markup(
        '<div class="timelines"><div class="wide">{wide}{wide_said}</div>'
        '<div class="narrow">{narrow}{said}</div></div>'
    ).format(
        wide=wide,
        wide_said=_slots_said(all_of_them),
        narrow=_drawing(figure, each, f"{title_id}-narrow"),
        said=_slots_said(each),
    )


def _slots_said(days: _Days) -> Markup:
    if not days.slot_days:
        return Markup()
    return Markup('<p class="small muted">Each mark is the worst of {}.</p>').format(
        count_words(days.slot_days, "day")
    )


def _is_crowded(figure: Figure, days: _Days) -> bool:
    """Tell whether marks of one place would lie over each other on a phone."""
    seen: dict[str, set[date]] = {}
    for row in figure.rows:
        seen.setdefault(str(row[figure.roles["y"]]), set()).add(_day(row[figure.roles["x"]]))
    least = (_RIGHT_PCT - _LEFT_PCT) / _SLOTS
    return any(
        days.pct(later) - days.pct(day) < least
        for one in seen.values()
        for day, later in pairwise(sorted(one))
    )


def _drawing(figure: Figure, days: _Days, title_id: str) -> Markup:
    places = _places(figure)
    height = _TOP + _ROW * len(places) + _FOOT
    top = {place: _TOP + _ROW * i for i, place in enumerate(places)}
    hurt = {str(row["place"]) for row in figure.spans if row.get("place")}
    parts = [_track(top[place]) for place in places]
    parts += [_span(row, days, top) for row in figure.spans if row.get("place")]
    parts += [_moved(row, days, top) for row in figure.points]
    # After the lines: where one crosses a name, the name is what is read.
    parts += [_name(place, top[place], injured=place in hurt) for place in places]
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

    def __init__(self, first: date, last: date, *, slot_days: int = 0) -> None:
        # Few days are widened into the past: nobody has lived the days to come.
        self.first = min(first, last - timedelta(days=_LEAST_DAYS))
        self.last = last
        self.slot_days = slot_days

    def in_slots(self, slots: int) -> _Days:
        """Return the same days in so many slots of several."""
        days = (self.last - self.first).days + 1
        return _Days(self.first, self.last, slot_days=-(-days // slots))

    def slot(self, day: date) -> int:
        """Return in which slot a day lies; without slots each day has its own."""
        return (day - self.first).days // max(self.slot_days, 1)

    def slot_ends(self, day: date) -> tuple[date, date]:
        """Return the first and the last day of its slot."""
        start = self.first + timedelta(days=self.slot(day) * self.slot_days)
        return start, min(start + timedelta(days=max(self.slot_days, 1) - 1), self.last)

    @classmethod
    def of(cls, figure: Figure, today: date | str) -> _Days:
        # An old injury is drawn from the left edge: it must not squeeze what is felt now.
        said = [_day(row[figure.roles["x"]]) for row in figure.rows]
        if not said:
            said = [_day(row[end]) for row in figure.spans for end in _ENDS if row.get(end)]
            lasts = any(not row.get("end") for row in figure.spans)
            said += [_day(today)] if today and lasts else []
        return cls(min(said), max(said))

    def pct(self, day: date) -> float:
        whole = (self.last - self.first).days
        share = (day - self.first).days / whole
        if self.slot_days:
            slots = -(-(whole + 1) // self.slot_days)
            share = (self.slot(day) + 0.5) / slots
        return _LEFT_PCT + min(max(share, 0.0), 1.0) * (_RIGHT_PCT - _LEFT_PCT)


def _day(value: object) -> date:
    return date.fromisoformat(str(value)[:10])


def _track(top: float) -> Markup:
    return Markup(
        '<line class="track" x1="{left}%" x2="{right}%" y1="{y:.1f}" y2="{y:.1f}"/>'
    ).format(left=_LEFT_PCT, right=_RIGHT_PCT, y=top + _TRACK)


def _name(place: str, top: float, *, injured: bool) -> Markup:
    return Markup(
        '<text class="place" x="0" y="{y:.0f}" font-size="13">{place}{bar}</text>'
    ).format(
        y=top + 13.0,
        place=printable(place),
        bar=" (bar: an injury)" if injured else "",
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
    rows = _worst_of_slots(rows, roles, days) if days.slot_days else rows
    level = [number(row, roles["value"]) or 0.0 for row in rows]
    at = [days.pct(_day(row[roles["x"]])) for row in rows]
    written: list[float] = []
    named = set()
    for i in sorted(range(len(rows)), key=lambda i: (-level[i], -at[i])):
        if all(abs(at[i] - x) >= _LEAST_GAP_PCT for x in written):
            written.append(at[i])
            named.add(i)
    for i in sorted(range(len(rows)), key=lambda i: i in named):  # no mark hides a number
        row = rows[i]
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
                said=_said(row, roles, days, level[i]),
                text=text,
            )
        )
    return marks


def _worst_of_slots(rows: Sequence[Row], roles: Mapping[str, str], days: _Days) -> list[Row]:
    """Take of each slot the row with the highest level, the last of several."""
    worst: dict[int, Row] = {}
    for row in rows:
        slot = days.slot(_day(row[roles["x"]]))
        before = worst.get(slot)
        level = number(row, roles["value"]) or 0.0
        if before is None or level >= (number(before, roles["value"]) or 0.0):
            worst[slot] = row
    return list(worst.values())


def _said(row: Row, roles: Mapping[str, str], days: _Days, level: float) -> str:
    on = str(row[roles["x"]])
    said = f"{day_words(on)}: {row[roles['series']]} {level:.0f} of 10"
    if not days.slot_days:
        return said
    first, last = days.slot_ends(_day(on))
    return f"{said}, the worst from {day_words(str(first))} to {day_words(str(last))}"


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
