"""The rows of the tables of experiments, as types: what JSON promises and the schemas publish.

Effects are treatment - control in the outcome's own unit.
"""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from evenstride.domain.experiment import (  # noqa: TC001 # pydantic reads them
    Condition,
    Kind,
    Verdict,
)

Found = Literal["ok", "failed", "cannot_tell"]
State = Literal["open", "complete", "ended"]


class DesignRow(TypedDict):
    """One way of doing it, and how often it would find an effect of this size.

    `pairs`, `runs` and `weeks` are what it takes for nine times in ten, null where nothing within
    reach does; `power_pct` is that of the number asked for, else of what it takes.
    """

    kind: Kind
    pairs: int | None
    runs: int | None
    weeks: float | None
    power_pct: float | None
    effect: float


class ExperimentPowerRow(TypedDict):
    """How often so many pairs find an effect of this size."""

    pairs: int
    runs: int
    effect: float
    power_pct: float


class RegisteredRow(TypedDict):
    """One line of what is laid down, in words."""

    name: str
    value: str


class LapToDoRow(TypedDict):
    """One lap of a run to come: what to do in it."""

    lap: int
    pair: int
    condition: Condition
    what: str


class AssignmentRow(TypedDict):
    """What to do next. `laps` where conditions alternate within the run.

    `not_before` is a local date; null where nothing must be waited for.
    """

    experiment_id: str
    position: int
    pair: int | None
    half: int | None
    condition: Condition | None
    what: str
    not_before: str | None
    laps: list[LapToDoRow]
    how: str


class CandidateRow(TypedDict):
    """A run that may have served an assignment, the likeliest first."""

    run_id: str
    local_date: str
    distance_m: float | None
    duration_s: float
    speed_m_s: float | None
    fits: bool
    why_not: str | None


class ExperimentRow(TypedDict):
    """One experiment in a list."""

    experiment_id: str
    question: str
    kind: Kind
    treatment: str
    control: str
    outcome: str
    state: State
    verdict: Verdict | None
    pairs: int
    complete_pairs: int
    registered_on: str
    end_reason: str | None


class PairRow(TypedDict):
    """One pair; null where a half is missing or did not happen.

    `first` is the condition that came first, `e_value` the evidence after this pair. `used` says
    whether the pair counts, `why_not` why it does not.
    """

    pair: int | str
    first: Condition | None
    control_value: float | None
    treatment_value: float | None
    difference: float | None
    control_run: str | None
    treatment_run: str | None
    e_value: float | None
    used: bool
    why_not: str | None
    deviations: list[str]


class CheckRow(TypedDict):
    """One check of what could have misled, in a sentence."""

    name: str
    verdict: Found
    text: str


class DeviationRow(TypedDict):
    """Where what was done is not what was assigned, or the run was another one than meant."""

    position: int
    run_id: str | None
    what: str
    sentence: str


class FamilyRow(TypedDict):
    """One of the runner's experiments on the same outcome; `stands` after all are counted."""

    experiment_id: str
    treatment: str
    effect: float | None
    e_value: float | None
    stands: bool


class ProgressRow(TypedDict):
    """How far an experiment is."""

    experiment_id: str
    pairs: int
    complete_pairs: int
    dropped_pairs: int
    runs: int
    more_pairs: int | None
    ends_on: str | None


class TrialRow(TypedDict):
    """One trial of a file from outside in one line; the ends of an interval that is none are null.

    `low` and `high` are the 95 % interval of inverting the randomisation test.
    """

    trial: str | None
    treatment: str
    control: str
    pairs: int
    dropped_pairs: int
    effect: float | None
    low: float | None
    high: float | None
    p_value: float | None
    e_value: float | None
    verdict: Verdict


class AssociationRow(TypedDict):
    """What goes along with a tag that nobody randomised, in pp, + toward the left.

    `low` and `high` are the 95 % interval of this tag alone, `low_all` and `high_all` the one that
    holds for all tags together. `clear` says that the latter leaves out 0. `already` names the
    experiment in which it was randomised: there it is answered, and sizes are null here.
    `treatment` and `control` are what an experiment on it would be about.
    """

    tag: str
    value_pp: float | None
    low: float | None
    high: float | None
    low_all: float | None
    high_all: float | None
    runs_with: int
    runs_without: int
    estimable: bool
    clear: bool
    inseparable_from: str | None
    advice: str | None
    already: str | None
    treatment: str
    control: str
    sentence: str


class LapUseRow(TypedDict):
    """One lap of a run that served, or would serve, one half of a pair: `[start_s, end_s)`."""

    lap: int
    pair: int
    condition: Condition
    what: str
    did: Condition
    start_s: float
    end_s: float
