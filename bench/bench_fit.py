"""How fast FIT is read, against the other decoders, in one interleaved run.

What is compared is what each must do to have the values in memory, checksum included:

- ours, all messages: every field of every message as one array a field. Numbers are scaled to
  their unit as float64 with NaN for missing, all values of array fields among them; developer
  fields are resolved; strings and bytes are arrays of bytes as they stand. fitdecode and fitparse:
  every message iterated (their values are made on the way). fitfast: `parse`, a dict for each
  message, with scaled numbers, decoded strings, and missing values left out.
- ours, records only: every numeric field of the records as float64; fitfast: `records`, the same.
- ours, to a Recording: the door `formats.read`, with its Polars frame, laps, pauses and sensor.

The same targets hold for every file: a generated hour with one kind of message a second, and real
ones (where the folder of real files is there) with up to three kinds a second, thirty kinds in all,
and developer fields. The contestants take turns; in its turn each reads the file twice and the
second time counts, as in an archive, where file follows file. Times are wall-clock medians.
"""

from __future__ import annotations

import os
import statistics
import struct
import sys
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

Result = tuple[str, str, str, bool]

# What it is called in the results, and where it lies in the folder of real files.
REAL = {
    "a real hour, FR255 and pod": "one_runner/2022-08-31_205718421.fit",
    "a real run, fenix 3": "runs/Fenix3-Run-1321421020.fit",
    "a real run with developer fields": "runs/track_cs_544406.fit",
}
# Decoding the records of an hour [ms], and everything through to the Recording [ms].
RECORDS_MS, READ_MS = 1.3, 2.5

NOTES = """
What each contestant does to have the values in memory is told in `bench/bench_fit.py`. A real
Garmin hour has three kinds of message a second and some thirty small kinds: of our 2.9 ms for
all messages, about 1.1 ms go into the thirty small tables (33 to 45 µs of calls each), 0.6 to
0.85 into walking the headers in Python, 0.3 to 0.5 into the records themselves. That is what
misses the last tenth against the compiled decoder there.
"""


def _crc(data: bytes) -> int:
    from evenstride.formats.fit.crc import checksum

    return checksum(data)


def synthetic_hour(seconds: int = 3600) -> bytes:
    """Return an hour at 1 s: 16 fields a record, laps, session."""
    fields = [
        (253, 4, 0x86), (0, 4, 0x85), (1, 4, 0x85), (5, 4, 0x86), (73, 4, 0x86), (78, 4, 0x86),
        (7, 2, 0x84), (39, 2, 0x84), (40, 2, 0x84), (41, 2, 0x84), (83, 2, 0x84), (84, 2, 0x84),
        (85, 2, 0x84), (3, 1, 0x02), (4, 1, 0x02), (53, 1, 0x02),
    ]  # fmt: skip
    start = 1_000_000_000
    body = bytearray(b"\x40\0\0\0\0\2\0\1\0\1\2\x84" + b"\0\4\1\0")
    body += b"\x40\0\0\x14\0" + bytes([len(fields)]) + b"".join(bytes(f) for f in fields)
    for i in range(seconds):
        body += b"\0" + struct.pack(
            "<IiiIIIHHHHHHHBBB",
            start + i, 570_000_000 + 300 * i, 140_000_000 + 200 * (i % 97), 300 * i, 3000 + i % 80,
            (500 + 40 + i % 13) * 5, 250 + i % 40, 850 + i % 30, 3400 + i % 50, 2400 + i % 60,
            800 + i % 9, 4900 + i % 150 if i % 100 else 0, 10_000 + i % 70, 130 + i % 30,
            85 + i % 3, 64 * (i % 2),
        )  # fmt: skip
    body += b"\x41\0\0\x13\0\3\xfd\4\x86\2\4\x86\7\4\x86"
    for lap in range(10):
        begin = start + 360 * lap
        body += b"\1" + struct.pack("<III", begin + 360, begin, 360_000)
    body += b"\x42\0\0\x12\0\6\xfd\4\x86\2\4\x86\7\4\x86\x08\4\x86\5\1\0\6\1\0"
    body += b"\2" + struct.pack("<IIIIBB", start + seconds, start, *[seconds * 1000] * 2, 1, 0)
    head = struct.pack("<BBHI4s", 14, 0x20, 2132, len(body), b".FIT")
    head += struct.pack("<H", _crc(head))
    whole = head + bytes(body)
    return whole + struct.pack("<H", _crc(whole))


