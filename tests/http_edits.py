"""A project as an editor sends it, and how an answer is told."""

ITEMS = "/collections/projects/items"
POINT = {"type": "Point", "coordinates": [117.0, 36.6]}
NEW = {
    "type": "Feature",
    "id": "P-new",
    "properties": {
        "name": "试验学校甲",
        "category": "public_service",
        "kind": "named",
        "stage": "储备",
    },
    "geometry": POINT,
}


def bearer(secret):
    return {"Authorization": f"Bearer {secret}"}


def code(answer, status):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.json()["code"]
