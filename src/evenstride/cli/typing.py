"""The commands by which a runner types: about runs, their ground, and themselves."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evenstride.cli.options import AsJson, LibraryDir, emit, examples, opened

if TYPE_CHECKING:
    from evenstride.answers import GroundEdit

EDIT_EPILOG = examples(
    'evenstride edit last --title "Along the river" --shoes "Ghost 15" --race',
    "evenstride edit 2026-05-14 --tag hills --untag easy",
    "evenstride edit last --surface road --camber left-lower",
    'evenstride edit last --surface track --from "2 km" --to 25:00',
    "evenstride edit 2026-01-01..2026-03-31 --surface treadmill",
    "evenstride edit tag:club --shoes ''",
)
NOTES_EPILOG = examples(
    "evenstride notes",
    'evenstride notes tried "New shoes since March; no change."',
    "evenstride notes tried ''",
)


class SurfaceWord(StrEnum):
    """What is underfoot; `unsaid` takes back what was said."""

    ROAD = "road"
    PAVEMENT = "pavement"
    TRACK = "track"
    TRAIL = "trail"
    TREADMILL = "treadmill"
    UNSAID = "unsaid"


class CamberWord(StrEnum):
    """Which foot stands lower; `unsaid` takes back what was said."""

    LEFT_LOWER = "left-lower"
    RIGHT_LOWER = "right-lower"
    NONE = "none"
    UNSAID = "unsaid"


Runs = Annotated[
    list[str],
    typer.Argument(
        metavar="RUN...",
        help="A run as `runs` names it, its beginning, a date, `last`; a period "
        "2026-01-01..2026-03-31; or tag:NAME.",
    ),
]
Start = Annotated[
    str | None,
    typer.Option("--from", help="The part begins there: 2 km, 12 min, 1:05:00 (with pauses)."),
]
End = Annotated[str | None, typer.Option("--to", help="The part ends there.")]


def edit(
    runs: Runs,
    *,
    title: Annotated[str | None, typer.Option(help="Its title; '' clears it.")] = None,
    notes: Annotated[str | None, typer.Option(help="Your notes on it; '' clears them.")] = None,
    shoes: Annotated[str | None, typer.Option(help="The shoes worn; '' clears them.")] = None,
    race: Annotated[bool | None, typer.Option("--race/--no-race", help="Was it a race?")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="A tag to add; may be repeated.")] = None,
    untag: Annotated[list[str] | None, typer.Option(help="A tag to take away.")] = None,
    surface: Annotated[SurfaceWord | None, typer.Option(help="What was underfoot.")] = None,
    camber: Annotated[
        CamberWord | None, typer.Option(help="Which foot stood lower on a sloping road.")
    ] = None,
    start: Start = None,
    end: End = None,
    forget_ground: Annotated[
        bool, typer.Option("--forget-ground", help="First forget all said of surface and camber.")
    ] = False,
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """Write title, shoes, tags, race, notes, surface or camber of runs.

    What is not given stays; with nothing given, what is typed is shown. --surface and --camber are
    of the whole run, or with --from and --to of a part of it.
    """
    from evenstride.answers import KEEP, annotate_runs, runs_named

    if (start or end) and surface is None and camber is None:
        raise typer.BadParameter("--from and --to are of a --surface or a --camber.")
    given: dict[str, Any] = {"title": title, "notes": notes, "shoes": shoes, "is_race": race}
    with opened(library) as lib:
        answer = annotate_runs(
            lib,
            runs_named(lib, runs),
            **{name: KEEP if value is None else value for name, value in given.items()},
            add_tags=tag or (),
            remove_tags=untag or (),
            ground=_ground(surface, camber, start, end, forget=forget_ground),
        )
    emit(answer, as_json=as_json)


def notes(
    name: Annotated[
        str | None, typer.Argument(help="noticed, tried or cannot_fix; all, where none is named.")
    ] = None,
    text: Annotated[str | None, typer.Argument(help="Your answer; '' forgets it.")] = None,
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """See or answer what you noticed, tried, and cannot fix."""
    from evenstride import answers

    if name is not None and text is None:
        raise typer.BadParameter("Give the text too, '' to forget it.", param_hint="TEXT")
    with opened(library, create=True) as lib:
        if name is None or text is None:
            answer = answers.notes(lib)
        else:
            answer = answers.write_note(lib, name, text, now=datetime.now(UTC))
    emit(answer, as_json=as_json)


def _ground(
    surface: SurfaceWord | None,
    camber: CamberWord | None,
    start: str | None,
    end: str | None,
    *,
    forget: bool,
) -> tuple[GroundEdit, ...]:
    from evenstride.answers import GroundEdit

    if surface is None and camber is None and not forget:
        return ()
    said: dict[str, Any] = {
        name: None if word.value == "unsaid" else word.value
        for name, word in (("surface", surface), ("camber", camber))
        if word is not None
    }
    return (GroundEdit(**said, start=start, end=end, forget=forget),)
