"""The commands about what moves a runner: drivers, one run taken apart, two compared, fatigue."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

import typer

from evenstride.cli.options import AsJson, LibraryDir, emit, examples, opened
from evenstride.cli.progress import waiting

DRIVERS_EPILOG = examples("evenstride drivers", "evenstride drivers --json | jq .tables.drivers")
EXPLAIN_EPILOG = examples("evenstride explain last", "evenstride explain 2026-05-14")
COMPARE_EPILOG = examples(
    "evenstride compare 2026-03-01 2026-06-30",
    "evenstride compare tag:old-insoles tag:new-insoles",
    "evenstride compare rest tag:rolled",
    "evenstride compare 2026-01-01..2026-03-31 2026-04-01..2026-06-30",
)
FATIGUE_EPILOG = examples("evenstride fatigue", "evenstride fatigue --runs")

_FEW_MONTHS = 12
_SIDE = (
    "A run as `runs` names it, tag:NAME, `rest` (all runs without the other side's tag), or days "
    "like 2026-01-01..2026-03-31."
)


def drivers(
    library: LibraryDir = None,
    as_json: AsJson = False,
    every: Annotated[
        bool, typer.Option("--all", help="All months of turning, not only the latest.")
    ] = False,
) -> None:
    """Say what moves it: pace, time, slope, bends, shoes and more.

    Each by its size over what is usual for you, with its interval; what your runs
    cannot tell apart is said, with the running that would tell it.
    """
    from evenstride.answers import drivers as ask

    with opened(library) as lib, waiting():
        answer = ask(lib, now=datetime.now(UTC))
    if not (as_json or every):
        months = answer.tables["ground"][-_FEW_MONTHS:]
        answer = replace(answer, tables={**answer.tables, "ground": months})
    emit(answer, as_json=as_json)


def explain(
    run: Annotated[
        str, typer.Argument(help="A run as `runs` names it, its beginning, a date, or `last`.")
    ],
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """Say why a run was off: its balance taken apart.

    Into your level, pace, time, ground, shoes and what is left unexplained: parts
    that add up to the run, each beside what is usual for you.
    """
    from evenstride.answers import explain as ask

    with opened(library) as lib, waiting():
        answer = ask(lib, run, now=datetime.now(UTC))
    emit(answer, as_json=as_json)


def compare(
    a: Annotated[str, typer.Argument(help=_SIDE)],
    b: Annotated[str, typer.Argument(help="The same; what is said is B against A.")],
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """Compare two runs, tags or periods, like for like.

    At the same pace, freshness and ground; beside it the raw difference, and what
    that is made of.
    """
    from evenstride.answers import compare as ask

    with opened(library) as lib, waiting():
        answer = ask(lib, a, b, now=datetime.now(UTC))
    emit(answer, as_json=as_json)


def fatigue(
    library: LibraryDir = None,
    as_json: AsJson = False,
    every: Annotated[bool, typer.Option("--runs", help="List the drift of every run.")] = False,
) -> None:
    """See whether balance holds longer into a run than it used to.

    How far it drifts within each run at the same conditions, and whether that
    has changed over the last 90 days.
    """
    from evenstride.answers import fatigue as ask

    with opened(library) as lib, waiting():
        answer = ask(lib, now=datetime.now(UTC))
    emit(answer, as_json=as_json, leave_out=() if every else ("runs",))
