"""Answers of `drivers`, `explain`, `compare` and `fatigue` to draw: made by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta

from evenstride.domain.answer import Answer, Figure, Provenance, Row, Source
from evenstride.domain.driver_words import driver_label
from evenstride.domain.estimate import Estimate

HOSTILE = "</script><script>alert(1)</script> <img src=x> {{ 7 * 7 }} \"q\" 'd' & \N{GRINNING FACE}"
PROVENANCE = Provenance(
    "evenstride 0.0.0", "moves 1", 60, "2025-01-06T07:00:00+00:00", "2025-06-30T07:00:00+00:00"
)
RUN_ID = "2025-06-30-0700"


def estimate(value: float, se: float, unit: str = "pp") -> Estimate:
    return Estimate(value, se, value - 1.96 * se, value + 1.96 * se, unit, 30.0)


def driver_row(
    name: str, unit: str, value: float, se: float, ends: tuple[float, float], **more: object
) -> dict[str, object]:
    factor = ends[1] - ends[0]
    return {
        "driver": name,
        "unit": unit,
        "value_pp": value,
        "low": value - 1.96 * se,
        "high": value + 1.96 * se,
        "probability_direction": 0.5 + 0.5 * math.erf(abs(value) / se / math.sqrt(2.0)),
        "range_low": ends[0],
        "range_high": ends[1],
        "range_effect_pp": factor * value,
        "range_effect_low": factor * (value - 1.96 * se),
        "range_effect_high": factor * (value + 1.96 * se),
        "estimable": True,
        "clear": abs(value) > 1.96 * se,
        "inseparable_from": None,
        "advice": None,
    } | more


DRIVERS: tuple[dict[str, object], ...] = (
    driver_row("speed", "m/s", 1.31, 0.18, (-0.25, 0.72)),
    driver_row("elapsed", "h", 0.62, 0.2, (-0.2, 1.05)),
    driver_row("shoe:Saucony Endorphin Speed 3, the blue pair", "", -0.55, 0.21, (0.0, 1.0)),
    driver_row("sensor:HRM-Pro 3301", "", 0.4, 0.3, (0.0, 1.0)),
    driver_row("bend", "m/s²", -0.35, 0.4, (-0.2, 0.35)),
    driver_row("grade", "%", 0.02, 0.05, (-2.1, 3.0)),
    driver_row("grade:up", "%", 0.05, 0.06, (0.0, 3.0)),
    driver_row("grade:down", "%", 0.01, 0.06, (0.0, 2.1)),
    driver_row(
        "camber",
        "side",
        0.3,
        1.9,
        (0.0, 1.0),
        estimable=False,
        advice="Run the same road out and back on the same side.",
    ),
    driver_row(
        "tag:club night",
        "",
        0.1,
        1.4,
        (0.0, 1.0),
        estimable=False,
        inseparable_from="speed",
        advice="Run fast without the club once, or slowly with it.",
    ),
)
DETAILS = {
    "speed": "4:20 instead of 5:50 /km",
    "elapsed": "1:18:00 in instead of 3:00",
    "bend": "0.35 m/s² left instead of 0.20 right",
    "grade": "+3.0 % instead of −2.1 %",
}


def forest_figure(rows: tuple[dict[str, object], ...] = DRIVERS) -> Figure:
    return Figure(
        kind="forest",
        title="What moves your balance, over your usual range",
        x_label="pp",
        y_label="",
        rows=tuple(
            {
                "label": driver_label(str(row["driver"])),
                "detail": DETAILS.get(str(row["driver"])),
                "value": row["range_effect_pp"],
                "low": row["range_effect_low"],
                "high": row["range_effect_high"],
                "faded": not row["estimable"]
                or not float(str(row["range_effect_low"])) * float(str(row["range_effect_high"]))
                > 0.0,
            }
            for row in rows
        ),
        roles={name: name for name in ("label", "detail", "value", "low", "high", "faded")},
    )


def partial_figure(
    column: str = "speed_m_s",
    ends: tuple[float, float] = (2.4, 3.9),
    slope: float = 1.31,
    places: tuple[float, ...] | None = None,
    title: str = "Speed",
) -> Figure:
    """Make dots around a line through zero at a third of the range."""
    n, dots = 25, 700
    xs = places or tuple(ends[0] + (ends[1] - ends[0]) * i / (n - 1) for i in range(n))
    middle = 0.0 if places else ends[0] + (ends[1] - ends[0]) / 3.0
    rows = tuple(
        {
            column: x,
            "effect_pp": slope * (x - middle),
            "low": slope * (x - middle) - 0.1 - 0.35 * abs(x - middle),
            "high": slope * (x - middle) + 0.1 + 0.35 * abs(x - middle),
        }
        for x in xs
    )
    points = []
    for i in range(dots):
        share = (math.sin(7.0 * i) + math.sin(3.1 * i) + 2.0) / 4.0
        x = places[i % len(places)] if places else ends[0] + share * (ends[1] - ends[0])
        noise = 0.7 * (math.sin(11.3 * i) + math.sin(17.9 * i))
        points.append(
            {
                column: x,
                "effect_pp": slope * (x - middle) + noise,
                "run_id": f"2025-0{1 + i % 6}-{1 + i % 28:02d}-0700",
            }
        )
    return Figure(
        kind="partial",
        title=title,
        x_label=column,
        y_label="effect on balance, pp",
        rows=rows,
        roles={
            "x": column,
            "y": "effect_pp",
            "low": "low",
            "high": "high",
            "points_x": column,
            "points_y": "effect_pp",
            "points_run": "run_id",
        },
        points=tuple(points),
    )


PARTIALS = {
    "speed": partial_figure(),
    "elapsed": partial_figure("elapsed_h", (0.0, 1.9), 0.62, title="Time into the run"),
    "bend": partial_figure("lateral_acceleration_m_s2", (-0.5, 0.6), -0.35, title="Bends"),
    "grade": partial_figure("grade_pct", (-6.0, 6.0), 0.02, title="Slope"),
    "camber": partial_figure("camber", slope=0.3, places=(-1.0, 0.0, 1.0), title="Camber"),
    "tag:club night": partial_figure("present", slope=0.1, places=(0.0, 1.0), title="Tag"),
}


def drivers_answer() -> Answer:
    shares = (("drivers", 31.0), ("level", 12.0), ("day_to_day", 21.0), ("drift", 5.0))
    return Answer(
        question="drivers",
        headline="Speed moves you most: 1.3 pp toward the left from 5:50 to 4:20 /km.",
        verdict="found",
        provenance=PROVENANCE,
        sentences=(
            "Three of ten drivers are clear. The further you are into a run, the further left.",
            "Whether camber moves you cannot be told from these runs yet.",
        ),
        tables={
            "drivers": DRIVERS,
            "shares": tuple(
                {"part": part, "share_pct": share}
                for part, share in (*shares, ("within_run", 31.0))
            ),
            "ground": tuple(
                {
                    "month": f"2025-0{month}",
                    "left_turn_deg": 9_400.0 + 100.0 * month,
                    "right_turn_deg": 8_200.0,
                    "left_bend_km": 4.2,
                    "right_bend_km": 2.9,
                    "left_laps": 25 if month % 2 else None,
                    "right_laps": 0 if month % 2 else None,
                }
                for month in range(1, 7)
            ),
            "mistakes": (
                {
                    "kind": "mirrored",
                    "run_id": RUN_ID,
                    "sentence": "The run of 30 Jun 2025 looks like your usual one mirrored: was "
                    "the sensor clipped on the other way round?",
                },
            ),
        },
        figures={"drivers": forest_figure(), **PARTIALS},
        caveats=("What goes together in your runs cannot be told apart by any sum.",),
        sources=(Source("Churchill 2015"),),
    )


def steps_figure(
    parts: tuple[tuple[str, float, float], ...],
    *,
    zero: str = "50 even",
    details: tuple[str, ...] = (),
    total: str = "This run",
) -> Figure:
    """Make a waterfall of `(part, pp, se)`, with the sum as the last row."""
    rows: list[Row] = []
    at, variance = 0.0, 0.0
    for i, (part, value, se) in enumerate(parts):
        variance += se**2
        reach = 1.96 * math.sqrt(variance)
        rows.append(
            {
                "label": driver_label(part),
                "detail": details[i] if i < len(details) else None,
                "start": at,
                "end": at + value,
                "low": at + value - reach,
                "high": at + value + reach,
            }
        )
        at += value
    rows.append(
        {"label": total, "detail": None, "start": 0.0, "end": at, "low": at - 0.2, "high": at + 0.2}
    )
    return Figure(
        kind="contributions",
        title="How this run's balance came about",
        x_label="pp",
        y_label="",
        rows=tuple(rows),
        roles={name: name for name in ("label", "detail", "start", "end", "low", "high")},
        reference_lines={zero: 0.0},
    )


PARTS = (
    ("level", 1.4, 0.2),
    ("speed", 1.9, 0.25),
    ("elapsed", 0.35, 0.1),
    ("bend", -0.04, 0.05),
    ("shoe:Saucony Endorphin Speed 3, the blue pair", -0.55, 0.2),
    ("camber", 0.0, 0.0),
    ("sensor:HRM-Pro 3301", 0.4, 0.3),
    ("unexplained", 1.24, 0.5),
)
CONDITIONS = (
    "at your easy pace, flat and straight",
    "4:05 /km, 105 s faster than your easy pace",
    "on average 40:00 in",
    "12 laps to the left",
    "on your feet in 14 of 60 runs",
    "nothing was said",
    "9 of your last 12 runs",
    "days differ by 0.6 pp for no reason known",
)


def explain_answer(verdict: str = "outside_left") -> Answer:
    total = sum(value for _, value, _ in PARTS)
    return Answer(
        question="explain",
        headline="54.7 % left: 1.2 pp further left than your runs say for this pace.",
        verdict=verdict,
        provenance=PROVENANCE,
        sentences=("The pace alone makes 1.9 pp of it.", "What remains is outside your usual."),
        estimates={
            "asymmetry_pp": estimate(total, 0.15),
            "expected_pp": estimate(total - 1.24, 0.4),
            "unexplained_pp": estimate(1.24, 0.4),
            "balance_left_pct": estimate(50.0 + total, 0.15, "%"),
        },
        tables={
            "contributions": tuple(
                {
                    "part": part,
                    "value_pp": value,
                    "low": value - 1.96 * se,
                    "high": value + 1.96 * se,
                    "usual_low": None if part == "level" else -0.3,
                    "usual_high": None if part == "level" else 0.9,
                    "condition": condition,
                }
                for (part, value, se), condition in zip(PARTS, CONDITIONS, strict=True)
            ),
            "different": (
                {"what": "shoes", "sentence": "Shoes you had in 2 of your last 30 runs."},
                {"what": "gap", "sentence": "The first run after 23 days without one."},
            ),
            "camber_test": ({"difference_pp": 0.8, "low": 0.1, "high": 1.5},),
            "mistakes": (),
        },
        figures={"contributions": steps_figure(PARTS, details=CONDITIONS)},
        caveats=("A model of your own runs, not of runners.",),
    )


def compare_answer(verdict: str = "further_right") -> Answer:
    why = (
        ("speed", -0.1, 0.05),
        ("elapsed", -0.2, 0.1),
        ("shoe:the blue pair", -0.3, 0.2),
        ("day_to_day", -0.4, 0.5),
        ("level", -0.9, 0.4),
    )
    sides = tuple(
        {
            "side": side,
            "what": what,
            "runs": 1,
            "balance_left_pct": left,
            "at_reference_left_pct": left - 1.9,
            "low": left - 2.5,
            "high": left - 1.3,
            "speed_m_s": speed,
        }
        for side, what, left, speed in (
            ("a", "10 k race, 1 Mar 2025", 54.7, 4.1),
            ("b", "9 k tempo, 30 Jun 2025", 52.8, 4.05),
        )
    )
    return Answer(
        question="compare",
        headline="1.3 pp toward the right at the same conditions (0.3 to 2.3).",
        verdict=verdict,
        provenance=PROVENANCE,
        sentences=("The raw difference is 1.9 pp toward the right.",),
        estimates={
            "difference_pp": estimate(-1.3, 0.5),
            "raw_difference_pp": estimate(-1.9, 0.15),
            "days_difference_pp": estimate(-0.4, 0.5),
        },
        tables={
            "sides": sides,
            "why": tuple({"part": part, "value_pp": value} for part, value, _ in why),
            "power": tuple(
                {"size_pp": size, "power_pct": power}
                for size, power in ((0.5, 17.0), (1.0, 52.0), (2.0, 98.0))
            ),
        },
        figures={
            "difference": replace(
                steps_figure(why, zero="no difference", total="Raw difference"),
                title="Why B differs from A",
            )
        },
    )


def fatigue_answer(verdict: str = "not_distinguishable") -> Answer:
    first = date(2025, 1, 6)
    days = [(first + timedelta(days=3 * i)).isoformat() for i in range(60)]
    rows = tuple(
        {
            "date": day,
            "drift_pp_per_h": 0.9 - 0.006 * i,
            "low80": 0.5 - 0.006 * i,
            "high80": 1.3 - 0.006 * i,
            "low95": 0.3 - 0.006 * i,
            "high95": 1.5 - 0.006 * i,
        }
        for i, day in enumerate(days)
    )
    runs = tuple(
        {
            "run_id": f"{day}-0700",
            "date": day,
            "drift_pp_per_h": 0.8 + 0.9 * math.sin(5.0 * i),
            "low": -0.4 + 0.9 * math.sin(5.0 * i),
            "high": 2.0 + 0.9 * math.sin(5.0 * i),
        }
        for i, day in enumerate(days)
    )
    return Answer(
        question="fatigue",
        headline="Balance drifts 0.6 pp toward the left in an hour, as it did before.",
        verdict=verdict,
        provenance=PROVENANCE,
        sentences=("A change from before is not distinguishable.",),
        estimates={
            "drift_pp_per_h": estimate(0.6, 0.2, "pp/h"),
            "drift_change_pp_per_h": estimate(-0.2, 0.3, "pp/h"),
        },
        tables={"runs": runs},
        figures={
            "fatigue": Figure(
                kind="trend",
                title="Drift within runs",
                x_label="date",
                y_label="pp an hour",
                rows=rows,
                roles={
                    "x": "date",
                    "y": "drift_pp_per_h",
                    **{name: name for name in ("low80", "high80", "low95", "high95")},
                    "points_x": "date",
                    "points_y": "drift_pp_per_h",
                    "points_low": "low",
                    "points_high": "high",
                    "points_run": "run_id",
                },
                points=runs,
                reference_lines={"holds": 0.0},
            )
        },
    )
