"""Phones come in by a code, once, over TLS; nobody else does."""

from __future__ import annotations

import asyncio
import hashlib
import re
import ssl
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from starlette.routing import Match

from evenstride.answers import open_library
from evenstride.cli.pairing import qr_picture
from evenstride.domain.errors import InputError, StorageError
from evenstride.web import listening, phone, serve
from evenstride.web.app import make_app
from evenstride.web.certificate import VALID, local_certificate
from evenstride.web.imports import ImportQueue
from evenstride.web.kept import KeptAnswers
from evenstride.web.server import Demo, Server

NOON = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)


@dataclass
class Clock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Heard:
    """What the terminal would have said."""

    codes: list[str] = field(default_factory=list)
    locked: int = 0

    def lock(self) -> None:
        self.locked += 1


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def code(clock, heard):
    made = phone.PairingCode(clock=clock, on_new=heard.codes.append, on_locked=heard.lock)
    made.renew()
    return made


# -- codes -----------------------------------------------------------------------------------------


def test_a_code_is_eight_letters_that_cannot_be_misread(heard, code, clock):
    for _ in range(200):
        clock.now += phone.CODE_VALID
        code.renew()
    letters = "".join(heard.codes)
    assert all(len(each) == 8 for each in heard.codes)
    assert not set(letters) & set("01OILU")
    assert len(set(heard.codes)) == 201
    assert len(set(letters)) == len(phone._LETTERS)  # every letter comes up: nothing is left out
    assert phone.code_words("ABCDEFGH") == "ABCD-EFGH"


def test_a_code_is_good_once_and_a_new_one_follows(heard, code):
    (first,) = heard.codes
    assert code.attempt(first) is phone.Outcome.PAIRED
    assert len(heard.codes) == 2
    assert code.attempt(first) is phone.Outcome.OVER
    assert code.attempt(heard.codes[1]) is phone.Outcome.PAIRED


@pytest.mark.parametrize("write", [str.lower, phone.code_words, lambda c: f" {c[:4]} {c[4:]}\n"])
def test_a_code_may_be_typed_as_people_type(heard, code, write):
    assert code.attempt(write(heard.codes[0])) is phone.Outcome.PAIRED


def test_two_at_once_with_one_code_let_one_in(heard, code):
    for _ in range(50):
        start = threading.Barrier(4)

        def attempt(start=start, now=heard.codes[-1]):
            start.wait()
            return code.attempt(now)

        with ThreadPoolExecutor(4) as pool:
            outcomes = [each.result() for each in [pool.submit(attempt) for _ in range(4)]]
        assert sorted(o.value for o in outcomes) == ["over", "over", "over", "paired"]


def test_a_code_holds_for_ten_minutes_and_no_longer(heard, code, clock):
    clock.now += phone.CODE_VALID - timedelta(seconds=1)
    code.renew()
    assert len(heard.codes) == 1
    clock.now += timedelta(seconds=1)
    assert code.attempt(heard.codes[0]) is phone.Outcome.OVER
    assert len(heard.codes) == 2
    clock.now += phone.CODE_VALID
    code.renew()
    assert len(heard.codes) == 3
    assert code.attempt(heard.codes[2]) is phone.Outcome.PAIRED


def test_five_wrong_codes_lock_whatever_comes_between(heard, code, clock):
    for tries in range(4):
        assert code.attempt(f"WRNG{tries}") is phone.Outcome.WRONG
        assert code.tries_left == 4 - tries
        assert code.attempt(heard.codes[-1]) is phone.Outcome.PAIRED  # resets nothing
        clock.now += timedelta(days=1)
        code.renew()
    assert heard.locked == 0
    assert code.attempt("WRNGWRNG") is phone.Outcome.LOCKED
    assert heard.locked == 1
    said = len(heard.codes)
    for _ in range(3):
        assert code.attempt(heard.codes[-1]) is phone.Outcome.LOCKED
        clock.now += timedelta(days=1)
        code.renew()
    assert len(heard.codes) == said  # no code is shown that would not hold
    assert heard.locked == 1


