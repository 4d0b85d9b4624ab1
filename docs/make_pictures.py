"""`make pictures`: the screenshots that README and docs show, made anew from the demo's year."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pictured_runner import body, experiment
from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.terminal_theme import DIMMED_MONOKAI
from rich.text import Text

from evenstride import answers
from evenstride.render.report_pdf import report_pictures
from evenstride.render.terminal import print_answer

if TYPE_CHECKING:
    from evenstride.domain.answer import Answer

PICTURES = Path(__file__).parent / "pictures"
_NOW = datetime.now(UTC)
_PAGES = {
    "home-1440-light": "/",
    "home-1440-dark": "/",
    "home-390-light": "/",
    "home-390-dark": "/",
    "trend-1440-light": "/trend",
    "trend-390-dark": "/trend",
    "run-1440-dark": "/runs/last",
    "run-390-light": "/runs/last",
    "runs-1440-light": "/runs",
    "runs-390-light": "/runs",
    "import-1440-light": "/import",
}
"""A picture's name, which tells its width and theme, and the page in it."""
_BODY_PAGES = {
    "diary-390-light": "/diary#map",
    "screen-1440-light": "/screen/ankle-lunge#sides-title",
    "screen-390-dark": "/screen/ankle-lunge#sides-title",
    "plan-1440-light": "/plan",
    "session-390-light": "/plan/session/{session}",
    "experiment-1440-light": "/experiments/{experiment}",
}
"""The same once the runner has said how the body is, and has tried something."""


def main() -> None:
    """Simulate, import, ask, and draw the terminal as SVG, pages and report as PNG."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        files = answers.write_demo_year(root / "files", until=_NOW.date())
        with answers.open_library(root / "library") as lib:
            answers.import_files(lib, [files])
            _terminal({"trend": answers.trend(lib, now=_NOW)})
            _report(answers.report(lib, now=_NOW))
        _pages(root / "library", _PAGES)
        with answers.open_library(root / "library") as lib:
            body(lib, now=_NOW)
            named = {
                "experiment": experiment(lib, now=_NOW),
                "session": str(answers.plan(lib, now=_NOW).tables["next"][0]["session_id"]),
            }
        _pages(root / "library", {n: path.format(**named) for n, path in _BODY_PAGES.items()})


def _terminal(asked: dict[str, Answer]) -> None:
    console = Console(
        width=80, record=True, file=io.StringIO(), force_terminal=True, highlight=False
    )
    for command, answer in asked.items():
        console.print(Text(f"$ evenstride {command}", "bold green"))
        tables = {
            name: rows for name, rows in answer.tables.items() if name not in ("runs", "numbers")
        }
        print_answer(replace(answer, tables=tables, sources=()), console)
        console.print()
    svg = console.export_svg(title="evenstride", theme=DIMMED_MONOKAI)
    # The picture must ask nothing of the network: the viewer's own monospace font will do.
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = svg.replace("<text ", '<text xml:space="preserve" ')
    svg = svg.replace("Fira Code", "ui-monospace, DejaVu Sans Mono, Menlo, Consolas")
    (PICTURES / "demo.svg").write_text(svg, encoding="utf-8")


def _report(answer: Answer) -> None:
    for number, page in enumerate(report_pictures(answer, ppi=80), start=1):
        (PICTURES / f"report-{number}.png").write_bytes(page)


def _pages(library: Path, pages: dict[str, str]) -> None:
    """Start the program on the demo runner's library, and take each page on its screen."""
    program = [sys.executable, "-m", "evenstride", "serve", "--port", "0", "--no-open"]
    with subprocess.Popen(  # noqa: S603 # our own program
        [*program, "--library", str(library)], stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            address = server.stdout.readline().strip().rstrip("/")
            with sync_playwright() as play:
                browser = play.chromium.launch(
                    executable_path=_chromium(), args=["--no-sandbox", "--disable-gpu"]
                )
                for name, path in pages.items():
                    _, width, theme = name.split("-")
                    height = 844 if width == "390" else 900
                    page = browser.new_page(
                        viewport={"width": int(width), "height": height}, color_scheme=theme
                    )
                    page.goto(address + path)
                    page.wait_for_load_state("networkidle")
                    page.wait_for_timeout(800)
                    page.screenshot(path=PICTURES / f"{name}.png")
                    page.close()
                browser.close()
        finally:
            server.terminate()


def _chromium() -> str:
    for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    sys.exit("The pictures need a Chromium: install Debian's chromium-headless-shell.")


if __name__ == "__main__":
    main()
