"""The app under attack and bad luck: hostile names, hostile texts, broken libraries, odd runs."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import os
import shutil
import socket
import sqlite3
import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx
import polars as pl
import pytest

import fit_bytes
from evenstride.answers import import_files, open_library
from evenstride.domain.errors import LibraryCorruptError
from evenstride.formats.fit.encode import encode_run
from evenstride.library.library import Library
from evenstride.web import serve, static
from evenstride.web.app import make_app
from evenstride.web.guard import HEADERS, Guard
from evenstride.web.imports import ImportQueue
from evenstride.web.kept import KeptAnswers
from evenstride.web.phone import Phones
from evenstride.web.serve import LIMITS, LOOPBACK_HOSTS
from evenstride.web.server import DEMO_COOKIE, Demo, Server
from evenstride.web.uploads import shown_name
from made_year import made_year

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOKEN = "the-page's-token"
HERE = "http://127.0.0.1:8650"
MARKS = "\u202e\u2066\u200f\x1b[31m\x00\x7f"
EVIL = f"\"><script>alert(1)</script><img src=x onerror=alert(1)>'--><!--`{{{{7*7}}}}${MARKS}"
PAGES = (
    "/",
    "/trend",
    "/trend?bands=garmin&window=365",
    "/trend?since=2090-01-01",
    "/trend?until=1990-01-01",
    "/runs",
    "/runs?sort=sensor&rising=true",
    "/runs?since=2090-01-01",
    "/runs?at=100",
    "/runs/last",
    "/runs/last/explain",
    "/drivers",
    "/fatigue",
    "/compare",
    "/import",
    "/import/progress",
    "/library",
    "/library/task",
    "/library/export.zip",
    "/settings",
    "/demo",
    "/report.html",
    "/report.pdf",
    "/manifest.webmanifest",
    "/openapi.json",
    "/no/such/page",
)
WITH_JSON = (
    *("/", "/trend", "/drivers", "/fatigue", "/runs", "/runs/last", "/runs/last/explain"),
    *("/import", "/library", "/settings"),
)


class App:
    """The app around an open library, guarded as at this computer's own address."""

    def __init__(self, lib: Library, folder: Path) -> None:
        self.lib = lib
        self.server = Server(
            own=KeptAnswers(lib),
            demo=Demo(folder / "demo"),
            imports=ImportQueue(lib),
            phones=Phones(lib),
            token=TOKEN,
        )
        self.inner = make_app(self.server)
        self._app = Guard(self.inner, hosts=LOOPBACK_HOSTS, token=TOKEN, limits=LIMITS)

    def ask(self, method: str, path: str, **options: object) -> httpx.Response:
        async def ask() -> httpx.Response:
            # What the app raises after having answered is for the terminal, not for the browser.
            transport = httpx.ASGITransport(app=self._app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
                return await client.request(method, path, **options)

        return asyncio.run(ask())

    def get(self, path: str, **options: object) -> httpx.Response:
        return self.ask("GET", path, **options)

    def post(self, path: str, data: dict[str, object], **options: object) -> httpx.Response:
        return self.ask("POST", path, data={**data, "token": TOKEN}, **options)


@contextmanager
def app_of(folder: Path, files: list[bytes]) -> Iterator[App]:
    """A library of these files, and the app around it."""
    (folder / "files").mkdir()
    for i, content in enumerate(files):
        (folder / "files" / f"{i:03d}.fit").write_bytes(content)
    with open_library(folder / "library") as lib:
        if files:
            import_files(lib, [folder / "files"], workers=1)
        yield App(lib, folder)


@pytest.fixture(scope="module")
def year() -> list:
    return [run.recording for run in made_year()[:10]]


@pytest.fixture
def app(year_library_path: Path, tmp_path: Path) -> Iterator[App]:
    shutil.copytree(year_library_path, tmp_path / "library")
    with open_library(tmp_path / "library") as lib:
        yield App(lib, tmp_path)


# -- who may ask -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    [
        "localhost.",
        "localhost.:8650",
        "[::1]evil.example",
        "[::1",
        "::1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "127.0.0.1:8650:1",
        "127.0.0.1:99999",
        "evil.example@127.0.0.1",
        "127.0.0.1@evil.example",
        "127.0.0.1, evil.example",
        "127.0.0.1\\@evil.example",
        "127.0.0.1;evil.example",
        "127.0.0.1#.evil.example",
        "[::ffff:127.0.0.1]",
    ],
)
def test_no_spelling_of_a_foreign_host_passes(app: App, host: str) -> None:
    answer = app.get("/settings", headers={"host": host})
    assert answer.status_code == 400
    assert "token" not in answer.text


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8650", "127.0.0.1:1", "[::1]:8650"])
def test_our_own_hosts_pass(app: App, host: str) -> None:
    assert app.get("/settings", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("mode", ["no-cors", "cors", "websocket"])
def test_another_site_cannot_look_in_behind_the_back_of_its_reader(
    app: App, site: str, mode: str
) -> None:
    headers = {"sec-fetch-site": site, "sec-fetch-mode": mode}
    for path in ("/runs?text=knee&format=json", "/report.pdf"):
        assert app.get(path, headers=headers).status_code == 403


def test_a_link_from_elsewhere_may_lead_here(app: App) -> None:
    headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert app.get("/settings", headers=headers).status_code == 200


def test_a_length_of_thousands_of_digits_is_refused(app: App) -> None:
    headers = {"content-length": "9" * 5000, "x-evenstride-token": TOKEN}
    assert app.ask("POST", "/settings", headers=headers).status_code == 413


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "INVENTED"])
def test_other_methods_change_nothing_and_none_overrides_another(app: App, method: str) -> None:
    before = content_of(app.lib)
    assert app.ask(method, "/settings").status_code == 403
    with_token = {"x-evenstride-token": TOKEN}
    assert app.ask(method, "/settings", headers=with_token).status_code == 405
    for override in ("x-http-method-override", "x-method-override", "x-http-method"):
        app.get("/settings?_method=POST&name=units&value=mi", headers={override: "POST"})
    assert content_of(app.lib) == before


