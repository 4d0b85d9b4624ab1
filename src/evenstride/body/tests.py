"""Which screening tests there are: read from the package's own data, and checked when read."""

from __future__ import annotations

import math
import tomllib
from dataclasses import fields
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, get_args

from evenstride.domain.answer import Source
from evenstride.domain.body import REGIONS
from evenstride.domain.screening import Method, Strength, Test

if TYPE_CHECKING:
    from collections.abc import Mapping

UNITS: Final = ("deg", "cm", "mm", "kg", "s", "count", "points")
_TEST_FIELDS: Final = frozenset(field.name for field in fields(Test)) - {"methods"}
_METHOD_FIELDS: Final = frozenset(field.name for field in fields(Method)) - {
    "more_is_better",
    "each",
} | {"neither_is_better"}
_MDC: Final = 1.96 * math.sqrt(2.0)
"""The smallest detectable change over the standard error of measurement."""
_ROUNDING: Final = 0.05
"""How far a published figure may be off from what follows of the others, as a share of it."""


class WrongTestsError(ValueError):
    """The file of the tests is wrong; the message names the test and the field."""


@cache
def screening_tests() -> Mapping[str, Test]:
    """Return all screening tests by their slugs, in the order in which they are shown.

    Raises
    ------
    WrongTestsError
        The file that came with the package is not as it has to be.
    """
    text = resources.files("evenstride.body").joinpath("data/tests.toml").read_text("utf-8")
    return read_tests(text)


def read_tests(text: str) -> Mapping[str, Test]:
    """Read tests from TOML; raise `WrongTestsError` where one is not as it has to be."""
    data = tomllib.loads(text)
    sources = {name: Source(s["text"], s.get("link")) for name, s in data["sources"].items()}
    found: dict[str, Test] = {}
    for raw in data["test"]:
        test = _test(raw, sources)
        if test.slug in found:
            raise WrongTestsError(f"{test.slug}: there are two of this slug.")
        found[test.slug] = test
    return MappingProxyType(found)


def mirrored_sign(sign: str) -> str:
    """Name the sign as the mirrored runner has it: `left_lower` for `right_lower`."""
    for here, there in (("left_", "right_"), ("right_", "left_")):
        if sign.startswith(here):
            return there + sign.removeprefix(here)
    return sign


def _test(raw: Mapping[str, Any], sources: Mapping[str, Source]) -> Test:
    slug = str(raw.get("slug", "(no slug)"))
    _only(raw, _TEST_FIELDS | {"method"}, slug)
    for field in ("slug", "name", "group", "why", "how", "drawing", "method"):
        if not raw.get(field):
            raise WrongTestsError(f"{slug}: {field} is missing.")
    if raw["group"] not in {"screening", "top_to_toe"}:
        raise WrongTestsError(f"{slug}: group is neither screening nor top_to_toe.")
    for region in raw.get("loads", ()):
        if region not in REGIONS:
            raise WrongTestsError(f"{slug}: loads names {region}, which is no region.")
    methods = tuple(_method(m, slug, sources) for m in raw["method"])
    if len({m.slug for m in methods}) < len(methods):
        raise WrongTestsError(f"{slug}: two methods have one slug.")
    pattern = raw.get("pattern", "")
    for method in methods if pattern else ():
        signs = {c for c, _ in method.choices} if method.choices else {"left_lower", "right_lower"}
        if pattern not in signs or mirrored_sign(pattern) not in signs:
            raise WrongTestsError(f"{slug}: pattern {pattern} is no sign of {method.slug}.")
    if bool(pattern) != bool(raw.get("typical")):
        raise WrongTestsError(f"{slug}: pattern and typical go together.")
    return Test(
        slug=slug,
        name=raw["name"],
        group=raw["group"],
        why=raw["why"],
        how=tuple(raw["how"]),
        drawing=raw["drawing"],
        methods=methods,
        equipment=raw.get("equipment", ""),
        cautions=tuple(raw.get("cautions", ())),
        loads=tuple(raw.get("loads", ())),
        pattern=pattern,
        typical=raw.get("typical", ""),
        where=raw.get("where", "on the"),
        sources=tuple(_source(name, slug, sources) for name in raw.get("sources", ())),
        weight_bearing=raw.get("weight_bearing", False) is True,
    )


