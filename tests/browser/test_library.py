"""Looking after the library, and settings, by a real browser; and looking around in the demo."""

from __future__ import annotations

import shutil
import threading
import zipfile
from typing import TYPE_CHECKING

import pytest
from watching import WIDTHS, Running, fits, no_axe_violation, running, watched

from evenstride.answers import open_library, runs
from evenstride.domain.errors import EvenstrideError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from evenstride.answers import Library
    from evenstride.domain.answer import Answer

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def own(year_of_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The app on a library of six runs, so that work on it is short."""
    from evenstride.answers import import_files

    folder = tmp_path_factory.mktemp("own")
    with open_library(folder / "library") as lib:
        import_files(lib, sorted(year_of_files.iterdir())[:6])
    with running(folder / "library", folder / "demo") as made:
        yield made


def screen(width: int) -> dict[str, object]:
    return {
        "viewport": {"width": width, "height": 900},
        "has_touch": width == 390,
        "color_scheme": "dark" if width == 390 else "light",
    }


class Here:
    """Does in this process what another would do: a second sooner."""

    def __init__(self, lib: Library) -> None:
        self.lib = lib

    def run(self, work: Callable[..., Answer], *args: object, on_report: object) -> Answer:
        return work(self.lib, on_report, *args)

    def close(self) -> None:
        """Leave: there is nothing to end."""


def done(page: Page, said: str) -> None:
    """Wait until the page says, by itself, how the work ended."""
    page.locator("#task", has_text=said).wait_for(timeout=60_000)


def test_the_library_is_checked_made_anew_and_taken_out(
    browser: Browser, own: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with watched(browser, own, **screen(390)) as seen:
        page = seen.page
        page.goto(own.address + "/library")
        page.get_by_role("button", name="Check every file now").click()
        done(page, "is sound")
        page.wait_for_function(  # and to those who listen
            "() => document.getElementById('import-said').textContent.includes('is sound')"
        )
        page.get_by_role("link", name="Reload to see it").click()
        page.locator(".notice.ok", has_text="Checked 20").wait_for()

        monkeypatch.setattr(own.server.imports.tasks, "_apart", Here(own.server.own.library))
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            page.get_by_role("button", name="Rebuild").click()
        page.goto(own.address + "/runs")  # pages work meanwhile
        assert page.locator("tbody tr").count() == 6
        page.goto(own.address + "/library")
        done(page, "Rebuilt 6 recordings")

        page.get_by_role("button", name="Make a ZIP").click()
        done(page, "as one ZIP")
        with page.expect_download() as download:
            page.get_by_role("button", name="Download the ZIP").first.click()
        assert download.value.suggested_filename.startswith("evenstride-20")
        with zipfile.ZipFile(download.value.path()) as archive:
            assert archive.testzip() is None
            names = archive.namelist()
            assert sum("/raw/" in name for name in names) == 6
            assert "evenstride-export/runs.csv" in names

        for field, name in (("#export-to", "Export"), ("#backup-to", "Back up")):
            to = tmp_path / name
            page.fill(field, str(to))
            page.get_by_role("button", name=name, exact=True).click()
            done(page, f"to {to}")
            page.fill(field, str(to))  # it is there now
            page.get_by_role("button", name=name, exact=True).click()
            done(page, "exists already")
            assert page.get_by_text("that did not work").is_visible()
            fits(page)
            no_axe_violation(page)
        assert (tmp_path / "Export" / "runs.csv").is_file()
        with open_library(tmp_path / "Back up", create=False) as copy:
            assert len(runs(copy).tables["runs"]) == 6

        page.fill("#backup-to", f"/nowhere/{HOSTILE}/x")
        page.get_by_role("button", name="Back up").click()
        page.get_by_text("to put it in").wait_for()
        assert page.input_value("#backup-to") == f"/nowhere/{HOSTILE}/x"
        assert page.locator("main img").count() == 0
        fits(page)
        no_axe_violation(page)
        seen.complaints.clear()  # the browser complains of the 400


@pytest.mark.parametrize("width", WIDTHS)
def test_while_it_works_the_page_is_sound_and_may_be_left(
    browser: Browser, own: Running, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    hold = threading.Event()

    def run(*_args: object, on_report: object) -> None:
        on_report(3, 6)
        hold.wait(60)
        raise EvenstrideError(f"The disk was taken out: {HOSTILE}.")

    monkeypatch.setattr(own.server.imports.tasks._apart, "run", run)
    with watched(browser, own, **screen(width)) as seen:
        page = seen.page
        page.goto(own.address + "/library")
        page.get_by_role("button", name="Check every file now").click()
        page.get_by_text("3 of 6 files").wait_for()
        assert page.locator("#task progress").get_attribute("value") == "3"
        fits(page)
        no_axe_violation(page)
        page.get_by_role("button", name="Rebuild").click()
        page.get_by_text("One thing at a time").wait_for()
        seen.complaints.clear()  # the browser complains of the 400
        page.goto(own.address + "/runs")
        hold.set()
        page.goto(own.address + "/library")
        page.locator("#task", has_text=f"taken out: {HOSTILE}").wait_for()
        fits(page)
        no_axe_violation(page)


def keep(page: Page, name: str, value: str) -> None:
    field = page.locator(f"#value-{name}")
    if field.evaluate("field => field.tagName") == "SELECT":
        field.select_option(value)
    else:
        field.fill(value)
    page.locator(f"#{name}").get_by_role("button", name="Keep").click()
    page.locator(f"#{name} .kept").wait_for()


@pytest.mark.parametrize("width", WIDTHS)
def test_units_and_reference_pace_hold_on_every_page(
    browser: Browser, year_library_path: Path, tmp_path: Path, width: int
) -> None:
    shutil.copytree(year_library_path, tmp_path / "library")
    with (
        running(tmp_path / "library", tmp_path / "demo") as app,
        watched(browser, app, **screen(width)) as seen,
    ):
        page = seen.page
        page.goto(app.address + "/runs/last")
        run = page.url
        assert "/km" in page.locator("main").inner_text()

        page.goto(app.address + "/settings")
        keep(page, "units", "mi")
        for address in (app.address + "/", app.address + "/runs", run):
            page.goto(address)
            words = page.locator("main").inner_text()
            assert "/km" not in words, address
            assert " km" not in words, address
        assert "/mi" in page.locator("main").inner_text()

        page.goto(app.address + "/settings")
        keep(page, "reference_pace_s_km", "8:51")
        assert page.input_value("#value-reference_pace_s_km") == "8:51 /mi"
        keep(page, "units", "km")
        assert page.input_value("#value-reference_pace_s_km") == "5:30 /km"
        page.goto(run)
        assert "the pace you set" in page.locator("main").inner_text()
        page.goto(app.address + "/settings")
        keep(page, "reference_pace_s_km", "")
        assert page.input_value("#value-reference_pace_s_km") == ""
        page.goto(run)
        assert "your median easy pace" in page.locator("main").inner_text()


@pytest.mark.parametrize("width", WIDTHS)
def test_a_wrong_setting_is_refused_beside_its_field_and_what_was_typed_stays(
    browser: Browser, own: Running, width: int
) -> None:
    with watched(browser, own, **screen(width)) as seen:
        page = seen.page
        page.goto(own.address + "/settings")
        for name, wrong in (
            ("mass_kg", "7000"),
            ("height_m", HOSTILE),
            ("reference_pace_s_km", "fast"),
        ):
            page.locator(f"#value-{name}").fill(wrong)
            page.locator(f"#{name}").get_by_role("button", name="Keep").click()
            problem = page.locator(f"#problem-{name}")
            problem.wait_for()
            assert problem.inner_text().startswith("This must be a ")
            assert page.input_value(f"#value-{name}") == wrong
            assert page.locator(".field-error").count() == 1
        fits(page)
        no_axe_violation(page)
        seen.complaints.clear()  # the browser complains of the 400s
        keep(page, "mass_kg", "70,5")
        keep(page, "height_m", "1.8")
        keep(page, "preferred_devices", f"Stryd Duo, {HOSTILE}")
        assert page.input_value("#value-mass_kg") == "70.5"
        assert page.input_value("#value-preferred_devices") == f"Stryd Duo, {HOSTILE}"


@pytest.mark.parametrize("width", WIDTHS)
def test_colours_and_bands_change_what_is_seen(
    browser: Browser, year_library_path: Path, tmp_path: Path, width: int
) -> None:
    shutil.copytree(year_library_path, tmp_path / "library")
    with (
        running(tmp_path / "library", tmp_path / "demo") as app,
        watched(browser, app, **screen(width)) as seen,
    ):
        page = seen.page
        page.goto(app.address + "/settings")

        def left() -> str:
            return page.evaluate(
                "getComputedStyle(document.documentElement).getPropertyValue('--left').trim()"
            )

        before = left()
        keep(page, "side_colours", "vermilion_navy")
        assert left() != before
        ground = "getComputedStyle(document.documentElement).backgroundColor"
        keep(page, "theme", "light")
        light = page.evaluate(ground)
        keep(page, "theme", "dark")
        assert page.evaluate(ground) != light
        no_axe_violation(page)
        keep(page, "bands", "garmin")
        page.goto(app.address + "/trend")
        assert "Garmin" in page.locator("main").inner_text()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_demo_says_how_far_it_is_and_that_it_may_fail(
    browser: Browser, empty_app: Running, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    """The whole demo is made and left in test_flows; here is what is seen meanwhile."""
    hold = threading.Event()

    def write(_to: Path, *, until: object, on_progress: object) -> None:
        assert until is not None
        on_progress(40, 183)
        hold.wait(60)
        raise EvenstrideError(f"The disk is full: {HOSTILE}.")

    monkeypatch.setattr("evenstride.answers.write_demo_year", write)
    with watched(browser, empty_app, **screen(width)) as seen:
        page = seen.page
        page.goto(empty_app.address + "/")
        page.get_by_role("button", name="Show the demo").click()
        page.locator("#demo-progress progress[value='40']").wait_for()
        fits(page)
        no_axe_violation(page)
        hold.set()
        page.get_by_role("heading", name="The demo could not be made").wait_for()
        assert page.get_by_text(f"The disk is full: {HOSTILE}.").is_visible()
        fits(page)
        no_axe_violation(page)
        page.get_by_role("button", name="Try again").wait_for()
        page.get_by_role("link", name="Home").first.click()
        page.get_by_role("button", name="Show the demo").wait_for()
