"""Decides which phones may come in: one-time codes, sessions, and the lock against guessing.

A code of eight letters stands in the terminal only. Whoever types it gets a session of thirty days
for that phone; of its secret, only the hash is kept. Five wrong codes, from wherever and whenever
they come, and nobody is let in any more until the program is started again: five guesses at
30**8 codes find one in 1.3e11 starts. Phones that are in stay in.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from evenstride.domain.errors import LibraryError
from evenstride.domain.wording import printable

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from starlette.types import Scope

    from evenstride.answers import Library

COOKIE = "__Host-evenstride"
SESSION = timedelta(days=30)
CODE_VALID = timedelta(minutes=10)
MOST_WRONG = 5
NAME_LETTERS = 60
SCOPE_KEY = "evenstride.phone"

_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # without 0 and O, 1, I and L; V, but not U
_CODE_LETTERS = 8
_CODE_HALF = _CODE_LETTERS // 2


class Outcome(Enum):
    """What became of a code that was typed."""

    PAIRED = "paired"
    EMPTY = "empty"
    WRONG = "wrong"
    OVER = "over"
    LOCKED = "locked"


def utc_now() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)


def code_words(code: str) -> str:
    """Write a code as it is read aloud, in two groups."""
    return f"{code[:_CODE_HALF]}-{code[_CODE_HALF:]}"


@dataclass(slots=True)
class PairingCode:
    """The code that lets the next phone in; each is good once and for ten minutes.

    Attributes
    ----------
    clock
        Tells the time (aware, UTC).
    on_new
        Called with each code when it begins to hold.
    on_locked
        Called when no code will hold any more.
    """

    clock: Callable[[], datetime]
    on_new: Callable[[str], None]
    on_locked: Callable[[], None] = lambda: None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _code: str = ""
    _last: str = ""
    _until: datetime | None = None
    _wrong: int = 0

    @property
    def locked(self) -> bool:
        """Whether five wrong codes have been tried since the program was started."""
        return self._wrong >= MOST_WRONG

    @property
    def tries_left(self) -> int:
        """How many wrong codes may still be tried."""
        return max(0, MOST_WRONG - self._wrong)

    def renew(self) -> None:
        """Replace the code where there is none yet, or its time is over."""
        with self._lock:
            if not self.locked and not self._holds():
                self._replace()

    def attempt(self, typed: str) -> Outcome:
        """Try a code. The right one is used up by this, before anybody else can try it too."""
        tried = re.sub(r"[^0-9A-Z]", "", typed[:100].upper()).encode()
        with self._lock:
            if self.locked:
                return Outcome.LOCKED
            if not tried:
                return Outcome.EMPTY
            if hmac.compare_digest(tried, self._code.encode()):
                holds = self._holds()
                self._replace()
                return Outcome.PAIRED if holds else Outcome.OVER
            if hmac.compare_digest(tried, self._last.encode()):
                return Outcome.OVER
            self._wrong += 1
            if self.locked:
                self._code = self._last = ""
                self.on_locked()
                return Outcome.LOCKED
            return Outcome.WRONG

    def _holds(self) -> bool:
        return self._until is not None and self.clock() < self._until

    def _replace(self) -> None:
        self._last = self._code
        self._code = "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LETTERS))
        self._until = self.clock() + CODE_VALID
        self.on_new(self._code)


@dataclass(frozen=True, slots=True)
class Phones:
    """The phones of one library: who is in, who comes in, who has to leave.

    Attributes
    ----------
    library
        Where sessions are kept, by the hashes of their secrets.
    code
        What lets the next phone in; None while the app does not listen for phones.
    address
        Where phones come in, as a browser takes it; None while they cannot.
    hosts
        The names and addresses by which phones may call this computer.
    token
        What the page for pairing carries and brings back. It is another one than that of the other
        pages, which nobody may know who is not in.
    """

    library: Library
    code: PairingCode | None = None
    address: str | None = None
    hosts: frozenset[str] = frozenset()
    clock: Callable[[], datetime] = utc_now
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    def login(self, scope: Scope) -> Response | None:
        """Let a request of a paired phone pass, and note in its scope whose it is; ask others."""
        secret = HTTPConnection(scope).cookies.get(COOKIE)
        try:
            phone = self.phone_of(secret)
        except LibraryError as error:
            return PlainTextResponse(f"{error}\n", status_code=503)
        if phone is None:
            return _asked_to_pair(scope, had_one=secret is not None)
        scope[SCOPE_KEY] = phone
        return None

    def phone_of(self, secret: str | None) -> Any:  # noqa: ANN401 # the library's own type
        """Find whose secret this is; None where it is nobody's, or its time is over."""
        if not secret:
            return None
        phone = self.library.phone_of(_hash(secret))
        return phone if phone is not None and self.clock() < phone.expires_at_utc else None

    def pair(self, typed: str, name: str) -> tuple[Outcome, str | None]:
        """Try a code; give the new session's secret with the outcome when the phone is in."""
        if self.code is None:
            return Outcome.LOCKED, None
        outcome = self.code.attempt(typed)
        if outcome is not Outcome.PAIRED:
            return outcome, None
        secret = secrets.token_urlsafe(32)
        now = self.clock()
        self.library.pair_phone(
            _hash(secret),
            printable(name)[:NAME_LETTERS].strip() or "A phone",
            paired_at_utc=now,
            expires_at_utc=now + SESSION,
        )
        return outcome, secret

    def renew(self) -> None:
        """Replace the code when its time is over."""
        if self.code is not None:
            self.code.renew()

    def paired(self) -> list[Any]:
        """List the phones that may come in, the last paired first."""
        now = self.clock()
        return [phone for phone in self.library.phones() if now < phone.expires_at_utc]

    def revoke(self, phone_id: str) -> None:
        """Let a phone in no more."""
        self.library.revoke_phone(phone_id)

    def revoke_all(self) -> None:
        """Let no phone in that was paired before."""
        for phone in self.library.phones():
            self.library.revoke_phone(phone.phone_id)


