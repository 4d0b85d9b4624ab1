"""The program, called in this process."""

from __future__ import annotations

import sys

import pytest

from evenstride.cli import main


@pytest.fixture
def program(monkeypatch, capsys):
    """Run the program in 80 columns on a library; returns exit code, standard output and error."""

    def on(library):
        monkeypatch.setenv("EVENSTRIDE_LIBRARY", str(library))
        monkeypatch.setenv("COLUMNS", "80")

        def call(*words: str) -> tuple[int, str, str]:
            monkeypatch.setattr(sys, "argv", ["evenstride", *words])
            capsys.readouterr()
            code = 0
            try:
                main()
            except SystemExit as stop:
                code = stop.code or 0
            out, err = capsys.readouterr()
            return code, out, err

        return call

    return on
