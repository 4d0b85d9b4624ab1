"""Decides how a sheet of paper is set: our font, tagged where every letter can be shown."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final, Literal

from evenstride.domain.wording import printable

Paper = Literal["a4", "letter"]

PAPERS: Final[dict[Paper, str]] = {"a4": "a4", "letter": "us-letter"}
FONT: Final = "Inter"
_HERE = Path(__file__).parent
_TIGHTER: Final = (0.97, 0.94, 0.91)
"""Sizes to try where the last page would hold hardly anything."""
_THIN: Final = 0.25
"""Up to which part of its height a last page holds hardly anything."""
_COMMAND = re.compile(r" \(`[^`]*`\)")


def on_paper(text: str) -> str:
    """Return words as they are printed: of what a terminal is told to type, nothing stays."""
    return printable(_COMMAND.sub("", text).replace("`", ""))


def set_sheet(template: str, data: dict[str, Any], *, fit: bool = False) -> bytes:
    """Set data by one of the templates in `report/`, as a PDF.

    The same data give the same bytes: no clock is read. Fonts of the system are asked only where
    something was typed that the shipped one has no letters for; else it conforms to PDF/UA-1.

    Parameters
    ----------
    template
        Its name.
    data
        What it sets.
    fit
        Whether all is set a little smaller where that saves a last page with hardly anything on
        it. The template then takes `tight` of the data as a factor, and labels its end `<end>`.
    """
    import typst

    if fit:
        data = {**data, "tight": _tight(template, data)}
    text = json.dumps(data, ensure_ascii=False)
    try:
        # An accessible PDF must show every letter, so this refuses what our font has no shape for.
        return _set(template, text, ours_only=True)
    except typst.TypstError:
        return _set(template, text, ours_only=False)


def _tight(template: str, data: dict[str, Any]) -> float:
    """Choose how tightly it is set: as designed, unless that leaves a page nearly empty."""
    designed = _end(template, data, 1.0)
    if designed["page"] > 1 and designed["down"] < _THIN:
        for tight in _TIGHTER:
            if _end(template, data, tight)["page"] < designed["page"]:
                return tight
    return 1.0


def _end(template: str, data: dict[str, Any], tight: float) -> dict[str, float]:
    """Find on which page it ends, and how far down it, as a part of its height."""
    import typst

    found = typst.query(
        _HERE / "report" / template,
        "<end>",
        field="value",
        one=True,
        font_paths=[_HERE / "assets" / "fonts"],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps({**data, "tight": tight}, ensure_ascii=False)},
    )
    return dict(json.loads(found))


def _set(template: str, text: str, *, ours_only: bool) -> bytes:
    import typst

    return typst.compile(
        _HERE / "report" / template,
        font_paths=[_HERE / "assets" / "fonts"],
        ignore_system_fonts=ours_only,
        sys_inputs={"data": text},
        pdf_standards="ua-1" if ours_only else [],
        timestamp=0,
    )
