"""What the body says, by command line: JSON alone, 80 columns, with and without runs."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime, timedelta

import jsonschema
import pytest

from evenstride.answers import open_library
from evenstride.answers.schema import schema
from evenstride.domain.body import Feeling, Moment, Side
from evenstride.domain.diary import Complaint
from evenstride.library import New

LAST = date(2025, 4, 20)


@pytest.fixture
def run(program, tmp_path):
    """The program on a library with a diary alone."""
    with open_library(tmp_path / "library") as lib:
        write(lib)
    return program(tmp_path / "library")


@pytest.fixture
def run_on_runs(program, tmp_path, year_library_path):
    """The program on a library with a diary beside runs."""
    shutil.copytree(year_library_path, tmp_path / "library")
    with open_library(tmp_path / "library") as lib:
        write(lib)
    return program(tmp_path / "library")


def write(lib):
    days = [LAST - timedelta(days=i) for i in range(100)]
    said = [
        Complaint(day, Moment.AFTER, Feeling.PAIN, "knee-front", Side.LEFT, i * 7 % 5)
        for i, day in enumerate(days)
    ]
    said += [
        Complaint(day, Moment.AFTER, Feeling.SORENESS, "knee-front", Side.RIGHT, i * 3 % 4)
        for i, day in enumerate(days)
    ]
    new = [New(f"c{i}", value) for i, value in enumerate(said)]
    lib.write_entries(new, written_at_utc=datetime(2025, 4, 21, tzinfo=UTC))


def test_json_is_the_answer_alone_and_holds_to_its_schema(run):
    code, out, err = run("body", "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert document["question"] == "body"
    assert document["verdict"] == "too_little"
    jsonschema.validate(document, schema("body"))


def test_in_a_terminal_it_fits_80_columns_and_names_the_sides(run):
    code, out, err = run("body")
    assert (code, err) == (0, "")
    assert max(len(line) for line in out.splitlines()) <= 80
    assert "left front of the knee" in out
    assert "your runs" in out


def test_all_that_was_looked_at_is_listed_when_asked_for(run_on_runs):
    everything = json.loads(run_on_runs("body", "--json")[1])["tables"]["associations"]
    # Six measures beside either knee, and balance beside the difference of the two.
    assert len(everything) == 13
    assert sum(row["stands"] for row in everything) <= 1
    assert "left less" not in run_on_runs("body")[1]
    code, out, err = run_on_runs("body", "--all")
    assert (code, err) == (0, "")
    assert "left less" in out
    assert max(len(line) for line in out.splitlines()) <= 80
