import numpy as np
import pyproj
import pytest
import shapely

from geo.bbox import BBox
from geo.crs import (
    KNOWN,
    OFFERED,
    STORAGE_CRS,
    bbox_from,
    read_from,
    reference_system,
    to_crs,
    transformer,
    written_in,
)
from geo.errors import InvalidBBoxError, UnknownCrsError

XINGLONG = shapely.Point(117.0303, 36.5999)


@pytest.mark.parametrize("system", KNOWN, ids=lambda system: system.code)
def test_every_known_system_is_of_the_cgcs2000_or_wgs84_family(system):
    datum = pyproj.CRS(system.code).geodetic_crs.datum.name
    assert any(name in datum for name in ("China 2000", "World Geodetic System 1984"))


@pytest.mark.parametrize("system", KNOWN, ids=lambda system: system.code)
def test_there_and_back_is_the_same_place(system):
    there = to_crs(np.array([XINGLONG]), source=STORAGE_CRS, target=system.code)
    back = to_crs(there, source=system.code, target=STORAGE_CRS)
    assert back[0].distance(XINGLONG) < 1e-9


def test_planar_coordinates_are_easting_then_northing():
    [point] = to_crs(np.array([XINGLONG]), source=STORAGE_CRS, target="EPSG:4548")
    assert 502_000 < point.x < 503_000  # 500 km false easting, 2.7 km east of 117°
    assert 4_051_000 < point.y < 4_053_000


def test_zone_39_carries_its_number_before_the_easting():
    [point] = to_crs(np.array([XINGLONG]), source=STORAGE_CRS, target="EPSG:4527")
    assert 39_500_000 < point.x < 39_600_000


@pytest.mark.parametrize("code", ["EPSG:2384", "EPSG:4214", "EPSG:999999", "nonsense"])
def test_a_datum_that_proj_would_shift_by_nothing_is_refused(code):
    with pytest.raises(UnknownCrsError):
        transformer(code, STORAGE_CRS)


@pytest.mark.parametrize("system", KNOWN, ids=lambda system: system.code)
def test_the_order_of_the_axes_is_that_of_the_definition(system):
    first = pyproj.CRS(system.code).axis_info[0]
    assert system.north_first == (first.direction == "north")
    latitude_or_northing = {"EPSG:4490", "EPSG:4326", "EPSG:4548", "EPSG:4527", "EPSG:4547"}
    assert system.north_first or system.code not in latitude_or_northing


@pytest.mark.parametrize("system", OFFERED, ids=lambda system: system.code)
def test_a_system_is_found_by_each_of_its_names(system):
    assert len(set(system.names)) == 3
    for name in system.names:
        assert reference_system(name) == system


@pytest.mark.parametrize("name", ["EPSG:4547", "4490", "epsg:4490", "", "EPSG:4490 ", "x" * 9999])
def test_a_system_that_is_not_offered_is_not_found(name):
    with pytest.raises(UnknownCrsError) as refused:
        reference_system(name)
    assert len(refused.value.message) < 200


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("OGC:CRS84", (117.02, 36.65)),
        ("EPSG:4490", (36.65, 117.02)),
        ("EPSG:4326", (36.65, 117.02)),
        ("EPSG:4548", (4057670.1328, 501788.3598)),
        ("EPSG:4527", (4057670.1328, 39501788.3598)),
        ("EPSG:3857", (13026606.8126, 4390432.9405)),
    ],
)
def test_a_position_is_written_in_the_order_of_the_definition_and_read_back(code, expected):
    system = reference_system(code)
    [written] = written_in(np.array([shapely.Point(117.02, 36.65)]), system)
    assert (written.x, written.y) == expected
    [back] = read_from(np.array([written]), system)
    assert back.distance(shapely.Point(117.02, 36.65)) < 1e-9


@pytest.mark.parametrize("system", OFFERED, ids=lambda system: system.code)
def test_a_box_in_any_system_holds_all_that_lies_in_it(system):
    random = np.random.default_rng(7)
    corner = written_in(np.array([shapely.Point(117.0, 36.6)]), system)[0]
    side = 0.5 if system.degrees else 50_000
    a, b = random.uniform(0, side, (2, 500))
    box = bbox_from(f"{corner.x},{corner.y},{corner.x + side},{corner.y + side}", system)
    inside = shapely.points(corner.x + a, corner.y + b)
    for point in read_from(inside, system):
        assert box.contains(point.x, point.y)


def test_a_box_in_degrees_is_taken_as_it_is():
    assert bbox_from("36.4,116.8,36.7,117.2", reference_system("EPSG:4490")) == BBox(
        116.8, 36.4, 117.2, 36.7
    )


@pytest.mark.parametrize(
    "text", ["2,1,1,2", "1,2,2,1", "1e30,1e30,1e31,1e31", "nan,1,2,3", "1,2,3", "1,2,inf,inf"]
)
def test_what_is_no_box_in_metres_is_refused(text):
    with pytest.raises(InvalidBBoxError):
        bbox_from(text, reference_system("EPSG:4548"))


@pytest.mark.parametrize(
    "system",
    [system for system in KNOWN if "Gauss-Kruger" in system.name],
    ids=lambda system: system.code,
)
def test_a_gauss_kruger_system_is_named_as_in_the_register(system):
    registered = pyproj.CRS(system.code)
    [meridian] = [
        part.value
        for part in registered.coordinate_operation.params
        if part.name == "Longitude of natural origin"
    ]
    assert system.name == registered.name
    assert f"{meridian:.0f}°" in system.name_zh or "39 带" in system.name_zh
