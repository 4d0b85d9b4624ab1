"""Decides how the search for what goes along with complaints is judged: by known truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from evenstride.stats.complaints.lagged import LEVEL, MOST_LAG_DAYS, associate
from evenstride.stats.complaints.simulated import BALANCE, DISTANCE, simulate_diary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evenstride.stats.complaints.simulated import DiaryWorld

TIED: Final = {"balance_moves": BALANCE, "load_hurts": DISTANCE}


@dataclass(frozen=True, slots=True)
class JudgedDiary:
    """What was said of one simulated diary.

    Attributes
    ----------
    told
        Whether it was enough to look at anything.
    false
        Whether anything was said to go along that has no tie: of a world without one, anything; of
        one with a tie, anything about another place.
    found
        Whether the tie was found: its complaint with its measure, whatever the lag.
    lag_off_days
        How far off the lag of the strongest sign of the tie was; None where it was not found.
    low, high
        The interval of the tie at its lag; NaN where there is none.
    """

    told: bool
    false: bool
    found: bool
    lag_off_days: int | None
    low: float
    high: float


def judge_diary(seed: Iterable[int], world: DiaryWorld, *, draws: int = 999) -> JudgedDiary:
    """Simulate a diary, look at it, and compare with the truth."""
    rng = np.random.default_rng(list(seed))
    made = simulate_diary(rng, world)
    seen = associate(rng, made.complaints, made.measures, made.asked, draws=draws)
    stands = seen.p <= LEVEL
    told = seen.looked_at > 0
    if world.tie == "none":
        return JudgedDiary(told, bool(stands.any()), False, None, np.nan, np.nan)  # noqa: FBT003
    tied = TIED[world.tie]
    found = bool(stands[0, tied].any())
    off = None
    if found:
        best = int(np.nanargmin(seen.p[0, tied] - 1e-6 * np.abs(seen.strength[0, tied])))
        off = int(seen.lags_days[best]) - world.lag
    at = world.lag + MOST_LAG_DAYS
    ends = float(seen.low[0, tied, at]), float(seen.high[0, tied, at])
    return JudgedDiary(told, bool(stands[1:].any()), found, off, *ends)


def true_strength(seed: Iterable[int], world: DiaryWorld, *, diaries: int = 40) -> float:
    """Return the strength of the tie at its lag: the mean of what many diaries say of it."""
    root = list(seed)
    said = []
    for i in range(diaries):
        rng = np.random.default_rng([*root, i])
        made = simulate_diary(rng, world)
        seen = associate(rng, made.complaints, made.measures, made.asked, draws=99)
        said.append(seen.strength[0, TIED[world.tie], world.lag + MOST_LAG_DAYS])
    return float(np.nanmean(said))
