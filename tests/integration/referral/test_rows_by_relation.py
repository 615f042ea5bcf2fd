"""Row-level security, as the web role itself: rule 10 must hold without any query of ours."""

from functools import partial
from itertools import product
from uuid import UUID

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from referral_service.domain.voices import Voice
from referral_service.store.data_officers import put_data_officer
from referral_service.store.inbox_version import fold_inbox_changes
from referral_service.store.metadata import metadata
from referral_service.store.policies import (
    CARD_SHEET_POLICIES,
    DATA_OFFICER_POLICIES,
    DESK_POLICIES,
    POLICIES,
    TEAM_POLICIES,
    VOICE_POLICIES,
    WORKLIST_POLICIES,
)
from referral_service.store.tables import identity, referral_key, referrer_view, task
from referral_service.store.tables_cards import card_holder
from referral_service.store.tables_directory import PUBLIC_TABLES
from referral_service.store.tasks import find_task
from service_kit.db.row_security import unprotected_tables
from service_kit.identity import Principal
from support.card_orders import an_order, print_order
from support.desk import demand
from support.kit.database_roles import as_web, web_database
from support.kit.refused_statements import not_refused
from support.referral import (
    COORDINATOR,
    COORDINATOR_ELSEWHERE,
    DATA_OFFICER,
    DATA_OFFICER_ELSEWHERE,
    MANAGER,
    NURSE,
    OFFICER,
    OFFICER_ELSEWHERE,
    OST,
    OST_OF_JIBAN,
    SUPERVISOR,
    WORKER,
    WORKER_OF_JIBAN,
    WORKER_OF_SHISHU,
    ReferralService,
)
from support.referrals.directory import let_in

DESK_TABLES = {*DESK_POLICIES} - {"desk_code"}
OWN_POLICIES = {*POLICIES, *TEAM_POLICIES, *CARD_SHEET_POLICIES, *WORKLIST_POLICIES, *DESK_TABLES}
OWN_POLICIES |= {*DATA_OFFICER_POLICIES}
PROTECTED = sorted({*OWN_POLICIES, "team_voice", "voice_count"} - PUBLIC_TABLES)
OF_NO_ORGANIZATION = {"key_encryption_key", "frozen_figures"}  # days of keys, no key; what is frozen, by audience
UNREAD_BY_THE_WEB = {"card_request", "desk_code", "figure_tally", "futile_withdrawal", "heard_voice", "voice_sender"}
REFERRERS_TABLES = {"referral_sent", "referrer_view", "custody_view", "card", "card_sheet", "card_order"}


def counts(setu: ReferralService, who: Principal | None) -> dict[str, int]:
    """How many rows of each table this person's settings let in."""
    with as_web(setu, who) as session:
        return {name: session.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0 for name in PROTECTED}  # noqa: S608  # our own words


@pytest.fixture(scope="module")
def busy(lasting_setu: ReferralService) -> ReferralService:
    """A service with something in every table of an organisation, for tests that change nothing there."""
    setu = lasting_setu
    print_order(setu, an_order(setu))
    setu.cards()
    referral = setu.sent(NURSE, setting="prison")
    setu.must(WORKER, referral, "open")
    setu.must(WORKER, referral, "ask", question="visit_possible")
    setu.must(WORKER, referral, "accept")
    setu.must(WORKER, referral, "contact", attempt="reached")
    setu.must(WORKER, referral, "note", text="Came with her sister.")
    with setu.worker_db.transaction() as session:
        fold_inbox_changes(session)
    setu.sent(OFFICER, card=setu.cards()[0].number)
    printed = setu.cards()[0]
    card_only = {"answer": "card_only", "version": "2026-1", "language": "bn", "interpreted": False, "channel": "phone"}
    assert setu.submit(OFFICER, consent=card_only, person=None, card=printed.number).status_code == 204
    assert setu.post(WORKER, "/api/arrivals", {"code": printed.code}).get_json()["counted"] is True
    for said in Voice:
        setu.say_by_code(referral.card_code, said)
    demand(setu, referral.reference)
    with setu.worker_db.transaction() as session:
        put_data_officer(session, let_in(DATA_OFFICER, WORKER.account))
    return setu


def test_every_table_has_a_policy_or_says_why_not(setu: ReferralService) -> None:
    with setu.worker_db.transaction() as session:
        assert unprotected_tables(session) == []
    told = {*OWN_POLICIES, *UNREAD_BY_THE_WEB, *VOICE_POLICIES, *PUBLIC_TABLES, *OF_NO_ORGANIZATION}
    assert told == set(metadata.tables), "a new table joins OWN_POLICIES above (CONTRIBUTING, Add a table)"


def test_without_settings_every_table_is_empty(busy: ReferralService) -> None:
    with busy.worker_db.transaction() as session:
        for name in PROTECTED:
            assert session.scalar(text(f'SELECT count(*) FROM "{name}"')), name  # noqa: S608 - there is something to hide
    assert set(counts(busy, None).values()) == {0}


def test_a_role_without_a_relation_sees_nothing(busy: ReferralService) -> None:
    for who in (OFFICER_ELSEWHERE, WORKER_OF_JIBAN, MANAGER, COORDINATOR_ELSEWHERE):
        seen = {name: count for name, count in counts(busy, who).items() if count}
        # a card that was handed out alone is every provider's to count, and a team knows its own names and its inbox
        assert set(seen) <= {"card_holder", "team_member", "inbox_change", "inbox_version"}, who.role
        assert seen.get("inbox_version", 0) <= 1


