"""Decides what is held while a library is open, and what may be kept between two answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from evenstride.library import fits

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from sqlalchemy.engine import Engine

    from evenstride.library.pulse import Pulse
    from evenstride.library.remembered import Remembered

T = TypeVar("T")


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class Opened:
    """The folder and the database of an open library; what `Library` stands on.

    Attributes
    ----------
    root
        Its folder; what workers need for `store_raw` and `prepare_recording`.
    """

    root: Path
    engine: Engine
    pulse: Pulse
    remembered: Remembered

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()
        self.pulse.close()
        self.remembered.forget()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def state(self) -> int:
        """Return a number that changes whenever anybody commits a change to the database.

        To be compared with numbers of this open library only. Costs microseconds. Ask before
        reading: what was read may be newer than the number, never older. Constant where the
        library cannot change (a read-only disk).
        """
        return self.pulse()

    def remember(self, name: str, make: Callable[[], T]) -> T:
        """Give what `make` made of this state of the library, or make it anew.

        What it gives is shared: it is not to be changed.

        Parameters
        ----------
        name
            What it is known by; of the caller's own, such as the name of its module.
        make
            Makes it from the library alone.
        """
        return self.remembered.get(("made", name), make)

    def stored_fit(self, slot: str, digest: str) -> bytes | None:
        """Read what `store_fit` kept in a slot; None where it is not whole or of another digest."""
        return fits.stored_fit(self.root, slot, digest)

    def store_fit(self, slot: str, digest: str, data: bytes) -> bool:
        """Keep the bytes of a fit for those who ask with the same digest of its inputs.

        Whole or not at all, in place of what the slot held; at most 32 slots are kept, the one
        written longest ago goes. Deletable at any time, in no export and no backup.

        Parameters
        ----------
        slot
            Letters, digits, `_`, `-` and `.`: part of a file's name.
        digest
            Of all that the fit depends on, the model's code included.
        data
            The fit, as its owner writes and reads it.

        Returns
        -------
            False where nothing could be written (a read-only folder, a full disk).
        """
        return fits.store_fit(self.root, slot, digest, data)
