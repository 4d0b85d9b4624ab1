"""Where might it come from? A ledger of possible sources: for, against, how strong, what next.

No diagnosis: a source that speaks for itself here is one that is worth a test, nothing more. Which
test would tell most next follows one order: what is cheap and decides much comes first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evenstride.answers.body_and_plan.ledger import LEDGER
from evenstride.answers.body_and_plan.ledger_material import material_of
from evenstride.answers.body_and_plan.ledger_page import KNOWN, Page
from evenstride.answers.body_and_plan.unread import unread_caveats
from evenstride.answers.is_it_changing import MODEL
from evenstride.answers.provenance import provenance
from evenstride.body.red_flags import FLAGS, what_to_do
from evenstride.domain.answer import Answer, Source
from evenstride.domain.wording import count_words, list_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from evenstride.answers import Library
    from evenstride.answers.body_and_plan.rows_why import LedgerRow, NextTestRow, Standing
    from evenstride.domain.exercise import Flag

QUESTION: Final = "why"
SOURCES: Final = (
    Source(
        "Asymmetry was not associated with more running injuries (Malisoux 2024)",
        "doi 10.1136/bmjsem-2023-001787",
    ),
    Source(
        "Screening sets baselines and targets; it does not predict one person's injury "
        "(Christopher 2019)",
        "doi 10.1186/s40945-019-0054-7",
    ),
    Source("The pattern of breathing and pelvis is a theory (Boyle 2010)", "PMID 21589673"),
)
_CAVEATS: Final = (
    "This is no diagnosis, and a source named here need not move your balance: nobody has shown "
    "which of them does in one runner. A test or an experiment of your own tells more than any "
    "list.",
    "A longer contact does not name a leg that does more or less: it may be the stronger, stiffer, "
    "longer or protected one.",
)


def why(lib: Library, *, now: datetime) -> Answer:
    """Answer "where might it come from?".

    Parameters
    ----------
    lib
        The library; it may hold no balance, or no runs at all.
    now
        Aware, in the runner's own time zone.

    Returns
    -------
        Tables `ledger` (twelve sources, those that something speaks for first, the best known of
        them first) and `next` (one row: the one test or experiment that would tell most). Verdict
        `something_speaks`, `nothing_stands_out`, or `little_known` where hardly anything was looked
        at.
    """
    material = material_of(lib, now=now)
    pages = [page(material) for page in LEDGER]
    rows = [row_of(page) for page in in_order(pages)]
    speaking = [row for row in rows if row["speaks_for"]]
    open_ones = [row for row in rows if row["standing"] == "open"]
    little = len(open_ones) > len(rows) // 2
    verdict = "something_speaks" if speaking else "little_known" if little else "nothing_stands_out"
    following = _of_flag(material.facts.flags) or next_of(pages)
    series = None if material.looked is None else material.balance_series
    return Answer(
        question=QUESTION,
        headline=_headline(speaking, open_ones, verdict),
        verdict=verdict,
        provenance=provenance(series, MODEL if series is not None else "none"),
        sentences=(
            *material.where,
            *_order_words(speaking),
            *(f"Would tell most next: {row['text']} {row['why']}" for row in following),
        ),
        tables={"ledger": tuple(rows), "next": following},
        caveats=(
            *_CAVEATS,
            *unread_caveats(lib),
            *(() if material.looked is None else material.looked.caveats()),
        ),
        sources=(*SOURCES, *dict.fromkeys(s for page in pages for s in page.sources)),
    )


_MOST_NAMED: Final = 3
_BY_KNOWN: Final = (
    "They stand in the order of how well each is known: what is clear in your own runs, tests that "
    "differ on two days, on one, then what you wrote down or saw, and theory."
)
_FOOT_FIRST: Final = (
    "The foot goes before them: a foot or ankle was injured directly and its sides test unlike, "
    "and a physio looks there first."
)


def in_order(pages: Sequence[Page]) -> list[Page]:
    """Put first what something speaks for, the best known first; then what nobody looked at.

    Of equals comes first what is worth most to follow up.
    """

    def rank(page: Page) -> tuple[int, int, int]:
        if page.speaks_for:
            return 0, KNOWN.index(page.known), -page.worth
        return 2 if page.speaks_against else 1, 0, -page.worth

    return sorted(pages, key=rank)


def _order_words(speaking: Sequence[LedgerRow]) -> tuple[str, ...]:
    """Say what the order is; nothing of one source."""
    if len(speaking) < 2:
        return ()
    foot_first = any(row["known"] == "foot_first" for row in speaking)
    return (_BY_KNOWN, _FOOT_FIRST) if foot_first else (_BY_KNOWN,)


def row_of(page: Page) -> LedgerRow:
    """Make the row of a page; what is not known is open, not against it."""
    standing: Standing = "open"
    if page.speaks_for:
        standing = "both" if page.speaks_against else "for"
    elif page.speaks_against:
        standing = "against"
    return {
        "source": page.source,
        "label": page.label,
        "speaks_for": list(page.speaks_for),
        "speaks_against": list(page.speaks_against),
        "standing": standing,
        "known": page.known if page.speaks_for else None,
        "strength": page.strength,
        "next": page.next,
        "question": page.question,
        "slug": page.slug,
    }


def _of_flag(flags: Sequence[Flag]) -> tuple[NextTestRow, ...]:
    """Let a red flag that stops running go before every test: some of them are jumps."""
    stopping = [flag for flag in flags if flag.tier != "mention"]
    if not stopping:
        return ()
    first = stopping[0]
    return (
        {
            "source": "pain",
            "text": what_to_do(first),
            "why": f"A red flag stands ({FLAGS[first.slug].name}): it goes before every test.",
            "command": "evenstride flags list",
            "question": "flags",
            "slug": None,
        },
    )


def next_of(pages: Sequence[Page]) -> tuple[NextTestRow, ...]:
    """Choose the page whose next step is the most worth: the highest, the first of equals."""
    wanted = [page for page in pages if page.worth > 0]
    if not wanted:
        return ()
    best = max(wanted, key=lambda page: page.worth)
    return (
        {
            "source": best.source,
            "text": best.next,
            "why": best.worth_why,
            "command": best.command,
            "question": best.question,
            "slug": best.slug,
        },
    )


def _headline(speaking: list[LedgerRow], open_ones: list[LedgerRow], verdict: str) -> str:
    if verdict == "something_speaks":
        names = [row["label"] for row in speaking]
        shown = names
        if len(names) > _MOST_NAMED + 1:
            shown = [*names[:_MOST_NAMED], f"{len(names) - _MOST_NAMED} more"]
        named = list_words(shown).lower()
        return f"Something speaks for {count_words(len(speaking), 'possible source')}: {named}."
    if verdict == "little_known":
        return (
            f"Hardly anything is known yet: of {count_words(len(open_ones), 'source')} nothing was "
            "looked at."
        )
    return "Nothing stands out: what was looked at does not speak for any source."
