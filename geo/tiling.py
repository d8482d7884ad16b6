"""Tile matrix sets and the tiles in them (OGC 17-083r4, Two Dimensional Tile Matrix Set 2.0).

Every level of a set is a matrix of square tiles, counted from the north-western corner, twice
as many to each side as the level above. Inside a tile, positions are counted on a grid of
:data:`EXTENT` cells to each side, x to the east and y to the south.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.bbox import BBox
from geo.crs import STORAGE_CRS, to_crs, transformer
from geo.errors import TileMatrixSetNotFoundError, TileOutOfRangeError

EXTENT = 4096
"""Grid cells along the side of a tile, the extent that vector tiles have by custom."""

BUFFER = 128
"""Grid cells by which a tile reaches beyond its edge: 8 pixels where it is drawn in 256."""

TILE_PIXELS = 256
"""Pixels along the side of a tile in both sets (17-083r4, annexes D.1 and D.3)."""

_PIXEL_M = 0.00028  # the standard's rendering pixel, 17-083r4, clause 6.1
_RADIUS_M = 6378137.0
_HALF_EQUATOR_M = math.pi * _RADIUS_M


@dataclass(frozen=True, slots=True)
class TileMatrix:
    """One level of a set: its scale and its number of tiles.

    ``cell_size`` is the side of a pixel in the unit of the reference system.
    """

    zoom: int
    scale_denominator: float
    cell_size: float
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class TileLimits:
    """The first and last rows and columns of a level that have something in them."""

    zoom: int
    min_row: int
    max_row: int
    min_col: int
    max_col: int


@dataclass(frozen=True, slots=True)
class TileMatrixSet:
    """A pyramid of tiles over the world.

    ``west`` and ``north`` are the point of origin and ``side_at_zero`` the side of a tile of
    level 0, in the unit of ``crs`` (a code of geo.crs); ``unit_m`` is that unit in metres.
    """

    id: str
    title: str
    uri: str
    crs: str
    crs_uri: str
    ordered_axes: tuple[str, str]
    well_known_scale_set: str
    west: float
    north: float
    side_at_zero: float
    unit_m: float
    width_at_zero: int
    max_zoom: int

    def matrix(self, zoom: int) -> TileMatrix:
        """Return a level.

        Raises
        ------
        TileOutOfRangeError
            If the set has no such level.
        """
        if not 0 <= zoom <= self.max_zoom:
            raise TileOutOfRangeError(
                f"{self.id} has the levels 0 to {self.max_zoom}; ask for one of them",
                f"{self.id} 的级别为 0 至 {self.max_zoom}，请使用其中之一",
            )
        cell = self.side_at_zero / TILE_PIXELS / (1 << zoom)
        scale = cell * self.unit_m / _PIXEL_M
        return TileMatrix(zoom, scale, cell, self.width_at_zero << zoom, 1 << zoom)

    def matrices(self) -> tuple[TileMatrix, ...]:
        """Return all levels, the coarsest first."""
        return tuple(self.matrix(zoom) for zoom in range(self.max_zoom + 1))

    def tile(self, zoom: int, row: int, col: int) -> "Tile":
        """Return a tile, rows counted from the north and columns from the west.

        Raises
        ------
        TileOutOfRangeError
            If the set has no such level, or the level no such row or column.
        """
        matrix = self.matrix(zoom)
        if not (0 <= row < matrix.height and 0 <= col < matrix.width):
            raise TileOutOfRangeError(
                f"level {zoom} of {self.id} has the rows 0 to {matrix.height - 1} "
                f"and the columns 0 to {matrix.width - 1}",
                f"{self.id} 第 {zoom} 级的行号为 0 至 {matrix.height - 1}，"
                f"列号为 0 至 {matrix.width - 1}",
            )
        return Tile(self, zoom, row, col)

    def limits(self, bbox: BBox) -> tuple[TileLimits, ...]:
        """Return for each level the tiles that a box touches (17-083r4, clause 6.3)."""
        boxes = np.array([shapely.box(*part.as_tuple()) for part in bbox.parts()])
        west, south, east, north = shapely.total_bounds(self.project(boxes)).tolist()
        return tuple(
            TileLimits(
                matrix.zoom,
                _index((self.north - north) / side, matrix.height),
                _index((self.north - south) / side, matrix.height),
                _index((west - self.west) / side, matrix.width),
                _index((east - self.west) / side, matrix.width),
            )
            for matrix in self.matrices()
            for side in (matrix.cell_size * TILE_PIXELS,)
        )

    def project(self, geometries: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return geometries in degrees (EPSG:4490) in the reference system of the set.

        Edges stay straight between the moved vertices, as Leaflet draws GeoJSON, so that a tile
        and a GeoJSON layer of the same data lie on each other.
        """
        return to_crs(geometries, source=STORAGE_CRS, target=self.crs)


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile of a set; made by :meth:`TileMatrixSet.tile`, which knows the range."""

    matrix_set: TileMatrixSet
    zoom: int
    row: int
    col: int

    @property
    def side(self) -> float:
        """The side of the tile, in the unit of the reference system."""
        return self.matrix_set.side_at_zero / (1 << self.zoom)

    @property
    def resolution(self) -> float:
        """The side of a grid cell, in the unit of the reference system.

        Nothing smaller can be told apart in the tile, so shapes are simplified by it.
        """
        return self.side / EXTENT

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north, in the unit of the reference system, without the buffer."""
        # Every edge by the same sum, so that neighbours share it to the last bit.
        west, east = (self.matrix_set.west + col * self.side for col in (self.col, self.col + 1))
        north, south = (self.matrix_set.north - row * self.side for row in (self.row, self.row + 1))
        return west, south, east, north

    def bbox(self, *, buffer: int = 0) -> BBox:
        """Return the box of the tile in degrees, ``buffer`` grid cells wider, on the globe."""
        reach, matrix_set = buffer * self.resolution, self.matrix_set
        west, south, east, north = self.bounds
        width = matrix_set.side_at_zero * matrix_set.width_at_zero
        x = np.clip((west - reach, east + reach), matrix_set.west, matrix_set.west + width)
        bottom = matrix_set.north - matrix_set.side_at_zero
        y = np.clip((south - reach, north + reach), bottom, matrix_set.north)
        lon, lat = transformer(matrix_set.crs, STORAGE_CRS).transform(x, y)
        lon, lat = np.clip(lon, -180.0, 180.0), np.clip(lat, -90.0, 90.0)
        return BBox(float(lon[0]), float(lat[0]), float(lon[1]), float(lat[1]))

    def local(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return positions in the reference system of the set as places on the tile's grid.

        They are counted on one grid over the whole level before the tile's own corner is
        taken off, so two tiles round a position alike and it lies in exactly one of them:
        the one in which 0 <= x < EXTENT and 0 <= y < EXTENT after rounding.
        """
        origin = np.array([self.matrix_set.west, self.matrix_set.north])
        corner = np.array([self.col, self.row], dtype=np.float64) * EXTENT
        step = np.array([self.resolution, -self.resolution])
        places: NDArray[np.float64] = (xy - origin) / step - corner
        return places


def _index(place: float, count: int) -> int:
    return min(max(math.floor(place), 0), count - 1)


WEB_MERCATOR_QUAD = TileMatrixSet(
    id="WebMercatorQuad",
    title="Google Maps Compatible for the World",
    uri="http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad",
    crs="EPSG:3857",
    crs_uri="http://www.opengis.net/def/crs/EPSG/0/3857",
    ordered_axes=("X", "Y"),
    well_known_scale_set="http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
    west=-_HALF_EQUATOR_M,
    north=_HALF_EQUATOR_M,
    side_at_zero=2 * _HALF_EQUATOR_M,
    unit_m=1.0,
    width_at_zero=1,
    max_zoom=24,
)

WORLD_CRS84_QUAD = TileMatrixSet(
    id="WorldCRS84Quad",
    title="CRS84 for the World",
    uri="http://www.opengis.net/def/tilematrixset/OGC/1.0/WorldCRS84Quad",
    crs="OGC:CRS84",
    crs_uri="http://www.opengis.net/def/crs/OGC/1.3/CRS84",
    ordered_axes=("Lon", "Lat"),
    well_known_scale_set="http://www.opengis.net/def/wkss/OGC/1.0/GoogleCRS84Quad",
    west=-180.0,
    north=90.0,
    side_at_zero=180.0,
    unit_m=math.radians(1.0) * _RADIUS_M,
    width_at_zero=2,
    max_zoom=23,
)

MATRIX_SETS: Mapping[str, TileMatrixSet] = MappingProxyType(
    {matrix_set.id: matrix_set for matrix_set in (WEB_MERCATOR_QUAD, WORLD_CRS84_QUAD)}
)
"""Every tile matrix set that onemap cuts tiles in, as the standard's registry defines it."""


def matrix_set_of(matrix_set_id: str) -> TileMatrixSet:
    """Return the tile matrix set of an id.

    Raises
    ------
    TileMatrixSetNotFoundError
        If it is not in :data:`MATRIX_SETS`.
    """
    found = MATRIX_SETS.get(matrix_set_id)
    if found is None:
        raise TileMatrixSetNotFoundError(
            f"there is no such tile matrix set; use one of {', '.join(MATRIX_SETS)}",
            f"没有这个瓦片矩阵集；可用：{'、'.join(MATRIX_SETS)}",
        )
    return found
