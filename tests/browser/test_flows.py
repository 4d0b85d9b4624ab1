"""What people do on each page, by mouse and by keyboard, narrow and wide."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from watching import WIDTHS, drawn, watched

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page
    from watching import Running

HOSTILE = "<script>alert(1)</script>\"'&\u202egnp.exe\u202c<img src=x onerror=alert(2)>"


@pytest.fixture(params=WIDTHS)
def size(request: pytest.FixtureRequest) -> dict[str, object]:
    """A phone's and a desk's screen."""
    return {"viewport": {"width": request.param, "height": 900}, "has_touch": request.param == 390}


def latest(page: Page, app: Running) -> str:
    page.goto(app.address + "/runs/last")
    return page.url.rsplit("/", 1)[1]


def test_home_answers_and_leads_on(browser: Browser, app: Running, size: dict[str, object]) -> None:
    with watched(browser, app, **size) as seen:
        page = seen.page
        page.goto(app.address + "/")
        same = json.loads(page.request.get(app.address + "/?format=json").text())
        assert same["headline"] in page.locator("main").inner_text()
        page.get_by_role("link", name="The whole trend").click()
        page.wait_for_url("**/trend")
        page.go_back()
        page.wait_for_url(app.address + "/")
        assert same["headline"] in page.locator("main").inner_text()


def test_the_coachs_questions_are_kept(
    browser: Browser, app: Running, size: dict[str, object]
) -> None:
    with watched(browser, app, **size) as seen:
        page = seen.page
        page.goto(app.address + "/")
        form = page.locator("form.note-form").first
        if not form.locator("textarea").is_visible():
            page.locator("#notes summary").first.click()
        form.locator("textarea").fill(f"worse when tired {HOSTILE}")
        with page.expect_navigation():
            form.get_by_role("button", name="Keep").click()
        page.goto(app.address + "/")
        assert (
            page.locator("form.note-form textarea")
            .first.input_value()
            .startswith("worse when tired <script>")
        )


def test_the_list_is_sorted_filtered_and_its_address_says_so(
    browser: Browser, app: Running, size: dict[str, object]
) -> None:
    with watched(browser, app, **size) as seen:
        page = seen.page
        page.goto(app.address + "/runs")
        count = page.locator("tbody tr").count()
        assert count == 60
        page.get_by_role("link", name=re.compile("^Balance")).click()
        page.wait_for_url("**sort=balance_left_pct**")
        shown = [
            float(text.split()[0])
            for text in page.locator("tbody .pair").all_inner_texts()
            if text.strip()
        ]
        assert shown == sorted(shown, reverse=True)
        address = page.url
        page.fill("#filter-text", "2025-01-0")
        page.wait_for_url("**text=2025-01-0**")
        assert 0 < page.locator("tbody tr").count() < count
        page.go_back()
        page.wait_for_url(address)


def test_title_and_tags_are_edited_where_they_stand(
    browser: Browser, app: Running, size: dict[str, object]
) -> None:
    with watched(browser, app, **size) as seen:
        page = seen.page
        page.goto(app.address + "/runs")
        row = page.locator("tbody tr").nth(3)
        run_id = row.get_attribute("id")
        row.get_by_role("button", name=re.compile("^Edit")).click()
        fields = page.locator(f"#{run_id} [data-field]")
        page.wait_for_function("() => document.activeElement.matches('[data-field]')")
        fields.nth(0).fill(HOSTILE)
        fields.nth(1).fill("hill, rolled before")
        fields.nth(1).press("Enter")
        page.locator(f"#{run_id} .chip").first.wait_for()
        assert page.locator(f"#{run_id} .chip").all_inner_texts() == ["hill", "rolled before"]
        assert "<script>alert(1)</script>" in page.locator(f"#{run_id} .which").inner_text()
        page.goto(app.address + "/runs?tag=hill")
        assert page.locator("tbody tr").count() == 1


def test_several_runs_are_tagged_at_once(
    browser: Browser, app: Running, size: dict[str, object]
) -> None:
    tag = f"block {size['viewport']['width']}"
    with watched(browser, app, **size) as seen:
        page = seen.page
        page.goto(app.address + "/runs")
        for index in (0, 1, 2):
            page.locator('tbody input[name="run"]').nth(index).check()
        bar = page.locator("[data-selected]")
        assert bar.locator("[data-count]").inner_text() == "3"
        bar.locator('[name="add_tag"]').fill(tag)
        with page.expect_navigation():
            bar.get_by_role("button", name="Apply").click()
        page.goto(f"{app.address}/runs?tag={tag}")
        assert page.locator("tbody tr").count() == 3


def test_a_run_shows_its_course_and_keeps_words(
    browser: Browser, app: Running, size: dict[str, object]
) -> None:
    with watched(browser, app, **size) as seen:
        page = seen.page
        page.goto(app.address + "/runs/last")
        drawn(page)
        assert page.locator("#figure-course svg").count() == 1
        assert page.locator("#figure-histogram svg").count() == 1
        page.fill('#typed [name="notes"]', HOSTILE)
        page.check('#typed [name="race"][type="checkbox"]')
        with page.expect_navigation():
            page.locator("#typed").get_by_role("button", name="Keep").click()
        assert page.input_value('#typed [name="notes"]').startswith("<script>")
        assert page.locator("h1 .chip-race").count() == 1
        page.uncheck('#typed [name="race"][type="checkbox"]')
        with page.expect_navigation():
            page.locator("#typed").get_by_role("button", name="Keep").click()
        assert page.locator("h1 .chip-race").count() == 0


def test_a_dot_of_the_trend_leads_to_its_run(
    browser: Browser, app: Running, size: dict[str, object]
) -> None:
    with watched(browser, app, **size) as seen:
        page = seen.page
        page.goto(app.address + "/trend")
        drawn(page)
        numbers = page.locator("#numbers tbody tr")
        assert numbers.count() == 60
        numbers.first.get_by_role("link").first.click()
        page.wait_for_url("**/runs/2*")


def test_files_are_dropped_in_and_told_apart(
    browser: Browser,
    empty_app: Running,
    year_of_files: Path,
    tmp_path: Path,
    size: dict[str, object],
) -> None:
    bad = tmp_path / "shopping list.fit"
    bad.write_text("eggs")
    good = sorted(year_of_files.glob("*.fit"))[:10]
    with watched(browser, empty_app, **size) as seen:
        page = seen.page
        page.goto(empty_app.address + "/import")
        page.set_input_files('input[type="file"][multiple]:not([webkitdirectory])', [*good, bad])
        send = page.get_by_role("button", name=re.compile("^Import", re.IGNORECASE))
        if send.count() and send.first.is_visible():
            send.first.click()
        page.get_by_text("shopping list.fit").first.wait_for()
        page.goto(empty_app.address + "/runs")  # leaving the page does not stop it
        for _ in range(100):
            page.goto(empty_app.address + "/runs")
            if page.locator("tbody tr").count() == 10:
                break
            page.wait_for_timeout(200)
        assert page.locator("tbody tr").count() == 10


def test_a_setting_is_kept_and_a_wrong_one_refused_in_a_sentence(
    browser: Browser, app: Running, size: dict[str, object]
) -> None:
    with watched(browser, app, **size) as seen:
        page = seen.page
        page.goto(app.address + "/settings")
        page.locator("#height_m input[name='value']").fill("1.75")
        with page.expect_navigation():
            page.locator("#height_m").get_by_role("button", name="Keep").click()
        assert page.locator("#height_m input[name='value']").input_value() == "1.75"
        page.locator("#mass_kg input[name='value']").fill("7000")
        with page.expect_navigation():
            page.locator("#mass_kg").get_by_role("button", name="Keep").click()
        assert "25" in page.locator("main").inner_text()
        seen.complaints.clear()  # the browser complains of the 400
        page.go_back()
        page.locator("#theme select").select_option("dark")
        with page.expect_navigation():
            page.locator("#theme").get_by_role("button", name="Keep").click()
        assert page.locator("html").get_attribute("data-theme") == "dark"
        page.locator("#theme select").select_option("auto")
        page.locator("#theme").get_by_role("button", name="Keep").click()


def test_every_control_is_reached_by_keyboard_with_visible_focus(
    browser: Browser, app: Running, size: dict[str, object]
) -> None:
    with watched(browser, app, **size) as seen:
        page = seen.page
        for address in (
            "/",
            "/trend",
            "/runs?text=2025-01-06",
            "/runs/last",
            "/import",
            "/settings",
        ):
            page.goto(app.address + address)
            wanted = page.evaluate(
                """() => [...document.querySelectorAll(
                     'a[href], button, input:not([type=hidden]), select, textarea, summary')]
                     .filter(e => e.checkVisibility({visibilityProperty: true}) && !e.disabled
                                  && e.tabIndex >= 0).length"""
            )
            reached = page.evaluate("() => { window.reached = new Set(); return 0; }")
            for _ in range(wanted + 10):
                page.keyboard.press("Tab")
                reached = page.evaluate(
                    """() => { const e = document.activeElement;
                        if (e && e !== document.body) {
                          const s = getComputedStyle(e);
                          const seen = s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0
                                       || s.boxShadow !== 'none';
                          if (!seen) throw new Error('no focus: ' + e.outerHTML.slice(0, 200));
                          window.reached.add(e); }
                        return window.reached.size; }"""
                )
            assert reached >= wanted, address


def test_the_demo_is_a_library_of_its_own(browser: Browser, empty_app: Running) -> None:
    with watched(browser, empty_app) as seen:
        page = seen.page
        page.goto(empty_app.address + "/")
        page.get_by_role("button", name="Show the demo").click()
        page.get_by_role("button", name="Leave the demo").wait_for(timeout=90_000)
        page.goto(empty_app.address + "/runs")
        assert page.locator("tbody tr").count() == 100
        with page.expect_navigation():
            page.get_by_role("button", name="Leave the demo").click()
        assert page.get_by_text("no runs here yet").is_visible()