def test_wrong_codes_at_once_are_counted_each(heard, code):
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(code.attempt, [f"WRNGWR{i:02d}" for i in range(40)]))
    assert outcomes.count(phone.Outcome.WRONG) == 4
    assert outcomes.count(phone.Outcome.LOCKED) == 36
    assert heard.locked == 1


def test_nothing_typed_is_no_wrong_code(code):
    for typed in ("", "  ", "-", "§§", "\0"):
        assert code.attempt(typed) is phone.Outcome.EMPTY
    assert code.tries_left == phone.MOST_WRONG


def test_before_there_is_a_code_none_is_right(clock, heard):
    unborn = phone.PairingCode(clock=clock, on_new=heard.codes.append)
    assert unborn.attempt("A") is phone.Outcome.WRONG


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (IPHONE, "iPhone"),
        ("Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/UQ1A) AppleWebKit/537.36", "Pixel 8"),
        ("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/130", "Android phone"),
        ("Mozilla/5.0 (Android 14; Mobile; rv:132.0) Gecko/132.0 Firefox/132", "Android phone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0)", "Linux computer"),
        ("", "A phone"),
        ("\x1b]0;evil\x07", "A phone"),
    ],
)
def test_a_phone_is_named_after_what_it_says_it_is(said, name):
    assert phone.device_name(said) == name


# -- the certificate -------------------------------------------------------------------------------


def made(folder, *, addresses=("192.168.1.20",), names=("desk", "desk.local"), now=NOON):
    return local_certificate(folder, addresses=addresses, names=names, now=now)


def loaded(certificate):
    return x509.load_pem_x509_certificate(certificate.pem.read_bytes())


def test_the_certificate_names_this_computer_and_is_short_lived(tmp_path):
    certificate = made(tmp_path / "config")
    found = loaded(certificate)
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {str(a) for a in names.get_values_for_type(x509.IPAddress)} == {"192.168.1.20"}
    assert set(names.get_values_for_type(x509.DNSName)) == {"desk", "desk.local"}
    assert found.not_valid_after_utc - found.not_valid_before_utc == VALID <= timedelta(days=397)
    assert found.not_valid_before_utc < NOON
    basic = found.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert not basic.ca
    assert found.public_key().curve.name == "secp256r1"
    digest = hashlib.sha256(
        ssl.PEM_cert_to_DER_cert(found.public_bytes(Encoding.PEM).decode())
    ).hexdigest()
    assert certificate.fingerprint.replace(":", "").lower() == digest


def test_only_its_owner_can_read_the_key(tmp_path):
    certificate = made(tmp_path / "config")
    assert stat.S_IMODE(certificate.pem.stat().st_mode) == 0o600
    assert stat.S_IMODE(certificate.pem.parent.stat().st_mode) == 0o700
    assert [p.name for p in certificate.pem.parent.iterdir()] == [certificate.pem.name]


def test_the_certificate_is_kept_until_it_is_no_good(tmp_path):
    first = made(tmp_path)
    assert made(tmp_path, now=NOON + timedelta(days=300)) == first
    later = made(tmp_path, now=NOON + timedelta(days=380))
    assert later.fingerprint != first.fingerprint
    moved = made(tmp_path, addresses=("10.0.0.7",), now=NOON + timedelta(days=380))
    assert moved.fingerprint != later.fingerprint
    assert made(tmp_path, addresses=("10.0.0.7",), now=NOON).fingerprint != moved.fingerprint


@pytest.mark.parametrize("content", [b"", b"garbage", b"-----BEGIN CERTIFICATE-----\nxx\n"])
def test_a_damaged_certificate_is_made_anew(tmp_path, content):
    first = made(tmp_path)
    first.pem.write_bytes(content)
    assert made(tmp_path).fingerprint != first.fingerprint
    assert loaded(made(tmp_path))


def test_a_key_that_others_could_read_is_used_no_more(tmp_path):
    first = made(tmp_path)
    first.pem.chmod(0o644)
    assert made(tmp_path).fingerprint != first.fingerprint


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="certificate for phones"):
        made(tmp_path / "file" / "config")


