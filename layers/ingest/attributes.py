"""The columns of a file to the properties of a collection: proposed, shown, then carried out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import geopandas as gpd
import pandas as pd

from layers.ingest.amounts import UNITS, amount_of, unit_of
from layers.ingest.base import Finding
from layers.ingest.table_words import FIELD_WORDS, folded
from layers.ingest.text_wording import Notes
from layers.model import CodeLists, Term, collection_of
from layers.schema import SCHEMAS

SURE, LIKELY, VAGUE = 0.95, 0.7, 0.4
"""How much a heading tells: equal to a known word, ending in one, or against its content."""

_SYNONYMS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "stage": {
            "储备库": "储备",
            "谋划": "储备",
            "预备库": "预备",
            "前期": "预备",
            "前期工作": "预备",
            "拟开工": "预备",
            "建设库": "建设",
            "在建": "建设",
            "建设中": "建设",
            "已开工": "建设",
            "续建": "建设",
            "竣工": "建成",
            "已竣工": "建成",
            "已建成": "建成",
            "完工": "建成",
            "已完工": "建成",
            "停建": "暂缓",
            "缓建": "暂缓",
        }
    }
)


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """What a column is proposed to become.

    ``target`` is a property, null for a column that is kept under its own name; ``confidence``
    lies between 0 and 1; ``unit`` is that of the column, null where none is needed or known.
    """

    column: str
    target: str | None
    confidence: float
    reason: str
    reason_zh: str
    unit: str | None = None


def propose(
    frame: gpd.GeoDataFrame, collection_id: str, *, notes: Sequence[str] = ()
) -> tuple[ColumnMatch, ...]:
    """Return a match for each column of a layer, in their order.

    A heading is compared with known words, the values with the code lists. Of several columns
    for one property the surest gets it, the first among equals. ``notes`` are the texts above
    the headings, where tables state the unit of all of their amounts.
    """
    codes = collection_of(collection_id).codes
    targets = _targets(collection_id)
    names = [str(name) for name in frame.columns if name != frame.geometry.name]
    matches = [_match(name, frame[name], targets, codes, notes) for name in names]
    surest: dict[str | None, ColumnMatch] = {}
    for match in matches:
        rival = surest.get(match.target)
        if rival is None or match.confidence > rival.confidence:
            surest[match.target] = match
    return tuple(
        match if match.target is None or surest[match.target] is match else _kept(match)
        for match in matches
    )


def _targets(collection_id: str) -> Mapping[str, tuple[str, ...]]:
    fields = {field.name for names in SCHEMAS.values() for field in names}
    own = {field.name for field in SCHEMAS[collection_id]}
    return {name: words for name, words in FIELD_WORDS.items() if name in own or name not in fields}


def _kept(match: ColumnMatch) -> ColumnMatch:
    return ColumnMatch(
        match.column,
        None,
        match.confidence,
        "another column fits this property better; kept under its own name",
        "已有更合适的列对应该属性，保留原列名",
    )


def _match(
    name: str,
    values: pd.Series,
    targets: Mapping[str, tuple[str, ...]],
    codes: CodeLists,
    notes: Sequence[str],
) -> ColumnMatch:
    target, confidence = _by_heading(name, targets)
    texts = [str(value).strip() for value in values if isinstance(value, str) and value.strip()]
    if target is None or confidence < SURE:
        found = next(
            (
                field
                for field in codes
                if field in targets and texts and _fit(field, texts, codes) == 1
            ),
            None,
        )
        if found is not None and found != target:
            return ColumnMatch(
                name, found, 0.9, "every value is in the code list", "所有取值都在代码表中"
            )
    if target is None:
        return ColumnMatch(
            name, None, 1.0, "no known property; kept as it is", "无对应属性，按原列保留"
        )
    if target in codes and texts:
        return _by_content(name, target, confidence, _fit(target, texts, codes))
    unit = unit_of(name, target, notes)
    return ColumnMatch(name, target, confidence, "by the heading", "按列名对应", unit)


def _by_heading(name: str, targets: Mapping[str, tuple[str, ...]]) -> tuple[str | None, float]:
    word = folded(name.rsplit("/", 1)[-1])
    whole = folded(name)
    for target, words in targets.items():
        if word in words or whole in words:
            return target, SURE
    ending = [
        (len(known), target)
        for target, words in targets.items()
        for known in words
        if len(known) >= 2 and not known.isascii() and word.endswith(known)
    ]
    return (max(ending)[1], LIKELY) if ending else (None, 0.0)


def _by_content(name: str, target: str, confidence: float, fit: float) -> ColumnMatch:
    if fit == 1:
        reason, reason_zh = "by the heading, and every value fits", "按列名对应，取值全部相符"
        return ColumnMatch(name, target, 1.0, reason, reason_zh)
    if fit >= 0.5:
        reason, reason_zh = "by the heading; some values do not fit", "按列名对应，部分取值不符"
        return ColumnMatch(name, target, min(confidence, LIKELY), reason, reason_zh)
    reason, reason_zh = "by the heading, but most values do not fit", "按列名对应，但多数取值不符"
    return ColumnMatch(name, target, VAGUE, reason, reason_zh)


def _fit(target: str, texts: Sequence[str], codes: CodeLists) -> float:
    return sum(code_of(target, text, codes[target]) is not None for text in texts) / len(texts)


def code_of(target: str, text: str, terms: Sequence[Term]) -> str | None:
    """Return the id of the term of a code list that a text stands for, null if none."""
    plain = text.strip()
    for term in terms:
        if plain.lower() in {term.id.lower(), term.name.lower(), term.name_en.lower()}:
            return term.id
    return _SYNONYMS.get(target, {}).get(plain)


def carry_out(
    frame: gpd.GeoDataFrame, matches: Sequence[ColumnMatch], collection_id: str
) -> tuple[gpd.GeoDataFrame, tuple[Finding, ...]]:
    """Return a layer with its columns as the matches say, and what was changed in them.

    Values of code lists become their ids, amounts are converted by exact factors. What cannot be
    read stays in a column under the old name, and is noted row by row. A column that needs a unit
    and has none stays as it is.
    """
    codes = collection_of(collection_id).codes
    notes = Notes()
    targets = {match.target for match in matches if match.target is not None}
    columns: dict[str, pd.Series] = {}
    for match in matches:
        values = frame[match.column].astype(object)
        rest = values
        if match.target is not None:
            columns[match.target], rest = _read(match, match.target, values, codes, notes)
        if match.target is None or rest.notna().any():
            columns[_free(match.column, {*targets, *columns})] = rest
    result = gpd.GeoDataFrame(columns, geometry=frame.geometry.array, index=frame.index)
    return result, notes.all()


def _free(name: str, taken: set[str]) -> str:
    """Return a name that is not taken, so that no column goes under another."""
    free, count = name, 2
    while free in taken:
        free, count = f"{name}_{count}", count + 1
    return free


def _read(
    match: ColumnMatch, target: str, values: pd.Series, codes: CodeLists, notes: Notes
) -> tuple[pd.Series, pd.Series]:
    """Return the values of the target, and those that are none of it."""
    if target in UNITS:
        return _converted(match, target, values, notes)
    if target in codes:
        read = [code_of(target, str(value), codes[target]) for value in values]
        return _parted(match, values, read, notes, ("value-translated", "value-unknown"))
    return values, pd.Series(None, index=values.index, dtype=object)


def _converted(
    match: ColumnMatch, target: str, values: pd.Series, notes: Notes
) -> tuple[pd.Series, pd.Series]:
    units = UNITS[target]
    read = [amount_of(value, match.unit, units) for value in values]
    if match.unit is None and not any(amount is not None for amount in read):
        notes.add("unit-unknown", column=match.column, units=list(units))
        return pd.Series(None, index=values.index, dtype=object), values
    notes.add("unit-converted", column=match.column, target=target, unit=match.unit)
    return _parted(match, values, read, notes, (None, "number-wrong"))


def _parted(
    match: ColumnMatch,
    values: pd.Series,
    read: Sequence[str | float | None],
    notes: Notes,
    codes: tuple[str | None, str],
) -> tuple[pd.Series, pd.Series]:
    changed, unknown = codes
    rest: list[object] = []
    for row, value, result in zip(values.index, values, read, strict=True):
        blank = value is None or value != value
        rest.append(None if blank or result is not None else value)
        if result is None and not blank:
            notes.add(unknown, row=int(row), column=match.column, value=str(value))
        elif changed and not blank and result != value:
            notes.add(changed, row=int(row), column=match.column, was=str(value), now=result)
    index = values.index
    return pd.Series(list(read), index=index, dtype=object), pd.Series(
        rest, index=index, dtype=object
    )