def content_of(lib: Library) -> str:
    """All that the database holds."""
    with sqlite3.connect(lib.root / "library.sqlite") as connection:
        said = "\n".join(connection.iterdump())
    connection.close()
    return hashlib.sha256(said.encode()).hexdigest()


def test_looking_changes_nothing(app: App) -> None:
    """Whatever address is got, with whatever in it, the library stays as it is."""
    before = content_of(app.lib)
    described = app.get("/openapi.json").json()["paths"]
    run = app.lib.resolve("last")
    for path, methods in described.items():
        if "get" in methods:
            named = path.replace("{run}", run)
            fields = "&".join(
                f"{name}={value}"
                for name, value in {
                    "title": "x", "notes": "x", "name": "units", "value": "mi", "kind": "check",
                    "add_tag": "x", "run": run, "text": "x", "leave": "true", "token": TOKEN,
                }.items()
            )  # fmt: skip
            app.get(named)
            app.get(f"{named}?{fields}", headers={"x-evenstride-token": TOKEN})
    assert content_of(app.lib) == before
    assert app.server.imports.tasks.task() is None


@pytest.mark.parametrize(
    "back",
    [
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "evil.example",
        "/runs\r\nSet-Cookie: a=b",
        " //evil.example",
        "",
    ],
)
def test_no_answer_leads_elsewhere(app: App, back: str) -> None:
    run = app.lib.resolve("last")
    answer = app.post("/runs/annotate", {"run": run, "add_tag": "a", "back": back})
    assert answer.status_code == 303
    to = answer.headers["location"]
    # As browsers read it: what a browser drops from an address must not make another host of it.
    read = to.replace("\t", "").replace("\n", "").replace("\r", "").replace("\\", "/")
    assert read.startswith("/")
    assert not read.startswith("//")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "name",
    [
        "..%2f..%2fpalette.py",
        "%2e%2e/%2e%2e/palette.py",
        "%252e%252e/palette.py",
        "..%5c..%5cpalette.py",
        "%00",
        "evenstride.css%00",
        "evenstride.css/",
        "a" * 300,
        "a/" * 3000,
        "/etc/passwd",
        "%2Fetc%2Fpasswd",
        "%ff",
        "",
        "fonts",
    ],
)
def test_no_name_of_an_asset_reaches_beside_them(app: App, name: str) -> None:
    answer = app.get(f"/assets/x/{name}")
    assert answer.status_code == 404
    assert "no such file" in answer.text


