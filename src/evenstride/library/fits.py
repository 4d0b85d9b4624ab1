"""Decides how fits of models are kept between answers: a file a slot, its inputs' digest inside.

What is kept is computed and may vanish at any time; keeping it is never a reason to fail. A file is
believed only if it is whole and of the inputs that are asked for.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from evenstride.domain.errors import StorageError
from evenstride.library import files, layout

if TYPE_CHECKING:
    from pathlib import Path

MOST_SLOTS = 32

_SLOT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
_HEAD = b"evenstride fit 1"


def stored_fit(root: Path, slot: str, digest: str) -> bytes | None:
    """Read what a slot holds, None unless it is of these inputs; see `Library.stored_fit`."""
    try:
        content = _place(root, slot).read_bytes()
    except OSError:
        return None
    head, _, rest = content.partition(b"\n")
    line, _, data = rest.partition(b"\n")
    sound = head == _HEAD and line == _line(digest, data)
    return data if sound else None


def store_fit(root: Path, slot: str, digest: str, data: bytes) -> bool:
    """Keep a fit in a slot and say whether that was possible; see `Library.store_fit`."""
    target = _place(root, slot)
    try:
        files.write_whole(root, target, b"\n".join((_HEAD, _line(digest, data), data)))
    except StorageError:
        return False
    _make_room(target)
    return True


def _place(root: Path, slot: str) -> Path:
    if not _SLOT.fullmatch(slot):
        raise ValueError(f"{slot!r} cannot name a file: use letters, digits, '_', '-' and '.'")
    return layout.fit_path(root, slot)


def _line(digest: str, data: bytes) -> bytes:
    # The data's own hash too: after a power cut a file may have its name and length, and be zeros.
    return f"{files.sha256_of(digest.encode())} {files.sha256_of(data)}".encode()


def _make_room(written: Path) -> None:
    """Remove the slots written longest ago beyond MOST_SLOTS, but never `written`."""
    aged = []
    with suppress(OSError):
        for path in written.parent.iterdir():
            with suppress(OSError):  # another process makes room, too
                aged.append((path == written, path.stat().st_mtime_ns, path))
    for _, _, path in sorted(aged)[:-MOST_SLOTS]:
        with suppress(OSError):
            path.unlink()
