"""Screening by command line: JSON alone, 80 columns, questions back, mistakes in one sentence."""

import io
import json
import sys

import jsonschema
import pytest

from evenstride.answers.schema import schema

LUNGE = (
    *("screen", "record", "ankle-lunge", "--method", "degrees", "--position", "knee-bent"),
    *("--instrument", "phone"),
)
TRIALS = ("--left", "38,39,38", "--right", "44,43,44")


@pytest.fixture
def run(program, tmp_path):
    return program(tmp_path / "library")


@pytest.fixture(autouse=True)
def in_a_pipe(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO())


def test_screen_alone_answers_on_a_new_library(run):
    code, out, err = run("screen")
    assert (code, err) == (0, "")
    assert "Nothing is tested yet" in out
    assert "ankle-lunge" in out


@pytest.mark.parametrize("words", [("list",), LUNGE[1:] + TRIALS])
@pytest.mark.parametrize("option", [("--json",), ("--library", "elsewhere")])
def test_no_option_before_a_command_is_passed_over(run, words, option):
    code, out, err = run("screen", *option, *words)
    assert (code, out) == (2, "")
    assert f"evenstride screen {words[0]} … {option[0]}" in " ".join(err.replace("│", " ").split())
    assert json.loads(run("screen", "--json")[1])["tables"]["findings"] == []


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("screen", ("screen",)),
        ("screen", ("screen", "list")),
        ("screen_test", ("screen", "how", "ankle-lunge")),
        ("screen_record", (*LUNGE, *TRIALS)),
    ],
)
def test_json_is_the_answer_and_nothing_else(run, question, words):
    run(*LUNGE, *TRIALS, "--date", "2026-10-01")
    code, out, _ = run(*words, "--json")
    assert code == 0
    jsonschema.validate(json.loads(out), schema(question))


def test_record_then_list_then_how(run):
    code, out, _ = run(*LUNGE, *TRIALS)
    assert code == 0
    assert "beyond the error of the test: 5.3° less on the left" in " ".join(out.split())
    _, out, _ = run("screen", "list")
    assert "less left" in out
    _, out, _ = run("screen", "how", "ankle-lunge")
    assert "38, 39, 38" in out
    assert all(len(line) <= 80 for line in out.splitlines())


def test_a_typing_slip_is_asked_and_sure_keeps_it(run):
    slip = (*LUNGE, "--left", "58.5,58.5", "--right", "32,32")
    code, out, err = run(*slip)
    assert (code, out) == (1, "")
    assert "is 6.5° meant?" in err
    assert "typing slip? If it is meant, say so with --sure." in err
    assert run(*slip, "--sure")[0] == 0


def test_who_sits_there_is_asked(run, monkeypatch):
    stdin = io.StringIO("y\n")
    stdin.isatty = lambda: True
    monkeypatch.setattr(sys, "stdin", stdin)
    code, out, err = run(*LUNGE, "--left", "58.5,58.5", "--right", "32,32")
    assert code == 0
    assert "Keep it as it is?" in err
    assert "26.5°" in out


def test_a_correction(run):
    _, out, _ = run(*LUNGE, *TRIALS, "--json")
    entry = json.loads(out)["tables"]["measured"][0]["entry_id"]
    _, out, _ = run(
        *LUNGE, "--left", "40,40,40", "--right", "44,43,44", "--correct", entry, "--json"
    )
    answer = json.loads(out)
    assert answer["verdict"] == "corrected"
    assert answer["tables"]["measured"][0]["version"] == 2


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("screen", "how", "elbow"), 1, "There is no test elbow"),
        (("screen", "record", "ankle-lunge", "--left", "38"), 1, "is made by degrees or cm"),
        ((*LUNGE, "--left", "38;39"), 2, "no list of numbers"),
        ((*LUNGE, "--left", "nan"), 2, "no list of numbers"),
        ((*LUNGE, "--left", "200"), 1, "cannot be, it goes from"),
        ((*LUNGE, *TRIALS, "--left-pain", "11"), 1, "goes from 0 to 10"),
        ((*LUNGE, *TRIALS, "--date", "2999-01-01"), 1, "in the future"),
        ((*LUNGE, *TRIALS, "--correct", "nobody"), 1, "nobody"),
        (("screen", "record", "arch", "--sign", "flat"), 1, "say what was seen"),
        (("screen", "sheet", "--out", "sheet.txt"), 2, "must end in .pdf"),
    ],
)
def test_a_mistake_is_one_sentence(run, words, code, message):
    got, out, err = run(*words)
    assert (got, out) == (code, "")
    assert message in " ".join(err.replace("│", " ").split())
    assert "Traceback" not in err


def test_negative_points_are_numbers(run):
    code, out, _ = run("screen", "record", "foot-posture", "--left", "-2,-1,-2", "--right", "4,4,5")
    assert code == 0
    assert "−1.7" in out


@pytest.mark.parametrize(
    ("words", "method"),
    [
        (("ankle-lunge", *TRIALS, "--position", "knee-bent", "--instrument", "phone"), "degrees"),
        (("ankle-lunge", "--left", "9", "--right", "10", "--instrument", "tape"), "cm"),
        (("chest-breath", "--sign", "right_lower"), "hands"),
        (("chest-breath", "--left", "4", "--right", "4.5"), "tape"),
    ],
)
def test_a_method_goes_without_saying_where_only_one_can_be_meant(run, words, method):
    code, _, err = run("screen", "record", *words, "--json")
    assert code == 0, err
    how = json.loads(run("screen", "how", words[0], "--json")[1])
    assert [row["method"] for row in how["tables"]["history"]] == [method]


def test_a_method_that_is_not_sure_is_asked_for(run):
    code, out, err = run(
        "screen", "record", "ankle-lunge", *TRIALS, "--position", "knee-bent"
    )  # made with either
    assert (code, out) == (1, "")
    assert "is made by degrees or cm" in err


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("bridge", "did you mean single-leg-bridge?"),
        ("lunge", "did you mean ankle-lunge?"),
        ("hip rotation", "did you mean hip-internal-rotation or hip-external-rotation?"),
        ("-", "evenstride screen lists them"),
    ],
)
def test_an_unknown_test_suggests_those_that_have_its_words(run, said, meant):
    code, out, err = run("screen", "how", "--", said)
    assert (code, out) == (1, "")
    assert meant in err
