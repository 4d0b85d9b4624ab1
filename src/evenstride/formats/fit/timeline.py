"""When things happened in a run: laps, pauses, local time, and clocks that were not set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evenstride.domain.recording import Issue, Lap
from evenstride.formats.fit.columns import table, timestamps
from evenstride.formats.fit.profile import enum_name, enum_value, message_number
from evenstride.formats.fit.sessions import floats, given, ints, positive

if TYPE_CHECKING:
    from datetime import datetime

    from evenstride.domain.estimate import FloatArray
    from evenstride.formats.fit.samples import Track
    from evenstride.formats.fit.scan import Segment

# Times below this count from when the device was switched on, not from FIT's epoch.
ABSOLUTE = 0x10000000


def laps(segment: Segment, start: int, end: float, *, alone: bool) -> tuple[Lap, ...]:
    """Return the laps of a run, each ending where the next starts.

    A run that is alone in its file has all of them, however its start was rounded; else it has
    those that start in `[start, end)`.
    """
    held = table(segment, message_number("lap"))
    if held is None:
        return ()
    starts = ints(held, "start_time")
    elapsed, timer = floats(held, "total_elapsed_time"), floats(held, "total_timer_time")
    distance, balance = floats(held, "total_distance"), floats(held, "avg_stance_time_balance")
    contact, cadence = floats(held, "avg_stance_time"), floats(held, "avg_cadence")
    fraction: FloatArray = np.nan_to_num(floats(held, "avg_fractional_cadence"))
    triggers = ints(held, "lap_trigger")
    own = sorted(
        (at, i) for i, at in enumerate(starts) if at is not None and (alone or start <= at < end)
    )
    out = []
    for number, (at, i) in enumerate(own):
        begin = max(float(at - start), 0.0)
        if number + 1 < len(own):
            stop = float(own[number + 1][0] - start)
        else:
            stop = begin + (given(elapsed[i]) or given(timer[i]) or max(end - at, 0.0))
        trigger = triggers[i]
        out.append(
            Lap(
                number,
                begin,
                max(stop, begin),
                given(timer[i]),
                given(distance[i]),
                positive(balance[i]),
                positive(contact[i]),
                given(2.0 * (cadence[i] + fraction[i])),
                None if trigger is None else enum_name("lap_trigger", trigger),
            )
        )
    return tuple(out)


def pauses(segment: Segment, start: int, end: float) -> tuple[tuple[float, float], ...]:
    """Return the intervals between a stop of the timer and its next start."""
    held = table(segment, message_number("event"))
    if held is None:
        return ()
    stamps, stamped = timestamps(segment, held)
    timer = enum_value("event", "timer")
    begins = enum_value("event_type", "start")
    stops = {
        enum_value("event_type", name)
        for name in ("stop", "stop_all", "stop_disable", "stop_disable_all")
    }
    out = []
    stopped: int | None = None
    told = zip(
        stamps.tolist(),
        ints(held, "event_type"),
        ints(held, "event"),
        stamped.tolist(),
        strict=True,
    )
    own = [
        (at, k) for at, k, event, sound in told if sound and event == timer and start <= at <= end
    ]
    for at, kind in sorted(own, key=lambda e: e[0]):
        if kind in stops:
            stopped = at if stopped is None else stopped
        elif kind == begins and stopped is not None:
            if at > stopped:
                out.append((float(stopped - start), float(at - start)))
            stopped = None
    return tuple(out)


def utc_offset_s(segment: Segment) -> int | None:
    """Return local time minus UTC as the watch wrote it, in quarters of an hour; None if none."""
    held = table(segment, message_number("activity"))
    if held is None:
        return None
    stamps, stamped = timestamps(segment, held)
    local = ints(held, "local_timestamp")[0]
    if local is None or not stamped[0] or stamps[0] < ABSOLUTE:
        return None
    offset = 900 * round((local - int(stamps[0])) / 900)
    return offset if -12 * 3600 <= offset <= 14 * 3600 else None


def offset_from_position(found: Track, window: slice, started: datetime) -> int | None:
    """Return local time minus UTC at the first position; None without a position or a zone."""
    lat, lon = found.values.get("lat_deg"), found.values.get("lon_deg")
    if lat is None or lon is None:
        return None
    # NaN fails both comparisons; a damaged position may lie beyond the poles.
    sound = np.flatnonzero((np.abs(lat[window]) <= 90.0) & (np.abs(lon[window]) <= 180.0))
    if not len(sound):
        return None
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    from tzfpy import get_tz

    name = get_tz(float(lon[window][sound[0]]), float(lat[window][sound[0]]))
    if not name:
        return None
    try:
        offset = started.astimezone(ZoneInfo(name)).utcoffset()
    except ZoneInfoNotFoundError:
        return None
    return None if offset is None else int(offset.total_seconds())


def clock_shift(segment: Segment, found: Track, issues: list[Issue]) -> int:
    """Return what to add to times that count from when the device was switched on."""
    if int(found.seconds[0]) >= ABSOLUTE:
        return 0
    held = table(segment, message_number("file_id"))
    created = None if held is None else ints(held, "time_created")[0]
    issues.append(
        Issue(
            "warning",
            "clock_not_set",
            "The watch did not know the time of day, so the date of this run is doubtful.",
        )
    )
    if created is None or created < ABSOLUTE:
        return 0
    return created - int(found.seconds[0])
