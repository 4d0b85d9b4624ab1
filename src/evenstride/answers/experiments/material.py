"""All that the analysis of an experiment is made from: what was registered, recorded and measured.

It is what an exported file holds, so that a file is analysed to the same numbers as the library.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - dataclass fields
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from evenstride.domain.experiment import Condition, Kept  # noqa: TC001 - dataclass fields

if TYPE_CHECKING:
    from evenstride.domain.experiment import Registration

NOT_YET, SKIPPED, NO_VALUE, ENDED = "not yet", "skipped", "no value", "ended"
LAP_MISSING = "a lap is missing"


@dataclass(frozen=True, slots=True)
class Half:
    """One half of a pair.

    Attributes
    ----------
    position
        The assignment it belongs to.
    assigned, did
        What was assigned, and what was done; None where it was skipped.
    value, se
        In the outcome's unit at the registered reference conditions, and its standard error within
        the run; NaN where there is none.
    raw
        The measure as measured, in its own unit; NaN where there is none.
    run_id, date
        The run and its local date; None where there is none.
    conditions
        Under which it was measured: `speed_m_s, elapsed_h, grade_pct, distance_m`; NaN unknown.
    shoes, sensor
        Worn; None where unknown.
    remarks
        What was not as planned: codes of `deviations`.
    """

    position: int
    assigned: Condition
    did: Condition | None
    value: float
    se: float
    raw: float
    run_id: str | None
    date: str | None
    conditions: Mapping[str, float] = field(default_factory=dict)
    shoes: str | None = None
    sensor: str | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """Two halves in the order in which they were run.

    `why_not` is empty where the pair counts: both halves have values.
    """

    number: int
    halves: tuple[Half, ...]
    why_not: str = ""

    def half(self, condition: Condition) -> Half | None:
        """Return the half of a condition, as assigned."""
        return next((h for h in self.halves if h.assigned == condition), None)

    @property
    def difference(self) -> float:
        """Treatment - control, as assigned; NaN where the pair does not count."""
        treatment, control = self.half("treatment"), self.half("control")
        if self.why_not or treatment is None or control is None:
            return float("nan")
        return treatment.value - control.value

    @property
    def as_assigned(self) -> bool:
        """Whether both halves were done as assigned."""
        return all(h.did == h.assigned for h in self.halves)


@dataclass(frozen=True, slots=True)
class StartRun:
    """A run before or after a randomised start; `day` counts local days since 1970."""

    run_id: str
    date: str
    day: float
    value: float
    se: float
    raw: float
    conditions: Mapping[str, float] = field(default_factory=dict)
    shoes: str | None = None
    sensor: str | None = None


@dataclass(frozen=True, slots=True)
class Relative:
    """Another of the runner's experiments.

    `effect` and `se` are as its data alone have them, NaN while there is nothing; `e_value` as it
    stands now (NaN for a randomised start), `decided` whether its rule found an effect, `since` and
    `until` its local dates.
    """

    experiment_id: str
    treatment: str
    effect: float
    se: float
    e_value: float
    decided: bool
    since: str
    until: str | None


@dataclass(frozen=True, slots=True)
class Material:
    """All of one experiment.

    Attributes
    ----------
    kept
        The registration, the records and the end.
    pairs
        Of a paired design, in their order, those that were begun.
    runs
        Of a randomised start: the runs that count, oldest first.
    model_effect, model_se
        The effect by the library's model of all runs, before shrinking, in the outcome's unit; NaN
        where that model cannot say.
    family
        The runner's other experiments on outcomes of the same unit.
    beside
        All other experiments, whatever they are about.
    before
        Values of the last runs before registration that would have counted, oldest first.
    today
        The local date on which all this was gathered.
    """

    kept: Kept
    pairs: tuple[Pair, ...] = ()
    runs: tuple[StartRun, ...] = ()
    model_effect: float = float("nan")
    model_se: float = float("nan")
    family: tuple[Relative, ...] = ()
    beside: tuple[Relative, ...] = ()
    before: tuple[float, ...] = ()
    today: str = ""

    @property
    def registration(self) -> Registration:
        """What was laid down."""
        return self.kept.registration
