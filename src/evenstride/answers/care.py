"""Looking after the library: is it sound, make it anew, take everything out, choose a recording."""

from __future__ import annotations

import tempfile
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evenstride.answers.preparing import recompute
from evenstride.answers.provenance import provenance
from evenstride.domain.answer import Answer
from evenstride.domain.wording import count_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from evenstride.answers.rows import FindingRow, HealthRow
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


def zip_library(lib: Library, to: Path, *, on_progress: Progress | None = None) -> Answer:
    """Write the same as `export_library` into one ZIP, with room for both on the disk.

    Written under another name first: `to` is complete or not there.
    """
    from evenstride.library.files import storage_errors

    young = to.with_name(to.name + ".unfinished")
    with storage_errors(to), tempfile.TemporaryDirectory(prefix="evenstride-") as temporary:
        folder = Path(temporary) / "evenstride-export"
        lib.export(folder, raw=True)
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        try:
            with zipfile.ZipFile(young, "x", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                for done, path in enumerate(files, start=1):
                    packed = zipfile.ZIP_STORED if path.suffix == ".parquet" else None
                    archive.write(path, path.relative_to(temporary), packed)
                    if on_progress is not None and (done % 16 == 0 or done == len(files)):
                        on_progress(done, len(files))
            young.replace(to)
        finally:
            young.unlink(missing_ok=True)
    runs = lib.runs(measures=())
    return Answer(
        question="library",
        headline=(
            f"Exported {count_words(runs.height, 'run')} as one ZIP: CSV, JSON, Parquet, raw files."
        ),
        verdict="exported",
        provenance=provenance(runs, "none"),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """What `check_library` answered, and when (aware, UTC)."""

    at_utc: datetime
    answer: Answer


def library_health(lib: Library, *, checked: Checked | None = None) -> Answer:
    """Say what the library holds, how much room it takes, and what the last check found.

    Parameters
    ----------
    lib
        The library.
    checked
        The last check; None while there was none.

    Returns
    -------
        Table `health`, and `findings` of the last check. Verdict `shown`, or `damaged` when the
        last check found damage.
    """
    held = lib.holdings()
    runs = lib.runs(measures=())
    sound: HealthRow = {
        "name": "check",
        "value": None if checked is None else checked.answer.verdict,
        "unit": "",
        "text": (
            "Not checked since Evenstride was started."
            if checked is None
            else f"{checked.answer.headline} Checked {checked.at_utc:%Y-%m-%d %H:%M} UTC."
        ),
    }
    last = held.last_import_utc
    raw, samples, database = held.raw_bytes, held.samples_bytes, held.database_bytes
    health: list[HealthRow] = [
        {"name": "runs", "value": runs.height, "unit": "", "text": "Runs"},
        {"name": "recordings", "value": held.recordings, "unit": "", "text": "Recordings"},
        {"name": "files", "value": held.files, "unit": "", "text": "Watch files"},
        {"name": "raw_bytes", "value": raw, "unit": "B", "text": "Size of files"},
        {"name": "samples_bytes", "value": samples, "unit": "B", "text": "Size of samples"},
        {"name": "database_bytes", "value": database, "unit": "B", "text": "Size of database"},
        {
            "name": "last_import_utc",
            "value": None if last is None else last.isoformat(timespec="seconds"),
            "unit": "",
            "text": "Last import",
        },
        sound,
    ]
    damaged = checked is not None and checked.answer.verdict == "damaged"
    size = raw + samples + database
    return Answer(
        question="library",
        headline=(
            f"{count_words(runs.height, 'run')} in {count_words(held.files, 'file')}, "
            f"{size_words(size)} on this computer's disk."
        ),
        verdict="damaged" if damaged else "shown",
        provenance=provenance(runs, "none"),
        tables={
            "health": tuple(health),
            **({"findings": checked.answer.tables["findings"]} if checked is not None else {}),
        },
    )


def size_words(size_bytes: float) -> str:
    """Say a size as people read it: `12 MB`."""
    for unit, step in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size_bytes >= step:
            value = size_bytes / step
            return f"{value:.1f} {unit}" if value < 10 else f"{value:,.0f} {unit}"
    return f"{size_bytes:.0f} B"


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
