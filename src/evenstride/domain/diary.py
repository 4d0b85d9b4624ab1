"""What a person writes down about their body: one kind of entry each.

An entry has an id and versions: a correction is one more version, the last one holds. The fields of
an entry are plain values, so that every kind lies in the library in the same way
(`domain.diary_json`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Generic, Literal, TypeVar

from evenstride.domain.body import Feeling, Moment, Side
from evenstride.domain.exercise import Facts, Item, Wish
from evenstride.domain.ground import Camber, Surface

MOST_NOTE: Final = 2_000
"""Characters of a note."""
MOST_WORDS: Final = 200
"""Characters of a cause, of a name."""
MOST_LEVEL: Final = 10


@dataclass(frozen=True, slots=True)
class Complaint:
    """Soreness, tightness or pain in one place.

    Attributes
    ----------
    on_date
        The local day it was felt; of `next_morning`, the morning itself.
    moment
        When, seen from the run.
    feeling, region, side
        What, where.
    level
        0 (gone) to 10.
    run_id
        The run it belongs to; None where no run is named (then that of its day is meant, if any).
    """

    on_date: date
    moment: Moment
    feeling: Feeling
    region: str
    side: Side
    level: int
    run_id: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """What was done and how it was, on a day or about one of its runs.

    Attributes
    ----------
    on_date
        The local day.
    run_id
        The run it is about; None: the runs of that day.
    nothing_hurts
        It was said that nothing is sore, tight or painful: a day without complaints is otherwise
        unknown, not free of them.
    done
        Routines, by their slugs or in the runner's own words: `rolling-before`, `hip circles`.
    cues
        What was tried while running, by the slugs of `domain.cues` or in own words.
    surface, camber
        The ground of the run, and the side of the road by which foot stands lower.
    shoes
        What was worn.
    sat_h, slept_h
        Hours sat on that day, and slept in the night before.
    """

    on_date: date
    run_id: str | None = None
    nothing_hurts: bool = False
    done: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    surface: Surface | None = None
    camber: Camber | None = None
    shoes: str | None = None
    sat_h: float | None = None
    slept_h: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Injury:
    """An injury, over or not.

    Attributes
    ----------
    began, ended
        Local days; `ended` None while it lasts.
    how
        `sudden` (a fall, a twist: a direct injury), `gradual`, `surgery`, or `unknown`.
    name, cause
        In the runner's own words.
    seen_by_clinician
        Whether a clinician has looked at it.
    """

    began: date
    region: str
    side: Side
    how: Literal["sudden", "gradual", "surgery", "unknown"] = "unknown"
    name: str = ""
    cause: str = ""
    ended: date | None = None
    seen_by_clinician: bool = False
    note: str = ""


WearPlace = Literal["outer", "middle", "inner", "even"]


@dataclass(frozen=True, slots=True)
class HeelWear:
    """How the heels of a pair of shoes are worn, by side.

    Attributes
    ----------
    left, right
        How far: 0 not to be seen, 1 a little, 2 clearly, 3 through the outsole.
    left_place, right_place
        Where on the heel; None where nothing is worn.
    """

    shoes: str
    on_date: date
    left: int
    right: int
    left_place: WearPlace | None = None
    right_place: WearPlace | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """One screening test on one day: trials a side, or what was seen.

    Attributes
    ----------
    test, method, position, instrument
        As the test lists them (`body.screening_tests`); all four together are the way it was
        measured, and two ways are never compared.
    by
        Who measured; empty: the runner.
    left, right
        Values of the trials, in the method's unit, in their order; empty where none was made.
    sign
        Of a method that is looked at and not measured: one of its choices.
    left_pain, right_pain
        Pain during the test, 0 to 10; None where not asked.
    """

    on_date: date
    test: str
    method: str
    position: str = ""
    instrument: str = ""
    by: str = ""
    left: tuple[float, ...] = ()
    right: tuple[float, ...] = ()
    sign: str | None = None
    left_pain: int | None = None
    right_pain: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class FlagCheck:
    """The questions about red flags, answered once.

    Attributes
    ----------
    on_date
        The day of the answers.
    region, side
        What it is about; None where it is about no place.
    answers
        Each red flag that was asked for, by its slug, and whether it is so.
    level
        How bad the place was at most, by the diary, since it began to hurt: what the answers were
        given to. None where they are about no place.
    resolved_on, resolution
        The day on which what was raised is over, and why (seen by whom, with what result); None
        and empty while it stands. Nothing is resolved without both.
    """

    on_date: date
    answers: Mapping[str, bool]
    region: str | None = None
    side: Side | None = None
    note: str = ""
    resolved_on: date | None = None
    resolution: str = ""
    level: int | None = None


@dataclass(frozen=True, slots=True)
class KeptPlan:
    """A plan that was begun: what was wished, and what was known then. The rest follows from both.

    `ended_on` is None while it runs.
    """

    made_on: date
    wish: Wish
    facts: Facts
    rules: int
    """Which edition of the plan's rules it was made by."""
    ended_on: date | None = None
    end_reason: str = ""


