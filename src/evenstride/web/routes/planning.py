"""The plan: proposed with its reasons, begun, shown as it stands, logged, taken along, ended."""

from __future__ import annotations

import secrets
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Form, HTTPException, Path, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from evenstride.domain.errors import InputError
from evenstride.domain.exercise import CONDITIONS, EQUIPMENT, GOALS
from evenstride.web.kept import KeptAnswers, this_hour
from evenstride.web.pages import Format, is_part, json_answer, page
from evenstride.web.plan_form import WEEKDAY_WORDS, PlanForm, first_form, wish_of
from evenstride.web.routes.experiments import now
from evenstride.web.routes.flags import flags_of
from evenstride.web.routes.screening import screen_of
from evenstride.web.server import Kept
from evenstride.web.session_form import (
    Line,
    SessionForm,
    empty_form,
    items_of,
    kept_lines,
    missed_ahead,
    nothing_ticked,
    typed_lines,
)
from evenstride.web.typed_fields import MOST_TYPED, day_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evenstride.domain.answer import Answer

router = APIRouter()

SessionId = Annotated[str, Path(max_length=60, description="As the plan lists it: `w01-1`.")]
Done = Annotated[
    Literal["", "begun", "done", "missed", "ended"],
    Query(alias="done", description="What was just done."),
]
_MORNING_DAYS = 3
"""So long one still knows how the morning after was."""
_DONE = {
    "begun": "Your plan has begun.",
    "done": "Kept. The next session follows from it.",
    "missed": "Kept as missed. Nothing is doubled up.",
    "ended": "The plan has ended. What you did of it stays.",
}


def plan_of(kept: KeptAnswers) -> Answer:
    """Ask for the plan in one way, so that pages which show parts of it share one answer."""
    from evenstride.answers.body_and_plan.planning import plan as asked

    return kept.ask(asked, now=this_hour())


@router.get("/plan", summary="What should I do?")
def plan(request: Request, kept: Kept, as_: Format = "html", done: Done = "") -> Response:
    """Show the plan as it stands: what is next, what to do while running, and all weeks."""
    if as_ == "json":
        return json_answer(plan_of(kept))
    return _plan_page(request, kept, said=_DONE.get(done, ""))


@router.get("/plan/new", summary="A plan, before it begins")
def new_plan(
    request: Request, kept: Kept, form: Annotated[PlanForm, Query()], as_: Format = "html"
) -> Response:
    """Ask what it is for, and show the plan with its reasons; nothing is kept."""
    form = form if form.asked else first_form(this_hour().date())
    if as_ == "json":
        return json_answer(_proposed(kept, form))
    return _new_page(request, kept, form)


@router.post("/plan", summary="Begin a plan")
def begin(request: Request, kept: Kept, form: Annotated[PlanForm, Form()]) -> Response:
    """Begin it: what is wished and known today is kept, the rest follows from it."""
    from evenstride.answers.body_and_plan.planning import begin_plan

    try:
        wish = wish_of(form, now().date())
        begun = begin_plan(kept.library, wish, now=now(), plan_id=form.plan_id or None)
    except InputError as error:
        return _new_page(request, kept, form, problem=str(error))
    if begun.verdict != "begun":  # a red flag forbids it; the page says which
        return _new_page(request, kept, form, problem=begun.headline)
    return RedirectResponse("/plan?done=begun", status_code=303)


@router.post("/plan/end", summary="End the plan, with a reason")
def end(
    request: Request,
    kept: Kept,
    reason: Annotated[str, Form(max_length=MOST_TYPED)] = "",
    plan_id: Annotated[str, Form(alias="plan", max_length=100)] = "",
) -> Response:
    """End it; what was done of it stays."""
    from evenstride.answers.body_and_plan.planning import end_plan

    try:
        end_plan(kept.library, reason, plan_id=plan_id, now=now())
    except InputError as error:
        return _plan_page(request, kept, status=400, problem=str(error), end_reason=reason)
    return RedirectResponse("/plan?done=ended", status_code=303)


