"""One run: everything that was measured in it, and what is typed about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from evenstride import answers
from evenstride.domain.answer import Answer, Row
from evenstride.domain.errors import InputError
from evenstride.domain.ground import Surface
from evenstride.render.vega import spec
from evenstride.web.kept import KeptAnswers
from evenstride.web.pages import Format, is_part, json_answer, page
from evenstride.web.routes.experiments import uses_of
from evenstride.web.routes.runs import COLUMNS
from evenstride.web.run_form import RunForm, changes, held, sent
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
    return _page(request, kept, kept.library.resolve(run), answer)


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
def write(request: Request, kept: Kept, run: RunName, form: Annotated[RunForm, Form()]) -> Response:
    """Keep a run's title, notes, shoes, race flag, tags or ground; what is not sent stays."""
    run_id = kept.library.resolve(run)
    in_list = is_part(request, f"row-{run_id}")
    try:
        answers.annotate_runs(kept.library, (run_id,), **changes(form))
    except InputError as error:
        if in_list:
            raise
        answer = kept.ask(answers.show, run_id)
        return _page(
            request, kept, run_id, answer, status=400, words=sent(form), problem=str(error)
        )
    if in_list:
        return page(request, "part_row.html", row=_row(kept, run_id))
    return RedirectResponse(f"/runs/{run_id}#typed", status_code=303)


def _page(
    request: Request,
    kept: KeptAnswers,
    run_id: str,
    answer: Answer,
    *,
    status: int = 200,
    words: Mapping[str, Any] | None = None,
    problem: str = "",
) -> Response:
    """Draw the page; with the form as it was sent, and why it was not kept, where it was not."""
    units = answers.preferences(kept.library).units
    shoes, tags = answers.used_words(kept.library)
    return page(
        request,
        "run.html",
        status=status,
        current="runs",
        run_id=run_id,
        answer=answer,
        specs={
            name: spec(figure, units=units)
            for name, figure in answer.figures.items()
            if figure.kind != "series"
        },
        words=words or held(answer.tables["annotation"][0]),
        problem=problem,
        surfaces=tuple(Surface),
        cambers={camber.value: said for camber, said in answers.CAMBER_WORDS.items()},
        habit=answers.ground_of_run(kept.library, run_id).habit_camber,
        known={"shoes": shoes, "tags": tags},
        uses=uses_of(kept, run_id),
    )


def _row(kept: KeptAnswers, run_id: str) -> Row:
    return next(r for r in kept.ask(answers.runs).tables["runs"] if r["run_id"] == run_id)
