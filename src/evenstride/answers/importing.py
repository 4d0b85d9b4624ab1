"""Watch files into the library: what was new, known, not a run, or unreadable, and why."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from evenstride.answers.preparing import Outcome, WatchFile, prepare_all
from evenstride.answers.provenance import provenance
from evenstride.domain.answer import Answer
from evenstride.domain.errors import EvenstrideError, InputError
from evenstride.domain.wording import count_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from evenstride.answers.rows import FileRow, NotARunRow
    from evenstride.library import Library

_BATCH = 64
_WORTH_WORKERS = 200
"""Below so many files, starting workers costs more than it saves."""


def import_files(
    lib: Library,
    paths: str | Path | Iterable[str | Path],
    *,
    workers: int | None = 1,
    on_progress: Callable[[int, int], None] | None = None,
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
    if workers is None:
        workers = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2
        workers = min(workers, 8) if total >= _WORTH_WORKERS else 1
    lib.sweep()
    refused: list[Outcome] = []

    def watch_files() -> Iterator[WatchFile]:
        for found in walk(listed):
            if found.refusal is None:
                yield WatchFile(found.name, found.data, found.path)
            else:
                kind, reason = found.refusal.kind, found.refusal.sentence
                refused.append(Outcome(found.name, kind, reason))

    rows: list[FileRow] = []
    joined = 0
    known = lib.stored_files()
    with closing(prepare_all(watch_files(), lib.root, known, workers=workers)) as outcomes:
        for batch in _batches(outcomes):
            done_rows, more_joined = _added(lib, batch)
            rows += done_rows
            joined += more_joined
            if on_progress is not None:
                done = len(rows) + len(refused)
                on_progress(done, max(total, done))
    rows += [_row(outcome) for outcome in refused]
    return _answer(lib, listed, rows, joined)


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
        elif outcome.sha256 is not None:
            row["run_ids"] = " ".join(runs_there.get(outcome.sha256, ()))
        rows.append(row)
    return rows, sum(what.joined for what in results)


def _row(outcome: Outcome) -> FileRow:
    return {
        "file": outcome.name,
        "outcome": outcome.kind,
        "reason": outcome.reason,
        "run_ids": None,
    }


def _answer(lib: Library, paths: Sequence[Path], rows: Sequence[FileRow], joined: int) -> Answer:
    counts = Counter(row["outcome"] for row in rows)
    reasons = Counter(row["reason"] or "" for row in rows if row["outcome"] == "not_a_run")
    unreadable = [row for row in rows if row["outcome"] == "unreadable"]
    if not counts["imported"] and not counts["already_there"]:
        raise InputError(_nothing_found(paths, reasons, unreadable))
    runs = lib.runs(measures=("balance_left_pct",))
    without = runs.height - runs["balance_left_pct"].count()
    not_runs: list[NotARunRow] = [
        {"files": n, "reason": reason} for reason, n in reasons.most_common()
    ]
    parts = [
        f"{counts['imported']:,} imported",
        f"{counts['already_there']:,} already there",
        f"{counts['not_a_run']:,} not a run",
        f"{counts['unreadable']:,} unreadable",
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
        headline=f"{count_words(len(rows), 'file')}: {', '.join(parts)}.",
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
    paths: Sequence[Path], reasons: Counter[str], unreadable: Sequence[FileRow]
) -> str:
    where = ", ".join(str(p) for p in paths[:3]) + (" ..." if len(paths) > 3 else "")
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
