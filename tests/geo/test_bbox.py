import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.bbox import BBox
from geo.errors import InvalidBBoxError

LON = st.floats(-180, 180)
LAT = st.floats(-90, 90)


@given(LON, LAT, LON, LAT)
def test_a_box_written_as_text_reads_back_the_same(west, one, east, other):
    south, north = sorted((one, other))
    box = BBox(west, south, east, north)
    assert BBox.parse(",".join(map(repr, box.as_tuple()))) == box


def test_six_numbers_leave_the_heights_out():
    assert BBox.parse("1,2,-50,3,4,900") == BBox(1, 2, 3, 4)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1,2,3",
        "1,2,3,4,5",
        "a,b,c,d",
        "1,5,3,4",
        "nan,2,3,4",
        "1,2,inf,4",
        "1,2,3,91",
        "1_0,2,11,4",
        "１,2,3,4",
        "1e999,2,3,4",
    ],
)
def test_what_is_no_box_is_refused(text):
    with pytest.raises(InvalidBBoxError):
        BBox.parse(text)


def test_a_box_across_the_antimeridian_is_two_boxes():
    box = BBox(170, -10, -170, 10)
    assert box.parts() == (BBox(170, -10, 180, 10), BBox(-180, -10, -170, 10))
    assert box.contains(175, 0)
    assert box.contains(-175, 0)
    assert not box.contains(0, 0)
