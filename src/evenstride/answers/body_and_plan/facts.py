"""What a plan is made from: tests, soreness, injuries, exposures, flags, cadence; never balance.

Everything is read as it stands on a day, so that the same library gives the same facts.
"""

from __future__ import annotations

import math
from datetime import UTC, date, timedelta
from statistics import median
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from evenstride.answers.body_and_plan.hurting import hurting
from evenstride.answers.body_and_plan.screening import tested_sides
from evenstride.answers.dates import moment, well_dated
from evenstride.answers.ground_run import Turned, turning
from evenstride.answers.ground_said import camber_column, ground_of_runs
from evenstride.answers.runner_settings import reference_speed
from evenstride.domain.body import Side
from evenstride.domain.diary import Day, HeelWear
from evenstride.domain.exercise import Exposure, Facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from evenstride.answers import Library

_RECENT_DAYS: Final = 90
_SITTING_DAYS: Final = 28
_PLACES: Final = 7
_LEAST_SHARE: Final = 0.6
"""From this share of what is known on, one side dominates."""
_LEAST_LAPS: Final = 8
_LONG_SITTING_H: Final = 6.0
_NEAR_EASY: Final = 0.05


def facts_of(lib: Library, *, now: datetime) -> Facts:
    """Gather what a plan may know on the local day of `now`.

    Parameters
    ----------
    lib
        The library.
    now
        Aware, in the runner's own time zone.

    Returns
    -------
        The facts; nothing in them depends on balance.
    """
    hurts = hurting(lib, today=now.date())
    cadence_spm, easy_m_s = _cadence(lib, now)
    return Facts(
        tested=tested_sides(lib),
        sore=hurts.sore,
        hurt=hurts.hurt,
        exposures=tuple(exposures(lib, now)),
        flags=hurts.flags,
        cadence_spm=cadence_spm,
        easy_speed_m_s=easy_m_s,
    )


def exposures(lib: Library, now: datetime) -> Iterator[Exposure]:
    """List what is one-sided in where and how the runner ran in the last 90 days, and sitting."""
    yield from _of_the_ground(lib, now)
    yield from _of_the_heels(lib)
    hours = hours_sat(lib, today=now.date())
    if hours and median(hours) >= _LONG_SITTING_H:
        yield Exposure("sitting", None, float(median(hours)))


def hours_sat(lib: Library, *, today: date) -> list[float]:
    """List the hours sat on the days of the last four weeks of which it was said."""
    since = today - timedelta(days=_SITTING_DAYS)
    said = (written.value for written in lib.entries(Day).values())
    return [d.sat_h for d in said if d.sat_h is not None and since < d.on_date <= today]


def _recent_runs(lib: Library, now: datetime, measures: Sequence[str] = ()) -> pl.DataFrame:
    since = now.astimezone(UTC) - timedelta(days=_RECENT_DAYS)
    return lib.runs(measures=measures).filter(
        well_dated(now) & (pl.col("started_at_utc") >= moment(since))
    )


def _of_the_ground(lib: Library, now: datetime) -> Iterator[Exposure]:
    runs = _recent_runs(lib, now)
    if runs.is_empty():
        return
    said = ground_of_runs(lib)
    lower_s = {1.0: 0.0, 0.0: 0.0, -1.0: 0.0}
    for run_id, duration_s in zip(runs["run_id"], runs["duration_s"], strict=True):
        known = said[run_id]
        if not known.parts and not known.habit_camber:
            continue
        seconds = duration_s if duration_s is not None and math.isfinite(duration_s) else 0.0
        at = (np.arange(_PLACES) + 0.5) / _PLACES * seconds
        for side in camber_column(known.parts, known.habit_camber, at, sport=known.sport).tolist():
            lower_s[side] += seconds / _PLACES
    known_s = sum(lower_s.values())
    for sign, side in ((1.0, Side.LEFT), (-1.0, Side.RIGHT)):
        if known_s > 0.0 and lower_s[sign] / known_s >= _LEAST_SHARE:
            yield Exposure("camber", side, lower_s[sign] / known_s)
    turned = turning(lib, now=now).since(str(now.date() - timedelta(days=_RECENT_DAYS)))
    if turned is not None:
        yield from _of_the_turns(turned)


def _of_the_turns(turned: Turned) -> Iterator[Exposure]:
    laps = turned.left_laps + turned.right_laps
    if laps >= _LEAST_LAPS:
        side = Side.LEFT if turned.left_laps >= turned.right_laps else Side.RIGHT
        share = max(turned.left_laps, turned.right_laps) / laps
        if share >= _LEAST_SHARE:
            yield Exposure("track_direction", side, share)
    share_left = turned.left_share
    if turned.one_way is not None and share_left is not None:
        yield Exposure("bends", Side(turned.one_way), max(share_left, 1.0 - share_left))


def _of_the_heels(lib: Library) -> Iterator[Exposure]:
    """Tell which heel is worn further, where the latest look at any pair says so."""
    looks = sorted(
        (written.value for written in lib.entries(HeelWear).values()), key=lambda one: one.on_date
    )
    if looks and looks[-1].left != looks[-1].right:
        last = looks[-1]
        side = Side.LEFT if last.left > last.right else Side.RIGHT
        yield Exposure("heel_wear", side, abs(last.left - last.right) / 3.0)


def _cadence(lib: Library, now: datetime) -> tuple[float | None, float | None]:
    """Return the runner's own cadence at their easy speed, and that speed; None where unknown."""
    easy = reference_speed(lib, now=now)
    if easy is None:
        return None, None
    near = _recent_runs(lib, now, ("cadence_spm", "speed_m_s")).filter(
        (pl.col("speed_m_s") / easy[0] - 1.0).abs() <= _NEAR_EASY, pl.col("cadence_spm").is_finite()
    )
    value = near["cadence_spm"].median()
    return (float(value) if isinstance(value, float) else None), easy[0]
