"""What happened at known dates that may have moved balance: devices, shoes, notes, injuries."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from evenstride.answers.dates import local_dates
from evenstride.answers.sensors import UNKNOWN
from evenstride.domain.body import place_words
from evenstride.domain.wording import printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evenstride.answers.levels import Level
    from evenstride.domain.diary import Injury
    from evenstride.library.entries import Annotation, Note

_DATED_NOTES = ("noticed", "tried")
_INJURY = ("injur", "fractur", "sprain", "strain", "surger", "operation")
_EPISODE_DAYS = 42.0
_MOST_TURNS, _MOST_SAID = 12, 8
_EITHER_SIDE = 3
_MOST_TEXT = 60
_MOST_NOTES = 12


def what_happened(
    level: Level,
    typed: Mapping[str, Annotation],
    notes: Mapping[str, Note],
    injuries: Sequence[Injury] = (),
) -> dict[int, tuple[str, str]]:
    """Gather what is no driver of the fit, by the first run after it: another watch, what was said.

    Parameters
    ----------
    level
        Balance.
    typed
        What was typed of runs, by their ids.
    notes
        The runner's own notes, by name.
    injuries
        Those of the diary.

    Returns
    -------
        By a run's place in the series, in order: `watch` or `note`, and what in words. The latest
        eight, with three runs on either side.
    """
    return _one_a_run(
        [*_new_watches(level), *_said(level, typed, notes), *_injuries(level, injuries)],
        count=level.series.height,
    )


def new_sensors(level: Level) -> list[tuple[int, int, str]]:
    """Return where another sensor took over, the run before, and which for which."""
    name = [sensor or UNKNOWN for sensor in level.sensors]
    code: list[int] = level.sensor.tolist()
    return [(i, j, f"{name[code[i]]} after {name[code[j]]}") for i, j in _turns(code)]


def new_shoes(level: Level, typed: Mapping[str, Annotation]) -> list[tuple[int, int, str]]:
    """Return the first run in each pair of shoes after another one, the run before, and which."""
    known = {name.partition(":")[2] for name in level.moves.names if name.startswith("shoe:")}
    worn = [
        typed[run].shoes if run in typed and typed[run].shoes in known else None
        for run in level.series["run_id"]
    ]
    seen: set[str | None] = set()
    found = []
    before: int | None = None
    for i, shoes in enumerate(worn):
        if shoes is None:
            continue
        if before is not None and shoes not in seen:
            found.append((i, before, f"first run in {shoes}, after {worn[before]}"))
        seen.add(shoes)
        before = i
    return found


def _new_watches(level: Level) -> list[tuple[int, str, str]]:
    """Return where another watch took over while the sensor stayed."""
    watch = level.series["device"].to_list()
    sensor = level.sensor
    return [
        (i, "watch", f"{watch[i]} after {watch[j]}")
        for i, j in _turns(watch)
        if sensor[i] == sensor[i - 1] == sensor[j]
    ]


def _said(
    level: Level, typed: Mapping[str, Annotation], notes: Mapping[str, Note]
) -> list[tuple[int, str, str]]:
    """Return the first runs after a note of the runner's, runs with one, and with an injury.

    Who writes a note to every run means no turning point by it: then only injuries count.
    """
    series = level.series
    starts = series["started_at_utc"].to_list()
    found = []
    for name in _DATED_NOTES:
        if name in notes:
            after = [i for i, start in enumerate(starts) if start >= notes[name].written_at_utc]
            if after:
                found.append((after[0], "note", f"your note “{_shortly(notes[name].text)}”"))
    noted = [(i, _note_of(typed.get(run_id))) for i, run_id in enumerate(series["run_id"])]
    noted = [(i, text) for i, text in noted if text]
    if len(noted) <= _MOST_NOTES:
        found += [
            (i, "note", f"note “{_shortly(text)}”")
            for i, text in noted
            if _of_injury(typed.get(series["run_id"][i])) is None
        ]
    last = None
    for i, run_id in enumerate(series["run_id"]):
        words = _of_injury(typed.get(run_id))
        if words is None:
            continue
        if last is None or starts[i] - starts[last] > timedelta(days=_EPISODE_DAYS):
            found.append((i, "note", words))
        last = i
    return found


def _injuries(level: Level, injuries: Sequence[Injury]) -> list[tuple[int, str, str]]:
    """Return the first runs after an injury began, and after it was over."""
    dates = local_dates(level.series)
    found = []
    for injury in injuries:
        place = place_words(injury.region, injury.side)
        name = f" (“{_shortly(injury.name)}”)" if injury.name else ""
        for day, what in ((injury.began, "injury"), (injury.ended, "injury over")):
            first = day and next((i for i, on in enumerate(dates) if on >= day.isoformat()), None)
            if isinstance(first, int):
                found.append((first, "note", f"{what}: {place}{name}"))
    return found


def _note_of(said: Annotation | None) -> str:
    return (said.notes or "") if said else ""


def _of_injury(said: Annotation | None) -> str | None:
    """Return what was typed of an injury with a run; None where nothing was."""
    if said is None:
        return None
    for tag in said.tags:
        if any(word in tag.casefold() for word in _INJURY):
            return f"tag {tag}"
    if said.notes and any(word in said.notes.casefold() for word in _INJURY):
        return f"note “{_shortly(said.notes)}”"
    return None


def _shortly(text: str) -> str:
    line = printable(" ".join(text.split()))
    return line if len(line) <= _MOST_TEXT else f"{line[: _MOST_TEXT - 1].rstrip()}…"


def _one_a_run(
    happened: Sequence[tuple[int, str, str]], *, count: int
) -> dict[int, tuple[str, str]]:
    """Put together what happened before the same run; the latest ones, with runs on either side."""
    by_run: dict[int, tuple[str, str]] = {}
    for run, kind, what in sorted(happened):
        if _EITHER_SIDE <= run <= count - _EITHER_SIDE:
            others = by_run.get(run)
            by_run[run] = (others[0], f"{others[1]}; {what}") if others else (kind, what)
    return dict(sorted(by_run.items())[-_MOST_SAID:])


def _turns(worn: Sequence[object]) -> list[tuple[int, int]]:
    """Return where another one took over, and the run before; only first ones if they take turns.

    None is not known, and is passed over.
    """
    runs = [i for i, one in enumerate(worn) if one is not None]
    turns = [(now, before) for before, now in pairwise(runs) if worn[now] != worn[before]]
    if len(turns) <= _MOST_TURNS:
        return turns
    seen = {worn[runs[0]]}
    first = []
    for now, before in turns:
        if worn[now] not in seen:
            seen.add(worn[now])
            first.append((now, before))
    return first
