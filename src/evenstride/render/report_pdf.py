"""Decides how a report becomes a PDF: typst sets it, from data only, with the fonts we ship."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evenstride.render.described import described
from evenstride.render.palette import painted, palette
from evenstride.render.report_figures import beam_svg, trend_svg
from evenstride.render.report_rows import contributions_svg, forest_svg
from evenstride.render.report_words import printed
from evenstride.render.typst_sheet import FONT, PAPERS, Paper, set_sheet

if TYPE_CHECKING:
    from evenstride.domain.answer import Answer, Figure
    from evenstride.domain.wording import Units
    from evenstride.render.report_cells import Cells
    from evenstride.render.report_moves import MovesWords, PairWords, RunWords

_HERE = Path(__file__).parent
_HEIGHTS: dict[Paper, float] = {"a4": 124.0, "letter": 96.0}
_MOST_RUNS: dict[Paper, int] = {"a4": 26, "letter": 23}
_MOST_TYPED = 40
_MOST_DRIVERS = 12
_MOST_CONDITION = 60
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
    return set_sheet("report.typ", _data(answer, units, paper))


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


def _data(answer: Answer, units: Units, paper: Paper) -> dict[str, Any]:
    colours = palette("print")
    style = painted((_HERE / "report" / "figures.css").read_text("utf-8"), colours)
    words = printed(
        answer,
        units=units,
        most_runs=_MOST_RUNS[paper],
        most_characters=_MOST_TYPED,
        most_drivers=_MOST_DRIVERS,
    )
    made = str(answer.tables["summary"][0]["made"] or "")
    beam = answer.figures.get("balance")
    trends = [figure for figure in answer.figures.values() if figure.kind == "trend"]
    return {
        **asdict(replace(words, moves=None, explained=(), compared=None)),
        "moves": _moves(words.moves, style) if words.moves else None,
        "explained": [_explained(run, style) for run in words.explained],
        "compared": _compared(words.compared, style) if words.compared else None,
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
        "fonts": [FONT],
        "paper": PAPERS[paper],
        "own_page": bool(trends),
    }


def _moves(moves: MovesWords, style: str) -> dict[str, Any]:
    return {
        "lead": moves.lead,
        "sentences": moves.sentences,
        "table": _cells(moves.table.shortened(_MOST_TYPED)),
        **_drawn(moves.figure, style),
        "more": moves.more,
        "parts": [asdict(part) for part in moves.parts],
    }


def _explained(run: RunWords, style: str) -> dict[str, Any]:
    return {
        "title": run.title,
        "lead": run.lead,
        "sentences": run.sentences,
        "table": _cells(run.table.shortened(_MOST_CONDITION)),
        **_drawn(run.figure, style),
        "beside": run.beside,
    }


def _compared(pair: PairWords, style: str) -> dict[str, Any]:
    return {
        "title": pair.title,
        "lead": pair.lead,
        "sentences": pair.sentences,
        "like_for_like": pair.like_for_like,
        "raw": pair.raw,
        "sides": _cells(pair.sides),
        "why": _cells(pair.why.shortened(_MOST_TYPED)),
        **_drawn(pair.figure, style),
        "power": pair.power,
    }


def _drawn(figure: Figure | None, style: str) -> dict[str, str]:
    """Draw rows below each other, and say what is seen."""
    if figure is None:
        return {"figure": "", "alt": ""}
    draw = forest_svg if figure.kind == "forest" else contributions_svg
    return {"figure": draw(figure, style=style), "alt": described(figure)}


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
