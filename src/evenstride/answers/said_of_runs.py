"""Decides what is known to have been said of a run: on its own page, and in the diary of its day.

What was typed on a run's page goes before the diary, what the diary says about the run itself
before what it says about its day, and what was written later before what was written earlier. Tags
add up: routines and cues of the diary become tags of the run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenstride.answers.dates import local_dates
from evenstride.domain.diary import Day
from evenstride.domain.ground import GroundPart
from evenstride.library import Annotation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evenstride.library import Library

_NOTHING = Annotation()


def said_of_runs(lib: Library) -> dict[str, Annotation]:
    """Read what was typed about runs and in the diary of their days, by run id.

    Titles, notes and races are those of the run's own page.
    """
    return dict(lib.remember("said_of_runs", lambda: _said(lib)))


def ground_said_of_runs(lib: Library) -> dict[str, tuple[GroundPart, ...]]:
    """Read what was typed of the ground of runs and in the diary of their days, by run id.

    As `Library.ground_parts`; what the diary says is of whole runs, and stands first.
    """
    return dict(lib.remember("ground_said_of_runs", lambda: _ground_said(lib)))


def _said(lib: Library) -> dict[str, Annotation]:
    typed = lib.annotations()
    diary = _diary_of_runs(lib)
    if not diary:
        return typed
    tags = _Spelled(tag for said in typed.values() for tag in said.tags)
    shoes = _Spelled(said.shoes for said in typed.values() if said.shoes)
    for run_id, days in diary.items():
        said = typed.get(run_id, _NOTHING)
        done = [word for day in days for word in (*day.done, *day.cues)]
        worn = next((day.shoes for day in reversed(days) if day.shoes), None)
        if not done and (worn is None or said.shoes):
            continue
        own = {tag.casefold() for tag in said.tags}
        more = {tags.as_known(word) for word in done if word.casefold() not in own}
        typed[run_id] = Annotation(
            said.title,
            said.notes,
            said.shoes or (shoes.as_known(worn) if worn else None),
            said.is_race,
            tuple(sorted({*said.tags, *more})),
        )
    return {run_id: typed[run_id] for run_id in sorted(typed)}


def _ground_said(lib: Library) -> dict[str, tuple[GroundPart, ...]]:
    parts = lib.ground_parts()
    for run_id, days in _diary_of_runs(lib).items():
        general = tuple(
            GroundPart(surface=day.surface, camber=day.camber)
            for day in days
            if day.surface is not None or day.camber is not None
        )
        if general:
            parts[run_id] = general + parts.get(run_id, ())
    return parts


def _diary_of_runs(lib: Library) -> dict[str, list[Day]]:
    """Gather the days of the diary by the runs they are about, what goes before the others last."""
    return lib.remember("diary_of_runs", lambda: _by_run(lib))


def _by_run(lib: Library) -> dict[str, list[Day]]:
    days = [written.value for written in lib.entries(Day).values()]
    if not days:
        return {}
    frame = lib.runs(())
    ids = frame["run_id"].to_list()
    runs_on: dict[str, list[str]] = {}
    for run_id, day in zip(ids, local_dates(frame), strict=True):
        runs_on.setdefault(day, []).append(run_id)
    found: dict[str, list[Day]] = {}
    for said in days:
        if said.run_id is None:
            for run_id in runs_on.get(said.on_date.isoformat(), ()):
                found.setdefault(run_id, []).append(said)
    for said in days:
        if said.run_id is not None:
            found.setdefault(said.run_id, []).append(said)
    return found


class _Spelled:
    """Words as they were spelled first, whatever their case: one pair of shoes, one tag."""

    __slots__ = ("_known",)

    def __init__(self, words: Iterable[str]) -> None:
        self._known: dict[str, str] = {}
        for word in words:
            self._known.setdefault(word.casefold(), word)

    def as_known(self, word: str) -> str:
        return self._known.setdefault(word.casefold(), word)
