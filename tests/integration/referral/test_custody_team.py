"""The health staff of one prison are one team for what they send; nobody else there is, and nobody elsewhere."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from referral_service.consumers import HANDLERS
from referral_service.domain.consent.consent_texts import FIRST_VERSION
from referral_service.store.policies import TEAM_TABLES
from service_kit.db.tables import audit_entry
from service_kit.envelope import Event
from service_kit.identity import Principal
from support.kit.database_roles import as_web
from support.referral import (
    COLLEAGUE,
    COLLEAGUE_OF_NURSE,
    NURSE,
    NURSE_ELSEWHERE,
    OFFICER,
    OFFICER_OF_PRISON,
    OTHER_PRISON,
    SUPERVISOR_OF_PRISON,
    WORKER,
    Referral,
    ReferralService,
    a_consent,
    events_of,
)

FAR, NEAR = "2026-06-01", "2026-03-10"
OUTSIDE_THE_TEAM = (OFFICER_OF_PRISON, NURSE_ELSEWHERE, OFFICER)


@pytest.fixture
def referral(setu: ReferralService) -> Referral:
    """Sent by one of the health staff, to be released in three months."""
    return setu.sent(NURSE, setting="prison", expected_release=FAR)


def listed(setu: ReferralService, who: Principal) -> list[str]:
    return [item["id"] for item in setu.get(who, "/api/referrals").get_json()["items"]]


def test_a_colleague_sees_the_same_and_whose_it_is(setu: ReferralService, referral: Referral) -> None:
    mine, theirs = setu.shown(NURSE, referral), setu.shown(COLLEAGUE_OF_NURSE, referral)
    assert (mine.pop("sent_by_me"), theirs.pop("sent_by_me")) == (True, False)
    assert mine == theirs
    assert listed(setu, COLLEAGUE_OF_NURSE) == [referral.id]


def test_nobody_else_in_the_prison_or_elsewhere_sees_it(setu: ReferralService, referral: Referral) -> None:
    for who in OUTSIDE_THE_TEAM:
        assert setu.get(who, f"/api/referrals/{referral.id}").status_code == 404
        assert listed(setu, who) == []
    assert setu.get(SUPERVISOR_OF_PRISON, f"/api/referrals/{referral.id}").status_code == 403


def test_what_other_staff_of_the_prison_send_is_not_the_teams(setu: ReferralService) -> None:
    sent = setu.sent(OFFICER_OF_PRISON, setting="prison")
    for who in (NURSE, COLLEAGUE_OF_NURSE):
        assert setu.get(who, f"/api/referrals/{sent.id}").status_code == 404
        assert listed(setu, who) == []


def test_officers_share_nothing(setu: ReferralService) -> None:
    sent = setu.sent(OFFICER)
    assert setu.get(COLLEAGUE, f"/api/referrals/{sent.id}").status_code == 404


def test_a_colleague_answers_and_moves_the_release_and_only_the_sender_withdraws(
    setu: ReferralService, referral: Referral
) -> None:
    actions = f"/api/referrals/{referral.id}/actions"
    assert setu.get(COLLEAGUE_OF_NURSE, actions).get_json() == {"actions": ["release"]}
    assert setu.get(NURSE, actions).get_json() == {"actions": ["release", "withdraw"]}
    assert setu.act(COLLEAGUE_OF_NURSE, referral, "withdraw", {"reason": "mistake"}).status_code == 409
    setu.must(WORKER, referral, "open")
    setu.must(WORKER, referral, "ask", question="visit_possible")
    assert setu.must(COLLEAGUE_OF_NURSE, referral, "answer", answer="yes")["open_question"] is None
    assert setu.must(COLLEAGUE_OF_NURSE, referral, "release", expected_release=NEAR)["priority"] == "urgent"
    assert setu.shown(NURSE, referral)["expected_release"] == NEAR
    assert setu.shown(WORKER, referral)["expected_release"] == NEAR


def test_what_was_agreed_to_without_the_team_stays_the_senders_alone(setu: ReferralService) -> None:
    """The text of before says nothing of a team; it is still accepted."""
    sent = setu.sent(NURSE, setting="prison", consent=a_consent(version=FIRST_VERSION))
    assert setu.get(COLLEAGUE_OF_NURSE, f"/api/referrals/{sent.id}").status_code == 404
    assert listed(setu, COLLEAGUE_OF_NURSE) == []
    assert setu.must(NURSE, sent, "release", expected_release=NEAR)["sent_by_me"] is True


def test_each_look_is_in_the_audit_log(setu: ReferralService, referral: Referral) -> None:
    def looks() -> list[tuple[Any, ...]]:
        columns = (audit_entry.c.action, audit_entry.c.actor, audit_entry.c.object_id)
        read = audit_entry.c.action.like("referral.sent.%")
        with setu.worker_db.transaction() as session:
            return [tuple(row) for row in session.execute(select(*columns).where(read).order_by("position"))]

    for path in ("", "/actions"):
        assert setu.get(COLLEAGUE_OF_NURSE, f"/api/referrals/{referral.id}{path}").status_code == 200
    assert setu.get(COLLEAGUE_OF_NURSE, f"/sent/{referral.id}").status_code == 200
    assert looks() == [("referral.sent.read", COLLEAGUE_OF_NURSE.account, referral.id)] * 3
    listed(setu, COLLEAGUE_OF_NURSE)
    assert looks()[3:] == [
        ("referral.sent.list", COLLEAGUE_OF_NURSE.account, str(COLLEAGUE_OF_NURSE.organization)),
    ]


def test_a_reset_of_one_leaves_the_others_what_the_team_has(setu: ReferralService, referral: Referral) -> None:
    data = {"account_id": str(NURSE.account), "at": setu.clock.now().isoformat(), "version": 1}
    kind = "directory.account.reset.v1"
    with setu.worker_db.transaction() as session:
        HANDLERS[kind](session, Event(kind, "s", data, setu.ids.uuid(), setu.clock.now()))
    setu.clock.advance(timedelta(minutes=1))
    assert listed(setu, replace(NURSE, since=setu.clock.now())) == []
    assert listed(setu, COLLEAGUE_OF_NURSE) == [referral.id]


def test_question_and_appointment_are_told_of_to_the_whole_team(setu: ReferralService, referral: Referral) -> None:
    old = setu.sent(NURSE, setting="prison", consent=a_consent(version=FIRST_VERSION))
    for sent in (referral, old):
        setu.must(WORKER, sent, "open")
        setu.must(WORKER, sent, "ask", question="visit_possible")
        setu.must(WORKER, sent, "accept")
        setu.must(WORKER, sent, "contact", attempt="reached", next_appointment="2026-03-05T05:00:00Z")
    told = [event for event in events_of(setu) if event["subject"].endswith("/custody")]
    assert [(event["type"].split(".")[1], event["data"]["team"]) for event in told] == [
        ("question", True),
        ("appointment", True),
        ("question", False),
        ("appointment", False),
    ]


def test_no_appointment_is_told_of_after_the_person_has_left(setu: ReferralService, referral: Referral) -> None:
    setu.must(WORKER, referral, "accept")
    setu.must(NURSE, referral, "release", transfer_to=str(OTHER_PRISON))
    setu.must(WORKER, referral, "contact", attempt="reached", next_appointment="2026-03-05T05:00:00Z")
    assert "referral.appointment.made.v1" not in {event["type"] for event in events_of(setu)}


def test_as_the_web_role_the_team_is_the_same_prisons_health_staff(setu: ReferralService, referral: Referral) -> None:
    of_old = setu.sent(NURSE, setting="prison", consent=a_consent(version=FIRST_VERSION))
    for table in TEAM_TABLES:
        ids = text(f"SELECT id::text FROM {table}")  # noqa: S608 # our own words
        with as_web(setu, COLLEAGUE_OF_NURSE) as session:
            assert session.scalars(ids).all() == [referral.id], table
        with as_web(setu, NURSE) as session:
            assert set(session.scalars(ids)) == {referral.id, of_old.id}, table
        for who in (*OUTSIDE_THE_TEAM, SUPERVISOR_OF_PRISON, WORKER):
            with as_web(setu, who) as session:
                assert session.scalars(ids).all() == [], (table, who.role)


def test_as_the_web_role_nobody_but_health_staff_shares_a_referral(setu: ReferralService) -> None:
    statement = text(
        "INSERT INTO referral_sent (id, reference, account_id, organization_id, submitted_at, setting, district, needs,"
        " priority, another_service, shared_with_team) VALUES (gen_random_uuid(), 'R-X', :account, :organization,"
        " now(), 'prison', 1, '{}', 'routine', false, true)"
    )
    for who, refused in ((OFFICER_OF_PRISON, True), (NURSE, False)):
        values = {"account": who.account, "organization": who.organization}
        if refused:
            with pytest.raises(DBAPIError, match="row-level security"), as_web(setu, who) as session:
                session.execute(statement, values)
        else:
            with as_web(setu, who) as session:
                session.execute(statement, values)
