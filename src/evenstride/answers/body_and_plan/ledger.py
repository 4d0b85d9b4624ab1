"""The ledger of `why`: twelve possible sources, a page each.

Every page is a function of the same material and says nothing that is not in it. What is not known
is not against a source: then the page is open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evenstride.answers.body_and_plan.ledger_body import (
    breathing,
    injury,
    pain,
    range_of_motion,
    sitting,
    strength,
)
from evenstride.answers.body_and_plan.ledger_runs import (
    built,
    fatigue,
    ground,
    sensor,
    shoes,
    speed,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from evenstride.answers.body_and_plan.ledger_page import Material, Page

LEDGER: Final[tuple[Callable[[Material], Page], ...]] = (
    ground,
    speed,
    fatigue,
    sensor,
    shoes,
    injury,
    range_of_motion,
    strength,
    breathing,
    sitting,
    pain,
    built,
)
"""In the order in which equals are listed."""
