"""Recordings with every trouble that real ones have, for laws that must hold of any."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from gait_frames import frame

NAN = float("nan")


@st.composite
def recordings(draw):
    """Runs with walks, stops, holes, wild values, pauses and any recording interval."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = draw(st.integers(0, 900))
    longest = draw(st.sampled_from([1, 1, 4, 8, 14]))
    steps = rng.integers(1, longest + 1, n).astype(float)
    for _ in range(draw(st.integers(0, 3))):
        if n:
            steps[rng.integers(n)] += rng.integers(5, 400)
    t = np.cumsum(steps) - (steps[0] if n else 0.0)
    noise = 0.4 * rng.standard_normal(n) + 0.3 * np.sin(t / 90.0)
    columns = {
        "balance_left_pct": 49.0 + noise,
        "gct_ms": 250.0 - 8.0 * noise,
        "speed_m_s": 3.0 + 0.2 * noise,
        "cadence_spm": 170.0 + noise,
        "altitude_m": 100.0 + 5.0 * np.sin(t / 300.0),
        "lat_deg": 1e-4 * np.sin(t / 60.0),
        "lon_deg": 1e-4 * np.cos(t / 60.0),
    }
    troubles = {
        "stop": {"speed_m_s": 0.0, "cadence_spm": 0.0},
        "walk": {"speed_m_s": 1.4, "cadence_spm": 112.0},
        "hole": {"balance_left_pct": NAN},
        "wild": {"balance_left_pct": 24.0},
        "no contact": {"gct_ms": NAN},
        "no cadence": {"cadence_spm": NAN},
    }
    for trouble in draw(st.lists(st.sampled_from(sorted(troubles)), max_size=6)):
        a = int(rng.integers(0, n + 1))
        for name, value in troubles[trouble].items():
            columns[name][a : a + int(rng.integers(1, 120))] = value
    if draw(st.booleans()) and draw(st.booleans()):
        columns["balance_left_pct"][:] = NAN
    end = float(t[-1]) if n else 0.0
    pauses = []
    for _ in range(draw(st.integers(0, 2))):
        # Eighths of a second are exact in binary: a shift must not move them across a threshold.
        a = rng.integers(0, int(end) * 8 + 9) / 8.0
        pauses.append((float(a), float(a + rng.integers(8, 2400) / 8.0)))
    return frame(t_s=t, **columns), tuple(sorted(pauses))
