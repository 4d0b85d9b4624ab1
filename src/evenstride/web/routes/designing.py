"""The wizard: what to try, what it takes, and its registration."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Form, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from evenstride import answers
from evenstride.domain.cues import CUES, GROUPS
from evenstride.domain.errors import InputError, UnknownRunError
from evenstride.domain.experiment import OUTCOMES
from evenstride.render.vega import spec
from evenstride.web.experiment_form import OWN, WishForm, chosen, wish_of
from evenstride.web.kept import KeptAnswers, this_hour
from evenstride.web.pages import Format, is_part, json_answer, page
from evenstride.web.routes.experiments import now
from evenstride.web.server import Kept

if TYPE_CHECKING:
    from evenstride.answers.experiments.wishes import Wish
    from evenstride.domain.answer import Answer

router = APIRouter()

_SEED_BYTES = 16
KINDS = (
    (
        "within_run",
        "Lap by lap, within a run",
        "For what you can switch on and off while running: you press the lap button, and the order "
        "of the laps is drawn by lot. The quickest way to an answer.",
    ),
    (
        "across_runs",
        "Run by run",
        "For what is done before a run or lasts all through it: runs in pairs, and a coin says "
        "which of the two gets it.",
    ),
    (
        "randomised_start",
        "From a day drawn by lot",
        "For what cannot be switched off again, such as strength work: it begins on a day drawn "
        "from at least 20, and is looked at once, at the end. Suggestive, not more.",
    ),
)
"""Each design, how it is called, and when to choose it."""


OUTCOME_WORDS = {
    "toward_even": "How far it moves you toward even, from the side your contact is longer on now.",
    "balance": "How far it moves your balance toward the left, or the right.",
    "contact_time": "How long each foot stays on the ground.",
    "flight_time": "How long you are in the air in each step.",
    "cadence": "How many steps you take a minute.",
    "drift": "Whether balance holds as the run goes on.",
    "rating": "How the run felt, typed after it. You know what you did, so expect it to please.",
}


@router.get("/experiments/new", summary="Try something: what it takes")
def wizard(
    request: Request, kept: Kept, form: Annotated[WishForm, Query()], as_: Format = "html"
) -> Response:
    """Ask in plain words what to try, and show what it takes before anything is registered."""
    if as_ == "json":
        return json_answer(_proposed(kept, form))
    return _page(request, kept, form)


@router.post("/experiments", summary="Register an experiment")
def register(request: Request, kept: Kept, form: Annotated[WishForm, Form()]) -> Response:
    """Register it: from here on it cannot be edited, only ended."""
    from evenstride.answers.experiments.designing import register as register_experiment

    try:
        answer = register_experiment(
            kept.library,
            _wish(kept, form),
            now=now(),
            seed=secrets.token_bytes(_SEED_BYTES),
        )
    except (InputError, UnknownRunError) as error:
        return _page(request, kept, form, problem=str(error))
    laid_down = answer.tables["registered"]
    name = next(str(row["value"]) for row in laid_down if row["name"] == "Name")
    return RedirectResponse(f"/experiments/{name}?done=registered", status_code=303)


def _proposed(kept: KeptAnswers, form: WishForm) -> Answer:
    from evenstride.answers.experiments.designing import propose

    return kept.ask(propose, _wish(kept, form), now=this_hour())


def _wish(kept: KeptAnswers, form: WishForm) -> Wish:
    from evenstride.answers.experiments.expected import carries_balance

    units = answers.preferences(kept.library).units
    return wish_of(form, units, has_balance=carries_balance(kept.library))


def _page(request: Request, kept: KeptAnswers, form: WishForm, *, problem: str = "") -> Response:
    """Draw the wizard, or only what it takes; with why it was not registered, where it was not."""
    from evenstride.answers.experiments.expected import carries_balance

    has_balance = carries_balance(kept.library)
    told = chosen(form, has_balance=has_balance)
    refused = bool(problem)
    proposal: Answer | None = None
    if told.treatment:
        try:
            proposal = _proposed(kept, form)
        except (InputError, UnknownRunError) as error:
            problem = str(error)
    units = answers.preferences(kept.library).units
    part = is_part(request, "proposal")
    return page(
        request,
        "part_proposal.html" if part else "experiment_new.html",
        # What htmx asks for is put in its place only where it is no error.
        status=400 if problem and not part else 200,
        current="experiments",
        part=part,
        form=form,
        chosen=told,
        has_balance=has_balance,
        own=OWN,
        groups=[
            (label, [cue for cue in CUES.values() if cue.group == group])
            for group, label in GROUPS.items()
        ],
        outcomes=OUTCOMES,
        outcome_words=OUTCOME_WORDS,
        kinds=KINDS,
        proposal=proposal,
        specs={name: spec(figure, units=units) for name, figure in proposal.figures.items()}
        if proposal
        else {},
        problem=problem,
        refused=refused,
    )
