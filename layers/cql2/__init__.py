"""The Common Query Language of the OGC (CQL2, 21-065r2) over columns in memory.

A filter is parsed once, bounded and checked, and evaluated by our own list of operators; no text
of it ever reaches a database.
"""

from layers.cql2.errors import InvalidFilterError
from layers.cql2.filter import Columns, Filter, Language, Queryables, parse
from layers.cql2.nodes import Kind
from layers.cql2.spatial import FilterCrs

__all__ = [
    "Columns",
    "Filter",
    "FilterCrs",
    "InvalidFilterError",
    "Kind",
    "Language",
    "Queryables",
    "parse",
]
