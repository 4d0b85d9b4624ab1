"""What a chart tells to pointer, keys and screen reader, and that pages print and keep still."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from watching import WIDTHS, drawn, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from watching import Running


def opened(page: Page, app: Running, path: str) -> None:
    page.goto(app.address + path)
    drawn(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_dot_is_read_and_followed_by_keyboard(browser: Browser, app: Running, width: int) -> None:
    with watched(browser, app, viewport={"width": width, "height": 900}) as seen:
        page = seen.page
        opened(page, app, "/trend")
        last = json.loads(page.request.get(app.address + "/trend?format=json").text())["tables"][
            "runs"
        ][-1]
        page.locator("#figure-trend .chart").focus()
        page.keyboard.press("End")
        page.wait_for_function(
            "() => document.querySelector('#figure-trend [aria-live]').textContent.includes(' L ')"
        )
        said = page.locator("#figure-trend [aria-live]").inner_text()
        left = round(last["balance_at_reference_pct"], 1)
        assert f"{left:.1f} L / {100 - left:.1f} R" in said
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/runs/{last['run_id']}")
        page.go_back()
        page.wait_for_url("**/trend")


def test_the_pointer_is_told_what_is_under_it(browser: Browser, app: Running) -> None:
    with watched(browser, app, viewport={"width": 1440, "height": 900}) as seen:
        page = seen.page
        opened(page, app, "/runs/last")
        box = page.locator("#figure-course .chart").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 60)
        tip = page.locator("#figure-course .chart-tip")
        tip.wait_for()
        words = tip.inner_text()
        assert re.search(r"\d\d\.\d L / \d\d\.\d R", words)
        assert "bpm" in words
        assert "/km" in words


def drawn_anew(page: Page, selector: str, before: str) -> str:
    """Wait until a drawing is no longer what it was; what it is now."""
    page.wait_for_function(
        "([selector, before]) => document.querySelector(selector).innerHTML !== before",
        arg=[selector, before],
    )
    return page.locator(selector).inner_html()


def test_the_cursor_of_the_course_moves_along_the_track(browser: Browser, app: Running) -> None:
    with watched(browser, app, viewport={"width": 1440, "height": 1400}) as seen:
        page = seen.page
        opened(page, app, "/runs/last")
        before = page.locator("#figure-track .chart svg").inner_html()
        page.locator("#figure-course .chart").focus()
        page.keyboard.press("Home")
        at_start = drawn_anew(page, "#figure-track .chart svg", before)
        for _ in range(10):
            page.keyboard.press("ArrowRight")
        drawn_anew(page, "#figure-track .chart svg", at_start)


def test_dragging_over_the_strip_looks_closer(browser: Browser, app: Running) -> None:
    with watched(browser, app, viewport={"width": 1440, "height": 1600}) as seen:
        page = seen.page
        opened(page, app, "/trend")
        chart = page.locator("#figure-trend .chart")
        box = chart.bounding_box()
        assert box is not None
        whole = chart.locator("svg").inner_html()
        y = box["y"] + box["height"] - 20
        page.mouse.move(box["x"] + box["width"] * 0.4, y)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.55, y, steps=6)
        page.mouse.up()
        drawn_anew(page, "#figure-trend .chart svg", whole)
        assert app.address + "/trend" == page.url  # brushing is no click on a dot


def test_vendor_bands_come_on_request_and_by_the_vendors_name(
    browser: Browser, app: Running
) -> None:
    with watched(browser, app, viewport={"width": 1440, "height": 900}) as seen:
        page = seen.page
        opened(page, app, "/trend")
        assert "Garmin" not in page.locator("#figure-trend svg").inner_html()
        assert "vendor" not in page.locator(".answer").first.inner_text()
        page.select_option('select[name="bands"]', "garmin")
        page.get_by_role("button", name="Show").click()
        page.wait_for_url("**bands=garmin**")
        drawn(page)
        assert "Garmin would show" in page.locator(".answer").first.inner_text()


@pytest.mark.parametrize(
    "path", ["/", "/trend", "/drivers", "/fatigue", "/runs/last", "/runs", "/settings", "/library"]
)
def test_a_page_shows_the_answer_that_its_json_is(
    browser: Browser, app: Running, path: str
) -> None:
    with watched(browser, app) as seen:
        page = seen.page
        page.goto(app.address + path)
        answer = json.loads(page.request.get(f"{app.address}{path}?format=json").text())
        shown = page.locator("main").inner_text().replace("\n", " ")
        assert answer["provenance"]["program"].startswith("evenstride")
        if path != "/settings":
            assert answer["headline"].replace("`", "") in shown
        for row in answer["tables"].get("settings", []):
            assert row["label"].casefold() in shown.casefold()


@pytest.mark.parametrize("path", ["/", "/trend", "/drivers", "/runs/last", "/runs"])
def test_a_page_prints_without_what_is_only_for_the_screen(
    browser: Browser, app: Running, path: str
) -> None:
    with watched(browser, app, viewport={"width": 794, "height": 1123}) as seen:
        page = seen.page
        opened(page, app, path)
        page.emulate_media(media="print", color_scheme="dark")
        assert not page.locator(".site-nav").is_visible()
        assert page.locator("button:visible").count() == 0
        assert page.locator("main h1").is_visible()
        ground, ink = page.evaluate(
            "() => { const s = getComputedStyle(document.querySelector('main h1'));"
            " return [getComputedStyle(document.documentElement).backgroundColor, s.color]; }"
        )
        assert ground in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
        assert ink == "rgb(0, 0, 0)"


def test_nothing_moves_for_those_who_asked_for_that(browser: Browser, app: Running) -> None:
    with watched(browser, app, reduced_motion="reduce") as seen:
        page = seen.page
        opened(page, app, "/trend")
        moving = page.evaluate(
            """() => [...document.querySelectorAll('*')].filter(e => {
                 const s = getComputedStyle(e);
                 const still = t => t.split(',').every(v => parseFloat(v) <= 0.001);
                 return !still(s.transitionDuration) || !still(s.animationDuration); }).length"""
        )
        assert moving == 0
        assert page.evaluate("document.getAnimations().length") == 0


def test_an_outdated_page_is_told_to_reload(browser: Browser, app: Running) -> None:
    """The token of an earlier start is refused in a sentence, and nothing is changed."""
    with watched(browser, app) as seen:
        page = seen.page
        page.goto(app.address + "/settings")
        page.evaluate(
            "document.querySelectorAll('input[name=token]').forEach(i => { i.value = 'old'; })"
        )
        page.locator("#mass_kg input[name='value']").fill("70")
        with page.expect_navigation():
            page.locator("#mass_kg").get_by_role("button", name="Keep").click()
        assert "reload" in page.locator("body").inner_text()
        seen.complaints.clear()  # the browser complains of the 403
        page.goto(app.address + "/settings")
        assert page.locator("#mass_kg input[name='value']").input_value() == ""


@pytest.mark.parametrize("path", ["/", "/trend", "/drivers", "/fatigue", "/runs", "/runs/last"])
@pytest.mark.parametrize("width", [390, 768, 1440, 1920])
def test_no_table_is_cut_in_what_it_must_say(
    browser: Browser, app: Running, width: int, path: str
) -> None:
    with watched(browser, app, viewport={"width": width, "height": 900}) as seen:
        page = seen.page
        page.goto(app.address + path)
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        cut = page.evaluate(
            """[...document.querySelectorAll('.table-box')]
                 .filter(box => box.scrollWidth > box.clientWidth + 1)
                 .map(box => box.getAttribute('aria-label'))"""
        )
        assert cut == []
