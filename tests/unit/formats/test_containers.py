"""Files in folders and archives: found by content, bounded, none of them stopping the rest."""

from __future__ import annotations

import gzip
import io
import os
import random
import zipfile
import zlib
from pathlib import Path

import pytest

from evenstride.domain.errors import InputError
from evenstride.formats import containers
from evenstride.formats.containers import count, walk
from fit_bytes import run

FIT = run(20).to_bytes()
OTHER = "This is neither a FIT file nor an archive."


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def outcome(path: Path) -> dict[str, object]:
    """Return what was found by its name below `path`: the bytes, or the sentence of the refusal."""
    out: dict[str, object] = {}
    for found in walk([path]):
        given = found.data if found.data is not None else found.path and found.path.read_bytes()
        name = found.name.removeprefix(str(path)).removeprefix("/")
        assert name not in out
        out[name] = found.refusal.sentence if found.refusal else given
    return out


def test_a_folder_is_walked_in_order_whatever_the_files_are_called(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "2.fit").write_bytes(FIT)
    (tmp_path / "b" / "10.dat").write_bytes(FIT)
    (tmp_path / "a.fit.gz").write_bytes(gzip.compress(FIT))
    (tmp_path / "zip.fit").write_bytes(zipped({"x/1.FIT": FIT, "notes.json": b"{}" * 50}))
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8 no run")
    (tmp_path / ".hidden.fit").write_bytes(FIT)
    found = outcome(tmp_path)
    assert list(found) == [
        "a.fit.gz", "b/10.dat", "b/2.fit", "photo.jpg", "zip.fit/notes.json", "zip.fit/x/1.FIT",
    ]  # fmt: skip
    assert [v for v in found.values() if isinstance(v, str)] == [OTHER, OTHER]
    assert [v for v in found.values() if isinstance(v, bytes)] == [FIT] * 4


def test_plain_files_are_offered_by_path_and_members_by_content(tmp_path):
    plain, packed = tmp_path / "1.fit", tmp_path / "2.zip"
    plain.write_bytes(FIT)
    packed.write_bytes(zipped({"3.fit": FIT}))
    first, second = walk([plain, packed])
    assert (first.path, first.data) == (plain, None)
    assert (second.path, second.data) == (None, FIT)


def test_archives_in_archives_show_the_way_to_their_members(tmp_path):
    inner = zipped({"123_ACTIVITY.fit": FIT, "4.fit.gz": gzip.compress(FIT)})
    path = tmp_path / "export.zip"
    path.write_bytes(zipped({"DI_CONNECT/part1.zip": inner, "profile.json": b"{}"}))
    found = outcome(path)
    assert found == {
        "DI_CONNECT/part1.zip/123_ACTIVITY.fit": FIT,
        "DI_CONNECT/part1.zip/4.fit.gz": FIT,
        "profile.json": OTHER,
    }


def test_a_zip_in_a_gzip_and_a_gzip_in_a_gzip(tmp_path):
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(gzip.compress(zipped({"1.fit": FIT}))))
    assert outcome(path) == {"1.fit": FIT}


def test_a_path_that_does_not_exist_is_misuse_said_before_anything_else(tmp_path):
    (tmp_path / "1.fit").write_bytes(FIT)
    with pytest.raises(InputError, match=r"no file or folder .*nowhere"):
        walk([tmp_path / "1.fit", tmp_path / "nowhere"])


def test_an_empty_folder_gives_nothing_and_an_empty_archive_says_so(tmp_path):
    assert outcome(tmp_path) == {}
    (tmp_path / "e.zip").write_bytes(zipped({}))
    assert outcome(tmp_path) == {"e.zip": "The archive is empty."}


def test_a_damaged_fit_is_offered_so_that_its_reader_can_say_what_is_wrong(tmp_path):
    (tmp_path / "bad.fit").write_bytes(b"not a FIT file at all")
    (tmp_path / "bad.zip").write_bytes(zipped({"worse.FIT": b"", "x.txt": b""}))
    assert outcome(tmp_path) == {
        "bad.fit": b"not a FIT file at all",
        "bad.zip/worse.FIT": b"",
        "bad.zip/x.txt": OTHER,
    }


