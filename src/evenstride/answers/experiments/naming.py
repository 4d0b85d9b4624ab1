"""Which experiment is meant: by its name, by how that begins, or the only one there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenstride.domain.errors import InputError

if TYPE_CHECKING:
    from evenstride.library import Library


def experiment_meant(lib: Library, name: str | None = None, *, only_open: bool = False) -> str:
    """Return the id of the experiment that is meant.

    Parameters
    ----------
    lib
        The library.
    name
        Its id, or how that begins where only one begins so; None for the only one there is, of
        several for the only one that is open.
    only_open
        Whether, where none is named, one that has ended can be meant.

    Raises
    ------
    UnknownExperimentError
        None begins so; the message names the nearest.
    InputError
        Several may be meant, or there is none.
    """
    # Registrations are not read here: one that was tampered with can still be named, and ended.
    every = lib.experiment_names()
    if name is not None:
        wanted = name.strip().casefold()
        begins = [one for one in every if one.startswith(wanted)]
        if wanted in every:
            return wanted
        if not begins:
            return lib.experiment(name).registration.experiment_id
        return _only(begins, f"{len(begins)} experiments begin so")
    still = [one for one, is_open in every.items() if is_open]
    if still or only_open:
        return _only(
            still, f"{len(still)} experiments are open" if still else "No experiment is open"
        )
    return _only([*every], f"There are {len(every)} experiments" if every else "There is none yet")


def _only(found: list[str], otherwise: str) -> str:
    if len(found) == 1:
        return found[0]
    if not found:
        raise InputError(f"{otherwise}: `evenstride experiment new` begins one.")
    raise InputError(f"{otherwise}: name one of {', '.join(found)}.")
