"""The commands: their words, options and help. Each opens a library, asks one answer, prints it.

Nothing heavy is imported before a command has understood its arguments, so that help and wrong
words are answered at once.
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evenstride.cli.bodily import BODY_EPILOG, body
from evenstride.cli.diary import diary_app
from evenstride.cli.experiments import experiment_app
from evenstride.cli.flags import flags_app
from evenstride.cli.injuries import injury_app, shoes_app
from evenstride.cli.library import library_app
from evenstride.cli.moving import (
    COMPARE_EPILOG,
    DRIVERS_EPILOG,
    EXPLAIN_EPILOG,
    FATIGUE_EPILOG,
    compare,
    drivers,
    explain,
    fatigue,
)
from evenstride.cli.options import AsJson, LibraryDir, default_library, emit, examples, opened
from evenstride.cli.outside import ASSOCIATIONS_EPILOG, associations
from evenstride.cli.planning import WHY_EPILOG, plan_app, why
from evenstride.cli.progress import waiting
from evenstride.cli.reporting import EPILOG as REPORT_EPILOG
from evenstride.cli.reporting import report
from evenstride.cli.screening import screen_app
from evenstride.cli.serving import EPILOG as SERVE_EPILOG
from evenstride.cli.serving import serve
from evenstride.cli.typing import EDIT_EPILOG, NOTES_EPILOG, edit, notes
from evenstride.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

    from evenstride.domain.answer import Answer

app = typer.Typer(
    name="evenstride",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=(
        "Where a runner's left/right balance really is, and whether it is changing.\n\n"
        "Start with evenstride import ~/my-runs (watch files, folders, or the ZIP of "
        "Garmin's account export), then ask evenstride status and "
        "evenstride trend. No files at hand? evenstride demo shows a "
        "simulated runner's year. Nothing leaves this computer."
    ),
)
app.add_typer(library_app, name="library")
app.add_typer(experiment_app, name="experiment")
app.add_typer(diary_app, name="diary")
app.add_typer(injury_app, name="injury")
app.add_typer(shoes_app, name="shoes")
app.add_typer(flags_app, name="flags")
app.add_typer(plan_app, name="plan")
app.add_typer(screen_app, name="screen")
app.command("report", no_args_is_help=True, epilog=REPORT_EPILOG)(report)


_FEW_RUNS = 20


class Bands(StrEnum):
    """Whose bands to show beside the runner's own normal."""

    OWN = "own"
    GARMIN = "garmin"
    COROS = "coros"


BandsOption = Annotated[
    Bands | None,
    typer.Option(
        "--bands",
        help="Also show a vendor's bands, labelled as that vendor's (default: as you set).",
        show_default=False,
    ),
]


@app.command(
    "import",
    no_args_is_help=True,
    epilog=examples(
        "evenstride import ~/Downloads/garmin-export.zip",
        "evenstride import /media/GARMIN/Activity run.fit more.fit.gz",
    ),
)
def import_(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH...", readable=False, help="Watch files, folders, .zip or .gz."
        ),
    ],
    library: LibraryDir = None,
    as_json: AsJson = False,
    workers: Annotated[
        int | None,
        typer.Option(
            min=1, max=64, help="Processes, this one included; as many as useful by default."
        ),
    ] = None,
) -> None:
    """Read watch files into the library. The same file twice is no harm.

    Folders are searched, ZIPs opened, ZIPs inside ZIPs too; one bad file never stops the rest.
    """
    from evenstride.answers import import_files
    from evenstride.cli.progress import progress

    with opened(library, create=True) as lib, progress("Importing") as report:
        answer = import_files(lib, paths, workers=workers, on_progress=report)
    emit(answer, as_json=as_json, most_rows=20)


@app.command(epilog=examples("evenstride status", "evenstride status --bands garmin"))
def status(
    library: LibraryDir = None,
    as_json: AsJson = False,
    bands: BandsOption = None,
) -> None:
    """Where am I? Balance now, contact and flight time, what next.

    Each with its interval, and in words that name the side.
    """
    from evenstride.answers import status as ask

    with opened(library) as lib, waiting():
        answer = ask(lib, bands=bands.value if bands else None, now=datetime.now().astimezone())
    emit(answer, as_json=as_json)


