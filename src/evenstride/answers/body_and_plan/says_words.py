"""Decides how it is said which side complains, since when, and what goes along with it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np

from evenstride.answers.body_and_plan.diary_words import day_words
from evenstride.body.tests import screening_tests
from evenstride.domain.body import REGIONS, Feeling, Side, place_words
from evenstride.domain.wording import METRES, count_words, toward

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.answers.body_and_plan.complaint_series import DiaryDays
    from evenstride.answers.body_and_plan.rows_says import BesideRow, ComplaintRow, FeltRow
    from evenstride.domain.diary import Complaint
    from evenstride.domain.exercise import TestedSide
    from evenstride.domain.wording import Units

_SIDES_DAYS: Final = 90
_ON: Final = {
    0: "On days with",
    1: "The day before days with",
    -1: "The day after days with",
}
_MOST_TESTS: Final = 3


def place_named(region: str, side: Side | None) -> str:
    """Name a place; of both sides `knee, left less right`."""
    if side is None:
        return f"{REGIONS[region].label if region in REGIONS else region}, left less right"
    return place_words(region, side)


def sides_sentence(diary: DiaryDays) -> str:
    """Say on how many days of the last three months of the diary which side complains more."""
    more_left, more_right, asked = _sides(diary)
    neither = asked - more_left - more_right
    return (
        f"Of the last {_SIDES_DAYS} days, {count_words(asked, 'has', 'have')} a word in the diary: "
        f"on {more_left or 'none'} the left complained more, on {more_right or 'none'} the right, "
        f"on {neither or 'none'} neither."
    )


def side_words(diary: DiaryDays) -> str:
    """Say in short which side complains more: `The left complains more, on 23 days against 10`."""
    more_left, more_right, _ = _sides(diary)
    if more_left == more_right:
        return "Neither side complains more than the other"
    side = "left" if more_left > more_right else "right"
    return (
        f"The {side} complains more, on {count_words(max(more_left, more_right), 'day')} against "
        f"{min(more_left, more_right)}"
    )


def _sides(diary: DiaryDays) -> tuple[int, int, int]:
    """Count recent days on which the left, and the right, complained more; and all with a word."""
    recent = diary.answered >= diary.days - _SIDES_DAYS
    left, right = (_worst(diary, side)[recent] for side in (Side.LEFT, Side.RIGHT))
    return int((left > right).sum()), int((right > left).sum()), int(recent.sum())


def _worst(diary: DiaryDays, side: Side) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    levels = [series for (_, s), series in diary.levels.items() if s is side]
    return np.max(levels, axis=0) if levels else np.zeros(diary.answered.size)


def since_sentence(row: ComplaintRow) -> str:
    """Say since when a place complains, how often, and how it is now."""
    last = "gone" if row["last_level"] == 0 else f"{row['last_level']} of 10"
    place = row["place"]
    return (
        f"{place[:1].upper()}{place[1:]}: {_felt_since(row['feelings'])}; on {row['days']} of "
        f"{count_words(row['answered_days'], 'day')} with a word in the diary, at worst "
        f"{row['worst']} of 10; last {last}, on {_day(row['last_on'])}."
    )


def felt_rows(felt: Sequence[Complaint]) -> list[FeltRow]:
    """Tabulate what was felt in one spell, feeling by feeling, the first one first."""
    days = {
        feeling: sorted({one.on_date for one in felt if one.feeling is feeling})
        for feeling in Feeling
    }
    rows: list[FeltRow] = [
        {
            "feeling": feeling.value,
            "since": on[0].isoformat(),
            "last_on": on[-1].isoformat(),
            "days": len(on),
        }
        for feeling, on in days.items()
        if on
    ]
    return sorted(rows, key=lambda row: row["since"])


def _felt_since(feelings: Sequence[FeltRow]) -> str:
    """Say a turn: `soreness since 20 September 2026, pain since 8 November 2026`.

    What was over before the end says so, but for what turned into pain: it went on as that.
    """
    end = max(one["last_on"] for one in feelings)
    pains = [one["last_on"] for one in feelings if one["feeling"] == "pain"]
    said = []
    for one in feelings:
        feeling, since, last = one["feeling"], one["since"], one["last_on"]
        if last == end or (end in pains and feeling != "pain"):
            said.append(f"{feeling} since {_day(since)}")
        elif since == last:
            said.append(f"{feeling} on {_day(since)}")
        else:
            said.append(f"{feeling} from {_day(since)} to {_day(last)}")
    return ", ".join(said)


def tested_sentence(tested: Sequence[TestedSide]) -> str:
    """Say which side tested lower; empty where nothing was tested."""
    measured = [one for one in tested if one.difference is not None]
    if not measured:
        return ""
    lower = [one for one in measured if one.side in (Side.LEFT, Side.RIGHT)]
    if not lower:
        return (
            f"{count_words(len(measured), 'test')} of both sides: none differs beyond the error of "
            "the test."
        )
    names = screening_tests()
    said = [f"{names[one.test].name}: {one.side}" for one in lower[:_MOST_TESTS] if one.side]
    more = f" and {len(lower) - _MOST_TESTS} more" if len(lower) > _MOST_TESTS else ""
    return (
        f"Tested lower on one side, beyond the error of the test ({len(lower)} of "
        f"{count_words(len(measured), 'test')}): {'; '.join(said)}{more}."
    )


def beside_sentence(row: BesideRow, felt: str, units: Units) -> str:
    """Say how a complaint and a measure go along, or that chance is not told apart.

    `felt` is what there is more of: `soreness or pain`.
    """
    place = place_words(row["region"], Side(row["side"])) if _of_a_side(row) else row["place"]
    if not row["stands"]:
        return (
            f"{place[:1].upper()}{place[1:]}, {_NAMES[row['measure']]}: nothing to see, as chance "
            f"shows (p = {row['p']:.2f})."
        )
    more = f"more {felt} in the {place}"
    if not _of_a_side(row):
        label = REGIONS[row["region"]].label if row["region"] in REGIONS else row["region"]
        more = f"more {felt} in the left {label} than in the right"
    when = _ON.get(row["lag_days"]) or (
        f"{'Two' if abs(row['lag_days']) == 2 else 'Three'} days "
        f"{'before' if row['lag_days'] > 0 else 'after'} days with"
    )
    return f"{when} {more}, {_difference(row, units)} (rank correlation {_strength(row)})."


_NAMES: Final = {
    "balance_left_pct": "balance",
    "contact_ms": "contact time",
    "distance_m": "distance",
    "duration_s": "time run",
    "distance_7d_m": "distance of seven days",
    "longest_30d_ratio": "the longest run against the month's",
}


def _of_a_side(row: BesideRow) -> bool:
    return row["side"] != "left_less_right"


def _difference(row: BesideRow, units: Units) -> str:
    value = row["difference"]
    much, more = abs(value), value > 0.0
    match row["measure"]:
        case "balance_left_pct":
            # A mean that rounds to none may yet be one of ranks: its side is that of the ranks.
            side = "left" if row["strength"] > 0.0 else "right"
            size = (
                toward(value) if (value > 0.0) is (row["strength"] > 0.0) else f"toward the {side}"
            )
            own = {True: ", the same side", False: ", the other side", None: ""}[row["same_side"]]
            return f"contact was longer on the {side} than on other days: {size}{own}"
        case "contact_ms":
            side = "" if row["side"] == "middle" else f" on the {row['side']}"
            return f"contact{side} was {'longer' if more else 'shorter'} by {much:.0f} ms"
        case "distance_m":
            return f"you ran {_distance(much, units)} {'more' if more else 'less'}"
        case "duration_s":
            return f"you ran {much / 60.0:.0f} min {'longer' if more else 'less long'}"
        case "distance_7d_m":
            return (
                f"you had run {_distance(much, units)} {'more' if more else 'less'} in seven days"
            )
        case "longest_30d_ratio":
            return (
                f"the run was {'longer' if more else 'shorter'} against the longest of the 30 days "
                f"before, by {100.0 * much:.0f} % of it"
            )


def _distance(metres: float, units: Units) -> str:
    return f"{metres / METRES[units]:.1f} {units}"


def _strength(row: BesideRow) -> str:
    low, high = (f"{end:+.2f}".replace("-", "−") for end in (row["low"], row["high"]))
    value = f"{row['strength']:+.2f}".replace("-", "−")
    return f"{value}, {low} to {high} with all looks counted"


def _day(text: str) -> str:
    return day_words(date.fromisoformat(text))
