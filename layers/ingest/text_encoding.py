"""The encoding of a text: declared, else strict UTF-8, else GB 18030, and never a guess unsaid.

GB 18030 is a superset of GBK and GB 2312, so that one codec reads all three (GB 18030-2022,
clause 1). A declaration is believed only where the bytes bear it out.
"""

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from layers.errors import ImportRefusedError
from layers.ingest.base import Finding

UTF_8 = "utf-8"
GB_18030 = "gb18030"
MIXED = "utf-8 + gb18030"
"""The name of a text whose lines are in two encodings."""

_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_XML = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
_CHINESE = MappingProxyType(
    dict.fromkeys(("936", "54936", "gbk", "gb2312", "gb18030", "cp936", "x-gbk"), GB_18030)
)
_PAGES: Mapping[str, str] = MappingProxyType(
    {"65001": UTF_8, "1200": "utf-16-le", "950": "cp950", "1252": "cp1252", "88591": "latin-1"}
    | dict(_CHINESE)
)
_LDID: Mapping[int, str] = MappingProxyType(
    {
        0x4D: GB_18030,
        0x7A: GB_18030,
        0x4F: "cp950",
        0x78: "cp950",
        0x13: "cp932",
        0x7B: "cp932",
        0x4E: "cp949",
        0x79: "cp949",
        0x03: "cp1252",
        0x01: "cp437",
        0x02: "cp850",
    }
)
_SAMPLE = 60
_REPORTED_LINES = 20
_HEX_ESCAPE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_HANZI = re.compile("[\u2010-\u206f\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")


@dataclass(frozen=True, slots=True)
class EncodingVerdict:
    """The encoding of a text, why it is that one, and a piece of the text read in it.

    ``encoding`` is the name of a Python codec or :data:`MIXED`.
    """

    encoding: str
    reason: str
    reason_zh: str
    sample: str
    findings: tuple[Finding, ...] = ()


def codec_of(declaration: str) -> str | None:
    """Return the codec that a declaration such as ``ANSI 936`` names, null if none.

    >>> codec_of("ANSI 936"), codec_of("UTF-8"), codec_of("no such thing")
    ('gb18030', 'utf-8', None)
    """
    name = declaration.strip().strip("\x00").lower()
    name = re.sub(r"^(ansi|oem|ldid/|cp|windows-|code ?page)\s*(?=\d)", "", name)
    if name in _PAGES:
        return _PAGES[name]
    try:
        "".encode(name)  # refuses what is no encoding of text, such as base64
        return codecs.lookup(name).name
    except (LookupError, ValueError):  # unknown, no text codec, or a name with a NUL
        return None


def codec_of_language(driver_id: int) -> str | None:
    """Return the codec of the language driver byte (LDID) of a .dbf, null if it says nothing.

    0x00 and 0x57 ("current ANSI") stand for whatever the writing machine used.
    """
    return _LDID.get(driver_id)


def find_encoding(
    data: bytes, *, declared: str | None = None, chosen: str | None = None
) -> EncodingVerdict:
    """Return the encoding of the bytes of a text.

    ``declared`` is what stands beside the file (.cpg, the codec of an LDID); ``chosen`` is the
    planner's decision, which goes before everything.

    Raises
    ------
    ImportRefusedError
        If a chosen encoding does not exist or cannot read the bytes (cause ``encoding``).
    """
    if chosen is not None:
        return _chosen(data, chosen)
    mark = next((name for bom, name in _BOMS if data.startswith(bom)), None)
    if mark is not None and _reads(data, mark):
        return _verdict(data, mark, "the file begins with a byte order mark", "文件带有 BOM 标记")
    declaration = declared if declared and declared.strip() else _declared_inside(data)
    if declaration is None:
        return _found_out(data)
    return _weighed(data, declaration)


def decode(
    data: bytes, *, declared: str | None = None, chosen: str | None = None
) -> tuple[str, EncodingVerdict]:
    """Return the text of bytes and the verdict on its encoding; a byte order mark is left out.

    Raises
    ------
    ImportRefusedError
        As :func:`find_encoding`.
    """
    verdict = find_encoding(data, declared=declared, chosen=chosen)
    if verdict.encoding == MIXED:
        return _mixed_text(data), verdict
    return data.decode(verdict.encoding, errors="replace").removeprefix("\ufeff"), verdict


def _chosen(data: bytes, chosen: str) -> EncodingVerdict:
    codec = codec_of(chosen)
    if codec is None or not _reads(data, codec):
        known = codec is not None
        raise ImportRefusedError(
            f"the chosen encoding {'cannot read this file' if known else 'is not known'}; "
            "choose UTF-8 or GB18030, or leave it to be found out",
            f"所选编码{'无法读取该文件' if known else '无法识别'}；"
            "请选择 UTF-8 或 GB18030，或改为自动识别",
            cause="encoding",
        )
    return _verdict(data, codec, "chosen by the planner", "由用户指定")


def _declared_inside(data: bytes) -> str | None:
    match = _XML.match(data[:400])
    return match[1].decode("ascii") if match else None


