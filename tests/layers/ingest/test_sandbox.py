import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import shapely
from ingest_files import SQUARE, feature, geojson, kml, packed, polygon, shapefile, written
from shapely import Polygon

from layers.errors import ImportRefusedError
from layers.ingest import sandbox
from layers.ingest.base import RawLayer
from layers.ingest.sandbox import Limits, read_layer, repair_layer, survey

CONNECT = """
import socket, sys
from layers.ingest.isolation import cut_network
print(cut_network(namespaces=sys.argv[2] == "yes"), flush=True)
try:
    socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=2)
    print("connected")
except OSError:
    print("refused")
"""


@pytest.fixture
def private(tmp_path: Path) -> Path:
    folder = tmp_path / "private"
    folder.mkdir()
    return folder


@pytest.fixture
def listener() -> Iterator[tuple[int, list[str]]]:
    """A server on this machine that notes who came."""
    came: list[str] = []
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        server.settimeout(0.1)
        done = threading.Event()

        def serve() -> None:
            while not done.is_set():
                try:
                    server.accept()[0].close()
                except TimeoutError:
                    continue
                came.append("somebody")

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1], came
        done.set()
        thread.join()


def refused(source: Path, private: Path, **limits: float) -> ImportRefusedError:
    with pytest.raises(ImportRefusedError) as caught:
        read_layer(survey(source, source.name, private), 0, limits=Limits(**limits))  # type: ignore[arg-type]
    return caught.value


def test_a_layer_comes_back_as_it_was_read(tmp_path: Path, private: Path) -> None:
    values = {"text": "兴隆{{7*7}}", "big": 2**70, "half": 0.1, "yes": True, "none": None}
    source = geojson(tmp_path / "a.geojson", feature(polygon(), values), feature(None, values))
    upload = survey(source, source.name, private)
    layer = read_layer(upload, 0)
    assert (upload.parts[0].kind, upload.parts[0].layers) == ("geojson", ("upload",))
    assert layer.frame.drop(columns="geometry").to_dict("index") == {1: values, 2: values}
    assert layer.frame.geometry[1].equals_exact(Polygon(SQUARE))
    assert layer.frame.geometry[2] is None
    assert (layer.crs, layer.encoding) == ("OGC:CRS84", "utf-8")
    assert {one.code for one in layer.findings} == {"geometry-missing", "ring-direction"}


def test_heights_and_measures_cross_unchanged(tmp_path: Path, private: Path) -> None:
    body = "<Placemark><Point><coordinates>117,36,81.5</coordinates></Point></Placemark>"
    source = kml(tmp_path / "a.kml", body)
    layer = read_layer(survey(source, source.name, private), 0)
    assert shapely.to_wkt(layer.frame.geometry[1]) == "POINT Z (117 36 81.5)"


def test_every_layer_of_an_archive_can_be_chosen(tmp_path: Path, private: Path) -> None:
    inner = tmp_path / "shapes"
    inner.mkdir()
    shapefile(inner)
    written(inner / "roads.gpkg", "GPKG", [(Polygon(SQUARE), "一路")])
    source = tmp_path / "all.zip"
    source.write_bytes(
        packed({f"2026年/{path.name}": path.read_bytes() for path in inner.iterdir()})
    )
    upload = survey(source, source.name, private)
    names = {part.name: number for number, part in enumerate(upload.parts)}
    assert set(names) == {"2026年/zones", "2026年/roads"}
    assert [one.code for one in upload.findings] == ["several-layers"]
    roads = read_layer(upload, names["2026年/roads"], "roads")
    assert list(roads.frame["name"]) == ["一路"]
    assert len(read_layer(upload, names["2026年/zones"]).frame) == 2


def test_what_hangs_is_stopped_at_its_deadline(tmp_path: Path, private: Path) -> None:
    ring = [(n % 2, n / 9) for n in range(9)]
    features = [feature(polygon([*ring, ring[0]])) for _ in range(20_000)]
    source = geojson(tmp_path / "a.geojson", *features)
    error = refused(source, private, seconds=1.0)
    assert error.cause == "too-slow"


def test_what_wants_too_much_memory_is_refused_and_the_next_is_read(
    tmp_path: Path, private: Path
) -> None:
    many = [feature(polygon([(x + n, y) for x, y in SQUARE])) for n in range(30_000)]
    source = geojson(tmp_path / "a.geojson", *many)
    assert refused(source, private, memory_bytes=260_000_000).cause == "too-much-memory"
    again = tmp_path / "again"
    again.mkdir()
    assert len(read_layer(survey(source, source.name, again), 0).frame) == 30_000


