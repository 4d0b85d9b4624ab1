"""What the red flags are: what is asked, why it matters, what to do and to tell, and its source.

The list is that of the signs for which nobody should run on, or train on, before a clinician has
looked. Most such signs were never tested for how well they tell: there is no high-quality evidence
for the accuracy of most of them [1]_. They are asked because missing what they stand for costs much
and looking costs little; a yes is no diagnosis.

References
----------
.. [1] Finucane et al. 2020, doi 10.2519/jospt.2020.9971.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - of a constant
from typing import Final

from evenstride.body.red_flag import RedFlag
from evenstride.domain.answer import Source
from evenstride.domain.body import REGIONS

URGENT_BONES: Final = ("hip-front", "groin", "shin-front", "midfoot", "foot-outer")
"""Where a bone stress injury heals badly or may break through: the neck of the thigh bone, the
front of the shin, the navicular, the base of the fifth metatarsal."""

_SOFT = ("thigh-back", "knee-back", "calf", "achilles")
_LEGS = tuple(
    region.slug
    for region in REGIONS.values()
    if region.part in ("foot", "lower_leg", "knee", "thigh", "hip")
)
_BONY = tuple(slug for slug in _LEGS if slug not in _SOFT)
_JOINTS = (
    "hip-front",
    "groin",
    "knee-front",
    "knee-inner",
    "knee-outer",
    "knee-back",
    "ankle",
)

_EMERGENCY = "Call your emergency number (112, 911, 999)"
_SAME_DAY = "Have it looked at today: an emergency department, urgent care or an out-of-hours line"
_BEFORE_RUNNING = "See a doctor or physiotherapist before you run again"

_BONE_SOURCE = Source(
    "Kahanov et al. 2015, stress fractures of the leg in runners, doi 10.2147/OAJSM.S39512",
    "https://doi.org/10.2147/OAJSM.S39512",
)
_BONE_ACT = "Do not run, hop or jump on it, and see a doctor before you run again."
_BONE_NOW = (
    "Do not run, hop or jump on it, and take weight off it where walking hurts. Have a doctor look "
    "at it today or tomorrow; at once if you cannot stand on it."
)
_BONE_TELL = (
    "where exactly, since when, what changed in training before, whether it hurts at rest, at "
    "night or on hopping; ask whether a bone stress injury has to be ruled out, and that early "
    "X-rays often miss one."
)
_SPINE_SOURCE = Source(
    "Finucane et al. 2020, international framework for red flags of the spine, "
    "doi 10.2519/jospt.2020.9971",
    "https://doi.org/10.2519/jospt.2020.9971",
)
_ENERGY_SOURCE = Source(
    "Mountjoy et al. 2023, IOC consensus on relative energy deficiency in sport, "
    "doi 10.1136/bjsports-2023-106994",
    "https://doi.org/10.1136/bjsports-2023-106994",
)
_COMPARTMENT_SOURCE = Source(
    "Fraipont & Adamson 2003, J Am Acad Orthop Surg 11:268-276",
    "https://journals.lww.com/jaaos/Fulltext/2003/07000/Chronic_Exertional_Compartment_Syndrome.6.aspx",
)

_NOW = (
    RedFlag(
        "chest-or-faint",
        "Chest pain or fainting",
        "now",
        "Did you have chest pain or pressure, did you faint or nearly faint while running, or are "
        "you short of breath as never before?",
        "Fainting or chest pain during exercise can come from the heart or a clot in the lung, and "
        "always has to be looked into.",
        f"Stop all exercise. {_EMERGENCY} if it is there now, came with breathlessness, or you "
        "fainted; else see a doctor today.",
        "what you were doing when it came, how long it lasted, whether you lost consciousness, and "
        "whether somebody in your family died young of the heart.",
        ("chest", "ribs", "upper-back", "neck", "shoulder", "belly"),
        noted=(
            "chest pain",
            "chest pressure",
            "fainted",
            "passed out",
            "breathless",
            "palpitations",
        ),
        onset=True,
        general=True,
        source=Source(
            "O'Connor et al. 1999, exercise-related syncope, Am Fam Physician 60:2001-2008",
            "https://www.aafp.org/pubs/afp/issues/1999/1101/p2001.html",
        ),
    ),
    RedFlag(
        "saddle-or-bladder",
        "Numb saddle, bladder or bowel",
        "now",
        "Is it numb between your legs or around the back passage, or has your bladder, your bowel "
        "or feeling there changed?",
        "The nerves at the lower end of the spine may be pressed; hours count.",
        f"Go to an emergency department at once. {_EMERGENCY} if you cannot get there.",
        "say “numb saddle” or what changed with bladder or bowel, since when, and whether both "
        "legs are weak or numb.",
        ("lower-back", "pelvis-back", "buttock", "groin", "thigh-back", "thigh-inner"),
        noted=("bladder", "bowel", "numb", "numbness"),
        onset=True,
        general=True,
        source=_SPINE_SOURCE,
    ),
    RedFlag(
        "weakness",
        "Growing weakness or numbness",
        "now",
        "Is a leg, a foot or an arm getting weaker, does the foot drop or drag, or is numbness "
        "spreading?",
        "A nerve may be pressed ever more, and not all that it loses comes back.",
        f"{_SAME_DAY}; at once if both legs are weak.",
        "which movement has become weak, since when, how fast it grew, and where it is numb.",
        (
            "neck",
            "shoulder",
            "upper-back",
            "lower-back",
            "pelvis-back",
            "buttock",
            "thigh-front",
            "thigh-outer",
            "thigh-back",
            "shin-front",
            "calf",
            "midfoot",
            "sole",
        ),
        noted=("numb", "numbness", "tingling", "weaker"),
        onset=True,
        source=_SPINE_SOURCE,
    ),
    RedFlag(
        "clot",
        "Swollen or warm calf",
        "now",
        "Is one calf or leg swollen, warm, reddened or darker, or does it throb though you rest?",
        "It may be a clot in a deep vein, which looks like a strained calf and can travel to the "
        "lung.",
        f"{_SAME_DAY}. Do not roll or massage it. {_EMERGENCY} with chest pain or breathlessness.",
        "which leg, since when, any long journey, bed rest, operation, pill, pregnancy or clot "
        "before.",
        ("calf", "achilles", "knee-back", "thigh-back", "thigh-inner", "shin-inner"),
        noted=("swollen", "swelling", "throbs", "throbbing"),
        onset=True,
        source=Source(
            "NHS, deep vein thrombosis",
            "https://www.nhs.uk/conditions/deep-vein-thrombosis-dvt/",
        ),
    ),
    RedFlag(
        "tight-stays",
        "Hard, numb lower leg that does not settle",
        "now",
        "Is the lower leg hard and tight with numbness or a weak foot, and does it not settle "
        "within the hour after you stop?",
        "Pressure may have risen so far within the muscle's sheath that blood does not get in; "
        "muscle and nerve stand that for a few hours.",
        f"Go to an emergency department at once. {_EMERGENCY} if you cannot walk.",
        "when it began, that rest does not settle it, whether moving the toes hurts, and where it "
        "is numb.",
        ("calf", "shin-front", "shin-inner"),
        noted=("numb", "numbness"),
        onset=True,
        source=_COMPARTMENT_SOURCE,
    ),
    RedFlag(
        "hot-joint",
        "Fever, or a hot joint",
        "now",
        "Do you have a fever or feel ill with it, or is a joint there hot, red and swollen?",
        "A joint or bone may be infected, which has to be treated at once.",
        f"{_SAME_DAY}.",
        "since when, how high the fever, any wound, injection or operation there, and whether you "
        "can still move the joint.",
        (),
        noted=("swollen", "swelling", "fever", "feverish"),
        onset=True,
        general=True,
        source=Source("NHS, septic arthritis", "https://www.nhs.uk/conditions/septic-arthritis/"),
    ),
    RedFlag(
        "achilles-pop",
        "Achilles “pop”",
        "now",
        "Did it come with a pop or like a kick from behind, or can you no longer rise on the toes "
        "of that foot?",
        "The Achilles tendon may have torn, and that is treated within days.",
        f"{_SAME_DAY}. No weight on it.",
        "that it popped, when, and whether you can rise on your toes.",
        ("achilles", "calf", "heel"),
        noted=("pop", "popped", "snap", "snapped", "bang"),
        onset=True,
        source=Source(
            "Bupa, Achilles tendon rupture",
            "https://www.bupa.co.uk/health-information/directory/a/achilles-tendon-rupture",
        ),
    ),
)

_BONE_SIGNS = (
    RedFlag(
        "bone-tender",
        "Tender spot on the bone",
        "before_running",
        "Is there one small spot on the bone, a fingertip wide, that hurts when you press it?",
        "A sore spot on the bone is what clinicians look for first.",
        _BONE_ACT,
        _BONE_TELL,
        _BONY,
        onset=True,
        source=_BONE_SOURCE,
        bone=True,
        urgent_regions=URGENT_BONES,
        act_now=_BONE_NOW,
    ),
    RedFlag(
        "bone-hop",
        "Pain on hopping",
        "before_running",
        "Does it hurt there when you land on that foot, stepping hard or hopping? (Do not try it "
        "if walking hurts: then say yes.)",
        "An injured bone hurts on impact.",
        _BONE_ACT,
        _BONE_TELL,
        _BONY,
        onset=True,
        source=_BONE_SOURCE,
        bone=True,
        urgent_regions=URGENT_BONES,
        act_now=_BONE_NOW,
    ),
    RedFlag(
        "bone-worsens",
        "Worse as you run, does not warm up",
        "before_running",
        "Does it get worse the further you run, and never warm up?",
        "Tendons often ease once they are warm; an injured bone does not.",
        _BONE_ACT,
        _BONE_TELL,
        _LEGS,
        onset=True,
        source=_BONE_SOURCE,
        bone=True,
        urgent_regions=URGENT_BONES,
        act_now=_BONE_NOW,
    ),
    RedFlag(
        "night-pain",
        "Pain at rest or at night",
        "before_running",
        "Does it hurt at rest, or wake you at night?",
        "Pain without load can mean bone, or something that is no running injury at all.",
        _BONE_ACT,
        _BONE_TELL,
        (*_LEGS, "lower-back", "upper-back", "ribs"),
        noted=(
            "at night",
            "at rest",
            "in bed",
            "cannot sleep",
            "can't sleep",
            "wakes me",
            "woke me",
        ),
        onset=True,
        source=_BONE_SOURCE,
        bone=True,
        urgent_regions=URGENT_BONES,
        act_now=_BONE_NOW,
    ),
    RedFlag(
        "limp",
        "Limping",
        "before_running",
        "Do you limp, or can you not put your full weight on it?",
        "Who limps while walking is not ready to run, and a limp from the hip or foot may be bone.",
        _BONE_ACT,
        _BONE_TELL,
        _LEGS,
        noted=(
            "limp",
            "limped",
            "limping",
            "cannot bear weight",
            "can't bear weight",
            "cannot walk",
            "can't walk",
        ),
        onset=True,
        source=_BONE_SOURCE,
        bone=True,
        urgent_regions=URGENT_BONES,
        act_now=_BONE_NOW,
    ),
)

_BEFORE = (
    RedFlag(
        "locking",
        "Locking or giving way",
        "before_running",
        "Does the joint lock or catch so that it will not straighten, or give way under you?",
        "Something inside the joint may be torn or loose.",
        f"{_BEFORE_RUNNING}; today if it is locked and will not straighten.",
        "whether there was a twist, whether it swelled within hours, and in which position it "
        "locks or gives way.",
        _JOINTS,
        noted=("locks", "locked up", "locking", "gives way", "giving way", "gave way"),
        onset=True,
        source=Source(
            "NHS Borders, acute meniscal tear: who to refer",
            "https://www.rightdecisions.scot.nhs.uk/borders-ref-help-toolkit/orthopaedic/knee/acute-meniscal-tear",
        ),
    ),
    RedFlag(
        "tight-on-exertion",
        "Numb, tight lower leg while running",
        "before_running",
        "Does the lower leg go tight and numb at about the same point of each run, and settle "
        "within minutes once you stop?",
        "Pressure in the muscle's sheath, or an artery that is pinched behind the knee, does that; "
        "neither goes away by running through it.",
        f"{_BEFORE_RUNNING}; at once if it does not settle with rest.",
        "after how many minutes it comes, how fast it goes, which toes go numb, and whether the "
        "foot turns pale or cold.",
        ("calf", "shin-front", "shin-inner"),
        noted=("numb", "numbness", "tingling"),
        onset=True,
        source=_COMPARTMENT_SOURCE,
    ),
    RedFlag(
        "unimproved",
        "Two to three weeks without getting better",
        "before_running",
        "Has it not become better for two to three weeks, though you took load off?",
        "What does not settle in that time deserves a look before more load.",
        f"{_BEFORE_RUNNING}.",
        "since when, what you left out and what you tried, and what the diary says of it.",
        (),
        onset=False,
        source=Source("NHS, sports injuries", "https://www.nhs.uk/conditions/sports-injuries/"),
    ),
    RedFlag(
        "new-asymmetry",
        "Sudden new asymmetry with pain",
        "before_running",
        "Has your running changed suddenly to one side since this pain is there?",
        "A sudden large change of sides together with pain may mean that you protect something.",
        f"{_BEFORE_RUNNING}.",
        "which side is spared, since which run, and how far balance moved; that figure is a "
        "watch's, no diagnosis.",
        _LEGS,
        onset=False,
        source=Source("A convention of ours; no study is known to us"),
    ),
)

_MENTION = (
    RedFlag(
        "missed-periods",
        "Missed periods",
        "mention",
        "Have your periods stayed away for three months or more? (No, where you have none anyway.)",
        "It often means too little energy for the training, and bone suffers first.",
        "Mention it at your next visit; soon, if a bone hurts as well.",
        "since when, your training, and what and how much you eat.",
        (*_BONY, "lower-back"),
        onset=True,
        general=True,
        source=_ENERGY_SOURCE,
        suspicion=True,
    ),
    RedFlag(
        "weight-loss",
        "Weight lost without wanting to",
        "mention",
        "Have you lost weight without wanting to, or eaten much less than you train for?",
        "Too little energy weakens bone; weight lost without a reason needs one anyway.",
        "Mention it at your next visit; soon, if a bone hurts as well.",
        "how much in how many weeks, appetite, and your training.",
        (*_BONY, "lower-back"),
        onset=True,
        general=True,
        source=_ENERGY_SOURCE,
        suspicion=True,
    ),
    RedFlag(
        "earlier-bone-injury",
        "An earlier bone injury",
        "mention",
        "Have you had a stress fracture or another bone stress injury before?",
        "Up to one in five bone stress injuries is not the first.",
        "Mention it at your next visit; soon, if a bone hurts as well.",
        "which bone, when, and how it healed.",
        _BONY,
        onset=True,
        general=True,
        source=Source(
            "Hamstra-Wright et al. 2021, doi 10.3389/fspor.2021.665683",
            "https://pmc.ncbi.nlm.nih.gov/articles/PMC8192811",
        ),
        strength="cohort",
        suspicion=True,
    ),
)

FLAGS: Final[Mapping[str, RedFlag]] = {
    flag.slug: flag for flag in (*_NOW, *_BONE_SIGNS, *_BEFORE, *_MENTION)
}
"""All of them by their slugs, the most urgent first."""
