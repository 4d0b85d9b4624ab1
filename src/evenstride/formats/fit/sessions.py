"""Which stretches of a file are runs: its sessions, their sport, and `[start, end)` of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evenstride.formats.fit.columns import integers, native, numbers, table, timestamps
from evenstride.formats.fit.profile import enum_name, fields, message_number

if TYPE_CHECKING:
    import numpy as np

    from evenstride.domain.estimate import FloatArray
    from evenstride.formats.fit.columns import Table
    from evenstride.formats.fit.scan import Segment

# Sport `running` with these sub-sports; any other keeps its own word (`ultra_running`).
_PLAIN = {None, "generic", "all", "road"}
_SAID_ALREADY = {"indoor_running": "indoor_running", "virtual_activity": "virtual_running"}


@dataclass(frozen=True, slots=True)
class Session:
    """One session as the device wrote it; times in seconds since FIT's epoch, None = not given."""

    sport: str | None
    start: int | None
    end: float | None
    elapsed_s: float | None
    timer_s: float | None
    distance_m: float | None
    balance_left_pct: float | None


def sport_word(sport: int | None, sub_sport: int | None) -> str | None:
    """Return `running`, `trail_running`, ... for runs, else the sport's word, None if unknown."""
    word = None if sport is None else enum_name("sport", sport)
    sub = None if sub_sport is None else enum_name("sub_sport", sub_sport)
    if word == "fitness_equipment" and sub == "treadmill":
        word = "running"
    if word == "running":
        if sub in _PLAIN:
            return "running"
        assert sub is not None
        return _SAID_ALREADY.get(sub, f"{sub}_running")
    if word is None and sport is not None:
        return f"sport number {sport}"
    return word


def is_run(sport: str | None) -> bool:
    """Whether a sport word means running on foot."""
    return sport is not None and (sport == "running" or sport.endswith("_running"))


def is_open(sport: str | None) -> bool:
    """Whether a sport word leaves open what was done, so that the samples must tell."""
    return sport in {None, "generic", "all"}


def floats(held: Table, name: str) -> FloatArray:
    """Return a native field by its profile name, scaled; shape (n,), NaN where missing."""
    import numpy as np

    field = fields(held.number)[name]
    column = native(held, field.number)
    if column is None:
        return np.full(len(held), np.nan)
    return numbers(column, field.scale, field.offset)


def ints(held: Table, name: str) -> list[int | None]:
    """Return a native field by its profile name as raw integers, None where missing."""
    return integers(native(held, fields(held.number)[name].number), len(held))


def given(value: float | np.floating) -> float | None:
    """Return a number, None for NaN."""
    number = float(value)
    return None if number != number else number  # noqa: PLR0124  (the test for NaN)


def positive(value: float | np.floating) -> float | None:
    """Return a number, None for NaN and for the zero that means "no reading"."""
    number = given(value)
    return number or None


def sessions(segment: Segment) -> list[Session]:
    """Return the sessions of a file, ordered by their start."""
    held = table(segment, message_number("session"))
    if held is None:
        return []
    stamps, stamped = timestamps(segment, held)
    sports, subs, starts = ints(held, "sport"), ints(held, "sub_sport"), ints(held, "start_time")
    elapsed, timer = floats(held, "total_elapsed_time"), floats(held, "total_timer_time")
    distance, balance = floats(held, "total_distance"), floats(held, "avg_stance_time_balance")
    out = []
    for i in range(len(held)):
        start, elapsed_s = starts[i], given(elapsed[i])
        end = float(stamps[i]) if stamped[i] else None
        if start is not None and elapsed_s is not None:
            end = max(start + elapsed_s, end or 0.0)
        out.append(
            Session(
                sport_word(sports[i], subs[i]),
                start,
                end,
                elapsed_s,
                given(timer[i]),
                given(distance[i]),
                positive(balance[i]),
            )
        )
    return sorted(out, key=lambda s: (s.start is None, s.start or 0))
