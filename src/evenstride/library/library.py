"""The library as its callers see it: one object, small methods, everything behind it hidden."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from evenstride.domain.errors import (
    InputError,
    LibraryCorruptError,
    UnknownRunError,
)
from evenstride.library import (
    backup,
    check,
    database,
    export,
    files,
    ground,
    holdings,
    reading,
    rebuild,
    resolve,
    tables,
    writing,
)
from evenstride.library.said import Said
from evenstride.library.tables import from_us

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    import polars as pl
    from sqlalchemy.engine import Connection

    from evenstride.domain.ground import Ground
    from evenstride.domain.measures import Blocks
    from evenstride.library.holdings import Holdings
    from evenstride.library.prepared import Added, Prepared
    from evenstride.library.reports import CheckFinding, RebuildReport, Recompute
    from evenstride.library.stored import StoredRun


@dataclass(frozen=True, slots=True, eq=False)
class Library(Said):
    """An open library. Made by `open_library`; safe to use from several threads.

    Attributes
    ----------
    root
        Its folder; what workers need for `store_raw` and `prepare_recording`.
    """

    # -- writing ---------------------------------------------------------------------------------

    def has_file(self, sha256: str) -> bool:
        """Say whether the file of this SHA-256 is here, with all that was made of it.

        False too when its raw or samples file is missing or has another size or is empty (a power
        cut can do that), so that importing it again mends it.
        """
        return sha256 in self.stored_files([sha256])

    def stored_files(self, sha256s: Iterable[str] | None = None) -> frozenset[str]:
        """Give the SHA-256 of every file that `has_file` would affirm, or of those named."""
        with database.reading(self.engine) as connection:
            return rebuild.sound_files(connection, self.root, sha256s)

    def runs_of_files(self, sha256s: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Give the ids of the runs that each of these files has recordings of, by SHA-256."""
        with database.reading(self.engine) as connection:
            return writing.run_ids(connection, set(sha256s))

    def add(self, batch: Sequence[Prepared], *, imported_at_utc: datetime) -> list[Added]:
        """Add what workers prepared, in order, in one transaction.

        Recordings of the same run by several devices or files (at least 80 % of the shorter one's
        time in common, of different devices also the same mean speed within 10 %; or the same
        device and start) become one run. A run is named after the
        start of the first recording of it that was added: its local time, `YYYY-MM-DD-HHMM`.

        Returns
        -------
            What became of each, in the order of `batch`.

        Raises
        ------
        StorageError
            The disk is full, the folder cannot be written, or a prepared file is gone; nothing of
            the batch was added.
        """
        with database.writing(self.engine) as connection:
            return writing.add_batch(connection, self.root, batch, imported_at_utc)

    def prefer(self, run_id: str, recording_id: str | None) -> None:
        """Let this recording speak for the run; None leaves the choice to the library.

        Raises
        ------
        UnknownRunError
            There is no such run.
        InputError
            The recording is not one of this run.
        """
        members = tables.members.c
        with database.writing(self.engine) as connection:
            ids = set(
                connection.scalars(select(members.recording_id).where(members.run_id == run_id))
            )
            if not ids:
                raise UnknownRunError(f"There is no run {run_id}.")
            if recording_id is not None and recording_id not in ids:
                raise InputError(
                    f"Run {run_id} has no recording {recording_id}, only {', '.join(sorted(ids))}."
                )
            writing.prefer(connection, run_id, recording_id)

    def set_setting(self, name: str, value: Any) -> None:  # noqa: ANN401 # any JSON
        """Keep a setting: anything JSON can hold; None forgets it."""
        table = tables.settings
        with database.writing(self.engine) as connection:
            if value is None:
                connection.execute(delete(table).where(table.c.name == name))
                return
            text = json.dumps(value, sort_keys=True, allow_nan=False)
            insert = upsert(table).values(name=name, value=text)
            connection.execute(
                insert.on_conflict_do_update(index_elements=["name"], set_={"value": text})
            )

    # -- reading ---------------------------------------------------------------------------------

    def settings(self) -> dict[str, Any]:
        """Read what the runner set: `mass_kg`, `height_m`, `bands`, `preferred_devices`, ..."""
        with database.reading(self.engine) as connection:
            return _settings(connection)

    def runs(self, measures: Iterable[str] | None = None) -> pl.DataFrame:
        """List the runs, oldest first, each as its chosen recording has it.

        Parameters
        ----------
        measures
            Names of measures to have as columns; None for all there are.

        Returns
        -------
            Columns `run_id, recording_id, started_at_utc, utc_offset_s, sport, duration_s,
            distance_m, device, sensor, session_balance_left_pct, usable_s, usable_share,
            recordings` (how many the run has), then for each measure `<name>` and `<name>_se` (in
            the unit of the measure), null where the recording has none.
        """
        wanted = None if measures is None else tuple(measures)

        def read() -> pl.DataFrame:
            with database.reading(self.engine) as connection, reading.sound_rows():
                return reading.runs(connection, _settings(connection), wanted)

        return self.remembered.get(("runs", wanted), read).clone()

    def series(self, measure: str) -> pl.DataFrame:
        """Read one measure over all runs that have it, oldest first.

        Returns
        -------
            Columns `run_id, recording_id, started_at_utc, utc_offset_s, sport, device, sensor,
            sensor_serial_number, usable_s, value, se, low, high, unit, n_effective`.
        """
        return self.series_of([measure])[measure]

    def series_of(self, measures: Iterable[str]) -> dict[str, pl.DataFrame]:
        """Read several measures at one moment, each as `series` gives it; quicker than apart."""
        wanted = tuple(measures)

        def read() -> dict[str, pl.DataFrame]:
            with database.reading(self.engine) as connection, reading.sound_rows():
                return reading.series_of(connection, _settings(connection), wanted)

        found = self.remembered.get(("series", wanted), read)
        return {name: frame.clone() for name, frame in found.items()}

    def grounds(self) -> dict[str, Ground]:
        """Read what positions and heights say of the runs' ground, by run id.

        As the chosen recordings have it. Without runs that were measured by an Evenstride that did
        not ask (before migration 0003) and not since: a rebuild adds them.
        """

        def read() -> dict[str, Ground]:
            with database.reading(self.engine) as connection, reading.sound_rows():
                return ground.grounds(connection, _settings(connection))

        return dict(self.remembered.get(("grounds", None), read))

    def run(self, run_id: str) -> StoredRun:
        """Read one run with its measures, laps and issues, and all its recordings.

        Raises
        ------
        UnknownRunError
            There is no run of this id; `resolve` helps to find it.
        """
        with database.reading(self.engine) as connection, reading.sound_rows():
            return reading.run(connection, _settings(connection), run_id)

    def samples(self, recording_id: str) -> pl.DataFrame:
        """Read a recording's samples: the columns of SAMPLES_SCHEMA, then the developer columns.

        Raises
        ------
        UnknownRunError
            There is no such recording.
        LibraryCorruptError
            The samples file is missing or damaged; a rebuild makes it anew.
        """
        sha256 = self._samples_sha256(recording_id)
        try:
            return files.read_samples(self.root, recording_id, sha256)
        except LibraryCorruptError:
            again = self._samples_sha256(recording_id)
            if again == sha256:
                raise
            # A rebuild has replaced them since we asked.
            return files.read_samples(self.root, recording_id, again)

    def _samples_sha256(self, recording_id: str) -> str:
        column = tables.recordings.c
        query = select(column.samples_sha256).where(column.recording_id == recording_id)
        with database.reading(self.engine) as connection:
            found: str | None = connection.scalar(query)
        if found is None:
            raise UnknownRunError(f"There is no recording {recording_id}.")
        return found

    def blocks(self, recording_ids: Iterable[str] | None = None) -> dict[str, Blocks]:
        """Read blocks by recording id: of those named, or of all recordings."""
        names = None if recording_ids is None else list(recording_ids)
        with database.reading(self.engine) as connection:
            return reading.blocks(connection, names)

    def blocks_made(self) -> dict[str, str]:
        """Say what the blocks of every recording were made from, by recording id.

        As long as that stays the same, so do the blocks; and it is read much faster than they.
        """

        def read() -> dict[str, str]:
            with database.reading(self.engine) as connection:
                return reading.blocks_made(connection)

        return dict(self.remembered.get(("blocks_made", None), read))

    def resolve(self, text: str) -> str:
        """Find the run a person means: an id, the start of one, a local date, or `last`.

        Raises
        ------
        EmptyLibraryError
            There are no runs.
        UnknownRunError
            None is meant, or several; the message names the nearest.
        """
        known = self.runs(())
        with reading.sound_rows():
            starts = map(from_us, known["started_at_utc"].to_physical())
            named = list(zip(known["run_id"], starts, known["utc_offset_s"], strict=True))
        return resolve.resolve(text, named)

    # -- keeping ---------------------------------------------------------------------------------

    def holdings(self) -> Holdings:
        """Count what is here, and what it takes on the disk."""
        with database.reading(self.engine) as connection:
            return holdings.holdings(connection, self.root)

    def check(self) -> list[CheckFinding]:
        """Examine every file and every row; an empty list, or notes only, is a sound library."""
        with database.reading(self.engine) as connection:
            return check.check(connection, self.root)

    def rebuild(self, recompute: Recompute) -> RebuildReport:
        """Make all that is computed anew from the raw files.

        Run ids and everything typed stay. Files are replaced a batch at a time, each batch in one
        transaction, so that the library can be read throughout; a rebuild that was killed is
        finished by the next.

        Parameters
        ----------
        recompute
            Takes an iterable of `StoredFile` and yields one `Prepared` for each, in the same
            order, its samples stored in this library; without recordings where the file gives
            none. The caller may spread the work over processes.
        """
        return rebuild.rebuild(self.engine, self.root, recompute)

    def sweep(self) -> int:
        """Remove what killed imports left behind over an hour ago; return how many files."""
        with database.reading(self.engine) as connection:
            return rebuild.sweep(connection, self.root)

    def export(self, destination: str | Path, *, raw: bool = False) -> None:
        """Write everything as open files (CSV, JSON, Parquet) into a new folder.

        The bytes depend on the library's content alone; times of import stand apart in
        `import_times.csv`.

        Raises
        ------
        InputError
            The folder exists and is not empty, or is in the library itself.
        LibraryCorruptError, StorageError
            Something cannot be read or written.
        """
        with database.reading(self.engine) as connection:
            export.export(connection, _settings(connection), self.root, Path(destination), raw=raw)

    def backup(self, destination: str | Path) -> None:
        """Copy the library into a new folder, which opens as a library itself.

        Raises
        ------
        InputError
            The folder exists and is not empty, or is in the library itself.
        StorageError
            The disk is full or the folder cannot be written.
        """
        backup.backup(self.root, Path(destination))


def _settings(connection: Connection) -> dict[str, Any]:
    rows = connection.execute(select(tables.settings).order_by(tables.settings.c.name))
    try:
        return {name: json.loads(value) for name, value in rows}
    except ValueError as error:
        raise LibraryCorruptError(
            "The library's settings are damaged; restore a backup."
        ) from error
