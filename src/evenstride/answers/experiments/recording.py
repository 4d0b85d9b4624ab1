"""What became of an assignment: a run is tied to it, or it was skipped."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import UTC, date
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, Literal

from evenstride.answers.experiments.assigning import candidates_for, next_assignment, what_words
from evenstride.answers.experiments.gathering import DEVIATIONS, broken_positions, gather
from evenstride.answers.experiments.laps import lap_table, laps_figure, matched_laps
from evenstride.answers.experiments.run_values import Source
from evenstride.answers.experiments.standing import (
    conditions_at,
    latest,
    open_assignment,
    start_date,
)
from evenstride.answers.provenance import PROGRAM
from evenstride.domain.answer import Answer, Provenance
from evenstride.domain.errors import InputError
from evenstride.domain.experiment import LONGEST_NOTE, OUTCOMES, LapUse, Record
from evenstride.domain.wording import count_words, duration_words

if TYPE_CHECKING:
    from datetime import datetime

    from evenstride.answers.rows_experiments import CandidateRow
    from evenstride.domain.experiment import Condition, Kept
    from evenstride.library import Library

QUESTION: Final = "experiment_record"
_MODEL: Final = "experiments 1"
_ROUNDED_S: Final = 5.0
"""By so much a time that somebody typed may lie beyond what was measured."""
_OTHER: Final[dict[Condition, Condition]] = {"treatment": "control", "control": "treatment"}


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says became of an assignment.

    Attributes
    ----------
    run
        The run, as `Library.resolve` reads it; None for the likeliest one.
    did
        What was done.
    rating
        0 to 10, where ratings are the outcome.
    lap_numbers
        Within a run: the laps that served, in the order assigned, counted from 1; empty for those
        that look like it.
    laps
        The same as stretches, where the laps of the watch do not fit; goes before `lap_numbers`.
    other_laps
        Numbers of assigned laps, from 1, in which the other thing was done.
    on_date
        Of a randomised start: the day it was begun; None for the day drawn.
    note
        In the runner's words.
    position
        Which assignment, from 0, to correct an earlier record; None for the open one.
    """

    run: str | None = None
    did: Literal["as_assigned", "other", "skipped"] = "as_assigned"
    rating: float | None = None
    lap_numbers: tuple[int, ...] = ()
    laps: tuple[LapUse, ...] = ()
    other_laps: tuple[int, ...] = ()
    on_date: date | None = None
    note: str = ""
    position: int | None = None


def record(
    lib: Library, experiment: str, said: Said, *, now: datetime, confirm: bool = True
) -> Answer:
    """Record what became of an assignment, or show what would be recorded.

    Parameters
    ----------
    lib, experiment
        The library, and the experiment's id.
    said
        What is to be recorded.
    now
        Aware, in the runner's own time zone: its date is today.
    confirm
        False writes nothing: the answer shows which run and which laps would serve.

    Returns
    -------
        Verdict `recorded` or `to_confirm`. Tables `candidates`, `laps`, `deviations`, `next` (what
        comes after, once recorded); within a run the figure `laps`.

    Raises
    ------
    UnknownExperimentError, UnknownRunError
        There is no such experiment or run.
    InputError
        It cannot be recorded so, and why; nothing is written.
    """
    if now.utcoffset() is None:
        raise InputError("What time it is now must be said with its time zone.")
    kept = lib.experiment(experiment)
    if kept.ended_at_utc is not None:
        raise InputError(f"{experiment} has ended; nothing more is recorded.")
    if len(said.note) > LONGEST_NOTE:
        raise InputError(f"A note can be at most {LONGEST_NOTE} characters long.")
    if kept.registration.kind == "randomised_start":
        return _begun(lib, kept, said, now=now, confirm=confirm)
    position = _position(lib, kept, said)
    candidates = candidates_for(lib, kept, now=now)
    made = _record(lib, kept, said, position, candidates, now=now)
    found = Answer(
        question=QUESTION,
        headline=_headline(kept, made, written=confirm),
        verdict="recorded" if confirm else "to_confirm",
        provenance=Provenance(PROGRAM, _MODEL, 0 if made.run_id is None else 1),
        sentences=tuple(_remarks(lib, kept, made, now=now)),
        tables={
            "candidates": () if confirm else candidates,
            "laps": lap_table(kept.registration, made.laps),
            "next": (),
        },
        figures=_figures(lib, kept, made),
    )
    if not confirm:
        return found
    _write(lib, kept, made)
    following = next_assignment(lib, experiment, now=now)
    return replace(
        found,
        sentences=(*found.sentences, following.headline),
        tables={**found.tables, "next": following.tables["next"]},
    )


