"""Screening: every test, one test with its form, what was measured, and a sheet to print."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

from fastapi import APIRouter, Form, HTTPException, Path, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from evenstride.domain.diary import MOST_LEVEL, Measured
from evenstride.domain.errors import DoubtError, InputError
from evenstride.web.kept import KeptAnswers, this_hour
from evenstride.web.pages import Format, json_answer, page
from evenstride.web.routes.experiments import now
from evenstride.web.routes.flags import flags_of
from evenstride.web.screening_form import MeasuredForm, first_form, kept_form, measured_of
from evenstride.web.server import Kept

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evenstride.answers.body_and_plan.rows_screening import MethodRow
    from evenstride.domain.answer import Answer, Row

router = APIRouter()

TestName = Annotated[str, Path(max_length=60, description="Its short name, as the list has it.")]
Entry = Annotated[str, Query(max_length=100, description="One measurement, by its id.")]
Done = Annotated[
    Literal["", "written", "corrected", "unchanged", "deleted"],
    Query(alias="done", description="What was just done."),
]
_DONE = {
    "written": "Kept.",
    "corrected": "Corrected. What it was before stays in its history.",
    "unchanged": "Nothing was different.",
    "deleted": "Deleted.",
}


def screen_of(kept: KeptAnswers) -> Answer:
    """Ask for all tests in one way, so that pages which show parts of it share one answer."""
    from evenstride.answers.body_and_plan.screening import screen as asked

    return kept.ask(asked, now=this_hour())


@router.get("/screen", summary="Left against right, tested")
def screen(request: Request, kept: Kept, as_: Format = "html") -> Response:
    """Show every test with how it came out last, and what the whole says."""
    answer = screen_of(kept)
    if as_ == "json":
        return json_answer(answer)
    return page(request, "screen.html", current="body", answer=answer, flags=flags_of(kept))


@router.get("/screen/sheet.pdf", summary="A sheet to print", response_class=Response)
def sheet(
    kept: Kept,
    blank: Annotated[bool, Query(description="Without what was measured.")] = False,
    paper: Annotated[Literal["a4", "letter"], Query()] = "a4",
) -> Response:
    """Give the tests on paper, blank or with the last results."""
    from evenstride.answers.body_and_plan.screening_sheet import sheet as asked
    from evenstride.render.screening_pdf import screening_pdf

    answer = kept.ask(asked, filled=not blank, now=this_hour())
    named = 'attachment; filename="screening.pdf"'
    return Response(
        screening_pdf(answer, paper=paper),
        media_type="application/pdf",
        headers={"Content-Disposition": named},
    )


@router.get("/screen/{test}", summary="One test")
def one_test(
    request: Request,
    kept: Kept,
    test: TestName,
    as_: Format = "html",
    method: Annotated[str, Query(max_length=60, description="A way of making it.")] = "",
    correct: Entry = "",
    done: Done = "",
) -> Response:
    """Show how it is made, the form for what was measured, and what it said before."""
    answer = _test_of(kept, test)
    if as_ == "json":
        return json_answer(answer)
    form: MeasuredForm | None = None
    if correct:
        form = kept_form(_measured_row(answer, correct))
    return _page(request, kept, answer, form=form, method=method, said=_DONE.get(done, ""))


@router.post("/screen/{test}", summary="Keep what was measured")
def record(
    request: Request, kept: Kept, test: TestName, form: Annotated[MeasuredForm, Form()]
) -> Response:
    """Keep a measurement, or its correction; what is unlikely is asked first."""
    from evenstride.answers.body_and_plan.screening import record_measured

    answer = _test_of(kept, test)
    measured, wrong = measured_of(form, test, now().date())
    if measured is None:
        return _page(request, kept, answer, form=form, wrong=wrong)
    try:
        kept_now = record_measured(
            kept.library,
            measured,
            entry_id=form.entry_id or None,
            seen=form.seen,
            sure=form.sure == "yes",
            now=now(),
        )
    except DoubtError as error:
        return _page(request, kept, answer, form=form, doubts=error.doubts)
    except InputError as error:
        return _page(request, kept, answer, form=form, problem=str(error))
    return RedirectResponse(f"/screen/{test}?done={kept_now.verdict}#said", status_code=303)


@router.post("/screen/{test}/delete", summary="Delete a measurement, for good")
def delete(
    request: Request,
    kept: Kept,
    test: TestName,
    entry_id: Annotated[str, Form(max_length=100)] = "",
    sure: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Forget one measurement with all its versions."""
    from evenstride.answers.body_and_plan.diary import delete as delete_entry

    answer = _test_of(kept, test)
    _measured_row(answer, entry_id)
    if sure != "yes":
        return _page(request, kept, answer, deleting=entry_id)
    delete_entry(kept.library, Measured, entry_id, now=now())
    return RedirectResponse(f"/screen/{test}?done=deleted#said", status_code=303)


