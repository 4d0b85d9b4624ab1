"""Decides how work is shared between this process and helpers: who does what, and how all end.

Helpers are spawned, never forked: forking hangs Polars. This process works too, from the first
moment on: a helper needs half a second to start, as long as a hundred runs need. Each helper has a
pipe of its own and, once it has started, a task ahead, so that it never waits while this process is
busy; only a few answers wait for an earlier one, so that memory does not grow with the work.

Whatever ends this process ends the helpers: an interrupt reaches it alone, and a helper whose pipe
closes stops at once. What they do must therefore be safe to stop anywhere.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context, resource_tracker
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar, cast

from evenstride.domain.errors import EvenstrideError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

Task = TypeVar("Task")
Done = TypeVar("Done")

_AHEAD = 2
"""Tasks that a helper has at a time: one in hand, and one to come while this process is busy."""

_MOST_WAITING = 16
"""Answers kept back for an earlier one."""

_ONE_THREAD = ("POLARS_MAX_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
"""Helpers share the cores already; threads of their own would only get in each other's way."""


@dataclass(frozen=True, slots=True)
class _Answer:
    value: object

    def take(self) -> object:
        return self.value


@dataclass(slots=True, eq=False)
class _Helper:
    process: BaseProcess
    pipe: Connection[Any, Any]
    ready: bool = False
    given: int = 0

    def lacks(self) -> int:
        """How many tasks to give it now: none before it has started, so that none waits for it."""
        self.ready = self.ready or (_has_sent(self.pipe) and self.take() is None)
        return _AHEAD - self.given if self.ready else 0

    def give(self, task: object) -> None:
        try:
            self.pipe.send(task)
        except OSError as error:
            raise _gone() from error
        self.given += 1

    def take(self) -> object:
        try:
            answer: object = self.pipe.recv()
        except (EOFError, OSError) as error:
            raise _gone() from error
        self.given -= 1
        return answer


def share(
    tasks: Iterable[Task], work: Callable[[Task], Done], *, processes: int
) -> Generator[Done, None, None]:
    """Do `work` on every task; answers come in the order of the tasks, whoever made them.

    Parameters
    ----------
    tasks
        Taken as they are needed. Pickled, like the answers, when a helper gets them.
    work
        A module's function, or a `functools.partial` of one.
    processes
        How many work, this one included; 1 starts no helper.

    Raises
    ------
    EvenstrideError
        What `work` raised of this kind, or that a helper died. Anything else that `work` raises in
        a helper is a fault: its traceback is printed there, and the helper dies of it.
    """
    if processes <= 1:
        yield from map(work, tasks)
        return
    coming = iter(tasks)
    with _helpers(processes - 1, work) as helpers:
        waiting: deque[_Helper | _Answer] = deque()
        more = True
        while more or waiting:
            for helper in helpers:
                for task in islice(coming, helper.lacks()):
                    helper.give(task)
                    waiting.append(helper)
            if waiting and (_is_there(waiting[0]) or not more or len(waiting) >= _MOST_WAITING):
                answer = waiting.popleft().take()
                if isinstance(answer, EvenstrideError):
                    raise answer
                yield cast("Done", answer)
                continue
            mine = list(islice(coming, 1))
            more = bool(mine)
            waiting.extend(_Answer(_try(work, task)) for task in mine)


def _try(work: Callable[[Task], Done], task: Task) -> Done | EvenstrideError:
    """Do the work; an error of ours is an answer too, and waits for those before it."""
    try:
        return work(task)
    except EvenstrideError as error:
        return error


def _is_there(first: _Helper | _Answer) -> bool:
    return not isinstance(first, _Helper) or _has_sent(first.pipe)


def _has_sent(pipe: Connection[Any, Any]) -> bool:
    try:
        return pipe.poll()
    except OSError as error:
        raise _gone() from error


def _gone() -> EvenstrideError:
    return EvenstrideError(
        "A helper process died, perhaps because memory ran out; what was finished is kept, so run "
        "the same again, with one worker if it happens twice."
    )


@contextmanager
def _helpers(count: int, work: Callable[[Any], object]) -> Iterator[list[_Helper]]:
    helpers: list[_Helper] = []
    context = get_context("spawn")
    try:
        with uninterrupted():
            for _ in range(count):
                ours, theirs = context.Pipe()
                process = context.Process(target=_serve, args=(theirs,), daemon=True)
                process.start()
                theirs.close()
                helpers.append(_Helper(process, ours))
        for helper in helpers:
            helper.give(work)
        yield helpers
    finally:
        # All answers were taken, or nobody will take them: either way there is nothing to wait for.
        for helper in helpers:
            helper.process.terminate()
            helper.pipe.close()
        for helper in helpers:
            helper.process.join()


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let processes started inside never see an interrupt; one that comes meanwhile comes after.

    Ctrl-C is sent to every process of the terminal. A helper inherits what is blocked from its very
    start, long before code of ours runs in it and could ignore the signal.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # Started with the first of them, it would let interrupts through again.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection[Any, Any]) -> None:
    """Be a helper: the first message is the work, every other one a task."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where signals cannot be blocked
    for name in _ONE_THREAD:
        os.environ.setdefault(name, "1")
    # The work comes by the pipe, not as an argument: unpickling it imports NumPy and Polars, which
    # read the environment once.
    tasks: SimpleQueue[Any] = SimpleQueue()
    try:
        work = pipe.recv()
        pipe.send(None)  # the answer to the work itself: it can begin
    except (EOFError, OSError):
        return  # who started it was stopped meanwhile
    Thread(target=_receive, args=(pipe, tasks), daemon=True).start()
    while True:
        pipe.send(_try(work, tasks.get()))


def _receive(pipe: Connection[Any, Any], tasks: SimpleQueue[Any]) -> None:
    """Take tasks in as they come, so that whoever gives one never waits for the work in hand."""
    try:
        while True:
            tasks.put(pipe.recv())
    except (EOFError, OSError):
        os._exit(0)  # nobody is left to take an answer
