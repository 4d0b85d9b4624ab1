"""Answers of `report` to draw: made by hand, so that a drawing can be asked for anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from evenstride.domain.answer import Answer, Figure, Provenance, Source
from evenstride.domain.estimate import Estimate
from sample_moves import (
    RUN_ID,
    compare_answer,
    driver_row,
    drivers_answer,
    explain_answer,
    fatigue_answer,
    forest_figure,
)

MORE_TABLES = (
    *("moves", "drivers", "untold", "shares", "changes", "mistakes"),
    *("explained", "contributions", "different"),
    *("compared", "sides", "why", "power"),
)
"""What a report has of other answers, empty where it has not."""

HOSTILE = (
    "#panic[x] $x$ \\ @ref <label> [ ] ``` *b* _i_ // /* </script><script>alert(1)</script> "
    "<img src=x onerror=alert(1)> \N{RIGHT-TO-LEFT OVERRIDE}gnp.exe\N{POP DIRECTIONAL FORMATTING} "
    "{{ 7 * 7 }} {% raw %} &amp; \N{GRINNING FACE} שלום 東京 'q' \"d\""
)


def run_row(day: str, left: float | None = 48.6, **more: object) -> dict[str, object]:
    return {
        "run_id": f"{day}-0700",
        "local_date": day,
        "distance_m": 10_000.0,
        "duration_s": 3_600.0,
        "speed_m_s": 2.8,
        "balance_left_pct": left,
        "low95": None if left is None else left - 0.3,
        "high95": None if left is None else left + 0.3,
        "left_gct_ms": 243.0,
        "right_gct_ms": 257.0,
        "gct_ms": 250.0,
        "flight_time_ms": 104.0,
        "cadence_spm": 168.0,
        "usable_share": 0.97,
        "title": None,
        "tags": [],
        "shoes": None,
        "is_race": False,
    } | more


def trend_figure(days: int, column: str = "balance_left_pct", centre: float = 48.6) -> Figure:
    first = date(2025, 1, 1)
    dates = [(first + timedelta(days=i)).isoformat() for i in range(0, days, 2)]
    rows = tuple(
        {
            "date": day,
            column: centre,
            "low80": centre - 0.2,
            "high80": centre + 0.2,
            "low95": centre - 0.4,
            "high95": centre + 0.4,
        }
        for day in dates
    )
    points = tuple(
        {
            "date": day,
            "y": centre + (0.5 if i % 2 else -0.5),
            "low": centre - 1.0,
            "high": centre + 1.0,
            "run_id": f"{day}-0700",
            "wild_probability": 0.0,
            "sensor": "HRM-Run",
        }
        for i, day in enumerate(dates)
    )
    return Figure(
        kind="trend",
        title="Balance",
        x_label="date",
        y_label="balance",
        rows=rows,
        roles={
            "x": "date",
            "y": column,
            **{name: name for name in ("low80", "high80", "low95", "high95")},
            "points_x": "date",
            "points_y": "y",
            "points_low": "low",
            "points_high": "high",
            "points_run": "run_id",
        },
        points=points,
        reference_lines={"50 even": 50.0},
        bands={"your normal": (centre - 0.9, centre + 0.9)},
        events=({"date": dates[len(dates) // 2], "label": "HRM-Pro from here on"},),
    )


def beam_figure(
    now: float = 48.6, normal: tuple[float | None, float | None] = (47.7, 49.5)
) -> Figure:
    return Figure(
        kind="beam",
        title="Balance now",
        x_label="balance",
        y_label="",
        rows=(
            {
                "balance_left_pct": now,
                "low95": now - 0.3,
                "high95": now + 0.3,
                "normal_low": normal[0],
                "normal_high": normal[1],
            },
        ),
        roles={
            "now": "balance_left_pct",
            "low": "low95",
            "high": "high95",
            "normal_low": "normal_low",
            "normal_high": "normal_high",
        },
        reference_lines={"even": 50.0},
    )


def level_row(name: str, unit: str, value: float) -> dict[str, object]:
    return {
        "measure": name,
        "unit": unit,
        "value": value,
        "low": value - 0.3,
        "high": value + 0.3,
        "change": 0.2,
        "change_low": -0.1,
        "change_high": 0.5,
        "direction": "not_distinguishable",
        "runs": 40,
    }


def report_answer(runs: int = 40, *, typed: str | None = None) -> Answer:
    """Make a report's answer; `typed` stands wherever a person may have typed something."""
    rows = tuple(
        run_row(
            (date(2025, 1, 1) + timedelta(days=2 * i)).isoformat(),
            title=typed,
            shoes=typed,
            tags=[typed] if typed else [],
        )
        for i in range(runs)
    )
    return Answer(
        question="report",
        headline="48.6 L / 51.4 R (95 % interval: 51.1 to 51.7 % right), longer on the right.",
        verdict="not_distinguishable",
        provenance=Provenance("evenstride 0.0.0", "model", runs),
        sentences=("Now 48.6 L / 51.4 R.", "Change over 90 days: 0.2 pp toward the left."),
        estimates={"balance_left_pct": Estimate(48.6, 0.15, 48.3, 48.9, "%", 40.0)},
        tables={
            "summary": (
                {
                    "where": "Contact is longer on the right.",
                    "changing": "Not distinguishable from your normal. Not adjusted for pace.",
                    "days": 90,
                    "since": rows[0]["local_date"],
                    "until": rows[-1]["local_date"],
                    "made": "2025-06-01",
                    "runs": runs,
                    "runs_with_balance": runs,
                    "distance_m": 10_000.0 * runs,
                    "duration_s": 3_600.0 * runs,
                },
            ),
            "measures": (
                level_row("balance_left_pct", "%", 48.6),
                level_row("gct_ms", "ms", 250.0),
            ),
            "runs": rows,
            "reading": ({"term": "Balance", "text": "The left foot's share of contact time."},),
            "measured": ({"text": "Used 38:00:00 of 40:00:00."},),
            "worn": (
                {
                    "device": typed or "garmin fr255",
                    "sensor": typed or "HRM-Run",
                    "runs": runs,
                    "first": rows[0]["local_date"],
                    "last": rows[-1]["local_date"],
                },
            ),
            "dropped": ({"code": "walking", "reason": "walking", "seconds": 600.0, "share": 0.02},),
            "notes": (
                {
                    "name": "noticed",
                    "question_asked": "What have you noticed?",
                    "text": typed,
                    "written_at": "2025-05-01T08:00:00+00:00",
                },
            )
            if typed
            else (),
            **dict.fromkeys(MORE_TABLES, ()),
        },
        figures={
            "balance": beam_figure(),
            "trend": trend_figure(max(2 * runs, 4)),
            "gct_ms": trend_figure(max(2 * runs, 4), "gct_ms", 250.0),
        },
        caveats=("50/50 is no goal.",),
        sources=(Source("Malisoux 2024", "doi 10.1136/bmjsem-2023-001787"), Source("A manual")),
    )


