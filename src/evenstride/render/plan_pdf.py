"""Decides how a plan is set to print: the next sessions drawn, to be ticked, and twelve weeks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from evenstride.domain.errors import InputError
from evenstride.domain.wording import printable
from evenstride.render.cells import day_words
from evenstride.render.drawings import drawing_for_print, drawing_words
from evenstride.render.palette import palette
from evenstride.render.typst_sheet import FONT, PAPERS, Paper, on_paper, set_sheet

if TYPE_CHECKING:
    from evenstride.domain.answer import Answer, Row
    from evenstride.render.drawings.sheet import Named

_SESSIONS: Final = 2
"""So many are drawn: those after them adapt to what becomes of these."""
_A_WEEK: Final = 3
_LETTERS: Final = {"left": "L", "right": "R"}
_WITHOUT_WEIGHT: Final = ("breathing", "mobility")
"""Blocks of exercises that nothing is lifted in."""


def plan_pdf(answer: Answer, *, paper: Paper = "a4") -> bytes:
    """Set a plan as a PDF: tagged, vector drawings, readable in black and white.

    The same Answer gives the same bytes: no clock is read.

    Parameters
    ----------
    answer
        The Answer of `plan`.
    paper
        The sheet.

    Raises
    ------
    InputError
        There is no session to print, and no red flag that says why.
    """
    if not answer.tables.get("sessions") and not answer.tables.get("stopped"):
        raise InputError(f"There is nothing to print. {answer.headline}")
    return set_sheet("plan.typ", _data(answer, paper), fit=True)


def _data(answer: Answer, paper: Paper) -> dict[str, Any]:
    colours = palette("print")
    sessions = answer.tables.get("sessions", ())
    ahead = [row for row in sessions if row["state"] in ("next", "later")][:_SESSIONS]
    return {
        "title": "Your plan",
        "headline": on_paper(answer.headline),
        "sessions": [_session(row, answer) for row in ahead],
        "running": [_rule(row) for row in answer.tables.get("running", ())],
        # What a terminal is told to type is of no use on paper.
        "notes": [printable(said) for said in answer.sentences if "`" not in said],
        "weeks": _weeks(sessions),
        "left_out": [_said(row, "name", "why") for row in answer.tables.get("left_out", ())],
        "stopped": [_said(row, "reason", "tell") for row in answer.tables.get("stopped", ())],
        "caveats": [on_paper(said) for said in answer.caveats],
        "sources": [printable(s.text + (f" ({s.link})" if s.link else "")) for s in answer.sources],
        "program": answer.provenance.program,
        "colours": {name: colours[name] for name in ("text", "muted", "border")},
        "fonts": [FONT],
        "paper": PAPERS[paper],
    }


def _session(row: Row, answer: Answer) -> dict[str, Any]:
    items = [i for i in answer.tables.get("items", ()) if i["session_id"] == row["session_id"]]
    when = f"{day_words(str(row['on_date']), weekday=True)}, about {row['minutes']} min"
    return {
        "title": printable(str(row["title"])),
        "when": when,
        "again": on_paper(str(row.get("test_again") or "")),
        "items": [_item(item) for item in items],
    }


def _item(row: Row) -> dict[str, Any]:
    side = row["only_side"] or row["first_side"]
    named: Named = "left" if side == "left" else "right" if side == "right" else None
    return {
        "sides": _sides(row),
        "weighs": row["block"] not in _WITHOUT_WEIGHT,
        **_said(row, "name", "dose", "step", "how", "because", "out_when", "changed"),
        "svg": str(drawing_for_print(str(row["drawing"]), named)),
        "alt": drawing_words(str(row["drawing"]), named),
    }


def _sides(row: Row) -> list[str]:
    """Name the sides whose sets are written down: none where both work at once."""
    if row["only_side"] in _LETTERS:
        return [_LETTERS[str(row["only_side"])]]
    return [""] if row["sided"] == "both" else list(_LETTERS.values())


def _rule(row: Row) -> dict[str, str]:
    """Set how much as a sentence of its own, whether it was written as one or not."""
    said = _said(row, "name", "how_much", "because", "out_when")
    much = said["how_much"].rstrip(".")
    return {**said, "how_much": f"{much[:1].upper()}{much[1:]}." if much else ""}


def _weeks(sessions: tuple[Row, ...]) -> list[dict[str, Any]]:
    """Lay the sessions out a week a line, three places each."""
    by_week: dict[int, list[str]] = {}
    for row in sessions:
        state = {"done": ", done", "missed": ", missed"}.get(str(row["state"]), "")
        again = row["rescreen"]
        tests = ", tests again" if isinstance(again, list | tuple) and again else ""
        day = day_words(str(row["on_date"]), weekday=True)
        by_week.setdefault(int(str(row["week"])), []).append(f"{day}{tests}{state}")
    return [
        {"name": str(week), "days": (days + [""] * _A_WEEK)[:_A_WEEK]}
        for week, days in sorted(by_week.items())
    ]


def _said(row: Row, *names: str) -> dict[str, str]:
    """Take texts by name as they can be printed; of what is not there, nothing."""
    said = {}
    for name in names:
        value = row.get(name)
        lines = value if isinstance(value, list | tuple) else [value or ""]
        said[name] = on_paper(" ".join(str(line) for line in lines))
    return said
