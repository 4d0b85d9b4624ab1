"""Progress on standard error: a bar in a terminal, a line now and then in a pipe.

Of an answer nobody can say how far it is: that it goes on is shown once it has taken a second.
"""

from __future__ import annotations

import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.status import Status

_SECONDS_BETWEEN_LINES = 2.0
_SECONDS_OF_SILENCE = 1.0


def say(message: str) -> None:
    """Print a message that is not part of an answer."""
    sys.stdout.flush()
    print(message, file=sys.stderr, flush=True)  # noqa: T201


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function that takes (done, total) and shows it, total 0 while unknown."""
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
        )

        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
        ) as bar:
            task = bar.add_task(what, total=None)

            def show(done: int, total: int) -> None:
                bar.update(task, completed=done, total=total or None)

            yield show
        return
    began = last = time.monotonic()

    def line(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= _SECONDS_BETWEEN_LINES:
            last = time.monotonic()
            say(f"{what}: {done:,} of {total:,} files ...")

    yield line
    say(f"{what}: done in {time.monotonic() - began:.1f} s")


@contextmanager
def waiting(what: str = "Working through your runs") -> Iterator[None]:
    """Show in a terminal that an answer is being made, once that has taken a second.

    What is shown goes away again when the answer is there; a pipe is told nothing.
    """
    if not sys.stderr.isatty():
        yield
        return
    shown: list[Status] = []

    def show() -> None:
        from rich.console import Console

        status = Console(stderr=True).status(f"{what} ...")
        status.start()
        shown.append(status)

    timer = threading.Timer(_SECONDS_OF_SILENCE, show)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        for status in shown:
            status.stop()
