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
MAX_DEFINITIONS = 200_000
MAX_GROUPS = 4_096
MAX_SEGMENTS = 256

_DESCRIBING = {FIELD_DESCRIPTION, DEVELOPER_DATA_ID}
# The header bytes of the messages of each local number: two bits mean nothing, and the first four
# numbers may carry a time.
_HEADERS = [
    [
        *(local | unused for unused in (0x00, 0x10, 0x20, 0x30)),
        *(range(0x80 + 32 * local, 0xA0 + 32 * local) if local < 4 else ()),
    ]
    for local in range(16)
]


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


@dataclass(frozen=True, slots=True, eq=False)
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


_MARKS = [bytes((header,)) for header in range(256)]
_LONGEST_CYCLE = 6
_FIRST_REACH, _LAST_REACH = 256, 65_536


def _cycle(
    data: bytes, sizes: list[int], position: int, end: int
) -> tuple[int, int, list[tuple[int, int]]]:
    """Find out how often the next few messages repeat as they are.

    Returns how often, the bytes they take, and header and place of each; 0 times if not at all.
    """
    first = data[position]
    ahead = position
    cycle: list[tuple[int, int]] = []
    for _ in repeat(None, _LONGEST_CYCLE):
        header = data[ahead]
        size = sizes[header]
        if not size:
            return 0, 0, cycle
        cycle.append((header, ahead))
        ahead += size
        if ahead >= end:
            return 0, 0, cycle
        if data[ahead] == first:
            break
    else:
        return 0, 0, cycle
    period = ahead - position
    times = (end - position) // period
    for header, at in cycle:
        mark = _MARKS[header]
        count = 0
        window = 32
        while count < times:
            stop = min(at + (count + window) * period, end)
            chunk = data[at + count * period : stop : period]
            left = len(chunk.lstrip(mark))
            count += len(chunk) - left
            if left or stop == end:
                break
            window *= 8
        times = min(times, count)
    return times, period, cycle


def _definition_end(data: bytes, position: int, end: int) -> int:
    """Return where the definition at `position` ends; beyond `end` if it is cut off."""
    stop = position + 6
    if stop > end:
        return end + 1
    stop += 3 * data[position + 5]
    if data[position] & 0x20:
        if stop >= end:
            return end + 1
        stop += 1 + 3 * data[stop]
    return stop


def _walk(  # noqa: C901, PLR0912, PLR0915
    data: bytes, start: int, end: int
) -> tuple[list[Group], Issue | None]:
    """Find all messages in `data[start:end]`.

    One loop on purpose: it runs for every message of every file, and a call would double its cost.
    """
    sizes = [0] * 256  # 0 where more is to be done than to note the place
    nowhere: list[int] = []
    appends: list[Callable[[int], None]] = [nowhere.append] * 256
    current: list[Group | None] = [None] * 256
    groups: dict[tuple[bytes, int], Group] = {}
    epoch = 0  # counts descriptions of developer fields: their meaning may change
    repeated = defined = rounds = 0
    reach = _FIRST_REACH
    position = start
    header = 0
    while position < end:
        times, period, cycle = _cycle(data, sizes, position, end)
        if times > 3:
            for h, at in cycle:
                group = current[h]
                assert group is not None
                group.runs.append((at, period, times))
            position += times * period
            repeated += times * len(cycle)
        # Looking costs as much as some thirty messages: look less often where it gains little.
        gained = times > 3 and times * len(cycle) > 24
        reach = _FIRST_REACH if gained else min(reach * 2, _LAST_REACH)
        # The messages that do not repeat, one by one.
        limit = min(end, position + reach)
        while position < limit:
            header = data[position]
            size = sizes[header]
            if size:
                appends[header](position)
                position += size
                continue
            if header & 0xC0 == 0x40:
                stop = _definition_end(data, position, end)
                if stop > end:
                    position = stop
                    break
                developer = bool(header & 0x20)
                body = data[position + 2 : stop]
                key = (body, epoch if developer else -1)
                group = groups.get(key)
                if group is None:
                    group = Group(_definition(body, developer), position, [], [])
                    groups[key] = group
                described = group.definition.number in _DESCRIBING
                for h in _HEADERS[header & 0x0F]:
                    sizes[h] = 0 if described else group.definition.size
                    appends[h] = group.singles.append
                    current[h] = group
                position = stop
            else:
                group = current[header]
                if group is None:
                    return _filled(groups), _corrupt(position)
                epoch += 1
                group.singles.append(position)
                position += group.definition.size
            defined += 1
        rounds += 1
        if rounds % 64 == 0 or defined > MAX_DEFINITIONS or len(groups) > MAX_GROUPS:
            found = repeated + sum(len(g.singles) for g in groups.values())
            if found > MAX_MESSAGES or defined > MAX_DEFINITIONS or len(groups) > MAX_GROUPS:
                return _filled(groups), _too_much(position)
    if position > end:
        group = current[header]
        if header & 0xC0 != 0x40 and group is not None:
            group.singles.pop()  # the message that was cut off: it was noted last
        return _filled(groups), _truncated(end)
    return _filled(groups), None


def _filled(groups: dict[tuple[bytes, int], Group]) -> list[Group]:
    return [g for g in groups.values() if g.singles or g.runs]


def _corrupt(position: int) -> Issue:
    return Issue(
        "warning",
        "corrupt",
        "The file makes no sense from here on; what came before was read.",
        f"byte {position}",
    )


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
