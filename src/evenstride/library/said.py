"""The library as those see it who type or read what is typed, register or record experiments."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evenstride.library import database, diary, experiments, ground, phones, reading, typed
from evenstride.library.entries import KEEP, Annotation
from evenstride.library.opened import Opened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from evenstride.domain.diary import E, Unread, Version, Written
    from evenstride.domain.experiment import Kept, Record, Registration
    from evenstride.domain.ground import GroundPart
    from evenstride.library.entries import Keep, New, Note, Phone


@dataclass(frozen=True, slots=True, eq=False)
class Said(Opened):
    """What a person typed, in an open library; what `Library` stands on."""

    def annotations(self) -> dict[str, Annotation]:
        """Read what was typed about runs, by run id; only runs of which something is."""

        def read() -> dict[str, Annotation]:
            with self._typed() as connection:
                return typed.of_runs(connection)

        return dict(self.remembered.get(("annotations", None), read))

    def annotation(self, run_id: str) -> Annotation:
        """Read what was typed about one run; an empty one where nothing was, or no such run is."""
        with self._typed() as connection:
            return typed.of_runs(connection, run_id).get(run_id, Annotation())

    def annotate(
        self,
        run_ids: Sequence[str],
        *,
        title: str | Keep | None = KEEP,
        notes: str | Keep | None = KEEP,
        shoes: str | Keep | None = KEEP,
        is_race: bool | Keep = KEEP,
        add_tags: Iterable[str] = (),
        remove_tags: Iterable[str] = (),
    ) -> None:
        """Write the same about each of these runs, in one transaction.

        What is not given stays; None or an empty text clears. Tags are removed first, then added;
        one that is there already, or not there, is no error.

        Raises
        ------
        UnknownRunError
            One of the runs is not here; nothing is changed.
        InputError
            A tag is empty; nothing is changed.
        """
        with database.writing(self.engine) as connection:
            typed.annotate(
                connection,
                run_ids,
                fields={"title": title, "notes": notes, "shoes": shoes, "is_race": is_race},
                add_tags=add_tags,
                remove_tags=remove_tags,
            )

    def ground_parts(self) -> dict[str, tuple[GroundPart, ...]]:
        """Read what was typed of the runs' ground, by run id; only runs of which something is.

        Parts stand in the order they were written in; a later one goes before an earlier one.
        """

        def read() -> dict[str, tuple[GroundPart, ...]]:
            with self._typed() as connection:
                return ground.parts(connection)

        return dict(self.remembered.get(("ground_parts", None), read))

    def ground_parts_of(self, run_id: str) -> tuple[GroundPart, ...]:
        """Read what was typed of the ground of one run; empty where nothing was."""
        with self._typed() as connection:
            return ground.parts(connection, run_id).get(run_id, ())

    def write_ground(self, run_ids: Iterable[str], part_list: Sequence[GroundPart]) -> None:
        """Replace what was typed of the ground of these runs, the same of each; none clears.

        Parts that say nothing are not kept.

        Raises
        ------
        UnknownRunError
            One of the runs is not here; nothing is changed.
        InputError
            A part does not begin before it ends, or begins before its run; nothing is changed.
        """
        self.write_grounds(dict.fromkeys(run_ids, part_list))

    def write_grounds(self, said: Mapping[str, Sequence[GroundPart]]) -> None:
        """Replace what was typed of the ground of runs, by run id, in one transaction.

        As `write_ground` for each.
        """
        with database.writing(self.engine) as connection:
            ground.write(connection, said)

    def notes(self) -> dict[str, Note]:
        """Read the notes that belong to no run, by name."""
        with self._typed() as connection:
            return typed.notes(connection)

    def write_note(self, name: str, text: str | None, *, written_at_utc: datetime) -> None:
        """Write or replace a note; None or an empty text forgets it."""
        with database.writing(self.engine) as connection:
            typed.write_note(connection, name, text, written_at_utc)

    # -- the diary -------------------------------------------------------------------------------

    def entries(self, kind: type[E]) -> dict[str, Written[E]]:
        """Read the latest version of every entry of a kind, by id, in the order of first writing.

        One that cannot be read is not among them: `unread_entries` tells of it. What it gives is
        shared with later calls: its values are not to be changed.
        """
        return dict(self._diary()[0][kind])

    def unread_entries(self) -> tuple[Unread, ...]:
        """List the entries of any kind that cannot be read, in the order of first writing.

        Damaged ones, and those that a newer edition of the program wrote. They stay as they lie
        until they are deleted.
        """
        return self._diary()[1]

    def _diary(self) -> tuple[diary.Latest, tuple[Unread, ...]]:
        def read() -> tuple[diary.Latest, tuple[Unread, ...]]:
            with self._typed() as connection:
                return diary.latest(connection)

        return self.remembered.get(("entries", None), read)

    def entry(self, kind: type[E], entry_id: str) -> Written[E]:
        """Read the latest version of one entry.

        Raises
        ------
        UnknownEntryError
            There is none of this id and kind; the message names the nearest.
        """
        with self._typed() as connection:
            return diary.one(connection, kind, entry_id)

    def entry_history(self, kind: type[E], entry_id: str) -> tuple[Written[E], ...]:
        """Read all versions of one entry, the oldest first.

        Raises
        ------
        UnknownEntryError
            There is none of this id and kind; the message names the nearest.
        """
        with self._typed() as connection:
            return diary.history(connection, kind, entry_id)

    def entry_versions(self, entry_id: str) -> tuple[Version, ...]:
        """Read all versions of one entry of whatever kind as they lie, sound or not.

        Raises
        ------
        UnknownEntryError
            There is none of this id.
        """
        with self._typed() as connection:
            return diary.versions(connection, entry_id)

    def write_entries(self, new: Sequence[New], *, written_at_utc: datetime) -> tuple[int, ...]:
        """Write entries, or the next versions of some: all of them, or none.

        One that says what its last version says already is not written again, whatever its writer
        has seen: a form that is sent twice is no harm.

        Returns
        -------
            The version that each now has.

        Raises
        ------
        UnknownRunError
            A run that is named is not here; nothing is written.
        InputError
            The last version is another than was seen or cannot be read, an entry of another kind
            has the id, the id cannot stand in an address, a field does not hold what it must, or a
            plan would run beside another; nothing is written.
        """
        with database.writing(self.engine) as connection:
            return diary.write(connection, new, written_at_utc)

    def delete_entry(self, kind: type[E] | None, entry_id: str) -> None:
        """Delete an entry with all its versions for good: nothing of it stays in the database.

        It need not be readable; a kind of None is whichever it has.

        Copies made before, by a backup, an export or a migration, still hold it; and so does the
        database's log until another program that is reading just then has done.

        Raises
        ------
        UnknownEntryError
            There is none of this id and kind; the message names the nearest.
        """
        with database.writing(self.engine, overwrite=True) as connection:
            diary.remove(connection, kind, entry_id)
        database.empty_log(self.root)

    # -- experiments -----------------------------------------------------------------------------

    def experiments(self) -> dict[str, Kept]:
        """Read all experiments by id, in the order of their registration.

        Those whose registration is not what was registered are left out; `experiment_names` has
        them all.
        """

        def read() -> dict[str, Kept]:
            with self._typed() as connection:
                return experiments.kept(connection)

        return dict(self.remembered.get(("experiments", None), read))

    def experiment_names(self) -> dict[str, bool]:
        """Tell of each experiment, by id, whether it is open, in the order of their registration.

        No registration is read: it is told of one that was tampered with, too.
        """
        with self._typed() as connection:
            return experiments.names(connection)

    def experiment(self, experiment_id: str) -> Kept:
        """Read one experiment with all its records.

        Raises
        ------
        UnknownExperimentError
            There is none of this id; the message names the nearest.
        TamperedError
            The registration is not what was registered.
        """
        with self._typed() as connection:
            return experiments.one(connection, experiment_id)

    def register_experiment(self, registration: Registration) -> None:
        """Keep a registration, which cannot be edited from then on.

        Raises
        ------
        InputError
            There is an experiment of this id already, the id cannot stand in an address (it has to
            match `[a-z0-9](-?[a-z0-9])*`), or a field does not hold what it must.
        """
        with database.writing(self.engine) as connection:
            experiments.register(connection, registration)

    def record_assignment(
        self, experiment_id: str, *records: Record, seen: int | None = None
    ) -> None:
        """Add what became of an assignment, or of several: all of them, or none.

        Of several records of one position the last counts. `seen` is how many records the writer
        knows of: where there are more by now, nothing is written.

        Raises
        ------
        UnknownExperimentError, UnknownRunError
            There is no such experiment or run.
        InputError
            Something was recorded meanwhile, the experiment has ended, the run stands for another
            position of it, an assignment before this one has no record, or a field does not hold
            what it must.
        TamperedError
            The registration is not what was registered.
        """
        with database.writing(self.engine) as connection:
            if seen is not None:
                experiments.require_seen(connection, experiment_id, seen)
            for record in records:
                experiments.record(connection, experiment_id, record)

    def end_experiment(self, experiment_id: str, reason: str, *, ended_at_utc: datetime) -> None:
        """End an experiment for good: nothing more is assigned or recorded.

        Raises
        ------
        UnknownExperimentError
            There is none of this id.
        InputError
            It has ended already, or no reason is given.
        """
        with database.writing(self.engine) as connection:
            experiments.end(connection, experiment_id, reason, ended_at_utc)

    def delete_experiment(self, experiment_id: str) -> None:
        """Delete an experiment that has ended, with all its records.

        Raises
        ------
        UnknownExperimentError
            There is none of this id.
        InputError
            It has not ended.
        """
        with database.writing(self.engine) as connection:
            experiments.remove(connection, experiment_id)

    @contextmanager
    def _typed(self) -> Iterator[Connection]:
        with (
            database.reading(self.engine) as connection,
            reading.sound_rows(reading.DAMAGED_TYPED),
        ):
            yield connection

    # -- paired phones ---------------------------------------------------------------------------

    def pair_phone(
        self, token_sha256: str, name: str, *, paired_at_utc: datetime, expires_at_utc: datetime
    ) -> str:
        """Remember a phone by the hash of its token; return the phone's id.

        Phones whose time was over at `paired_at_utc` are forgotten.
        """
        with database.writing(self.engine) as connection:
            return phones.pair(connection, token_sha256, name, paired_at_utc, expires_at_utc)

    def phones(self) -> list[Phone]:
        """List the phones, the last paired first; those whose time is over may be among them."""
        with self._typed() as connection:
            return phones.phones(connection)

    def phone_of(self, token_sha256: str) -> Phone | None:
        """Find the phone of a token. The caller compares `expires_at_utc` with the time."""
        with self._typed() as connection:
            return phones.of_token(connection, token_sha256)

    def revoke_phone(self, phone_id: str) -> None:
        """Forget a phone; a no-op where it is not known."""
        with database.writing(self.engine) as connection:
            phones.revoke(connection, phone_id)
