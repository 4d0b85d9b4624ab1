"""What of a FIT file becomes a Recording, and why a file that gives none is refused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from statistics import mode
from typing import TYPE_CHECKING

import numpy as np

from evenstride.domain.recording import Issue, Reading, Recording, Refusal, Run, Sensor
from evenstride.formats.fit.columns import table
from evenstride.formats.fit.profile import enum_name, message_number
from evenstride.formats.fit.refusals import (
    ACTIVITY,
    file_kinds,
    kind_sentence,
    sport_sentence,
    without_records,
)
from evenstride.formats.fit.samples import frame, track
from evenstride.formats.fit.scan import header_size, scan
from evenstride.formats.fit.sensors import Part, balance_sensor, devices, watch
from evenstride.formats.fit.sessions import Session, ints, is_open, is_run, sessions, sport_word
from evenstride.formats.fit.timeline import (
    clock_shift,
    laps,
    offset_from_position,
    pauses,
    utc_offset_s,
)

if TYPE_CHECKING:
    from evenstride.domain.recording import Device
    from evenstride.formats.fit.columns import Table
    from evenstride.formats.fit.samples import Track
    from evenstride.formats.fit.scan import Segment

FIT_EPOCH = datetime(1989, 12, 31, tzinfo=UTC)
MAX_BYTES = 256 * 2**20
_DAY_S = 86_400
_STEP_M = (0.3, 1.6)


def read_fit(data: bytes) -> Reading:
    """Read a FIT file: every run in it, or the reason why there is none.

    Parameters
    ----------
    data
        The whole content of the file, whatever it is.

    Returns
    -------
        The runs, with what was doubtful as issues; else a refusal. Nothing is raised for what is in
        the bytes.
    """
    if len(data) > MAX_BYTES:
        return _unreadable("The file is larger than any watch writes (more than 256 MiB).")
    if not header_size(data):
        return _unreadable("The file does not begin like a FIT file.")
    kinds = file_kinds(data)
    if kinds and all(k not in {None, ACTIVITY} for k in kinds):
        return Reading(refusal=Refusal("not_a_run", kind_sentence(kinds[0])))
    with np.errstate(all="ignore"):  # damaged numbers may be of any size
        return _read(data)


def _read(data: bytes) -> Reading:
    segments, around = scan(data)
    recordings: list[Recording] = []
    refusals: list[Refusal] = []
    issues = list(around)
    for segment in segments:
        found = _runs(segment, len(recordings))
        if isinstance(found, Refusal):
            refusals.append(found)
            issues.extend(segment.issues)
        else:
            recordings.extend(found)
    if recordings:
        return Reading(tuple(recordings), None, tuple(issues))
    # The most telling reason: what else was done, before that the file is broken.
    sports = [s.sport for segment in segments for s in sessions(segment)]
    others = [s for s in sports if s is not None and not is_open(s) and not is_run(s)]
    reason = min(refusals, key=lambda r: r.kind == "unreadable")
    if others:
        reason = Refusal("not_a_run", sport_sentence(others))
    return Reading(refusal=reason, issues=tuple(issues))


def _unreadable(sentence: str) -> Reading:
    return Reading(refusal=Refusal("unreadable", sentence))


@dataclass(frozen=True, slots=True)
class _Window:
    """One run of a file: its session, where it starts, and which samples are its own."""

    session: Session
    start: int
    end: float
    samples: slice
    alone: bool


def _runs(segment: Segment, first_index: int) -> list[Recording] | Refusal:
    """Read the runs of one FIT file."""
    known = sessions(segment)
    if known and not any(is_open(s.sport) or is_run(s.sport) for s in known):
        return Refusal("not_a_run", "This is no run.")  # the caller names the sports
    records = table(segment, message_number("record"))
    if records is None:
        return without_records(segment, known)
    found = track(segment, records)
    issues = [*segment.issues, *found.issues]
    if not len(found.seconds):
        return Refusal("unreadable", "None of the samples in this file has a sound time.")
    if not any(is_run(s.sport) for s in known):
        inferred = _inferred(segment, records, found, known)
        if inferred is None:
            return Refusal(
                "not_a_run", "The file does not say which sport it is, and nothing in it says run."
            )
        known = [inferred]
        issues.append(
            Issue(
                "warning",
                "no_session",
                "The watch wrote no summary that says this is a run; the samples say so.",
            )
        )
    parts = devices(segment)
    device = watch(segment, parts)
    offset_s = utc_offset_s(segment)
    shift = clock_shift(segment, found, issues)
    out: list[Recording] = []
    for window in _windows(known, found, issues):
        out.append(
            _recording(
                segment,
                found,
                window,
                device=device,
                parts=parts,
                offset_s=offset_s,
                shift=shift,
                issues=issues,
                index=first_index + len(out),
            )
        )
    return out or Refusal("not_a_run", "The run in this file has no samples.")


def _inferred(
    segment: Segment, records: Table, found: Track, known: list[Session]
) -> Session | None:
    """Infer a run where no session says one."""
    word = _word_of_sport_message(segment)
    if is_open(word):
        word = "running" if _looks_like_running(records, found) else None
    if not is_run(word):
        return None
    if known:
        return replace(known[0], sport=word)
    return Session(word, None, None, None, None, None, None)


def _word_of_sport_message(segment: Segment) -> str | None:
    held = table(segment, message_number("sport"))
    if held is None:
        return None
    return sport_word(ints(held, "sport")[-1], ints(held, "sub_sport")[-1])


def _looks_like_running(records: Table, found: Track) -> bool:
    """Tell a run by its samples: what they call themselves, what only running has, its steps."""
    activity = [v for v in ints(records, "activity_type") if v is not None]
    if activity:
        return enum_name("activity_type", mode(activity)) == "running"
    for name in ("gct_ms", "vertical_oscillation_mm", "step_length_mm"):
        if name in found.values and not np.isnan(found.values[name]).all():
            return True
    cadence, speed = found.values.get("cadence_spm"), found.values.get("speed_m_s")
    if cadence is None or speed is None:
        return False
    moving = (cadence > 0) & (speed > 0)
    if not moving.any():
        return False
    # A wheel rolls further than a leg reaches.
    step_m = float(np.median(speed[moving] / (cadence[moving] / 60.0)))
    return _STEP_M[0] < step_m < _STEP_M[1]


def _windows(known: list[Session], found: Track, issues: list[Issue]) -> list[_Window]:
    """Give each run its samples: those from its start to the start of the next session."""
    seconds = found.seconds
    first, last = int(seconds[0]), int(seconds[-1])
    out = []
    for i, session in enumerate(known):
        if not is_run(session.sport):
            continue
        start = session.start
        alone = len(known) == 1
        if start is None or (alone and not first - _DAY_S < start <= last):
            if start is not None:
                issues.append(
                    Issue(
                        "warning",
                        "start_unsound",
                        "The start the watch gives is not that of its samples; theirs was taken.",
                    )
                )
            start = first
        if alone and first < start:
            issues.append(
                Issue(
                    "info",
                    "start_late",
                    f"Samples begin {start - first} s before the start the watch gives.",
                )
            )
            start = first
        later = [s.start for s in known[i + 1 :] if s.start is not None and s.start > start]
        low = int(np.searchsorted(seconds, start))
        high = int(np.searchsorted(seconds, later[0])) if later else len(seconds)
        if not alone and session.end is not None:
            # The watch closes a session within seconds of its end.
            high = min(high, int(np.searchsorted(seconds, session.end + 60.0)))
        if high <= low:
            continue
        own_end = float(seconds[high - 1])
        end = min(max(own_end, session.end or own_end), own_end + _DAY_S)
        end = min(end, float(later[0])) if later else end
        out.append(_Window(session, start, end, slice(low, high), alone))
    return out


def _recording(
    segment: Segment,
    found: Track,
    window: _Window,
    *,
    device: Device,
    parts: list[Part],
    offset_s: int | None,
    shift: int,
    issues: list[Issue],
    index: int,
) -> Recording:
    session, start = window.session, window.start
    issues = list(issues)
    own_laps = laps(segment, start, window.end, alone=window.alone)
    starts = np.array([lap.start_s for lap in own_laps] or [0.0])
    samples, developer_fields = frame(found, start, window.samples, starts)
    balance = found.values.get("balance_left_pct")
    sensor: Sensor | None = None
    if balance is not None and not np.isnan(balance[window.samples]).all():
        if found.balance_application is not None:
            sensor = Sensor("RunScribe", manufacturer="scribe_labs", evidence="developer_field")
        else:
            sensor, several = balance_sensor(parts, device)
            if several:
                issues.append(
                    Issue(
                        "info",
                        "several_sensors",
                        f"More than one sensor could have supplied the balance; {sensor.name} "
                        "was taken.",
                    )
                )
    started = FIT_EPOCH + timedelta(seconds=start + shift)
    if offset_s is None:
        offset_s = offset_from_position(found, window.samples, started)
    distance = found.values.get("distance_m")
    total_m = session.distance_m
    if total_m is None and distance is not None and not np.isnan(distance[window.samples]).all():
        own = distance[window.samples]
        total_m = float(np.nanmax(own) - np.nanmin(own))
    run = Run(
        run_id="",
        started_at_utc=started,
        utc_offset_s=offset_s,
        sport=session.sport or "running",
        duration_s=session.timer_s or session.elapsed_s or window.end - start,
        distance_m=total_m,
        device=device,
        sensor=sensor,
        session_balance_left_pct=session.balance_left_pct,
    )
    return Recording(
        run=run,
        samples=samples,
        laps=own_laps,
        pauses=pauses(segment, start, window.end),
        issues=tuple(issues),
        developer_fields=developer_fields,
        session_index=index,
    )
