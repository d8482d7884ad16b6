"""Whatever a property holds, every store keeps it to the letter or refuses it by an error."""

import itertools

import pytest
from edits import added, changes, edited, project
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers.errors import InvalidFeatureError

good = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | good,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(good, inner, max_size=3),
    max_leaves=8,
)
numbered = itertools.count()
# The store is one for all examples: each has an id of its own.
one_store = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@one_store
@given(own=st.dictionaries(good.map("自有{}".format), values, max_size=3), note=good, reason=good)
def test_properties_come_back_to_the_letter(store, own, note, reason):
    wanted = project(f"P-{next(numbered)}-{note}", note=note, **own)
    revision, _ = store.apply(changes(added(wanted), reason=reason))
    [entry] = store.history("projects", wanted["id"])
    assert (entry.change.after, entry.revision.reason) == (wanted, reason)
    assert store.load().layers["projects"][-1] == wanted
    assert revision.number == store.head()


BROKEN = ("a\x00b", "a\ud800b", "\udfff")


@pytest.mark.parametrize("text", BROKEN, ids=["nul", "high", "low"])
def test_what_a_database_cannot_keep_is_refused_everywhere(store, text):
    kept = project("P-kept")
    store.apply(changes(added(kept)))
    attempts = [
        changes(edited(kept, note=text)),
        changes(edited(kept, 自有=text)),
        changes(edited(kept, 自有={"深": [text]})),
        changes(edited(kept, 自有={text: 1})),
        changes(added(project(f"P-{text}"))),
        changes(added(project("P-other")), author=text),
        changes(added(project("P-other")), reason=text),
    ]
    for attempt in attempts:
        with pytest.raises(InvalidFeatureError, match="character"):
            store.apply(attempt)
    assert store.head() == 2
    assert store.history("projects", text) == store.history(text, "P-kept") == []


def test_a_backslash_before_u0000_is_no_nul(store):
    wanted = project("P-new", note=r"\u0000", 自有={r"\\u0000": r"\\\u0000"})
    store.apply(changes(added(wanted)))
    assert store.load().layers["projects"][-1] == wanted
