"""The rows of the tables of plans, as types: what JSON promises and the schemas publish."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from evenstride.domain.exercise import Block, Counted, Sided, Tier  # noqa: TC001 # pydantic reads them

SideCode = Literal["left", "right", "middle"]


class SessionRow(TypedDict):
    """One session. `test_again` names the tests of `rescreen` in a sentence, empty without any.

    `sequence` grows whenever the plan is told anew, as calendars want it.
    """

    plan_id: str
    session_id: str
    on_date: str
    week: int
    title: str
    state: Literal["done", "missed", "next", "later"]
    minutes: int
    rescreen: list[str]
    test_again: str
    sequence: int


class ItemRow(TypedDict):
    """One exercise of one session; `dose` says sets and counts a side, and the load, in words.

    `step` says how it is done now, where that is not as `how` describes it: easier, or harder.
    `cue` is what it is called where it can be made an experiment, null where it cannot.
    """

    session_id: str
    exercise: str
    name: str
    block: Block
    drawing: str
    sided: Sided
    sets_left: int
    sets_right: int
    count: int
    counted: Counted
    first_side: SideCode | None
    only_side: SideCode | None
    dose: str
    step: str
    load_kg: float | None
    how: list[str]
    because: str
    out_when: str
    changed: str
    cue: str | None


class RunningRow(TypedDict):
    """What to do while running: a cue, quicker steps, a ground rule."""

    exercise: str
    name: str
    drawing: str
    how_much: str
    because: str
    out_when: str
    evidence: str
    cue: str | None


class LeftOutRow(TypedDict):
    """What is not in the plan, and why."""

    exercise: str
    name: str
    why: str


class VoiceRow(TypedDict):
    """Where coach, physio and runners disagree: who says what, what is known, what is yours.

    `exercise` and `cue` name what can be tried; null where nothing can.
    """

    topic: str
    coach: str
    physio: str
    runner: str
    evidence: str
    source: str
    yours: str
    exercise: str | None
    cue: str | None


class NextSessionRow(TypedDict):
    """The session that comes next."""

    plan_id: str
    session_id: str
    on_date: str
    title: str
    exercises: int
    minutes: int
    when: str


class StoppedRow(TypedDict):
    """A red flag that stops the plan, or what is done while running.

    `flag` is `unread`, and `tell` empty, where it stops for an entry that cannot be read.
    """

    flag: str
    tier: Tier
    reason: str
    tell: str


class WishRow(TypedDict):
    """One line of what was wished, in words."""

    name: str
    value: str


class LoggedRow(TypedDict):
    """What was done of one item; null where not said. One row without an exercise if nothing was.

    `entry_id` and `version` are those of the session.
    """

    entry_id: str
    version: int
    session_id: str
    on_date: str
    state: Literal["done", "missed"]
    exercise: str | None
    sets: int | None
    left: int | None
    right: int | None
    load_kg: float | None
    pain: int | None
    pain_next_morning: int | None
    left_out: bool
    note: str


class ExerciseRow(TypedDict):
    """One exercise, cue or ground rule of the catalogue; `dose` in words."""

    exercise: str
    name: str
    block: Block
    drawing: str
    purpose: str
    feel: str
    how: list[str]
    regions: list[str]
    equipment: list[str]
    side_rule: str
    dose: str
    progression: list[str]
    cautions: list[str]
    evidence: str
    strength: str
    source: str
    running: bool
    cue: str | None