def _test_of(kept: KeptAnswers, test: str) -> Answer:
    """Ask for one test.

    Raises
    ------
    HTTPException
        There is none of this name: 404.
    """
    from evenstride.answers.body_and_plan.screening import screen_test

    if test not in {row["test"] for row in screen_of(kept).tables["tests"]}:
        raise HTTPException(404)
    return kept.ask(screen_test, test, now=this_hour())


def _measured_row(answer: Answer, entry_id: str) -> Row:
    found = next((row for row in answer.tables["history"] if row["entry_id"] == entry_id), None)
    if found is None:
        raise HTTPException(404)
    return found


def _page(
    request: Request,
    kept: KeptAnswers,
    answer: Answer,
    *,
    form: MeasuredForm | None = None,
    method: str = "",
    said: str = "",
    problem: str = "",
    doubts: Sequence[str] = (),
    wrong: Mapping[str, str] | None = None,
    deleting: str = "",
) -> Response:
    """Draw the page of a test; with its form as it was sent, and why it was not kept, where so."""
    methods = cast("tuple[MethodRow, ...]", answer.tables["methods"])
    every = screen_of(kept)
    if form is None:
        form = first_form(methods, _before(answer, every, method), today=this_hour().date())
    if not form.entry_id:
        form = form.model_copy(update={"entry_id": f"m-{secrets.token_hex(8)}"})
    way = next((row for row in methods if row["method"] == form.method), methods[0])
    (test,) = answer.tables["test"]
    return page(
        request,
        "screen_test.html",
        status=400 if problem or doubts or wrong or deleting else 200,
        current="body",
        answer=answer,
        test=test,
        methods=methods,
        way=way,
        form=form,
        trials=max(way["trials"], len(form.left), len(form.right)),
        levels=range(MOST_LEVEL + 1),
        following=_following(every, str(test["test"])),
        flags=flags_of(kept),
        said=said,
        problem=problem,
        doubts=doubts,
        wrong=wrong or {},
        deleting=deleting,
    )


def _before(answer: Answer, every: Answer, method: str) -> Mapping[str, Any] | None:
    """Return how it was measured last: this test by this way, else another by what both have."""
    own = [row for row in answer.tables["history"] if method in ("", row["method"])]
    if own:
        return own[0]
    others = sorted(every.tables["findings"], key=lambda row: str(row["on_date"]), reverse=True)
    with_tool = [row for row in others if row["instrument"]]
    last: dict[str, Any] = dict(with_tool[0]) if with_tool else {}
    return {**last, "method": method or last.get("method")} if last or method else None


def _following(every: Answer, test: str) -> Row | None:
    """Return the test after this one in its group; None after the last."""
    rows = every.tables["tests"]
    here = next(i for i, row in enumerate(rows) if row["test"] == test)
    after = rows[here + 1 : here + 2]
    return after[0] if after and after[0]["group"] == rows[here]["group"] else None
