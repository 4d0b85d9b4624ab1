"""How a file that gives no run is recognised early, and in which sentence it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenstride.domain.recording import Refusal
from evenstride.formats.fit.profile import enum_name
from evenstride.formats.fit.scan import header_size
from evenstride.formats.fit.sessions import is_run

if TYPE_CHECKING:
    from evenstride.formats.fit.scan import Segment
    from evenstride.formats.fit.sessions import Session

ACTIVITY = 4


def file_kinds(data: bytes) -> list[int | None]:
    """Return `file_id.type` of each chained file by a look at its first message only.

    Thousands of files of an account's export are no activities; they are told by their first bytes.
    None where the first message does not say.
    """
    kinds: list[int | None] = []
    start = 0
    while len(kinds) < 8 and (head := header_size(data, start)):
        kinds.append(_first_kind(data, start + head))
        start += head + int.from_bytes(data[start + 4 : start + 8], "little") + 2
    return kinds


def _first_kind(data: bytes, at: int) -> int | None:
    body = data[at : at + 6]
    if len(body) < 6 or body[0] & 0xE0 != 0x40 or body[3:5] != b"\0\0":
        return None
    stop = at + 6 + 3 * body[5]
    offset = 1
    for spec in range(at + 6, stop, 3):
        number, size = data[spec : spec + 1], data[spec + 1 : spec + 2]
        if number == b"\0" and size == b"\1":
            value = data[stop + offset : stop + offset + 1]
            if not value or data[stop] != body[0] & 0x0F or value == b"\xff":
                return None
            return value[0]
        if not size:
            return None
        offset += size[0]
    return None


def kind_sentence(kind: int | None) -> str:
    """Say what a file is whose `file_id.type` is no activity."""
    word = None if kind is None else enum_name("file", kind)
    if word is None:
        return f"This is a FIT file of kind {kind}, not an activity."
    word = {
        "monitoring_a": "daily monitoring",
        "monitoring_b": "daily monitoring",
        "monitoring_daily": "daily monitoring",
        "sport": "sport settings",
    }.get(word, word.replace("_", " "))
    article = "an" if word[0] in "aeiou" else "a"
    return f"This is {article} {word} file, not an activity."


def sport_sentence(sports: list[str]) -> str:
    """Say which sports a file holds, none of them running."""
    words = []
    for sport in dict.fromkeys(sports):
        word = sport.replace("_", " ")
        words.append(f"{'an' if word[0] in 'aeiou' else 'a'} {word} activity")
    listed = " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
    return f"This is {listed}, not a run."


def without_records(segment: Segment, known: list[Session]) -> Refusal:
    """Say why a file without samples is refused."""
    if any(is_run(s.sport) for s in known):
        return Refusal("not_a_run", "This run has no samples: only its summary was recorded.")
    if segment.groups:
        damaged = any(i.code in {"corrupt", "truncated", "header_size"} for i in segment.issues)
        if damaged and not known:
            return Refusal("unreadable", "The file is damaged or cut off before its first sample.")
        return Refusal("not_a_run", "This activity has no samples.")
    return Refusal("unreadable", "The file holds nothing that can be read.")
