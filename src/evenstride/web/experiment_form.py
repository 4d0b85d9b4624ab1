"""The form of the wizard: what its fields hold, and how they are read as a wish.

Every field is a text as it was typed, so that what was refused can be shown again as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

from pydantic import BaseModel, Field

from evenstride.domain.cues import CUES
from evenstride.domain.errors import InputError
from evenstride.domain.experiment import OUTCOMES
from evenstride.web.typed_fields import (
    MOST_TYPED,
    day_of,
    number_of,
    seconds_of,
    speed_of,
    whole_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evenstride.answers.experiments.wishes import Wish
    from evenstride.domain.cues import Cue
    from evenstride.domain.experiment import Kind
    from evenstride.domain.wording import Units

OWN = "own"
"""What the choice of a cue sends that is none of those listed."""

_KINDS: Final = ("within_run", "across_runs", "randomised_start")
_HOW: Final = (
    *("pairs", "pairs_per_run", "lap", "warm_up", "settling", "washout_days"),
    *("slowest", "fastest", "shortest", "route", "first_date", "last_date", "end_date"),
)
_Short = Annotated[str, Field(max_length=60)]
_Text = Annotated[str, Field(max_length=MOST_TYPED)]


class WishForm(BaseModel):
    """What the wizard sends; an empty field is left to be chosen for the runner."""

    cue: _Short = ""
    treatment: _Text = ""
    control: _Text = ""
    question: _Text = ""
    outcome: _Short = ""
    smallest_effect: _Short = ""
    effect: _Short = ""
    kind: _Short = ""
    pairs: _Short = ""
    pairs_per_run: _Short = ""
    lap: _Short = ""
    warm_up: _Short = ""
    settling: _Short = ""
    washout_days: _Short = ""
    slowest: _Short = ""
    fastest: _Short = ""
    shortest: _Short = ""
    route: _Short = ""
    first_date: _Short = ""
    last_date: _Short = ""
    end_date: _Short = ""

    @property
    def says_how(self) -> bool:
        """Whether anything of how exactly was typed."""
        return any(getattr(self, name) for name in _HOW)

    def sent(self) -> Mapping[str, str]:
        """Return every field by its name."""
        return cast("Mapping[str, str]", self.model_dump())


@dataclass(frozen=True, slots=True)
class Chosen:
    """What of the wizard's choices stands, with what follows from the cue where nothing was said.

    Attributes
    ----------
    cue
        The one of the list; None where there is none yet, or it is the runner's own.
    treatment, control
        In words; empty while nothing was chosen.
    kind, outcome
        The design, and a name of `OUTCOMES`.
    """

    cue: Cue | None
    treatment: str
    control: str
    kind: Kind
    outcome: str


def chosen(form: WishForm, *, has_balance: bool) -> Chosen:
    """Fill in what the form leaves open; what cannot be is taken as not said."""
    from evenstride.answers.experiments.wishes import first_outcome

    cue = CUES.get(form.cue)
    outcome = form.outcome if form.outcome in OUTCOMES else first_outcome(has_balance=has_balance)
    kinds: tuple[Kind, ...] = cue.kinds if cue else ("across_runs", "within_run")
    measurable = OUTCOMES[outcome].kinds
    first = next((kind for kind in kinds if kind in measurable), measurable[0])
    return Chosen(
        cue=cue,
        treatment=form.treatment.strip() or (cue.name if cue else ""),
        control=form.control.strip() or (cue.instead if cue else ""),
        kind=cast("Kind", form.kind) if form.kind in _KINDS else first,
        outcome=outcome,
    )


def wish_of(form: WishForm, units: Units, *, has_balance: bool) -> Wish:
    """Read the form as a wish.

    Parameters
    ----------
    form
        As sent.
    units
        What paces are typed in.
    has_balance
        Whether any run carries balance: without one a rating is what is measured first.

    Raises
    ------
    InputError
        A field does not hold what it asks for, or nothing was chosen yet.
    """
    from evenstride.answers.experiments.wishes import Wish

    told = chosen(form, has_balance=has_balance)
    if form.kind not in ("", *_KINDS):
        raise InputError("Choose how it is tried: one of the ways listed, or as suits it best.")
    if form.outcome not in ("", *OUTCOMES):
        raise InputError("Choose what it should change: one of those listed.")
    if form.cue not in ("", OWN, *CUES):
        raise InputError("Choose what to try: one of those listed, or something of your own.")
    if not told.treatment:
        raise InputError("Choose what to try, or say it in your own words.")
    typed: dict[str, Any] = {
        "control": told.control,
        "question": form.question,
        "smallest_effect": number_of(form.smallest_effect, "The least that would matter"),
        "effect": number_of(form.effect, "The effect you hope for"),
        "route": form.route.strip(),
    }
    if told.kind == "randomised_start":
        typed |= {
            "first_date": day_of(form.first_date, "The earliest start"),
            "last_date": day_of(form.last_date, "The latest start"),
            "end_date": day_of(form.end_date, "The day it is looked at"),
        }
    else:
        typed["pairs"] = whole_of(form.pairs, "How many pairs")
    if told.kind == "within_run":
        typed |= {
            "pairs_per_run": whole_of(form.pairs_per_run, "How many pairs in a run"),
            "lap_s": seconds_of(form.lap, "A lap"),
            "warm_up_s": seconds_of(form.warm_up, "What is left out at the start"),
            "settling_s": seconds_of(form.settling, "What is left out after a change"),
        }
    else:
        typed |= {
            "slowest_m_s": speed_of(form.slowest, "The slowest pace", units),
            "fastest_m_s": speed_of(form.fastest, "The fastest pace", units),
            "shortest_s": seconds_of(form.shortest, "The shortest run"),
        }
    if told.kind == "across_runs":
        lingers = told.cue.washout_days or None if told.cue else None
        typed["washout_days"] = whole_of(form.washout_days, "Days between two runs") or lingers
    given: dict[str, Any] = {
        name: value for name, value in typed.items() if value not in (None, "")
    }
    # What nobody chose is left to the answer, which says why it is that.
    outcome = told.outcome if form.outcome or told.kind == "within_run" else None
    return Wish(treatment=told.treatment, kind=told.kind, outcome=outcome, **given)
