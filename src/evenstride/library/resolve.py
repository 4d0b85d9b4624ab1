"""Decides what a person means who names a run: its id, the start of it, a local date, or `last`."""

from __future__ import annotations

import difflib
import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from evenstride.domain.errors import EmptyLibraryError, UnknownRunError

if TYPE_CHECKING:
    from collections.abc import Sequence

_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_SHOWN = 5


def resolve(text: str, runs: Sequence[tuple[str, datetime, int | None]]) -> str:
    """Find the one run that `text` means.

    Parameters
    ----------
    text
        A run id, the start of one, a local date (`2025-03-09`), or `last`.
    runs
        Id, start (aware) and local offset [s] of every run, in the order of their starts.

    Raises
    ------
    EmptyLibraryError
        There are no runs.
    UnknownRunError
        None is meant, or several; the message names the nearest.
    """
    if not runs:
        raise EmptyLibraryError("The library has no runs yet; import some first.")
    said = text.strip()
    wanted = said.casefold()
    if wanted in ("last", "latest"):
        return runs[-1][0]
    ids = [run_id for run_id, _, _ in runs]
    if wanted in ids:
        return wanted
    day = _as_date(wanted)
    if day is not None:
        same_day = [run_id for run_id, start, offset in runs if local_date(start, offset) == day]
        if same_day:
            return _only(said, same_day)
        nearest = min(runs, key=lambda run: (abs(local_date(run[1], run[2]) - day), run[0]))
        raise UnknownRunError(
            f"There is no run on {day}; the nearest is {nearest[0]} "
            f"on {local_date(nearest[1], nearest[2])}."
        )
    beginning = [run_id for run_id in ids if wanted and run_id.startswith(wanted)]
    if beginning:
        return _only(said, beginning)
    near = difflib.get_close_matches(wanted, ids, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"the last run is {ids[-1]}."
    raise UnknownRunError(f"There is no run “{said}”: {hint}")


def local_date(started_at_utc: datetime, utc_offset_s: int | None) -> date:
    """Return the runner's own calendar day; UTC's where the offset is unknown."""
    return (started_at_utc.astimezone(UTC) + timedelta(seconds=utc_offset_s or 0)).date()


def _as_date(text: str) -> date | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    try:
        return date(*(int(part) for part in match.groups()))
    except ValueError:
        return None


def _only(said: str, ids: Sequence[str]) -> str:
    if len(ids) == 1:
        return ids[0]
    shown = ", ".join(ids[:_SHOWN]) + (f" and {len(ids) - _SHOWN} more" if ids[_SHOWN:] else "")
    raise UnknownRunError(f"“{said}” may mean {len(ids)} runs: {shown}; type more of it.")
