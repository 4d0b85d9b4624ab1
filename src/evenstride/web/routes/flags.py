"""Red flags: the questions that are due, what stands, and how it is resolved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal, cast

from fastapi import APIRouter, Form, Path, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from evenstride.domain.answer import Answer
from evenstride.domain.diary import FlagCheck
from evenstride.domain.errors import DoubtError, InputError
from evenstride.web.diary_form import new_page
from evenstride.web.flag_form import FlagForm, ResolveForm, read_answers, read_resolution
from evenstride.web.kept import KeptAnswers, this_hour
from evenstride.web.pages import Format, json_answer, page
from evenstride.web.routes.experiments import now
from evenstride.web.server import Kept

if TYPE_CHECKING:
    from evenstride.answers.body_and_plan.rows_diary import AskRow

router = APIRouter()

EntryId = Annotated[str, Path(max_length=100, description="The entry's id.")]
Done = Annotated[
    Literal["", "answered", "resolved"], Query(alias="done", description="What was just done.")
]
_NOT_DUE = (
    "These questions are not due any more: they were answered in the meantime, or what raised them "
    "was deleted."
)
_DONE = {
    "answered": "Kept. What it means now is below.",
    "resolved": "Kept as resolved, with its date and note.",
}


def flags_of(kept: KeptAnswers) -> Answer:
    """Ask which questions are due and which flags stand, so that pages share one answer."""
    from evenstride.answers.body_and_plan.flags import flags as asked

    return kept.ask(asked, now=this_hour())


@router.get("/flags", summary="Is there anything to see a clinician about?")
def flags(request: Request, kept: Kept, as_: Format = "html", done: Done = "") -> Response:
    """Show the questions that are due, what stands and what it stops, and what was answered."""
    if as_ == "json":
        return json_answer(flags_of(kept))
    return _page(request, kept, said=_DONE.get(done, ""))


@router.post("/flags", summary="Answer questions about red flags")
def answer(request: Request, kept: Kept, form: Annotated[FlagForm, Form()]) -> Response:
    """Keep the answers; every question wants one, and `do not know` is one."""
    from evenstride.answers.body_and_plan.diary import Say, write

    asked = _asked(kept, form.ask)
    if asked is None and f"{form.page}-{form.ask}" in kept.library.entries(FlagCheck):
        return RedirectResponse("/flags?done=answered", status_code=303)  # pressed twice
    if asked is None:
        return _page(request, kept, form=form, not_due=_NOT_DUE)
    value, wrong = read_answers(form, asked, now().date())
    if value is None:
        return _page(request, kept, form=form, wrong=wrong)
    try:
        say = Say(value, f"{form.new_id}-{asked['ask_id']}")  # a page may hold several forms
        write(kept.library, [say], sure=bool(form.sure), now=now())
    except InputError as error:
        return _page(request, kept, form=form, problem=str(error), doubt=_is_doubt(error))
    return RedirectResponse("/flags?done=answered", status_code=303)


@router.post("/flags/{entry_id}/resolve", summary="Say that a red flag is over")
def resolve(
    request: Request, kept: Kept, entry_id: EntryId, form: Annotated[ResolveForm, Form()]
) -> Response:
    """Resolve what was raised, with the day and why; not without both."""
    from evenstride.answers.body_and_plan.diary import Say, write

    stood = kept.library.entry(FlagCheck, entry_id)
    read, wrong = read_resolution(form)
    if read is None:
        return _page(request, kept, resolving=entry_id, resolve_form=form, wrong=wrong)
    on_date, why = read
    try:
        value = replace(stood.value, resolved_on=on_date, resolution=why)
        say = Say(value, entry_id, seen=form.seen)
        write(kept.library, [say], sure=bool(form.sure), now=now())
    except InputError as error:
        return _page(
            request,
            kept,
            resolving=entry_id,
            resolve_form=form,
            problem=str(error),
            doubt=_is_doubt(error),
        )
    return RedirectResponse("/flags?done=resolved", status_code=303)


def _asked(kept: KeptAnswers, ask_id: str) -> AskRow | None:
    """Find the questions that were answered; None where they are not due any more."""
    tables = flags_of(kept).tables
    every = cast("list[AskRow]", [*tables.get("ask", ()), *tables.get("offered", ())])
    for row in every:
        if row["ask_id"] == ask_id:
            return row
    return None


def _is_doubt(error: InputError) -> bool:
    return isinstance(error, DoubtError)


def _page(
    request: Request,
    kept: KeptAnswers,
    *,
    said: str = "",
    form: FlagForm | None = None,
    wrong: dict[str, str] | None = None,
    problem: str = "",
    not_due: str = "",
    doubt: bool = False,
    resolving: str = "",
    resolve_form: ResolveForm | None = None,
) -> Response:
    return page(
        request,
        "flags.html",
        status=400 if wrong or problem or not_due else 200,
        current="body",
        answer=flags_of(kept),
        today=now().date().isoformat(),
        said=said,
        form=form or FlagForm(),
        new_page=new_page(),
        wrong=wrong or {},
        problem=problem,
        not_due=not_due,
        doubt=doubt,
        resolving=resolving,
        resolve_form=resolve_form or ResolveForm(resolved_on=now().date().isoformat()),
    )
