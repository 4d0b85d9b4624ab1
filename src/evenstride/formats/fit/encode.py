"""How a recording is laid out as the bytes of a FIT activity, the way a running watch lays it out.

The inverse of reading: what a reader makes of these bytes is the recording they were made from, up
to the resolution of each field. Developer columns have no place here and are left out. Units,
doubled cadence and semicircles are translated back in this module only.

The records are one structured NumPy array, so that an hour of running takes about a millisecond:
a simulated year is some 170 files, a benchmark's archive 3,000.
"""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

import numpy as np

from evenstride.domain.errors import InputError
from evenstride.formats.fit.encode_layout import BASE_TYPES, Layout, framed

if TYPE_CHECKING:
    import polars as pl

    from evenstride.domain.estimate import FloatArray
    from evenstride.domain.recording import Lap, Recording, Sensor
    from evenstride.formats.fit.encode_layout import Raw

EPOCH = datetime(1989, 12, 31, tzinfo=UTC)
SEMICIRCLES_PER_DEG = 2**31 / 180.0

_FILE_ID = Layout(
    1,
    0,
    ((0, "enum"), (1, "uint16"), (2, "uint16"), (3, "uint32z"), (4, "uint32")),
    text=8,  # the product's name
)
_FILE_CREATOR = Layout(2, 49, ((0, "uint16"),))
_EVENT = Layout(3, 21, ((253, "uint32"), (3, "uint32"), (0, "enum"), (1, "enum"), (4, "uint8")))
_DEVICE_INFO = Layout(
    4,
    23,
    (
        (253, "uint32"),
        (3, "uint32z"),
        (2, "uint16"),
        (4, "uint16"),
        (5, "uint16"),
        (0, "uint8"),
        (1, "uint8"),
        (25, "enum"),
    ),
    text=27,  # the product's name
)
_SPORT = Layout(5, 12, ((0, "enum"), (1, "enum")))
_LAP = Layout(
    6,
    19,
    (
        *((n, "uint32") for n in (253, 2, 7, 8, 9, 110)),
        *((n, "uint16") for n in (254, 79, 119)),
        *((n, "enum") for n in (0, 1, 24, 25, 39)),
        *((n, "uint8") for n in (17, 80)),
    ),
)
_SESSION = Layout(
    7,
    18,
    (
        *((n, "uint32") for n in (253, 2, 7, 8, 9, 124, 125)),
        *((n, "uint16") for n in (254, 25, 26, 89, 90, 91, 132, 133, 134)),
        *((n, "enum") for n in (0, 1, 5, 6, 28)),
        *((n, "uint8") for n in (16, 17, 18, 19, 92)),
        (57, "sint8"),
    ),
)
_ACTIVITY = Layout(
    8,
    34,
    (
        (253, "uint32"),
        (0, "uint32"),
        (5, "uint32"),
        (1, "uint16"),
        *((n, "enum") for n in (2, 3, 4)),
    ),
)
_LAYOUTS = (
    _FILE_ID, _FILE_CREATOR, _EVENT, _DEVICE_INFO, _SPORT, _LAP, _SESSION, _ACTIVITY,
)  # fmt: skip

