"""Answers which injuries there are and were, by region and side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenstride.answers.body_and_plan.diary_words import entry_words
from evenstride.answers.body_and_plan.unread import as_far_as_read, unread_caveats
from evenstride.answers.provenance import PROGRAM
from evenstride.domain.answer import Answer, Provenance
from evenstride.domain.body import place_words
from evenstride.domain.diary import Injury
from evenstride.domain.diary_json import to_json
from evenstride.domain.wording import count_words, printable

if TYPE_CHECKING:
    from datetime import date, datetime

    from evenstride.answers.body_and_plan.rows_diary import InjuryRow
    from evenstride.domain.diary import Written
    from evenstride.library import Library


def injuries(lib: Library, *, now: datetime) -> Answer:
    """Answer "what is injured, and what was?".

    Parameters
    ----------
    lib
        The library.
    now
        Aware, in the runner's own time zone: its date is today.

    Returns
    -------
        Table `injuries`: those that last first, then the latest first. Verdict `lasting`,
        `all_over` or `none`.
    """
    today = now.date()
    rows = tuple(
        _row(one, today)
        for one in sorted(
            lib.entries(Injury).values(),
            key=lambda one: (one.value.ended is None, one.value.ended or one.value.began),
            reverse=True,
        )
    )
    lasting = [row for row in rows if row["ended"] is None]
    return Answer(
        question="injury",
        headline=_headline(rows, lasting, limit=as_far_as_read(lib, "injury")),
        verdict="lasting" if lasting else "all_over" if rows else "none",
        provenance=Provenance(PROGRAM, "diary 1", 0),
        sentences=tuple(
            f"The {row['place']}{f' ({name})' if (name := printable(row['name'])) else ''}: since "
            f"{count_words(row['days'], 'day')}."
            for row in lasting[1:]
        ),
        tables={"injuries": rows},
        caveats=unread_caveats(lib),
    )


def _headline(rows: tuple[InjuryRow, ...], lasting: list[InjuryRow], *, limit: str) -> str:
    """Say what lasts; `limit` is what is said where that nothing does is not sure."""
    if not rows:
        return (
            f"No injury is written{limit}. `evenstride injury add` writes one, also one of long "
            "ago."
        )
    if not lasting:
        over = "which is over" if len(rows) == 1 else "all of them over"
        return f"{count_words(len(rows), 'injury', 'injuries')}, {over}{limit}."
    first = lasting[0]
    name = f" ({printable(first['name'])})" if first["name"] else ""
    others = f"; {len(lasting)} last" if len(lasting) > 1 else ""
    since = f"for {count_words(first['days'], 'day')}" if first["days"] else "since today"
    return f"The {first['place']}{name} has been injured {since}{others}."


def _row(one: Written[Injury], today: date) -> InjuryRow:
    said = one.value
    return {
        "entry_id": one.entry_id,
        "version": one.version,
        "began": said.began.isoformat(),
        "ended": None if said.ended is None else said.ended.isoformat(),
        "days": ((said.ended or today) - said.began).days,
        "region": said.region,
        "side": said.side,
        "place": place_words(said.region, said.side),
        "how": said.how,
        "name": said.name,
        "cause": said.cause,
        "seen_by_clinician": said.seen_by_clinician,
        "note": said.note,
        "text": printable(entry_words(said)),
        "value": to_json(said),
    }
