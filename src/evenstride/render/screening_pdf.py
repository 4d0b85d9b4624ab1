"""Decides how the screening sheet is set to print: tests drawn, boxes blank or filled in."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from evenstride.domain.wording import printable
from evenstride.render.cells import day_words
from evenstride.render.drawings import drawing_for_print, drawing_words
from evenstride.render.palette import palette
from evenstride.render.typst_sheet import FONT, PAPERS, Paper, on_paper, set_sheet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evenstride.domain.answer import Answer, Row

_GROUPS: Final = {"screening": "Left against right", "top_to_toe": "Top to toe, both sides"}


def screening_pdf(answer: Answer, *, paper: Paper = "a4") -> bytes:
    """Set the screening sheet as a PDF: tagged, vector drawings, readable in black and white.

    The same Answer gives the same bytes: no clock is read.

    Parameters
    ----------
    answer
        The Answer of `screen_sheet`.
    paper
        The sheet.
    """
    return set_sheet("screening.typ", _data(answer, paper), fit=True)


def _data(answer: Answer, paper: Paper) -> dict[str, Any]:
    colours = palette("print")
    rows = answer.tables["sheet"]
    said = dict.fromkeys(
        [str(row["error_source"]) for row in rows if row["error_source"]]
        + [s.text + (f" ({s.link})" if s.link else "") for s in answer.sources]
    )
    return {
        "title": on_paper(answer.headline),
        "sentences": [on_paper(sentence) for sentence in answer.sentences],
        "groups": [
            {
                "title": _GROUPS[group],
                "tests": [
                    _test(list(methods))
                    for _, methods in groupby(mine, key=lambda row: str(row["test"]))
                ],
            }
            for group, mine in groupby(rows, key=lambda row: str(row["group"]))
        ],
        "caveats": [on_paper(caveat) for caveat in answer.caveats],
        "sources": [printable(source) for source in said],
        "program": answer.provenance.program,
        "colours": {name: colours[name] for name in ("text", "muted", "border")},
        "fonts": [FONT],
        "paper": PAPERS[paper],
    }


def _test(methods: list[Row]) -> dict[str, Any]:
    first = methods[0]
    return {
        "name": printable(str(first["name"])),
        "how": _lines(first["how"]),
        "cautions": _lines(first["cautions"]),
        "svg": str(drawing_for_print(str(first["drawing"]))),
        "alt": drawing_words(str(first["drawing"])),
        "methods": [_method(row) for row in methods],
    }


def _method(row: Row) -> dict[str, Any]:
    trials = row["trials"] if isinstance(row["trials"], int) else 0
    words = printable(str(row["words"] or ""))
    on_date = row["on_date"]
    return {
        "label": printable(str(row["label"])),
        "unit": printable(str(row["unit"])),
        "each": bool(row.get("each", True)),
        "positions": _choices(row["positions"], row["position"]),
        "instruments": _choices(row["instruments"], row["instrument"]),
        "choices": _choices(row["choices"], row["sign"]),
        "left": _values(row["left"], trials),
        "right": _values(row["right"], trials),
        "words": f"{day_words(str(on_date))}: {words}" if on_date and words else words,
        "error": printable(str(row["error"] or "")),
    }


def _choices(rows: object, chosen: object) -> list[dict[str, Any]]:
    assert isinstance(rows, list | tuple)
    return [{"label": printable(str(r["label"])), "on": r["slug"] == chosen} for r in rows]


def _values(values: object, trials: int) -> list[str]:
    """Write the trials into their boxes; what was not made stays empty."""
    assert isinstance(values, list | tuple)
    written = [f"{value:g}" for value in values]
    return written + [""] * (trials - len(written))


def _lines(values: object) -> str:
    assert isinstance(values, list | tuple)
    lines: Iterable[object] = values
    return printable(" ".join(str(line) for line in lines))
