"""How a figure becomes a still picture: Vega-Lite drawn to SVG in this process, colours put in.

The font is our own, registered from the package: without a registered font the drawing would lose
all of its text.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from evenstride.render.palette import painted, palette
from evenstride.render.vega import spec, with_width

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evenstride.domain.answer import Figure
    from evenstride.domain.wording import Units
    from evenstride.render.vega import Spec


@cache
def _font_registered() -> None:
    import vl_convert

    with as_file(files("evenstride.render") / "assets" / "fonts") as folder:
        vl_convert.register_font_directory(str(folder))


def svg(
    drawn: Figure | Spec,
    *,
    width: int,
    height: int | None = None,
    colours: Mapping[str, str] | None = None,
    units: Units = "km",
) -> str:
    """Draw a figure, or a specification of `render.vega`, as SVG with text in Inter.

    Parameters
    ----------
    drawn
        Any kind but `beam`. A specification is not changed.
    width, height
        Of the whole picture and of its first plot [px]; a specification has its height already.
    colours
        Tokens to colours, as `render.palette.palette` gives them; the light theme when None.
    units
        `km` or `mi`; a specification has them already.
    """
    import vl_convert

    _font_registered()
    made = json.loads(json.dumps(drawn)) if isinstance(drawn, dict) else None
    if made is None:
        made = spec(drawn, units=units, height=height)  # type: ignore[arg-type]
    text = painted(json.dumps(with_width(made, width)), colours or palette("light"))
    drawing: str = vl_convert.vegalite_to_svg(text)
    return drawing
