"""The commands of injuries, and of shoes and how their heels are worn."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from evenstride.cli.diary_options import (
    EntryName,
    Note,
    OnDate,
    Region,
    SideOption,
    SideWord,
    Sure,
    corrected,
    day_given,
    given,
    now_here,
    write_and_emit,
)
from evenstride.cli.options import AsJson, LibraryDir, emit, examples, opened

injury_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Injuries, also those of long ago, by region and side.",
)
shoes_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Shoes: what was run in them, and how their heels are worn by side.",
)
_DAY = ["%Y-%m-%d"]


class How(StrEnum):
    """How an injury began."""

    SUDDEN = "sudden"
    GRADUAL = "gradual"
    SURGERY = "surgery"
    UNKNOWN = "unknown"


class Place(StrEnum):
    """Where a heel is worn."""

    OUTER = "outer"
    MIDDLE = "middle"
    INNER = "inner"
    EVEN = "even"


Began = Annotated[
    datetime | None,
    typer.Option(formats=_DAY, help="The day it began (default: today).", show_default=False),
]
Ended = Annotated[
    datetime | None,
    typer.Option(formats=_DAY, help="The day it was over; none while it lasts."),
]
Name = Annotated[str | None, typer.Option(help="What it is called, in your words.")]
Cause = Annotated[str | None, typer.Option(help="What it came from, as far as you know.")]
WornPlace = typer.Option(help="Where on the heel.", show_default=False)


@injury_app.command(
    no_args_is_help=True,
    epilog=examples(
        "evenstride injury add --side right --region ankle --began 2019-06-02 --ended 2019-08-01"
        ' --how sudden --name "sprain"',
        "evenstride injury add --side left --region calf --how gradual",
    ),
)
def add(  # each a field
    *,
    side: Annotated[SideWord, typer.Option(help="On which side.", show_default=False)],
    region: Annotated[str, typer.Option(help='Where, like "calf".', show_default=False)],
    how: Annotated[How, typer.Option(help="How it began.")] = How.UNKNOWN,
    began: Began = None,
    ended: Ended = None,
    name: Name = None,
    cause: Cause = None,
    seen: Annotated[
        bool, typer.Option("--seen-by-clinician", help="A clinician has looked at it.")
    ] = False,
    note: Note = None,
    sure: Sure = False,
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """Write an injury. The day it began is a known date of the trend."""
    from evenstride.domain.body import Side
    from evenstride.domain.diary import Injury

    injury = Injury(
        began=day_given(began) or now_here().date(),
        region=region,
        side=Side(side),
        how=how.value,
        name=name or "",
        cause=cause or "",
        ended=day_given(ended),
        seen_by_clinician=seen,
        note=note or "",
    )
    with opened(library, create=True) as lib:
        write_and_emit(lib, injury, sure=sure, as_json=as_json)


@injury_app.command("list", epilog=examples("evenstride injury list"))
def list_(library: LibraryDir = None, as_json: AsJson = False) -> None:
    """List the injuries: those that last first."""
    from evenstride.answers.body_and_plan.injuries import injuries

    with opened(library, create=True) as lib:
        answer = injuries(lib, now=now_here())
    emit(answer, as_json=as_json)


@injury_app.command(
    no_args_is_help=True,
    epilog=examples("evenstride injury end 2026-10-02-injury-left-calf --on 2026-11-20"),
)
def end(
    entry: EntryName,
    *,
    on: Annotated[
        datetime | None,
        typer.Option(formats=_DAY, help="The day it was over (default: today)."),
    ] = None,
    sure: Sure = False,
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """Say that an injury is over."""
    _correct_injury(
        entry,
        {"ended": day_given(on) or now_here().date()},
        sure=sure,
        library=library,
        as_json=as_json,
    )


@injury_app.command(
    no_args_is_help=True,
    epilog=examples('evenstride injury correct 2026-10-02-injury-left-calf --cause "new shoes"'),
)
def correct(  # each a field
    entry: EntryName,
    *,
    side: SideOption = None,
    region: Region = None,
    how: Annotated[How | None, typer.Option(help="How it began.", show_default=False)] = None,
    began: Began = None,
    ended: Ended = None,
    lasts: Annotated[bool, typer.Option("--lasts", help="It is not over.")] = False,
    name: Name = None,
    cause: Cause = None,
    seen: Annotated[
        bool | None,
        typer.Option("--seen-by-clinician/--not-seen", help="Has a clinician looked at it?"),
    ] = None,
    note: Note = None,
    sure: Sure = False,
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """Correct an injury: what is given replaces what it said."""
    from evenstride.domain.body import Side

    fields = given(
        side=side and Side(side),
        region=region,
        how=how and how.value,
        began=day_given(began),
        ended=day_given(ended),
        name=name,
        cause=cause,
        seen_by_clinician=seen,
        note=note,
    )
    if lasts:
        fields["ended"] = None
    _correct_injury(entry, fields, sure=sure, library=library, as_json=as_json)


def _correct_injury(
    entry: str, fields: dict[str, Any], *, sure: bool, library: LibraryDir, as_json: bool
) -> None:
    from evenstride.domain.diary import Injury

    with opened(library) as lib:
        written = lib.entry(Injury, entry)
        write_and_emit(
            lib,
            corrected(written, fields),
            sure=sure,
            as_json=as_json,
            entry_id=entry,
            seen=written.version,
        )


@shoes_app.command("list", epilog=examples("evenstride shoes list"))
def list_shoes(library: LibraryDir = None, as_json: AsJson = False) -> None:
    """List your shoes: runs, distance, and how their heels looked last."""
    from evenstride.answers.body_and_plan.shoes import shoes

    with opened(library, create=True) as lib:
        answer = shoes(lib, now=now_here())
    emit(answer, as_json=as_json, leave_out=("wear",))


@shoes_app.command(
    no_args_is_help=True,
    epilog=examples(
        'evenstride shoes wear "Ghost 15" --left 1 --right 2 --left-place even --right-place outer'
    ),
)
def wear(  # each a field
    shoes: Annotated[str, typer.Argument(metavar="SHOES", help="Which pair.")],
    *,
    left: Annotated[
        int,
        typer.Option(help="0 not to be seen, 1 a little, 2 clearly, 3 through the outsole."),
    ],
    right: Annotated[int, typer.Option(help="The same of the right heel.")],
    left_place: Annotated[Place | None, WornPlace] = None,
    right_place: Annotated[Place | None, WornPlace] = None,
    on_date: OnDate = None,
    note: Note = None,
    sure: Sure = False,
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """Write how the heels of a pair of shoes are worn."""
    from evenstride.domain.diary import HeelWear

    looked = HeelWear(
        shoes=shoes,
        on_date=day_given(on_date) or now_here().date(),
        left=left,
        right=right,
        note=note or "",
        **given(
            left_place=left_place and left_place.value,
            right_place=right_place and right_place.value,
        ),
    )
    with opened(library, create=True) as lib:
        write_and_emit(lib, looked, sure=sure, as_json=as_json)


@shoes_app.command(
    "correct",
    no_args_is_help=True,
    epilog=examples("evenstride shoes correct 2026-11-21-heels-ghost-15 --right 1"),
)
def correct_wear(  # each a field
    entry: EntryName,
    *,
    shoes: Annotated[str | None, typer.Option(help="Which pair.", show_default=False)] = None,
    left: Annotated[int | None, typer.Option(help="0 to 3.", show_default=False)] = None,
    right: Annotated[int | None, typer.Option(help="0 to 3.", show_default=False)] = None,
    left_place: Annotated[Place | None, WornPlace] = None,
    right_place: Annotated[Place | None, WornPlace] = None,
    on_date: OnDate = None,
    note: Note = None,
    sure: Sure = False,
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """Correct how heels were written to be worn."""
    from evenstride.domain.diary import HeelWear

    fields = given(
        shoes=shoes,
        left=left,
        right=right,
        left_place=left_place and left_place.value,
        right_place=right_place and right_place.value,
        on_date=day_given(on_date),
        note=note,
    )
    with opened(library) as lib:
        written = lib.entry(HeelWear, entry)
        write_and_emit(
            lib,
            corrected(written, fields),
            sure=sure,
            as_json=as_json,
            entry_id=entry,
            seen=written.version,
        )
