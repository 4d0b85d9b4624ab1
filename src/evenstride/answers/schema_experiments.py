"""What the JSON of each question about experiments holds: its tables, verdicts and estimates."""

from __future__ import annotations

from typing import Any, Final

from typing_extensions import TypedDict

from evenstride.answers import rows_experiments as rows  # noqa: TC001 # pydantic reads them


class NewTables(TypedDict):
    """Tables of `experiment_new`."""

    designs: list[rows.DesignRow]
    power: list[rows.ExperimentPowerRow]
    registered: list[rows.RegisteredRow]


class NextTables(TypedDict):
    """Tables of `experiment_next`; `candidates` of one experiment only."""

    next: list[rows.AssignmentRow]
    candidates: list[rows.CandidateRow]


class RecordTables(TypedDict):
    """Tables of `experiment_record`."""

    candidates: list[rows.CandidateRow]
    laps: list[rows.LapUseRow]
    next: list[rows.AssignmentRow]


class ResultTables(TypedDict):
    """Tables of `experiment_result` and `experiment_end`."""

    pairs: list[rows.PairRow]
    checks: list[rows.CheckRow]
    deviations: list[rows.DeviationRow]
    family: list[rows.FamilyRow]
    progress: list[rows.ProgressRow]
    registered: list[rows.RegisteredRow]


class StatusTables(ResultTables):
    """Tables of `experiment_status`."""

    next: list[rows.AssignmentRow]


class ListTables(TypedDict):
    """Tables of `experiment_list`."""

    experiments: list[rows.ExperimentRow]


class DeleteTables(TypedDict):
    """Tables of `experiment_delete`: none."""


class AnalyseTables(TypedDict):
    """Tables of `experiment_analyse`, for one trial; `trials` has one row."""

    pairs: list[rows.PairRow]
    trials: list[rows.TrialRow]


class AssociationsTables(TypedDict):
    """Tables of `associations`."""

    associations: list[rows.AssociationRow]


_RULE: Final = ("increase", "decrease", "no_meaningful_effect", "too_early")
_RESULT: Final = ("p_value", "e_value")
TABLES: Final[dict[str, Any]] = {
    "experiment_new": NewTables,
    "experiment_next": NextTables,
    "experiment_record": RecordTables,
    "experiment_status": StatusTables,
    "experiment_result": ResultTables,
    "experiment_list": ListTables,
    "experiment_end": ResultTables,
    "experiment_delete": DeleteTables,
    "experiment_analyse": AnalyseTables,
    "associations": AssociationsTables,
}
"""The tables of each question, by its name."""
VERDICTS: Final[dict[str, tuple[str, ...]]] = {
    "experiment_new": ("feasible", "long", "cannot_succeed", "no_history", "registered"),
    "experiment_next": ("assigned", "wait", "stopped", "complete", "ended", "none_open"),
    "experiment_record": ("recorded", "to_confirm"),
    "experiment_status": _RULE,
    "experiment_result": _RULE,
    "experiment_list": ("some", "none"),
    "experiment_end": _RULE,
    "experiment_delete": ("deleted",),
    "experiment_analyse": _RULE,
    "associations": ("some_go_along", "none_clear", "no_tags", "too_early"),
}
"""The verdict codes of each."""
ESTIMATES: Final[dict[str, tuple[str, ...]]] = {
    "experiment_new": ("power",),
    "experiment_status": _RESULT,
    "experiment_result": _RESULT,
    "experiment_end": _RESULT,
    "experiment_analyse": _RESULT,
}
"""What is always estimated; effects carry the outcome's unit in their names."""
