"""Trend: the level through the runs, and its verdict."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from evenstride import answers
from evenstride.domain.answer import Answer
from evenstride.render.vega import trend_spec
from evenstride.web.kept import KeptAnswers, this_hour
from evenstride.web.pages import Format, json_answer, page
from evenstride.web.server import Kept

router = APIRouter()

_PAGE_ROWS = 100


def trend_of(
    kept: KeptAnswers,
    *,
    bands: str | None = None,
    window: float = 90.0,
    since: date | None = None,
    until: date | None = None,
) -> Answer:
    """Ask for the trend in one way, so that pages which show parts of it share one answer."""
    return kept.ask(
        answers.trend,
        bands=bands,
        window_days=window,
        since=since,
        until=until,
        changes=True,
        now=this_hour(),
    )


@router.get("/trend", summary="Is it changing?")
def trend(
    request: Request,
    kept: Kept,
    as_: Format = "html",
    bands: Annotated[Literal["own", "garmin", "coros"] | None, Query()] = None,
    window: Annotated[float, Query(ge=14, le=3650)] = 90.0,
    since: Annotated[date | None, Query()] = None,
    until: Annotated[date | None, Query()] = None,
    at: Annotated[int, Query(ge=0, le=100_000, description="First row of the table.")] = 0,
) -> Response:
    """Show the level with its bands, contact and flight time beneath, and the verdict in words."""
    answer = trend_of(kept, bands=bands, window=window, since=since, until=until)
    if as_ == "json":
        return json_answer(answer)
    rows = answer.tables["numbers"]
    chosen = {"bands": bands, "window": window, "since": since, "until": until}

    def link(**changes: object) -> str:
        """Give the address of this page with something else chosen."""
        asked = {k: v for k, v in {**chosen, **changes}.items() if v not in (None, 90.0)}
        return "/trend" + (f"?{urlencode(asked)}" if asked else "")

    return page(
        request,
        "trend.html",
        current="trend",
        answer=answer,
        spec=trend_spec(tuple(answer.figures.values())),
        rows=rows[at : at + _PAGE_ROWS],
        count=len(rows),
        at=at,
        link=link,
        ranges=_ranges(answer),
        page_rows=_PAGE_ROWS,
        bands=bands,
        window=window,
        since=since,
        until=until,
    )


def _ranges(answer: Answer) -> tuple[tuple[str, date | None], ...]:
    """Offer the stretches of time that people look at, counted back from the last run."""
    last = datetime.fromisoformat(answer.provenance.last_run_utc or "").date()
    return (
        ("3 months", last - timedelta(days=91)),
        ("1 year", last - timedelta(days=365)),
        ("3 years", last - timedelta(days=1096)),
        ("all", None),
    )
