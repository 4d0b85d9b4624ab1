"""What the terminal shows so that a phone can be let in: a picture, a code, a fingerprint."""

from __future__ import annotations

import os
import sys
import textwrap
from typing import TYPE_CHECKING

import segno
from platformdirs import user_config_path

from evenstride.web import listening, phone
from evenstride.web.certificate import local_certificate
from evenstride.web.serve import PhoneListener

if TYPE_CHECKING:
    from evenstride.answers import Library

_QUIET_MODULES = 2  # the standard says 4; phones read 2, and the picture stays within 80 columns
_BLACK_ON_WHITE = "\x1b[38;5;16;48;5;231m"
_PLAIN = "\x1b[0m"


def listen_for_phones(lib: Library, port: int | None, address: str | None) -> PhoneListener:
    """Listen where phones can reach this computer, with a code for the first of them.

    Parameters
    ----------
    lib
        Where sessions are kept.
    port, address
        What was asked for; None for the usual.

    Raises
    ------
    InputError
        There is no network, or the port or address cannot be had.
    StorageError
        The certificate cannot be kept.
    """
    own = listening.phone_address(address)
    names = listening.host_names()
    certificate = local_certificate(
        user_config_path("evenstride", appauthor=False),
        addresses=(own,),
        names=names,
        now=phone.utc_now(),
    )
    sock = listening.listen(own, port, usual=listening.PHONE_PORT)
    at = listening.url("https", own, sock.getsockname()[1])
    others = [one for one in listening.local_addresses() if one != own] if not address else []
    _say(_introduction(at, certificate.fingerprint, others))
    code = phone.PairingCode(
        clock=phone.utc_now,
        on_new=lambda new: _say(_invitation(at, new)),
        on_locked=lambda: _say(
            "Five wrong codes were tried: no further phone is let in until you start this again. "
            "Phones that are in stay in."
        ),
    )
    hosts = frozenset((own, *names))
    phones = phone.Phones(lib, code=code, address=at, hosts=hosts)
    return PhoneListener(sock, phones, certificate.pem)


def _introduction(at: str, fingerprint: str, others: list[str]) -> str:
    wrapped = textwrap.fill(
        f"Phones in your network can come in at {at} now. Each needs a code, once. "
        "A phone will warn that it does not know this computer, since this computer made its "
        "certificate itself. Go on if the certificate has this SHA-256 fingerprint:",
        79,
        break_on_hyphens=False,
    )
    half = len(fingerprint) // 2 + 1
    lines = [wrapped, "", f"  {fingerprint[:half]}", f"  {fingerprint[half:]}"]
    if others:
        lines += ["", f"Not that network? Start with --address {' or '.join(others)}."]
    return "\n".join(lines) + "\n"


def _invitation(at: str, code: str) -> str:
    colours = sys.stderr.isatty() and "NO_COLOR" not in os.environ
    picture = qr_picture(f"{at}/pair#{code}", colours=colours)
    return (
        f"{picture}\n"
        f"Scan this with the phone's camera, or open {at}/pair\n"
        f"and type the code:  {phone.code_words(code)}  (for one phone, within 10 minutes)\n"
    )


def qr_picture(text: str, *, colours: bool) -> str:
    """Draw a QR code in lines of half blocks, two rows of modules to a line.

    With `colours`, black on white whatever the terminal's own; else in the terminal's own, light
    modules drawn, as is right on a dark terminal (phones read the reverse too).
    """
    border = _QUIET_MODULES
    rows = [
        list(map(bool, row))
        for row in segno.make(text, error="m", micro=False).matrix_iter(border=border)
    ]
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    signs = " ▄▀█" if colours else "█▀▄ "
    lines = (
        "".join(signs[2 * above + below] for above, below in zip(*pair, strict=True))
        for pair in zip(rows[::2], rows[1::2], strict=True)
    )
    return "\n".join(
        f"  {_BLACK_ON_WHITE}{line}{_PLAIN}" if colours else f"  {line}" for line in lines
    )


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201