def test_names_of_assets_that_are_none_stay_nowhere_in_memory() -> None:
    before = static._loaded.cache_info().currsize
    for i in range(100):
        assert static.asset(f"invented-{i}.css") is None
    assert static._loaded.cache_info().currsize == before


def test_every_kind_of_answer_carries_the_rules(app: App) -> None:
    asset = static.address("evenstride.css")
    asked = {
        "page": app.get("/settings"),
        "json": app.get("/settings?format=json"),
        "not found": app.get("/runs/none"),
        "no page": app.get("/none"),
        "no asset": app.get("/assets/x/none"),
        "asset": app.get(asset),
        "manifest": app.get("/manifest.webmanifest"),
        "download": app.get("/report.pdf"),
        "redirect": app.post("/settings", {"name": "units", "value": "km"}),
        "misunderstood": app.get("/runs?sort=nothing"),
        "refused": app.ask("POST", "/settings"),
        "bad host": app.get("/", headers={"host": "evil.example"}),
        "not allowed": app.ask("OPTIONS", "/settings"),
    }
    assert [one.status_code for one in asked.values()] == [
        200, 200, 404, 404, 404, 200, 200, 200, 303, 422, 403, 400, 405,
    ]  # fmt: skip
    for kind, answer in asked.items():
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, kind
        assert "cache-control" in answer.headers, kind
        assert "server" not in answer.headers, kind
        assert "access-control-allow-origin" not in answer.headers, kind
        if kind != "asset":
            assert answer.headers["cache-control"] in ("private, no-cache", "no-cache"), kind


# -- what may be said ------------------------------------------------------------------------------


class Page(HTMLParser):
    """Reads a page as a browser does, and complains of what must not be in it."""

    def __init__(self, where: str) -> None:
        super().__init__(convert_charrefs=True)
        self.where = where
        self.inside: list[str] = []
        self.seen_texts = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        assert tag not in ("iframe", "object", "embed", "base"), (self.where, tag)
        if tag == "script":
            own = (given.get("src") or "").startswith("/assets/")
            assert own or given.get("type") == "application/json", (self.where, attrs)
        if tag == "img":
            assert (given.get("src") or "").startswith("/assets/"), (self.where, attrs)
        for name, value in attrs:
            assert not name.startswith("on"), (self.where, tag, name)
            assert name != "style", (self.where, tag, value)
            if name in ("href", "action", "src", "hx-get"):
                assert (value or "").startswith(("/", "#")), (self.where, name, value)
                assert not (value or "").startswith("//"), (self.where, name, value)
            # What is typed again must be as it was; nothing else may turn what is around it.
            if name != "value":
                assert "\u202e" not in (value or ""), (self.where, tag, name, value)
        self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.inside:
            while self.inside.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self.inside[-1:] == ["script"]:
            json.loads(data)
            return
        if self.inside[-1:] != ["textarea"]:
            assert "\u202e" not in data, (self.where, data)
            assert "\x1b" not in data, (self.where, data)
        self.seen_texts += data


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[App]:
    """A library where every text that a person or a file can give attacks."""
    files = []
    for day in range(10):
        start = fit_bytes.T0 + 86400 * 2 * day
        fit = fit_bytes.run(900, start=start)
        names = fit_bytes.Fit()
        names.application(0, bytes(range(16))).describe(
            0, 0, fit_bytes.UINT16, EVIL.replace("\0", "")[:60], EVIL.replace("\0", "")[:30]
        )
        names.message(
            fit_bytes.DEVICE_INFO,
            [
                (253, fit_bytes.UINT32, start),
                (0, fit_bytes.UINT8, 0),
                (2, fit_bytes.UINT16, 255),  # development: a maker without a list of products
                (27, fit_bytes.STRING, EVIL.replace("\0", "")[:120]),
            ],
        )
        fit.body += names.body
        files.append(fit.to_bytes())
    with app_of(tmp_path, files) as app:
        lib = app.lib
        runs = lib.runs(measures=()).get_column("run_id").to_list()
        assert len(runs) == 10
        # Past what is cleaned when it is typed: as an older Evenstride may have kept it.
        lib.annotate(
            runs, title=EVIL, notes=EVIL, shoes=EVIL, is_race=True, add_tags=[EVIL, "🏃‍♀️", "a b"]
        )
        for name in ("noticed", "tried", "cannot_fix"):
            lib.write_note(name, EVIL, written_at_utc=datetime.now(UTC))
        for name in ("units", "bands", "theme", "side_colours"):
            lib.set_setting(name, EVIL)
        lib.set_setting("preferred_devices", [EVIL])
        now = datetime.now(UTC)
        lib.pair_phone("0" * 64, EVIL, paired_at_utc=now, expires_at_utc=now + timedelta(days=1))
        app.server.imports._keep(
            {"file": shown_name(EVIL), "outcome": "unreadable", "reason": EVIL, "run_ids": None}
        )
        app.server.imports._keep(
            {"file": EVIL, "outcome": "imported", "reason": None, "run_ids": runs[0]}
        )
        yield app