@router.get("/plan/session/{session}", summary="One session of the plan")
def one_session(
    request: Request, kept: Kept, session: SessionId, as_: Format = "html", done: Done = ""
) -> Response:
    """Show what to do, how, and why; and the form to say what was done of it."""
    if as_ == "json":
        return json_answer(plan_of(kept))
    return _session_page(request, kept, session, said=_DONE.get(done, ""))


@router.post("/plan/session/{session}", summary="Log a session as done or missed")
def log(
    request: Request, kept: Kept, session: SessionId, form: Annotated[SessionForm, Form()]
) -> Response:
    """Keep what was done of it; the next session is built from that."""
    from evenstride.answers.body_and_plan.session_log import log_session

    answer = plan_of(kept)
    if not answer.tables["sessions"]:  # it had some when the page was opened
        raise InputError(f"Nothing was kept: {answer.headline}")
    row = _session_row(answer, session)
    if form.wrong:
        return _session_page(request, kept, session, form=form, lines=typed_lines(form))
    try:
        _require_same(form, row)
        if missed_ahead(form, date.fromisoformat(row["on_date"]), now().date()):
            return _session_page(request, kept, session, form=form, lines=typed_lines(form))
        if nothing_ticked(form):
            return _session_page(request, kept, session, form=form, lines=typed_lines(form))
        log_session(
            kept.library,
            session,
            form.state,
            items=items_of(form) if form.state == "done" else (),
            on_date=day_of(form.on_date, "The day"),
            note=form.note,
            seen=form.seen,
            now=now(),
        )
    except InputError as error:
        return _session_page(
            request, kept, session, form=form, lines=typed_lines(form), problem=str(error)
        )
    return RedirectResponse(f"/plan?done={form.state}", status_code=303)


@router.get("/plan.pdf", summary="The plan as PDF", response_class=Response)
def plan_pdf(kept: Kept, paper: Annotated[Literal["a4", "letter"], Query()] = "a4") -> Response:
    """Give the next sessions, the weeks and the reasons to print."""
    from evenstride.render.plan_pdf import plan_pdf as drawn

    return _file(drawn(plan_of(kept), paper=paper), "application/pdf", "plan.pdf")


@router.get("/plan.ics", summary="The sessions for a calendar", response_class=Response)
def plan_ics(kept: Kept) -> Response:
    """Give every session to a calendar; given again it moves them and doubles none."""
    from evenstride.answers.body_and_plan.planning import plan_dates
    from evenstride.render.plan_calendar import plan_calendar

    answer = plan_dates(kept.library, now=now())
    written = plan_calendar(answer, now=now()).encode()
    return _file(written, "text/calendar; charset=utf-8", "plan.ics")


def _proposed(kept: KeptAnswers, form: PlanForm) -> Answer:
    from evenstride.answers.body_and_plan.planning import propose_plan

    at = this_hour()
    return kept.ask(propose_plan, wish_of(form, at.date()), now=at)


def _plan_page(
    request: Request,
    kept: KeptAnswers,
    *,
    status: int = 200,
    said: str = "",
    problem: str = "",
    end_reason: str = "",
) -> Response:
    from evenstride.answers.body_and_plan.plan_kept import running_plan

    answer, running = plan_of(kept), running_plan(kept.library)
    return page(
        request,
        "plan.html",
        status=status,
        current="plan",
        answer=answer,
        plan_id=running.entry_id if running else "",
        is_open=bool(answer.tables["wish"]),
        morning=_unsaid_morning(answer, now().date()),
        flags=flags_of(kept),
        said=said,
        problem=problem,
        end_reason=end_reason,
    )


