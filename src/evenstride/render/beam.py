"""How "where am I" is drawn in characters: a beam with left at the left, even in the middle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from evenstride.domain.wording import balance_pair
from evenstride.render.cells import number
from evenstride.render.tables import LEFT, RIGHT

if TYPE_CHECKING:
    from evenstride.domain.answer import Figure


def beam(figure: Figure, *, width: int) -> Text:
    """Draw a figure of kind `beam`: now `●`, its 95 % interval `━`, the own normal band `░`.

    The one row has the roles `now`, `low`, `high`, `normal_low`, `normal_high`, all in percent
    left. A longer contact on the right lies to the right.
    """
    row, roles = figure.rows[0], figure.roles
    value = {role: number(row, column) for role, column in roles.items()}
    half = max([abs(v - 50.0) for v in value.values() if v is not None] + [1.0]) * 1.15
    columns = max(min(width - 22, 61), 21) // 2 * 2 + 1

    def column(balance_left_pct: float) -> int:
        return round((50.0 - balance_left_pct + half) / (2 * half) * (columns - 1))

    cells = ["·"] * columns

    def fill(high: float | None, low: float | None, mark: str) -> None:
        if high is not None and low is not None:
            for i in range(max(column(high), 0), min(column(low), columns - 1) + 1):
                cells[i] = mark

    fill(value.get("normal_high"), value.get("normal_low"), "░")
    fill(value.get("high"), value.get("low"), "━")
    cells[columns // 2] = "┃" if cells[columns // 2] == "━" else "│"
    now = value["now"]
    text = Text()
    text.append(f"{50 + half:5.1f} L ", LEFT)
    for i, cell in enumerate(cells):
        if now is not None and i == column(now):
            text.append("●", "bold")
        else:
            text.append(cell, "bright_black" if cell in "·░│" else "bold")
    text.append(f" {50 + half:.1f} R\n", RIGHT)
    text.append(" " * (8 + columns // 2 - 2) + "even\n", "bright_black")
    text.append(" " * 8)
    text.append(f"● now {balance_pair(now)}   ━ its 95 % interval", "bright_black")
    if value.get("normal_low") is not None:
        text.append("   ░ your normal", "bright_black")
    return text
