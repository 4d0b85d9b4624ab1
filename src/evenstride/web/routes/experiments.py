"""Experiments: all of them, one with its result, and what can be taken along of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal, cast

from fastapi import APIRouter, Form, Path, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from evenstride.domain.errors import InputError, TamperedError
from evenstride.render.columns_experiments import KINDS
from evenstride.render.vega import spec
from evenstride.web.kept import KeptAnswers, this_minute
from evenstride.web.pages import Format, json_answer, page
from evenstride.web.record_form import RecordForm
from evenstride.web.server import Kept
from evenstride.web.typed_fields import MOST_TYPED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evenstride.answers.rows_experiments import AssignmentRow
    from evenstride.domain.answer import Answer, Row
    from evenstride.domain.experiment import Kept as KeptExperiment
    from evenstride.domain.experiment import Record, Registration

router = APIRouter()

ExperimentName = Annotated[str, Path(max_length=100, description="Its id, as the list has it.")]
Done = Annotated[
    Literal["", "registered", "recorded", "skipped", "ended"],
    Query(alias="done", description="What was just done."),
]
Position = Annotated[
    int | None, Query(ge=0, le=100_000, description="An assignment, counted from 0.")
]
_DONE = {
    "registered": "Registered. Here is the first thing to do.",
    "recorded": "Kept.",
    "skipped": "Kept: skipped.",
    "ended": "Ended. What was recorded stays.",
}


@router.get("/experiments", summary="Did it work?")
def experiments(
    request: Request,
    kept: Kept,
    as_: Format = "html",
    deleted: Annotated[bool, Query(description="Whether one was just deleted.")] = False,
) -> Response:
    """Show every experiment with its verdict, and the assignment that is open."""
    from evenstride.answers.experiments.listing import list_experiments

    answer = kept.ask(list_experiments, now=this_minute())
    if as_ == "json":
        return json_answer(answer)
    return page(
        request,
        "experiments.html",
        current="experiments",
        answer=answer,
        next=next_of(kept),
        kinds=KINDS,
        lost=lost_of(kept),
        deleted=deleted,
    )


@router.get("/experiments/{experiment}", summary="One experiment and its result")
def one_experiment(
    request: Request,
    kept: Kept,
    experiment: ExperimentName,
    as_: Format = "html",
    done: Done = "",
    position: Position = None,
    correct: Position = None,
    run: Annotated[str, Query(max_length=60, description="A run that may have served.")] = "",
) -> Response:
    """Show what came out so far, what was checked, what is next, and the form to record it."""
    if as_ == "json":
        return json_answer(result_of(kept, experiment))
    try:
        return experiment_page(
            request,
            kept,
            experiment,
            said=_DONE.get(done, ""),
            recorded=position if done in ("recorded", "skipped") else None,
            correct=correct,
            form=RecordForm(run=run),
        )
    except TamperedError as error:
        return page(
            request,
            "experiment_tampered.html",
            status=503,
            current="experiments",
            experiment_id=experiment,
            sentence=str(error),
            is_open=kept.library.experiment_names().get(experiment, False),
        )


@router.post("/experiments/{experiment}/end", summary="End an experiment, with a reason")
def end(
    request: Request,
    kept: Kept,
    experiment: ExperimentName,
    reason: Annotated[str, Form(max_length=MOST_TYPED)] = "",
) -> Response:
    """End it; nothing of it is lost."""
    from evenstride.answers.experiments.listing import end as end_experiment

    try:
        end_experiment(kept.library, experiment, reason, now=now())
    except InputError as error:
        return experiment_page(
            request, kept, experiment, status=400, end_problem=str(error), end_reason=reason
        )
    except TamperedError:  # it has ended, and its page says that there is no result
        pass
    return RedirectResponse(f"/experiments/{experiment}?done=ended", status_code=303)


@router.post("/experiments/{experiment}/delete", summary="Delete an experiment that has ended")
def delete(
    kept: Kept, experiment: ExperimentName, sure: Annotated[str, Form(max_length=10)] = ""
) -> Response:
    """Forget one that no run serves; what was tried stays, and is counted."""
    from evenstride.answers.experiments.listing import delete as delete_experiment

    if sure != "yes":
        raise InputError("Say that you are sure: what is deleted does not come back.")
    delete_experiment(kept.library, experiment)
    return RedirectResponse("/experiments?deleted=true", status_code=303)


@router.get(
    "/experiments/{experiment}/result.pdf", summary="One page as PDF", response_class=Response
)
def result_pdf(
    kept: Kept,
    experiment: ExperimentName,
    paper: Annotated[Literal["a4", "letter"], Query()] = "a4",
) -> Response:
    """Give the result as one page to print."""
    from evenstride.render.experiment_pdf import experiment_pdf

    answer = result_of(kept, experiment)
    return _file(experiment_pdf(answer, paper=paper), "application/pdf", f"{experiment}.pdf")


@router.get(
    "/experiments/{experiment}/next.ics",
    summary="The open assignment as a calendar entry",
    response_class=Response,
)
def calendar_entry(kept: Kept, experiment: ExperimentName) -> Response:
    """Give the open assignment to a calendar; importing it twice is one entry."""
    from evenstride.render.calendar import calendar

    written = calendar(next_of(kept, experiment), now=now()).encode()
    return _file(written, "text/calendar; charset=utf-8", f"{experiment}.ics")


@router.get(
    "/experiments/{experiment}/export.json",
    summary="All of an experiment as one open file",
    response_class=Response,
)
def export(kept: Kept, experiment: ExperimentName) -> Response:
    """Give the registration, the records and the values; `experiment analyse` reads it."""
    from evenstride.answers.experiments.exchange import export_experiment

    made = export_experiment(kept.library, experiment, now=now())
    return _file(made.encode(), "application/json", f"{experiment}.json")


def result_of(kept: KeptAnswers, experiment: str) -> Answer:
    """Ask for a result, so that the page and its PDF share one answer."""
    from evenstride.answers.experiments.result import result

    return kept.ask(result, experiment, now=this_minute())


def next_of(kept: KeptAnswers, experiment: str | None = None) -> Answer:
    """Ask what is to be done next, of one experiment or of all that are open."""
    from evenstride.answers.experiments.assigning import next_assignment

    return kept.ask(next_assignment, experiment, now=this_minute())


def lost_of(kept: KeptAnswers) -> list[str]:
    """Name those whose registration is not what was registered."""
    sound = kept.library.experiments()
    return [name for name in kept.library.experiment_names() if name not in sound]


def now() -> datetime:
    """Tell the time at which something is written, by the clock on the wall."""
    return datetime.now().astimezone()


def experiment_page(
    request: Request,
    kept: KeptAnswers,
    experiment: str,
    *,
    status: int = 200,
    said: str = "",
    recorded: int | None = None,
    problem: str = "",
    form: RecordForm | None = None,
    correct: int | None = None,
    end_problem: str = "",
    end_reason: str = "",
) -> Response:
    """Draw the page; with a form as it was sent, and why it was not kept, where it was not."""
    told = kept.library.experiment(experiment)
    answer = result_of(kept, experiment)
    is_open = told.ended_at_utc is None
    following = next_of(kept, experiment) if is_open else None
    return page(
        request,
        "experiment.html",
        status=status,
        current="experiments",
        experiment_id=experiment,
        title=told.registration.question,
        registration=told.registration,
        is_open=is_open,
        was_tried=any(record.run_id for record in told.records),
        answer=answer,
        specs={name: spec(figure) for name, figure in answer.figures.items()},
        next=following,
        candidates=candidates_of(following),
        form=form or RecordForm(),
        said=said,
        problem=problem,
        end_problem=end_problem,
        end_reason=end_reason,
        wanted=_wanted(kept, experiment, following, correct),
        recorded=recorded,
        correct=correct,
    )


def _wanted(
    kept: KeptAnswers, experiment: str, following: Answer | None, correct: int | None
) -> AssignmentRow | None:
    """Return what may be recorded now: nothing before a start drawn by lot has come."""
    if following is None:
        return None
    kind = kept.library.experiment(experiment).registration.kind
    if correct is None and following.verdict == "wait" and kind == "randomised_start":
        return None
    return asked_for(kept, experiment, correct)


def asked_for(kept: KeptAnswers, experiment: str, correct: int | None) -> AssignmentRow | None:
    """Return what is asked of a run: the open assignment, or one recorded before."""
    if correct is None:
        rows = next_of(kept, experiment).tables["next"]
        return cast("AssignmentRow", rows[0]) if rows else None
    told = kept.library.experiment(experiment)
    if correct not in {record.position for record in told.records}:
        raise InputError(f"Assignment {correct + 1} was not recorded yet.")
    return _recorded(told.registration, correct)


def _recorded(registration: Registration, position: int) -> AssignmentRow:
    """Say again what was asked for at a position that has a record."""
    from evenstride.answers.experiments.assigning import what_words
    from evenstride.answers.experiments.standing import conditions_at

    conditions = conditions_at(registration, position)
    words = [what_words(registration, condition) for condition in conditions]
    within = registration.kind == "within_run"
    first = position * registration.pairs_per_run if within else position // 2
    return {
        "experiment_id": registration.experiment_id,
        "position": position,
        "pair": first + 1,
        "half": None if within else position % 2 + 1,
        "condition": conditions[0],
        "what": words[0],
        "not_before": None,
        "laps": [
            {"lap": i + 1, "pair": first + i // 2 + 1, "condition": condition, "what": what}
            for i, (condition, what) in enumerate(zip(conditions, words, strict=True))
        ]
        if within
        else [],
        "how": "",
    }


def candidates_of(following: Answer | None) -> tuple[Row, ...]:
    """Return the runs that may have served the open assignment, the likeliest first."""
    return () if following is None else following.tables.get("candidates", ())


def uses_of(kept: KeptAnswers, run_id: str) -> list[tuple[str, str]]:
    """Say what a run serves, or may serve: addresses with their words, for the run's page."""
    every = kept.library.experiments()
    serving = [
        (f"/experiments/{name}", f"Part of {told.registration.treatment}")
        for name, told in every.items()
        if run_id in {record.run_id for record in _latest(told)}
    ]
    if serving:
        return serving
    started = kept.library.run(run_id).chosen.run.started_at_utc
    return [
        (
            f"/experiments/{name}/record?run={run_id}"
            if told.registration.kind == "within_run"
            else f"/experiments/{name}?run={run_id}#record",
            f"Use it for {told.registration.treatment}",
        )
        for name, told in every.items()
        if told.ended_at_utc is None
        and told.registration.kind != "randomised_start"
        and started >= told.registration.registered_at_utc
    ]


def _latest(told: KeptExperiment) -> Iterable[Record]:
    """Return the records that hold, the last of each position."""
    return {record.position: record for record in told.records}.values()


def _file(content: bytes, media_type: str, name: str) -> Response:
    # An id holds letters, digits and hyphens only.
    named = f'attachment; filename="{name}"'
    return Response(content, media_type=media_type, headers={"Content-Disposition": named})
