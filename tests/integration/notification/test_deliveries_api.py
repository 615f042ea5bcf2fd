"""`/api/deliveries`: the log, its readers, and sending again."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, BrokenBarrierError
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from notification_service.store import attempts, delivery_log
from notification_service.store.attempts import Result
from notification_service.store.delivery_log import STATES
from notification_service.use_cases.resend_messages import NotFailedError, resend_one
from service_kit.web.context import context
from support.notification import (
    COORDINATOR,
    KOLKATA,
    MANAGER,
    NGO,
    NOON,
    OFFICER,
    OTHER_MANAGER,
    WORKER,
    Scene,
    a_principal,
    an_event,
    claim_one,
    referral_data,
)

LOG = "/api/deliveries"


@pytest.fixture
def failed(scene: Scene) -> UUID:
    """The manager's message about an escalation, given up after one try."""
    scene.plan(an_event("referral.escalation.due.v1", referral_data(uuid4(), NGO)))
    with scene.db.transaction() as session:
        session.execute(text("DELETE FROM delivery WHERE account_id <> :manager"), {"manager": MANAGER})
        lease = uuid4()
        row = claim_one(session, now=NOON, lease=lease)
        assert row is not None
        result = Result("permanent", NOON, 12, error="address_refused", code=550)
        assert attempts.record(session, row.id, lease=lease, number=1, result=result)
    return row.id


def test_a_manager_sees_what_was_sent_to_the_own_organisation(scene: Scene, failed: UUID) -> None:
    answer = scene.client.get(LOG, headers=scene.headers(MANAGER)).json
    assert answer is not None
    assert answer["items"] == [
        {
            "id": str(failed),
            "state": "failed",
            "channel": "mail",
            "kind": "escalation",
            "reference": "R-7KQ2-9XTC",
            "recipient": "provider_manager",
            "attempts": 1,
            "error": "address_refused",
            "created_at": NOON.isoformat(),
            "next_attempt_at": None,
            "finished_at": NOON.isoformat(),
            "version": 3,
        }
    ]
    assert {state: count for state, count in answer["counts"].items() if count} == {"failed": 1}
    assert set(answer["counts"]) == set(STATES)


def test_a_coordinator_sees_the_own_districts(scene: Scene, failed: UUID) -> None:
    here = scene.client.get(LOG, headers=scene.headers(COORDINATOR)).json
    elsewhere = scene.client.get(LOG, headers=scene.headers(COORDINATOR, districts=(KOLKATA + 1,))).json
    assert here is not None
    assert elsewhere is not None
    assert ([item["id"] for item in here["items"]], elsewhere["items"]) == ([str(failed)], [])


def test_no_other_role_has_the_log(scene: Scene) -> None:
    for account in (OFFICER, WORKER):
        assert scene.client.get(LOG, headers=scene.headers(account)).status_code == 403, account


def test_one_delivery_shows_its_tries_and_the_message_but_nobodys_address(scene: Scene, failed: UUID) -> None:
    answer = scene.client.get(f"{LOG}/{failed}", headers=scene.headers(MANAGER))
    assert answer.json is not None
    assert answer.json["tries"] == [
        {
            "number": 1,
            "at": NOON.isoformat(),
            "outcome": "permanent",
            "error": "address_refused",
            "code": 550,
            "milliseconds": 12,
        }
    ]
    assert answer.json["message"]["subject"] == "R-7KQ2-9XTC"
    assert b"ngo.example" not in answer.data
    assert answer.headers["ETag"] == '"3"'


def test_another_organisations_delivery_does_not_exist(scene: Scene, failed: UUID) -> None:
    def ask(where: str, delivery: UUID) -> tuple[int, bytes]:
        method = "POST" if "resend" in where else "GET"
        answer = scene.client.open(
            f"{LOG}/{where.format(id=delivery)}",
            method=method,
            headers={**scene.headers(OTHER_MANAGER), "If-Match": '"3"'},
        )
        return answer.status_code, answer.data

    for where in ("{id}", "{id}/resend"):
        assert ask(where, failed) == ask(where, uuid4()), where
        assert ask(where, failed)[0] == 404, where