# -- where it listens ------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", ["0.0.0.0", "::", "224.0.0.1", "desk.local", "192.168.1"])
def test_what_is_not_one_address_is_refused(asked):
    with pytest.raises(InputError):
        listening.phone_address(asked)


def test_without_a_network_that_is_a_sentence(monkeypatch):
    monkeypatch.setattr(listening, "local_addresses", list)
    with pytest.raises(InputError, match="no network"):
        listening.phone_address(None)


def test_the_open_internet_is_opened_to_only_when_it_is_named(monkeypatch):
    monkeypatch.setattr(listening, "local_addresses", lambda: ["93.184.216.34"])
    with pytest.raises(InputError, match="whole internet"):
        listening.phone_address(None)
    assert listening.phone_address("93.184.216.34") == "93.184.216.34"
    monkeypatch.setattr(listening, "local_addresses", lambda: ["93.184.216.34", "10.0.0.7"])
    assert listening.phone_address(None) == "10.0.0.7"


# -- a phone at the door: real sockets, real TLS ---------------------------------------------------


@dataclass
class Desk:
    """A running listener for phones."""

    url: str
    pem: str
    app: object
    server: Server
    phones: phone.Phones
    heard: Heard
    clock: Clock

    def client(self, **options) -> httpx.Client:
        context = ssl.create_default_context(cafile=self.pem)
        return httpx.Client(base_url=self.url, verify=context, **options)

    @contextmanager
    def paired(self, **options):
        with self.client(**options) as client:
            assert submit(client, self.heard.codes[-1]).status_code == 303
            yield client


@pytest.fixture
def desk(tmp_path, clock, heard, year_library_path):
    import shutil

    shutil.copytree(year_library_path, tmp_path / "library")
    certificate = local_certificate(
        tmp_path / "config", addresses=("127.0.0.1",), names=("desk",), now=datetime.now(UTC)
    )
    sock = listening.listen("127.0.0.1", 0, usual=0)
    at = listening.url("https", "127.0.0.1", sock.getsockname()[1])
    with open_library(tmp_path / "library") as library:
        phones = phone.Phones(
            library,
            code=phone.PairingCode(clock, heard.codes.append, heard.lock),
            address=at,
            hosts=frozenset(("127.0.0.1", "desk")),
            clock=clock,
        )
        phones.renew()
        server = Server(
            own=KeptAnswers(library),
            demo=Demo(tmp_path / "demo"),
            imports=ImportQueue(library),
            phones=phones,
        )
        app = make_app(server)
        running = serve._Quiet(serve._config(serve._door(app, server, phones), pem=certificate.pem))
        thread = threading.Thread(
            target=lambda: asyncio.run(running.serve(sockets=[sock])), daemon=True
        )
        thread.start()
        yield Desk(at, str(certificate.pem), app, server, phones, heard, clock)
        running.should_exit = True
        thread.join(10)
        server.imports.close()
        assert not thread.is_alive()


def submit(client, typed, *, name="", **options):
    page = client.get("/pair").text
    (token,) = re.findall(r'name="token" value="([^"]+)"', page)[:1] or [""]
    return client.post("/pair", data={"token": token, "code": typed, "name": name}, **options)


def test_a_code_lets_a_phone_in_and_only_that_phone(desk):
    with desk.paired(headers={"User-Agent": IPHONE}) as client:
        assert client.get("/").status_code == 200
        assert "Evenstride" in client.get("/runs").text
    with desk.client() as stranger:
        assert stranger.get("/runs").headers["location"] == "/pair"
    (known,) = desk.phones.paired()
    assert known.name == "iPhone"
    assert known.expires_at_utc - known.paired_at_utc == timedelta(days=30)


