"""How a FIT file's checksum is computed: by fastcrc where it is installed, else by NumPy.

FIT's checksum is CRC-16/ARC: initial value 0, so leading zero bytes change nothing, and a stretch
of bytes followed by its own checksum has the checksum 0.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

try:
    from fastcrc import crc16 as _crc16
except ImportError:  # no wheel for this platform
    _crc16 = None  # type: ignore[assignment]

_POLYNOMIAL = 0xA001
_LANES = 256


def checksum(data: bytes) -> int:
    """Return the CRC-16/ARC of `data`."""
    if _crc16 is None:
        return checksum_numpy(data)
    return int(_crc16.arc(data))


def checksum_numpy(data: bytes) -> int:
    """Return the CRC-16/ARC of `data` without fastcrc.

    The bytes are cut into lanes that go through the table side by side. The checksum is linear, so
    the lanes are joined afterwards by what a lane's worth of zero bytes does to each single bit;
    the 16 bits ride along as 16 more lanes.
    """
    if not data:
        return 0
    length = -(-len(data) // _LANES)
    padded = np.zeros(_LANES * length, dtype=np.uint8)
    padded[padded.size - len(data) :] = np.frombuffer(data, dtype=np.uint8)
    columns = np.zeros((length, _LANES + 16), dtype=np.uint16)
    columns[:, :_LANES] = padded.reshape(_LANES, length).T
    crc = np.zeros(_LANES + 16, dtype=np.uint16)
    crc[_LANES:] = 1 << np.arange(16)
    table = _table()
    for column in columns:
        crc = table[(crc ^ column) & 0xFF] ^ (crc >> 8)
    images = [int(v) for v in crc[_LANES:]]
    total = 0
    for lane in crc[:_LANES].tolist():
        shifted = 0
        for bit, image in enumerate(images):
            if total >> bit & 1:
                shifted ^= image
        total = shifted ^ lane
    return total


@lru_cache(maxsize=1)
def _table() -> npt.NDArray[np.uint16]:
    table = np.arange(256, dtype=np.uint16)
    for _ in range(8):
        table = np.where(table & 1, (table >> 1) ^ _POLYNOMIAL, table >> 1).astype(np.uint16)
    return table
