"""People choose on a page and through the API; what was chosen holds when messages are planned and when they leave."""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from notification_service.domain.links import Links
from notification_service.domain.notices import Channel
from notification_service.outside.carrier import Message
from notification_service.store.tables import DeliveryRow, NoticeRow
from notification_service.use_cases.dependencies import Dependencies
from notification_service.use_cases.enforce_retention import delete_expired
from service_kit.ids import SystemIds
from setu.india import day_in_india
from support.kit.refused_statements import not_refused
from support.notices.sending import deliver_once
from support.notification import (
    MANAGER,
    NGO,
    NOON,
    OFFICER,
    ORGANIZATION_OF,
    OTHER_WORKER,
    ROLE_OF,
    UNIT,
    WORKER,
    Scene,
    a_principal,
    add_member,
    an_event,
    referral_data,
    view_data,
)

COLLEAGUE = UUID(int=17)
TODAY, TOMORROW = (day_in_india(NOON + timedelta(days=days)).isoformat() for days in (0, 1))
NIGHT = {"off": [], "quiet_hours": {"from": "22:00", "until": "07:00"}, "language": None}


@pytest.fixture(autouse=True)
def _a_colleague(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ORGANIZATION_OF, COLLEAGUE, NGO)
    monkeypatch.setitem(ROLE_OF, COLLEAGUE, "case_worker")
    with scene.db.transaction() as session:
        add_member(session, scene.keyring, COLLEAGUE, NGO, "case_worker", "colleague@ngo.example")


@dataclass
class Recorder:
    """A mailer that keeps the `Carrier` promise in memory."""

    sent: list[Message] = field(default_factory=list)

    def send(self, mail: Message) -> None:
        self.sent.append(mail)


def deliver(scene: Scene) -> list[str]:
    recorder = Recorder()
    links = Links("http://referral.test", "http://directory.test", "http://notification.test")
    carriers = {Channel.MAIL: recorder}
    made = Dependencies(scene.db, scene.clock, scene.believable, SystemIds(), scene.keyring, carriers, links, scene.mac)
    while deliver_once(made):
        pass
    return sorted(mail.to for mail in recorder.sent)


def mailed(scene: Scene) -> dict[UUID, str]:
    with scene.db.transaction() as session:
        return {row.account_id: row.language for row in session.scalars(select(DeliveryRow))}


def listed(scene: Scene) -> set[UUID]:
    with scene.db.transaction() as session:
        return set(session.scalars(select(NoticeRow.account_id)))


def submit(scene: Scene, **more: object) -> None:
    scene.plan(an_event("referral.submitted.v1", referral_data(uuid4(), NGO, **more)))  # type: ignore[arg-type]  # given by keyword, one type each


def choose(scene: Scene, account: UUID, **chosen: object) -> None:
    headers = scene.headers(account)
    tag = scene.client.get("/api/choices", headers=headers).headers["ETag"]
    answer = scene.client.put(
        "/api/choices", headers={**headers, "If-Match": tag}, json={**NIGHT, "quiet_hours": None, **chosen}
    )
    assert answer.status_code == 200, answer.text


def send_form(scene: Scene, account: UUID, path: str, **fields: object) -> int:
    origin = {"Origin": "http://notification.test"}
    return scene.client.post(f"/choices{path}", headers={**scene.headers(account), **origin}, data=fields).status_code


def test_what_is_not_ticked_is_not_mailed_and_stands_in_the_list(scene: Scene) -> None:
    assert send_form(scene, WORKER, "", mail=["reminder", "decision"], language="bn") == 303
    submit(scene)
    scene.plan(an_event("referral.reminder.due.v1", referral_data(uuid4(), NGO)))
    assert mailed(scene) == {WORKER: "bn", COLLEAGUE: "en"}
    with scene.db.transaction() as session:
        kinds = session.scalars(select(DeliveryRow.kind).where(DeliveryRow.account_id == WORKER)).all()
    assert kinds == ["reminder"]
    assert listed(scene) == {WORKER, COLLEAGUE}
    page = scene.client.get("/choices", headers=scene.headers(WORKER)).text
    assert 'value="reminder" checked' in page
    assert 'value="new" checked' not in page
    assert 'value="new"' in page


def test_each_channel_is_chosen_apart(scene: Scene) -> None:
    with scene.db.transaction() as session:
        for account in (WORKER, COLLEAGUE):
            number = f"+9198000{account.int:05}"
            add_member(session, scene.keyring, account, NGO, "case_worker", None, version=2, phone=number)
    choose(scene, WORKER, off=[{"kind": "new", "channel": "sms"}])
    choose(scene, COLLEAGUE, off=[{"kind": "new", "channel": "mail"}])
    event = an_event("referral.submitted.v1", referral_data(uuid4(), NGO))
    scene.plan(event, channels=(Channel.MAIL, Channel.SMS))
    assert set(mailed(scene)) == {COLLEAGUE}
    assert listed(scene) == {WORKER, COLLEAGUE}


