"""A FIT file built byte by byte, independent of the package: for tests of single traps."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

ENUM, SINT8, UINT8, SINT16, UINT16, SINT32, UINT32 = 0x00, 0x01, 0x02, 0x83, 0x84, 0x85, 0x86
STRING, FLOAT32, FLOAT64, UINT8Z, UINT16Z, UINT32Z, BYTE = 0x07, 0x88, 0x89, 0x0A, 0x8B, 0x8C, 0x0D
CODES = {
    ENUM: "B", SINT8: "b", UINT8: "B", SINT16: "h", UINT16: "H", SINT32: "i", UINT32: "I",
    FLOAT32: "f", FLOAT64: "d", UINT8Z: "B", UINT16Z: "H", UINT32Z: "I", BYTE: "B",
}  # fmt: skip
SIZES = {code: struct.calcsize(fmt) for code, fmt in CODES.items()} | {STRING: 1}

T0 = 1_000_000_000  # seconds since FIT's epoch: 2021-09-08
FILE_ID, SESSION, LAP, RECORD, EVENT, DEVICE_INFO, ACTIVITY = 0, 18, 19, 20, 21, 23, 34
SPORT, FIELD_DESCRIPTION, DEVELOPER_DATA_ID = 12, 206, 207
RUNNING, CYCLING = 1, 2


def crc(data: bytes) -> int:
    """CRC-16/ARC, bit by bit: slow and plain."""
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ 0xA001 if value & 1 else value >> 1
    return value


@dataclass
class Fit:
    """Collects messages; `to_bytes` wraps them in header and checksum."""

    body: bytearray = field(default_factory=bytearray)

    def raw(self, data: bytes) -> Fit:
        self.body += data
        return self

    def define(
        self,
        local: int,
        number: int,
        fields: list[tuple[int, int, int]],
        developer: list[tuple[int, int, int]] | None = None,
        *,
        big: bool = False,
    ) -> Fit:
        """Define a message; fields: (number, size, base type), developer: (number, size, index)."""
        self.body += bytes([0x40 | (0x20 if developer is not None else 0) | local, 0, int(big)])
        self.body += struct.pack(">H" if big else "<H", number)
        self.body.append(len(fields))
        for f in fields:
            self.body += bytes(f)
        if developer is not None:
            self.body.append(len(developer))
            for f in developer:
                self.body += bytes(f)
        return self

    def data(self, local: int, payload: bytes) -> Fit:
        self.body += bytes([local]) + payload
        return self

    def short(self, local: int, offset: int, payload: bytes) -> Fit:
        """Add a message with its time in the header."""
        self.body += bytes([0x80 | local << 5 | offset]) + payload
        return self

    def message(
        self,
        number: int,
        values: list[tuple[int, int, object]],
        *,
        local: int = 15,
        big: bool = False,
    ) -> Fit:
        """Define and write one message: values are (field number, base type, value)."""
        fields, payload = [], b""
        for field_number, base, value in values:
            if base == STRING:
                packed = str(value).encode() + b"\0"
            elif base == BYTE:
                packed = bytes(value)  # type: ignore[call-overload]
            else:
                items = value if isinstance(value, (list, tuple)) else [value]
                packed = struct.pack((">" if big else "<") + CODES[base] * len(items), *items)
            fields.append((field_number, len(packed), base))
            payload += packed
        return self.define(local, number, fields, big=big).data(local, payload)

    def file_id(self, kind: int = 4) -> Fit:
        return self.message(
            FILE_ID, [(0, ENUM, kind), (1, UINT16, 1), (2, UINT16, 3992), (4, UINT32, T0)]
        )

    def session(
        self, start: int, elapsed_s: float, sport: int = RUNNING, sub_sport: int = 0, **more: int
    ) -> Fit:
        values: list[tuple[int, int, object]] = [
            (253, UINT32, start + int(elapsed_s)),
            (2, UINT32, start),
            (7, UINT32, round(elapsed_s * 1000)),
            (8, UINT32, round(elapsed_s * 1000)),
            (5, ENUM, sport),
            (6, ENUM, sub_sport),
        ]
        if "balance" in more:
            values.append((133, UINT16, more["balance"]))
        return self.message(SESSION, values)

    def event(self, at: int, kind: int) -> Fit:
        """Write a timer event: kind 0 start, 4 stop_all."""
        return self.message(EVENT, [(253, UINT32, at), (0, ENUM, 0), (1, ENUM, kind)])

    def application(self, index: int, application: bytes) -> Fit:
        return self.message(DEVELOPER_DATA_ID, [(1, BYTE, application), (3, UINT8, index)])

    def describe(
        self, index: int, number: int, base: int, name: str, units: str = "", **more: int
    ) -> Fit:
        values: list[tuple[int, int, object]] = [
            (0, UINT8, index),
            (1, UINT8, number),
            (2, UINT8, base),
            (3, STRING, name),
            (8, STRING, units),
        ]
        if "scale" in more:
            values.append((6, UINT8, more["scale"]))
        return self.message(FIELD_DESCRIPTION, values)

    def to_bytes(
        self, *, size: int | None = None, header: int = 14, check: int | None = None
    ) -> bytes:
        head = struct.pack(
            "<BBHI4s", header, 0x20, 2132, len(self.body) if size is None else size, b".FIT"
        )
        if header == 14:
            head += struct.pack("<H", crc(head))
        whole = head + bytes(self.body)
        return whole + struct.pack("<H", crc(whole) if check is None else check)


# Time, position, balance, contact time, cadence, speed: what a running record has at least.
RECORD_FIELDS = [(253, 4, UINT32), (84, 2, UINT16), (41, 2, UINT16), (4, 1, UINT8), (6, 2, UINT16)]


def record(
    at: int, balance: int = 5000, contact: int = 2500, cadence: int = 85, speed: int = 3000
) -> bytes:
    """Return the payload of a message with `RECORD_FIELDS`."""
    return struct.pack("<IHHBH", at, balance, contact, cadence, speed)


def run(seconds: int = 60, *, start: int = T0, sport: int = RUNNING, sub_sport: int = 0) -> Fit:
    """Return a small sound running activity."""
    fit = Fit().file_id()
    fit.event(start, 0)
    fit.define(0, RECORD, RECORD_FIELDS)
    for i in range(seconds):
        fit.data(0, record(start + i, 4900 + i % 64))
    fit.event(start + seconds, 4)
    fit.message(
        LAP,
        [(253, UINT32, start + seconds), (2, UINT32, start), (7, UINT32, seconds * 1000)],
    )
    fit.session(start, seconds, sport, sub_sport)
    return fit.message(
        ACTIVITY, [(253, UINT32, start + seconds), (5, UINT32, start + seconds + 7200)]
    )
