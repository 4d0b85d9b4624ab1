"""An Answer on a terminal: headline, figure, reasoning, tables, caveats, sources, in that order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from evenstride.domain.wording import printable
from evenstride.render.beam import beam
from evenstride.render.chart import trend_chart
from evenstride.render.columns_plan import PLAN_TOLD
from evenstride.render.curves_text import evidence_text, power_text
from evenstride.render.paired_text import paired_text
from evenstride.render.rows_text import contributions_text, forest_text
from evenstride.render.tables import table, title
from evenstride.render.told import told

if TYPE_CHECKING:
    from rich.console import Console

    from evenstride.domain.answer import Answer, Figure, Row

_VERDICT_STYLE = {
    "shifted_left": "bold yellow",
    "shifted_right": "bold yellow",
    "not_distinguishable": "bold green",
    "too_early": "bold cyan",
    "outside_left": "bold yellow",
    "outside_right": "bold yellow",
    "holds_less": "bold yellow",
    "usual": "bold green",
    "holds_longer": "bold green",
    "feasible": "bold green",
    "long": "bold yellow",
    "cannot_succeed": "bold yellow",
}
_ROWS = {
    "forest": forest_text,
    "contributions": contributions_text,
    "evidence": evidence_text,
    "paired": paired_text,
    "power": power_text,
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
        Text(printable(answer.headline), _VERDICT_STYLE.get(answer.verdict, "bold")), width=width
    )
    for figure in [*answer.figures.values()][:1]:  # the one that answers; the others are for pages
        _print_figure(figure, console, width)
    if answer.sentences:
        console.print()
    for sentence in answer.sentences:
        console.print(Text(printable(sentence)), width=width)
    for name, rows in answer.tables.items():
        _print_table(answer.question, name, rows, console, most_rows)
    if answer.caveats:
        console.print()
    for caveat in answer.caveats:
        console.print(
            Padding(Text.assemble(("Note: ", "yellow"), printable(caveat)), (0, 0)), width=width
        )
    if answer.sources:
        said = "Sources: " + "; ".join(
            s.text + (f" ({s.link})" if s.link else "") for s in answer.sources
        )
        console.print()
        console.print(Text(said, "bright_black"), width=width)


def _print_figure(figure: Figure, console: Console, width: int) -> None:
    if figure.kind == "trend" and figure.rows:
        console.print()
        console.print(Text(figure.title, "bold"))
        console.print(trend_chart(figure, width=width))
    elif figure.kind == "beam":
        console.print()
        console.print(beam(figure, width=width))
    elif figure.kind in _ROWS and figure.rows:
        console.print()
        console.print(Text(printable(figure.title), "bold"))
        console.print(_ROWS[figure.kind](figure, width=width))


def _print_table(
    question: str, name: str, rows: tuple[Row, ...], console: Console, most_rows: int | None
) -> None:
    shown = rows if most_rows is None else rows[-most_rows:]
    width = min(console.width, 100)
    how = PLAN_TOLD.get((question, name))
    built = None if how is not None else table(question, name, shown, width=width)
    if how is not None and shown:
        console.print()
        console.print(Text(how.title, "bold"))
        for part in told(how, shown):
            console.print(part, width=width)
    elif built is not None:
        console.print()
        console.print(title(question, name), width=width)
        console.print(built, width=width)
    else:
        return
    if len(shown) < len(rows):
        left_out = len(rows) - len(shown)
        console.print(Text(f"… and {left_out:,} earlier: --all shows them", "bright_black"))
