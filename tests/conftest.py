"""What every test may ask for: the real files, where they are present."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REAL_DATA = Path(
    os.environ.get(
        "EVENSTRIDE_TEST_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"
    )
)


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
        if "long" in item.keywords:
            item.add_marker(skip)
