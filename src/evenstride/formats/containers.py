"""How files inside folders and archives are found, whatever they are called and however deep.

Everything is told by content: a ZIP named `.fit`, a `.fit.gz`, a ZIP in a ZIP. What cannot be
opened is reported beside what can, so one bad file never stops the rest. Archives are opened member
by member in bounded memory, and never unpacked to names they choose.
"""

from __future__ import annotations

import gzip
import lzma
import os
import stat
import struct
import tempfile
import zipfile
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from evenstride.domain.errors import InputError
from evenstride.domain.recording import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MAX_FILE_BYTES = 256 * 2**20
MAX_DEPTH = 4  # archives in archives
# One archive may unpack to this many times its size, and this much more: FIT files shrink to about
# a third, a bomb to a thousandth.
MAX_RATIO = 100
ALLOWANCE_BYTES = 256 * 2**20
MAX_UNPACKED_BYTES = 64 * 2**30  # of one archive, whatever its size
MAX_MEMBERS = 200_000  # of one archive with all the archives in it
# All of a table of contents is in memory at once, at some ten times its size.
MAX_CONTENTS_BYTES = 16 * 2**20

_HEAD = 16
_CHUNK = 2**20
_SPOOL = 8 * 2**20
_NOT_A_WATCH_FILE = Refusal("not_a_run", "This is neither a FIT file nor an archive.")
_TOO_LARGE = Refusal("unreadable", "The file is larger than any watch writes (more than 256 MiB).")
_BOMB = Refusal("unreadable", "The archive unpacks to far more than a run could hold.")
_TOO_MANY = Refusal("unreadable", "The archive holds more files than any runner has runs.")
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    MemoryError,  # a damaged LZMA header may ask for gigabytes
    RuntimeError,  # locked, or (NotImplementedError) packed by a method that Python lacks
)
"""What opening a damaged archive, or reading from it, may raise."""


@dataclass(frozen=True, slots=True)
class Found:
    """One file that may hold a run, or why there is none.

    Attributes
    ----------
    name
        What to show: the path, and for members of archives the way to them
        (`export.zip/DI_CONNECT/part1.zip/123_ACTIVITY.fit`).
    path
        The plain file on disk, so that another process may read it; None for members of archives.
    data
        The content of a member; None for plain files.
    refusal
        Why nothing can be read here; then neither path nor data is given.
    given
        Which of the paths that `walk` was given it was found under.
    """

    name: str
    path: Path | None = None
    data: bytes | None = None
    refusal: Refusal | None = None
    given: Path | None = None


def walk(paths: Iterable[Path], names: Mapping[Path, str] | None = None) -> Iterator[Found]:
    """Offer every file under `paths` that may be an activity, in a stable order.

    Parameters
    ----------
    paths
        Files, folders and archives. Hidden files and folders inside of them are passed over.
    names
        What to call some of these paths instead: a file that was sent here lies under another name
        than its own.

    Returns
    -------
        Files as they are found; the content of archive members is held one at a time.

    Raises
    ------
    InputError
        One of `paths` does not exist. Raised before the first file is offered.
    """
    given = [Path(path) for path in paths]
    for path in given:
        if not os.path.lexists(path):
            raise InputError(f"There is no file or folder {path}.")
    return _all(given, names or {})


def count(paths: Iterable[Path]) -> int:
    """Estimate how many files `walk` will offer, for a progress bar.

    Archives are counted by their table of contents; an archive in an archive by its size.
    """
    total = 0
    for path in paths:
        for _, file in _files(Path(path), shown=str(path), visited=set()):
            total += 1
            if isinstance(file, Refusal) or not _starts_like_zip(file):
                continue
            try:
                with file.open("rb") as opened, _archive(opened) as archive:
                    total += sum(_guess(m) for m in archive.infolist() if _wanted(m.filename)) - 1
            except _BROKEN:
                continue
    return total


