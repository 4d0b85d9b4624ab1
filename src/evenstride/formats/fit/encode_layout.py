"""Which bytes stand for a FIT message, its definition, and a whole file around messages."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evenstride.domain.errors import InputError
from evenstride.formats.fit.crc import checksum

if TYPE_CHECKING:
    from collections.abc import Mapping

PROTOCOL_VERSION = 0x20
PROFILE_VERSION = 2132
LITTLE_ENDIAN = 0
DEFINITION_BIT = 0x40
STRING = 0x07

Raw = int | None
"""The integer a field holds; None is written as the field's invalid value."""

TEXT_BYTES = 32  # of a string field, its closing NUL included

# Base type: its number in a definition, its struct and NumPy code, and the value that means "none".
BASE_TYPES: dict[str, tuple[int, str, int]] = {
    "enum": (0x00, "B", 0xFF),
    "sint8": (0x01, "b", 0x7F),
    "uint8": (0x02, "B", 0xFF),
    "uint16": (0x84, "H", 0xFFFF),
    "sint32": (0x85, "i", 0x7FFFFFFF),
    "uint32": (0x86, "I", 0xFFFFFFFF),
    "uint32z": (0x8C, "I", 0),
}


@dataclass(frozen=True, slots=True)
class Layout:
    """One message's definition: where each field stands and how wide it is."""

    local_number: int
    global_number: int
    fields: tuple[tuple[int, str], ...]  # field number, base type
    text: int | None = None  # the number of a string field, which stands last

    def definition(self) -> bytes:
        """Return the definition message that announces this layout."""
        head = struct.pack(
            "<BBBHB",
            DEFINITION_BIT | self.local_number,
            0,
            LITTLE_ENDIAN,
            self.global_number,
            len(self.fields) + (self.text is not None),
        )
        head += b"".join(
            bytes((number, struct.calcsize(BASE_TYPES[base][1]), BASE_TYPES[base][0]))
            for number, base in self.fields
        )
        return head if self.text is None else head + bytes((self.text, TEXT_BYTES, STRING))

    def data(self, values: Mapping[int, Raw], text: str | None = None) -> bytes:
        """Return one data message; a field without a value is written as invalid.

        A text too long for its field is cut.
        """
        codes, raw = "<B", [self.local_number]
        for number, base in self.fields:
            _, code, invalid = BASE_TYPES[base]
            value = values.get(number)
            codes += code
            raw.append(invalid if value is None else value)
        last = b""
        if self.text is not None:
            cut = (text or "").encode()[: TEXT_BYTES - 1].decode(errors="ignore")
            last = cut.encode().ljust(TEXT_BYTES, b"\0")
        try:
            return struct.pack(codes, *raw) + last
        except struct.error as error:
            raise InputError(
                f"a value of FIT message {self.global_number} does not fit its field: {error}."
            ) from error


def framed(messages: bytes) -> bytes:
    """Put the 14-byte header and the CRC around messages."""
    header = struct.pack("<BBHI4s", 14, PROTOCOL_VERSION, PROFILE_VERSION, len(messages), b".FIT")
    header += struct.pack("<H", checksum(header))
    whole = header + messages
    return whole + struct.pack("<H", checksum(whole))