def _weighed(data: bytes, declaration: str) -> EncodingVerdict:
    codec = codec_of(declaration)
    if codec is None:
        return _contradicted(data, "does not name an encoding", "不是可识别的编码名称")
    if not _reads(data, codec):
        return _contradicted(data, "cannot read these bytes", "无法读取文件内容")
    # Chinese in UTF-8 is often valid GBK as well, as other characters; hardly ever the reverse.
    if codec != UTF_8 and _chinese_in_utf_8(data):
        return _contradicted(
            data, "is not that of the bytes, which are UTF-8", "与内容不符：内容是 UTF-8"
        )
    if codec == UTF_8 and not data.isascii() and not _chinese_in_utf_8(data):
        return _told_apart(data, "declared, and the bytes bear it out", "已声明，且与内容相符")
    return _verdict(data, codec, "declared, and the bytes bear it out", "已声明，且与内容相符")


def _contradicted(data: bytes, why: str, why_zh: str) -> EncodingVerdict:
    found = _found_out(data)
    wrong = Finding(
        "encoding-contradicts",
        "question",
        f"the declared encoding {why}; read as {found.encoding} instead",
        f"声明的编码{why_zh}；已改按 {found.encoding} 读取",
        facts={"encoding": found.encoding, "sample": found.sample},
    )
    return replace(found, findings=(wrong, *found.findings))


def _found_out(data: bytes) -> EncodingVerdict:
    if data.isascii():
        return _verdict(data, UTF_8, "plain ASCII, equal in every encoding", "纯 ASCII，各编码相同")
    if _reads(data, UTF_8):
        return _told_apart(data, "valid UTF-8", "符合 UTF-8")
    mixed = [
        number
        for number, line in enumerate(data.splitlines(), 1)
        if not line.isascii() and _chinese_in_utf_8(line)
    ]
    if not mixed and _reads(data, GB_18030):
        return _verdict(data, GB_18030, "not UTF-8, valid GB 18030", "不是 UTF-8，符合 GB 18030")
    if mixed:
        return _two_encodings(data, mixed)
    return _damaged(data)


def _told_apart(data: bytes, reason: str, reason_zh: str) -> EncodingVerdict:
    """Return the verdict on valid UTF-8, which a few short Chinese words in GBK are as well."""
    verdict = _verdict(data, UTF_8, reason, reason_zh)
    if _HANZI.search(data.decode(UTF_8)) or not _common_in_gbk(data):
        return verdict
    doubt = Finding(
        "encoding-ambiguous",
        "question",
        "the bytes are valid both as UTF-8 and as GB 18030; compare the two samples",
        "内容既符合 UTF-8 也符合 GB 18030；请对照两种样本确认",
        facts={"utf-8": verdict.sample, "gb18030": _sample(data, GB_18030)},
    )
    return replace(verdict, findings=(doubt,))


def _two_encodings(data: bytes, lines: list[int]) -> EncodingVerdict:
    found = Finding(
        "encoding-mixed",
        "question",
        f"lines in two encodings: {len(lines)} in UTF-8, the others in GB 18030; each was read "
        "in its own",
        f"文件中混有两种编码：{len(lines)} 行为 UTF-8，其余为 GB 18030；已逐行分别读取",
        row=lines[0],
        facts={"utf_8_lines": lines[:_REPORTED_LINES], "count": len(lines)},
    )
    text = _mixed_text(data)
    lost = _damaged(data).findings if "\ufffd" in text else ()
    return EncodingVerdict(
        MIXED, "lines in two encodings", "逐行编码不一致", _sample_of(text), (found, *lost)
    )


def _damaged(data: bytes) -> EncodingVerdict:
    lines = [
        number
        for number, line in enumerate(data.splitlines(), 1)
        if not _reads(line, GB_18030) and not _reads(line, UTF_8)
    ]
    lost = Finding(
        "encoding-damaged",
        "change",
        "bytes that no encoding reads became the replacement character U+FFFD",
        "部分字节无法按任何编码读取，已用替换符 U+FFFD 代替",
        row=lines[0] if lines else None,
        facts={"lines": lines[:_REPORTED_LINES], "count": len(lines)},
    )
    verdict = _verdict(data, GB_18030, "neither UTF-8 nor wholly GB 18030", "两种编码都不完全符合")
    return replace(verdict, findings=(lost,))


def _line_text(line: bytes) -> str:
    codec = UTF_8 if _reads(line, UTF_8) else GB_18030
    return line.decode(codec, errors="replace")


def _mixed_text(data: bytes) -> str:
    return "".join(_line_text(line) for line in data.splitlines(keepends=True))


def _reads(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeError:
        return False
    return True


def _chinese_in_utf_8(data: bytes) -> bool:
    """Whether bytes are UTF-8 and most of what is not ASCII in it is Chinese."""
    try:
        text = data.decode(UTF_8)
    except UnicodeError:
        return False
    foreign = sum(character > "\x7f" for character in text)
    return foreign > 0 and len(_HANZI.findall(text)) * 2 > foreign


def _common_in_gbk(data: bytes) -> bool:
    """Whether bytes are GBK and everything in it that is not ASCII is in GB 2312."""
    try:
        data.decode("gb2312")
    except UnicodeError:
        return False
    return True


def _sample(data: bytes, codec: str) -> str:
    return _sample_of(data.decode(codec, errors="replace"))


def _sample_of(text: str) -> str:
    lines = text.removeprefix("\ufeff").splitlines()
    telling = next((line for line in lines if not line.isascii()), next(iter(lines), ""))
    start = max(0, next((i for i, c in enumerate(telling) if c > "\x7f"), 0) - 10)
    return _HEX_ESCAPE.sub("�", telling[start : start + _SAMPLE])


def _verdict(data: bytes, codec: str, reason: str, reason_zh: str) -> EncodingVerdict:
    return EncodingVerdict(codec, reason, reason_zh, _sample(data, codec))
