"""What pages are shipped with: unchanged, licensed, asking for nothing, and nothing unused."""

from __future__ import annotations

import hashlib
import re
from importlib.resources import files
from pathlib import Path

import pytest

from evenstride.render.palette import stylesheet

ASSETS = Path(str(files("evenstride.render"))) / "assets"
PACKAGE = ASSETS.parents[1]
VENDORED = {
    "vega.min.js": "8f6a3587cf8d4f42c7e08120e3eb05d067e746d554e39d2dcf52acc0bd5ba28f",
    "vega-lite.min.js": "843d20762ca6e52ff5ceab7a3296219272a9c0b5364402d6814f3c7738f4be5e",
    "vega-interpreter.js": "b8ceaca82e36d9a94a6be65e612c0a4100852ec6e63e654a9f318ea0ba6688da",
    "htmx.min.js": "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717",
    "pico.min.css": "fbc9a63fc9fc9f72d12fd7fc9806e11fa9f77ae4f9cad146b27003a1119ba3db",
    "fonts/Inter-Regular.ttf": "0b7e15b1d3e802239f98fdfcf20a95a6ed5f3661eb53a31b9060a684c6b9bb89",
    "fonts/Inter-SemiBold.ttf": "41afdbb53c9166d06bb49c08c50aaaf3eaece116c2941ca2265c23486f3b9d33",
    "fonts/inter-latin-ext-wght-normal.woff2": (
        "34b9c504cab7a73e37b746343a449132e56cf7b5481af2cb81dc74dcff25c956"
    ),
    "fonts/inter-latin-wght-normal.woff2": (
        "3100e775e8616cd2611beecfa23a4263d7037586789b43f035236a2e6fbd4c62"
    ),
}


@pytest.mark.parametrize("name", VENDORED)
def test_what_was_not_written_here_is_as_it_came_and_is_listed(name: str) -> None:
    assert hashlib.sha256((ASSETS / name).read_bytes()).hexdigest() == VENDORED[name]
    assert f"`{name}`" in (ASSETS / "VENDORED.md").read_text("utf-8")


def test_every_listed_file_is_held() -> None:
    table = re.findall(r"^\| (.+?) \|", (ASSETS / "VENDORED.md").read_text("utf-8"), re.MULTILINE)
    listed = {name for cell in table for name in re.findall(r"`([^`]+\.\w+)`", cell)}
    assert listed == set(VENDORED)


def test_every_package_s_licence_is_shipped() -> None:
    text = (ASSETS / "LICENSES.txt").read_text("utf-8")
    parts = re.split(r"^=== (.+) ===$", text, flags=re.MULTILINE)[1:]
    licences = dict(zip(parts[::2], parts[1::2], strict=True))
    for package in ("vega", "vega-lite", "vega-interpreter"):
        assert "Redistributions in binary form" in licences[package]
    assert "Permission to use, copy, modify" in licences["htmx.org"]
    assert "Permission is hereby granted" in licences["@picocss/pico"]
    assert "SIL OPEN FONT LICENSE" in (ASSETS / "fonts" / "OFL.txt").read_text("utf-8").upper()


@pytest.mark.parametrize("name", [p.name for p in ASSETS.iterdir() if p.suffix in {".js", ".css"}])
def test_nothing_shipped_asks_for_more(name: str) -> None:
    text = (ASSETS / name).read_text("utf-8")
    assert "sourceMappingURL" not in text
    assert "@import" not in text
    for address in re.findall(r"url\(([^)]+)\)", text) if name.endswith(".css") else ():
        where = address.strip("\"'")
        assert where.startswith("data:") or (ASSETS / where).is_file(), where


def test_no_rule_of_the_stylesheet_is_for_nothing() -> None:
    text = re.sub(r"/\*.*?\*/", "", stylesheet(), flags=re.DOTALL)
    selectors = " ".join(re.findall(r"([^{}]+)\{", text))
    classes = set(re.findall(r"\.([a-zA-Z][\w-]*)", selectors))
    assert len(classes) > 60
    users = [*PACKAGE.rglob("*.html"), *PACKAGE.rglob("*.py")]
    users += [p for p in ASSETS.glob("*.js") if p.name not in VENDORED]
    said = "\n".join(p.read_text("utf-8") for p in users)
    words = set(re.findall(r"[a-zA-Z][\w-]*", said))
    assert classes - words == set()


def test_no_token_is_for_nothing_and_none_is_missing() -> None:
    text = re.sub(r"/\*.*?\*/", "", stylesheet(), flags=re.DOTALL)
    own = set(re.findall(r"^\s+--(?!pico-)([\w-]+):", text, re.MULTILINE))
    users = [p.read_text("utf-8") for p in (*PACKAGE.rglob("*.html"), *PACKAGE.rglob("*.py"))]
    users += [p.read_text("utf-8") for p in (*PACKAGE.rglob("*.css"), *ASSETS.glob("*.js"))]
    used = set(re.findall(r"var\(--([\w-]+)", "\n".join(users)))
    built = {f"side-{n}" for n in range(1, 10)}  # render/vega_track.py counts them
    assert own - used - built == set()
    assert set(re.findall(r"var\(--(?!pico-)([\w-]+)", text)) <= own
