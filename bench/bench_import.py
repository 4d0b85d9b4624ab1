"""Import of an archive: against its own decode time, with two processes, and its memory."""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from bench.archive import tree_memory_mb, write_archive

_PARTS = 3
"""The archive is taken in parts, each decoded, imported by one and by two processes in turn."""


def results(quick: bool = False) -> list[tuple[str, str, str, bool]]:
    """Measure; rows of (what, target, measured, met)."""
    runs = 240 if quick else 3000
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        paths = write_archive(root / "files", runs)
        size = len(paths) // _PARTS
        decode, one, two = [], [], []
        for part in range(_PARTS):
            mine = paths[part * size : (part + 1) * size]
            folder = root / f"part{part}"
            folder.mkdir()
            for path in mine:
                (folder / path.name).hardlink_to(path)
            decode.append(_decode(mine))
            one.append(_import(folder, root / f"one{part}", 1))
            two.append(_import(folder, root / f"two{part}", 2))
            for library in (f"one{part}", f"two{part}"):
                shutil.rmtree(root / library)
        ratio = statistics.median(o / d for o, d in zip(one, decode, strict=True))
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
            shutil.rmtree(library)
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
            f"{ratio:.2f} × (decode {1e3 * sum(decode) / n:.2f} ms a run, "
            f"import {1e3 * sum(one) / n:.2f} ms a run)",
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
