"""Which tags and shoes become rows of the model: the same ones in every process."""

from __future__ import annotations

from evenstride.answers.block_rows import MOST_TAGS, RACE, Conditions, UsualGround, _typed_columns
from evenstride.library.entries import Annotation


def typed(*of_runs):
    """Columns of as many runs as there are annotations; None where nothing was typed."""
    known = {str(i): said for i, said in enumerate(of_runs) if said is not None}
    conditions = Conditions(2.8, "mine", {}, known, UsualGround(0.0, "road", ()))
    return _typed_columns([str(i) for i in range(len(of_runs))], conditions)


def test_of_many_tags_those_that_split_the_runs_most_evenly_are_told_in_one_order():
    runs = [
        Annotation(tags=(f"worn {i % 20:02d}", *(("often",) if i % 2 else ())), is_race=i < 2)
        for i in range(60)
    ]
    columns = list(typed(*runs))
    assert columns[:2] == [f"tag:{RACE}", "tag:often"], "races are never crowded out"
    assert columns[2:] == [f"tag:worn {i:02d}" for i in range(MOST_TAGS - 2)]


def test_a_tag_on_all_runs_or_on_one_tells_nothing():
    all_but_one = [Annotation(tags=("everyone", "most"))] * 9 + [
        Annotation(tags=("everyone", "one"))
    ]
    assert not typed(*all_but_one)


def test_a_tag_that_most_runs_have_counts_where_it_is_missing():
    runs = [Annotation(tags=("usual",))] * 7 + [None] * 3
    (column,) = typed(*runs).values()
    assert column.tolist() == [0.0] * 7 + [-1.0] * 3


def test_shoes_worn_once_are_not_told():
    runs = [Annotation(shoes="blue")] * 3 + [Annotation(shoes="red")] + [None]
    assert list(typed(*runs)) == ["shoe:blue"]
