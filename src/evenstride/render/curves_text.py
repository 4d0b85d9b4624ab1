"""How evidence and power are drawn in characters: dots over pairs, a line at what is aimed at.

Without colour nothing is lost: `●` is evidence after a pair, `◉` the pair that decided, letters are
curves of power, each named below, and `╌` is the line at what is enough, named at its left.
"""

from __future__ import annotations

import math
from textwrap import fill
from typing import TYPE_CHECKING

from rich.text import Text

from evenstride.domain.effect_words import E_VALUE_WORDS
from evenstride.domain.wording import printable
from evenstride.render.vega_evidence import HIGHEST_E, LOWEST_E, enough_label, evidence_rows
from evenstride.render.vega_pairs import pairs_ends, to_come
from evenstride.render.vega_parts import finite
from evenstride.render.vega_power import power_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from evenstride.domain.answer import Figure

_ROWS_E, _ROWS_POWER = 13, 11
_MARGIN = 8
_LEAST_PLOT = 16
_STYLES = {"●": "bold", "◉": "bold green", "╌": "green", "─": "bright_black", "┆": "magenta"}
_LETTERS = "abcdefghij"


def evidence_text(figure: Figure, *, width: int) -> Text:
    """Draw a figure of kind `evidence` into at most `width` columns."""
    rows = evidence_rows(figure)
    plot = _Plot(width, _ROWS_E, math.log10(LOWEST_E), math.log10(HIGHEST_E), *pairs_ends(figure))
    plot.line(0.0, "─", "1")
    for y in figure.reference_lines.values():
        if LOWEST_E <= y <= HIGHEST_E:
            plot.line(math.log10(y), "╌", f"{y:g}")
    for at in _ahead(figure):
        plot.upright(at)
    for row in rows:
        x, y = finite([row], "x", "y")
        plot.dot(x, math.log10(y), "◉" if row["decided"] else "●")
    for tick in (0.1, 10.0, 100.0, 1000.0):
        plot.name(math.log10(tick), f"{tick:,.0f}" if tick >= 1.0 else f"{tick:g}")
    text = plot.drawn(figure.x_label)
    said = [enough_label(label, y) for label, y in figure.reference_lines.items()]
    said += ["1: says nothing", *_ahead_words(figure)]
    text.append("; ".join(said) + "\n", "bright_black")
    text.append(fill(E_VALUE_WORDS, width), "bright_black")
    return text


def power_text(figure: Figure, *, width: int) -> Text:
    """Draw a figure of kind `power` into at most `width` columns."""
    rows = power_rows(figure)
    letters = dict(zip(dict.fromkeys(str(row["series"]) for row in rows), _LETTERS, strict=False))
    plot = _Plot(width, _ROWS_POWER, 0.0, 100.0, *pairs_ends(figure))
    for y in figure.reference_lines.values():
        plot.line(y, "╌", f"{y:g} %")
    for at in _ahead(figure):
        plot.upright(at)
    for row in rows:
        x, y = finite([row], "x", "y")
        if str(row["series"]) in letters:
            plot.dot(x, y, letters[str(row["series"])])
    for tick in (0.0, 50.0, 100.0):
        plot.name(tick, f"{tick:g} %")
    text = plot.drawn(figure.x_label)
    aim = next(iter(figure.reference_lines.values()), 100.0)
    for series, letter in letters.items():
        enough = [row for row in rows if row["series"] == series and finite([row], "y")[0] >= aim]
        found = f"from {enough[0]['head']} on" if enough else "not with so many pairs"
        text.append(f"{letter}: {series or 'found'}, {aim:g} of 100 {found}\n", "bright_black")
    said = [f"╌ {printable(name)}" for name in figure.reference_lines]
    text.append("; ".join([*said, *_ahead_words(figure)]), "bright_black")
    return text


def _ahead(figure: Figure) -> list[float]:
    return finite(to_come(figure, *pairs_ends(figure)), "x")


def _ahead_words(figure: Figure) -> list[str]:
    return [f"┆ {row['label']}" for row in to_come(figure, *pairs_ends(figure))]


class _Plot:
    """A grid of characters that is drawn on; what is drawn later lies above."""

    def __init__(  # noqa: PLR0917 - the ends of both axes
        self, width: int, rows: int, low: float, high: float, left: float, right: float
    ) -> None:
        self.columns = max(width - _MARGIN - 1, _LEAST_PLOT)
        self.cells = [[" "] * self.columns for _ in range(rows)]
        self.names: dict[int, str] = {}
        self.limits: list[float] = []
        self._down: Callable[[float], int] = lambda y: round((high - y) / (high - low) * (rows - 1))
        self._across: Callable[[float], int] = lambda x: min(
            max(round((x - left) / (right - left) * (self.columns - 1)), 0), self.columns - 1
        )
        self.ends = left, right

    def line(self, y: float, mark: str, name: str) -> None:
        """Draw a line across, named at its left."""
        row = self._down(y)
        self.limits.append(y)
        self.cells[row] = [mark] * self.columns
        self.names[row] = name

    def upright(self, x: float) -> None:
        """Draw a line from top to bottom."""
        for row in self.cells:
            row[self._across(x)] = "┆"

    def dot(self, x: float, y: float, mark: str) -> None:
        """Put a mark; what has not reached a line lies below it, however near."""
        row = self._down(y)
        for limit in self.limits:
            if y < limit and row <= self._down(limit):
                row = self._down(limit) + 1
            elif y >= limit and row > self._down(limit):
                row = self._down(limit)
        self.cells[row][self._across(x)] = mark

    def name(self, y: float, name: str) -> None:
        """Name a height that no line has named."""
        self.names.setdefault(self._down(y), name)

    def drawn(self, x_label: str) -> Text:
        """Return the plot with its axes."""
        text = Text()
        for row, cells in enumerate(self.cells):
            text.append(f"{self.names.get(row, ''):>{_MARGIN - 2}} │", "bright_black")
            for cell in cells:
                text.append(cell, _STYLES.get(cell, "bold" if cell in _LETTERS else ""))
            text.append("\n")
        text.append(" " * (_MARGIN - 1) + "└" + "─" * self.columns + "\n", "bright_black")
        text.append(" " * _MARGIN + self._ticks(x_label) + "\n", "bright_black")
        return text

    def _ticks(self, x_label: str) -> str:
        left, right = math.ceil(self.ends[0]), math.floor(self.ends[1])
        step = next(
            s for s in (1, 2, 5, 10, 20, 50, 100, 1000, 10**9)
            if (right - left) / s * 8 <= self.columns
        )  # fmt: skip
        line = [" "] * self.columns
        for n in range(math.ceil(left / step) * step, right + 1, step):
            said, at = f"{n}", self._across(n)
            at = min(max(at - len(said) // 2, 0), self.columns - len(said))
            line[at : at + len(said)] = said
        return "".join(line).rstrip() + ("" if not x_label else f"\n{' ' * _MARGIN}{x_label}")