def _method(raw: Mapping[str, Any], test: str, sources: Mapping[str, Source]) -> Method:
    where = f"{test}, {raw.get('slug', '(no slug)')}"
    _only(raw, _METHOD_FIELDS, where)
    if not raw.get("slug") or not raw.get("label"):
        raise WrongTestsError(f"{where}: slug and label are needed.")
    said = dict(raw)
    for name in ("positions", "instruments", "choices"):
        pairs = said.get(name, ())
        if any(len(pair) != 2 for pair in pairs):
            raise WrongTestsError(f"{where}: {name} are pairs of slug and label.")
        said[name] = tuple((str(slug), str(label)) for slug, label in pairs)
    for name in ("error_source", "threshold_source"):
        if name in said:
            said[name] = _source(said[name], where, sources)
    if said.get("error_strength", "convention") not in get_args(Strength):
        raise WrongTestsError(f"{where}: error_strength is none of the known ones.")
    if said.pop("neither_is_better", False):
        said["more_is_better"] = None
    method = Method(**said)
    (_check_looked_at if method.choices else _check_measured)(method, where)
    return method


def _check_looked_at(method: Method, where: str) -> None:
    slugs = {slug for slug, _ in method.choices}
    if method.unit or "even" not in slugs or {mirrored_sign(s) for s in slugs} != slugs:
        raise WrongTestsError(f"{where}: choices are signs of both sides and even, without a unit.")


def _check_measured(method: Method, where: str) -> None:
    for wrong, message in (
        (method.unit not in UNITS, f"unit is none of {', '.join(UNITS)}"),
        (
            not method.lowest <= method.likely_low < method.likely_high <= method.highest,
            "lowest, likely_low, likely_high and highest are out of order",
        ),
        (
            not 0.0 < method.likely_difference <= method.highest - method.lowest,
            "likely_difference is out of range",
        ),
        (method.step <= 0.0 or method.trials < 1, "step and trials have to be positive"),
        (
            (method.threshold_difference is None) != (not method.threshold_words),
            "threshold_difference and threshold_words go together",
        ),
        (
            bool(method.threshold_words) and method.threshold_source is None,
            "a threshold needs threshold_source",
        ),
    ):
        if wrong:
            raise WrongTestsError(f"{where}: {message}.")
    _check_error(method, where)


def _check_error(method: Method, where: str) -> None:
    """Figures that follow of each other have to agree, and each has to say where it is from."""
    if method.sem is not None and method.sem_share is not None:
        raise WrongTestsError(f"{where}: sem and sem_share say the same; leave one out.")
    figures = (method.sem, method.mdc_difference, method.mdc_change)
    if None not in figures:
        sem, difference, change = (float(f or 0.0) for f in figures)
        for name, told, follows in (
            ("mdc_difference", difference, sem * _MDC),
            ("mdc_change", change, difference * math.sqrt(2.0)),
        ):
            if abs(told - follows) > _ROUNDING * follows:
                raise WrongTestsError(f"{where}: {name} is {told}, but {follows:.2f} follows.")
    elif figures != (None, None, None):
        raise WrongTestsError(f"{where}: sem, mdc_difference and mdc_change go together.")
    known = method.sem is not None or method.sem_share is not None
    if known and (method.error_source is None or not method.error_words):
        raise WrongTestsError(f"{where}: an error needs error_words and error_source.")
    if not known and method.trials < 2:
        raise WrongTestsError(f"{where}: without a known error it takes two trials or more.")


def _only(raw: Mapping[str, Any], allowed: frozenset[str], where: str) -> None:
    if unknown := sorted(set(raw) - allowed):
        raise WrongTestsError(f"{where}: {unknown[0]} is no field.")


def _source(name: str, where: str, sources: Mapping[str, Source]) -> Source:
    if name not in sources:
        raise WrongTestsError(f"{where}: there is no source {name}.")
    return sources[name]
