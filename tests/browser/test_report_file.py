"""The HTML report opened from the disk: it draws, it asks for nothing, and it fits a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from evenstride.answers import open_library, report
from evenstride.render.report_html import report_html

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def file(year_library_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the demo runner's first 60 runs."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    with open_library(year_library_path) as lib:
        sides = ("2025-01-06..2025-03-31", "2025-04-01..2025-12-31")
        path.write_text(report_html(report(lib, explain=("last",), compare=sides)), "utf-8")
    return path


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_it_draws_asks_for_nothing_and_fits(browser: Browser, file: Path, width: int, theme: str):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
    page = context.new_page()
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(file.as_uri())
    page.wait_for_selector("figure[data-drawn]", timeout=15_000)
    for figure in page.locator("figure").all():  # each is drawn when it is seen
        figure.scroll_into_view_if_needed()
        figure.locator("svg.marks").first.wait_for(timeout=15_000)
    assert page.locator("figure[data-drawn]").count() == 4
    page.wait_for_function("document.fonts.status === 'loaded'")
    assert page.evaluate("document.fonts.check('16px Inter')")
    assert [url for url in asked if not url.startswith("data:")] == [file.as_uri()]
    assert complaints == []
    assert page.locator("figure svg circle, figure svg path").count() > 60
    stills = page.locator("figure .r-still")
    assert not any(still.is_visible() for still in stills.all()), "only one drawing is seen"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page).response["violations"]
    assert [(v["id"], [n["html"][:120] for n in v["nodes"][:3]]) for v in found] == []
    context.close()


def test_without_scripts_every_figure_is_there(browser: Browser, file: Path):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    assert page.locator(".r-still .r-wide svg circle").count() > 60
    wide = page.locator(".r-still .r-wide")
    assert [drawing.is_visible() for drawing in wide.all()] == [True] * 4
    context.close()


def test_printed_it_shows_the_paper_s_drawing(browser: Browser, file: Path):
    context = browser.new_context()
    page = context.new_page()
    page.goto(file.as_uri())
    page.wait_for_selector("figure[data-drawn]", timeout=15_000)
    page.emulate_media(media="print")
    stills, drawn = page.locator("figure .r-still"), page.locator("figure > .chart")
    assert [still.is_visible() for still in stills.all()] == [True] * 4
    assert not any(drawing.is_visible() for drawing in drawn.all())
    context.close()
