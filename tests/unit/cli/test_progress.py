"""That a long answer is seen to go on, in a terminal only, and leaves nothing behind."""

from __future__ import annotations

import io
import time

import pytest

from evenstride.cli import progress
from evenstride.cli.progress import waiting


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def in_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Make standard error a terminal; in the test itself, for capturing resets it before."""
    made = Terminal()
    monkeypatch.setattr("sys.stderr", made)
    monkeypatch.setenv("TERM", "xterm")
    return made


def test_a_long_answer_is_seen_to_go_on_and_the_words_go_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = in_terminal(monkeypatch)
    monkeypatch.setattr(progress, "_SECONDS_OF_SILENCE", 0.0)
    until = time.monotonic() + 30.0
    with waiting("Asking"):
        while "Asking ..." not in terminal.getvalue():
            assert time.monotonic() < until, "nothing was shown"
            time.sleep(0.01)
    assert terminal.getvalue().endswith("\x1b[2K"), "its line is cleared at the end"


def test_a_quick_answer_and_one_that_fails_show_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = in_terminal(monkeypatch)
    with waiting():
        pass
    with pytest.raises(LookupError), waiting():
        raise LookupError
    assert terminal.getvalue() == ""


def test_a_pipe_is_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.StringIO()
    monkeypatch.setattr("sys.stderr", pipe)
    monkeypatch.setattr(progress, "_SECONDS_OF_SILENCE", 0.0)
    with waiting():
        time.sleep(0.05)
    assert pipe.getvalue() == ""
