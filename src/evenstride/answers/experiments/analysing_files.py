"""What a file that is handed in holds: pairs in a CSV, or an experiment as it was exported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evenstride.answers.experiments.analysing import PP, analyse_pairs
from evenstride.domain.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from evenstride.domain.answer import Answer

_LARGEST_FILE: Final = 2**28
"""Ten times what a million pairs take; what has no end must not fill the memory."""


def analyse_file(
    path: Path,
    *,
    treatment: str | None = None,
    unit: str | None = None,
    smallest_effect: float | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Answer | list[Answer]:
    """Judge a file: pairs in a CSV, or an experiment as it was exported.

    Parameters
    ----------
    path
        The file.
    treatment, unit, smallest_effect, on_progress
        As in `analyse_pairs`; an exported experiment has laid the first three down itself.

    Raises
    ------
    InputError
        The file cannot be read, or is none of the two; or as `analyse_pairs`.
    TamperedError
        An exported experiment is not any more what was registered.
    """
    content = _content(path)
    if path.suffix.lower() != ".json" and not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(
        b"{"
    ):
        return analyse_pairs(
            content,
            name=path.name,
            treatment=treatment,
            unit=PP if unit is None else unit,
            smallest_effect=smallest_effect,
            on_progress=on_progress,
        )
    if not (treatment is None and unit is None and smallest_effect is None):
        raise InputError(
            "Treatment, unit and smallest effect of an exported experiment are those that were "
            "registered."
        )
    # A CSV needs nothing of all this, and shall be judged at once.
    from evenstride.answers.experiments.exchange import read_exported
    from evenstride.answers.experiments.result import result_of

    return result_of(read_exported(content, name=path.name))


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            content = stream.read(_LARGEST_FILE + 1)
    except FileNotFoundError as error:
        raise InputError(f"There is no file {path}.") from error
    except IsADirectoryError as error:
        raise InputError(f"{path} is a folder: name a file in it.") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}).") from error
    if len(content) > _LARGEST_FILE:
        raise InputError(
            f"{path} is larger than {_LARGEST_FILE >> 20} MB: it is no table of pairs."
        )
    return content
