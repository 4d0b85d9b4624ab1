"""Colours: every theme says all of them, and what is written can be read on its ground."""

from __future__ import annotations

import re

import pytest

from evenstride.render.palette import painted, palette, stylesheet

THEMES = [
    (theme, sides)
    for theme in ("light", "dark", "print")
    for sides in ("orange_blue", "vermilion_navy")
]
GROUNDS = ("bg", "surface", "surface-2")


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def rule(selector: str, text: str) -> dict[str, str]:
    at = text.index(f"{selector} {{")
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", text[at : text.index("}", at)]))


def test_contrast_is_computed_as_published() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("theme", "sides"), THEMES)
def test_every_theme_has_every_colour(theme: str, sides: str) -> None:
    assert set(palette(theme, sides)) == set(palette("light"))


@pytest.mark.parametrize("sides", ["", '[data-sides="vermilion_navy"]'])
def test_dark_by_choice_and_dark_by_system_are_the_same(sides: str) -> None:
    text = stylesheet()
    chosen = rule(f':root[data-theme="dark"]{sides}', text)
    asked = rule(f":root:not([data-theme]){sides}", text)
    assert chosen == asked
    assert len(chosen) > 8


@pytest.mark.parametrize(("theme", "sides"), THEMES)
def test_text_and_sides_can_be_read_on_every_ground(theme: str, sides: str) -> None:
    colours = palette(theme, sides)
    for ground in GROUNDS:
        for name in ("text", "muted", "chart-text", "link", "left", "right"):
            assert contrast(colours[name], colours[ground]) >= 4.5, (name, ground)
    for name in ("ok", "warn", "bad"):
        assert contrast(colours[name], colours[f"{name}-soft"]) >= 4.5, name
    assert contrast(colours["on-accent"], colours["accent"]) >= 4.5


@pytest.mark.parametrize(("theme", "sides"), THEMES)
def test_what_is_drawn_can_be_seen_on_its_ground(theme: str, sides: str) -> None:
    colours = palette(theme, sides)
    for name in ("level", "dot", "event", "even", "border-strong", "focus"):
        assert contrast(colours[name], colours["surface"]) >= 3.0, name
    for band in ("normal", "band95", "band80", "left-out", "left-soft", "right-soft"):
        assert contrast(colours["level"], colours[band]) >= 4.5, band
    for ground in ("normal", "left-out"):  # where names of bands are written
        assert contrast(colours["chart-text"], colours[ground]) >= 4.5, ground


@pytest.mark.parametrize(("theme", "sides"), THEMES)
def test_the_steps_of_balance_darken_away_from_even(theme: str, sides: str) -> None:
    """In grey the steps still say how far from even; left's are dotted besides."""
    colours = palette(theme, sides)
    ground = luminance(colours["surface"])
    apart = [abs(luminance(colours[f"side-{n}"]) - ground) for n in range(1, 10)]
    assert apart[:4] == sorted(apart[:4], reverse=True)
    assert apart[5:] == sorted(apart[5:])
    assert len({colours[f"side-{n}"] for n in range(1, 10)}) == 9


def test_severity_is_in_no_side_s_colour() -> None:
    for theme, sides in THEMES:
        colours = palette(theme, sides)
        severe = {colours[name] for name in ("ok", "warn", "bad")}
        assert not severe & {colours["left"], colours["right"]}


def test_colours_are_put_in_the_place_of_tokens() -> None:
    assert painted("fill:var(--left)", {"left": "#112233"}) == "fill:#112233"
    with pytest.raises(KeyError):
        painted("var(--no-such)", palette())


def test_colours_are_said_in_tokens_only() -> None:
    """Below the tokens no rule names a colour of its own, but for shadows and paper."""
    text = re.sub(r"/\*.*?\*/", "", stylesheet(), flags=re.DOTALL)
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", text):
        for name, value in re.findall(r"([\w-]+):\s*([^;]+);", body):
            if not name.startswith("--"):
                assert not re.search(r"#[0-9a-fA-F]{3,8}\b", value), (selector.strip(), name, value)
