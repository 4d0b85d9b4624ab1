"""Drawings: bodies that can be, in the page's colours, mirrored with their letters."""

from __future__ import annotations

import re
import tomllib
import xml.etree.ElementTree as ET
from importlib.resources import files

import pytest

from evenstride.render.drawings import _made, drawing, drawing_for_print, drawing_words, names
from evenstride.render.drawings.figure import (
    FOREARM,
    SHIN,
    THIGH,
    UPPER_ARM,
    Aside,
    Facing,
    aside,
    facing,
    joints,
)
from evenstride.render.drawings.limbs import (
    SLACK,
    TooFarError,
    along,
    direction,
    middle_joint,
    outline,
)
from evenstride.render.drawings.marks import Mark, Words
from evenstride.render.drawings.sheet import HEIGHT, WIDTH, Named
from evenstride.render.palette import stylesheet

MADE = _made()
SVG = "{http://www.w3.org/2000/svg}"
CLOSE_UP = {"chest-breath", "back-breath", "flared-ribs", "foot-posture"}
"""Drawn larger than the sheet, on purpose."""
ALWAYS_LETTERED = {
    "chest-breath",
    "back-breath",
    "flared-ribs",
    "two-scales",
    "hip-bone-forward",
    "switch-road-sides",
    "foot-posture",
    "arch",
    "big-toe",
}


