"""What the JSON of each question about screening holds: its tables, verdicts and estimates."""

from __future__ import annotations

from typing import Any, Final

from typing_extensions import TypedDict

from evenstride.answers.body_and_plan import rows_screening as rows  # noqa: TC001 # pydantic reads them


class ScreenTables(TypedDict):
    """Tables of `screen`."""

    tests: list[rows.ScreeningTestRow]
    findings: list[rows.FindingRow]
    signs: list[rows.SignRow]
    retest: list[rows.RetestRow]


class ScreenTestTables(TypedDict):
    """Tables of `screen_test`; `test` has one row."""

    test: list[rows.ScreeningTestRow]
    how: list[rows.HowRow]
    methods: list[rows.MethodRow]
    findings: list[rows.FindingRow]
    history: list[rows.MeasuredRow]


class ScreenRecordTables(TypedDict):
    """Tables of `screen_record`: what was written, and what it says. `measured` has one row."""

    measured: list[rows.MeasuredRow]


class ScreenSheetTables(TypedDict):
    """Tables of `screen_sheet`."""

    sheet: list[rows.SheetRow]


TABLES: Final[dict[str, Any]] = {
    "screen": ScreenTables,
    "screen_test": ScreenTestTables,
    "screen_record": ScreenRecordTables,
    "screen_sheet": ScreenSheetTables,
}
"""The tables of each question, by its name."""
VERDICTS: Final[dict[str, tuple[str, ...]]] = {
    "screen": ("fits", "mixed", "does_not_fit", "too_little", "nothing_tested"),
    "screen_test": ("left_lower", "right_lower", "no_difference", "cannot_tell", "seen", "never"),
    "screen_record": ("written", "corrected", "unchanged"),
    "screen_sheet": ("blank", "filled"),
}
"""The verdict codes of each."""
ESTIMATES: Final[dict[str, tuple[str, ...]]] = {}
"""What is always estimated: nothing, what is measured stands in tables."""
