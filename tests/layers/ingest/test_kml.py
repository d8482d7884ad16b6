from pathlib import Path

import pytest
import shapely
from ingest_files import kml

from layers.errors import ImportRefusedError
from layers.ingest.base import RawLayer, ReadOptions
from layers.ingest.kml import KmlReader

RING = "117,36.6,0 117.1,36.6,0 117.1,36.7,0 117,36.6,0"


def read(path: Path) -> RawLayer:
    return KmlReader().read(path, None, ReadOptions())


def placemark(coordinates: str, name: str = "地块", more: str = "") -> str:
    return (
        f"<Placemark><name>{name}</name>{more}<Polygon><outerBoundaryIs><LinearRing><coordinates>"
        f"{coordinates}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
    )


def codes(layer: RawLayer) -> set[str]:
    return {one.code for one in layer.findings}


def cause(path: Path) -> str:
    with pytest.raises(ImportRefusedError) as caught:
        read(path)
    return caught.value.cause


def test_a_placemark_brings_its_folder_and_its_extended_data(tmp_path: Path) -> None:
    more = (
        '<ExtendedData><Data name="阶段"><value>建设</value></Data><SchemaData schemaUrl="http://'
        'example.org/s"><SimpleData name="name">二</SimpleData></SchemaData></ExtendedData>'
    )
    body = f"<Folder><name>片区</name>{placemark(RING, more=more)}</Folder>"
    layer = read(kml(tmp_path / "a.kml", body))
    row = layer.frame.iloc[0]
    assert (row["name"], row["folder"], row["阶段"], row["name_2"]) == (
        "地块",
        "片区",
        "建设",
        "二",
    )
    assert layer.crs == "OGC:CRS84"
    assert codes(layer) == {"column-renamed"}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "gb18030"])
def test_other_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    path = kml(tmp_path / "a.kml", placemark(RING))
    text = path.read_text("utf-8")
    if encoding == "gb18030":
        text = text.replace("UTF-8", "GB2312")
    path.write_bytes(text.encode(encoding))
    assert list(read(path).frame["name"]) == ["地块"]


def test_a_text_in_gbk_that_calls_itself_utf_8_is_read_and_said(tmp_path: Path) -> None:
    path = kml(tmp_path / "a.kml", placemark(RING))
    path.write_bytes(path.read_text("utf-8").encode("gbk"))
    layer = read(path)
    assert (list(layer.frame["name"]), codes(layer)) == (["地块"], {"encoding-contradicts"})


@pytest.mark.parametrize(
    ("coordinates", "code"),
    [
        (RING.replace(",", ", "), "coordinate-written"),
        ("117,36 118,36 118,37", "ring-open"),
    ],
)
def test_what_is_evident_is_read_and_said(tmp_path: Path, coordinates: str, code: str) -> None:
    layer = read(kml(tmp_path / "a.kml", placemark(coordinates)))
    assert len(layer.frame) == 1
    assert code in codes(layer)


@pytest.mark.parametrize(
    ("coordinates", "code"),
    [
        ("116;39 117;39 117;40 116;39", "row-refused"),
        ("１１６，３９ １１７，３９ １１７，４０ １１６，３９", "row-refused"),
        ("１１６,３９ １１７,３９ １１７,４０ １１６,３９", "row-refused"),
        ("nan,39 117,39 117,40 nan,39", "row-refused"),
        ("116,39 117,39", "row-refused"),
        ("", "row-refused"),
        ("1e308,0 -1e308,1 0,0 1e308,0", "coordinate-too-large"),
        ("1e999,0 1,1 0,0 1e999,0", "coordinate-not-finite"),
    ],
)
def test_a_bad_placemark_is_refused_and_its_neighbour_kept(
    tmp_path: Path, coordinates: str, code: str
) -> None:
    body = placemark(coordinates, "坏") + placemark(RING, "好")
    layer = read(kml(tmp_path / "a.kml", body))
    assert list(layer.frame["name"]) == ["好"]
    assert [(one.code, one.row) for one in layer.findings] == [(code, 1)]


def test_links_and_overlays_are_counted_and_never_followed(tmp_path: Path) -> None:
    body = "<NetworkLink><Link><href>http://127.0.0.1:9/x.kml</href></Link></NetworkLink>"
    layer = read(kml(tmp_path / "a.kml", body + "<GroundOverlay/>" + placemark(RING)))
    [one] = layer.findings
    assert one.facts["kinds"] == {"NetworkLink": 1, "GroundOverlay": 1}


def test_tracks_and_parts_become_lines_and_collections(tmp_path: Path) -> None:
    point = "<Point><coordinates>117,36</coordinates></Point>"
    body = (
        f"<Placemark><MultiGeometry>{point}{point}</MultiGeometry></Placemark>"
        "<Placemark><gx:Track xmlns:gx='http://www.google.com/kml/ext/2.2'>"
        "<gx:coord>117 36 5</gx:coord><gx:coord>118 36 5</gx:coord></gx:Track></Placemark>"
    )
    shapes = read(kml(tmp_path / "a.kml", body)).frame.geometry
    assert [shapely.to_wkt(shape) for shape in shapes] == [
        "MULTIPOINT ((117 36), (117 36))",
        "LINESTRING Z (117 36 5, 118 36 5)",
    ]


def test_markup_inside_a_description_loses_no_word(tmp_path: Path) -> None:
    more = "<description>一<b>二</b>三</description>"
    layer = read(kml(tmp_path / "a.kml", placemark(RING, more=more)))
    assert layer.frame["description"][1] == "一二三"
    assert codes(layer) == {"text-markup"}


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE kml [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]>',
        '<!DOCTYPE kml SYSTEM "http://127.0.0.1:9/kml.dtd">',
        '<!DOCTYPE kml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
    ],
)
def test_a_document_type_is_refused(tmp_path: Path, doctype: str) -> None:
    path = kml(tmp_path / "a.kml", placemark(RING))
    path.write_text(path.read_text("utf-8").replace("<kml", doctype + "<kml", 1), "utf-8")
    assert cause(path) == "xml-entities"


def test_an_inclusion_is_refused(tmp_path: Path) -> None:
    more = '<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>'
    assert cause(kml(tmp_path / "a.kml", placemark(RING, more=more))) == "xml-entities"


def test_depth_is_bounded_and_a_hundred_folders_are_not_too_deep(tmp_path: Path) -> None:
    deep = "<Folder>" * 100 + placemark(RING) + "</Folder>" * 100
    assert len(read(kml(tmp_path / "a.kml", deep)).frame) == 1
    nested = "<MultiGeometry>" * 100 + "</MultiGeometry>" * 100
    assert cause(kml(tmp_path / "b.kml", f"<Placemark>{nested}</Placemark>")) == "too-deep"
    assert cause(kml(tmp_path / "c.kml", "<Folder>" * 5000)) == "too-deep"


def test_a_cut_text_and_an_empty_document_are_refused(tmp_path: Path) -> None:
    path = kml(tmp_path / "a.kml", placemark(RING))
    path.write_text(path.read_text("utf-8")[:150], "utf-8")
    assert cause(path) == "damaged"
    assert cause(kml(tmp_path / "b.kml", "")) == "no-rows"
