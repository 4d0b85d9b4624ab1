"""Decides what of a form is given back where no page can show the form again: what was written.

Choices and numbers are quickly made again; a text of several words is not, so none is ever lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from evenstride.domain.wording import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

FORM_KEY = "evenstride.form"
"""Where a request's scope holds the body of its form, as the guard has read it."""
MOST_FIELDS = 2000
"""How many fields a form may have."""
_HIDDEN = ("was_", "fields")
"""How fields begin that a page sends along of its own."""


def written_in(request: Request) -> Sequence[tuple[str, str]]:
    """Return what was written in the form of a request: names of fields, and their texts."""
    return written_in_body(request.scope.get(FORM_KEY) or b"")


def written_in_body(body: bytes) -> Sequence[tuple[str, str]]:
    """Return what was written in the body of a form; nothing where it is none of ours."""
    try:
        fields = parse_qsl(body.decode("utf-8", "replace"), max_num_fields=MOST_FIELDS)
    except ValueError:
        return ()
    return tuple(
        (name.replace("_", " "), "\n".join(map(printable, value.strip().splitlines())))
        for name, value in fields
        if len(value.split(maxsplit=1)) > 1 and not name.startswith(_HIDDEN)
    )
