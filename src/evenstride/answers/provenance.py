"""What every answer says of its own origin, and how dates are said: in the runner's local time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from evenstride.domain.answer import Provenance
from evenstride.version import VERSION

if TYPE_CHECKING:
    import polars as pl

PROGRAM = f"evenstride {VERSION}"


def local(started_at_utc: datetime, utc_offset_s: int | None) -> datetime:
    """Shift an aware UTC time to the clock on the wall; without an offset it stays UTC."""
    return started_at_utc + timedelta(seconds=utc_offset_s or 0)


def provenance(frame: pl.DataFrame | None, model: str) -> Provenance:
    """Describe an answer made from these runs, oldest first."""
    if frame is None or frame.is_empty():
        return Provenance(PROGRAM, model, 0)
    first, last = frame["started_at_utc"][0], frame["started_at_utc"][-1]
    return Provenance(PROGRAM, model, frame.height, first.isoformat(), last.isoformat())
