"""The HTML report: one file, nothing asked of anybody, nothing typed that could run."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest
from report_answers import HOSTILE, report_answer, with_more, without_balance

from evenstride.render.report_html import report_html

VOID = {"meta", "br", "link", "img"}


class Page(HTMLParser):
    """Collects elements, and the text of scripts and styles."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.blocks: list[tuple[str, dict[str, str | None], str]] = []
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> ends nothing"
        name, _ = self.open.pop()
        assert name == tag, f"</{tag}> ends <{name}>"

    def handle_data(self, data):
        if self.open and self.open[-1][0] in ("script", "style"):
            self.blocks.append((*self.open[-1], data))
        else:
            self.said.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.said))


def policy_of(page: Page) -> dict[str, list[str]]:
    (content,) = (
        a["content"] or ""
        for t, a in page.elements
        if t == "meta" and "content" in a
        if a.get("http-equiv") == "Content-Security-Policy"
    )
    parts = (part.split() for part in content.split(";"))
    return {name: values for name, *values in parts}


def hash_of(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_its_policy_lets_run_what_stands_in_it_and_nothing_else():
    page = Page(report_html(report_answer()))
    policy = policy_of(page)
    assert policy["default-src"] == ["'none'"]
    assert not any("unsafe" in v or "http" in v for values in policy.values() for v in values)
    scripts = [
        text for tag, attrs, text in page.blocks if tag == "script" and not attrs.get("type")
    ]
    styles = [text for tag, _, text in page.blocks if tag == "style"]
    assert len(scripts) == 5
    assert policy["script-src"] == [hash_of(text) for text in scripts]
    assert policy["style-src"] == [hash_of(text) for text in styles]


def test_it_names_no_other_place_to_load_from():
    page = Page(report_html(report_answer()))
    for tag, attributes in page.elements:
        assert "src" not in attributes, tag
        assert tag not in ("link", "iframe", "img", "base")
        assert not any(name.startswith("on") or name == "style" for name in attributes), tag
        if tag == "a":
            assert (attributes["href"] or "").startswith("https://doi.org/10.")
    (style,) = (text for tag, _, text in page.blocks if tag == "style")
    assert "@import" not in style
    assert set(re.findall(r"url\((.{5})", style)) == {"data:"}


def test_it_says_all_and_stays_small():
    html = report_html(report_answer())
    assert len(html.encode()) < 1_500_000
    text = Page(html).text
    for said in (
        "Where you are",
        "51.4 R",
        "Is it changing?",
        "How to read this",
        "Runs of the period",
        "How it was measured",
        "What it does not say",
        "Made on this computer by evenstride 0.0.0",
    ):
        assert said in text, said
    assert Page(html).text.count("10.0") >= 40, "all runs of the period are in the table"


def test_figures_are_there_without_scripts_and_with():
    page = Page(report_html(report_answer()))
    assert sum(tag == "svg" for tag, _ in page.elements) == 4
    (spec,) = (
        json.loads(text)
        for tag, attrs, text in page.blocks
        if attrs.get("type") == "application/json"
    )
    assert spec["datasets"]


def test_what_was_asked_for_is_drawn_and_said():
    page = Page(report_html(with_more(report_answer())))
    assert sum(tag == "svg" for tag, _ in page.elements) == 10
    figures = [a for tag, a in page.elements if tag == "figure"]
    assert [a["id"] for a in figures] == [
        "figure-trend",
        "figure-drivers",
        "figure-run-2025-06-30-0700",
        "figure-difference",
    ]
    assert all(a.get("aria-label") for a in figures[1:])
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert len(set(ids)) == len(ids)
    for said in ("What moves it", "The run of Mon 30 Jun 2025", "Like for like", "1.3 R"):
        assert said in page.text, said


def test_without_balance_it_carries_no_scripts():
    page = Page(report_html(without_balance(report_answer())))
    assert not any(tag == "script" for tag, _ in page.elements)
    assert policy_of(page)["script-src"] == ["'none'"]
    assert "Runs of the period" in page.text


def test_what_was_typed_is_text_and_nothing_else():
    plain, typed = (
        Page(report_html(with_more(report_answer(5, typed=text), typed=text)))
        for text in ("harmless", HOSTILE)
    )
    assert [tag for tag, _ in typed.elements] == [tag for tag, _ in plain.elements]
    for kept in ("</script><script>alert(1)</script>", "{{ 7 * 7 }}", "<img src=x", "&amp;"):
        assert kept in typed.text, kept
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in typed.text


@pytest.mark.parametrize("theme", ["auto", "light", "dark"])
def test_theme_and_sides_are_the_runners(theme):
    html = report_html(report_answer(), theme=theme, side_colours="vermilion_navy", units="mi")
    (_, root), *_ = (e for e in Page(html).elements if e[0] == "html")
    assert root.get("data-theme") == (None if theme == "auto" else theme)
    assert root["data-sides"] == "vermilion_navy"
    assert "pace /mi" in Page(html).text


def test_the_same_answer_gives_the_same_page():
    assert report_html(report_answer()) == report_html(report_answer())
