"""What a person typed, as values: about a run, about themselves, and which phones they paired."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from evenstride.domain.diary import Entry


class Keep(Enum):
    """The kind of `KEEP`."""

    KEEP = "keep"


KEEP: Final = Keep.KEEP
"""Leave as it is: None is taken, it means that nothing is to be there."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """What was typed about one run; None or empty where nothing was. Tags are sorted."""

    title: str | None = None
    notes: str | None = None
    shoes: str | None = None
    is_race: bool = False
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class New:
    """An entry of the diary that is to be written, or the next version of one.

    Attributes
    ----------
    entry_id
        What it is called by: letters a to z, digits, and single hyphens, dots or underscores
        between them.
    value
        What it says.
    seen
        The version that the writer knows of; 0 where it is new.
    """

    entry_id: str
    value: Entry
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Note:
    """A text of the runner's own, and when it was written (aware, UTC)."""

    text: str
    written_at_utc: datetime


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone that was let in. Times are aware, UTC; from `expires_at_utc` on it is let in no more.

    The library knows no clock: whoever asks compares.
    """

    phone_id: str
    name: str
    paired_at_utc: datetime
    expires_at_utc: datetime
