"""The commands of red flags: what is asked, answering it, and saying that it is over."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, cast

import typer

from evenstride.cli.diary_options import day_given, emit_written, now_here
from evenstride.cli.options import AsJson, LibraryDir, emit, examples, opened

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from evenstride.answers.body_and_plan.rows_diary import AskRow, QuestionRow

flags_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Red flags: what a clinician should hear of before you run on.",
)


@flags_app.command("list", epilog=examples("evenstride flags list", "evenstride flags list --json"))
def list_(library: LibraryDir = None, as_json: AsJson = False) -> None:
    """Say which questions are due, what stands, and what was answered."""
    from evenstride.answers.body_and_plan.flags import flags

    with opened(library, create=True) as lib:
        answer = flags(lib, now=now_here())
    emit(answer, as_json=as_json, leave_out=("offered",))


@flags_app.command(
    epilog=examples(
        "evenstride flags answer",
        "evenstride flags answer right-knee-front --no-to-all",
        "evenstride flags answer right-groin --yes night-pain --no-to-all",
    )
)
def answer(
    about: Annotated[
        str | None,
        typer.Argument(
            metavar="[PLACE]",
            help="Which questions, as evenstride flags list names them (default: the first due).",
            show_default=False,
        ),
    ] = None,
    *,
    yes: Annotated[
        list[str] | None, typer.Option("--yes", help="A flag that is so; may be repeated.")
    ] = None,
    no: Annotated[
        list[str] | None, typer.Option("--no", help="A flag that is not so; may be repeated.")
    ] = None,
    rest: Annotated[bool, typer.Option("--no-to-all", help="None of the others is so.")] = False,
    note: Annotated[str, typer.Option(help="Anything to remember.")] = "",
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """Answer the questions about a place with yes or no.

    In a terminal each is asked; else name them with --yes and --no. What nobody knows stays due.
    The place "general" asks about none.
    """
    from evenstride.answers.body_and_plan.diary import Say, write
    from evenstride.answers.body_and_plan.flags import flags
    from evenstride.domain.diary import FlagCheck

    now = now_here()
    with opened(library, create=True) as lib:
        found = flags(lib, now=now)
        due = cast("tuple[AskRow, ...]", (*found.tables["ask"], *found.tables["offered"]))
        ask = _ask(about, due)
        said = dict.fromkeys(yes or (), True) | dict.fromkeys(no or (), False)
        both = next((slug for slug in yes or () if slug in (no or ())), None)
        if both is not None:
            raise typer.BadParameter(f"{both} cannot be both.", param_hint="--yes")
        open_ = [question for question in ask["questions"] if question["slug"] not in said]
        if rest:
            said |= {question["slug"]: False for question in open_}
        elif not said:
            said = _asked(ask, open_, as_json=as_json)
        if not said:
            emit(found, as_json=as_json, leave_out=("offered", "answered"))
            return
        check = FlagCheck(now.date(), said, ask["region"], ask["side"], note)
        answered = write(lib, (Say(check),), sure=True, now=now)
    emit_written(answered, as_json=as_json)


@flags_app.command(
    epilog=examples(
        'evenstride flags resolve --why "Seen by Dr. Mayer: no stress fracture on the MRI."'
    )
)
def resolve(
    entry: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID]",
            help="Which answers, as evenstride flags list names them (default: the only ones).",
            show_default=False,
        ),
    ] = None,
    *,
    why: Annotated[str, typer.Option(help="Seen by whom, with what result.", show_default=False)],
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day (default: today).", show_default=False),
    ] = None,
    library: LibraryDir = None,
    as_json: AsJson = False,
) -> None:
    """Say that what was raised is over: when, and why."""
    from dataclasses import replace

    from evenstride.answers.body_and_plan.diary import Say, write
    from evenstride.answers.body_and_plan.flags import standing_rows
    from evenstride.domain.diary import FlagCheck

    now = now_here()
    with opened(library) as lib:
        name = entry or _only(row["entry_id"] for row in standing_rows(lib))
        written = lib.entry(FlagCheck, name)
        over = replace(written.value, resolved_on=day_given(on) or now.date(), resolution=why)
        done = write(lib, (Say(over, name, written.version),), sure=True, now=now)
    emit_written(done, as_json=as_json)


def _ask(about: str | None, asks: Sequence[AskRow]) -> AskRow:
    """Find the questions that are meant; those about no place come last."""
    if about is None:
        return asks[0]
    wanted = about.casefold()
    found = next((ask for ask in asks if wanted in (ask["ask_id"], ask["place"])), None)
    if found is None:
        names = list(dict.fromkeys(ask["ask_id"] for ask in asks))
        what = f"no question is due about {about!r}; there are questions for {', '.join(names)}."
        if len(names) == 1:
            what = f"no question is due about {about!r}; {names[0]!r} may be answered at any time."
        what += " What hurts elsewhere is written down first (`evenstride diary add`)."
        raise typer.BadParameter(what, param_hint="PLACE")
    return found


def _asked(ask: AskRow, questions: Iterable[QuestionRow], *, as_json: bool) -> dict[str, bool]:
    """Ask each question where somebody is there to answer."""
    if as_json or not sys.stdin.isatty():
        slugs = ", ".join(question["slug"] for question in questions)
        raise typer.BadParameter(
            f"answer {slugs} with --yes and --no, or --no-to-all.", param_hint="--yes"
        )
    typer.echo(ask["reason"], err=True)
    typer.echo("Answer with y, n, or ? where you do not know: then it is asked again.", err=True)
    said = {question["slug"]: _said(question["question"]) for question in questions}
    return {slug: answer == "y" for slug, answer in said.items() if answer != "?"}


def _said(question: str) -> str:
    while True:
        said: str = typer.prompt(f"{question} [y/n/?]", err=True).strip().casefold()[:1]
        if said in ("y", "n", "?"):
            return said


def _only(names: Iterable[str]) -> str:
    found = list(dict.fromkeys(names))
    if len(found) != 1:
        which = f"name one of {', '.join(found)}" if found else "no red flag stands"
        raise typer.BadParameter(f"{which}.", param_hint="ID")
    return found[0]
