"""What is a filter and what is none, in both encodings."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.cql2 import InvalidFilterError, parse
from layers.errors import InvalidQueryError

TEXT = "name LIKE 'a%' AND NOT (count IN (1, 2.5) OR day > DATE('2026-01-01'))"


def refused(text, lang="cql2-text"):
    with pytest.raises(InvalidFilterError) as refusal:
        parse(text, lang)
    assert refusal.value.code == "invalid-filter"
    return refusal.value


def call(name, *arguments):
    return json.dumps({"op": name, "args": arguments})


def test_the_canonical_form_is_cql2_json():
    assert json.loads(parse(TEXT).canonical) == {
        "op": "and",
        "args": [
            {"op": "like", "args": [{"property": "name"}, "a%"]},
            {
                "op": "not",
                "args": [
                    {
                        "op": "or",
                        "args": [
                            {"op": "in", "args": [{"property": "count"}, [1, 2.5]]},
                            {
                                "op": ">",
                                "args": [{"property": "day"}, {"date": "2026-01-01"}],
                            },
                        ],
                    }
                ],
            },
        ],
    }


def test_names_of_functions_and_operators_have_no_case():
    assert parse("t_FinishedBy(INTERVAL(a, b), interval(c, d))") == parse(
        "T_FINISHEDBY(interval(a, b), INTERVAL(c, d))"
    )
    null = parse(call("ISNULL", {"property": "a"}), "cql2-json")
    assert null == parse("a IS NULL")


def test_a_name_in_double_quotes_may_be_any():
    found = parse('"the ""odd"" name" = 1 AND "AND" = 2 AND 名称 = \'兴隆\'')
    assert found.properties == {'the "odd" name', "AND", "名称"}


def test_the_language_is_one_of_two():
    with pytest.raises(InvalidQueryError) as refusal:
        parse("a = 1", "sql")
    assert refusal.value.parameter == "filter-lang"
    assert refusal.value.allowed == ("cql2-text", "cql2-json")


def test_an_unknown_function_is_answered_with_those_that_are_offered():
    error = refused("pg_sleep(10) = 1")
    assert "s_intersects" in error.allowed
    assert "pg_sleep" not in f"{error} {error.message_zh} {error.allowed}"


def test_a_mistake_is_told_by_its_place_without_an_echo():
    error = refused("stage = 'x' AND\nname = = <script>")
    assert "line 2" in error.message
    assert "第 2 行" in error.message_zh
    assert "script" not in error.message


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "a =",
        "a = 1 AND",
        "a == 1",
        "a = 'x",
        'a" = 1',
        "a = 1)",
        "(a = 1",
        "a = 1]",
        "a = NULL",
        "a = 1; DROP TABLE x",
        "a || 'x' = 'y'",
        "a IN ()",
        "a = 0x10",
        "a = 1 b = 2",
        "\0",
        "a = '\ud800'",
        "2 ^ 3 ^ 2 = 512",
        "(1 + 2 ^ a ^ 2) > 0",
        "2 ^ -3 ^ 2 = 512",
        "S_INTERSECTS(a, GEOMETRYCOLLECTION(GEOMETRYCOLLECTION(POINT(1 2))))",
    ],
)
def test_text_that_is_no_filter_is_refused(text):
    refused(text)


@pytest.mark.parametrize(
    "text", ["2 ^ (3 ^ 2) = 512", "a ^ 2 + b ^ 2 < 9", "f = 2 ^ a OR 2 ^ b = 1"]
)
def test_powers_that_have_one_reading_are_read(text):
    assert parse(text).properties <= {"a", "b", "f"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]{}",
        "NaN",
        '{"op": "="}',
        '{"op": "=", "args": [1, NaN]}',
        '{"op": "=", "args": [1, 1e999]}',
        '{"op": "=", "op": "<>", "args": [1, 2]}',
        '{"op": "=", "args": [1, "\\ud800"]}',
        '{"op": "=", "args": {"a": 1}}',
        '{"op": ["="], "args": [1, 2]}',
        '{"op": null, "args": [1, 2]}',
        '{"op": "=", "args": [1, null]}',
        '{"op": "=", "args": [1, 2], "sql": "x"}',
        '{"property": 3}',
        '{"property": ["a"]}',
        '{"interval": ["..", "..", ".."]}',
        '{"interval": "2026-01-01"}',
        '{"date": 20260101}',
        '{"timestamp": null}',
        '{"bbox": "1,2,3,4"}',
        '{"bbox": [true, 1, 2, 3]}',
        '{"casei": "x"}',
        "{}",
        "a = 1",
        "1" * 5000,
    ],
)
def test_json_that_is_no_filter_is_refused(text):
    refused(text, "cql2-json")


@pytest.mark.parametrize(
    ("name", "count"),
    [("=", 1), ("=", 3), ("not", 2), ("and", 1), ("between", 2), ("isNull", 0), ("casei", 2)],
)
def test_an_operator_takes_its_number_of_arguments(name, count):
    refused(call(name, *([True] * count)), "cql2-json")


def test_and_joins_any_number():
    assert parse(call("and", *([True] * 20)), "cql2-json").properties == frozenset()


@pytest.mark.parametrize("lang", ["cql2-text", "cql2-json"])
@pytest.mark.parametrize(
    ("number", "kept"),
    [
        ("9007199254740991", True),
        ("9007199254740992", False),
        ("9007199254740993", False),
        ("9007199254740993.0", False),
        ("123456789012345678901234567890", False),
        ("1e400", False),
        ("1e300", True),
        ("0.1", True),
    ],
)
def test_a_number_stays_exact_or_is_refused(lang, number, kept):
    for sign in ("", "-"):
        written = f"{sign}{number}"
        text = f"a = {written}"
        if lang == "cql2-json":
            text = f'{{"op": "=", "args": [{{"property": "a"}}, {written}]}}'
        if kept:
            assert json.loads(parse(text, lang).canonical)["args"][1] == float(written)
        else:
            refused(text, lang)


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_coordinates_are_kept_to_the_last_digit(x, y):
    text = f"S_INTERSECTS(a, LINESTRING({x:.20f} {y:.20f}, 200 -2))"
    written = json.loads(parse(text).canonical)["args"][1]["coordinates"]
    assert written[0] == [float(f"{x:.20f}"), float(f"{y:.20f}")]


def test_what_only_looks_like_a_position_moves_no_coordinate():
    text = "a > (1 -2) AND S_INTERSECTS(b, POINT(116.93594504443129 36.7)) AND c < (3 -4)"
    shape = json.loads(parse(text).canonical)["args"][1]["args"][1]
    assert shape["coordinates"] == [116.93594504443129, 36.7]
