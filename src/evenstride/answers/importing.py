"""Watch files into the library: what was new, known, not a run, or unreadable, and why."""

from __future__ import annotations

import os
from collections import Counter, deque
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from evenstride.answers.preparing import Outcome, WatchFile, prepare_all
from evenstride.answers.provenance import provenance
from evenstride.domain.answer import Answer
from evenstride.domain.errors import EvenstrideError, InputError
from evenstride.domain.wording import count_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from evenstride.answers.rows import FileRow, NotARunRow, OutcomeRow, WaitingRow
    from evenstride.library import Library, Prepared

_BATCH = 64
_WORTH_WORKERS = 200
"""Below so many files, starting workers costs more than it saves."""


def import_files(
    lib: Library,
    paths: str | Path | Iterable[str | Path],
    *,
    workers: int | None = 1,
    on_progress: Callable[[int, int], None] | None = None,
    names: Mapping[Path, str] | None = None,
    on_file: Callable[[Path, FileRow], None] | None = None,
) -> Answer:
    """Import watch files, folders, `.zip` and `.gz`, whatever lies in them.

    The same file twice is no harm, one bad file never stops the rest, and an import that was
    stopped at any moment ends, run again, in the same library.

    Parameters
    ----------
    lib
        The library to import into.
    paths
        Files and folders, or one of them.
    workers
        Processes that decode, this one among them; 1 for this process alone (needed where the
        calling script has no `if __name__ == "__main__"`), None for as many as are useful.
    on_progress
        Called with the files done and the files there are.
    names
        What to call some of the paths, where they are not called what their files were.
    on_file
        Called with each file's outcome, once that is in the library, and the path among `paths`
        under which the file was found.

    Returns
    -------
        Tables `files` (every file's outcome), `not_a_run` and `unreadable`. Verdict `imported`, or
        `nothing_new` when every run was there already.

    Raises
    ------
    InputError
        A path does not exist, or no file under the paths gives a run; the message says what they
        are. Or there are fewer than 1 `workers`.
    EvenstrideError
        The disk is full, or a process died; what was finished is kept.
    """
    from evenstride.formats.containers import count, walk

    if workers is not None and workers < 1:
        raise InputError(f"Somebody has to do the work: workers is 1 or more, not {workers}.")
    given = [paths] if isinstance(paths, str | Path) else paths
    listed = [Path(path).expanduser() for path in given]
    total = count(listed)
    workers = workers or _useful_workers(total)
    lib.sweep()
    refused: list[FileRow] = []
    under: deque[Path] = deque()  # where the files came from that are being prepared, in order

    def tell(path: Path, row: FileRow) -> None:
        if on_file is not None:
            on_file(path, row)

    def watch_files() -> Iterator[WatchFile]:
        for found in walk(listed, names):
            assert found.given is not None, "walk says where it found what"
            if found.refusal is None:
                under.append(found.given)
                yield WatchFile(found.name, found.data, found.path)
            else:
                row = _row(Outcome(found.name, found.refusal.kind, found.refusal.sentence))
                refused.append(row)
                tell(found.given, row)

    rows: list[FileRow] = []
    joined = 0
    known = lib.stored_files()
    with closing(prepare_all(watch_files(), lib.root, known, workers=workers)) as outcomes:
        for batch in _batches(outcomes):
            done_rows, more_joined = _added(lib, batch)
            rows += done_rows
            joined += more_joined
            for row in done_rows:
                tell(under.popleft(), row)
            if on_progress is not None:
                done = len(rows) + len(refused)
                on_progress(done, max(total, done))
    rows += refused
    called = [(names or {}).get(path, str(path)) for path in listed]
    return _answer(lib, listed, called, rows, joined)


def _useful_workers(files: int) -> int:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2
    return min(cores, 8) if files >= _WORTH_WORKERS else 1


def _batches(outcomes: Iterable[Outcome]) -> Iterator[list[Outcome]]:
    """Group outcomes; before an error goes on, what came before it is a batch too."""
    batch: list[Outcome] = []
    try:
        for outcome in outcomes:
            batch.append(outcome)
            if len(batch) == _BATCH:
                yield batch
                batch = []
    except EvenstrideError:
        if batch:
            yield batch
        raise
    if batch:
        yield batch


def _added(lib: Library, batch: Sequence[Outcome]) -> tuple[list[FileRow], int]:
    """Add what is new; give every file's row, and how many recordings joined another device's."""
    new = [outcome.prepared for outcome in batch if outcome.prepared is not None]
    results = lib.add(new, imported_at_utc=datetime.now(UTC)) if new else []
    added = iter(results)
    there = [outcome.sha256 for outcome in batch if outcome.sha256 is not None]
    runs_there = lib.runs_of_files(there) if there else {}
    rows = []
    for outcome in batch:
        row = _row(outcome)
        if outcome.prepared is not None:
            what = next(added)
            row["outcome"] = "already_there" if what.status == "already_there" else "imported"
            row["run_ids"] = " ".join(what.run_ids)
            row["reason"] = _doubt(outcome.prepared)
        elif outcome.sha256 is not None:
            row["run_ids"] = " ".join(runs_there.get(outcome.sha256, ()))
        rows.append(row)
    return rows, sum(what.joined for what in results)


def _doubt(prepared: Prepared) -> str | None:
    """Say what was lost or doubtful in a file that gave runs; None when nothing was."""
    said = [
        issue.message
        for recording in prepared.recordings
        for issue in recording.issues
        if issue.severity != "info"
    ]
    return " ".join(dict.fromkeys(said)) or None


def _row(outcome: Outcome) -> FileRow:
    return {
        "file": outcome.name,
        "outcome": outcome.kind,
        "reason": outcome.reason,
        "run_ids": None,
    }


