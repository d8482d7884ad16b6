"""What is asked of a collection, as one value."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.bbox import BBox
from geo.crs import CRS84, ReferenceSystem, read_from
from layers.cql2 import Filter, FilterCrs

_EDGE_PARTS = 400


@dataclass(frozen=True, slots=True)
class SortKey:
    """A property by whose values features are put in order."""

    name: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class FeatureQuery:
    """A question to one collection; what is left out does not narrow the answer.

    Parameters
    ----------
    bbox
        Only features whose geometry intersects the box.
    filters
        For each filter or queryable of the collection the values of which one has to hold.
        Different filters hold together.
    text
        Words that all occur in the names and aliases, in Chinese or English.
    where, where_crs
        A CQL2 filter, and the system in which its geometries are given.
    sort
        What orders the features, the first key first; table order decides ties.
    """

    bbox: BBox | None = None
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    text: str = ""
    where: Filter | None = None
    where_crs: ReferenceSystem = CRS84
    sort: tuple[SortKey, ...] = ()

    def filter_crs(self) -> FilterCrs | None:
        """Return what takes the filter's geometries to degrees, null if they are in CRS84."""
        if self.where_crs == CRS84:
            return None
        return lambda shape: _stored(shape, self.where_crs)

    def words(self) -> tuple[str, ...]:
        """Return the words of the text, folded as :func:`fold` does."""
        return tuple(fold(self.text).split())


ALL = FeatureQuery()
"""The query that every feature answers."""


def fold(text: str) -> str:
    """Return text without differences of case, width and compatibility form.

    Examples
    --------
    >>> fold("ＣＢＤ Park")
    'cbd park'
    """
    return unicodedata.normalize("NFKC", text).casefold()


def _stored(shape: BaseGeometry, system: ReferenceSystem) -> BaseGeometry:
    """Return a shape in degrees; its edges in metres get vertices, since they bend."""
    if not system.degrees and 0 < shape.length < float("inf"):
        shape = shapely.segmentize(shape, shape.length / _EDGE_PARTS)
    moved: BaseGeometry = read_from(np.array([shape], dtype=object), system)[0]
    return moved