@app.command(
    epilog=examples(
        "evenstride trend",
        "evenstride trend --window 30",
        "evenstride trend --changes",
        "evenstride trend --json | jq .verdict",
    )
)
def trend(
    *,
    library: LibraryDir = None,
    as_json: AsJson = False,
    bands: BandsOption = None,
    window: Annotated[
        float, typer.Option(min=14, max=3650, help="Days back that 'now' is compared with.")
    ] = 90.0,
    every: Annotated[
        bool, typer.Option("--runs", help="List every run beside the level of its day.")
    ] = False,
    changes: Annotated[
        bool, typer.Option("--changes", help="When it changed suddenly: known dates, and others.")
    ] = False,
) -> None:
    """Is it changing? The level through your runs, with a verdict.

    The verdict asks for strong evidence: you may look after every run.
    """
    from evenstride.answers import trend as ask

    with opened(library) as lib, waiting():
        answer = ask(
            lib,
            bands=bands.value if bands else None,
            window_days=window,
            changes=changes,
            now=datetime.now(UTC),
        )
    emit(answer, as_json=as_json, leave_out=("numbers",) if every else ("runs", "numbers"))


@app.command(
    epilog=examples(
        "evenstride runs",
        "evenstride runs -n 50",
        "evenstride runs --since 2026-01-01 --tag hills --sort balance",
        "evenstride runs --json",
    )
)
def runs(
    *,
    library: LibraryDir = None,
    as_json: AsJson = False,
    text: Annotated[
        str | None, typer.Option(help="Words in title, notes, tags, shoes, sensor, device, date.")
    ] = None,
    tag: Annotated[str | None, typer.Option(help="Only runs with this tag.")] = None,
    sensor: Annotated[str | None, typer.Option(help="Only runs of this sensor.")] = None,
    since: Annotated[str | None, typer.Option(help="First day, like 2026-05-14.")] = None,
    until: Annotated[str | None, typer.Option(help="Last day.")] = None,
    least: Annotated[float | None, typer.Option(min=0, help="Least distance [km].")] = None,
    most: Annotated[float | None, typer.Option(min=0, help="Greatest distance [km].")] = None,
    sort: Annotated[
        str, typer.Option(help="date, balance, distance_m or another column of --json.")
    ] = "date",
    descending: Annotated[bool, typer.Option("--descending", help="The greatest first.")] = False,
    every: Annotated[bool, typer.Option("--all", help="All runs, not only the latest.")] = False,
    count: Annotated[
        int | None,
        typer.Option("--count", "-n", min=1, help="How many of them (20, all in JSON)."),
    ] = None,
) -> None:
    """List the runs with their measures, the latest last.

    Sorted otherwise, the first rows are shown; runs without a value come last.
    """
    from evenstride.answers import runs as ask

    with opened(library) as lib:
        answer = ask(
            lib,
            text=text,
            tag=tag,
            sensor=sensor,
            since=since,
            until=until,
            least_m=None if least is None else least * 1e3,
            most_m=None if most is None else most * 1e3,
            sort=sort,
            descending=descending,
        )
    few = None if every else _FEW_RUNS if count is None and not as_json else count
    if few is not None and (descending or sort != "date"):
        answer, few = _first_rows(answer, few), None
    emit(answer, as_json=as_json, most_rows=few, only_rows="runs")


def _first_rows(answer: Answer, most: int) -> Answer:
    """Keep the first of the runs, and say how many follow."""
    rows = answer.tables["runs"]
    more = len(rows) - most
    said = (*answer.caveats, f"{more:,} more follow: --all shows them.") if more > 0 else ()
    return replace(answer, tables={"runs": rows[:most]}, caveats=said)


