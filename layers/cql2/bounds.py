"""How large a filter may be, told from its raw text before any parser sees it.

The text parser is a recursive one in compiled code. A few thousand signs, comparisons or NOTs in
a row overflow its stack, which ends the process, and each grouping bracket around a mistake
doubles the time that it takes to find it. So these are counted here, outside quotes.
"""

import re
from dataclasses import dataclass, field

from layers.cql2.errors import InvalidFilterError
from layers.cql2.literals import OPEN, instant

MAX_TEXT_BYTES = 8_192
MAX_JSON_BYTES = 65_536
MAX_DEPTH = 32
MAX_OPERATORS = 256
MAX_LIST = 500
MAX_WHOLE = 2**53 - 1
"""The largest whole number that every reader of JSON keeps exact (RFC 8259, section 6)."""
MAX_WORK = 2**19
"""Characters, each counted twice per grouping bracket around it: under a second of parsing."""

_KEYWORDS = frozenset({"and", "or", "not", "in", "is", "like", "between", "div"})
_NUMBER = r"[-+]?[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?"
_NUMBERS = re.compile(_NUMBER)
_TOKEN = re.compile(
    rf"""
      (?P<quoted>'(?:[^']|'')*+'|"(?:[^"]|"")*+")
    | (?P<position>(?<=[(,])\s*+{_NUMBER}(?:\s++{_NUMBER}){{1,3}}\s*+(?=[,)]))
    | (?P<number>[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?)
    | (?P<word>[^\W\d][\w.:]*)
    | (?P<operator><>|<=|>=|!=|[-+*/%^=<>])
    | (?P<open>[(\[])
    | (?P<close>[)\]])
    | (?P<comma>,)
    | (?P<quote>['"])
    """,
    re.VERBOSE,
)
Position = tuple[float, float]
_OF_INSTANTS = frozenset({"timestamp", "interval"})
_BEFORE_OPERAND = frozenset({"operator", "open", "comma", "keyword", ""})


def check_size(text: str, limit: int) -> None:
    """Refuse text that is no Unicode or longer than ``limit`` bytes in UTF-8.

    Raises
    ------
    InvalidFilterError
        If it is either.
    """
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise InvalidFilterError(
            "the filter holds half a character (a lone surrogate); send valid Unicode",
            "筛选条件含有不完整的字符，请使用有效的 Unicode 文本",
        ) from error
    if size > limit:
        raise InvalidFilterError(
            f"a filter has at most {limit} bytes, {size} came; simplify its shape or its lists",
            f"筛选条件最多 {limit} 字节，收到 {size} 字节；请简化图形或列表",
        )


def check_text(text: str) -> list[Position]:
    """Refuse cql2-text that would cost the parser too much or lose digits in it.

    Returns the positions (two or more numbers without a comma between) in their order.

    Raises
    ------
    InvalidFilterError
        If the text is too long, nests too deeply, holds too many operators, ends within
        quotes, or has a number that a double would not keep or a timestamp without time zone.
    """
    check_size(text, MAX_TEXT_BYTES)
    scan = _Scan()
    for match in _TOKEN.finditer(text):
        scan.take(match)
    scan.end()
    return scan.positions


def exact(token: str) -> float:
    """Return the number that a token in plain or exponent notation stands for.

    Raises
    ------
    InvalidFilterError
        If it is not finite, or is written out with more digits than stay exact.
    """
    number = float(token)
    written_out = "e" not in token.lower()
    if abs(number) == float("inf") or (written_out and abs(number) > MAX_WHOLE):
        raise InvalidFilterError(
            f"a number is beyond {MAX_WHOLE} (2^53 - 1) and would not stay exact",
            f"数值超过 {MAX_WHOLE}（2^53 - 1），无法精确表示",
        )
    return number


def too_deep() -> InvalidFilterError:
    """Return the error of a filter that nests too deeply or repeats too much."""
    return InvalidFilterError(
        f"a filter nests at most {MAX_DEPTH} levels deep, with at most {MAX_OPERATORS} "
        "operators and little text within many brackets; split it or use IN",
        f"筛选条件最多嵌套 {MAX_DEPTH} 层、{MAX_OPERATORS} 个运算符，"
        "多层括号内文字不宜过长；请拆分或改用 IN",
    )


