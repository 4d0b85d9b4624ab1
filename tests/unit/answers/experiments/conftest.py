"""Laboratories: small libraries with an experiment in them, made once and copied for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from experiment_lab import Labs

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def all_labs(tmp_path_factory: pytest.TempPathFactory) -> Labs:
    return Labs(tmp_path_factory.mktemp("labs"))


@pytest.fixture
def labs(all_labs: Labs) -> Iterator[Labs]:
    """Open a lab by `labs(wish)`; it is closed after the test."""
    yield all_labs
    all_labs.close()
