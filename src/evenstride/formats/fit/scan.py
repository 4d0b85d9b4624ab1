"""Where the messages of a FIT file lie: bytes to positions, one group for each definition.

Only headers are looked at. A message's header byte names its definition, the definition its size,
the size the next header. Where the same sequence of headers repeats, the repeats are found by one
strided slice for each header of the sequence: that is exact, not a guess, because every header met
proves the size of its message and with it the place of the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from evenstride.domain.recording import Issue
from evenstride.formats.fit.crc import checksum

if TYPE_CHECKING:
    from collections.abc import Callable

IntArray = npt.NDArray[np.int64]

MAGIC = b".FIT"
FIELD_DESCRIPTION, DEVELOPER_DATA_ID = 206, 207

# Far above anything a watch writes; below anything that would exhaust memory.
MAX_MESSAGES = 4_000_000
MAX_GROUPS = 4_096
MAX_SEGMENTS = 256


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of a definition.

    `developer_index` is -1 for a native field; for a developer field `base` is -1, because its type
    stands in its description. `offset` counts from the message's header byte.
    """

    number: int
    developer_index: int
    base: int
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Definition:
    """What one definition message says: which message follows, how long it is, what is in it.

    `native` finds a native field by its number (the first, should a definition name it twice).
    """

    number: int
    size: int
    big_endian: bool
    native: dict[int, FieldSpec]
    developer: tuple[FieldSpec, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The messages of one definition, and where in the file they were defined.

    Where they start is kept as it was found, single starts and `(start, step, count)` of repeats,
    because most kinds of messages are never asked for.
    """

    definition: Definition
    defined_at: int
    singles: list[int]
    runs: list[tuple[int, int, int]]

    def positions(self) -> IntArray:
        """Return where the messages start, increasing."""
        singles = np.array(self.singles, dtype=np.int64)
        if not self.runs:
            return singles
        first, step, count = np.array(self.runs, dtype=np.int64).T
        ends = np.cumsum(count)
        within = np.arange(ends[-1]) - np.repeat(ends - count, count)
        repeats: IntArray = np.repeat(first, count) + within * np.repeat(step, count)
        if not self.singles:
            return repeats
        positions = np.concatenate([singles, repeats])
        positions.sort()
        return positions


@dataclass(frozen=True, slots=True)
class Segment:
    """One FIT file; several may be chained in the same bytes."""

    data: bytes
    groups: dict[int, tuple[Group, ...]]
    issues: tuple[Issue, ...] = ()
    offset: int = 0


@lru_cache(maxsize=1024)
def _definition(body: bytes, developer: bool) -> Definition:  # noqa: FBT001
    """Read a definition; `body` starts at the architecture byte and is complete."""
    big_endian = body[0] == 1
    number = int.from_bytes(body[1:3], "big" if big_endian else "little")
    native: dict[int, FieldSpec] = {}
    fields = []
    offset = 1
    stop = 4 + 3 * body[3]
    for at in range(4, stop, 3):
        if body[at + 1]:  # fields of size zero are met in real files, and say nothing
            native.setdefault(body[at], FieldSpec(body[at], -1, body[at + 2], offset, body[at + 1]))
        offset += body[at + 1]
    if developer:
        for at in range(stop + 1, len(body), 3):
            if body[at + 1]:
                fields.append(FieldSpec(body[at], body[at + 2], -1, offset, body[at + 1]))
            offset += body[at + 1]
    return Definition(number, offset, big_endian, native, tuple(fields))


def _repeats(  # noqa: PLR0917  (positional: called for every stretch of messages)
    data: bytes, position: int, end: int, period: int, mark: bytes, most: int
) -> int:
    """Count how often `mark` stands at `position`, `position + period`, ... without a gap.

    At most about `most` times: looking further would be for nothing.
    """
    window = 32
    count = 0
    while count < most:
        stop = min(position + (count + window) * period, end)
        chunk = data[position + count * period : stop : period]
        left = len(chunk.lstrip(mark))
        count += len(chunk) - left
        if left or stop == end:
            break
        window *= 8
    return count


_MARKS = [bytes((header,)) for header in range(256)]
_LONGEST_CYCLE = 6
_EARLIEST, _LATEST = 8, 512


def _walk(data: bytes, start: int, end: int) -> tuple[list[Group], Issue | None]:  # noqa: C901, PLR0912, PLR0915
    """Find all messages in `data[start:end]`.

    One loop on purpose: it runs for every message of every file, and a call would double its cost.
    """
    sizes = [0] * 256
    appends: list[Callable[[int], None]] = [[].append] * 256
    current: list[Group | None] = [None] * 256
    groups: dict[tuple[bytes, bool, int], Group] = {}
    issue: Issue | None = None
    epoch = 0  # counts descriptions of developer fields: their meaning may change
    seen = 0
    wait = _EARLIEST
    position = start
    header = 0
    while position < end and issue is None:
        # Do the next messages repeat? Look ahead to the next one with the same header.
        first = data[position]
        ahead = position
        cycle = []
        for _ in repeat(None, _LONGEST_CYCLE):
            header = data[ahead]
            size = sizes[header]
            if not size:
                break
            cycle.append((header, ahead))
            ahead += size
            if ahead >= end or data[ahead] == first:
                break
        gained = 0
        if cycle and ahead < end and data[ahead] == first:
            period = ahead - position
            count = (end - position) // period
            for h, at in cycle:
                count = min(count, _repeats(data, at, end, period, _MARKS[h], count))
            if count > 3:
                gained = count * len(cycle)
                for h, at in cycle:
                    group = current[h]
                    assert group is not None
                    group.runs.append((at, period, count))
                position += count * period
                seen += gained
        # Trying costs as much as some thirty messages: try less often where it gains little.
        wait = _EARLIEST if gained > 24 else min(wait * 2, _LATEST)
        # The messages that do not repeat, one by one.
        taken = 0
        for _ in repeat(None, wait):
            if position >= end:
                break
            header = data[position]
            size = sizes[header]
            if size:
                appends[header](position)
                position += size
                taken += 1
                continue
            if header & 0xC0 != 0x40:
                group = current[header]
                if group is None:
                    issue = Issue(
                        "warning",
                        "corrupt",
                        "The file makes no sense from here on; what came before was read.",
                        f"byte {position}",
                    )
                    break
                # A description of developer fields: sizes[] is 0 so that it is noticed here.
                epoch += 1
                group.singles.append(position)
                position += group.definition.size
                continue
            # A definition.
            developer = bool(header & 0x20)
            stop = position + 6
            if stop <= end:
                stop += 3 * data[position + 5]
                if developer:
                    stop += 1
                    if stop <= end:
                        stop += 3 * data[stop - 1]
            if stop > end:
                position = stop
                break
            body = data[position + 2 : stop]
            key = (body, developer, epoch if developer else 0)
            group = groups.get(key)
            if group is None:
                if len(groups) >= MAX_GROUPS:
                    issue = _too_much(position)
                    break
                group = groups[key] = Group(_definition(body, developer), position, [], [])
            local = header & 0x0F
            headers = [local, local | 0x10, local | 0x20, local | 0x30]
            if local < 4:
                headers.extend(range(0x80 + (local << 5), 0xA0 + (local << 5)))
            size = group.definition.size
            append = group.singles.append
            if group.definition.number in {FIELD_DESCRIPTION, DEVELOPER_DATA_ID}:
                size = 0
            for h in headers:
                sizes[h], appends[h], current[h] = size, append, group
            position = stop
        seen += taken
        if seen > MAX_MESSAGES:
            issue = _too_much(position)
    if position > end and issue is None:
        group = current[header]
        if header & 0xC0 != 0x40 and group is not None and group.singles:
            last = group.singles[-1]
            if last + group.definition.size == position:
                group.singles.pop()
        issue = _truncated(end)
    return [g for g in groups.values() if g.singles or g.runs], issue


def _truncated(position: int) -> Issue:
    return Issue(
        "warning",
        "truncated",
        "The file ends in the middle of a message; what came before was read.",
        f"byte {position}",
    )


def _too_much(position: int) -> Issue:
    return Issue(
        "warning",
        "too_much",
        "The file holds more messages than any watch writes; the rest was left out.",
        f"byte {position}",
    )


def header_size(data: bytes, start: int = 0) -> int:
    """Return the size of the FIT header at `start`, 0 where there is none."""
    if data[start + 8 : start + 12] != MAGIC or data[start] < 12:
        return 0
    return data[start]


def _segment(data: bytes, start: int) -> tuple[Segment, int]:
    """Read one FIT file at `start`; return it and where the next may begin."""
    issues = []
    head = header_size(data, start)
    size = int.from_bytes(data[start + 4 : start + 8], "little")
    body = start + head
    end = body + size
    next_start = end + 2
    sound = size > 0 and next_start <= len(data) and checksum(data[start:next_start]) == 0
    if not sound and not header_size(data, next_start) and checksum(data[start:]) == 0:
        # The header was never brought up to date, but the checksum at the end holds for everything.
        end, next_start = len(data) - 2, len(data)
        issues.append(
            Issue("info", "header_size", "The header gives a wrong length; the checksum holds.")
        )
    elif size == 0:
        end = next_start = len(data)
        issues.append(
            Issue(
                "warning",
                "header_size",
                "The header gives no length: the recording was not closed; all there is was read.",
            )
        )
    elif next_start > len(data):
        end = min(end, len(data))
        next_start = len(data)
        issues.append(
            Issue("warning", "truncated", "The end of the file is missing; what is there was read.")
        )
    elif not sound:
        issues.append(
            Issue(
                "warning",
                "bad_crc",
                "The checksum does not match, so part of the file may be damaged; it was read.",
            )
        )
    found, issue = _walk(data, body, max(body, end))
    if issue is not None and all(issue.code != i.code for i in issues):
        issues.append(issue)
    groups: dict[int, list[Group]] = {}
    for group in found:
        groups.setdefault(group.definition.number, []).append(group)
    held = {number: tuple(members) for number, members in groups.items()}
    return Segment(data, held, tuple(issues), start), next_start


def scan(data: bytes) -> tuple[tuple[Segment, ...], tuple[Issue, ...]]:
    """Find all messages of all FIT files chained in `data`.

    Parameters
    ----------
    data
        The whole content of the file.

    Returns
    -------
        The chained files, at least one if the data starts with a FIT header, none otherwise; and
        what was found around them (`trailing_bytes`). Nothing is ever raised for what is in `data`.
    """
    segments: list[Segment] = []
    start = 0
    while start < len(data) and len(segments) < MAX_SEGMENTS and header_size(data, start):
        segment, start = _segment(data, start)
        segments.append(segment)
    if segments and start < len(data) and any(data[start:]):
        extra = Issue(
            "info",
            "trailing_bytes",
            f"{len(data) - start} bytes after the end of the recording were left out.",
            f"byte {start}",
        )
        return tuple(segments), (extra,)
    return tuple(segments), ()
