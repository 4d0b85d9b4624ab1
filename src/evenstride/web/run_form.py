"""The form about one run: what its fields hold, and which of them a person has changed."""

from __future__ import annotations

import json
from itertools import zip_longest
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, Field

from evenstride.answers import GroundEdit
from evenstride.domain.errors import InputError
from evenstride.domain.wording import duration_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

UNSAID = "unsaid"
"""What the choice of a surface or camber sends that is none: an empty value counts as not sent."""

_MOST_PARTS = 60
_Line = Annotated[str | None, Field(max_length=2000)]
_Text = Annotated[str | None, Field(max_length=40_000)]
_Words = Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=_MOST_PARTS)]


class RunForm(BaseModel):
    """What the form about a run sends; what is not sent stays.

    A form sends all its fields, so with each, as `was_…`, goes what it held when it was opened:
    what was left as it was must not take back what another tab has kept since. Parts of the run
    are columns: the first of each of the four is the first part.

    An empty field arrives as one that was not sent; `fields` names those that the form has.
    """

    fields: Annotated[str, Field(max_length=200, description="Names, by spaces.")] = ""
    title: _Line = None
    notes: _Text = None
    shoes: _Line = None
    race: Annotated[list[str] | None, Field(max_length=4)] = None
    tags: Annotated[str | None, Field(max_length=2000, description="Separated by commas.")] = None
    surface: _Line = None
    camber: _Line = None
    part_from: _Words = []
    part_to: _Words = []
    part_surface: _Words = []
    part_camber: _Words = []
    was_title: _Line = None
    was_notes: _Text = None
    was_shoes: _Line = None
    was_race: Literal["yes", "no"] | None = None
    was_tags: _Line = None
    was_ground: Annotated[str | None, Field(max_length=20_000)] = None


Part = tuple[str, str, str, str]
"""One part as its fields show it: from, to, surface, camber."""


def held(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the form's fields hold for a run, from its row of table `annotation`."""
    every = [
        (_place(p["start_s"]), _place(p["end_s"]), p["surface"] or UNSAID, p["camber"] or UNSAID)
        for p in row["ground"]
    ]
    whole = [part for part in every if part[:2] == ("", "")]
    parts = [part for part in every if part[:2] != ("", "")]
    surface, camber = whole[0][2:] if whole else (UNSAID, UNSAID)
    fields = {
        "title": row["title"] or "",
        "notes": row["notes"] or "",
        "shoes": row["shoes"] or "",
        "tags": ", ".join(row["tags"]),
        "race": row["is_race"],
        "surface": surface,
        "camber": camber,
        "parts": parts,
    }
    was = {name: fields[name] for name in ("title", "notes", "shoes", "tags")}
    was["race"] = "yes" if row["is_race"] else "no"
    return {**fields, "was": {**was, "ground": _written(surface, camber, parts)}}


def sent(form: RunForm) -> dict[str, Any]:
    """Return what the form's fields held when it was sent, to be shown again."""
    was = {name: getattr(form, f"was_{name}") for name in ("title", "notes", "shoes", "tags")}
    return {
        **{name: getattr(form, name) or "" for name in ("title", "notes", "shoes", "tags")},
        "race": "yes" in (form.race or ()),
        "surface": form.surface or UNSAID,
        "camber": form.camber or UNSAID,
        "parts": _parts(form),
        "was": {**was, "race": form.was_race, "ground": form.was_ground},
    }


def changes(form: RunForm) -> dict[str, Any]:
    """Return what of the form was changed, as `annotate_runs` takes it.

    Raises
    ------
    InputError
        A part neither begins nor ends anywhere.
    """
    changed: dict[str, Any] = {
        name: now
        for name in ("title", "notes", "shoes")
        for now, before in [_now_and_before(form, name)]
        if now is not None and (before is None or _lines(now) != _lines(before))
    }
    race = form.race
    if race is not None and ("yes" in race) != _flag(form.was_race):  # "no" goes with the box
        changed["is_race"] = "yes" in race
    tags, had_tags = _now_and_before(form, "tags")
    if tags is not None and had_tags is None:
        changed["tags"] = (tags,)
    elif tags is not None:
        kept, had = _tags(tags), _tags(had_tags)
        changed |= {"add_tags": kept - had, "remove_tags": had - kept}
    if form.surface or form.camber or form.part_from or form.part_to:
        parts = _parts(form)
        if _written(form.surface, form.camber, parts) != form.was_ground:
            changed["ground"] = _edits(form, parts)
    return changed


def _now_and_before(form: RunForm, name: str) -> tuple[str | None, str | None]:
    """Return what a field holds and what it held; None where it was not sent."""
    now, before = getattr(form, name), getattr(form, f"was_{name}")
    return (now or "", before or "") if name in form.fields.split() else (now, before)


def _edits(form: RunForm, parts: Sequence[Part]) -> tuple[GroundEdit, ...]:
    said: dict[str, Any] = {
        name: _word(word)
        for name, word in (("surface", form.surface), ("camber", form.camber))
        if word
    }
    if not (form.part_from or form.part_to):
        return (GroundEdit(**said),)
    for start, end, surface, camber in parts:
        if not start and not end and (surface, camber) != (UNSAID, UNSAID):
            raise InputError("Say where the part begins or ends, like 2 km or 12 min.")
    # All anew: the form shows all that is said.
    return (
        GroundEdit(**said, forget=True),
        *(
            GroundEdit(_word(surface), _word(camber), start, end)
            for start, end, surface, camber in parts
        ),
    )


def _parts(form: RunForm) -> list[Part]:
    """Put the columns of parts side by side; those in which nothing is typed are none."""
    columns = (form.part_from, form.part_to, form.part_surface, form.part_camber)
    rows = [
        (start.strip(), end.strip(), surface or UNSAID, camber or UNSAID)
        for start, end, surface, camber in zip_longest(*columns, fillvalue="")
    ]
    return [row for row in rows if row != ("", "", UNSAID, UNSAID)]


def _written(surface: str | None, camber: str | None, parts: Sequence[Part]) -> str:
    said = [[surface or UNSAID, camber or UNSAID], *map(list, parts)]
    return json.dumps(said, ensure_ascii=False)


def _word(choice: str) -> str | None:
    return None if choice == UNSAID else choice


def _place(moment_s: float | None) -> str:
    return "" if moment_s is None else duration_words(moment_s)


def _lines(text: str) -> list[str]:
    return text.strip().splitlines()  # a form sends other line ends than it was given


def _tags(text: str | None) -> set[str]:
    return {tag.strip() for tag in (text or "").split(",")} - {""}


def _flag(word: str | None) -> bool | None:
    return None if word is None else word == "yes"
