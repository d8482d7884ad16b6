"""The parts of a workbook (.xlsx), looked through as bytes before any parser sees them."""

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from openpyxl.utils import range_boundaries

from layers.ingest.table_layer import Merge
from layers.ingest.text_wording import refusal

MAX_ENTRIES = 1_000
MAX_UNPACKED = 500 * 2**20
_MAX_MERGES = 20_000
_CHUNK = 2**18
_OVERLAP = 256
_OLE = b"\xd0\xcf\x11\xe0"
_DECLARATIONS = tuple(
    word.encode(codec)
    for word in ("<!DOCTYPE", "<!ENTITY")
    for codec in ("utf-8", "utf-16-le", "utf-16-be")
)
_MERGE = re.compile(
    rb"""<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*["']([A-Z]{1,3}\d+:[A-Z]{1,3}\d+)["']"""
)
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")


@dataclass(frozen=True, slots=True)
class Part:
    """What the bytes of a sheet tell: its merged ranges, and whether it has formulas."""

    merges: tuple[Merge, ...]
    formulas: bool


def look_through(path: Path) -> Mapping[str, Part]:
    """Return the XML parts of a workbook by their names in the archive.

    A document type or entity is refused wherever it stands: an entity reads files or fills the
    memory (OWASP, XML External Entity Prevention), and no office program writes one.

    Raises
    ------
    ImportRefusedError
        If it is no workbook, is too large when unpacked, or declares entities.
    """
    with path.open("rb") as file:
        head = file.read(4)
    if not head:
        raise refusal("empty-file")
    if head == _OLE:
        raise refusal("old-workbook")
    if head != b"PK\x03\x04":
        raise refusal("format-mismatch")
    try:
        with zipfile.ZipFile(path) as archive:
            return _parts(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise refusal("workbook-damaged") from error
    except (NotImplementedError, RuntimeError) as error:  # a compression or password of its own
        raise refusal("workbook-damaged") from error


def _parts(archive: zipfile.ZipFile) -> dict[str, Part]:
    entries = archive.infolist()
    if "[Content_Types].xml" not in archive.namelist():
        raise refusal("format-mismatch")
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise refusal("too-many", "unpacked")
    parts = {}
    unpacked = 0
    for number, entry in enumerate(entries, 1):
        merges: dict[str, None] = {}
        formulas = False
        for chunk in _chunks(archive, entry):
            unpacked += len(chunk)
            if unpacked > MAX_UNPACKED * 2:  # overlaps count twice
                raise refusal("too-many", "unpacked")
            if any(word in chunk for word in _DECLARATIONS):
                raise refusal("xml-entity", f"part {number}")
            merges |= dict.fromkeys(match[1].decode() for match in _MERGE.finditer(chunk))
            formulas = formulas or _FORMULA.search(chunk) is not None
        parts[entry.filename] = Part(tuple(_ranges(list(merges)[:_MAX_MERGES])), formulas)
    return parts


def _chunks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the bytes of an XML part, each piece with the end of the one before it."""
    if not entry.filename.endswith((".xml", ".rels", ".vml")):
        return
    with archive.open(entry) as part:
        tail = b""
        while piece := part.read(_CHUNK):
            yield tail + piece
            tail = piece[-_OVERLAP:]


def _ranges(references: list[str]) -> Iterator[Merge]:
    for reference in references:
        left, top, _, bottom = range_boundaries(reference)
        yield top, bottom, left - 1
