"""The report: one page to hand to a coach or physio, to read here or to keep as PDF."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from evenstride import answers
from evenstride.domain.answer import Answer
from evenstride.domain.errors import InputError
from evenstride.web.kept import KeptAnswers, this_hour
from evenstride.web.pages import Format, json_answer
from evenstride.web.server import Kept

router = APIRouter()

Days = Annotated[
    int, Query(ge=14, le=3650, description="The period, counted back from the last run.")
]


Explained = Annotated[
    list[Annotated[str, Query(max_length=60)]],
    Query(max_length=12, description="Runs to take apart, on a page each: ids, dates or `last`."),
]
Side = Annotated[
    str,
    Query(max_length=300, description="One side of a comparison, on a page of its own."),
]


@router.get("/report.html", summary="The report as one file to keep")
def report_file(
    kept: Kept,
    days: Days = 90,
    explain: Explained = [],  # noqa: B006 # fastapi reads it, nobody changes it
    a: Side = "",
    b: Side = "",
    as_: Format = "html",
) -> Response:
    """Give the report as one self-contained file."""
    from evenstride.render.report_html import report_html

    answer = _asked(kept, days, explain, a, b)
    if as_ == "json":
        return json_answer(answer)
    as_wished = answers.preferences(kept.library)
    made = report_html(
        answer,
        units=as_wished.units,
        side_colours=as_wished.side_colours,
        theme=as_wished.theme,
    )
    return _file(made.encode(), "text/html; charset=utf-8", "html")


@router.get("/report.pdf", summary="The report as PDF", response_class=Response)
def report_pdf(
    kept: Kept,
    days: Days = 90,
    paper: Annotated[Literal["a4", "letter"], Query()] = "a4",
    explain: Explained = [],  # noqa: B006 # fastapi reads it, nobody changes it
    a: Side = "",
    b: Side = "",
) -> Response:
    """Give the report as PDF: three pages for a typical runner, and one for each thing asked."""
    from evenstride.render.report_pdf import report_pdf as made

    answer = _asked(kept, days, explain, a, b)
    content = made(answer, units=answers.preferences(kept.library).units, paper=paper)
    return _file(content, "application/pdf", "pdf")


def _asked(kept: KeptAnswers, days: int, explain: list[str], a: str, b: str) -> Answer:
    a, b = a.strip(), b.strip()
    if bool(a) != bool(b):
        raise InputError("say both sides of a comparison: a and b")
    return kept.ask(
        answers.report,
        days=float(days),
        explain=tuple(explain),
        compare=(a, b) if a else None,
        now=this_hour(),
    )


def _file(content: bytes, media_type: str, ending: str) -> Response:
    # Handed out to be kept, not shown here: the policy of these pages would stop its own script.
    named = f'attachment; filename="evenstride-report.{ending}"'
    return Response(content, media_type=media_type, headers={"Content-Disposition": named})
