"""The command `body`: which side complains, and whether that goes along with the runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated

import typer

from evenstride.cli.options import AsJson, LibraryDir, emit, examples, opened
from evenstride.cli.progress import waiting

BODY_EPILOG = examples("evenstride body", "evenstride body --all")


def body(
    library: LibraryDir = None,
    as_json: AsJson = False,
    every: Annotated[
        bool, typer.Option("--all", help="List all that was looked at, not only what stands.")
    ] = False,
) -> None:
    """Say what the body says: which side complains, and with what.

    Complaints beside balance, contact time and load, up to three days before and
    after; all that is looked at is counted. It works without a balance sensor,
    and without a watch.
    """
    from evenstride.answers.body_and_plan.says import body as ask

    with opened(library, create=True) as lib, waiting():
        answer = ask(lib, now=datetime.now().astimezone())
    if not (as_json or every):
        stands = tuple(row for row in answer.tables["associations"] if row["stands"])
        answer = replace(answer, tables={**answer.tables, "associations": stands})
    emit(answer, as_json=as_json)
