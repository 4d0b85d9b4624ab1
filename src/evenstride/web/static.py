"""Decides how stylesheets, fonts and scripts are served: by content, compressed, kept for good.

The address of an asset holds the hash of its content, so that a browser may keep it for ever and a
new version is a new address.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from starlette.responses import Response

from evenstride.render import ASSETS

if TYPE_CHECKING:
    from starlette.requests import Request

_COMPRESSED = frozenset((".css", ".js", ".svg", ".webmanifest", ".json"))
_TYPES = {
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent."""

    address: str
    content: bytes
    may_shrink: bool
    media_type: str


def asset(name: str) -> Asset | None:
    """Load an asset by its name; None where there is none."""
    # A name from outside is only ever compared: it touches no disk and leaves nothing in memory.
    return _loaded(name) if name in _names() else None


@cache
def _names() -> frozenset[str]:
    return frozenset(p.relative_to(ASSETS).as_posix() for p in ASSETS.rglob("*") if p.is_file())


@cache
def _loaded(name: str) -> Asset:
    path = ASSETS / name
    content = path.read_bytes()
    if path.suffix == ".css":  # what a stylesheet names has an address of its own too
        content = re.sub(rb'url\("?([^":)]+)"?\)', _renamed, content)
    stamp = hashlib.sha256(content).hexdigest()[:12]
    media_type = (
        _TYPES.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    )
    return Asset(f"/assets/{stamp}/{name}", content, path.suffix in _COMPRESSED, media_type)


@cache
def _compressed(name: str) -> bytes:
    found = asset(name)
    assert found is not None, f"there is no asset {name}"
    return gzip.compress(found.content, 9, mtime=0)


def _renamed(found: re.Match[bytes]) -> bytes:
    named = asset(found[1].decode())
    return found[0] if named is None else f'url("{named.address}")'.encode()


def address(name: str) -> str:
    """Give the address of an asset, for pages."""
    found = asset(name)
    assert found is not None, f"there is no asset {name}"
    return found.address


def serve(request: Request) -> Response:
    """Send an asset; one of an older version is sent as it is now, and not kept."""
    stamp, name = request.path_params["stamp"], request.path_params["name"]
    found = asset(name)
    if found is None:
        return Response("There is no such file.\n", status_code=404, media_type="text/plain")
    current = found.address.split("/")[2] == stamp
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable" if current else "no-cache",
        "Vary": "Accept-Encoding",
    }
    if found.may_shrink and "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(_compressed(name), headers=headers, media_type=found.media_type)
    return Response(found.content, headers=headers, media_type=found.media_type)
