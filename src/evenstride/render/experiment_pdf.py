"""Decides how an experiment's result is set on one sheet, to be kept or shown to a coach."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evenstride.domain.effect_words import (
    E_VALUE_WORDS,
    P_VALUE_WORDS,
    e_words,
    effect_words,
    outcome_of,
    p_words,
    signed_words,
    size_words,
)
from evenstride.domain.wording import count_words, printable
from evenstride.render.cells import MISSING, number
from evenstride.render.columns_experiments import FOUND, check_name
from evenstride.render.described import described
from evenstride.render.palette import painted, palette
from evenstride.render.report_experiments import evidence_svg, paired_svg
from evenstride.render.report_figures import trend_svg
from evenstride.render.typst_sheet import FONT, PAPERS, Paper, set_sheet

if TYPE_CHECKING:
    from evenstride.domain.answer import Answer, Figure, Row, Source
    from evenstride.domain.estimate import Estimate

_HERE = Path(__file__).parent
_MOST_PAIRS, _PAIRS_IN_COLUMN, _MOST_COLUMNS = 36, 12, 3
_MOST_DEVIATIONS, _MOST_FAMILY, _MOST_CAVEATS, _MOST_SENTENCES = 6, 6, 6, 8
_MOST_TYPED, _MOST_SENTENCE = 160, 420


def experiment_pdf(answer: Answer, *, paper: Paper = "a4") -> bytes:
    """Set the result of an experiment as a PDF of one page: tagged, vector figures, text as text.

    The same Answer gives the same bytes: no clock is read. Fonts of the system are asked only where
    something was typed that the shipped one has no letters for; else it conforms to PDF/UA-1.

    Parameters
    ----------
    answer
        The Answer of `experiment_result`, or of `experiment_analyse` for one trial.
    paper
        The sheet.
    """
    return set_sheet("experiment.typ", _data(answer, paper))


def _data(answer: Answer, paper: Paper) -> dict[str, Any]:
    colours = palette("print")
    style = painted((_HERE / "report" / "figures.css").read_text("utf-8"), colours)
    laid_down = {str(row["name"]): row["value"] for row in answer.tables.get("registered", ())}
    evidence, pairs, runs = (_of_kind(answer, kind) for kind in ("evidence", "paired", "trend"))
    checks = [_check(row) for row in answer.tables.get("checks", ())]
    progress = next(iter(answer.tables.get("progress", ())), {})
    return {
        "title": _cut(laid_down.get("Question") or "What the pairs say", _MOST_TYPED),
        "experiment": _cut(progress.get("experiment_id") or laid_down.get("Name") or "", 80),
        "pairs_words": _progress_words(progress),
        "verdict": printable(answer.headline),
        "sentences": _sentences(answer),
        "numbers": _numbers(answer, pairs or runs),
        "failed": [check for check in checks if check["verdict"] == "failed"],
        "checks": [check for check in checks if check["verdict"] != "failed"],
        "evidence": evidence_svg(evidence, style=style) if evidence else "",
        "evidence_alt": described(evidence) if evidence else "",
        "runs": trend_svg((runs,), style=style) if runs else "",
        "runs_alt": described(runs) if runs else "",
        "paired": paired_svg(pairs, style=style) if pairs else "",
        "paired_alt": described(pairs) if pairs else "",
        "registered": [
            (printable(name), _cut(value, _MOST_TYPED))
            for name, value in laid_down.items()
            if name not in {"Name", "Question"}
        ],
        **_deviations(answer),
        "family": _family(answer, pairs or runs),
        **_pairs(answer),
        "caveats": [printable(said) for said in answer.caveats[:_MOST_CAVEATS]],
        "reading": f"{E_VALUE_WORDS} {P_VALUE_WORDS}" if evidence else P_VALUE_WORDS,
        "sources": [_cited(source) for source in answer.sources],
        "program": answer.provenance.program,
        "colours": {name: colours[name] for name in ("text", "muted", "border")},
        "fonts": [FONT],
        "paper": PAPERS[paper],
    }


def _of_kind(answer: Answer, kind: str) -> Figure | None:
    return next((f for f in answer.figures.values() if f.kind == kind and f.rows), None)


def _sentences(answer: Answer) -> list[str]:
    """Return the reasoning but for what is said of checks, which stand in lines of their own."""
    apart = {row["text"] for row in answer.tables.get("checks", ())}
    said = [sentence for sentence in answer.sentences if sentence not in apart]
    return [_cut(sentence, _MOST_SENTENCE) for sentence in said[:_MOST_SENTENCES]]


def _progress_words(row: Row) -> str:
    complete, pairs, runs = (number(row, name) for name in ("complete_pairs", "pairs", "runs"))
    if complete is None:
        return ""
    if not pairs and not complete:
        return count_words(round(runs or 0.0), "run")
    said = count_words(round(complete), "complete pair")
    return f"{said} of {pairs:.0f} registered" if pairs else said


def _numbers(answer: Answer, drawn: Figure | None) -> list[tuple[str, str]]:
    """Return the estimates of a result in the order in which they count, in words."""
    outcome = outcome_of(drawn) if drawn else None
    called = {
        "effect_": "Effect",
        "posterior_effect_": "Shrunk",
        "per_protocol_": "Done as assigned",
    }
    made: list[tuple[str, str]] = []
    for begin, label in called.items():
        for name, estimate in answer.estimates.items():
            if name.startswith(begin) and math.isfinite(estimate.value):
                made.append((label, effect_words(estimate.value, outcome, estimate.unit)))
                made.append((f"{label}, 95 %" if label != "Effect" else "95 %", _ends(estimate)))
    for name, label, say in (("e_value", "E-value", e_words), ("p_value", "p", p_words)):
        if name in answer.estimates and math.isfinite(answer.estimates[name].value):
            made.append((label, say(answer.estimates[name].value)))
    return [(label, said) for label, said in made if said]


def _ends(estimate: Estimate) -> str:
    """Write the interval, without signs where it lies on its estimate's side; empty for none."""
    ends = estimate.low, estimate.high
    if not all(map(math.isfinite, ends)):
        return ""
    if min(ends) >= 0.0 or max(ends) <= 0.0:
        near, far = sorted(ends, key=abs)
        return f"{size_words(near)} to {size_words(far, estimate.unit)}"
    return f"{signed_words(ends[0])} to {signed_words(ends[1], estimate.unit)}"


