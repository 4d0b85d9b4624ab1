"""Decides how a report becomes a PDF: typst sets it, from data only, with the fonts we ship."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from evenstride.render.described import described
from evenstride.render.palette import painted, palette
from evenstride.render.report_figures import beam_svg, trend_svg
from evenstride.render.report_words import printed

if TYPE_CHECKING:
    from evenstride.domain.answer import Answer
    from evenstride.domain.wording import Units
    from evenstride.render.report_words import Cells

Paper = Literal["a4", "letter"]
_HERE = Path(__file__).parent
_PAPERS: dict[Paper, str] = {"a4": "a4", "letter": "us-letter"}
_HEIGHTS: dict[Paper, float] = {"a4": 124.0, "letter": 96.0}
_FONT = "Inter"
_MOST_TYPED = 40
_MOST_NOTE_CHARACTERS, _MOST_NOTE_LINES = 600, 8
_CUT = "… (cut here; the whole note stands in the app and in the HTML report)"


def report_pdf(answer: Answer, *, units: Units = "km", paper: Paper = "a4") -> bytes:
    """Set a report's Answer as a PDF: A4 or US Letter, tagged, vector figures, text as text.

    The same Answer gives the same bytes: no clock is read. Fonts of the system are asked only where
    something was typed that the shipped one has no letters for; else it conforms to PDF/UA-1.

    Parameters
    ----------
    answer
        The Answer of `report`.
    units
        What distances and paces are said in.
    paper
        The sheet.
    """
    import typst

    data = _data(answer, units, paper)
    text = json.dumps(data, ensure_ascii=False)
    try:
        # An accessible PDF must show every letter, so this refuses what our font has no shape for.
        return _set(text, ours_only=True)
    except typst.TypstError:
        return _set(text, ours_only=False)


def report_pictures(answer: Answer, *, units: Units = "km", ppi: int = 96) -> list[bytes]:
    """Draw the pages of the A4 report as PNG, for documents that show what it looks like."""
    import typst

    pages = typst.compile(
        _HERE / "report" / "report.typ",
        format="png",
        ppi=ppi,
        font_paths=[_HERE / "assets" / "fonts"],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(_data(answer, units, "a4"), ensure_ascii=False)},
    )
    # One page comes bare.
    return list(pages) if isinstance(pages, list) else [pages]


def _set(text: str, *, ours_only: bool) -> bytes:
    import typst

    return typst.compile(
        _HERE / "report" / "report.typ",
        font_paths=[_HERE / "assets" / "fonts"],
        ignore_system_fonts=ours_only,
        sys_inputs={"data": text},
        pdf_standards="ua-1" if ours_only else [],
        timestamp=0,
    )


def _data(answer: Answer, units: Units, paper: Paper) -> dict[str, Any]:
    colours = palette("print")
    style = painted((_HERE / "report" / "figures.css").read_text("utf-8"), colours)
    words = printed(
        answer,
        units=units,
        most_characters=_MOST_TYPED,
    )
    made = str(answer.tables["summary"][0]["made"] or "")
    beam = answer.figures.get("balance")
    trends = [figure for figure in answer.figures.values() if figure.kind == "trend"]
    return {
        **asdict(words),
        "measures": _cells(words.measures),
        "runs": _cells(words.runs),
        "worn": _cells(words.worn),
        "dropped": _cells(words.dropped),
        "notes": [{**asdict(note), "lines": _cut(note.lines)} for note in words.notes],
        "made_date": [int(part) for part in made.split("-")] if made else [],
        "beam": beam_svg(beam, style=style) if beam else "",
        "beam_alt": answer.headline,
        "trend": trend_svg(trends, height=_HEIGHTS[paper], style=style),
        "trend_alt": " ".join(described(figure) for figure in trends),
        "colours": {name: colours[name] for name in ("text", "muted", "left", "right", "border")},
        "fonts": [_FONT],
        "paper": _PAPERS[paper],
        "own_page": bool(trends),
    }


def _cells(cells: Cells) -> dict[str, Any]:
    return {"heads": cells.heads, "rows": cells.rows}


def _cut(lines: tuple[str, ...]) -> list[str]:
    """Shorten a note to what a sheet has room for, and say so."""
    kept, room = [], _MOST_NOTE_CHARACTERS
    for line in lines[:_MOST_NOTE_LINES]:
        kept.append(line[:room])
        room -= len(line)
        if room <= 0:
            break
    whole = len(kept) == len(lines) and room >= 0
    return kept if whole else [*kept, _CUT]
