"""The app on a library of 3,000 runs: how soon a page is there, and how heavy it is."""

from __future__ import annotations

import gzip
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.archive import write_archive

if TYPE_CHECKING:
    from collections.abc import Iterator

NOTES = """
Server time is from the request to the last byte over loopback, one request at a time, pages in
turn, after one visit to each (warm). Cold is the first visit to each page after a start, with the
fits of the trend already in the library's folder, as they are after any earlier answer. A first
visit is the Home page and the Trend page with every asset they name; later visits load no asset
again.
"""

PAGES = {
    "Home": "/",
    "Runs": "/runs",
    "Runs, filtered and sorted": "/runs?text=pod&sort=balance_left_pct",
    "Runs, last page": "/runs?at=2900",
    "Run": "/runs/last",
    "Trend": "/trend",
    "Trend, one year": "/trend?since=2021-06-01",
    "Import": "/import",
    "Library": "/library",
    "Settings": "/settings",
    "Home as JSON": "/?format=json",
}


def results(quick: bool = False) -> list[tuple[str, str, str, bool]]:
    """Measure; rows of (what, target, measured, met)."""
    rounds, runs = (5, 300) if quick else (60, 3000)
    with tempfile.TemporaryDirectory() as name:
        library = Path(name) / "library"
        _library(library, runs)
        with _serving(library) as (address, _):  # so that the fits are kept
            for page in PAGES.values():
                _get(address + page)
        with _serving(library) as (address, (since_ready_s, since_start_s)):
            cold = {page: _timed(address + path) for page, path in PAGES.items() if page != "Home"}
            spent: dict[str, list[float]] = {page: [] for page in PAGES}
            for path in PAGES.values():
                _get(address + path)
            for _ in range(rounds):
                for page, path in PAGES.items():
                    spent[page].append(_timed(address + path))
            first_visit = _weight(address, ("/", "/trend"), set())
            seen: set[str] = set()
            _weight(address, ("/", "/trend", "/runs/last", "/import"), seen)
            later = {page: _weight(address, (path,), seen) for page, path in PAGES.items()}
    every = [seconds for page in spent.values() for seconds in page]
    rows = [
        (
            "server time over all pages, warm: median, p95, p99, largest",
            "p95 ≤ 100 ms",
            ", ".join(f"{1000 * v:.0f}" for v in (*_quantiles(every, (50, 95, 99)), max(every)))
            + " ms",
            _quantiles(every, (95,))[0] <= 0.1,
        )
    ]
    for page, seconds in spent.items():
        p50, p95 = _quantiles(seconds, (50, 95))
        rows.append(
            (
                f"{page}, warm: median, p95",
                "≤ 100 ms",
                f"{1000 * p50:.0f}, {1000 * p95:.0f} ms",
                p95 <= 0.1,
            )
        )
    worst = max(cold, key=lambda page: cold[page])
    rows += [
        (
            "first page, since the program said its address",
            "≤ 1.5 s",
            f"{since_ready_s:.2f} s",
            since_ready_s <= 1.5,
        ),
        ("first page, since the program was called", "–", f"{since_start_s:.2f} s", True),
        (
            "cold: the slowest other page's first visit",
            "–",
            f"{1000 * cold[worst]:.0f} ms ({worst})",
            True,
        ),
        (
            "first visit, compressed",
            "≤ 1.2 MB",
            f"{first_visit / 1e6:.2f} MB",
            first_visit <= 1.2e6,
        ),
        (
            "later visit, compressed: the heaviest page",
            "≤ 100 KB",
            f"{max(later.values()) / 1000:.0f} KB ({max(later, key=lambda k: later[k])})",
            max(later.values()) <= 100_000,
        ),
    ]
    return rows


def _quantiles(values: list[float], percents: tuple[int, ...]) -> list[float]:
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    return [cuts[percent - 1] for percent in percents]


def _library(path: Path, runs: int) -> None:
    from evenstride.answers import import_files, open_library

    archive = path.with_name("archive")
    write_archive(archive, runs)
    with open_library(path) as lib:
        import_files(lib, [archive], workers=None)
    shutil.rmtree(archive)


@contextmanager
def _serving(library: Path) -> Iterator[tuple[str, tuple[float, float]]]:
    """Start the program; give its address, and when the Home page was there.

    Seconds since the program said its address, and since it was called.
    """
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "evenstride", "serve", "--port", "0", "--library", str(library)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip().rstrip("/")
        ready = time.perf_counter()
        _get(address + "/")
        there = time.perf_counter()
        yield address, (there - ready, there - began)
    finally:
        process.terminate()
        process.wait(20)


def _get(address: str) -> bytes:
    """Fetch as a browser does; return the bytes as they came over the wire."""
    request = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as response:
        content: bytes = response.read()
        return content


def _timed(address: str) -> float:
    began = time.perf_counter()
    _get(address)
    return time.perf_counter() - began


def _weight(address: str, pages: tuple[str, ...], seen: set[str]) -> int:
    """Add up what these pages and the assets they name weigh, those in `seen` left out."""
    total = 0
    for page in pages:
        sent = _get(address + page)
        total += len(sent)
        text = gzip.decompress(sent) if sent[:2] == b"\x1f\x8b" else sent
        todo = re.findall(rb'(?:href|src)="(/(?:assets/|manifest)[^"]+)"', text)
        while todo:
            name = todo.pop().decode()
            if name in seen:
                continue
            seen.add(name)
            asset = _get(address + name)
            total += len(asset)
            if name.endswith(".css"):
                css = gzip.decompress(asset) if asset[:2] == b"\x1f\x8b" else asset
                base = name.rpartition("/")[0].encode()
                todo += [
                    found if found.startswith(b"/") else base + b"/" + found
                    for found in re.findall(rb'url\("?([^")]+\.woff2)"?\)', css)
                ]
    return total
