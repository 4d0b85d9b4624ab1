"""The command `report`: its words, and which file it becomes."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from evenstride.cli.files import writable, write_whole
from evenstride.cli.options import AsJson, LibraryDir, emit, examples, opened
from evenstride.cli.progress import waiting

_ENDINGS = (".html", ".pdf")

EPILOG = examples(
    "evenstride report --out report.html",
    "evenstride report --out report.pdf --days 180",
    "evenstride report --out report.pdf --explain last --explain 2026-05-14",
    "evenstride report --out report.pdf --compare 2026-01-01..2026-03-31 2026-04-01..2026-06-30",
)

Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        metavar="FILE",
        help="Where to write it; the ending .html or .pdf says what.",
        show_default=False,
        readable=False,
    ),
]


class Sheet(StrEnum):
    """What a PDF is set for."""

    A4 = "a4"
    LETTER = "letter"


def report(
    out: Out = None,
    library: LibraryDir = None,
    as_json: AsJson = False,
    *,
    days: Annotated[
        float, typer.Option(min=14, max=3650, help="How many days up to the last run it is about.")
    ] = 90.0,
    paper: Annotated[Sheet, typer.Option(help="What a PDF is set for.")] = Sheet.A4,
    explain: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RUN",
            help="A page more that takes this run apart; may be said several times.",
            show_default=False,
        ),
    ] = None,
    compare: Annotated[
        tuple[str, str] | None,
        typer.Option(
            metavar="A B",
            help="A page more: two runs, tags or periods like for like.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Write a report for a coach or physio, as HTML or PDF.

    One HTML file with figures to point at, or a PDF of three pages: where you are, whether it is
    changing, what moves it, the runs of the period, how it was measured, and what it does not say.
    The file needs nothing else, and nothing leaves this computer.
    """
    from evenstride.answers import preferences
    from evenstride.answers import report as ask

    if out is None and not as_json:
        raise typer.BadParameter("say where to write it.", param_hint="--out")
    kind = out.suffix.lower() if out else ""
    if out and kind not in _ENDINGS:
        raise typer.BadParameter(f"{out.name} must end in .html or .pdf.", param_hint="--out")
    path = writable(out.expanduser()) if out else None
    with opened(library) as lib, waiting():
        answer = ask(
            lib,
            days=days,
            explain=tuple(explain or ()),
            compare=compare,
            now=datetime.now().astimezone(),
        )
        chosen = preferences(lib)
    if path:
        if kind == ".pdf":
            from evenstride.render.report_pdf import report_pdf

            content = report_pdf(answer, units=chosen.units, paper=paper.value)
        else:
            from evenstride.render.report_html import report_html

            content = report_html(
                answer,
                units=chosen.units,
                side_colours=chosen.side_colours,
                theme=chosen.theme,
            ).encode()
        write_whole(path, content)
        typer.echo(f"Wrote {path}", err=as_json)
    if as_json:
        emit(answer, as_json=True)
