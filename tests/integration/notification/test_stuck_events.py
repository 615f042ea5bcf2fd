"""Dead letters of the bus on a page: a data officer sees kinds and times, never content, and tries them again."""

from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from sqlalchemy import select, text

from notification_service.consumers import handlers
from service_kit.backoff import Backoff
from service_kit.db import inbox
from service_kit.db.inbox import Arrival
from service_kit.db.tables import audit_entry
from service_kit.envelope import Event
from service_kit.messaging.retries import Retries
from setu.india import day_in_india
from support.kit.refused_statements import not_refused
from support.notification import (
    COORDINATOR,
    DATA_OFFICER,
    MANAGER,
    NGO,
    ONLY_MAIL,
    WORKER,
    Scene,
    a_principal,
    an_event,
    referral_data,
)

CANARY = "CANARY-TARA-DEVI"


def park(scene: Scene, kind: str = "submitted", *, days_ago: int = 0) -> UUID:
    event = an_event(f"referral.{kind}.v1", {**referral_data(uuid4(), NGO), "canary": CANARY})
    arrival = Arrival(event.id, event.type, event.subject, event.to_bytes(), "parked", "KeyError at members.py:7")
    at = scene.clock.now() - timedelta(days=days_ago)
    with scene.db.transaction() as session:
        inbox.receive(session, [arrival])
        session.execute(text("UPDATE inbox SET received_at = :at WHERE id = :id"), {"at": at, "id": event.id})
    return event.id


def ask(scene: Scene, account: UUID = DATA_OFFICER, path: str = "") -> str:
    return scene.client.get(f"/parked{path}", headers=scene.headers(account)).text


def send(scene: Scene, path: str = "", account: UUID = DATA_OFFICER, **fields: object) -> tuple[int, str]:
    headers = {**scene.headers(account), "Origin": "http://notification.test"}
    client: FlaskClient = scene.client
    answer = client.post(f"/parked{path}", headers=headers, data=fields)
    return answer.status_code, answer.text


def states(scene: Scene) -> dict[UUID, str]:
    with scene.db.transaction() as session:
        return {row.id: row.state for row in session.execute(text("SELECT id, state FROM inbox"))}


def test_a_data_officer_sees_what_is_stuck_and_nothing_of_what_it_says(scene: Scene) -> None:
    event = park(scene)
    page = ask(scene)
    assert "referral.submitted.v1" in page
    assert "KeyError at members.py:7" in page
    with scene.db.transaction() as session:
        subject = session.scalar(text("SELECT subject FROM inbox WHERE id = :id"), {"id": event})
    for hidden in (CANARY, str(subject), "R-7KQ2-9XTC"):
        assert hidden not in page
    assert scene.client.get("/counts", headers=scene.headers(DATA_OFFICER)).get_json()["/parked"] == 1
    for other in (COORDINATOR, MANAGER, WORKER):
        assert scene.client.get("/parked", headers=scene.headers(other)).status_code == 403


def test_one_that_is_tried_again_takes_effect_and_the_reason_stands_in_the_log(scene: Scene) -> None:
    event, other = park(scene), park(scene)
    assert send(scene, event=str(event), reason="cause_mended")[0] == 303
    assert states(scene) == {event: "waiting", other: "parked"}
    heard = handlers(scene.clock, scene.keyring, scene.environment["SETU_MEMBER_BOX_PRIVATE_KEY"], ONLY_MAIL)

    def handle(session: object, event: Event) -> None:
        heard[event.type](session, event)  # type: ignore[arg-type]  # the session of the loop

    Retries(scene.db, handle, clock=scene.clock, attempts=3, backoff=Backoff()).run_due()
    assert states(scene)[event] == "done"
    with scene.db.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM notice WHERE account_id = :who"), {"who": WORKER}) == 1
    with scene.web.transaction(a_principal(DATA_OFFICER, scene.clock.now()).scope) as session:
        columns = audit_entry.c
        entry = session.execute(select(columns.actor, columns.object_id, columns.detail)).one()
    assert entry == (DATA_OFFICER, str(event), {"reason": "cause_mended"})


def test_a_range_is_of_days_both_included_and_of_one_kind(scene: Scene) -> None:
    before, first, last, after = (park(scene, days_ago=days) for days in (4, 3, 2, 1))
    other = park(scene, "withdrawn", days_ago=3)
    days = [day_in_india(scene.clock.now() - timedelta(days=days)).isoformat() for days in (3, 2)]
    chosen = {"first": days[0], "last": days[1], "range_reason": "outage_over"}
    assert send(scene, "/days", type="referral.submitted.v1", **chosen)[0] == 303
    assert states(scene) == {
        before: "parked",
        first: "waiting",
        last: "waiting",
        after: "parked",
        other: "parked",
    }
    assert send(scene, "/days", **chosen)[0] == 303
    assert states(scene)[other] == "waiting"


def test_nothing_is_tried_again_without_a_reason_and_a_choice(scene: Scene) -> None:
    event = park(scene)
    forms: list[tuple[str, dict[str, str], str]] = [
        ("", {"reason": "cause_mended"}, "Tick at least one"),
        ("", {"event": str(UUID(int=7)), "reason": ""}, "Say why"),
        ("/days", {"first": "2026-11-24", "last": "2026-11-23", "range_reason": "outage_over"}, "must not be before"),
        ("/days", {"first": "2026-11-24", "last": "2026-11-24", "range_reason": "because"}, "Say why"),
        ("/days", {"first": "", "last": "2026-11-24", "range_reason": "outage_over"}, "Give a day"),
    ]
    for path, fields, says in forms:
        status, page = send(scene, path, **fields)
        assert (status, says in page) == (422, True), fields
        assert states(scene) == {event: "parked"}, fields


def test_the_web_role_cannot_reach_content(scene: Scene) -> None:
    park(scene)
    scope = a_principal(DATA_OFFICER, scene.clock.now()).scope
    reads = ("SELECT body FROM inbox", "SELECT subject FROM inbox")
    statements = (*reads, "UPDATE inbox SET type = 'x'", "DELETE FROM inbox")
    assert not_refused(partial(scene.web.transaction, scope), statements, "permission denied") == []


def test_for_every_other_role_the_table_is_empty(scene: Scene) -> None:
    park(scene)
    for account in (COORDINATOR, MANAGER, WORKER):
        with scene.web.transaction(a_principal(account, scene.clock.now()).scope) as session:
            assert session.scalar(text("SELECT count(id) FROM inbox")) == 0
