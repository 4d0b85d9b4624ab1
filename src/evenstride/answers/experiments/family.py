"""How the number of things a runner has tried is counted: of many, the best looks good by chance.

By the e-BH procedure (Wang and Ramdas 2022, doi 10.1111/rssb.12489): of K e-values the largest k
stand where each is at least K / (level * k); they may depend on one another in any way.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from evenstride.answers.experiments.material import Material
    from evenstride.answers.rows_experiments import FamilyRow
    from evenstride.domain.experiment import Decision

LEVEL: Final = 0.05


def family_of(material: Material, decision: Decision | None) -> tuple[FamilyRow, ...]:
    """List the runner's experiments on outcomes of this unit, this one first; and which stand.

    What stands was found by its own rule and keeps its place when all are counted together. Empty
    where nothing else was tried: then its own rule is all there is.
    """
    if not material.family:
        return ()
    r = material.registration
    e = math.nan if decision is None or not decision.e_values.size else decision.e_values[-1]
    effect = math.nan if decision is None else decision.effect.value
    decided = decision is not None and decision.verdict in {"increase", "decrease"}
    found = [(r.experiment_id, r.treatment, effect, float(e), decided)]
    found += [
        (one.experiment_id, one.treatment, one.effect, one.e_value, one.decided)
        for one in material.family
    ]
    least = _least([e for _, _, _, e, _ in found])
    return tuple(
        {
            "experiment_id": name,
            "treatment": treatment,
            "effect": _known(effect),
            "e_value": _known(e),
            "stands": decided and math.isfinite(e) and e >= least,
        }
        for name, treatment, effect, e, decided in found
    )


def _least(e_values: list[float]) -> float:
    """Return the least e-value that stands; those not known yet count as tried."""
    ordered = sorted((e for e in e_values if math.isfinite(e)), reverse=True)
    tried = len(e_values)
    standing = [k for k, e in enumerate(ordered, start=1) if e >= tried / (LEVEL * k)]
    return ordered[max(standing) - 1] if standing else math.inf


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
