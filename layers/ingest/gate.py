"""The gate: what a sent file is, and its layers' files in a private folder."""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from layers.ingest.archive import unpack
from layers.ingest.base import Finding
from layers.ingest.refusals import refusal
from layers.ingest.sniff import SUFFIXES, Kind, sniff
from layers.ingest.wording import finding

MAX_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class Part:
    """A file that a reader can open: its kind, its place, and its name as it was sent."""

    kind: Kind
    path: Path
    name: str


def checked_suffix(source: Path, filename: str) -> str:
    """Return the suffix of a sent file's name after its size was found to be allowed.

    Of the name nothing else is ever used; path parts are left out.

    Raises
    ------
    ImportRefusedError
        If the file is empty or too large, or no file of such a name is taken.
    """
    suffix = PurePosixPath(filename.replace("\\", "/")).suffix.lower()
    if suffix not in SUFFIXES:
        raise refusal("unknown-content")
    size = source.stat().st_size
    if size == 0:
        raise refusal("empty-file")
    if size > MAX_BYTES:
        raise refusal("too-large")
    return suffix


def admit(source: Path, filename: str, folder: Path) -> tuple[list[Part], list[Finding]]:
    """Return the files of a sent file that hold layers, and what there is to say of them.

    An archive is unpacked into ``folder``, which has to be empty and private.

    Raises
    ------
    ImportRefusedError
        If the file or something in it may not come in.
    """
    suffix = checked_suffix(source, filename)
    kind, as_named = sniff(source, suffix)
    findings = [] if as_named else [finding("name-misleads")]
    if kind != "archive":
        return [Part(kind, source, PurePosixPath(filename).stem)], findings
    parts = []
    for member in unpack(source, folder):
        inner, _ = sniff(member.path, member.path.suffix)
        if inner == "archive":
            raise refusal("archive-nested")
        parts.append(Part(inner, member.path, str(PurePosixPath(member.name).with_suffix(""))))
    if len(parts) > 1:
        documents = all(part.kind == "kml" for part in parts)
        findings.append(
            finding("several-documents" if documents else "several-layers", count=len(parts))
        )
    return parts, findings
