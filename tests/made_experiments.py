"""Whole Answers about experiments, for pages: made by hand, of numbers that no one measured."""

from __future__ import annotations

from dataclasses import replace

from evenstride.domain.answer import Answer, Row, Source
from evenstride.domain.estimate import Estimate
from sample_experiments import (
    EXPERIMENT,
    PROVENANCE,
    evidence_figure,
    laps_figure,
    pair_rows,
    paired_figure,
    power_figure,
)

DO, INSTEAD = "push off behind you", "run as usual"


def result_answer(**changes: object) -> Answer:
    """A result that is probably real, with a check that failed."""
    made = Answer(
        question="experiment_result",
        headline="Probably real: 0.6 pp toward even, by 14 pairs.",
        verdict="increase",
        provenance=PROVENANCE,
        sentences=(
            "The e-value reached 48 after pair 15: what 40 means was fixed before the first run.",
            "Shrunk toward nothing, as large effects are rare, it is 0.5 pp toward even.",
        ),
        estimates={"effect_pp": Estimate(0.6, 0.1, 0.4, 0.9, "pp", 14.0)},
        tables={
            "pairs": tuple({**row, "deviations": []} for row in pair_rows()),
            "checks": (
                {"name": "carry_over", "verdict": "ok", "text": "Nothing carries over."},
                {
                    "name": "condition_difference",
                    "verdict": "failed",
                    "text": "The runs with it were 0.2 m/s faster.",
                },
                {"name": "wear_off", "verdict": "cannot_tell", "text": "Too few pairs to tell."},
            ),
            "deviations": (
                {
                    "position": 11,
                    "run_id": "2026-09-06-0700",
                    "what": "did_other",
                    "sentence": "In pair 6 the other thing was done.",
                },
                {"position": 12, "run_id": None, "what": "skipped", "sentence": "Skipped."},
            ),
            "family": (
                {
                    "experiment_id": EXPERIMENT,
                    "treatment": DO,
                    "effect": 0.6,
                    "e_value": 48.0,
                    "stands": True,
                },
                {
                    "experiment_id": "hips-level-2026-05",
                    "treatment": "hips level",
                    "effect": 0.1,
                    "e_value": 0.4,
                    "stands": False,
                },
            ),
            "progress": (),
        },
        figures={"evidence": evidence_figure(), "pairs": paired_figure()},
        caveats=("Even is no goal in itself.",),
        sources=(Source("Ramdas 2020", "arXiv 2009.03167"),),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def assignment_row(**changes: object) -> Row:
    return {
        "experiment_id": EXPERIMENT,
        "position": 15,
        "pair": 8,
        "half": 2,
        "condition": "treatment",
        "what": DO,
        "not_before": "2026-11-22",
        "laps": [],
        "how": "On a run of half an hour or longer, all through it.",
        **changes,
    }


def laps_to_do(pairs: int = 4) -> list[Row]:
    return [
        {
            "lap": i + 1,
            "pair": i // 2 + 1,
            "condition": "treatment" if (i + i // 2) % 2 else "control",
            "what": DO if (i + i // 2) % 2 else INSTEAD,
        }
        for i in range(2 * pairs)
    ]


def next_answer(*rows: Row, **changes: object) -> Answer:
    made = Answer(
        question="experiment_next",
        headline="On your next run from Sunday on: push off behind you.",
        verdict="assigned",
        provenance=PROVENANCE,
        tables={"next": rows or (assignment_row(),)},
    )
    return replace(made, **changes)  # type: ignore[arg-type]


CANDIDATES: tuple[Row, ...] = (
    {
        "run_id": "2026-11-20-0700",
        "local_date": "2026-11-20",
        "distance_m": 9876.0,
        "duration_s": 3300.0,
        "speed_m_s": 2.99,
        "fits": True,
        "why_not": None,
    },
    {
        "run_id": "2026-11-18-0700",
        "local_date": "2026-11-18",
        "distance_m": 3000.0,
        "duration_s": 900.0,
        "speed_m_s": 3.3,
        "fits": False,
        "why_not": "shorter than was registered",
    },
)


def list_answer(*rows: Row) -> Answer:
    return Answer(
        question="experiment_list",
        headline="Two experiments, one of them open.",
        verdict="some",
        provenance=PROVENANCE,
        tables={"experiments": rows or EXPERIMENTS},
    )


EXPERIMENTS: tuple[Row, ...] = (
    {
        "experiment_id": EXPERIMENT,
        "question": "Does pushing off behind make me more even?",
        "kind": "across_runs",
        "treatment": DO,
        "control": INSTEAD,
        "outcome": "toward_even",
        "state": "open",
        "verdict": "too_early",
        "pairs": 20,
        "complete_pairs": 14,
        "registered_on": "2026-08-06",
        "end_reason": None,
    },
    {
        "experiment_id": "hips-level-2026-05",
        "question": "Hips level?",
        "kind": "within_run",
        "treatment": "hips level",
        "control": INSTEAD,
        "outcome": "toward_even",
        "state": "ended",
        "verdict": None,
        "pairs": 30,
        "complete_pairs": 4,
        "registered_on": "2026-05-01",
        "end_reason": "sprained an ankle",
    },
)


def proposal_answer(**changes: object) -> Answer:
    made = Answer(
        question="experiment_new",
        headline="This takes 42 pairs of runs, about 28 weeks, and finds 0.5 pp 9 times in ten.",
        verdict="long",
        provenance=PROVENANCE,
        sentences=("At your day-to-day spread of 0.4 pp, 84 runs find an effect of 0.5 pp.",),
        tables={
            "designs": (
                {
                    "kind": "within_run",
                    "pairs": 40,
                    "runs": 10,
                    "weeks": 3.0,
                    "power_pct": 91.0,
                    "effect": 0.5,
                },
                {
                    "kind": "across_runs",
                    "pairs": 42,
                    "runs": 84,
                    "weeks": 28.0,
                    "power_pct": 90.0,
                    "effect": 0.5,
                },
            ),
            "power": ({"pairs": 42, "runs": 84, "effect": 0.5, "power_pct": 90.0},),
            "registered": (
                {"name": "Name", "value": EXPERIMENT},
                {"name": "You try", "value": DO},
                {"name": "Decided by", "value": "an e-value of 40 after any pair"},
            ),
        },
        figures={"power": power_figure()},
        caveats=("It takes more than half a year.",),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def laps_answer() -> Answer:
    return Answer(
        question="experiment_record",
        headline="Eight laps were found where eight were asked for.",
        verdict="proposed",
        provenance=PROVENANCE,
        figures={"laps": laps_figure()},
    )


def association_row(tag: str, **changes: object) -> Row:
    return {
        "tag": tag,
        "value_pp": 0.4,
        "low": 0.2,
        "high": 0.6,
        "low_all": 0.1,
        "high_all": 0.7,
        "runs_with": 20,
        "runs_without": 40,
        "estimable": True,
        "clear": True,
        "inseparable_from": None,
        "advice": None,
        "already": None,
        "treatment": tag,
        "control": f"not {tag}",
        "sentence": f"“{tag}” goes along with 0.4 pp toward the left.",
        **changes,
    }


def associations_answer(*rows: Row, **changes: object) -> Answer:
    made = Answer(
        question="associations",
        headline="1 of 3 tags goes along with your balance; chance alone would show 0.15.",
        verdict="some_go_along",
        provenance=PROVENANCE,
        tables={
            "associations": rows
            or (
                association_row("rolled"),
                association_row("slept badly", clear=False, low_all=-0.3),
                association_row("club", already=EXPERIMENT),
            )
        },
    )
    return replace(made, **changes)  # type: ignore[arg-type]