def test_no_text_of_a_person_or_a_file_speaks_to_the_browser(hostile: App) -> None:
    run = hostile.lib.resolve("last")
    typed = quote(EVIL.replace("\0", ""))
    said = ""
    for path in (
        *PAGES,
        f"/runs?text={typed}",
        f"/runs?tag={typed}",
        f"/runs?sensor={typed}",
        f"/runs?sort={typed}",
        f"/runs/{typed}",
        f"/runs/{run}",
        f"/runs/{run}/row",
        f"/runs/{run}/edit",
        f"/trend?bands={typed}",
        f"/{typed}",
        f"/import?show={typed}",
        f"/report.html?days={typed}",
        f"/settings?format={typed}",
    ):
        answer = hostile.get(path, headers={"user-agent": EVIL.replace("\0", "").encode()})
        assert answer.status_code in (200, 303, 404, 422), (path, answer.status_code)
        for name, value in answer.headers.items():
            assert value.isprintable(), (path, name)
        if path.startswith("/report.html"):
            continue  # a file that is kept, with its scripts in it: tests of its own
        if "html" in answer.headers.get("content-type", ""):
            assert "<script>alert" not in answer.text, path
            assert "<img src=x" not in answer.text, path
            page = Page(path)
            page.feed(answer.text)
            page.close()
            said += page.seen_texts
            assert "49$" not in page.seen_texts, "a template was made of a text"
    # The test would hold of pages that show nothing: they must show it.
    assert said.count("<script>alert(1)</script>") > 50


def test_every_json_stays_json_whatever_is_in_it(hostile: App) -> None:
    def refuse(word: str) -> None:
        raise AssertionError(word)

    for path in WITH_JSON:
        answer = hostile.get(path, params={"format": "json"})
        assert answer.status_code == 200, path
        assert answer.headers["content-type"] == "application/json", path
        json.loads(answer.text, parse_constant=refuse)
    refused = hostile.get(f"/runs/{quote(EVIL[:40])}?format=json")
    assert refused.status_code == 404
    assert set(refused.json()) == {"error"}


def test_the_report_holds_no_text_that_acts(hostile: App) -> None:
    report = hostile.get("/report.html")
    assert report.status_code == 200
    assert "<script>alert" not in report.text
    assert "<img src=x" not in report.text
    assert report.headers["content-disposition"] == 'attachment; filename="evenstride-report.html"'
    assert hostile.get("/report.pdf").content.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/settings", {"name": EVIL[:60], "value": EVIL}),
        ("/settings", {"name": "mass_kg", "value": EVIL}),
        ("/settings", {"name": "reference_pace_s_km", "value": EVIL}),
        ("/settings", {"name": "units", "value": EVIL}),
        ("/notes", {"name": EVIL[:40], "text": "x"}),
        ("/runs/annotate", {"run": EVIL, "add_tag": "x"}),
        ("/runs/last", {"title": "x" * 300}),
        ("/runs/last", {"tags": ",".join(f"t{i}" for i in range(30))}),
        ("/import/folder", {"path": EVIL}),
        ("/import/folder", {"path": f"/{EVIL}".replace("\0", "")}),
        ("/library", {"kind": EVIL}),
        ("/library", {"kind": "export", "folder": f"/nowhere/{EVIL}".replace("\0", "")}),
    ],
)
def test_a_refusal_says_what_was_typed_harmlessly(
    app: App, path: str, field: dict[str, object]
) -> None:
    answer = app.post(path, field)
    assert answer.status_code in (400, 404, 422)
    page = Page(path)
    page.feed(answer.text)
    assert "<script>alert" not in answer.text
    part = app.post(path, field, headers={"hx-request": "true"})
    assert "<script>alert" not in part.text


