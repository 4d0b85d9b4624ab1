"""The commands of the diary: what hurt, what was done, what an entry said before."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evenstride.cli.diary_options import (
    EntryName,
    Note,
    OnDate,
    Region,
    SideOption,
    SideWord,
    Sure,
    ask_new_words,
    corrected,
    day_given,
    day_of_run,
    given,
    now_here,
    write_and_emit,
)
from evenstride.cli.options import AsJson, LibraryDir, emit, examples, opened
from evenstride.cli.typing import CamberWord, SurfaceWord

if TYPE_CHECKING:
    from datetime import date

    from evenstride.answers import Library

diary_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="What hurts, what was done, how it was: your diary.",
)


class FeelingWord(StrEnum):
    """What is felt."""

    SORENESS = "soreness"
    TIGHTNESS = "tightness"
    PAIN = "pain"


class MomentWord(StrEnum):
    """When it is felt, seen from a run."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"
    NEXT_MORNING = "next-morning"
    OTHER = "other"


Feel = Annotated[
    FeelingWord | None, typer.Option("--feeling", help="What is felt.", show_default=False)
]
Level = Annotated[int | None, typer.Option(help="How much, 0 (gone) to 10.", show_default=False)]
When = Annotated[
    MomentWord | None,
    typer.Option("--when", help="Seen from the run (default: during).", show_default=False),
]
RunName = Annotated[
    str | None,
    typer.Option("--run", help="The run it is about, or last.", show_default=False),
]
Done = Annotated[
    list[str] | None,
    typer.Option(
        "--done",
        help="A routine that was done, like rolling-before; may be repeated.",
        show_default=False,
    ),
]
Cues = Annotated[
    list[str] | None,
    typer.Option("--cue", help="What was tried while running, like run-tall; may be repeated."),
]
Ground = Annotated[
    SurfaceWord | None, typer.Option("--surface", help="What was underfoot.", show_default=False)
]
Slope = Annotated[
    CamberWord | None,
    typer.Option("--camber", help="Which foot stood lower on the road.", show_default=False),
]
Shoes = Annotated[str | None, typer.Option(help="The shoes worn; '' clears.", show_default=False)]
Sat = Annotated[float | None, typer.Option("--sat", help="Hours sat.", show_default=False)]
Slept = Annotated[float | None, typer.Option("--slept", help="Hours slept in the night before.")]


