"""Which columns of an Answer's tables a terminal shows, and how each cell is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rich.table import Table
from rich.text import Text

from evenstride.domain.quantities import QUANTITIES
from evenstride.domain.wording import balance_pair, duration_words, pace_words, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from evenstride.domain.answer import Row

MISSING = "–"
_LEAST_TEXT = 24
LEFT, RIGHT = "dark_orange", "dodger_blue2"
"""The sides' colours, everywhere; the letters L and R are the second cue."""


def number(row: Row, key: str) -> float | None:
    """Return a cell as a number, None when it is missing or is none."""
    value = row.get(key)
    return float(value) if isinstance(value, int | float) else None


def _plain(key: str) -> Callable[[Row], str]:
    def cell(row: Row) -> str:
        value = row.get(key)
        return MISSING if value is None else str(value)

    return cell


def _fixed(key: str, decimals: int = 0, factor: float = 1.0) -> Callable[[Row], str]:
    def cell(row: Row) -> str:
        value = number(row, key)
        return MISSING if value is None else f"{value * factor:.{decimals}f}"

    return cell


def _signed(key: str, decimals: int = 1) -> Callable[[Row], str]:
    def cell(row: Row) -> str:
        value = number(row, key)
        return MISSING if value is None else f"{value:+.{decimals}f}".replace("-", "−")

    return cell


def _balance(key: str) -> Callable[[Row], Text]:
    def cell(row: Row) -> Text:
        value = number(row, key)
        pair = balance_pair(value)
        if value is None or " / " not in pair:
            return Text(pair)
        left, right = pair.split(" / ")
        heavier_left = round(value, 1) > 50
        heavier_right = round(value, 1) < 50
        return Text.assemble(
            (left, f"bold {LEFT}" if heavier_left else LEFT),
            (" / ", "bright_black"),
            (right, f"bold {RIGHT}" if heavier_right else RIGHT),
        )

    return cell


def _offset(row: Row) -> str:
    present = number(row, "low") == number(row, "high") == 0.0
    return "present one" if present else _signed("offset_pp")(row)


def _in_own_unit(key: str, *, signed: bool = False) -> Callable[[Row], str]:
    """Write a cell of a table whose rows are different measures, each with its decimals."""

    def cell(row: Row) -> str:
        value, quantity = number(row, key), QUANTITIES[str(row["measure"])]
        if value is None:
            return MISSING
        decimals = max(quantity.decimals, 1)
        return f"{value:{'+' if signed else ''}.{decimals}f}".replace("-", "−")

    return cell


def _share(key: str) -> Callable[[Row], str]:
    return lambda row: f"{100 * (number(row, key) or 0):.0f}%"


def _interval(low: str, high: str, *, signed: bool = False) -> Callable[[Row], str]:
    from_, to = _in_own_unit(low, signed=signed), _in_own_unit(high, signed=signed)

    def cell(row: Row) -> str:
        return MISSING if number(row, low) is None else f"{from_(row)} to {to(row)}"

    return cell


def _measure_label(row: Row) -> str:
    quantity = QUANTITIES[str(row["measure"])]
    return f"{quantity.label} [{quantity.unit}]" if quantity.unit else quantity.label


@dataclass(frozen=True, slots=True)
class Column:
    """One printed column: its head, its side, and how a row becomes its cell.

    Where a terminal is too narrow, columns with the greatest `spare` go first; 0 always stays.
    """

    head: str
    cell: Callable[[Row], str | Text]
    justify: Literal["left", "right"] = "right"
    spare: int = 0


_RUN_COLUMNS = (
    Column("run", _plain("run_id"), "left"),
    Column("km", _fixed("distance_m", 1, 1e-3), spare=4),
    Column("time", lambda r: duration_words(number(r, "duration_s")), spare=2),
    Column("pace", lambda r: pace_words(number(r, "speed_m_s")).replace(" /km", ""), spare=3),
    Column("balance", _balance("balance_left_pct")),
    Column("SE", _fixed("balance_se_pp", 2), spare=1),
    Column("contact", _fixed("gct_ms"), spare=5),
    Column("flight", _fixed("flight_time_ms"), spare=6),
    Column("steps", _fixed("cadence_spm"), spare=7),
    Column("used", _share("usable_share"), spare=8),
)

