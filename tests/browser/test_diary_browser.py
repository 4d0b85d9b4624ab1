"""The diary in a real browser: by thumb, without script, by keyboard; every page of it sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from watching import THEMES, WIDTHS, fits, no_axe_violation, watched

from evenstride.domain.body import REGIONS, Side
from evenstride.domain.diary import Complaint, Day

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from watching import Running

PHONE = {"width": 390, "height": 844}


def saved(page: Page) -> str:
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).last.click()
    return page.get_by_role("status").first.inner_text()


def said(app: Running) -> set[tuple[str, Side, str, int]]:
    every = app.server.own.library.entries(Complaint).values()
    return {(e.value.region, e.value.side, e.value.feeling.value, e.value.level) for e in every}


@pytest.mark.parametrize("script", [True, False])
def test_two_places_are_written_with_seven_taps(
    browser: Browser, app: Running, script: bool
) -> None:
    options = {"viewport": PHONE, "has_touch": True, "java_script_enabled": script}
    level = 4 if script else 5
    with watched(browser, app, **options) as seen:
        page = seen.page
        page.goto(app.address + "/diary")
        for name, feeling in (("right front of the hip", "tight"), ("left calf", "sore")):
            page.locator(f'.body-map a[aria-label^="{name}"] .region').tap()
            panel = page.get_by_role("region", name=name, exact=True)
            assert panel.is_visible()
            panel.get_by_role("radio", name=feeling).tap()
            panel.get_by_role("radio", name=str(level), exact=True).tap()
        assert page.locator(".place-panel:visible").count() == 2, "what has a level stays"
        if script:
            assert page.locator(".region.chosen").count() == 2
        assert "Kept." in saved(page)
        assert {
            ("hip-front", Side.RIGHT, "tightness", level),
            ("calf", Side.LEFT, "soreness", level),
        } <= said(app)
        assert page.locator(".body-map .mark").count() == 2


def test_a_place_is_found_by_keyboard_and_by_its_name(browser: Browser, app: Running) -> None:
    with watched(browser, app, viewport={"width": 1440, "height": 900}) as seen:
        page = seen.page
        page.goto(app.address + "/diary")
        page.get_by_role("link", name="right inside of the knee").first.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")  # from the place that opened to its first choice
        page.keyboard.press("Space")
        panel = page.get_by_role("region", name="right inside of the knee", exact=True)
        assert panel.get_by_role("radio", name="sore").is_checked()
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowRight")  # from – on to 0
        page.keyboard.press("ArrowRight")
        assert panel.get_by_role("radio", name="1", exact=True).is_checked()
        page.get_by_text("Choose or type a place by its name").click()
        page.get_by_label("A place, with its side").fill("left heel")
        typed = page.locator(".typed-place")
        typed.get_by_role("radio", name="tight").check()
        typed.get_by_role("radio", name="2", exact=True).check()
        with page.expect_navigation():
            page.keyboard.press("Enter")  # it saves, and does not say that nothing hurts
        assert "Kept." in page.get_by_role("status").first.inner_text()
        assert {
            ("knee-inner", Side.RIGHT, "soreness", 1),
            ("heel", Side.LEFT, "tightness", 2),
        } <= said(app)
        assert not any(e.value.nothing_hurts for e in app.server.own.library.entries(Day).values())


def test_every_region_can_be_hit_by_a_thumb_or_by_what_stands_beside(
    browser: Browser, app: Running
) -> None:
    with watched(browser, app, viewport=PHONE) as seen:
        page = seen.page
        page.goto(app.address + "/diary")
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        names = page.locator("#by-name ~ p .near").all_inner_texts()
        sides = sum(3 if region.across else 2 for region in REGIONS.values())
        assert len(names) == len(set(names)) == sides
        page.goto(app.address + "/diary#at-left-big-toe")
        sizes = page.locator(".place-panel:target :is(.near, .levels label, .picks label)")
        least = sizes.evaluate_all(
            "all => all.map(e => e.getBoundingClientRect()).map(b => Math.min(b.width, b.height))"
        )
        assert len(least) > 15
        assert min(least) >= 43.9


@pytest.fixture(scope="module")
def filled(app: Running) -> Running:
    """The diary with a complaint that is asked about, an injury that lasts, and worn heels."""
    from datetime import UTC, datetime, timedelta

    from evenstride.answers.body_and_plan.diary import Say, write
    from evenstride.domain.body import Feeling, Moment
    from evenstride.domain.diary import FlagCheck, HeelWear, Injury

    now = datetime.now().astimezone()
    day = now.date()
    lib = app.server.own.library
    shin = ("shin-front", Side.LEFT)
    says = [
        Complaint(
            day - timedelta(days=9), Moment.AFTER, Feeling.TIGHTNESS, "hip-front", Side.RIGHT, 4
        ),
        Complaint(day, Moment.AFTER, Feeling.PAIN, *shin, 7),
        Injury(day - timedelta(days=30), "ankle", Side.LEFT, "sudden", name="a sprain"),
        HeelWear("Nimbus", day, 2, 1, "outer", "middle"),
        FlagCheck(day - timedelta(days=1), {"night-pain": True}, "knee-inner", Side.RIGHT),
    ]
    for i, value in enumerate(says):
        write(lib, [Say(value, f"filled-{i}")], sure=True, now=now.astimezone(UTC))
    return app


def test_a_pasted_note_is_not_cut_and_its_sentence_stands_beside_it(
    browser: Browser, app: Running
) -> None:
    with watched(browser, app, viewport=PHONE) as seen:
        page = seen.page
        page.goto(app.address + "/diary")
        page.locator("summary", has_text="Routine, cue, ground").click()
        note = page.get_by_role("textbox", name="Note")
        note.focus()
        page.keyboard.insert_text("a long story " * 200)
        with page.expect_navigation():
            page.get_by_role("button", name="Save", exact=True).last.click()
        seen.complaints.clear()  # a 400
        note = page.get_by_role("textbox", name="Note")
        assert note.input_value() == "a long story " * 200
        assert note.get_attribute("aria-describedby") == "wrong-note"
        assert page.get_by_text("600 too many.").is_visible()
        fits(page)
        no_axe_violation(page)


@pytest.mark.parametrize(("width", "theme"), [*zip(WIDTHS, THEMES, strict=True)])
@pytest.mark.parametrize(
    "address",
    [
        "/diary#at-left-big-toe",
        "/diary/filled-0",
        "/diary/filled-2",
        "/injuries",
        "/shoes",
        "/flags",
    ],
)
def test_a_page_of_the_body_is_sound(
    browser: Browser, filled: Running, address: str, width: int, theme: str
) -> None:
    with watched(
        browser, filled, viewport={"width": width, "height": 900}, color_scheme=theme
    ) as seen:
        seen.page.goto(filled.address + address)
        seen.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        fits(seen.page)
        no_axe_violation(seen.page)
        assert seen.page.locator("h1").count() == 1
