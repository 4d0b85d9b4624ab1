"""The catalogue: every exercise, cue and ground rule, with its dose, cautions and evidence."""

from __future__ import annotations

import difflib
from typing import Final

from evenstride.answers.body_and_plan.plan_answer import NO_TRIAL, SOURCES
from evenstride.answers.body_and_plan.plan_rows import exercise_row, exercise_rows
from evenstride.answers.provenance import provenance
from evenstride.body import catalogue
from evenstride.domain.answer import Answer
from evenstride.domain.errors import InputError
from evenstride.domain.wording import count_words, printable

_QUESTION: Final = "exercises"


def exercises(slug: str | None = None) -> Answer:
    """Show the catalogue, or one of it.

    Returns
    -------
        Table `exercises`; verdict `shown`.

    Raises
    ------
    InputError
        There is none of this name; the sentence names the nearest.
    """
    known = catalogue.exercises()
    if slug is None:
        rows = exercise_rows()
        return Answer(
            question=_QUESTION,
            headline=f"{count_words(len(rows), 'exercise')}, cues and ground rules.",
            verdict="shown",
            provenance=provenance(None, "none"),
            tables={"exercises": rows},
            caveats=(NO_TRIAL,),
            sources=SOURCES,
        )
    if slug not in known:
        near = difflib.get_close_matches(slug, known, 1)
        raise InputError(
            f"There is no exercise “{printable(slug)[:40]}”"
            + (
                f"; {near[0]} is the nearest."
                if near
                else "; `evenstride plan exercises` lists them."
            )
        )
    one = known[slug]
    return Answer(
        question=_QUESTION,
        headline=f"{one.name}: {one.purpose}",
        verdict="shown",
        provenance=provenance(None, "none"),
        sentences=(*one.how, one.feel, one.side_rule, one.evidence),
        tables={"exercises": (exercise_row(one),)},
        caveats=(NO_TRIAL, *(caution.why for caution in one.cautions)),
        sources=(one.source,) if one.source else (),
    )
