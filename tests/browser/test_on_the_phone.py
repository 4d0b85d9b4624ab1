"""A phone at the door and inside: Chromium at 390 px, by touch, over the real TLS listener."""

from __future__ import annotations

import asyncio
import shutil
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from watching import fits, no_axe_violation, watched

from evenstride.answers import open_library
from evenstride.web import listening, serve
from evenstride.web.app import make_app
from evenstride.web.certificate import local_certificate
from evenstride.web.guard import Guard
from evenstride.web.imports import ImportQueue
from evenstride.web.kept import KeptAnswers
from evenstride.web.phone import PairingCode, Phones, code_words
from evenstride.web.server import Demo, Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page
    from watching import Watched

LARGE_PX = 44
SMALL_PX = 24
# What a thumb has to hit: everything that is pressed, but links within a sentence or a table.
TOO_SMALL = """([small, large]) => {
  const main = 'button, [role=button], select, input:not([type=hidden], [type=checkbox],'
    + ' [type=radio]), textarea, .site-nav a, .segments a, .outcomes a';
  const said = [];
  for (const e of document.querySelectorAll('a[href], summary, label:has(input), input, ' + main)) {
    if (!e.checkVisibility({visibilityProperty: true}) || e.closest('.skip-link, [hidden]')
        || e.type === 'hidden') continue;
    if (e.matches('a:not([role])') && e.parentElement.closest('p, li, td, dd, figcaption, small')
        && getComputedStyle(e).display === 'inline') continue;
    const box = (e.matches('input:is([type=checkbox], [type=radio])') && e.closest('label') || e)
      .getBoundingClientRect();
    const quiet = e.closest('table, .chip, .plain') || e.matches('.plain, .edit');
    const least = e.matches(main) && !quiet ? large : small;
    if (box.height > 0 && (box.height < least - 0.5 || box.width < small - 0.5))
      said.push(Math.round(box.width) + '×' + Math.round(box.height) + ' '
        + e.outerHTML.slice(0, 120));
  }
  return said;
}"""


@dataclass
class Desk:
    """The computer: where phones come in, its own pages, and what its terminal says."""

    address: str
    own_address: str
    phones: Phones
    codes: list[str]
    clock: list[datetime] = field(default_factory=list)

    @property
    def link(self) -> str:
        """What the QR code holds."""
        return f"{self.address}/pair#{code_words(self.codes[-1])}"


@pytest.fixture
def desk(year_library_path: Path, tmp_path: Path) -> Iterator[Desk]:
    shutil.copytree(year_library_path, tmp_path / "library")
    certificate = local_certificate(
        tmp_path / "config", addresses=("127.0.0.1",), names=("desk",), now=datetime.now(UTC)
    )
    outer = listening.listen("127.0.0.1", 0, usual=0)
    inner = listening.listen("127.0.0.1", 0, usual=0)
    address = listening.url("https", "127.0.0.1", outer.getsockname()[1]).rstrip("/")
    codes: list[str] = []
    with open_library(tmp_path / "library") as library:
        phones = Phones(
            library,
            code=PairingCode(lambda: datetime.now(UTC), codes.append),
            address=address,
            hosts=frozenset(("127.0.0.1",)),
        )
        phones.renew()
        server = Server(
            KeptAnswers(library), Demo(tmp_path / "demo"), ImportQueue(library), phones=phones
        )
        app = make_app(server)
        own = Guard(app, hosts=serve.LOOPBACK_HOSTS, token=server.token, limits=serve.LIMITS)
        listeners = [
            (serve._Quiet(serve._config(own)), inner),
            (
                serve._Quiet(serve._config(serve._door(app, server, phones), pem=certificate.pem)),
                outer,
            ),
        ]

        async def run() -> None:
            await asyncio.gather(*(one.serve(sockets=[sock]) for one, sock in listeners))

        thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
        thread.start()
        at = listening.url("http", "127.0.0.1", inner.getsockname()[1]).rstrip("/")
        yield Desk(address, at, phones, codes)
        for one, _ in listeners:
            one.should_exit = True
        thread.join(10)
        server.imports.close()
        assert not thread.is_alive()


