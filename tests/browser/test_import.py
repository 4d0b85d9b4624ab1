"""Handing files in by a real browser: chosen, dropped, in folders, in hundreds; every state."""

from __future__ import annotations

import base64
import json
import re
import threading
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from watching import WIDTHS, fits, no_axe_violation, watched

from evenstride.domain.errors import EvenstrideError

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page
    from watching import Running

HOSTILE = "<img src=x onerror=alert(1)>\u202egnp.fit"

# Gives the page what a drop of files and folders gives it; Chromium makes entries only for real
# drags, so `tree` stands for them: a name to the text of a file, or to a folder, which is read
# piecemeal as browsers do. A text of null is a file that cannot be read.
DROP = """tree => {
  const entry = (name, inner) => typeof inner === 'object' && inner !== null
    ? { isFile: false, name, createReader() {
        const left = Object.entries(inner).map(([n, i]) => entry(n, i));
        return { readEntries(give) { setTimeout(() => give(left.splice(0, 2))); } };
      } }
    : { isFile: true, name, file(give, fail) {
        if (inner === null) { fail(new DOMException('no', 'NotReadableError')); return; }
        const bytes = Uint8Array.from(atob(inner), c => c.charCodeAt(0));
        give(new File([bytes], name));
      } };
  const event = new DragEvent('drop', { bubbles: true, cancelable: true });
  Object.defineProperty(event, 'dataTransfer', { value: {
    types: ['Files'], files: [],
    items: Object.entries(tree).map(([n, i]) => ({ webkitGetAsEntry: () => entry(n, i) })),
  } });
  document.body.dispatchEvent(event);
  return event.defaultPrevented;
}"""


@pytest.fixture(scope="module")
def files(year_of_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs, one of them twice, a ride, what is unreadable, and a name that wants to be HTML."""
    from datetime import date

    from evenstride.formats.fit.encode import encode_run
    from evenstride.stats.simulation import demo_year

    folder = tmp_path_factory.mktemp("files")
    first, second = sorted(year_of_files.iterdir())[:2]
    (folder / "first.fit").write_bytes(first.read_bytes())
    (folder / "the same.fit").write_bytes(first.read_bytes())
    (folder / HOSTILE).write_bytes(second.read_bytes())
    (folder / "broken.fit").write_bytes(second.read_bytes()[:300])
    recording = demo_year(date(2025, 1, 6))[0].recording
    ride = replace(recording, run=replace(recording.run, sport="cycling"))
    (folder / "ride.fit").write_bytes(encode_run(ride))
    return folder


def encoded(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()


def choose(page: Page, paths: list[Path]) -> None:
    """Choose files as a person does, by the button."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose files").click()
    chooser.value.set_files(paths)


def settled(page: Page, *, at_least: int = 1) -> dict[str, dict[str, str]]:
    """Wait until the page itself says that all is done; give the rows by their files."""
    page.wait_for_function(
        """files => { const part = document.getElementById('progress');
             const sent = document.getElementById('sending');
             return part && part.dataset.running === 'false' && (!sent || sent.hidden)
               && part.querySelectorAll('tbody tr').length >= files; }""",
        arg=at_least,
        timeout=60_000,
    )
    answer = json.loads(page.request.get(re.sub(r"[?#].*", "", page.url) + "?format=json").text())
    assert answer["headline"] == page.locator("#progress").get_attribute("data-said")
    return {row["file"]: row for row in answer["tables"]["files"]}


def screen(width: int) -> dict[str, object]:
    return {
        "viewport": {"width": width, "height": 900},
        "has_touch": width == 390,
        "color_scheme": "dark" if width == 390 else "light",
    }


@pytest.mark.parametrize("width", WIDTHS)
def test_chosen_files_get_their_outcome_and_every_state_is_sound(
    browser: Browser, empty_app: Running, files: Path, width: int
) -> None:
    with watched(browser, empty_app, **screen(width)) as seen:
        page = seen.page
        page.goto(empty_app.address + "/import")
        assert page.get_by_text("Nothing handed in yet").is_visible()

        choose(page, [files / "ride.fit", files / "broken.fit"])
        rows = settled(page, at_least=2)
        assert "cycling" in rows["ride.fit"]["reason"]
        assert page.get_by_role("heading", name="No runs in these files").is_visible()
        fits(page)
        no_axe_violation(page)

        choose(page, sorted(files.iterdir()))
        rows = settled(page, at_least=7)
        assert {rows["first.fit"]["outcome"], rows["the same.fit"]["outcome"]} == {
            "imported",
            "already_there",
        }
        assert rows["broken.fit"]["outcome"] == "unreadable"
        body = page.locator("#progress").inner_text()
        assert "<img src=x onerror=alert(1)>" in body
        assert "\u202e" not in body
        assert page.locator("#progress img").count() == 0
        assert page.get_by_text("See where you are").is_visible()
        fits(page)
        no_axe_violation(page)

        page.locator("#show-unreadable").click()
        page.wait_for_url("**show=unreadable**")
        assert page.locator("tbody tr").count() == 2
        page.go_back()  # to a page that was loaded when there was nothing
        page.get_by_role("button", name="Clear this list").click()
        page.get_by_text("Nothing handed in yet").wait_for()


