"""Nothing is claimed that no test proves."""

import ast
from pathlib import Path

import pytest

from api.conformance import PROOFS

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize("uri", PROOFS)
def test_each_class_is_proved_by_tests_that_there_are(uri):
    assert uri.startswith("http://www.opengis.net/spec/")
    assert PROOFS[uri]
    for path in PROOFS[uri]:
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        assert any(
            isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
            for node in tree.body
        ), path


def test_what_is_listed_is_what_is_proved(client):
    assert client.get("/conformance").json()["conformsTo"] == list(PROOFS)
