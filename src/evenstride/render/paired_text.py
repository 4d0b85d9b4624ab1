"""How pairs are drawn in characters: a row each, control and treatment on one axis.

Without colour nothing is lost: `●` is the treatment, `○` the control, `━` their difference, whose
number stands at the end; a pair that does not count has dots between them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from evenstride.render.vega_paired import condition_names, paired_rows, title_of
from evenstride.render.vega_parts import finite, room

if TYPE_CHECKING:
    from evenstride.domain.answer import Figure

_NAMES, _NUMBERS, _LEAST_PLOT = 9, 9, 16
_MOST = 30


def paired_text(figure: Figure, *, width: int) -> Text:
    """Draw a figure of kind `paired` into at most `width` columns; of very many pairs the last."""
    rows = paired_rows(figure)[-_MOST:]
    columns = max(width - _NAMES - _NUMBERS, _LEAST_PLOT)
    low, high = room(*_ends(finite(rows, "control", "treatment")), least=1e-6)

    def place(value: float) -> int:
        return round((value - low) / (high - low) * (columns - 1))

    treatment, control = (str(row["label"]) for row in condition_names(figure.points))
    text = Text(f"{title_of(figure)}; further right is more\n", "bright_black")
    for row in rows:
        cells = [" "] * columns
        from_, to = (finite([row], name) for name in ("control", "treatment"))
        if from_ and to:
            a, b = sorted((place(from_[0]), place(to[0])))
            cells[a : b + 1] = ["╌" if row["faded"] else "━"] * (b + 1 - a)
        if from_:
            cells[place(from_[0])] = "○"
        if to:
            cells[place(to[0])] = "●"
        style = "bright_black" if row["faded"] else ""
        text.append(f"{str(row['head'])[: _NAMES - 1]:<{_NAMES}}", "bright_black")
        text.append("".join(cells), style)
        text.append(f"{row['short'] or '–':>{_NUMBERS}}\n", style or "bold")
    text.append(f"● {treatment}  ○ {control}", "bright_black")
    return text


def _ends(values: list[float]) -> tuple[float, float]:
    return (min(values), max(values)) if values else (0.0, 1.0)
