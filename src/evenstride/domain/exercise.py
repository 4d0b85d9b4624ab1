"""Exercises, cues and ground rules; and a plan made of them: what, which side, how much, and why.

Nothing here knows balance: a plan is made from what was tested, felt and wished, so balance cannot
choose a side.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from evenstride.domain.answer import Source
from evenstride.domain.body import Feeling, Moment, Side
from evenstride.domain.screening import Strength

Block = Literal["breathing", "mobility", "trunk", "hip", "single_leg", "foot", "form", "ground"]
"""`form` and `ground` are done while running; the others at home or in the gym."""
Sided = Literal["both", "each_side", "mirrored"]
"""`both`: both at once; `each_side`: one side after the other, alike unless a test says otherwise;
`mirrored`: done to one side only, which a finding chooses; without one, to both."""
Counted = Literal["repetitions", "seconds", "breaths", "minutes", "runs"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

WEEKDAYS: Final[tuple[Weekday, ...]] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKS: Final = 12
RULES: Final = 1
"""The edition of the plan's rules; what was made by an older one keeps standing as it was kept."""


@dataclass(frozen=True, slots=True)
class Dose:
    """How much in a session: sets of so many (a side, unless `both` at once), low and high each."""

    sets: tuple[int, int]
    count: tuple[int, int]
    counted: Counted
    per_week: tuple[int, int]
    strength: Strength
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Caution:
    """When not to: `why` in a sentence, and what rules it out.

    Attributes
    ----------
    regions, above
        Pain or soreness above this level, 0 to 10, in one of these regions.
    conditions
        What a person may have said of themselves: slugs of `CONDITIONS`.
    """

    why: str
    regions: tuple[str, ...] = ()
    above: int = 5
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise, cue or ground rule of the catalogue.

    Attributes
    ----------
    slug, name, block
        Its short name, what people call it, and where in a session it belongs.
    purpose, feel
        A sentence each.
    regions
        What it works on.
    loads
        Regions it loads: with soreness there it is made easier or left out.
    weight_bearing
        Whether it is done with the weight on a leg: then it loads all of it, foot to hip.
    equipment
        Slugs of `EQUIPMENT`; empty: none.
    how
        Steps, in own words.
    drawing
        The name of its drawing.
    sided, side_rule
        Which side, and the rule in words.
    toward
        Of `mirrored`: a test slug to the side it is done to, seen from the side that tested lower
        (or where ribs or hip bone stand out): `lower` is that one, `other` the one across.
    tests
        Slugs of the tests whose finding puts it into a plan.
    after
        The exercise that has to go well first; None where there is none.
    dose
        How much.
    progression
        How it is made harder, step by step.
    cautions
        When not to.
    running
        Whether it is done while running.
    cue
        The slug of `domain.cues` that makes it an experiment; None where there is none.
    evidence, strength, source
        What is known, what it rests on, where it is from.
    easier
        How it is made easier where something is sore, in a sentence.
    """

    slug: str
    name: str
    block: Block
    purpose: str
    feel: str
    regions: tuple[str, ...]
    loads: tuple[str, ...]
    equipment: tuple[str, ...]
    how: tuple[str, ...]
    drawing: str
    sided: Sided
    side_rule: str
    toward: tuple[tuple[str, Literal["lower", "other"]], ...]
    tests: tuple[str, ...]
    after: str | None
    dose: Dose
    progression: tuple[str, ...]
    cautions: tuple[Caution, ...]
    running: bool
    cue: str | None
    evidence: str
    strength: Strength
    source: Source | None
    easier: str
    weight_bearing: bool = False


EQUIPMENT: Final = {
    "roller": "foam roller",
    "band": "resistance band",
    "ball": "gym ball",
    "box": "step, box or bench",
    "weights": "dumbbells or a kettlebell",
    "cable": "cable machine, or a band at a door",
    "wall": "a wall",
    "chair": "a chair",
}
"""What a plan may use; a wall and a chair are taken to be there."""

GOALS: Final = {
    "less_sore": "less soreness or pain on one side",
    "stronger": "stronger on one leg at a time",
    "more_mobile": "more mobile ankles and hips",
    "form": "try another way of running",
    "experiment": "find out whether it moves my balance",
}

CONDITIONS: Final = {
    "high_blood_pressure": "high blood pressure that is not under control",
    "late_pregnancy": "late pregnancy",
    "hernia": "a hernia",
    "varices": "varicose veins",
    "clot": "a suspected blood clot",
    "fracture": "a fracture, or a suspected one",
    "open_skin": "open skin where I would roll",
    "knee_pain": "knee pain above 5 of 10",
}
"""What a person may say of themselves that rules exercises out."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a plan is asked for.

    Attributes
    ----------
    first_date
        The day from which on it runs.
    days
        Days of the week that are free for it, two or three are used.
    sessions_per_week
        2 or 3.
    minutes
        How long a session may take.
    goals, equipment, conditions
        Slugs of `GOALS`, `EQUIPMENT`, `CONDITIONS`.
    """

    first_date: date
    days: tuple[Weekday, ...] = ("mon", "wed", "sat")
    sessions_per_week: int = 3
    minutes: int = 30
    goals: tuple[str, ...] = ("stronger",)
    equipment: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TestedSide:
    """A test that was made: which side was lower beyond its error, None where neither was.

    `sign` is what was seen where it is looked at; `fits` whether that is the typical pattern (None
    where the test does not belong to it). `repeated` on another day.
    """

    test: str
    on_date: date
    side: Side | None
    repeated: bool = False
    difference: float | None = None
    mdc: float | None = None
    unit: str = ""
    sign: str | None = None
    fits: bool | None = None


@dataclass(frozen=True, slots=True)
class Sore:
    """A place that is sore, tight or painful, as said last; `level` is the worst of 14 days."""

    region: str
    side: Side
    feeling: Feeling
    moment: Moment
    level: int
    on_date: date


@dataclass(frozen=True, slots=True)
class Exposure:
    """Something one-sided in where or how the runner runs: `lower_side` of the road, `turns`.

    `name` is `camber`, `track_direction`, `bends`, `heel_wear`, `sitting`, `speed_work_on_track`;
    `side` the foot that stands lower, the side turned to, the more worn heel; `share` how much, 0
    to 1 of what is known, or hours a day of sitting.
    """

    name: str
    side: Side | None
    share: float


@dataclass(frozen=True, slots=True)
class HurtBefore:
    """An injury as a plan needs it: `direct` where it was sudden or surgery."""

    region: str
    side: Side
    direct: bool
    over: bool


Tier = Literal["now", "before_running", "mention"]
"""Of a red flag: emergency or urgent; see a clinician before running on; mention it."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A red flag that stands: its slug, its tier, where."""

    slug: str
    tier: Tier
    region: str | None = None
    side: Side | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a plan is made from beside the wish; balance is not among it.

    `cadence_spm` is the runner's own at their easy pace, None where unknown.
    """

    tested: tuple[TestedSide, ...] = ()
    sore: tuple[Sore, ...] = ()
    hurt: tuple[HurtBefore, ...] = ()
    exposures: tuple[Exposure, ...] = ()
    flags: tuple[Flag, ...] = ()
    cadence_spm: float | None = None
    easy_speed_m_s: float | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One exercise in one session.

    Attributes
    ----------
    exercise
        Its slug.
    first_side
        The side to begin with; None where both at once, or neither goes first.
    sets_left, sets_right
        Sets a side; of `both` at once the same number stands in both and is done once.
    only_side
        Of what is done to one side only: that side; None else.
    count, counted
        Repetitions, seconds or breaths a set.
    step
        Which step of the exercise's progression it is at; 0 as first described.
    easier
        Whether it is done in its easier way (`Exercise.easier`); its step is 0 then.
    load_kg
        The load to take; None where it needs none, or none was written down yet.
    because
        Which finding, wish or rule put it there, in one sentence.
    out_when
        What would take it out, in one sentence.
    changed
        What is different from the session before, and why; empty where nothing is.
    """

    exercise: str
    count: int
    counted: Counted
    sets_left: int
    sets_right: int
    because: str
    out_when: str
    first_side: Side | None = None
    only_side: Side | None = None
    step: int = 0
    changed: str = ""
    easier: bool = False
    load_kg: float | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """One session: `session_id` is `w03-2`, the second of the third week."""

    session_id: str
    on_date: date
    week: int
    title: str
    items: tuple[Item, ...]
    rescreen: tuple[str, ...] = ()
    """Slugs of tests to make again on that day."""
    state: Literal["done", "missed", "next", "later"] = "later"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An exercise that is not in the plan though it might be, and why; what would let it in."""

    exercise: str
    why: str


@dataclass(frozen=True, slots=True)
class RunningRule:
    """A cue, cadence work or ground rule for runs: which item of the catalogue, and why."""

    exercise: str
    how_much: str
    because: str
    out_when: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Twelve weeks, or none.

    Attributes
    ----------
    sessions
        In order; empty where a red flag stops it.
    running
        What to do while running; empty where a flag stops running.
    left_out
        What is not in it for a reason of the runner's own.
    stopped_by
        The flags that stop all of it, or what is done while running.
    notes
        What holds for all of it: pain rule, the rule of repetitions, when to stop.
    """

    sessions: tuple[Session, ...]
    running: tuple[RunningRule, ...]
    left_out: tuple[LeftOut, ...]
    stopped_by: tuple[Flag, ...]
    notes: tuple[str, ...]
