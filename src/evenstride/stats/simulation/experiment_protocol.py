"""What a simulated experiment in pairs is meant to be like, and what goes wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from evenstride.stats.simulation.laps import Laps  # noqa: TC001 - dataclass fields


@dataclass(frozen=True, slots=True)
class Protocol:
    """An experiment in pairs, and what goes wrong with it.

    Attributes
    ----------
    pairs
        Registered number of complete pairs.
    effect_pp
        What the treatment does, + toward even.
    laps
        How runs are cut; None across runs.
    wears_off
        Whether the effect falls in a straight line, to nothing at the registered number.
    varies_sd_pp
        By how much the effect differs from run to run, beside what it is on average.
    lingers
        Share of the effect by which the half after a treated one is shifted, in the same run or
        the next.
    faster_m_s
        How much faster the treatment is run.
    trend_pp_per_day
        What is added to the level each day, toward even, whatever is done.
    skipped, other
        Chance that a run that was assigned is not there, and that a half is done the other way.
    skips_bad_days
        Whether the treatment, and it alone, is skipped on the worst fifth of days.
    after_bad_day
        Whether it is registered right after the worst of eleven runs; else whenever.
    """

    pairs: int
    effect_pp: float = 0.0
    laps: Laps | None = None
    wears_off: bool = False
    varies_sd_pp: float = 0.0
    lingers: float = 0.0
    faster_m_s: float = 0.0
    trend_pp_per_day: float = 0.0
    skipped: float = 0.0
    other: float = 0.0
    skips_bad_days: bool = False
    after_bad_day: bool = False