def _position(lib: Library, kept: Kept, said: Said) -> int:
    following = open_assignment(kept, broken_positions(lib, kept))
    records = latest(kept)
    if said.position is None:
        if following is None:
            raise InputError(f"{kept.registration.experiment_id} asks for nothing more.")
        return following.position
    if said.position not in records and (following is None or said.position != following.position):
        raise InputError(
            f"Assignment {said.position + 1} is not open: only the open one, or one recorded "
            "before, can be recorded."
        )
    return said.position


def _record(
    lib: Library,
    kept: Kept,
    said: Said,
    position: int,
    candidates: tuple[CandidateRow, ...],
    *,
    now: datetime,
) -> Record:
    r = kept.registration
    assigned = conditions_at(r, position)
    blank = Record(
        position=position,
        recorded_at_utc=now.astimezone(UTC),
        run_id=None,
        did=None,
        note=said.note.strip(),
    )
    if said.did == "skipped":
        return blank
    run_id = _run(lib, kept, said, position, candidates)
    if r.outcome == "rating" and (said.rating is None or not 0.0 <= said.rating <= 10.0):
        raise InputError("This experiment is about your rating: give a number from 0 to 10.")
    if r.kind == "within_run":
        laps = _laps(lib, kept, said, run_id, position)
        return replace(blank, run_id=run_id, did=assigned[0], laps=laps)
    did = assigned[0] if said.did == "as_assigned" else _OTHER[assigned[0]]
    rating = said.rating if OUTCOMES[r.outcome].measure is None else None
    return replace(blank, run_id=run_id, did=did, rating=rating)


def _run(
    lib: Library, kept: Kept, said: Said, position: int, candidates: tuple[CandidateRow, ...]
) -> str:
    """Return the run that is meant, refused where it cannot have served."""
    r = kept.registration
    earlier = latest(kept).get(position)
    if said.run is not None:
        run_id = lib.resolve(said.run)
    elif earlier is not None and earlier.run_id is not None:
        run_id = earlier.run_id
    elif candidates and candidates[0]["fits"]:
        run_id = candidates[0]["run_id"]
    else:
        raise InputError(
            f"No run since {r.registered_at_utc:%Y-%m-%d} fits this assignment: import it first, "
            "name a run, or skip the assignment."
        )
    started = dict(lib.runs(()).select("run_id", "started_at_utc").iter_rows())
    if started[run_id] < r.registered_at_utc:
        raise InputError(
            f"{run_id} was run before the experiment was registered; it cannot serve it."
        )
    for other, one in latest(kept).items():
        if one.run_id is None or other == position:
            continue
        if one.run_id == run_id:
            raise InputError(
                f"{run_id} serves assignment {other + 1} already; a run can serve only one."
            )
        if (other < position) != (started[one.run_id] < started[run_id]):
            raise InputError(
                f"{run_id} was run {'before' if other < position else 'after'} {one.run_id}, which "
                f"serves assignment {other + 1}: assignments are run in their order."
            )
    return run_id


def _laps(lib: Library, kept: Kept, said: Said, run_id: str, position: int) -> tuple[LapUse, ...]:
    r = kept.registration
    assigned = conditions_at(r, position)
    first = position * r.pairs_per_run
    if said.laps:
        laps = tuple(sorted(said.laps, key=lambda lap: lap.start_s))
        _check_stretches(laps, assigned, first)
        _check_end(lib, run_id, laps)
    else:
        laps = matched_laps(
            lib.run(run_id).chosen.laps,
            assigned,
            first_pair=first,
            lap_s=r.lap_s,
            warm_up_s=r.warm_up_s,
            numbers=said.lap_numbers,
        )
    others = set(said.other_laps)
    if said.did == "other":
        others = set(range(1, len(laps) + 1))
    return tuple(
        replace(lap, did=_OTHER[lap.assigned] if number in others else lap.did or lap.assigned)
        for number, lap in enumerate(laps, start=1)
    )


