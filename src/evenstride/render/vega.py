"""Which drawing a figure gets: a Vega-Lite specification by the figure's kind.

A specification holds data, marks and instructions for the page's script (`usermeta.evenstride`).
Its colours are the stylesheet's tokens, and it says nothing to a screen reader: the page has the
same numbers in a table and names the figure itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenstride.render.vega_contributions import contributions_spec
from evenstride.render.vega_forest import forest_spec
from evenstride.render.vega_partial import partial_spec
from evenstride.render.vega_parts import Spec, with_width
from evenstride.render.vega_run import aligned_spec, histogram_spec, series_spec
from evenstride.render.vega_track import track_spec
from evenstride.render.vega_trend import trend_figure_spec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.domain.answer import Figure

__all__ = ["Spec", "spec", "trend_spec", "with_width"]


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
    if figure.kind == "trend":
        made = trend_figure_spec((figure,), units=units, height=height, overview=False)
    elif figure.kind == "series":
        made = series_spec(figure, units=units, height=height)
    elif figure.kind == "aligned":
        made = aligned_spec(figure, units=units, height=height)
    elif figure.kind == "track":
        made = track_spec(figure, units=units, width=width, height=height)
    elif figure.kind == "histogram":
        made = histogram_spec(figure, units=units, height=height)
    elif figure.kind == "forest":
        made = forest_spec(figure, height=height)
    elif figure.kind == "contributions":
        made = contributions_spec(figure, height=height)
    elif figure.kind == "partial":
        made = partial_spec(figure, units=units, height=height)
    else:
        raise ValueError(f"{figure.kind} is drawn elsewhere")
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