@contextmanager
def on_phone(browser: Browser, desk: Desk, **options: object) -> Iterator[Watched]:
    """Hold a phone: narrow, touched, and told that the certificate is ours."""
    with watched(
        browser,
        desk,
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        ignore_https_errors=True,
        user_agent="Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/130 Mobile",
        **options,
    ) as seen:
        yield seen


def come_in(page: Page, desk: Desk) -> None:
    page.goto(desk.link)
    page.get_by_role("button", name="Pair this phone").tap()
    page.wait_for_url(desk.address + "/")


def easily_hit(page: Page) -> None:
    assert page.evaluate(TOO_SMALL, [SMALL_PX, LARGE_PX]) == []


def test_a_phone_comes_in_by_the_link_and_does_what_the_computer_does(
    browser: Browser, desk: Desk, year_of_files: Path, tmp_path: Path
) -> None:
    with on_phone(browser, desk, color_scheme="dark") as seen:
        page = seen.page
        page.goto(desk.address + "/runs")
        assert page.url == desk.address + "/pair"
        fits(page)
        no_axe_violation(page)
        page.goto(desk.link)
        page.reload()
        page.goto(desk.address + "/pair")
        page.goto(desk.link)
        assert page.input_value("#pair-code") == code_words(desk.codes[-1])
        assert "#" not in page.url, "the code stays in no history"
        assert page.get_by_text("The code is here already").is_visible()
        easily_hit(page)
        page.get_by_role("button", name="Pair this phone").tap()
        page.wait_for_url(desk.address + "/")
        assert page.get_by_role("heading", level=1).is_visible()

        page.get_by_role("link", name="Runs", exact=True).tap()
        page.wait_for_url("**/runs")
        row = page.locator("tbody tr").first
        run_id = row.get_attribute("id")
        row.get_by_role("button", name="Edit").tap()
        # The first field takes the focus once the row stands; what moves under it must not be hit.
        page.wait_for_function("() => document.activeElement.matches('[data-field]')")
        page.locator(f"#{run_id} [data-field]:not([type=hidden])").nth(1).fill("by thumb")
        page.locator(f"#{run_id} [data-save]").tap()
        page.locator(f"#{run_id} .chip", has_text="by thumb").wait_for()

        page.get_by_role("link", name="Import", exact=True).tap()
        page.wait_for_url("**/import")
        assert page.get_by_role("button", name="Choose a folder").count() == 0
        assert page.locator("#path").count() == 0, "folders are named at the computer only"
        path = tmp_path / "from the phone.fit"
        path.write_bytes(min(year_of_files.iterdir()).read_bytes())
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Choose files").tap()
        chooser.value.set_files([path])
        page.locator("#progress", has_text="from the phone.fit").wait_for()
        page.get_by_role("heading", name="Nothing new").wait_for()

        page.goto(desk.address + "/settings")
        assert "You are on Pixel 8" in page.locator("#phones").inner_text()
        page.get_by_role("button", name="Forget this phone").tap()
        page.wait_for_url("**/pair")
        page.goto(desk.address + "/")
        assert page.url == desk.address + "/pair"


def test_every_page_is_used_by_thumb(browser: Browser, desk: Desk) -> None:
    with on_phone(browser, desk) as seen:
        page = seen.page
        come_in(page, desk)
        small = {}
        page.goto(desk.address + "/experiments/new?cue=push-off-behind&outcome=balance")
        page.get_by_role("button", name="Register it").tap()
        page.wait_for_url("**?done=registered")
        made = page.url.removeprefix(desk.address)
        for address in (
            *("/", "/trend", "/runs", "/runs/last", "/import", "/library", "/settings"),
            *("/experiments", "/experiments/new?cue=rolling-before", "/associations", made),
            *("/body", "/screen", "/screen/ankle-lunge", "/why", "/exercises"),
            *("/plan", "/plan/new"),
        ):
            page.goto(desk.address + address)
            page.wait_for_load_state("networkidle")
            fits(page)
            small[address] = page.evaluate(TOO_SMALL, [SMALL_PX, LARGE_PX])
        assert {where: found for where, found in small.items() if found} == {}