# Record field: number, base type, column, scale, offset. Raw = (value + offset) * scale.
_Field = tuple[int, str, str, float, float]
_RECORD_FIELDS: tuple[_Field, ...] = (
    (0, "sint32", "lat_deg", SEMICIRCLES_PER_DEG, 0.0),
    (1, "sint32", "lon_deg", SEMICIRCLES_PER_DEG, 0.0),
    (5, "uint32", "distance_m", 100.0, 0.0),
    (73, "uint32", "speed_m_s", 1000.0, 0.0),
    (78, "uint32", "altitude_m", 5.0, 500.0),
    (7, "uint16", "power_w", 1.0, 0.0),
    (39, "uint16", "vertical_oscillation_mm", 10.0, 0.0),
    (40, "uint16", "duty_factor_pct", 100.0, 0.0),
    (41, "uint16", "gct_ms", 10.0, 0.0),
    (83, "uint16", "vertical_ratio_pct", 100.0, 0.0),
    (84, "uint16", "balance_left_pct", 100.0, 0.0),
    (85, "uint16", "step_length_mm", 10.0, 0.0),
    (3, "uint8", "heart_rate_bpm", 1.0, 0.0),
    (13, "sint8", "temperature_c", 1.0, 0.0),
)
# Without a reading from the sensor, watches write 0 or "invalid" here; real files hold both.
_RUNNING_DYNAMICS = frozenset(
    {
        "vertical_oscillation_mm",
        "duty_factor_pct",
        "gct_ms",
        "vertical_ratio_pct",
        "balance_left_pct",
        "step_length_mm",
    }
)
# The duty factor is computed, so nothing is lost where it is more than its field can hold.
_DUTY_FACTOR_LIMIT_PCT = 655.0
_RECORD_LOCAL, _RECORD_GLOBAL = 0, 20
_CADENCE_128THS: _Field = (4, "uint16", "cadence_spm", 64.0, 0.0)  # of a stride a minute
_CADENCE_FIELDS = ((4, "uint8"), (53, "uint8"))  # whole strides a minute, and 128ths
_TIMER, _TIMER_START, _TIMER_STOP_ALL = 0, 0, 4
_EVENT_SESSION, _EVENT_LAP, _EVENT_ACTIVITY, _EVENT_TYPE_STOP = 8, 9, 26, 1
_FILE_TYPE_ACTIVITY = 4
# The other kinds of running are `KIND_running` with the profile's own word for the kind.
_SUB_SPORTS = {"indoor_running": "indoor_running", "virtual_running": "virtual_activity"}
_SOURCE_ANT_PLUS, _SOURCE_LOCAL = 1, 5
_ANT_RUNNING_DYNAMICS, _ANT_HEART_RATE = 30, 120


def encode_run(recording: Recording, *, no_reading: Literal["zero", "invalid"] = "zero") -> bytes:
    """Write a recording as a FIT activity.

    Parameters
    ----------
    recording
        One run. Its samples follow `SAMPLES_SCHEMA`, sorted by `t_s`; a column without a single
        value is left out of the file. Fractions of a second are rounded: a FIT timestamp has none.
        Developer columns are not written.
    no_reading
        How a missing balance, contact time, oscillation, ratio or step length is written where
        its column has other values: as 0, or as the field's invalid value. Watches do both.

    Returns
    -------
        A whole file: header, messages, CRC.

    Raises
    ------
    InputError
        When the samples are not in order of time or hold a value that the field cannot store.
    """
    run, samples = recording.run, recording.samples
    t_s = samples["t_s"].to_numpy().astype(np.float64, copy=False)
    if not (np.isfinite(t_s).all() and (np.diff(t_s) >= 0).all()):
        raise InputError("the samples of a run must be in order of time to be written as FIT.")
    start = _timestamp(run.started_at_utc)
    end_s = max(
        float(t_s[-1]) if t_s.size else 0.0,
        *(lap.end_s for lap in recording.laps),
        *(end for _, end in recording.pauses),
        0.0,
    )
    end = start + round(end_s)
    sport, sub_sport = _sport_numbers(run.sport)

    head = [layout.definition() for layout in _LAYOUTS]
    head += _identity(recording, start)
    head.append(_SPORT.data({0: sport, 1: sub_sport}))
    head.append(_timer_event(start, _TIMER_START))
    record_definition, records = _records(samples, t_s, start, no_reading)
    head.append(record_definition)

    # What happens between two records stands between them, as on the watch.
    inserted = [
        (s, 0, _timer_event(start + round(s), _TIMER_STOP_ALL)) for s, _ in recording.pauses
    ]
    inserted += [(e, 1, _timer_event(start + round(e), _TIMER_START)) for _, e in recording.pauses]
    inserted += [(lap.end_s, 2, _lap(lap, start, sport, sub_sport)) for lap in recording.laps]
    body: list[bytes] = []
    done = 0
    for when_s, _, message in sorted(inserted, key=lambda item: item[:2]):
        upto = int(np.searchsorted(t_s, when_s, side="left"))
        if upto > done:
            body.append(records[done:upto].tobytes())
            done = upto
        body.append(message)
    body.append(records[done:].tobytes())

    tail = [
        _timer_event(end, _TIMER_STOP_ALL),
        _session(recording, start, end_s, sport, sub_sport),
        _ACTIVITY.data(
            {
                253: end,
                0: _scaled(run.duration_s, 1000.0),
                5: None if run.utc_offset_s is None else end + run.utc_offset_s,
                1: 1,
                2: 0,
                3: _EVENT_ACTIVITY,
                4: _EVENT_TYPE_STOP,
            }
        ),
    ]
    return framed(b"".join((*head, *body, *tail)))


