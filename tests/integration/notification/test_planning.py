"""From events to notices over a real database: who has what afterwards, whatever the order and the repetitions."""

import itertools
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import select, text

from notification_service.domain.notices import Member
from notification_service.store import members
from notification_service.store.tables import DeliveryRow, NoticeRow
from notification_service.use_cases.apply_organization import apply_organization
from notification_service.use_cases.plan_notices import plan_notices
from notification_service.use_cases.read_event import NotUnderstood
from notification_service.use_cases.reset_account import reset_account
from support.notices.planned import Begin, mails, told
from support.notification import (
    COORDINATOR,
    KOLKATA,
    MANAGER,
    NGO,
    NOON,
    OFFICER,
    ONLY_MAIL,
    TERM,
    UNIT,
    WORKER,
    an_event,
    referral_data,
    view_data,
)


def test_a_submission_reaches_the_receivers_case_workers_and_nobody_else(begin: Begin) -> None:
    with begin() as session:
        plan_notices(session, [an_event("referral.submitted.v1", referral_data(uuid4(), NGO))], NOON, ONLY_MAIL)
    assert told(begin) == [(WORKER, "new")]
    assert mails(begin) == {WORKER: "waiting"}


def test_an_escalation_reaches_the_manager_and_the_districts_coordinator(begin: Begin) -> None:
    with begin() as session:
        plan_notices(session, [an_event("referral.escalation.due.v1", referral_data(uuid4(), NGO))], NOON, ONLY_MAIL)
    assert told(begin) == [(WORKER, "escalation"), (MANAGER, "escalation"), (COORDINATOR, "escalation")]
    assert mails(begin) == {MANAGER: "waiting", COORDINATOR: "waiting"}


def test_the_end_of_consent_stops_what_asks_for_contact_and_leaves_what_asks_for_an_answer(begin: Begin) -> None:
    referral = uuid4()
    history = ("decision.due", "contact.due", "contact.ended")
    events = [
        an_event(f"referral.{kind}.v1", referral_data(referral, NGO, version=version))
        for version, kind in enumerate(history, start=1)
    ]
    with begin() as session:
        plan_notices(session, events, NOON, ONLY_MAIL)
    with begin() as session:
        rows = session.scalars(select(DeliveryRow).where(DeliveryRow.account_id == WORKER)).all()
    assert {row.kind: row.state for row in rows} == {
        "decision": "waiting",
        "contact": "stopped",
        "do_not_contact": "waiting",
    }


def test_everything_three_times_and_in_any_order_tells_everybody_once(begin: Begin) -> None:
    referral = uuid4()
    history = [
        an_event("referral.submitted.v1", referral_data(referral, NGO, version=1)),
        an_event("referral.reminder.due.v1", referral_data(referral, NGO, version=1)),
        an_event("referral.view.changed.v1", view_data(referral, OFFICER, UNIT)),
    ]
    for order in itertools.permutations(history):
        with begin() as session:
            plan_notices(session, [*order, *order, *order], NOON, ONLY_MAIL)
    assert told(begin) == [(WORKER, "new"), (WORKER, "reminder"), (OFFICER, "accepted")]
    assert mails(begin) == {WORKER: "waiting", OFFICER: "waiting"}


def test_a_withdrawal_stops_the_team_and_never_the_referrer(begin: Begin) -> None:
    referral = uuid4()
    with begin() as session:
        plan_notices(session, [an_event("referral.submitted.v1", referral_data(referral, NGO))], NOON, ONLY_MAIL)
        plan_notices(
            session, [an_event("referral.view.changed.v1", view_data(referral, OFFICER, UNIT))], NOON, ONLY_MAIL
        )
    with begin() as session:
        plan_notices(
            session, [an_event("referral.withdrawn.v1", referral_data(referral, NGO, version=3))], NOON, ONLY_MAIL
        )
        plan_notices(
            session, [an_event("referral.reminder.due.v1", referral_data(referral, NGO, version=4))], NOON, ONLY_MAIL
        )
    assert mails(begin) == {WORKER: "stopped", OFFICER: "waiting"}
    assert (WORKER, "reminder") not in told(begin)
    assert (WORKER, "withdrawn") in told(begin)


def test_a_view_that_changes_after_the_withdrawal_is_still_told(begin: Begin) -> None:
    referral = uuid4()
    with begin() as session:
        plan_notices(
            session, [an_event("referral.withdrawn.v1", referral_data(referral, NGO, version=3))], NOON, ONLY_MAIL
        )
        plan_notices(
            session,
            [an_event("referral.view.changed.v1", view_data(referral, OFFICER, UNIT, version=2))],
            NOON,
            ONLY_MAIL,
        )
    assert mails(begin)[OFFICER] == "waiting"


