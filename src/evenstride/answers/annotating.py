"""What a runner types about runs: a title, notes, shoes, a race flag, tags, the ground."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from evenstride.answers.ground_typed import edited_ground, ground_rows, ground_words
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

    from evenstride.answers.ground_typed import GroundEdit
    from evenstride.answers.rows import AnnotatedRow
    from evenstride.domain.ground import GroundPart
    from evenstride.library import Keep, Library

_MOST_TOLD = 10
"""How many runs are said in sentences."""


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
    ground: Sequence[GroundEdit] = (),
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
        upper and lower case: one that is known is added as it is written already. So are shoes.
    ground
        Changes to what is said of surface and camber, in their order.

    Returns
    -------
        Table `runs`: what is now typed about each. Verdict `changed`; `shown` where nothing was
        given.

    Raises
    ------
    UnknownRunError
        One of the runs is not here; nothing is changed.
    InputError
        No run is named, something is too long, or a surface, camber or place is none; nothing is
        changed.
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
    said = lib.ground_parts() if ground else {}
    parts = {run: edited_ground(lib, run, said.get(run, ()), ground) for run in ids if ground}
    lib.annotate(
        ids,
        title=title if title is KEEP else line_of(title, "A title", MOST_TITLE),
        notes=notes if notes is KEEP else text_of(notes, "Notes", MOST_NOTE),
        shoes=shoes if shoes is KEEP else _shoes_as_known(shoes, typed),
        is_race=is_race,
        add_tags=sorted(added),
        remove_tags=sorted(gone),
    )
    lib.write_grounds({run: some for run, some in parts.items() if some != said.get(run, ())})
    given = any(value is not KEEP for value in (title, notes, shoes, is_race, tags))
    changed = given or bool(added or removed or ground)
    return _answer(lib, ids, changed=changed)


def used_words(lib: Library) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """List the shoes and the tags that runs have, each the most frequent first."""
    typed = lib.annotations().values()
    shoes = Counter(said.shoes for said in typed if said.shoes)
    tags = Counter(tag for said in typed for tag in said.tags)
    first, second = (
        tuple(sorted(counts, key=lambda word: (-counts[word], word))) for counts in (shoes, tags)
    )
    return first, second


def annotated_row(
    lib: Library, run_id: str, typed: Mapping[str, Annotation] | None = None
) -> AnnotatedRow:
    """Make the row of what is typed about one run, from all that is typed where it is at hand."""
    said = lib.annotation(run_id) if typed is None else typed.get(run_id, Annotation())
    return {
        "run_id": run_id,
        "title": said.title,
        "notes": said.notes,
        "shoes": said.shoes,
        "is_race": said.is_race,
        "tags": list(said.tags),
        "ground": ground_rows(lib.ground_parts().get(run_id, ())),
    }


def _answer(lib: Library, ids: Sequence[str], *, changed: bool) -> Answer:
    now, parts = lib.annotations(), lib.ground_parts()
    lines = [
        f"{run}: {_words(now.get(run, Annotation()), parts.get(run, ()))}."
        for run in ids[:_MOST_TOLD]
    ]
    if len(ids) > _MOST_TOLD:
        lines.append(f"And {count_words(len(ids) - _MOST_TOLD, 'more run', 'more runs')}.")
    count = count_words(len(ids), "run")
    return Answer(
        question="annotate",
        headline=f"{count} changed." if changed else f"What is typed about {count}.",
        verdict="changed" if changed else "shown",
        provenance=provenance(None, "none"),
        sentences=tuple(lines),
        tables={"runs": tuple(annotated_row(lib, run, now) for run in ids)},
    )


def _words(typed: Annotation, parts: Sequence[GroundPart]) -> str:
    """Say what is typed about a run, shortly."""
    notes = typed.notes.splitlines() if typed.notes else []
    said = [
        f"“{typed.title}”" if typed.title else "",
        "race" if typed.is_race else "",
        f"shoes {typed.shoes}" if typed.shoes else "",
        f"tags {', '.join(typed.tags)}" if typed.tags else "",
        f"ground {'; '.join(ground_words(parts))}" if parts else "",
        f"notes “{notes[0]}{'”' if len(notes) == 1 else ' …”'}" if notes else "",
    ]
    return "; ".join(part for part in said if part) or "nothing is typed"


def _tags(texts: Iterable[str]) -> list[str]:
    parts = (part for text in texts for part in text.split(","))
    lines = (line_of(part, "A tag", MOST_TAG) for part in parts)
    return [line for line in lines if line is not None]


def _tags_of(typed: Mapping[str, Annotation], run_id: str) -> tuple[str, ...]:
    return typed[run_id].tags if run_id in typed else ()


def _shoes_as_known(shoes: str | None, typed: Mapping[str, Annotation]) -> str | None:
    """Spell shoes as runs have them already, so that one pair is not taken for two."""
    line = line_of(shoes, "Shoes", MOST_SHOES)
    if line is None:
        return None
    known: dict[str, str] = {}
    for annotation in typed.values():
        if annotation.shoes:
            known.setdefault(annotation.shoes.casefold(), annotation.shoes)
    return known.get(line.casefold(), line)


def _as_known(tags: Iterable[str], typed: Mapping[str, Annotation]) -> set[str]:
    """Spell tags as runs have them already; of several spellings the first by run counts."""
    known: dict[str, str] = {}
    for annotation in typed.values():
        for tag in annotation.tags:
            known.setdefault(tag.casefold(), tag)
    return {known.setdefault(tag.casefold(), tag) for tag in tags}
