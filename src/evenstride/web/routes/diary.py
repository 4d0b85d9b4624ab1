"""The diary: written under twenty seconds after a run, read as it went, corrected, deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Form, Path, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from evenstride import answers
from evenstride.domain.answer import Answer
from evenstride.domain.body import REGIONS, Feeling, place_words
from evenstride.domain.diary import Day, Written
from evenstride.domain.errors import (
    DoubtError,
    EmptyLibraryError,
    EvenstrideError,
    InputError,
    UnknownEntryError,
    UnknownRunError,
)
from evenstride.render.body_map import (
    Mark,
    Place,
    body_map_svg,
    place_key,
    places,
)
from evenstride.web.diary_form import (
    FEELING_WORDS,
    TYPED,
    DiaryForm,
    Spot,
    day_entry_id,
    first_form,
    read_form,
    spots,
)
from evenstride.web.diary_subject import Subject, subject_of, subjects
from evenstride.web.entry_choices import field_choices
from evenstride.web.kept import KeptAnswers, this_hour
from evenstride.web.pages import Format, json_answer, page
from evenstride.web.routes.experiments import now
from evenstride.web.server import Kept

if TYPE_CHECKING:
    from evenstride.answers import Library

router = APIRouter()

_LISTED, _MOST = 60, 5_000
"""Entries that the page lists: those of about a month, and all that a page can hold."""

EntryId = Annotated[str, Path(max_length=100, description="The entry's id, as the list has it.")]
Run = Annotated[str, Query(max_length=60, description="The run it is about.")]
DayNamed = Annotated[str, Query(max_length=60, description="The day it is about.")]
Done = Annotated[
    Literal["", "written", "unchanged", "corrected", "deleted", "ended"],
    Query(alias="done", description="What was just done."),
]
DONE = {
    "written": "Kept.",
    "unchanged": "It stands like that already.",
    "corrected": "Corrected; what stood before is kept below.",
    "deleted": "Deleted, with all its versions.",
    "ended": "Kept: it is over.",
}


def diary_of(kept: KeptAnswers) -> Answer:
    """Ask for the diary, so that its pages share one answer."""
    from evenstride.answers.body_and_plan.diary import diary as asked

    return kept.ask(asked, now=this_hour())


@router.get("/diary", summary="How does it feel?")
def diary(
    request: Request,
    kept: Kept,
    as_: Format = "html",
    run: Run = "",
    day: DayNamed = "",
    done: Done = "",
    entries: Annotated[
        Literal["last", "all"], Query(description="How many of the entries are listed.")
    ] = "last",
) -> Response:
    """Show the form about the last run, or the run or day that is named, and all that was said."""
    if as_ == "json":
        return json_answer(diary_of(kept))
    listed = _LISTED if entries == "last" else _MOST
    not_meant = ""
    try:
        subject = _subject(kept, run, day)
    except InputError as error:
        subject, not_meant = _subject(kept, "", ""), str(error)
    form = first_form(subject, _day_entry(kept.library, subject))
    return _page(
        request,
        kept,
        subject,
        form,
        said=DONE.get(done, ""),
        listed=listed,
        meant=(day, not_meant),
    )


@router.post("/diary", summary="Write into the diary")
def write(request: Request, kept: Kept, form: Annotated[DiaryForm, Form()]) -> Response:
    """Keep what hurts in every place at once, and what is said of the run or day."""
    from evenstride.answers.body_and_plan.diary import write as write_entries

    try:
        subject = _subject(kept, form.run, form.day)
    except (InputError, UnknownRunError, EmptyLibraryError) as error:
        return _of_another(request, kept, form, error)
    current = _day_entry(kept.library, subject)
    read = read_form(
        form,
        subject,
        _as_shown(kept.library, form),
        other=current is not None and current.entry_id != day_entry_id(form.page),
        today=now().date(),
    )
    if read.wrong:
        return _page(request, kept, subject, form, wrong=read.wrong)
    if not read.says:
        return RedirectResponse("/diary?done=unchanged", status_code=303)
    try:
        made = write_entries(kept.library, read.says, sure=bool(form.sure), now=now())
    except (InputError, UnknownEntryError, UnknownRunError) as error:
        return _page(request, kept, subject, form, problem=error)
    where = "" if subject.on_date == now().date() else f"&{subject.query}"
    done = "unchanged" if made.verdict == "unchanged" else "written"
    return RedirectResponse(f"/diary?done={done}{where}", status_code=303)


def _of_another(
    request: Request, kept: KeptAnswers, form: DiaryForm, error: EvenstrideError
) -> Response:
    """Show what was typed as being about the last run or today: what it was about is not there."""
    subject = _subject(kept, "", "")
    moved = {
        "run": subject.run_id or "",
        "day": "" if subject.run_id else subject.on_date.isoformat(),
        "day_id": "",
        "day_seen": 0,
    }
    return _page(
        request,
        kept,
        subject,
        form.model_copy(update=moved),
        wrong={
            "about": f"{error} So it is about {subject.words} here: look whether that is right."
        },
        status=400 if isinstance(error, InputError) else 404,
    )


def _subject(kept: KeptAnswers, run: str, day: str) -> Subject:
    units = answers.preferences(kept.library).units
    return subject_of(kept.library, run, day, now(), units)


def _day_entry(lib: Library, subject: Subject) -> Written[Day] | None:
    """Find what is kept of a run or a day, the last written of several."""
    found = None
    for written in lib.entries(Day).values():
        value = written.value
        if (value.run_id, value.on_date) == (subject.run_id, subject.on_date):
            found = written
    return found


def _as_shown(lib: Library, form: DiaryForm) -> Written[Day] | None:
    """Return the day as it stood when the page was made; None where it showed none."""
    if not form.day_id:
        return None
    try:
        versions = lib.entry_history(Day, form.day_id)
    except UnknownEntryError:
        return None  # it was deleted since: what was typed is written anew
    return versions[min(form.day_seen, len(versions)) - 1] if form.day_seen else None


def _marks(answer: Answer) -> dict[Place, Mark]:
    """Make the marks of the map from the places that were named last."""
    marks: dict[Place, Mark] = {}
    for row in answer.tables.get("places", ()):
        level, feeling = int(str(row["level"])), Feeling(str(row["feeling"]))
        if level > 0:
            words = f"{FEELING_WORDS[feeling]}, {level} of 10, last on {row['last_on']}"
            marks[str(row["region"]), row["side"]] = Mark(level, feeling, words)  # type: ignore[index]
    return marks


def _page(
    request: Request,
    kept: KeptAnswers,
    subject: Subject,
    form: DiaryForm,
    *,
    said: str = "",
    wrong: Mapping[str, str] | None = None,
    problem: Exception | None = None,
    meant: tuple[str, str] = ("", ""),
    status: int = 0,
    listed: int = _LISTED,
) -> Response:
    """Draw the page; with the form as it was sent, and why it was not kept, where it was not."""
    units = answers.preferences(kept.library).units
    answer = diary_of(kept)
    sent = {spot.key: spot for spot in spots(form)}
    marks = _marks(answer)
    return page(
        request,
        "diary.html",
        status=status or (400 if wrong or problem or meant[1] else 200),
        current="body",
        answer=answer,
        subject=subject,
        subjects=subjects(kept.library, now(), units),
        today=now().date().isoformat(),
        form=form,
        listed=listed,
        said=said,
        meant=meant,
        wrong=wrong or {},
        problem=str(problem) if problem else "",
        doubts=problem.doubts if isinstance(problem, DoubtError) else (),
        maps=[
            body_map_svg(
                view,
                marks,
                title_id=f"map-{view}",
                href=lambda place: f"#at-{place_key(place)}",
                chosen=[spot.place for spot in sent.values() if spot.place],
            )
            for view in ("front", "back")
        ],
        panels=_panels(answer, sent),
        typed=sent.get(TYPED, Spot(TYPED, None)),
        typed_feeling=(form.model_extra or {}).get(f"feeling-{TYPED}", ""),
        **field_choices(kept, form),
    )


def _panels(answer: Answer, sent: Mapping[str, Spot]) -> list[dict[str, Any]]:
    """Make the panel of every place: what it is called, what may be meant instead, what was said.

    Places that were named lately come first, with what was felt there chosen already.
    """
    lately = {
        place_key((str(row["region"]), row["side"])): row  # type: ignore[arg-type]
        for row in answer.tables.get("places", ())
    }
    made = []
    for place in places():
        key, (slug, side) = place_key(place), place
        spot, last = sent.get(key), lately.get(key)
        near = [
            (place_key(other), place_words(*other))
            for other in places()
            if other != place
            and (
                other == (slug, side.other)
                or (REGIONS[other[0]].part == REGIONS[slug].part and other[1] is side)
            )
        ]
        made.append(
            {
                "key": key,
                "name": place_words(*place),
                "part": REGIONS[slug].part,
                "near": near,
                "open": spot is not None,
                "level": spot.level if spot else "",
                "feeling": spot.feeling if spot else str(last["feeling"]) if last else "",
                "last": last,
            }
        )
    return made
