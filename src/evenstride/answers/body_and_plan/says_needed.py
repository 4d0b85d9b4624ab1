"""Decides what would let more be said of complaints, and in which order it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from evenstride.domain.wording import count_words
from evenstride.stats.complaints.lagged import LEAST_BOTH, LEAST_FELT, LEAST_WEEKS

if TYPE_CHECKING:
    from evenstride.answers.body_and_plan.complaint_series import DiaryDays
    from evenstride.answers.body_and_plan.rows_says import NeededRow

_WEEK_DAYS: Final = 7
_FEW_FREE: Final = 0.1
"""From this share of answered days without any complaint on, it is written on good days too."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the library has: how many runs, whether balance, whether tests of both sides."""

    runs: int
    balance: bool
    tested: bool


def needed_rows(
    known: Known, diary: DiaryDays | None, verdict: str, *, looked_at: bool
) -> tuple[NeededRow, ...]:
    """List what would tell more, the first thing first."""
    rows: list[NeededRow] = []
    if not looked_at:
        rows += _days(diary, runs=known.runs)
    elif verdict == "goes_along":
        rows.append(
            {
                "what": "an experiment",
                "why": "It tells whether changing what goes along changes the complaint or the "
                "balance; a diary cannot.",
                "how": "`evenstride experiment new` draws lots for your own runs.",
            }
        )
    if diary is not None and diary.levels and _seldom_free(diary):
        rows.append(
            {
                "what": "days on which nothing hurts",
                "why": "Written only when it hurts, a diary tells how sore, not when.",
                "how": "Say so on good days, too: `evenstride diary day --nothing-hurts`.",
            }
        )
    if not known.runs:
        rows.append(
            {
                "what": "your runs",
                "why": "They tell whether it comes with distance, or on the day after.",
                "how": "Any watch's files serve, with or without a sensor: `evenstride import "
                "FOLDER`.",
            }
        )
    if not known.balance:
        rows.append(
            {
                "what": "a sensor that tells left from right",
                "why": "Without one nobody can say on which leg contact is longer, nor whether "
                "that moves with a complaint. It would still not say which leg works harder.",
                "how": "A pod or strap that your watch reads balance from, worn on a dozen runs.",
            }
        )
    if not known.tested:
        rows.append(
            {
                "what": "the same tests on both sides",
                "why": "A difference beyond the error of a test tells more of a leg than soreness "
                "does.",
                "how": "The single-leg heel raise and the ankle lunge take ten minutes: "
                "`evenstride screen`.",
            }
        )
    return tuple(rows)


def _days(diary: DiaryDays | None, *, runs: int) -> list[NeededRow]:
    """Say how many more days it takes; the least that is looked at."""
    least = (
        f"It takes {LEAST_WEEKS} weeks of diary, {LEAST_BOTH} days in it with a word and a run, "
        f"and a place felt on {LEAST_FELT} of them and less or not on {LEAST_FELT}."
    )
    if diary is None or not diary.levels:
        return [
            {
                "what": "a word on how it feels after runs, on good days too",
                "why": f"What goes along with runs is told from days with and without. {least}",
                "how": "`evenstride diary add` takes twenty seconds.",
            }
        ]
    often = max(diary.levels.values(), key=lambda level: int((level > 0.0).sum()))
    felt = int((often > 0.0).sum())
    less = int((often < often.max()).sum())
    weeks = -(-diary.days // _WEEK_DAYS)
    missing = [
        count_words(short, what, plural)
        for short, what, plural in (
            (LEAST_WEEKS - weeks, "week", None),
            (LEAST_BOTH - diary.answered.size, "day with a word", "days with a word"),
            (LEAST_FELT - felt, "day on which it is felt", "days on which it is felt"),
            (LEAST_FELT - less, "day with less of it, or none", "days with less of it, or none"),
        )
        if short > 0
    ]
    if not missing and not runs:
        return []
    more = f"still {', '.join(missing)}" if missing else "more days that have a run as well"
    return [
        {
            "what": f"more of the diary: {more}",
            "why": least,
            "how": "A word after each run, on good days too: `evenstride diary add`.",
        }
    ]


def _seldom_free(diary: DiaryDays) -> bool:
    worst = np.max(list(diary.levels.values()), axis=0)
    return bool((worst == 0.0).mean() < _FEW_FREE)
