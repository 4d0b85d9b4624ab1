"""Which dates are believed, and how a day is named by a person."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl

from evenstride.domain.errors import InputError
from evenstride.domain.wording import printable

# Watches whose clock was never set count from 1970, 1989 or 1990; GPS rollovers go further astray.
_NO_RUN_BEFORE = datetime(2000, 1, 1, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CLOCKS_DIFFER = timedelta(days=1)


def well_dated(now: datetime | None) -> pl.Expr:
    """Return whether a run's `started_at_utc` can be right.

    Raises
    ------
    InputError
        `now` has no time zone.
    """
    start = pl.col("started_at_utc")
    if now is None:
        return start >= moment(_NO_RUN_BEFORE)
    if now.utcoffset() is None:
        raise InputError("What time it is now must be said with its time zone.")
    return (start >= moment(_NO_RUN_BEFORE)) & (
        start <= moment(now.astimezone(UTC) + _CLOCKS_DIFFER)
    )


def moment(at: datetime) -> pl.Expr:
    """Write an aware time as an expression; `polars.lit` of one costs twenty times as much."""
    return pl.lit((at - _EPOCH) // timedelta(microseconds=1)).cast(pl.Datetime("us", "UTC"))


def day_named(text: str | date | None) -> date | None:
    """Read a day like `2026-05-14`; nothing, or an empty text, is no day.

    Raises
    ------
    InputError
        It is none.
    """
    if not isinstance(text, str):
        return text
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InputError(f"A date is written like 2026-05-14, not {printable(text)}.") from None


def local_dates(frame: pl.DataFrame) -> list[str]:
    """Return the local ISO dates of the starts of runs; without an offset those of UTC."""
    offset = pl.duration(seconds=pl.col("utc_offset_s").fill_null(0))
    shifted = (pl.col("started_at_utc") + offset).dt.strftime("%Y-%m-%d")
    return frame.select(shifted).to_series().to_list()