def test_an_officer_reaches_nothing_of_the_providers_side(busy: ReferralService) -> None:
    for who in (OFFICER, NURSE, SUPERVISOR):
        seen = {name for name, count in counts(busy, who).items() if count}
        assert seen <= REFERRERS_TABLES, who.role
    assert {name for name, count in counts(busy, SUPERVISOR).items() if count} == {"card", "card_sheet", "card_order"}
    assert counts(busy, OFFICER)["card_order"] == 0


def test_a_case_worker_reaches_nothing_of_the_referrers_side(busy: ReferralService) -> None:
    seen = {name for name, count in counts(busy, WORKER).items() if count}
    assert not seen & REFERRERS_TABLES
    held = {
        "task",
        "identity",
        "referral_key",
        "task_event",
        "attempt",
        "question",
        "arrival",
        "case_note",
        "team_voice",
    }
    assert held <= seen
    assert "voice_count" not in seen


def test_coordinators_and_data_officers_never_reach_an_identity(busy: ReferralService) -> None:
    for who, held, voices in (
        (COORDINATOR, {"task", "card_order", "card_sheet"}, 2),
        (DATA_OFFICER, {"task", "data_officer", *DESK_TABLES}, 3),
    ):
        seen = {name: count for name, count in counts(busy, who).items() if count}
        assert set(seen) == held | {"voice_count"}
        assert seen["voice_count"] == voices, "who was asked for money or sex is for data officers alone"


def test_a_desk_is_its_states_and_a_card_is_found_by_its_own_code_alone(busy: ReferralService) -> None:
    assert {counts(busy, DATA_OFFICER_ELSEWHERE)[name] for name in DESK_TABLES} == {0}
    with as_web(busy, DATA_OFFICER) as session:
        assert session.scalars(select(card_holder.c.code_mac)).all() == []
    with busy.worker_db.transaction() as session:
        codes = session.scalars(select(card_holder.c.code_mac)).all()
    for who, seen in ((DATA_OFFICER, [codes[0]]), (OFFICER, []), (COORDINATOR, [])):
        with as_web(busy, who) as session:
            session.execute(text("SELECT set_config('setu.code', :code, true)"), {"code": codes[0].hex()})
            assert session.scalars(select(card_holder.c.code_mac)).all() == seen


def test_nobody_changes_a_row_that_is_not_in_hand(busy: ReferralService) -> None:
    for who in (OFFICER, WORKER, COORDINATOR, WORKER_OF_JIBAN):
        with as_web(busy, who) as session:
            assert session.execute(update(task).values(version=99).returning(task.c.id)).all() == []


def test_in_hand_lets_in_that_referral_and_no_other(setu: ReferralService) -> None:
    one, other = setu.sent(), setu.sent()
    with as_web(setu, WORKER_OF_SHISHU) as session:
        session.execute(text("SELECT set_config('setu.hand', :id, true)"), {"id": one.id})
        assert [str(key) for key in session.scalars(select(referrer_view.c.id))] == [one.id]
        assert other.id not in {str(key) for key in session.scalars(select(task.c.id))}
        assert [str(key) for key in session.scalars(select(identity.c.referral_id))] == [one.id]
    with as_web(setu, WORKER_OF_SHISHU) as session:
        assert session.scalars(select(referral_key.c.referral_id)).all() == []


def test_candidates_reach_the_task_until_one_claims_and_the_identity_only_then(setu: ReferralService) -> None:
    referral = setu.sent(candidates=[str(OST), str(OST_OF_JIBAN)])
    for who in (WORKER, WORKER_OF_JIBAN):
        seen = counts(setu, who)
        assert (seen["task"], seen["identity"], seen["referral_key"]) == (1, 0, 0)
    setu.must(WORKER, referral, "claim")
    assert counts(setu, WORKER)["identity"] == 1
    assert counts(setu, WORKER_OF_JIBAN)["task"] == 0


def test_a_sender_cannot_write_in_anothers_name(setu: ReferralService) -> None:
    statement = text(
        "INSERT INTO referral_sent (id, reference, account_id, organization_id, submitted_at, setting, district, needs,"
        " priority, another_service) VALUES (gen_random_uuid(), 'R-X', :account, :organization, now(), 'street', 1,"
        " '{}', 'routine', false)"
    )
    values = {"account": OFFICER.account, "organization": OFFICER.organization}
    with pytest.raises(DBAPIError, match="row-level security"), as_web(setu, OFFICER_ELSEWHERE) as session:
        session.execute(statement, values)


def test_the_web_role_can_neither_read_nor_empty_what_waits_for_a_card_or_was_heard(setu: ReferralService) -> None:
    acts = ("SELECT * FROM {}", "DELETE FROM {}", "TRUNCATE {}")
    statements = [act.format(table) for act, table in product(acts, sorted(UNREAD_BY_THE_WEB))]
    with web_database(setu) as db:
        assert not_refused(partial(db.transaction, DATA_OFFICER.scope), statements, "permission denied") == []


def test_no_function_lets_the_web_role_in_without_a_relation(setu: ReferralService) -> None:
    doors = text("SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace")
    with as_web(setu, None) as session:
        assert session.scalars(doors).all() == []


def test_the_query_itself_lets_in_nobody_without_a_relation(setu: ReferralService) -> None:
    referral = setu.sent()
    with setu.worker_db.transaction() as session:  # no policy binds the worker, so only the query is left
        for who in (OFFICER, NURSE, SUPERVISOR, MANAGER, WORKER_OF_JIBAN, COORDINATOR_ELSEWHERE):
            assert find_task(session, who, UUID(referral.id), setu.clock.now()) is None, who.role
        for who in (WORKER, COORDINATOR, DATA_OFFICER):
            assert find_task(session, who, UUID(referral.id), setu.clock.now()) is not None, who.role