# -- bad luck --------------------------------------------------------------------------------------


def without(recording, *columns: str):
    """The same run, where the watch did not write these."""
    kept = recording.samples.with_columns(
        pl.lit(None, dtype=recording.samples.schema[name]).alias(name) for name in columns
    )
    return encode_run(replace(recording, samples=kept))


PLACE = ("lat_deg", "lon_deg", "distance_m", "altitude_m")
MEASURED = (
    "gct_ms", "vertical_oscillation_mm", "vertical_ratio_pct", "step_length_mm", "power_w",
    "heart_rate_bpm", "temperature_c",
)  # fmt: skip


ODD = (
    "empty", "one", "three", "one without balance", "none with balance",
    "the last without balance", "treadmill", "balance only", "no speed", "nothing at all", "tiny",
    "misdated", "all on one day",
)  # fmt: skip


def odd_libraries(year: list) -> dict[str, list[bytes]]:
    def plain(seconds: int, start: int) -> bytes:
        return fit_bytes.run(seconds, start=start).to_bytes()

    day = 86400
    return {
        "empty": [],
        "one": [encode_run(year[0])],
        "three": [encode_run(run) for run in year[:3]],
        "one without balance": [without(year[0], "balance_left_pct")],
        "none with balance": [without(run, "balance_left_pct") for run in year],
        "the last without balance": [
            *(encode_run(run) for run in year[:9]), without(year[9], "balance_left_pct"),
        ],
        "treadmill": [without(run, *PLACE) for run in year],
        "balance only": [without(run, *PLACE, *MEASURED, "cadence_spm") for run in year],
        "no speed": [without(run, "speed_m_s", "distance_m") for run in year],
        "nothing at all": [
            without(run, *PLACE, *MEASURED, "cadence_spm", "balance_left_pct", "speed_m_s")
            for run in year[:3]
        ],
        "tiny": [plain(n, fit_bytes.T0 + day * i) for i, n in enumerate((1, 2, 5, 61, 130, 600))],
        "misdated": [plain(900, at) for at in (1000, fit_bytes.T0, 2**31, 2**32 - 100_000)],
        "all on one day": [plain(900, fit_bytes.T0 + 1000 * i) for i in range(9)],
    }  # fmt: skip


@pytest.mark.parametrize("kind", ODD)
def test_every_page_of_an_odd_library_is_a_page(kind: str, year: list, tmp_path: Path) -> None:
    with app_of(tmp_path, odd_libraries(year)[kind]) as app:
        runs = app.lib.runs(measures=()).get_column("run_id").to_list()
        paths = [*PAGES, *(f"{path}?format=json" for path in WITH_JSON)]
        for run in runs[:2] + runs[-1:]:
            paths += [f"/runs/{run}", f"/runs/{run}/row", f"/runs/{run}/edit"]
        for path in paths:
            answer = app.get(path)
            # A run whose date cannot be right is not explained, and its JSON is an error.
            misdated = path == "/runs/last/explain?format=json" and kind == "misdated"
            assert answer.status_code in (200, 303, 404, 400 if misdated else 200), (
                path,
                answer.text[:300],
            )
            if answer.status_code == 404:
                assert runs == [] or path.startswith(
                    (
                        *("/no/", "/library/export", "/trend", "/report", "/?"),
                        *("/drivers", "/fatigue", "/runs/last/explain?"),
                    )
                ), path


def damaged_settings(lib: Library) -> None:
    with sqlite3.connect(lib.root / "library.sqlite") as connection:
        connection.execute("INSERT OR REPLACE INTO settings VALUES ('units', '{broken')")
    connection.close()


