"""Files handed in through pages: taken as they come, imported beside the pages, never by name."""

from __future__ import annotations

import io
import json
import socket
import subprocess
import sys
import threading
import time
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx
import pytest
import uvicorn

from evenstride.answers import check_library, open_library, runs, schema_json
from evenstride.answers.care import size_words
from evenstride.domain.errors import EvenstrideError, InputError, StorageError
from evenstride.formats import containers
from evenstride.web import uploads
from evenstride.web.app import make_app
from evenstride.web.guard import Guard, Limits
from evenstride.web.imports import ImportQueue
from evenstride.web.kept import KeptAnswers
from evenstride.web.server import Demo, Server
from evenstride.web.uploads import HandedIn, Intake, shown_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from evenstride.answers import Library

TOKEN = "the-page's-token"
LIMITS = Limits(100_000, 50_000_000, frozenset(("/import/files",)))
EVIL = "<script>alert(1)</script>\u202egnp.\u2066x"


class Here:
    """Does in this process what another would do: half a second sooner."""

    _process = None

    def __init__(self, lib: Library) -> None:
        self.lib = lib

    def run(self, work, *args, on_report):
        def report(*told: object) -> None:
            on_report(*told)

        return work(self.lib, report, *args)

    def close(self) -> None:
        """Leave: there is nothing to end."""


class Face:
    """A browser of ours, and the app behind it."""

    def __init__(
        self, lib: Library, folder: Path, *, phone: bool = False, apart: bool = False
    ) -> None:
        self.lib = lib
        self.queue = ImportQueue(lib)
        if not apart:
            self.queue._apart = self.queue.tasks._apart = Here(lib)
        server = Server(KeptAnswers(lib), Demo(folder / "demo"), self.queue, token=TOKEN)
        self.server = server
        guard = Guard(make_app(server), hosts=frozenset(("127.0.0.1",)), token=TOKEN, limits=LIMITS)

        async def app(scope, receive, send):
            if phone:
                scope["evenstride.phone"] = "a phone"
            await guard(scope, receive, send)

        self.socket = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
        self.listening = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.listening.run, args=([self.socket],))
        self.thread.start()
        self.client = httpx.Client(
            base_url=f"http://127.0.0.1:{self.socket.getsockname()[1]}",
            headers={"X-Evenstride-Token": TOKEN},
            follow_redirects=True,
            timeout=60,
        )

    def close(self) -> None:
        self.client.close()
        self.queue.close()
        self.listening.should_exit = True
        self.thread.join()
        self.socket.close()

    def hand_in(self, *files: tuple[str, bytes], **headers: str):
        return self.client.post(
            "/import/files",
            files=[("files", file) for file in files],
            headers={"Accept": "application/json", **headers},
        )

    def settled(self) -> dict:
        """Wait until all that was handed in is done; give the answer."""
        until = time.monotonic() + 120
        while time.monotonic() < until:
            answer = self.client.get("/import?format=json").json()
            if answer["verdict"] != "importing":
                return answer
            time.sleep(0.02)
        raise AssertionError("the import does not end")

    def task_done(self) -> str:
        until = time.monotonic() + 120
        while self.queue.tasks.task().is_running:
            assert time.monotonic() < until
            time.sleep(0.02)
        return self.client.get("/library/task").text

    def spooled(self) -> list[str]:
        folder = self.lib.root / "tmp"
        return sorted(p.name for p in folder.iterdir()) if folder.exists() else []

    def left_over(self) -> list[str]:
        """What is left of what was handed in; it is put away after the answer is there."""
        until = time.monotonic() + 20
        while (left := self.spooled()) and time.monotonic() < until:
            time.sleep(0.02)
        return left


@contextmanager
def opened(folder: Path, *, phone: bool = False, apart: bool = False) -> Iterator[Face]:
    with open_library(folder / "library") as lib:
        face = Face(lib, folder, phone=phone, apart=apart)
        try:
            yield face
        finally:
            face.close()


@pytest.fixture
def face(tmp_path: Path) -> Iterator[Face]:
    with opened(tmp_path) as it:
        yield it


@pytest.fixture
def far(tmp_path: Path) -> Iterator[Face]:
    """One that really works in another process."""
    with opened(tmp_path, apart=True) as it:
        yield it


@pytest.fixture(scope="session")
def fits(year_of_files: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(year_of_files.iterdir())]


