"""One run: everything that was measured in it, and what is typed about it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Path
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from evenstride import answers
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
    was_title: Annotated[str | None, Form(max_length=400)] = None,
    was_notes: Annotated[str | None, Form(max_length=40_000)] = None,
    was_shoes: Annotated[str | None, Form(max_length=400)] = None,
    was_race: Annotated[Literal["yes", "no"] | None, Form()] = None,
    was_tags: Annotated[str | None, Form(max_length=2000)] = None,
) -> Response:
    """Keep a run's title, notes, shoes, race flag or tags; what is not sent stays.

    A form sends all its fields, so with each, as `was_…`, goes what it held when it was opened:
    what was left as it was must not take back what another tab has kept since.
    """
    run_id = kept.library.resolve(run)
    changes: dict[str, Any] = {
        name: now
        for name, now, before in (
            ("title", title, was_title),
            ("notes", notes, was_notes),
            ("shoes", shoes, was_shoes),
        )
        if now is not None and (before is None or _lines(now) != _lines(before))
    }
    if race is not None and ("yes" in race) != _flag(was_race):  # a hidden "no" goes with the box
        changes["is_race"] = "yes" in race
    if tags is not None and was_tags is None:
        changes["tags"] = (tags,)
    elif tags is not None:
        kept_tags, had_tags = _tags(tags), _tags(was_tags)
        changes |= {"add_tags": kept_tags - had_tags, "remove_tags": had_tags - kept_tags}
    answers.annotate_runs(kept.library, (run_id,), **changes)
    if is_part(request, f"row-{run_id}"):
        return page(request, "part_row.html", row=_row(kept, run_id))
    return RedirectResponse(f"/runs/{run_id}", status_code=303)


def _lines(text: str) -> list[str]:
    return text.strip().splitlines()  # a form sends other line ends than it was given


def _tags(text: str | None) -> set[str]:
    return {tag.strip() for tag in (text or "").split(",")} - {""}


def _flag(word: str | None) -> bool | None:
    return None if word is None else word == "yes"


def _row(kept: KeptAnswers, run_id: str) -> Row:
    return next(r for r in kept.ask(answers.runs).tables["runs"] if r["run_id"] == run_id)
