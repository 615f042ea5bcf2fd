"""`format=geojson`: where the services of a page are, without what keeps its address to itself."""

from dataclasses import replace

from flask.testing import FlaskClient

from support.finding import next_of
from support.listings import Directory, a_confidential_place, a_place, a_provider, a_service, an_id

PROVIDER = a_provider()
HERE = a_place(PROVIDER, latitude=22.57, longitude=88.36)
THERE = replace(HERE, id=an_id("there"), latitude=22.6, longitude=88.3)
FLAT = replace(HERE, id=an_id("flat"), latitude=None, longitude=None)
HIDDEN = replace(a_confidential_place(PROVIDER), id=an_id("hidden"))
BOTH = a_service(PROVIDER, "Both", places=(HERE.id, THERE.id))
NOWHERE = a_service(PROVIDER, "Comes to you", places=(FLAT.id,))
SAFE = a_service(PROVIDER, "Safe house", places=(HIDDEN.id,))


def test_each_public_place_of_a_service_is_a_point(directory: Directory, visitor: FlaskClient) -> None:
    directory.save(PROVIDER, HERE, THERE, FLAT, HIDDEN, BOTH, NOWHERE, SAFE)

    answer = visitor.get("/api/services?format=geojson")

    assert (answer.status_code, answer.content_type) == (200, "application/geo+json")
    collection = answer.get_json()
    assert collection["type"] == "FeatureCollection"
    assert {tuple(each["geometry"]["coordinates"]) for each in collection["features"]} == {(88.36, 22.57), (88.3, 22.6)}
    assert {each["properties"]["service_id"] for each in collection["features"]} == {str(BOTH.id)}
    assert {each["geometry"]["type"] for each in collection["features"]} == {"Point"}
    assert SAFE.name not in answer.text


def test_its_pages_go_on_like_those_of_the_list(directory: Directory, visitor: FlaskClient) -> None:
    directory.save(PROVIDER, HERE, THERE, FLAT, HIDDEN, BOTH, NOWHERE, SAFE)
    answer, features = visitor.get("/api/services?format=geojson&per_page=1"), 0

    assert answer.headers["X-Total-Count"] == "3"
    while following := next_of(answer):
        features += len(answer.get_json()["features"])
        answer = visitor.get(following)
    assert features + len(answer.get_json()["features"]) == 2
    near = visitor.post("/api/services", json={"near": "22.6,88.3", "radius": 0.5, "format": "geojson"})
    assert [each["properties"]["name"] for each in near.get_json()["features"]] == ["Both", "Both"]
    kept = visitor.get("/api/services?format=geojson", headers={"If-None-Match": answer.headers["ETag"]})
    assert kept.status_code == 304
