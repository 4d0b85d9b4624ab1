"""The pages of the ledger that the body speaks to: injuries, tests, breathing, sitting, pain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evenstride.answers.body_and_plan.ledger_page import Material, Page
from evenstride.body.finding_words import day_words
from evenstride.body.pattern import AREAS
from evenstride.domain.body import REGIONS, Feeling, place_words
from evenstride.domain.wording import count_words

if TYPE_CHECKING:
    from evenstride.domain.diary import Injury

_OWN_TEST: Final = "a difference is there; that it moves balance nobody has shown"
_OWN_WORDS: Final = "what you wrote down; whether it moves balance is not known"
ANKLE: Final = "ankle-lunge"
HIP_TESTS: Final = ("hip-internal-rotation", "hip-external-rotation")
_MOST_INJURIES: Final = 3
_HURTS: Final = 4
"""From this level on pain goes before tests, and a test that loads the place is not made."""
_TEST_OF_PART: Final = {
    "foot": ANKLE,
    "lower_leg": ANKLE,
    "knee": ANKLE,
    "thigh": HIP_TESTS[0],
    "hip": HIP_TESTS[0],
    "trunk": "trunk-rotation",
    "shoulder": "trunk-rotation",
}
"""The test that begins near a place."""
STRENGTH_TESTS: Final = ("heel-raise", "single-leg-bridge", "sit-to-stand", "hop", "y-balance")


def injury(m: Material) -> Page:
    """Tell of injuries; a direct one of foot or ankle puts the foot first."""
    if not m.injuries:
        return Page(
            "injury",
            "An old or direct injury",
            next="Write down what was ever injured, side and year, the foot and ankle above all.",
            question="injury",
            command="evenstride injury add",
            worth=58,
            worth_why="A sprained ankle years ago is easily forgotten and changes where to begin.",
        )
    direct_foot = [
        i for i in m.injuries if i.how in ("sudden", "surgery") and REGIONS[i.region].part == "foot"
    ]
    # What the advice rests on is among what is said, however much came after it.
    said = [*m.injuries[-_MOST_INJURIES:]]
    if direct_foot and not any(i in direct_foot for i in said):
        said = [direct_foot[-1], *said[1:]]
    test = ANKLE if direct_foot else _TEST_OF_PART[REGIONS[said[-1].region].part]
    made, name = test in m.findings, m.tests[test].name
    if made:
        following = _again(m, test)
    elif direct_foot:
        following = f"A direct injury of foot or ankle puts the foot first: {name}, both sides."
    else:
        following = f"Begin near it, on both sides: {name}."
    return Page(
        "injury",
        "An old or direct injury",
        tuple(_hurt(i) for i in said),
        (),
        "what you wrote down; a physio looks at the foot first after a direct injury"
        if direct_foot
        else _OWN_WORDS,
        following,
        "screen",
        test,
        f"evenstride screen how {test}",
        3 if made or _would_hurt(m, test) else 90 if direct_foot else 52,
        "An injured foot or ankle is the first place to look, and the test takes five minutes."
        if direct_foot
        else "It tells whether anything of it is left, and the test takes five minutes.",
    )


def _hurt(injury: Injury) -> str:
    over = "not over yet" if injury.ended is None else f"over since {day_words(injury.ended)}"
    words = over if injury.how == "unknown" else f"{injury.how}, {over}"
    place = _sentence_case(place_words(injury.region, injury.side))
    return f"{place} injured on {day_words(injury.began)} ({words})."


def _sentence_case(words: str) -> str:
    """Begin with a capital, and leave the names in it as they are."""
    return words[:1].upper() + words[1:]


def _again(m: Material, test: str) -> str:
    """Say when to repeat a test that was made: soon where one day's difference stands alone."""
    once = any(t.test == test and t.side and not t.repeated for t in m.facts.tested)
    when = "repeat it on another day" if once else "make it again in six to eight weeks"
    return f"{m.tests[test].name}: {when}."


def _would_hurt(m: Material, test: str) -> bool:
    """Tell whether a test loads a place that hurts."""
    painful = {s.region for s in m.facts.sore if s.feeling is Feeling.PAIN and s.level >= _HURTS}
    return bool(painful & set(m.tests[test].loads))


def test_words(m: Material, slugs: tuple[str, ...]) -> tuple[list[str], list[str], list[str]]:
    """Say of tests what speaks for their side, against it, and which were never made."""
    speaks_for, against, open_ones = [], [], []
    for slug in slugs:
        finding = m.findings.get(slug)
        if finding is None or finding.outcome in ("cannot_tell", "seen"):
            open_ones.append(slug)
        elif finding.outcome == "no_difference":
            against.append(finding.sentence)
        else:
            speaks_for.append(finding.sentence)
    return speaks_for, against, open_ones


def _of_tests(
    m: Material, source: str, label: str, slugs: tuple[str, ...], *, worth: int, why: str
) -> Page:
    speaks_for, against, open_ones = test_words(m, slugs)
    once = [t.test for t in m.facts.tested if t.test in slugs and t.side and not t.repeated]
    can = [slug for slug in (*once, *open_ones) if not _would_hurt(m, slug)]
    test = can[0] if can else slugs[0]
    if not can:
        worth = 3
        following = (
            f"{m.tests[test].name}: not while it hurts there."
            if _would_hurt(m, test)
            else _again(m, test)
        )
    elif test in once:
        worth, why = worth + 5, "One day's difference may be the error of the day."
        following = _again(m, test)
    else:
        following = f"{m.tests[test].name}: make it, three trials a side."
    return Page(
        source,
        label,
        tuple(speaks_for),
        tuple(against),
        _OWN_TEST if speaks_for else "your own tests" if against else "nothing known yet",
        following,
        "screen",
        test,
        f"evenstride screen how {test}",
        worth,
        why,
    )