COLUMNS: dict[tuple[str, str], tuple[str, tuple[Column, ...]]] = {
    ("runs", "runs"): (
        "Runs (SE standard error in pp, pace /km, contact and flight ms, steps/min)",
        _RUN_COLUMNS,
    ),
    ("status", "measures"): (
        "Now, and the change over the window, with 95 % intervals",
        (
            Column("measure", _measure_label, "left"),
            Column("now", _in_own_unit("value")),
            Column("95 %", _interval("low", "high"), spare=1),
            Column("change", _in_own_unit("change", signed=True), spare=2),
            Column("95 %", _interval("change_low", "change_high", signed=True), spare=3),
            Column("verdict", lambda r: str(r["direction"]).replace("_", " "), "left"),
        ),
    ),
    ("trend", "runs"): (
        "Runs as the trend sees them (SE standard error in pp)",
        (
            Column("run", _plain("run_id"), "left"),
            Column("balance", _balance("balance_left_pct")),
            Column("SE", _fixed("se_pp", 2), spare=1),
            Column("as the present sensor", _balance("balance_as_present_sensor_pct"), spare=2),
            Column("sensor", lambda r: str(r.get("sensor") or "unknown"), "left", spare=4),
            Column("wild", _share("wild_probability"), spare=3),
        ),
    ),
    ("trend", "sensors"): (
        "Sensors: how far left of the present one each reads [pp]",
        (
            Column("sensor", lambda r: str(r.get("sensor") or "unknown"), "left"),
            Column("runs", _fixed("runs"), spare=1),
            Column("further left", _offset),
            Column("95 % from", _signed("low"), spare=3),
            Column("to", _signed("high"), spare=2),
        ),
    ),
    ("show", "measures"): (
        "Measures",
        (
            Column("measure", _measure_label, "left"),
            Column("mean", _in_own_unit("value")),
            Column("95 % from", _in_own_unit("low"), spare=3),
            Column("to", _in_own_unit("high"), spare=2),
            Column("eff. n", _fixed("n_effective"), spare=4),
        ),
    ),
    ("show", "laps"): (
        "Laps (SE standard error in pp; left, right, flight in ms; pace /km)",
        (
            Column("lap", _plain("lap")),
            Column("time", lambda r: duration_words(number(r, "duration_s")), spare=3),
            Column("km", _fixed("distance_m", 2, 1e-3), spare=4),
            Column("pace", lambda r: pace_words(number(r, "speed_m_s")).replace(" /km", "")),
            Column("balance", _balance("balance_left_pct")),
            Column("SE", _fixed("balance_se_pp", 2), spare=2),
            Column("left", _fixed("left_gct_ms"), spare=5),
            Column("right", _fixed("right_gct_ms"), spare=5),
            Column("flight", _fixed("flight_time_ms"), spare=6),
            Column("steps", _fixed("cadence_spm"), spare=7),
        ),
    ),
    ("show", "dropped"): (
        "Time left out",
        (
            Column("why", _plain("reason"), "left"),
            Column("time", lambda r: duration_words(number(r, "seconds"))),
            Column("share", lambda r: f"{100 * (number(r, 'share') or 0):.0f} %"),
        ),
    ),
    ("show", "recordings"): (
        "Recordings of this run",
        (
            Column("recording", _plain("recording_id"), "left"),
            Column("device", _plain("device"), "left"),
            Column("sensor", _plain("sensor"), "left"),
            Column("balance", _balance("balance_left_pct")),
            Column("used", lambda r: "answers use it" if r.get("chosen") else "kept", "left"),
        ),
    ),
    ("show", "conversions"): (
        "The same asymmetry in other people's measures",
        (
            Column("measure", _measure_label, "left"),
            Column("value", _in_own_unit("value")),
            Column("95 % from", _in_own_unit("low")),
            Column("to", _in_own_unit("high")),
        ),
    ),
    ("import", "unreadable"): (
        "Could not be read",
        (Column("file", _plain("file"), "left"), Column("why", _plain("reason"), "left")),
    ),
    ("import", "not_a_run"): (
        "Not runs",
        (Column("files", _fixed("files")), Column("why", _plain("reason"), "left")),
    ),
    ("library", "findings"): (
        "Findings",
        (
            Column("what", _plain("name"), "left"),
            Column("result", _plain("verdict"), "left"),
            Column("", _plain("text"), "left"),
        ),
    ),
    ("settings", "settings"): (
        "Settings",
        (
            Column("name", _plain("name"), "left"),
            Column("value", _plain("value"), "left"),
            Column("what it is for", _plain("meaning"), "left"),
        ),
    ),
}
COLUMNS["trend", "measures"] = COLUMNS["status", "measures"]
"""By question and table: the title, and the columns that 80 characters hold. Tables without an
entry (a trend's daily rows, say) are for JSON and other renderings."""


def title(question: str, name: str) -> Text:
    """Return the title of a table; units stand in brackets, which are no markup."""
    return Text(COLUMNS[question, name][0], "bold")


def table(question: str, name: str, rows: Sequence[Row], *, width: int) -> Table | None:
    """Build the rich table of one of an Answer's tables, None where a terminal shows none.

    Columns that do not fit into `width` characters are left out whole, the least needed first, and
    named in the caption: half a number would be worse than none.
    """
    if (question, name) not in COLUMNS or not rows:
        return None
    _, columns = COLUMNS[question, name]
    cells = {column: [_cell(column.cell(row)) for row in rows] for column in columns}
    shown = _fitting(cells, width)
    hidden = [column.head for column in columns if column not in shown]
    built = Table(
        caption=f"A wider terminal shows {', '.join(hidden)} too." if hidden else None,
        caption_justify="left",
        caption_style="bright_black",
        box=None,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        header_style="bright_black",
    )
    for column in shown:
        built.add_column(
            column.head,
            justify=column.justify,
            no_wrap=column.justify == "right",
            overflow="fold",
        )
    for row in zip(*(cells[column] for column in shown), strict=True):
        built.add_row(*row)
    return built


def _fitting(cells: dict[Column, list[Text]], width: int) -> list[Column]:
    """Leave out columns until the rest fits, those with the greatest `spare` first."""
    shown = list(cells)
    while _width(shown, cells) > width and any(column.spare for column in shown):
        shown.remove(max(shown, key=lambda column: column.spare))
    return shown


def _width(shown: Sequence[Column], cells: dict[Column, list[Text]]) -> int:
    """Characters that columns need side by side, those of free text at their least."""
    needed = 0
    for column in shown:
        widest = max([len(column.head), *(cell.cell_len for cell in cells[column])])
        needed += min(widest, _LEAST_TEXT) if column.justify == "left" else widest
    return needed + len(shown) - 1


def _cell(text: str | Text) -> Text:
    """Keep a cell from being read as markup, and from speaking to the terminal."""
    return text if isinstance(text, Text) else Text(printable(text))
