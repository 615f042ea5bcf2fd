"""Notices are read by opening them, or what they are about; the menu of every service counts what is left."""

from uuid import UUID, uuid4

import pytest

from support.notification import (
    COORDINATOR,
    DATA_OFFICER,
    KOLKATA,
    MANAGER,
    NGO,
    OTHER_WORKER,
    WORKER,
    Scene,
    an_event,
    referral_data,
)

ELSEWHERE = "http://referral.test"


def submitted(scene: Scene, count: int = 1) -> list[UUID]:
    referrals = [uuid4() for _ in range(count)]
    scene.plan(*(an_event("referral.submitted.v1", referral_data(one, NGO)) for one in referrals))
    return referrals


def unread(scene: Scene, account: UUID = WORKER, **headers: str) -> int:
    answer = scene.client.get("/counts", headers={**scene.headers(account), **headers})
    assert answer.status_code == 200
    return int(answer.get_json()["/"])


def test_opening_a_notice_reads_it_and_leads_to_the_referral(scene: Scene) -> None:
    [referral] = submitted(scene)
    [item] = scene.client.get("/api/notices", headers=scene.headers(WORKER)).get_json()["items"]

    opened = scene.client.post(f"/open/{item['id']}", headers=scene.headers(WORKER))

    assert opened.headers["Location"] == f"{ELSEWHERE}/inbox/{referral}"
    assert unread(scene) == 0


def test_nobody_opens_anothers_notice(scene: Scene) -> None:
    submitted(scene)
    [item] = scene.client.get("/api/notices", headers=scene.headers(WORKER)).get_json()["items"]

    assert scene.client.post(f"/open/{item['id']}", headers=scene.headers(OTHER_WORKER)).status_code == 404
    assert unread(scene) == 1


def test_looking_at_a_referral_reads_what_the_reader_was_told_of_it_and_nothing_else(scene: Scene) -> None:
    one, _other = submitted(scene, 2)
    scene.plan(an_event("referral.escalation.due.v1", referral_data(one, NGO, version=2)))
    assert (unread(scene), unread(scene, MANAGER)) == (3, 1)

    told = scene.client.post(f"/read-about/{one}", headers=scene.headers(WORKER))

    assert told.status_code == 204
    assert (unread(scene), unread(scene, MANAGER)) == (1, 1)


def test_opening_what_people_say_reads_what_led_there_and_nothing_else(scene: Scene) -> None:
    kinds = ("voice.urgent", "desk.waiting")
    scene.plan(*(an_event(f"referral.{kind}.v1", {"region": "IN-WB", "version": 1}) for kind in kinds))
    assert unread(scene, DATA_OFFICER) == 2

    told = scene.client.post("/read-about/voices", headers=scene.headers(DATA_OFFICER))
    other = scene.client.post("/read-about/desk", headers=scene.headers(DATA_OFFICER))

    assert (told.status_code, other.status_code) == (204, 404)
    items = scene.client.get("/api/notices", headers=scene.headers(DATA_OFFICER)).get_json()["items"]
    assert {item["kind"]: item["read"] for item in items} == {"urgent_voice": True, "desk_waiting": False}


def test_opening_the_approvals_reads_what_led_there_and_nothing_else(scene: Scene) -> None:
    asked = {"organization_id": str(NGO), "district": KOLKATA, "version": 1}
    waits = an_event("directory.provider.pending.v1", {"region": "IN-WB", **asked})
    scene.plan(waits, an_event("directory.change.asked.v1", asked | {"receivers": [str(NGO)]}))
    scene.plan(an_event("referral.desk.waiting.v1", {"region": "IN-WB", "version": 1}))
    assert (unread(scene, DATA_OFFICER), unread(scene, COORDINATOR)) == (2, 1)

    for who in (DATA_OFFICER, COORDINATOR):
        assert scene.client.post("/read-about/approvals", headers=scene.headers(who)).status_code == 204

    assert (unread(scene, DATA_OFFICER), unread(scene, COORDINATOR)) == (1, 0)


def test_more_than_a_page_is_counted_whole_and_read_at_once(scene: Scene) -> None:
    submitted(scene, 60)
    page = scene.client.get("/", headers=scene.headers(WORKER))
    assert "60 notices, 60 unread" in page.text
    assert page.text.count("data-row=") == 25

    until = page.text.split('name="until" value="')[1].split('"')[0]
    scene.client.post("/read-all", data={"until": until}, headers=scene.headers(WORKER))

    assert unread(scene) == 0


def test_the_count_is_asked_again_for_nothing(scene: Scene) -> None:
    submitted(scene)
    first = scene.client.get("/counts", headers=scene.headers(WORKER))
    held = {**scene.headers(WORKER), "If-None-Match": first.headers["ETag"]}
    assert scene.client.get("/counts", headers=held).status_code == 304

    submitted(scene)

    assert scene.client.get("/counts", headers=held).get_json() == {"/": 2}


@pytest.mark.parametrize(("origin", "allowed"), [(ELSEWHERE, ELSEWHERE), ("https://elsewhere.example", None)])
def test_only_pages_of_the_three_services_read_the_count(scene: Scene, origin: str, allowed: str | None) -> None:
    answer = scene.client.get("/counts", headers={**scene.headers(WORKER), "Origin": origin})
    assert answer.headers.get("Access-Control-Allow-Origin") == allowed
    assert answer.headers.get("Access-Control-Allow-Credentials") == ("true" if allowed else None)
    assert "Origin" in answer.headers["Vary"]

    asked = {"Origin": origin, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "x-setu-poll"}
    before = scene.client.options("/counts", headers=asked)

    assert (before.status_code == 204) == bool(allowed)
    assert before.headers.get("Access-Control-Allow-Origin") == allowed


def test_nothing_else_is_opened_to_them(scene: Scene) -> None:
    for path, method in (("/", "GET"), ("/api/notices", "GET"), ("/counts", "POST")):
        asked = {"Origin": ELSEWHERE, "Access-Control-Request-Method": method}
        assert scene.client.options(path, headers=asked).status_code != 204, path
        answer = scene.client.get(path, headers={**scene.headers(WORKER), "Origin": ELSEWHERE})
        assert ("Access-Control-Allow-Origin" in answer.headers) == (path == "/counts"), path
