import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tile_reader import table_of

from layers.errors import InvalidQueryError
from layers.query import FeatureQuery, SortKey

names = st.one_of(st.none(), st.sampled_from(["重庆", "安庆", "北京", "a", "B", "𠮷", ""]))
counts = st.one_of(st.none(), st.integers(-5, 5))


def order(rows, *keys):
    table = table_of([None] * len(rows), properties=rows)
    return table.select(FeatureQuery(sort=keys)).tolist()


@given(st.lists(st.tuples(names, counts), max_size=20), st.booleans(), st.booleans())
def test_keys_decide_one_after_the_other_nulls_last_and_ties_as_they_were(rows, first, second):
    given_rows = [{"name": name, "count": count} for name, count in rows]
    found = order(given_rows, SortKey("name", first), SortKey("count", second))

    def rank(value, descending):
        return (1, 0) if value is None else (0, -value if descending else value)

    texts = sorted({name.encode("gb18030") for name, _ in rows if name is not None})
    places = {text: place for place, text in enumerate(texts)}
    expected = sorted(
        range(len(rows)),
        key=lambda row: (
            rank(rows[row][0] and places[rows[row][0].encode("gb18030")], first)
            if rows[row][0] != ""
            else rank(places[b""], first),
            rank(rows[row][1], second),
        ),
    )
    assert found == expected


def test_common_chinese_names_stand_in_the_order_of_their_pinyin():
    rows = [{"name": name} for name in ("兴隆", "安居", "党家", "白马山", "老商埠")]
    found = order(rows, SortKey("name"))
    assert [rows[row]["name"] for row in found] == ["安居", "白马山", "党家", "老商埠", "兴隆"]


def test_stages_stand_in_the_order_of_the_plan():
    rows = [{"stage": stage} for stage in ("建成", "储备", None, "建设", "预备")]
    assert order(rows, SortKey("stage")) == [1, 4, 3, 0, 2]
    assert order(rows, SortKey("stage", descending=True)) == [0, 3, 4, 1, 2]


def test_a_number_that_is_none_counts_as_null():
    rows = [{"uncertainty_m": value} for value in (2.0, None, 1.0)]
    assert order(rows, SortKey("uncertainty_m")) == [2, 0, 1]


def test_order_and_filter_go_together():
    rows = [{"count": value, "stage": "储备"} for value in (3, 1, 2)]
    rows[1]["stage"] = "建成"
    table = table_of([None] * 3, properties=rows)
    query = FeatureQuery(filters={"stage": ("储备",)}, sort=(SortKey("count"),))
    assert np.array_equal(table.select(query), [2, 0])


@pytest.mark.parametrize("name", ["cite", "zone", "aliases", "geometry", "nothing"])
def test_what_is_no_single_value_cannot_be_sorted_by(name):
    with pytest.raises(InvalidQueryError) as refused:
        order([{"name": "a"}], SortKey(name))
    assert refused.value.parameter == "sortby"
    assert "name" in refused.value.allowed
