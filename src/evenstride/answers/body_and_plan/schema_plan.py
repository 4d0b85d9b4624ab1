"""What the JSON of `plan` and `exercises` holds: their tables and verdicts."""

from __future__ import annotations

from typing import Any, Final

from typing_extensions import TypedDict

from evenstride.answers.body_and_plan import rows_plan as rows  # noqa: TC001 # pydantic reads them


class PlanTables(TypedDict):
    """Tables of `plan`."""

    sessions: list[rows.SessionRow]
    items: list[rows.ItemRow]
    running: list[rows.RunningRow]
    left_out: list[rows.LeftOutRow]
    voices: list[rows.VoiceRow]
    next: list[rows.NextSessionRow]
    stopped: list[rows.StoppedRow]
    wish: list[rows.WishRow]
    logged: list[rows.LoggedRow]


class ExercisesTables(TypedDict):
    """Tables of `exercises`."""

    exercises: list[rows.ExerciseRow]


TABLES: Final[dict[str, Any]] = {"plan": PlanTables, "exercises": ExercisesTables}
VERDICTS: Final[dict[str, tuple[str, ...]]] = {
    "plan": (
        *("proposed", "begun", "next_today", "next", "logged"),
        *("finished", "stopped", "none", "ended"),
    ),
    "exercises": ("shown",),
}