def _check(row: Row) -> dict[str, str]:
    verdict = str(row["verdict"])
    return {
        "name": check_name(str(row["name"])),
        "verdict": verdict,
        "found": FOUND.get(verdict, verdict),
        "text": _cut(row["text"], _MOST_SENTENCE),
    }


def _deviations(answer: Answer) -> dict[str, Any]:
    rows = answer.tables.get("deviations", ())
    more = len(rows) - _MOST_DEVIATIONS
    return {
        "deviations": [_cut(row["sentence"], _MOST_SENTENCE) for row in rows[:_MOST_DEVIATIONS]],
        "deviations_more": f"… and {more} more in the app" if more > 0 else "",
    }


def _family(answer: Answer, drawn: Figure | None) -> dict[str, Any]:
    """Return what else was tried; empty where this is the only one."""
    rows = answer.tables.get("family", ())
    outcome = outcome_of(drawn) if drawn else None
    made = []
    for row in rows[:_MOST_FAMILY]:
        effect, e_value = number(row, "effect"), number(row, "e_value")
        made.append(
            (
                _cut(row["treatment"], 60),
                MISSING if effect is None else effect_words(effect, outcome),
                MISSING if e_value is None else e_words(e_value),
                "stands" if row.get("stands") else "",
            )
        )
    heads = ("tried", "effect", "e-value", "")
    return {"heads": heads, "rows": made if len(rows) > 1 else []}


def _pairs(answer: Answer) -> dict[str, Any]:
    """Return the pairs in columns beside each other; of very many only how many there are."""
    rows = answer.tables.get("pairs", ())
    if not rows:
        return {"pairs": [], "pairs_more": ""}
    if len(rows) > _MOST_PAIRS:
        return {"pairs": [], "pairs_more": ""}
    heads = ("pair", "control", "treatment", "difference", "e-value")
    columns = min(max(-(-len(rows) // _PAIRS_IN_COLUMN), 2), _MOST_COLUMNS)
    high = -(-len(rows) // columns)
    parts = [rows[i : i + high] for i in range(0, len(rows), high)]
    left_out = [f"pair {row['pair']}: {row['why_not']}" for row in rows if not row.get("used")]
    more = f"Do not count: {'; '.join(left_out)}." if left_out else ""
    return {
        "pairs": [{"heads": heads, "rows": [_pair(row) for row in part]} for part in parts],
        "pairs_more": _cut(more, _MOST_SENTENCE),
    }


def _pair(row: Row) -> tuple[str, ...]:
    values = [number(row, f"{name}_value") for name in ("control", "treatment")]
    difference, e_value = number(row, "difference"), number(row, "e_value")
    return (
        _cut(row["pair"], 12),
        *(MISSING if v is None else f"{v:.2f}".replace("-", "−") for v in values),
        MISSING if difference is None else signed_words(difference),
        MISSING if e_value is None else e_words(e_value),
    )


def _cited(source: Source) -> dict[str, str]:
    link = source.link or ""
    url = f"https://doi.org/{link[4:]}" if link.startswith("doi ") else ""
    return {"text": printable(source.text), "link": printable(link), "url": url}


def _cut(text: object, most: int) -> str:
    said = printable(str(text))
    return said if len(said) <= most else f"{said[: most - 1].rstrip()}…"