def test_a_failed_message_is_sent_again_once(scene: Scene, failed: UUID) -> None:
    headers = scene.headers(MANAGER)
    assert scene.client.post(f"{LOG}/{failed}/resend", headers=headers).status_code == 428
    assert scene.client.post(f"{LOG}/{failed}/resend", headers={**headers, "If-Match": '"2"'}).status_code == 412
    again = scene.client.post(f"{LOG}/{failed}/resend", headers={**headers, "If-Match": '"3"'})
    assert (again.status_code, again.json["state"], again.headers["ETag"]) == (202, "waiting", '"4"')  # type: ignore[index]  # a JSON body
    assert scene.client.post(f"{LOG}/{failed}/resend", headers={**headers, "If-Match": '"4"'}).status_code == 409
    with scene.db.transaction() as session:
        assert claim_one(session, now=scene.clock.now(), lease=uuid4()) is not None
        audited = session.execute(text("SELECT action, object_id FROM audit_entry WHERE outcome = 'done'")).all()
    assert [tuple(row) for row in audited] == [("resend", str(failed))]


def test_of_two_who_send_the_same_version_again_at_once_one_is_refused(scene: Scene, failed: UUID) -> None:
    both_checked = Barrier(2)

    class StaleError(Exception):
        pass

    def check(current: int) -> None:
        with suppress(BrokenBarrierError):
            both_checked.wait(0.5)  # two meet here where nothing is locked; else the first goes on alone
        if current != 3:
            raise StaleError

    def resend(_: int) -> str:
        with scene.client.application.app_context():
            try:
                return resend_one(context(), a_principal(MANAGER, NOON), failed, check=check).state
            except (StaleError, NotFailedError) as refused:
                return type(refused).__name__

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(resend, range(2))) == ["StaleError", "waiting"]


def test_everything_that_failed_since_a_moment_is_sent_again(scene: Scene, failed: UUID) -> None:
    def replay(since: str) -> tuple[int, object]:
        answer = scene.client.post(f"{LOG}/replay", json={"since": since}, headers=scene.headers(MANAGER))
        return answer.status_code, answer.json and answer.json.get("count")

    assert replay((NOON + timedelta(seconds=1)).isoformat()) == (202, 0)
    assert replay(NOON.isoformat()) == (202, 1)
    assert replay(NOON.isoformat()) == (202, 0)
    assert replay("yesterday")[0] == 422
    assert replay("2026-11-24T00:00:00")[0] == 422


def test_what_comes_too_late_is_not_put_back(scene: Scene, failed: UUID) -> None:
    scene.clock.advance(timedelta(days=3))
    headers = scene.headers(MANAGER)
    assert scene.client.post(f"{LOG}/{failed}/resend", headers={**headers, "If-Match": '"3"'}).status_code == 409
    assert "Send again" not in scene.client.get(f"/deliveries/{failed}", headers=headers).text
    answer = scene.client.post(f"{LOG}/replay", json={"since": NOON.isoformat()}, headers=headers)
    assert answer.json == {"count": 0}
    with scene.db.transaction() as session:
        assert delivery_log.retry_everything(session, now=scene.clock.now()) == 0


def test_filters_and_cursor_go_together(scene: Scene) -> None:
    for n in range(4):
        data = referral_data(uuid4(), NGO)
        scene.plan(an_event("referral.submitted.v1", data, time=NOON + timedelta(seconds=n)))
    with scene.db.transaction() as session:
        session.execute(text("UPDATE delivery SET state = 'sent' WHERE created_at = :noon"), {"noon": NOON})
    seen, following = [], f"{LOG}?state=waiting&state=failed&channel=mail&limit=2&since=2026-11-01T00:00:00Z"
    while following:
        answer = scene.client.get(following, headers=scene.headers(MANAGER)).json
        assert answer is not None
        seen += [item["state"] for item in answer["items"]]
        following = answer["next"]
    assert seen == ["waiting"] * 3


def test_a_wrong_filter_is_refused_by_name(scene: Scene) -> None:
    for query in ("state=lost", "channel=pigeon", "since=noon", "state=", "need=OST"):
        answer = scene.client.get(f"{LOG}?{query}", headers=scene.headers(MANAGER))
        assert answer.status_code == 400, query
        assert answer.json is not None, query
        assert answer.json["errors"][0]["field"].startswith(query.partition("=")[0]), query


def test_only_the_recipients_role_can_follow_the_link_of_a_message(scene: Scene, failed: UUID) -> None:
    link = '<a href="http://referral.test/overdue/'
    own, others = (
        scene.client.get(f"/deliveries/{failed}", headers=scene.headers(account)).text
        for account in (MANAGER, COORDINATOR)
    )
    assert ("/overdue/" in others, link in own, link in others) == (True, True, False)