def test_the_session_is_a_secret_that_no_script_and_no_other_site_has(desk):
    with desk.client() as client:
        said = submit(client, desk.heard.codes[-1]).headers["set-cookie"]
    name, _, rest = said.partition("=")
    secret, *flags = [part.strip().lower() for part in rest.split(";")]
    assert name == "__Host-evenstride"
    assert {"secure", "httponly", "samesite=strict", "path=/", "max-age=2592000"} <= set(flags)
    assert not any(flag.startswith("domain") for flag in flags)
    assert len(secret) >= 43  # 256 bits in base64
    kept = b"".join(p.read_bytes() for p in desk.server.own.library.root.glob("library.sqlite*"))
    (raw,) = re.findall(r"__Host-evenstride=([^;]+)", said)
    assert raw.encode() not in kept
    assert hashlib.sha256(raw.encode()).hexdigest().encode() in kept


def test_two_phones_with_one_code_at_once(desk):
    code = desk.heard.codes[-1]
    with ThreadPoolExecutor(4) as pool, desk.client() as client:
        token = re.findall(r'name="token" value="([^"]+)"', client.get("/pair").text)[0]

        def attempt(_):
            with desk.client() as one:
                return one.post("/pair", data={"token": token, "code": code}).status_code

        assert sorted(pool.map(attempt, range(4))) == [303, 403, 403, 403]
    assert len(desk.phones.paired()) == 1


def test_five_wrong_codes_lock_from_wherever_they_come(desk):
    with desk.paired() as inside:
        for number in range(5):
            address = httpx.HTTPTransport(
                verify=ssl.create_default_context(cafile=desk.pem),
                local_address=f"127.0.0.{number + 2}",
            )
            with httpx.Client(base_url=desk.url, transport=address) as client:
                answer = submit(client, f"WRNGWRN{number + 2}")
                assert answer.status_code == 403
                assert "set-cookie" not in answer.headers
            desk.clock.now += timedelta(minutes=11)
            desk.phones.renew()
        assert "Five wrong codes" in answer.text
        assert desk.heard.locked == 1
        with desk.client() as client:
            assert "Locked" in client.get("/pair").text
            right = client.post(
                "/pair", data={"token": desk.phones.token, "code": desk.heard.codes[-1]}
            )
            assert right.status_code == 403
        assert inside.get("/runs").status_code == 200  # who is in stays in


def test_a_session_ends_after_thirty_days(desk):
    with desk.paired() as client:
        desk.clock.now += phone.SESSION - timedelta(seconds=1)
        assert client.get("/runs").status_code == 200
        desk.clock.now += timedelta(seconds=1)
        answer = client.get("/runs")
        assert (answer.status_code, answer.headers["location"]) == (303, "/pair")
        assert "Max-Age=0" in answer.headers["set-cookie"]


def test_a_revoked_phone_is_out_at_once(desk):
    with desk.paired() as one:
        with desk.paired() as other:
            first = desk.phones.paired()[-1]
            desk.phones.revoke(first.phone_id)
            outs = [client.get("/runs").status_code for client in (one, other)]
            assert sorted(outs) == [200, 303]
        desk.phones.revoke_all()
        assert one.get("/runs").status_code == 303
    assert desk.phones.paired() == []


def test_a_part_of_a_page_leads_to_pairing_too(desk):
    with desk.client() as client:
        part = client.get("/runs", headers={"HX-Request": "true"})
        assert (part.status_code, part.headers["hx-redirect"]) == (401, "/pair")
        assert client.get("/runs?format=json").status_code == 401
        assert client.get("/trend", headers={"Accept": "application/json"}).json()["error"]


@pytest.mark.parametrize("cookie", ["", "x", "a" * 4000, "%00", '"', "é"])
def test_a_made_up_session_is_none(desk, cookie):
    with desk.client() as client:
        headers = {"Cookie": f"{phone.COOKIE}={cookie}".encode()}
        assert client.get("/runs", headers=headers).status_code == 303


def paths_of(routes, prefix=""):
    """Every method and path of an app, however its routes are nested."""
    for route in routes:
        inner = getattr(route, "original_router", None) or route
        nested = getattr(inner, "routes", None)
        if nested and not hasattr(route, "endpoint"):
            yield from paths_of(nested, prefix + getattr(route, "prefix", ""))
        else:
            for method in route.methods:
                yield method, prefix + route.path


