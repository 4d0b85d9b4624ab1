"""Surface and camber by the form of the Run page and the Settings: typed, kept, shown again."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from watching import THEMES, WIDTHS, fits, no_axe_violation, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from watching import Running


@pytest.fixture(params=WIDTHS)
def size(request: pytest.FixtureRequest) -> dict[str, object]:
    """A phone's and a desk's screen."""
    return {"viewport": {"width": request.param, "height": 900}}


def opened(page: Page, app: Running) -> None:
    """Open a run, without what is worked out beside the form: that has tests of its own."""
    page.route("**/explain", lambda route: route.fulfill(status=204))
    page.goto(app.address + "/runs/last")


def keep(page: Page) -> None:
    with page.expect_navigation():
        page.locator("#typed").get_by_role("button", name="Keep").click()


def said_of(page: Page, app: Running) -> list[dict[str, object]]:
    answer = json.loads(page.request.get(app.address + "/runs/last?format=json").text())
    ground: list[dict[str, object]] = answer["tables"]["annotation"][0]["ground"]
    return ground


@pytest.mark.parametrize("theme", THEMES)
def test_the_ground_of_a_run_and_of_a_part_is_kept(
    browser: Browser, app: Running, size: dict[str, object], theme: str
) -> None:
    with watched(browser, app, color_scheme=theme, **size) as seen:
        page = seen.page
        opened(page, app)
        form = page.locator("#typed")
        form.get_by_label("Surface").first.select_option("road")
        form.get_by_label("Slope to the side").first.select_option("the left foot stood lower")
        form.get_by_text("A part of it was on other ground").click()
        part = form.get_by_role("group", name="Another part")
        part.get_by_role("textbox", name="From", exact=True).fill("2 km")
        part.get_by_role("textbox", name="To", exact=True).fill("20 min")
        part.get_by_label("Surface").select_option("track")
        keep(page)
        assert page.url.endswith("#typed")
        whole, of_part = said_of(page, app)
        assert (whole["surface"], whole["camber"]) == ("road", "left_lower")
        assert (of_part["surface"], of_part["camber"], of_part["end_s"]) == ("track", None, 1200.0)
        first = form.get_by_role("group", name="Part 1")
        assert first.get_by_role("textbox", name="To", exact=True).input_value() == "20:00"
        assert re.fullmatch(
            r"\d+:\d\d", first.get_by_role("textbox", name="From", exact=True).input_value()
        )
        fits(page)
        no_axe_violation(page)
        first.get_by_label("Surface").select_option("as the whole run")
        form.get_by_label("Surface").first.select_option("not said")
        form.get_by_label("Slope to the side").first.select_option(index=0)
        keep(page)
        assert said_of(page, app) == []


def test_a_place_that_is_none_is_said_and_can_be_mended(
    browser: Browser, app: Running, size: dict[str, object]
) -> None:
    with watched(browser, app, **size) as seen:
        page = seen.page
        opened(page, app)
        form = page.locator("#typed")
        form.get_by_text("A part of it was on other ground").click()
        part = form.get_by_role("group", name="Another part")
        part.get_by_role("textbox", name="From", exact=True).fill("90 km")
        part.get_by_label("Surface").select_option("trail")
        form.get_by_label("Notes").fill("not to be lost")
        keep(page)
        seen.complaints.clear()  # the browser itself complains of the 400
        assert "begins at 90 km" in form.get_by_role("alert").inner_text()
        assert form.get_by_label("Notes").input_value() == "not to be lost"
        assert said_of(page, app) == []
        form.get_by_role("group", name="Part 1").get_by_role(
            "textbox", name="From", exact=True
        ).fill("1 km")
        keep(page)
        (said,) = said_of(page, app)
        assert said["surface"] == "trail"
        form.get_by_role("group", name="Part 1").get_by_label("Surface").select_option(index=0)
        form.get_by_label("Notes").fill("")
        keep(page)
        assert said_of(page, app) == []
        assert form.get_by_label("Notes").input_value() == ""


def test_tags_are_offered_one_behind_the_other(browser: Browser, app: Running) -> None:
    with watched(browser, app) as seen:
        page = seen.page
        opened(page, app)
        page.get_by_label("Tags, separated by commas").fill("hills, heel")
        page.get_by_label("Shoes").fill("Ghost 15")
        keep(page)
        opened(page, app)
        tags = page.get_by_label("Tags, separated by commas")

        def offered(list_: str) -> list[str]:
            read = "options => options.map(option => option.value)"
            return sorted(page.locator(f"#{list_} option").evaluate_all(read))

        tags.fill("")
        assert offered("known-tags") == ["heel", "hills"]
        tags.press_sequentially("long, h")
        assert offered("known-tags") == ["long, heel", "long, hills"]
        assert offered("known-shoes") == ["Ghost 15"]
        tags.fill("")
        page.get_by_label("Shoes").fill("")
        keep(page)


def test_a_habit_is_set_by_keyboard_and_said_in_words(
    browser: Browser, app: Running, size: dict[str, object]
) -> None:
    with watched(browser, app, **size) as seen:
        page = seen.page
        page.goto(app.address + "/settings")
        for label, choice in (("Side of the road", "f"), ("Driving side", "on the r")):
            page.get_by_label(label, exact=True).focus()
            page.keyboard.type(choice)
            page.keyboard.press("Tab")
            with page.expect_navigation():
                page.keyboard.press("Enter")
        card = page.get_by_role("region", name="The road under you")
        assert "the left foot stands lower" in card.inner_text()
        fits(page)
        no_axe_violation(page)
        opened(page, app)
        slope = page.locator("#typed").get_by_label("Slope to the side").first
        assert "by habit: left foot lower" in slope.inner_text()
        for label in ("Side of the road", "Driving side"):
            page.goto(app.address + "/settings")
            page.get_by_label(label, exact=True).select_option("not set")
            with page.expect_navigation():
                page.get_by_role("button", name=f"Keep {label.lower()}").click()
        assert "say which" in card.inner_text()
