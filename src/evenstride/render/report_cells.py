"""What a table of the report is before it is set: heads, texts, and which columns hold words."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Cells:
    """A table as it is printed: heads, rows of texts, and which columns hold free text."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: frozenset[int]

    def shortened(self, most: int | None) -> Cells:
        """Cut texts that are longer than this, and show that they are cut; None cuts none."""
        if most is None:
            return self
        rows = tuple(
            tuple(text if len(text) <= most else f"{text[:most].rstrip()} …" for text in row)
            for row in self.rows
        )
        return replace(self, rows=rows)
