"""Which encoding the text of a vector file is in: declared, else UTF-8, else GB 18030."""

import codecs
import re
from collections.abc import Iterable

from layers.ingest.text_encoding import codec_of

_WIDEST = "gb18030"  # holds GBK and GB 2312, so that no character of theirs is lost
_LAST = "cp1252"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def choose_encoding(samples: Iterable[bytes], declared: str | None) -> tuple[str, str | None]:
    """Return the encoding that fits all samples, and the code of a finding if there is one.

    Text in ASCII only fits everything and gives no finding. Of bytes that are valid UTF-8 nearly
    none are meant otherwise, so UTF-8 goes before a declared Chinese code page.
    """
    texts = [sample for sample in samples if not sample.isascii()]
    if not texts:
        return declared or "utf-8", None
    if _fits(texts, "utf-8"):
        found = "utf-8"
    elif declared and declared != "utf-8" and _fits(texts, declared):
        found = declared
    else:
        found = _WIDEST if _fits(texts, _WIDEST) else _LAST
    if declared is None:
        return found, "encoding-guessed"
    return found, None if found == declared else "encoding-contradicts"


def decode_document(data: bytes, override: str | None) -> tuple[str, str, str | None]:
    """Return the text of a whole file, its encoding, and the code of a finding or null.

    Files of these formats are UTF-8 unless a mark at their beginning says otherwise.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(encoding, errors="replace"), encoding, None
    if override:
        return data.decode(override, errors="replace"), override, None
    stated = re.match(rb"\s*<\?xml[^>]*encoding\s*=\s*[\"']([\w.:-]+)", data)
    declared = codec_of(stated.group(1).decode("ascii")) if stated else None
    encoding, code = choose_encoding([data], declared or "utf-8")
    return data.decode(encoding, errors="replace"), encoding, code


def _fits(texts: list[bytes], encoding: str) -> bool:
    return all(_text_or_none(text, encoding) is not None for text in texts)


def _text_or_none(raw: bytes, encoding: str) -> str | None:
    """Return the text, without a last character that the field's end has cut."""
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        ends_early = "incomplete" in error.reason or "unexpected end" in error.reason
        if error.start and ends_early:
            return raw[: error.start].decode(encoding)
        return None


def decode_field(raw: bytes, encoding: str) -> tuple[str, str | None]:
    """Return the text of one field, and the code of a finding where bytes were lost."""
    try:
        return raw.decode(encoding), None
    except UnicodeDecodeError:
        cut = _text_or_none(raw, encoding)
        if cut is not None:
            return cut, "text-cut"
        return raw.decode(encoding, errors="replace"), "text-undecodable"
