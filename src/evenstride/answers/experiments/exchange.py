"""How an experiment leaves in one open file, and is read back to the same numbers.

The file is JSON: the registration with its digest, all records, and all that the analysis is made
from, values among them. Whoever reads it can check that the registration is the one laid down, that
every assignment follows from its seed and every pair from a record. Values cannot be checked: they
stand as they were measured.
"""

from __future__ import annotations

import json
import math
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from evenstride.answers.experiments.agreement import check_agreement
from evenstride.answers.experiments.gathering import DEVIATIONS, gather
from evenstride.answers.experiments.material import Material
from evenstride.answers.provenance import PROGRAM
from evenstride.domain.errors import InputError, TamperedError
from evenstride.domain.experiment import Kept
from evenstride.domain.experiment_json import (
    digest,
    record_from_json,
    record_to_json,
    registration_from_json,
    registration_to_json,
)
from evenstride.domain.text import harmless_json
from evenstride.domain.wording import printable

if TYPE_CHECKING:
    from evenstride.library import Library

FORMAT: Final = "evenstride experiment"
VERSION: Final = 1
_OF_THE_LIBRARY: Final = "kept"
"""The field of `Material` that stands in the file as registration, records and end."""
_COVARIANCE: Final = ("walk_per_day", "shared", "shared_tau_days", "own")
_LARGEST: Final = 1e50
"""Beyond it numbers are a slip, and squares soon overflow; as those below 1 / it vanish."""
_EFFECTS: Final = (1e-6, 1e6)
"""Between these lie effects that may matter."""


def export_experiment(lib: Library, experiment_id: str, *, now: datetime) -> str:
    """Write an experiment and all that its analysis is made from as JSON.

    Parameters
    ----------
    lib, experiment_id
        The library, and the experiment.
    now
        Aware, in the runner's own time zone: its date is today.

    Returns
    -------
        The text of a file. It holds the seed, from which assignments to come can be worked out.

    Raises
    ------
    UnknownExperimentError, TamperedError
        There is none of this id; its registration is not what was registered.
    """
    return material_json(gather(lib, lib.experiment(experiment_id), now=now, today=now.date()))


def material_json(material: Material) -> str:
    """Write what an analysis is made from as JSON; `read_exported` reads it back."""
    kept = material.kept
    registration = registration_to_json(kept.registration)
    made = {
        "format": FORMAT,
        "version": VERSION,
        "program": PROGRAM,
        "registration": registration,
        "sha256": digest(registration),
        "ended_at_utc": None if kept.ended_at_utc is None else kept.ended_at_utc.isoformat(),
        "end_reason": kept.end_reason,
        "records": [record_to_json(record) for record in kept.records],
        **{
            field.name: _plain(getattr(material, field.name))
            for field in fields(material)
            if field.name != _OF_THE_LIBRARY
        },
    }
    text = json.dumps(made, indent=2, ensure_ascii=False, allow_nan=False)
    return harmless_json(text) + "\n"  # it may be printed, with all that was typed


def read_exported(content: bytes, *, name: str) -> Material:
    """Read an exported experiment.

    Parameters
    ----------
    content
        What `export_experiment` wrote, or another program in the same form.
    name
        What the file is called, for messages.

    Raises
    ------
    InputError
        It is no such file, or a part of it cannot be read: which one is said.
    TamperedError
        The registration is not the one that was laid down, an assignment does not follow from its
        seed, or the parts contradict each other: see `agreement`.
    """
    values = _json(content, name)
    if values.get("format") != FORMAT:
        raise InputError(f"{name} is JSON, but no experiment that `experiment export` wrote.")
    if values.get("version") != VERSION:
        raise InputError(f"{name} was written by a newer Evenstride: update this one.")
    try:
        kept = Kept(
            registration=registration_from_json(values.get("registration")),
            records=tuple(record_from_json(record) for record in _list(values, "records")),
            ended_at_utc=_moment(values.get("ended_at_utc")),
            end_reason=_value(str | None, values.get("end_reason"), "end_reason"),
        )
        material: Material = _read(Material, {**values, _OF_THE_LIBRARY: kept}, "analysis")
        _check_meaning(material)
    except InputError as error:
        raise InputError(f"{name}: {error}") from error
    if digest(values["registration"]) != values.get("sha256"):
        raise TamperedError(f"The registration in {name} is not the one that was registered.")
    check_agreement(material, name=name)
    return material