def test_links_back_to_a_folder_are_followed_once(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "1.fit").write_bytes(FIT)
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "broken.fit").symlink_to(tmp_path / "gone")
    found = outcome(tmp_path)
    assert found["a/1.fit"] == FIT
    assert found["broken.fit"] == "It cannot be opened (no such file or directory)."
    assert len(found) == 2


def test_a_pipe_is_never_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe.fit")
    assert outcome(tmp_path) == {"pipe.fit": "This is neither a file nor a folder."}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_locked_folder_does_not_stop_the_rest(tmp_path):
    (tmp_path / "a").mkdir(mode=0)
    (tmp_path / "b.fit").write_bytes(FIT)
    found = outcome(tmp_path)
    assert found == {"a": "The folder cannot be opened (permission denied).", "b.fit": FIT}


def test_a_folder_that_cannot_be_listed_does_not_stop_the_rest(tmp_path, monkeypatch):
    (tmp_path / "a").mkdir()
    (tmp_path / "b.fit").write_bytes(FIT)
    listing = Path.iterdir

    def refuse(self):
        if self.name == "a":
            raise PermissionError(13, "Permission denied")
        return listing(self)

    monkeypatch.setattr(Path, "iterdir", refuse)
    found = outcome(tmp_path)
    assert found == {"a": "The folder cannot be opened (permission denied).", "b.fit": FIT}


@pytest.mark.parametrize("keep", [10, 100, -30])
def test_a_broken_archive_is_reported_beside_the_rest(tmp_path, keep):
    (tmp_path / "a.zip").write_bytes(zipped({"1.fit": FIT, "2.fit": FIT})[:keep])
    (tmp_path / "b.fit").write_bytes(FIT)
    found = outcome(tmp_path)
    assert found == {"a.zip": "The archive is damaged or cut off.", "b.fit": FIT}


def test_a_damaged_member_is_reported_beside_the_others(tmp_path):
    data = bytearray(zipped({"1.fit": FIT, "2.fit": FIT}))
    data[60] ^= 0xFF
    (tmp_path / "a.zip").write_bytes(data)
    found = outcome(tmp_path)
    assert found == {"a.zip/1.fit": "It is damaged in its archive.", "a.zip/2.fit": FIT}


def test_a_truncated_gzip_is_reported(tmp_path):
    (tmp_path / "a.fit.gz").write_bytes(gzip.compress(FIT)[:-20])
    assert outcome(tmp_path) == {"a.fit.gz": "The compressed file is damaged or cut off."}


def test_a_locked_member_is_reported(tmp_path):
    data = bytearray(zipped({"1.fit": FIT}))
    data[6] |= 1  # the flag in the local header and in the table of contents
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    assert outcome(tmp_path) == {"a.zip/1.fit": "It is locked with a password."}


def test_an_unknown_compression_is_reported(tmp_path):
    data = bytearray(zipped({"1.fit": FIT}))
    data[data.index(b"PK\x01\x02") + 10] = 97
    data[8] = 97
    (tmp_path / "a.zip").write_bytes(data)
    assert outcome(tmp_path) == {"a.zip/1.fit": "It is damaged in its archive."}


def test_a_bomb_is_refused_before_it_fills_memory_or_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(containers, "ALLOWANCE_BYTES", 2**20)
    bomb = FIT[:14] + bytes(64 * 2**20)
    (tmp_path / "bomb.zip").write_bytes(zipped({"1.fit": bomb, "2.fit": FIT}))
    (tmp_path / "bomb2.zip").write_bytes(zipped({"in.zip": zipped({"1.fit": bomb})}))
    packer = zlib.compressobj(9, wbits=31)
    packed = packer.compress(bomb) + packer.flush()
    (tmp_path / "bomb3.fit.gz").write_bytes(packed)
    sentence = "The archive unpacks to far more than a run could hold."
    assert outcome(tmp_path) == {
        "bomb.zip/1.fit": sentence,
        "bomb.zip/2.fit": sentence,
        "bomb2.zip/in.zip/1.fit": sentence,
        "bomb3.fit.gz": sentence,
    }