def outcomes(answer: dict) -> dict[str, int]:
    return {row["outcome"]: row["files"] for row in answer["tables"]["outcomes"] if row["files"]}


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def test_each_file_gets_its_outcome_and_runs_their_links(face, fits):
    files = [
        ("a.fit", fits[0]),
        ("folder/b.fit", fits[1]),
        ("twice.fit", fits[0]),
        ("notes.txt", b"not a run"),
        ("broken.fit", fits[2][:40]),
        ("empty.fit", b""),
        ("export.zip", zipped({"x/c.fit": fits[3], "profile.json": b"{}"})),
    ]
    response = face.hand_in(*files)
    assert (response.status_code, response.json()) == (202, {"files": 7})
    answer = face.settled()
    assert outcomes(answer) == {
        "imported": 3,
        "already_there": 1,
        "not_a_run": 2,
        "unreadable": 2,
    }
    rows = {row["file"]: row for row in answer["tables"]["files"]}
    assert {*rows} == {
        "a.fit", "folder/b.fit", "twice.fit", "notes.txt", "broken.fit", "empty.fit",
        "export.zip/x/c.fit", "export.zip/profile.json",
    }  # fmt: skip
    assert all(rows[name]["reason"] for name in ("notes.txt", "broken.fit", "empty.fit"))
    page = face.client.get("/import").text
    for row in answer["tables"]["files"]:
        if row["run_ids"]:
            assert f'href="/runs/{row["run_ids"]}"' in page
    assert len(runs(face.lib).tables["runs"]) == 3
    assert face.left_over() == []


def test_the_answer_fits_its_schema_in_every_state(face, fits):
    import jsonschema

    def check(question: str, address: str) -> str:
        answer = face.client.get(address).json()
        jsonschema.validate(answer, json.loads(schema_json(question)))
        return answer["verdict"]

    assert check("import", "/import?format=json") == "nothing_yet"
    face.hand_in(*((f"{i}.fit", data) for i, data in enumerate(fits[:20])))
    assert check("import", "/import?format=json") == "importing"
    face.settled()
    assert check("import", "/import?format=json") == "imported"
    face.client.post("/import/clear")
    face.hand_in(("0.fit", fits[0]))
    face.settled()
    assert check("import", "/import?format=json") == "nothing_new"
    face.client.post("/import/clear")
    face.hand_in(("a.txt", b"x"))
    face.settled()
    assert check("import", "/import?format=json") == "no_runs"
    assert check("library", "/library?format=json") == "shown"
    face.client.post("/library", data={"kind": "check"})
    face.task_done()
    assert check("library", "/library?format=json") == "shown"


@pytest.mark.parametrize(
    "name",
    [
        "../../evil.fit",
        "/etc/passwd.fit",
        "C:\\Windows\\evil.fit",
        EVIL + ".fit",
        "a\0b.fit",
        "x" * 4000 + ".fit",
        "..",
        "CON.fit",
        "%2e%2e%2fevil.fit",
    ],
)
def test_names_are_shown_and_never_used(face, fits, tmp_path, name):
    before = {p for p in tmp_path.rglob("*") if "library" not in p.relative_to(tmp_path).parts}
    response = face.hand_in((name, fits[0]), (name, fits[1]))
    assert response.status_code == 202
    answer = face.settled()
    assert outcomes(answer) == {"imported": 2}
    shown = answer["tables"]["files"][0]["file"]
    assert len(shown) <= 160
    assert shown.isprintable()
    for page in (face.client.get("/import").text, face.client.get("/import/progress").text):
        assert "<script>alert" not in page
        assert "\u202e" not in page
        assert "\0" not in page
    after = {p for p in tmp_path.rglob("*") if "library" not in p.relative_to(tmp_path).parts}
    assert after == before
    own = {"library.sqlite", "library.sqlite-wal", "library.sqlite-shm", "raw", "samples", "tmp"}
    assert {p.name for p in face.lib.root.iterdir()} <= own | {"fits", "copies"}


def test_an_ending_survives_the_shortening_of_a_name():
    assert shown_name("x" * 4000 + ".fit").endswith(".fit")
    assert shown_name("") == "a file without a name"


