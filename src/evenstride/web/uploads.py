"""Decides how an upload reaches the disk: as it comes, bounded, never by the names it gives.

Nothing lands twice and memory does not grow with what is sent: each file's bytes go straight to
where it waits for its import. A file is handed in as soon as it is complete, so that whatever ends
an upload early loses the one file it was at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool

from evenstride.answers.handing_in import Spooled, discard, require_room, spool, writing
from evenstride.domain.errors import EvenstrideError, InputError
from evenstride.domain.wording import printable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from starlette.requests import Request

    from evenstride.answers import Library

UPLOAD_BYTES = 4 * 2**30
MOST_FILES = 2000
"""Of one request; there may be as many requests as there are files."""

_FEED_BYTES = 2**20
_LOOK_BYTES = 64 * 2**20
_READ_OUT_BYTES = 128 * 2**20
_NAME_LENGTH = 160
_HEADER_BYTES = 16 * 2**10
_NO_UPLOAD = "This is no upload of files."


@dataclass(frozen=True, slots=True)
class HandedIn:
    """Something to import: what it is called, where it lies, and whether it is ours to remove."""

    name: str
    path: Path
    size_bytes: int | None = None
    is_ours: bool = True


def shown_name(name: str) -> str:
    """Make a name from outside fit to be shown: bounded, printable, its ending kept."""
    text = printable(name.replace("\\", "/").strip()) or "a file without a name"
    if len(text) > _NAME_LENGTH:
        half = _NAME_LENGTH // 2
        text = f"{text[:half]}…{text[-half + 1 :]}"
    return text


async def receive(request: Request, lib: Library, hand_in: Callable[[HandedIn], None]) -> int:
    """Take the files of a multipart request in; return how many.

    Raises
    ------
    InputError
        The request is no upload, or one of more files than fit; those before are handed in.
    StorageError
        The disk has no room.
    """
    stream = request.stream()
    try:
        return await _receive(request, stream, lib, hand_in)
    except EvenstrideError:
        # A browser that is still sending does not read why it should not.
        rest_bytes = 0
        async for chunk in stream:
            rest_bytes += len(chunk)
            if rest_bytes > _READ_OUT_BYTES:
                break
        raise


async def _receive(
    request: Request,
    stream: AsyncIterator[bytes],
    lib: Library,
    hand_in: Callable[[HandedIn], None],
) -> int:
    require_room(lib, int(request.headers.get("content-length", "0")))
    intake = Intake(request.headers.get("content-type", ""), lib, hand_in)
    waiting = bytearray()
    try:
        async for chunk in stream:
            waiting += chunk
            if len(waiting) >= _FEED_BYTES:
                await run_in_threadpool(intake.feed, bytes(waiting))
                waiting.clear()
        await run_in_threadpool(intake.feed, bytes(waiting))
        return intake.finish()
    finally:
        intake.abandon()


class Intake:
    """Takes one multipart body apart, fed in pieces from one thread at a time."""

    def __init__(
        self, content_type: str, lib: Library, hand_in: Callable[[HandedIn], None]
    ) -> None:
        kind, options = parse_options_header(content_type)
        boundary = options.get(b"boundary", b"")
        if kind != b"multipart/form-data" or not 0 < len(boundary) <= 200:
            raise InputError(_NO_UPLOAD)
        self._lib = lib
        self._hand_in = hand_in
        self._files = 0
        self._since_look_bytes = 0
        self._ended = False
        self._header_name = self._header_value = b""
        self._disposition = b""
        self._name: str | None = None
        self._size_bytes = 0
        self._spooled: Spooled | None = None
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._part_begins,
                "on_header_field": self._header_field,
                "on_header_value": self._header_text,
                "on_header_end": self._header_ends,
                "on_headers_finished": self._headers_end,
                "on_part_data": self._part_data,
                "on_part_end": self._part_ends,
                "on_end": self._body_ends,
            },
            max_header_size=_HEADER_BYTES,
        )

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the body."""
        try:
            if data:
                self._parser.write(data)
        except MultipartParseError as error:
            raise InputError(_NO_UPLOAD) from error

    def finish(self) -> int:
        """Say that the body has ended; return how many files it held."""
        if not self._ended:
            raise InputError("The upload was cut off: send the rest again.")
        return self._files

    def abandon(self) -> None:
        """Let go of a file that is not complete; a no-op where there is none."""
        if self._spooled is not None:
            self._spooled.file.close()
            discard([self._spooled.path])
            self._spooled = None

    def _part_begins(self) -> None:
        self._header_name = self._header_value = self._disposition = b""
        self._name, self._size_bytes = None, 0

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def _header_text(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _header_ends(self) -> None:
        if self._header_name.lower() == b"content-disposition":
            self._disposition = self._header_value
        self._header_name = self._header_value = b""

    def _headers_end(self) -> None:
        _, options = parse_options_header(self._disposition)
        given = options.get(b"filename")
        if not given:  # another field of the form, or no file was chosen
            return
        if self._files == MOST_FILES:
            raise InputError(
                f"One request takes {MOST_FILES:,} files; those are being imported. Send the rest "
                "again, or all as one ZIP."
            )
        self._name = shown_name(given.decode("utf-8", "replace"))
        self._spooled = spool(self._lib)

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        if self._spooled is None:
            return
        self._size_bytes += end - start
        self._since_look_bytes += end - start
        if self._since_look_bytes >= _LOOK_BYTES:
            self._since_look_bytes = 0
            require_room(self._lib, 0)
        with writing(self._lib):
            self._spooled.file.write(memoryview(data)[start:end])

    def _part_ends(self) -> None:
        if self._spooled is None:
            return
        with writing(self._lib):
            self._spooled.file.close()
        handed, self._spooled = self._spooled, None
        assert self._name is not None, "what is spooled has a name"
        self._files += 1
        try:
            self._hand_in(HandedIn(self._name, handed.path, self._size_bytes))
        except InputError:
            discard([handed.path])
            raise

    def _body_ends(self) -> None:
        self._ended = True