@pytest.mark.parametrize("width", WIDTHS)
def test_while_it_runs_and_when_it_fails_the_page_is_sound(
    browser: Browser,
    empty_app: Running,
    files: Path,
    monkeypatch: pytest.MonkeyPatch,
    width: int,
) -> None:
    hold = threading.Event()

    def run(*_args: object, **_options: object) -> None:
        hold.wait(60)
        raise EvenstrideError("The disk is full: <b>nothing</b> more fits.")

    monkeypatch.setattr(empty_app.server.imports._apart, "run", run)
    with watched(browser, empty_app, **screen(width)) as seen:
        page = seen.page
        page.goto(empty_app.address + "/import")
        choose(page, sorted(files.iterdir()))
        page.get_by_role("heading", name="Importing", exact=True).wait_for()
        assert page.locator("#progress progress").get_attribute("max") == "5"
        fits(page)
        no_axe_violation(page)
        page.locator("#stop-import").focus()
        page.wait_for_timeout(1000)  # the part is made anew under the focus
        assert page.evaluate("document.activeElement.id") == "stop-import"
        page.goto(empty_app.address + "/settings")
        page.goto(empty_app.address + "/import")
        assert page.get_by_role("heading", name="Importing", exact=True).is_visible()
        hold.set()
        page.get_by_role("heading", name="Not all was imported").wait_for()
        assert page.get_by_text("<b>nothing</b> more fits").first.is_visible()
        assert page.locator(".file-failed").count() == 5
        fits(page)
        no_axe_violation(page)


def test_an_import_is_stopped_and_taken_up_again(
    browser: Browser, empty_app: Running, year_of_files: Path
) -> None:
    with watched(browser, empty_app) as seen:
        page = seen.page
        page.goto(empty_app.address + "/import")
        choose(page, sorted(year_of_files.iterdir()))
        page.locator("#stop-import").click()
        page.get_by_role("heading", name="Not all was imported").wait_for()
        assert page.get_by_text("Stopped, as you asked").first.is_visible()
        page.wait_for_function("() => document.getElementById('sending').hidden")
        choose(page, sorted(year_of_files.iterdir())[-3:])
        page.get_by_role("heading", name="Imported", exact=True).wait_for()
        page.goto(empty_app.address + "/runs")
        assert page.locator("tbody tr").count() >= 3


def test_folders_files_and_zips_are_dropped_anywhere(
    browser: Browser, empty_app: Running, files: Path, year_of_files: Path, tmp_path: Path
) -> None:
    some = sorted(year_of_files.iterdir())[2:9]
    packed = tmp_path / "export.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in some[:2]:
            archive.write(path, f"DI_CONNECT/{path.name}")
        archive.writestr("profile.json", "{}")
    tree = {
        "GARMIN": {
            "Activity": {path.name: encoded(path) for path in some[2:]},
            ".Trashes": {"gone.fit": encoded(some[0])},
            "empty": {},
        },
        "export.zip": encoded(packed),
        "single.fit": encoded(files / "first.fit"),
    }
    with watched(browser, empty_app) as seen:
        page = seen.page
        page.goto(empty_app.address + "/import")
        page.evaluate("""() => document.body.dispatchEvent(Object.defineProperty(
            new DragEvent('dragenter', {bubbles: true}), 'dataTransfer',
            {value: {types: ['Files']}}))""")
        assert page.locator("#drop.over").count() == 1
        assert page.evaluate(DROP, tree)
        assert page.locator("#drop.over").count() == 0
        rows = settled(page, at_least=9)
        assert {*rows} == {
            *(f"GARMIN/Activity/{path.name}" for path in some[2:]),
            *(f"export.zip/DI_CONNECT/{path.name}" for path in some[:2]),
            "export.zip/profile.json",
            "single.fit",
        }
        assert [row["outcome"] for row in rows.values()].count("imported") == 8

        assert page.evaluate(DROP, {"a folder": {}})
        page.get_by_text("There are no files in that.").wait_for()
        assert page.evaluate(DROP, {"locked.fit": None})
        page.get_by_text("1 file was not taken: it cannot be read.").wait_for()


def test_a_whole_folder_is_chosen(browser: Browser, empty_app: Running, files: Path) -> None:
    with watched(browser, empty_app) as seen:
        page = seen.page
        page.goto(empty_app.address + "/import")
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Choose a folder").click()
        chooser.value.set_files(files)
        rows = settled(page, at_least=5)
        assert all(name.startswith(f"{files.name}/") for name in rows)
        assert [row["outcome"] for row in rows.values()].count("imported") == 2