def _entries(name: str) -> list[dict[str, object]]:
    text = (files("evenstride.body") / "data" / f"{name}s.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)[name]


def _wanted() -> set[str]:
    return {str(e["drawing"]) for name in ("exercise", "test") for e in _entries(name)}


def test_catalogue_and_tests_have_their_drawings_and_no_drawing_is_left_over():
    assert set(names()) == _wanted()


def test_an_unknown_name_is_an_error():
    with pytest.raises(KeyError):
        drawing("handstand")


# ------------------------------------------------------------------ bodies that can be


def _poses() -> list[tuple[str, Aside]]:
    return [
        (name, item)
        for name, make in MADE.items()
        for panel in make().panels
        for item in panel.items
        if isinstance(item, Aside)
    ]


def _between(first_deg: float, second_deg: float) -> float:
    return (second_deg - first_deg + 180.0) % 360.0 - 180.0


@pytest.mark.parametrize(("name", "pose"), _poses())
def test_limbs_keep_their_length(name, pose):
    at = joints(pose)
    for side in ("near", "far"):
        assert abs(at[f"{side}_knee"] - at[f"{side}_hip"]) == pytest.approx(THIGH, rel=0.03), name
        assert abs(at[f"{side}_ankle"] - at[f"{side}_knee"]) == pytest.approx(SHIN, rel=0.03), name
    for side, arm in (("near", pose.near_arm), ("far", pose.far_arm)):
        if arm is None or arm.short != 1.0:
            continue
        assert abs(at[f"{side}_elbow"] - at["shoulder"]) == pytest.approx(UPPER_ARM, rel=0.03)
        assert abs(at[f"{side}_wrist"] - at[f"{side}_elbow"]) == pytest.approx(FOREARM, rel=0.03)


@pytest.mark.parametrize(("name", "pose"), _poses())
def test_joints_bend_as_joints_do(name, pose):
    at = joints(pose)
    for side, leg in (("near", pose.near), ("far", pose.far)):
        thigh = direction(at[f"{side}_hip"], at[f"{side}_knee"])
        shin = direction(at[f"{side}_knee"], at[f"{side}_ankle"])
        knee_bent = _between(shin, thigh)
        assert -6.0 <= knee_bent <= 160.0, f"{name}: {side} knee bent by {knee_bent:.0f}"
        hip_bent = _between(pose.loins - 180.0, thigh)
        assert -45.0 <= hip_bent <= 150.0, f"{name}: {side} hip bent by {hip_bent:.0f}"
        drawn_up = _between(shin + 90.0, leg.foot)
        assert -88.0 <= drawn_up <= 45.0, f"{name}: {side} foot drawn up by {drawn_up:.0f}"
    for side, arm in (("near", pose.near_arm), ("far", pose.far_arm)):
        if arm is None or arm.bend != -1 or arm.short != 1.0:
            continue
        upper = direction(at["shoulder"], at[f"{side}_elbow"])
        fore = direction(at[f"{side}_elbow"], at[f"{side}_wrist"])
        elbow_bent = _between(upper, fore)
        assert -15.0 <= elbow_bent <= 160.0, f"{name}: {side} elbow bent by {elbow_bent:.0f}"


@pytest.mark.parametrize(("name", "pose"), [p for p in _poses() if p[0] != "trails"])
def test_nobody_sinks_into_the_floor(name, pose):
    lowest = min(y for mark in aside(pose) for _, y in _points(mark.path))
    assert lowest >= -2.0, f"{name}: {lowest:.1f}"


def test_a_limb_reaches_what_it_can_and_says_what_it_cannot():
    knee = middle_joint(0j, -50j, 37.0, 36.0, 1)
    assert abs(knee) == pytest.approx(37.0)
    assert abs(-50j - knee) == pytest.approx(36.0)
    assert knee.real > 0.0  # to the left of the way down is the front of the body
    assert middle_joint(0j, -50j, 37.0, 36.0, -1) == pytest.approx(-knee.conjugate())
    with pytest.raises(TooFarError):
        middle_joint(0j, -75j, 37.0, 36.0, 1)


def test_an_outline_touches_both_circles_and_runs_one_way_round():
    """Else limbs have corners, and shapes that overlap cut holes into each other."""
    for direction_deg in range(0, 360, 30):
        end = along(direction_deg, 37.0)
        corners = [complex(x, y) for x, y in _points(outline((1j, 8.0), (1j + end, 5.0)))]
        for corner, other, centre, radius in (
            (corners[0], corners[3], 1j, 8.0),
            (corners[1], corners[2], 1j, 8.0),
            (corners[2], corners[1], 1j + end, 5.0),
            (corners[3], corners[0], 1j + end, 5.0),
        ):
            spoke = corner - centre
            assert abs(spoke) == pytest.approx(radius, abs=0.1)
            assert (spoke.conjugate() * (other - corner)).real == pytest.approx(0.0, abs=6.0)
        following = [*corners[1:], corners[0]]
        assert sum((a.conjugate() * b).imag for a, b in zip(corners, following, strict=True)) > 0.0


@pytest.mark.parametrize("name", ["level-paths", "switch-road-sides", "two-scales"])
def test_the_near_leg_hangs_on_the_near_hip(name):
    for pose in (pose for found, pose in _facing() if found == name):
        far, near = (facing(pose)[i] for i in ((0, 1) if not pose.behind else (1, 2)))
        way = 1.0 if pose.behind else -1.0
        for leg, toward in ((near, way), (far, -way)):
            inmost = min((x - pose.pelvis.real) * toward for x, _ in _points(leg.path))
            assert inmost > -3.0, name


def _facing() -> list[tuple[str, Facing]]:
    return [
        (name, item)
        for name, make in MADE.items()
        for panel in make().panels
        for item in panel.items
        if isinstance(item, Facing)
    ]


@pytest.mark.parametrize(("name", "pose"), _facing())
def test_seen_from_the_front_no_limb_is_longer_than_it_is(name, pose):
    way = 1.0 if pose.behind else -1.0
    for toward, leg, arm in ((way, pose.near, pose.near_arm), (-way, pose.far, pose.far_arm)):
        hip = pose.pelvis + along(pose.pelvis_deg, pose.hips * toward)
        shoulder = pose.chest + along(pose.chest_deg, pose.shoulders * toward)
        assert abs(leg[0] - hip) <= THIGH * SLACK + 1.0, name
        assert abs(leg[1] - leg[0]) <= SHIN * SLACK + 1.0, name
        assert abs(arm[0] - shoulder) <= UPPER_ARM * SLACK, name
        assert abs(arm[1] - arm[0]) <= FOREARM * SLACK, name


# ------------------------------------------------------------------ what is written


def _svg(name: str, side: Named) -> ET.Element:
    return ET.fromstring(drawing(name, side))


@pytest.mark.parametrize("name", names())
def test_it_is_an_image_with_a_name_and_a_description_and_without_ids(name):
    for side in (None, "left", "right"):
        svg = _svg(name, side)
        title, desc = svg.findtext(f"{SVG}title"), svg.findtext(f"{SVG}desc")
        assert svg.get("role") == "img"
        assert svg.get("viewBox") == f"0 0 {WIDTH:g} {HEIGHT:g}"
        assert title
        assert title.endswith(f", {side}") if side else not re.search("left|right", title)
        assert desc == drawing_words(name, side)
        assert desc[-1] in ".?"
        assert "{" not in desc
        assert not re.search(r"(^|\. )[a-z]", desc)
        assert all(e.get("id") is None and e.get("style") is None for e in svg.iter())


@pytest.mark.parametrize("name", names())
def test_colours_are_tokens_on_a_page_and_plain_on_paper(name):
    tokens = set(re.findall(r"^  --([\w-]+):", stylesheet(), re.MULTILINE))
    used = re.findall(r'(?:fill|stroke)="([^"]*)"', drawing(name, "left"))
    for colour in used:
        named = re.fullmatch(r"var\(--([\w-]+)\)", colour)
        assert colour in {"none", "currentColor"} or (named and named[1] in tokens), colour
    printed = drawing_for_print(name, "left")
    for colour in re.findall(r'(?:fill|stroke)="([^"]*)"', printed):
        assert re.fullmatch(r"none|#([0-9a-f]{2})\1\1", colour), colour
    assert re.sub(r'(fill|stroke)="[^"]*"', "", printed) == re.sub(
        r'(fill|stroke)="[^"]*"', "", drawing(name, "left")
    )


@pytest.mark.parametrize("name", names())
def test_nothing_is_cut_off_at_the_edge(name):
    for side in ("left", "right"):
        svg = _svg(name, side)
        for text in svg.iter(f"{SVG}text"):
            assert 6.0 <= float(text.get("x", "")) <= WIDTH - 6.0, side
            assert 10.0 <= float(text.get("y", "")) <= HEIGHT - 2.0, side
        if name in CLOSE_UP:
            continue
        for x, y in _on_sheet(svg):
            assert -1.0 <= x <= WIDTH + 1.0, f"{side}: {x:.0f}"
            assert -1.0 <= y <= HEIGHT + 1.0, f"{side}: {y:.0f}"


# ------------------------------------------------------------------ sides


@pytest.mark.parametrize("name", names())
def test_the_left_is_the_mirrored_right_with_the_letters_changed(name):
    left, right = _svg(name, "left"), _svg(name, "right")
    paths = [[p.get("d") for p in svg.iter(f"{SVG}path")] for svg in (left, right)]
    assert paths[0] == paths[1]
    matrices = [
        [[float(v) for v in g.get("transform", "")[7:-1].split()] for g in svg.iter(f"{SVG}g")]
        for svg in (left, right)
    ]
    for panel, from_left, from_right in zip(MADE[name]().panels, *matrices, strict=True):
        assert from_left[0] == -from_right[0]
        assert from_left[1:4] == from_right[1:4]
        assert from_left[4] == pytest.approx(2.0 * panel.middle - from_right[4])
        assert from_left[5] == from_right[5]
    changed = {"L": "R", "R": "L"}
    letters = [_letters(svg) for svg in (left, right)]
    assert [changed[said] for said, _ in letters[0]] == [said for said, _ in letters[1]]


@pytest.mark.parametrize("name", names())
def test_pictures_side_by_side_keep_their_order_when_mirrored(name):
    panels = MADE[name]().panels
    if len({panel.floor for panel in panels}) > 1 or len(panels) == 1:
        return
    for side in (None, "left"):
        groups = [[p[0] for p in _on_sheet(g)] for g in _svg(name, side).iter(f"{SVG}g")]
        middles = [(min(xs) + max(xs)) / 2.0 for xs in groups]
        assert middles == sorted(middles), side


@pytest.mark.parametrize("kind", ["exercise", "test"])
def test_whatever_is_done_to_one_side_names_it(kind):
    for entry in _entries(kind):
        name = str(entry["drawing"])
        if kind == "exercise" and entry["sided"] == "both":
            assert name in ALWAYS_LETTERED or not _letters(_svg(name, "left")), name
        else:
            assert "L" in {said for said, _ in _letters(_svg(name, "left"))}, name


def test_the_letter_stands_where_the_person_has_that_side():
    """From the front the left is at the right of the drawing, from behind at the left."""
    for name, left_is_right in (
        ("two-scales", True),
        ("chest-breath", True),
        ("back-breath", False),
        ("big-toe", False),
    ):
        for side in (None, "left", "right"):
            at = dict(_letters(_svg(name, side)))
            assert (at["L"] > at["R"]) is left_is_right, (name, side)


def test_the_letter_stands_at_the_leg_that_hops():
    panel = MADE["hop"]().panels[0]
    letters = [m for item in panel.items if isinstance(item, list) for m in item]
    at = [mark.at for mark in letters if isinstance(mark, Words) and mark.text == "near"]
    people = [joints(item) for item in panel.items if isinstance(item, Aside)]
    assert len(at) == len(people) == 2
    for letter, person in zip(at, people, strict=True):
        middles = {s: (person[f"{s}_knee"] + person[f"{s}_ankle"]) / 2.0 for s in ("near", "far")}
        assert abs(letter - middles["near"]) < 0.5 * abs(letter - middles["far"])


def test_one_arm_of_the_staggered_hinge_reaches_and_the_other_is_drawn_back():
    at = joints(dict(_poses())["staggered-hinge"])
    assert at["far_wrist"].real > at["shoulder"].real + 45.0
    assert at["near_wrist"].real < at["hip"].real


def test_cables_of_the_chest_press_end_at_the_hands():
    panel = MADE["alternating-chest-press"]().panels[0]
    at = joints(dict(_poses())["alternating-chest-press"])
    ends = [
        complex(*_points(mark.path)[-1])
        for item in panel.items
        if isinstance(item, list)
        for mark in item
        if isinstance(mark, Mark) and mark.role == "band"
    ]
    hands = sorted((at["near_wrist"], at["far_wrist"]), key=lambda hand: hand.real)
    assert len(ends) == 2
    for end, hand in zip(sorted(ends, key=lambda end: end.real), hands, strict=True):
        assert abs(end - hand) < 7.0


def test_a_drawing_says_whose_feet_it_shows():
    assert drawing_words("arch").startswith("Three right feet")
    assert drawing_words("arch", "left").startswith("Three left feet")
    assert drawing_words("foot-posture", "left").startswith("Three left feet")
    for name, labels in (
        ("arch", ["high", "middle", "flat"]),
        ("foot-posture", ["−2", "0", "+2"]),
    ):
        for side in (None, "left"):
            texts = [(float(t.get("x", "")), t.text) for t in _svg(name, side).iter(f"{SVG}text")]
            assert [text for _, text in sorted(texts) if text in labels] == labels


def test_without_a_side_no_letter_is_shown_unless_both_are_meant():
    lettered = {name for name in names() if _letters(_svg(name, None))}
    assert lettered == ALWAYS_LETTERED


def test_words_name_the_side_and_its_other():
    assert drawing_words("lunge", "left").startswith("A long step, the left foot in front")
    assert "until the right knee nearly touches" in drawing_words("lunge", "left")
    assert "one foot in front" in drawing_words("lunge")
    assert "the other knee" in drawing_words("lunge")


def _letters(svg: ET.Element) -> list[tuple[str, float]]:
    return [
        (t.text or "", float(t.get("x", "")))
        for t in svg.iter(f"{SVG}text")
        if t.text in {"L", "R"}
    ]


def _on_sheet(svg: ET.Element) -> list[tuple[float, float]]:
    """Return the points of all paths where they lie on the sheet."""
    found: list[tuple[float, float]] = []
    for group in svg.iter(f"{SVG}g"):
        a, _, _, d, e, f = (float(v) for v in group.get("transform", "")[7:-1].split())
        for path in group:
            found += [(a * x + e, d * y + f) for x, y in _points(path.get("d", ""))]
    return found


def _points(path: str) -> list[tuple[float, float]]:
    """Return the points that a path goes through or is drawn toward."""
    found: list[tuple[float, float]] = []
    for command, text in re.findall(r"([MLQCAZ])([^MLQCAZ]*)", path):
        values = [float(v) for v in text.split()]
        if command == "A":
            values = values[5:]
        found += list(zip(values[::2], values[1::2], strict=True))
    return found