def damaged_samples(lib: Library) -> None:
    for path in (lib.root / "samples").rglob("*.parquet"):
        path.write_bytes(os.urandom(500))


def lost_samples(lib: Library) -> None:
    shutil.rmtree(lib.root / "samples")


LOST = "cannot be read"


def strange_settings(lib: Library) -> None:
    for name, value in {
        "units": "furlongs", "mass_kg": "heavy", "height_m": [], "reference_pace_s_km": "x",
        "preferred_devices": {"a": 1}, "theme": 3, "bands": None, "side_colours": [1],
    }.items():  # fmt: skip
        lib.set_setting(name, value)


@pytest.mark.parametrize(
    ("harm", "bad", "word"),
    [
        (damaged_settings, 503, "settings are damaged"),
        (damaged_samples, 503, "damaged"),
        (lost_samples, 503, LOST),
        (strange_settings, 200, ""),
    ],
)
def test_a_broken_library_is_said_in_a_sentence(app: App, harm, bad: int, word: str) -> None:
    harm(app.lib)
    found = set()
    for path in PAGES:
        for headers in ({}, {"hx-request": "true"}, {"accept": "application/json"}):
            answer = app.get(path, headers=headers)
            assert answer.status_code in (200, 303, 404, bad), (path, answer.text[:300])
            assert "Traceback" not in answer.text
            assert "content-security-policy" in answer.headers
            if answer.status_code == 503:
                assert word in answer.text, path
            found.add(answer.status_code)
    assert bad in found


def test_what_goes_wrong_in_a_page_is_said_without_a_traceback(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("inner /home/somebody/secret")

    monkeypatch.setattr(Library, "holdings", fails)
    answer = app.get("/library")
    assert answer.status_code == 500
    assert "nothing of yours is lost" in answer.text
    assert "secret" not in answer.text
    assert answer.headers["content-security-policy"]

    def fails_too(*_: object) -> None:
        raise LibraryCorruptError("The library is damaged.")

    monkeypatch.setattr(Library, "settings", fails_too)
    answer = app.get("/library")  # not even the page for errors can be drawn now
    assert "damaged" in answer.text or "nothing of yours is lost" in answer.text
    assert answer.headers["content-security-policy"]


# -- many, and slow --------------------------------------------------------------------------------


@contextmanager
def listening(app: App) -> Iterator[int]:
    """A real server of that app, with the patience of the program; gives its port."""
    sock = socket.create_server(("127.0.0.1", 0))
    config = serve._config(Guard(app.inner, hosts=LOOPBACK_HOSTS, token=TOKEN, limits=LIMITS))
    server = serve._Quiet(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[sock])))
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield sock.getsockname()[1]
    server.should_exit = server.force_exit = True
    thread.join(20)
    sock.close()


def ends(sock: socket.socket) -> bool:
    """Say whether the other side lets go within some seconds."""
    sock.settimeout(10)
    try:
        return sock.recv(1) == b""
    except ConnectionResetError:
        return True


