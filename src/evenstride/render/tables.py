"""How an Answer's tables are drawn on a terminal: what fits, coloured by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from evenstride.domain.wording import list_words, printable
from evenstride.render.cells import MISSING, Pair, Sided, Stacked, Typed
from evenstride.render.columns import columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.domain.answer import Row
    from evenstride.render.cells import Cell
    from evenstride.render.columns import Column

_LEAST_TEXT = 24
_FOLDED = {
    ("why", "ledger"): (
        "label",
        "Nothing is known yet of these, which is not against them: {}. The page and --json say "
        "what would tell of each.",
    )
}
"""Tables whose open rows a terminal only names: their column of names, and the sentence."""
LEFT, RIGHT = "dark_orange", "dodger_blue2"
"""The sides' colours, everywhere; the letters L and R are the second cue."""


def title(question: str, name: str) -> Text:
    """Return the title of a table; units stand in brackets, which are no markup."""
    return Text(columns()[question, name][0], "bold")


def table(question: str, name: str, rows: Sequence[Row], *, width: int) -> Table | None:
    """Build the rich table of one of an Answer's tables, None where a terminal shows none.

    Columns that do not fit into `width` characters are left out whole, the least needed first, and
    named in the caption: half a number would be worse than none.
    """
    if (question, name) not in columns() or not rows:
        return None
    _, all_columns = columns()[question, name]
    rows, said = _folded(question, name, rows)
    folded = bool(said)
    cells = {column: [_cell(column.cell(row)) for row in rows] for column in all_columns}
    shown = _fitting(cells, width)
    hidden = [column.head for column in all_columns if column not in shown]
    if hidden:
        said.append(f"A wider terminal shows these columns too: {', '.join(hidden)}.")
    built = Table(
        caption=" ".join(said) or None,
        caption_justify="left",
        caption_style="bright_black",
        box=None,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        header_style="bright_black",
        show_header=bool(rows),
        expand=folded,
    )
    for column in shown:
        built.add_column(
            column.head,
            justify=column.justify,
            no_wrap=column.justify == "right",
            overflow="fold",
        )
    for row in zip(*(cells[column] for column in shown), strict=True):
        built.add_row(*row)
    return built


def _folded(question: str, name: str, rows: Sequence[Row]) -> tuple[Sequence[Row], list[str]]:
    """Take out the rows that would say nothing but a name, and name them in one sentence."""
    if (question, name) not in _FOLDED:
        return rows, []
    label, sentence = _FOLDED[question, name]
    kept = [row for row in rows if row["standing"] != "open"]
    names = [str(row[label]) for row in rows if row["standing"] == "open"]
    return kept, [sentence.format(list_words(names).lower())] if names else []


def _fitting(cells: dict[Column, list[Text]], width: int) -> list[Column]:
    """Leave out columns until the rest fits, those with the greatest `spare` first."""
    shown = list(cells)
    while _width(shown, cells) > width and any(column.spare for column in shown):
        shown.remove(max(shown, key=lambda column: column.spare))
    return shown


def _width(shown: Sequence[Column], cells: dict[Column, list[Text]]) -> int:
    """Characters that columns need side by side, those of free text at their least."""
    needed = 0
    for column in shown:
        widest = max([len(column.head), *(cell.cell_len for cell in cells[column])])
        needed += min(widest, _LEAST_TEXT) if column.justify == "left" else widest
    return needed + len(shown) - 1


def _cell(cell: Cell) -> Text:
    """Write a cell; texts are kept from being read as markup, and from speaking to the terminal."""
    if isinstance(cell, Pair):
        return Text.assemble(
            (cell.left, f"bold {LEFT}" if cell.longer == "left" else LEFT),
            (" / ", "bright_black"),
            (cell.right, f"bold {RIGHT}" if cell.longer == "right" else RIGHT),
        )
    if isinstance(cell, Sided):
        return Text(cell.words, {"left": LEFT, "right": RIGHT}.get(cell.side or "", ""))
    if isinstance(cell, Stacked):
        return Text(" ").join((_cell(cell.main), Text(cell.below)))
    if isinstance(cell, Typed):
        return Text(printable(", ".join(cell.texts)) or MISSING)
    return Text(printable(cell))
