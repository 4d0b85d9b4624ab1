"""What a runner may try: cues, drills, routines and things to compare, each with its counterpart.

No trial shows that any of these changes contact-time balance: that is what the runner's own
experiment is for. What is known of them otherwise stands beside each, with its source.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - of a constant
from dataclasses import dataclass
from typing import Final, Literal

from evenstride.domain.answer import Source
from evenstride.domain.experiment import Kind  # noqa: TC001 - dataclass fields

Group = Literal["while_running", "before_the_run", "over_weeks", "worn", "around_the_day", "where"]

GROUPS: Final[Mapping[Group, str]] = {
    "while_running": "While running",
    "before_the_run": "Before the run",
    "over_weeks": "Over weeks",
    "worn": "What you wear",
    "around_the_day": "Around the day",
    "where": "Where you run",
}
NO_TRIAL: Final = "No trial is known to us that tested it on contact-time balance."
PAIN: Final = (
    "Stop at pain above 5 of 10, or when it is not settled by the next morning; not with a "
    "suspected bone injury."
)


@dataclass(frozen=True, slots=True)
class Cue:
    """One thing to try.

    Attributes
    ----------
    slug
        Its short name, as `push-off-behind`.
    name
        What people call it.
    group
        When or where it is done.
    do, instead
        What to do as the treatment, in a sentence; and as the control, in words that stand for it
        wherever it is named, without a full stop.
    kinds
        The designs it suits, the best first: `within_run` where it can be switched on and off
        within a minute, `randomised_start` where it works over weeks and cannot be switched off.
    washout_days
        Across runs: how many whole days to leave between two runs, as what it does may linger.
    evidence
        What is known of it, and what is not.
    source
        Where that comes from; None where nothing is known.
    caution
        When not to, and when to stop; None where there is nothing to say.
    """

    slug: str
    name: str
    group: Group
    do: str
    instead: str
    kinds: tuple[Kind, ...]
    washout_days: int
    evidence: str
    source: Source | None = None
    caution: str | None = None

    @property
    def lingers(self) -> bool:
        """Whether what it does may last beyond the run it is done in."""
        return self.washout_days > 0 or "randomised_start" in self.kinds


_SWITCHED: Final[tuple[Kind, ...]] = ("within_run", "across_runs")
_BY_RUN: Final[tuple[Kind, ...]] = ("across_runs",)
_BY_WEEKS: Final[tuple[Kind, ...]] = ("randomised_start",)
_AS_USUAL: Final = "Run as you always do, with your mind elsewhere"
_ROLLING: Final = Source(
    "Wiewelhove 2019: rolling beforehand gives about 4 % more flexibility and 0.7 % in sprints, "
    "nothing in strength",
    "doi 10.3389/fphys.2019.00376",
)
_QUICKER: Final = Source("Heiderscheit 2011", "doi 10.1249/MSS.0b013e3181ebedf4")
_SUPERVISED: Final = Source(
    "Leppänen 2024 (325 novices, supervised, 24 weeks)", "doi 10.1136/bjsports-2023-107926"
)
_ONE_SIDED: Final = Source("Bettariga 2022", "doi 10.1519/SSC.0000000000000701")
_BENDS: Final = Source("Churchill 2015", "doi 10.1080/14763141.2015.1024717")

CUES: Final[Mapping[str, Cue]] = {
    cue.slug: cue
    for cue in (
        Cue(
            "push-off-behind",
            "Push off behind",
            "while_running",
            "Push the ground away behind you, both feet alike, until the hip is stretched.",
            _AS_USUAL,
            _SWITCHED,
            0,
            NO_TRIAL,
            caution=f"It loads calf and Achilles tendon. {PAIN}",
        ),
        Cue(
            "pull-the-foot-up",
            "Pull the foot up",
            "while_running",
            "Pull the foot up under you as soon as it has left the ground, both sides alike.",
            _AS_USUAL,
            _SWITCHED,
            0,
            NO_TRIAL,
            caution=f"It loads the back of the thigh. {PAIN}",
        ),
        Cue(
            "hips-level",
            "Hips level",
            "while_running",
            "Keep both hip bones at one height, as if you carried a tray on them.",
            _AS_USUAL,
            _SWITCHED,
            0,
            NO_TRIAL,
        ),
        Cue(
            "hips-forward",
            "Hips forward",
            "while_running",
            "Let your hips lead, as if a belt drew them forward.",
            _AS_USUAL,
            _SWITCHED,
            0,
            NO_TRIAL,
        ),
        Cue(
            "run-tall",
            "Run tall",
            "while_running",
            "Run tall, as if a thread drew the crown of your head up.",
            _AS_USUAL,
            _SWITCHED,
            0,
            NO_TRIAL,
        ),
        Cue(
            "land-under-you",
            "Land under you",
            "while_running",
            "Set each foot down close under your hips.",
            _AS_USUAL,
            _SWITCHED,
            0,
            f"{NO_TRIAL} A sensor at the trunk cannot see where the foot lands; step length and "
            "cadence at the same pace stand in for it.",
        ),
        Cue(
            "quicker-steps",
            "Quicker steps (+5 %)",
            "while_running",
            "Take your steps 5 % quicker than your own at this pace, by a metronome or the watch.",
            "Run at your own step rate, the metronome off",
            _SWITCHED,
            0,
            "5 % and 10 % more steps at the same pace lower the load on the knee, 10 % that on "
            f"the hip too. {NO_TRIAL}",
            _QUICKER,
            f"It loads the calf more often. {PAIN}",
        ),
        Cue(
            "arms-alike",
            "Both arms alike",
            "while_running",
            "Swing both arms alike, elbows back, hands not across the middle.",
            _AS_USUAL,
            _SWITCHED,
            0,
            NO_TRIAL,
        ),
        Cue(
            "relaxed-jaw",
            "Relaxed jaw",
            "while_running",
            "Let your jaw, shoulders and hands go slack.",
            _AS_USUAL,
            _SWITCHED,
            0,
            NO_TRIAL,
        ),
        Cue(
            "rolling-before",
            "Foam rolling before the run",
            "before_the_run",
            "Roll the front of both thighs and both hips, 2 × 30 to 60 s each, right before.",
            "Walk for the same number of minutes instead",
            _BY_RUN,
            1,
            f"A little more flexibility for a while, nothing in strength. {NO_TRIAL}",
            _ROLLING,
            "Not over varicose veins, a suspected clot, a fracture or open skin.",
        ),
        Cue(
            "activation-drill",
            "Activation drill before the run",
            "before_the_run",
            "Do 10 bridges and 10 fire hydrants a side right before the run.",
            "Walk for the same number of minutes instead",
            _BY_RUN,
            1,
            NO_TRIAL,
            caution=PAIN,
        ),
        Cue(
            "breathing-drill",
            "Breathing drill before the run",
            "before_the_run",
            "Do one breathing drill (90-90 with a hip shift) for 3 × 10 breaths right before.",
            "Lie down for the same number of minutes instead",
            _BY_RUN,
            1,
            f"A case report of three other drills gives the dose. {NO_TRIAL}",
            Source(
                "Boyle 2010 (the theory behind it); dose: Waldron and others, one volleyball "
                "player (https://digitalscholarship.unlv.edu/kns_fac_articles/360/)",
                "PMID 21589673",
            ),
            "No breath-holding with uncontrolled high blood pressure, late pregnancy or a hernia.",
        ),
        Cue(
            "stretching-before",
            "Hip-flexor stretch before the run",
            "before_the_run",
            "Stretch both hip flexors, 2 × 30 s a side, right before the run.",
            "Walk for the same number of minutes instead",
            _BY_RUN,
            1,
            NO_TRIAL,
            caution=PAIN,
        ),
        Cue(
            "strength-routine",
            "Single-leg strength routine",
            "over_weeks",
            "Begin: step-ups and lunges two or three times a week, 2 to 4 × 6 to 12 a side.",
            "Do not begin yet; train as you do now",
            _BY_WEEKS,
            0,
            "Training with one leg or with both makes the legs' jumps a little more alike; "
            f"balance while running was not looked at. {NO_TRIAL}",
            _ONE_SIDED,
            f"No deep lunge with knee pain above 5 of 10. {PAIN}",
        ),
        Cue(
            "hip-and-core-routine",
            "Hip and core routine",
            "over_weeks",
            "Begin: dead bugs, bridges and hip extension with a band, two or three times a week.",
            "Do not begin yet; train as you do now",
            _BY_WEEKS,
            0,
            "Supervised for 24 weeks novices had fewer injuries (hazard ratio 0.66, 0.45 to "
            f"0.97); ten minutes alone did nothing in another trial. {NO_TRIAL}",
            _SUPERVISED,
            PAIN,
        ),
        Cue(
            "mobility-routine",
            "Mobility routine",
            "over_weeks",
            "Begin: hip-flexor stretches and ankle mobilisation, both sides, on most days.",
            "Do not begin yet; train as you do now",
            _BY_WEEKS,
            0,
            NO_TRIAL,
            caution=PAIN,
        ),
        Cue(
            "shoes-a-b",
            "One pair of shoes against another",
            "worn",
            "Wear pair A.",
            "Wear pair B",
            _BY_RUN,
            0,
            "Shoes do move balance in some runners, by how much is personal.",
            caution="Shoes you are not used to: begin with short runs.",
        ),
        Cue(
            "insoles",
            "Insoles",
            "worn",
            "Run with the insoles.",
            "Run in the same shoes with what was in them",
            _BY_RUN,
            1,
            NO_TRIAL,
            caution="Insoles that were prescribed stay in, unless who prescribed them agrees.",
        ),
        Cue(
            "earlier-to-bed",
            "An hour earlier to bed",
            "around_the_day",
            "Go to bed an hour earlier the night before the run.",
            "Go to bed at your usual time",
            _BY_RUN,
            1,
            NO_TRIAL,
        ),
        Cue(
            "caffeine",
            "Coffee before the run",
            "around_the_day",
            "Drink your usual cup of coffee an hour before the run.",
            "Drink the same without caffeine",
            _BY_RUN,
            1,
            NO_TRIAL,
            caution="Not where a doctor advised against caffeine.",
        ),
        Cue(
            "sitting-breaks",
            "Up from the chair every half hour",
            "around_the_day",
            "On the day of the run stand up and walk two minutes in every half hour of sitting.",
            "Sit as you always do",
            _BY_RUN,
            1,
            NO_TRIAL,
        ),
        Cue(
            "other-way-round",
            "The track the other way round",
            "where",
            "Run the laps clockwise.",
            "Run the laps counter-clockwise",
            _SWITCHED,
            0,
            "In sprinters the inside foot's contact was longer in bends; real runners differ even "
            "in the sign.",
            _BENDS,
            "Only where it is allowed and nobody comes towards you.",
        ),
        Cue(
            "other-side-of-the-road",
            "The other side of the road",
            "where",
            "Run on the other side of the road than you mostly do.",
            "Run on the side you mostly do",
            _SWITCHED,
            0,
            "A road that slopes sideways moves balance in some runners, by how much is personal.",
            caution="Only where traffic and the law allow it.",
        ),
    )
}
"""All of them, by their slugs, in the order in which they are listed."""


def cue_named(text: str) -> Cue | None:
    """Return the cue of this slug or name, whatever its case; None where there is none."""
    wanted = " ".join(text.split()).casefold()
    for cue in CUES.values():
        if wanted in (cue.slug, cue.name.casefold()):
            return cue
    return None
