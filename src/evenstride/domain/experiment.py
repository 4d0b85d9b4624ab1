"""What an experiment on one's own running is: registered beforehand, recorded, judged by one rule.

Effects are treatment - control in the outcome's own unit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from evenstride.domain.estimate import FloatArray  # noqa: TC001 - dataclass fields

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from evenstride.domain.estimate import Estimate

Kind = Literal["within_run", "across_runs", "randomised_start"]
Condition = Literal["treatment", "control"]
Verdict = Literal["increase", "decrease", "no_meaningful_effect", "too_early"]

ENOUGH_E: Final = 40.0
"""An e-value from which on an effect is taken as there, at any look (DOMAIN 6)."""
ENOUGH_P: Final = 0.025
"""The p-value that does the same once, at the registered number of pairs."""
SMALLEST_P_OF_START: Final = 0.05
"""The p-value of a randomised start, looked at once at its end."""
FEWEST_DATES: Final = 20
"""Possible dates of a randomised start: with k of them no p-value is below 1/k."""
FEWEST_PAIRS: Final = 6
"""Below so many pairs no 95 % interval exists."""
LONGEST_WORDS: Final = 200
"""Characters of a question, of what is tried, of what is done instead."""
LONGEST_REASON: Final = 500
"""Characters of why an experiment ends."""
LONGEST_NOTE: Final = 2000
"""Characters of a note to a record."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Something that an experiment may be about.

    Attributes
    ----------
    name
        `toward_even`, `balance`, `contact_time`, `flight_time`, `cadence`, `drift`, `rating`.
    label
        What people call it: `Balance, toward even`.
    unit
        `pp`, `ms`, `spm`, `pp/h` or `points`.
    measure
        The library's measure it is made from; None where it is typed after the run.
    smallest_effect, prior_sd
        What matters at least, unless said otherwise, and how large effects mostly are: the SD of
        what is believed of an effect beforehand, around 0.
    increase, decrease
        What an effect above and below 0 does, in words that go behind a size: `toward even`.
    kinds
        The designs it can be measured in.
    """

    name: str
    label: str
    unit: str
    measure: str | None
    smallest_effect: float
    prior_sd: float
    increase: str
    decrease: str
    kinds: tuple[Kind, ...]

    @property
    def slug(self) -> str:
        """The unit as the end of a name: `pp`, `ms`, `pp_per_h`."""
        return self.unit.replace("/", "_per_")


_ALL: Final = ("within_run", "across_runs", "randomised_start")
_RUNS: Final = ("across_runs", "randomised_start")
OUTCOMES: Final[Mapping[str, Outcome]] = {
    o.name: o
    for o in (
        Outcome(
            "toward_even", "Balance, toward even", "pp", "balance_left_pct", 0.3, 0.5,
            "toward even", "away from even", _ALL,
        ),
        Outcome(
            "balance", "Balance, toward the left", "pp", "balance_left_pct", 0.3, 0.5,
            "toward the left", "toward the right", _ALL,
        ),
        Outcome(
            "contact_time", "Contact time", "ms", "gct_ms", 3.0, 5.0, "longer", "shorter", _ALL
        ),
        Outcome(
            "flight_time", "Flight time", "ms", "flight_time_ms", 3.0, 5.0,
            "longer", "shorter", _ALL,
        ),
        Outcome("cadence", "Cadence", "spm", "cadence_spm", 1.5, 2.5, "higher", "lower", _ALL),
        Outcome(
            "drift", "Drift of balance within a run", "pp/h", "balance_left_pct", 0.5, 0.8,
            "toward the left as the run goes on", "toward the right as the run goes on", _RUNS,
        ),
        Outcome(
            "rating", "Your rating after the run, 0 to 10", "points", None, 1.0, 1.7,
            "higher", "lower", _RUNS,
        ),
    )
}  # fmt: skip
NEAREST_TO_EVEN_PP: Final = 0.5
"""Nearer to 50 than this there is no side from which even lies in one direction."""


@dataclass(frozen=True, slots=True)
class Comparable:
    """Which runs may serve an experiment; None where nothing is asked.

    `route` is the id of a run over the same route: runs that begin within 300 m of where it did and
    are as long, within a tenth.
    """

    slowest_m_s: float | None = None
    fastest_m_s: float | None = None
    shortest_s: float = 600.0
    route: str | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    """What is laid down before the first assignment, and cannot be edited afterwards.

    Attributes
    ----------
    experiment_id
        Its name, as `push-off-behind-2026-11`.
    registered_at_utc
        Aware.
    question
        In the runner's words.
    kind
        The design.
    treatment, control
        What is done and what instead, in words.
    outcome
        A name of `OUTCOMES`.
    longer_side
        Of `toward_even`: the side that contact was longer on when it was registered; None else.
    smallest_effect, prior_sd
        In the outcome's unit, > 0.
    seed
        Every assignment follows from it, see `stats.experiments.sequence`.
    pairs
        Complete pairs at which the final test is made; 0 for a randomised start.
    pairs_per_run, lap_s, warm_up_s, settling_s
        Within a run: pairs of laps in each, how long a lap is meant to be, and what is left out at
        the beginning of the run and after each switch.
    washout_days
        Across runs: whole days that must lie between two runs of the experiment.
    comparable
        Across runs and of a randomised start: which runs count.
    first_date, last_date, end_date
        Randomised start, local days: the possible dates are all days from the first to the last;
        runs from the day of registration to the end (included) are analysed, once, after it.
    reference
        Of each condition of blocks what counts as the reference: `speed_m_s`, `elapsed_h`,
        `camber`; and `habit_camber`, the side of the road where nothing was said of it.
    adjustment
        What one unit of each driver does to the measure, as the library's model had it at
        registration; taken off every value that decides.
    lowest, highest
        A value at reference conditions beyond these, in the measure's own unit, is a sensor that
        failed or was put on the other way round, and none; NaN where nothing is asked.
    covariance
        Randomised start: variances of the model at registration, `walk_per_day`, `shared`,
        `shared_tau_days`, `own`, in squares of the outcome's unit: how runs are weighed.
    spread_sd
        SD of one pair's difference (of one run, for a randomised start) when it was planned.
    power
        Probability, as planned, that `planned_effect` is found.
    planned_effect
        In the outcome's unit.
    program
        The version it was registered with.
    """

    experiment_id: str
    registered_at_utc: datetime
    question: str
    kind: Kind
    treatment: str
    control: str
    outcome: str
    longer_side: Literal["left", "right"] | None
    smallest_effect: float
    prior_sd: float
    seed: str
    pairs: int
    pairs_per_run: int = 1
    lap_s: float = 0.0
    warm_up_s: float = 0.0
    settling_s: float = 0.0
    washout_days: int = 0
    comparable: Comparable = field(default_factory=Comparable)
    first_date: date | None = None
    last_date: date | None = None
    end_date: date | None = None
    reference: Mapping[str, float] = field(default_factory=dict)
    adjustment: Mapping[str, float] = field(default_factory=dict)
    lowest: float = float("nan")
    highest: float = float("nan")
    covariance: Mapping[str, float] = field(default_factory=dict)
    spread_sd: float = float("nan")
    power: float = float("nan")
    planned_effect: float = float("nan")
    program: str = ""


@dataclass(frozen=True, slots=True)
class LapUse:
    """A stretch `[start_s, end_s)` of a run that served one half of a pair, as it was assigned."""

    pair: int
    assigned: Condition
    start_s: float
    end_s: float
    did: Condition | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """What became of one assignment. A later record of the same position takes its place.

    Attributes
    ----------
    position
        Which assignment, from 0: across runs two make a pair; within a run each is one run of
        `pairs_per_run` pairs; of a randomised start there is one, to begin.
    recorded_at_utc
        Aware.
    run_id
        The run that served it; None where there is none.
    did
        What was done, whatever was assigned; None where it was skipped.
    on_date
        Of a randomised start: the local day on which it was begun.
    rating
        0 to 10, where ratings are the outcome.
    laps
        Within a run: which stretches served.
    note
        In the runner's words.
    """

    position: int
    recorded_at_utc: datetime
    run_id: str | None
    did: Condition | None
    on_date: date | None = None
    rating: float | None = None
    laps: tuple[LapUse, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """An experiment as the library keeps it: the registration, all records, and its end.

    `records` are in the order of their writing, superseded ones among them.
    """

    registration: Registration
    records: tuple[Record, ...] = ()
    ended_at_utc: datetime | None = None
    end_reason: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """What the rule says of the pairs so far; all in the outcome's unit.

    Attributes
    ----------
    verdict
        `increase`, `decrease`, `no_meaningful_effect` or `too_early`.
    decided_by
        `e_value`, `p_value` or `interval`; None while nothing is decided.
    decided_at
        After how many complete pairs; 0 while nothing is decided.
    effect
        Mean of the differences, with the 95 % interval from inverting the randomisation test;
        infinite ends where too few pairs allow none.
    low90, high90
        The 90 % interval.
    p_value
        Two-sided, of the randomisation test as it stands; final at the registered number only.
    p_value_se
        Its Monte Carlo error; 0 where every possible sequence was counted.
    exact
        Whether every possible sequence was counted; else they were drawn.
    e_values
        After each complete pair, shape (n,).
    more_pairs
        While nothing is decided: how many more are needed, as far as the scatter so far tells; None
        where that cannot be said.
    """

    verdict: Verdict
    decided_by: Literal["e_value", "p_value", "interval"] | None
    decided_at: int
    effect: Estimate
    low90: float
    high90: float
    p_value: float
    exact: bool
    e_values: FloatArray
    more_pairs: int | None
    p_value_se: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Scatter:
    """How the difference of one pair scatters when nothing is done: a mixture of normals around 0.

    Attributes
    ----------
    weight, var
        Weights, summing to 1, and variances in squares of the outcome's unit, shape (c,).
    """

    weight: FloatArray
    var: FloatArray

    @property
    def sd(self) -> float:
        """The SD of the mixture."""
        return float(np.sqrt(self.weight @ self.var))