def _timestamp(moment: datetime) -> int:
    if moment.tzinfo is None or moment < EPOCH:
        raise InputError("a run written as FIT must start at an aware time after 1989.")
    return round((moment - EPOCH).total_seconds())


def _scaled(value: float | None, scale: float = 1.0) -> Raw:
    return None if value is None or np.isnan(value) else round(value * scale)


@functools.cache
def _numbers_of(profile_type: str) -> dict[str, int]:
    import fitdecode.profile

    names: dict[int, str] = fitdecode.profile.FIELD_TYPES[profile_type].enum
    return {name: number for number, name in names.items()}


def _number(profile_type: str, name: str | None) -> Raw:
    """Return the profile's number of a name; digits stand for themselves, the unknown for none."""
    if name is None:
        return None
    name = name.removeprefix("manufacturer ")  # what a reader calls a maker it has no name for
    return int(name) if name.isdigit() else _numbers_of(profile_type).get(name)


def _sport_numbers(sport: str) -> tuple[Raw, Raw]:
    """Split `trail_running` into running and trail; a sport without a kind is generic."""
    kind, _, base = sport.rpartition("_")
    if base == "running":
        sub_sport = _number("sub_sport", _SUB_SPORTS.get(sport, kind or "generic"))
        if sub_sport is not None:
            return _number("sport", base), sub_sport
    return _number("sport", sport), 0


def _product(manufacturer: str | None, product: str | None) -> Raw:
    if product is None or not (manufacturer == "garmin" or product.isdigit()):
        return None
    return _number("garmin_product", product)


def _identity(recording: Recording, start: int) -> list[bytes]:
    """Say which file this is, which watch wrote it, and which sensor spoke to the watch."""
    device = recording.run.device
    manufacturer = _number("manufacturer", device.manufacturer)
    product = _product(device.manufacturer, device.product)
    serial = _serial(device.serial_number)
    software = _software(device.software)
    messages = [
        _FILE_ID.data(
            {0: _FILE_TYPE_ACTIVITY, 1: manufacturer, 2: product, 3: serial, 4: start},
            # Only Garmin's products have numbers that stand for a word.
            device.product if product is None else None,
        ),
        _FILE_CREATOR.data({0: software}),
        _DEVICE_INFO.data(
            {
                253: start,
                3: serial,
                2: manufacturer,
                4: product,
                5: software,
                0: 0,
                25: _SOURCE_LOCAL,
            }
        ),
    ]
    sensor = recording.run.sensor
    if sensor is not None and sensor.evidence == "device_info":
        messages += _sensor(sensor, start)
    return messages


def _software(version: str | None) -> Raw:
    """Return `5.14` as 514."""
    whole, _, hundredths = (version or "").partition(".")
    if not (whole.isdigit() and (hundredths or "0").isdigit()):
        return None
    return int(whole) * 100 + int(hundredths.ljust(2, "0")[:2])