def test_who_connects_and_asks_nothing_keeps_nobody_out(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "_ASK_WITHIN_S", 0.3)
    monkeypatch.setattr(serve, "_SILENT_AT_MOST_S", 0.3)
    monkeypatch.setattr(serve, "_MOST_CONNECTIONS", 12)
    said = (
        b"",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
        b"POST /settings HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 90\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n\r\nname=",
    )
    with listening(app) as port, ExitStack() as open_ones:
        slow = []
        for i in range(11):
            sock = open_ones.enter_context(socket.create_connection(("127.0.0.1", port)))
            sock.sendall(said[i % 3])
            slow.append(sock)
        assert all(ends(sock) for sock in slow)
        address = f"http://127.0.0.1:{port}/settings"
        assert httpx.get(address).status_code == 200
        with httpx.Client() as kept:  # who has asked once may wait longer before asking again
            assert kept.get(address).status_code == 200
            time.sleep(0.6)
            again = kept.get(address)
            assert again.status_code == 200
            assert kept._transport._pool.connections[0]._connection._request_count == 2
        last = open_ones.enter_context(socket.create_connection(("127.0.0.1", port)))
        last.sendall(b"GET /none HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        answered = b""
        while b"</html>" not in answered:
            answered += last.recv(65536)
        last.sendall(b"GET / HTTP/1.1\r\nHo")  # and nothing more, now that it was heard once
        assert ends(last)


def test_a_form_that_is_packed_is_not_unpacked(app: App) -> None:
    packed = gzip.compress(f"token={TOKEN}&name=units&value=mi".encode() + b"&x=" + b"a" * 10**7)
    headers = {
        "content-encoding": "gzip",
        "content-type": "application/x-www-form-urlencoded",
    }
    assert app.ask("POST", "/settings", content=packed, headers=headers).status_code == 403
    assert app.lib.settings() == {}


# -- two of everything -----------------------------------------------------------------------------


class Form(HTMLParser):
    """The fields of the form about a run, as a browser would send them untouched."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.fields: dict[str, list[str]] = {}
        self._in_form = self._in_notes = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._in_form = (given.get("action") or "").startswith("/runs/")
        if not self._in_form or "name" not in given:
            return
        name = str(given["name"])
        if tag == "textarea":
            self._in_notes = True
            self.fields[name] = [""]
        elif given.get("type") != "checkbox" or "checked" in given:
            self.fields.setdefault(name, []).append(given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        self._in_notes = self._in_notes and tag != "textarea"

    def handle_data(self, data: str) -> None:
        if self._in_notes:
            self.fields["notes"] = [self.fields["notes"][0] + data]


def test_two_tabs_of_one_run_take_nothing_back_from_each_other(app: App) -> None:
    run = app.lib.resolve("last")
    app.post(f"/runs/{run}", {"notes": "first\nsecond", "tags": "easy", "shoes": "blue"})
    one = Form(app.get(f"/runs/{run}").text).fields
    other = Form(app.get(f"/runs/{run}").text).fields
    assert app.post(f"/runs/{run}", one | {"title": "mine", "tags": "easy, hills"}).is_redirect
    sent = {name: [v.replace("\n", "\r\n") for v in values] for name, values in other.items()}
    assert app.post(f"/runs/{run}", sent | {"race": ["no", "yes"], "tags": "rain"}).is_redirect
    typed = app.lib.annotation(run)
    assert typed.title == "mine"
    assert typed.notes == "first\nsecond"
    assert typed.shoes == "blue"
    assert typed.is_race
    assert typed.tags == ("hills", "rain")


def test_the_demo_and_the_own_library_are_never_shown_for_each_other(
    app: App, year: list, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "a.fit").write_bytes(encode_run(year[0]))
    in_demo = {"cookie": f"{DEMO_COOKIE}=1"}
    with open_library(tmp_path / "other library") as other:
        import_files(other, [tmp_path / "other"], workers=1)
        own = app.get("/runs?format=json").json()
        assert app.get("/runs?format=json", headers=in_demo).json() == own  # there is no demo yet
        app.server.demo.kept = KeptAnswers(other)
        for _ in range(2):  # the second time from what is kept
            assert len(app.get("/runs?format=json", headers=in_demo).json()["tables"]["runs"]) == 1
            assert app.get("/runs?format=json").json()["tables"] == own["tables"]
        before = content_of(app.lib)
        app.post("/settings", {"name": "units", "value": "km"}, headers=in_demo)  # an own page's
        assert other.settings() == {}
        in_demo["x-evenstride-token"] = app.server.page_token(app.server.demo.kept)
        app.post("/settings", {"name": "units", "value": "mi"}, headers=in_demo)
        app.post("/runs/last", {"title": "of the demo"}, headers=in_demo)
        app.post("/import/folder", {"path": str(tmp_path / "other")}, headers=in_demo)
        app.post("/library", {"kind": "rebuild"}, headers=in_demo)
        assert content_of(app.lib) == before
        assert app.server.imports.state().ahead == 0
        assert app.server.imports.tasks.task() is None
        assert other.settings() == {"units": "mi"}
        left = {"x-evenstride-token": in_demo["x-evenstride-token"]}  # a page of the demo's
        assert app.post("/settings", {"name": "units", "value": "mi"}, headers=left).is_error
        assert content_of(app.lib) == before
