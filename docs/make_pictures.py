"""`make pictures`: the screenshots that README shows, made anew from the demo runner's year."""

from __future__ import annotations

import io
import re
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import DIMMED_MONOKAI
from rich.text import Text

from evenstride import answers
from evenstride.render.terminal import print_answer

PICTURES = Path(__file__).parent / "pictures"
_UNTIL = date(2026, 11, 15)


def main() -> None:
    """Simulate, import, ask, and draw the terminal as SVG."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        files = answers.write_demo_year(root / "files", until=_UNTIL)
        with answers.open_library(root / "library") as lib:
            answers.import_files(lib, [files])
            now = datetime(_UNTIL.year, _UNTIL.month, _UNTIL.day, 20, tzinfo=UTC)
            asked = {"trend": answers.trend(lib, now=now)}
    console = Console(
        width=80, record=True, file=io.StringIO(), force_terminal=True, highlight=False
    )
    for command, answer in asked.items():
        console.print(Text(f"$ evenstride {command}", "bold green"))
        tables = {name: rows for name, rows in answer.tables.items() if name != "runs"}
        print_answer(replace(answer, tables=tables, sources=()), console)
        console.print()
    svg = console.export_svg(title="evenstride", theme=DIMMED_MONOKAI)
    # The picture must ask nothing of the network: the viewer's own monospace font will do.
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = svg.replace("<text ", '<text xml:space="preserve" ')
    svg = svg.replace("Fira Code", "ui-monospace, DejaVu Sans Mono, Menlo, Consolas")
    PICTURES.mkdir(exist_ok=True)
    (PICTURES / "demo.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
