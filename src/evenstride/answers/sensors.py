"""How it is told that a runner has used several sensors, which do not agree with one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from evenstride.answers.levels import Level
    from evenstride.answers.rows import SensorRow
    from evenstride.domain.estimate import Estimate

UNKNOWN = "an unknown sensor"
SERIAL_MARK = " …"
"""What stands between a sensor's name and the end of its serial number."""
_SERIAL_END = 4


def told_apart(series: pl.DataFrame) -> pl.DataFrame:
    """Name sensors of one model by the end of their serial number too, where there are several.

    A lost pod replaced by the same model is another sensor, worn in another place.
    """
    models = series.group_by("sensor").agg(pl.col("sensor_serial_number").drop_nulls().n_unique())
    several = models.filter(pl.col("sensor_serial_number") > 1)["sensor"].drop_nulls()
    named = pl.col("sensor").is_in(several.implode()) & pl.col("sensor_serial_number").is_not_null()
    end = pl.col("sensor_serial_number").str.tail(_SERIAL_END)
    name = pl.format(f"{{}}{SERIAL_MARK}{{}}", pl.col("sensor"), end)
    return series.with_columns(sensor=pl.when(named).then(name).otherwise(pl.col("sensor")))


def sensor_rows(balance: Level) -> tuple[SensorRow, ...]:
    """Tabulate the sensors and what each reads more than the present one; none if there is one.

    The present sensor comes last, with 0 by definition; the others in the order they came.
    """
    offsets = balance.trend.offsets
    if not offsets:
        return ()
    present = balance.sensor[-1]
    others = [code for code in range(len(balance.sensors)) if code != present]
    return (
        *(
            _row(balance, code, offsets[code].value, offsets[code].low, offsets[code].high)
            for code in others
        ),
        _row(balance, int(present), 0.0, 0.0, 0.0),
    )


def _row(balance: Level, code: int, offset_pp: float, low: float, high: float) -> SensorRow:
    return {
        "sensor": balance.sensors[code],
        "runs": int((balance.sensor == code).sum()),
        "offset_pp": offset_pp,
        "low": low,
        "high": high,
    }


def sensor_sentences(balance: Level) -> list[str]:
    """Say how the other sensors read beside the present one, whose reading the level is; or none.

    Like `HRM-Run reads 0.4 pp further left than Running Dynamics Pod (95 % interval: 0.1 to 0.7 pp
    further left): the level is as Running Dynamics Pod reads it.`
    """
    offsets = balance.trend.offsets
    if not offsets:
        return []
    present = balance.sensors[balance.sensor[-1]] or UNKNOWN
    said = [
        f"{balance.sensors[code] or UNKNOWN} reads {_beside(offset, present)}"
        for code, offset in sorted(offsets.items())
    ]
    sentence = "; ".join(said)
    return [f"{sentence[0].upper()}{sentence[1:]}: the level is as {present} reads it."]


def _beside(offset: Estimate, present: str) -> str:
    """Say an offset and its interval with their sides."""
    interval = f"95 % interval: {_further(offset.low, offset.high)}"
    if round(offset.value, 1) == 0.0:
        return f"as {present} does, to 0.1 pp ({interval})"
    return f"{_one(offset.value)} than {present} ({interval})"


def _further(low_pp: float, high_pp: float) -> str:
    low, high = round(low_pp, 1), round(high_pp, 1)
    if low > 0.0:
        return f"{low:.1f} to {high:.1f} pp further left"
    if high < 0.0:
        return f"{-high:.1f} to {-low:.1f} pp further right"
    return f"{_one(low)} to {_one(high)}"


def _one(pp: float) -> str:
    if round(pp, 1) == 0.0:
        return "0.0 pp"
    return f"{abs(pp):.1f} pp further {'left' if pp > 0.0 else 'right'}"