def set_session(response: Response, secret: str) -> None:
    """Hand a session's secret to a phone; no script and no other site can read or use it."""
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(SESSION.total_seconds()),
        path="/",
        secure=True,
        httponly=True,
        # Strict: opening from the camera, a bookmark or the home screen is nobody's site, so the
        # session goes along; a link in another site's page leads to /pair, which leads on.
        samesite="strict",
    )


def clear_session(response: Response) -> None:
    """Take a session that is over from a phone."""
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")


def device_name(user_agent: str) -> str:
    """Name a phone after what its browser says of it."""
    if match := re.search(r"\b(iPhone|iPad|iPod)\b", user_agent):
        return match[1]
    if match := re.search(r"Android [\d.]+; (?:[a-z]{2}-[a-z]{2}; )?([^;)]{2,40})", user_agent):
        model = re.sub(r" Build/.*", "", match[1]).strip()
        return "Android phone" if model in ("K", "Mobile", "Tablet") else model
    for sign, name in (
        ("Android", "Android phone"),
        ("Macintosh", "Mac"),
        ("Windows", "Windows computer"),
        ("CrOS", "Chromebook"),
        ("Linux", "Linux computer"),
    ):
        if sign in user_agent:
            return name
    return "A phone"


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _asked_to_pair(scope: Scope, *, had_one: bool) -> Response:
    headers = HTTPConnection(scope).headers
    query = scope.get("query_string", b"")
    response: Response
    if headers.get("hx-request") == "true":
        response = Response(status_code=401, headers={"HX-Redirect": "/pair"})
    elif b"format=json" in query or "application/json" in headers.get("accept", ""):
        response = JSONResponse({"error": "Pair this phone first, at /pair."}, status_code=401)
    else:
        response = RedirectResponse("/pair", status_code=303)
    if had_one:
        clear_session(response)
    return response
