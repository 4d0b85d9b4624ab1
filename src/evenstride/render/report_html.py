"""Decides how a report becomes one HTML file that needs nothing else, and asks nobody for anything.

Styles, fonts and scripts stand inside, and the page's own policy lets only these run, by their
hashes. Without scripts every figure is still there, drawn as it is on paper.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import jinja2
from markupsafe import Markup

from evenstride.domain.wording import printable
from evenstride.render.as_json import plain
from evenstride.render.described import described
from evenstride.render.report_figures import beam_svg, trend_svg
from evenstride.render.report_rows import contributions_svg, forest_svg
from evenstride.render.report_words import printed
from evenstride.render.vega import spec, trend_spec

if TYPE_CHECKING:
    from evenstride.domain.answer import Answer, Figure
    from evenstride.domain.wording import Units
    from evenstride.render.report_words import Printed

_HERE = Path(__file__).parent
_ASSETS = _HERE / "assets"
_SCRIPTS = ("vega.min.js", "vega-lite.min.js", "vega-interpreter.js", "words.js", "charts.js")
_STYLES = (
    _ASSETS / "evenstride.css",
    _HERE / "report" / "figures.css",
    _HERE / "report" / "report.css",
)
_URL = re.compile(r"""url\(\s*["']?(?!data:)([^"')]+?)["']?\s*\)""")
_TYPES = {".woff2": "font/woff2", ".svg": "image/svg+xml", ".png": "image/png"}
_WIDE, _NARROW, _ROWS_NARROW = 505.0, 250.0, 300.0
_MOST_RUNS = 200
_DECIMALS = 3


def report_html(
    answer: Answer,
    *,
    units: Units = "km",
    side_colours: Literal["orange_blue", "vermilion_navy"] = "orange_blue",
    theme: Literal["auto", "light", "dark"] = "auto",
) -> str:
    """Write a report's Answer as one self-contained HTML page.

    Parameters
    ----------
    answer
        The Answer of `report`.
    units
        What distances and paces are said in.
    side_colours, theme
        As the runner set them.
    """
    beam = answer.figures.get("balance")
    trends = [figure for figure in answer.figures.values() if figure.kind == "trend"]
    drawn = bool(trends and trends[0].rows)
    report = printed(answer, units=units, most_runs=_MOST_RUNS)
    figures = _row_figures(report, units)
    style, scripts = _style(), _scripts() if drawn or figures else ()
    return _template().render(
        answer=answer,
        report=report,
        figures=figures,
        policy=_policy(style, scripts),
        style=Markup(style),  # noqa: S704 # ours
        scripts=[Markup(script) for script in scripts],  # noqa: S704 # ours
        side_colours=side_colours,
        theme=theme,
        beam_wide=Markup(beam_svg(beam, width=_WIDE)) if beam else "",  # noqa: S704 # escaped there
        beam_narrow=Markup(beam_svg(beam, width=_NARROW)) if beam else "",  # noqa: S704
        trend_wide=Markup(trend_svg(trends, width=_WIDE)),  # noqa: S704 # escaped there
        trend_narrow=Markup(trend_svg(trends, width=_NARROW)),  # noqa: S704
        described=" ".join(described(figure) for figure in trends),
        spec=_json_block(trend_spec(trends, units=units)) if drawn else "",
    )


@dataclass(frozen=True, slots=True)
class _Still:
    """A figure as it stands in the page: drawn twice, described, and what draws it with scripts."""

    kind: str
    wide: Markup
    narrow: Markup
    described: str
    spec: Markup


def _row_figures(report: Printed, units: Units) -> dict[str, _Still]:
    """Draw what stands in rows below each other: `drivers`, `run-RUN_ID`, `difference`."""
    named: dict[str, Figure | None] = {
        "drivers": report.moves.figure if report.moves else None,
        **{f"run-{run.run_id}": run.figure for run in report.explained},
        "difference": report.compared.figure if report.compared else None,
    }
    return {name: _still(figure, units) for name, figure in named.items() if figure is not None}


def _still(figure: Figure, units: Units) -> _Still:
    draw = forest_svg if figure.kind == "forest" else contributions_svg
    return _Still(
        figure.kind,
        Markup(draw(figure, width=_WIDE)),  # noqa: S704 # escaped there
        Markup(draw(figure, width=_ROWS_NARROW)),  # noqa: S704 # escaped there
        described(figure),
        _json_block(spec(figure, units=units)),
    )


def _policy(style: str, scripts: tuple[str, ...]) -> str:
    """Say what the page may load and run: what stands in it, and nothing else."""
    run = " ".join(_hash(script) for script in scripts) or "'none'"
    return (
        f"default-src 'none'; script-src {run}; style-src {_hash(style)}; font-src data:; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@cache
def _style() -> str:
    """Put the stylesheets together, the files they name inside."""
    text = "\n".join(_URL.sub(_inlined, path.read_text("utf-8")) for path in _STYLES)
    assert "</" not in text
    return text


def _inlined(found: re.Match[str]) -> str:
    path = _ASSETS / found[1]
    encoded = base64.b64encode(path.read_bytes()).decode()
    return f"url(data:{_TYPES[path.suffix]};base64,{encoded})"


@cache
def _scripts() -> tuple[str, ...]:
    """Read the scripts as a page carries them: nothing in them may end the block they stand in."""
    made = []
    for name in _SCRIPTS:
        text = (_ASSETS / name).read_text("utf-8")
        assert "</script" not in text.lower(), name
        assert "<!--" not in text, name
        made.append(text)
    return tuple(made)


def _json_block(value: object) -> Markup:
    """Write data into a script block that is none: nothing in it can end the block.

    Numbers are rounded to what no drawing can show, which halves them.
    """
    exact = json.dumps(plain(value))
    small = json.loads(exact, parse_float=lambda number: round(float(number), _DECIMALS))
    text = json.dumps(small, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704 # escaped above


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    return environment.get_template("report.html.j2")


def _finalize(value: object) -> object:
    """Keep every text from speaking to more than its reader: control and bidi marks are shown."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value