def test_three_hundred_files_at_once(far, fits):
    files = [(f"{i:03d}.fit", fits[i % len(fits)] + bytes(i // len(fits))) for i in range(300)]
    for start in range(0, 300, 40):
        assert far.hand_in(*files[start : start + 40]).status_code == 202
    answer = far.settled()
    assert sum(outcomes(answer).values()) == 300
    assert len(runs(far.lib).tables["runs"]) == len(fits)
    first = far.client.get("/import").text
    assert first.count("<tr class") == 100
    assert "1 to 100 of 300" in first
    assert "201 to 300 of 300" in far.client.get("/import?at=200").text
    assert far.left_over() == []


def test_only_what_was_chosen_is_listed(face, fits):
    face.hand_in(("new.fit", fits[0]), ("bad.fit", b"rubbish"))
    face.settled()
    assert "bad.fit" not in face.client.get("/import?show=imported").text
    assert "new.fit" not in face.client.get("/import?show=unreadable").text
    assert "None." in face.client.get("/import?show=already_there").text


def test_the_page_asks_again_only_while_something_goes_on(face, fits):
    assert "every 700ms" not in face.client.get("/import").text
    face.hand_in(*((f"{i}.fit", data) for i, data in enumerate(fits[:20])))
    assert "every 700ms" in face.client.get("/import/progress").text
    face.settled()
    assert "every 700ms" not in face.client.get("/import/progress").text


def test_without_scripts_the_form_goes_back_to_the_page(face, fits):
    del face.client.headers["X-Evenstride-Token"]
    response = face.client.post(
        f"/import/files?token={TOKEN}",
        files=[("files", ("a.fit", fits[0])), ("files", ("", b""))],
        data={"other": "field"},
        follow_redirects=False,
    )
    assert (response.status_code, response.headers["location"]) == (303, "/import#progress")
    assert outcomes(face.settled()) == {"imported": 1}


@pytest.mark.parametrize(
    "address", ["/import/files", "/import/folder", "/import/stop", "/import/clear", "/library"]
)
def test_nothing_changes_without_the_pages_token(face, address):
    face.client.headers["X-Evenstride-Token"] = "wrong"
    response = face.client.post(address, files=[("files", ("a.fit", b"x"))])
    assert response.status_code == 403
    assert face.settled()["verdict"] == "nothing_yet"
    assert face.queue.tasks.task() is None


def test_more_than_fits_is_refused_stated_or_not(face):
    def chunks() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="f"; filename="a.fit"\r\n\r\n'
        for _ in range(50):
            yield bytes(1_000_000)

    headers = {"Content-Type": "multipart/form-data; boundary=b", "Accept": "application/json"}
    with socket.create_connection(face.socket.getsockname()) as raw:
        raw.sendall(
            b"POST /import/files HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n"
            % (LIMITS.upload_bytes + 1)
        )
        assert raw.recv(100).startswith(b"HTTP/1.1 413 ")
    streamed = face.client.post("/import/files", content=chunks(), headers=headers)
    assert streamed.status_code == 413
    assert face.left_over() == []
    assert face.settled()["verdict"] == "nothing_yet"


def test_too_many_files_in_one_request_are_said_and_the_first_taken(face, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_FILES", 3)
    response = face.hand_in(*((f"{i}.txt", b"x") for i in range(5)))
    assert response.status_code == 400
    assert "3 files" in response.json()["error"]
    assert outcomes(face.settled()) == {"not_a_run": 3}
    assert face.left_over() == []


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/plain", b"hello"),
        ("multipart/form-data", b"--b--\r\n"),
        ("multipart/form-data; boundary=", b"--b--\r\n"),
        ("multipart/form-data; boundary=b", b"rubbish"),
        ("multipart/form-data; boundary=b", b""),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="f"; '
         b'filename="a.fit"\r\n\r\ncut off here'),
        ("multipart/form-data; boundary=b", b"--b\r\n" + b"X" * 100_000 + b": y\r\n\r\n"),
    ],
)  # fmt: skip
def test_what_is_no_upload_is_refused_in_a_sentence_and_leaves_nothing(face, kind, body):
    headers = {"Content-Type": kind, "Accept": "application/json"}
    response = face.client.post("/import/files", content=body, headers=headers)
    assert response.status_code == 400
    assert response.json()["error"].endswith(".")
    assert face.left_over() == []


def test_bytes_arrive_whatever_pieces_they_come_in(face, fits):
    body = (
        b'--b\r\nContent-Disposition: form-data; name="f"; filename="a;b \xc3\xa9.fit"\r\n'
        b"Content-Type: application/octet-stream\r\n\r\n" + fits[0] + b"\r\n--b--\r\n"
    )
    taken: list[HandedIn] = []
    for size in (1, 7, 4096, len(body)):
        intake = Intake("multipart/form-data; boundary=b", face.lib, taken.append)
        for start in range(0, len(body), size):
            intake.feed(body[start : start + size])
        assert intake.finish() == 1
    for item in taken:
        assert item.name == "a;b é.fit"
        assert item.size_bytes == len(fits[0])
        assert item.path.read_bytes() == fits[0]


def test_a_bomb_is_refused_and_the_rest_imported(face, fits, monkeypatch):
    monkeypatch.setattr(containers, "ALLOWANCE_BYTES", 2**20)
    bomb = zipped({"a.fit": bytes(30 * 2**20)})
    assert len(bomb) < 2**16
    face.hand_in(("bomb.zip", bomb), ("good.fit", fits[0]))
    answer = face.settled()
    assert outcomes(answer) == {"imported": 1, "unreadable": 1}


def test_an_archive_of_too_many_members_is_refused(tmp_path, fits, monkeypatch):
    path = tmp_path / "many.zip"
    path.write_bytes(zipped({f"{i:03d}.fit": fits[0] for i in range(12)}))
    monkeypatch.setattr(containers, "MAX_MEMBERS", 10)
    found = list(containers.walk([path]))
    assert [f.refusal is None for f in found] == [True] * 10 + [False]
    assert "more files" in found[-1].refusal.sentence
    monkeypatch.setattr(containers, "MAX_CONTENTS_BYTES", 100)
    (one,) = containers.walk([path])
    assert "more files" in one.refusal.sentence
    assert containers.count([path]) == 1


def test_a_full_disk_is_said_and_the_app_goes_on(face, fits, monkeypatch):
    def full(*_args: object, **_options: object) -> None:
        raise StorageError("The library's disk has 0.0 GB left.")

    with monkeypatch.context() as patch:
        patch.setattr(uploads, "require_room", full)
        response = face.hand_in(("a.fit", fits[0]))
        assert response.status_code == 507
        assert response.json() == {"error": "The library's disk has 0.0 GB left."}
    with monkeypatch.context() as patch:
        patch.setattr(face.queue._apart, "run", full)
        face.hand_in(("a.fit", fits[0]))
        answer = face.settled()
    assert answer["verdict"] == "unfinished"
    assert outcomes(answer) == {"failed": 1}
    page = face.client.get("/import").text
    assert "0.0 GB left" in page
    assert "Hand the rest in again" in page
    face.hand_in(("a.fit", fits[0]))
    assert face.settled()["verdict"] == "imported"
    assert face.left_over() == []


def test_when_the_other_process_dies_the_files_are_said_to_have_failed(far, fits):
    far.hand_in(*((f"{i}.fit", data) for i, data in enumerate(fits)))
    until = time.monotonic() + 60
    while far.queue._apart._process is None:
        assert time.monotonic() < until
        time.sleep(0.005)
    far.queue._apart._process.kill()
    answer = far.settled()
    assert answer["verdict"] == "unfinished"
    assert outcomes(answer)["failed"] > 0
    assert far.left_over() == []
    far.hand_in(*((f"{i}.fit", data) for i, data in enumerate(fits)))
    assert far.settled()["verdict"] in ("imported", "nothing_new")
    assert len(runs(far.lib).tables["runs"]) == len(fits)
    assert check_library(far.lib).verdict == "clean"


def test_an_import_can_be_stopped(far, fits):
    far.hand_in(*((f"{i}.fit", data) for i, data in enumerate(fits)))
    response = far.client.post("/import/stop", follow_redirects=False)
    assert response.status_code == 303
    answer = far.settled()
    assert sum(outcomes(answer).values()) == len(fits)
    assert outcomes(answer)["failed"] > 0
    assert far.left_over() == []
    assert check_library(far.lib).verdict == "clean"
    far.hand_in(("0.fit", fits[0]))
    assert far.settled()["verdict"] in ("imported", "nothing_new")


def test_a_folder_of_this_computer_by_its_path(face, year_of_files, tmp_path):
    response = face.client.post(
        "/import/folder", data={"path": f"  {year_of_files} "}, follow_redirects=False
    )
    assert response.status_code == 303
    answer = face.settled()
    assert outcomes(answer) == {"imported": 60}
    assert answer["tables"]["files"][0]["file"] == f"{year_of_files.name}/000.fit"
    assert len(list(year_of_files.iterdir())) == 60
    (tmp_path / "nothing").mkdir()
    face.client.post("/import/clear")
    face.client.post("/import/folder", data={"path": str(tmp_path / "nothing")})
    answer = face.settled()
    assert answer["verdict"] == "no_runs"
    assert "no watch files" in answer["tables"]["files"][0]["reason"]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/nowhere/at/all", "There is no file or folder"),
        ("", "Name a folder"),
        ("relative", "from the top"),
        ("/", "the whole disk"),
        ("/a\0b", "Name a folder"),
        ("~nobody-of-this-name/x", "no home folder"),
        ("/" + EVIL, "There is no file or folder"),
    ],
)
def test_a_path_that_is_none_is_said_beside_the_field(face, path, said):
    response = face.client.post("/import/folder", data={"path": path})
    assert response.status_code == 400
    assert said in response.text
    assert "<script>alert" not in response.text
    assert 'id="path"' in response.text


