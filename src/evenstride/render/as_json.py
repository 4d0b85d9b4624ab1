"""An Answer as JSON: keys carry units, missing is null, and nothing else is on standard output."""

from __future__ import annotations

import json
import math
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING

from evenstride.domain.text import harmless_json

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
    return harmless_json(json.dumps(plain(answer), indent=2, ensure_ascii=False))


def answers_json(answers: Sequence[Answer]) -> str:
    """Return a list of Answers as JSON, each on a line of its own: there may be thousands."""
    lines = ",\n".join(json.dumps(plain(answer), ensure_ascii=False) for answer in answers)
    return harmless_json(f"[\n{lines}\n]")


def rows_json(rows: Sequence[Row]) -> str:
    """Return a list of rows as indented JSON."""
    listed = plain([dict(row) for row in rows])
    return harmless_json(json.dumps(listed, indent=2, ensure_ascii=False))
