"""Sharing work between processes: same answers in the same order, and errors that arrive."""

from __future__ import annotations

import os
from contextlib import closing

import pytest

from evenstride.answers.processes import share
from evenstride.domain.errors import EvenstrideError, StorageError


def square_by(number: int) -> tuple[int, int]:
    return number * number, os.getpid()


def square(number: int) -> int:
    return number * number


def answers_of_a_megabyte(data: bytes) -> bytes:
    return data


def refuse_ninety(number: int) -> int:
    if number == 90:
        raise StorageError("Cannot write.")
    return number


def die_at_ninety(number: int) -> int:
    if number == 90:
        os._exit(3)
    return number


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_answers_come_in_the_order_of_the_tasks(processes):
    assert list(share(range(500), square, processes=processes)) == [n * n for n in range(500)]


def test_nothing_to_do_is_no_answers():
    assert list(share([], square, processes=2)) == []


def test_helpers_and_this_process_both_work():
    done = []
    for answer, pid in share(iter(range(10**9)), square_by, processes=2):
        done.append((answer, pid))
        if len({pid for _, pid in done}) == 2 and len(done) > 20:
            break
    assert [answer for answer, _ in done] == [n * n for n in range(len(done))]
    assert os.getpid() in {pid for _, pid in done}


def test_tasks_are_taken_as_they_are_needed():
    taken = []

    def endless():
        for number in range(10**9):
            taken.append(number)
            yield number

    with closing(share(endless(), square, processes=2)) as answers:
        assert next(answers) == 0
        assert len(taken) < 100


def test_large_tasks_and_answers_do_not_wait_for_one_another():
    tasks = [bytes([n]) * 1_000_000 for n in range(40)]
    assert list(share(tasks, answers_of_a_megabyte, processes=2)) == tasks


@pytest.mark.parametrize("processes", [1, 2])
def test_an_error_of_ours_comes_in_its_place(processes):
    seen = []
    with pytest.raises(StorageError, match="Cannot write"):  # noqa: PT012 # what came before it
        seen.extend(share(range(80), refuse_ninety, processes=processes))
        for answer in share(range(80, 200), refuse_ninety, processes=processes):
            seen.append(answer)  # noqa: PERF402 # kept when the error comes
    assert seen == list(range(90))


def test_a_helper_that_dies_is_an_error_of_ours():
    # The first tasks are the helper's.
    with pytest.raises(EvenstrideError, match="helper process died"):
        list(share(range(90, 400), die_at_ninety, processes=2))
