"""The body map and the heels: every place a shape, sides where they belong, levels in words."""

from __future__ import annotations

import re
from datetime import date

import pytest

from evenstride.domain.body import REGIONS, Feeling, Side, place_words
from evenstride.domain.diary import HeelWear
from evenstride.render.body_map import (
    Mark,
    body_map_svg,
    level_class,
    place_key,
    place_of_key,
    places,
)
from evenstride.render.heels_svg import heels_svg


def link(place):
    return f"#at-{place_key(place)}"


def middle_x(svg, place):
    found = re.search(rf'data-place="{place_key(place)}".*?points="([^"]+)"', str(svg))
    xs = [int(pair.split(",")[0]) for pair in found[1].split()]
    return (min(xs) + max(xs)) / 2


def test_every_region_can_be_chosen_on_each_of_its_sides_and_nowhere_twice():
    drawn = "".join(str(body_map_svg(v, {}, title_id=v, href=link)) for v in ("front", "back"))
    keys = re.findall(r'data-place="([^"]+)"', drawn)
    wanted = {
        place_key((slug, side))
        for slug, region in REGIONS.items()
        for side in (Side.LEFT, Side.RIGHT, *((Side.MIDDLE,) if region.across else ()))
    }
    assert set(keys) == wanted
    assert len(keys) == len(wanted)
    assert set(re.findall(r'href="#at-([^"]+)"', drawn)) == wanted


@pytest.mark.parametrize("view", ["front", "back"])
def test_sides_lie_as_one_sees_oneself_from_there_and_mirror_each_other(view):
    svg = body_map_svg(view, {}, title_id="m", href=link)
    for slug, side in places(view):
        x = middle_x(svg, (slug, side))
        if side is Side.MIDDLE:
            assert x == 100
        else:
            # From the front the body's right is at the left of the picture, from behind it is not.
            at_the_left = (side is Side.RIGHT) == (view == "front")
            assert (x < 100) is at_the_left, (slug, side)
            assert x - 100 == 100 - middle_x(svg, (slug, side.other))
    left_first = str(svg).index("your left") < str(svg).index("your right")
    assert left_first is (view == "back")


def test_a_mark_is_said_by_number_and_letter_in_the_name_and_in_the_description():
    place = ("knee-inner", Side.RIGHT)
    mark = Mark(7, Feeling.PAIN, "painful, 7 of 10")
    linked = str(body_map_svg("front", {place: mark}, title_id="m", href=link))
    assert 'aria-label="right inside of the knee: painful, 7 of 10"' in linked
    assert ">7P</text>" in linked
    assert 'role="group"' in linked
    picture = str(body_map_svg("front", {place: mark}, title_id="m"))
    assert 'role="img"' in picture
    assert "Right inside of the knee: painful, 7 of 10." in picture
    assert "<a " not in picture
    assert ">7P</text>" not in str(body_map_svg("back", {place: mark}, title_id="m"))


def test_levels_are_coloured_by_the_limits_of_pain_monitoring():
    assert [level_class(level) for level in (0, 1, 3, 4, 5, 6, 10)] == [
        "level-none",
        "level-low",
        "level-low",
        "level-mid",
        "level-mid",
        "level-high",
        "level-high",
    ]


def test_what_is_written_on_the_map_is_escaped():
    mark = Mark(3, Feeling.SORENESS, "<script>")
    assert "<script" not in str(
        body_map_svg("front", {("groin", Side.LEFT): mark}, title_id="m", href=link)
    )


def test_keys_of_places_are_read_back_and_nothing_else_is():
    for place in places():
        assert place_of_key(place_key(place)) == place
    for wrong in ("", "left", "left-", "up-calf", "left-wing", "middle-calf", "calf-left"):
        assert place_of_key(wrong) is None
    assert len({place_words(*place) for place in places()}) == len(list(places()))


def heel_depths(svg, side):
    """How deep each third of a heel is worn, from the left of the picture to the right."""
    half = [svg.split('class="letter-right"')[0], svg.split('class="letter-right"')[1]]
    text = half[0] if side == "left" else half[1]
    return [
        (int(x), int(h))
        for x, h in re.findall(r'class="worn" x="(\d+)" y="\d+" width="\d+" height="(\d+)"', text)
    ]


def test_the_outer_edges_of_heels_lie_outward():
    worn = HeelWear("A", date(2026, 1, 1), 3, 1, "outer", "outer")
    svg = str(heels_svg(worn, title_id="h"))
    (left,) = heel_depths(svg, "left")
    (right,) = heel_depths(svg, "right")
    inner = str(heels_svg(HeelWear("A", date(2026, 1, 1), 1, 1, "inner", "inner"), title_id="h"))
    ((left_inner, _),) = heel_depths(inner, "left")
    ((right_inner, _),) = heel_depths(inner, "right")
    assert left[0] < left_inner < right_inner < right[0]
    assert left[1] > right[1], "what is worn further is drawn deeper"
    assert "Left heel worn through at its outer part" in svg


def test_heels_worn_evenly_are_worn_in_all_thirds_and_new_ones_in_none():
    even = str(heels_svg(HeelWear("A", date(2026, 1, 1), 2, 0, "even"), title_id="h"))
    assert len(heel_depths(even, "left")) == 3
    assert heel_depths(even, "right") == []
    assert "worn" not in re.findall(r'class="(\w+)"', str(heels_svg(None, title_id="h")))
