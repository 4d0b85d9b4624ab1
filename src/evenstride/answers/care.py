"""Looking after the library: is it sound, make it anew, take everything out, choose a recording."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from evenstride.answers.preparing import recompute
from evenstride.answers.provenance import provenance
from evenstride.domain.answer import Answer
from evenstride.domain.wording import count_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from evenstride.answers.rows import FindingRow
    from evenstride.library import CheckFinding, Library, Prepared, StoredFile

    Progress = Callable[[int, int], None]


def check_library(lib: Library) -> Answer:
    """Verify every hash, file and row.

    Returns
    -------
        Table `findings`. Verdict `clean`, or `damaged` when something is lost or wrong.
    """
    found = lib.check()
    damage = [f for f in found if f.severity == "damage"]
    runs = lib.runs(measures=())
    return Answer(
        question="library",
        headline=(
            f"{count_words(len(damage), 'thing')} wrong in the library at {lib.root}."
            if damage
            else f"The library at {lib.root} is sound: every file, hash and row is as it should be."
        ),
        verdict="damaged" if damage else "clean",
        provenance=provenance(runs, "none"),
        sentences=(f"It holds {count_words(runs.height, 'run')}.",),
        tables={"findings": _finding_rows(found)},
    )


def _finding_rows(found: Sequence[CheckFinding]) -> tuple[FindingRow, ...]:
    """List every damage by itself, and harmless notes by their kind."""
    damage: list[FindingRow] = [
        {"name": f.where or f.code, "verdict": f.severity, "text": f.message}
        for f in found
        if f.severity == "damage"
    ]
    notes = Counter(f.message for f in found if f.severity == "note")
    summed: list[FindingRow] = [
        {"name": count_words(n, "file"), "verdict": "note", "text": message}
        for message, n in notes.items()
    ]
    return (*damage, *summed)


def rebuild_library(lib: Library, *, on_progress: Progress | None = None) -> Answer:
    """Make everything computed anew from the raw files; run ids and what was typed stay.

    Returns
    -------
        Verdict `rebuilt`, or `damaged` when a raw file is missing or damaged.
    """
    total = len(lib.stored_files())

    def anew(files: Iterable[StoredFile]) -> Iterator[Prepared]:
        for done, prepared in enumerate(recompute(files, lib.root), start=1):
            if on_progress is not None:
                on_progress(done, max(total, done))
            yield prepared

    report = lib.rebuild(anew)
    caveats = [
        f"The raw file of {name} is missing or damaged: import the original file again, or restore "
        "a backup; what it gave before is kept."
        for name in report.damaged
    ]
    caveats += [f"{name} gives no run any more." for name in report.without_runs]
    lost = len(report.damaged)
    but = f"; {count_words(lost, 'raw file')} {'is' if lost == 1 else 'are'} missing or damaged"
    return Answer(
        question="library",
        headline=(
            f"Rebuilt {count_words(report.recordings, 'recording')} from "
            f"{count_words(report.files, 'file')}{but if lost else ''}."
        ),
        verdict="rebuilt" if not report.damaged else "damaged",
        provenance=provenance(lib.runs(measures=()), "none"),
        caveats=tuple(caveats),
    )


def export_library(lib: Library, to: Path) -> Answer:
    """Write everything as open files into a new folder, the raw files with it."""
    lib.export(to, raw=True)
    runs = lib.runs(measures=())
    return Answer(
        question="library",
        headline=(
            f"Exported {count_words(runs.height, 'run')} to {to}: CSV, JSON, Parquet, raw files."
        ),
        verdict="exported",
        provenance=provenance(runs, "none"),
    )


def backup_library(lib: Library, to: Path) -> Answer:
    """Copy the whole library into a new folder, which is itself a library."""
    lib.backup(to)
    runs = lib.runs(measures=())
    return Answer(
        question="library",
        headline=f"Copied {count_words(runs.height, 'run')} to {to}.",
        verdict="backed_up",
        provenance=provenance(runs, "none"),
        sentences=(f"To use the copy: evenstride status --library {to}",),
    )


def prefer_recording(lib: Library, run: str, recording: str) -> Answer:
    """Let one recording speak for a run that several devices recorded; "" undoes the choice."""
    run_id = lib.resolve(run)
    lib.prefer(run_id, recording.strip() or None)
    return Answer(
        question="library",
        headline=(
            f"Answers now use recording {recording.strip()} for run {run_id}."
            if recording.strip()
            else f"Nothing is preferred for run {run_id} any more: the library chooses."
        ),
        verdict="preferred",
        provenance=provenance(lib.runs(measures=()), "none"),
    )
