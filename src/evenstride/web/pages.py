"""Decides how an answer becomes a response: a page, a part of one, or JSON."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import jinja2
from fastapi import Query
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse, Response

from evenstride import answers
from evenstride.domain import wording
from evenstride.domain.cues import cue_named
from evenstride.domain.driver_words import driver_label
from evenstride.domain.experiment import LONGEST_NOTE, LONGEST_REASON, LONGEST_WORDS
from evenstride.domain.quantities import QUANTITIES
from evenstride.render.as_json import answer_json, plain
from evenstride.render.beam_svg import beam_svg
from evenstride.render.cells import day_words, unit_words
from evenstride.render.described import described
from evenstride.render.described_moves import driver_sentence
from evenstride.render.drawings import drawing
from evenstride.render.html_tables import html_facts, html_table
from evenstride.render.shares_svg import shares_svg
from evenstride.render.sides_svg import sides_svg
from evenstride.render.sparkline_svg import sparkline_svg
from evenstride.render.timeline_svg import timeline_svg
from evenstride.version import VERSION
from evenstride.web import static

if TYPE_CHECKING:
    from starlette.requests import Request

    from evenstride.domain.answer import Answer

Format = Annotated[
    Literal["html", "json"],
    Query(alias="format", description="`json` gives the Answer that the page shows."),
]

NAV = (
    (
        "home",
        "/",
        "Home",
        "M4 11.5 12 5l8 6.5M6.5 10v9h11v-9",
    ),
    (
        "trend",
        "/trend",
        "Trend",
        "M4 17l5-6 4 3 7-8M15.5 6H20v4.5",
    ),
    (
        "drivers",
        "/drivers",
        "Drivers",
        "M5 20v-6m7 6V4m7 16v-9M3.5 20h17",
    ),
    (
        "compare",
        "/compare",
        "Compare",
        "M8 20V5m-4 4 4-4 4 4M16 4v15m-4-4 4 4 4-4",
    ),
    (
        "experiments",
        "/experiments",
        "Experiments",
        "M9.5 4h5M10.5 4v5.5L5.4 18a1.4 1.4 0 0 0 1.2 2h10.8a1.4 1.4 0 0 0 1.2-2l-5.1-8.5V4M8 15h8",
    ),
    (
        "body",
        "/body",
        "Body",
        "M12 6.6a1.9 1.9 0 1 0 0-3.8 1.9 1.9 0 0 0 0 3.8zM5.5 9.5 12 8.8l6.5.7M12 8.8v5.4l-3 6.6"
        "m3-6.6 3 6.6",
    ),
    (
        "plan",
        "/plan",
        "Plan",
        "M5 6.5h14v13H5zM5 10.5h14M9 4v4M15 4v4M9 14.7l2.2 2.2 4-4",
    ),
    (
        "runs",
        "/runs",
        "Runs",
        "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
    ),
    (
        "import",
        "/import",
        "Import",
        "M12 4v11m-4.5-4.5L12 15l4.5-4.5M5 19h14",
    ),
    (
        "library",
        "/library",
        "Library",
        "M5 5.5c0-1 3.1-1.8 7-1.8s7 .8 7 1.8-3.1 1.8-7 1.8-7-.8-7-1.8z"
        "M5 5.5v13c0 1 3.1 1.8 7 1.8s7-.8 7-1.8v-13M5 12c0 1 3.1 1.8 7 1.8s7-.8 7-1.8",
    ),
    (
        "settings",
        "/settings",
        "Settings",
        "M5 7h8m4 0h2M5 17h2m4 0h8M15 5v4M9 15v4",
    ),
)
"""Name, address, label, and the path that its icon is drawn by."""
IN_THE_FOOT = ("compare", "import", "library", "settings")
"""Seven places fit on a phone: these are left out of them there and stand in every page's foot."""


