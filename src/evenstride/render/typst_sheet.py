"""Decides how a sheet of paper is set: our font, tagged where every letter can be shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final, Literal

Paper = Literal["a4", "letter"]

PAPERS: Final[dict[Paper, str]] = {"a4": "a4", "letter": "us-letter"}
FONT: Final = "Inter"
_HERE = Path(__file__).parent


def set_sheet(template: str, data: dict[str, Any]) -> bytes:
    """Set data by one of the templates in `report/`, as a PDF.

    The same data give the same bytes: no clock is read. Fonts of the system are asked only where
    something was typed that the shipped one has no letters for; else it conforms to PDF/UA-1.
    """
    import typst

    text = json.dumps(data, ensure_ascii=False)
    try:
        # An accessible PDF must show every letter, so this refuses what our font has no shape for.
        return _set(template, text, ours_only=True)
    except typst.TypstError:
        return _set(template, text, ours_only=False)


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
