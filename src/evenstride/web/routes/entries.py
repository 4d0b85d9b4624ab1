"""One entry of any kind: what it says and said before; corrected, or deleted for good."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, cast

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from evenstride.domain.answer import Answer
from evenstride.domain.diary import KINDS, Complaint, HeelWear, Injury, Measured, Written
from evenstride.domain.errors import DoubtError, InputError, UnknownRunError
from evenstride.render.heels_svg import heels_svg
from evenstride.web.day_fields import DayFields
from evenstride.web.diary_subject import subjects
from evenstride.web.entry_choices import field_choices
from evenstride.web.entry_forms import (
    HOW_WORDS,
    KINDS_OF_FORMS,
    WEAR_PLACES,
    WEAR_WORDS,
    ComplaintForm,
    DayForm,
    EntryForm,
    InjuryForm,
    WearForm,
    form_of_entry,
    read_entry,
)
from evenstride.web.kept import KeptAnswers, this_hour
from evenstride.web.pages import Format, json_answer, page
from evenstride.web.routes.diary import DONE, Done, EntryId
from evenstride.web.routes.experiments import now
from evenstride.web.server import Kept

if TYPE_CHECKING:
    from collections.abc import Hashable

    from evenstride.answers import Library
    from evenstride.domain.diary import Entry

router = APIRouter()

_HOME = {Injury: "/injuries", HeelWear: "/shoes"}
"""Where a kind of entry is listed that is not listed in the diary."""


@router.get("/diary/{entry_id}", summary="One entry, and what it said before")
def one_entry(
    request: Request, kept: Kept, entry_id: EntryId, as_: Format = "html", done: Done = ""
) -> Response:
    """Show an entry with all its versions, to be corrected or deleted."""
    if _is_unread(kept.library, entry_id):
        return _unread_page(request, kept, entry_id, as_=as_)
    found = _found(kept.library, entry_id)
    if as_ == "json":
        return json_answer(_history(kept, found))
    return _entry_page(request, kept, found, said=DONE.get(done, ""))


@router.post("/diary/{entry_id}/complaint", summary="Correct a complaint")
def correct_complaint(
    request: Request, kept: Kept, entry_id: EntryId, form: Annotated[ComplaintForm, Form()]
) -> Response:
    """Keep the next version of a complaint."""
    return _correct(request, kept, entry_id, form)


@router.post("/diary/{entry_id}/day", summary="Correct what was said of a day")
def correct_day(
    request: Request, kept: Kept, entry_id: EntryId, form: Annotated[DayForm, Form()]
) -> Response:
    """Keep the next version of what was said of a day or run."""
    return _correct(request, kept, entry_id, form)


@router.post("/diary/{entry_id}/injury", summary="Correct an injury")
def correct_injury(
    request: Request, kept: Kept, entry_id: EntryId, form: Annotated[InjuryForm, Form()]
) -> Response:
    """Keep the next version of an injury."""
    return _correct(request, kept, entry_id, form)


@router.post("/diary/{entry_id}/heel_wear", summary="Correct how heels were worn")
def correct_wear(
    request: Request, kept: Kept, entry_id: EntryId, form: Annotated[WearForm, Form()]
) -> Response:
    """Keep the next version of a look at the heels."""
    return _correct(request, kept, entry_id, form)


@router.post("/diary/{entry_id}/delete", summary="Delete an entry with all its versions")
def delete(
    request: Request,
    kept: Kept,
    entry_id: EntryId,
    sure: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Forget an entry: nothing of it stays."""
    from evenstride.answers.body_and_plan.diary import delete as delete_entry

    asked = "" if sure == "yes" else "Say that you are sure: what is deleted does not come back."
    if _is_unread(kept.library, entry_id):
        if asked:
            return _unread_page(request, kept, entry_id, delete_problem=asked)
        delete_entry(kept.library, None, entry_id, now=now())
        return RedirectResponse("/diary?done=deleted", status_code=303)
    found = _found(kept.library, entry_id)
    if asked:
        return _entry_page(request, kept, found, delete_problem=asked)
    delete_entry(kept.library, type(found.value), entry_id, now=now())
    return RedirectResponse(f"{_home_of(found.value)}?done=deleted", status_code=303)


