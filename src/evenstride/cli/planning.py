"""The commands `why` and `plan`: where it might come from, and what to do."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evenstride.cli.options import AsJson, LibraryDir, emit, examples, opened
from evenstride.cli.progress import waiting
from evenstride.cli.session_options import items_done

if TYPE_CHECKING:
    from evenstride.domain.answer import Answer


plan_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="What should I do? Twelve weeks from tests and diary.",
)
WHY_EPILOG = examples("evenstride why", "evenstride why --json | jq .tables.next")
_DAY = ["%Y-%m-%d"]
_PAGES_ONLY = ("sessions", "voices", "logged", "wish")


class Sheet(StrEnum):
    """What a PDF is set for."""

    A4 = "a4"
    LETTER = "letter"


def why(library: LibraryDir = None, as_json: AsJson = False) -> None:
    """Where might it come from? Sources, for and against.

    The last row is the one test or experiment that would tell most next.

    No diagnosis; it works without a balance sensor, and without a watch.
    """
    from evenstride.answers.body_and_plan.where_from import why as ask

    with opened(library, create=True) as lib, waiting():
        answer = ask(lib, now=_now())
    emit(answer, as_json=as_json)


@plan_app.command(
    "new",
    epilog=examples(
        "evenstride plan new --days mon,wed,sat --with roller,band",
        "evenstride plan new --days tue,fri --sessions 2 --goal less_sore --yes",
        "evenstride plan new --list",
    ),
)
def new(
    *,
    days: Annotated[str, typer.Option(help="Free days, like mon,wed,sat.")] = "mon,wed,sat",
    sessions: Annotated[int | None, typer.Option(help="Sessions a week, 2 or 3.")] = None,
    minutes: Annotated[int, typer.Option(help="How long one may take.")] = 30,
    goal: Annotated[
        list[str] | None, typer.Option(help="What for; may be named again (--list).")
    ] = None,
    equipment: Annotated[
        str, typer.Option("--with", help="What you have, like roller,band,ball.")
    ] = "",
    not_with: Annotated[
        str, typer.Option("--not-with", help="What rules things out, like hernia,varices.")
    ] = "",
    first: Annotated[
        datetime | None, typer.Option(formats=_DAY, help="The first day (default: today).")
    ] = None,
    listing: Annotated[
        bool, typer.Option("--list", help="List goals, equipment and conditions, and leave.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Begin it without asking.")] = False,
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """Show a plan for twelve weeks, and begin it when you say so.

    Your tests choose the sides, never balance; soreness chooses what is left out.
    """
    from evenstride.answers.body_and_plan.planning import begin_plan, propose_plan
    from evenstride.domain.exercise import Wish

    if listing:
        _list_wishes(as_json=as_json)
        return
    now = _now()
    free = [day.lower() for day in _names(days)]
    wish = Wish(
        first_date=first.date() if first else now.date(),
        days=tuple(free),  # type: ignore[arg-type] # checked by the answer
        sessions_per_week=sessions if sessions is not None else min(max(len(free), 2), 3),
        minutes=minutes,
        goals=tuple(goal or ("stronger",)),
        equipment=tuple(_names(equipment)),
        conditions=tuple(_names(not_with)),
    )
    with opened(library, create=True) as lib:
        answer = propose_plan(lib, wish, now=now)
        if answer.verdict == "stopped":
            _print(answer, as_json=as_json)
            if yes:  # it was asked for, and is not done
                raise typer.Exit(1)
        elif yes:
            _print(begin_plan(lib, wish, now=now), as_json=as_json)
        else:
            _print(answer, as_json=as_json)
            if not as_json and _wanted():
                _print(begin_plan(lib, wish, now=now), as_json=False)
            elif not as_json:
                typer.echo("Nothing is begun: --yes begins this plan.", err=True)


def _list_wishes(*, as_json: bool) -> None:
    """Print what a plan can be asked for; as JSON a row each, with its option."""
    from evenstride.domain.exercise import CONDITIONS, EQUIPMENT, GOALS
    from evenstride.render.as_json import rows_json

    lists = (
        ("Goals", "--goal", GOALS),
        ("Equipment", "--with", EQUIPMENT),
        ("Conditions", "--not-with", CONDITIONS),
    )
    if as_json:
        rows = [
            {"option": option, "name": name, "words": words}
            for _, option, known in lists
            for name, words in known.items()
        ]
        sys.stdout.write(rows_json(rows) + "\n")
        return
    for head, option, known in lists:
        typer.echo(f"{head} ({option})")
        for name, words in known.items():
            typer.echo(f"  {name:<20} {words}")


def _wanted() -> bool:
    """Ask whoever sits at a terminal; nobody else begins a plan by accident."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    return typer.confirm("Begin this plan?", default=False)


@plan_app.command(
    epilog=examples(
        "evenstride plan show", "evenstride plan show --all", "evenstride plan show --json"
    )
)
def show(
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Also all sessions, the log, and who disagrees.")
    ] = False,
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """Show the plan as it stands, and what is next."""
    from evenstride.answers.body_and_plan.planning import plan

    with opened(library, create=True) as lib:
        answer = plan(lib, now=_now())
    _print(answer, as_json=as_json, everything=everything)


@plan_app.command("next", epilog=examples("evenstride plan next", "evenstride plan next --json"))
def next_(library: LibraryDir = None, as_json: AsJson = False) -> None:
    """Say what to do in the next session."""
    from evenstride.answers.body_and_plan.planning import plan

    with opened(library, create=True) as lib:
        answer = plan(lib, now=_now())
    if not as_json:
        tables = {
            name: rows
            for name, rows in answer.tables.items()
            if name in ("next", "items", "stopped", "sessions")
        }
        answer = replace(answer, sentences=(), tables=tables, sources=())
    _print(answer, as_json=as_json, how=True)


