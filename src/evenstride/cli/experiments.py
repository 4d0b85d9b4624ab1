"""The commands of experiments that are under way: what is next, what was done, what came out."""

from __future__ import annotations

import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evenstride.cli.designing import NEW_EPILOG, new
from evenstride.cli.options import AsJson, LibraryDir, emit, examples, opened
from evenstride.cli.outside import ANALYSE_EPILOG, analyse
from evenstride.cli.progress import waiting

if TYPE_CHECKING:
    from evenstride.domain.answer import Answer

experiment_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Did it work? Experiments on your own running.",
)
experiment_app.command("new", epilog=NEW_EPILOG)(new)

Name = Annotated[
    str | None,
    typer.Argument(
        metavar="[EXPERIMENT]",
        help="Its name, or how it begins (default: the only one).",
        show_default=False,
    ),
]
_NAME_EXAMPLE = "push-off-behind-2026-11"


class Did(StrEnum):
    """What was done of an assignment."""

    AS_ASSIGNED = "as-assigned"
    OTHER = "other"
    SKIPPED = "skipped"


class Sheet(StrEnum):
    """What a PDF is set for."""

    A4 = "a4"
    LETTER = "letter"


@experiment_app.command(
    "next",
    epilog=examples("evenstride experiment next", "evenstride experiment next --ics next.ics"),
)
def next_(
    experiment: Name = None,
    *,
    ics: Annotated[
        Path | None,
        typer.Option(
            "--ics",
            metavar="FILE",
            readable=False,
            help="Also write it as a calendar entry.",
            show_default=False,
        ),
    ] = None,
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """Say what to do in the next run, and nothing beyond it."""
    from evenstride.answers.experiments.assigning import next_assignment
    from evenstride.answers.experiments.naming import experiment_meant
    from evenstride.cli.files import writable, write_whole

    path = writable(ics.expanduser()) if ics else None
    now = _now()
    with opened(library) as lib:
        name = None if experiment is None else experiment_meant(lib, experiment)
        answer = next_assignment(lib, name, now=now)
    if path:
        from evenstride.render.calendar import calendar

        write_whole(path, calendar(answer, now=now).encode())
        typer.echo(f"Wrote {path}", err=as_json)
    emit(answer, as_json=as_json)


@experiment_app.command(
    epilog=examples(
        "evenstride experiment record",
        "evenstride experiment record --run last --yes",
        "evenstride experiment record --did skipped --note 'Ill.'",
        "evenstride experiment record --run last --laps 3,4,5,6 --other-laps 2",
    )
)
def record(
    experiment: Name = None,
    *,
    run: Annotated[
        str | None,
        typer.Option(help="Which run served (default: the likeliest, which you confirm)."),
    ] = None,
    did: Annotated[Did, typer.Option(help="What you did.")] = Did.AS_ASSIGNED,
    laps: Annotated[
        str | None,
        typer.Option(help="Within a run: numbers of the laps that served, like 3,4,5,6."),
    ] = None,
    other_laps: Annotated[
        str | None,
        typer.Option(help="Which of these, from 1, you did the other way, like 2."),
    ] = None,
    rating: Annotated[
        float | None, typer.Option(help="Your rating, 0 to 10, where that is measured.")
    ] = None,
    began: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Of a drawn start: the day you began."),
    ] = None,
    note: Annotated[str, typer.Option(help="Anything to remember.")] = "",
    assignment: Annotated[
        int | None, typer.Option(min=1, help="Correct this one, instead of the open one.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Record it without asking.")] = False,
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """Tie a run to the open assignment, whatever you did.

    Shows first what would be recorded, and asks. A record can be corrected; none is deleted.
    """
    from evenstride.answers.experiments.naming import experiment_meant
    from evenstride.answers.experiments.recording import Said
    from evenstride.answers.experiments.recording import record as ask

    said = Said(
        run=run,
        did=did.value.replace("-", "_"),  # type: ignore[arg-type] # of the same three words
        rating=rating,
        lap_numbers=_numbers(laps, "--laps"),
        other_laps=_numbers(other_laps, "--other-laps"),
        on_date=None if began is None else began.date(),
        note=note,
        position=None if assignment is None else assignment - 1,
    )
    now = _now()
    with opened(library) as lib:
        name = experiment_meant(lib, experiment, only_open=True)
        registration = lib.experiment(name).registration
        within, drawn = (registration.kind == k for k in ("within_run", "randomised_start"))
        for option, value, used in (
            ("--laps", laps, within),
            ("--other-laps", other_laps, within),
            ("--began", began, drawn),
            ("--run", run, not drawn),
            ("--rating", rating, registration.outcome == "rating"),
        ):
            if value is not None and not used:
                raise typer.BadParameter(f"{name} has no use for it.", param_hint=option)
        shown = None if yes else ask(lib, name, said, now=now, confirm=False)
        if shown is not None and not (_asked(shown, as_json=as_json)):
            return
        answer = ask(lib, name, said, now=now)
    emit(answer, as_json=as_json)


@experiment_app.command(
    epilog=examples("evenstride experiment status", f"evenstride experiment status {_NAME_EXAMPLE}")
)
def status(experiment: Name = None, library: LibraryDir = None, as_json: AsJson = False) -> None:
    """Say how far an experiment is, what is next, what deviated."""
    from evenstride.answers.experiments.listing import status as ask
    from evenstride.answers.experiments.naming import experiment_meant

    with opened(library) as lib:
        answer = ask(lib, experiment_meant(lib, experiment), now=_now())
    emit(answer, as_json=as_json)


@experiment_app.command(
    epilog=examples(
        "evenstride experiment result",
        f"evenstride experiment result {_NAME_EXAMPLE} --out result.pdf",
    )
)
def result(
    experiment: Name = None,
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            readable=False,
            help="Also write it as one page to print; the ending is .pdf.",
            show_default=False,
        ),
    ] = None,
    paper: Annotated[Sheet, typer.Option(help="What the PDF is set for.")] = Sheet.A4,
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """Say whether it worked, by the rule registered beforehand.

    It may be looked at after every run: the rule allows for that.
    """
    from evenstride.answers.experiments.naming import experiment_meant
    from evenstride.answers.experiments.result import result as ask
    from evenstride.cli.files import writable, write_whole

    if out and out.suffix.lower() != ".pdf":
        raise typer.BadParameter(f"{out.name} must end in .pdf.", param_hint="--out")
    path = writable(out.expanduser()) if out else None
    with opened(library) as lib, waiting():
        answer = ask(lib, experiment_meant(lib, experiment), now=_now())
    if path:
        from evenstride.render.experiment_pdf import experiment_pdf

        write_whole(path, experiment_pdf(answer, paper=paper.value))
        typer.echo(f"Wrote {path}", err=as_json)
    if as_json or not path:
        emit(answer, as_json=as_json, leave_out=("registered",))