def test_a_file_larger_than_any_watch_writes_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(containers, "MAX_FILE_BYTES", len(FIT) - 1)
    (tmp_path / "a.fit").write_bytes(FIT)
    (tmp_path / "b.zip").write_bytes(zipped({"1.fit": FIT, "2.fit": FIT[:-1]}))
    found = outcome(tmp_path)
    sentence = "The file is larger than any watch writes (more than 256 MiB)."
    assert found == {"a.fit": sentence, "b.zip/1.fit": sentence, "b.zip/2.fit": FIT[:-1]}


def test_archives_too_deep_in_one_another_are_refused(tmp_path):
    data = zipped({"1.fit": FIT})
    for depth in range(6):
        data = zipped({f"{depth}.zip": data})
    (tmp_path / "a.zip").write_bytes(data)
    (only,) = outcome(tmp_path).values()
    assert only == "Archives lie more than 4 deep in one another."


def test_names_from_archives_are_safe_to_print(tmp_path):
    (tmp_path / "a.zip").write_bytes(zipped({"1\x1b[31m\n.fit": FIT, "../../etc/2.fit": FIT}))
    names = [f.name for f in walk([tmp_path])]
    assert all(name.isprintable() for name in names)
    assert len(names) == 2  # also one that would climb out: it is read, never unpacked to its name


@pytest.mark.parametrize("name", ["__MACOSX/._1.fit", ".DS_Store", "x/"])
def test_what_operating_systems_leave_in_archives_is_passed_over(tmp_path, name):
    (tmp_path / "a.zip").write_bytes(zipped({name: b"", "1.fit": FIT}))
    assert list(outcome(tmp_path)) == ["a.zip/1.fit"]


def test_the_count_is_that_of_the_walk_where_no_archive_is_in_an_archive(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "2.fit").write_bytes(FIT)
    (tmp_path / "a.zip").write_bytes(zipped({f"{i}.fit": FIT for i in range(7)}))
    (tmp_path / "c.zip").write_bytes(b"PK\x03\x04 but not really")
    (tmp_path / "d.fit.gz").write_bytes(gzip.compress(FIT))
    assert count([tmp_path]) == sum(1 for _ in walk([tmp_path])) == 10
    assert count([tmp_path / "b" / "2.fit"]) == 1


METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


def packed(method: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for k in range(3):
            archive.writestr(f"{k}.fit", FIT)
    return buffer.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_damaged_data_of_any_method_are_refused_and_stop_nothing(tmp_path, method):
    data = bytearray(packed(method))
    start = data.index(b"0.fit") + len("0.fit")
    data[start + 12 : start + 40] = b"\xa5" * 28
    (tmp_path / "a.zip").write_bytes(data)
    (tmp_path / "b.fit").write_bytes(FIT)
    assert outcome(tmp_path) == {
        "a.zip/0.fit": "It is damaged in its archive.",
        "a.zip/1.fit": FIT,
        "a.zip/2.fit": FIT,
        "b.fit": FIT,
    }


@pytest.mark.parametrize("method", METHODS)
def test_whatever_bytes_of_an_archive_change_the_rest_is_found(tmp_path, method):
    whole = packed(method)
    rng = random.Random(method)
    (tmp_path / "b.fit").write_bytes(FIT)
    refused = 0
    for trial in range(300):
        data = bytearray(whole)
        for _ in range(rng.choice((1, 3, 30))):
            data[rng.randrange(len(data))] = rng.randrange(256)
        (tmp_path / "a.zip").write_bytes(data)
        found = list(walk([tmp_path]))
        assert found[-1].path == tmp_path / "b.fit", trial
        refused += any(f.refusal for f in found)
        count([tmp_path])
    assert refused > 100
