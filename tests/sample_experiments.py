"""Answers about experiments to draw: made by hand, of numbers that no one measured."""

from __future__ import annotations

import math
from dataclasses import replace

from evenstride.domain.answer import Answer, Figure, Provenance, Row, Source
from evenstride.domain.estimate import Estimate

PROVENANCE = Provenance(
    "evenstride 0.0.0",
    "experiment 1",
    32,
    "2026-08-06T07:00:00+00:00",
    "2026-11-20T07:00:00+00:00",
)
EXPERIMENT = "push-off-behind-2026-08"
CONDITIONS = (
    {"condition": "treatment", "label": "push off behind you"},
    {"condition": "control", "label": "run as usual"},
)
DIFFERENCES = (0.9, 0.4, -0.3, 1.1, 0.7, 0.2, 0.8, -0.1, 0.6, 1.3, 0.5, 0.9, 0.7, 0.4, 1.0)
E_VALUES = (1.0, 1.4, 0.8, 1.3, 1.9, 2.0, 3.1, 2.4, 3.3, 6.8, 8.4, 14.0, 22.0, 27.0, 48.0)


def pair_rows(n: int = 15, *, dropped: int | None = 6) -> tuple[Row, ...]:
    """Rows of `tables.pairs`; one pair has lost a half."""
    made: list[Row] = []
    used = 0
    for i in range(n):
        pair, control = i + 1, -1.9 + 0.25 * math.sin(i)
        lost = pair == dropped
        e_value = None if lost else E_VALUES[min(used, len(E_VALUES) - 1)]
        used += not lost
        difference = DIFFERENCES[i % len(DIFFERENCES)]
        made.append(
            {
                "pair": pair,
                "first": "treatment" if i % 3 else "control",
                "control_value": control,
                "treatment_value": None if lost else control + difference,
                "difference": None if lost else difference,
                "control_run": f"2026-09-{i + 1:02d}-0700",
                "treatment_run": None if lost else f"2026-10-{i + 1:02d}-0700",
                "e_value": e_value,
                "used": not lost,
                "why_not": "the run with the cue was skipped" if lost else None,
                "deviations": 1 if lost else 0,
            }
        )
    return tuple(made)


def evidence_figure(n: int = 15, *, final: int | None = 20, decided: bool = True) -> Figure:
    rows = tuple(
        {
            "pair": i + 1,
            "e_value": E_VALUES[min(i, len(E_VALUES) - 1)],
            "decided": decided and i == 14,
        }
        for i in range(n)
    )
    spans = () if final is None else ({"start": final, "end": final, "label": "final test"},)
    return Figure(
        kind="evidence",
        title="Evidence so far",
        x_label="complete pairs",
        y_label="e-value",
        rows=rows,
        roles={"x": "pair", "y": "e_value", "decided": "decided"},
        reference_lines={"enough to decide": 40.0},
        spans=spans,
    )


def paired_figure(n: int = 15, *, y_label: str = "Balance, toward even, pp") -> Figure:
    rows = tuple(
        {
            "pair": row["pair"],
            "control": row["control_value"],
            "treatment": row["treatment_value"],
            "difference": row["difference"],
            "left_out": not row["used"],
        }
        for row in pair_rows(n)
    )
    return Figure(
        kind="paired",
        title="Each pair",
        x_label="pair",
        y_label=y_label,
        rows=rows,
        roles={
            "x": "pair",
            "low": "control",
            "high": "treatment",
            "value": "difference",
            "faded": "left_out",
        },
        reference_lines={"even": 0.0, "difference: effect": 0.65},
        bands={"too small to matter": (-0.3, 0.3)},
        points=CONDITIONS,
    )


def power_figure() -> Figure:
    effects = {"0.3 pp": 0.022, "0.5 pp": 0.062, "1.0 pp": 0.25}
    rows = tuple(
        {"pairs": n, "power_pct": 100.0 * (1.0 - math.exp(-rate * max(n - 4, 0))), "effect": name}
        for name, rate in effects.items()
        for n in range(6, 66, 6)
    )
    return Figure(
        kind="power",
        title="How many pairs it takes",
        x_label="complete pairs",
        y_label="% found",
        rows=rows,
        roles={"x": "pairs", "y": "power_pct", "series": "effect"},
        reference_lines={"nine in ten": 90.0},
        spans=({"start": 42, "end": 42, "label": "42 pairs"},),
    )