@plan_app.command(
    epilog=examples(
        "evenstride plan log",
        "evenstride plan log --missed",
        "evenstride plan log --did step-up:3x10/10@8 --pain step-up:2",
        "evenstride plan log --session w03-2 --date 2026-11-18 --missed",
    )
)
def log(
    *,
    session: Annotated[
        str | None, typer.Option(help="Which, like w03-2 (default: the next one).")
    ] = None,
    missed: Annotated[bool, typer.Option("--missed", help="It was not done.")] = False,
    did: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME:SETSxLEFT/RIGHT[@KG]",
            help="What was done of one exercise, where not as planned; may be named again.",
        ),
    ] = None,
    pain: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME:NOW[/NEXT]",
            help="Pain during it and on the next morning, 0 to 10; may be named again.",
        ),
    ] = None,
    left_out: Annotated[
        list[str] | None, typer.Option(help="An exercise that was left out.")
    ] = None,
    on: Annotated[
        datetime | None, typer.Option("--date", formats=_DAY, help="The day (default: today).")
    ] = None,
    note: Annotated[str, typer.Option(help="Anything to remember.")] = "",
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """Log a session as done or missed; the next one adapts.

    What is not named counts as done as planned. Logged again, it is corrected: name it then, as
    well as to log it before its day.
    """
    from evenstride.answers.body_and_plan.session_log import log_session

    if missed and (did or pain or left_out):
        raise typer.BadParameter(
            "of a missed session nothing was done.", param_hint="--did, --pain, --left-out"
        )
    with opened(library, create=True) as lib:
        answer = log_session(
            lib,
            session,
            "missed" if missed else "done",
            items=items_done(did or [], pain or [], left_out or []),
            on_date=on.date() if on else None,
            note=note,
            now=_now(),
        )
    _print(answer, as_json=as_json)


@plan_app.command(epilog=examples("evenstride plan end --reason 'Race season.'"))
def end(
    reason: Annotated[str, typer.Option(help="Why.")],
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """End the running plan; what was done of it stays."""
    from evenstride.answers.body_and_plan.planning import end_plan

    with opened(library, create=True) as lib:
        answer = end_plan(lib, reason, now=_now())
    emit(answer, as_json=as_json)


@plan_app.command(epilog=examples("evenstride plan ics --out plan.ics"))
def ics(
    out: Annotated[Path, typer.Option(metavar="FILE", readable=False, help="Where to write.")],
    library: LibraryDir = None,
) -> None:
    """Write the sessions as a calendar.

    Told again, it moves entries instead of doubling them.
    """
    from evenstride.answers.body_and_plan.planning import plan_dates
    from evenstride.cli.files import writable, write_whole
    from evenstride.render.plan_calendar import plan_calendar

    path, now = writable(out.expanduser()), _now()
    with opened(library, create=True) as lib:
        answer = plan_dates(lib, now=now)
    write_whole(path, plan_calendar(answer, now=now).encode())
    typer.echo(f"Wrote {path}", err=True)


@plan_app.command(epilog=examples("evenstride plan pdf --out plan.pdf --paper letter"))
def pdf(
    out: Annotated[Path, typer.Option(metavar="FILE", readable=False, help="Where to write.")],
    paper: Annotated[Sheet, typer.Option(help="What it is set for.")] = Sheet.A4,
    library: LibraryDir = None,
) -> None:
    """Write the plan as a PDF to print.

    The next sessions with drawings, and the twelve weeks.
    """
    from evenstride.answers.body_and_plan.planning import plan
    from evenstride.cli.files import writable, write_whole
    from evenstride.render.plan_pdf import plan_pdf

    path = writable(out.expanduser())
    with opened(library, create=True) as lib:
        answer = plan(lib, now=_now())
    write_whole(path, plan_pdf(answer, paper=paper.value))
    typer.echo(f"Wrote {path}", err=True)


@plan_app.command(
    epilog=examples("evenstride plan exercises", "evenstride plan exercises dead-bug")
)
def exercises(
    name: Annotated[
        str | None, typer.Argument(help="One of them (default: all).", show_default=False)
    ] = None,
    library: LibraryDir = None,  # noqa: ARG001 # every command takes it; the catalogue has none
    as_json: AsJson = False,
) -> None:
    """List the catalogue, or show one exercise.

    How to do it, which side, how much, and what is known of it.
    """
    from evenstride.answers.body_and_plan.catalogue import exercises as ask

    emit(ask(name), as_json=as_json)


def _tests_first(answer: Answer) -> tuple[str, ...]:
    """Say which tests the next session begins with; empty without any."""
    following = {row["session_id"] for row in answer.tables.get("next", ())}
    sessions = answer.tables.get("sessions", ())
    rows = (row for row in sessions if row["session_id"] in following and row["test_again"])
    return tuple(str(row["test_again"]) for row in rows)


def _print(answer: Answer, *, as_json: bool, everything: bool = False, how: bool = False) -> None:
    """Print a plan: of its sessions the exercises of the next one, unless all are wanted.

    With `how` also how each is done.
    """
    if as_json:
        emit(answer, as_json=True)
        return
    following = {row["session_id"] for row in answer.tables.get("next", ())}
    items = tuple(
        row if how else {**row, "how": ()}
        for row in answer.tables.get("items", ())
        if row["session_id"] in following
    )
    said = (*_tests_first(answer), *answer.sentences)
    shown = replace(answer, sentences=said, tables={**answer.tables, "items": items})
    emit(shown, leave_out=() if everything else _PAGES_ONLY)


def _names(text: str) -> list[str]:
    return [part.strip() for part in text.replace(",", " ").split() if part.strip()]


def _now() -> datetime:
    return datetime.now().astimezone()
