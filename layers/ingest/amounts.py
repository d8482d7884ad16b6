"""Amounts of money and land: their units, found in headings, notes and cells, and exact factors."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

from layers.ingest.table_values import number_of

UNITS: Mapping[str, Mapping[str, Decimal]] = MappingProxyType(
    {
        "investment_wan_yuan": {
            "万元": Decimal(1),
            "亿元": Decimal(10_000),
            "百万元": Decimal(100),
            "元": Decimal(1) / 10_000,
        },
        "site_area_ha": {
            "公顷": Decimal(1),
            "亩": Decimal(1) / 15,
            "平方米": Decimal(1) / 10_000,
            "平方千米": Decimal(100),
            "平方公里": Decimal(100),
            "ha": Decimal(1),
            "㎡": Decimal(1) / 10_000,
            "m²": Decimal(1) / 10_000,
            "m2": Decimal(1) / 10_000,
            "km²": Decimal(100),
            "km2": Decimal(100),
        },
        "stated_km2": {
            "平方千米": Decimal(1),
            "平方公里": Decimal(1),
            "km²": Decimal(1),
            "km2": Decimal(1),
            "公顷": Decimal(1) / 100,
            "亩": Decimal(1) / 1500,
        },
    }
)
"""What one of a unit is in the unit of the target; 1 ha = 15 mu exactly."""

_AMOUNT = re.compile(r"\s*([+-]?[\d.,]+)\s*(\D*?)\s*")
_UNIT_NOTE = re.compile(r"单位\s*[:：]\s*(\S+)")
_BRACKETED = re.compile(r"[(（\[【]\s*(?:单位\s*[:：]\s*)?(.*?)\s*[)）\]】]")


def unit_of(name: str, target: str, notes: Sequence[str]) -> str | None:
    """Return the unit that a heading, or else the notes above a table, state; null if none."""
    known = UNITS.get(target)
    if known is None:
        return None
    stated = [*_BRACKETED.findall(name), *_UNIT_NOTE.findall(" ".join(notes))]
    return next((unit for unit in stated if unit in known), None)


def amount_of(value: object, unit: str | None, units: Mapping[str, Decimal]) -> float | None:
    """Return an amount in the unit of the target; a unit in the cell goes before the column's."""
    text = "" if isinstance(value, bool) else str(value)
    match = _AMOUNT.fullmatch(text)
    number = number_of(value if isinstance(value, int | float) else match[1] if match else None)
    own = match[2] if match and isinstance(value, str) else ""
    factor = units.get(own or unit or "")
    if factor is None or number.value is None:
        return None
    return float(Decimal(str(number.value)) * factor)
