"""One turn and the same way back; loops, laps and shuttles have none."""

from __future__ import annotations

import numpy as np
import pytest

from evenstride.gait.bends import u_turns
from evenstride.gait.out_and_back import there_and_back
from gait_courses import around, ellipse, join, path, received, straight


def streets(seed=0, parts=9):
    """A way through corners and curves that does not come back near itself."""
    rng = np.random.default_rng(seed)
    return join(*(straight(int(rng.integers(60, 120)), 3.0, t) for t in rng.uniform(-1, 1, parts)))


def found_in(way, seed=0):
    found = path(received(way, np.random.default_rng(seed)))
    return there_and_back(found, u_turns(found))


@pytest.mark.parametrize("seed", range(6))
def test_out_and_back_turns_in_the_middle(seed):
    out = streets(seed)
    found = found_in(join(out, out[::-1]), seed)
    assert found is not None
    assert found.turned_at_s == pytest.approx(out.size, abs=6.0)
    assert found.from_s < 60.0
    assert found.until_s > 2 * out.size - 60.0


def test_the_other_side_of_the_road_is_the_same_way():
    out = streets(1)
    beside = 8.0j * np.exp(1j * np.angle(np.gradient(out)))
    found = found_in(join(out, (out + beside)[::-1]))
    assert found is not None
    assert found.turned_at_s == pytest.approx(out.size, abs=6.0)


def test_a_small_loop_at_the_end_is_a_turn():
    out = streets(2)
    found = found_in(join(out, around(ellipse(15.0, 15.0) + 15.0, 0.8), out[::-1]))
    assert found is not None
    assert found.turned_at_s == pytest.approx(out.size + 10.0, abs=20.0)


def test_a_part_of_a_run_is_told_with_its_ends():
    loop = around(ellipse(190.0, 130.0) + 190.0j, 1.0, 3.0)
    out = streets(3) * 1.0j
    found = found_in(join(loop, out, out[::-1]))
    assert found is not None
    assert found.turned_at_s == pytest.approx(loop.size + out.size, abs=8.0)
    assert found.from_s == pytest.approx(loop.size, abs=60.0)


def test_a_faster_way_back_is_still_the_same_way():
    out = streets(4)
    back = np.interp(np.arange(0.0, out.size - 1.0, 1.3), np.arange(out.size), out[::-1])
    found = found_in(join(out, back))
    assert found is not None
    assert found.turned_at_s == pytest.approx(out.size, abs=6.0)


@pytest.mark.parametrize(
    "way",
    [
        streets(5),
        around(ellipse(190.0, 130.0), 1.0),
        around(ellipse(190.0, 130.0), 4.0),
        around(ellipse(300.0, 90.0), 1.0),
        join(*[straight(200), straight(200)[::-1]] * 4),
        join(*[streets(6), streets(6)[::-1]] * 2),
        join(streets(7), straight(100, 3.0, 1.5), streets(7)[::-1]),
        join(streets(8, parts=20), straight(200), straight(200)[::-1]),
        join(straight(120), straight(120)[::-1]),
        np.zeros(1200, dtype=complex),
    ],
    ids=[
        "one way",
        "loop",
        "laps",
        "narrow loop",
        "shuttle",
        "twice out and back",
        "parallel street",
        "short part",
        "short",
        "standing",
    ],
)
def test_what_is_none(way):
    for seed in range(3):
        assert found_in(way, seed) is None
