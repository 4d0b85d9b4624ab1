"""The commands about data that no experiment here has made: pairs from outside, and tags."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evenstride.cli.options import AsJson, LibraryDir, emit, examples, opened
from evenstride.cli.progress import waiting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ANALYSE_EPILOG = examples(
    "evenstride experiment analyse pairs.csv",
    "evenstride experiment analyse pairs.csv --treatment insoles --unit ms --smallest-effect 3",
    "evenstride experiment analyse my-experiment.json --json",
)
ASSOCIATIONS_EPILOG = examples("evenstride associations")
_MANY_TRIALS, _MANY_PAIRS = 20, 40


def analyse(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            readable=False,
            help="A CSV with the columns pair, condition, value (and trial, where there are "
            "several), or what experiment export wrote.",
        ),
    ],
    *,
    treatment: Annotated[
        str | None,
        typer.Option(
            help="Which condition is the treatment (default: the later in the alphabet).",
            show_default=False,
        ),
    ] = None,
    unit: Annotated[str | None, typer.Option(help="Of the values (default: pp).")] = None,
    smallest_effect: Annotated[
        float | None,
        typer.Option(help="The smallest effect that matters (default: 0.3 for pp, else none)."),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="All trials and all pairs, not only some.")
    ] = False,
    library: LibraryDir = None,  # noqa: ARG001 # every command takes it; this one needs none
    as_json: AsJson = False,
) -> None:
    """Judge paired data from outside, or an exported experiment.

    By the same rule as experiments here: effect = treatment - control. Pairs count in the order of
    their numbers, else of their lines. With a column trial each trial is judged by itself, in
    order, and --json prints a list; what is wrong with any of them is said before one is judged.
    """
    from evenstride.answers.experiments.analysing import summary
    from evenstride.answers.experiments.analysing_files import analyse_file
    from evenstride.domain.answer import Answer

    with _told("Analysing") as told:
        found = analyse_file(
            file.expanduser(),
            treatment=treatment,
            unit=unit,
            smallest_effect=smallest_effect,
            on_progress=told,
        )
    if isinstance(found, Answer):
        most = None if every else _MANY_PAIRS
        emit(found, as_json=as_json, leave_out=("trials",), most_rows=most)
    elif as_json:
        from evenstride.render.as_json import answers_json

        sys.stdout.write(answers_json(found) + "\n")
    else:
        emit(summary(found, most=None if every else _MANY_TRIALS))


def associations(library: LibraryDir = None, as_json: AsJson = False) -> None:
    """See what goes along with your tags: no experiment, and said so.

    Adjusted for pace, time and ground, with intervals that count how many tags
    were looked at; each can be made an experiment.
    """
    from evenstride.answers.experiments.associations import associations as ask

    with opened(library) as lib, waiting():
        answer = ask(lib, now=datetime.now(UTC))
    emit(answer, as_json=as_json)


@contextmanager
def _told(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show progress in trials once it has taken a second; nothing before."""
    import time

    from evenstride.cli.progress import say

    last = time.monotonic()

    def show(done: int, total: int) -> None:
        nonlocal last
        if done < total and time.monotonic() - last >= 1.0:
            last = time.monotonic()
            say(f"{what}: {done:,} of {total:,} trials ...")

    yield show
