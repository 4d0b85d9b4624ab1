"""Experiments in a real browser: the wizard lives, works without script, and by keyboard alone."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from itertools import product
from typing import TYPE_CHECKING

import pypdf
import pytest
from watching import THEMES, WIDTHS, drawn, fits, no_axe_violation, watched

from evenstride.answers.experiments import associations, designing, result
from evenstride.answers.experiments.wishes import Wish
from made_experiments import associations_answer, result_answer

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from watching import Running

REGISTERED = datetime(2025, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def names(app: Running) -> dict[str, str]:
    """Experiments that are open, by their designs."""
    lib = app.server.own.library
    wishes = {
        "across": Wish("Hips level", outcome="rating"),
        "within": Wish(
            "Run tall",
            kind="within_run",
            outcome="balance",
            lap_s=330.0,
            warm_up_s=300.0,
            pairs_per_run=2,
        ),
    }
    for wish in wishes.values():
        designing.register(lib, wish, now=REGISTERED, seed=b"sixteen bytes at least")
    by_treatment = {kept.registration.treatment: name for name, kept in lib.experiments().items()}
    return {design: by_treatment[wish.treatment] for design, wish in wishes.items()}


@pytest.fixture(params=product(WIDTHS, THEMES), ids=lambda look: f"{look[0]}-{look[1]}")
def look(request: pytest.FixtureRequest) -> dict[str, object]:
    """A phone's and a desk's screen, by day and by night."""
    width, theme = request.param
    return {"viewport": {"width": width, "height": 900}, "color_scheme": theme}


@pytest.fixture
def by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """A result with everything in it, and tags of every kind."""
    made, tags = result_answer(), associations_answer()
    monkeypatch.setattr(result, "result", lambda *_, **__: made)
    monkeypatch.setattr(associations, "associations", lambda *_, **__: tags)


@pytest.mark.usefixtures("by_hand")
@pytest.mark.parametrize("design", ["across", "within"])
def test_the_page_of_an_experiment_is_sound(
    browser: Browser,
    app: Running,
    names: dict[str, str],
    look: dict[str, object],
    design: str,
) -> None:
    with watched(browser, app, **look) as seen:
        seen.page.goto(f"{app.address}/experiments/{names[design]}")
        drawn(seen.page)
        fits(seen.page)
        no_axe_violation(seen.page)
        assert seen.page.locator("#result .checks").is_visible()


@pytest.mark.usefixtures("by_hand", "names")
@pytest.mark.parametrize(
    "address",
    ["/experiments", "/experiments/new?cue=push-off-behind&outcome=balance", "/associations"],
)
def test_the_pages_around_it_are_sound(
    browser: Browser, app: Running, look: dict[str, object], address: str
) -> None:
    with watched(browser, app, **look) as seen:
        seen.page.goto(app.address + address)
        drawn(seen.page)
        fits(seen.page)
        no_axe_violation(seen.page)


def test_what_it_takes_follows_what_is_chosen_by_keyboard(browser: Browser, app: Running) -> None:
    with watched(browser, app, viewport={"width": 1440, "height": 1000}) as seen:
        page = seen.page
        page.goto(app.address + "/experiments/new?outcome=balance")
        page.get_by_role("radio", name="Push off behind").focus()
        page.keyboard.press("Space")
        page.get_by_role("heading", name="What will be fixed").wait_for()
        drawn(page)
        assert "Push the ground away behind you" in page.locator("#proposal").inner_text()
        assert (
            page.locator("#proposal-said").inner_text()
            == page.locator("#proposal .lead").inner_text()
        ), "the sentence is read aloud"
        page.keyboard.press("ArrowDown")
        page.get_by_text("Pull the foot up under you").last.wait_for()
        page.get_by_text("How exactly").click()
        page.get_by_label("Pairs in all").fill("few")
        page.keyboard.press("Tab")
        page.get_by_role("alert").wait_for()
        assert "How many pairs is a whole number" in page.get_by_role("alert").inner_text()
        page.get_by_label("Pairs in all").fill("12")
        page.keyboard.press("Tab")
        page.get_by_role("heading", name="What will be fixed").wait_for()
        assert page.get_by_role("alert").count() == 0
        assert "12 pairs" in page.locator("#proposal").inner_text()


@pytest.mark.parametrize("width", WIDTHS)
def test_it_is_designed_registered_and_ended_without_script(
    browser: Browser, app: Running, width: int
) -> None:
    options = {"viewport": {"width": width, "height": 900}, "java_script_enabled": False}
    with watched(browser, app, **options) as seen:
        page = seen.page
        page.goto(app.address + "/experiments")
        page.get_by_role("button", name="Try something").first.click()
        page.get_by_role("radio", name="Something of your own").check()
        page.get_by_label("What you do", exact=True).fill(f"Hum a song {width}")
        page.get_by_role("radio", name="Balance, toward the left").check()
        page.get_by_role("radio", name="Run by run").check()
        page.get_by_role("button", name="Show what it takes").click()
        with page.expect_navigation():
            page.get_by_role("button", name="Register it").click()
        assert "Registered." in page.get_by_role("status").first.inner_text()
        page.get_by_label("Why").fill("tone-deaf")
        with page.expect_navigation():
            page.get_by_role("button", name="End it").click()
        assert "Ended." in page.get_by_role("status").first.inner_text()
        page.get_by_role("checkbox", name="Yes, for good").check()
        with page.expect_navigation():
            page.get_by_role("button", name="Delete it").click()
        assert page.url.endswith("deleted=true")


def test_a_run_is_recorded_with_a_rating_by_keyboard(
    browser: Browser, app: Running, names: dict[str, str]
) -> None:
    name = names["across"]
    with watched(browser, app, viewport={"width": 390, "height": 900}) as seen:
        page = seen.page
        page.goto(f"{app.address}/experiments/{name}")
        page.get_by_role("radio", name="5", exact=True).focus()
        page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")
        assert page.get_by_role("radio", name="6", exact=True).is_checked()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert "Kept." in page.get_by_role("status").first.inner_text()
        (record,) = app.server.own.library.experiment(name).records
        assert record.rating == 6.0
        page.get_by_role("link", name="Say it again, if it was wrong").click()
        page.get_by_role("radio", name="The other thing").check()
        page.get_by_role("radio", name="3", exact=True).focus()
        page.keyboard.press("Space")
        with page.expect_navigation():
            page.locator("#record").get_by_role("button", name="Keep").click()
        assert app.server.own.library.experiment(name).records[-1].rating == 3.0


def test_laps_are_checked_by_a_picture_and_mended(
    browser: Browser, app: Running, names: dict[str, str], look: dict[str, object]
) -> None:
    name = names["within"]
    runs = app.server.own.library.runs(()).select("run_id", "started_at_utc").iter_rows()
    since = [run_id for run_id, started in runs if started > REGISTERED]
    with watched(browser, app, **look) as seen:
        page = seen.page
        page.goto(f"{app.address}/experiments/{name}/record?run={since[0]}")
        starts, ends = page.get_by_label("From"), page.get_by_label("To", exact=True)
        for i in range(4):
            starts.nth(i).fill(f"{6 + 5 * i}:00")
            ends.nth(i).fill(f"{11 + 5 * i}:00")
        page.get_by_role("button", name="Look again").click()
        page.wait_for_url("**/record?*lap_from=6%3A00*")
        seen.complaints.clear()  # laps that were not found at first are a 400
        drawn(page)
        fits(page)
        no_axe_violation(page)
        assert page.locator("#figure-laps").get_attribute("data-drawn") == "true"
        assert starts.nth(3).input_value() == "21:00"


@pytest.mark.usefixtures("by_hand")
def test_a_result_prints_on_one_sheet(
    browser: Browser, app: Running, names: dict[str, str]
) -> None:
    with watched(browser, app, viewport={"width": 1000, "height": 900}) as seen:
        seen.page.goto(f"{app.address}/experiments/{names['across']}")
        drawn(seen.page)
        printed = pypdf.PdfReader(io.BytesIO(seen.page.pdf(format="A4", prefer_css_page_size=True)))
        assert len(printed.pages) == 1
        text = printed.pages[0].extract_text()
        assert "Probably real" in text
        assert "0.2 m/s faster" in text


def test_every_place_of_the_navigation_fits_under_a_thumb(browser: Browser, app: Running) -> None:
    for width in (340, 390):
        with watched(browser, app, viewport={"width": width, "height": 900}) as seen:
            seen.page.goto(app.address + "/settings")
            boxes = seen.page.locator(".site-nav li:visible").evaluate_all(
                "items => items.map(i => [i.clientWidth, i.firstElementChild.scrollWidth])"
            )
            assert len(boxes) == 7
            assert all(shown >= needed for shown, needed in boxes)
            assert min(shown for shown, _ in boxes) >= 40
