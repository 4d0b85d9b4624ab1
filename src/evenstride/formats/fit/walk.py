"""How messages are found one behind another: bytes to positions, one group for each definition.

Only headers are looked at. A message's header byte names its definition, the definition its size,
the size the next header. Watches write the same few messages every second, so what repeats is
learned by a look ahead, and its repeats are then matched by a regular expression of headers and
sizes. That is exact, not a guess: every header met proves the size of its message and with it the
place of the next, and whatever does not match is walked step by step.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import repeat
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from evenstride.domain.recording import Issue

if TYPE_CHECKING:
    from collections.abc import Callable

IntArray = npt.NDArray[np.int64]

FIELD_DESCRIPTION, DEVELOPER_DATA_ID = 206, 207

# Far above anything a watch writes; below anything that would exhaust memory.
MAX_MESSAGES = 4_000_000
MAX_DEFINITIONS = 200_000
MAX_GROUPS = 4_096

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
_LOCAL = bytes((header >> 5) & 3 if header >= 0x80 else header & 15 for header in range(256))


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


@dataclass(frozen=True, eq=False)
class Cycle:
    """A sequence of messages that repeats; `found` are start and stop of each stretch of it."""

    locals: bytes
    period: int
    match: Callable[[bytes, int, int], re.Match[bytes] | None]
    found: list[int] = field(default_factory=list)

    @cached_property
    def starts(self) -> IntArray:
        """Where each repeat starts, increasing."""
        start, stop = np.array(self.found, dtype=np.int64).reshape(-1, 2).T
        count = (stop - start) // self.period
        before = np.cumsum(count) - count
        starts: IntArray = np.arange(count.sum()) * self.period
        starts += np.repeat(start - before * self.period, count)
        return starts

    def covered(self, seen: int = 0) -> int:
        """Return how many bytes are in stretches, but for the first `seen` starts and stops."""
        return sum(self.found[seen + 1 :: 2]) - sum(self.found[seen::2])


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """The messages of one definition, and where in the file they were defined.

    Where they start is kept as it was found, single starts and places in cycles `(offset, cycle)`,
    because most kinds of messages are never asked for.
    """

    definition: Definition
    defined_at: int
    singles: list[int]
    cycles: list[tuple[int, Cycle]]

    def __bool__(self) -> bool:
        return bool(self.singles) or any(cycle.found for _, cycle in self.cycles)

    def positions(self) -> IntArray:
        """Return where the messages start, increasing."""
        singles = np.array(self.singles, dtype=np.int64)
        repeats = [cycle.starts + offset for offset, cycle in self.cycles if cycle.found]
        if not repeats:
            return singles
        positions = np.concatenate([singles, *repeats])
        positions.sort(kind="stable")  # it merges what is in order already
        return positions


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


# How many messages a look ahead takes, and how often a sequence must repeat in them.
_AHEAD, _OFTEN = 32, 4
# How many bytes to walk until the next look: where nothing could be seen yet, at first, at most.
_SHORT_REACH, _FIRST_REACH, _LAST_REACH = 1_024, 8_192, 65_536


def _repeating(data: bytes, sizes: list[int], position: int, end: int) -> tuple[bytes, int]:
    """Look ahead for the sequence of local numbers that repeats most.

    Returns the sequence, empty if none repeats, and how many messages were seen.
    """
    headers = bytearray()
    for _ in repeat(None, _AHEAD):
        header = data[position]
        size = sizes[header]
        if not size:
            break
        headers.append(header)
        position += size
        if position >= end:
            break
    seen = bytes(headers).translate(_LOCAL)
    best, covered = b"", 0
    for local in set(seen):
        first = bytes((local,))
        between = seen.split(first)[1:-1]
        if len(between) >= _OFTEN:
            most, times = Counter(between).most_common(1)[0]
            if times >= _OFTEN and times * (1 + len(most)) > covered:
                best, covered = first + most, times * (1 + len(most))
    return (best if 2 * covered > len(seen) else b""), len(seen)


@lru_cache(maxsize=256)
def _matcher(messages: tuple[tuple[int, int], ...]) -> re.Pattern[bytes]:
    """Compile what matches repeats of a sequence of messages, given as (local number, size)."""
    once = b"".join(
        b"[%s].{%d}" % (b"".join(re.escape(bytes((h,))) for h in _HEADERS[local]), size - 1)
        for local, size in messages
    )
    # Possessive: nothing is ever taken back, so nothing need be remembered.
    return re.compile(b"(?:%s)++" % once, re.DOTALL)


def _cycle(found: bytes, current: list[Group | None], known: dict[object, Cycle]) -> Cycle:
    """Return the cycle of a sequence of local numbers, one for the same definitions."""
    groups = [group for local in found if (group := current[local]) is not None]
    key = (found, *groups)
    cycle = known.get(key)
    if cycle is None:
        sizes = [group.definition.size for group in groups]
        pattern = _matcher(tuple(zip(found, sizes, strict=True)))
        cycle = known[key] = Cycle(found, sum(sizes), pattern.match)
        offset = 0
        for group in groups:
            group.cycles.append((offset, cycle))
            offset += group.definition.size
    return cycle


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


def walk(  # noqa: C901, PLR0912, PLR0915
    data: bytes, start: int, end: int
) -> tuple[list[Group], Issue | None]:
    """Find all messages in `data[start:end]`.

    One loop on purpose: it runs for every message of every file, and a call would double its cost.

    Returns
    -------
        The groups that have messages, in order of their definitions; and what stopped the walk.
    """
    sizes = [0] * 256  # 0 where the header is that of no message, or of one that describes
    steps = [0] * 256  # 0 where more is to be done than to note the place
    nowhere: list[int] = []
    appends: list[Callable[[int], None]] = [nowhere.append] * 256
    current: list[Group | None] = [None] * 256
    groups: dict[tuple[bytes, int], Group] = {}
    cycles: dict[object, Cycle] = {}
    cycle: Cycle | None = None
    epoch = 0  # counts descriptions of developer fields: their meaning may change
    defined = rounds = seen = 0
    reach = _FIRST_REACH
    position = looked = start
    header = 0
    while position < end:
        covered = 0 if cycle is None else cycle.covered(seen)
        if 2 * covered <= position - looked:
            # Nothing was learned, or it gained little. Looking costs as much as 100 messages.
            repeating, ahead = _repeating(data, sizes, position, end)
            steps = sizes.copy()
            cycle = None
            if repeating:
                cycle = _cycle(repeating, current, cycles)
                for h in _HEADERS[repeating[0]]:
                    steps[h] = 0
            if repeating:
                reach = _FIRST_REACH
            elif ahead < _AHEAD:
                reach = _SHORT_REACH  # a definition stood in the way
            else:
                reach = min(reach * 2, _LAST_REACH)
        seen = 0 if cycle is None else len(cycle.found)
        looked = position
        limit = min(end, position + reach)
        while position < limit:
            header = data[position]
            step = steps[header]
            if step:
                appends[header](position)
                position += step
                continue
            if sizes[header]:
                assert cycle is not None
                repeats = cycle.match(data, position, limit)
                if repeats is None:
                    appends[header](position)
                    position += sizes[header]
                else:
                    stop = repeats.end()
                    cycle.found.extend((position, stop))
                    position = stop
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
                local = header & 0x0F
                if cycle is not None and local in cycle.locals and group is not current[local]:
                    cycle, steps = None, sizes.copy()
                    limit = min(limit, position + _SHORT_REACH)
                described = group.definition.number in _DESCRIBING
                for h in _HEADERS[local]:
                    if group is not current[h]:
                        sizes[h] = steps[h] = 0 if described else group.definition.size
                        appends[h] = group.singles.append
                        current[h] = group
                position = stop
            else:
                group = current[header]
                if group is None:
                    return [g for g in groups.values() if g], _corrupt(position)
                epoch += 1
                group.singles.append(position)
                position += group.definition.size
            defined += 1
        rounds += 1
        if rounds % 64 == 0 or defined > MAX_DEFINITIONS or len(groups) > MAX_GROUPS:
            noted = sum(len(g.singles) for g in groups.values()) + sum(
                len(c.locals) * c.covered() // c.period for c in cycles.values()
            )
            if noted > MAX_MESSAGES or defined > MAX_DEFINITIONS or len(groups) > MAX_GROUPS:
                return [g for g in groups.values() if g], _too_much(position)
    if position > end:
        group = current[header]
        if header & 0xC0 != 0x40 and group is not None:
            group.singles.pop()  # the message that was cut off: it was noted last
        return [g for g in groups.values() if g], _truncated(end)
    return [g for g in groups.values() if g], None


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
