"""The root of every error that onemap raises on purpose, and those of geometry.

::

    OnemapError                  anything a caller may want to catch
    ├── GeoError                 a geometric question that has no right answer
    │   ├── InvalidBBoxError     text or numbers that are no bounding box
    │   ├── UnknownCrsError      a reference system that is not in our list
    │   ├── CrsMismatchError     two inputs that stand in different systems
    │   ├── InvalidGeometryError a geometry that cannot be measured or repaired
    │   ├── OverlayError         an overlay whose parts do not add up to the whole
    │   ├── LayoutError          a share or an area that no position can reach
    │   └── TilingError          an address in a tiling that does not exist
    │       ├── TileMatrixSetNotFoundError  a tile matrix set that is not in our list
    │       └── TileOutOfRangeError         a zoom, row or column beyond the matrix set
    └── LayerError               see layers.errors

An error says what was wanted, what came and what to do. Leaves carry a stable ``code``; the
HTTP status of each stands in one table in the web room and nowhere else.
"""

from typing import ClassVar


class OnemapError(Exception):
    """Any failure that onemap foresees.

    Parameters
    ----------
    message
        English sentence: wanted, came, what to do.
    message_zh
        The same for the planner. Falls back to the English one.
    """

    code: ClassVar[str] = "onemap-error"

    def __init__(self, message: str, message_zh: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.message_zh = message_zh or message


class GeoError(OnemapError):
    """A geometric question that has no right answer."""

    code = "geometry-error"


class InvalidBBoxError(GeoError):
    """Text or numbers that are no bounding box."""

    code = "invalid-bbox"


class UnknownCrsError(GeoError):
    """A coordinate reference system that is not in our list."""

    code = "unknown-crs"


class CrsMismatchError(GeoError):
    """Two inputs that stand in different reference systems."""

    code = "crs-mismatch"


class InvalidGeometryError(GeoError):
    """A geometry that cannot be measured or repaired."""

    code = "invalid-geometry"


class OverlayError(GeoError):
    """An overlay whose parts do not add up to the whole."""

    code = "overlay-failed"


class LayoutError(GeoError):
    """A share or an area that no position can reach."""

    code = "layout-failed"


class TilingError(GeoError):
    """An address in a tiling that does not exist."""

    code = "tiling-error"


class TileMatrixSetNotFoundError(TilingError):
    """A tile matrix set that is not in our list."""

    code = "tile-matrix-set-not-found"


class TileOutOfRangeError(TilingError):
    """A zoom, row or column beyond the matrix set."""

    code = "tile-out-of-range"
