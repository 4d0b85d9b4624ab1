"""The pages of the ledger that the body speaks to: injuries, tests, breathing, sitting, pain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evenstride.answers.body_and_plan.ledger_page import Known, Material, Page
from evenstride.answers.body_and_plan.other_side import side_of
from evenstride.body.finding_words import day_words, less_words, sign_words
from evenstride.body.judging import method_of
from evenstride.body.pattern import AREAS
from evenstride.body.retests import not_now
from evenstride.domain.body import REGIONS, Feeling, is_loaded, place_words
from evenstride.domain.wording import count_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.domain.body import Side
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
FOOT_TESTS: Final = (ANKLE, "heel-raise", "foot-posture", "big-toe", "arch")
"""Tests of foot and ankle, in the order in which they are made after a direct injury there."""
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
    if direct_foot:
        return _foot_first(m, direct_foot)
    said = m.injuries[-_MOST_INJURIES:]
    test = _TEST_OF_PART[REGIONS[said[-1].region].part]
    made = test in m.findings
    return Page(
        "injury",
        "An old or direct injury",
        tuple(_hurt(i) for i in said),
        (),
        _OWN_WORDS,
        _again(m, test) if made else f"Begin near it, on both sides: {m.tests[test].name}.",
        "screen",
        test,
        f"evenstride screen how {test}",
        3 if made or _would_hurt(m, test) else 52,
        "It tells whether anything of it is left, and the test takes five minutes.",
    )


def _foot_first(m: Material, direct: list[Injury]) -> Page:
    """Tell of a foot or ankle that was injured directly, with what its tests found since."""
    # What the advice rests on is among what is said, however much came after it.
    said = [*m.injuries[-_MOST_INJURIES:]]
    if not any(i in direct for i in said):
        said = [direct[-1], *said[1:]]
    sides = {i.side for i in direct}
    found = tuple(_apart(m, slug, sides) for slug in FOOT_TESTS if _side(m, slug))
    test, following, worth = _next_of_foot(m)
    return Page(
        "injury",
        "An old or direct injury",
        (*(_hurt(i) for i in said), *found),
        (),
        "what you wrote down, and what was found there since; a physio looks at the foot first "
        "after a direct injury, and that it moves balance nobody has shown"
        if found
        else "what you wrote down; a physio looks at the foot first after a direct injury",
        following,
        "screen",
        test,
        f"evenstride screen how {test}",
        worth,
        "An injured foot or ankle is the first place to look, and the test takes five minutes.",
        "foot_first" if found else "said",
    )


def _next_of_foot(m: Material) -> tuple[str, str, int]:
    """Choose what of the foot to test next, how it is said, and how much that is worth."""
    can = [slug for slug in FOOT_TESTS if not _would_hurt(m, slug)]
    if not can:
        return ANKLE, f"{m.tests[ANKLE].name}: not while it hurts there.", 3
    once = [t.test for t in m.facts.tested if t.test in can and t.side and not t.repeated]
    if once:
        return once[0], _again(m, once[0]), 88
    for slug in can:
        if slug not in m.findings or m.findings[slug].outcome == "cannot_tell":
            first = f"A direct injury of foot or ankle puts the foot first: {m.tests[slug].name}"
            return slug, f"{first}, both sides.", 90 if slug == ANKLE else 78
    return can[0], _again(m, can[0]), 3


def _side(m: Material, slug: str) -> Side | None:
    return side_of(m.findings[slug]) if slug in m.findings else None


def _apart(m: Material, slug: str, injured: set[Side]) -> str:
    """Say in short that a test names a side, and whether it is one that was injured."""
    found, side = m.findings[slug], _side(m, slug)
    test, method = m.tests[slug], method_of(m.tests[slug], found.method)
    words = f"less {test.where} {side}"
    if method is not None and found.sign:
        words = sign_words(method, found.sign)
    elif method is not None and found.difference is not None:
        words = f"{less_words(test, method, found.difference.value)}, beyond the error of the test"
    days = "on two days" if found.repeated else "on one day only"
    whose = "the injured" if side in injured else "the other"
    return f"Found there {days}: {test.name}, {words}; that is {whose} side."


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
    """Tell whether a test loads a place that hurts, or is not for now."""
    asked = m.tests[test]
    return not_now(test, m.facts) or any(
        is_loaded(sore.region, asked.loads, weight_bearing=asked.weight_bearing)
        for sore in m.facts.sore
        if sore.feeling is Feeling.PAIN and sore.level >= _HURTS
    )


def test_words(m: Material, slugs: tuple[str, ...]) -> tuple[list[str], list[str], list[str]]:
    """Say of tests what speaks for their side, against it, and which were never made."""
    speaks_for, against, open_ones = [], [], []
    for slug in slugs:
        finding = m.findings.get(slug)
        if finding is None or finding.outcome in ("cannot_tell", "seen"):
            open_ones.append(slug)
        elif finding.outcome == "no_difference":
            against.append(_said(m, slug))
        else:
            speaks_for.append(_said(m, slug))
    return speaks_for, against, open_ones


def _said(m: Material, slug: str) -> str:
    """Say what a test found, and that other days found the other side."""
    return " ".join(
        part for part in (m.findings[slug].sentence, m.other_side.get(slug, "")) if part
    )


def _known(m: Material, slugs: Sequence[str]) -> Known:
    """Tell how well a difference is known: on two days or one; of what was only seen, not well."""
    differs = [t for t in m.facts.tested if t.test in slugs and t.side and t.sign is None]
    if not differs:
        return "said"
    return "two_days" if any(t.repeated for t in differs) else "one_day"


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
        _known(m, slugs),
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


_STANDS: Final = {"fits": "that fits", "opposite": "what was found last is the opposite"}


def breathing(m: Material) -> Page:
    """Tell of the signs of breath and trunk: a difference speaks for it, whichever way it is."""
    mine = [s for s in m.pattern.signs if s.test in AREAS["breath and trunk"]]
    differs = tuple(
        f"{_said(m, s.test)} Typical would be {m.tests[s.test].typical}: {_STANDS[s.state]}."
        for s in mine
        if s.state in _STANDS
    )
    alike = tuple(_said(m, s.test) for s in mine if s.state == "none")
    known = _known(m, AREAS["breath and trunk"]) if differs else "said"
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
        f"{'looked at, not measured' if known == 'said' else 'your own tests'}; that it moves "
        "balance is a theory without a trial"
        if begun
        else "nothing known yet",
        f"{m.tests[test].name}: look at both sides." if test else "Look from top to toe.",
        "screen",
        test or None,
        f"evenstride screen how {test}" if test else "evenstride screen",
        50 if little else 8,
        "The physio's pattern is a hypothesis until both sides are looked at.",
        known,
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
    said = (
        f"You sit {round(hours, 1):g} hours a day (median of {count_words(days, 'day')}, last four "
        "weeks)."
    )
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
    known: Known = "own_runs" if m.goes_along else "said"
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
            known,
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
        known,
    )
