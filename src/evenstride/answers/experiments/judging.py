"""What the registered rule says of an experiment so far, and so whether it is over."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

import numpy as np

from evenstride.answers.experiments.standing import possible_dates, start_date
from evenstride.domain.experiment import OUTCOMES
from evenstride.stats.experiments.rule import decide
from evenstride.stats.experiments.start_date import decide_start

if TYPE_CHECKING:
    from evenstride.answers.experiments.material import Material, Pair
    from evenstride.domain.estimate import FloatArray
    from evenstride.domain.experiment import Decision

State = Literal["open", "complete", "ended"]


def counted(material: Material) -> tuple[Pair, ...]:
    """Return the pairs that count, in their order."""
    return tuple(pair for pair in material.pairs if not pair.why_not)


def decision_of(material: Material, *, per_protocol: bool = False) -> Decision | None:
    """Apply the rule; None of a randomised start before its end, or where nothing is measured.

    `per_protocol` takes, of the pairs that the rule itself rests on, only those of which both
    halves were done as assigned.
    """
    r = material.registration
    unit = OUTCOMES[r.outcome].unit
    if r.kind == "randomised_start":
        return None if per_protocol else _of_start(material)
    pairs = counted(material)
    every = decide(
        differences(pairs), pairs=r.pairs, smallest_effect=r.smallest_effect, unit=unit, seed=r.seed
    )
    if not per_protocol:
        return every
    of_it = pairs[: round(every.effect.n_effective)]
    as_assigned = differences(tuple(pair for pair in of_it if pair.as_assigned))
    return decide(
        as_assigned, pairs=r.pairs, smallest_effect=r.smallest_effect, unit=unit, seed=r.seed
    )


def differences(pairs: tuple[Pair, ...]) -> FloatArray:
    """Return treatment - control of each pair, shape (n,)."""
    return np.array([pair.difference for pair in pairs], dtype=np.float64)


def is_over(material: Material) -> bool:
    """Tell whether the last day of a randomised start has passed."""
    end = material.registration.end_date
    return end is not None and material.today > end.isoformat()


def is_decidable(material: Material) -> bool:
    """Tell whether a randomised start may be looked at: its last day has passed, not cut short."""
    r, ended = material.registration, material.kept.ended_at_utc
    cut_short = ended is not None and r.end_date is not None and ended.date() < r.end_date
    return is_over(material) and not cut_short


def state_of(material: Material, decision: Decision | None) -> State:
    """Tell whether an experiment is still to be run."""
    if material.kept.ended_at_utc is not None:
        return "ended"
    if material.registration.kind == "randomised_start":
        return "complete" if is_over(material) else "open"
    decided = decision is not None and decision.verdict != "too_early"
    return "complete" if decided else "open"


def _of_start(material: Material) -> Decision | None:
    r = material.registration
    runs = material.runs
    if not is_decidable(material) or not runs:
        return None
    dates = possible_dates(r)
    first = date(1970, 1, 1)
    # A run on a day counts as after a start on that day: days are told apart by local date.
    day = np.array([float((date.fromisoformat(run.date) - first).days) for run in runs])
    return decide_start(
        np.array([run.value for run in runs]),
        day,
        np.array([float((d - first).days) for d in dates]),
        dates.index(start_date(r)),
        se=np.nan_to_num(np.array([run.se for run in runs])),
        covariance=r.covariance,
        smallest_effect=r.smallest_effect,
        unit=OUTCOMES[r.outcome].unit,
    )
