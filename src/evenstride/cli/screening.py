"""The commands of screening: what the tests say, how one is made, what was measured, a sheet."""

from __future__ import annotations

import math
import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from evenstride.cli.options import AsJson, LibraryDir, emit, examples, opened

screen_app = typer.Typer(
    invoke_without_command=True,
    rich_markup_mode=None,
    epilog=examples(
        "evenstride screen",
        "evenstride screen how ankle-lunge",
        "evenstride screen list --json",
    ),
)
TestName = Annotated[
    str, typer.Argument(metavar="TEST", help="As evenstride screen list names it, or its name.")
]
_DAY = ["%Y-%m-%d"]


class Sheet(StrEnum):
    """What a PDF is set for."""

    A4 = "a4"
    LETTER = "letter"


@screen_app.callback()
def screen(context: typer.Context, library: LibraryDir = None, as_json: AsJson = False) -> None:
    """Is one side different? Tests of both, against their errors.

    Also how the typical pattern from ribs to feet stands, and what is worth testing next.
    Screening sets baselines and targets; it does not predict one person's injury.
    """
    if context.invoked_subcommand is not None:
        _refuse_before(context)
        return
    from evenstride.answers.body_and_plan.screening import screen as ask

    with opened(library, create=True) as lib:
        answer = ask(lib, now=_now())
    tested = bool(answer.tables["findings"])
    emit(answer, as_json=as_json, leave_out=("tests",) if tested else ("signs",))


@screen_app.command(
    "list", epilog=examples("evenstride screen list", "evenstride screen list --json")
)
def list_(library: LibraryDir = None, as_json: AsJson = False) -> None:
    """List all tests with how each came out last."""
    from dataclasses import replace

    from evenstride.answers.body_and_plan.screening import screen as ask

    with opened(library, create=True) as lib:
        answer = ask(lib, now=_now())
    if not as_json:
        answer = replace(answer, sentences=(), caveats=answer.caveats[:1])
    emit(answer, as_json=as_json, leave_out=("findings", "signs", "retest"))


@screen_app.command(
    no_args_is_help=True,
    epilog=examples("evenstride screen how ankle-lunge", "evenstride screen how chest-breath"),
)
def how(test: TestName, library: LibraryDir = None, as_json: AsJson = False) -> None:
    """Say how a test is made, how far it can be off, and what it said."""
    from evenstride.answers.body_and_plan.screening import screen_test as ask

    with opened(library, create=True) as lib:
        answer = ask(lib, test, now=_now())
    emit(answer, as_json=as_json)


