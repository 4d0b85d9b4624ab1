"""Where coach, physio and runners disagree: what each says, and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from evenstride.domain.answer import Source


@dataclass(frozen=True, slots=True)
class Voices:
    """One question on which they differ.

    Attributes
    ----------
    topic
        The question, as a runner would ask it.
    coach, physio, runner
        What each says, in a sentence; nobody is right by calling.
    evidence, source
        What has been looked at, and where.
    exercise
        What of the catalogue it is about; None where nothing is.
    tests
        Slugs of the tests that speak to it in one's own body.
    tags
        What runs may carry that speaks to it in one's own runs.
    """

    topic: str
    coach: str
    physio: str
    runner: str
    evidence: str
    source: Source
    exercise: str | None = None
    tests: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


VOICES: Final[tuple[Voices, ...]] = (
    Voices(
        topic="Is hip and single-leg strength worth the time?",
        coach="Yes: strength on one leg at a time is one of the sides to manage it from.",
        physio="There are no weak sides to fix; begin at the top, and ask why first.",
        runner="I have my doubts about hip exercises; rolling and core did more for me.",
        evidence=(
            "Supervised hip and core work over 24 weeks: fewer running injuries in 325 novices "
            "(hazard ratio 0.66, 0.45 to 0.97); ten minutes alone three times a week: no effect. "
            "No trial looked at contact-time balance."
        ),
        source=Source(
            "Leppänen 2024 (doi 10.1136/bjsports-2023-107926); Toresdahl 2020, no effect",
            "doi 10.1177/1941738119877180",
        ),
        exercise="hip-thrust",
        tests=("single-leg-bridge", "hop", "sit-to-stand", "heel-raise", "y-balance"),
        tags=("hip-and-core-routine", "strength-routine"),
    ),
    Voices(
        topic="The same work on both sides, or different work on each?",
        coach="Train both legs one at a time, and let each carry its own.",
        physio="Different work on each side, from the ribs to the feet, over weeks.",
        runner="Nothing I found said what to do on which side.",
        evidence=(
            "Training one leg or both makes the legs' jumps a little more alike. Different drills "
            "on each side rest on a theory and a case report."
        ),
        source=Source(
            "Theory of sided drills: Boyle 2010 (PMID 21589673); one leg or both: Bettariga 2022",
            "doi 10.1519/SSC.0000000000000701",
        ),
        exercise="step-up",
        tests=("hip-internal-rotation", "hip-external-rotation", "ankle-lunge"),
        tags=("strength-routine",),
    ),
    Voices(
        topic="Breathing first?",
        coach="Ground, form and strength first; nothing is a magic bullet.",
        physio="Start at the top: where ribs widen on a breath, then pelvis, then feet.",
        runner="I never tried it.",
        evidence="A theory and a case report, no trial; the pattern may or may not be yours.",
        source=Source("Boyle 2010 (theory)", "PMID 21589673"),
        exercise="ninety-ninety-hip-shift",
        tests=("chest-breath", "back-breath", "ninety-ninety-shift"),
        tags=("breathing-drill",),
    ),
    Voices(
        topic="Does rolling help?",
        coach="It is no magic bullet, but it does no harm.",
        physio="It settles tissue for a while; ask what makes it tight.",
        runner="Rolling quads and hip flexors before a run makes it feel better.",
        evidence=(
            "About 4 % more flexibility, 0.7 % in sprints, nothing in strength; weeks of it "
            "lengthen thighs, not ankles. No trial looked at balance."
        ),
        source=Source(
            "Wiewelhove 2019 (doi 10.3389/fphys.2019.00376); Konrad 2022",
            "doi 10.1007/s40279-022-01699-8",
        ),
        exercise="roll-quads",
        tags=("rolling-before", "roll-quads", "roll-hip-flexors"),
    ),
    Voices(
        topic="Which step rate?",
        coach="Towards 170 steps a minute.",
        physio="Your own, unless something hurts.",
        runner="I am told quicker steps, but not how much.",
        evidence=(
            "Elites ran 155 to 203 steps a minute, and more when faster; 170 is a rule of thumb. "
            "5 % more than your own at the same pace lowered the load on the knee; that on the hip "
            "fell only at 10 %."
        ),
        source=Source(
            "Heiderscheit 2011 (doi 10.1249/MSS.0b013e3181ebedf4); Burns 2018",
            "doi 10.1152/japplphysiol.00374.2018",
        ),
        exercise="quicker-steps",
        tags=("quicker-steps",),
    ),
    Voices(
        topic="Does the sore leg work harder?",
        coach="Look at ground, form and strength of both before you say so.",
        physio="The sore side may be the stiffer, the protected or the busier one; test both.",
        runner="My left leg is sorer after runs: is it working harder?",
        evidence=(
            "Not known. A longer contact does not name a leg that does more or less, and among 836 "
            "runners asymmetry did not go with more injuries."
        ),
        source=Source("Malisoux 2024", "doi 10.1136/bmjsem-2023-001787"),
    ),
    Voices(
        topic="Is 50/50 the aim?",
        coach="Everyone is asymmetric: manage it.",
        physio="Ask why it is so before you change it.",
        runner="My watch shows it in orange; I want it even.",
        evidence=(
            "Asymmetry as such has not been shown to cause injury (836 runners, six months), nor "
            "that evening it out makes faster. A change from your normal is worth a look, above "
            "all with pain."
        ),
        source=Source(
            "Afonso 2022 (doi 10.3390/sym14101993); Malisoux 2024", "doi 10.1136/bmjsem-2023-001787"
        ),
    ),
)
