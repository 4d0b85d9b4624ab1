"""What moves a runner, in a real browser: rows read by keys, dots pressed, parts that follow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from watching import drawn, fits, no_axe_violation, watched

from evenstride import answers
from sample_moves import compare_answer, drivers_answer, explain_answer

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from watching import Running

    from evenstride.domain.answer import Answer

WIDE = {"width": 1440, "height": 1000}


@pytest.fixture(autouse=True)
def by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the questions be answered by hand: rows, sizes and words are known."""

    def answered(given: Answer) -> object:
        def answer(*_: object, **__: object) -> Answer:
            return given

        answer.__qualname__ = f"by_hand_{given.question}"
        return answer

    for given in (drivers_answer(), explain_answer(), compare_answer()):
        monkeypatch.setattr(answers, given.question, answered(given), raising=False)


def read_by_keys(page: Page, figure: str, *keys: str) -> list[str]:
    """Press keys on a figure; what was said after each."""
    page.locator(f"{figure} .chart").focus()
    said, live = [], page.locator(f"{figure} > p[aria-live]")
    for key in keys:
        before = live.text_content()
        page.keyboard.press(key)
        page.wait_for_function(
            "([live, before]) => live.textContent !== before", arg=[live.element_handle(), before]
        )
        said.append(live.text_content() or "")
    return said


def test_rows_are_read_from_the_first_by_the_arrows_up_and_down(
    browser: Browser, app: Running
) -> None:
    with watched(browser, app, viewport=WIDE) as seen:
        seen.page.goto(app.address + "/drivers")
        drawn(seen.page)
        first, second, again = read_by_keys(
            seen.page, "#figure-drivers", "ArrowDown", "ArrowDown", "ArrowUp"
        )
        assert first.startswith(
            "Speed, Over 4:20 instead of 5:50 /km, Effect 1.3 pp toward the left"
        )
        assert second.startswith("Time into the run")
        assert again == first


def test_a_fit_is_read_along_the_driver_in_people_s_units(browser: Browser, app: Running) -> None:
    with watched(browser, app, viewport=WIDE) as seen:
        seen.page.goto(app.address + "/drivers")
        drawn(seen.page)
        (said,) = read_by_keys(seen.page, "#figure-driver-1", "End")
        assert re.fullmatch(
            r"Pace 4:16 /km, Effect on balance \d\.\d pp toward the left, "
            r"95 % band \d\.\d L to \d\.\d L",
            said,
        )


def test_a_dot_leads_to_its_run(browser: Browser, app: Running) -> None:
    with watched(browser, app, viewport=WIDE) as seen:
        seen.page.goto(app.address + "/drivers")
        drawn(seen.page)
        dot = seen.page.locator("#figure-driver-1 svg .mark-symbol path").nth(100)
        dot.scroll_into_view_if_needed()
        box = dot.bounding_box()
        assert box is not None
        seen.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        seen.page.wait_for_url("**/runs/2025-*")
        seen.complaints.clear()  # the sample's runs are not in this library: a 404


@pytest.mark.parametrize("width", [390, 1440])
def test_why_a_run_reads_so_comes_after_the_page(
    browser: Browser, app: Running, width: int
) -> None:
    with watched(browser, app, viewport={"width": width, "height": 900}) as seen:
        seen.page.goto(app.address + "/runs/last")
        seen.page.locator("#figure-contributions").wait_for()
        drawn(seen.page)
        fits(seen.page)
        no_axe_violation(seen.page)
        assert seen.page.locator("#explain").count() == 1
        (said,) = read_by_keys(seen.page, "#figure-contributions", "End")
        assert "54.7 L / 45.3 R" in said


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_two_are_chosen_and_compared(
    browser: Browser, app: Running, width: int, theme: str
) -> None:
    size = {"width": width, "height": 900}
    with watched(browser, app, viewport=size, color_scheme=theme) as seen:
        page = seen.page
        page.goto(app.address + "/compare")
        page.get_by_label("A, before").select_option(label="The 4 weeks before")
        page.get_by_label("B, after").select_option(label="The last 4 weeks")
        page.get_by_role("button", name="Compare").click()
        page.wait_for_url("**/compare?a=*..*&b=*..*")
        drawn(page)
        fits(page)
        no_axe_violation(page)
        assert page.locator("#figure-difference").get_attribute("data-drawn") == "true"
        chosen = page.get_by_label("A, before").locator("option:checked")
        assert chosen.text_content() == "The 4 weeks before"


def test_the_names_of_rows_stand_above_their_marks_where_it_is_narrow(
    browser: Browser, app: Running
) -> None:
    for width, apart in ((390, True), (1440, False)):
        with watched(browser, app, viewport={"width": width, "height": 1200}) as seen:
            seen.page.goto(app.address + "/drivers")
            drawn(seen.page)
            svg = seen.page.locator("#figure-drivers svg")
            name = svg.get_by_text("Speed", exact=True).last.bounding_box()
            dot = svg.locator(".mark-symbol path[fill='var(--left)']").first.bounding_box()
            assert name is not None
            assert dot is not None
            assert (dot["y"] > name["y"] + name["height"]) == apart
            assert dot["x"] > name["x"]
