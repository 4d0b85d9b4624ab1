"""What a column of a table is: its head, its side, and how a row becomes its cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from evenstride.domain.answer import Row
    from evenstride.render.cells import Cell


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its head, its side, and how a row becomes its cell.

    Where it is too narrow, columns with the greatest `spare` go first; 0 always stays.
    """

    head: str
    cell: Callable[[Row], Cell]
    justify: Literal["left", "right"] = "right"
    spare: int = 0


Shown = tuple[str, tuple[Column, ...]]
"""A table's title, and the columns that 80 characters hold."""
