"""How paired values from outside are read: any CSV with the columns pair, condition and value.

Commas, semicolons or tabs part the columns; a decimal comma counts where it can mean nothing else.
Nothing is guessed: what could be read in two ways is refused, and the line is named.
"""

from __future__ import annotations

import csv
import io
import math
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from evenstride.domain.errors import InputError
from evenstride.domain.wording import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_Commas = Literal["decimal", "doubtful", "mixed"]

_NEEDED: Final = ("pair", "condition", "value")
_TRIAL: Final = "trial"
_SEPARATORS: Final = (",", ";", "\t")
_MISSING: Final = frozenset({"", "na", "n/a", "nan"})
_NOT_FINITE: Final = frozenset({"inf", "infinity"})
_LARGEST: Final = 1e50
_SMALLEST: Final = 1e-50
"""Beyond them numbers are a slip, and squares soon overflow or vanish."""
_MOST_SAID: Final = 40
_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_WITH_COMMA: Final = re.compile(r"[+-]?(\d+,\d*|,\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_WHOLE: Final = re.compile(r"\d{1,18}", re.ASCII)
_THOUSANDS: Final = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}", re.ASCII)
_OTHER_FILES: Final = {
    b"PK\x03\x04": "a spreadsheet or a ZIP",
    b"\xd0\xcf\x11\xe0": "a spreadsheet",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "compressed",
}


@dataclass(frozen=True, slots=True)
class PairHalves:
    """One pair of a trial as the file has it.

    `values` maps a condition to its value, NaN where it is missing, in the order of the lines.
    """

    name: str
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Trial:
    """The pairs of one trial: by their numbers, or in the order of their first lines.

    The first where all are named by whole numbers: a table sorted as text has 10 before 2. `name`
    is None where the file has no column `trial`; the two `conditions` are in the order of their
    first lines.
    """

    name: str | None
    conditions: tuple[str, str]
    pairs: tuple[PairHalves, ...]


class _Place(NamedTuple):
    """Where in the file something stands, for messages."""

    line: int
    trial: str | None
    pair: str

    def __str__(self) -> str:
        trial = "" if self.trial is None else f", trial {said(self.trial)}"
        return f"Line {self.line} (pair {said(self.pair)}{trial})"


class _Line(NamedTuple):
    """A line of the table."""

    place: _Place
    condition: str
    value: float


def said(text: str) -> str:
    """Return what a file holds so that it may stand in a sentence: short and harmless."""
    short = text if len(text) <= _MOST_SAID else f"{text[: _MOST_SAID - 1]}…"
    return f"“{printable(short)}”"


def folded(text: str) -> str:
    """Return a name without what makes no other name of it: case, spaces around and between."""
    return " ".join(text.split()).casefold()


def read_trials(content: bytes, *, name: str) -> tuple[Trial, ...]:
    """Read paired values.

    Parameters
    ----------
    content
        The file: UTF-8 with or without a byte order mark, UTF-16 with one, or Windows-1252. Its
        first line names the columns, in any order; those not asked for are passed over.
    name
        What the file is called, for messages.

    Returns
    -------
        As many trials as the column `trial` names, else one, in the order of first appearance;
        pairs by their numbers, where all of a trial are whole numbers, else in that order too.
        Names of trials, pairs and conditions differ by more than case and spaces. A value that is
        empty, NA or NaN is missing.

    Raises
    ------
    InputError
        The file is empty or no such table; a value is no finite number; a pair has one condition
        twice; a trial has one condition only, or more than two. Line, pair and trial are named.
    """
    lines = _lines(_text(content, name), name)
    if not lines:
        raise InputError(f"{name} names its columns, but holds no values.")
    by_trial: dict[str, list[_Line]] = {}
    for line in lines:
        by_trial.setdefault(folded(line.place.trial or ""), []).append(line)
    return tuple(_trial(of_one) for of_one in by_trial.values())


def _text(content: bytes, name: str) -> str:
    for start, what in _OTHER_FILES.items():
        if content.startswith(start):
            raise InputError(f"{name} is {what}, no CSV: save the table as CSV first.")
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(unicodedata.category(c) == "Cc" for c in set(text) - set("\t\r\n")):
            break
        if not text.strip():
            raise InputError(f"{name} is empty.")
        return text
    raise InputError(f"{name} is no text file: a CSV is asked for.")


def _lines(text: str, name: str) -> list[_Line]:
    separator = _separator(text, name)
    (_, head), *rows = _rows(text, separator, name)
    columns = [folded(column) for column in head]
    for column in (*_NEEDED, _TRIAL):
        if columns.count(column) > 1:
            raise InputError(f"{name} has two columns {column}: leave one.")
    pair_at, condition_at, value_at = (columns.index(column) for column in _NEEDED)
    trial_at = columns.index(_TRIAL) if _TRIAL in columns else None
    for number, cells in rows:
        if any(cells[len(head) :]):
            raise InputError(
                f"Line {number} has {len(cells)} cells for {len(head)} columns: is a decimal comma "
                "in it? Write numbers with a point."
            )
        cells.extend([""] * (len(head) - len(cells)))
    commas = _commas([cells[value_at] for _, cells in rows], separator)
    found = []
    for number, cells in rows:
        pair, condition = cells[pair_at], cells[condition_at]
        trial = None if trial_at is None else cells[trial_at]
        for column, cell in (("pair", pair), ("condition", condition), (_TRIAL, trial)):
            if cell == "":
                raise InputError(f"Line {number} names no {column}.")
        place = _Place(number, trial, pair)
        found.append(_Line(place, condition, _number(cells[value_at], commas, place)))
    return found