@dataclass(frozen=True, slots=True)
class ItemDone:
    """What was done of one item of a session; None where not said.

    Repetitions (or seconds, or breaths: as the item counts) of the best set of each side; `pain`
    during it and on the next morning, 0 to 10.
    """

    exercise: str
    sets: int | None = None
    left: int | None = None
    right: int | None = None
    load_kg: float | None = None
    pain: int | None = None
    pain_next_morning: int | None = None
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class SessionDone:
    """A session of a plan, done or missed. `plan` is the entry's id of the plan.

    `planned` holds its exercises as they were shown when it was logged: they stay so, whatever is
    known later.
    """

    plan: str
    session: str
    on_date: date
    state: Literal["done", "missed"]
    items: tuple[ItemDone, ...] = ()
    note: str = ""
    planned: tuple[Item, ...] = ()


Entry = Complaint | Day | Injury | HeelWear | Measured | FlagCheck | KeptPlan | SessionDone

KINDS: Final[Mapping[str, type[Entry]]] = {
    "complaint": Complaint,
    "day": Day,
    "injury": Injury,
    "heel_wear": HeelWear,
    "measured": Measured,
    "flag_check": FlagCheck,
    "plan": KeptPlan,
    "session": SessionDone,
}
"""What each kind is called where it is kept."""

KIND_WORDS: Final[Mapping[str, str]] = {
    "complaint": "complaint",
    "day": "day",
    "injury": "injury",
    "heel_wear": "look at heels",
    "measured": "screening test",
    "flag_check": "answer about red flags",
    "plan": "plan",
    "session": "session of a plan",
}
"""What each kind is called in a sentence."""

E = TypeVar("E", bound=Entry)


@dataclass(frozen=True, slots=True)
class Written(Generic[E]):
    """An entry as it stands in the library.

    Attributes
    ----------
    entry_id
        What it is called by.
    version
        1 as first written, one more with every correction.
    written_at_utc
        When this version was written.
    value
        What it says.
    """

    entry_id: str
    version: int
    written_at_utc: datetime
    value: E


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an entry as it lies in the library, sound or not.

    Attributes
    ----------
    version, kind
        Its number, and what its kind is called; of an entry of a newer edition a kind that this
        one does not know.
    written_at_utc
        When it was written; None where that cannot be read.
    text
        What it holds, as it is.
    value
        What it says; None where it cannot be read.
    """

    version: int
    written_at_utc: datetime | None
    kind: str
    text: str
    value: Entry | None


@dataclass(frozen=True, slots=True)
class Unread:
    """An entry that cannot be read: damaged, or written by another edition of the program.

    Attributes
    ----------
    entry_id, kind, version
        As they lie in the library.
    written_at_utc, on_date
        When its latest version was written, and of which local day it is; None where unknown.
    """

    entry_id: str
    kind: str
    version: int
    written_at_utc: datetime | None
    on_date: date | None


A_PLAN_RUNS: Final = (
    "A plan is running already: end it first (`evenstride plan end`), or go on with it."
)
"""Why no other plan begins: one runs at a time."""


def has_come(on_date: date, today: date) -> bool:
    """Tell whether the day of an entry has come.

    That of tomorrow has: who flew west since, or set the clock back, wrote it on what was today.
    """
    return on_date <= today + timedelta(days=1)