def range_of_motion(m: Material) -> Page:
    """Tell how far ankles bend and hips turn: what is nearer to a complaint first."""
    felt = {REGIONS[s.region].part for s in m.facts.sore}
    hip_first = bool(felt & {"hip", "thigh", "trunk"}) and not felt & {"foot", "lower_leg"}
    return _of_tests(
        m,
        "range_of_motion",
        "Range of motion",
        (*HIP_TESTS, ANKLE) if hip_first else (ANKLE, *HIP_TESTS),
        worth=70,
        why="It takes five minutes, and a difference there chooses a side to work on.",
    )


def strength(m: Material) -> Page:
    """Tell what one leg does against the other."""
    return _of_tests(
        m,
        "strength",
        "Strength on one leg",
        STRENGTH_TESTS,
        worth=55,
        why="Only a test tells which side is lower; balance does not.",
    )


def breathing(m: Material) -> Page:
    """Tell of the signs of breath and trunk: a difference speaks for it, whichever way it is."""
    mine = [s for s in m.pattern.signs if s.test in AREAS["breath and trunk"]]
    differs, alike = (
        tuple(
            f"{s.name}: {s.sentence[:1].lower()}{s.sentence[1:]}" for s in mine if s.state in states
        )
        for states in (("fits", "opposite"), ("none",))
    )
    begun = any(s.state != "not_tested" for s in mine)
    little = not begun
    retest = [slug for slug in m.pattern.retest if slug in AREAS["breath and trunk"]]
    test = (
        retest[0]
        if retest
        else next((slug for slug, t in m.tests.items() if t.group == "top_to_toe"), "")
    )
    return Page(
        "breathing_and_trunk",
        "Breathing and trunk",
        differs,
        alike,
        "looked at, not measured; that it moves balance is a theory without a trial"
        if begun
        else "nothing known yet",
        f"{m.tests[test].name}: look at both sides." if test else "Look from top to toe.",
        "screen",
        test or None,
        f"evenstride screen how {test}" if test else "evenstride screen",
        50 if little else 8,
        "The physio's pattern is a hypothesis until both sides are looked at.",
    )


def sitting(m: Material) -> Page:
    """Tell how long the runner sits."""
    if m.sat_h is None:
        return Page(
            "sitting",
            "Sitting",
            next="Note for two weeks how long you sit.",
            question="diary",
            command="evenstride diary day --sat 9",
            worth=20,
            worth_why="It is a line in the diary.",
        )
    hours, days = m.sat_h
    said = f"You sit {hours:g} hours a day (median of {count_words(days, 'day')}, last four weeks)."
    long = any(e.name == "sitting" for e in m.facts.exposures)
    return Page(
        "sitting",
        "Sitting",
        (said,) if long else (),
        () if long else (said,),
        _OWN_WORDS,
        "Get up every half hour on the days of some runs, by lot: an experiment."
        if m.looked
        else "Get up every half hour on some days, and note by side what is sore after the runs.",
        "experiment_new" if m.looked else "diary",
        "sitting-breaks" if m.looked else None,
        "evenstride experiment new sitting-breaks" if m.looked else "evenstride diary",
        (45 if m.looked else 22) if long else 2,
        "It can be drawn by lot from run to run." if m.looked else "It is a line in the diary.",
    )


def pain(m: Material) -> Page:
    """Tell what hurts now, and whether it goes along with anything."""
    hurts = tuple(
        f"{_sentence_case(place_words(s.region, s.side))}: up to {s.level} of 10 within two weeks, "
        f"last {s.feeling.value} on {day_words(s.on_date)}."
        for s in m.facts.sore
    )
    nothing: tuple[str, ...] = ()
    if not hurts and m.free_on is not None:
        nothing = (f"Nothing hurts by your diary, last said on {day_words(m.free_on)}.",)
    painful = any(s.feeling is Feeling.PAIN and s.level >= _HURTS for s in m.facts.sore)
    if m.due:
        return Page(
            "pain",
            "Pain that is being protected",
            (*hurts, *m.goes_along),
            nothing,
            "what you wrote down; questions about it are open",
            f"Answer the questions first. {m.due}",
            "flags",
            None,
            "evenstride flags",
            120,
            "They tell whether it is safe to go on.",
        )
    return Page(
        "pain",
        "Pain that is being protected",
        (*hurts, *m.goes_along),
        nothing,
        "what you wrote down; a sore side may be protected or may be the busier one"
        if hurts or m.goes_along
        else "what you wrote down"
        if nothing
        else "nothing known yet",
        "Go on with the diary: what is sore, by side, after each run tells whether it moves with "
        + ("balance, contact time or load." if m.looked else "how much you run."),
        "diary",
        None,
        "evenstride diary",
        80 if painful else 42,
        "Pain comes first: with it a plan and an asymmetry mean something else."
        if painful
        else "Twenty seconds after a run.",
    )
