"""What is drawn of a result: the evidence as it grew, and both halves of every pair."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from evenstride.answers.experiments.judging import is_decidable
from evenstride.answers.experiments.standing import start_date
from evenstride.domain.answer import Figure
from evenstride.domain.effect_words import e_words
from evenstride.domain.experiment import ENOUGH_E, OUTCOMES
from evenstride.domain.wording import count_words, printable

if TYPE_CHECKING:
    from evenstride.answers.experiments.material import Half, Material
    from evenstride.domain.answer import Row
    from evenstride.domain.experiment import Decision

_BANDS = ("low80", "high80", "low95", "high95")


def figures_of(material: Material, decision: Decision | None) -> dict[str, Figure]:
    """Draw what there is: of pairs their evidence and themselves, of a start the runs."""
    if material.registration.kind == "randomised_start":
        return {"runs": _runs(material)} if material.runs else {}
    if decision is None or not material.pairs:
        return {}
    return {"evidence": _evidence(material, decision), "pairs": _pairs(material)}


def _evidence(material: Material, decision: Decision) -> Figure:
    planned = material.registration.pairs
    decided = decision.decided_at if decision.decided_by == "e_value" else 0
    return Figure(
        kind="evidence",
        title="Evidence after each pair",
        x_label="complete pairs",
        y_label="e-value",
        rows=tuple(
            {"pairs": n, "e_value": float(e), "decided": n == decided}
            for n, e in enumerate(decision.e_values.tolist(), start=1)
        ),
        roles={"x": "pairs", "y": "e_value", "decided": "decided"},
        reference_lines={f"enough to decide: {e_words(ENOUGH_E)}": ENOUGH_E},
        spans=(
            {
                "start": planned,
                "end": planned,
                "label": f"final test: {count_words(planned, 'pair')}",
            },
        ),
    )


def _pairs(material: Material) -> Figure:
    r = material.registration
    outcome = OUTCOMES[r.outcome]
    return Figure(
        kind="paired",
        title="Both halves of each pair",
        x_label="pair",
        y_label=f"{outcome.label}, {outcome.unit}",
        rows=tuple(
            {
                "pair": pair.number + 1,
                "control": _value(pair.half("control")),
                "treatment": _value(pair.half("treatment")),
                "difference": None if pair.why_not else pair.difference,
                "dropped": bool(pair.why_not),
            }
            for pair in material.pairs
        ),
        roles={
            "x": "pair",
            "low": "control",
            "high": "treatment",
            "value": "difference",
            "faded": "dropped",
        },
        points=(
            {"condition": "treatment", "label": printable(r.treatment)},
            {"condition": "control", "label": printable(r.control)},
        ),
        bands={"too small to matter": (-r.smallest_effect, r.smallest_effect)},
    )


def _runs(material: Material) -> Figure:
    """Draw the runs of a randomised start; their means before and after once it may be judged."""
    r = material.registration
    outcome = OUTCOMES[r.outcome]
    begun = start_date(r).isoformat()
    came = begun <= material.today
    rows: list[Row] = []
    # Until the one look after its last day there is one mean only.
    apart = is_decidable(material)
    parts = [[run for run in material.runs if not apart or run.date < begun]]
    if apart:
        parts.append([run for run in material.runs if run.date >= begun])
    for part in parts:
        if not part:
            continue
        # No bands: the step that is tested weighs runs by how they hang together.
        mean = float(np.mean([run.value for run in part]))
        rows.extend(
            {"date": day, "value": mean, **dict.fromkeys(_BANDS, mean)}
            for day in dict.fromkeys((part[0].date, part[-1].date))
        )
    return Figure(
        kind="trend",
        title="The runs, and their means",
        x_label="date",
        y_label=f"{outcome.label}, {outcome.unit}",
        rows=tuple(rows),
        roles={
            "x": "date",
            "y": "value",
            **{band: band for band in _BANDS},
            "points_x": "date",
            "points_y": "value",
            "points_low": "low",
            "points_high": "high",
            "points_run": "run_id",
        },
        points=tuple(
            {
                "date": run.date,
                "value": run.value,
                "low": run.value - 1.96 * np.nan_to_num(run.se),
                "high": run.value + 1.96 * np.nan_to_num(run.se),
                "run_id": run.run_id,
            }
            for run in material.runs
        ),
        events=({"date": begun, "label": "the start that was drawn"},) if came else (),
    )


def _value(half: Half | None) -> float | None:
    return half.value if half is not None and math.isfinite(half.value) else None
