import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.errors import STATUS, status_of
from geo.errors import OnemapError

ITEMS = "/collections/projects/items"
PLAN_STATUSES = ["built", "under_way", "to_start", "planned_to_promote", "proposed"]


def problem(answer, status=400):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert body["type"] == f"urn:onemap:problem:{body['code']}"
    assert body["detail"]
    assert any("\u4e00" <= character <= "\u9fff" for character in body["detail_zh"])
    return body


@pytest.mark.parametrize(
    ("path", "parameters", "parameter", "allowed"),
    [
        (ITEMS, {"zone": "Z-X"}, "zone", ["Z-N", "Z-C", "Z-S"]),
        (ITEMS, {"stage": "在建"}, "stage", ["储备", "预备", "建设", "建成", "暂缓", "退出"]),
        (ITEMS, {"limit": "many"}, "limit", []),
        (ITEMS, {"limit": "0"}, "limit", []),
        (ITEMS, {"offset": "-1"}, "offset", []),
        (ITEMS, {"offset": "9" * 5000}, "offset", []),
        (ITEMS, {"bbox": "1,2,3"}, "bbox", []),
        (ITEMS, {"bbox": "nan,nan,nan,nan"}, "bbox", []),
        (ITEMS, {"q": "长" * 201}, "q", []),
        (ITEMS, {"f": "xml"}, "f", ["html", "json"]),
        (ITEMS, {"plan_status": "done"}, "plan_status", PLAN_STATUSES),
        (ITEMS, {"count": "many"}, "count", []),
        (ITEMS, {"at": "0001-01-01T00:00:00+00:01"}, "at", []),
        (ITEMS, {"at": "9999-12-31T23:59:59-00:01"}, "at", []),
        ("/collections/zones/items", {"stage_": "建设"}, "stage_", None),
        ("/collections/zones/items", {"stage": "建设"}, "stage", None),
        ("/statistics", {"by": "streets"}, "by", ["zones", "areas", "categories", "stages"]),
        ("/statistics", {"rule": "all"}, "rule", ["main", "proportional", "touching"]),
        ("/", {"f": "pdf"}, "f", ["html", "json"]),
    ],
)
def test_a_bad_value_is_refused_with_its_name_and_what_is_allowed(
    client, path, parameters, parameter, allowed
):
    body = problem(client.get(path, params=parameters))
    assert body["parameter"] == parameter
    if allowed is None:
        assert "theme" in body["allowed"]
    else:
        assert body["allowed"] == allowed


def test_an_unknown_parameter_is_refused_with_the_known_ones(client):
    body = problem(client.get(ITEMS, params={"zonne": "Z-C"}))
    assert body["code"] == "unknown-parameter"
    assert body["parameter"] == "zonne"
    assert {"zone", "area", "stage", "bbox", "limit"} <= set(body["allowed"])


@given(
    name=st.text(min_size=1, max_size=80),
    value=st.text(max_size=80),
    path=st.sampled_from([ITEMS, "/statistics", "/collections", "/", "/findings"]),
)
def test_no_parameter_whatever_its_name_or_value_makes_the_server_fail(client, name, value, path):
    answer = client.get(path, params={name: value})
    assert answer.status_code in (200, 400)


@given(st.text(max_size=60))
def test_no_id_whatever_its_text_makes_the_server_fail(client, text):
    from urllib.parse import quote

    answer = client.get(f"/collections/projects/items/{quote(text, safe='')}")
    assert answer.status_code in (200, 404, 307)


@pytest.mark.parametrize("name", ["<script>", "名称", "\x00", "a" * 500])
def test_what_the_caller_sent_is_not_echoed_unbounded_or_as_markup(client, name):
    body = problem(client.get(ITEMS, params={name: "1"}))
    assert len(body["parameter"]) <= 64 * 6
    assert body["parameter"].isascii()


def test_an_unknown_address_and_a_wrong_method_are_problems_too(client):
    assert problem(client.get("/nothing"), 404)["code"] == "not-found"
    refused = client.delete(ITEMS)
    assert problem(refused, 405)["code"] == "method-not-allowed"
    assert "GET" in refused.headers["allow"]


def leaves(kind):
    below = kind.__subclasses__()
    return [leaf for child in below for leaf in leaves(child)] if below else [kind]


@pytest.mark.parametrize("kind", leaves(OnemapError), ids=lambda kind: kind.__name__)
def test_every_error_has_a_status_and_a_code_of_its_own(kind):
    assert any(base in STATUS for base in kind.__mro__)
    assert "code" in vars(kind)


def test_an_error_without_an_entry_takes_that_of_its_nearest_base():
    class UnheardError(OnemapError):
        code = "unheard"

    assert status_of(UnheardError("x")) == 400


def test_an_unforeseen_failure_shows_no_trace(workspace):
    from fastapi.testclient import TestClient

    from api.app import create_app
    from api.settings import Settings

    app = create_app(Settings(), workspace)

    @app.get("/boom")
    def boom():
        raise ZeroDivisionError("secret")

    client = TestClient(app, raise_server_exceptions=False)
    body = problem(client.get("/boom"), 500)
    assert "secret" not in str(body)
