"""The report: one page to hand to a coach or physio, to read here or to keep as PDF."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from evenstride import answers
from evenstride.web.kept import this_hour
from evenstride.web.pages import Format, json_answer
from evenstride.web.server import Kept

router = APIRouter()

Days = Annotated[
    int, Query(ge=14, le=3650, description="The period, counted back from the last run.")
]


@router.get("/report.html", summary="The report as one file to keep")
def report_file(kept: Kept, days: Days = 90, as_: Format = "html") -> Response:
    """Give the report as one self-contained file."""
    from evenstride.render.report_html import report_html

    answer = kept.ask(answers.report, days=float(days), now=this_hour())
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
    kept: Kept, days: Days = 90, paper: Annotated[Literal["a4", "letter"], Query()] = "a4"
) -> Response:
    """Give the report as PDF, two pages for a typical runner."""
    from evenstride.render.report_pdf import report_pdf as made

    answer = kept.ask(answers.report, days=float(days), now=this_hour())
    content = made(answer, units=answers.preferences(kept.library).units, paper=paper)
    return _file(content, "application/pdf", "pdf")


def _file(content: bytes, media_type: str, ending: str) -> Response:
    # Handed out to be kept, not shown here: the policy of these pages would stop its own script.
    named = f'attachment; filename="evenstride-report.{ending}"'
    return Response(content, media_type=media_type, headers={"Content-Disposition": named})
