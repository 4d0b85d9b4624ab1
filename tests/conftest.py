"""What every test may ask for: the real files, where they are present."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from real_files import REAL_DATA

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from evenstride.library.library import Library

# Dozens of tests start the program: each would compile all of it and of what it stands on again
# where bytecode is not kept, as in many containers. Workers of xdist start after this too.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# There is a worker a core: more threads for matrices of a few dozen rows only wait for each other,
# and waiting counts as processor time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# A loaded machine is no failure: no test here asserts how long something takes.
settings.register_profile("evenstride", deadline=None)
settings.load_profile("evenstride")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real files; the test is skipped where it is absent."""
    if not (REAL_DATA / "INDEX.csv").is_file():
        pytest.skip(f"the real files are not here ({REAL_DATA}); set EVENSTRIDE_TEST_DATA")
    return REAL_DATA


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long statistical suites to `make bench`, unless they are asked for by `-m`."""
    if config.option.markexpr:
        return
    skip = pytest.mark.skip(reason="long form: run by `make bench`")
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(skip)


@pytest.fixture(scope="session")
def whole_year_of_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo runner's year, about 170 runs, as FIT files; do not change them."""
    return _as_files(tmp_path_factory.mktemp("whole_year"))


@pytest.fixture(scope="session")
def year_of_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo runner's first 60 runs as FIT files; do not change them."""
    return _as_files(tmp_path_factory.mktemp("year"), 60)


def _as_files(folder: Path, count: int | None = None) -> Path:
    from evenstride.formats.fit.encode import encode_run
    from made_year import made_year

    for i, run in enumerate(made_year()[:count]):
        (folder / f"{i:03d}.fit").write_bytes(encode_run(run.recording))
    return folder


@pytest.fixture(scope="session")
def year_library_path(year_of_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of these runs, to be read only."""
    from evenstride.answers import import_files, open_library

    path = tmp_path_factory.mktemp("library") / "library"
    with open_library(path) as lib:
        import_files(lib, [year_of_files])
    return path


@pytest.fixture
def year_library(year_library_path: Path) -> Iterator[Library]:
    """The library of the demo runner's first 60 runs, open; to be read only."""
    from evenstride.answers import open_library

    with open_library(year_library_path) as lib:
        yield lib