def _separator(text: str, name: str) -> str:
    """Find what parts the columns: that which makes the needed ones of the first line."""
    best: tuple[int, str, list[str]] = (-1, "", [])
    for separator in _SEPARATORS:
        # Not strictly: what is wrong only with a separator that is not the file's is not wrong.
        _, head = next(_rows(text, separator, name, strict=False), (0, []))
        count = sum(column in {folded(h) for h in head} for column in _NEEDED)
        best = max(best, (count, separator, head), key=lambda found: (found[0], len(found[2])))
    count, separator, head = best
    if count < len(_NEEDED):
        lacking = [column for column in _NEEDED if column not in {folded(h) for h in head}]
        raise InputError(
            f"{name} has no column {' and no column '.join(lacking)}: its first line must name "
            "pair, condition and value."
        )
    return separator


def _rows(
    text: str, separator: str, name: str, *, strict: bool = True
) -> Iterator[tuple[int, list[str]]]:
    """Give the lines that are not empty, each with its number and its cells."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=strict)
    try:
        for cells in reader:
            stripped = [" ".join(cell.split()) for cell in cells]
            if any(stripped):
                yield reader.line_num, stripped
    except csv.Error as error:
        why = "look for a quotation mark that is opened and not closed"
        if "limit" in str(error):
            why = (
                f"a cell is longer than {csv.field_size_limit():,} characters, or its quotation "
                "mark is never closed"
            )
        raise InputError(
            f"{name} cannot be read as a CSV at line {reader.line_num}: {why}."
        ) from error


def _commas(texts: Sequence[str], separator: str) -> _Commas:
    """Decide once for a whole column what a comma in its numbers is.

    `doubtful` where every one of them might part thousands, `mixed` where others have a point.
    """
    with_comma = [text for text in map(_plain, texts) if _WITH_COMMA.fullmatch(text)]
    if any("." in text and _NUMBER.fullmatch(_plain(text)) for text in texts):
        return "mixed"
    if separator == ";" or not all(_THOUSANDS.fullmatch(text) for text in with_comma):
        return "decimal"
    return "doubtful"


def _plain(text: str) -> str:
    return text.replace("\N{MINUS SIGN}", "-")


def _number(text: str, commas: _Commas, place: _Place) -> float:
    """Read one value, NaN where it is missing."""
    written = _plain(text)
    if written.casefold() in _MISSING:
        return math.nan
    if _WITH_COMMA.fullmatch(written):
        if commas == "decimal":
            written = written.replace(",", ".")
        else:
            why = (
                "may be read in two ways" if commas == "doubtful" else "has a comma, others a point"
            )
            raise InputError(f"{place}: {said(text)} {why}; write all numbers with a point.")
    if written.casefold().lstrip("+-") in _NOT_FINITE:
        raise InputError(f"{place}: {said(text)} is not finite; leave what is missing empty.")
    if not _NUMBER.fullmatch(written):
        raise InputError(f"{place}: {said(text)} is not a number.")
    value = float(written)
    if abs(value) > _LARGEST:
        raise InputError(f"{place}: {said(text)} is too large a number to calculate with.")
    if 0.0 < abs(value) < _SMALLEST:
        raise InputError(f"{place}: {said(text)} is too small a number to calculate with.")
    return value


def _trial(lines: Sequence[_Line]) -> Trial:
    """Put the lines of one trial together by their pairs."""
    conditions: dict[str, str] = {}
    pairs: dict[str, tuple[str, dict[str, float]]] = {}
    for place, condition, value in lines:
        name = conditions.setdefault(folded(condition), condition)
        if len(conditions) > 2:
            raise InputError(
                f"{place} has a third condition, {said(condition)}, beside "
                f"{' and '.join(map(said, [*conditions.values()][:2]))}: two are compared."
            )
        _, halves = pairs.setdefault(folded(place.pair), (place.pair, {}))
        if name in halves:
            raise InputError(f"{place} has the condition {said(name)} for the second time.")
        halves[name] = value
    trial = lines[0].place.trial
    first, *others = conditions.values()
    if not others:
        whose = "The file" if trial is None else f"Trial {said(trial)}"
        raise InputError(f"{whose} has one condition only, {said(first)}: two are compared.")
    made = [PairHalves(name, halves) for name, halves in pairs.values()]
    if all(_WHOLE.fullmatch(pair.name) for pair in made):
        made.sort(key=lambda pair: int(pair.name))
    return Trial(trial, (first, others[0]), tuple(made))
