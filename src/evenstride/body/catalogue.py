"""Decides what an exercise of the catalogue has to say of itself before it may be used.

The catalogue is data (`data/exercises.toml`). It is checked whole when it is first asked for: a
mistake in it is named by exercise and field, and nothing is used.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, cast, get_args

from evenstride.body.tests import screening_tests
from evenstride.domain.answer import Source
from evenstride.domain.body import REGIONS
from evenstride.domain.cues import CUES
from evenstride.domain.exercise import (
    CONDITIONS,
    EQUIPMENT,
    Block,
    Caution,
    Counted,
    Dose,
    Exercise,
    Sided,
)
from evenstride.domain.screening import Strength

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

NO_TRIAL: Final = "No trial shows that it changes balance"
"""What every entry says: none is known to us."""
NOTHING_FOUND: Final = "Nothing found: both sides."
"""What every entry that a finding mirrors says."""
RUNNING_BLOCKS: Final = ("form", "ground")
STUDIES: Final = ("trial", "cohort", "reliability", "case_report")
"""Strengths that a study gives: theirs has to have a link, a convention only a source in words."""
_PER_WEEK_MOST: Final = 7
_OPTIONAL: Final = {"toward", "after", "running", "cue", "weight_bearing"}
_FIELDS: Final = {
    *("slug", "name", "block", "purpose", "feel", "regions", "loads", "equipment", "how"),
    *("drawing", "sided", "side_rule", "tests", "dose", "progression", "easier", "cautions"),
    *("evidence", "strength", "source"),
}
_TEXTS: Final = ("name", "purpose", "feel", "side_rule", "evidence", "easier")


class CatalogueError(ValueError):
    """The catalogue is wrong; the message names the exercise and the field."""


@cache
def exercises() -> Mapping[str, Exercise]:
    """Return the catalogue by slugs, in its order: exercises, cues, ground rules.

    Raises
    ------
    CatalogueError
        When an entry is wrong, or points to what is not there.
    """
    return read_catalogue(
        files("evenstride.body").joinpath("data/exercises.toml").read_text("utf-8")
    )


def read_catalogue(text: str) -> Mapping[str, Exercise]:
    """Read a catalogue from TOML and check all of it."""
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"The catalogue cannot be read: {error}.") from error
    sources = {
        slug: Source(values["text"], values.get("link"))
        for slug, values in read.get("sources", {}).items()
    }
    found: dict[str, Exercise] = {}
    for values in read.get("exercise", ()):
        exercise = _exercise(values, sources)
        if exercise.slug in found:
            raise CatalogueError(f"{exercise.slug} stands in the catalogue twice.")
        found[exercise.slug] = exercise
    if not found:
        raise CatalogueError("The catalogue is empty.")
    for exercise in found.values():
        _check_after(exercise, found)
    return MappingProxyType(found)


def _exercise(values: Mapping[str, object], sources: Mapping[str, Source]) -> Exercise:
    slug = values.get("slug")
    if not isinstance(slug, str) or not slug.replace("-", "").isalnum() or slug != slug.lower():
        raise CatalogueError(f"An entry has no slug in small letters and hyphens: {slug!r}.")
    if missing := _FIELDS - values.keys():
        raise CatalogueError(f"{slug} does not say: {', '.join(sorted(missing))}.")
    if unknown := values.keys() - _FIELDS - _OPTIONAL:
        raise CatalogueError(f"{slug} has fields that mean nothing: {', '.join(sorted(unknown))}.")
    for name in _TEXTS:
        _text(slug, name, values[name])
    toward = values.get("toward", {})
    assert isinstance(toward, dict)
    exercise = Exercise(
        slug=slug,
        name=_text(slug, "name", values["name"]),
        block=cast("Block", _one_of(slug, "block", values["block"], get_args(Block))),
        purpose=_text(slug, "purpose", values["purpose"]),
        feel=_text(slug, "feel", values["feel"]),
        regions=_all_of(slug, "regions", values["regions"], REGIONS),
        loads=_all_of(slug, "loads", values["loads"], REGIONS),
        equipment=_all_of(slug, "equipment", values["equipment"], EQUIPMENT),
        how=_lines(slug, "how", values["how"]),
        drawing=_text(slug, "drawing", values["drawing"]),
        sided=cast("Sided", _one_of(slug, "sided", values["sided"], get_args(Sided))),
        side_rule=_text(slug, "side_rule", values["side_rule"]),
        toward=tuple(
            (
                _one_of(slug, "toward", test, screening_tests()),
                cast(
                    "Literal['lower', 'other']",
                    _one_of(slug, "toward", side, ("lower", "other")),
                ),
            )
            for test, side in toward.items()
        ),
        tests=_all_of(slug, "tests", values["tests"], screening_tests()),
        after=cast("str | None", values.get("after")),
        dose=_dose(slug, values["dose"], sources),
        progression=_lines(slug, "progression", values["progression"]),
        cautions=tuple(
            _caution(slug, each) for each in _list(slug, "cautions", values["cautions"])
        ),
        running=values.get("running", False) is True,
        cue=None if "cue" not in values else _one_of(slug, "cue", values["cue"], CUES),
        evidence=_text(slug, "evidence", values["evidence"]),
        strength=cast(
            "Strength", _one_of(slug, "strength", values["strength"], get_args(Strength))
        ),
        source=_source(slug, values["source"], sources),
        easier=_text(slug, "easier", values["easier"]),
        weight_bearing=values.get("weight_bearing", False) is True,
    )
    _check_whole(exercise)
    return exercise


def _dose(slug: str, values: object, sources: Mapping[str, Source]) -> Dose:
    if not isinstance(values, dict):
        raise CatalogueError(f"{slug}: its dose is no table.")
    wanted = {"sets", "count", "counted", "per_week", "strength"}
    if missing := wanted - values.keys():
        raise CatalogueError(f"{slug}: its dose does not say: {', '.join(sorted(missing))}.")
    if unknown := values.keys() - wanted - {"source"}:
        raise CatalogueError(f"{slug}: its dose has no {', '.join(sorted(unknown))}.")
    dose = Dose(
        sets=_range(slug, "sets", values["sets"]),
        count=_range(slug, "count", values["count"]),
        counted=cast("Counted", _one_of(slug, "counted", values["counted"], get_args(Counted))),
        per_week=_range(slug, "per_week", values["per_week"]),
        strength=cast(
            "Strength", _one_of(slug, "strength", values["strength"], get_args(Strength))
        ),
        source=_source(slug, values.get("source"), sources),
    )
    if dose.per_week[1] > _PER_WEEK_MOST:
        raise CatalogueError(f"{slug}: per_week is more than a week has days.")
    return dose


def _caution(slug: str, values: object) -> Caution:
    if not isinstance(values, dict):
        raise CatalogueError(f"{slug}: a caution is no table.")
    if unknown := values.keys() - {"why", "regions", "above", "conditions"}:
        raise CatalogueError(f"{slug}: a caution has no {', '.join(sorted(unknown))}.")
    above = values.get("above", 5)
    if not isinstance(above, int) or not 0 <= above <= 10:
        raise CatalogueError(f"{slug}: a caution holds above a level of 0 to 10, not {above!r}.")
    caution = Caution(
        why=_text(slug, "cautions", values.get("why")),
        regions=_all_of(slug, "cautions", values.get("regions", []), REGIONS),
        above=above,
        conditions=_all_of(slug, "cautions", values.get("conditions", []), CONDITIONS),
    )
    if not caution.regions and not caution.conditions:
        raise CatalogueError(f"{slug}: a caution says neither where nor for whom.")
    return caution


def _check_whole(exercise: Exercise) -> None:
    """Check what has to fit together within one entry."""
    slug, mirrored = exercise.slug, exercise.sided == "mirrored"
    if mirrored != bool(exercise.toward):
        raise CatalogueError(f"{slug}: toward belongs to what a finding mirrors, and only there.")
    if mirrored and NOTHING_FOUND not in exercise.side_rule:
        raise CatalogueError(f'{slug}: its side_rule has to end with "{NOTHING_FOUND}"')
    if exercise.running != (exercise.block in RUNNING_BLOCKS):
        raise CatalogueError(f"{slug}: form and ground are done while running, the others are not.")
    if NO_TRIAL not in exercise.evidence:
        raise CatalogueError(f'{slug}: its evidence has to say "{NO_TRIAL}".')
    if exercise.strength in STUDIES and (exercise.source is None or not exercise.source.link):
        raise CatalogueError(
            f"{slug}: what rests on a {exercise.strength} needs a source that can be looked up."
        )


def _check_after(exercise: Exercise, found: Mapping[str, Exercise]) -> None:
    """Check that what has to go well before is there, and does not wait for this one."""
    seen = [exercise.slug]
    earlier = exercise.after
    while earlier is not None:
        if earlier not in found:
            raise CatalogueError(f"{seen[-1]}: after names {earlier!r}, which is not there.")
        if earlier in seen:
            raise CatalogueError(f"{exercise.slug}: after goes round in a circle.")
        seen.append(earlier)
        earlier = found[earlier].after


def _text(slug: str, field: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip() or value != value.strip():
        raise CatalogueError(f"{slug}: {field} has to be a text, not {value!r}.")
    return value


def _list(slug: str, field: str, value: object) -> list[object]:
    if not isinstance(value, list):
        raise CatalogueError(f"{slug}: {field} has to be a list, not {value!r}.")
    return value


def _lines(slug: str, field: str, value: object) -> tuple[str, ...]:
    lines = tuple(_text(slug, field, line) for line in _list(slug, field, value))
    if not lines:
        raise CatalogueError(f"{slug}: {field} is empty.")
    return lines


def _one_of(slug: str, field: str, value: object, allowed: Collection[str]) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise CatalogueError(
            f"{slug}: {field} knows no {value!r}; there is {', '.join(sorted(allowed))}."
        )
    return value


def _all_of(slug: str, field: str, value: object, allowed: Collection[str]) -> tuple[str, ...]:
    values: Iterable[object] = _list(slug, field, value)
    chosen = tuple(_one_of(slug, field, each, allowed) for each in values)
    if len(set(chosen)) != len(chosen):
        raise CatalogueError(f"{slug}: {field} names something twice.")
    return chosen


def _range(slug: str, field: str, value: object) -> tuple[int, int]:
    match value:
        case [int(low), int(high)] if 1 <= low <= high:
            return low, high
    raise CatalogueError(f"{slug}: {field} has to be a low and a high number, not {value!r}.")


def _source(slug: str, value: object, sources: Mapping[str, Source]) -> Source | None:
    return None if value is None else sources[_one_of(slug, "source", value, sources)]