def test_without_a_session_no_route_answers(desk):
    """Whoever adds a route need not remember the phones: this finds it."""
    found = set(paths_of(desk.app.routes))
    assert {
        ("GET", "/"),
        ("GET", "/runs"),
        ("POST", "/settings"),
        ("POST", "/import/files"),
    } <= found
    open_to_all = {"/manifest.webmanifest", "/assets/{stamp}/{name:path}"}
    with desk.client() as client:
        for method, template in sorted(found):
            path = re.sub(r"\{[^}]*\}", "last", template)
            for token in ("", desk.server.token, desk.phones.token):
                answer = client.request(method, path, headers={"X-Evenstride-Token": token})
                if template in open_to_all:
                    continue
                assert answer.status_code == 303, (method, path)
                assert answer.headers["location"] == "/pair"
                assert answer.content == b""
    assert desk.phones.paired() == []


def test_what_strangers_see_tells_them_no_secret(desk):
    asked = [
        (m, p)
        for p in ("/pair", "/manifest.webmanifest", "/assets/x/y", "/assets/x/pair.js")
        for m in ("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH")
    ]
    asked += [
        ("GET", p)
        for p in (
            "/assets",
            "/assets/",
            "/assets/x/%2e%2e/palette.py",
            "/pair/",
            "/pair/../runs",
            "//pair",
            "/assets/../runs",
            "/PAIR",
        )
    ]
    with desk.client() as client:
        for method, path in asked:
            for token in ("", desk.phones.token):
                answer = client.request(method, path, headers={"X-Evenstride-Token": token})
                said = answer.text + str(answer.headers)
                assert desk.server.token not in said, (method, path)
                assert answer.status_code < 500, (method, path)
                assert "def " not in answer.text
        bad = client.post(
            "/pair",
            params={"token": desk.phones.token},
            content=b"--x\r\nbroken",
            headers={"Content-Type": "multipart/form-data; boundary=x"},
        )
        assert bad.status_code in (200, 400)
        assert desk.server.token not in bad.text


def test_the_token_of_the_pairing_page_changes_nothing_else(desk):
    with desk.paired() as client:
        for token, status in ((desk.phones.token, 403), (desk.server.token, 303)):
            answer = client.post("/settings", data={"token": token, "name": "units", "value": "mi"})
            assert answer.status_code == status


@pytest.mark.parametrize("path", ["/pair", "/runs", "/manifest.webmanifest"])
def test_another_name_for_this_computer_is_refused(desk, path):
    with desk.client() as client:
        for host in ("evil.example", "desk.evil.example", "localhost", "127.0.0.1.evil.example"):
            assert client.get(path, headers={"Host": host}).status_code == 400
        assert client.get(path, headers={"Host": "desk:8651"}).status_code in (200, 303)


def test_pairing_asked_for_by_another_site_is_refused(desk):
    with desk.client() as client:
        for headers in (
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Sec-Fetch-Site": "cross-site"},
        ):
            assert submit(client, desk.heard.codes[-1], headers=headers).status_code == 403
        no_token = client.post("/pair", data={"code": desk.heard.codes[-1]})
        assert no_token.status_code == 403
    assert desk.phones.paired() == []
    assert len(desk.heard.codes) == 1  # the code was not even tried


def test_a_body_larger_than_any_code_is_refused(desk):
    with desk.client() as client:
        assert submit(client, "A" * 10_000).status_code == 413


def test_speaking_plain_http_to_it_gets_no_answer(desk):
    plain = desk.url.replace("https:", "http:")
    with pytest.raises(httpx.TransportError), httpx.Client() as client:
        client.get(f"{plain}/pair")
    with desk.client() as client:
        assert client.get("/pair").status_code == 200  # and nobody else suffers