def test_a_crash_is_a_refusal(
    tmp_path: Path, private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = geojson(tmp_path / "a.geojson", feature(polygon()))
    upload = survey(source, source.name, private)
    real = subprocess.Popen
    abort = [sys.executable, "-c", "import os; os.abort()"]
    monkeypatch.setattr(sandbox.subprocess, "Popen", lambda _, **how: real(abort, **how))
    with pytest.raises(ImportRefusedError) as caught:
        read_layer(upload, 0)
    assert caught.value.cause == "reader-crashed"


@pytest.mark.parametrize(
    "answer", ["", "[]", "{", '{"parts": [{}]}', '{"parts": 1, "findings": []}', '{"refused": 1}']
)
def test_an_answer_that_is_none_is_refused(
    tmp_path: Path, private: Path, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    source = geojson(tmp_path / "a.geojson", feature(polygon()))
    real = subprocess.Popen
    write = [sys.executable, "-c", f"open('answer.json', 'w').write({answer!r})"]
    monkeypatch.setattr(sandbox.subprocess, "Popen", lambda _, **how: real(write, **how))
    with pytest.raises(ImportRefusedError) as caught:
        survey(source, source.name, private)
    assert caught.value.cause == "reader-crashed"


def test_a_repair_comes_back_with_its_change(tmp_path: Path, private: Path) -> None:
    bowtie = [(0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0), (0.0, 0.0)]
    source = geojson(tmp_path / "a.geojson", feature(polygon(bowtie)))
    layer: RawLayer = read_layer(survey(source, source.name, private), 0)
    fixed = repair_layer(layer, private)
    assert fixed.frame.geometry.is_valid.all()
    assert fixed.findings[-1].code == "repaired-area"


def test_a_repair_that_never_ends_names_its_row(
    tmp_path: Path, private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = geojson(tmp_path / "a.geojson", feature(polygon()))
    layer = read_layer(survey(source, source.name, private), 0)
    real = subprocess.Popen
    hang = [
        sys.executable,
        "-c",
        "import time; open('doing', 'w').write('row 17'); time.sleep(60)",
    ]
    monkeypatch.setattr(sandbox.subprocess, "Popen", lambda _, **how: real(hang, **how))
    with pytest.raises(ImportRefusedError) as caught:
        repair_layer(layer, private, Limits(seconds=1.0))
    assert (caught.value.cause, caught.value.place) == ("too-slow", "row 17")


@pytest.mark.parametrize(
    ("namespaces", "guards"), [("yes", {"namespace", "seccomp"}), ("no", {"seccomp"})]
)
def test_neither_guard_lets_the_reader_reach_the_network(
    listener: tuple[int, list[str]], namespaces: str, guards: set[str]
) -> None:
    port, came = listener
    ran = subprocess.run(
        [sys.executable, "-c", CONNECT, str(port), namespaces],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    guard, outcome = ran.stdout.split()
    assert guard in guards
    assert outcome == "refused"
    assert came == []


def test_a_description_of_other_data_is_neither_followed_nor_read(
    tmp_path: Path, private: Path, listener: tuple[int, list[str]]
) -> None:
    port, came = listener
    secret = tmp_path / "secret.csv"
    secret.write_text("id,name\n1,geheim\n")
    for number, source in enumerate((f"/vsicurl/http://127.0.0.1:{port}/a.json", str(secret))):
        folder = private / str(number)
        folder.mkdir()
        described = tmp_path / "zones.geojson"
        described.write_text(
            f'<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{source}</SrcDataSource>'
            "</OGRVRTLayer></OGRVRTDataSource>"
        )
        assert refused(described, folder).cause == "points-elsewhere"
    assert came == []


def test_the_reader_sees_nothing_of_our_environment_and_writes_only_its_folder(
    tmp_path: Path, private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONEMAP_SECRET", "geheim")
    seen: list[dict[str, str]] = []
    real = subprocess.Popen

    def watched(command: list[str], **how: object) -> object:
        seen.append(how["env"])  # type: ignore[arg-type]
        return real(command, **how)  # type: ignore[call-overload]

    monkeypatch.setattr(sandbox.subprocess, "Popen", watched)
    source = written(tmp_path / "a.gpkg", "GPKG", [(Polygon(SQUARE), "a")])
    before = source.read_bytes()
    read_layer(survey(source, source.name, private), 0)
    assert all("ONEMAP_SECRET" not in environment for environment in seen)
    assert sorted(os.listdir(tmp_path)) == ["a.gpkg", "private"]
    assert source.read_bytes() == before
