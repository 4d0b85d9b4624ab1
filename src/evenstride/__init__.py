"""Evenstride: where a runner's balance really is, what moves it, and whether it is changing.

>>> import evenstride as es
>>> lib = es.open_library("my-library")
>>> es.answers.import_files(lib, ["my-runs"])
>>> es.answers.trend(lib).headline
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from evenstride.version import VERSION

if TYPE_CHECKING:
    from evenstride import answers
    from evenstride.library import open_library

__version__ = VERSION
__all__ = ["__version__", "answers", "open_library"]


def __getattr__(name: str) -> object:
    if name == "answers":
        return import_module("evenstride.answers")
    if name == "open_library":
        return import_module("evenstride.library").open_library
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
