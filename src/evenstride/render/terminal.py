"""An Answer on a terminal: headline, figure, reasoning, tables, caveats, sources, in that order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from evenstride.render.beam import beam
from evenstride.render.chart import trend_chart
from evenstride.render.tables import table

if TYPE_CHECKING:
    from rich.console import Console

    from evenstride.domain.answer import Answer

_VERDICT_STYLE = {
    "shifted_left": "bold yellow",
    "shifted_right": "bold yellow",
    "not_distinguishable": "bold green",
    "too_early": "bold cyan",
}


def print_answer(answer: Answer, console: Console, *, most_rows: int | None = None) -> None:
    """Print an Answer.

    Parameters
    ----------
    answer
        What to print.
    console
        Where to. Its width, colour and encoding are respected.
    most_rows
        At most this many rows of a table, the last ones; None prints all.
    """
    width = min(console.width, 100)
    console.print(
        Text(answer.headline, _VERDICT_STYLE.get(answer.verdict, "bold")), width=width
    )
    for figure in answer.figures.values():
        if figure.kind == "trend" and figure.rows:
            console.print()
            console.print(Text(figure.title, "bold"))
            console.print(trend_chart(figure, width=width))
        elif figure.kind == "beam":
            console.print()
            console.print(beam(figure, width=width))
    if answer.sentences:
        console.print()
    for sentence in answer.sentences:
        console.print(Text(sentence), width=width)
    for name, rows in answer.tables.items():
        shown = rows if most_rows is None else rows[-most_rows:]
        built = table(answer.question, name, shown)
        if built is None:
            continue
        console.print()
        console.print(built, width=width)
        if len(shown) < len(rows):
            console.print(
                Text(f"… and {len(rows) - len(shown):,} earlier: --all shows them", "bright_black")
            )
    if answer.caveats:
        console.print()
    for caveat in answer.caveats:
        console.print(Padding(Text.assemble(("Note: ", "yellow"), caveat), (0, 0)), width=width)
    if answer.sources:
        said = "Sources: " + "; ".join(
            s.text + (f" ({s.link})" if s.link else "") for s in answer.sources
        )
        console.print()
        console.print(Text(said, "bright_black"), width=width)
