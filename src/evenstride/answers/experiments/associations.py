"""What goes along with tags that nobody randomised: said as an association, and counted honestly.

It stands on the same fit as `drivers`, so a tag is compared at the same pace, time and ground.
"""

from __future__ import annotations

from collections import Counter
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

from evenstride.answers.body_and_plan.unread import unread_caveats
from evenstride.answers.driver_advice import advice_of, told
from evenstride.answers.is_it_changing import MODEL
from evenstride.answers.levels import BALANCE, levels
from evenstride.answers.provenance import provenance
from evenstride.answers.sizes import size_interval_words, size_words
from evenstride.domain.answer import Answer, Figure, Source
from evenstride.domain.cues import cue_named
from evenstride.domain.driver_words import driver_label
from evenstride.domain.estimate import Z95
from evenstride.domain.trend import Direction
from evenstride.domain.wording import count_words, printable
from evenstride.stats.verdict import LEAST_DAYS, LEAST_RUNS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from evenstride.answers.levels import Level, Levels
    from evenstride.answers.rows_experiments import AssociationRow
    from evenstride.domain.moves import Driver
    from evenstride.library import Library

QUESTION: Final = "associations"
_TAG: Final = "tag:"
_LEVEL: Final = 0.05
_MOST_NAMED: Final = 3
_NOT_AN_EXPERIMENT: Final = (
    "Nobody drew lots for these tags. Whatever made you do it on that day (an ache, a bad run, a "
    "race to come) counts here as if the tag did it; only an experiment tells the two apart."
)
_SOURCE: Final = Source(
    "Intervals that hold for all tags together: Šidák 1967", "doi 10.1080/01621459.1967.10482935"
)


def associations(lib: Library, *, now: datetime | None = None) -> Answer:
    """Say what goes along with tags, and how much of it chance would show.

    Parameters
    ----------
    lib
        The library.
    now
        Aware; to leave out runs that start after it.

    Returns
    -------
        Table `associations`, those that the runs tell first, by size; figure `associations`;
        verdict `some_go_along` (an interval that counts all tags looked at leaves out 0),
        `none_clear`, `no_tags` or `too_early`. Sizes are in pp, + toward the left.

    Raises
    ------
    EmptyLibraryError, NoBalanceError
        There is nothing to answer from.
    TamperedError
        A registered experiment is not any more what was registered.
    """
    looked = levels(lib, now=now, measures=(BALANCE,))
    balance = looked.by_measure[BALANCE]
    counts = _runs_with(looked, balance)
    if not counts:
        return _without(
            lib,
            balance,
            "no_tags",
            "There are no tags to look at yet.",
            'Tag runs by what you did before or in them: `evenstride edit last --tag "rolled '
            'before"`. From two runs with it and two without it this says what goes along.',
        )
    if balance.trend.direction is Direction.TOO_EARLY:
        return _without(
            lib,
            balance,
            "too_early",
            "Too early to tell what goes along with your tags.",
            f"It takes {LEAST_RUNS} runs with balance over {LEAST_DAYS:.0f} days; so far there "
            f"{'is' if balance.series.height == 1 else 'are'} "
            f"{count_words(balance.series.height, 'run')}.",
        )
    rows = _rows(balance, counts, _randomised(lib))
    asked = [row for row in rows if row["already"] is None]
    clear = [row for row in asked if row["clear"]]
    return Answer(
        question=QUESTION,
        headline=_headline(asked, clear),
        verdict="some_go_along" if clear else "none_clear",
        provenance=provenance(balance.series, MODEL),
        sentences=tuple(_sentences(looked, rows, asked, clear, counts)),
        tables={QUESTION: rows},
        figures={QUESTION: _forest(asked)} if asked else {},
        caveats=(_NOT_AN_EXPERIMENT, *unread_caveats(lib), *looked.caveats()),
        sources=(_SOURCE,),
    )


def _runs_with(looked: Levels, balance: Level) -> Counter[str]:
    """Count the runs with balance that have each tag."""
    typed = looked.conditions.typed
    return Counter(
        tag for run_id in balance.series["run_id"] if run_id in typed for tag in typed[run_id].tags
    )


def _randomised(lib: Library) -> dict[str, str]:
    """Return the experiments by what is tried or done instead in them, folded."""
    found: dict[str, str] = {}
    for name, kept in lib.experiments().items():
        for words in (kept.registration.treatment, kept.registration.control):
            found.setdefault(_folded(words), name)
            cue = cue_named(words)
            if cue is not None:
                found.setdefault(_folded(cue.name), name)
    return found


def _folded(text: str) -> str:
    return " ".join(text.replace("-", " ").replace("_", " ").split()).casefold()


def _rows(
    balance: Level, counts: Mapping[str, int], randomised: Mapping[str, str]
) -> tuple[AssociationRow, ...]:
    runs = balance.series.height
    fitted = {
        driver.name.removeprefix(_TAG): driver
        for driver in balance.moves.drivers
        if driver.name.startswith(_TAG)
    }
    # A race is no tag, though the fit has it among them.
    tags = [tag for tag in fitted if tag in counts]
    asked = [tag for tag in tags if _folded(tag) not in randomised]
    # Šidák's: exact for independent estimates, and safe for any normal ones that go together.
    alone = (1.0 - _LEVEL) ** (1.0 / max(len(asked), 1))
    wider = NormalDist().inv_cdf(0.5 + 0.5 * alone) / Z95
    rows = [
        _row(
            tag,
            fitted[tag],
            count=counts[tag],
            others=runs - counts[tag],
            wider=wider,
            already=randomised.get(_folded(tag)),
        )
        for tag in tags
    ]
    return tuple(
        sorted(
            rows,
            key=lambda row: (
                row["already"] is not None,
                not row["estimable"],
                -abs(row["value_pp"] or 0.0),
            ),
        )
    )


