"""When did it change? Known dates first, each with its step; then those that nobody named.

A change of sensor or of shoes is a driver of the fit, and its size is read off there. For a new
watch, a note of the runner's or an injury the level gets a step of its own; only what is left after
all of these is searched for sudden changes at unknown dates (`evenstride.stats.changes`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, cast

import numpy as np

from evenstride.answers import kept_values
from evenstride.answers.dates import local_dates
from evenstride.answers.fits import model_digest
from evenstride.answers.levels import BALANCE, Level, days_of
from evenstride.answers.what_happened import new_sensors, new_shoes, what_happened
from evenstride.domain.diary import Injury
from evenstride.domain.estimate import Z95, Estimate
from evenstride.domain.wording import change_interval_words, toward
from evenstride.stats.changes import LEAST_RUNS, Step, known_changes, sudden_changes
from evenstride.stats.gaussian import median, normal_cdf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from evenstride.answers.levels import Levels
    from evenstride.answers.rows import EventRow
    from evenstride.answers.rows_moves import ChangeRow
    from evenstride.library import Library

_LONG_BREAK_DAYS = 14.0
_AROUND = 20
_MIRRORED_WITHIN, _MIRRORED_FROM_PP = 0.25, 1.0


@dataclass(frozen=True, slots=True)
class KnownStep:
    """Something that happened, and how far balance went with it.

    Attributes
    ----------
    run
        The first run after it, by its place in the series.
    kind
        `sensor`, `watch`, `shoes` or `note`.
    what
        In words.
    change
        pp, + toward the left.
    probability
        That it went the way it says.
    """

    run: int
    kind: str
    what: str
    change: Estimate
    probability: float

    @property
    def clear(self) -> bool:
        """Whether its interval leaves out 0."""
        return self.change.low > 0.0 or self.change.high < 0.0


@dataclass(frozen=True, slots=True)
class Changes:
    """All changes of a level.

    Attributes
    ----------
    level
        Balance.
    known
        In the order of their dates.
    found
        At dates that nobody named, the clearest first.
    """

    level: Level
    known: tuple[KnownStep, ...]
    found: tuple[Step, ...]


def changes(lib: Library, looked: Levels) -> Changes:
    """Find what changed balance suddenly, at known dates and at others, or remember it.

    A change of a sensor or of shoes that the fit cannot tell from nothing is listed too.
    """
    level = looked.by_measure[BALANCE]
    steps, known = _known(lib, looked)
    found = _remembered(
        lib,
        level,
        "sudden",
        steps,
        lambda: sudden_changes(
            level.moves, days_of(level.series), steps, unit="pp", scale=_scale(level)
        ),
    )
    return Changes(level, known, found)


def known_only(lib: Library, looked: Levels) -> Changes:
    """Say what changed at known dates, without a search for others: that takes a while."""
    return Changes(looked.by_measure[BALANCE], _known(lib, looked)[1], ())


def _known(lib: Library, looked: Levels) -> tuple[tuple[Step, ...], tuple[KnownStep, ...]]:
    """Return the steps that are no drivers of the fit; and all of them, in words."""
    level, typed = looked.by_measure[BALANCE], looked.conditions.typed
    injuries = [written.value for written in lib.entries(Injury).values()]
    beside = what_happened(level, typed, lib.notes(), injuries)
    runs = tuple(beside)
    steps: tuple[Step, ...] = ()
    if runs:
        steps = _remembered(
            lib,
            level,
            "known",
            runs,
            lambda: known_changes(
                level.moves, days_of(level.series), runs, unit="pp", scale=_scale(level)
            ),
        )
    known = [
        *_contrasts(level, "sensor:", new_sensors(level), "sensor"),
        *_contrasts(level, "shoe:", new_shoes(level, typed), "shoes"),
        *(KnownStep(step.run, *beside[step.run], step.change, step.probability) for step in steps),
    ]
    return steps, tuple(sorted(known, key=lambda k: (k.run, k.kind)))


def change_rows(found: Changes) -> tuple[ChangeRow, ...]:
    """Tabulate all changes: the known ones by their dates, then those found."""
    dates = local_dates(found.level.series)
    known = [
        {
            "kind": "sensor" if step.kind == "watch" else step.kind,
            "date": dates[step.run],
            "date_low": dates[step.run],
            "date_high": dates[step.run],
            "what": step.what,
            **_size(step.change, step.probability),
        }
        for step in found.known
    ]
    unknown = [
        {
            "kind": "unknown",
            "date": dates[step.run],
            "date_low": dates[step.first - 1],
            "date_high": dates[step.last],
            "what": "; ".join(_hints(found, step)) or "nothing that you noted goes with it",
            **_size(step.change, step.probability),
        }
        for step in found.found
    ]
    return cast("tuple[ChangeRow, ...]", (*known, *unknown))


def change_events(found: Changes) -> tuple[EventRow, ...]:
    """List what a figure of the level marks beside new sensors: clear steps, and those found."""
    dates = local_dates(found.level.series)
    marked = [
        (dates[step.run], step.what)
        for step in found.known
        if step.kind in ("note", "watch") or (step.kind == "shoes" and step.clear)
    ]
    marked += [(dates[step.run], f"sudden: {toward(step.change.value)}") for step in found.found]
    return tuple({"date": day, "label": label} for day, label in marked)


def change_sentences(found: Changes) -> tuple[str, ...]:
    """Say which changes are clear, and that no other is."""
    dates = [date.fromisoformat(day) for day in local_dates(found.level.series)]
    said = [_known_sentence(known, dates[known.run]) for known in found.known if known.clear]
    said += [
        f"A change of yours on {dates[known.run]:%d %b %Y}, with {known.what}, could not be told "
        "from the sensor: whatever came with it counts as the sensor's."
        for known in found.known
        if known.kind == "sensor" and _for_good(found.level, known.run)
    ]
    for step in found.found:
        hints = _hints(found, step) or ["nothing that you noted goes with it"]
        low, high = dates[step.first - 1], dates[step.last]
        said.append(
            f"Between {low:%d %b %Y} and {high:%d %b %Y}, most probably just before the run of "
            f"{dates[step.run]:%d %b %Y}, balance went suddenly {toward(step.change.value)} (95 % "
            f"interval: {change_interval_words(step.change)}): {'; '.join(hints)}."
        )
    if found.level.series.height < LEAST_RUNS:
        said.append(f"Sudden changes at dates not known are looked for from {LEAST_RUNS} runs on.")
    elif not found.found:
        said.append("No sudden change at a date that nobody noted is clear from these runs.")
    return tuple(said)


def _for_good(level: Level, run: int) -> bool:
    """Whether no sensor was worn both before a run and from it on."""
    return not set(level.sensor[:run].tolist()) & set(level.sensor[run:].tolist())


def watch_sentences(found: Changes) -> tuple[str, ...]:
    """Say which clear jumps came with another watch: nothing takes these off."""
    dates = [date.fromisoformat(day) for day in local_dates(found.level.series)]
    return tuple(
        _known_sentence(step, dates[step.run])
        for step in found.known
        if step.clear and step.kind == "watch"
    )


def _known_sentence(step: KnownStep, day: date) -> str:
    size = f"{toward(step.change.value)} (95 % interval: {change_interval_words(step.change)})"
    if step.kind == "watch":
        return (
            f"With another watch from {day:%d %b %Y} on ({step.what}) balance went {size}: whether "
            "that was the watch or you, these runs cannot tell."
        )
    if step.kind == "sensor":
        return f"From {day:%d %b %Y} on ({step.what}) readings went {size}."
    return f"From {day:%d %b %Y} on ({step.what}) balance went {size}."


def _size(change: Estimate, probability: float) -> dict[str, float]:
    return {
        "change_pp": change.value,
        "low": change.low,
        "high": change.high,
        "probability": probability,
    }


def _hints(found: Changes, step: Step) -> list[str]:
    """Say what goes with a step that was found: any of it may be what happened."""
    day, value = days_of(found.level.series), found.level.moves.at_reference
    said = [
        f"{known.what} at about the same time: these cannot be told apart"
        for known in found.known
        if step.first <= known.run <= step.last
    ]
    gap = float(day[step.run] - day[step.run - 1])
    if gap >= _LONG_BREAK_DAYS:
        said.append(f"it was after {gap:.0f} days without a run")
    before = median(value[max(step.run - _AROUND, 0) : step.run])
    after = median(value[step.run : step.run + _AROUND])
    apart = abs(after - before)
    if apart >= _MIRRORED_FROM_PP and abs(before + after - 100.0) < _MIRRORED_WITHIN * apart:
        said.append(
            "what comes after is the mirror image of what was before: is the sensor clipped on the "
            "other way round since?"
        )
    return said


def _remembered(
    lib: Library,
    level: Level,
    which: str,
    given: tuple[object, ...],
    find: Callable[[], tuple[Step, ...]],
) -> tuple[Step, ...]:
    """Find steps, or read them where these very runs were asked before."""
    moves, day = level.moves, days_of(level.series)
    made = hashlib.sha256(model_digest().encode())
    for column in (day, moves.at_reference, moves.reading_se, moves.conditions, moves.covariance):
        made.update(np.ascontiguousarray(column).tobytes())
    made.update(repr(given).encode())
    slot, digest = f"changes-{which}", made.hexdigest()
    data = lib.stored_fit(slot, digest)
    kept = None if data is None else kept_values.from_bytes(data)
    if isinstance(kept, tuple):
        return tuple(Step(*each) for each in kept)
    found = find()
    lib.store_fit(slot, digest, kept_values.to_bytes(tuple(_plain(step) for step in found)))
    return found


def _scale(level: Level) -> float:
    return level.quantity.scale or 1.0


def _plain(step: Step) -> tuple[object, ...]:
    return (step.run, step.first, step.last, step.change, step.probability, step.bayes_factor)


def _contrasts(
    level: Level, prefix: str, turns: Sequence[tuple[int, int, str]], kind: str
) -> list[KnownStep]:
    """Read off the fit how far each run lies from an earlier one by some of its drivers."""
    moves = level.moves
    mine = np.array([name.startswith(prefix) for name in moves.names])
    found = []
    for run, before, what in turns:
        row = (moves.conditions[run] - moves.conditions[before]) * mine
        if not row.any():
            continue
        value, se = float(row @ moves.coefficient), float(np.sqrt(row @ moves.covariance @ row))
        change = Estimate(value, se, value - Z95 * se, value + Z95 * se, "pp", float("nan"))
        way = float(normal_cdf(np.array([abs(value) / se]))[0])
        found.append(KnownStep(run, kind, what, change, way))
    return found
