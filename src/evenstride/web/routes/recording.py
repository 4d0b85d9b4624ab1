"""Recording: which run, and which of its laps, served an assignment."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Annotated, Any, cast

from fastapi import APIRouter, Form, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from evenstride.domain.errors import InputError, UnknownRunError
from evenstride.domain.wording import duration_words
from evenstride.render.vega import spec
from evenstride.web.kept import KeptAnswers
from evenstride.web.pages import Format, json_answer, page
from evenstride.web.record_form import RecordForm, require_whole, said_of
from evenstride.web.routes.experiments import (
    ExperimentName,
    asked_for,
    candidates_of,
    experiment_page,
    next_of,
    now,
)
from evenstride.web.server import Kept

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evenstride.answers.rows_experiments import AssignmentRow, LapUseRow
    from evenstride.domain.answer import Answer
    from evenstride.domain.experiment import Kind

router = APIRouter()

_AS_ASKED = "as_assigned"


@router.get("/experiments/{experiment}/record", summary="Do the laps fit?")
def look(
    request: Request,
    kept: Kept,
    experiment: ExperimentName,
    form: Annotated[RecordForm, Query()],
    as_: Format = "html",
) -> Response:
    """Show a run with what each of its laps would count for; nothing is written."""
    if kept.library.experiment(experiment).registration.kind != "within_run" and as_ != "json":
        return RedirectResponse(f"/experiments/{experiment}#record", status_code=303)
    wanted = asked_for(kept, experiment, form.correct)
    if not form.run:
        form = form.model_copy(update={"run": _likeliest(kept, experiment, form.correct)})
    if as_ == "json":
        return json_answer(_proposed(kept, experiment, form, wanted))
    return _laps_page(request, kept, experiment, form, wanted)


@router.post("/experiments/{experiment}/record", summary="Record what became of an assignment")
def write(
    request: Request,
    kept: Kept,
    experiment: ExperimentName,
    form: Annotated[RecordForm, Form()],
) -> Response:
    """Keep what was done; what cannot be kept so is said beside the form."""
    from evenstride.answers.experiments.recording import record

    wanted = asked_for(kept, experiment, form.correct)
    try:
        kind = _check_open(kept, experiment, form)
        require_whole(form, kind)
        said = said_of(form, wanted["laps"] if wanted else ())
        record(kept.library, experiment, said, now=now())
    except (InputError, UnknownRunError) as error:
        is_open = kept.library.experiment(experiment).ended_at_utc is None
        if is_open and wanted is not None and (form.lap_from or form.lap_numbers):
            return _laps_page(request, kept, experiment, form, wanted, problem=str(error))
        return experiment_page(
            request,
            kept,
            experiment,
            status=400,
            problem=str(error),
            form=form,
            correct=form.correct,
        )
    done = "skipped" if said.did == "skipped" else "recorded"
    address = f"/experiments/{experiment}?done={done}&position={said.position}"
    return RedirectResponse(address, status_code=303)


def _likeliest(kept: KeptAnswers, experiment: str, correct: int | None) -> str:
    """Name the run that is meant where none was named; empty where none fits.

    The page and what it sends are then about one run: that recorded before, else the first that
    may have served.
    """
    told = kept.library.experiment(experiment)
    before = [record.run_id for record in told.records if record.position == correct]
    if before:
        return before[-1] or ""
    fitting = [row for row in candidates_of(next_of(kept, experiment)) if row["fits"]]
    return str(fitting[0]["run_id"]) if fitting else ""


def _check_open(kept: KeptAnswers, experiment: str, form: RecordForm) -> Kind:
    """Refuse what was recorded already, unless it is said to be said again; return the kind.

    Raises
    ------
    InputError
        Another tab, or a second press of the button, was quicker.
    """
    told = kept.library.experiment(experiment)
    if told.ended_at_utc is not None:
        raise InputError("It has ended in the meantime; nothing more is recorded.")
    there = {record.position for record in told.records}
    if form.correct is None and form.position in there:
        raise InputError("This was recorded in the meantime; below is what comes next.")
    return told.registration.kind


def _proposed(
    kept: KeptAnswers, experiment: str, form: RecordForm, wanted: AssignmentRow | None
) -> Answer:
    from evenstride.answers.experiments.recording import record

    said = said_of(form, wanted["laps"] if wanted else ())
    return record(kept.library, experiment, said, now=now(), confirm=False)


def _laps_page(
    request: Request,
    kept: KeptAnswers,
    experiment: str,
    form: RecordForm,
    wanted: AssignmentRow | None,
    *,
    problem: str = "",
) -> Response:
    """Draw the run and its laps; with the fields as they were sent, where there were any."""
    answer: Answer | None = None
    refused = bool(problem)
    try:
        answer = _proposed(kept, experiment, form, wanted)
    except (InputError, UnknownRunError) as error:
        problem = problem or str(error)
    registration = kept.library.experiment(experiment).registration
    run_id = _run_id(kept, form)
    return page(
        request,
        "experiment_record.html",
        status=400 if problem else 200,
        current="experiments",
        experiment_id=experiment,
        title=registration.question,
        run_id=run_id,
        of_watch=_of_watch(kept, run_id),
        answer=answer,
        specs={} if answer is None else {name: spec(f) for name, f in answer.figures.items()},
        problem=problem,
        refused=refused,
        wanted=wanted,
        laps=_lines(form, wanted, answer),
        form=form,
    )


def _run_id(kept: KeptAnswers, form: RecordForm) -> str:
    try:
        return kept.library.resolve(form.run) if form.run else ""
    except (InputError, UnknownRunError):
        return ""


def _lines(
    form: RecordForm, wanted: AssignmentRow | None, answer: Answer | None
) -> list[Mapping[str, Any]]:
    """Put what was asked of each lap beside when it was run, as typed or as found."""
    asked = wanted["laps"] if wanted else []
    found = cast("tuple[LapUseRow, ...]", () if answer is None else answer.tables["laps"])
    # A press may have been missed: what was found is known by its pair, not by its number.
    rows = {(row["pair"], row["condition"]): row for row in found}
    typed = list(zip_longest(form.lap_from, form.lap_to, form.lap_did, fillvalue=""))
    lines: list[Mapping[str, Any]] = []
    for i, lap in enumerate(asked):
        start, end, did = typed[i] if i < len(typed) else ("", "", _AS_ASKED)
        if (form.lap_numbers and answer is not None) or i >= len(typed):
            row = rows.get((lap["pair"], lap["condition"]))
            start, end = ("", "") if row is None else _from_to(row)
        lines.append({**lap, "start": start, "end": end, "did": did or _AS_ASKED})
    return lines


def _from_to(lap: LapUseRow) -> tuple[str, str]:
    return duration_words(lap["start_s"]), duration_words(lap["end_s"])


def _of_watch(kept: KeptAnswers, run_id: str) -> list[Mapping[str, Any]]:
    """List the laps as the watch has them, by which they can be named."""
    if not run_id:
        return []
    return [
        {
            "number": number,
            "start": duration_words(lap.start_s),
            "length": duration_words(lap.end_s - lap.start_s),
        }
        for number, lap in enumerate(kept.library.run(run_id).chosen.laps, start=1)
    ]
