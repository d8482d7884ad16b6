"""The process that opens what others send: limited first, then loaded, then asked once.

The question comes as JSON on standard input; the answer is ``answer.json`` in the private folder
that is its working directory, beside a layer as :mod:`layers.ingest.exchange` writes it. It is
run by :mod:`layers.ingest.sandbox` and by nobody else.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from layers.errors import ImportRefusedError
from layers.ingest.isolation import cut_network, limit

ANSWER = "answer.json"
DOING = "doing"
OUT_OF_MEMORY = 86

Answer = dict[str, Any]


def main() -> int:
    """Answer the one question of this process; the exit code is 0 for a refusal as well."""
    request = json.load(sys.stdin)
    limit(**request["limits"])
    guard = cut_network()
    try:
        answer = _TASKS[request["task"]](request)
    except ImportRefusedError as error:
        answer = {
            "refused": {
                "message": error.message,
                "message_zh": error.message_zh,
                "cause": error.cause,
                "place": error.place,
            }
        }
    except MemoryError:
        return OUT_OF_MEMORY
    answer["network"] = guard
    Path(ANSWER).write_text(json.dumps(answer), encoding="utf-8")
    return 0


def _survey(request: Answer) -> Answer:
    from layers.ingest.exchange import finding_to_json
    from layers.ingest.gate import admit
    from layers.ingest.readers import reader_of
    from layers.ingest.wording import finding

    unpacked = Path("unpacked")
    unpacked.mkdir()
    parts, findings = admit(Path(request["file"]), request["name"], unpacked)
    layers = [reader_of(part.kind).sublayers(part.path) for part in parts]
    if len(parts) == 1 and len(layers[0]) > 1:
        findings.append(finding("several-layers", count=len(layers[0])))
    kept = [{"kind": part.kind, "path": str(part.path)} for part in parts]
    Path("parts.json").write_text(json.dumps(kept), encoding="utf-8")
    return {
        "parts": [
            {"kind": part.kind, "name": part.name, "layers": names}
            for part, names in zip(parts, layers, strict=True)
        ],
        "findings": [finding_to_json(one) for one in findings],
    }


def _read(request: Answer) -> Answer:
    from dataclasses import replace

    from layers.ingest.base import ReadOptions
    from layers.ingest.exchange import save_layer
    from layers.ingest.geometry_findings import geometry_findings
    from layers.ingest.readers import reader_of

    part = json.loads(Path("parts.json").read_text(encoding="utf-8"))[request["part"]]
    layer = reader_of(part["kind"]).read(
        Path(part["path"]), request["layer"], ReadOptions(**request["options"])
    )
    layer = replace(layer, findings=(*layer.findings, *geometry_findings(layer)))
    target = Path(request["to"])
    target.mkdir(exist_ok=True)
    save_layer(layer, target)
    return {}


def _repair(request: Answer) -> Answer:
    from layers.ingest.exchange import load_layer, save_layer
    from layers.ingest.geometry_repair import repaired

    folder = Path(request["to"])
    save_layer(repaired(load_layer(folder), working_on=_say), folder)
    return {}


def _say(row: int) -> None:
    """Leave the row that is being worked on, for the case that its repair never ends."""
    Path(DOING).write_text(f"row {row}", encoding="ascii")


_TASKS: dict[str, Callable[[Answer], Answer]] = {
    "survey": _survey,
    "read": _read,
    "repair": _repair,
}

if __name__ == "__main__":
    sys.exit(main())
