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
    from evenstride.domain.estimate import BoolArray, FloatArray

_WEEK_DAYS: Final = 7
_FEW_FREE: Final = 0.1
"""From this share of answered days without any complaint on, it is written on good days too."""


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What the library has: how many runs, whether balance, whether tests of both sides.

    `beside_runs` says of each answered day of the diary whether it lies between first and last run.
    """

    runs: int
    balance: bool
    tested: bool
    beside_runs: BoolArray


def needed_rows(
    known: Known, diary: DiaryDays | None, verdict: str, *, looked_at: bool
) -> tuple[NeededRow, ...]:
    """List what would tell more, the first thing first."""
    rows: list[NeededRow] = []
    if not looked_at:
        rows += _days(diary, known)
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
                "why": "They tell whether it comes with how much you run, or on the day after. "
                f"It takes {LEAST_BOTH} days with a word between the first run and the last: "
                "without runs no day of the diary is one, and each is one once runs around it are "
                "in.",
                "how": "Files in the FIT format serve, with or without a sensor, from a watch or "
                "from an app of a phone that saves them so: `evenstride import FOLDER`. GPX and "
                "TCX are not read yet.",
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


def _days(diary: DiaryDays | None, known: Known) -> list[NeededRow]:
    """Say how many more days it takes; the least that is looked at.

    Only days beside runs count, where there are any; else the runs are what is missing.
    """
    least = (
        f"It takes {LEAST_WEEKS} weeks of diary, {LEAST_BOTH} days in it with a word between your "
        f"first run and your last (a day off is one without running), and a place felt on "
        f"{LEAST_FELT} of them and less or not on {LEAST_FELT}."
    )
    if diary is None or not diary.levels:
        return [
            {
                "what": "a word on how it feels after runs, on good days too",
                "why": f"What goes along with runs is told from days with and without. {least}",
                "how": "`evenstride diary add` takes twenty seconds.",
            }
        ]
    weeks = -(-diary.days // _WEEK_DAYS)
    short = [(LEAST_WEEKS - weeks, "week", "weeks")]
    counts = known.beside_runs if known.runs else np.ones(diary.answered.size, dtype=np.bool_)
    if known.runs:
        a_day, days = "day with a word beside runs", "days with a word beside runs"
        short.append((LEAST_BOTH - int(counts.sum()), a_day, days))
    if counts.any():
        often = max((one[counts] for one in diary.levels.values()), key=_days_felt)
        less = int((often < often.max()).sum())
        short += [
            (LEAST_FELT - _days_felt(often), "day on which it is felt", "days on which it is felt"),
            (LEAST_FELT - less, "day with less of it, or none", "days with less of it, or none"),
        ]
    missing = [count_words(days, what, plural) for days, what, plural in short if days > 0]
    if not missing and not known.runs:
        return []
    more = f"still {', '.join(missing)}" if missing else "a few more days beside runs"
    return [
        {
            "what": f"more of the diary: {more}",
            "why": least,
            "how": "A word after each run, on good days too: `evenstride diary add`.",
        }
    ]


def _days_felt(levels: FloatArray) -> int:
    return int((levels > 0.0).sum())


def _seldom_free(diary: DiaryDays) -> bool:
    worst = np.max(list(diary.levels.values()), axis=0)
    return bool((worst == 0.0).mean() < _FEW_FREE)
