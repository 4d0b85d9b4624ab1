"""A test of both sides over days as a drawing: sides by shape and name, the difference by a bar."""

import xml.etree.ElementTree as ET

import pytest

from evenstride.domain.answer import Figure
from evenstride.render.described import described
from evenstride.render.sides_svg import sides_svg

NAME = "{http://www.w3.org/2000/svg}"
ROLES = (
    *("unit", "left", "left_low", "left_high", "right", "right_low", "right_high"),
    *("low", "high", "change_low", "change_high", "changed", "faded", "words"),
)


def row(day, left, right, *, error=4.0, **other):
    """A day that differs where the sides are `error` or more apart."""
    difference = None if left is None or right is None else left - right
    sides = {
        f"{side}{end}": None if value is None else value + by
        for side, value in (("left", left), ("right", right))
        for end, by in (("", 0.0), ("_low", -1.0), ("_high", 1.0))
    }
    return {
        **dict.fromkeys(("change_low", "change_high", "changed")),
        **sides,
        "date": day,
        "way": "knee bent",
        "unit": "deg",
        "difference": difference,
        "low": None if difference is None else difference - error,
        "high": None if difference is None else difference + error,
        "faded": difference is None or abs(difference) < error,
        "words": "words of the day",
        **other,
    }


def figure(*rows):
    roles = {"x": "date", "series": "way", "value": "difference"} | {name: name for name in ROLES}
    return Figure("sides", "Left and right", "Date", "Each side", rows, roles)


CHANGED = figure(
    row("2026-09-01", 36.0, 43.0),
    row("2026-11-10", 42.0, 43.0, change_low=-12.0, change_high=-2.0, changed=True),
)


def drawn(made):
    text = str(sides_svg(made, title_id="t"))
    return ET.fromstring(text.replace("<svg", f'<svg xmlns="{NAME[1:-1]}"'))


def groups(tree, name):
    return [g for g in tree.iter(f"{NAME}g") if g.get("class") == name]


def places(group):
    """Where the marks of a group lie: percent across, px from the top."""
    return [(float(m.get("x")[:-1]), float(m.get("y"))) for m in group.iter(f"{NAME}svg")]


def paths(group, kind):
    return [p.get("d") for p in group.iter(f"{NAME}path") if p.get("class") == kind]


def names(tree):
    """Both names at the ends of the lines, and where they stand."""
    texts = (t for t in tree.iter(f"{NAME}text") if (t.get("class") or "").startswith("name "))
    return {t.text: float(t.get("y")) for t in texts}


def bar(group):
    """From where to where the bar of the only mark reaches, in px from the top."""
    ((_, y),), (d,) = places(group), paths(group, "bar")
    start, end = d.removeprefix("M0 ").split("M")[0].split("V")
    return y + float(start), y + float(end)


def test_days_lie_across_and_greater_values_higher():
    (left,), (right,) = (groups(drawn(CHANGED), side) for side in ("left", "right"))
    assert [x for x, _ in places(left)] == [x for x, _ in places(right)]
    (first, low), (last, high) = places(left)
    assert 0.0 < first < last < 100.0
    assert low > high > places(right)[1][1]


def test_sides_are_told_by_shape_and_name():
    tree = drawn(CHANGED)
    (left,), (right,) = (set(paths(groups(tree, s)[0], "mark")) for s in ("left", "right"))
    assert left != right
    assert set(names(tree)) == {"left", "right"}


@pytest.mark.parametrize("left", [42.9, 43.0, 43.1])
def test_names_of_sides_that_end_alike_stand_apart_in_their_order(left):
    y = names(drawn(figure(row("2026-09-01", 40.0, 43.0), row("2026-11-10", left, 43.0))))
    assert abs(y["left"] - y["right"]) >= 14.9
    if left != 43.0:
        assert (y["left"] > y["right"]) == (left < 43.0)


@pytest.mark.parametrize("left", [36.0, 40.0, 42.0, 45.0, 48.0])
def test_a_bar_meets_alike_just_where_the_mark_is_hollow(left):
    tree = drawn(figure(row("2026-09-01", left, 43.0), row("2026-09-20", None, 43.0)))
    (zero,) = (line for line in tree.iter(f"{NAME}line") if line.get("class") == "zero")
    (mark,) = groups(tree, "alike") + groups(tree, "differs")
    top, bottom = bar(mark)
    assert (top < float(zero.get("y1")) < bottom) == (mark.get("class") == "alike")
    assert (places(mark)[0][1] < float(zero.get("y1"))) == (left > 43.0)


def test_what_cannot_be_told_has_its_own_bar():
    tree = drawn(figure(row("2026-09-01", 36.0, 43.0, faded=True), row("2026-09-20", 43.0, 43.0)))
    assert len(groups(tree, "alike untold")) == len(groups(tree, "alike")) == 1


def test_the_last_difference_lies_outside_of_grey_just_where_it_changed():
    for high, changed in ((-2.0, True), (0.0, False)):
        last = row("2026-11-10", 42.0, 43.0, change_low=-12.0, change_high=high, changed=changed)
        tree = drawn(figure(row("2026-09-01", 36.0, 43.0), last))
        (grey,) = (r for r in tree.iter(f"{NAME}rect") if r.get("class") == "unchanged")
        ((_, y),) = places(groups(tree, "alike")[0])
        assert (y < float(grey.get("y"))) == changed
    assert not list(drawn(figure(row("2026-09-01", 36.0, 43.0))).iter(f"{NAME}rect"))


def test_two_ways_are_two_drawings_with_names_of_their_own():
    tree = drawn(figure(*CHANGED.rows, *(dict(r, way="knee straight") for r in CHANGED.rows)))
    own = [s for s in tree.iter(f"{NAME}svg") if s.get("class") == "sides"]
    assert len({s.get("aria-labelledby") for s in own}) == 2
    for one in own:  # one line of each side, from day to day, and none beyond it
        assert [len(list(groups(one, s)[0].iter(f"{NAME}line"))) for s in ("left", "right")] == [
            1,
            1,
        ]
    assert [p.text for p in tree.iter("p")] == ["knee bent", "knee straight"]


def test_read_aloud_it_names_days_sides_and_result():
    words = described(CHANGED)
    assert "1 Sep 2026: left 36°, right 43°, words of the day." in words
    assert words.endswith("the difference has changed beyond the error.")
    many = figure(*(row(f"2026-09-{day:02d}", 36.0, 43.0) for day in range(1, 21)))
    assert "12 earlier days." in described(many)
    assert "20 Sep 2026" in described(many)


def test_script_in_a_name_stays_text_and_nothing_is_nothing():
    made = figure(row("2026-09-01", 36.0, 43.0, way="by <script>alert(1)</script>"))
    assert "<script" not in str(sides_svg(made, title_id="t"))
    assert sides_svg(figure(), title_id="t") == ""
