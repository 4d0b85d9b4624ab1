"""Decides where things lie in a library's folder. Knows names only and touches nothing.

```
library.sqlite                                 what was typed, and what was computed
raw/ab/abcdef….fit                             raw files under the SHA-256 of their content
samples/ab/abcdef…-0.1234567890abcdef.parquet  samples under recording and content
fits/balance_left_pct.bin                      a fit of a model; can be deleted at any time
copies/library-0001.sqlite                     the database as it was before a migration
tmp/                                           files being written; never read
```

Samples carry their content's hash in the name, so that recomputing them never overwrites a file
that the database still points to: whatever moment a process dies at, every row has its file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

DATABASE = "library.sqlite"
RAW = "raw"
SAMPLES = "samples"
FITS = "fits"
COPIES = "copies"
TEMPORARY = "tmp"

OWN_NAMES = frozenset(
    (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", RAW, SAMPLES, FITS, COPIES, TEMPORARY)
)
"""What a library's folder may hold by itself; anything else is somebody else's."""


IGNORED_NAMES = frozenset((".DS_Store", "Thumbs.db", "desktop.ini", "lost+found"))
"""What systems put into folders by themselves."""


def recording_id(sha256: str, session_index: int) -> str:
    """Name the recording of one session of the file with this SHA-256."""
    return f"{sha256[:16]}-{session_index}"


def raw_path(root: Path, sha256: str, file_format: str) -> Path:
    """Give the place of a raw file."""
    return root / RAW / sha256[:2] / f"{sha256}.{file_format}"


def samples_path(root: Path, recording: str, samples_sha256: str) -> Path:
    """Give the place of a recording's samples."""
    return root / SAMPLES / recording[:2] / f"{recording}.{samples_sha256[:16]}.parquet"


def fit_path(root: Path, slot: str) -> Path:
    """Give the place of the fit kept in a slot."""
    return root / FITS / f"{slot}.bin"
