"""Decides how complaints are laid out over days: where it is now, how it moved, and the figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from evenstride.answers.body_and_plan.diary_words import day_words
from evenstride.domain.answer import Figure
from evenstride.domain.body import REGIONS, Feeling, Moment, Side, place_words
from evenstride.domain.diary import has_come

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from evenstride.answers.body_and_plan.rows_diary import MovedRow, SorePlaceRow, TimelineRow
    from evenstride.domain.answer import Row
    from evenstride.domain.diary import Complaint, Day, Injury, Written

NOW_DAYS: Final = 14
"""So long what was said last of a place counts as how it is now."""
SPELL_DAYS: Final = 21
"""A place that was not named for longer begins anew."""
MOVED_DAYS: Final = 60
"""A place follows another one that was named at most so long before."""
_MOST_MOVES: Final = 6
_FROM_HEAD: Final = {slug: i for i, slug in enumerate(REGIONS)}
_IN_A_DAY: Final = {
    moment: i
    for i, moment in enumerate(
        (Moment.NEXT_MORNING, Moment.BEFORE, Moment.DURING, Moment.AFTER, Moment.OTHER)
    )
}


@dataclass(frozen=True, slots=True)
class Spell:
    """A place that was named again and again: what was felt, the oldest first, no level 0."""

    region: str
    side: Side
    felt: tuple[Written[Complaint], ...]

    @property
    def began(self) -> date:
        """The first day."""
        return self.felt[0].value.on_date

    @property
    def last(self) -> date:
        """The last day."""
        return self.felt[-1].value.on_date


def in_order(complaints: Iterable[Written[Complaint]]) -> list[Written[Complaint]]:
    """Sort complaints by day, and within a day by moment, the morning first."""
    return sorted(
        complaints,
        key=lambda one: (one.value.on_date, _IN_A_DAY[one.value.moment], one.written_at_utc),
    )


def spells(complaints: Iterable[Written[Complaint]]) -> list[Spell]:
    """Put together what was felt at each place until it was not named for three weeks."""
    current: dict[tuple[str, Side], list[Written[Complaint]]] = {}
    found: list[Spell] = []
    for one in in_order(complaints):
        said = one.value
        if not said.level:
            continue
        place = (said.region, said.side)
        before = current.setdefault(place, [])
        if before and (said.on_date - before[-1].value.on_date).days > SPELL_DAYS:
            found.append(Spell(*place, tuple(before)))
            before.clear()
        before.append(one)
    found += [Spell(*place, tuple(some)) for place, some in current.items()]
    return sorted(found, key=lambda spell: (spell.began, _FROM_HEAD[spell.region], spell.side))


def timeline_rows(complaints: Iterable[Written[Complaint]]) -> tuple[TimelineRow, ...]:
    """List complaints as the timeline draws them, the oldest first."""
    return tuple(
        {
            "date": one.value.on_date.isoformat(),
            "place": place_words(one.value.region, one.value.side),
            "region": one.value.region,
            "side": one.value.side,
            "level": one.value.level,
            "feeling": one.value.feeling,
            "moment": one.value.moment,
            "entry_id": one.entry_id,
        }
        for one in in_order(complaints)
    )


def sore_places(
    complaints: Sequence[Written[Complaint]], days: Iterable[Written[Day]], *, today: date
) -> tuple[SorePlaceRow, ...]:
    """Say how places are now, by what was said of the last 14 days; the worst first.

    Of a place's last day the worse of its moments counts; what is said again of a moment takes the
    place of what was said before. A place whose last level is 0 is left out, and so is one that was
    named before a day on which nothing hurts.
    """
    since = today - timedelta(days=NOW_DAYS)
    free = max((day.value.on_date for day in days if day.value.nothing_hurts), default=date.min)
    last: dict[tuple[str, Side], dict[tuple[Moment, Feeling], Written[Complaint]]] = {}
    worst: dict[tuple[str, Side], int] = {}
    for one in in_order(complaints):
        said = one.value
        if since <= said.on_date and has_come(said.on_date, today):
            place = (said.region, said.side)
            of_day = last.setdefault(place, {})
            if any(other.value.on_date != said.on_date for other in of_day.values()):
                of_day.clear()
            of_day.pop((said.moment, said.feeling), None)  # said last stands last
            of_day[said.moment, said.feeling] = one
            worst[place] = max(worst.get(place, 0), said.level)
    began = {(spell.region, spell.side): spell.began for spell in spells(complaints)}
    rows: list[SorePlaceRow] = [
        {
            "region": region,
            "side": side,
            "place": place_words(region, side),
            "feeling": one.value.feeling,
            "moment": one.value.moment,
            "level": one.value.level,
            "worst": worst[region, side],
            "since": began[region, side].isoformat(),
            "last_on": one.value.on_date.isoformat(),
            "entry_id": one.entry_id,
        }
        for (region, side), (*before, latest) in (
            (place, tuple(of_day.values())) for place, of_day in last.items()
        )
        if latest.value.level and latest.value.on_date >= free
        for one in (max((latest, *before), key=lambda one: one.value.level),)
    ]
    return tuple(sorted(rows, key=lambda row: (-row["level"], _FROM_HEAD[row["region"]])))


def moved(complaints: Iterable[Written[Complaint]]) -> tuple[MovedRow, ...]:
    """Say which place of a side was first named after another part of that side was: no cause.

    The latest six; a place follows the one that was named last before it began, within 60 days. A
    place that only came back, named as it was before the other one, follows nothing.
    """
    all_spells = spells(complaints)
    found: list[MovedRow] = []
    for spell in all_spells:
        before = [
            other
            for other in all_spells
            if other.side is spell.side
            and REGIONS[other.region].part != REGIONS[spell.region].part
            and other.began < spell.began
            and _named_before(other, spell.began) is not None
        ]
        if not before:
            continue
        from_ = max(before, key=lambda other: other.began)
        if _was_there(spell, from_, all_spells):
            continue  # it came back: the other place was named after it, not before
        found.append(
            {
                "from_region": from_.region,
                "to_region": spell.region,
                "side": spell.side,
                "from_on": from_.began.isoformat(),
                "to_on": spell.began.isoformat(),
                "sentence": f"The {place_words(from_.region, from_.side)} was "
                f"{'named again' if _earlier(from_, all_spells) else 'first named'} on "
                f"{day_words(from_.began)}; the {place_words(spell.region, spell.side)} "
                f"{'again ' if _earlier(spell, all_spells) else ''}since "
                f"{day_words(spell.began)}.",
            }
        )
    return tuple(found[-_MOST_MOVES:])


def _earlier(spell: Spell, all_spells: Iterable[Spell]) -> list[Spell]:
    """List the spells of the same place before this one."""
    return [
        other
        for other in all_spells
        if (other.region, other.side) == (spell.region, spell.side) and other.began < spell.began
    ]


def _was_there(spell: Spell, from_: Spell, all_spells: Iterable[Spell]) -> bool:
    """Tell whether a place had been named not long before the one it would follow."""
    return any(
        other.began <= from_.began and (from_.began - other.last).days <= MOVED_DAYS
        for other in _earlier(spell, all_spells)
    )


def _named_before(spell: Spell, day: date) -> date | None:
    """Return when a place was last named before a day, and not long before it."""
    days = [one.value.on_date for one in spell.felt if one.value.on_date < day]
    return days[-1] if days and (day - days[-1]).days <= MOVED_DAYS else None


def timeline_figure(
    rows: tuple[TimelineRow, ...],
    injuries: Iterable[Injury],
    events: Iterable[Row],
    *,
    ways: Iterable[MovedRow] = (),
    since: date | None,
) -> Figure:
    """Lay complaints out for drawing: a place a line, level by size; injuries as spans.

    Parameters
    ----------
    rows
        As `timeline_rows` gives them.
    injuries
        Those that ended before `since` are left out.
    events
        Rows of `date` and `label`.
    ways
        How complaints moved; each is a point from one place to the next.
    since
        The first day shown; None: all.
    """
    shown = [one for one in injuries if since is None or one.ended is None or one.ended >= since]
    return Figure(
        kind="timeline",
        title="What was felt, and where",
        x_label="date",
        y_label="place",
        rows=rows,
        roles={"x": "date", "y": "place", "value": "level", "series": "feeling"},
        spans=tuple(
            {
                "start": one.began.isoformat(),
                "end": None if one.ended is None else one.ended.isoformat(),
                "label": one.name or "injury",
                "place": place_words(one.region, one.side),
            }
            for one in sorted(shown, key=lambda one: one.began)
        ),
        events=tuple(events),
        points=tuple(
            {
                "from_date": way["from_on"],
                "from_place": place_words(way["from_region"], way["side"]),
                "to_date": way["to_on"],
                "to_place": place_words(way["to_region"], way["side"]),
            }
            for way in ways
        ),
    )
