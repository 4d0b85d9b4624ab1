"""Which colours there are: read out of the stylesheet, the single place that says them."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Theme = Literal["light", "dark", "print"]
Sides = Literal["orange_blue", "vermilion_navy"]

_TOKEN = re.compile(r"--([\w-]+):\s*(#[0-9a-fA-F]{6})\s*;")
_USE = re.compile(r"var\(--([\w-]+)\)")


def stylesheet() -> str:
    """Return the text of the stylesheet."""
    return (files("evenstride.render") / "assets" / "evenstride.css").read_text("utf-8")


@cache
def palette(theme: Theme = "light", sides: Sides = "orange_blue") -> Mapping[str, str]:
    """Return every colour token of a theme, its name without dashes to `#rrggbb`.

    `print` is the light theme with the sides' colours dark enough to be told from each other, and
    from the paper, on a printer without colour.
    """
    found = _block(f':root[data-theme="{"dark" if theme == "dark" else "light"}"]')
    if sides == "vermilion_navy":
        where = ':root[data-theme="dark"]' if theme == "dark" else ":root"
        found |= _block(f'{where}[data-sides="vermilion_navy"]')
    if theme == "print":
        found |= _block(".on-paper")
    return found


def _block(selector: str) -> dict[str, str]:
    """Read the tokens of the first rule whose last selector is this one."""
    match = re.search(rf"(?:^|,\n|\n){re.escape(selector)} \{{(.*?)\}}", stylesheet(), re.DOTALL)
    if match is None:
        raise LookupError(f"the stylesheet has no rule {selector}")
    return dict(_TOKEN.findall(match[1]))


def painted(text: str, colours: Mapping[str, str]) -> str:
    """Put colours in the place of `var(--token)`; an unknown token raises KeyError."""
    return _USE.sub(lambda use: colours[use[1]], text)
