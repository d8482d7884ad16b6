"""From cql2-text or cql2-json to the parts of a filter."""

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn

import cql2

from layers.cql2.bounds import (
    MAX_DEPTH,
    MAX_JSON_BYTES,
    MAX_LIST,
    MAX_OPERATORS,
    Position,
    check_size,
    check_text,
    exact,
    too_deep,
)
from layers.cql2.errors import InvalidFilterError
from layers.cql2.literals import OPEN, box, day, geometry, instant, moment, scalar
from layers.cql2.nodes import Array, Call, Constant, Interval, Node, Property
from layers.cql2.operators import OPERATORS

_COLUMN = re.compile(r"--> (\d+):(\d+)")


def from_text(text: str) -> Any:  # noqa: ANN401 - JSON
    """Return the JSON of a filter in cql2-text.

    Raises
    ------
    InvalidFilterError
        If it is too large or no CQL2.
    """
    positions = iter(check_text(text))
    try:
        tree = cql2.parse_text(text).to_json()
    except Exception as error:  # bare ones too: the parser has them for some shapes
        raise _not_cql2(_COLUMN.search(str(error))) from error
    return _restored(tree, positions)


def from_json(text: str) -> Any:  # noqa: ANN401 - JSON
    """Return the JSON of a filter in cql2-json.

    Raises
    ------
    InvalidFilterError
        If it is too large, no JSON, or has a name twice or a number that would lose digits.
    """
    check_size(text, MAX_JSON_BYTES)
    try:
        return json.loads(
            text,
            parse_int=lambda token: int(exact(token)),
            parse_float=exact,
            parse_constant=_no_number,
            object_pairs_hook=_without_repeats,
        )
    except RecursionError as error:
        raise too_deep() from error
    except ValueError as error:
        raise InvalidFilterError(
            "the filter is no JSON; for cql2-text say filter-lang=cql2-text",
            "筛选条件不是有效的 JSON；若为文本形式请用 filter-lang=cql2-text",
        ) from error


class Reader:
    """Turns the JSON of a filter into nodes and keeps what it met on the way."""

    def __init__(self) -> None:
        self.properties: set[str] = set()
        self._calls = 0

    def node(self, value: object, depth: int = 0) -> Node:
        """Return the node of a JSON value.

        Raises
        ------
        InvalidFilterError
            If it is none, or the filter is too large.
        """
        if depth > MAX_DEPTH:
            raise too_deep()
        if isinstance(value, dict):
            shape = _SHAPES.get(frozenset(value))
            if shape is None:
                raise _not_cql2()
            return shape(self, value, depth + 1)
        if isinstance(value, list):
            return self._array(value, depth + 1)
        if isinstance(value, str | bool | int | float) and _is_finite(value):
            return scalar(value)
        raise _not_a_value()

    def call(self, value: Mapping[str, Any], depth: int) -> Call:
        """Return a call of an operator on the list, with as many arguments as it takes."""
        name, arguments = _official(value["op"]), value["args"]
        if name is None:
            raise InvalidFilterError(
                "the filter calls a function that is not offered; see allowed",
                "筛选条件使用了未提供的函数；可用函数见 allowed",
                allowed=tuple(OPERATORS),
            )
        if not isinstance(arguments, list) or not OPERATORS[name].takes(len(arguments)):
            raise InvalidFilterError(
                f"{name} takes {OPERATORS[name].arity} arguments; another number came",
                f"{name} 需要 {OPERATORS[name].arity} 个参数；数量不符",
            )
        self._calls += 1
        if self._calls > MAX_OPERATORS:
            raise too_deep()
        return Call(name, tuple(self.node(argument, depth) for argument in arguments))

    def reference(self, value: Mapping[str, Any], _depth: int) -> Property:
        """Return a reference to a property."""
        name = value["property"]
        if not isinstance(name, str):
            raise _not_cql2()
        self.properties.add(name)
        return Property(name)

    def interval(self, value: Mapping[str, Any], depth: int) -> Interval:
        """Return an interval of literals or properties."""
        ends = value["interval"]
        if not isinstance(ends, list) or len(ends) != 2:
            raise _not_cql2()
        start, end = (self._end(part, depth) for part in ends)
        if isinstance(start, Constant) and isinstance(end, Constant) and start.value > end.value:
            raise InvalidFilterError(
                "an interval ends before it begins; put the earlier instant first",
                "区间的结束早于开始；请先写较早的时间",
            )
        return Interval(start, end)

    def _end(self, part: object, depth: int) -> Node | None:
        if part == OPEN:
            return None
        return instant(part) if isinstance(part, str) else self.node(part, depth)

    def _array(self, values: list[Any], depth: int) -> Array:
        if len(values) > MAX_LIST:
            raise InvalidFilterError(
                f"a list has at most {MAX_LIST} values, {len(values)} came",
                f"列表最多 {MAX_LIST} 个值，收到 {len(values)} 个",
            )
        return Array(tuple(self.node(value, depth) for value in values))