def _unsaid_morning(answer: Answer, today: date) -> str | None:
    """Name the last session that was done, where nobody said how the morning after it was."""
    done = [row for row in answer.tables["logged"] if row["state"] == "done"]
    if not done:
        return None
    last = max(done, key=lambda row: str(row["on_date"]))
    days = (today - date.fromisoformat(str(last["on_date"]))).days
    its = [row for row in done if row["session_id"] == last["session_id"]]
    said = any(row["pain_next_morning"] is not None for row in its)
    return None if said or not 0 < days <= _MORNING_DAYS else str(last["session_id"])


def _new_page(
    request: Request, kept: KeptAnswers, form: PlanForm, *, problem: str = ""
) -> Response:
    """Draw the form and the plan it gives, or only that; with why it was not begun, where so."""
    refused = bool(problem)
    proposal: Answer | None = None
    try:
        proposal = _proposed(kept, form)
    except InputError as error:
        problem = str(error)
    part = is_part(request, "proposal")
    return page(
        request,
        "part_plan.html" if part else "plan_new.html",
        # What htmx asks for is put in its place only where it is no error.
        status=400 if problem and not part else 200,
        current="plan",
        part=part,
        form=form,
        goals=GOALS,
        weekdays=WEEKDAY_WORDS,
        equipment=EQUIPMENT,
        conditions=CONDITIONS,
        flags=flags_of(kept),
        proposal=proposal,
        running=bool(plan_of(kept).tables["wish"]),
        plan_id=f"plan-{this_hour().date()}-{secrets.token_hex(3)}",
        problem=problem,
        refused=refused,
    )


def _session_page(
    request: Request,
    kept: KeptAnswers,
    session: str,
    *,
    form: SessionForm | None = None,
    lines: Mapping[str, Line] | None = None,
    said: str = "",
    problem: str = "",
) -> Response:
    """Draw the session; with a form as it was sent, and why it was not kept, where it was not."""
    from evenstride.answers.body_and_plan.catalogue import exercises

    answer = plan_of(kept)
    row = _session_row(answer, session)
    items = [item for item in answer.tables["items"] if item["session_id"] == session]
    logged = [one for one in answer.tables["logged"] if one["session_id"] == session]
    planned = [str(item["exercise"]) for item in items]
    asked = form is not None and not problem  # sent, and neither kept nor refused
    wrong = form.wrong if form is not None else {}
    if form is None:
        form = empty_form(now().date(), plan=str(row["plan_id"]))
        lines = {}
        if logged:
            first = logged[0]
            said_then = {name: first[name] for name in ("on_date", "note", "state")}
            form = form.model_copy(update={**said_then, "seen": first["version"]})
            lines = kept_lines(logged, planned) if first["state"] == "done" else {}
    return page(
        request,
        "session.html",
        status=400 if problem or asked else 200,
        current="plan",
        answer=answer,
        session=row,
        items=items,
        lines={name: (lines or {}).get(name, Line()) for name in planned},
        hows={one["exercise"]: one for one in exercises().tables["exercises"]},
        flags=flags_of(kept),
        wrong=wrong,
        nothing_ticked=asked and not wrong and nothing_ticked(form),
        missed_ahead=asked and not wrong and form.state == "missed",
        test_names={one["test"]: one["name"] for one in screen_of(kept).tables["tests"]},
        form=form,
        said=said,
        problem=problem,
    )


def _require_same(form: SessionForm, row: Mapping[str, Any]) -> None:
    """Refuse a page that was made for another plan.

    Raises
    ------
    InputError
        A plan has ended and another begun since the page was made.
    """
    if form.plan != row["plan_id"]:
        raise InputError("This page is of another plan than the one that runs: open it again.")


def _session_row(answer: Answer, session: str) -> Mapping[str, Any]:
    """Find a session of the plan.

    Raises
    ------
    HTTPException
        There is none of this name: 404.
    """
    found = next((row for row in answer.tables["sessions"] if row["session_id"] == session), None)
    if found is None:
        raise HTTPException(404)
    return found


def _file(content: bytes, media_type: str, name: str) -> Response:
    named = f'attachment; filename="{name}"'
    return Response(content, media_type=media_type, headers={"Content-Disposition": named})
