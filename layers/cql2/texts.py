"""Texts of a filter: LIKE, CASEI and ACCENTI."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layers.cql2.errors import InvalidFilterError
from layers.cql2.values import Operand, Value, expect, truth

_ESCAPE = "\\"
_KANA_MARKS = frozenset("\u3099\u309a")
"""Dakuten and handakuten make other letters, not accents
(OGC 21-065r2, /rec/accent-insensitive-comparison/japanese-non-spacing-marks)."""


def case_folded(arguments: Sequence[Operand]) -> Value:
    """Return texts by full Unicode case folding (/req/case-insensitive-comparison)."""
    return _mapped(expect(arguments[0], "CASEI", "string"), str.casefold)


def without_accents(arguments: Sequence[Operand]) -> Value:
    """Return texts without diacritics (/req/accent-insensitive-comparison)."""
    return _mapped(expect(arguments[0], "ACCENTI", "string"), strip_accents)


def like(arguments: Sequence[Operand]) -> Value:
    """Return which texts match a pattern (/req/advanced-comparison-operators/like-predicate)."""
    text, pattern = (expect(argument, "LIKE", "string") for argument in arguments)
    if not pattern.constant:
        raise InvalidFilterError(
            "LIKE takes a literal pattern, no property",
            "LIKE 的模式必须是文字常量，不能是属性",
        )
    matches = compile_pattern(str(pattern.values[()])).fullmatch
    found = _each(text, lambda candidate: matches(candidate) is not None, bool)
    return truth(found, text.known)


def strip_accents(text: str) -> str:
    """Return text without combining marks, strokes and the like.

    Examples
    --------
    >>> strip_accents("København, Łódź, パリ")
    'Kobenhavn, Lodz, パリ'
    """
    if text.isascii():
        return text
    marked = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", marked.translate(_PLAIN))


def compile_pattern(pattern: str) -> re.Pattern[str]:
    r"""Return the expression of a LIKE pattern: % any text, _ one character, \ escapes.

    Each % takes the nearest place where the piece behind it fits and never tries another, which
    finds every match and keeps a hostile pattern from running for ever.

    Raises
    ------
    InvalidFilterError
        If the pattern ends in an escape character.
    """
    pieces = [""]
    letters = iter(pattern)
    for letter in letters:
        if letter == "%":
            pieces.append("")
        elif letter == "_":
            pieces[-1] += "."
        else:
            pieces[-1] += re.escape(_escaped(letters) if letter == _ESCAPE else letter)
    first, *others = pieces
    if not others:
        return re.compile(first, re.DOTALL)
    inner = "".join(f"(?>.*?{piece})" for piece in others[:-1] if piece)
    return re.compile(f"{first}{inner}.*{others[-1]}", re.DOTALL)


def _escaped(letters: Iterator[str]) -> str:
    letter = next(letters, None)
    if letter is None:
        raise InvalidFilterError(
            r"a pattern of LIKE ends in \; write \\ for the character itself",
            r"LIKE 的模式以 \ 结尾；表示该字符本身请写作 \\",
        )
    return letter


def _mapped(text: Value, change: Callable[[str], str]) -> Value:
    return Value("string", _each(text, change, object), text.known)


def _each(text: Value, change: Callable[[str], object], dtype: type) -> NDArray[Any]:
    found: NDArray[Any] = np.empty(text.values.size, dtype=dtype)
    found[:] = [change(cell) for cell in text.values.reshape(-1).tolist()]
    return found.reshape(text.values.shape)


class _Letters(dict[int, str]):
    """What each letter becomes, by code point, found out when it is first met."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        if unicodedata.category(letter) == "Mn" and letter not in _KANA_MARKS:
            plain = ""
        else:
            plain = _without_stroke(letter)
        self[code] = plain
        return plain


def _without_stroke(letter: str) -> str:
    """Return the letter under a stroke or hook, which Unicode names but does not decompose."""
    name = unicodedata.name(letter, "")
    if not (name.startswith("LATIN") and " WITH " in name):
        return letter
    try:
        return unicodedata.lookup(name.split(" WITH ")[0])
    except KeyError:
        return letter


_PLAIN = _Letters()
