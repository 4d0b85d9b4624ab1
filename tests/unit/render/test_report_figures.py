"""The paper's figures: what is written where, which side is which, and nothing that can speak."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from report_answers import HOSTILE, beam_figure, trend_figure

from evenstride.render.report_figures import beam_svg, trend_svg

SVG = "{http://www.w3.org/2000/svg}"


def drawn(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in drawn(svg).iter(f"{SVG}text")]


def now_x(figure, width: float = 505.0) -> tuple[float, str]:
    (mark,) = drawn(beam_svg(figure, width=width)).iter(f"{SVG}circle")
    return float(mark.get("cx")), mark.get("class")


@pytest.mark.parametrize("width", [250.0, 505.0])
def test_the_beam_is_mirrored_with_the_runner(width):
    left, right = (
        now_x(beam_figure(51.2, (None, None)), width),
        now_x(beam_figure(48.8, (None, None)), width),
    )
    assert left[0] < width / 2 < right[0], "longer on the left is drawn on the left"
    assert left[0] - width / 2 == pytest.approx(width / 2 - right[0])
    assert (left[1], right[1]) == ("now-l", "now-r")
    assert now_x(beam_figure(50.0), width)[1] == "now-even"


def test_the_beam_says_both_sides_in_letters_and_hatches_only_the_left():
    svg = beam_svg(beam_figure())
    said = " ".join(texts(svg))
    assert "now 48.6 L / 51.4 R" in said
    assert "longer on the left" in said
    assert "longer on the right" in said
    hatches = [p.get("d") for p in drawn(svg).iter(f"{SVG}path") if p.get("class") == "hatch"]
    ends = [float(x) for d in hatches for x in re.findall(r"[ML]([\d.]+) ", d)]
    assert hatches
    assert max(ends) <= 505.0 / 2


def test_without_a_normal_the_beam_shows_none():
    assert "normal" not in beam_svg(beam_figure(normal=(None, None)))
    assert "your normal" in beam_svg(beam_figure())


def test_the_axis_of_balance_names_sides_and_even():
    said = texts(trend_svg([trend_figure(120)]))
    assert "50 even" in said
    assert any(text.endswith(" R") for text in said)
    assert not any(text.endswith(" L") for text in said), "this runner is right of even"
    mirrored = texts(trend_svg([trend_figure(120, centre=51.4)]))
    assert any(text.endswith(" L") for text in mirrored)
    assert "your normal" in said
    assert "level" in said


def test_a_wild_run_stays_at_the_edge_and_leaves_the_axis_alone():
    plain = trend_figure(120)
    points = (*plain.points[:-1], dict(plain.points[-1]) | {"y": 20.0})
    wild = trend_svg([replace(plain, points=points)])
    assert texts(wild) == texts(trend_svg([plain]))
    assert wild.count('class="beyond"') == 1


def test_a_vendors_bands_are_drawn_under_its_name():
    plain = trend_figure(120)
    asked = replace(plain, reference_lines={"50 even": 50.0, "Garmin orange R": 48.5, "far": 30.0})
    said = texts(trend_svg([asked]))
    assert "Garmin orange R" in said
    assert "far" not in said
    assert trend_svg([asked]).count('class="other"') == 1


def test_panels_share_one_time_axis():
    svg = trend_svg([trend_figure(120), trend_figure(120, "gct_ms", 250.0)])
    lines = [p.get("d") for p in drawn(svg).iter(f"{SVG}path") if p.get("class") == "level"]
    first, second = (re.findall(r"[ML]([\d.]+) ", line) for line in lines)
    assert first == second
    assert "Contact time [ms]" in texts(svg)


def test_nothing_to_draw_is_an_empty_text():
    assert trend_svg([replace(trend_figure(4), rows=())]) == ""
    assert "NaN" not in trend_svg([trend_figure(2)])


def test_labels_cannot_leave_their_place():
    figure = replace(trend_figure(120), events=({"date": "2025-02-01", "label": HOSTILE[:40]},))
    root = drawn(trend_svg([figure], width=900.0))
    assert {element.tag for element in root.iter()} <= {
        f"{SVG}{name}" for name in ("svg", "path", "rect", "circle", "text")
    }
