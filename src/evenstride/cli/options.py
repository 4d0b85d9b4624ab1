"""What every command shares: its library, its JSON switch, and how an answer leaves the program."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evenstride.answers import Library
    from evenstride.domain.answer import Answer

LibraryDir = Annotated[
    Path | None,
    typer.Option(
        "--library",
        envvar="EVENSTRIDE_LIBRARY",
        help="The library's folder (default: this platform's data folder).",
        show_default=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON and nothing else.")]


def examples(*commands: str) -> str:
    """Lay out examples for the end of a command's help, one a line, not to be wrapped."""
    lines = "\n".join(f"  {command}" for command in commands)
    return f"\b\n{'Example' if len(commands) == 1 else 'Examples'}:\n{lines}"


def default_library() -> Path:
    """Where the library is when nobody says: the platform's folder for user data."""
    from platformdirs import user_data_path

    return user_data_path("evenstride", appauthor=False) / "library"


@contextmanager
def opened(folder: Path | None, *, create: bool = False) -> Iterator[Library]:
    """Open the library for one command and close it after."""
    from evenstride.answers import open_library

    lib = open_library((folder or default_library()).expanduser(), create=create)
    try:
        yield lib
    finally:
        lib.close()


def emit(
    answer: Answer,
    *,
    as_json: bool = False,
    most_rows: int | None = None,
    only_rows: str | None = None,
    leave_out: tuple[str, ...] = (),
) -> None:
    """Print an answer: as JSON whole (or the rows of one table), else drawn for the terminal."""
    if as_json:
        from evenstride.render.as_json import answer_json, rows_json

        if only_rows:
            text = rows_json(answer.tables[only_rows][-(most_rows or 0) :])
        else:
            text = answer_json(answer)
        sys.stdout.write(text + "\n")
        return
    from rich.console import Console

    from evenstride.render.terminal import print_answer

    tables = {name: rows for name, rows in answer.tables.items() if name not in leave_out}
    print_answer(replace(answer, tables=tables), Console(highlight=False), most_rows=most_rows)
