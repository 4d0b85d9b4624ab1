"""One step ahead on the thirty real runs of one runner: reported, nothing claimed."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

NOTES = """
Each run is foretold from those before it. Thirty runs are too few to tell these three apart: the
standard errors of the scores are as large as their differences.
"""

_DATA = Path(
    os.environ.get("EVENSTRIDE_TEST_DATA", Path(__file__).resolve().parents[2] / "shared" / "data")
)
_NAMES = {
    "trend": "the trend's model",
    "last_ten": "mean of the last ten runs",
    "local_level": "Gaussian local level by maximum likelihood",
}


def results(quick: bool = False) -> list[tuple[str, str, str, bool]]:  # noqa: ARG001
    """Measure; rows of (what, target, measured, met)."""
    from evenstride.answers import import_files, open_library
    from evenstride.answers.levels import days_of
    from evenstride.stats.scoring import score

    folder = _DATA / "one_runner"
    if not folder.is_dir():
        return [("the real runs are not on this machine", "reported", "–", True)]
    with tempfile.TemporaryDirectory() as name, open_library(Path(name) / "library") as lib:
        import_files(lib, [folder])
        series = lib.series("balance_left_pct")
    scores = score(days_of(series), series["value"].to_numpy(), series["se"].to_numpy(), scale=0.4)
    return [
        (
            f"{said}, {series.height} real runs",
            "reported",
            f"log score {scores[name].log_score:+.2f} ± {scores[name].log_score_se:.2f} a run, "
            f"95 % interval held {100 * scores[name].coverage:.0f} %",
            True,
        )
        for name, said in _NAMES.items()
    ]


if __name__ == "__main__":
    for row in results(quick="--quick" in sys.argv):
        print(*row, sep=" | ")