def test_a_referrers_notice_is_listed_whatever_was_chosen_and_the_choice_moves_mail_alone(scene: Scene) -> None:
    choose(scene, OFFICER, off=[{"kind": "accepted", "channel": "mail"}])
    scene.plan(an_event("referral.view.changed.v1", view_data(uuid4(), OFFICER, UNIT)))
    assert (listed(scene), mailed(scene)) == ({OFFICER}, {})


def test_a_message_waits_for_the_end_of_quiet_hours_and_is_not_lost(scene: Scene) -> None:
    choose(scene, WORKER, **NIGHT)
    scene.clock.advance(timedelta(hours=11))  # eleven at night in India
    submit(scene, due_at=(NOON + timedelta(days=2)).isoformat())
    assert deliver(scene) == ["colleague@ngo.example"]
    with scene.db.transaction() as session:
        waiting = session.scalars(select(DeliveryRow).where(DeliveryRow.account_id == WORKER)).one()
    assert (waiting.state, waiting.attempts) == ("waiting", 0)
    assert waiting.next_attempt_at == NOON + timedelta(hours=19)  # seven in the morning
    scene.clock.advance(timedelta(hours=8))
    assert deliver(scene) == ["asha@ngo.example"]


def test_an_urgent_message_and_one_that_would_come_too_late_pass_the_night(scene: Scene) -> None:
    choose(scene, WORKER, **NIGHT)
    choose(scene, COLLEAGUE, **NIGHT)
    scene.clock.advance(timedelta(hours=11))
    submit(scene, priority="urgent")
    submit(scene, due_at=(scene.clock.now() + timedelta(hours=2)).isoformat())
    assert len(deliver(scene)) == 4


def test_a_colleague_takes_up_an_absence_and_the_absent_one_is_sent_nothing(scene: Scene) -> None:
    choose(scene, COLLEAGUE, off=[{"kind": "new", "channel": "mail"}])
    assert send_form(scene, WORKER, "/absence", away_first=TODAY, away_last=TOMORROW) == 303
    submit(scene)
    assert set(mailed(scene)) == {WORKER}, "nobody else would be sent it"
    assert "Nobody stands in yet" in scene.client.get("/choices", headers=scene.headers(WORKER)).text
    assert send_form(scene, COLLEAGUE, "/stand-in", colleague=WORKER) == 303
    assert "A colleague stands in for you" in scene.client.get("/choices", headers=scene.headers(WORKER)).text
    submit(scene)
    with scene.db.transaction() as session:
        accounts = session.scalars(select(DeliveryRow.account_id).order_by(DeliveryRow.id)).all()
    assert sorted(accounts) == [WORKER, COLLEAGUE]
    assert send_form(scene, COLLEAGUE, "/stand-in/end", colleague=WORKER) == 303
    assert send_form(scene, WORKER, "/absence/end") == 303
    assert scene.client.get("/api/absences", headers=scene.headers(COLLEAGUE)).get_json() == {"items": []}


def test_whoever_has_no_address_is_told_so_and_a_stand_in_where_it_goes_instead(scene: Scene) -> None:
    """Given a stand-in without mail and number, what they are told is what happens: the absent one is sent it."""
    unknown, instead = "Setu knows no mail address and no phone number of yours", "your colleague is sent it"
    page = scene.client.get("/choices", headers=scene.headers(COLLEAGUE)).text
    assert (unknown in page, "What is ticked is sent to you there" in page) == (False, True)
    with scene.db.transaction() as session:
        add_member(session, scene.keyring, COLLEAGUE, NGO, "case_worker", None, version=2)
    page = scene.client.get("/choices", headers=scene.headers(COLLEAGUE)).text
    assert (unknown in page, "What is ticked is sent to you there" in page) == (True, False)
    assert "/account#contacts-title" in page

    assert send_form(scene, WORKER, "/absence", away_first=TODAY, away_last=TOMORROW) == 303
    assert send_form(scene, COLLEAGUE, "/stand-in", colleague=WORKER) == 303
    assert instead in scene.client.get("/choices?done=stand-in", headers=scene.headers(COLLEAGUE)).text
    assert "is still sent to you" in scene.client.get("/choices", headers=scene.headers(WORKER)).text
    submit(scene)
    assert set(mailed(scene)) == {WORKER}
    assert COLLEAGUE in listed(scene)

    with scene.db.transaction() as session:
        add_member(session, scene.keyring, COLLEAGUE, NGO, "case_worker", None, version=3, phone="+919876543210")
    page = scene.client.get("/choices?done=stand-in", headers=scene.headers(COLLEAGUE)).text
    assert (unknown in page, instead in page) == (False, False)


