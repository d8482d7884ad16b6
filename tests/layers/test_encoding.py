import json

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from strategies import polygons
from tile_reader import table_of

from geo.crs import OFFERED, read_from, reference_system
from layers.encoding import Form, encode
from layers.errors import InvalidQueryError

systems = st.sampled_from(OFFERED[1:])  # in the first, features are kept encoded


def decoded(table, form, positions=(0,)):
    return [json.loads(text) for text in encode(table, positions, form)]


def test_the_whole_form_is_what_a_table_keeps(workspace):
    table = workspace.snapshot().table("areas")
    assert encode(table, range(len(table.features))) == list(table.encoded)
    [again] = encode(table, [3], Form(properties=frozenset(table.fields)))
    assert json.loads(again) == json.loads(table.encoded[3])


@given(polygons, systems)
def test_a_shape_is_the_same_place_in_every_system(shape, system):
    table = table_of([shape])
    [feature] = decoded(table, Form(crs=system))
    written = shapely.geometry.shape(feature["geometry"])
    [back] = read_from(np.array([written]), system)
    near = np.abs(shapely.get_coordinates(back) - shapely.get_coordinates(shape))
    assert near.max() < 1e-8


def test_nulls_stay_null_and_properties_come_in_their_order():
    table = table_of([None], properties=[{"name": "甲", "stage": "储备", "count": 2}])
    [feature] = decoded(
        table, Form(crs=reference_system("EPSG:4548"), properties=frozenset({"count", "name"}))
    )
    assert feature["geometry"] is None
    assert list(feature["properties"]) == ["name", "count"]
    assert feature["id"] == "F-0"


def test_no_positions_give_no_features():
    assert encode(table_of([None]), [], Form(geometry=False)) == []


def test_a_property_that_is_none_is_refused_with_those_that_are():
    with pytest.raises(InvalidQueryError) as refused:
        encode(table_of([None]), [0], Form(properties=frozenset({"name", "secret"})))
    assert refused.value.parameter == "properties"
    assert "stage" in refused.value.allowed
