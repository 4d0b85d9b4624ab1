"""The command line's contracts: exit codes, one sentence, JSON alone on standard output."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from evenstride.cli import main
from evenstride.cli.files import writable, write_whole
from evenstride.domain.errors import InputError


@pytest.fixture
def run(monkeypatch, capsys):
    """Run the program in this process; returns exit code, standard output, standard error."""

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["evenstride", *map(str, arguments)])
        monkeypatch.setenv("COLUMNS", "80")
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


def one_sentence(err: str) -> bool:
    return len(err.strip().splitlines()) == 1 and "Traceback" not in err


@pytest.mark.parametrize("command", ["status", "trend", "runs", "show"])
def test_json_is_one_document_alone_on_standard_output(run, year_library_path, command):
    extra = ["last"] if command == "show" else []
    code, out, err = run(command, *extra, "--library", year_library_path, "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    if command == "runs":
        assert {
            "run_id",
            "started_at_utc",
            "distance_m",
            "duration_s",
            "balance_left_pct",
            "balance_se_pp",
            "gct_ms",
            "flight_time_ms",
            "cadence_spm",
            "speed_m_s",
            "usable_share",
            "sensor",
        } <= set(document[0])
        assert len(document) == 60
    else:
        assert document["question"] == command


def test_runs_are_looked_for_and_sorted(run, year_library_path):
    def listed(*words):
        code, out, err = run("runs", *words, "--library", year_library_path, "--json")
        assert (code, err) == (0, "")
        return json.loads(out)

    every = listed()
    since = every[-5]["local_date"]
    assert listed("--since", since) == every[-5:]
    assert listed("--text", since)[0] == every[-5]
    assert listed("--tag", "heel") == []
    far = listed("--least", "12")
    assert far == [row for row in every if row["distance_m"] >= 12_000]
    assert 0 < len(far) < len(every)
    best = listed("--sort", "balance", "--descending", "-n", "3")
    assert [row["balance_left_pct"] for row in best] == sorted(
        (row["balance_left_pct"] for row in every), reverse=True
    )[:3]
    code, out, _ = run("runs", "--sort", "balance", "--library", year_library_path)
    assert code == 0
    assert "40 more follow: --all shows them." in out
    lowest = min(every, key=lambda row: row["balance_left_pct"])
    assert lowest["run_id"] in out
    assert run("runs", "--text", "nothing", "--library", year_library_path)[1].startswith(
        "None of 60 runs is like that."
    )
    for words in (("--since", "soon"), ("--sort", "shoe_size")):
        code, out, err = run("runs", *words, "--library", year_library_path)
        assert (code, out) == (1, "")
        assert one_sentence(err)


def test_bands_are_as_set_unless_named(run, year_library_path, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(year_library_path, copy)
    assert run("settings", "bands", "garmin", "--library", copy)[0] == 0
    for command in ("status", "trend"):
        assert "Garmin would show" in run(command, "--library", copy)[1]
        assert "Garmin" not in run(command, "--bands", "own", "--library", copy)[1]


def test_a_terminal_shows_the_figure_that_answers_and_no_other(run, year_library_path):
    status, trend = (run(c, "--library", year_library_path)[1] for c in ("status", "trend"))
    assert "Balance (up:" in trend
    assert "Balance (up:" not in status
    assert not re.search(r"^(Contact|Flight) time$", trend, re.MULTILINE)


def test_import_in_json_keeps_progress_off_standard_output(run, year_of_files, tmp_path):
    code, out, _ = run("import", year_of_files / "000.fit", "--library", tmp_path / "l", "--json")
    assert code == 0
    assert json.loads(out)["verdict"] == "imported"


@pytest.mark.parametrize("command", ["status", "trend", "runs"])
def test_no_library_yet_is_one_sentence_and_exit_1(run, tmp_path, command):
    code, out, err = run(command, "--library", tmp_path / "none")
    assert (code, out) == (1, "")
    assert one_sentence(err)
    assert "import" in err
    assert not (tmp_path / "none").exists()


def test_the_library_comes_from_the_environment_too(run, year_library_path, monkeypatch):
    monkeypatch.setenv("EVENSTRIDE_LIBRARY", str(year_library_path))
    assert run("runs", "--json")[0] == 0


def test_an_unknown_run_is_answered_with_the_nearest(run, year_library_path):
    known = json.loads(run("runs", "--library", year_library_path, "--json")[1])[5]["run_id"]
    code, _, err = run("show", known[:-1] + "x", "--library", year_library_path)
    assert code == 1
    assert one_sentence(err)
    assert known[:8] in err


@pytest.mark.parametrize(
    "words",
    [
        ("statsu",),
        ("status", "--nope"),
        ("trend", "--window", "soon"),
        ("trend", "--bands", "polar"),
        ("library", "chekc"),
        ("import", "--workers", "0", "x"),
    ],
)
def test_wrong_words_are_exit_2(run, words):
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert "Traceback" not in err


def test_a_near_miss_is_suggested(run):
    assert "Did you mean 'status'" in run("statsu")[2]


def test_a_path_that_is_not_there_is_exit_1(run, tmp_path):
    code, _, err = run("import", tmp_path / "nowhere", "--library", tmp_path / "l")
    assert code == 1
    assert "nowhere" in err
    assert "Traceback" not in err


@pytest.fixture
def as_nobody(run, year_of_files):
    """A folder with one run that every user may use, and the rights of a user who is not root."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        shutil.copy(year_of_files / "000.fit", folder / "run.fit")
        (folder / "run.fit").chmod(0o644)
        run("import", folder / "run.fit", "--library", folder / "warm")  # imports all it needs
        shutil.rmtree(folder / "warm")
        root = os.geteuid() == 0
        if root:
            os.seteuid(65534)
        try:
            yield folder
        finally:
            if root:
                os.seteuid(0)


