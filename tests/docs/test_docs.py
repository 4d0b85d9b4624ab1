"""What is documented is there, and what is there is documented."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
from typer.main import get_command

from evenstride.answers import runs, show, status, trend
from evenstride.answers.schema import QUESTIONS, schema, schema_json
from evenstride.cli.app import app
from evenstride.render.as_json import plain

ROOT = Path(__file__).resolve().parents[2]


def commands(command=None, path=()):
    command = command or get_command(app)
    for name, child in getattr(command, "commands", {}).items():
        yield (*path, name), child
        yield from commands(child, (*path, name))


@pytest.mark.parametrize(
    ("path", "command"), [(" ".join(p), c) for p, c in commands() if not hasattr(c, "commands")]
)
def test_every_command_teaches_with_an_example(path, command):
    assert command.help
    assert f"evenstride {path}" in (command.epilog or "")


@pytest.mark.parametrize(("path", "command"), [(" ".join(p), c) for p, c in commands()])
def test_every_command_fits_its_line_in_the_list(path, command):
    assert not command.get_short_help_str(66).endswith("..."), path


def test_every_command_is_in_the_readme_or_the_reference():
    text = (ROOT / "README.md").read_text() + (ROOT / "docs" / "commands.md").read_text()
    missing = [" ".join(p) for p, c in commands() if f"evenstride {' '.join(p)}" not in text]
    assert missing == []


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_published_schema_is_the_one_of_this_code(question):
    published = (ROOT / "docs" / "schemas" / f"{question}.schema.json").read_text()
    assert published == schema_json(question) + "\n", "run `make schemas`"
    jsonschema.Draft202012Validator.check_schema(json.loads(published))


@pytest.mark.parametrize("question", ["status", "trend", "show"])
def test_answers_hold_to_their_schema(year_library, question):
    ask = {"status": status, "trend": trend, "show": lambda lib: show(lib, "last")}[question]
    jsonschema.validate(plain(ask(year_library)), schema(question))


def test_lists_hold_to_their_schema(year_library):
    rows = plain([dict(row) for row in runs(year_library).tables["runs"]])
    jsonschema.validate(rows, schema("runs"))


def test_care_settings_and_import_hold_to_their_schemas(year_of_files, tmp_path):
    from evenstride.answers import (
        backup_library,
        check_library,
        export_library,
        import_files,
        open_library,
        rebuild_library,
        settings,
    )

    with open_library(tmp_path / "lib") as lib:
        first = import_files(lib, [year_of_files / "000.fit"])
        jsonschema.validate(plain(first), schema("import"))
        jsonschema.validate(plain(settings(lib)), schema("settings"))
        for answer in (
            check_library(lib),
            rebuild_library(lib),
            export_library(lib, tmp_path / "out"),
            backup_library(lib, tmp_path / "backup"),
        ):
            jsonschema.validate(plain(answer), schema("library"))


def test_a_wrong_document_does_not_pass_the_schema(year_library):
    document = plain(trend(year_library))
    document["tables"]["trend"][0].pop("low95")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schema("trend"))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**plain(trend(year_library)), "verdict": "fine"}, schema("trend"))


def test_the_python_of_the_readme_runs(year_of_files, tmp_path, monkeypatch, capsys):
    (block,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my-runs").symlink_to(year_of_files)
    exec(compile(block, "README.md", "exec"), {})  # what README shows
    said = capsys.readouterr().out
    assert "normal" in said


def test_the_locked_dependencies_record_no_address():
    for lock in (ROOT / "requirements").glob("*.txt"):
        assert not re.search(r"https?:|file:|index-url|find-links", lock.read_text()), lock.name


def test_every_direct_dependency_is_locked_and_explained():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = [re.split(r"[<>=~!\[]", d)[0] for d in project["dependencies"]]
    locked = (ROOT / "requirements" / "run.txt").read_text()
    explained = (ROOT / "ARCHITECTURE.md").read_text()
    for name in names:
        assert re.search(rf"^{name}==", locked, re.MULTILINE), name
        assert f"`{name}`" in explained, f"ARCHITECTURE.md does not say why {name}"
