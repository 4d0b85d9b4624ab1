"""Complaints over days as a drawing: every mark where its day is, nothing by colour alone."""

import re
import xml.etree.ElementTree as ET
from datetime import date, timedelta
from itertools import pairwise

import pytest

from evenstride.domain.answer import Figure
from evenstride.render.described import described
from evenstride.render.timeline_svg import timeline_svg

NAME = "{http://www.w3.org/2000/svg}"


def figure(*rows, spans=(), points=()):
    names = ("date", "place", "level", "feeling")
    return Figure(
        kind="timeline",
        title="What was felt, and where",
        x_label="date",
        y_label="place",
        rows=tuple(dict(zip(names, row, strict=True)) for row in rows),
        roles={"x": "date", "y": "place", "value": "level", "series": "feeling"},
        spans=spans,
        points=points,
    )


def drawn(made):
    text = str(timeline_svg(made, title_id="t")).replace("<svg", f'<svg xmlns="{NAME[1:-1]}"', 1)
    return ET.fromstring(text)


def marks(made, kind):
    return [m for m in drawn(made).iter(f"{NAME}svg") if m.get("class") == kind]


def test_later_days_lie_further_right_and_places_below_each_other():
    made = figure(
        ("2026-09-01", "right knee", 2, "pain"),
        ("2026-10-01", "right knee", 3, "pain"),
        ("2026-10-11", "left calf", 3, "pain"),
    )
    x = [float(m.get("x")[:-1]) for m in marks(made, "felt")]
    y = [float(m.get("y")) for m in marks(made, "felt")]
    assert x == sorted(x)
    assert y[0] == y[1] < y[2]
    assert 0.0 < x[0] < x[-1] < 100.0


