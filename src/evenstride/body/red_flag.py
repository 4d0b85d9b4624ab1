"""What one red flag is: the question, where it is asked, what a yes amounts to."""

from __future__ import annotations

from dataclasses import dataclass

from evenstride.domain.answer import Source  # noqa: TC001 - dataclass fields
from evenstride.domain.exercise import Tier  # noqa: TC001 - same
from evenstride.domain.screening import Strength  # noqa: TC001 - same


@dataclass(frozen=True, slots=True)
class RedFlag:
    """One red flag.

    Attributes
    ----------
    slug, name
        Its short name, and what it is called in a list.
    tier
        What a yes amounts to; where `urgent_regions` holds the place, or a bone sign meets what
        raises suspicion, it is `now`.
    question, why
        To be answered with yes, no or do not know; and why it is asked, in a sentence.
    act, act_now, tell
        What to do after a yes and how soon; the same where the place or what else stands makes it
        urgent, if that is something else; what to tell the clinician.
    regions
        The places at which it is asked; empty: at all.
    onset
        Whether it is asked when a pain begins; else only when entries match it.
    general
        Whether it may be asked without any place.
    bone
        Whether it is a sign of a bone stress injury.
    suspicion
        Whether it makes a bone sign more suspicious.
    urgent_regions
        Where it is of tier `now`.
    noted
        Words that, in the note of a complaint at such a place, have it asked; none that runners
        write of other things (warm up, a night run, a hot day).
    source, strength
        Where it is from, and what that rests on.
    """

    slug: str
    name: str
    tier: Tier
    question: str
    why: str
    act: str
    tell: str
    regions: tuple[str, ...]
    onset: bool
    source: Source
    strength: Strength = "convention"
    general: bool = False
    bone: bool = False
    suspicion: bool = False
    urgent_regions: tuple[str, ...] = ()
    act_now: str = ""
    noted: tuple[str, ...] = ()
