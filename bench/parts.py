"""How a benchmark made of parts is run: all of them or one, each row told as soon as it is there.

In a terminal `--quick` measures less, and `--part NAME` one part only.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

Row = tuple[str, str, str, bool]
"""What was measured, its target, what came out, whether it is met."""


def rows_of(parts: Mapping[str, Callable[[], Iterable[Row]]], only: str | None) -> Iterator[Row]:
    """Measure all parts, or the one of this name, a row at a time."""
    for name, part in parts.items():
        if only in (None, name):
            yield from part()


def tell(measured: Callable[[bool, str | None], Iterable[Row]]) -> None:
    """Measure what the command line asks for, and print it."""
    only = sys.argv[sys.argv.index("--part") + 1] if "--part" in sys.argv else None
    for what, target, found, met in measured("--quick" in sys.argv, only):
        print(f"{'met ' if met else 'MISS'} | {what} | {target} | {found}", flush=True)