def test_what_was_felt_is_told_by_shape_and_how_much_by_a_number():
    rows = [
        (f"2026-09-{d:02d}", "right knee", d // 5, kind)
        for d, kind in ((5, "soreness"), (12, "tightness"), (20, "pain"))
    ]
    found = marks(figure(*rows), "felt")
    shapes = {re.sub(r"[-\d.]+", "", m.find(f"{NAME}path").get("d")) for m in found}
    assert len(shapes) == 3
    assert [m.find(f"{NAME}text").text for m in found] == ["1", "2", "4"]


def test_gone_is_no_zero_but_an_empty_mark():
    made = figure(("2026-09-05", "right knee", 4, "pain"), ("2026-09-15", "right knee", 0, "pain"))
    (gone,) = marks(made, "gone")
    assert gone.find(f"{NAME}text") is None
    assert "up to 4 of 10" in described(made)


def test_of_numbers_that_would_overlap_the_greatest_is_written():
    rows = [(f"2026-09-{d:02d}", "right knee", 9 if d == 6 else 2, "pain") for d in range(1, 29)]
    rows.append(("2027-09-01", "right knee", 1, "pain"))
    texts = [m.find(f"{NAME}text") for m in marks(figure(*rows), "felt")]
    written = [t.text for t in texts if t is not None]
    assert "9" in written
    assert len(written) < 10


def test_an_old_injury_does_not_squeeze_what_is_felt_now_and_an_open_one_lasts_to_the_end():
    made = figure(
        ("2026-09-01", "right knee", 2, "pain"),
        ("2026-09-30", "right knee", 3, "pain"),
        spans=(
            {"start": "2011-01-01", "end": None, "label": "sprain", "place": "left ankle"},
            {"start": "2011-01-01", "end": "2011-02-01", "label": "sprain", "place": "left toe"},
        ),
    )
    x = [float(m.get("x")[:-1]) for m in marks(made, "felt")]
    assert x[-1] - x[0] > 90.0
    bar, _ = list(drawn(made).iter(f"{NAME}rect"))
    assert float(bar.get("x")[:-1]) + float(bar.get("width")[:-1]) == pytest.approx(97.5, abs=0.1)


def test_a_move_is_a_line_from_one_place_to_the_next():
    point = {
        "from_date": "2026-09-01",
        "from_place": "right hip",
        "to_date": "2026-09-20",
        "to_place": "right knee",
    }
    made = figure(
        ("2026-09-01", "right hip", 2, "pain"),
        ("2026-09-20", "right knee", 3, "pain"),
        points=(point, {**point, "to_place": "not drawn"}),
    )
    (line,) = [m for m in drawn(made).iter(f"{NAME}line") if m.get("class") == "moved"]
    assert float(line.get("x1")[:-1]) < float(line.get("x2")[:-1])
    assert float(line.get("y1")) < float(line.get("y2"))


def test_script_in_a_label_stays_text():
    bad = "<script>alert(1)</script>"
    span = {"start": "2026-09-01", "end": "2026-09-09", "label": bad, "place": "left ankle"}
    text = str(timeline_svg(figure(("2026-09-01", bad, 2, "pain"), spans=(span,)), title_id="t"))
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert timeline_svg(figure(), title_id="t") == ""


def ticks(made):
    texts = (t for t in drawn(made).findall(f"{NAME}text") if t.get("class") is None)
    return [t.text for t in texts]


def test_no_day_to_come_is_drawn():
    assert ticks(figure(("2026-11-21", "calf", 2, "pain")))[-1] == "21 Nov"
    span = {"start": "2026-11-15", "end": None, "label": "strain", "place": "calf"}
    text = str(timeline_svg(figure(spans=(span,)), title_id="t", today="2026-11-21"))
    assert text.count("21 Nov<") == 1
    (bar,) = ET.fromstring(text).iter("rect")
    assert float(bar.get("width")[:-1]) == pytest.approx(95.0 * 6 / 14, abs=0.1)


def test_a_tick_names_its_year_where_it_is_another_one():
    over = ticks(figure(("2025-11-21", "calf", 2, "pain"), ("2026-02-20", "calf", 3, "pain")))
    assert (over[0], over[-1]) == ("21 Nov 2025", "20 Feb")
    assert sum("2026" in text for text in over) == 1
    within = ticks(figure(("2026-01-05", "calf", 2, "pain"), ("2026-02-20", "calf", 3, "pain")))
    assert [text for text in within if "2026" in text] == ["5 Jan 2026"]


def test_what_is_said_of_a_mark_is_escaped_once():
    odd = str(timeline_svg(figure(("2026-01-05", "a & b", 2, "pa<in")), title_id="t"))
    assert "pa&lt;in 2 of 10" in odd
    assert "a &amp; b" in odd
    assert "&amp;lt;" not in odd


def test_on_a_phone_marks_that_would_overlap_are_the_worst_of_a_few_days():
    rows = [
        ((date(2026, 9, 1) + timedelta(days=d)).isoformat(), place, 9 if d == 6 else 2, "pain")
        for place in ("right knee", "left calf")
        for d in range(36)
    ]
    made = ET.fromstring(str(timeline_svg(figure(*rows), title_id="t")))
    wide, narrow = (part.find("svg") for part in made)
    assert made.find("div[@class='narrow']/p").text == "Each mark is the worst of 3 days."
    assert len(wide.findall("svg")) == 72
    one = [m for m in narrow.findall("svg") if m.get("y") == narrow.find("svg").get("y")]
    at = sorted(float(m.get("x")[:-1]) for m in one)
    assert len(at) == 12
    assert min(b - a for a, b in pairwise(at)) > 7.5, "some 24 px of a phone's width"
    assert [m.find("text").text for m in one].count("9") == 1
    assert all(m.find("text") is not None for m in one), "every level is read"
    ids = re.findall(r' id="([^"]+)"', ET.tostring(made, encoding="unicode"))
    assert len(ids) == len(set(ids)) == 4


def test_marks_with_room_are_drawn_once():
    made = figure(("2026-09-01", "right knee", 2, "pain"), ("2026-09-20", "right knee", 3, "pain"))
    assert str(timeline_svg(made, title_id="t")).startswith("<svg")


def test_thousands_of_marks_are_the_worst_of_each_few_days_on_a_wide_page_too():
    first = date(2023, 1, 1)
    rows = [
        (f"{first + timedelta(days=i)}", place, i % 7, "pain")
        for place in ("right knee", "left calf")
        for i in range(1000)
    ]
    made = figure(*rows)
    text = str(timeline_svg(made, title_id="t"))
    wide, narrow = text.split('<div class="narrow">')
    assert wide.count("<path") <= 2 * 60
    assert "6 of 10, the worst from " in wide
    assert "Each mark is the worst of 17 days." in wide
    assert "Each mark is the worst of 84 days." in narrow
    fewer = str(timeline_svg(figure(*rows[:300]), title_id="t")).split('<div class="narrow">')[0]
    assert fewer.count("<path") == 300
