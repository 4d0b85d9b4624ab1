"""Decides where the app listens: which sockets, and which of this computer's addresses."""

from __future__ import annotations

import errno
import ipaddress
import socket
import sys
from contextlib import suppress

from evenstride.domain.errors import InputError

LOOPBACK = "127.0.0.1"
PORT = 8650
PHONE_PORT = 8651
_BACKLOG = 128


def listen(address: str, port: int | None, *, usual: int) -> socket.socket:
    """Listen at one address of this computer, and nowhere else.

    Parameters
    ----------
    address
        A numeric address, IPv4 or IPv6.
    port
        The port that was asked for, 0 for any free one; None for the usual one, or any free one
        where that is taken.
    usual
        The port to take when none was asked for.

    Raises
    ------
    InputError
        The port is taken or reserved, or the address is none of this computer's.
    """
    try:
        return _bound(address, usual if port is None else port)
    except OSError as error:
        if port is None and error.errno in (errno.EADDRINUSE, errno.EACCES):
            return _bound(address, 0)
        said = {
            errno.EADDRINUSE: f"Port {port} is taken by another program; leave out the port for "
            "any free one.",
            errno.EACCES: f"Port {port} may only be used by the system's administrator; name one "
            "above 1023.",
            errno.EADDRNOTAVAIL: f"{address} is no address of this computer.",
        }
        reason = error.strerror or "it cannot be used"
        raise InputError(
            said.get(
                error.errno or 0, f"Cannot listen at {url('http', address, port or 0)}: {reason}."
            )
        ) from error


def _bound(address: str, port: int) -> socket.socket:
    is_v6 = ":" in address
    # With TCP named, asyncio sends each answer at once; else the last packet of each waits 40 ms.
    family = socket.AF_INET6 if is_v6 else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform == "win32":
            # There, the other option would let a second program take the port away.
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if is_v6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind((address, port))
        sock.listen(_BACKLOG)  # from here on a browser waits instead of being turned away
    except OSError:
        sock.close()
        raise
    return sock


def url(scheme: str, address: str, port: int) -> str:
    """Write an address as a browser takes it."""
    return f"{scheme}://{f'[{address}]' if ':' in address else address}:{port}"


def phone_address(asked: str | None) -> str:
    """Choose the address by which phones in the local network reach this computer.

    Parameters
    ----------
    asked
        The address that was asked for; None to find one.

    Raises
    ------
    InputError
        `asked` is no single address, or there is no network, or this computer stands in the open
        internet and nobody has named that address.
    """
    if asked is not None:
        try:
            chosen = ipaddress.ip_address(asked)
        except ValueError:
            raise InputError(f"{asked} is no address; it looks like 192.168.1.20.") from None
        if chosen.is_unspecified or chosen.is_multicast:
            raise InputError(f"{asked} is not one address; name the one that the phone can reach.")
        return str(chosen)
    found = local_addresses()
    if not found:
        raise InputError("This computer is in no network that a phone could be in.")
    private = [one for one in found if ipaddress.ip_address(one).is_private]
    if not private:
        raise InputError(
            f"{found[0]}, the address of this computer, can be reached from the whole internet; "
            f"if that is what you want, say --address {found[0]}."
        )
    return private[0]


def local_addresses() -> list[str]:
    """Find this computer's IPv4 addresses in networks, the one it reaches others by first.

    Nothing is sent: connecting a datagram socket only asks the system which way it would go.
    """
    found: list[str] = []
    for towards in ("198.51.100.1", "192.168.0.1", "192.168.1.1", "10.0.0.1", "172.16.0.1"):
        with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.connect((towards, 9))
            found.append(str(sock.getsockname()[0]))
    with suppress(OSError):
        found += [
            str(i[4][0]) for i in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
        ]
    usable = (one for one in found if not ipaddress.ip_address(one).is_loopback)
    return [one for one in dict.fromkeys(usable) if not ipaddress.ip_address(one).is_unspecified]


def host_names() -> tuple[str, ...]:
    """Name this computer as a local network may call it."""
    name = socket.gethostname().partition(".")[0].lower()
    if not name.isascii() or not name.replace("-", "").isalnum() or name == "localhost":
        return ()
    return (name, f"{name}.local")
