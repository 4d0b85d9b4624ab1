"""The published JSON Schemas of what every command's `--json` prints, made from the row types."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Literal, NotRequired

from pydantic import ConfigDict, TypeAdapter, with_config
from typing_extensions import TypedDict

from evenstride.answers import rows, rows_moves, rows_report, schema_experiments
from evenstride.answers.body_and_plan import (
    schema_diary,
    schema_plan,
    schema_says,
    schema_screening,
    schema_why,
)

_BODY = (schema_diary, schema_screening, schema_says, schema_why, schema_plan)

QUESTIONS = (
    "status",
    "trend",
    "runs",
    "show",
    "report",
    "import",
    "settings",
    "library",
    "annotate",
    "notes",
    "drivers",
    "explain",
    "compare",
    "fatigue",
    *schema_experiments.TABLES,
    *(question for module in _BODY for question in module.TABLES),
)

_closed = with_config(ConfigDict(extra="forbid"))


@_closed
class EstimateJson(TypedDict):
    """A value with its standard error and 95 % interval; null where it is not known."""

    value: float | None
    se: float | None
    low: float | None
    high: float | None
    unit: str
    n_effective: float | None


@_closed
class ProvenanceJson(TypedDict):
    """What an answer was made from."""

    program: str
    model: str
    runs: int
    first_run_utc: str | None
    last_run_utc: str | None


@_closed
class SourceJson(TypedDict):
    """Where a fact or formula comes from."""

    text: str
    link: str | None


@_closed
class FigureJson(TypedDict):
    """Data to draw, and the role of each column."""

    kind: Literal[
        "trend",
        "series",
        "aligned",
        "track",
        "beam",
        "histogram",
        "forest",
        "contributions",
        "partial",
        "evidence",
        "paired",
        "power",
        "laps",
        "timeline",
        "sides",
    ]
    title: str
    x_label: str
    y_label: str
    rows: list[dict[str, str | float | int | bool | None]]
    roles: dict[str, str]
    points: list[dict[str, str | float | int | bool | None]]
    reference_lines: dict[str, float]
    bands: dict[str, tuple[float, float]]
    events: list[rows.EventRow]
    spans: list[rows.SpanRow]


@_closed
class AnswerJson(TypedDict):
    """One answer; its verdict and tables are those of its question."""

    question: str
    headline: str
    verdict: str
    provenance: ProvenanceJson
    sentences: list[str]
    estimates: dict[str, EstimateJson]
    tables: dict[str, Any]
    figures: dict[str, FigureJson]
    caveats: list[str]
    sources: list[SourceJson]


class TrendTables(TypedDict):
    """Tables of `trend`."""

    measures: list[rows.LevelRow]
    trend: list[rows.TrendRow]
    runs: list[rows.TrendRunRow]
    numbers: list[rows.NumberRow]
    sensors: list[rows.SensorRow]
    changes: NotRequired[list[rows_moves.ChangeRow]]


class StatusTables(TypedDict):
    """Tables of `status`."""

    questions: list[rows.SaidRow]
    measures: list[rows.LevelRow]
    next: list[rows.NextRow]
    missing: list[rows.MissingRow]
    last_run: list[rows.LastRunRow]
    mistakes: list[rows_moves.MistakeRow]


class AnnotateTables(TypedDict):
    """Tables of `annotate`."""

    runs: list[rows.AnnotatedRow]


class NotesTables(TypedDict):
    """Tables of `notes`."""

    notes: list[rows.NoteRow]


class ShowTables(TypedDict):
    """Tables of `show`."""

    measures: list[rows.MeasureRow]
    thirds: list[rows.ThirdRow]
    laps: list[rows.LapRow]
    dropped: list[rows.DroppedRow]
    places: list[rows.PlaceRow]
    conversions: list[rows.MeasureRow]
    recordings: list[rows.RecordingRow]
    blocks: list[rows.BlockRow]
    issues: list[rows.IssueRow]
    annotation: list[rows.AnnotatedRow]
    neighbours: list[rows.NeighboursRow]
    ground: list[rows_moves.RunGroundRow]
    mistakes: list[rows_moves.MistakeRow]


class ReportTables(TypedDict):
    """Tables of `report`."""

    summary: list[rows.SummaryRow]
    measures: list[rows.LevelRow]
    runs: list[rows.ReportRunRow]
    reading: list[rows.TermRow]
    measured: list[rows.TextRow]
    worn: list[rows.WornRow]
    dropped: list[rows.DroppedRow]
    notes: list[rows.NoteRow]
    moves: list[rows_report.MovesRow]
    drivers: list[rows_moves.DriverRow]
    untold: list[rows_moves.UntoldRow]
    shares: list[rows_moves.ShareRow]
    changes: list[rows_moves.ChangeRow]
    mistakes: list[rows_moves.MistakeRow]
    explained: list[rows_report.ExplainedRow]
    contributions: list[rows_report.ExplainedPartRow]
    different: list[rows_report.ExplainedDifferentRow]
    compared: list[rows_report.ComparedRow]
    sides: list[rows_moves.SideRow]
    why: list[rows_moves.WhyRow]
    power: list[rows_moves.PowerRow]


class ImportTables(TypedDict):
    """Tables of `import`."""

    files: list[rows.FileRow]
    not_a_run: list[rows.NotARunRow]
    unreadable: list[rows.FileRow]
    outcomes: NotRequired[list[rows.OutcomeRow]]
    waiting: NotRequired[list[rows.WaitingRow]]


class SettingsTables(TypedDict):
    """Tables of `settings`."""

    settings: list[rows.SettingRow]


class LibraryTables(TypedDict, total=False):
    """Tables of `library ...`: findings of `library check`, health of the Library page."""

    findings: list[rows.FindingRow]
    health: list[rows.HealthRow]


class DriversTables(TypedDict):
    """Tables of `drivers`."""

    drivers: list[rows_moves.DriverRow]
    untold: list[rows_moves.UntoldRow]
    shares: list[rows_moves.ShareRow]
    ground: list[rows_moves.GroundMonthRow]
    mistakes: list[rows_moves.MistakeRow]


class ExplainTables(TypedDict):
    """Tables of `explain`."""

    contributions: list[rows_moves.ContributionRow]
    different: list[rows_moves.DifferentRow]
    camber_test: list[rows_moves.CamberTestRow]
    mistakes: list[rows_moves.MistakeRow]


class CompareTables(TypedDict):
    """Tables of `compare`."""

    sides: list[rows_moves.SideRow]
    why: list[rows_moves.WhyRow]
    power: list[rows_moves.PowerRow]


class FatigueTables(TypedDict):
    """Tables of `fatigue`."""

    runs: list[rows_moves.DriftRow]


_TABLES: dict[str, Any] = {
    "status": StatusTables,
    "trend": TrendTables,
    "show": ShowTables,
    "report": ReportTables,
    "import": ImportTables,
    "settings": SettingsTables,
    "library": LibraryTables,
    "annotate": AnnotateTables,
    "notes": NotesTables,
    "drivers": DriversTables,
    "explain": ExplainTables,
    "compare": CompareTables,
    "fatigue": FatigueTables,
    **schema_experiments.TABLES,
    **{question: made for module in _BODY for question, made in module.TABLES.items()},
}
_TREND_VERDICTS = ("shifted_left", "shifted_right", "not_distinguishable", "too_early")
_VERDICTS = {
    "status": _TREND_VERDICTS,
    "trend": _TREND_VERDICTS,
    "show": ("measured", "no_balance"),
    "report": (*_TREND_VERDICTS, "no_balance"),
    "import": (
        "imported",
        "nothing_new",
        "importing",
        "no_runs",
        "unfinished",
        "nothing_yet",
    ),
    "settings": ("shown", "changed"),
    "annotate": ("changed", "shown"),
    "drivers": ("found", "none_clear", "too_early"),
    "explain": ("usual", "outside_left", "outside_right", "too_early"),
    "compare": ("further_left", "further_right", "not_distinguishable", "too_early"),
    "fatigue": ("holds_longer", "holds_less", "not_distinguishable", "too_early"),
    "notes": ("open", "answered", "changed"),
    "library": ("clean", "damaged", "rebuilt", "exported", "backed_up", "preferred", "shown"),
    **schema_experiments.VERDICTS,
    **{question: codes for module in _BODY for question, codes in module.VERDICTS.items()},
}
_REQUIRED_ESTIMATES = {
    "status": ("balance_left_pct", "change_pp", "day_to_day_spread_pp", "mdc_pp"),
    "trend": ("balance_left_pct", "change_pp", "day_to_day_spread_pp", "mdc_pp"),
    "explain": ("asymmetry_pp", "balance_left_pct"),
    "compare": ("difference_pp", "raw_difference_pp"),
    "fatigue": ("drift_pp_per_h", "drift_change_pp_per_h"),
    **schema_experiments.ESTIMATES,
}


_COMMANDS = {"annotate": "edit"}
_QUESTIONS = {command: question for question, command in _COMMANDS.items()}


def schema(question: str) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of what `evenstride QUESTION --json` prints.

    A command that is called otherwise than its question may be named too.
    """
    question = _QUESTIONS.get(question, question)
    if question == "runs":
        made = TypeAdapter(list[rows.RunRow]).json_schema()
        return {"title": "evenstride runs --json", **made}
    made = TypeAdapter(AnswerJson).json_schema()
    tables = TypeAdapter(_TABLES[question]).json_schema()
    made["$defs"] |= tables.pop("$defs", {})
    properties = made["properties"]
    properties["question"] = {"const": question}
    properties["verdict"] = {"enum": list(_VERDICTS[question])}
    properties["tables"] = tables
    properties["estimates"]["required"] = list(_REQUIRED_ESTIMATES.get(question, ()))
    command = _COMMANDS.get(question, question).replace("experiment_", "experiment ")
    return {**made, "title": f"evenstride {command} --json"}


def schema_json(question: str) -> str:
    """Return the schema as text, as `docs/schemas` publishes it."""
    return json.dumps(
        {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema(question)},
        indent=2,
        ensure_ascii=False,
    )


def publish(folder: Path) -> None:
    """Write every schema into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for question in QUESTIONS:
        text = schema_json(question) + "\n"
        (folder / f"{question}.schema.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    publish(Path(sys.argv[1]))
