"""What the rule that decides experiments rests on."""

from __future__ import annotations

from typing import Final

from evenstride.domain.answer import Source

SOURCES: Final = (
    Source(
        "Evidence that may be looked at at any time: Ramdas, Ruf, Larsson, Koolen 2020",
        "arXiv 2009.03167",
    ),
    Source(
        "Interval from the means of all subsets of pairs: Hartigan 1969",
        "doi 10.1080/01621459.1969.10501057",
    ),
)
