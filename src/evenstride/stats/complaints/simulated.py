"""What is true of a simulated diary: where it hurts, when it is written, what that has to do with.

Balance wanders as DOMAIN 7 has it; soreness remembers for weeks, whatever the balance does. Only
`effect` ties the two. Days are counted from the first; balance in pp, + toward the left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.random import Generator

    from evenstride.domain.estimate import BoolArray, FloatArray

BALANCE, CONTACT, DISTANCE, DURATION, WEEK, LONGEST = range(6)
MEASURES: Final = 6
_MOST_LEVEL = 10.0
_AHEAD_DAYS = 40
_WEEK_DAYS, _MONTH_DAYS = 7, 30

Writing = Literal["always", "often", "after_runs", "when_it_hurts", "hurts_or_long_run"]
Tie = Literal["none", "balance_moves", "load_hurts"]


@dataclass(frozen=True, slots=True)
class DiaryWorld:
    """How a runner runs, hurts and writes.

    Attributes
    ----------
    days
        Of the diary.
    runs_per_week
        On fixed weekdays; one run in six is left out.
    places
        How many places complain, on their own.
    memory
        Correlation of soreness from one day to the next.
    felt_share
        Share of days on which a place is felt.
    rhythm
        How much of soreness is the weekday's, in SDs.
    trend
        By how many SDs soreness falls, and by how many thirds of itself running grows, from the
        first day to the last.
    shared
        Share of the variance of days that neighbouring days have in common.
    spread_pp, walk_pp
        Of balance: SD of days, and of its walk in a day.
    writes
        Which days are written of: all, half of them, most days with a run, most on which anything
        is felt (and few others), or these and those of long runs.
    tie
        What is true: `balance_moves` toward the right by `effect` pp for each point of the first
        place, `lag` days before it is felt; `load_hurts`: a day's distance adds `effect` SDs of
        soreness of the first place for each SD of distance, `lag` days later.
    """

    days: int = 180
    runs_per_week: int = 4
    places: int = 3
    memory: float = 0.9
    felt_share: float = 0.3
    rhythm: float = 0.0
    trend: float = 0.0
    shared: float = 0.3
    spread_pp: float = 0.4
    walk_pp: float = 0.02
    writes: Writing = "often"
    tie: Tie = "none"
    effect: float = 0.0
    lag: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class DiaryMade:
    """A diary as written beside the measures, days as columns; NaN where nothing is known.

    `asked` says which pairs the program would look at, shape (p, m).
    """

    complaints: FloatArray
    measures: FloatArray
    asked: BoolArray


def simulate_diary(rng: Generator, world: DiaryWorld) -> DiaryMade:
    """Let a runner run, hurt and write.

    Returns
    -------
        Of the first place being on the right: contact time is that of the right side.
    """
    days = world.days + _AHEAD_DAYS
    distance_km = _distances(rng, world, days)
    latent = _latent(rng, world, days)
    if world.tie == "load_hurts":
        load = (distance_km - distance_km.mean()) / distance_km.std()
        latent[0] += world.effect * _after(load, world.lag)
    threshold = np.quantile(latent, 1.0 - world.felt_share, axis=1, keepdims=True)
    level = np.clip(np.ceil(2.0 * (latent - threshold)), 0.0, _MOST_LEVEL)
    balance = 50.0 + _wander(rng, world, days)
    if world.tie == "balance_moves":
        balance = balance - world.effect * _after(level[0], -world.lag)
    measures = _measures(rng, balance, distance_km)
    written = _written(rng, world, level, distance_km)
    complaints = np.where(written, level, np.nan)
    asked = np.ones((world.places, MEASURES), dtype=bool)
    # As in the program the grid ends with the diary; what was run before it is there for sums only.
    return DiaryMade(complaints[:, _AHEAD_DAYS:], measures[:, _AHEAD_DAYS:], asked)


def _distances(rng: Generator, world: DiaryWorld, days: int) -> FloatArray:
    """Run on the same weekdays, longest on the last of them, more in each of four weeks."""
    day = np.arange(days)
    weekdays = np.linspace(0, _WEEK_DAYS - 1, world.runs_per_week).round().astype(int)
    runs = np.isin(day % _WEEK_DAYS, weekdays) & (rng.random(days) > 1.0 / 6.0)
    long = day % _WEEK_DAYS == _WEEK_DAYS - 1
    build = 1.0 + 0.1 * (day // _WEEK_DAYS % 4) + world.trend / 3.0 * day / days
    km = np.where(long, 16.0, 8.0) * build * np.exp(0.2 * rng.standard_normal(days))
    return np.asarray(np.where(runs, km, 0.0), dtype=np.float64)


def _latent(rng: Generator, world: DiaryWorld, days: int) -> FloatArray:
    shape = world.places, days
    latent = _remembering(rng, shape, world.memory)
    if world.rhythm:
        of_weekday = rng.standard_normal((world.places, _WEEK_DAYS))
        latent += world.rhythm * of_weekday[:, np.arange(days) % _WEEK_DAYS]
    return latent - world.trend * np.arange(days) / days


def _wander(rng: Generator, world: DiaryWorld, days: int) -> FloatArray:
    walk = np.cumsum(world.walk_pp * rng.standard_normal(days))
    common = _remembering(rng, (1, days), np.exp(-1.0 / 4.0))[0]
    own = rng.standard_t(4.0, days) / np.sqrt(2.0)
    part = np.sqrt(world.shared) * common + np.sqrt(1.0 - world.shared) * own
    return np.asarray(walk + world.spread_pp * part, dtype=np.float64)


def _measures(rng: Generator, balance: FloatArray, distance_km: FloatArray) -> FloatArray:
    days = balance.size
    ran = distance_km > 0.0
    gct_ms = 250.0 + np.cumsum(0.2 * rng.standard_normal(days)) + 3.0 * rng.standard_normal(days)
    out = np.full((MEASURES, days), np.nan)
    out[BALANCE, ran] = balance[ran]
    out[CONTACT, ran] = (2.0 * gct_ms * (100.0 - balance) / 100.0)[ran]
    out[DISTANCE] = distance_km
    out[DURATION] = distance_km * 6.0 * np.exp(0.05 * rng.standard_normal(days))
    before = np.concatenate([np.zeros(_WEEK_DAYS), np.cumsum(distance_km)])
    out[WEEK] = before[_WEEK_DAYS:] - before[:-_WEEK_DAYS]
    for day in np.flatnonzero(ran):
        longest = distance_km[max(day - _MONTH_DAYS, 0) : day].max(initial=0.0)
        if longest > 0.0:
            out[LONGEST, day] = distance_km[day] / longest
    return out


def _written(
    rng: Generator, world: DiaryWorld, level: FloatArray, distance_km: FloatArray
) -> BoolArray:
    days = level.shape[1]
    chance = rng.random(days)
    hurts = (level > 0.0).any(axis=0)
    if world.writes == "always":
        return np.ones(days, dtype=np.bool_)
    if world.writes == "often":
        return np.asarray(chance < 0.5)
    if world.writes == "after_runs":
        return np.asarray((distance_km > 0.0) & (chance < 0.8))
    long = distance_km > np.quantile(distance_km, 0.85)
    if world.writes == "hurts_or_long_run":
        hurts |= long
    return np.asarray(chance < np.where(hurts, 0.7, 0.1))


def _remembering(rng: Generator, shape: tuple[int, int], memory: float) -> FloatArray:
    """Draw AR(1) series of variance 1, shape as given."""
    out = rng.standard_normal(shape)
    new = np.sqrt(1.0 - memory**2)
    for day in range(1, shape[1]):
        out[:, day] = memory * out[:, day - 1] + new * out[:, day]
    return out


def _after(series: FloatArray, days: int) -> FloatArray:
    """Put each day's value so many days later (before, where negative); the ends wrap."""
    return np.roll(series, days)
