"""How rows that hold sentences are told: a name, and under it what is said of it, by kind.

Side by side such sentences get a few characters each at 80 columns; below each other all of it can
be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from evenstride.domain.wording import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.console import RenderableType

    from evenstride.domain.answer import Row

_INDENT = 2


@dataclass(frozen=True, slots=True)
class Told:
    """How the rows of a table are told.

    Attributes
    ----------
    title
        What stands above them.
    name
        What a row is called, in a line.
    said
        What is said of it: a short label, and the words; a row says nothing where they are empty.
    """

    title: str
    name: Callable[[Row], str]
    said: tuple[tuple[str, Callable[[Row], str]], ...]


def told(how: Told, rows: Sequence[Row]) -> Iterator[RenderableType]:
    """Tell rows one after another, an empty line between two."""
    for i, row in enumerate(rows):
        if i:
            yield Text()
        yield Text(printable(how.name(row)), "cyan")
        lines = Table.grid(padding=(0, 2, 0, 0), pad_edge=False)
        lines.add_column(style="bright_black", no_wrap=True)
        lines.add_column(overflow="fold")
        for label, words in how.said:
            if said := words(row):
                lines.add_row(label, Text(printable(said)))
        if lines.row_count:
            yield Padding(lines, (0, 0, 0, _INDENT))
