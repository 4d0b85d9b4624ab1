"""How balance and its changes are said to people: the side is always named, one module for all.

Inside, balance is the left share in percent and every difference in pp counts + toward the left;
outside, tables and figures read `48.6 L / 51.4 R` and sentences `51.4 % right`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.domain.estimate import Estimate

Units = Literal["km", "mi"]
"""What distances and paces are said in."""

METRES: dict[Units, float] = {"km": 1000.0, "mi": 1609.344}
"""How long a kilometre and a mile are [m]; the mile is the international one, exactly."""


def _halves(balance_left_pct: float) -> tuple[float, float]:
    """Left and right share, rounded so that they add up to 100."""
    left = round(balance_left_pct, 1)
    return left, round(100.0 - left, 1)


def balance_pair(balance_left_pct: float | None) -> str:
    """Return `48.6 L / 51.4 R`; an en dash when missing."""
    if balance_left_pct is None:
        return "–"
    left, right = _halves(balance_left_pct)
    return f"{left:.1f} L / {right:.1f} R"


def balance_words(balance_left_pct: float) -> str:
    """Return `51.4 % right`, `50.8 % left` or `even (50.0 %)`."""
    left, right = _halves(balance_left_pct)
    if left == right:
        return "even (50.0 %)"
    return f"{right:.1f} % right" if right > left else f"{left:.1f} % left"


def interval_words(low_left_pct: float, high_left_pct: float) -> str:
    """Say an interval of balance with its side: `51.1 to 51.7 % right`.

    An interval that holds 50 names both ends with their sides.
    """
    low, high = round(low_left_pct, 1), round(high_left_pct, 1)
    if high < 50.0:
        return f"{100 - high:.1f} to {100 - low:.1f} % right"
    if low > 50.0:
        return f"{low:.1f} to {high:.1f} % left"
    return f"{balance_words(low)} to {balance_words(high)}"


def toward(change_pp: float) -> str:
    """Say a change with its direction: `0.6 pp toward the left`."""
    if round(change_pp, 1) == 0.0:
        return "0.0 pp"
    return f"{abs(change_pp):.1f} pp toward the {'left' if change_pp > 0 else 'right'}"


def change_interval_words(change: Estimate) -> str:
    """Say the 95 % interval of a change: `0.2 to 1.0 pp toward the left`, or both ends."""
    low, high = round(change.low, 1), round(change.high, 1)
    if low > 0.0:
        return f"{low:.1f} to {high:.1f} pp toward the left"
    if high < 0.0:
        return f"{-high:.1f} to {-low:.1f} pp toward the right"
    return f"from {toward(low)} to {toward(high)}"


_HARMLESS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}\N{NO-BREAK SPACE}\u202f"
"""Signs that count as not printable, and that emoji, Persian, Hindi and French are written with."""


def printable(text: str) -> str:
    """Return a text from outside so that it cannot speak to a terminal: no control characters."""
    return "".join(
        c if c.isprintable() or c in _HARMLESS else "\N{REPLACEMENT CHARACTER}" for c in text
    )


def side_words(balance: Estimate) -> str:
    """Say on which side contact lasts longer, unless the interval holds 50: then that it does."""
    if balance.low > 50.0:
        return "longer on the left"
    if balance.high < 50.0:
        return "longer on the right"
    return "not distinguishable from even"


SLOWEST_PACE_M_S = 0.3
"""Who is slower than this stands, and has no pace."""


def pace_words(speed_m_s: float | None, units: Units = "km") -> str:
    """Return pace as people read it: `5:12 /km`; an en dash when missing or standing."""
    if speed_m_s is None or speed_m_s < SLOWEST_PACE_M_S:
        return "–"
    seconds = round(METRES[units] / speed_m_s)
    return f"{seconds // 60}:{seconds % 60:02d} /{units}"


def distance_words(distance_m: float | None, units: Units = "km", *, decimals: int = 1) -> str:
    """Return `12.3 km` or `7.6 mi`; an en dash when missing."""
    if distance_m is None:
        return "–"
    return f"{distance_m / METRES[units]:.{decimals}f} {units}"


def duration_words(seconds: float | None) -> str:
    """Return `1:02:05` or `42:10`; an en dash when missing."""
    if seconds is None:
        return "–"
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, secs = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{secs:02d}" if hours else f"{minutes}:{secs:02d}"


def count_words(n: int, singular: str, plural: str | None = None) -> str:
    """Return `1 run`, `3 runs`, `3,000 runs`."""
    return f"{n:,} {singular if n == 1 else plural or singular + 's'}"


def list_words(words: Sequence[str], last: Literal["and", "or"] = "and") -> str:
    """Return `a`, `a and b`, `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
