"""What a runner types about runs: a title, notes, shoes, whether it was a race, tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenstride.answers.provenance import provenance
from evenstride.answers.typing_rules import (
    MOST_NOTE,
    MOST_SHOES,
    MOST_TAG,
    MOST_TAGS,
    MOST_TITLE,
    line_of,
    text_of,
)
from evenstride.domain.answer import Answer
from evenstride.domain.errors import InputError
from evenstride.domain.wording import count_words
from evenstride.library import KEEP, Annotation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from evenstride.answers.rows import AnnotatedRow
    from evenstride.library import Keep, Library


def annotate_runs(
    lib: Library,
    run_ids: Sequence[str],
    *,
    title: str | Keep | None = KEEP,
    notes: str | Keep | None = KEEP,
    shoes: str | Keep | None = KEEP,
    is_race: bool | Keep = KEEP,
    tags: Iterable[str] | Keep = KEEP,
    add_tags: Iterable[str] = (),
    remove_tags: Iterable[str] = (),
) -> Answer:
    """Write the same about each of these runs; what is not given stays.

    Parameters
    ----------
    lib
        The library.
    run_ids
        At least one.
    title, notes, shoes
        At most 200, 20,000 and 100 characters; None or an empty text clears. Gaps become one space
        (notes keep their lines), and control and bidirectional override characters are left out.
    is_race
        Whether it was a race.
    tags
        All the tags that each run shall have, in place of those it has.
    add_tags, remove_tags
        Tags to add to those a run has, or to take from them. At most 40 characters each, and 20
        tags a run; empty ones are passed over, and a comma separates two. Tags differ by more than
        upper and lower case: one that is known is added as it is written already.

    Returns
    -------
        Table `runs`: what is now typed about each. Verdict `changed`.

    Raises
    ------
    UnknownRunError
        One of the runs is not here; nothing is changed.
    InputError
        No run is named, or something is too long; nothing is changed.
    """
    ids = tuple(dict.fromkeys(run_ids))
    if not ids:
        raise InputError("Name at least one run.")
    typed = lib.annotations()
    added = _as_known(_tags((*add_tags, *(() if tags is KEEP else tags))), typed)
    removed = {tag.casefold() for tag in _tags(remove_tags)}
    gone = {
        tag
        for run in ids
        for tag in _tags_of(typed, run)
        if (tags is not KEEP or tag.casefold() in removed) and tag not in added
    }
    for run in ids:
        count = len(({*_tags_of(typed, run)} - gone) | added)
        if count > MOST_TAGS:
            raise InputError(
                f"A run may have {MOST_TAGS} tags at most; run {run} would have {count}."
            )
    lib.annotate(
        ids,
        title=title if title is KEEP else line_of(title, "A title", MOST_TITLE),
        notes=notes if notes is KEEP else text_of(notes, "Notes", MOST_NOTE),
        shoes=shoes if shoes is KEEP else line_of(shoes, "Shoes", MOST_SHOES),
        is_race=is_race,
        add_tags=sorted(added),
        remove_tags=sorted(gone),
    )
    now = lib.annotations()
    return Answer(
        question="annotate",
        headline=f"{count_words(len(ids), 'run')} changed.",
        verdict="changed",
        provenance=provenance(None, "none"),
        tables={"runs": tuple(_row(run, now.get(run, Annotation())) for run in ids)},
    )


def _row(run_id: str, typed: Annotation) -> AnnotatedRow:
    return {
        "run_id": run_id,
        "title": typed.title,
        "notes": typed.notes,
        "shoes": typed.shoes,
        "is_race": typed.is_race,
        "tags": list(typed.tags),
    }


def _tags(texts: Iterable[str]) -> list[str]:
    parts = (part for text in texts for part in text.split(","))
    lines = (line_of(part, "A tag", MOST_TAG) for part in parts)
    return [line for line in lines if line is not None]


def _tags_of(typed: Mapping[str, Annotation], run_id: str) -> tuple[str, ...]:
    return typed[run_id].tags if run_id in typed else ()


def _as_known(tags: Iterable[str], typed: Mapping[str, Annotation]) -> set[str]:
    """Spell tags as runs have them already; of several spellings the first by run counts."""
    known: dict[str, str] = {}
    for annotation in typed.values():
        for tag in annotation.tags:
            known.setdefault(tag.casefold(), tag)
    return {known.setdefault(tag.casefold(), tag) for tag in tags}
