"""What the commands of the diary share: words, days, and asking where something is unlikely."""

from __future__ import annotations

import sys
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evenstride.cli.options import emit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evenstride.answers import Library
    from evenstride.domain.answer import Answer
    from evenstride.domain.diary import Day, Entry, Written

_DAY = ["%Y-%m-%d"]
_OPTIONS = {"moment": "--when", "cues": "--cue", "sat_h": "--sat", "slept_h": "--slept"}
"""Options that are not called as the fields of an entry."""


class SideWord(StrEnum):
    """A side; the middle only of what lies across."""

    LEFT = "left"
    RIGHT = "right"
    MIDDLE = "middle"


Region = Annotated[
    str | None,
    typer.Option(help='Where, like "front of the hip" or hip-front.', show_default=False),
]
SideOption = Annotated[
    SideWord | None, typer.Option("--side", help="On which side.", show_default=False)
]
Note = Annotated[str | None, typer.Option(help="Anything to remember; '' clears it.")]
OnDate = Annotated[
    datetime | None,
    typer.Option("--date", formats=_DAY, help="The day (default: today).", show_default=False),
]
Sure = Annotated[bool, typer.Option("--sure", help="What is unlikely is meant.")]
EntryName = Annotated[
    str, typer.Argument(metavar="ID", help="An entry as evenstride diary list names it.")
]


def now_here() -> datetime:
    """Return the time by the clock on the wall: its date is the runner's today."""
    return datetime.now().astimezone()


def day_of_run(lib: Library, run: str) -> date:
    """Return the local day of a run that is named as `Library.resolve` reads it."""
    from evenstride.answers.provenance import local

    found = lib.run(lib.resolve(run)).chosen.run
    return local(found.started_at_utc, found.utc_offset_s).date()


def given(**values: Any) -> dict[str, Any]:  # noqa: ANN401 # fields of any kind of entry
    """Return the fields that were given on the command line."""
    return {name: value for name, value in values.items() if value is not None}


def day_given(on_date: datetime | None) -> date | None:
    """Return the day that was given; None where none was."""
    return None if on_date is None else on_date.date()


def corrected(
    entry: Written[Any], fields: Mapping[str, Any], others: Mapping[str, Any] = {}
) -> Any:  # noqa: ANN401 # of the same kind
    """Return what an entry says with other fields.

    Raises
    ------
    typer.BadParameter
        Nothing was given, or something that such an entry does not have (`others`).
    """
    from dataclasses import replace

    if others:
        words = ", ".join(_OPTIONS.get(name, f"--{name.replace('_', '-')}") for name in others)
        raise typer.BadParameter(f"{entry.entry_id} has nothing to say of {words}.")
    if not fields:
        raise typer.BadParameter("Say what is to be corrected.")
    return replace(entry.value, **fields)


def write_and_emit(  # each a fact of its own
    lib: Library,
    value: Entry,
    *,
    sure: bool,
    as_json: bool,
    entry_id: str | None = None,
    seen: int = 0,
) -> None:
    """Write one entry, asking about what is unlikely where somebody is there to answer.

    Raises
    ------
    DoubtError
        Something is unlikely, nobody is sure, and nobody can be asked.
    """
    from evenstride.answers.body_and_plan.diary import Say, write
    from evenstride.domain.errors import DoubtError

    now, items = now_here(), (Say(value, entry_id, seen),)
    try:
        answer = write(lib, items, sure=sure, now=now)
    except DoubtError as doubt:
        _confirm(doubt.doubts, as_json=as_json)
        answer = write(lib, items, sure=True, now=now)
    emit_written(answer, as_json=as_json)


def ask_new_words(lib: Library, day: Day, *, sure: bool, as_json: bool) -> None:
    """Ask about routines and cues that nobody knows: a page lists what is known, a terminal not.

    What may be a slip of something known is asked where it is written.

    Raises
    ------
    DoubtError
        There are some, nobody is sure, and nobody can be asked.
    """
    from evenstride.answers.body_and_plan.routines_named import strange_words
    from evenstride.domain.wording import printable

    words = () if sure else strange_words(lib, day)
    doubts = [
        f"“{printable(word)}” is no routine or cue that is known – is it a word of your own?"
        for word in words
    ]
    if doubts:
        _confirm(doubts, as_json=as_json)


def _confirm(doubts: Sequence[str], *, as_json: bool) -> None:
    """Ask whether what is unlikely is meant; refuse it where nobody is there to answer."""
    from evenstride.domain.errors import DoubtError

    if as_json or not sys.stdin.isatty():
        raise DoubtError(*doubts, "If it is meant, say so with --sure.")
    for question in doubts:
        typer.echo(question, err=True)
    typer.confirm("Keep it as it is?", abort=True, err=True)


def emit_written(answer: Answer, *, as_json: bool) -> None:
    """Print what was written; questions that are due are said in a sentence."""
    emit(answer, as_json=as_json, leave_out=("ask",))
