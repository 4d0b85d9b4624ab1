"""The rows of the tables of what the body says, as types: what JSON promises, schemas publish."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

SaidSide = Literal["left", "right", "middle", "left_less_right"]
BesideMeasure = Literal[
    "balance_left_pct",
    "contact_ms",
    "distance_m",
    "duration_s",
    "distance_7d_m",
    "longest_30d_ratio",
]


class FeltRow(TypedDict):
    """One of the feelings of a spell: its first day, its last, and on how many days."""

    feeling: Literal["soreness", "tightness", "pain"]
    since: str
    last_on: str
    days: int


class ComplaintRow(TypedDict):
    """What is sore, tight or painful in one place.

    `feeling` is what was said last in the latest spell, `feelings` all of it, the first first: so a
    turn from soreness to pain is told with its day.
    `since` is the first day of its latest spell (three weeks without it end a spell); `days` and
    `answered_days` are days of that spell on which it was felt, and on which the diary says
    anything; `last_level` is what was said of it last (0: gone) on `last_on`.
    """

    region: str
    side: Literal["left", "right", "middle"]
    feeling: Literal["soreness", "tightness", "pain"]
    feelings: list[FeltRow]
    place: str
    since: str
    days: int
    answered_days: int
    worst: int
    last_on: str
    last_level: int


class BesideRow(TypedDict):
    """How a complaint goes along with one measure of the runs, at the lag where it does most.

    Attributes
    ----------
    side
        `left_less_right`: how much more the left complains than the right.
    measure
        `balance_left_pct` (+ longer on the left) and `contact_ms` (of the complaint's side, of
        both feet where it has none), at reference conditions less their slow level; `distance_m`
        and `duration_s` of a day, `distance_7d_m` up to it, and the longest run of a day over the
        longest of the 30 days before it.
    lag_days
        + : the complaint comes so many days after the run.
    strength, low, high
        Rank correlation, slow changes of both and the rhythm of the week taken off; the interval
        holds for all that was looked at together.
    p
        Of so strong an association anywhere among all that was looked at, by chance alone.
    n
        Days that have both.
    difference, unit
        Mean of the measure on days with more of it than in the weeks around, less the other days.
    same_side
        Whether on days with more of it contact was longer on the complaint's own side; None where
        the measure has no side.
    stands
        Whether chance is told apart: p of at most 0.05.
    """

    region: str
    side: SaidSide
    place: str
    measure: BesideMeasure
    lag_days: int
    strength: float
    low: float
    high: float
    p: float
    n: int
    difference: float
    unit: str
    same_side: bool | None
    stands: bool
    sentence: str


class NeededRow(TypedDict):
    """What would let more be said: what, what it would tell, and how to come by it."""

    what: str
    why: str
    how: str