def add_entry(kept: KeptAnswers, form: EntryForm) -> tuple[dict[str, str], InputError | None]:
    """Write a new entry of a form; return what is wrong with its fields, or with the whole."""
    from evenstride.answers.body_and_plan.diary import Say
    from evenstride.answers.body_and_plan.diary import write as write_entries

    value, wrong = read_entry(form)
    if value is None:
        return wrong, None
    try:
        write_entries(kept.library, [Say(value, form.new_id)], sure=bool(form.sure), now=now())
    except InputError as error:
        return {}, error
    return {}, None


def _correct(request: Request, kept: KeptAnswers, entry_id: str, form: EntryForm) -> Response:
    from evenstride.answers.body_and_plan.diary import Say
    from evenstride.answers.body_and_plan.diary import write as write_entries

    found: Written[Any] = kept.library.entry(KINDS_OF_FORMS[type(form)], entry_id)
    value, wrong = read_entry(form)
    if value is None:
        return _entry_page(request, kept, found, form=form, wrong=wrong)
    try:
        say = Say(value, entry_id, seen=form.seen)
        made = write_entries(kept.library, [say], sure=bool(form.sure), now=now())
    except (InputError, UnknownRunError) as error:
        return _entry_page(request, kept, found, form=form, problem=error)
    done = "unchanged" if made.verdict == "unchanged" else "corrected"
    return RedirectResponse(f"/diary/{entry_id}?done={done}", status_code=303)


def _home_of(value: Entry) -> str:
    """Name the page that lists entries of this kind."""
    if isinstance(value, Measured):
        return f"/screen/{value.test}"
    return _HOME.get(type(value), "/diary")


def _found(lib: Library, entry_id: str) -> Written[Entry]:
    """Find an entry of any kind.

    Raises
    ------
    UnknownEntryError
        There is none.
    """
    for kind in KINDS.values():
        every: Mapping[str, Written[Any]] = lib.entries(kind)
        if entry_id in every:
            return every[entry_id]
    return lib.entry(Complaint, entry_id)  # says what there is


def _is_unread(lib: Library, entry_id: str) -> bool:
    return any(one.entry_id == entry_id for one in lib.unread_entries())


def _unread_page(
    request: Request,
    kept: KeptAnswers,
    entry_id: str,
    *,
    as_: Format = "html",
    delete_problem: str = "",
) -> Response:
    """Show an entry that cannot be read as the text that it is; it can be deleted."""
    from evenstride.answers.body_and_plan.diary import history

    answer = kept.ask(history, None, entry_id, now=this_hour())
    if as_ == "json":
        return json_answer(answer)
    return page(
        request,
        "diary_unread.html",
        status=400 if delete_problem else 200,
        current="body",
        answer=answer,
        entry_id=entry_id,
        delete_problem=delete_problem,
    )


def _history(kept: KeptAnswers, found: Written[Entry]) -> Answer:
    from evenstride.answers.body_and_plan.diary import history

    kind = cast("Hashable", type(found.value))
    return kept.ask(history, kind, found.entry_id, now=this_hour())


def _entry_page(
    request: Request,
    kept: KeptAnswers,
    found: Written[Entry],
    *,
    said: str = "",
    form: EntryForm | None = None,
    wrong: Mapping[str, str] | None = None,
    problem: Exception | None = None,
    delete_problem: str = "",
) -> Response:
    """Draw the page of one entry; with the form as it was sent, where it was refused."""
    value = found.value
    kind = next(name for name, held in KINDS.items() if isinstance(value, held))
    form = form or form_of_entry(value, found.version)
    fields = form if isinstance(form, DayFields) else DayFields()
    return page(
        request,
        "diary_entry.html",
        status=400 if wrong or problem or delete_problem else 200,
        current="body",
        answer=_history(kept, found),
        entry_id=found.entry_id,
        version=found.version,
        kind=kind,
        value=value,
        home=_home_of(value),
        form=form,
        said=said,
        wrong=wrong or {},
        problem=str(problem) if problem else "",
        doubts=problem.doubts if isinstance(problem, DoubtError) else (),
        delete_problem=delete_problem,
        runs=[one for one in subjects(kept.library, now(), "km") if one.run_id],
        how_words=HOW_WORDS,
        wear_words=WEAR_WORDS,
        wear_places=WEAR_PLACES,
        heels=heels_svg(value, title_id="heels") if isinstance(value, HeelWear) else "",
        **field_choices(kept, fields),
    )
