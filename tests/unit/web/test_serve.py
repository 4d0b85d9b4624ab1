"""`evenstride serve` as a process: where it listens, what it says, how it starts and ends."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from evenstride.domain.errors import InputError
from evenstride.web import listening

PROGRAM = (sys.executable, "-c", "from evenstride.cli import main; main()", "serve")
on_linux = pytest.mark.skipif(
    not Path("/proc/net/tcp").exists(), reason="which sockets a process has is read from /proc"
)


class Served:
    """A running `evenstride serve` and what it says."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.first_line = process.stdout.readline()

    def _read(self) -> None:
        for line in self.process.stderr:
            self.said += line

    @property
    def home(self) -> str:
        return self.first_line.strip()

    def until(self, pattern: str) -> re.Match[str]:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            if found := re.search(pattern, self.said):
                return found
            time.sleep(0.02)
        raise AssertionError(f"never said {pattern}: {self.said}")

    def end(self, how: int = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        code = self.process.wait(20)
        self._reader.join(5)
        return code


@pytest.fixture
def served(tmp_path):
    running = []

    @contextmanager
    def start(*words, library=tmp_path / "library"):
        environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path / "config"), "COLUMNS": "80"}
        environment.pop("DISPLAY", None)
        process = subprocess.Popen(
            [*PROGRAM, "--library", str(library), *map(str, words)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        running.append(process)
        yield Served(process)

    yield start
    for process in running:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


def family_of(pid: int) -> set[int]:
    """A process, its children and theirs."""
    pids = {pid}
    for _ in range(3):
        for entry in Path("/proc").glob("[0-9]*/stat"):
            with suppress(FileNotFoundError, ProcessLookupError):
                if int(entry.read_text().rpartition(")")[2].split()[1]) in pids:
                    pids.add(int(entry.parent.name))
    return pids


def sockets_of(pid: int) -> set[str]:
    found = set()
    for link in Path(f"/proc/{pid}/fd").glob("*"):
        with suppress(FileNotFoundError):
            found |= set(re.findall(r"socket:\[(\d+)\]", str(link.readlink())))
    return found


def listens_at(pid: int) -> set[tuple[str, int]]:
    """The addresses that a process and its children listen at, by /proc."""
    inodes = set().union(*map(sockets_of, family_of(pid)))
    found = set()
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[9] in inodes and (fields[3] == "0A" or table.startswith("udp")):
                address, port = fields[1].split(":")
                words = [bytes.fromhex(address[i : i + 8]) for i in range(0, len(address), 8)]
                raw = b"".join(word[::-1] for word in words)  # each as this machine holds it
                family = socket.AF_INET if len(raw) == 4 else socket.AF_INET6
                found.add((socket.inet_ntop(family, raw), int(port, 16)))
    return found


def port_of(url: str) -> int:
    return httpx.URL(url).port


@on_linux
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_listens_at_loopback_only_and_ends_at_once(served, how):
    with served("--port", 0) as server:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\n", server.first_line)
        page = httpx.get(server.home)
        assert page.status_code == 200
        assert "server" not in page.headers
        assert listens_at(server.process.pid) == {("127.0.0.1", port_of(server.home))}
        with httpx.Client() as kept_alive:  # a browser keeps its connections
            kept_alive.get(server.home)
            began = time.monotonic()
            assert server.end(how) == 0
            assert time.monotonic() - began < 5
        assert server.process.stdout.read() == ""
        assert server.said == "Press Ctrl-C here to stop.\n"


@on_linux
def test_for_phones_it_listens_at_the_one_address_more(served):
    with served("--port", 0, "--phone", "--phone-port", 0, "--address", "127.0.0.2") as server:
        at = server.until(r"https://127\.0\.0\.2:(\d+)/pair\nand type the code:")
        assert listens_at(server.process.pid) == {
            ("127.0.0.1", port_of(server.home)),
            ("127.0.0.2", int(at[1])),
        }
        assert server.end() == 0


def test_from_the_terminal_to_the_phone_and_back_out(served, tmp_path):
    words = ("--port", 0, "--phone", "--phone-port", 0, "--address", "127.0.0.1")
    pairing = r"open (https://\S+)/pair\nand type the code:  (\w{4}-\w{4})  \(for one phone"
    with served(*words) as server:
        url, code = server.until(pairing).groups()
        (pem,) = (tmp_path / "config").rglob("*.pem")
        certificate = ssl.PEM_cert_to_DER_cert(
            "-----BEGIN" + pem.read_text().rpartition("-----BEGIN")[2]
        )
        fingerprint = hashlib.sha256(certificate).digest().hex(":").upper()
        assert fingerprint in re.sub(r":\s+", ":", server.said)
        context = ssl.create_default_context(cafile=str(pem))
        with httpx.Client(verify=context, base_url=url) as phone:
            token = re.search(r'name="token" value="([^"]+)"', phone.get("/pair").text)[1]
            said = phone.post("/pair", data={"token": token, "code": code, "name": "Mine"})
            assert (said.status_code, said.headers["location"]) == (303, "/")
            assert phone.get("/").status_code == 200
            server.until(rf"(?s){code}.*type the code:  (?!{code})")
            own = httpx.get(server.home + "settings").text
            assert "Mine" in own
        assert max(map(len, server.said.splitlines())) <= 80
        assert server.end() == 0
        assert "Traceback" not in server.said
        session = dict(phone.cookies)

    with served(*words) as server:  # the session holds after a new start
        url = server.until(pairing)[1]
        with httpx.Client(verify=context, base_url=url, cookies=session) as phone:
            assert phone.get("/settings").status_code == 200
            forget = subprocess.run(
                [*PROGRAM, "--library", str(tmp_path / "library"), "--forget-phones"],
                capture_output=True,
                text=True,
                check=True,
            )
            assert forget.stdout == "1 phone forgotten.\n"
            assert phone.get("/runs").headers["location"] == "/pair"


WORKING = """
import threading, time
from evenstride.web import serve

class Library:
    def close(self):
        print("closed")

threading.Thread(target=time.sleep, args=(60,)).start()
serve.leave(Library())
"""


def test_it_does_not_wait_for_a_thread_at_work():
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", WORKING], check=True, capture_output=True, text=True, timeout=50
    )
    assert time.monotonic() - began < 20
    assert (done.stdout, done.stderr) == ("closed\n", "")


def test_a_port_that_was_asked_for_and_is_taken_is_one_sentence(served):
    with listening.listen("127.0.0.1", 0, usual=0) as taken:
        port = taken.getsockname()[1]
        with served("--port", port) as server:
            assert server.process.wait(30) == 1
            server._reader.join(5)
            assert server.first_line == ""
            assert server.said == (
                f"evenstride: Port {port} is taken by another program; leave out the port for "
                "any free one.\n"
            )


def test_the_usual_port_where_it_is_free_else_another():
    with listening.listen("127.0.0.1", 0, usual=0) as first:
        usual = first.getsockname()[1]
        with listening.listen("127.0.0.1", None, usual=usual) as second:
            assert second.getsockname()[1] not in (0, usual)
        with pytest.raises(InputError, match="taken"):
            listening.listen("127.0.0.1", usual, usual=0)
    with listening.listen("127.0.0.1", None, usual=usual) as third:
        assert third.getsockname()[1] == usual


def test_an_address_of_another_computer_is_one_sentence():
    with pytest.raises(InputError, match="no address of this computer"):
        listening.listen("203.0.113.9", 0, usual=0)


def test_answers_are_sent_at_once():
    """Asyncio turns Nagle's algorithm off only where the protocol is named: 40 ms an answer."""
    with listening.listen("127.0.0.1", 0, usual=0) as sock:
        assert sock.proto == socket.IPPROTO_TCP


@pytest.mark.parametrize(
    "words",
    [
        ("--address", "127.0.0.1"),
        ("--phone-port", "1"),
        ("--port", "70000"),
        ("--phone", "--forget-phones"),
    ],
)
def test_words_that_do_not_go_together_are_exit_2(words):
    done = subprocess.run(
        [*PROGRAM, *words], check=False, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


def test_a_library_that_cannot_be_opened_is_one_sentence(tmp_path):
    (tmp_path / "file").touch()
    done = subprocess.run(
        [*PROGRAM, "--library", str(tmp_path / "file")],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_told_to_end_before_it_listens_it_ends_without_a_word(tmp_path):
    for after_s in (0.15, 0.4):
        process = subprocess.Popen(
            [*PROGRAM, "--port", "0", "--library", str(tmp_path / "l")],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        time.sleep(after_s)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=20)
        # Before Python itself is up, nobody can catch it.
        assert process.returncode in (0, -signal.SIGTERM)
        assert "Traceback" not in err


def test_half_a_request_holds_up_nobody(served):
    with served("--port", 0) as server:
        port = port_of(server.home)
        with socket.create_connection(("127.0.0.1", port)) as slow:
            slow.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
            assert httpx.get(server.home).status_code == 200
            began = time.monotonic()
            assert server.end() == 0
            assert time.monotonic() - began < 5


def test_what_is_no_http_is_answered_quietly(served):
    with served("--port", 0) as server:
        with socket.create_connection(("127.0.0.1", port_of(server.home))) as sock:
            sock.sendall(b"\x16\x03\x01\x02\x00\x01\x00garbage\r\n\r\n")
            sock.recv(1000)
        assert httpx.get(server.home).status_code == 200
        assert server.end() == 0
        assert server.said == "Press Ctrl-C here to stop.\n"
