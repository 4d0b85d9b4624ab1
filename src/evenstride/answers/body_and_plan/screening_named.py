"""How names of tests, methods, positions and instruments are read as people write them."""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import TYPE_CHECKING

from evenstride.body.screening import method_of
from evenstride.body.tests import screening_tests
from evenstride.domain.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.domain.diary import Measured
    from evenstride.domain.screening import Method, Test


def test_named(name: str) -> Test:
    """Find a test by its slug or name, whatever its case.

    Raises
    ------
    InputError
        There is none; those that have all its words are suggested, else the nearest.
    """
    tests = screening_tests()
    wanted = _slug(name)
    for test in tests.values():
        if wanted in (test.slug, _slug(test.name)):
            return test
    words = set(filter(None, wanted.split("-")))
    near = [
        test.slug
        for test in tests.values()
        if words and words <= {*test.slug.split("-"), *_slug(test.name).split("-")}
    ] or difflib.get_close_matches(wanted, tests, n=1)
    hint = f"did you mean {' or '.join(near)}?" if near else "evenstride screen lists them."
    raise InputError(f"There is no test {name}: {hint}")


def said_plainly(m: Measured) -> Measured:
    """Write test, method, position and instrument as slugs, and fill in what goes without saying.

    Raises
    ------
    InputError
        There is no such test.
    """
    test = test_named(m.test)
    slug = _slug(m.method)
    several = len(test.methods) > 1
    meant = [one for one in test.methods if not several or _may_be(one, m)]
    if not slug and len(meant) == 1:
        slug = meant[0].slug
    m = replace(m, test=test.slug, method=slug, by=m.by.strip(), note=m.note.strip())
    method = method_of(test, slug)
    if method is None:
        return m
    return replace(
        m,
        position=_choice(m.position, method.positions),
        instrument=_choice(m.instrument, method.instruments),
        sign=_choice(m.sign, method.choices) if m.sign else m.sign,
    )


def _may_be(method: Method, m: Measured) -> bool:
    """Tell whether what was said can be of this method: its instrument, position, kind of value."""
    return (
        all(
            not said or any(_slug(said) in (_slug(slug), _slug(label)) for slug, label in pairs)
            for said, pairs in ((m.position, method.positions), (m.instrument, method.instruments))
        )
        and (not m.sign or bool(method.choices))
        and (not (m.left or m.right) or not method.choices)
    )


def _choice(text: str, pairs: Sequence[tuple[str, str]]) -> str:
    wanted = _slug(text)
    if not wanted and len(pairs) == 1:
        return pairs[0][0]
    for slug, label in pairs:
        if wanted in (_slug(slug), _slug(label)):
            return slug
    return wanted


def _slug(text: str) -> str:
    return "-".join(text.replace("_", " ").replace("-", " ").split()).casefold()
