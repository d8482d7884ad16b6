"""A bounding box in degrees, longitude first."""

import math
import re
from dataclasses import dataclass
from typing import Self

from geo.errors import InvalidBBoxError

_NUMBER = re.compile(r"\s*[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?\s*")
"""What float() takes beyond this (nan, 1_0, digits of other scripts) is no coordinate."""


@dataclass(frozen=True, slots=True)
class BBox:
    """A box west, south, east, north in degrees (CRS84 axis order).

    A box whose west is greater than its east crosses the antimeridian, as OGC API – Features
    Part 1, clause 7.15.3 allows.

    Examples
    --------
    >>> BBox.parse("116.85,36.45,117.15,36.70").contains(117.0, 36.6)
    True
    """

    west: float
    south: float
    east: float
    north: float

    def __post_init__(self) -> None:
        """Refuse numbers that are not a box on the globe."""
        values = self.as_tuple()
        if not all(math.isfinite(value) for value in values):
            raise InvalidBBoxError(
                "a bbox needs four finite numbers west,south,east,north",
                "bbox 需要四个有限数值：西,南,东,北",
            )
        longitudes_fit = -180 <= self.west <= 180 and -180 <= self.east <= 180
        latitudes_fit = -90 <= self.south <= self.north <= 90
        if not (longitudes_fit and latitudes_fit):
            raise InvalidBBoxError(
                "a bbox is west,south,east,north in degrees with south <= north",
                "bbox 以度为单位，依次为西,南,东,北，且南不大于北",
            )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the box that four (or, with heights, six) numbers name.

        Raises
        ------
        InvalidBBoxError
            If the text is not four or six numbers, or no box on the globe.
        """
        return cls(*cls.numbers(text))

    @staticmethod
    def numbers(text: str) -> tuple[float, float, float, float]:
        """Return the lower and the upper corner that a text names, without heights.

        Raises
        ------
        InvalidBBoxError
            If the text is not four or six finite numbers.
        """
        parts = text.split(",")
        if len(parts) not in (4, 6):
            raise InvalidBBoxError(
                f"a bbox has 4 or 6 numbers, {len(parts)} came",
                f"bbox 应为 4 个或 6 个数值，收到 {len(parts)} 个",
            )
        if not all(_NUMBER.fullmatch(part) for part in parts):
            raise InvalidBBoxError(
                "a bbox is made of numbers separated by commas",
                "bbox 由逗号分隔的数值组成",
            )
        numbers = [float(part) for part in parts]
        if not all(math.isfinite(number) for number in numbers):
            raise InvalidBBoxError(
                "a bbox is made of finite numbers",
                "bbox 的数值必须有限",
            )
        half = len(numbers) // 2
        return (numbers[0], numbers[1], numbers[half], numbers[half + 1])

    def as_tuple(self) -> tuple[float, float, float, float]:
        """Return west, south, east, north."""
        return (self.west, self.south, self.east, self.north)

    def contains(self, lon: float, lat: float) -> bool:
        """Tell whether a position lies in the box or on its edge."""
        if not self.south <= lat <= self.north:
            return False
        if self.west <= self.east:
            return self.west <= lon <= self.east
        return lon >= self.west or lon <= self.east

    def parts(self) -> tuple["BBox", ...]:
        """Return the box, cut in two at the antimeridian if it crosses it."""
        if self.west <= self.east:
            return (self,)
        return (
            BBox(self.west, self.south, 180.0, self.north),
            BBox(-180.0, self.south, self.east, self.north),
        )
