"""The wheel, installed as a user installs it: in a clean environment, away from the sources."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def quietly(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "EVENSTRIDE"))}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=clean,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    quietly(*pip, "wheel", "--quiet", "--no-deps", "-w", folder, ROOT, cwd=folder)
    (made,) = folder.glob("*.whl")
    return made


def test_the_wheel_holds_the_package_its_types_and_its_migrations_only(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert "evenstride/py.typed" in names
    assert any(n.startswith("evenstride/library/migrations/versions/") for n in names)
    assert any(n.endswith("licenses/LICENSE") for n in names)
    assert {n.split("/")[0].split("-")[0] for n in names} == {"evenstride"}


def test_the_wheel_works_in_a_clean_environment(wheel, year_of_files, tmp_path):
    place = tmp_path / "env"
    venv.create(place, with_pip=False)
    binary = place / "bin"
    # Our own pip, at work in that environment: the same as one of its own, which takes seconds to
    # make. What others wrote is compiled when it is first used, not all of it beforehand.
    pip = (sys.executable, "-m", "pip", "--python", binary / "python")
    install = (*pip, "--disable-pip-version-check", "--quiet", "install")
    run = ROOT / "requirements" / "run.txt"
    quietly(*install, "--no-compile", "--require-hashes", "-r", run, cwd=tmp_path)
    quietly(*install, "--no-deps", wheel, cwd=tmp_path)
    program, library = binary / "evenstride", tmp_path / "library"
    quietly(program, "import", year_of_files, "--library", library, cwd=tmp_path)
    said = quietly(program, "status", "--library", library, cwd=tmp_path).stdout
    assert "You are at" in said
    # An old library is migrated by the wheel's own migrations.
    quietly(program, "library", "check", "--library", library, cwd=tmp_path)
    quietly(program, "schema", "trend", cwd=tmp_path)