@experiment_app.command("list", epilog=examples("evenstride experiment list"))
def list_(library: LibraryDir = None, as_json: AsJson = False) -> None:
    """List all experiments with what came out."""
    from evenstride.answers.experiments.listing import list_experiments

    with opened(library) as lib:
        answer = list_experiments(lib, now=_now())
    emit(answer, as_json=as_json)


@experiment_app.command(
    epilog=examples("evenstride experiment end --reason 'My knee hurts.'"),
)
def end(
    experiment: Name = None,
    *,
    reason: Annotated[
        str | None, typer.Option(help="Why, in your words.", show_default=False)
    ] = None,
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """End an experiment for good, with a reason; its data stay."""
    from evenstride.answers.experiments.listing import end as ask
    from evenstride.answers.experiments.naming import experiment_meant

    with opened(library) as lib:
        name = experiment_meant(lib, experiment, only_open=True)
        if reason is None:
            if not sys.stdin.isatty():
                raise typer.BadParameter("say why.", param_hint="--reason")
            reason = typer.prompt(f"Why does {name} end", err=True)
        answer = ask(lib, name, reason, now=_now())
    emit(answer, as_json=as_json)


@experiment_app.command(
    epilog=examples(
        f"evenstride experiment export {_NAME_EXAMPLE} --out experiment.json",
        "evenstride experiment analyse experiment.json",
    )
)
def export(
    experiment: Name = None,
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            readable=False,
            help="Where to write it (default: standard output).",
            show_default=False,
        ),
    ] = None,
    library: LibraryDir = None,
) -> None:
    """Write an experiment with its data as one open file.

    `experiment analyse` makes the same numbers of it. The file holds the seed, from which the
    assignments to come can be worked out: do not look before the end.
    """
    from evenstride.answers.experiments.exchange import export_experiment
    from evenstride.answers.experiments.naming import experiment_meant
    from evenstride.cli.files import writable, write_whole

    path = writable(out.expanduser()) if out else None
    with opened(library) as lib:
        text = export_experiment(lib, experiment_meant(lib, experiment), now=_now())
    if path is None:
        sys.stdout.write(text)
        return
    write_whole(path, text.encode())
    typer.echo(f"Wrote {path}")


experiment_app.command("analyse", no_args_is_help=True, epilog=ANALYSE_EPILOG)(analyse)


@experiment_app.command(
    no_args_is_help=True, epilog=examples(f"evenstride experiment delete {_NAME_EXAMPLE}")
)
def delete(
    experiment: Annotated[str, typer.Argument(metavar="EXPERIMENT", help="Its whole name.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Delete it without asking.")] = False,
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """Forget an experiment registered by mistake: ended, never run.

    One that was tried stays, and is counted among all that was tried.
    """
    from evenstride.answers.experiments.listing import delete as ask

    with opened(library) as lib:
        if experiment not in lib.experiment_names():
            lib.experiment(experiment)  # says so, and which is the nearest
        if not yes:
            if not sys.stdin.isatty():
                raise typer.BadParameter("say --yes to delete it.", param_hint="--yes")
            typer.confirm(f"Forget {experiment} for good?", abort=True, err=True)
        answer = ask(lib, experiment)
    emit(answer, as_json=as_json)


def _now() -> datetime:
    """Return the time by the clock on the wall: its date is the runner's today."""
    return datetime.now().astimezone()


def _numbers(text: str | None, option: str) -> tuple[int, ...]:
    """Read `3,4,5`; wrong usage where it is none."""
    if text is None:
        return ()
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdecimal() and len(part) < 5 for part in parts):
        raise typer.BadParameter(f"{text} is no list of numbers like 3,4,5.", param_hint=option)
    return tuple(int(part) for part in parts)


def _asked(shown: Answer, *, as_json: bool) -> bool:
    """Show what would be recorded, and ask where there is somebody to ask."""
    from evenstride.cli.progress import say

    emit(shown, as_json=as_json)
    if as_json:
        return False
    if sys.stdin.isatty():
        return typer.confirm("Record it so?", err=True)
    say("Nothing is recorded yet: say it again with --yes.")
    return False