def test_a_phone_names_no_folders(tmp_path, fits, year_of_files):
    with opened(tmp_path, phone=True) as face:
        assert 'id="path"' not in face.client.get("/import").text
        library = face.client.get("/library").text
        assert 'name="folder"' not in library
        assert str(tmp_path) not in library
        posted = face.client.post("/import/folder", data={"path": str(year_of_files)})
        assert posted.status_code == 403
        for kind in ("export", "backup"):
            data = {"kind": kind, "folder": str(tmp_path / "out")}
            assert face.client.post("/library", data=data).status_code == 403
        assert not (tmp_path / "out").exists()
        assert face.hand_in(("a.fit", fits[0])).status_code == 202
        assert face.settled()["verdict"] == "imported"


def test_two_tabs_and_a_command_at_once_lose_nothing(far, fits, year_of_files):
    command = [sys.executable, "-m", "evenstride", "import", str(year_of_files)]
    other = subprocess.Popen(
        [*command, "--library", str(far.lib.root)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    said: list[int] = []

    def tab(part: list[bytes]) -> None:
        for i, data in enumerate(part):
            said.append(far.hand_in((f"{i}.fit", data)).status_code)

    tabs = [threading.Thread(target=tab, args=(fits[i::2],)) for i in range(2)]
    for one in tabs:
        one.start()
    for one in tabs:
        one.join()
    out, err = other.communicate(timeout=120)
    assert other.returncode == 0, (out, err)
    assert said == [202] * 60
    answer = far.settled()
    assert sum(outcomes(answer).values()) == 60
    assert "failed" not in outcomes(answer)
    assert len(runs(far.lib).tables["runs"]) == 60
    assert check_library(far.lib).verdict == "clean"


def test_memory_is_bounded_by_the_last_rows_and_counts_are_of_all(face, monkeypatch):
    from collections import deque

    face.queue._ledger.rows = deque(maxlen=5)
    face.hand_in(*((f"{i}.txt", b"x") for i in range(12)))
    answer = face.settled()
    assert outcomes(answer) == {"not_a_run": 12}
    assert len(answer["tables"]["files"]) == 5
    assert answer["caveats"] == ["Only the last 5 files are listed."]


def test_too_many_waiting_are_refused(face, monkeypatch):
    from evenstride.web import imports

    monkeypatch.setattr(imports, "_MOST_WAITING", 0)
    response = face.hand_in(("a.fit", b"x"))
    assert response.status_code == 400
    assert face.left_over() == []


def test_the_library_page_says_how_much_there_is(face, fits):
    assert face.client.get("/library").status_code == 200
    face.hand_in(("a.fit", fits[0]), ("b.fit", fits[1]))
    face.settled()
    health = face.client.get("/library?format=json").json()["tables"]["health"]
    held = {row["name"]: row["value"] for row in health}
    assert (held["runs"], held["recordings"], held["files"]) == (2, 2, 2)
    assert held["raw_bytes"] == len(fits[0]) + len(fits[1])
    assert held["samples_bytes"] > 0
    assert held["database_bytes"] > 0
    assert held["last_import_utc"].endswith("+00:00")
    assert held["check"] is None
    page = face.client.get("/library").text
    assert size_words(held["raw_bytes"]) in page


def test_a_check_says_what_it_found(face, fits):
    face.hand_in(("a.fit", fits[0]))
    face.settled()
    face.client.post("/library", data={"kind": "check"})
    assert "is sound" in face.task_done()
    assert "is sound" in face.client.get("/library").text
    (raw,) = face.lib.root.glob("raw/*/*.fit")
    raw.write_bytes(b"damaged")
    face.client.post("/library", data={"kind": "check"})
    assert "Something is wrong" in face.task_done()
    answer = face.client.get("/library?format=json").json()
    assert answer["verdict"] == "damaged"
    assert answer["tables"]["findings"]
    face.client.post("/library", data={"kind": "rebuild"})
    assert "missing or damaged" in face.task_done()


def test_export_backup_and_rebuild_from_the_page(face, fits, tmp_path):
    face.hand_in(("a.fit", fits[0]))
    face.settled()
    for kind in ("export", "backup"):
        data = {"kind": kind, "folder": str(tmp_path / kind)}
        assert face.client.post("/library", data=data, follow_redirects=False).status_code == 303
        assert "Done" in face.task_done()
        again = face.client.post("/library", data=data)
        assert again.status_code == 200
        assert "exists already" in face.task_done()
    assert (tmp_path / "export" / "runs.csv").is_file()
    with open_library(tmp_path / "backup", create=False) as copy:
        assert len(runs(copy).tables["runs"]) == 1
    face.client.post("/library", data={"kind": "rebuild"})
    assert "Rebuilt 1 recording" in face.task_done()


def test_work_on_the_library_is_done_in_another_process(far, fits):
    far.client.post("/library", data={"kind": "check"})
    assert "is sound" in far.task_done()


@pytest.mark.parametrize(
    ("folder", "said"),
    [
        ("", "Name a folder"),
        ("relative", "from the top"),
        ("/nowhere/evenstride/out", "There is no folder /nowhere/evenstride to put it in"),
        (EVIL, "from the top"),
    ],
)
def test_a_folder_that_cannot_be_is_said_on_the_page(face, folder, said):
    response = face.client.post("/library", data={"kind": "export", "folder": folder})
    assert response.status_code == 400
    assert said in response.text
    assert "<script>alert" not in response.text
    assert face.queue.tasks.task() is None


def test_one_thing_at_a_time(face, monkeypatch):
    hold = threading.Event()

    def run(*_args: object, **_options: object) -> None:
        hold.wait(60)
        raise EvenstrideError("It was <b>not</b> to be.")

    monkeypatch.setattr(face.queue.tasks._apart, "run", run)
    face.client.post("/library", data={"kind": "check"})
    assert "every 700ms" in face.client.get("/library").text
    second = face.client.post("/library", data={"kind": "rebuild"})
    assert second.status_code == 400
    assert "One thing at a time" in second.text
    hold.set()
    part = face.task_done()
    assert "It was &lt;b&gt;not&lt;/b&gt; to be." in part
    assert "every 700ms" not in part


def test_everything_can_be_downloaded_as_one_zip(face, fits):
    assert face.client.get("/library/export.zip").status_code == 404
    face.hand_in(("a.fit", fits[0]))
    face.settled()
    face.client.post("/library", data={"kind": "zip"})
    assert "/library/export.zip" in face.task_done()
    response = face.client.get("/library/export.zip")
    assert response.headers["content-type"] == "application/zip"
    assert "evenstride-" in response.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        (raw,) = (n for n in names if n.startswith("evenstride-export/raw/"))
        assert archive.read(raw) == fits[0]
        assert "evenstride-export/runs.csv" in names
    face.client.post("/library", data={"kind": "zip"})
    face.task_done()
    assert len(face.spooled()) == 1, "the one made before is gone"
    face.queue.tasks.close()
    assert face.left_over() == []


def test_in_the_demo_nothing_is_imported_or_done(face, fits, tmp_path):
    with open_library(tmp_path / "demo-library") as demo:
        face.server.demo.kept = KeptAnswers(demo)
        face.client.cookies.set("evenstride-demo", "1")
        assert face.hand_in(("a.fit", fits[0])).status_code == 400
        page = face.client.get("/import").text
        assert "simulated runner" in page
        assert 'id="hand-in"' not in page
        assert face.client.post("/library", data={"kind": "rebuild"}).status_code == 400
        assert face.client.get("/library").status_code == 200
        assert face.lib.runs(measures=()).is_empty()


def test_a_queue_refuses_a_path_that_is_gone_but_not_its_neighbours(face, fits, tmp_path):
    first, second = tmp_path / "a.fit", tmp_path / "b.fit"
    first.write_bytes(fits[0])
    second.write_bytes(fits[1])
    with face.queue._lock:  # so that both are one batch
        face.queue.hand_in(HandedIn("a.fit", first))
        face.queue.hand_in(HandedIn("b.fit", second))
        first.unlink()
    answer = face.settled()
    assert outcomes(answer) == {"imported": 1, "unreadable": 1}


def test_typed_paths_are_misuse_said_in_one_sentence(face):
    with pytest.raises(InputError):
        face.queue.hand_in_folder("nowhere")