def _check_stretches(
    laps: tuple[LapUse, ...], assigned: tuple[Condition, ...], first_pair: int
) -> None:
    """Refuse stretches of a run, in the order of their starts, that are not as was drawn."""
    drawn = [(first_pair + i // 2, condition) for i, condition in enumerate(assigned)]
    if any(not 0.0 <= lap.start_s < lap.end_s for lap in laps):
        raise InputError("A lap begins before it ends, and not before the run.")
    if any(before.end_s > lap.start_s for before, lap in pairwise(laps)):
        raise InputError("Two of these laps overlap: each second counts for one of them only.")
    at = iter(drawn)
    # Some may be missing; those there stand in the order drawn.
    if not all((lap.pair, lap.assigned) in at for lap in laps):
        raise InputError(
            "These laps are not what was drawn for this run: each belongs to a pair of it, and "
            "they stand in the order assigned."
        )


def _check_end(lib: Library, run_id: str, laps: tuple[LapUse, ...]) -> None:
    """Refuse stretches beyond the run's end, where nothing was measured."""
    chosen = lib.run(run_id).chosen
    t_s = lib.samples(chosen.recording_id)["t_s"].to_numpy()
    ends_s = max([float(t_s[-1]) if t_s.size else 0.0, *(lap.end_s for lap in chosen.laps)])
    if laps[-1].end_s > ends_s + _ROUNDED_S:
        raise InputError(
            f"{run_id} ended after {duration_words(ends_s)}: no lap of it ends at "
            f"{duration_words(laps[-1].end_s)}."
        )


def _write(lib: Library, kept: Kept, made: Record) -> None:
    """Write the record; the second half of a pair that cannot be whole is skipped with it."""
    there = latest(kept)
    skipped = [
        Record(position, made.recorded_at_utc, None, None, note="its pair could not be whole")
        for position in range(made.position)
        if position not in there
    ]
    lib.record_assignment(kept.registration.experiment_id, *skipped, made, seen=len(kept.records))


def _begun(lib: Library, kept: Kept, said: Said, *, now: datetime, confirm: bool) -> Answer:
    """Record that a randomised start was begun, or was not."""
    r = kept.registration
    today, drawn = now.date(), start_date(r)
    if today < drawn:
        raise InputError("There is nothing to record yet: the drawn day has not come.")
    on_date = said.on_date or drawn
    if on_date > today:
        raise InputError(f"{on_date} has not come yet.")
    if on_date < r.registered_at_utc.date():
        raise InputError(f"{on_date} was before it was registered: it cannot have begun then.")
    done = said.did == "as_assigned"
    made = Record(
        position=0,
        recorded_at_utc=now.astimezone(UTC),
        run_id=None,
        did="treatment" if done else None,
        on_date=on_date if done else None,
        note=said.note.strip(),
    )
    if confirm:
        lib.record_assignment(r.experiment_id, made, seen=len(kept.records))
    what = what_words(r, "treatment")
    late = [] if not done or on_date == drawn else [f"Begun on {on_date}, drawn was {drawn}."]
    return Answer(
        question=QUESTION,
        headline=f"Begun on {on_date}: {what}." if done else f"Not begun: {what}.",
        verdict="recorded" if confirm else "to_confirm",
        provenance=Provenance(PROGRAM, _MODEL, 0),
        sentences=(*late, f"It is looked at once, after {r.end_date}."),
        tables={"candidates": (), "laps": (), "next": ()},
    )


def _headline(kept: Kept, made: Record, *, written: bool) -> str:
    r = kept.registration
    begin = "Recorded" if written else "To be recorded"
    if made.run_id is None:
        return f"{begin}: skipped; its pair is left out whole."
    if r.kind == "within_run":
        return f"{begin}: {made.run_id}, {count_words(len(made.laps), 'lap')}."
    words = what_words(r, made.did or "control")
    return f"{begin}: {made.run_id}, as {words}."


def _remarks(lib: Library, kept: Kept, made: Record, *, now: datetime) -> list[str]:
    """Say what is not as it was meant."""
    if made.run_id is None:
        return []
    r = kept.registration
    as_if = replace(kept, records=(*kept.records, made))
    material = gather(lib, as_if, now=now, today=now.date(), with_model=False)
    mine = [h for pair in material.pairs for h in pair.halves if h.position == made.position]
    codes = dict.fromkeys(code for half in mine for code in half.remarks)
    said = [f"Noted: {DEVIATIONS[code]}." for code in codes]
    wanted = 2 * r.pairs_per_run
    if r.kind == "within_run" and len(made.laps) < wanted:
        said.append(
            f"{len(made.laps)} of {wanted} laps were found; a pair with a missing half is left "
            "out whole."
        )
    if any(math.isnan(half.value) for half in mine) and r.kind == "across_runs":
        said.append("Without a value its pair is left out whole; a new pair comes next.")
    return said


def _figures(lib: Library, kept: Kept, made: Record) -> dict[str, Any]:
    if made.run_id is None or not made.laps:
        return {}
    source = Source(lib, kept.registration)
    return {"laps": laps_figure(source, made.run_id, made.laps)}