def _guess(member: zipfile.ZipInfo) -> int:
    if member.filename.lower().endswith(".zip"):
        return max(1, member.file_size // 40_000)
    return 1


def _starts_like_zip(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return _kind(opened.read(_HEAD)) == "zip"
    except OSError:
        return False


def _all(paths: list[Path], names: Mapping[Path, str]) -> Iterator[Found]:
    for path in paths:
        for name, file in _files(path, shown=names.get(path, str(path)), visited=set()):
            if isinstance(file, Refusal):
                yield Found(_shown(name), refusal=file, given=path)
            else:
                for found in _plain(_shown(name), file):
                    yield replace(found, given=path)


def _shown(name: str) -> str:
    """Make a name safe to print: archives and disks may hold any characters."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name)


def _wanted(name: str) -> bool:
    """Whether a member of an archive is worth a look: no folder, nothing hidden.

    Ways upward (`../`) are no reason to pass it over: nothing is ever unpacked to its name.
    """
    parts = [part for part in name.split("/") if part not in (".", "..")]
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return bool(parts) and bool(parts[-1]) and not hidden


def _files(
    path: Path, *, shown: str, visited: set[tuple[int, int]]
) -> Iterator[tuple[str, Path | Refusal]]:
    """Yield the regular files under a path in order of their names, each folder once."""
    try:
        status = path.stat()
    except OSError as error:
        yield shown, Refusal("unreadable", f"It cannot be opened ({_reason(error)}).")
        return
    if stat.S_ISREG(status.st_mode):
        yield shown, path
        return
    if not stat.S_ISDIR(status.st_mode):
        yield shown, Refusal("unreadable", "This is neither a file nor a folder.")
        return
    here = (status.st_dev, status.st_ino)
    if here in visited:
        return  # a link back to a folder that was seen
    visited.add(here)
    try:
        names = sorted(inner.name for inner in path.iterdir())
    except OSError as error:
        yield shown, Refusal("unreadable", f"The folder cannot be opened ({_reason(error)}).")
        return
    for name in names:
        if not name.startswith("."):
            yield from _files(path / name, shown=f"{shown}/{name}", visited=visited)


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()


def _kind(head: bytes) -> str:
    if head[8:12] == b".FIT":
        return "fit"
    if head[:2] == b"\x1f\x8b":
        return "gzip"
    if head[:4] in {b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"}:
        return "zip"
    return "other"


def _plain(name: str, path: Path) -> Iterator[Found]:
    """Offer a file on disk, or what is in it."""
    try:
        with path.open("rb") as file:
            kind = _kind(file.read(_HEAD))
            size = os.fstat(file.fileno()).st_size
            if kind in {"gzip", "zip"}:
                file.seek(0)
                fair = ALLOWANCE_BYTES + MAX_RATIO * size
                allowance = _Allowance(min(fair, MAX_UNPACKED_BYTES), MAX_MEMBERS)
                opened = _gzip if kind == "gzip" else _zip
                yield from opened(name, file, 0, allowance)
                return
    except OSError as error:
        yield Found(name, refusal=Refusal("unreadable", f"It cannot be read ({_reason(error)})."))
        return
    if kind == "other" and not name.lower().endswith(".fit"):
        yield Found(name, refusal=_NOT_A_WATCH_FILE)
    elif size > MAX_FILE_BYTES:
        yield Found(name, refusal=_TOO_LARGE)
    else:
        # A `.fit` that does not begin like one is offered too: its reader says what is wrong.
        yield Found(name, path=path)


class _TooManyMembersError(ValueError):
    """An archive has more members than may be."""


def _archive(file: IO[bytes]) -> zipfile.ZipFile:
    """Open a ZIP unless its table of contents, which is read at once, is too large.

    What counts is the size of the table, by which it is read; the number of members may be a lie.
    """
    end = file.seek(0, os.SEEK_END)
    tail_bytes = min(end, _END_RECORD.size + 2**16)
    file.seek(end - tail_bytes)
    tail = file.read(tail_bytes)
    at = tail.rfind(b"PK\x05\x06")
    if at >= 0 and len(tail) - at >= _END_RECORD.size:
        contents_bytes = _END_RECORD.unpack_from(tail, at)[1]
        if contents_bytes == 0xFFFF_FFFF:  # the real size stands in the record of a large archive
            at = tail.rfind(b"PK\x06\x06", 0, at)
            large = at >= 0 and len(tail) - at >= _LARGE_END_RECORD.size
            contents_bytes = _LARGE_END_RECORD.unpack_from(tail, at)[1] if large else end
        if contents_bytes > MAX_CONTENTS_BYTES:
            raise _TooManyMembersError
    file.seek(0)
    return zipfile.ZipFile(file)


_END_RECORD = struct.Struct("<4x6xHI4x2x")
_LARGE_END_RECORD = struct.Struct("<4x28xQQ8x")
"""How many members an archive says it has, and how many bytes its table of contents."""


class _Allowance:
    """How many bytes and members may still be unpacked from one archive on disk."""

    __slots__ = ("left", "members")

    def __init__(self, left: int, members: int) -> None:
        self.left = left
        self.members = members

    def take(self, size: int) -> bool:
        self.left -= size
        return self.left >= 0

    def take_member(self) -> bool:
        self.members -= 1
        return self.members >= 0


def _read_all(file: IO[bytes], head: bytes, allowance: _Allowance) -> bytes | Refusal:
    """Read the rest of a member into memory, within limits."""
    chunks = [head]
    size = len(head)
    while chunk := file.read(_CHUNK):
        size += len(chunk)
        if size > MAX_FILE_BYTES:
            return _TOO_LARGE
        if not allowance.take(len(chunk)):
            return _BOMB
        chunks.append(chunk)
    return b"".join(chunks)


def _gzip(name: str, file: IO[bytes], depth: int, allowance: _Allowance) -> Iterator[Found]:
    if depth >= MAX_DEPTH:
        yield Found(name, refusal=_nested_too_deep())
        return
    try:
        with gzip.GzipFile(fileobj=file, mode="rb") as opened:
            own_name = name.removesuffix(".gz")
            yield from _member(name, own_name, cast("IO[bytes]", opened), depth, allowance)
    except _BROKEN:
        yield Found(
            name, refusal=Refusal("unreadable", "The compressed file is damaged or cut off.")
        )


def _zip(name: str, file: IO[bytes], depth: int, allowance: _Allowance) -> Iterator[Found]:
    if depth >= MAX_DEPTH:
        yield Found(name, refusal=_nested_too_deep())
        return
    try:
        archive = _archive(file)
    except _TooManyMembersError:
        yield Found(name, refusal=_TOO_MANY)
        return
    except _BROKEN:
        yield Found(name, refusal=Refusal("unreadable", "The archive is damaged or cut off."))
        return
    with archive:
        members = sorted(
            (m for m in archive.infolist() if _wanted(m.filename)), key=lambda m: m.filename
        )
        if not members:
            yield Found(name, refusal=Refusal("not_a_run", "The archive is empty."))
        for member in members:
            within = f"{name}/{_shown(member.filename)}"
            if member.flag_bits & 0x1:
                refusal = Refusal("unreadable", "It is locked with a password.")
                yield Found(within, refusal=refusal)
                continue
            if allowance.left < 0:
                yield Found(within, refusal=_BOMB)
                return
            if not allowance.take_member():
                yield Found(within, refusal=_TOO_MANY)
                return
            try:
                with archive.open(member) as opened:
                    yield from _member(within, member.filename, opened, depth, allowance)
            except _BROKEN:
                refusal = Refusal("unreadable", "It is damaged in its archive.")
                yield Found(within, refusal=refusal)


def _nested_too_deep() -> Refusal:
    return Refusal("unreadable", f"Archives lie more than {MAX_DEPTH} deep in one another.")


def _member(
    name: str, own_name: str, file: IO[bytes], depth: int, allowance: _Allowance
) -> Iterator[Found]:
    """Offer an unpacked stream: a file, or an archive again."""
    head = file.read(_HEAD)
    kind = _kind(head)
    if kind == "other" and not own_name.lower().endswith(".fit"):
        yield Found(name, refusal=_NOT_A_WATCH_FILE)
        return
    if kind in {"gzip", "zip"}:
        # Archives are read from their end, so a stream of one goes to disk first.
        with tempfile.SpooledTemporaryFile(max_size=_SPOOL) as spool:
            spool.write(head)
            while chunk := file.read(_CHUNK):
                if not allowance.take(len(chunk)):
                    yield Found(name, refusal=_BOMB)
                    return
                spool.write(chunk)
            spool.seek(0)
            opened = _gzip if kind == "gzip" else _zip
            yield from opened(name, spool, depth + 1, allowance)
        return
    data = _read_all(file, head, allowance)
    if isinstance(data, Refusal):
        yield Found(name, refusal=data)
    else:
        yield Found(name, data=data)
