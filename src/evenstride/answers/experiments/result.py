"""Did it work? What the rule says of an experiment, and what describes and checks it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from evenstride.answers.experiments.checking import checks_of
from evenstride.answers.experiments.design_words import SUGGESTIVE, registered_rows
from evenstride.answers.experiments.family import family_of
from evenstride.answers.experiments.gathering import DEVIATIONS, gather
from evenstride.answers.experiments.judging import (
    counted,
    decision_of,
    differences,
    is_over,
    state_of,
)
from evenstride.answers.experiments.result_figures import figures_of
from evenstride.answers.experiments.result_words import Told
from evenstride.answers.experiments.rule_sources import SOURCES
from evenstride.answers.experiments.standing import latest, start_date
from evenstride.answers.provenance import PROGRAM
from evenstride.answers.runner_settings import preferences_of
from evenstride.domain.answer import Answer, Provenance
from evenstride.domain.estimate import Estimate
from evenstride.domain.experiment import OUTCOMES, Decision
from evenstride.stats.experiments.planning import futility
from evenstride.stats.experiments.posterior import from_differences, posterior

if TYPE_CHECKING:
    from datetime import datetime

    from evenstride.answers.experiments.material import Half, Material, Pair
    from evenstride.answers.rows_experiments import DeviationRow, PairRow, ProgressRow
    from evenstride.domain.wording import Units
    from evenstride.library import Library
    from evenstride.stats.experiments.planning import Futility
    from evenstride.stats.experiments.posterior import Shrunk

MODEL: Final = "registered rule 1"
_FEWEST_FOR_FUTILITY: Final = 4
_FUTURES: Final = 1000
_SEED: Final = 20261


def result(lib: Library, experiment: str, *, now: datetime) -> Answer:
    """Answer "did it work?".

    Parameters
    ----------
    lib, experiment
        The library, and the experiment's id.
    now
        Aware, in the runner's own time zone: its date is today.

    Returns
    -------
        Verdict `increase`, `decrease`, `no_meaningful_effect` or `too_early`, by the registered
        rule alone. Estimates `effect_<unit>` (treatment - control by intention to treat, with the
        interval of inverting the randomisation test), `p_value`, `e_value`,
        `posterior_effect_<unit>` (by the library's model, shrunk) and `per_protocol_<unit>`; tables
        `pairs`, `checks`, `deviations`, `family`, `progress`, `registered`; figures `evidence` and
        `pairs`, of a randomised start `runs`.

    Raises
    ------
    UnknownExperimentError, TamperedError
        There is none of this id; its registration is not what was registered.
    """
    material = gather(lib, lib.experiment(experiment), now=now, today=now.date())
    return result_of(material, units=preferences_of(lib.settings()).units)


def result_of(material: Material, *, units: Units = "km") -> Answer:
    """Judge what was gathered; see `result`. The same material gives the same numbers anywhere.

    `units` are those in which the registered paces are said.
    """
    r = material.registration
    outcome = OUTCOMES[r.outcome]
    decision = decision_of(material)
    per_protocol = decision_of(material, per_protocol=True)
    shrunk = _shrunk(material, decision)
    told = Told(
        material=material,
        decision=decision,
        state=state_of(material, decision),
        shrunk=shrunk,
        per_protocol=per_protocol,
        future=_future(material, decision),
    )
    family = family_of(material, decision)
    checks = checks_of(material)
    return Answer(
        question="experiment_result",
        headline=told.headline(),
        verdict="too_early" if decision is None else decision.verdict,
        provenance=_provenance(material),
        sentences=(
            *told.decided(),
            *(row["text"] for row in checks if row["verdict"] == "failed"),
            *told.described(),
            *told.family_sentences(family),
        ),
        estimates=_estimates(outcome.slug, outcome.unit, decision, shrunk, per_protocol),
        tables={
            "pairs": _pair_rows(material, decision),
            "checks": checks,
            "deviations": deviation_rows(material),
            "family": family,
            "progress": (progress_row(material, decision),),
            "registered": registered_rows(r, units=units),
        },
        figures=figures_of(material, decision),
        caveats=(
            *((SUGGESTIVE,) if r.kind == "randomised_start" else ()),
            *told.caveats(),
        ),
        sources=SOURCES,
    )


def progress_row(material: Material, decision: Decision | None) -> ProgressRow:
    """Say how far an experiment is."""
    r = material.registration
    used = counted(material)
    dropped = [p for p in material.pairs if p.why_not and p.why_not != "not yet"]
    runs = {h.run_id for p in material.pairs for h in p.halves if h.run_id}
    return {
        "experiment_id": r.experiment_id,
        "pairs": r.pairs,
        "complete_pairs": len(used),
        "dropped_pairs": len(dropped),
        "runs": len(runs) or len(material.runs),
        "more_pairs": None
        if decision is None or material.kept.ended_at_utc is not None
        else decision.more_pairs,
        "ends_on": r.end_date.isoformat() if r.end_date else None,
    }


def deviation_rows(material: Material) -> tuple[DeviationRow, ...]:
    """List where what was done is not what was assigned, or the run another than meant."""
    rows: list[DeviationRow] = []
    for pair in material.pairs:
        for half in pair.halves:
            rows.extend(
                {
                    "position": half.position,
                    "run_id": half.run_id,
                    "what": code,
                    "sentence": f"Pair {pair.number + 1}, {half.assigned}: {DEVIATIONS[code]}.",
                }
                for code in half.remarks
            )
    if material.registration.kind == "randomised_start":
        rows.extend(_start_deviations(material))
    return tuple(rows)


def _start_deviations(material: Material) -> list[DeviationRow]:
    begun = latest(material.kept).get(0)
    drawn = start_date(material.registration)
    if begun is None:
        # Before the end it may still be written down, and the day drawn is not to be told.
        if not is_over(material):
            return []
        code = "not_recorded"
        sentence = f"It was not written down whether it was begun; {drawn} counts as the start."
    elif begun.did is None:
        code, sentence = "skipped", f"It was not begun; {drawn} counts as the start."
    elif begun.on_date != drawn:
        code = "began_other_day"
        sentence = f"It was begun on {begun.on_date}; drawn was {drawn}, and counts as the start."
    else:
        return []
    return [{"position": 0, "run_id": None, "what": code, "sentence": sentence}]


def _estimates(
    slug: str,
    unit: str,
    decision: Decision | None,
    shrunk: Shrunk | None,
    per_protocol: Decision | None,
) -> dict[str, Estimate]:
    nan = math.nan
    none = Estimate(nan, nan, nan, nan, unit, 0.0)
    n = 0.0 if decision is None else decision.effect.n_effective
    p = nan if decision is None else decision.p_value
    p_se = 0.0 if decision is None else decision.p_value_se
    e = nan if decision is None or not decision.e_values.size else float(decision.e_values[-1])
    return {
        f"effect_{slug}": none if decision is None else decision.effect,
        "p_value": Estimate(p, p_se, p, p, "", n),
        "e_value": Estimate(e, 0.0, e, e, "", n),
        f"posterior_effect_{slug}": none if shrunk is None else shrunk.effect,
        f"per_protocol_{slug}": none if per_protocol is None else per_protocol.effect,
    }


def _shrunk(material: Material, decision: Decision | None) -> Shrunk | None:
    """Shrink the model's effect; where the model cannot say, the mean of the pairs."""
    r = material.registration
    outcome = OUTCOMES[r.outcome]
    relatives = tuple(
        (one.effect, one.se)
        for one in material.family
        if math.isfinite(one.effect) and math.isfinite(one.se) and one.se > 0.0
    )
    d = differences(counted(material))
    n_effective = float(d.size or len(material.runs))
    value, se = material.model_effect, material.model_se
    known = math.isfinite(value) and se > 0.0
    if not known and r.kind == "randomised_start":
        if decision is None or not (math.isfinite(decision.effect.se) and decision.effect.se > 0.0):
            return None
        value, se, known = decision.effect.value, decision.effect.se, True
        n_effective = decision.effect.n_effective
    if known:
        return posterior(
            value,
            se,
            prior_sd=r.prior_sd,
            unit=outcome.unit,
            n_effective=n_effective,
            smallest_effect=r.smallest_effect,
            family=relatives,
        )
    return from_differences(
        d,
        prior_sd=r.prior_sd,
        unit=outcome.unit,
        smallest_effect=r.smallest_effect,
        family=relatives,
    )


def _future(material: Material, decision: Decision | None) -> Futility | None:
    """Foretell how the experiment will end, where it is worth saying."""
    r = material.registration
    d = differences(counted(material))
    going_on = state_of(material, decision) == "open" and d.size < r.pairs
    if r.kind == "randomised_start" or not going_on or d.size < _FEWEST_FOR_FUTILITY:
        return None
    return futility(
        d,
        pairs=r.pairs,
        smallest_effect=r.smallest_effect,
        prior_sd=r.prior_sd,
        spread_sd=r.spread_sd,
        rng=np.random.default_rng(_SEED),
        sims=_FUTURES,
    )


def _pair_rows(material: Material, decision: Decision | None) -> tuple[PairRow, ...]:
    evidence = iter([] if decision is None else decision.e_values.tolist())
    return tuple(
        _pair_row(pair, None if pair.why_not else next(evidence, None)) for pair in material.pairs
    )


def _pair_row(pair: Pair, e_value: float | None) -> PairRow:
    control, treatment = pair.half("control"), pair.half("treatment")
    return {
        "pair": pair.number + 1,
        "first": pair.halves[0].assigned if pair.halves else None,
        "control_value": _value(control),
        "treatment_value": _value(treatment),
        "difference": None if pair.why_not else pair.difference,
        "control_run": control.run_id if control else None,
        "treatment_run": treatment.run_id if treatment else None,
        "e_value": e_value,
        "used": not pair.why_not,
        "why_not": pair.why_not or None,
        "deviations": [DEVIATIONS[code] for half in pair.halves for code in half.remarks],
    }


def _value(half: Half | None) -> float | None:
    return half.value if half is not None and math.isfinite(half.value) else None


def _provenance(material: Material) -> Provenance:
    dates = [h.date for p in material.pairs for h in p.halves if h.date]
    dates += [run.date for run in material.runs]
    runs = {h.run_id for p in material.pairs for h in p.halves if h.run_id}
    return Provenance(
        PROGRAM,
        MODEL,
        len(runs) or len(material.runs),
        min(dates, default=None),
        max(dates, default=None),
    )
