"""The rows of the tables of diary, injuries, shoes and red flags, as types: what JSON promises.

`value` of a row is the whole entry as `domain.diary_json` writes it: all that a form needs to fill
itself in. `version` is what a correction has to name as `seen`.
"""

from __future__ import annotations

from typing import Any, Literal

from typing_extensions import TypedDict

from evenstride.domain.body import Feeling, Moment, Side  # noqa: TC001 # pydantic reads them
from evenstride.domain.diary import WearPlace  # noqa: TC001 # same
from evenstride.domain.exercise import Tier  # noqa: TC001 # same
from evenstride.domain.screening import Strength  # noqa: TC001 # same

EntryKind = Literal[
    "complaint", "day", "injury", "heel_wear", "measured", "flag_check", "plan", "session"
]
"""The keys of `domain.diary.KINDS`."""


class EntryRow(TypedDict):
    """One entry of the diary as it stands, in words and whole; `on_date` is a local day."""

    entry_id: str
    version: int
    kind: EntryKind
    on_date: str
    text: str
    written_at_utc: str
    run_id: str | None
    region: str | None
    side: Side | None
    place: str | None
    level: int | None
    value: dict[str, Any]


class TimelineRow(TypedDict):
    """One complaint on the timeline; level 0 is gone."""

    date: str
    place: str
    region: str
    side: Side
    level: int
    feeling: Feeling
    moment: Moment
    entry_id: str


class SorePlaceRow(TypedDict):
    """One place of the body as it is now: the last that was said of it, at most 14 days old.

    `level` is the last one, `worst` the worst of these days; `since` the first day of this episode.
    """

    region: str
    side: Side
    place: str
    feeling: Feeling
    moment: Moment
    level: int
    worst: int
    since: str
    last_on: str
    entry_id: str


class MovedRow(TypedDict):
    """Two places of a side, one named after the other; an order in time, no cause."""

    from_region: str
    to_region: str
    side: Side
    from_on: str
    to_on: str
    sentence: str


class QuestionRow(TypedDict):
    """One red flag to answer with yes, no or do not know.

    `tier` is the one a yes has at this place; `act` what to do then and how soon, `tell` what to
    tell the clinician. `stands_on` says what it rests on.
    """

    slug: str
    name: str
    tier: Tier
    question: str
    why: str
    act: str
    tell: str
    source: str
    link: str | None
    stands_on: Strength


class AskRow(TypedDict):
    """Red-flag questions that are due, about one place or none; answered together.

    `ask_id` names the place (`right-knee-front`, `general`): it stays the same until all are
    answered. `entry_ids` are the entries that make them due.
    """

    ask_id: str
    reason: str
    region: str | None
    side: Side | None
    place: str | None
    since: str
    entry_ids: list[str]
    questions: list[QuestionRow]


class AskedRow(TypedDict):
    """One question that is due, with the place it is about: `ask` in one flat list."""

    ask_id: str
    place: str | None
    slug: str
    tier: Tier
    question: str


class StandingRow(TypedDict):
    """A red flag that was answered with yes and is not resolved.

    `entry_id` and `version` are those of the answers it stands in; resolving it resolves them all.
    """

    slug: str
    name: str
    tier: Tier
    region: str | None
    side: Side | None
    place: str | None
    since: str
    why: str
    stops: str
    act: str
    tell: str
    source: str
    link: str | None
    stands_on: Strength
    entry_id: str
    version: int


class AnsweredRow(TypedDict):
    """Questions about red flags that were answered once; `yes` and `no` are names of flags."""

    entry_id: str
    version: int
    on_date: str
    region: str | None
    side: Side | None
    place: str | None
    yes: list[str]
    no: list[str]
    resolved_on: str | None
    resolution: str
    text: str
    value: dict[str, Any]


class WrittenRow(TypedDict):
    """What was written: the entry's id, the version it has now, and what it says."""

    entry_id: str
    version: int
    kind: EntryKind | Literal["unknown"]
    text: str


class UnreadRow(TypedDict):
    """An entry that cannot be read, as far as it can be told what it is; `kind` as it lies."""

    entry_id: str
    version: int
    kind: str
    on_date: str | None
    written_at_utc: str | None
    text: str


class VersionRow(TypedDict):
    """One version of an entry, the first one first; `changed` says in words what is different.

    Of one that cannot be read `value` is empty, and `unread` is the text that it is.
    """

    version: int
    written_at_utc: str | None
    text: str
    changed: list[str]
    value: dict[str, Any]
    unread: str | None


class InjuryRow(TypedDict):
    """One injury; `days` how long it lasted, or lasts by now."""

    entry_id: str
    version: int
    began: str
    ended: str | None
    days: int
    region: str
    side: Side
    place: str
    how: Literal["sudden", "gradual", "surgery", "unknown"]
    name: str
    cause: str
    seen_by_clinician: bool
    note: str
    text: str
    value: dict[str, Any]


class ShoesRow(TypedDict):
    """One pair of shoes: what was run in them, and how the heels looked the last time.

    `left` and `right` are 0 (not to be seen) to 3 (through the outsole), null where never looked
    at; `more_worn` the side that is worn further, null where both are alike.
    """

    shoes: str
    runs: int
    distance_m: float
    first_run: str | None
    last_run: str | None
    left: int | None
    right: int | None
    left_place: WearPlace | None
    right_place: WearPlace | None
    more_worn: Literal["left", "right"] | None
    on_date: str | None
    text: str


class WearRow(TypedDict):
    """One look at the heels of a pair."""

    entry_id: str
    version: int
    on_date: str
    shoes: str
    left: int
    right: int
    left_place: WearPlace | None
    right_place: WearPlace | None
    text: str
    value: dict[str, Any]
