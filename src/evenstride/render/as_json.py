"""An Answer as JSON: keys carry units, missing is null, and nothing else is on standard output."""

from __future__ import annotations

import json
import math
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.domain.answer import Answer, Row


def plain(value: object) -> object:
    """Turn frozen types into dicts and lists; NaN and infinity become null."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value


def answer_json(answer: Answer) -> str:
    """Return the whole Answer as indented JSON."""
    return json.dumps(plain(answer), indent=2, ensure_ascii=False)


def rows_json(rows: Sequence[Row]) -> str:
    """Return a list of rows as indented JSON."""
    return json.dumps(plain([dict(row) for row in rows]), indent=2, ensure_ascii=False)
