"""Figures of sending on a page, a message found by its reference, and the reason why one is sent again."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import template_rendered
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from notification_service.domain.retry_schedule import SCHEDULE
from notification_service.store import attempts
from notification_service.store.attempts import Result
from notification_service.use_cases.tally_sending import tally_sending
from support.notification import (
    COORDINATOR,
    DATA_OFFICER,
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


def submit(scene: Scene, count: int = 1, **more: object) -> None:
    events = [an_event("referral.submitted.v1", referral_data(uuid4(), NGO, **more)) for _ in range(count)]  # type: ignore[arg-type]  # given by keyword, one type each
    scene.plan(*events)


def end(scene: Scene, *results: Result) -> None:
    """Try the next message once for each of these results."""
    for number, result in enumerate(results, start=1):
        with scene.db.transaction() as session:
            lease = uuid4()
            row = claim_one(session, now=result.at, lease=lease)
            assert row is not None
            attempts.record(session, row.id, lease=lease, number=number, result=result)


def tally(scene: Scene) -> None:
    with scene.db.transaction() as session:
        tally_sending(session, scene.clock.now())


def test_a_day_of_sending_is_told_by_volume_success_and_delay(scene: Scene) -> None:
    submit(scene, 40)
    for _ in range(36):
        end(scene, Result("sent", NOON, 250))
    for _ in range(4):
        end(scene, Result("permanent", NOON, 20, error="address_refused", code=550))
    tally(scene)
    tally(scene)  # counting again changes nothing
    page = scene.client.get("/sending", headers=scene.headers(DATA_OFFICER)).text
    for told in (">40<", ">90<", ">0.2 – 0.2<"):
        assert told in page


def test_the_delay_runs_from_the_first_try(scene: Scene) -> None:
    submit(scene, 10)
    later = NOON + SCHEDULE[0]
    for _ in range(10):
        end(scene, Result("temporary", NOON, 1000, error="try_later", next_at=later))
    for _ in range(10):
        with scene.db.transaction() as session:
            lease = uuid4()
            row = claim_one(session, now=later, lease=lease)
            assert row is not None
            attempts.record(session, row.id, lease=lease, number=2, result=Result("sent", later, 1000))
    tally(scene)
    assert ">16 – 16<" in scene.client.get("/sending", headers=scene.headers(MANAGER)).text


def test_few_messages_are_not_told_apart(scene: Scene) -> None:
    pages = []
    for _ in range(9):
        submit(scene)
        end(scene, Result("sent", NOON, 250))
        tally(scene)
        pages.append(scene.client.get("/sending", headers=scene.headers(COORDINATOR)).text)
    assert len(set(pages)) == 1
    assert "fewer than ten messages" in pages[0]


def test_tallies_outlive_their_messages_and_only_the_worker_counts(scene: Scene) -> None:
    submit(scene, 12)
    for _ in range(12):
        end(scene, Result("sent", NOON, 250))
    tally(scene)
    scene.clock.advance(timedelta(days=3))
    with scene.db.transaction() as session:
        session.execute(text("DELETE FROM delivery"))
    tally(scene)
    assert ">10<" in scene.client.get("/sending", headers=scene.headers(MANAGER)).text
    for other in (WORKER, OFFICER):
        assert scene.client.get("/sending", headers=scene.headers(other)).status_code == 403
    with pytest.raises(ProgrammingError), scene.web.transaction(a_principal(MANAGER, NOON).scope) as session:
        session.execute(text("UPDATE sending_day SET taken = 0"))


def test_a_message_is_found_by_its_reference_however_it_is_typed_and_by_nobody_else(scene: Scene) -> None:
    for reference in ("R-7KQ2-9XTC", "R-8888-9XTC"):
        scene.plan(an_event("referral.escalation.due.v1", referral_data(uuid4(), NGO, reference=reference)))
    for typed in ("R-8888-9XTC", "r88889xtc", " R 8888 9XTC "):
        page = scene.client.get("/deliveries", query_string={"reference": typed}, headers=scene.headers(MANAGER)).text
        assert (page.count("<tr data-row"), "7KQ2" in page) == (1, False)
    asked = {"reference": "R88889XTC"}
    [item] = scene.client.get("/api/deliveries", query_string=asked, headers=scene.headers(MANAGER)).get_json()["items"]
    assert item["reference"] == "R-8888-9XTC"
    other = scene.client.get("/deliveries", query_string=asked, headers=scene.headers(OTHER_MANAGER)).text
    assert "<tr data-row" not in other


def test_a_failed_message_is_sent_again_with_a_reason_that_stands_in_the_log(scene: Scene) -> None:
    scene.plan(an_event("referral.escalation.due.v1", referral_data(uuid4(), NGO)))
    with scene.db.transaction() as session:
        session.execute(text("DELETE FROM delivery WHERE account_id <> :who"), {"who": MANAGER})
        failed = session.scalar(text("UPDATE delivery SET state = 'failed' RETURNING id"))
    headers = {**scene.headers(MANAGER), "Origin": "http://notification.test"}

    def post(path: str, **fields: str) -> int:
        return scene.client.post(f"/deliveries/{path}", headers=headers, data=fields).status_code

    assert post(f"{failed}/resend") == 422
    assert post("replay", since="2026-11-24", reason="because") == 422
    assert post(f"{failed}/resend", reason="cause_mended") == 303
    with scene.db.transaction() as session:
        session.execute(text("UPDATE delivery SET state = 'failed'"))
    assert post("replay", since="2026-11-24", reason="outage_over") == 303
    with scene.web.transaction(a_principal(DATA_OFFICER, NOON, organization=NGO).scope) as session:
        logged = session.scalars(text("SELECT detail ->> 'reason' FROM audit_entry ORDER BY position")).all()
    assert logged == ["cause_mended", "outage_over"]


def test_an_unchanged_number_of_the_menu_is_answered_without_rendering(scene: Scene) -> None:
    submit(scene)
    rendered: list[object] = []
    headers = scene.headers(WORKER)
    first = scene.client.get("/counts", headers=headers)
    assert first.get_json() == {"/": 1}
    with template_rendered.connected_to(lambda *_, **__: rendered.append(1), scene.client.application):
        again = scene.client.get("/counts", headers={**headers, "If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data, rendered) == (304, b"", [])
        submit(scene)
        other = scene.client.get("/counts", headers={**headers, "If-None-Match": first.headers["ETag"]})
    assert (other.get_json(), rendered) == ({"/": 2}, [])