_SHAPES: Mapping[frozenset[str], Callable[[Reader, Mapping[str, Any], int], Node]] = {
    frozenset({"op", "args"}): Reader.call,
    frozenset({"property"}): Reader.reference,
    frozenset({"interval"}): Reader.interval,
    frozenset({"date"}): lambda _reader, value, _depth: day(value["date"]),
    frozenset({"timestamp"}): lambda _reader, value, _depth: moment(value["timestamp"]),
    frozenset({"bbox"}): lambda _reader, value, _depth: box(value["bbox"]),
    frozenset({"type", "coordinates"}): lambda _reader, value, _depth: geometry(value),
    frozenset({"type", "geometries"}): lambda _reader, value, _depth: geometry(value),
}


def canonical(value: Any) -> str:  # noqa: ANN401 - JSON
    """Return the JSON of a filter that has been read in one spelling: 3.0 as 3, names as listed."""
    return json.dumps(_tidy(value), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _restored(tree: Any, positions: Iterator[Position]) -> Any:  # noqa: ANN401 - JSON
    """Return the tree with each coordinate as it was written.

    The parser rounds a third of them to the neighbouring double, by which S_EQUALS and S_TOUCHES
    would fail. What else looks like a position, (1 -2), is passed over.
    """
    if isinstance(tree, dict):
        found = {name: _restored(part, positions) for name, part in tree.items()}
        if isinstance(tree.get("coordinates"), list):
            found["coordinates"] = _placed(tree["coordinates"], positions)
        return found
    return [_restored(part, positions) for part in tree] if isinstance(tree, list) else tree


def _placed(coordinates: list[Any], positions: Iterator[Position]) -> list[Any]:
    if isinstance(coordinates[0], list):
        return [_placed(part, positions) for part in coordinates]
    for position in positions:
        if all(map(math.isclose, position, coordinates)):
            return list(position)
    raise _not_cql2()


def _tidy(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        tidied = {name: _tidy(part) for name, part in value.items()}
        return tidied | {"op": _official(value["op"])} if "op" in value else tidied
    if isinstance(value, list):
        return [_tidy(part) for part in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


_OFFICIAL = {name.lower(): name for name in OPERATORS}


def _official(name: object) -> str | None:
    return _OFFICIAL.get(name.lower()) if isinstance(name, str) else None


def _is_finite(value: str | bool | int | float) -> bool:
    return isinstance(value, str) or math.isfinite(value)


def _no_number(_token: str) -> NoReturn:
    raise ValueError("NaN and Infinity are no JSON")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return members


def _not_a_value() -> InvalidFilterError:
    return InvalidFilterError(
        "a text, a finite number, true or false is wanted; ask for missing values by IS NULL",
        "应为文字、有限数值或 true/false；查询空值请用 IS NULL",
    )


def _not_cql2(place: re.Match[str] | None = None) -> InvalidFilterError:
    where, where_zh = "", ""
    if place:
        line, column = place.groups()
        where, where_zh = f" at line {line}, column {column}", f"（第 {line} 行第 {column} 列）"
    return InvalidFilterError(
        f"the filter is no CQL2{where}; example: stage = '建设' AND name LIKE '%公园%'",
        f"筛选条件不是有效的 CQL2{where_zh}；示例：stage = '建设' AND name LIKE '%公园%'",
    )