@screen_app.command(
    no_args_is_help=True,
    epilog=examples(
        "evenstride screen record ankle-lunge --left 38,39,38 --right 44,43,44 --method degrees"
        " --position knee-bent --instrument phone",
        "evenstride screen record heel-raise --left 24 --right 27 --position floor",
        "evenstride screen record chest-breath --method hands --sign right_lower",
    ),
)
def record(
    test: TestName,
    *,
    left: Annotated[
        str | None, typer.Option(help="Trials on the left, like 38,39,38.", show_default=False)
    ] = None,
    right: Annotated[
        str | None, typer.Option(help="Trials on the right.", show_default=False)
    ] = None,
    sign: Annotated[
        str | None,
        typer.Option(help="What was seen, of a test that is looked at.", show_default=False),
    ] = None,
    method: Annotated[
        str, typer.Option(help="Which way of making it, where there are several.")
    ] = "",
    position: Annotated[str, typer.Option(help="Like knee-bent; where the test asks.")] = "",
    instrument: Annotated[str, typer.Option(help="Like phone; where the test asks.")] = "",
    on_date: Annotated[
        datetime | None,
        typer.Option("--date", formats=_DAY, help="The day (default: today).", show_default=False),
    ] = None,
    by: Annotated[str, typer.Option(help="Who measured (default: you).")] = "",
    left_pain: Annotated[
        int | None, typer.Option(help="Pain on the left, 0 to 10.", show_default=False)
    ] = None,
    right_pain: Annotated[
        int | None, typer.Option(help="Pain on the right, 0 to 10.", show_default=False)
    ] = None,
    note: Annotated[str, typer.Option(help="Anything to remember.")] = "",
    correct: Annotated[
        str | None,
        typer.Option(metavar="ENTRY", help="Which entry this corrects.", show_default=False),
    ] = None,
    sure: Annotated[bool, typer.Option("--sure", help="Unlikely values are meant.")] = False,
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """Keep what was measured, or seen, on one day.

    Methods, positions and instruments are never mixed: say the same each time.
    What is unlikely is asked first.
    """
    from evenstride.answers.body_and_plan.screening import record_measured
    from evenstride.domain.diary import Measured
    from evenstride.domain.errors import DoubtError

    now = _now()
    measured = Measured(
        on_date=on_date.date() if on_date else now.date(),
        test=test,
        method=method,
        position=position,
        instrument=instrument,
        by=by,
        left=_trials(left, "--left"),
        right=_trials(right, "--right"),
        sign=sign,
        left_pain=left_pain,
        right_pain=right_pain,
        note=note,
    )
    with opened(library, create=True) as lib:
        seen = 0 if correct is None else lib.entry(Measured, correct).version
        try:
            answer = record_measured(lib, measured, entry_id=correct, seen=seen, sure=sure, now=now)
        except DoubtError as doubt:
            if as_json or not sys.stdin.isatty():
                raise DoubtError(*doubt.doubts, "If it is meant, say so with --sure.") from doubt
            for question in doubt.doubts:
                typer.echo(question, err=True)
            typer.confirm("Keep it as it is?", abort=True, err=True)
            answer = record_measured(lib, measured, entry_id=correct, seen=seen, sure=True, now=now)
    emit(answer, as_json=as_json)


@screen_app.command(
    no_args_is_help=True,
    epilog=examples(
        "evenstride screen sheet --out tests.pdf --blank",
        "evenstride screen sheet --out tests.pdf --paper letter",
    ),
)
def sheet(
    *,
    out: Annotated[
        Path,
        typer.Option(
            "--out", "-o", metavar="FILE", readable=False, help="Where to; it ends in .pdf."
        ),
    ],
    blank: Annotated[bool, typer.Option("--blank", help="Without what was measured.")] = False,
    paper: Annotated[Sheet, typer.Option(help="What it is set for.")] = Sheet.A4,
    library: LibraryDir = None,
) -> None:
    """Write a sheet to print: steps and boxes of every test."""
    from evenstride.answers.body_and_plan.screening_sheet import sheet as ask
    from evenstride.cli.files import writable, write_whole
    from evenstride.render.screening_pdf import screening_pdf

    if out.suffix.lower() != ".pdf":
        raise typer.BadParameter(f"{out.name} must end in .pdf.", param_hint="--out")
    path = writable(out.expanduser())
    with opened(library, create=True) as lib:
        answer = ask(lib, filled=not blank, now=_now())
    write_whole(path, screening_pdf(answer, paper=paper.value))
    typer.echo(f"Wrote {path}")


def _refuse_before(context: typer.Context) -> None:
    """Refuse options before a subcommand: it has its own, and would not see these."""
    for name, option in (("library", "--library"), ("as_json", "--json")):
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            raise typer.BadParameter(
                f"it belongs behind the command: evenstride screen {context.invoked_subcommand} … "
                f"{option}.",
                param_hint=option,
            )


def _now() -> datetime:
    """Return the time by the clock on the wall: its date is the runner's today."""
    return datetime.now().astimezone()


def _trials(text: str | None, option: str) -> tuple[float, ...]:
    """Read `38,39,38`; wrong usage where it is no list of numbers."""
    if text is None:
        return ()
    values = []
    for part in text.split(","):
        try:
            values.append(float(part))
        except ValueError:
            values.append(math.nan)
    if not all(map(math.isfinite, values)):
        raise typer.BadParameter(f"{text} is no list of numbers like 38,39,38.", param_hint=option)
    return tuple(values)
