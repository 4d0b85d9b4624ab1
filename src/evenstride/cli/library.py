"""The commands that look after the library itself: check, rebuild, export, backup, prefer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evenstride.cli.options import AsJson, LibraryDir, emit, examples, opened
from evenstride.cli.progress import waiting

library_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Check, rebuild, export or back up the library.",
)


@library_app.command(epilog=examples("evenstride library check"))
def check(library: LibraryDir = None, as_json: AsJson = False) -> None:
    """Verify every hash, row and file."""
    from evenstride.answers import check_library

    with opened(library) as lib, waiting("Checking"):
        answer = check_library(lib)
    emit(answer, as_json=as_json)
    if answer.verdict != "clean":
        raise typer.Exit(1)


@library_app.command(epilog=examples("evenstride library rebuild"))
def rebuild(library: LibraryDir = None, as_json: AsJson = False) -> None:
    """Remake everything that is computed from the raw files. What you typed is kept."""
    from evenstride.answers import rebuild_library
    from evenstride.cli.progress import progress

    with opened(library) as lib, progress("Rebuilding") as report:
        answer = rebuild_library(lib, on_progress=report)
    emit(answer, as_json=as_json)
    if answer.verdict == "damaged":
        raise typer.Exit(1)


@library_app.command(
    no_args_is_help=True, epilog=examples("evenstride library export ~/evenstride-export")
)
def export(
    to: Annotated[Path, typer.Argument(help="A new or empty folder.")],
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """Write everything as open files: CSV, JSON, Parquet, raw."""
    from evenstride.answers import export_library

    with opened(library) as lib, waiting("Exporting"):
        answer = export_library(lib, to.expanduser())
    emit(answer, as_json=as_json)


@library_app.command(
    no_args_is_help=True,
    epilog=examples("evenstride library backup /media/disk/evenstride-2026-11"),
)
def backup(
    to: Annotated[Path, typer.Argument(help="A folder that does not exist yet.")],
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """Copy the whole library, safely even while something writes to it."""
    from evenstride.answers import backup_library

    with opened(library) as lib, waiting("Copying"):
        answer = backup_library(lib, to.expanduser())
    emit(answer, as_json=as_json)


@library_app.command(
    no_args_is_help=True,
    epilog=examples("evenstride library prefer 2026-05-14-0712 3f9a0c12b77d41e0-0"),
)
def prefer(
    run: Annotated[str, typer.Argument(help="A run that two devices recorded.")],
    recording: Annotated[
        str,
        typer.Argument(help="The recording to use, as `show RUN` names it; '' undoes the choice."),
    ],
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """Choose which recording of one run the answers use.

    For all runs at once: `evenstride settings preferred_devices`.
    """
    from evenstride.answers import prefer_recording

    with opened(library) as lib:
        answer = prefer_recording(lib, run, recording)
    emit(answer, as_json=as_json)
