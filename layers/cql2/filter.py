"""A filter as a value, and the features that it selects."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from layers.cql2.columns import Column, value_of
from layers.cql2.errors import InvalidFilterError
from layers.cql2.nodes import Array, Box, Call, Constant, Interval, Kind, Node, Property
from layers.cql2.operators import OPERATORS
from layers.cql2.reading import Reader, canonical, from_json, from_text
from layers.cql2.spatial import FilterCrs, box_shape, placed
from layers.cql2.values import Items, Operand, Span, Value, expect, single
from layers.errors import InvalidQueryError

Language = Literal["cql2-text", "cql2-json"]
Columns = Mapping[str, Column]
Queryables = Mapping[str, Kind]


@dataclass(frozen=True, slots=True)
class Filter:
    """A CQL2 filter (OGC 21-065r2) that has been read and checked.

    ``canonical`` is its cql2-json in one spelling, by which filters are equal;
    ``properties`` are the names that it asks for.
    """

    canonical: str
    properties: frozenset[str]
    _root: Node = field(repr=False, compare=False)

    def mask(
        self, columns: Columns, queryables: Queryables, *, filter_crs: FilterCrs | None = None
    ) -> NDArray[np.bool_]:
        """Return which features the filter selects.

        Parameters
        ----------
        columns
            Columns of one length by name, as ``dict(frame.items())`` gives; a queryable without a
            column is null throughout. Instants may be ISO 8601 texts or datetimes (UTC);
            geometries are in CRS84, their coordinates finite.
        queryables
            The kind of each property that may be asked for.
        filter_crs
            Takes the filter's geometries to CRS84, where they are not in it already.

        Raises
        ------
        InvalidFilterError
            If a property is no queryable or an operator does not work on its kind.
        """
        rows = len(next(iter(columns.values()), ()))
        scope = _Scope(columns, queryables, filter_crs, np.full(rows, None))
        found = expect(scope.evaluate(self._root), "the filter as a whole", "boolean")
        return np.broadcast_to(found.values & found.known, (rows,)).copy()


def parse(text: str, lang: str = "cql2-text") -> Filter:
    """Return the filter that a text in cql2-text or cql2-json stands for.

    Raises
    ------
    InvalidFilterError
        If it is no CQL2, calls an unknown function, or is too large.
    InvalidQueryError
        If ``lang`` is neither of the two.

    Examples
    --------
    >>> parse("stage = '建设'").canonical
    '{"args":[{"property":"stage"},"建设"],"op":"="}'
    """
    read = _LANGUAGES.get(lang)
    if read is None:
        raise InvalidQueryError(
            f"filter-lang is one of {', '.join(get_args(Language))}",
            f"filter-lang 应为：{'、'.join(get_args(Language))}",
            parameter="filter-lang",
            allowed=get_args(Language),
        )
    tree, reader = read(text), Reader()
    root = reader.node(tree)
    return Filter(_encodable(canonical(tree)), frozenset(reader.properties), root)


_LANGUAGES: Mapping[str, Callable[[str], Any]] = MappingProxyType(
    {"cql2-text": from_text, "cql2-json": from_json}
)


@dataclass(frozen=True, slots=True)
class _Scope:
    """What the names of a filter mean in one evaluation; each column is read once."""

    columns: Columns
    queryables: Queryables
    filter_crs: FilterCrs | None
    nothing: NDArray[np.object_]
    read: dict[str, Value] = field(default_factory=dict)

    def evaluate(self, node: Node) -> Operand:
        """Return what a part of the filter is for all features."""
        return _EVALUATIONS[type(node)](self, node)

    def property(self, node: Property) -> Value:
        """Return a column, or null where the collection has none for a queryable."""
        if node.name not in self.read:
            self.read[node.name] = self._column(node.name)
        return self.read[node.name]

    def _column(self, name: str) -> Value:
        kind = self.queryables.get(name)
        if kind is None:
            raise InvalidFilterError(
                "the filter asks for a property that is not queryable; see allowed",
                "筛选条件使用了不可查询的属性；可用属性见 allowed",
                allowed=tuple(self.queryables),
            )
        return value_of(self.columns.get(name, self.nothing), kind)

    def constant(self, node: Constant) -> Value:
        """Return a literal; a geometry is taken to CRS84."""
        if node.kind == "geometry":
            return placed(node.value, self.filter_crs)
        return single(node.kind, node.value)

    def box(self, node: Box) -> Value:
        """Return the shape of a bounding box in CRS84."""
        return placed(box_shape(node, geographic=self.filter_crs is None), self.filter_crs)

    def interval(self, node: Interval) -> Span:
        """Return the ends of an interval."""
        return Span(self._end(node.start), self._end(node.end))

    def _end(self, node: Node | None) -> Value | None:
        if node is None:
            return None
        return expect(self.evaluate(node), "INTERVAL", "date", "timestamp")

    def array(self, node: Array) -> Items:
        """Return the values of a list."""
        return Items(tuple(map(self.evaluate, node.items)))

    def call(self, node: Call) -> Value:
        """Return the result of an operator."""
        return OPERATORS[node.name].evaluate([self.evaluate(part) for part in node.arguments])


_EVALUATIONS: Mapping[type, Callable[[_Scope, Any], Operand]] = MappingProxyType(
    {
        Property: _Scope.property,
        Constant: _Scope.constant,
        Box: _Scope.box,
        Interval: _Scope.interval,
        Array: _Scope.array,
        Call: _Scope.call,
    }
)


def _encodable(text: str) -> str:
    r"""Refuse half characters that came as \ud800 in JSON."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidFilterError(
            "the filter holds half a character (a lone surrogate); send valid Unicode",
            "筛选条件含有不完整的字符，请使用有效的 Unicode 文本",
        ) from error
    return text
