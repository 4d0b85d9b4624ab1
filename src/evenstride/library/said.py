"""The library as those see it who type or read what is typed: of runs, of oneself, of phones."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evenstride.library import database, ground, phones, reading, typed
from evenstride.library.entries import KEEP, Annotation
from evenstride.library.opened import Opened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from evenstride.domain.ground import GroundPart
    from evenstride.library.entries import Keep, Note, Phone


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
