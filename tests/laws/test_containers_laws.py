"""However a file is packed, what is found is the file; and damage to a package never raises."""

from __future__ import annotations

import gzip
import io
import tempfile
import zipfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from evenstride.formats.containers import count, walk
from fit_bytes import run

FIT = run(20).to_bytes()


def zipped(data: bytes, method: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        # A fixed date: what is drawn must not depend on the clock.
        archive.writestr(zipfile.ZipInfo("a/file.fit", (2022, 1, 1, 0, 0, 0)), data, method)
    return buffer.getvalue()


PACKERS = {
    "gzip": lambda d: gzip.compress(d, mtime=0),
    "deflated": lambda d: zipped(d, zipfile.ZIP_DEFLATED),
    "stored": lambda d: zipped(d, zipfile.ZIP_STORED),
}
packings = st.lists(st.sampled_from(sorted(PACKERS)), max_size=4)


@given(packings, st.sampled_from(["x", "x.fit", "x.zip", "x.fit.gz"]))
def test_what_is_packed_is_found(packing, name):
    data = FIT
    for packer in packing:
        data = PACKERS[packer](data)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        (found,) = walk([Path(folder)])
        assert found.refusal is None
        content = found.data if found.data is not None else found.path.read_bytes()
    assert content == FIT


@given(packings.filter(bool), st.data())
def test_damaged_packages_are_reported_and_never_raise(packing, data):
    packed = FIT
    for packer in packing:
        packed = PACKERS[packer](packed)
    damaged = bytearray(packed)
    for at in data.draw(st.lists(st.integers(0, len(packed) - 1), min_size=1, max_size=8)):
        damaged[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(packed)))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "a").write_bytes(damaged[:cut])
        (Path(folder) / "b.fit").write_bytes(FIT)
        found = list(walk([Path(folder)]))
        assert count([Path(folder)]) >= 1
    assert found[-1].name.endswith("b.fit")
    for f in found:
        assert (f.refusal is None) == (f.data is not None or f.path is not None)