@dataclass(slots=True)
class _Level:
    grouping: bool = False
    function: str = ""
    after_power: bool = False


@dataclass(slots=True)
class _Scan:
    levels: list[_Level] = field(default_factory=lambda: [_Level()])
    groups: int = 0
    operators: int = 0
    work: int = 0
    position: int = 0
    previous: str = ""
    word: str = ""
    positions: list[Position] = field(default_factory=list)

    def take(self, match: re.Match[str]) -> None:
        """Count one token."""
        role, token = match.lastgroup or "", match.group()
        if role == "word" and token.lower() in _KEYWORDS:
            role = "keyword"
        step = _STEPS.get(role)
        if step is not None:
            step(self, match)
        self.work += (match.end() - self.position) << self.groups
        self.position, self.previous = match.end(), role
        if self.work > MAX_WORK or len(self.levels) > MAX_DEPTH + 1:
            raise too_deep()

    def end(self) -> None:
        """Refuse what is left open."""
        if len(self.levels) != 1:
            raise _unbalanced()

    def open(self, match: re.Match[str]) -> None:
        """Enter a bracket; one directly after a function's name groups nothing."""
        function = self.word if self.previous == "word" else ""
        grouping = not function or match.start() != self.position
        self.levels.append(_Level(grouping, function))
        self.groups += grouping

    def close(self, _match: re.Match[str]) -> None:
        """Leave a bracket."""
        if len(self.levels) == 1:
            raise _unbalanced()
        self.groups -= self.levels.pop().grouping

    def separate(self, _match: re.Match[str]) -> None:
        """Begin a new term."""
        self.levels[-1].after_power = False

    def keyword(self, match: re.Match[str]) -> None:
        """Count a word that is an operator."""
        self.separate(match)
        self.count()

    def operator(self, match: re.Match[str]) -> None:
        """Count an operator; refuse a^b^c, which standard and parser read differently."""
        self.count()
        if self.previous in _BEFORE_OPERAND:
            return  # a sign
        level, power = self.levels[-1], match.group() == "^"
        if power and level.after_power:
            raise InvalidFilterError(
                "write a^(b^c) or (a^b)^c; without brackets a^b^c has two readings",
                "请写成 a^(b^c) 或 (a^b)^c；没有括号的 a^b^c 有两种读法",
            )
        level.after_power = power

    def count(self) -> None:
        """Count one operator."""
        self.operators += 1
        if self.operators > MAX_OPERATORS:
            raise too_deep()

    def number(self, match: re.Match[str]) -> None:
        """Refuse a number that would lose digits."""
        exact(match.group())

    def name(self, match: re.Match[str]) -> None:
        """Remember a word, which may be the name of a function."""
        self.word = match.group().lower()

    def put(self, match: re.Match[str]) -> None:
        """Remember a position; heights and measures are not used."""
        x, y, *_further = _NUMBERS.findall(match.group())
        self.positions.append((float(x), float(y)))

    def text(self, match: re.Match[str]) -> None:
        """Refuse a timestamp without time zone, which the parser would take for UTC."""
        text = match.group()
        if text[0] == "'" and self.levels[-1].function in _OF_INSTANTS and text != f"'{OPEN}'":
            instant(text[1:-1])

    def quote(self, _match: re.Match[str]) -> None:
        """Refuse a quote without its end."""
        raise _unbalanced()


_STEPS = {
    "open": _Scan.open,
    "close": _Scan.close,
    "comma": _Scan.separate,
    "keyword": _Scan.keyword,
    "operator": _Scan.operator,
    "number": _Scan.number,
    "word": _Scan.name,
    "position": _Scan.put,
    "quoted": _Scan.text,
    "quote": _Scan.quote,
}


def _unbalanced() -> InvalidFilterError:
    return InvalidFilterError(
        "a bracket or quote of the filter has no partner; '' stands for a quote within quotes",
        "筛选条件的括号或引号不成对；引号内的引号写作 ''",
    )
