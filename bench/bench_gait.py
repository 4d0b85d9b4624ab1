"""What a run's measures cost, and how often their 95 % intervals hold the truth.

`results(quick)` gives rows of what, target, measured, and whether the target is met.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

_TESTS = Path(__file__).resolve().parents[1] / "tests"
for _folder in (_TESTS, _TESTS / "recovery"):
    if str(_folder) not in sys.path:
        sys.path.append(str(_folder))

# The simulators are those of the tests, found by the folders just added.
from run_worlds import World, coverage  # noqa: E402

from evenstride.gait import measure  # noqa: E402
from gait_frames import circle, frame  # noqa: E402

Row = tuple[str, str, str, bool]

BUDGET_MS = 1.0
LOW, HIGH = 0.93, 0.97

WITHIN = {
    **{f"{m} min": World(m) for m in (12, 20, 30, 60, 120, 180)},
    **{f"{m} min, smart recording": World(m, smart=True) for m in (12, 30, 90)},
    **{f"{m} min with stops at lights": World(m, breaks="lights") for m in (20, 60)},
    **{f"{m} min of intervals": World(m, breaks="intervals") for m in (12, 30, 60)},
    "60 min drifting 1 pp an hour": World(60, drift_pp_per_h=1.0),
    "30 min, SD 1.0 pp": World(30, sd_pp=1.0),
    "30 min, SD 0.25 pp": World(30, sd_pp=0.25, white_pp=0.1),
}
BEYOND = {
    "30 min, AR(1) of 30 s alone": World(30, slow_share=0.0, fast_s=(30.0, 30.0)),
    "120 min, AR(1) of 30 s alone": World(120, slow_share=0.0, fast_s=(30.0, 30.0)),
    "60 min, AR(1) of 150 s alone": World(60, slow_share=0.0, fast_s=(150.0, 150.0)),
    "30 min, white 0.2 pp each minute": World(30, minute_white_pp=0.2),
    "30 min, slow share 60 %": World(30, slow_share=0.6),
    "120 min, slow share 60 %": World(120, slow_share=0.6),
}

NOTES = """
The time is our own budget within an import, not a promise. Worlds marked "reported" lie outside
the noise that the errors assume: faster noise than a watch's smoothed numbers makes them too
careful, twice the slow share makes them too sure.
"""


def _hour() -> object:
    rng = np.random.default_rng(0)
    t = np.arange(3600.0)
    lat, lon = circle(t, radius_m=150.0, speed_m_s=3.0)
    stop = (t % 900.0) < 20.0
    noise = rng.normal(0.0, 1.0, t.size)
    return frame(
        3600,
        lat_deg=lat,
        lon_deg=lon,
        altitude_m=100.0 + 5.0 * np.sin(t / 200.0),
        speed_m_s=np.where(stop, 0.0, 3.0 + 0.1 * noise),
        cadence_spm=np.where(stop, 0.0, 170.0 + noise),
        gct_ms=250.0 + 4.0 * noise,
        balance_left_pct=np.where(rng.random(t.size) < 0.01, np.nan, 49.0 + 0.5 * noise),
    )


def speed(quick: bool) -> Row:
    """Time an hour at 1 Hz with all columns, stops and holes, after warm-up, in one process."""
    samples = _hour()
    for _ in range(20):
        measure(samples)
    spent = []
    for _ in range(200 if quick else 2000):
        start = time.perf_counter()
        measure(samples)
        spent.append(time.perf_counter() - start)
    middle, least = 1e3 * float(np.median(spent)), 1e3 * min(spent)
    return (
        "measures of an hour recorded at 1 Hz, warm, median (least)",
        f"<= {BUDGET_MS:.1f} ms",
        f"{middle:.2f} ({least:.2f}) ms",
        middle <= BUDGET_MS,
    )


def covered(quick: bool) -> list[Row]:
    """Simulate each world; outside of the model's own only too sure counts as missed."""
    batches = 10 if quick else 100
    rows: list[Row] = []
    for name, world in (WITHIN | BEYOND).items():
        found = coverage(world, np.random.default_rng(30), batches=batches, runs=40)
        margin = 1.96 * np.sqrt(found.mean * (1.0 - found.mean) / found.runs)
        inside = name in WITHIN
        target = f"{100 * LOW:.0f}–{100 * HIGH:.0f} %" if inside else "reported"
        measured = (
            f"{100 * found.mean:.1f} ± {100 * margin:.1f} % of {found.runs} runs; "
            f"SE {found.mean_se:.3f}, actual {found.mean_sd:.3f} pp; "
            f"thirds {100 * found.first_third:.1f} %, drift {100 * found.drift:.1f} %"
        )
        met = not inside or LOW - margin <= found.mean <= HIGH + margin
        rows.append((f"95 % interval of the run mean: {name}", target, measured, met))
    return rows


def results(quick: bool = False) -> list[Row]:
    """Measure everything; `quick` takes seconds, the long form some minutes."""
    return [speed(quick), *covered(quick)]


if __name__ == "__main__":
    for what, target, measured, met in results(quick="--quick" in sys.argv):
        print(f"| {what} | {target} | {measured} | {'yes' if met else 'NO'} |")