def _json(content: bytes, name: str) -> dict[str, Any]:
    try:
        values = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name} is no JSON that can be read.") from error
    if not isinstance(values, dict):
        raise InputError(f"{name} is JSON, but no experiment that `experiment export` wrote.")
    return values


def _list(values: Mapping[str, Any], name: str) -> list[Any]:
    found = values.get(name)
    if not isinstance(found, list):
        raise InputError(f"its {name} must be a list.")
    return found


def _moment(text: object) -> datetime | None:
    if text is None:
        return None
    wrong = InputError("its ended_at_utc must be a time with its zone.")
    try:
        found = datetime.fromisoformat(str(text))
        if found.tzinfo is None:
            raise wrong
        # Near the ends of the calendar a zone can lead out of it.
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise wrong from None


def _check_meaning(material: Material) -> None:
    """Refuse what has the right form, and no meaning: remarks nobody knows, days that are none."""
    halves = [half for pair in material.pairs for half in pair.halves]
    for remark in {remark for half in halves for remark in half.remarks} - DEVIATIONS.keys():
        raise InputError(f"this Evenstride does not know the remark “{printable(remark)[:40]}”.")
    days = [half.date for half in halves] + [run.date for run in material.runs]
    for day in (material.today, *days):
        if day is not None and not _is_day(day):
            raise InputError(f"“{printable(day)[:40]}” is no day like 2026-05-31.")
    r = material.registration
    low, high = _EFFECTS
    if not (low <= r.smallest_effect <= high and low <= r.prior_sd <= high):
        raise InputError(f"its smallest_effect and prior_sd must be from {low:f} to {high:,.0f}.")
    if not (math.isnan(material.model_se) or material.model_se > 0.0):
        raise InputError("its model_se must be above 0.")
    if material.registration.kind == "randomised_start":
        covariance = material.registration.covariance
        known = all(covariance.get(name, -1.0) >= 0.0 for name in _COVARIANCE)
        if not (known and covariance["shared_tau_days"] > 0.0):
            raise InputError(f"its covariance must have {', '.join(_COVARIANCE)}, from 0 on.")


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _plain(value: object) -> object:
    """Turn what was gathered into what JSON has; NaN becomes null."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and math.isnan(value):
        return None
    return value


def _read(kind: type, values: object, where: str) -> Any:  # noqa: ANN401 - of the kind asked for
    """Read a dataclass back; its annotations say what each field must be."""
    if not isinstance(values, Mapping):
        raise InputError(f"its {where} must be an object.")
    hints = get_type_hints(kind)
    found = {}
    for field in fields(kind):
        if field.name in values:
            found[field.name] = _value(hints[field.name], values[field.name], field.name)
        elif field.default is MISSING and field.default_factory is MISSING:
            raise InputError(f"its {where} has no {field.name}.")
    return kind(**found)


def _value(hint: Any, value: Any, where: str) -> Any:  # noqa: ANN401 - any JSON
    """Read one value back as its annotation says."""
    if is_dataclass(hint) and isinstance(hint, type):
        return value if isinstance(value, hint) else _read(hint, value, where)
    if hint is float:
        return _number(value, where)
    inner = get_args(hint)
    if not inner:
        must_be = "a text" if hint is str else "a whole number"
        return _checked(value, where, must_be, right=type(value) is hint)
    if get_origin(hint) in {types.UnionType, Union}:
        return None if value is None else _value(inner[0], value, where)
    if get_origin(hint) is Literal:
        return _checked(value, where, f"one of {', '.join(inner)}", right=value in inner)
    return _several(hint, value, where)


def _several(hint: Any, value: Any, where: str) -> Any:  # noqa: ANN401 - any JSON
    inner = get_args(hint)
    if get_origin(hint) is tuple:
        _checked(value, where, "a list", right=isinstance(value, list))
        return tuple(_value(inner[0], item, where) for item in value)
    _checked(value, where, "an object", right=isinstance(value, dict))
    return {str(name): _value(inner[1], item, where) for name, item in value.items()}


def _number(value: object, where: str) -> float:
    """Read a number; null is NaN."""
    if value is None:
        return math.nan
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"its {where} must be a number.")
    if value != 0 and not 1.0 / _LARGEST < abs(value) < _LARGEST:
        raise InputError(f"its {where} must be a number to calculate with.")
    return float(value)


def _checked(value: Any, where: str, must_be: str, *, right: bool) -> Any:  # noqa: ANN401 - as is
    if not right:
        raise InputError(f"its {where} must be {must_be}.")
    return value
