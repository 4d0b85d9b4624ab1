"""How the records of a file become samples: which field feeds which column, and what is missing.

Settled here and nowhere else: zero and invalid both mean "no reading" for balance, contact time,
oscillation, ratio, step length and heart rate; cadence and speed keep their zeros (standing is a
reading); cadence counts strides in FIT and is doubled once; of a plain and an enhanced field the
valid one wins; `left_right_balance` is cycling power and is never read. Implausible values stay:
judging them is not the reader's business.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from evenstride.domain.recording import SAMPLES_SCHEMA, DeveloperField, Issue
from evenstride.formats.fit.columns import NUMBERS, component, native, timestamps
from evenstride.formats.fit.developer import MAX_COLUMNS, descriptions, developer_arrays
from evenstride.formats.fit.profile import fields, names
from evenstride.formats.fit.series import series

if TYPE_CHECKING:
    import numpy.typing as npt

    from evenstride.domain.estimate import FloatArray
    from evenstride.formats.fit.columns import Table
    from evenstride.formats.fit.developer import Description, DeveloperKey
    from evenstride.formats.fit.scan import Segment
    from evenstride.formats.fit.walk import IntArray

SEMICIRCLE_DEG = 180.0 / 2**31
STRYD_APPLICATIONS = {
    "660a581e5301460c8f2f034c8b6dc90f",
    "18fb2cf01a4b430dad66988c847421f4",
}

# Column: profile fields, the first valid one wins; whether zero means "no reading".
_SOURCES: dict[str, tuple[tuple[str, ...], bool]] = {
    "lat_deg": (("position_lat",), False),
    "lon_deg": (("position_long",), False),
    "altitude_m": (("enhanced_altitude", "altitude"), False),
    "distance_m": (("distance",), False),
    "speed_m_s": (("enhanced_speed", "speed"), False),
    "gct_ms": (("stance_time",), True),
    "balance_left_pct": (("stance_time_balance",), True),
    "vertical_oscillation_mm": (("vertical_oscillation",), True),
    "vertical_ratio_pct": (("vertical_ratio",), True),
    "step_length_mm": (("step_length",), True),
    "power_w": (("power",), False),
    "heart_rate_bpm": (("heart_rate",), True),
    "temperature_c": (("temperature",), False),
}
_WANTED = frozenset(
    {"cadence", "cadence256", "fractional_cadence"}.union(
        *(names for names, _ in _SOURCES.values())
    )
)
_MAX_APART_S = 10 * 86_400


@dataclass(frozen=True, slots=True)
class Track:
    """The samples of one file before they are cut into sessions.

    Attributes
    ----------
    seconds
        Time of each sample since FIT's epoch, strictly increasing, shape (n,).
    values
        Columns of the samples schema by name, shape (n,), NaN where missing; no `t_s`, no `lap`.
    developer
        Developer columns with their descriptions.
    balance_application
        The developer application that supplied the balance, None where the native field did.
    """

    seconds: IntArray
    values: dict[str, FloatArray]
    developer: tuple[tuple[DeveloperField, npt.NDArray[Any]], ...]
    balance_application: str | None
    issues: tuple[Issue, ...]


def track(segment: Segment, records: Table) -> Track:
    """Translate the records of a file, put them in order of time, and join those of one second."""
    issues: list[Issue] = []
    seconds, timed = timestamps(segment, records)
    values = _native_values(records)
    described = descriptions(segment)
    found = developer_arrays(described, records)
    if len(found) == MAX_COLUMNS:
        issues.append(
            Issue(
                "warning",
                "developer_fields_dropped",
                f"Only the first {MAX_COLUMNS} developer fields were read.",
            )
        )
    developer = _developer_values(described, found)
    application = _fill_from_developer(values, found)
    seconds, values, arrays = _ordered(
        seconds, timed, values, [array for _, array in developer], issues
    )
    columns = tuple((f, a) for (f, _), a in zip(developer, arrays, strict=True))
    return Track(seconds, values, columns, application, tuple(issues))


def _native_values(records: Table) -> dict[str, FloatArray]:
    found = series(records, _WANTED)
    out: dict[str, FloatArray] = {}
    for name, (sources, zero_is_missing) in _SOURCES.items():
        value: FloatArray | None = None
        for source in sources:
            more = found.get(source)
            if more is not None:
                value = more if value is None else np.where(np.isnan(value), more, value)
        if value is None:
            continue
        if zero_is_missing:
            np.putmask(value, value == 0, np.nan)
        if name in {"lat_deg", "lon_deg"}:
            value *= SEMICIRCLE_DEG
        out[name] = value
    cadence = _cadence_spm(found)
    if cadence is not None:
        out["cadence_spm"] = cadence
    _unpack_speed_distance(records, out)
    return out


def _cadence_spm(found: dict[str, FloatArray]) -> FloatArray | None:
    """Return steps of both feet per minute: FIT counts strides, whole and in 128ths."""
    cadence = found.get("cadence")
    if cadence is None:
        finer = found.get("cadence256")
        return None if finer is None else 2.0 * finer
    part = found.get("fractional_cadence")
    if part is not None:
        cadence += np.where(np.isnan(part), 0.0, part)
    return 2.0 * cadence


def _unpack_speed_distance(records: Table, values: dict[str, FloatArray]) -> None:
    """Fill speed and distance from `compressed_speed_distance` where they are missing."""
    packed = fields(records.number)["compressed_speed_distance"]
    column = native(records, packed.number)
    if column is None:
        return
    named = names(records.number)
    targets = {"speed": "speed_m_s", "distance": "distance_m"}
    for c in packed.components:
        target = targets[named[c.number]]
        unpacked = component(
            column,
            bits=c.bits,
            bit_offset=c.bit_offset,
            scale=c.scale,
            offset=c.offset,
            accumulate=c.accumulate,
        )
        have = values.get(target)
        values[target] = unpacked if have is None else np.where(np.isnan(have), unpacked, have)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "field"


def _is_stryd(key: DeveloperKey) -> bool:
    return key.application in STRYD_APPLICATIONS


def _developer_values(
    described: tuple[Description, ...], found: dict[DeveloperKey, npt.NDArray[Any]]
) -> list[tuple[DeveloperField, npt.NDArray[Any]]]:
    types: dict[DeveloperKey, set[str]] = {}
    for d in described:
        types.setdefault(d.key, set()).add(NUMBERS.get(d.base, ("", None))[0])
    out = []
    taken: set[str] = set()
    for key, value in found.items():
        if not _is_series(value):
            continue  # kept in the raw file only
        application = (key.application or f"index{key.index}")[:8]
        name = f"dev_{application}_{key.number}_{_slug(key.name)}"
        while name in taken:  # the same name under two units, or two ids that begin alike
            name += "_"
        taken.add(name)
        if _is_stryd(key) and key.name.lower().endswith("balance"):
            # A single pod cannot tell the feet apart and writes 0.
            value = np.where(value == 0, np.nan, value)  # noqa: PLW2901
        small = types[key] <= _FIT_FLOAT32
        field = DeveloperField(name, key.name, key.unit, key.application, key.number)
        out.append((field, value.astype(np.float32) if small else value))
    return out


def _is_series(value: npt.NDArray[Any]) -> bool:
    """Whether a field is one number a sample: not bytes, not a string, not an array."""
    return value.ndim == 1 and value.dtype == np.float64


_FIT_FLOAT32 = {"u1", "i1", "u2", "i2", "f4"}
_PER_UNIT_MS = {"ms": 1.0, "milliseconds": 1.0, "s": 1000.0, "sec": 1000.0, "seconds": 1000.0}


def _contact_ms(key: DeveloperKey, found: npt.NDArray[Any]) -> FloatArray | None:
    """Return a developer field of contact time in ms by its own unit; None if it names no time."""
    factor = _PER_UNIT_MS.get((key.unit or "").strip().lower())
    if factor is None or not _is_series(found):
        return None
    value: FloatArray = found * factor
    value[value == 0] = np.nan
    return value


def _fill_from_developer(
    values: dict[str, FloatArray], found: dict[DeveloperKey, npt.NDArray[Any]]
) -> str | None:
    """Take contact time and balance from an application where the watch itself has none at all.

    Returns the application the balance came from.
    """
    has_balance = _any(values.get("balance_left_pct"))
    has_contact = _any(values.get("gct_ms"))
    if has_balance and has_contact:
        return None
    by_name = {(k.application, k.name.lower()): (k, value) for k, value in found.items()}
    for (application, name), entry in by_name.items():
        other = by_name.get((application, "rs_contacttime_r"))
        if name != "rs_contacttime_l" or other is None:
            continue
        left, right = _contact_ms(*entry), _contact_ms(*other)
        if left is None or right is None:
            continue
        if not has_contact:
            values["gct_ms"] = (left + right) / 2.0
            has_contact = True
        if not has_balance:
            values["balance_left_pct"] = 100.0 * left / (left + right)
            return application
    for (_, name), entry in by_name.items():
        if name == "ground time" and not has_contact:
            contact = _contact_ms(*entry)
            if contact is not None:
                values["gct_ms"] = contact
                has_contact = True
    return None


def _any(value: FloatArray | None) -> bool:
    return value is not None and not bool(np.isnan(value).all())


def _ordered(
    seconds: IntArray,
    timed: npt.NDArray[np.bool_],
    values: dict[str, FloatArray],
    arrays: list[npt.NDArray[Any]],
    issues: list[Issue],
) -> tuple[IntArray, dict[str, FloatArray], list[npt.NDArray[Any]]]:
    """Put samples in order of time, join those of one time, leave out those without one."""
    sound = bool(timed.all()) and bool((np.diff(seconds) > 0).all())
    if sound and seconds[-1] - seconds[0] < _MAX_APART_S:
        return seconds, values, arrays
    keep = timed.copy()
    if keep.any():
        keep &= np.abs(seconds - np.median(seconds[keep])) < _MAX_APART_S
    lost = int((~keep).sum())
    if lost:
        issues.append(
            Issue("warning", "times_missing", f"{lost} samples without a sound time were left out.")
        )
    chosen = np.flatnonzero(keep)
    kept = seconds[chosen]
    if bool((np.diff(kept) < 0).any()):
        issues.append(
            Issue("warning", "times_backward", "The clock went back; samples were put in order.")
        )
        order = np.argsort(kept, kind="stable")
        chosen, kept = chosen[order], kept[order]
    first = np.diff(kept, prepend=kept[:1] - 1) != 0
    if first.all():
        return kept, {k: v[chosen] for k, v in values.items()}, [a[chosen] for a in arrays]
    issues.append(
        Issue(
            "info",
            "times_repeated",
            f"{int((~first).sum())} samples shared a second with another and were joined to it.",
        )
    )
    place = np.cumsum(first) - 1
    n = int(place[-1]) + 1

    def joined(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
        # Some devices spread one second over several records: what is said last holds.
        source = array[chosen]
        out = np.full(n, np.nan, dtype=source.dtype)
        known = ~np.isnan(source)
        out[place[known]] = source[known]
        return out

    return kept[first], {k: joined(v) for k, v in values.items()}, [joined(a) for a in arrays]


def frame(
    found: Track, start: int, window: slice, lap_starts_s: FloatArray
) -> tuple[pl.DataFrame, tuple[DeveloperField, ...]]:
    """Build the samples frame of one session.

    Parameters
    ----------
    found
        All samples of the file.
    start
        Start of the run in seconds since FIT's epoch; `t_s` counts from here.
    window
        The samples that belong to the run.
    lap_starts_s
        Starts of the laps since the start of the run, increasing, shape (m,).

    Returns
    -------
        The frame (`SAMPLES_SCHEMA`, then developer columns) and the developer fields in it.
    """
    t_s = (found.seconds[window] - start).astype(np.float64)
    n = len(t_s)
    series = []
    missing = np.full(n, np.nan)
    for name, dtype in SAMPLES_SCHEMA.items():
        if name == "t_s":
            series.append(pl.Series(name, t_s))
        elif name == "lap":
            lap = np.searchsorted(lap_starts_s, t_s, side="right") - 1
            series.append(pl.Series(name, np.maximum(lap, 0).astype(np.int32)))
        else:
            value = found.values[name][window] if name in found.values else missing
            if dtype == pl.Float32:
                value = value.astype(np.float32)
            series.append(pl.Series(name, value, nan_to_null=True))
    described = []
    for field, array in found.developer:
        described.append(field)
        series.append(pl.Series(field.column, array[window], nan_to_null=True))
    return pl.DataFrame(series), tuple(described)
