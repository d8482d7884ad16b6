import pytest
from crs_set import DECLARATIONS, KINDS, PLACES, Layer, codes_at, one_of_each, outcome, tally
from hypothesis import given
from hypothesis import strategies as st


@st.composite
def layers(draw):
    place = draw(st.sampled_from(sorted(PLACES)))
    return Layer(
        place,
        draw(st.sampled_from(codes_at(place))),
        draw(st.sampled_from(KINDS)),
        draw(st.integers(1, 1_000)),
        draw(st.sampled_from(DECLARATIONS)),
        draw(st.booleans()),
    )


@pytest.mark.slow
def test_what_can_be_told_is_told_and_nothing_else_is():
    counts = tally(one_of_each())
    told = sum(count for (_, can_be, _), count in counts.items() if can_be == "told")
    right = sum(count for (_, _, found), count in counts.items() if found == "right")
    assert right >= 0.95 * told
    assert not [key for key in counts if key[2] == "wrong"]
    assert not [key for key in counts if key[1:] == ("asked", "right")]


@given(layers())
def test_a_layer_is_never_taken_for_another_system_and_its_own_is_always_listed(layer):
    assert outcome(layer) == ("right" if layer.can_be_told else "asked")
