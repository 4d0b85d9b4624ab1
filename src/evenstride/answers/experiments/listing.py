"""All experiments in one list; where one of them stands; and how it is ended or forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING, Final

from evenstride.answers.experiments.assigning import edited_words, next_assignment
from evenstride.answers.experiments.gathering import gather
from evenstride.answers.experiments.judging import counted, decision_of, state_of
from evenstride.answers.experiments.result import result
from evenstride.answers.provenance import PROGRAM, local
from evenstride.domain.answer import Answer, Provenance
from evenstride.domain.errors import InputError, TamperedError
from evenstride.domain.experiment import LONGEST_REASON, OUTCOMES
from evenstride.domain.wording import count_words, printable

if TYPE_CHECKING:
    from datetime import datetime

    from evenstride.answers.rows_experiments import ExperimentRow
    from evenstride.domain.experiment import Kept
    from evenstride.library import Library

_MODEL: Final = "experiments 1"


def list_experiments(lib: Library, *, now: datetime) -> Answer:
    """List every experiment, the last registered first, with what its rule says so far.

    Returns
    -------
        Verdict `some` or `none`; table `experiments`.
    """
    rows = tuple(_row(lib, kept, now) for kept in reversed(lib.experiments().values()))
    lost = edited_words(lib)
    if lost and not rows:
        headline, lost = lost[0], lost[1:]
    elif not rows:
        headline = "No experiment yet: `evenstride experiment new` designs one."
    else:
        open_ = sum(row["state"] == "open" for row in rows)
        headline = f"{count_words(len(rows), 'experiment')}, {open_} open."
    return Answer(
        question="experiment_list",
        headline=headline,
        verdict="some" if rows else "none",
        provenance=Provenance(PROGRAM, _MODEL, 0),
        tables={"experiments": rows},
        caveats=lost,
    )


def status(lib: Library, experiment: str, *, now: datetime) -> Answer:
    """Say where an experiment stands: what was laid down, how far it is, what is next.

    Parameters
    ----------
    lib, experiment
        The library, and the experiment's id.
    now
        Aware, in the runner's own time zone: its date is today.

    Returns
    -------
        As `result`, which may be looked at at any time, with the table `next`.

    Raises
    ------
    UnknownExperimentError, TamperedError
        There is none of this id; its registration is not what was registered.
    """
    found = result(lib, experiment, now=now)
    following = next_assignment(lib, experiment, now=now)
    return replace(
        found,
        question="experiment_status",
        sentences=(following.headline, *found.sentences),
        tables={"next": following.tables["next"], **found.tables},
    )


def end(lib: Library, experiment: str, reason: str, *, now: datetime) -> Answer:
    """End an experiment before its time, or after; what was recorded stays.

    Returns
    -------
        As `result`, question `experiment_end`.

    Raises
    ------
    UnknownExperimentError
        There is none of this id.
    InputError
        No reason is given, or it has ended already.
    TamperedError
        It has ended now, but a registration is not what was registered: there is no result.
    """
    if not reason.strip():
        raise InputError("Say why it ends: the reason stays with the result.")
    if len(reason) > LONGEST_REASON:
        raise InputError(f"The reason can be at most {LONGEST_REASON} characters long.")
    lib.end_experiment(experiment, reason.strip(), ended_at_utc=now.astimezone(UTC))
    try:
        found = result(lib, experiment, now=now)
    except TamperedError as error:
        raise TamperedError(f"{experiment} has ended, without a result. {error}") from error
    return replace(
        found, question="experiment_end", headline=f"Ended {experiment}. {found.headline}"
    )


def delete(lib: Library, experiment: str) -> Answer:
    """Forget an experiment that was registered by mistake: it has ended, and nothing was recorded.

    What was tried stays, and is counted among all that was tried.

    Raises
    ------
    UnknownExperimentError
        There is none of this id.
    InputError
        It has not ended, or something was recorded.
    """
    if _was_tried(lib, experiment):
        raise InputError(
            f"{experiment} was tried: it stays, as all that was tried is counted together."
        )
    lib.delete_experiment(experiment)
    return Answer(
        question="experiment_delete",
        headline=f"Forgot {experiment}; the runs stay.",
        verdict="deleted",
        provenance=Provenance(PROGRAM, _MODEL, 0),
    )


def _was_tried(lib: Library, experiment: str) -> bool:
    """Tell whether a run serves it; one that was tampered with is no experiment any more."""
    try:
        return any(record.run_id is not None for record in lib.experiment(experiment).records)
    except TamperedError:
        return False


def _row(lib: Library, kept: Kept, now: datetime) -> ExperimentRow:
    r = kept.registration
    material = gather(lib, kept, now=now, today=now.date(), with_model=False)
    decision = decision_of(material)
    registered = local(r.registered_at_utc, round((now.utcoffset() or now - now).total_seconds()))
    return {
        "experiment_id": r.experiment_id,
        "question": printable(r.question),
        "kind": r.kind,
        "treatment": printable(r.treatment),
        "control": printable(r.control),
        "outcome": OUTCOMES[r.outcome].label,
        "state": state_of(material, decision),
        "verdict": None if decision is None else decision.verdict,
        "pairs": r.pairs,
        "complete_pairs": len(counted(material)),
        "registered_on": registered.date().isoformat(),
        "end_reason": None if kept.end_reason is None else printable(kept.end_reason),
    }
