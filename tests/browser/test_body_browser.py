"""The body in a real browser: diary, test, why, plan, session; by thumb and by keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from watching import THEMES, WIDTHS, fits, no_axe_violation, watched

from evenstride.domain.diary import Day, KeptPlan, Measured, SessionDone

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from watching import Running

PAGES = (
    *("/body", "/screen", "/screen/foot-posture", "/screen/arch", "/why", "/plan", "/plan/new"),
    *("/exercises", "/exercises/sucker-punch-rockback"),
)
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


def measure(page: Page, address: str) -> None:
    page.goto(address + "/screen")
    page.get_by_role("link", name="Ankle bend in a lunge").last.click()
    page.get_by_role("radio", name="knee straight").check()
    for trial, (left, right) in enumerate((("33", "41"), ("34.5", "40"), ("33,5", "42")), start=1):
        page.get_by_label(f"Left, Trial {trial}").fill(left)
        page.get_by_label(f"Right, Trial {trial}").fill(right)
    page.get_by_role("button", name="Keep").click()


def test_the_whole_circle_by_thumb_without_a_watch(browser: Browser, empty_app: Running) -> None:
    lib = empty_app.server.own.library
    with watched(browser, empty_app, **PHONE) as seen:
        page, at = seen.page, empty_app.address
        page.goto(at)
        seen.complaints.clear()  # a 404: there are no runs
        page.get_by_role("link", name="Diary").click()
        page.get_by_role("button", name="Nothing").click()
        page.get_by_role("status").first.wait_for()
        (day,) = lib.entries(Day).values()
        assert day.value.nothing_hurts
        measure(page, at)
        page.get_by_role("status").first.wait_for()
        assert "beyond the error of the test" in page.locator("#said").inner_text()
        (kept,) = lib.entries(Measured).values()
        assert kept.value.right == (41.0, 40.0, 42.0)

        page.goto(at + "/why")
        motion = page.locator("section.source", has_text="Range of motion")
        assert "less on the left" in motion.inner_text()

        page.goto(at + "/plan")
        page.get_by_role("button", name="Make a plan").first.click()
        page.get_by_role("checkbox", name="More mobile ankles and hips").check()
        page.get_by_role("checkbox", name="Foam roller").check()
        page.locator("#proposal input[name=equipment]").wait_for(state="attached")
        page.locator("#proposal-box:not(.htmx-request)").wait_for()
        assert "left first" in page.locator("#proposal").inner_text()
        fits(page)
        no_axe_violation(page)
        page.get_by_role("button", name="Begin it").click()
        page.get_by_text("Your plan has begun.").wait_for()
        (plan,) = lib.entries(KeptPlan).values()
        assert plan.value.wish.goals == ("stronger", "more_mobile")

        page.get_by_role("button", name="Open it").click()
        page.get_by_role("button", name="Keep").click()
        page.get_by_role("alert").get_by_text("Was it done as planned, or missed?").wait_for()
        seen.complaints.clear()  # a 400
        ticks = page.get_by_role("checkbox", name="Done")
        count = ticks.count()
        assert count >= 2
        for i in range(count - 1):
            ticks.nth(i).check()
        no_axe_violation(page)
        page.get_by_role("button", name="Keep").click()
        page.get_by_text("Kept. The next session follows from it.").wait_for()
        (done,) = lib.entries(SessionDone).values()
        assert [item.left_out for item in done.value.items] == [False] * (count - 1) + [True]
        fits(page)
        no_axe_violation(page)
        page.goto(at)
        page.get_by_role("heading", name="What do my tests say?").wait_for()
        fits(page)
        no_axe_violation(page)


def test_a_test_is_kept_and_a_slip_asked_by_keyboard(browser: Browser, empty_app: Running) -> None:
    with watched(browser, empty_app, viewport={"width": 1440, "height": 900}) as seen:
        page = seen.page
        page.goto(empty_app.address + "/screen/ankle-lunge")
        page.get_by_label("Left, Trial 1").focus()
        for value in ("38", "39", "38", "65", "44", "45"):
            page.keyboard.type(value)
            page.keyboard.press("Tab")
        page.get_by_label("Right, Trial 3").focus()
        page.keyboard.press("Enter")
        alert = page.get_by_role("alert")
        alert.wait_for()
        seen.complaints.clear()  # a 400
        assert "slip" in alert.inner_text()
        assert page.get_by_label("Right, Trial 1").input_value() == "65"
        page.get_by_role("checkbox", name="It is right so").focus()
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        page.get_by_role("status").first.wait_for()
        (kept,) = empty_app.server.own.library.entries(Measured).values()
        assert kept.value.right[0] == 65.0


@pytest.mark.parametrize(("width", "theme"), list(zip(WIDTHS, reversed(THEMES), strict=True)))
def test_its_pages_are_sound(browser: Browser, app: Running, width: int, theme: str) -> None:
    size = {"width": width, "height": 900}
    with watched(browser, app, viewport=size, color_scheme=theme) as seen:
        for address in PAGES:
            seen.page.goto(app.address + address)
            fits(seen.page)
            no_axe_violation(seen.page)
            assert seen.page.locator("h1").count() == 1, address
