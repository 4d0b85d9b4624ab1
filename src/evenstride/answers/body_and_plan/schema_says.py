"""What the JSON of what the body says holds: its tables and verdicts."""

from __future__ import annotations

from typing import Any, Final

from typing_extensions import TypedDict

from evenstride.answers.body_and_plan import rows_says as rows  # noqa: TC001 # pydantic reads them


class BodyTables(TypedDict):
    """Tables of `body`."""

    complaints: list[rows.ComplaintRow]
    associations: list[rows.BesideRow]
    needed: list[rows.NeededRow]


TABLES: Final[dict[str, Any]] = {"body": BodyTables}
"""The tables of each question, by its name."""
VERDICTS: Final[dict[str, tuple[str, ...]]] = {
    "body": ("goes_along", "nothing_to_see", "too_little", "no_complaints")
}
"""The verdict codes of each."""
ESTIMATES: Final[dict[str, tuple[str, ...]]] = {}
"""What is always estimated."""