def _sensor(sensor: Sensor, start: int) -> list[bytes]:
    """Announce the sensor of the running dynamics."""
    product = sensor.product or sensor.name.lower().replace("-", "_").replace(" ", "_")
    # A chest strap shows up twice: as a heart-rate monitor and as a source of running dynamics.
    roles = (_ANT_HEART_RATE, _ANT_RUNNING_DYNAMICS) if "hrm" in product else (
        _ANT_RUNNING_DYNAMICS,
    )  # fmt: skip
    return [
        _DEVICE_INFO.data(
            {
                253: start,
                3: _serial(sensor.serial_number),
                2: _number("manufacturer", sensor.manufacturer),
                4: _product(sensor.manufacturer, product),
                0: index,
                1: role,
                25: _SOURCE_ANT_PLUS,
            },
            None if sensor.manufacturer == "garmin" else sensor.name,
        )
        for index, role in enumerate(roles, start=1)
    ]


def _serial(serial_number: str | None) -> Raw:
    return int(serial_number) if serial_number and serial_number.isdigit() else None


def _timer_event(timestamp: int, event_type: int) -> bytes:
    return _EVENT.data({253: timestamp, 3: 0, 0: _TIMER, 1: event_type, 4: 0})


def _records(
    samples: pl.DataFrame, t_s: FloatArray, start: int, no_reading: str
) -> tuple[bytes, np.ndarray[tuple[int], np.dtype[np.void]]]:
    """Lay all records out as one structured array, and define them."""
    columns = {
        name: samples[name].to_numpy().astype(np.float64)
        for _, _, name, _, _ in _RECORD_FIELDS
        if name in samples.columns
    }
    cadence_spm = samples["cadence_spm"].to_numpy().astype(np.float64)
    # The watch writes the duty factor beside contact time; the samples leave it to be computed.
    duty_factor_pct = columns["gct_ms"] * cadence_spm / 1200.0
    sound = (duty_factor_pct > 0) & (duty_factor_pct < _DUTY_FACTOR_LIMIT_PCT)
    columns["duty_factor_pct"] = np.where(sound, duty_factor_pct, np.nan)

    kept = [f for f in _RECORD_FIELDS if not np.isnan(columns[f[2]]).all()]
    has_cadence = not np.isnan(cadence_spm).all()
    fields = [(253, "uint32"), *((number, base) for number, base, *_ in kept)]
    fields += _CADENCE_FIELDS if has_cadence else ()
    dtype = np.dtype(
        [("header", "u1"), *((f"f{n}", "<" + BASE_TYPES[base][1]) for n, base in fields)]
    )
    records = np.zeros(t_s.size, dtype=dtype)
    records["header"] = _RECORD_LOCAL
    records["f253"] = start + np.rint(t_s).astype(np.int64)
    for field in kept:
        number, base, name, _, _ = field
        invalid = BASE_TYPES[base][2]
        blank = 0 if name in _RUNNING_DYNAMICS and no_reading == "zero" else invalid
        records[f"f{number}"] = _raw(columns[name], field, blank)
    if has_cadence:
        strides = _raw(cadence_spm, _CADENCE_128THS, -1)
        if strides.size and strides.max() >= 255 * 128:
            raise InputError("the column cadence_spm holds a value that FIT cannot store.")
        known = strides >= 0
        records["f4"] = np.where(known, strides // 128, 0xFF)
        records["f53"] = np.where(known, strides % 128, 0xFF)
    return Layout(_RECORD_LOCAL, _RECORD_GLOBAL, tuple(fields)).definition(), records


def _raw(
    values: FloatArray, field: _Field, blank: int
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Scale a column to the integers of its field; NaN becomes `blank`."""
    _, base, name, scale, offset = field
    _, code, invalid = BASE_TYPES[base]
    raw = np.rint((values + offset) * scale)
    if name == "lon_deg":
        raw[raw == 2**31] = -(2**31)  # 180° east is 180° west
    missing = np.isnan(raw)
    raw[missing] = 0.0
    low = np.iinfo(np.dtype(code)).min
    if raw.size and not (raw.min() >= low and raw.max() < invalid):
        raise InputError(f"the column {name} holds a value that FIT cannot store.")
    whole = raw.astype(np.int64)
    whole[missing] = blank
    return whole


def _strides(cadence_spm: float | None) -> tuple[Raw, Raw]:
    raw = _scaled(cadence_spm, 64.0)
    return (None, None) if raw is None else divmod(raw, 128)


def _lap(lap: Lap, start: int, sport: Raw, sub_sport: Raw) -> bytes:
    cadence, fraction = _strides(lap.cadence_spm)
    speed_m_s = lap.distance_m / lap.timer_s if lap.distance_m and lap.timer_s else None
    return _LAP.data(
        {
            253: start + round(lap.end_s),
            2: start + round(lap.start_s),
            7: _scaled(lap.end_s - lap.start_s, 1000.0),
            8: _scaled(lap.timer_s, 1000.0),
            9: _scaled(lap.distance_m, 100.0),
            110: _scaled(speed_m_s, 1000.0),
            254: lap.number,
            79: _scaled(lap.gct_ms, 10.0),
            119: _scaled(lap.balance_left_pct, 100.0),
            0: _EVENT_LAP,
            1: _EVENT_TYPE_STOP,
            24: _number("lap_trigger", lap.trigger),
            25: sport,
            39: sub_sport,
            17: cadence,
            80: fraction,
        }
    )


def _session(recording: Recording, start: int, end_s: float, sport: Raw, sub_sport: Raw) -> bytes:
    """Sum the run up: the device's own balance and distance, plain means of the rest."""
    run, samples = recording.run, recording.samples

    def mean(column: str) -> float | None:
        values = samples[column].drop_nulls().drop_nans()
        return float(values.mean()) if len(values) else None  # type: ignore[arg-type]

    def highest(column: str) -> float | None:
        values = samples[column].drop_nulls().drop_nans()
        return float(values.max()) if len(values) else None  # type: ignore[arg-type]

    gct_ms, cadence_spm = mean("gct_ms"), mean("cadence_spm")
    duty_factor_pct = gct_ms * cadence_spm / 1200.0 if gct_ms and cadence_spm else None
    if duty_factor_pct is not None and duty_factor_pct >= _DUTY_FACTOR_LIMIT_PCT:
        duty_factor_pct = None
    cadence, fraction = _strides(cadence_spm)
    highest_cadence, _ = _strides(highest("cadence_spm"))
    speed_m_s = run.distance_m / run.duration_s if run.distance_m and run.duration_s else None
    return _SESSION.data(
        {
            253: start + round(end_s),
            2: start,
            7: _scaled(end_s, 1000.0),
            8: _scaled(run.duration_s, 1000.0),
            9: _scaled(run.distance_m, 100.0),
            124: _scaled(speed_m_s, 1000.0),
            125: _scaled(highest("speed_m_s"), 1000.0),
            254: 0,
            25: 0,
            26: len(recording.laps),
            89: _scaled(mean("vertical_oscillation_mm"), 10.0),
            90: _scaled(duty_factor_pct, 100.0),
            91: _scaled(gct_ms, 10.0),
            132: _scaled(mean("vertical_ratio_pct"), 100.0),
            133: _scaled(run.session_balance_left_pct, 100.0),
            134: _scaled(mean("step_length_mm"), 10.0),
            0: _EVENT_SESSION,
            1: _EVENT_TYPE_STOP,
            5: sport,
            6: sub_sport,
            28: 0,
            16: _scaled(mean("heart_rate_bpm")),
            17: _scaled(highest("heart_rate_bpm")),
            18: cadence,
            19: highest_cadence,
            92: fraction,
            57: _scaled(mean("temperature_c")),
        }
    )
