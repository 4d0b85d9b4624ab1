"""How an Answer's tables are drawn on a page: escaped, sides marked, scrolling inside a box."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from markupsafe import Markup, escape

from evenstride.domain.wording import printable
from evenstride.render.cells import MISSING, Pair, Sided, Stacked, Typed
from evenstride.render.columns import page_columns
from evenstride.render.columns_ground import ground_facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.domain.answer import Row
    from evenstride.domain.wording import Units
    from evenstride.render.cells import Cell
    from evenstride.render.columns import Column


def html_table(
    question: str,
    name: str,
    rows: Sequence[Row],
    *,
    caption: str | None = None,
    units: Units = "km",
    run_href: str | None = None,
    tall: bool = False,
) -> Markup:
    """Draw one of an Answer's tables.

    Parameters
    ----------
    question, name
        Which table of which Answer.
    rows
        Its rows, in the order to be shown.
    caption
        What stands above; the table's own title when None.
    units
        `km` or `mi`.
    run_href
        Where a run's page is, `/runs/{run_id}`: then the first cell of a row that names a run
        leads there.
    tall
        Whether a long table scrolls inside its box, its head staying.

    Returns
    -------
        A box that scrolls sideways by itself and can be reached by keyboard, with the table in it;
        empty where there are no rows or where no columns are known.
    """
    shown = page_columns(units).get((question, name))
    if shown is None or not rows:
        return Markup()
    title, columns = shown
    said = title if caption is None else caption
    head = Markup().join(
        Markup('<th scope="col"{}>{}</th>').format(_class(column), column.head)
        for column in columns
    )
    body = Markup().join(_row(row, columns, run_href) for row in rows)
    return Markup(
        '<div class="table-box{}" role="region" tabindex="0" aria-label="{}"><table>'
        "<caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"
    ).format(" tall" if tall else "", said, said, head, body)


def html_facts(row: Row, *, units: Units = "km") -> Markup:
    """Draw the ground of one run as a list of facts; those that are not known are left out.

    Returns
    -------
        Empty where nothing is known.
    """
    _, columns = ground_facts(units)
    cells = [(column.head, column.cell(row)) for column in columns]
    facts = Markup().join(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(head, html_cell(cell))
        for head, cell in cells
        if cell != MISSING
    )
    return Markup('<dl class="facts">{}</dl>').format(facts) if facts else Markup()


def _row(row: Row, columns: Sequence[Column], run_href: str | None) -> Markup:
    cells = []
    for i, column in enumerate(columns):
        cell = html_cell(column.cell(row))
        if i == 0 and run_href and row.get("run_id"):
            href = run_href.replace("{run_id}", quote(str(row["run_id"]), safe=""))
            cell = Markup('<a href="{}">{}</a>').format(href, cell)
        shape = Markup('<th scope="row"{}>{}</th>') if i == 0 else Markup("<td{}>{}</td>")
        cells.append(shape.format(_class(column), cell))
    return Markup("<tr>{}</tr>").format(Markup().join(cells))


def _class(column: Column) -> Markup:
    """Right-aligned numbers, free text that wraps, and columns that a phone leaves out."""
    names = ["number" if column.justify == "right" else "free"]
    if column.spare >= 3:
        names.append("spare")
    return Markup(' class="{}"').format(" ".join(names))


def html_cell(cell: Cell) -> Markup:
    """Draw one cell; texts from outside keep to themselves, whatever direction they are written in.

    The sides are told apart by letter and colour, the longer one is bold.
    """
    if isinstance(cell, Pair):
        return Markup('<span class="pair">{}<span class="slash"> / </span>{}</span>').format(
            _side(cell.left, "left", longer=cell.longer == "left"),
            _side(cell.right, "right", longer=cell.longer == "right"),
        )
    if isinstance(cell, Sided):
        return _side(cell.words, cell.side, longer=False) if cell.side else escape(cell.words)
    if isinstance(cell, Stacked):
        return Markup('{}<small class="below">{}</small>').format(html_cell(cell.main), cell.below)
    if isinstance(cell, Typed):
        return typed_html(cell.texts) if cell.texts else escape(MISSING)
    return escape(printable(cell))


def typed_html(texts: Sequence[str]) -> Markup:
    """Draw typed texts, each isolated from what stands around it, control characters made seen."""
    return Markup(", ").join(Markup('<bdi dir="auto">{}</bdi>').format(printable(t)) for t in texts)


def _side(words: str, side: str, *, longer: bool) -> Markup:
    return Markup('<span class="side-{}{}">{}</span>').format(
        side, " longer" if longer else "", words
    )