def test_only_the_same_role_of_the_same_organisation_sees_and_takes_up_an_absence(scene: Scene) -> None:
    ask = scene.client
    days = {"first": TODAY, "last": TOMORROW}
    assert ask.put("/api/absences/own", headers=scene.headers(WORKER), json=days).status_code == 204
    for other in (MANAGER, OTHER_WORKER):
        assert ask.get("/api/absences", headers=scene.headers(other)).get_json() == {"items": []}
        taken = ask.put(f"/api/absences/{WORKER}/stand-in", headers=scene.headers(other))
        assert taken.status_code == 404
    assert ask.put(f"/api/absences/{WORKER}/stand-in", headers=scene.headers(WORKER)).status_code == 404
    assert ask.put(f"/api/absences/{WORKER}/stand-in", headers=scene.headers(COLLEAGUE)).status_code == 204
    [seen] = ask.get("/api/absences", headers=scene.headers(COLLEAGUE)).get_json()["items"]
    assert seen == {"account": str(WORKER), "mine": False, "stand_in": "me", **days}


def test_referrers_cannot_be_away(scene: Scene) -> None:
    days = {"first": TODAY, "last": TOMORROW}
    assert scene.client.put("/api/absences/own", headers=scene.headers(OFFICER), json=days).status_code == 403
    assert send_form(scene, OFFICER, "/absence", away_first=TODAY, away_last=TOMORROW) == 403
    assert "When I am away" not in scene.client.get("/choices", headers=scene.headers(OFFICER)).text


def test_what_cannot_be_is_explained_and_what_was_typed_stays(scene: Scene) -> None:
    headers = {**scene.headers(WORKER), "Origin": "http://notification.test"}
    for path, fields, says in (
        ("", {"quiet_from": "22:00", "quiet_until": "22:00"}, "Give two different times"),
        ("", {"quiet_from": "22:00"}, "Give a time"),
        ("/absence", {"away_first": TOMORROW, "away_last": TODAY}, "must not be before the first"),
        ("/absence", {"away_first": TODAY, "away_last": "soon"}, "Give a day"),
    ):
        answer = scene.client.post(f"/choices{path}", headers=headers, data=fields)
        assert answer.status_code == 422, fields
        assert says in answer.text, fields
        assert all(f'value="{value}"' in answer.text for value in fields.values()), fields


def test_choices_have_a_version_and_quiet_hours_two_times(scene: Scene) -> None:
    headers = scene.headers(WORKER)
    first = scene.client.get("/api/choices", headers=headers)
    assert (
        scene.client.get("/api/choices", headers={**headers, "If-None-Match": first.headers["ETag"]}).status_code == 304
    )
    stale = {**headers, "If-Match": '"7"'}
    assert scene.client.put("/api/choices", headers=headers, json=NIGHT).status_code == 428
    assert scene.client.put("/api/choices", headers=stale, json=NIGHT).status_code == 412
    same = {**NIGHT, "quiet_hours": {"from": "22:00", "until": "22:00"}}
    refused = scene.client.put("/api/choices", headers={**headers, "If-Match": '"0"'}, json=same)
    assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (422, "quiet_hours.until")


def test_an_urgent_kind_cannot_be_switched_off_and_another_roles_choice_stays(scene: Scene) -> None:
    choose(scene, WORKER, off=[{"kind": "do_not_contact", "channel": "mail"}, {"kind": "new", "channel": "mail"}])
    headers = scene.headers(WORKER, role="officer")
    kept = scene.client.put("/api/choices", headers={**headers, "If-Match": '"1"'}, json={**NIGHT, "off": []})
    assert kept.get_json()["off"] == [{"kind": "new", "channel": "mail"}]


def test_the_database_lets_nobody_choose_for_another(scene: Scene) -> None:
    statements = (
        "UPDATE absence SET last_day = last_day + 1",
        "UPDATE absence SET stand_in = NULL, account_id = stand_in",
        "INSERT INTO choices VALUES (gen_random_uuid(), '{}', NULL, NULL, NULL, 1)",
        f"INSERT INTO absence VALUES ('{MANAGER}', '{NGO}', 'case_worker', now(), now(), NULL)",  # noqa: S608  # our own words
        f"INSERT INTO absence VALUES ('{WORKER}', '{NGO}', 'officer', now(), now(), NULL)",  # noqa: S608  # our own words
    )
    begin = partial(scene.web.transaction, a_principal(WORKER, NOON).scope)
    assert not_refused(begin, statements, "permission denied|row-level security") == []


def test_what_is_over_is_deleted(scene: Scene) -> None:
    send_form(scene, WORKER, "/absence", away_first=TODAY, away_last=TODAY)
    choose(scene, WORKER, language="hi")
    with scene.db.transaction() as session:
        delete_expired(session, NOON)
        assert session.scalar(text("SELECT count(*) FROM absence")) == 1
        session.execute(text("UPDATE member SET active = false WHERE account_id = :who"), {"who": WORKER})
        delete_expired(session, NOON + timedelta(days=1))
        for table in ("absence", "choices"):
            assert session.scalar(text(f"SELECT count(*) FROM {table}")) == 0  # noqa: S608  # our own words
