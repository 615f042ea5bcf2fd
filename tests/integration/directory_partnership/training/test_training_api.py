"""The JSON API of training: the same rules as the pages."""

from datetime import timedelta
from uuid import uuid4

from support.partnership import ALO, FAR_BODY, NODI, OTHER_STATION, STATION, Partnership
from support.training import plan_session, post_strength, today

API = "/api/partnership"


def test_sessions_are_planned_changed_and_listed_by_pages(partnership: Partnership) -> None:
    coordinator, at = partnership.program("coordinator"), f"{API}/training/{uuid4()}"
    body = {"district": 315, "day": str(today(partnership)), "topics": ["law"], "trainers": [str(NODI.id)]}
    assert partnership.program("unit_supervisor").put(at, json=body).status_code == 403
    assert coordinator.put(at, json=body | {"district": 261}).status_code == 404
    assert coordinator.put(at, json=body | {"topics": ["football"]}).status_code == 422
    assert coordinator.put(at, json=body | {"place": "Mr Das"}).status_code == 422
    for _ in range(2):
        assert coordinator.put(at, json=body).headers["ETag"] == '"1"'
    assert coordinator.put(at, json=body | {"trainers": [str(ALO.id)]}, headers={"If-Match": '"2"'}).status_code == 412
    changed = coordinator.put(at, json=body | {"trainers": [str(ALO.id)]}, headers={"If-Match": '"1"'})
    assert (changed.get_json()["trainers"], changed.headers["ETag"]) == ([str(ALO.id)], '"2"')
    plan_session(partnership, today(partnership) + timedelta(3))
    page = partnership.program("provider_manager").get(f"{API}/training?limit=1").get_json()
    following = coordinator.get(page["next"]).get_json()
    assert ([len(each["items"]) for each in (page, following)], following["next"]) == ([1, 1], None)
    assert partnership.program("coordinator", FAR_BODY).get(at).status_code == 404
    assert coordinator.post(f"{at}/held").status_code == 428
    assert coordinator.post(f"{at}/held", headers={"If-Match": '"2"'}).get_json()["state"] == "held"
    assert coordinator.post(f"{at}/cancelled", headers={"If-Match": '"3"'}).status_code == 409


def test_counts_are_a_units_and_coverage_follows(partnership: Partnership) -> None:
    at = f"{API}/training/{plan_session(partnership)}"
    supervisor, coordinator = partnership.program("unit_supervisor"), partnership.program("coordinator")
    counts = {"counts": [{"rank": "PC", "attended": 8, "repeat": 3}]}
    assert supervisor.put(f"{at}/counts/{OTHER_STATION.id}", json=counts).status_code == 404
    assert supervisor.put(f"{at}/counts", json=counts).status_code == 403
    mine = f"{at}/counts/{STATION.id}"
    assert supervisor.put(mine, json=counts).get_json()["state"] == "planned"
    too_many = {"counts": [{"rank": "PC", "attended": 1, "repeat": 2}]}
    assert supervisor.put(mine, json=too_many).status_code == 422
    assert supervisor.put(mine, json={"counts": [{"rank": "NURSE", "attended": 1}]}).status_code == 422
    assert supervisor.put(mine, json=counts | {"names": ["Das"]}).status_code == 422
    assert coordinator.put(f"{at}/counts", json=counts).get_json()["state"] == "held"
    post_strength(partnership, {"PC": 15})
    post_strength(partnership, {"PC": 5}, at=OTHER_STATION)
    (district,) = supervisor.get(f"{API}/coverage").get_json()["items"]
    assert district["ranks"]["PC"] | {"as_of": None} == {
        "trained": 10,
        "posted": 20,
        "percent": 50,
        "untrained": 10,
        "known_units": 2,
        "units": 2,
        "as_of": None,
        "old": False,
        "refresher_due": 0,
    }
    assert district["groups"]["front"]["percent"] is None
    assert partnership.program("officer").get(f"{API}/coverage").status_code == 403
