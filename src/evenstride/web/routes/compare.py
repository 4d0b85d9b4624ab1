"""Compare: two runs, tags or periods, at the same conditions."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from evenstride import answers
from evenstride.domain.errors import InputError, UnknownRunError
from evenstride.domain.wording import balance_pair, distance_words, printable
from evenstride.render.cells import day_words
from evenstride.render.vega import spec
from evenstride.web.kept import this_hour
from evenstride.web.pages import Format, json_answer, page
from evenstride.web.server import Kept

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.domain.answer import Answer, Row
    from evenstride.domain.wording import Units

router = APIRouter()

Choice = tuple[str, str]
"""What goes into the address, and how it is called."""

REST: Choice = ("rest", "All other runs, without the tag")
_MOST_RUNS = 400
_STRETCHES = (("4 weeks", 28), ("3 months", 91), ("year", 365))
Chosen = Annotated[
    str,
    Query(
        max_length=300,
        description="A run, `tag:NAME`, `rest` (without it), or `2026-01-01..2026-03-31`.",
    ),
]


@router.get("/compare", summary="Like for like")
def compare(
    request: Request,
    kept: Kept,
    as_: Format = "html",
    a: Chosen = "",
    b: Chosen = "",
    a_since: Annotated[str, Query(max_length=10)] = "",
    a_until: Annotated[str, Query(max_length=10)] = "",
    b_since: Annotated[str, Query(max_length=10)] = "",
    b_until: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    """Offer what can be compared, and show the difference of two that were chosen."""
    if a_since or a_until or b_since or b_until:  # the form's own dates: say them as a period
        asked = {
            "a": _period(a_since, a_until) or a,
            "b": _period(b_since, b_until) or b,
            "format": "json" if as_ == "json" else "",
        }
        chosen = urlencode({k: v for k, v in asked.items() if v})
        return RedirectResponse(f"/compare?{chosen}", status_code=303)
    a, b = a.strip(), b.strip()
    if as_ == "json":
        if not (a and b):
            raise InputError("say what to compare: a and b")
        return json_answer(kept.ask(answers.compare, a, b, now=this_hour()))
    answer: Answer | None = None
    problem, status = None, 200
    if a and b:
        try:
            answer = kept.ask(answers.compare, a, b, now=this_hour())
        except InputError as error:
            problem, status = str(error), 400
        except UnknownRunError as error:
            problem, status = str(error), 404
    listed = kept.ask(answers.runs)
    units = answers.preferences(kept.library).units
    groups = _choices(listed, units)
    known = {value for _, choices in groups for value, _ in choices}
    others = [(value, _called(value)) for value in dict.fromkeys((a, b)) if value not in known]
    return page(
        request,
        "compare.html",
        status=status,
        current="compare",
        answer=answer,
        specs={name: spec(figure) for name, figure in answer.figures.items()} if answer else {},
        problem=problem,
        a=a,
        b=b,
        groups=groups,
        others=[choice for choice in others if choice[0]],
        ideas=_ideas(groups),
        link=f"/compare?{urlencode({'a': a, 'b': b, 'format': 'json'})}",
    )


def _period(since: str, until: str) -> str:
    """Say two days as a period; one that is missing leaves it open, which `compare` refuses."""
    return f"{since}..{until}" if since or until else ""


def _called(value: str) -> str:
    """Call what was asked for by its address."""
    return printable(value.removeprefix("tag:").replace("..", " to "))


def _choices(listed: Answer, units: Units) -> list[tuple[str, list[Choice]]]:
    """Offer periods up to the last run, tags, and the latest runs."""
    runs = listed.tables["runs"]
    tags = [
        (f"tag:{row['value']}", f"{printable(str(row['value']))} ({row['runs']} runs)")
        for row in listed.tables["choices"]
        if row["kind"] == "tag"
    ]
    if tags:
        tags.append(REST)
    newest = sorted(runs, key=lambda row: str(row["started_at_utc"]), reverse=True)[:_MOST_RUNS]
    made = [
        ("Periods", _periods(newest)),
        ("Tags", tags),
        ("Runs", [(str(row["run_id"]), _run_called(row, units)) for row in newest]),
    ]
    return [(name, choices) for name, choices in made if choices]


def _periods(newest: Sequence[Row]) -> list[Choice]:
    if not newest:
        return []
    last = date.fromisoformat(str(newest[0]["local_date"]))
    made = []
    for name, days in _STRETCHES:
        middle = last - timedelta(days=days - 1)
        before = middle - timedelta(days=days)
        made.append((f"{middle}..{last}", f"The last {name}"))
        made.append((f"{before}..{middle - timedelta(days=1)}", f"The {name} before"))
    return made


def _run_called(row: Row, units: Units) -> str:
    balance, distance = row.get("balance_left_pct"), row.get("distance_m")
    said = [day_words(str(row["local_date"]))]
    if row.get("title"):
        said.append(printable(str(row["title"])))
    if isinstance(distance, float | int):
        said.append(distance_words(distance, units))
    if isinstance(balance, float | int):
        said.append(balance_pair(balance))
    return ", ".join(said)


def _ideas(groups: Sequence[tuple[str, list[Choice]]]) -> list[Choice]:
    """Offer comparisons that people want: address and words, the later one as B."""
    by_name = dict(groups)
    pairs = []
    periods = by_name.get("Periods", [])
    if periods:
        pairs.append((periods[1][0], periods[0][0], "The last 4 weeks against the 4 before"))
    runs = by_name.get("Runs", [])
    for later, earlier in [*pairwise(runs)][:1]:
        pairs.append((earlier[0], later[0], "The last run against the one before"))
    tags = [tag for tag in by_name.get("Tags", []) if tag != REST]
    for value, tag in tags[:1]:
        pairs.append((REST[0], value, f"{tag.rpartition(' (')[0]} against all other runs"))
    for first, second in [*pairwise(tags)][:1]:
        words = [tag.rpartition(" (")[0] for _, tag in (first, second)]
        pairs.append((first[0], second[0], f"{words[1]} against {words[0]}"))
    return [(f"/compare?{urlencode({'a': a, 'b': b})}", words) for a, b, words in pairs]