def decode_all(data: bytes) -> None:
    from evenstride.formats.fit.decode import decode

    files, _ = decode(data)
    for file in files:
        for name in file.names():
            held = file.messages(name)
            assert held is not None
            held.arrays()


def _ours_records(data: bytes) -> None:
    from evenstride.formats.fit.decode import decode

    files, _ = decode(data)
    for file in files:
        held = file.messages("record")
        assert held is not None
        held.series()
        held.times()


def _ours_read(data: bytes) -> None:
    from evenstride.formats import read

    assert read(data).recordings


def _fitdecode(data: bytes) -> None:
    import fitdecode

    with fitdecode.FitReader(data, check_crc=fitdecode.CrcCheck.RAISE) as reader:
        for _ in reader:
            pass


def _fitparse(data: bytes) -> None:
    import fitparse

    for message in fitparse.FitFile(data, check_crc=True).get_messages():
        message.get_values()


def _fitfast_records(data: bytes) -> None:
    import fitfast

    fitfast.records(data)


def _fitfast_all(data: bytes) -> None:
    import fitfast

    fitfast.parse(data)


def _medians(data: bytes, rounds: int, slow_rounds: int) -> dict[str, float]:
    """Return medians [ms]; the contestants take turns, so that all see the same machine."""
    contestants: dict[str, tuple[Callable[[bytes], None], int]] = {
        "all": (decode_all, rounds),
        "records": (_ours_records, rounds),
        "read": (_ours_read, rounds),
        "fitfast records": (_fitfast_records, rounds),
        "fitfast all": (_fitfast_all, rounds),
        "fitdecode": (_fitdecode, slow_rounds),
        "fitparse": (_fitparse, slow_rounds),
    }
    times: dict[str, list[float]] = {name: [] for name in contestants}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, (contestant, _) in contestants.items():
            try:
                contestant(data)
            except ImportError:
                print(f"{name}: not installed, left out", file=sys.stderr)
                times.pop(name)
        for i in range(rounds):
            for name, own in times.items():
                contestant, own_rounds = contestants[name]
                if i % (rounds // own_rounds) == 0:
                    contestant(data)
                    begin = time.perf_counter()
                    contestant(data)
                    own.append(time.perf_counter() - begin)
    return {name: 1000 * statistics.median(t) for name, t in times.items()}


def _rows(what: str, ms: dict[str, float]) -> list[Result]:
    out: list[Result] = []

    def ratio(title: str, theirs: str, ours: str, target: float) -> None:
        if theirs in ms:
            measured = ms[theirs] / ms[ours]
            shown = f"{measured:.1f} × ({ms[theirs]:.1f} / {ms[ours]:.2f} ms)"
            out.append((f"FIT, {what}: {title}", f"≥ {target:g} ×", shown, measured >= target))

    ratio("all messages against fitdecode", "fitdecode", "all", 150)
    ratio("all messages against fitparse", "fitparse", "all", 280)
    ratio("records against fitfast", "fitfast records", "records", 2.5)
    ratio("all messages against fitfast", "fitfast all", "all", 7)
    for title, name, target in (
        ("records decoded", "records", RECORDS_MS),
        ("through to the Recording", "read", READ_MS),
    ):
        out.append(
            (f"FIT, {what}: {title}", f"≤ {target} ms", f"{ms[name]:.2f} ms", ms[name] <= target)
        )
    return out


def results(quick: bool = False) -> list[Result]:
    """Return (what, target, measured, met) for BENCHMARKS.md."""
    rounds, slow = (10, 2) if quick else (60, 6)
    hour = synthetic_hour()
    out = _rows("a generated hour", _medians(hour, rounds, slow))
    folder = os.environ.get("EVENSTRIDE_TEST_DATA")
    root = Path(folder) if folder else Path(__file__).resolve().parents[2] / "shared" / "data"
    for what, name in REAL.items():
        if (root / name).is_file():
            out += _rows(what, _medians((root / name).read_bytes(), rounds, slow))
    return out


def main() -> None:
    """Print the results as rows of a Markdown table."""
    for what, target, measured, met in results(quick="--quick" in sys.argv):
        print(f"| {what} | {target} | {measured} | {'yes' if met else 'no'} |")


if __name__ == "__main__":
    main()