@app.command(
    no_args_is_help=True, epilog=examples("evenstride show last", "evenstride show 2026-05-14")
)
def show(
    run: Annotated[
        str, typer.Argument(help="A run as `runs` names it, its beginning, a date, or `last`.")
    ],
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """Show one run: laps, both sides, drift, what was left out."""
    from evenstride.answers import show as ask

    with opened(library) as lib:
        answer = ask(lib, run)
    emit(answer, as_json=as_json)


app.command("drivers", epilog=DRIVERS_EPILOG)(drivers)
app.command("explain", no_args_is_help=True, epilog=EXPLAIN_EPILOG)(explain)
app.command("compare", no_args_is_help=True, epilog=COMPARE_EPILOG)(compare)
app.command("fatigue", epilog=FATIGUE_EPILOG)(fatigue)
app.command("associations", epilog=ASSOCIATIONS_EPILOG)(associations)
app.command("edit", no_args_is_help=True, epilog=EDIT_EPILOG)(edit)
app.command("notes", epilog=NOTES_EPILOG)(notes)
app.command("why", epilog=WHY_EPILOG)(why)
app.command("body", epilog=BODY_EPILOG)(body)


@app.command(
    epilog=examples(
        "evenstride settings",
        "evenstride settings height_m 1.75",
        "evenstride settings units mi",
        "evenstride settings reference_pace_s_km 5:30",
        "evenstride settings camber_habit facing_traffic",
        'evenstride settings preferred_devices "HRM-Pro,Running Dynamics Pod"',
    )
)
def settings(
    name: Annotated[
        str | None, typer.Argument(help="One of those that `evenstride settings` lists.")
    ] = None,
    value: Annotated[str | None, typer.Argument(help="Its new value; '' forgets it.")] = None,
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """See or set units, bands, mass, side of the road, devices."""
    from evenstride.answers import settings as ask

    with opened(library, create=True) as lib:
        answer = ask(lib, name, value)
    emit(answer, as_json=as_json)


app.command("serve", epilog=SERVE_EPILOG)(serve)


@app.command(epilog=examples("evenstride demo", "evenstride demo ~/Downloads/garmin-export.zip"))
def demo(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            readable=False, help="Your own files, folder or ZIP, in place of the simulated runner."
        ),
    ] = None,
    at: Annotated[
        Path | None,
        typer.Option("--at", help="Folder for the demo; made anew each time.", show_default=False),
    ] = None,
) -> None:
    """See import, status, runs and trend on a simulated year.

    Or on your own files. The demo has a library of its own, made anew each time;
    yours is never touched.
    """
    from evenstride import answers
    from evenstride.cli.progress import progress, say
    from evenstride.domain.errors import EvenstrideError

    folder = at if at is not None else default_library().with_name("demo")
    own = [p.expanduser() for p in files or []]
    library_dir, fresh = answers.demo_folder(folder)
    if not own:
        today = datetime.now(UTC).date()
        with progress("Simulating a runner's year") as report:
            own = [answers.write_demo_year(fresh, until=today, on_progress=report)]
    with opened(library_dir, create=True) as lib:
        with progress("Importing") as report:
            imported = answers.import_files(lib, own, workers=None, on_progress=report)
        now = datetime.now(UTC)
        questions: dict[str, Callable[[], Answer]] = {
            "import": lambda: imported,
            "status": lambda: answers.status(lib, now=now),
            "runs": lambda: answers.runs(lib),
            "trend": lambda: answers.trend(lib, now=now),
        }
        for command, ask in questions.items():
            say(f"\n$ evenstride {command}")
            try:
                emit(
                    ask(), most_rows=12, leave_out=("runs", "numbers") if command == "trend" else ()
                )
            except EvenstrideError as error:  # what can still be shown is shown
                say(str(error))
    say(f"\nTo ask more of this library: {_program()} show last --library {library_dir}")


def _program() -> str:
    """Name this program as it can be typed here."""
    started_as = Path(sys.argv[0])
    found = shutil.which("evenstride")
    return "evenstride" if found and Path(found) == started_as else str(started_as)


class Question(StrEnum):
    """The answers with a published schema."""

    STATUS = "status"
    TREND = "trend"
    RUNS = "runs"
    SHOW = "show"
    REPORT = "report"
    IMPORT = "import"
    SETTINGS = "settings"
    LIBRARY = "library"
    ANNOTATE = "annotate"
    EDIT = "edit"
    NOTES = "notes"
    DRIVERS = "drivers"
    EXPLAIN = "explain"
    COMPARE = "compare"
    FATIGUE = "fatigue"
    ASSOCIATIONS = "associations"
    EXPERIMENT_NEW = "experiment_new"
    EXPERIMENT_NEXT = "experiment_next"
    EXPERIMENT_RECORD = "experiment_record"
    EXPERIMENT_STATUS = "experiment_status"
    EXPERIMENT_RESULT = "experiment_result"
    EXPERIMENT_LIST = "experiment_list"
    EXPERIMENT_END = "experiment_end"
    EXPERIMENT_DELETE = "experiment_delete"
    EXPERIMENT_ANALYSE = "experiment_analyse"
    DIARY = "diary"
    DIARY_WRITE = "diary_write"
    DIARY_DELETE = "diary_delete"
    DIARY_HISTORY = "diary_history"
    INJURY = "injury"
    SHOES = "shoes"
    FLAGS = "flags"
    SCREEN = "screen"
    SCREEN_TEST = "screen_test"
    SCREEN_RECORD = "screen_record"
    SCREEN_SHEET = "screen_sheet"
    BODY = "body"
    WHY = "why"
    PLAN = "plan"
    EXERCISES = "exercises"


@app.command(no_args_is_help=True, epilog=examples("evenstride schema trend"))
def schema(
    question: Annotated[Question, typer.Argument(help="Whose JSON to describe.")],
) -> None:
    """Print the JSON Schema of what a command's --json prints."""
    from evenstride.answers import schema_json

    typer.echo(schema_json(question.value))


def _version(wanted: bool) -> None:  # noqa: FBT001
    if wanted:
        typer.echo(f"evenstride {VERSION}")
        raise typer.Exit


@app.callback()
def _root(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    pass
