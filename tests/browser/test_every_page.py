"""Every page, narrow and wide, light and dark: no complaint, no sideways scroll."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from watching import THEMES, WIDTHS, drawn, fits, no_axe_violation, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from watching import Running

PAGES = (
    "/",
    "/trend",
    "/trend?bands=garmin&window=30",
    "/drivers",
    "/fatigue",
    "/compare",
    "/compare?a=2025-01-06..2025-02-15&b=2025-02-16..2025-06-30",
    "/runs/last/explain",
    "/experiments",
    "/experiments/new",
    "/associations",
    "/runs",
    "/runs?text=nothing-is-like-this",
    "/runs/last",
    "/import",
    "/library",
    "/settings",
    "/no-such-page",
)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_sound(
    browser: Browser, app: Running, address: str, width: int, theme: str
) -> None:
    size = {"width": width, "height": 900}
    with watched(browser, app, viewport=size, color_scheme=theme) as seen:
        seen.page.goto(app.address + address)
        drawn(seen.page)
        if address == "/no-such-page":  # the browser itself complains of a 404
            seen.complaints.clear()
        fits(seen.page)
        no_axe_violation(seen.page)
        assert seen.page.locator("h1").count() == 1
        assert seen.page.title().endswith("· Evenstride")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "address",
    [
        *("/", "/trend", "/drivers", "/compare", "/experiments", "/associations"),
        *("/runs", "/import", "/library", "/settings"),
    ],
)
def test_an_empty_library_is_a_designed_state(
    browser: Browser, empty_app: Running, address: str, width: int, theme: str
) -> None:
    size = {"width": width, "height": 900}
    with watched(browser, empty_app, viewport=size, color_scheme=theme) as seen:
        seen.page.goto(empty_app.address + address)
        drawn(seen.page)
        seen.complaints[:] = [c for c in seen.complaints if "404" not in c]
        fits(seen.page)
        no_axe_violation(seen.page)
        assert seen.page.locator("a[href='/import']:visible").count()
