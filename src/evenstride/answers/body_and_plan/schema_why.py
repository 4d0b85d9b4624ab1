"""What the JSON of `why` holds: its tables and verdicts."""

from __future__ import annotations

from typing import Any, Final

from typing_extensions import TypedDict

from evenstride.answers.body_and_plan import rows_why as rows  # noqa: TC001 # pydantic reads them


class WhyTables(TypedDict):
    """Tables of `why`."""

    ledger: list[rows.LedgerRow]
    next: list[rows.NextTestRow]


TABLES: Final[dict[str, Any]] = {"why": WhyTables}
VERDICTS: Final[dict[str, tuple[str, ...]]] = {
    "why": ("something_speaks", "nothing_stands_out", "little_known"),
}