def test_who_knows_another_certificate_does_not_talk_to_us(desk, tmp_path):
    other = made(tmp_path / "other", addresses=("127.0.0.1",), now=datetime.now(UTC))
    context = ssl.create_default_context(cafile=str(other.pem))
    with pytest.raises(httpx.ConnectError), httpx.Client(verify=context) as client:
        client.get(desk.url)


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "\u202eevil", "\x1b[2J", "x" * 5000, "Mum’s 📱"]
)
def test_a_name_is_shown_as_text_wherever_it_is_shown(desk, name):
    with desk.client() as client:
        wrong = submit(client, "WRNGWRNG", name=name)
        assert wrong.status_code in (403, 413)
        submit(client, desk.heard.codes[-1], name=name[:500])
        shown = wrong.text + client.get("/settings").text
    assert "<script>alert" not in shown
    assert not set("\u202e\x1b") & set(shown)
    assert len(desk.phones.paired()[0].name) <= phone.NAME_LETTERS


def test_a_phone_forgets_itself_but_not_others(desk):
    with desk.paired() as other, desk.paired() as client:
        by_age = desk.phones.paired()
        own, others = by_age[0], by_age[1]
        if client.get("/settings").text.count(own.phone_id) == 0:
            own, others = others, own

        def forget(**data):
            return client.post("/phones/forget", data={"token": desk.server.token, **data})

        assert forget(phone_id=others.phone_id).status_code == 403
        assert forget(every="true").status_code == 403
        assert len(desk.phones.paired()) == 2
        assert forget(phone_id=own.phone_id).headers["location"] == "/pair"
        assert client.get("/runs").status_code == 303
        assert other.get("/runs").status_code == 200


def test_the_manifest_makes_it_an_app_and_its_icons_are_there(desk):
    with desk.client() as client:
        answer = client.get("/manifest.webmanifest")
        assert answer.headers["content-type"] == "application/manifest+json"
        manifest = answer.json()
        assert (manifest["display"], manifest["start_url"]) == ("standalone", "/")
        sizes = {icon["sizes"] for icon in manifest["icons"]}
        assert {"192x192", "512x512"} <= sizes
        assert any(icon.get("purpose") == "maskable" for icon in manifest["icons"])
        for icon in manifest["icons"]:
            got = client.get(icon["src"])
            assert (got.status_code, got.headers["content-type"]) == (200, icon["type"])
            if icon["type"] == "image/png":
                width = int.from_bytes(got.content[16:20], "big")
                assert f"{width}x{width}" == icon["sizes"]
        page = client.get("/pair").text
        for address in re.findall(r'(?:href|src)="(/[^"]+)"', page):
            if address != "/":
                assert client.get(address).status_code == 200, address


def test_every_path_for_strangers_is_one_of_theirs(desk):
    from evenstride.web.routes.phones import OUTSIDE, is_outside, outside_app

    app = outside_app(desk.server)
    for path in OUTSIDE:
        scope = {"type": "http", "path": path, "method": "GET", "root_path": ""}
        assert any(route.matches(scope)[0] is Match.FULL for route in app.routes)
    assert len(app.routes) == 4
    assert not is_outside("/assetsx")
    assert not is_outside("/runs")


# -- the picture in the terminal -------------------------------------------------------------------


@pytest.mark.parametrize("colours", [True, False])
def test_the_picture_holds_the_code_and_fits_a_terminal(colours):
    import segno

    text = "https://[fd12:3456:789a:1::20]:65535/pair#ABCDEFGH"
    lines = [
        re.sub(r"\x1b\[[0-9;]*m", "", line)
        for line in qr_picture(text, colours=colours).split("\n")
    ]
    assert max(map(len, lines)) <= 80
    upper, lower = ("▀█", "▄█") if colours else ("▄ ", "▀ ")
    drawn = []
    for line in lines:
        drawn.append([sign in upper for sign in line[2:]])
        drawn.append([sign in lower for sign in line[2:]])
    matrix = [list(map(bool, row)) for row in segno.make(text, error="m").matrix]
    size = len(matrix)
    assert [row[2 : 2 + size] for row in drawn[2 : 2 + size]] == matrix
    assert not any(any(row) for row in drawn[:2])  # the quiet zone is quiet
