import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from layers.errors import ImportRefusedError, InvalidFeatureError
from layers.ingest.base import ReadOptions
from layers.ingest.boundary_points import ATTRIBUTES, BoundaryPointReader, parse
from layers.ingest.boundary_writer import written
from layers.ingest.text_wording import Notes

HEAD = "\n".join(["[属性描述]", *(f"{k}={v}" for k, v in ATTRIBUTES.items()), "[地块坐标]"])
SQUARE = "5,1,001,地块一,面,H-50,住宅用地,0701,@"
POINTS = (
    "J1,1,4050000,39500000",
    "J2,1,4050100,39500000",
    "J3,1,4050100,39500100",
    "J4,1,4050000,39500100",
    "J1,1,4050000,39500000",
)
NO_SIGNS = st.text(
    st.characters(codec="gb18030", exclude_categories=["C", "Z"], exclude_characters=",，"),
    min_size=1,
    max_size=8,
)


def text_of(*lines):
    return "\n".join([HEAD, *lines])


def codes_of(*lines):
    notes = Notes()
    parse(text_of(*lines), notes)
    return [finding.code for finding in notes.all() if finding.code != "attributes"]


@st.composite
def plots(draw):
    """Between one and five plots, metres apart, of every kind that the format has."""
    shapes = []
    for number in range(draw(st.integers(1, 5))):
        at = np.array([39_500_000 + 3000 * number, 4_050_000]) + draw(st.integers(0, 900)) / 1000
        shell = shapely.box(*at, *(at + draw(st.integers(300, 900))))
        hole = shapely.box(*(at + 50), *(at + draw(st.integers(60, 200))))
        island = shapely.box(*(at + 51), *(at + 59))
        line = shapely.LineString(at + np.array([(0, 0), (10, 20), (30.5, 7.25)]))
        shapes.append(
            draw(
                st.sampled_from(
                    [
                        shell,
                        shell - hole,
                        shapely.MultiPolygon([shell - hole, island]),
                        shapely.MultiPolygon([island, shapely.box(*(at + 1000), *(at + 1100))]),
                        shapely.Point(at),
                        shapely.MultiPoint([at, at + 5]),
                        line,
                        shapely.MultiLineString([line, [at, at + 7]]),
                    ]
                )
            )
        )
    texts = st.lists(st.none() | NO_SIGNS, min_size=len(shapes), max_size=len(shapes))
    columns = {name: draw(texts) for name in ("地块编号", "地块名称", "图幅号", "用途", "地类编码")}
    columns["面积"] = [draw(st.none() | st.floats(0, 1e6)) for _ in shapes]
    return gpd.GeoDataFrame(columns, geometry=shapes)


@given(plots(), st.dictionaries(NO_SIGNS.filter(lambda t: "=" not in t and t[0] != "["), NO_SIGNS))
def test_what_is_written_is_read_back_to_the_millimetre(frame, extra):
    attributes = {**extra, **ATTRIBUTES}
    back = parse(written(frame, attributes), Notes())
    assert back.attributes == attributes
    for name in ("面积", "地块编号", "地块名称", "图幅号", "用途", "地类编码"):
        was, read = (list(plots[name].astype(object).fillna("")) for plots in (frame, back.plots))
        assert read == was
    for was, shape in zip(frame.geometry, back.plots.geometry, strict=True):
        assert shape.geom_type == was.geom_type
        assert shapely.equals_exact(shape.normalize(), was.normalize(), tolerance=0.001)


def test_what_is_written_is_read_without_a_finding_and_written_equal(tmp_path):
    frame = parse(text_of(SQUARE, *POINTS), Notes()).plots
    path = tmp_path / "plots.txt"
    path.write_bytes(written(frame).encode("gb18030"))
    layer = BoundaryPointReader().read(path, None, ReadOptions())
    assert [finding.code for finding in layer.findings] == ["attributes"]
    assert layer.encoding == "gb18030"
    assert "2000国家大地坐标系" in layer.crs
    assert written(layer.frame) == written(frame)


def test_a_plot_stands_as_easting_and_northing_with_its_zone():
    plot = parse(text_of(SQUARE, *POINTS), Notes()).plots
    assert plot.geometry.iloc[0].bounds == (39_500_000, 4_050_000, 39_500_100, 4_050_100)
    assert plot["地块名称"].tolist() == ["地块一"]


def test_the_frame_is_indexed_by_the_line_of_each_plot():
    plots = parse(text_of(SQUARE, *POINTS, SQUARE.replace("001", "002"), *POINTS), Notes()).plots
    assert plots.index.tolist() == [11, 17]


