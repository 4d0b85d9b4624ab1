"""How what was done of a session is typed: `step-up:3x10/9@8`, and pain as `step-up:2/0`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from evenstride.domain.diary import ItemDone

_NAME = r"(?P<name>[^:\s]{1,60})"
_DID = re.compile(
    _NAME + r":(?P<sets>[0-9]{1,4})[x×](?P<left>[0-9]{1,4})(?:/(?P<right>[0-9]{1,4}))?"
    r"(?:@(?P<load>[0-9]{1,4}(?:[.,][0-9]{1,3})?))?"
)
_PAIN = re.compile(_NAME + r":(?P<now>[0-9]{1,4})(?:/(?P<morning>[0-9]{1,4}))?")


def items_done(did: list[str], pain: list[str], left_out: list[str]) -> tuple[ItemDone, ...]:
    """Read what was done of each exercise, in what pain, and what was left out.

    Raises
    ------
    typer.BadParameter
        Something is not like `step-up:3x10/9@8` or `step-up:2/0`, or said twice.
    """
    from evenstride.domain.wording import printable

    found: dict[str, ItemDone] = {}
    for text in did:
        said = _DID.fullmatch(text)
        if said is None:
            raise typer.BadParameter(
                f"{printable(text)[:60]!r} is not like step-up:3x10/9@8.", param_hint="--did"
            )
        left, load = int(said["left"]), said["load"]
        found[said["name"]] = replace(
            _unsaid(found, said["name"], "sets", "--did"),
            sets=int(said["sets"]),
            left=left,
            right=left if said["right"] is None else int(said["right"]),
            load_kg=None if load is None else float(load.replace(",", ".")),
        )
    for text in pain:
        said = _PAIN.fullmatch(text)
        if said is None:
            raise typer.BadParameter(
                f"{printable(text)[:60]!r} is not like step-up:2/0.", param_hint="--pain"
            )
        found[said["name"]] = replace(
            _unsaid(found, said["name"], "pain", "--pain"),
            pain=int(said["now"]),
            pain_next_morning=None if said["morning"] is None else int(said["morning"]),
        )
    for name in left_out:
        found[name] = replace(_unsaid(found, name, "sets", "--left-out"), left_out=True)
    return tuple(found.values())


def _unsaid(found: dict[str, ItemDone], name: str, field: str, option: str) -> ItemDone:
    """Return what was said of an exercise so far; a thing is said of it once."""
    from evenstride.domain.diary import ItemDone

    so_far = found.get(name, ItemDone(name))
    if getattr(so_far, field) is not None:
        raise typer.BadParameter(f"{name!r} is named twice.", param_hint=option)
    return so_far
