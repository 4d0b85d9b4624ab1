"""`evenstride report`: what it writes, what it refuses, and that no half of a file is left."""

from __future__ import annotations

import json
import sys

import jsonschema
import pytest

from evenstride.answers.schema import schema
from evenstride.cli import files, main


@pytest.fixture
def run(monkeypatch, capsys):
    """Run the program in this process; returns exit code, standard output, standard error."""

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["evenstride", "report", *map(str, arguments)])
        capsys.readouterr()
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code or 0
        out, err = capsys.readouterr()
        return code, out, err

    monkeypatch.delenv("EVENSTRIDE_LIBRARY", raising=False)
    return call


@pytest.mark.parametrize(("name", "begins"), [("a.pdf", b"%PDF-"), ("b.HTML", b"<!doctype html>")])
def test_the_ending_says_what_is_written_and_where_is_said(
    run, year_library_path, tmp_path, name, begins
):
    path = tmp_path / name
    code, out, err = run("--library", year_library_path, "--out", path)
    assert (code, out, err) == (0, f"Wrote {path}\n", "")
    assert path.read_bytes().startswith(begins)
    assert [p.name for p in tmp_path.iterdir()] == [name], "nothing else is left"


def test_json_alone_or_beside_a_file(run, year_library_path, tmp_path):
    code, alone, err = run("--library", year_library_path, "--json", "--days", 30)
    assert (code, err) == (0, "")
    document = json.loads(alone)
    jsonschema.validate(document, schema("report"))
    assert document["tables"]["summary"][0]["days"] == 30
    path = tmp_path / "report.pdf"
    code, out, err = run("--library", year_library_path, "--json", "--days", 30, "-o", path)
    assert (code, err) == (0, f"Wrote {path}\n")
    assert json.loads(out) == document
    assert path.stat().st_size > 10_000


def test_runs_to_explain_and_sides_to_compare_are_taken(run, year_library_path):
    sides = ("2025-01-06..2025-03-31", "2025-04-01..2025-12-31")
    code, out, err = run(
        *("--library", year_library_path, "--json"),
        *("--explain", "last", "--explain", "2025-01-07", "--compare", *sides),
    )
    assert (code, err) == (0, "")
    tables = json.loads(out)["tables"]
    assert len(tables["explained"]) == 2
    assert [row["side"] for row in tables["sides"]] == ["a", "b"]
    code, out, err = run("--library", year_library_path, "--json", "--explain", "nobody")
    assert (code, out, len(err.splitlines())) == (1, "", 1)


@pytest.mark.parametrize(
    "arguments", [["--out", "report.docx"], ["--out", "report"], ["--days", 90]]
)
def test_wrong_usage_is_said_and_nothing_written(
    run, year_library_path, tmp_path, monkeypatch, arguments
):
    monkeypatch.chdir(tmp_path)
    code, out, err = run("--library", year_library_path, *arguments)
    assert (code, out) == (2, "")
    assert "--out" in err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_never_replaced(run, year_library_path, tmp_path):
    folder = tmp_path / "report.pdf"
    folder.mkdir()
    code, out, err = run("--library", year_library_path, "--out", folder)
    assert (code, out) == (1, "")
    assert err == f"evenstride: {folder} is a folder; name a file in it.\n"
    missing = tmp_path / "nowhere" / "report.pdf"
    code, _, err = run("--library", year_library_path, "--out", missing)
    assert code == 1
    assert err.startswith("evenstride: There is no folder")
    assert not missing.parent.exists()


@pytest.mark.parametrize("fails", ["fsync", "open"])
def test_a_full_disk_leaves_what_was_there(run, year_library_path, tmp_path, monkeypatch, fails):
    path = tmp_path / "report.pdf"
    path.write_bytes(b"the old one")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, fails, full)
    with monkeypatch.context():
        code, out, err = run("--library", year_library_path, "--out", path)
    assert (code, out) == (1, "")
    assert "No space left on device" in err
    assert path.read_bytes() == b"the old one"
    assert [p.name for p in tmp_path.iterdir()] == ["report.pdf"]


def test_an_old_report_is_replaced_whole(run, year_library_path, tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(b"old" * 1_000_000)
    assert run("--library", year_library_path, "--out", path, "--paper", "letter")[0] == 0
    data = path.read_bytes()
    assert data.startswith(b"%PDF-")
    assert data.rstrip().endswith(b"%%EOF")
    assert b"612 792" in data


def test_an_empty_library_is_one_sentence(run, tmp_path):
    from evenstride.answers import open_library

    open_library(tmp_path / "library").close()
    code, out, err = run("--library", tmp_path / "library", "--out", tmp_path / "report.pdf")
    assert (code, out) == (1, "")
    assert len(err.splitlines()) == 1
    assert not (tmp_path / "report.pdf").exists()
