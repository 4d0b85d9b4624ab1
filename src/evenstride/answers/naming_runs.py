"""Which runs a person means who names several: runs, days, periods, tags."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from evenstride.answers.dates import day_named, local_dates
from evenstride.answers.said_of_runs import said_of_runs
from evenstride.domain.errors import EmptyLibraryError, InputError, UnknownRunError
from evenstride.domain.wording import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evenstride.library import Library

_PERIOD = re.compile(r"(?P<first>[\d-]*)\.\.(?P<last>[\d-]*)")
_TAG = "tag:"


def runs_named(lib: Library, texts: Iterable[str]) -> tuple[str, ...]:
    """Find all the runs that are named.

    Parameters
    ----------
    lib
        The library.
    texts
        Each a run as `Library.resolve` reads it (an id, the start of one, a local date, `last`), a
        period of local days `2026-01-01..2026-03-31`, both included, either end left out for no
        end, or a tag `tag:NAME`, whatever its case.

    Returns
    -------
        Their ids, each once, in the order of naming, those of a period or a tag by their starts.

    Raises
    ------
    EmptyLibraryError
        There are no runs.
    UnknownRunError
        One of the texts names none, or may mean several where it should be one.
    InputError
        A day of a period is none, or it ends before it begins.
    """
    found: dict[str, None] = {}
    for text in texts:
        said = text.strip()
        period = _PERIOD.fullmatch(said)
        if period:
            some = _of_period(lib, said, period["first"], period["last"])
        elif said.casefold().startswith(_TAG):
            some = _of_tag(lib, said[len(_TAG) :].strip())
        else:
            some = [lib.resolve(said)]
        found.update(dict.fromkeys(some))
    return tuple(found)


def _of_period(lib: Library, said: str, first: str, last: str) -> list[str]:
    since, until = day_named(first) or date.min, day_named(last) or date.max
    if until < since:
        raise InputError(f"A period begins before it ends, not {printable(said)}.")
    ids, days = _ids_and_days(lib)
    begin, end = since.isoformat(), until.isoformat()
    found = [run_id for run_id, day in zip(ids, days, strict=True) if begin <= day <= end]
    if not found:
        raise UnknownRunError(
            f"There is no run in {printable(said)}; the runs are from {days[0]} to {days[-1]}."
        )
    return found


def _of_tag(lib: Library, name: str) -> list[str]:
    typed, wanted = said_of_runs(lib), name.casefold()
    ids, _ = _ids_and_days(lib)
    found = [
        run_id
        for run_id in ids
        if run_id in typed and any(tag.casefold() == wanted for tag in typed[run_id].tags)
    ]
    if not found:
        raise UnknownRunError(f"No run has the tag {printable(name)}.")
    return found


def _ids_and_days(lib: Library) -> tuple[list[str], list[str]]:
    frame = lib.runs(())
    if frame.is_empty():
        raise EmptyLibraryError("The library has no runs yet; import some first.")
    return frame["run_id"].to_list(), local_dates(frame)
