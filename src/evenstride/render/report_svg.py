"""What the report's drawings are made of: a scale, a text, an SVG that carries its own sheet."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from evenstride.domain.wording import printable


@dataclass(frozen=True, slots=True)
class Scale:
    """A linear map from data to the drawing."""

    low: float
    high: float
    from_: float
    to: float

    def __call__(self, value: float) -> float:
        """Place a value on the drawing [px]."""
        share = (value - self.low) / (self.high - self.low)
        return round(self.from_ + share * (self.to - self.from_), 2)


def written(x: float, y: float, text: str, *, kind: str = "", anchor: str = "start") -> str:
    """Write a text; what it says is escaped, control characters are made seen."""
    classed = f' class="{kind}"' if kind else ""
    said = escape(printable(text))
    return f'<text{classed} x="{x:g}" y="{y:g}" text-anchor="{anchor}">{said}</text>'


def drawing(width: float, height: float, inside: str, style: str) -> str:
    """Wrap parts into an SVG element; a style makes it stand alone."""
    styled = f"<style>{style}</style>" if style else ""
    return (
        f'<svg class="drawing" xmlns="http://www.w3.org/2000/svg" width="{width:g}" '
        f'height="{height:g}" viewBox="0 0 {width:g} {height:g}">{styled}{inside}</svg>'
    )
