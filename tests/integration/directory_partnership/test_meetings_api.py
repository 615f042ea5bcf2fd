"""The JSON API of meetings: the same rules as the pages, in the form of the other resources."""

from uuid import uuid4

from support.partnership import ALO, FAR_BODY, NODI, STATION, Partnership

API = "/api/partnership"


def test_meetings_are_listed_by_pages_and_read_with_what_is_in_them(partnership: Partnership) -> None:
    first = partnership.a_meeting()
    partnership.propose()
    program = partnership.program("unit_supervisor")
    page = program.get(f"{API}/meetings?limit=1").get_json()
    assert [each["state"] for each in page["items"]] == ["proposed"]
    following = program.get(page["next"]).get_json()
    assert ([each["id"] for each in following["items"]], following["next"]) == ([str(first)], None)
    assert program.get(f"{API}/meetings?cursor=0").status_code == 400
    whole = program.get(f"{API}/meetings/{first}")
    assert whole.headers["ETag"] == '"2"'
    assert whole.get_json()["minutes"] == []
    assert partnership.program("coordinator", FAR_BODY).get(f"{API}/meetings/{first}").status_code == 404
    assert partnership.program("case_worker").get(f"{API}/meetings").status_code == 403


def test_what_a_side_enters_is_its_own(partnership: Partnership) -> None:
    at = f"{API}/meetings/{partnership.a_meeting()}"
    manager = partnership.program("provider_manager")
    item = f"{at}/agenda/{uuid4()}"
    assert partnership.program("data_officer").put(item, json={"text": "Hours"}).status_code == 403
    coordinator = partnership.program("coordinator")
    for _ in range(2):
        assert coordinator.put(item, json={"text": "Hours", "part": 5}).get_json()["state"] == "on"
    refused = coordinator.put(f"{at}/agenda/{uuid4()}", json={"text": "Mr Das"})
    assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (422, "text")
    assert "Das" not in refused.text
    assert manager.put(f"{at}/attendance/{NODI.id}", json={"number": 2}).status_code == 204
    assert manager.put(f"{at}/attendance/{ALO.id}", json={"number": 2}).status_code == 404
    assert manager.put(f"{at}/attendance/{NODI.id}", json={"number": 100}).status_code == 422


def test_lines_and_actions_change_only_as_they_were_seen(partnership: Partnership) -> None:
    at = f"{API}/meetings/{partnership.a_meeting()}"
    coordinator, line = partnership.program("coordinator"), f"{at}/minutes/{uuid4()}"
    made = coordinator.put(line, json={"text": "Cards are short"})
    assert made.headers["ETag"] == '"1"'
    assert coordinator.put(line, json={"text": "Cards are short"}).status_code == 200
    assert coordinator.put(line, json={"text": "Something else"}).status_code == 428
    assert coordinator.put(line, json={"text": "Two are short"}, headers={"If-Match": '"1"'}).get_json()["version"] == 2
    assert coordinator.put(line, json={"text": "Three"}, headers={"If-Match": '"1"'}).status_code == 412
    assert (
        coordinator.put(f"{at}/minutes/{uuid4()}", json={"text": "x"}, headers={"If-Match": '"1"'}).status_code == 412
    )

    action = uuid4()
    body = {"text": "Order cards", "organization_id": str(STATION.id), "post": "station officer", "due": "2027-01-10"}
    assert partnership.program("provider_manager").put(f"{at}/actions/{action}", json=body).status_code == 404
    assert coordinator.put(f"{at}/actions/{action}", json=body).get_json()["state"] == "open"
    supervisor, done = partnership.program("unit_supervisor"), f"{API}/actions/{action}/done"
    assert supervisor.post(done).status_code == 428
    assert supervisor.post(done, headers={"If-Match": '"2"'}).status_code == 412
    assert supervisor.post(done, headers={"If-Match": '"1"'}).get_json()["state"] == "done"
    assert supervisor.post(done, headers={"If-Match": '"2"'}).status_code == 409
    assert supervisor.post(f"{API}/actions/{action}/dropped", json={"reason": "not_needed"}).status_code == 403