@diary_app.command(
    no_args_is_help=True,
    epilog=examples(
        'evenstride diary add --side right --region "front of the hip" --feeling tightness'
        " --level 4 --run last",
        "evenstride diary add --side left --region knee-front --feeling pain --level 2"
        " --when next-morning",
    ),
)
def add(
    *,
    side: Annotated[SideWord, typer.Option(help="On which side.", show_default=False)],
    region: Annotated[
        str, typer.Option(help='Where, like "front of the hip" or hip-front.', show_default=False)
    ],
    level: Annotated[int, typer.Option(help="How much, 0 (gone) to 10.", show_default=False)],
    feeling: Annotated[FeelingWord, typer.Option(help="What is felt.")] = FeelingWord.SORENESS,
    when: When = None,
    run: RunName = None,
    on_date: OnDate = None,
    note: Note = None,
    sure: Sure = False,
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """Write what is sore, tight or painful, where, and how much.

    Without --run it belongs to the runs of its day. The day is that of the run, or today.
    """
    from evenstride.domain.body import Feeling, Moment, Side
    from evenstride.domain.diary import Complaint

    moment = Moment((when or MomentWord.DURING).replace("-", "_"))
    with opened(library, create=True) as lib:
        day = _day(lib, run, on_date)
        if moment is Moment.NEXT_MORNING and on_date is None and run is not None:
            day += timedelta(days=1)
        complaint = Complaint(
            on_date=day,
            moment=moment,
            feeling=Feeling(feeling),
            region=region,
            side=Side(side),
            level=level,
            run_id=run,
            note=note or "",
        )
        write_and_emit(lib, complaint, sure=sure, as_json=as_json)


@diary_app.command(
    no_args_is_help=True,
    epilog=examples(
        "evenstride diary day --nothing-hurts",
        "evenstride diary day --run last --done rolling-before --cue hips-level --surface road"
        " --camber left-lower",
        "evenstride diary day --sat 9 --slept 7",
    ),
)
def day(
    *,
    nothing_hurts: Annotated[
        bool, typer.Option("--nothing-hurts", help="Nothing is sore, tight or painful.")
    ] = False,
    done: Done = None,
    cue: Cues = None,
    surface: Ground = None,
    camber: Slope = None,
    shoes: Shoes = None,
    sat: Sat = None,
    slept: Slept = None,
    run: RunName = None,
    on_date: OnDate = None,
    note: Note = None,
    sure: Sure = False,
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """Write what was done, tried and worn, and how the day was.

    Routines and cues become tags of the runs of that day (or of --run), surface and camber their
    ground: drivers, comparisons and experiments know of them. What is typed of the run itself goes
    before. `evenstride experiment new --cues` and `evenstride plan exercises` list what is known; a
    word of your own is asked for once.
    """
    from evenstride.domain.diary import Day

    fields = _day_fields(
        done=done,
        cue=cue,
        surface=surface,
        camber=camber,
        shoes=shoes,
        sat=sat,
        slept=slept,
        note=note,
    )
    with opened(library, create=True) as lib:
        said = Day(_day(lib, run, on_date), run, nothing_hurts=nothing_hurts, **fields)
        ask_new_words(lib, said, sure=sure, as_json=as_json)
        write_and_emit(lib, said, sure=sure, as_json=as_json)


@diary_app.command(
    "list",
    epilog=examples("evenstride diary list", "evenstride diary list --since 2026-01-01 --json"),
)
def list_(
    *,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The first day shown.", show_default=False),
    ] = None,
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """List what the diary says, and how complaints moved."""
    from evenstride.answers.body_and_plan.diary import diary

    with opened(library, create=True) as lib:
        answer = diary(lib, since=day_given(since), now=now_here())
    emit(answer, as_json=as_json, leave_out=("timeline", "moved", "ask", "standing", "unread"))


@diary_app.command(
    no_args_is_help=True,
    epilog=examples(
        "evenstride diary correct 2026-11-21-right-hip-front --level 3",
        "evenstride diary correct 2026-11-21-day --slept 7.5 --note ''",
    ),
)
def correct(  # every field of two kinds
    entry: EntryName,
    *,
    side: SideOption = None,
    region: Region = None,
    feeling: Feel = None,
    level: Level = None,
    when: When = None,
    nothing_hurts: Annotated[
        bool | None,
        typer.Option("--nothing-hurts/--something-hurts", help="Whether anything hurts."),
    ] = None,
    done: Done = None,
    cue: Cues = None,
    surface: Ground = None,
    camber: Slope = None,
    shoes: Shoes = None,
    sat: Sat = None,
    slept: Slept = None,
    run: RunName = None,
    on_date: OnDate = None,
    note: Note = None,
    sure: Sure = False,
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """Correct an entry: what is given replaces what it said.

    What it said before stays in its history. Injuries, heel wear and red flags have commands of
    their own.
    """
    from evenstride.answers.body_and_plan.diary import kind_of_entry
    from evenstride.domain.body import Feeling, Moment, Side
    from evenstride.domain.diary import Complaint, Day

    of_both = given(on_date=day_given(on_date), run_id=run, note=note)
    of_complaint = given(
        side=side and Side(side),
        region=region,
        feeling=feeling and Feeling(feeling),
        level=level,
        moment=when and Moment(when.replace("-", "_")),
    )
    of_day = given(nothing_hurts=nothing_hurts) | _day_fields(
        done=done, cue=cue, surface=surface, camber=camber, shoes=shoes, sat=sat, slept=slept
    )
    with opened(library) as lib:
        kind = kind_of_entry(lib, entry)
        if kind not in (Complaint, Day):
            raise typer.BadParameter(f"{entry} is corrected by `{_own_command(kind.__name__)}`.")
        here, there = (of_complaint, of_day) if kind is Complaint else (of_day, of_complaint)
        written: Any = lib.entry(kind, entry)
        value = corrected(written, here | of_both, there)
        if isinstance(value, Day):
            ask_new_words(lib, value, sure=sure, as_json=as_json)
        write_and_emit(lib, value, sure=sure, as_json=as_json, entry_id=entry, seen=written.version)


@diary_app.command(
    no_args_is_help=True, epilog=examples("evenstride diary history 2026-11-21-right-hip-front")
)
def history(entry: EntryName, library: LibraryDir = None, as_json: AsJson = False) -> None:
    """Say what an entry said, version by version."""
    from evenstride.answers.body_and_plan.diary import history as ask

    with opened(library) as lib:
        answer = ask(lib, None, entry, now=now_here())
    emit(answer, as_json=as_json)


@diary_app.command(
    no_args_is_help=True, epilog=examples("evenstride diary delete 2026-11-21-right-hip-front")
)
def delete(
    entry: EntryName,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Delete it without asking.")] = False,
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """Delete an entry of any kind with all its versions, for good.

    Nothing of it stays in the library. Backups and exports made before still hold it.
    """
    from evenstride.answers.body_and_plan.diary import delete as ask

    with opened(library) as lib:
        lib.entry_versions(entry)  # says at once where there is none
        if not yes:
            if not sys.stdin.isatty():
                raise typer.BadParameter("say --yes to delete it.", param_hint="--yes")
            typer.confirm(f"Delete {entry} for good?", abort=True, err=True)
        answer = ask(lib, None, entry, now=now_here())
    emit(answer, as_json=as_json)


def _day(lib: Library, run: str | None, on_date: datetime | None) -> date:
    """Return the day that was named, that of the run, or today."""
    if on_date is not None:
        return on_date.date()
    return now_here().date() if run is None else day_of_run(lib, run)


def _day_fields(  # each a field
    *,
    done: list[str] | None,
    cue: list[str] | None,
    surface: SurfaceWord | None,
    camber: CamberWord | None,
    shoes: str | None,
    sat: float | None,
    slept: float | None,
    note: str | None = None,
) -> dict[str, Any]:
    """Return the fields of a day that were given; `unsaid` and '' take back what was said."""
    from evenstride.domain.ground import Camber, Surface

    fields = given(
        done=None if done is None else tuple(done),
        cues=None if cue is None else tuple(cue),
        sat_h=sat,
        slept_h=slept,
        note=note,
    )
    if surface is not None:
        fields["surface"] = None if surface is SurfaceWord.UNSAID else Surface(surface)
    if camber is not None:
        unsaid = camber is CamberWord.UNSAID
        fields["camber"] = None if unsaid else Camber(camber.replace("-", "_"))
    if shoes is not None:
        fields["shoes"] = shoes or None
    return fields


def _own_command(kind: str) -> str:
    return {
        "Injury": "evenstride injury correct",
        "HeelWear": "evenstride shoes correct",
        "FlagCheck": "evenstride flags resolve",
        "Measured": "evenstride screen record --correct",
    }.get(kind, "evenstride plan")
