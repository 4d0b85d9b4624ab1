"""What a screening test is, and what it found: a side difference against the error of the test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from evenstride.domain.body import Side

if TYPE_CHECKING:
    from datetime import date

    from evenstride.domain.answer import Source
    from evenstride.domain.estimate import Estimate

Strength = Literal["trial", "cohort", "reliability", "case_report", "convention", "theory"]
"""What a threshold, a dose or an exercise rests on."""


@dataclass(frozen=True, slots=True)
class Method:
    """One way of making a test.

    Attributes
    ----------
    slug, label
        `degrees`, `degrees on the shin`.
    unit
        `deg`, `cm`, `count`, `s`, `kg`, `points`, `mm`, ...; empty where it is looked at.
    positions, instruments
        What has to be said beside, as slug and label; empty where there is nothing to say.
    choices
        Of what is looked at: slug and label of what may be seen; empty where it is measured.
    lowest, highest
        What can be typed; a value outside is refused.
    likely_low, likely_high, likely_difference
        What is usual; outside of it the runner is asked whether it is a typing slip.
    sem, mdc_difference, mdc_change
        Standard error of measurement of one side (mean of its trials); the smallest difference of
        the sides that differs from none; the smallest change of that difference, or of one side
        where the test is not about sides, that is one. In `unit`; None where no figure is known:
        then the runner's own trials give the error, and it is said.
    error_source, error_strength
        Where these are from.
    threshold_difference, threshold_words, threshold_source
        A difference that something is known of, and what; None where nothing is.
    more_is_better
        Whether the side with the lower value is the one that tested lower; None where neither is
        better (the Foot Posture Index).
    trials
        How many a side.
    each
        Whether it has a value for each side; else one for both together.
    sem_share
        `sem` as a share of the value, where it is known so; else None.
    paired
        Whether both sides of a trial are read at once and add up to a whole (two scales): what one
        side gains the other loses, so the error of a difference is twice that of a side.
    step
        The finest that can be read: the runner's own trials are not believed to agree better.
    share_convention
        Whether the lower side is also said in percent of the other, beside the 90 % that is a
        convention from rehabilitation.
    error_words
        What is known of the error, in a sentence; empty where only own trials tell.
    """

    slug: str
    label: str
    unit: str = ""
    positions: tuple[tuple[str, str], ...] = ()
    instruments: tuple[tuple[str, str], ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    lowest: float = 0.0
    highest: float = 0.0
    likely_low: float = 0.0
    likely_high: float = 0.0
    likely_difference: float = 0.0
    sem: float | None = None
    mdc_difference: float | None = None
    mdc_change: float | None = None
    error_source: Source | None = None
    error_strength: Strength = "convention"
    threshold_difference: float | None = None
    threshold_words: str = ""
    threshold_source: Source | None = None
    more_is_better: bool | None = True
    trials: int = 3
    each: bool = True
    sem_share: float | None = None
    paired: bool = False
    step: float = 1.0
    share_convention: bool = False
    error_words: str = ""


@dataclass(frozen=True, slots=True)
class Test:
    """A screening test.

    Attributes
    ----------
    slug, name, group
        `ankle-lunge`; group `screening` or `top_to_toe`.
    why, how
        What it tells, in a sentence; what to do, step by step, in own words.
    drawing
        The name of its drawing.
    equipment
        What it takes, in words.
    methods
        The ways of making it, the preferred first.
    cautions
        When not to do it.
    loads
        Regions it loads: with pain there it is left out.
    weight_bearing
        Whether it is done with the weight on a leg: then it loads all of it, foot to hip.
    pattern
        The finding that fits the typical pattern, as `sign` of a method that is looked at, or
        `left_lower` / `right_lower` of one that is measured; empty of tests that do not belong to
        it.
    typical
        The same in words, and whether it is from the physio's pattern or from the theory behind it.
    where
        How a side of it is said: `on the` left, or `to the` left.
    sources
        Where it is described.
    """

    slug: str
    name: str
    group: Literal["screening", "top_to_toe"]
    why: str
    how: tuple[str, ...]
    drawing: str
    methods: tuple[Method, ...]
    equipment: str = ""
    cautions: tuple[str, ...] = ()
    loads: tuple[str, ...] = ()
    pattern: str = ""
    typical: str = ""
    where: Literal["on the", "to the"] = "on the"
    sources: tuple[Source, ...] = ()
    weight_bearing: bool = False


Outcome = Literal["left_lower", "right_lower", "no_difference", "cannot_tell", "seen"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one test said on one day.

    Attributes
    ----------
    on_date, test, method, position, instrument, by
        Which.
    outcome
        `left_lower` or `right_lower` where the sides differ beyond the error of the test,
        `no_difference` where they do not, `cannot_tell` with too few trials or days, `seen` of what
        looked at (its `sign` says what).
    left, right
        Mean of the trials with its error; None where there is none.
    difference
        Left - right, in the unit; its interval is the error of the test.
    mdc
        What a difference has to reach; NaN where unknown.
    lower
        The side that tested lower beyond the error; None where none did.
    repeated
        Whether another day of the same way of measuring said the same.
    sign
        What was seen.
    change, change_beyond_error
        Of the difference since the last time by the same way (now - then); None where there was
        none, or neither can be told.
    pain_side
        The side that hurt more in the test, with pain of 4 or more; `MIDDLE` where both hurt
        alike, None where none did.
    sentence
        All that in words, the side named.
    """

    on_date: date
    test: str
    method: str
    outcome: Outcome
    position: str = ""
    instrument: str = ""
    by: str = ""
    left: Estimate | None = None
    right: Estimate | None = None
    difference: Estimate | None = None
    mdc: float = float("nan")
    lower: Side | None = None
    repeated: bool = False
    sign: str | None = None
    change: Estimate | None = None
    change_beyond_error: bool | None = None
    pain_side: Side | None = None
    sentence: str = ""
