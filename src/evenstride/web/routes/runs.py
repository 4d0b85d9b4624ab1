"""Runs: the list, its filters, and what is typed on it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from evenstride import answers
from evenstride.answers import KEEP
from evenstride.web.pages import Format, is_part, json_answer, page
from evenstride.web.server import Kept

router = APIRouter()

_PAGE_ROWS = 100
COLUMNS = (
    ("date", "Run", "", ""),
    ("distance_m", "Distance", "{units}", ""),
    ("duration_s", "Time", "", "2"),
    ("speed_m_s", "Pace", "/{units}", "3"),
    ("balance_left_pct", "Balance", "%", ""),
    ("gct_ms", "Contact", "ms", "4"),
    ("flight_time_ms", "Flight", "ms", "5"),
    ("cadence_spm", "Cadence", "steps/min", "6"),
    ("usable_share", "Used", "%", "7"),
    ("sensor", "Sensor", "", "8"),
)
"""What the list can be sorted by: key, head, unit, and how soon a narrow screen leaves it out."""
_METRES = {"km": 1000.0, "mi": 1609.344}
Sort = Literal[
    "date",
    "distance_m",
    "duration_s",
    "speed_m_s",
    "balance_left_pct",
    "gct_ms",
    "flight_time_ms",
    "cadence_spm",
    "usable_share",
    "sensor",
]


@router.get("/runs", summary="The runs")
def runs(
    request: Request,
    kept: Kept,
    as_: Format = "html",
    text: Annotated[str, Query(max_length=200)] = "",
    since: Annotated[date | Literal[""] | None, Query()] = None,
    until: Annotated[date | Literal[""] | None, Query()] = None,
    least: Annotated[
        float | Literal[""] | None, Query(description="Least distance, km or mi.")
    ] = None,
    most: Annotated[float | Literal[""] | None, Query(description="Most, km or mi.")] = None,
    sensor: Annotated[str, Query(max_length=200)] = "",
    tag: Annotated[str, Query(max_length=200)] = "",
    sort: Annotated[Sort, Query()] = "date",
    rising: Annotated[bool | Literal[""], Query()] = False,
    at: Annotated[int, Query(ge=0, le=1_000_000, description="First row.")] = 0,
) -> Response:
    """List the runs, the newest first, a hundred at a time."""
    units = answers.preferences(kept.library).units
    metres = _METRES[units]
    answer = kept.ask(
        answers.runs,
        text=text or None,
        since=since or None,
        until=until or None,
        least_m=least * metres if isinstance(least, float) else None,
        most_m=most * metres if isinstance(most, float) else None,
        sensor=sensor or None,
        tag=tag or None,
        sort=sort,
        descending=not rising,
    )
    if as_ == "json":
        return json_answer(answer)
    rows = answer.tables["runs"]
    chosen = {
        "text": text,
        "since": since or "",
        "until": until or "",
        "least": "" if least is None else least,
        "most": "" if most is None else most,
        "sensor": sensor,
        "tag": tag,
        "sort": sort,
        "rising": "true" if rising else "",
    }

    def link(**changes: object) -> str:
        """Give the address of this list with something else chosen."""
        asked = {k: v for k, v in {**chosen, **changes}.items() if v not in ("", None)}
        return "/runs" + (f"?{urlencode(asked)}" if asked else "")

    response = page(
        request,
        "part_runs.html" if is_part(request, "list") else "runs.html",
        current="runs",
        answer=answer,
        rows=rows[at : at + _PAGE_ROWS],
        count=len(rows),
        at=at,
        page_rows=_PAGE_ROWS,
        chosen=chosen,
        choices={
            kind: [row for row in answer.tables["choices"] if row["kind"] == kind]
            for kind in ("tag", "sensor", "shoes")
        },
        columns=[
            (key, head, unit.format(units=units), spare) for key, head, unit, spare in COLUMNS
        ],
        link=link,
    )
    response.headers["HX-Push-Url"] = link(at=at or None)  # without what was left empty
    return response


@router.post("/runs/annotate", summary="Tag several runs at once")
def annotate(
    kept: Kept,
    run: Annotated[list[str], Form(max_length=20_000)],
    add_tag: Annotated[str, Form(max_length=200)] = "",
    remove_tag: Annotated[str, Form(max_length=200)] = "",
    is_race: Annotated[Literal["", "yes", "no"], Form()] = "",
    shoes: Annotated[str, Form(max_length=400)] = "",
    back: Annotated[str, Form(max_length=2000)] = "/runs",
) -> Response:
    """Give all the selected runs a tag, shoes, or the race flag; or take a tag away."""
    answers.annotate_runs(
        kept.library,
        tuple(run),
        add_tags=(add_tag,) if add_tag.strip() else (),
        remove_tags=(remove_tag,) if remove_tag.strip() else (),
        is_race=is_race == "yes" if is_race else KEEP,
        shoes=shoes if shoes.strip() else KEEP,
    )
    return RedirectResponse(_own(back), status_code=303)


def _own(back: str) -> str:
    """Return where to go back to, if that is one of our pages."""
    return back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/runs"