def _row(
    tag: str, driver: Driver, *, count: int, others: int, wider: float, already: str | None
) -> AssociationRow:
    effect = driver.effect
    low_all = effect.value - wider * (effect.value - effect.low)
    high_all = effect.value + wider * (effect.high - effect.value)
    estimable = told(driver)
    clear = already is None and estimable and (low_all > 0.0 or high_all < 0.0)
    cue = cue_named(tag)
    known = already is None
    return {
        "tag": tag,
        "value_pp": effect.value if known else None,
        "low": effect.low if known else None,
        "high": effect.high if known else None,
        "low_all": low_all if known else None,
        "high_all": high_all if known else None,
        "runs_with": count,
        "runs_without": others,
        "estimable": estimable,
        "clear": clear,
        "inseparable_from": driver.inseparable_from,
        "advice": None
        if estimable or not known
        else advice_of(driver.name, driver.inseparable_from),
        "already": already,
        "treatment": tag if cue is None else cue.name,
        "control": f"without: {tag}" if cue is None else cue.instead,
        "sentence": (
            f"{_said(tag)} was randomised in {already}: what it does is answered there."
            if already
            else _sentence(tag, driver, count, others, clear=clear, estimable=estimable)
        ),
    }


def _sentence(
    tag: str, driver: Driver, count: int, others: int, *, clear: bool, estimable: bool
) -> str:
    of = f"{count_words(count, 'run')} with it, {others:,} without"
    effect = driver.effect
    if not estimable:
        why = (
            f"it goes with {_lowered(driver_label(driver.inseparable_from))}"
            if driver.inseparable_from
            else "too little is known"
        )
        return f"{_said(tag)}: {why} ({of})."
    if clear:
        return (
            f"{_said(tag)} goes along with {size_words(effect.value)} "
            f"(95 % interval of it alone: {size_interval_words(effect)}; {of})."
        )
    return (
        f"{_said(tag)}: nothing clear ({size_interval_words(effect)}, 95 % interval of it alone; "
        f"{of})."
    )


def _headline(asked: Sequence[AssociationRow], clear: Sequence[AssociationRow]) -> str:
    if clear:
        first = clear[0]
        return (
            f"{_said(first['tag'])} goes along with {size_words(first['value_pp'] or 0.0)}: an "
            "association, no proof of what does it."
        )
    if not asked:
        return "Your tags are in experiments, or too rare to say anything of."
    if len(asked) == 1:
        return f"{_said(asked[0]['tag'])} does not clearly go along with your balance."
    return f"None of your {len(asked)} tags clearly goes along with your balance."


def _sentences(
    looked: Levels,
    rows: Sequence[AssociationRow],
    asked: Sequence[AssociationRow],
    clear: Sequence[AssociationRow],
    counts: Mapping[str, int],
) -> list[str]:
    found = [row["sentence"] for row in clear[:_MOST_NAMED]]
    if asked:
        alone = [row for row in asked if row["estimable"] and _leaves_out_0(row)]
        by_chance = _LEVEL * len(asked)
        found.append(
            f"{count_words(len(asked), 'tag')} {'was' if len(asked) == 1 else 'were'} looked at. "
            "If nothing went along with any of them, chance alone would still make "
            f"{by_chance:.1g} of their single intervals leave out 0; here {len(alone)} "
            f"{'does' if len(alone) == 1 else 'do'}. The intervals for all together allow for that."
        )
        found.append(
            f"Compared at otherwise the same conditions: {looked.reference()}, and the same "
            "shoes, as far as they were noted."
        )
    found += [row["sentence"] for row in rows if row["already"] is not None]
    shown = {row["tag"] for row in rows}
    rare = [tag for tag in counts if tag not in shown]
    if rare:
        names = ", ".join(_said(tag) for tag in rare[:_MOST_NAMED])
        more = f" and {len(rare) - _MOST_NAMED} more" if len(rare) > _MOST_NAMED else ""
        found.append(f"Too rare, or too usual, to say anything of: {names}{more}.")
    return found


def _leaves_out_0(row: AssociationRow) -> bool:
    return (row["low"] or 0.0) > 0.0 or (row["high"] or 0.0) < 0.0


def _forest(rows: Sequence[AssociationRow]) -> Figure:
    return Figure(
        kind="forest",
        # Those of single tags are in the table: of many, some leave out 0 by chance.
        title="What goes along with your tags (95 % intervals for all tags together)",
        x_label="pp, + toward the left",
        y_label="95 %, all tags together",
        rows=tuple(
            {
                "label": printable(row["tag"]),
                "detail": f"{row['runs_with']} with, {row['runs_without']} without",
                "value": row["value_pp"],
                "low": row["low_all"],
                "high": row["high_all"],
                "faded": not row["clear"],
            }
            for row in rows
        ),
        roles={name: name for name in ("label", "detail", "value", "low", "high", "faded")},
    )


def _without(lib: Library, balance: Level, verdict: str, headline: str, sentence: str) -> Answer:
    return Answer(
        question=QUESTION,
        headline=headline,
        verdict=verdict,
        provenance=provenance(balance.series, MODEL),
        sentences=(sentence,),
        tables={QUESTION: ()},
        caveats=unread_caveats(lib),
    )


def _said(tag: str) -> str:
    return f"“{printable(tag)}”"


def _lowered(label: str) -> str:
    return f"{label[:1].lower()}{label[1:]}"
