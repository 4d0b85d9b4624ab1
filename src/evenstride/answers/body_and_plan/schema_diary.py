"""What the JSON of diary, injuries, shoes and red flags holds: tables and verdicts."""

from __future__ import annotations

from typing import Any, Final

from typing_extensions import TypedDict

from evenstride.answers.body_and_plan import rows_diary as rows  # noqa: TC001 # pydantic reads them


class DiaryTables(TypedDict):
    """Tables of `diary`: entries the newest first, the timeline the oldest first."""

    entries: list[rows.EntryRow]
    timeline: list[rows.TimelineRow]
    places: list[rows.SorePlaceRow]
    moved: list[rows.MovedRow]
    ask: list[rows.AskRow]
    standing: list[rows.StandingRow]
    unread: list[rows.UnreadRow]


class WriteTables(TypedDict):
    """Tables of `diary_write`."""

    written: list[rows.WrittenRow]
    ask: list[rows.AskRow]


class DeleteTables(TypedDict):
    """Tables of `diary_delete`: what was deleted."""

    deleted: list[rows.WrittenRow]


class HistoryTables(TypedDict):
    """Tables of `diary_history`."""

    versions: list[rows.VersionRow]


class InjuryTables(TypedDict):
    """Tables of `injury`: those that last first, then the latest first."""

    injuries: list[rows.InjuryRow]


class ShoesTables(TypedDict):
    """Tables of `shoes`: pairs, the last worn first; `wear` every look at their heels."""

    shoes: list[rows.ShoesRow]
    wear: list[rows.WearRow]


class FlagsTables(TypedDict):
    """Tables of `flags`; `offered` are those that can be answered at any time."""

    ask: list[rows.AskRow]
    questions: list[rows.AskedRow]
    standing: list[rows.StandingRow]
    answered: list[rows.AnsweredRow]
    offered: list[rows.AskRow]


TABLES: Final[dict[str, Any]] = {
    "diary": DiaryTables,
    "diary_write": WriteTables,
    "diary_delete": DeleteTables,
    "diary_history": HistoryTables,
    "injury": InjuryTables,
    "shoes": ShoesTables,
    "flags": FlagsTables,
}
"""The tables of each question, by its name."""
VERDICTS: Final[dict[str, tuple[str, ...]]] = {
    "diary": ("some", "nothing_hurts", "empty"),
    "diary_write": ("written", "corrected", "unchanged"),
    "diary_delete": ("deleted",),
    "diary_history": ("corrected", "as_written", "unread"),
    "injury": ("lasting", "all_over", "none"),
    "shoes": ("some", "none"),
    "flags": ("now", "before_running", "mention", "ask", "unread", "clear"),
}
"""The verdict codes of each."""