def test_it_stands_on_the_home_screen(browser: Browser, desk: Desk) -> None:
    with on_phone(browser, desk) as seen:
        page = seen.page
        for arrived in (False, True):
            if arrived:
                come_in(page, desk)
            else:
                page.goto(desk.address + "/pair")
            link = page.locator('link[rel="manifest"]').get_attribute("href")
            manifest = page.evaluate("link => fetch(link).then(answer => answer.json())", link)
            assert (manifest["display"], manifest["start_url"]) == ("standalone", "/")
            sizes = page.evaluate(
                """icons => Promise.all(icons.map(src => new Promise((resolve, reject) => {
                     const image = new Image();
                     image.onload = () => resolve(image.naturalWidth);
                     image.onerror = () => reject(new Error(src));
                     image.src = src; })))""",
                [icon["src"] for icon in manifest["icons"] if icon["type"] == "image/png"],
            )
            assert sizes == [192, 512, 512]


def test_five_wrong_codes_lock_the_door_and_who_is_in_stays(browser: Browser, desk: Desk) -> None:
    with on_phone(browser, desk) as inside, on_phone(browser, desk) as outside:
        come_in(inside.page, desk)
        page = outside.page
        page.goto(desk.address + "/pair")
        for left in (4, 3, 2, 1):
            page.get_by_label("Code").fill("WRONG-222")
            page.get_by_role("button", name="Pair this phone").tap()
            said = "One try is left" if left == 1 else f"{left} tries are left"
            page.get_by_role("alert").get_by_text(said).wait_for()
            assert page.get_by_label("Code").get_attribute("aria-invalid") == "true"
        fits(page)
        easily_hit(page)
        no_axe_violation(page)
        page.get_by_label("Code").fill("WRONG-222")
        page.get_by_role("button", name="Pair this phone").tap()
        page.get_by_role("heading", name="Locked").wait_for()
        fits(page)
        easily_hit(page)
        no_axe_violation(page)
        page.goto(desk.link)  # nor the right one
        assert page.get_by_role("heading", name="Locked").is_visible()
        outside.complaints.clear()  # the browser complains of each 403
        inside.page.goto(desk.address + "/runs")
        assert inside.page.locator("tbody tr").count() == 60


def test_a_phone_that_is_revoked_is_asked_to_pair_again(
    browser: Browser, desk: Desk, year_of_files: Path
) -> None:
    with on_phone(browser, desk) as editing, on_phone(browser, desk) as sending:
        come_in(editing.page, desk)
        come_in(sending.page, desk)
        editing.page.goto(desk.address + "/runs")
        sending.page.goto(desk.address + "/import")
        own = Desk(desk.own_address, desk.own_address, desk.phones, desk.codes)
        with watched(browser, own, viewport={"width": 1440, "height": 900}) as computer:
            page = computer.page
            page.goto(desk.own_address + "/settings")
            assert page.locator("#phones").get_by_text("Pixel 8").count() == 2
            fits(page)
            no_axe_violation(page)
            page.get_by_role("button", name="Revoke Pixel 8").first.click()
            page.get_by_role("button", name="Revoke all").wait_for(state="detached")
            page.get_by_role("button", name="Revoke Pixel 8").click()
            page.get_by_text("No phone is paired.").wait_for()
        # In the middle of a page: a part of it is asked for, and files are sent.
        editing.page.locator("tbody tr").first.get_by_role("button", name="Edit").tap()
        editing.page.wait_for_url("**/pair")
        sending.page.set_input_files("#files", sorted(year_of_files.iterdir())[:2])
        sending.page.wait_for_url("**/pair")
        for phone in (editing, sending):
            assert phone.page.get_by_role("heading", name="Pair this phone").is_visible()
            phone.complaints[:] = [c for c in phone.complaints if "401" not in c]