def test_an_unreadable_folder_is_one_sentence(run, as_nobody):
    closed = as_nobody / "closed"
    closed.mkdir(mode=0)
    code, _, err = run("import", closed, "--library", as_nobody / "l")
    closed.chmod(0o700)
    assert code == 1
    assert "Traceback" not in err
    assert "permission denied" in err.lower()


def test_a_library_that_cannot_be_written_is_one_sentence(run, as_nobody):
    closed = as_nobody / "closed"
    closed.mkdir(mode=0o500)
    code, _, err = run("import", as_nobody / "run.fit", "--library", closed / "l")
    closed.chmod(0o700)
    assert code == 1
    assert one_sentence(err)
    assert list(closed.iterdir()) == []


def test_a_corrupt_library_is_one_sentence_and_is_left_alone(run, year_library_path, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(year_library_path, copy)
    database = copy / "library.sqlite"
    database.write_bytes(b"this is no database" * 400)
    before = database.read_bytes()
    for command in ("status", "runs"):
        code, _, err = run(command, "--library", copy)
        assert code == 1
        assert one_sentence(err)
    assert database.read_bytes() == before


def test_a_newer_library_is_one_sentence(run, year_library_path, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(year_library_path, copy)
    with sqlite3.connect(copy / "library.sqlite") as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    code, _, err = run("status", "--library", copy)
    assert code == 1
    assert one_sentence(err)
    assert "newer" in err


def test_another_folder_is_not_taken_for_a_library(run, tmp_path):
    (tmp_path / "thesis.odt").write_text("mine")
    code, _, err = run("runs", "--library", tmp_path)
    assert code == 1
    assert one_sentence(err)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.odt"]


def test_library_check_rebuild_export_backup(run, year_library_path, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(year_library_path, copy)
    assert run("library", "check", "--library", copy)[0] == 0
    before = run("runs", "--library", copy, "--json")[1]
    code, out, _ = run("library", "rebuild", "--library", copy)
    assert code == 0
    assert "60 recordings" in out
    assert run("runs", "--library", copy, "--json")[1] == before
    assert run("library", "export", tmp_path / "out", "--library", copy)[0] == 0
    assert (tmp_path / "out" / "runs.csv").exists()
    assert run("library", "backup", tmp_path / "backup", "--library", copy)[0] == 0
    assert run("runs", "--library", tmp_path / "backup", "--json")[1] == before


def test_library_check_finds_damage_and_exits_1(run, year_library_path, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(year_library_path, copy)
    raw = next(p for p in (copy / "raw").rglob("*.fit"))
    raw.chmod(0o644)
    data = raw.read_bytes()
    raw.write_bytes(data[:-1] + bytes([data[-1] ^ 0xFF]))
    code, out, err = run("library", "check", "--library", copy, "--json")
    assert code == 1
    assert json.loads(out)["verdict"] == "damaged"
    assert "Traceback" not in err


def test_the_demo_leaves_other_folders_alone(run, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    code, _, err = run("demo", "--at", tmp_path)
    assert code == 1
    assert "mine" not in err or "other things" in err
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_the_demo_never_uses_the_runners_library(run, tmp_path, monkeypatch, year_of_files):
    own = tmp_path / "own"
    monkeypatch.setenv("EVENSTRIDE_LIBRARY", str(own))
    code, out, _ = run("demo", "--at", tmp_path / "demo", year_of_files)
    assert code == 0
    assert "You are at" in out
    assert not own.exists()


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="there is no /dev/full")
@pytest.mark.parametrize("words", ["runs --all", "--help"])
def test_output_that_is_full_is_said_in_one_sentence(year_library_path, words):
    command = f"{sys.executable} -m evenstride {words} > /dev/full"
    environment = {**os.environ, "EVENSTRIDE_LIBRARY": str(year_library_path)}
    done = subprocess.run(
        command, shell=True, capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 1
    assert done.stderr.startswith("evenstride: nothing more can be written (No space left")
    assert done.stderr.count("\n") == 1


def test_only_files_are_written_over(tmp_path):
    pipe, link, file = tmp_path / "pipe", tmp_path / "link", tmp_path / "file"
    os.mkfifo(pipe)
    with pytest.raises(InputError, match="is no file but a device or a pipe"):
        writable(pipe)
    file.write_text("before")
    link.symlink_to(file)
    write_whole(writable(link), b"after")
    assert link.is_symlink()
    assert file.read_text() == "after"


def test_a_closed_pipe_is_no_error(year_library_path):
    command = f"{sys.executable} -m evenstride runs --all --library {year_library_path} | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.startswith("60 runs")


def test_start_up_imports_nothing_heavy():
    """Help and wrong words are answered at once because nothing heavy is imported for them."""
    heavy = {"numpy", "polars", "sqlalchemy", "alembic", "scipy", "pydantic", "fitdecode"}
    code = "import sys; from evenstride.cli.app import app; print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert heavy.isdisjoint(eval(done.stdout))  # our own list of names


def test_the_demo_shows_what_it_can_of_runs_without_balance(run, tmp_path, year_of_files):
    from dataclasses import replace

    import polars as pl

    from evenstride.formats import read
    from evenstride.formats.fit.encode import encode_run

    recording = read((year_of_files / "000.fit").read_bytes()).recordings[0]
    without = recording.samples.with_columns(balance_left_pct=pl.lit(None, dtype=pl.Float32))
    (tmp_path / "x.fit").write_bytes(encode_run(replace(recording, samples=without)))
    code, out, err = run("demo", "--at", tmp_path / "demo", tmp_path / "x.fit")
    assert code == 0
    assert "1 imported" in out
    assert "Running Dynamics Pod" in err
    assert re.search(r"^2025-\d\d-\d\d-\d{4} ", out, re.MULTILINE), "the list of runs"


def test_runs_can_be_counted_in_json_too(run, year_library_path):
    _, out, _ = run("runs", "-n", "3", "--json", "--library", year_library_path)
    assert len(json.loads(out)) == 3


def test_a_path_cannot_speak_to_the_terminal(run, tmp_path):
    code, _, err = run("import", f"{tmp_path}/\x1b[31mx\n", "--library", tmp_path / "l")
    assert code == 1
    assert "\x1b" not in err
    assert one_sentence(err)
