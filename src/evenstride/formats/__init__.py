"""Which reader a file goes to, told by its content: bytes in, recordings or one refusal out.

This is the only place where vendors' names, units and sides are translated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evenstride.domain.recording import Reading

__all__ = ["read"]

_HEAD = 12


def read(data: bytes) -> Reading:
    """Read one file, whatever it is.

    Parameters
    ----------
    data
        The plain content: compressed files and archives are opened by `containers.walk`.

    Returns
    -------
        Its runs, with what was doubtful as issues; or a refusal: `not_a_run` for a sound file of
        something else, `unreadable` with what is wrong. Nothing is raised for what is in the bytes.
    """
    from evenstride.domain.recording import Reading, Refusal

    if data[8:_HEAD] == b".FIT":
        from evenstride.formats.fit.recording import read_fit

        return read_fit(data)
    if not data:
        return Reading(refusal=Refusal("unreadable", "The file is empty."))
    return Reading(
        refusal=Refusal("unreadable", "The file is not in a format that Evenstride reads (FIT).")
    )
