"""Sessions of the page: signed, bound to their token, and safe from other sites."""

from http_edits import ITEMS, NEW, bearer, code

SITE = {"Sec-Fetch-Site": "same-origin"}


def sign_in(door, secret):
    return door.post("/session", json={"token": secret}, headers=SITE)


def test_a_session_begins_tells_who_it_is_and_ends(door, gate):
    _, secret = gate.issue("李工", "editor")
    assert door.get("/session").json() == {"name": "anonymous", "role": None}
    answer = sign_in(door, secret)
    assert answer.json() == {"name": "李工", "role": "editor"}
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert secret.lower() not in cookie
    assert door.get("/session").json()["role"] == "editor"
    assert door.delete("/session").status_code == 204
    assert door.get("/session").json()["role"] is None


def test_an_edit_in_a_session_comes_from_our_page_only(door, gate):
    sign_in(door, gate.issue("李工", "editor")[1])
    for foreign in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}):
        assert code(door.post(ITEMS, json=NEW, headers=foreign), 401) == "token-required"
    assert door.post(ITEMS, json=NEW, headers=SITE).status_code == 201
    own = {"Origin": "http://testserver"}
    assert door.post(ITEMS, json=NEW | {"id": "P-2"}, headers=own).status_code == 201


def test_a_session_ends_with_its_token(door, gate):
    token, secret = gate.issue("李工", "editor")
    sign_in(door, secret)
    gate.revoke(token.id)
    assert door.get("/session").json()["role"] is None
    assert code(door.post(ITEMS, json=NEW, headers=SITE), 401) == "invalid-token"


def test_a_session_that_was_changed_is_nobodys(door, gate):
    sign_in(door, gate.issue("李工", "editor")[1])
    value = door.cookies["onemap_session"]
    token_id, end, signature = value.split(".")
    other, _ = gate.issue("管理员", "admin")
    for forged in (
        f"{token_id}.{int(end) + 1}.{signature}",
        f"{other.id}.{end}.{signature}",
        f"{token_id}.{end}.{'0' * 64}",
        f"{token_id}.{end}",
        "é.9.x",
        "." * 2000,
    ):
        headers = {"Cookie": f"onemap_session={forged}".encode()}
        door.cookies.clear()
        assert door.get("/session", headers=headers).json()["role"] is None


def test_a_wrong_token_or_another_site_begins_no_session(door, gate):
    assert code(sign_in(door, "onemap_x_y"), 401) == "invalid-token"
    assert code(door.post("/session", json={"token": 7}, headers=SITE), 400) == "invalid-body"
    _, secret = gate.issue("李工", "editor")
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    answer = door.post("/session", json={"token": secret}, headers=foreign)
    assert code(answer, 403) == "forbidden"


def test_a_viewer_sees_internal_columns_and_anyone_else_does_not(door, gate, editor):
    body = NEW | {"properties": NEW["properties"] | {"投资": "机密"}}
    door.post(ITEMS, json=body, headers=editor)
    paths = (
        f"{ITEMS}/P-new",
        f"{ITEMS}?q=试验学校甲",
        f"{ITEMS}/P-new/history",
        "/revisions/2",
        "/?f=html",
        "/findings",
    )
    assert not any("机密" in door.get(path).text for path in paths)
    viewer = bearer(gate.issue("访客", "viewer")[1])
    assert all("机密" in door.get(path, headers=viewer).text for path in paths[:4])
    assert {"authorization", "cookie"} <= {
        name.strip().lower() for name in door.get(paths[0]).headers["vary"].split(",")
    }
