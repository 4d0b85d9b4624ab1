"""Decides how long an answer is kept: until anybody changes the library, or the hour is over."""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from evenstride.answers import Library
    from evenstride.domain.answer import Answer

_MOST = 24
"""A few megabytes each, where there are thousands of runs."""


def this_hour() -> datetime:
    """Tell the time, by the clock on the wall, as finely as answers need it to be kept."""
    return datetime.now().astimezone().replace(minute=0, second=0, microsecond=0)


def this_minute() -> datetime:
    """Tell the time as finely as a run needs that was imported right after it."""
    return datetime.now().astimezone().replace(second=0, microsecond=0)


class KeptAnswers:
    """The answers that one library gave last, for several threads."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._lock = threading.Lock()
        self._state: int | None = None
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()

    def ask(self, question: Callable[..., Answer], *args: Hashable, **options: Hashable) -> Answer:
        """Ask a question of the library, or give the answer that still holds."""
        key = (question.__module__, question.__qualname__, args, tuple(sorted(options.items())))
        state = self.library.state()
        with self._lock:
            if state != self._state:
                self._answers.clear()
                self._state = state
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
        answer = question(self.library, *args, **options)
        with self._lock:
            if state == self._state:  # else it may be of before a change
                self._answers[key] = answer
                while len(self._answers) > _MOST:
                    self._answers.popitem(last=False)
        return answer
