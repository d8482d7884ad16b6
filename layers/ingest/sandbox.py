"""Everything untrusted is read in a process of its own, which is killed when it passes a limit.

A hang, a crash and a want of memory each become a refusal that names its cause; the asking
process goes on. The reading process has no network, an empty environment, a private folder and
no way back but files that are checked when they are read.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from layers.errors import ImportRefusedError
from layers.ingest.base import Finding, RawLayer, ReadOptions
from layers.ingest.exchange import finding_from_json, load_layer, save_layer
from layers.ingest.gate import checked_suffix
from layers.ingest.refusals import refusal
from layers.ingest.worker import ANSWER, DOING, OUT_OF_MEMORY

_MAX_ANSWER_BYTES = 20_000_000
_ENVIRONMENT = {
    "GDAL_SKIP": "VRT OGR_VRT WMS WCS WFS OAPIF HTTP PLSCENES CSW STACTA STACIT",
    "GDAL_DRIVER_PATH": "disable",
    "GDAL_PAM_ENABLED": "NO",  # no .aux.xml beside what was sent
    "GDAL_VRT_ENABLE_PYTHON": "NO",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
    "OGR_SQLITE_LOAD_EXTENSIONS": "NO",
    "PROJ_NETWORK": "OFF",
    "OPENBLAS_NUM_THREADS": "1",  # its threads' stacks alone would fill the address space
    "OMP_NUM_THREADS": "1",
    "LC_ALL": "C.UTF-8",
    "PYTHONUTF8": "1",
    "PATH": "/usr/bin:/bin",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a reading process may use: wall-clock seconds, bytes of memory, bytes of a file."""

    seconds: float = 30.0
    memory_bytes: int = 1_500_000_000
    file_bytes: int = 1_000_000_000


@dataclass(frozen=True, slots=True)
class UploadPart:
    """A file with layers: its kind, its name as it was sent, the names of its layers."""

    kind: str
    name: str
    layers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Upload:
    """A sent file that came through the gate; ``network`` says how its readers are cut off."""

    folder: Path
    parts: tuple[UploadPart, ...]
    findings: tuple[Finding, ...]
    network: str


def survey(source: Path, filename: str, folder: Path, limits: Limits | None = None) -> Upload:
    """Let a sent file through the gate and list its layers.

    ``folder`` has to be empty and private; the file is copied into it under a name of ours.

    Raises
    ------
    ImportRefusedError
        If the file cannot be taken.
    """
    suffix = checked_suffix(source, filename)
    own = folder / f"upload{suffix}"
    shutil.copyfile(source, own)
    request = {"task": "survey", "file": own.name, "name": f"upload{suffix}"}
    answer = _ask(request, folder, limits)
    try:
        parts = tuple(
            UploadPart(str(one["kind"]), str(one["name"]), tuple(map(str, one["layers"])))
            for one in answer["parts"]
        )
        findings = tuple(finding_from_json(one) for one in answer["findings"])
    except (KeyError, TypeError, ValueError) as error:
        raise refusal("reader-crashed", "result") from error
    return Upload(folder, parts, findings, str(answer.get("network")))


def read_layer(
    upload: Upload,
    part: int,
    layer: str | None = None,
    options: ReadOptions | None = None,
    limits: Limits | None = None,
) -> RawLayer:
    """Return a layer of a part, the first where none is named, with findings on its geometries.

    Raises
    ------
    ImportRefusedError
        If it cannot be read within the limits.
    """
    to = f"layer-{part}"
    request = {
        "task": "read",
        "part": part,
        "layer": layer,
        "options": asdict(options or ReadOptions()),
        "to": to,
    }
    _ask(request, upload.folder, limits)
    return load_layer(upload.folder / to)


def repair_layer(layer: RawLayer, folder: Path, limits: Limits | None = None) -> RawLayer:
    """Return a layer with its invalid geometries repaired, each repair a finding.

    Raises
    ------
    ImportRefusedError
        If a geometry cannot be repaired in time; the place is its row.
    """
    to = folder / "repair"
    to.mkdir(exist_ok=True)
    save_layer(layer, to)
    _ask({"task": "repair", "to": to.name}, folder, limits)
    return load_layer(to)


def _ask(request: Mapping[str, Any], folder: Path, limits: Limits | None) -> dict[str, Any]:
    """Start a process for one question and return its answer."""
    limits = limits or Limits()
    for name in (ANSWER, DOING):
        (folder / name).unlink(missing_ok=True)
    bounds = {
        "memory_bytes": limits.memory_bytes,
        "cpu_seconds": int(limits.seconds) + 1,
        "file_bytes": limits.file_bytes,
    }
    question = json.dumps({**request, "limits": bounds}).encode("ascii")
    log = folder / "log"
    with log.open("wb") as errors:
        code = _run(question, folder, errors.fileno(), limits.seconds)
    if code is None or code == -signal.SIGXCPU:
        raise refusal("too-slow", _place(folder))
    if code != 0:
        memory = code in (OUT_OF_MEMORY, -signal.SIGKILL) or _ran_out(log)
        raise refusal("too-much-memory" if memory else "reader-crashed", _place(folder))
    return _answer(folder)


def _run(question: bytes, folder: Path, errors: int, seconds: float) -> int | None:
    """Return the exit code, null if the process was killed for its time."""
    environment = {**_ENVIRONMENT, "HOME": str(folder), "TMPDIR": str(folder)}
    process = subprocess.Popen(
        [sys.executable, "-I", "-B", "-m", "layers.ingest.worker"],
        cwd=folder,
        env={**environment, "CPL_TMPDIR": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=errors,
        start_new_session=True,
    )
    try:
        process.communicate(question, timeout=seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return process.returncode


def _ran_out(log: Path) -> bool:
    """Whether a library said that it got no memory: C++ ends by an exception of its own."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 20_000))
        said = file.read()
    return any(word in said for word in (b"bad_alloc", b"MemoryError", b"Cannot allocate memory"))


def _answer(folder: Path) -> dict[str, Any]:
    path = folder / ANSWER
    try:
        if path.stat().st_size > _MAX_ANSWER_BYTES:
            raise refusal("reader-crashed", "result")
        answer = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise refusal("reader-crashed", "result") from error
    if not isinstance(answer, dict):
        raise refusal("reader-crashed", "result")
    if "refused" in answer:
        raise _refused(answer["refused"])
    return answer


def _refused(raw: object) -> ImportRefusedError:
    if not isinstance(raw, dict):
        return refusal("reader-crashed", "result")
    texts = {name: str(raw.get(name, ""))[:500] for name in ("message", "message_zh")}
    return ImportRefusedError(
        **texts, cause=str(raw.get("cause", ""))[:40], place=str(raw.get("place", ""))[:100]
    )


def _place(folder: Path) -> str:
    path = folder / DOING
    text = path.read_text(encoding="ascii", errors="replace")[:40] if path.is_file() else ""
    return text if re.fullmatch(r"row \d+", text) else ""