def test_either_axis_order_gives_the_same_plot():
    turned = [",".join(np.array(point.split(","))[[0, 1, 3, 2]]) for point in POINTS]
    notes = Notes()
    plot = parse(text_of(SQUARE, *turned), notes).plots
    assert plot.geometry.iloc[0].bounds == (39_500_000, 4_050_000, 39_500_100, 4_050_100)
    assert "axis-turned" in [finding.code for finding in notes.all()]


ODDITIES = {
    "axis-unsure": (SQUARE, *(p.replace("405", "").replace("3950", "") for p in POINTS)),
    "zone-missing": (SQUARE, *(p.replace(",395", ",5") for p in POINTS)),
    "zone-differs": (SQUARE, *(p.replace(",395", ",405") for p in POINTS)),
    "ring-open": (SQUARE, *POINTS[:-1]),
    "ring-closed-twice": (SQUARE, *POINTS, POINTS[0]),
    "point-count": (SQUARE.replace("5,1", "9,1", 1), *POINTS),
    "point-numbers": (SQUARE, POINTS[0], POINTS[1], *(p.replace("J", "J1") for p in POINTS[2:])),
    "point-extra": (SQUARE, *(point + ",12.5" for point in POINTS)),
    "plot-header": (SQUARE.replace("地块一", "地块,一"), *POINTS),
    "plot-mark": (SQUARE.removesuffix(",@"), *POINTS),
    "plot-twice": (SQUARE, *POINTS, SQUARE, *POINTS),
    "wide-commas": (SQUARE, *(point.replace(",", "，") for point in POINTS)),
    "area-differs": (SQUARE.replace("5,1,", "5,15,"), *POINTS),
    "nul": (SQUARE.replace("地块一", "地块\x00一"), *POINTS),
    "line-unknown": ("说明", SQUARE, *POINTS),
}


@pytest.mark.parametrize("code", ODDITIES)
def test_each_oddity_is_found(code):
    assert code in codes_of(*ODDITIES[code])


def test_a_file_without_oddities_has_no_finding():
    assert codes_of(SQUARE, *POINTS) == []


@pytest.mark.parametrize("bad", ["J3,1,x,39500100", "J3,1,1e999,39500100", "J3,1,nan,1", "J3,1"])
def test_a_bad_point_refuses_its_plot_by_line_and_keeps_the_others(bad):
    second = SQUARE.replace("001", "002")
    notes = Notes()
    plots = parse(text_of(SQUARE, POINTS[0], POINTS[1], bad, *POINTS[2:], second, *POINTS), notes)
    found = next(finding for finding in notes.all() if finding.code == "point-wrong")
    assert (found.severity, found.row, found.facts["line"]) == ("refusal", 11, 14)
    assert notes.refused == {11}
    assert plots.plots.index.tolist() == [11, 18]
    assert plots.plots.geometry.isna().tolist() == [True, False]


def test_a_ring_of_two_points_refuses_its_plot():
    second = SQUARE.replace("001", "002")
    assert "ring-short" in codes_of(SQUARE, *POINTS[:2], second, *POINTS)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("", "empty-file"),
        ("a,b\n1,2\n", "format-mismatch"),
        (HEAD, "no-plots"),
        (text_of(SQUARE, POINTS[0]), "no-plots"),
    ],
)
def test_a_file_without_plots_is_refused(text, cause):
    with pytest.raises(ImportRefusedError) as refused:
        parse(text, Notes())
    assert refused.value.cause == cause


@pytest.mark.parametrize("name", ["甲,乙", "甲，乙", "甲\n乙", " 甲"])
def test_a_text_that_the_format_cannot_carry_is_refused(name):
    frame = gpd.GeoDataFrame({"地块名称": [name]}, geometry=[shapely.Point(39_500_000, 4_050_000)])
    with pytest.raises(InvalidFeatureError) as refused:
        written(frame)
    assert refused.value.field == "地块名称"


@pytest.mark.parametrize("shape", [None, shapely.Polygon(), shapely.GeometryCollection()])
def test_a_plot_without_a_shape_is_not_written(shape):
    with pytest.raises(InvalidFeatureError):
        written(gpd.GeoDataFrame(geometry=[shape]))


@given(st.text(max_size=300))
def test_any_lines_give_plots_or_a_refusal(noise):
    try:
        plots = parse(text_of(SQUARE, *POINTS) + "\n" + noise, Notes()).plots
    except ImportRefusedError:
        return
    assert len(plots) >= 1
