"""Archives, unpacked under limits into a private folder, under names of our own.

No entry ever names a file: an entry is written as a number and a suffix from a list. Sizes are
counted while inflating, never taken from the archive's own directory.
"""

import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from layers.ingest.refusals import refusal

MAX_ENTRIES = 1_000
MAX_UNPACKED_BYTES = 500_000_000
MAX_RATIO = 100
_RATIO_FROM_BYTES = 1_000_000  # a short file of one letter packs better than any bomb needs to
_MAX_DIRECTORY_BYTES = 4_000_000
_CHUNK = 1 << 20
_END = struct.Struct("<4sHHHHIIH")

LAYERS = (".shp", ".gpkg", ".geojson", ".json", ".kml", ".dxf", ".fgb", ".csv", ".xlsx", ".txt")
SIDECARS = (".shx", ".dbf", ".prj", ".cpg")
_ARCHIVES = (".zip", ".kmz", ".7z", ".rar", ".gz", ".tgz", ".tar", ".bz2", ".xz")
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_UNWANTED = frozenset('<>:"|?*[]')
_GDB_FILE = re.compile(r"[A-Za-z0-9_]{1,40}(\.[A-Za-z0-9_]{1,20}){0,3}")


@dataclass(frozen=True, slots=True)
class Member:
    """A layer's main file in the private folder, and its name in the archive."""

    path: Path
    name: str


def unpack(path: Path, folder: Path) -> list[Member]:
    """Unpack the layers of a ZIP archive into an empty folder and return them by name.

    Files that belong to no layer stay packed.

    Raises
    ------
    ImportRefusedError
        If the archive is damaged, encrypted, nested or too large, or an entry's name or kind
        may not be.
    """
    _check_directory(path)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = list(_entries(archive))
            return _extract(archive, entries, folder, path.stat().st_size)
    except (
        zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, struct.error,
        RuntimeError, ValueError, OSError, OverflowError,
    ) as error:  # fmt: skip
        raise refusal("archive-damaged") from error


def _check_directory(path: Path) -> None:
    """Look at the end record before anything is built from the directory it points to."""
    with path.open("rb") as file:
        size = path.stat().st_size
        file.seek(max(0, size - 65_557))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise refusal("archive-damaged")
    _, _, _, _, entries, directory_bytes, _, _ = _END.unpack_from(tail, at)
    if entries > MAX_ENTRIES or directory_bytes > _MAX_DIRECTORY_BYTES:
        raise refusal("archive-entries")


def _entries(archive: zipfile.ZipFile) -> Iterator[tuple[zipfile.ZipInfo, PurePosixPath]]:
    infos = archive.infolist()
    if len(infos) > MAX_ENTRIES:
        raise refusal("archive-entries")
    seen: set[str] = set()
    for number, info in enumerate(infos, start=1):
        place = f"entry {number}"
        if info.flag_bits & 0x1:
            raise refusal("archive-encrypted", place)
        mode = stat.S_IFMT(info.external_attr >> 16)
        if mode not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise refusal("archive-link", place)
        name = _checked_name(_entry_name(info), place)
        key = str(name).casefold()
        if key in seen:
            raise refusal("archive-twice", place)
        seen.add(key)
        if not info.is_dir() and not info.orig_filename.endswith("\\"):
            yield info, name


def _entry_name(info: zipfile.ZipInfo) -> str:
    """Return a name as it was meant: without the UTF-8 flag Chinese programs write GBK."""
    name = info.orig_filename
    if info.flag_bits & 0x800:
        return name
    raw = name.encode("cp437")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace")


def _checked_name(text: str, place: str) -> PurePosixPath:
    path = PurePosixPath(text.replace("\\", "/"))
    wrong = (
        path.is_absolute()
        or ".." in path.parts
        or not path.parts
        or len(path.parts) > 16
        or any(_bad_part(part) for part in path.parts)
    )
    if wrong:
        raise refusal("bad-name", place)
    return path


def _bad_part(part: str) -> bool:
    return (
        len(part.encode("utf-8", "surrogatepass")) > 255
        or bool(_DEVICES.fullmatch(part))
        or any(letter in _UNWANTED or unicodedata.category(letter)[0] == "C" for letter in part)
    )


def _extract(
    archive: zipfile.ZipFile,
    entries: list[tuple[zipfile.ZipInfo, PurePosixPath]],
    folder: Path,
    packed_bytes: int,
) -> list[Member]:
    numbers: dict[str, int] = {}
    members: dict[Path, str] = {}
    total = 0
    for info, name in entries:
        if name.suffix.lower() in _ARCHIVES:
            raise refusal("archive-nested")
        target = _target(name, folder, numbers)
        if target is None:
            continue
        target.parent.mkdir(exist_ok=True)
        allowed = min(MAX_UNPACKED_BYTES, max(packed_bytes * MAX_RATIO, _RATIO_FROM_BYTES))
        total += _inflate(archive, info, target, allowed - total)
        if target.parent.suffix == ".gdb":
            members[target.parent] = str(name.parent)
        elif target.suffix in LAYERS:
            members[target] = str(name)
    if not members:
        raise refusal("archive-no-layer")
    return [Member(path, name) for path, name in sorted(members.items(), key=_document_first)]


def _target(name: PurePosixPath, folder: Path, numbers: dict[str, int]) -> Path | None:
    """Return where an entry goes: files of one stem in one folder share a number."""
    if name.parent.suffix.lower() == ".gdb":
        if not _GDB_FILE.fullmatch(name.name):
            return None
        number = numbers.setdefault(f"gdb {name.parent}".casefold(), len(numbers) + 1)
        return folder / f"{number:04d}.gdb" / name.name
    suffix = name.suffix.lower()
    if suffix not in LAYERS + SIDECARS or _of_finder(name):
        return None
    # an encoding may stand in zones.cpg or, by some programs, in zones.shp.cpg
    number = numbers.setdefault(str(name.with_suffix("")).casefold(), len(numbers) + 1)
    return folder / f"{number:04d}{suffix}"


def _of_finder(name: PurePosixPath) -> bool:
    """Whether an entry is what macOS packs beside a file: its attributes under its suffix."""
    return name.parts[0] == "__MACOSX" or name.name.startswith("._")


def _inflate(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, allowed: int) -> int:
    written = 0
    with archive.open(info) as source, target.open("xb") as out:
        while chunk := source.read(_CHUNK):
            written += len(chunk)
            if written > allowed:
                raise refusal("archive-too-large")
            out.write(chunk)
    return written


def _document_first(item: tuple[Path, str]) -> tuple[bool, str]:
    """Order members by name, the main document of a KMZ before all others."""
    return item[1].lower() != "doc.kml", item[1]
