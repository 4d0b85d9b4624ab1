"""What moves a runner, by command line: JSON alone, 80 columns, and mistakes in one sentence."""

from __future__ import annotations

import json

import jsonschema
import pytest

from evenstride.answers.schema import schema


@pytest.fixture
def run(program, year_library_path):
    """Run the program on the year's library; returns exit code, standard output and error."""
    return program(year_library_path)


COMMANDS = {
    "drivers": ("drivers",),
    "explain": ("explain", "last"),
    "compare": ("compare", "2025-01-01..2025-02-15", "2025-02-16..2025-12-31"),
    "fatigue": ("fatigue",),
    "trend": ("trend", "--changes"),
}


@pytest.mark.parametrize("question", COMMANDS)
def test_json_is_the_answer_alone_and_holds_to_its_schema(run, question):
    code, out, err = run(*COMMANDS[question], "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert document["question"] == question
    jsonschema.validate(document, schema(question))


@pytest.mark.parametrize("question", COMMANDS)
def test_in_a_terminal_it_fits_80_columns_and_answers_first(run, question):
    code, out, err = run(*COMMANDS[question])
    assert (code, err) == (0, "")
    assert max(len(line) for line in out.splitlines()) <= 80
    headline = json.loads(run(*COMMANDS[question], "--json")[1])["headline"]
    assert out.split()[:4] == headline.split()[:4]


def test_contributions_printed_add_up_to_the_run(run):
    document = json.loads(run("explain", "last", "--json")[1])
    parts = [row["value_pp"] for row in document["tables"]["contributions"]]
    whole = document["estimates"]["asymmetry_pp"]["value"]
    assert sum(parts) == pytest.approx(whole, abs=1e-9)


def test_changes_are_dated_only_when_asked_for(run):
    assert "changes" not in json.loads(run("trend", "--json")[1])["tables"]
    assert "changes" in json.loads(run("trend", "--changes", "--json")[1])["tables"]


def test_single_drifts_are_listed_only_when_asked_for(run):
    runs = json.loads(run("fatigue", "--json")[1])["tables"]["runs"]
    few, every = run("fatigue")[1], run("fatigue", "--runs")[1]
    assert runs[0]["run_id"] not in few
    assert all(row["run_id"] in every for row in runs)


@pytest.mark.parametrize(
    "words",
    [
        ("explain", "1999-01-01"),
        ("compare", "last", "1999-01-01"),
        ("compare", "last", "tag:nowhere"),
        ("compare", "last", "2025-02-01..2025-01-01"),
    ],
)
def test_what_is_not_there_is_said_in_one_sentence(run, words):
    code, out, err = run(*words)
    assert (code, out) == (1, "")
    assert len(err.strip().splitlines()) == 1
    assert "Traceback" not in err


@pytest.mark.parametrize("words", [("explain",), ("compare", "last"), ("fatigue", "--since", "x")])
def test_wrong_words_are_wrong_usage(run, words):
    code, _, _ = run(*words)
    assert code == 2
