"""What supplied the balance: the watch, a pod, a strap or an app, as far as the file tells."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from evenstride.domain.recording import Device, Sensor
from evenstride.formats.fit.columns import native as native_column
from evenstride.formats.fit.columns import table, texts
from evenstride.formats.fit.profile import enum_name, fields, message_number
from evenstride.formats.fit.sessions import floats, given, ints

if TYPE_CHECKING:
    from evenstride.formats.fit.scan import Segment

CREATOR = 0
_ANTPLUS = 1
# ANT+ device type of running dynamics: absent from the profile's list, but what the Running
# Dynamics Pod, HRM-Run, HRM-Tri and Stryd call themselves when they send contact time and balance.
_RUNNING_DYNAMICS = 30
_GARMIN_FAMILY = {"garmin", "dynastream", "dynastream_oem"}

# Garmin products that measure balance, by their word in the profile (with the one-byte product
# numbers some watches write), and the name on the box.
_BALANCE_PRODUCTS = {
    "running_dynamics_pod": "Running Dynamics Pod",
    "hrm_run": "HRM-Run",
    "hrm_run_single_byte_product_id": "HRM-Run",
    "hrm4_run": "HRM4-Run",
    "hrm4_run_single_byte_product_id": "HRM4-Run",
    "hrm_tri": "HRM-Tri",
    "hrm_tri_single_byte_product_id": "HRM-Tri",
    "hrm_pro": "HRM-Pro",
    "hrm_pro_plus": "HRM-Pro Plus",
    "hrm_fit": "HRM-Fit",
    "hrm_fit_single_byte_product_id": "HRM-Fit",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One device of a recording, put together from all that the file says of it."""

    index: int | None
    device_type: int | None = None
    source: int | None = None
    manufacturer: str | None = None
    product: str | None = None
    product_name: str | None = None
    serial_number: str | None = None
    software: str | None = None


def product_word(manufacturer: str | None, product: int | None) -> str | None:
    """Return the profile's word for a product, its number where it has none."""
    if product is None:
        return None
    if manufacturer in _GARMIN_FAMILY or manufacturer is None:
        return enum_name("garmin_product", product) or str(product)
    return str(product)


def manufacturer_word(number: int | None) -> str | None:
    """Return a manufacturer's word, its number where the profile has none, None for 0."""
    if not number:
        return None
    return enum_name("manufacturer", number) or f"manufacturer {number}"


def devices(segment: Segment) -> list[Part]:
    """Return the devices of a recording, one each, in order of their first mention."""
    held = table(segment, message_number("device_info"))
    if held is None:
        return []
    n = len(held)
    names = texts(native_column(held, fields(held.number)["product_name"].number), n)
    software = floats(held, "software_version")
    merged: dict[tuple[int | None, int], Part] = {}
    for row, (index, kind, source, maker, product, serial) in enumerate(
        zip(
            ints(held, "device_index"),
            ints(held, "device_type"),
            ints(held, "source_type"),
            ints(held, "manufacturer"),
            ints(held, "product"),
            ints(held, "serial_number"),
            strict=True,
        )
    ):
        manufacturer = manufacturer_word(maker)
        version = given(software[row])
        found = Part(
            index,
            kind,
            source,
            manufacturer,
            product_word(manufacturer, product) if product else None,
            names[row],
            str(serial) if serial else None,
            f"{version:.2f}" if version else None,
        )
        # A device without an index cannot be told from another: each mention stands for itself.
        key = (index, -1 if index is not None else row)
        known = merged.get(key)
        if known is not None and _another(known, found):
            merged[index, -2 - row] = known  # its index was given to another device
            known = None
        merged[key] = found if known is None else _joined(known, found)
    return list(merged.values())


def _another(known: Part, found: Part) -> bool:
    """Whether a later message under the same index tells of another device."""
    pairs = ((known.product, found.product), (known.serial_number, found.serial_number))
    return any(a is not None and b is not None and a != b for a, b in pairs)


def _joined(known: Part, found: Part) -> Part:
    """Add what a later message says of the same device."""
    return replace(
        known,
        device_type=known.device_type if found.device_type is None else found.device_type,
        source=known.source if found.source is None else found.source,
        manufacturer=found.manufacturer or known.manufacturer,
        product=found.product or known.product,
        product_name=found.product_name or known.product_name,
        serial_number=found.serial_number or known.serial_number,
        software=found.software or known.software,
    )


def watch(segment: Segment, parts: list[Part]) -> Device:
    """Return the device that wrote the file, from `file_id` and its own `device_info`."""
    creator = next((p for p in parts if p.index == CREATOR), None)
    if creator is None and len(parts) == 1:
        creator = parts[0]
    held = table(segment, message_number("file_id"))
    if held is None:
        if creator is None:
            return Device()
        return Device(
            creator.manufacturer,
            creator.product_name or creator.product,
            creator.serial_number,
            creator.software,
        )
    n = len(held)
    manufacturer = manufacturer_word(ints(held, "manufacturer")[0])
    product = product_word(manufacturer, ints(held, "product")[0])
    name = texts(native_column(held, fields(held.number)["product_name"].number), n)[0]
    serial = ints(held, "serial_number")[0]
    return Device(
        manufacturer,
        name or product or (creator.product if creator else None),
        str(serial) if serial else (creator.serial_number if creator else None),
        creator.software if creator else None,
    )


def balance_sensor(parts: list[Part], device: Device) -> tuple[Sensor, bool]:
    """Say what supplied the native balance, and whether more than one sensor could have.

    In this order: a sensor that calls itself running dynamics; a product known to measure balance;
    a Stryd; the watch, where nothing else is there; else unknown.
    """
    dynamics = [
        p for p in parts if p.source in {_ANTPLUS, None} and p.device_type == _RUNNING_DYNAMICS
    ]
    products = [p for p in parts if p.product in _BALANCE_PRODUCTS]
    stryds = [p for p in parts if p.manufacturer == "stryd"]
    for candidates in (dynamics, products, stryds):
        if candidates:
            best = max(
                candidates, key=lambda p: (p.product is not None, p.manufacturer is not None)
            )
            distinct = {(p.product, p.serial_number) for p in candidates if p.product}
            return _sensor(best), len(distinct) > 1
    others = [p for p in parts if p.index != CREATOR and (p.product_name or p.product)]
    if device.manufacturer is not None and not [p for p in others if not _local(p)]:
        sensor = Sensor(
            device.product if device.product and " " in device.product else device.name,
            device.manufacturer,
            device.product,
            device.serial_number,
            "only_source",
        )
        return sensor, False
    return Sensor("unknown sensor", evidence="unknown"), False


def _local(part: Part) -> bool:
    """Whether a part is built into the watch, or is the watch itself."""
    return part.source in {5, None}


def _sensor(part: Part) -> Sensor:
    name = _BALANCE_PRODUCTS.get(part.product or "")
    manufacturer = part.manufacturer or ("garmin" if name else None)
    if name is None and manufacturer == "stryd":
        name = "Stryd"
    if name is None:
        name = part.product_name or " ".join(
            w for w in (part.manufacturer, part.product) if w and not w.startswith("manufacturer ")
        )
    return Sensor(name or "running dynamics sensor", manufacturer, part.product, part.serial_number)
