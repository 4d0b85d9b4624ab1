"""Import of an archive: against its own decode time, with two processes, and its memory.

Decode time is that of reading the archive's bytes into recordings (`formats.read`), as the import
itself does it; beside it stands the time to decode every field of every message, as the decoders
are compared by. The archive is taken in parts, each decoded, imported by one process and by two in
turn, so that a machine that slows down slows all of them; the median of the parts counts. Nothing
is deleted in between: ext4 takes long to find an inode where many have just been freed.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.archive import tree_memory_mb, write_archive

_PARTS = 3


def results(quick: bool = False) -> list[tuple[str, str, str, bool]]:
    """Measure; rows of (what, target, measured, met)."""
    runs = 240 if quick else 3000
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        _compile(root / "bytecode")
        paths = write_archive(root / "files", runs)
        size = len(paths) // _PARTS
        read, decode, one, two = [], [], [], []
        for part in range(_PARTS):
            mine = paths[part * size : (part + 1) * size]
            folder = root / f"part{part}"
            folder.mkdir()
            for path in mine:
                (folder / path.name).hardlink_to(path)
            read.append(_read(mine))
            decode.append(_decode(mine))
            one.append(_import(folder, root / f"one{part}", 1))
            two.append(_import(folder, root / f"two{part}", 2))
        ratio = statistics.median(o / r for o, r in zip(one, read, strict=True))
        against_fields = statistics.median(o / d for o, d in zip(one, decode, strict=True))
        speedup = statistics.median(o / t for o, t in zip(one, two, strict=True))
        peaks = {}
        for count in (runs // 10, runs):
            subset = root / f"memory{count}"
            subset.mkdir()
            for path in paths[:count]:
                (subset / path.name).hardlink_to(path)
            command = [sys.executable, "-m", "evenstride", "import", str(subset), "--workers", "2"]
            library = root / f"memory-library{count}"
            peaks[count] = tree_memory_mb([*command, "--library", str(library)])[1:]
    n, hours = size * _PARTS, f"{runs:,} one-hour runs"
    memory = "; ".join(
        f"{count:,} runs: {large:.0f} MB the largest process, {together:.0f} MB all together"
        for count, (large, together) in peaks.items()
    )
    worst = max(together for _, together in peaks.values())
    return [
        (
            f"import of {hours} in one process, against decoding them",
            "≤ 3.5 ×",
            f"{ratio:.2f} × (import {1e3 * sum(one) / n:.2f} ms a run, reading into recordings "
            f"{1e3 * sum(read) / n:.2f} ms); {against_fields:.2f} × decoding every field of every "
            f"message ({1e3 * sum(decode) / n:.2f} ms)",
            ratio <= 3.5,
        ),
        (
            f"import of {hours} by two processes, against one",
            "≥ 1.6 × faster",
            f"{speedup:.2f} × ({sum(two):.1f} s against {sum(one):.1f} s)",
            speedup >= 1.6,
        ),
        ("peak memory of an import with two workers", "≤ 400 MB", memory, worst <= 400.0),
    ]


def _compile(folder: Path) -> None:
    """Have the bytecode that every installation has: a helper must not compile at its start."""
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder)
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    imports = "import evenstride.answers.importing, evenstride.formats.fit.recording"
    imports += ", evenstride.gait, evenstride.library.library, evenstride.cli.app"
    subprocess.run([sys.executable, "-c", imports], env=environment, check=True)


def _read(paths: list[Path]) -> float:
    """Read all files into recordings; seconds without those to load the bytes."""
    from evenstride.formats import read

    read(paths[0].read_bytes())  # the profile is loaded once
    spent = 0.0
    for path in paths:
        data = path.read_bytes()
        began = time.perf_counter()
        read(data)
        spent += time.perf_counter() - began
    return spent


def _decode(paths: list[Path]) -> float:
    """Decode all messages of all files, every field read into memory; seconds."""
    from bench.bench_fit import decode_all

    decode_all(paths[0].read_bytes())  # the profile is loaded once
    spent = 0.0
    for path in paths:
        data = path.read_bytes()
        began = time.perf_counter()
        decode_all(data)
        spent += time.perf_counter() - began
    return spent


def _import(folder: Path, library: Path, workers: int) -> float:
    from evenstride.answers import import_files, open_library

    with open_library(library) as lib:
        began = time.perf_counter()
        import_files(lib, [folder], workers=workers)
        return time.perf_counter() - began


if __name__ == "__main__":
    for row in results(quick="--quick" in sys.argv):
        print(*row, sep=" | ")
