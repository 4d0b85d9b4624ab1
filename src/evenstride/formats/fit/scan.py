"""Which FIT files are chained in the given bytes, and whether length and checksum are sound."""

from __future__ import annotations

from dataclasses import dataclass

from evenstride.domain.recording import Issue
from evenstride.formats.fit.crc import checksum
from evenstride.formats.fit.walk import Group, walk

MAGIC = b".FIT"
MAX_SEGMENTS = 256


@dataclass(frozen=True, slots=True)
class Segment:
    """One FIT file; several may be chained in the same bytes."""

    data: bytes
    groups: dict[int, tuple[Group, ...]]
    issues: tuple[Issue, ...] = ()
    offset: int = 0


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
    found, issue = walk(data, body, max(body, end))
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
