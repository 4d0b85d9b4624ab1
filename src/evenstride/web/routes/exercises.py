"""Exercises: the whole catalogue by its blocks, and one with how, how much, and what is known."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path
from starlette.requests import Request
from starlette.responses import Response

from evenstride.web.pages import Format, json_answer, page

router = APIRouter()


@router.get("/exercises", summary="All exercises, cues and ground rules")
def exercises(request: Request, as_: Format = "html") -> Response:
    """Show all of them, drawn, by their blocks."""
    from evenstride.answers.body_and_plan.catalogue import exercises as asked

    answer = asked()
    if as_ == "json":
        return json_answer(answer)
    return page(request, "exercises.html", current="plan", answer=answer)


@router.get("/exercises/{slug}", summary="One exercise")
def exercise(
    request: Request,
    slug: Annotated[str, Path(max_length=60, description="Its short name.")],
    as_: Format = "html",
) -> Response:
    """Show how it is done, what to feel, how much, when not to, and what is known of it."""
    from evenstride.answers.body_and_plan.catalogue import exercises as asked

    if slug not in {row["exercise"] for row in asked().tables["exercises"]}:
        raise HTTPException(404)
    answer = asked(slug)
    if as_ == "json":
        return json_answer(answer)
    return page(
        request,
        "exercise.html",
        current="plan",
        answer=answer,
        exercise=answer.tables["exercises"][0],
    )