def test_one_that_the_browser_cannot_read_takes_no_other_with_it(
    browser: Browser, empty_app: Running, year_of_files: Path, tmp_path: Path
) -> None:
    """A file that is gone when it is sent fails its whole request: its neighbours go alone."""
    paths = []
    for source in sorted(year_of_files.iterdir())[:4]:
        paths.append(tmp_path / f"copy of {source.name}")
        paths[-1].write_bytes(source.read_bytes())
    with watched(browser, empty_app) as seen:
        page = seen.page
        page.goto(empty_app.address + "/import")
        page.evaluate("""() => { const held = document.createElement('input');
            held.type = 'file'; held.multiple = true; held.id = 'held';
            held.setAttribute('aria-label', 'held'); document.body.append(held); }""")
        page.set_input_files("#held", paths)
        paths[1].unlink()
        page.evaluate("""() => { const event = new DragEvent('drop', {bubbles: true});
            Object.defineProperty(event, 'dataTransfer', {value: {
              types: ['Files'], files: document.getElementById('held').files, items: []}});
            document.body.dispatchEvent(event); }""")
        page.get_by_text("1 file was not taken: a file cannot be read").wait_for()
        rows = settled(page, at_least=3)
        assert {*rows} == {path.name for path in (paths[0], *paths[2:])}
        seen.complaints[:] = [c for c in seen.complaints if "net::ERR" not in c]


def test_three_hundred_at_once_in_two_tabs_while_the_pages_are_left(
    browser: Browser, empty_app: Running, year_of_files: Path, tmp_path: Path
) -> None:
    runs = [path.read_bytes() for path in sorted(year_of_files.iterdir())[:6]]
    for number in range(300):  # 294 of them are no runs: they come quickly
        data = runs[number // 50] if number % 50 == 0 else b"none %d" % number
        (tmp_path / f"{number:03d}.fit").write_bytes(data)
    paths = sorted(tmp_path.glob("*.fit"))
    with watched(browser, empty_app) as seen, watched(browser, empty_app) as other:
        for tab, part in ((seen.page, paths[::2]), (other.page, paths[1::2])):
            tab.goto(empty_app.address + "/import")
            tab.set_input_files("#files", part)
        for tab in (seen.page, other.page):
            tab.wait_for_function("() => document.getElementById('sending').hidden")
            tab.goto(empty_app.address + "/library")
        for tab in (seen.page, other.page):
            tab.goto(empty_app.address + "/import")
            tab.get_by_role("heading", name="Imported", exact=True).wait_for(timeout=60_000)
            rows = settled(tab, at_least=100)
            assert {*rows} == {path.name for path in paths}
            assert [row["outcome"] for row in rows.values()].count("imported") == 6
            assert tab.get_by_text("1 to 100 of 300").is_visible()
        seen.page.goto(empty_app.address + "/runs")
        assert seen.page.locator("tbody tr").count() == 6


def test_files_are_handed_in_by_keyboard_and_heard(
    browser: Browser, empty_app: Running, files: Path
) -> None:
    with watched(browser, empty_app) as seen:
        page = seen.page
        page.goto(empty_app.address + "/import")
        said = page.locator("#import-said")
        assert said.get_attribute("aria-live") == "polite"
        for _ in range(30):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.dataset.choose") == "files":
                break
        else:
            pytest.fail("the button is not reached")
        page.wait_for_load_state("networkidle")  # its script is there
        with page.expect_file_chooser() as chooser:
            page.keyboard.press("Enter")
        chooser.value.set_files([files / "first.fit"])
        settled(page)
        page.wait_for_function(
            "() => document.getElementById('import-said').textContent.startsWith('1 file: 1')"
        )


def test_a_folder_is_named_and_a_wrong_one_said_beside_its_field(
    browser: Browser, empty_app: Running, files: Path
) -> None:
    with watched(browser, empty_app) as seen:
        page = seen.page
        page.goto(empty_app.address + "/import#folder")
        page.fill("#path", str(files / "nothing" / HOSTILE))
        page.press("#path", "Enter")
        page.locator("#path-problem").wait_for()
        assert "There is no file or folder" in page.locator("#path-problem").inner_text()
        assert page.input_value("#path").endswith(HOSTILE)
        fits(page)
        no_axe_violation(page)
        seen.complaints.clear()  # the browser complains of the 400
        page.fill("#path", str(files))
        page.locator("#folder").get_by_role("button", name="Import").click()
        rows = settled(page, at_least=5)
        assert f"{files.name}/first.fit" in rows


def test_without_scripts_files_are_handed_in_too(
    browser: Browser, empty_app: Running, files: Path
) -> None:
    with watched(browser, empty_app, java_script_enabled=False) as seen:
        page = seen.page
        page.goto(empty_app.address + "/import")
        page.set_input_files("#files", [files / "first.fit"])
        page.locator("#hand-in").get_by_role("button", name="Import").click()
        for _ in range(100):
            page.goto(empty_app.address + "/import")
            if page.get_by_role("heading", name="Imported", exact=True).count():
                break
            page.wait_for_timeout(100)
        assert page.get_by_text("1 file: 1 imported").is_visible()