def test_an_older_view_changes_nothing(begin: Begin) -> None:
    referral = uuid4()
    newer = an_event("referral.view.changed.v1", view_data(referral, OFFICER, UNIT, "accepted", version=3))
    older = an_event("referral.view.changed.v1", view_data(referral, OFFICER, UNIT, "not_answered", version=2))
    for event in (newer, older):
        with begin() as session:
            plan_notices(session, [event], NOON, ONLY_MAIL)
    assert told(begin) == [(OFFICER, "accepted")]


def test_an_officers_notice_is_dated_and_ended_by_the_view_alone(begin: Begin) -> None:
    with begin() as session:
        plan_notices(
            session,
            [an_event("referral.view.changed.v1", view_data(uuid4(), OFFICER, UNIT))],
            NOON + TERM / 2,
            ONLY_MAIL,
        )
        [row] = session.scalars(select(NoticeRow))
    assert (row.created_at, row.expires_at, row.due_at) == (NOON, NOON + TERM, None)


@pytest.mark.parametrize("deleted", [True, False])
def test_what_is_for_a_removed_organisation_falls_to_the_coordinator_a_suspended_one_hears_what_it_has_to_finish(
    begin: Begin, *, deleted: bool
) -> None:
    now = {"organization_id": str(NGO), "version": 2, "deleted": deleted, "kind": "provider", "district": KOLKATA}
    with begin() as session:
        apply_organization(session, {**now, "status": "suspended"})
        apply_organization(session, {**now, "status": "active", "version": 1})
        plan_notices(session, [an_event("referral.submitted.v1", referral_data(uuid4(), NGO))], NOON, ONLY_MAIL)
    assert told(begin) == [(COORDINATOR if deleted else WORKER, "new")]


def test_a_reset_empties_the_list_and_tells_the_owner(begin: Begin) -> None:
    referral, reset_at = uuid4(), NOON + timedelta(days=1)
    with begin() as session:
        plan_notices(
            session, [an_event("referral.view.changed.v1", view_data(referral, OFFICER, UNIT))], NOON, ONLY_MAIL
        )
    reset = an_event(
        "directory.account.reset.v1",
        {"account_id": str(OFFICER), "at": reset_at.isoformat(), "version": 1},
        time=reset_at,
    )
    later = an_event("referral.view.changed.v1", view_data(uuid4(), OFFICER, UNIT), time=reset_at)
    with begin() as session:
        reset_account(session, reset, reset_at, ONLY_MAIL)
        plan_notices(session, [later], reset_at, ONLY_MAIL)  # of a referral that was sent before the reset
    with begin() as session:
        rows = session.scalars(select(NoticeRow).where(NoticeRow.expires_at > reset_at))
        assert [row.kind for row in rows] == ["sign_in_reset"]


def test_an_event_that_breaks_its_contract_names_the_field_and_not_the_value(begin: Begin) -> None:
    broken = an_event("referral.submitted.v1", {**referral_data(uuid4(), NGO), "district": "Tara Devi"})
    with begin() as session, pytest.raises(NotUnderstood, match=r"^referral\.submitted\.v1: district$"):
        plan_notices(session, [broken], NOON, ONLY_MAIL)


def test_a_batch_costs_as_many_statements_as_one_event(begin: Begin) -> None:
    def statements(count: int) -> int:
        seen: list[str] = []
        with begin() as session:
            listen = lambda *arguments: seen.append(arguments[2])  # noqa: E731  # a listener that only collects
            sqlalchemy_event.listen(session.get_bind(), "before_cursor_execute", listen)
            plan_notices(
                session,
                [an_event("referral.submitted.v1", referral_data(uuid4(), NGO)) for _ in range(count)],
                NOON,
                ONLY_MAIL,
            )
            sqlalchemy_event.remove(session.get_bind(), "before_cursor_execute", listen)
        return len(seen)

    assert statements(1) == statements(50) <= 8


def test_a_member_is_as_planning_needs_it(begin: Begin) -> None:
    with begin() as session:
        [found] = members.find_recipients(session, organizations=[], districts=[], regions=[], accounts=[OFFICER])
    assert isinstance(found, Member)
    assert (found.role, found.has_mail, found.home_district) == ("officer", True, None)


def test_a_process_of_the_release_before_plans_messages_on_this_schema(begin: Begin) -> None:
    """While an upgrade goes on it writes the columns that it knows, and no others."""
    known = (
        "id, event_id, account_id, recipient_role, channel, kind, place, urgent, language, created_at, expires_at,"
        " stoppable, correlation_id, state, version, attempts, retry_from, next_attempt_at"
    )
    values = (
        "gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'case_worker', 'mail', 'new', 'inbox', false, 'en',"
        " now(), now() + interval '90 days', true, '', 'waiting', 1, 0, 0, now()"
    )
    with begin() as session:
        session.execute(text(f"INSERT INTO delivery ({known}) VALUES ({values})"))  # noqa: S608  # our own words
        [row] = session.scalars(select(DeliveryRow))
    assert row.worth_until >= row.expires_at - timedelta(seconds=1)