_PAGE_OF: Final = {
    "body": ("/body", "the body page"),
    "diary": ("/diary", "the diary"),
    "drivers": ("/drivers", "the page of drivers"),
    "experiment": ("/experiments", "the page of experiments"),
    "experiment new": ("/experiments/new", "the page of a new experiment"),
    "flags": ("/flags", "the page of red flags"),
    "import": ("/import", "the import page"),
    "injury": ("/injuries", "the page of injuries"),
    "plan": ("/plan", "the plan’s page"),
    "plan new": ("/plan/new", "the page of a new plan"),
    "runs": ("/runs", "the list of runs"),
    "screen": ("/screen", "the page of tests"),
    "shoes": ("/shoes", "the page of shoes"),
    "trend": ("/trend", "the trend"),
    "why": ("/why", "the page of sources"),
}
"""Commands that a page does the work of, by their first words; what it is called in a sentence."""


def prose(text: str) -> Markup:
    """Write a sentence of an answer as HTML.

    What stands in backticks is to be typed; a command that a page does the work of is a link to it.
    """
    parts = wording.printable(str(text)).split("`")
    return Markup("").join(
        _typed(part, "".join(parts[:index])) if index % 2 else escape(part)
        for index, part in enumerate(parts)
    )


def _typed(part: str, before: str) -> Markup:
    """Write what is to be typed: as a link where it is what a page does."""
    program, *words = part.split() or [""]
    known = next((k for n in (2, 1) if (k := " ".join(words[:n])) in _PAGE_OF), None)
    if program != "evenstride" or known is None:
        return Markup("<code>{}</code>").format(part)
    address, called = _PAGE_OF[known]
    if not before.strip() or before.rstrip().endswith((".", "?")):
        called = called[:1].upper() + called[1:]
    return Markup('<a href="{}">{}</a>').format(address, called)


def json_block(value: object) -> Markup:
    """Write data into a script block that is none: nothing in it can end the block."""
    text = json.dumps(plain(value), ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704 # escaped above


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("evenstride.web"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {
        "prose": prose,
        "json_block": json_block,
        "pace": wording.pace_words,
        "distance": wording.distance_words,
        "duration": wording.duration_words,
        "balance": wording.balance_pair,
        "shown": wording.printable,
        "day": day_words,
        "unit": unit_words,
    }
    environment.globals |= {
        "asset": static.address,
        "html_facts": html_facts,
        "html_table": html_table,
        "beam_svg": beam_svg,
        "sparkline_svg": sparkline_svg,
        "sides_svg": sides_svg,
        "timeline_svg": timeline_svg,
        "described": described,
        "cue_named": cue_named,
        "drawing": drawing,
        "driver_label": driver_label,
        "driver_sentence": driver_sentence,
        "shares_svg": shares_svg,
        "quantities": QUANTITIES,
        "version": VERSION,
        "nav": NAV,
        "in_the_foot": IN_THE_FOOT,
        # Of what is typed about an experiment: the same as its rules refuse beyond.
        "longest": {"words": LONGEST_WORDS, "reason": LONGEST_REASON, "note": LONGEST_NOTE},
    }
    return environment


def page(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:  # noqa: ANN401
    """Draw a page, or a part of one.

    Templates see `request`, `token`, `preferences`, `is_demo` and what is given.
    """
    server = request.app.state.server
    kept = server.shown(request)
    text = (
        _environment()
        .get_template(template)
        .render(
            request=request,
            path=request.url.path,
            token=server.page_token(kept),
            preferences=answers.preferences(kept.library),
            is_demo=kept is not server.own,
            phone=request.scope.get("evenstride.phone"),
            **context,
        )
    )
    return HTMLResponse(text, status_code=status)


def json_answer(answer: Answer) -> Response:
    """Send the answer itself."""
    return Response(answer_json(answer), media_type="application/json")


def is_part(request: Request, target: str) -> bool:
    """Say whether only the part of a page with this id is wanted."""
    return (
        request.headers.get("hx-request") == "true" and request.headers.get("hx-target") == target
    )