def _answer(
    lib: Library,
    paths: Sequence[Path],
    called: Sequence[str],
    rows: Sequence[FileRow],
    joined: int,
) -> Answer:
    counts = Counter(row["outcome"] for row in rows)
    reasons = Counter(row["reason"] or "" for row in rows if row["outcome"] == "not_a_run")
    unreadable = [row for row in rows if row["outcome"] == "unreadable"]
    if not counts["imported"] and not counts["already_there"]:
        raise InputError(_nothing_found(paths, called, reasons, unreadable))
    runs = lib.runs(measures=("balance_left_pct",))
    without = runs.height - runs["balance_left_pct"].count()
    not_runs: list[NotARunRow] = [
        {"files": n, "reason": reason} for reason, n in reasons.most_common()
    ]
    caveats = []
    if joined:
        caveats.append(
            f"{count_words(joined, 'recording')} {'is of a run' if joined == 1 else 'are of runs'} "
            "that another device recorded too: each such run counts once (`evenstride show RUN` "
            "lists its recordings)."
        )
    if without:
        caveats.append(
            f"{count_words(without, 'run')} of the library {'has' if without == 1 else 'have'} no "
            "balance: no sensor was worn, or the watch did not write it."
        )
    return Answer(
        question="import",
        headline=f"{count_words(len(rows), 'file')}: {_counts_words(counts)}.",
        verdict="imported" if counts["imported"] else "nothing_new",
        provenance=provenance(runs, "none"),
        sentences=(f"The library holds {count_words(runs.height, 'run')}.",),
        tables={
            "files": tuple(rows),
            "not_a_run": tuple(not_runs),
            "unreadable": tuple(unreadable),
        },
        caveats=tuple(caveats),
    )


def _nothing_found(
    paths: Sequence[Path],
    called: Sequence[str],
    reasons: Counter[str],
    unreadable: Sequence[FileRow],
) -> str:
    where = ", ".join(called[:3]) + (" ..." if len(called) > 3 else "")
    more = sum(reasons.values()) + len(unreadable)
    if more == 1:
        what = where if len(paths) == 1 and paths[0].is_file() else f"The one file in {where}"
        reason = (*reasons, *(row["reason"] or "" for row in unreadable))[0]
        return f"{what} is no run: {reason.rstrip('.')}."
    said = [f"{n} × {reason.rstrip('.')}" for reason, n in reasons.most_common(3)]
    said += [f"{row['file']}: {(row['reason'] or '').rstrip('.')}" for row in unreadable[:2]]
    if not more:
        return f"There are no watch files in {where}."
    return f"None of the {count_words(more, 'file')} in {where} is a run: {'; '.join(said)}."


@dataclass(frozen=True, slots=True)
class ImportState:
    """How far the import of what was handed in is, as its edge knows it.

    Attributes
    ----------
    files
        What became of the last files, in order.
    counts
        How many files had each outcome, of all.
    waiting
        What was handed in and is not done: `working` or `waiting`, in order.
    ahead
        How many files there are still, at a guess: archives hold many.
    error
        Why some were not imported, though they may hold runs.
    """

    files: tuple[FileRow, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    waiting: tuple[WaitingRow, ...] = ()
    ahead: int = 0
    error: str | None = None


def import_progress(lib: Library, state: ImportState) -> Answer:
    """Say how far an import is that goes on beside the pages.

    Returns
    -------
        Tables as of `import_files`, and `outcomes` and `waiting`. Verdict `importing` while it goes
        on; then `imported`, `nothing_new`, `no_runs`, `unfinished` when an error kept files out; or
        `nothing_yet` before anything was handed in.
    """
    counts = state.counts
    done = sum(counts.values())
    runs = lib.runs(measures=())
    if state.waiting:
        verdict = "importing"
        headline = f"Importing: {done:,} of {count_words(done + state.ahead, 'file')}."
    elif state.error is not None:
        verdict, headline = "unfinished", state.error
    elif not done:
        verdict = "nothing_yet"
        headline = "Nothing has been handed in since Evenstride was started."
    else:
        verdict = "imported" if counts.get("imported") else "nothing_new"
        if verdict == "nothing_new" and not counts.get("already_there"):
            verdict = "no_runs"
        headline = f"{count_words(done, 'file')}: {_counts_words(counts)}."
    reasons = Counter(row["reason"] or "" for row in state.files if row["outcome"] == "not_a_run")
    not_runs: list[NotARunRow] = [
        {"files": n, "reason": reason} for reason, n in reasons.most_common()
    ]
    outcomes: list[OutcomeRow] = [
        {"outcome": outcome, "files": counts.get(outcome, 0)}
        for outcome in (*_OUTCOMES, "failed")
        if outcome in _OUTCOMES or counts.get(outcome)
    ]
    if state.waiting:
        outcomes.append({"outcome": "waiting", "files": state.ahead})
    caveats = []
    if done > len(state.files):
        caveats.append(f"Only the last {count_words(len(state.files), 'file')} are listed.")
    return Answer(
        question="import",
        headline=headline,
        verdict=verdict,
        provenance=provenance(runs, "none"),
        sentences=(f"The library holds {count_words(runs.height, 'run')}.",),
        tables={
            "files": state.files,
            "not_a_run": tuple(not_runs),
            "unreadable": tuple(row for row in state.files if row["outcome"] == "unreadable"),
            "outcomes": tuple(outcomes),
            "waiting": state.waiting,
        },
        caveats=tuple(caveats),
    )


def _counts_words(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{counts.get(outcome, 0):,} {said}" for outcome, said in _OUTCOMES.items())


_OUTCOMES = {
    "imported": "imported",
    "already_there": "already there",
    "not_a_run": "not a run",
    "unreadable": "unreadable",
}
