"""Laws of what is said of the ground: sides mirror, the last word holds, nothing is invented."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from evenstride.answers.ground_said import camber_column, surface_column
from evenstride.answers.ground_typed import ground_words
from evenstride.domain.ground import Camber, GroundPart, Surface

moments = st.integers(0, 100).map(float)
ends = st.none() | moments
parts = st.builds(
    GroundPart,
    ends,
    ends,
    st.none() | st.sampled_from(Surface),
    st.none() | st.sampled_from(Camber),
)
said = st.lists(parts, max_size=6)
habits = st.sampled_from([-1.0, 0.0, 1.0])
sports = st.sampled_from(["running", "track_running", "trail_running", "treadmill_running"])
times = st.lists(moments, max_size=20).map(lambda t: np.array(sorted(t)))

_MIRRORED = {
    Camber.LEFT_LOWER: Camber.RIGHT_LOWER,
    Camber.RIGHT_LOWER: Camber.LEFT_LOWER,
    Camber.NONE: Camber.NONE,
    None: None,
}


@given(said, habits, sports, times)
def test_a_mirrored_runner_has_the_mirrored_camber(some, habit, sport, t_s):
    mirrored = [replace(part, camber=_MIRRORED[part.camber]) for part in some]
    column = camber_column(some, habit, t_s, sport=sport)
    assert np.array_equal(camber_column(mirrored, -habit, t_s, sport=sport), -column)
    assert set(column.tolist()) <= {-1.0, 0.0, 1.0}
    assert surface_column(mirrored, sport, t_s) == surface_column(some, sport, t_s)


@given(said, habits, sports, times, st.data())
def test_the_last_word_on_a_stretch_holds(some, habit, sport, t_s, data):
    camber, surface = (data.draw(st.sampled_from(words)) for words in (Camber, Surface))
    last = GroundPart(0.0, 50.0, surface, camber)
    early = t_s < 50.0
    column = camber_column([*some, last], habit, t_s, sport=sport)
    lower = {Camber.LEFT_LOWER: 1.0, Camber.RIGHT_LOWER: -1.0, Camber.NONE: 0.0}[camber]
    assert np.all(column[early] == lower)
    surfaces = surface_column([*some, last], sport, t_s)
    before = surface_column(some, sport, t_s)
    expected = [surface if now else then for now, then in zip(early, before, strict=True)]
    assert all(a is b for a, b in zip(surfaces, expected, strict=True))


@given(said, sports, times)
def test_without_a_habit_only_what_was_said_has_a_side(some, sport, t_s):
    column = camber_column(some, 0.0, t_s, sport=sport)
    for at, value in zip(t_s, column, strict=True):
        here = [
            part.camber
            for part in some
            if (part.start_s or 0.0) <= at and (part.end_s is None or at < part.end_s)
        ]
        assert value == 0.0 or {1.0: Camber.LEFT_LOWER, -1.0: Camber.RIGHT_LOWER}[value] in here


@given(said)
def test_every_part_is_said_in_words_of_its_own(some):
    assert len(ground_words(some)) == len(some)
