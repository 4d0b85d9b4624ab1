"""What a figure's heights are: a quantity that everybody knows, or what the figure's axis says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenstride.domain.quantities import QUANTITIES, Quantity

if TYPE_CHECKING:
    from evenstride.domain.answer import Figure


def quantity_of(figure: Figure, column: str) -> Quantity:
    """Return the quantity of a column; an unknown one is named by the figure's `y_label`.

    That is a label, a comma and a unit, as `Balance, toward even, pp`.
    """
    known = QUANTITIES.get(column)
    if known is not None:
        return known
    label, _, unit = figure.y_label.rpartition(", ")
    return Quantity(column, label or column, label or column, unit, 1)