def without_balance(answer: Answer) -> Answer:
    tables = dict(answer.tables) | {
        "measures": (),
        "runs": tuple(
            dict(row) | {"balance_left_pct": None, "low95": None, "high95": None}
            for row in answer.tables["runs"]
        ),
    }
    return replace(answer, estimates={}, figures={}, tables=tables, verdict="no_balance")


def with_more(answer: Answer, *, typed: str = "the blue pair") -> Answer:
    """Add what moves the runner, an explained run, and a comparison."""
    moving, holding, told = drivers_answer(), fatigue_answer(), explain_answer()
    pair = compare_answer()
    shoes = driver_row(f"shoe:{typed}", "", -0.5, 0.2, (0.0, 1.0))
    rows = (*moving.tables["drivers"], shoes)
    forest = forest_figure(rows)
    mine = {"run_id": RUN_ID}
    tables = {
        "moves": (
            moves_row("drivers", moving),
            moves_row("fatigue", holding),
            {
                "about": "changes",
                "verdict": None,
                "headline": None,
                "sentences": [f"From 08 Mar 2025 on ({typed}) balance went toward the left."],
            },
        ),
        "drivers": tuple({**row, "clear": row["driver"] == "speed"} for row in rows),
        "untold": ({"driver": "bend", "advice": "Run bends."}, {"driver": "shoe", "advice": "-"}),
        "shares": moving.tables["shares"],
        "changes": (),
        "mistakes": moving.tables["mistakes"],
        "explained": (
            {
                **mine,
                "verdict": told.verdict,
                "headline": f"Mon 30 Jun 2025: {told.headline}",
                "sentences": list(told.sentences),
                "balance_left_pct": 54.7,
                "asymmetry_pp": 4.7,
                "expected_pp": 3.46,
                "unexplained_pp": 1.24,
            },
        ),
        "contributions": tuple(
            {**mine, **row, "condition": typed} for row in told.tables["contributions"]
        ),
        "different": tuple({**mine, **row} for row in told.tables["different"]),
        "compared": (
            {
                "a": "10 k race",
                "b": "9 k tempo",
                "verdict": pair.verdict,
                "headline": pair.headline,
                "sentences": list(pair.sentences),
                "difference_pp": -1.3,
                "low": -2.3,
                "high": -0.3,
                "raw_difference_pp": -1.9,
                "raw_low": -2.2,
                "raw_high": -1.6,
            },
        ),
        **{
            name: tuple({**row, "what": typed} if name == "sides" else row for row in rows)
            for name, rows in pair.tables.items()
        },
    }
    figures = {
        **answer.figures,
        "drivers": forest,
        f"contributions:{RUN_ID}": told.figures["contributions"],
        "difference": pair.figures["difference"],
    }
    return replace(answer, tables={**answer.tables, **tables}, figures=figures)


def moves_row(about: str, told: Answer) -> dict[str, object]:
    return {
        "about": about,
        "verdict": told.verdict,
        "headline": told.headline,
        "sentences": list(told.sentences),
    }
