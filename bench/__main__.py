"""`make bench`: run every benchmark and long suite, and write BENCHMARKS.md."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

_CHAPTERS = {
    "bench_fit": "Reading FIT",
    "bench_import": "Importing an archive",
    "bench_app": "What a person waits for",
    "bench_web": "The app on 3,000 runs",
    "bench_gait": "Measures of a run",
    "bench_trend": "Status and trend",
    "bench_moves": "What moves balance",
    "bench_comparison": "Like for like",
    "bench_foretelling": "The next run",
    "bench_experiments": "Did it work?",
    "bench_complaints": "What the body says",
    "bench_screening": "Screening tests",
    "bench_plan": "Plans",
    "bench_real": "The thirty real runs",
}
_HEAD = """# Benchmarks

Made by `make bench` (`python -m bench --only bench_fit` for one chapter, `--quick` for a short
look); every figure is of the code and machine named here. Speeds are medians, and comparisons are
ratios within one interleaved run. Statistical figures are of simulated runners with known truth;
Monte Carlo intervals (95 %) are in brackets.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short forms; nothing is written")
    parser.add_argument("--only", choices=_CHAPTERS, help="one chapter; the others are kept")
    chosen = parser.parse_args()
    target = Path(__file__).resolve().parents[1] / "BENCHMARKS.md"
    chapters = {}
    for module, title in _CHAPTERS.items():
        if chosen.only in (None, module):
            print(f"{title} ...", file=sys.stderr, flush=True)
            bench = import_module(f"bench.{module}")
            chapters[title] = _chapter(title, bench.results(quick=chosen.quick), bench.NOTES)
            print(chapters[title], flush=True)
        else:
            chapters[title] = _kept(target, title)
    if not chosen.quick:
        target.write_text(_HEAD + "\n" + "\n".join(filter(None, chapters.values())))


def _chapter(title: str, rows: list[tuple[str, str, str, bool]], notes: str) -> str:
    missed = sum(not met for *_, met in rows)
    table = "\n".join(
        f"| {what} | {goal} | {measured} | {'yes' if met else '**no**'} |"
        for what, goal, measured, met in rows
    )
    state = "all targets met" if not missed else f"{missed} of {len(rows)} targets missed"
    return (
        f"## {title}\n\n{datetime.now(UTC):%Y-%m-%d}; {_machine()}; {state}.\n\n"
        f"| what | target | measured | met |\n|---|---|---|---|\n{table}\n\n{notes.strip()}\n"
    )


def _machine() -> str:
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    packages = ", ".join(f"{p} {version(p)}" for p in ("numpy", "polars", "sqlalchemy"))
    cores = len(os.sched_getaffinity(0))
    return f"{model}, {cores} cores; Python {platform.python_version()}, {packages}"


def _kept(target: Path, title: str) -> str | None:
    if not target.exists():
        return None
    parts = target.read_text().split("\n## ")
    return next((f"## {part}" for part in parts[1:] if part.startswith(f"{title}\n")), None)


if __name__ == "__main__":
    main()
