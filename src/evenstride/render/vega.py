"""Which drawing a figure gets: a Vega-Lite specification by the figure's kind.

A specification holds data, marks and instructions for the page's script (`usermeta.evenstride`).
Its colours are the stylesheet's tokens, and it says nothing to a screen reader: the page has the
same numbers in a table and names the figure itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenstride.render.vega_contributions import contributions_spec
from evenstride.render.vega_evidence import evidence_spec
from evenstride.render.vega_forest import forest_spec
from evenstride.render.vega_laps import laps_spec
from evenstride.render.vega_paired import paired_spec
from evenstride.render.vega_partial import partial_spec
from evenstride.render.vega_parts import Spec, with_width
from evenstride.render.vega_power import power_spec
from evenstride.render.vega_run import aligned_spec, histogram_spec, series_spec
from evenstride.render.vega_track import track_spec
from evenstride.render.vega_trend import trend_figure_spec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from evenstride.domain.answer import Figure

__all__ = ["Spec", "spec", "trend_spec", "with_width"]

_DRAWN: Mapping[str, Callable[[Figure, str, int | None, int | None], Spec]] = {
    "trend": lambda f, u, _, h: trend_figure_spec((f,), units=u, height=h, overview=False),
    "series": lambda f, u, _, h: series_spec(f, units=u, height=h),
    "aligned": lambda f, u, _, h: aligned_spec(f, units=u, height=h),
    "track": lambda f, u, w, h: track_spec(f, units=u, width=w, height=h),
    "histogram": lambda f, u, _, h: histogram_spec(f, units=u, height=h),
    "forest": lambda f, _u, _w, h: forest_spec(f, height=h),
    "contributions": lambda f, _u, _w, h: contributions_spec(f, height=h),
    "partial": lambda f, u, _, h: partial_spec(f, units=u, height=h),
    "evidence": lambda f, _u, _w, h: evidence_spec(f, height=h),
    "paired": lambda f, _u, _w, h: paired_spec(f, height=h),
    "power": lambda f, _u, _w, h: power_spec(f, height=h),
    "laps": lambda f, u, _, h: laps_spec(f, units=u, height=h),
}
"""By a figure's kind; called with the figure, units, width and height."""


def spec(
    figure: Figure, *, units: str = "km", width: int | None = None, height: int | None = None
) -> Spec:
    """Return the Vega-Lite specification of a figure.

    Parameters
    ----------
    figure
        Any kind but `beam`, which `render.beam_svg` draws.
    units
        `km` or `mi`, for pace.
    width, height
        Of the whole figure and of its (first) plot [px]. Without a width the page's script gives
        it the width it finds.

    Raises
    ------
    ValueError
        A beam.
    """
    draw = _DRAWN.get(figure.kind)
    if draw is None:
        raise ValueError(f"{figure.kind} is drawn elsewhere")
    made = draw(figure, units, width, height)
    return made if width is None else with_width(made, width)


def trend_spec(
    figures: Sequence[Figure],
    *,
    units: str = "km",
    width: int | None = None,
    height: int | None = None,
    overview: bool = True,
) -> Spec:
    """Return one specification of several trends above each other on one time axis.

    Parameters
    ----------
    figures
        Kind `trend`, balance first.
    units, width, height
        As for `spec`.
    overview
        Whether a strip below shows the whole time; dragging over it zooms the panels.
    """
    made = trend_figure_spec(figures, units=units, height=height, overview=overview)
    return made if width is None else with_width(made, width)
