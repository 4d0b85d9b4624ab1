"""The coach's three questions, asked before any number is shown, and the runner's answers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from evenstride.answers.provenance import provenance
from evenstride.answers.typing_rules import MOST_NOTE, text_of
from evenstride.domain.answer import Answer
from evenstride.domain.errors import InputError
from evenstride.domain.wording import printable

if TYPE_CHECKING:
    from evenstride.answers.rows import NoteRow
    from evenstride.library import Library

QUESTIONS = {
    "noticed": "What have you noticed?",
    "tried": "What have you tried?",
    "cannot_fix": "What can't you fix?",
}
"""By the name of the note: what is asked, in the order of asking."""


def notes(lib: Library) -> Answer:
    """Read the coach's three questions and what the runner answered.

    Returns
    -------
        Table `notes`: `name, question_asked, text, written_at` (ISO, UTC), the last two None where
        nothing is written. Verdict `answered` when none is open, else `open`.
    """
    return _answer(lib, changed=None)


def write_note(lib: Library, name: str, text: str | None, *, now: datetime | None = None) -> Answer:
    """Answer one of the questions; None or an empty text forgets the answer.

    Parameters
    ----------
    lib
        The library.
    name
        `noticed`, `tried` or `cannot_fix`.
    text
        At most 20,000 characters. Control and bidirectional override characters are left out.
    now
        Aware; kept with the note. None takes the clock's.

    Returns
    -------
        As `notes`; verdict `changed`.

    Raises
    ------
    InputError
        There is no such question, the text is too long, or `now` has no time zone.
    """
    if name not in QUESTIONS:
        raise InputError(f"There is no note {printable(name)}; there are {', '.join(QUESTIONS)}.")
    at = datetime.now(UTC) if now is None else now
    if at.utcoffset() is None:
        raise InputError("What time it is now must be said with its time zone.")
    written = text_of(text, "A note", MOST_NOTE)
    lib.write_note(name, written, written_at_utc=at)
    return _answer(lib, changed=name)


def unanswered(lib: Library) -> list[str]:
    """List the questions that have no answer yet."""
    written = lib.notes()
    return [asked for name, asked in QUESTIONS.items() if name not in written]


def _answer(lib: Library, *, changed: str | None) -> Answer:
    written = lib.notes()
    rows: tuple[NoteRow, ...] = tuple(
        {
            "name": name,
            "question_asked": asked,
            "text": written[name].text if name in written else None,
            "written_at": written[name].written_at_utc.isoformat() if name in written else None,
        }
        for name, asked in QUESTIONS.items()
    )
    still_open = sum(row["text"] is None for row in rows)
    said = {0: "All three questions are answered.", len(rows): "Three questions are open."}.get(
        still_open,
        f"{still_open} of {len(rows)} questions {'is' if still_open == 1 else 'are'} open.",
    )
    return Answer(
        question="notes",
        headline=said,
        verdict="changed" if changed else "open" if still_open else "answered",
        provenance=provenance(None, "none"),
        sentences=tuple(
            f"{row['question_asked']} {row['text'] or '–'} ({row['name']})" for row in rows
        ),
        tables={"notes": rows},
    )
