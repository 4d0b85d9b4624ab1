"""Beam and sparkline: left at the left, nothing outside, the same in words; what figures say."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_answers import HOSTILE, beam_figure, trend_figure

from evenstride.domain.wording import balance_pair
from evenstride.render.beam_svg import beam_svg, beam_words
from evenstride.render.described import described
from evenstride.render.sparkline_svg import sparkline_svg

ANYWHERE = st.floats(30.0, 70.0)


def beam(now: float, half: float = 0.5, normal: tuple[float, float] | None = None) -> ET.Element:
    figure = beam_figure()
    roles = figure.roles
    low, high = normal or (None, None)
    row = {
        roles["now"]: now,
        roles["low"]: now - half,
        roles["high"]: now + half,
        roles["normal_low"]: low,
        roles["normal_high"]: high,
    }
    return ET.fromstring(beam_svg(replace(figure, rows=(row,)), title_id="b"))


def the(svg: ET.Element, name: str) -> ET.Element:
    (found,) = [e for e in svg.iter() if e.get("class") == name]
    return found


def pct(text: str | None) -> float:
    assert text is not None
    assert text.endswith("%")
    return float(text[:-1])


@given(ANYWHERE, st.floats(0.0, 3.0))
def test_the_mark_lies_in_its_interval_on_its_side_and_inside(now: float, half: float) -> None:
    svg = beam(now, half)
    mark, interval = pct(the(svg, "now-mark").get("cx")), the(svg, "interval")
    left, right = pct(interval.get("x1")), pct(interval.get("x2"))
    assert 5.0 <= left <= mark <= right <= 95.0
    if abs(now - 50.0) > 0.05:
        assert (mark < 50.0) == (now > 50.0), "longer on the left lies at the left"


@given(ANYWHERE, st.floats(0.0, 3.0), st.floats(0.1, 2.0))
def test_a_mirrored_runner_has_the_mirrored_beam(now: float, half: float, band: float) -> None:
    svg, other = (beam(at, half, (at - band, at + band)) for at in (now, 100.0 - now))
    a, b = pct(the(svg, "now-mark").get("cx")), pct(the(other, "now-mark").get("cx"))
    assert a + b == pytest.approx(100.0, abs=0.02)
    for name in ("normal-band",):
        one, two = the(svg, name), the(other, name)
        assert pct(one.get("x")) + pct(one.get("width")) == pytest.approx(
            100.0 - pct(two.get("x")), abs=0.03
        )


@given(ANYWHERE)
def test_labels_run_inward_near_the_ends(now: float) -> None:
    label = the(beam(now), "now-label")
    at, anchor = pct(label.get("x")), label.get("text-anchor")
    assert anchor == ("start" if at < 26.0 else "end" if at > 74.0 else "middle")
    assert label.text == balance_pair(now)


def test_sides_are_told_apart_without_colour() -> None:
    svg = beam(48.6)
    assert the(svg, "letter-left").text == "L"
    assert the(svg, "letter-right").text == "R"
    hatched = [e for e in svg.iter() if (e.get("fill") or "").startswith("url(#b-hatch")]
    assert [pct(e.get("x")) < 50.0 for e in hatched] == [True], "the left half, and only it"
    assert "even" in [e.text for e in svg.iter()]


def test_a_beam_says_what_it_shows() -> None:
    svg = beam(48.6, 0.3, (48.0, 49.4))
    said = [e.text for e in svg if e.tag.endswith("desc")]
    assert said == [
        "Balance now 48.6 L / 51.4 R, 95 % interval 51.1 to 51.7 % right. "
        "Your normal: 50.6 to 52.0 % right."
    ]


def test_what_is_not_known_is_not_drawn() -> None:
    figure = beam_figure()
    unknown = replace(figure, rows=(dict.fromkeys(figure.rows[0]),))
    svg = beam_svg(unknown, title_id="b")
    assert "now-mark" not in svg
    assert "normal-band" not in svg
    assert beam_words(unknown) == "Balance is not known."
    assert not [e for e in beam(48.6).iter() if e.get("class") == "normal-band"]


def test_titles_are_escaped() -> None:
    for drawing in (
        beam_svg(replace(beam_figure(), title=HOSTILE), title_id="b"),
        sparkline_svg(replace(trend_figure(30), title=HOSTILE), title_id="s"),
    ):
        assert "<script>" not in drawing
        assert "<img" not in drawing
        assert ET.fromstring(drawing)[0].text == HOSTILE


def coordinates(path: str) -> list[tuple[float, float]]:
    return [(float(a), float(b)) for a, b in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path)]


@pytest.mark.parametrize("centre", [30.0, 48.6, 50.0, 51.4, 70.0])
def test_a_sparkline_stays_inside_and_ends_at_its_value(centre: float) -> None:
    svg = ET.fromstring(sparkline_svg(trend_figure(300, centre=centre), title_id="s"))
    band, level = (coordinates(the(svg, c).get("d") or "") for c in ("band", "level"))
    assert len(level) > 100
    for x, y in (*band, *level):
        assert 0.0 <= x <= 1000.0
        assert 0.0 <= y <= 70.0
    assert level[-1][0] == 1000.0
    left = round(centre, 1)
    assert the(svg, "now-label").text == (f"{left:.1f} L" if left >= 50 else f"{100 - left:.1f} R")


def test_a_sparkline_has_no_text_that_is_stretched() -> None:
    svg = ET.fromstring(sparkline_svg(trend_figure(300), title_id="s"))
    plot = the(svg, "plot")
    assert plot.get("preserveAspectRatio") == "none"
    assert not [e for e in plot.iter() if e.tag.endswith("text")]


def test_a_sparkline_of_nothing_or_one_day_is_no_error() -> None:
    none = replace(trend_figure(30), rows=())
    assert sparkline_svg(none, title_id="s") == ""
    one = replace(trend_figure(30), rows=trend_figure(30).rows[:1])
    assert "1 Jan 2025" in sparkline_svg(one, title_id="s")


def test_other_measures_are_said_in_their_unit() -> None:
    svg = sparkline_svg(trend_figure(60, "cadence_spm", 168.0), title_id="s")
    assert "168 steps/min" in svg
    assert "even" not in svg


def test_a_trend_is_read_aloud_from_end_to_end() -> None:
    words = described(trend_figure(120))
    assert "From 2025-01-01 to 2025-04-29" in words or "1 Jan 2025" in words
    assert "48.6 L / 51.4 R" in words
    assert "60 dots" in words