def laps_figure(pairs: int = 4, lap_min: float = 5.0, settling_min: float = 0.5) -> Figure:
    spans: list[Row] = [{"start": 0.0, "end": 10.0, "label": "warm-up", "condition": None}]
    start = 10.0
    for lap in range(2 * pairs):
        treatment = (lap + lap // 2) % 2 == 0
        name = CONDITIONS[0 if treatment else 1]
        end = start + settling_min
        spans.append({"start": start, "end": end, "label": "settling", "condition": None})
        spans.append(
            {
                "start": end,
                "end": start + lap_min,
                "label": f"lap {lap + 2}, {name['label']}",
                "condition": name["condition"],
                "pair": lap // 2 + 1,
                "value": 49.2 if treatment else 48.5,
            }
        )
        start += lap_min
    rows = tuple(
        {
            "minute": i / 6,
            "balance_left_pct": None
            if 100 < i < 106
            else 48.6
            + 0.35 * math.sin(i / 7)
            + 0.2 * math.sin(i * 1.7)
            + next(
                (
                    float(str(s["value"])) - 48.6
                    for s in spans
                    if s.get("value") and float(str(s["start"])) <= i / 6 < float(str(s["end"]))
                ),
                0.0,
            ),
        }
        for i in range(int(6 * start) + 20)
    )
    return Figure(
        kind="laps",
        title="The laps of this run",
        x_label="minutes",
        y_label="balance, left",
        rows=rows,
        roles={"x": "minute", "y": "balance_left_pct"},
        points=CONDITIONS,
        reference_lines={"50 even": 50.0},
        spans=tuple(spans),
    )


def estimate(value: float, low: float, high: float, unit: str = "pp") -> Estimate:
    return Estimate(value, (high - low) / 3.92, low, high, unit, 14.0)


def exactly(value: float) -> Estimate:
    return Estimate(value, 0.0, value, value, "", 14.0)


CHECKS: tuple[Row, ...] = (
    {
        "name": "carry_over",
        "verdict": "ok",
        "text": "What was done in the first half of a pair does not show in the second.",
    },
    {
        "name": "order_effect",
        "verdict": "ok",
        "text": "It does not matter which half comes first.",
    },
    {
        "name": "wear_off",
        "verdict": "cannot_tell",
        "text": "With 14 pairs a wearing off of half the effect could go unseen.",
    },
    {
        "name": "condition_difference",
        "verdict": "failed",
        "text": "Runs with the cue were 0.2 m/s faster; the effect is adjusted for pace.",
    },
    {"name": "overshoot", "verdict": "ok", "text": "Balance does not go beyond even."},
)
DEVIATIONS: tuple[Row, ...] = (
    {
        "position": 11,
        "run_id": None,
        "what": "skipped",
        "sentence": "Pair 6: the run with the cue was skipped; the pair is dropped whole.",
    },
    {
        "position": 4,
        "run_id": "2026-09-05-0700",
        "what": "other_shoes",
        "sentence": "Pair 3: other shoes than in the rest of the experiment.",
    },
)
REGISTERED: tuple[Row, ...] = (
    {"name": "Name", "value": EXPERIMENT},
    {"name": "Question", "value": "Does pushing off behind me even me out?"},
    {"name": "You try", "value": "push off behind you"},
    {"name": "Against", "value": "run as usual"},
    {"name": "Measured", "value": "Balance, toward even (pp); longer on the right then"},
    {"name": "Smallest effect that matters", "value": "0.3 pp"},
    {"name": "Design", "value": "across runs: 20 pairs of runs, the order in each drawn by lot"},
    {"name": "Which runs", "value": "of 20 min or longer, not faster than 5:00 /km"},
    {
        "name": "Decided by",
        "value": "an e-value of 40 after any pair, or p at most 0.025 in the randomisation test "
        "after 20 complete pairs",
    },
    {"name": "Registered", "value": "2026-08-06 07:12 UTC"},
)
FAMILY: tuple[Row, ...] = (
    {
        "experiment_id": EXPERIMENT,
        "treatment": "push off behind you",
        "effect": 0.65,
        "e_value": 48.0,
        "stands": True,
    },
    {
        "experiment_id": "rolling-before-2026-05",
        "treatment": "roll for ten minutes before",
        "effect": -0.05,
        "e_value": 0.3,
        "stands": False,
    },
)


def progress_row(complete: int = 14, *, pairs: int = 20) -> Row:
    return {
        "experiment_id": EXPERIMENT,
        "pairs": pairs,
        "complete_pairs": complete,
        "dropped_pairs": 1,
        "runs": 2 * complete + 1,
        "more_pairs": None,
        "ends_on": None,
    }


def result_answer(n: int = 15, *, verdict: str = "increase", typed: str | None = None) -> Answer:
    """`experiment_result` of an experiment of 20 registered pairs."""
    headline = {
        "increase": "Probably real: 0.6 pp toward even.",
        "decrease": "It makes things less even: 0.6 pp away from even.",
        "no_meaningful_effect": "Nothing that matters: less than 0.3 pp either way.",
        "too_early": "Too early: about 6 more runs.",
    }[verdict]
    registered = REGISTERED
    if typed is not None:
        registered = tuple(
            {**row, "value": typed} if row["name"] in {"Question", "You try"} else row
            for row in REGISTERED
        )
    return Answer(
        question="experiment_result",
        headline=headline,
        verdict=verdict,
        provenance=PROVENANCE,
        sentences=(
            "With push off behind you balance is 0.65 pp further toward even than with run as "
            "usual, over 14 complete pairs (95 % interval: 0.4 to 0.9 pp toward even).",
            "E-value: 48; from 40 on it decides, after any pair. It decided after pair 14.",
            "By the model of all your runs, shrunk toward no effect, it is 0.5 pp toward even "
            "(0.3 to 0.8 pp): it describes, and decides nothing.",
            "Only pairs in which you did what was assigned: 0.7 pp toward even.",
        ),
        estimates={
            "effect_pp": estimate(0.65, 0.4, 0.9),
            "p_value": exactly(0.0006),
            "e_value": exactly(48.0),
            "posterior_effect_pp": estimate(0.54, 0.3, 0.8),
            "per_protocol_pp": estimate(0.7, 0.45, 0.95),
        },
        tables={
            "registered": registered,
            "progress": (progress_row(max(n - 1, 0)),),
            "pairs": pair_rows(n),
            "checks": CHECKS,
            "deviations": DEVIATIONS,
            "family": FAMILY,
        },
        figures={
            "evidence": evidence_figure(max(n - 1, 0), decided=False),
            "pairs": paired_figure(n),
        },
        caveats=(
            "Even is no goal in itself: asymmetry as such has not been shown to cause injury.",
            "It holds for you, for such runs, and for as long as you did it.",
        ),
        sources=(
            Source(
                "Evidence that may be looked at at any time: Ramdas, Ruf, Larsson, Koolen 2020",
                "arXiv 2009.03167",
            ),
            Source(
                "Interval from the means of all subsets of pairs: Hartigan 1969",
                "doi 10.1080/01621459.1969.10501057",
            ),
        ),
    )


def new_answer() -> Answer:
    """`experiment_new`, before anything is registered."""
    designs = (
        {"kind": "across_runs", "pairs": 42, "runs": 84, "weeks": 21.0, "power_pct": 91.0},
        {"kind": "within_run", "pairs": 60, "runs": 15, "weeks": 4.0, "power_pct": 90.0},
        {"kind": "randomised_start", "pairs": None, "runs": None, "weeks": None, "power_pct": 34.0},
    )
    return Answer(
        question="experiment_new",
        headline="At your spread of 0.4 pp, 84 runs find 0.5 pp nine times in ten.",
        verdict="feasible",
        provenance=PROVENANCE,
        estimates={"spread_pp": exactly(0.4), "power": exactly(0.91)},
        tables={
            "designs": tuple({**row, "effect": 0.5} for row in designs),
            "power": tuple(
                {
                    "pairs": row["pairs"],
                    "runs": 2 * int(str(row["pairs"])),
                    "effect": 0.5,
                    "power_pct": row["power_pct"],
                }
                for row in power_figure().rows
                if row["effect"] == "0.5 pp"
            ),
            "registered": REGISTERED[:-1],
        },
        figures={"power": power_figure()},
    )


def next_answer(kind: str = "across_runs", *, verdict: str = "assigned") -> Answer:
    """`experiment_next`: one run with the cue, laps of one run, or the start of a routine."""
    laps = tuple(
        {
            "lap": lap + 2,
            "pair": lap // 2 + 1,
            "condition": condition["condition"],
            "what": condition["label"],
        }
        for lap, condition in enumerate(CONDITIONS * 2)
    )
    row = {
        "experiment_id": EXPERIMENT,
        "position": 5,
        "pair": 3,
        "half": 2,
        "condition": None if kind == "within_run" else "treatment",
        "what": "alternate laps" if kind == "within_run" else "push off behind you",
        "not_before": "2026-11-23",
        "laps": laps if kind == "within_run" else (),
        "how": "Run at least 20 minutes, not faster than 5:00 /km.",
    }
    rows = (row,) if verdict in {"assigned", "wait"} else ()
    return Answer(
        question="experiment_next",
        headline="Next, from Mon 23 Nov 2026: push off behind you.",
        verdict=verdict,
        provenance=PROVENANCE,
        tables={"next": rows},
    )


def list_answer() -> Answer:
    """`experiment_list`: one open, one ended."""
    rows = (
        {
            "experiment_id": EXPERIMENT,
            "question": "Does pushing off behind me even me out?",
            "kind": "across_runs",
            "treatment": "push off behind you",
            "control": "run as usual",
            "outcome": "toward_even",
            "state": "open",
            "verdict": "too_early",
            "pairs": 20,
            "complete_pairs": 14,
            "registered_on": "2026-08-06",
            "end_reason": None,
        },
        {
            "experiment_id": "strength-2026-02",
            "question": "Does the routine help?",
            "kind": "randomised_start",
            "treatment": "hip routine",
            "control": "nothing",
            "outcome": "balance",
            "state": "ended",
            "verdict": None,
            "pairs": 0,
            "complete_pairs": 0,
            "registered_on": "2026-02-01",
            "end_reason": "a cold",
        },
    )
    return Answer(
        question="experiment_list",
        headline="One experiment is open.",
        verdict="open",
        provenance=PROVENANCE,
        tables={"experiments": rows},
    )


def record_answer() -> Answer:
    """`experiment_record`: which run was it?"""
    rows = (
        {
            "run_id": "2026-11-20-0700",
            "local_date": "2026-11-20",
            "distance_m": 8210.0,
            "duration_s": 2710.0,
            "speed_m_s": 3.03,
            "fits": True,
            "why_not": None,
        },
        {
            "run_id": "2026-11-18-1810",
            "local_date": "2026-11-18",
            "distance_m": None,
            "duration_s": 610.0,
            "speed_m_s": None,
            "fits": False,
            "why_not": "shorter than 20 min",
        },
    )
    return Answer(
        question="experiment_record",
        headline="Two runs may have been it.",
        verdict="which_run",
        provenance=PROVENANCE,
        tables={"candidates": rows},
    )


def associations_answer(typed: str = "rolled before") -> Answer:
    """`associations`: one tag clear, one not, one that an experiment has answered."""
    row = {
        "tag": typed,
        "value_pp": -0.4,
        "low": -0.7,
        "high": -0.1,
        "low_all": -0.75,
        "high_all": -0.05,
        "runs_with": 21,
        "runs_without": 60,
        "estimable": True,
        "clear": True,
        "inseparable_from": None,
        "advice": None,
        "already": None,
        "treatment": "roll before",
        "control": "do not roll",
    }
    return Answer(
        question="associations",
        headline="One of three goes along with balance.",
        verdict="some_go_along",
        provenance=PROVENANCE,
        tables={
            "associations": (
                row,
                {**row, "tag": "slept badly", "value_pp": 0.1, "high": 0.3, "clear": False},
                {**row, "tag": "push off", "already": EXPERIMENT},
                {
                    **row,
                    "tag": "club night",
                    "estimable": False,
                    "clear": False,
                    "inseparable_from": "speed",
                },
            )
        },
    )


def analyse_answer() -> Answer:
    """`experiment_analyse` of two trials from outside, in lines."""
    row = {
        "trial": "1",
        "treatment": "B",
        "control": "A",
        "pairs": 12,
        "dropped_pairs": 0,
        "effect": 3.2,
        "low": 1.1,
        "high": 5.4,
        "p_value": 0.0005,
        "e_value": 51.0,
        "verdict": "increase",
    }
    few = {**row, "trial": None, "pairs": 4, "low": None, "high": None, "verdict": "too_early"}
    return Answer(
        question="experiment_analyse",
        headline="2 trials.",
        verdict="increase",
        provenance=replace(PROVENANCE, runs=0),
        tables={"trials": (row, few), "pairs": pair_rows(4, dropped=2)},
    )
