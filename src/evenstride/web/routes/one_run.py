"""One run: everything that was measured in it, and what is typed about it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Path
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from evenstride import answers
from evenstride.answers import KEEP
from evenstride.domain.answer import Row
from evenstride.render.vega import spec
from evenstride.web.kept import KeptAnswers
from evenstride.web.pages import Format, is_part, json_answer, page
from evenstride.web.routes.runs import COLUMNS
from evenstride.web.server import Kept

router = APIRouter()

RunName = Annotated[
    str, Path(max_length=60, description="An id, its beginning, a date, or `last`.")
]


@router.get("/runs/{run}", summary="One run")
def one_run(request: Request, kept: Kept, run: RunName, as_: Format = "html") -> Response:
    """Show one run."""
    answer = kept.ask(answers.show, run)
    if as_ == "json":
        return json_answer(answer)
    run_id = kept.library.resolve(run)
    units = answers.preferences(kept.library).units
    return page(
        request,
        "run.html",
        current="runs",
        run_id=run_id,
        answer=answer,
        specs={
            name: spec(figure, units=units)
            for name, figure in answer.figures.items()
            if figure.kind != "series"
        },
    )


@router.get("/runs/{run}/row", summary="One run as a row of the list")
def row(request: Request, kept: Kept, run: RunName) -> Response:
    """Give the row of a run as the list shows it."""
    return page(request, "part_row.html", row=_row(kept, kept.library.resolve(run)))


@router.get("/runs/{run}/edit", summary="One row of the list, to be edited")
def edit(request: Request, kept: Kept, run: RunName) -> Response:
    """Give the row of a run with fields in it."""
    run_id = kept.library.resolve(run)
    return page(request, "part_edit.html", row=_row(kept, run_id), columns_count=len(COLUMNS))


@router.post("/runs/{run}", summary="Write about a run")
def write(
    request: Request,
    kept: Kept,
    run: RunName,
    title: Annotated[str | None, Form(max_length=400)] = None,
    notes: Annotated[str | None, Form(max_length=40_000)] = None,
    shoes: Annotated[str | None, Form(max_length=400)] = None,
    race: Annotated[list[str] | None, Form()] = None,
    tags: Annotated[str | None, Form(max_length=2000, description="Separated by commas.")] = None,
) -> Response:
    """Keep a run's title, notes, shoes, race flag or tags; what is not sent stays."""
    run_id = kept.library.resolve(run)
    answers.annotate_runs(
        kept.library,
        (run_id,),
        title=KEEP if title is None else title,
        notes=KEEP if notes is None else notes,
        shoes=KEEP if shoes is None else shoes,
        # A hidden field goes with the box, so that unticking it is said too.
        is_race=KEEP if race is None else "yes" in race,
        tags=KEEP if tags is None else (tags,),
    )
    if is_part(request, f"row-{run_id}"):
        return page(request, "part_row.html", row=_row(kept, run_id))
    return RedirectResponse(f"/runs/{run_id}", status_code=303)


def _row(kept: KeptAnswers, run_id: str) -> Row:
    return next(r for r in kept.ask(answers.runs).tables["runs"] if r["run_id"] == run_id)
