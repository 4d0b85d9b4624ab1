"""Sharing work between processes: same answers in the same order, and errors that arrive."""

from __future__ import annotations

import os
from contextlib import closing
from functools import partial
from itertools import count

import pytest

from evenstride.answers.processes import share
from evenstride.domain.errors import EvenstrideError, StorageError


def squared(number: int) -> tuple[int, int]:
    return number * number, os.getpid()


def doubled(data: bytes) -> tuple[bytes, int]:
    return data * 2, os.getpid()


def refuse_in(number: int, pid: int) -> tuple[int, int]:
    if (os.getpid() == pid) and number > 90:
        raise StorageError(f"Cannot write {number}.")
    return number, os.getpid()


def refuse_elsewhere(number: int, pid: int) -> int:
    if os.getpid() != pid:
        raise StorageError(f"Cannot write {number}.")
    return number


def die_elsewhere(number: int, pid: int) -> int:
    if os.getpid() != pid:
        os._exit(3)
    return number


def fail_elsewhere(number: int, pid: int) -> int:
    if os.getpid() != pid:
        raise ZeroDivisionError
    return number


def by_helpers(tasks, work, *, processes: int, at_least: int = 50) -> list:
    """Answers until so many of them came from helpers, which start while this process works."""
    answers = []
    from_helpers = 0
    with closing(share(tasks, work, processes=processes)) as coming:
        for answer, pid in coming:
            answers.append(answer)
            from_helpers += pid != os.getpid()
            if from_helpers >= at_least:
                break
    return answers


@pytest.mark.parametrize("processes", [2, 3])
def test_answers_come_in_the_order_of_the_tasks_whoever_made_them(processes):
    found = by_helpers(count(), squared, processes=processes)
    assert found == [n * n for n in range(len(found))]


@pytest.mark.parametrize("processes", [1, 2])
def test_every_task_is_answered_and_then_it_ends(processes):
    assert [a for a, _ in share(range(100), squared, processes=processes)] == [
        n * n for n in range(100)
    ]
    assert list(share([], squared, processes=processes)) == []


def test_large_tasks_and_answers_do_not_wait_for_one_another():
    tasks = (bytes([n % 256]) * 1_000_000 for n in count())
    found = by_helpers(tasks, doubled, processes=2, at_least=10)
    assert all(data == bytes([n % 256]) * 2_000_000 for n, data in enumerate(found))


def test_tasks_are_taken_as_they_are_needed():
    taken = []
    tasks = (taken.append(n) or n for n in count())
    with closing(share(tasks, squared, processes=2)) as answers:
        for done, _ in enumerate(answers, start=1):
            assert len(taken) - done < 30
            if done == 1000:
                break


def test_an_error_of_ours_waits_for_the_answers_before_it():
    seen = []
    work = partial(refuse_in, pid=os.getpid())
    with pytest.raises(StorageError) as raised:  # noqa: PT012 # what came before is kept
        for n, _ in share(count(), work, processes=2):
            seen.append(n)
    assert seen == list(range(len(seen)))
    assert str(raised.value) == f"Cannot write {len(seen)}."


def test_an_error_of_ours_in_a_helper_arrives():
    with pytest.raises(StorageError, match="Cannot write"):
        list(share(count(), partial(refuse_elsewhere, pid=os.getpid()), processes=2))


@pytest.mark.parametrize("work", [die_elsewhere, fail_elsewhere])
def test_a_helper_that_dies_is_an_error_of_ours(work):
    with pytest.raises(EvenstrideError, match="helper process died"):
        list(share(count(), partial(work, pid=os.getpid()), processes=2))
