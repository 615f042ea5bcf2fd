"""Units order cards, their district's coordinator prints and sends them: who sees what, and where codes stand."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from referral_service.domain.cards.card_order import CardOrder, OrderState
from referral_service.store.cards.card_orders import add_order
from referral_service.store.directory import put_organization
from referral_service.store.metadata import metadata
from referral_service.store.tables_cards import card, card_sheet
from service_kit.db.engine import Database
from service_kit.db.tables import audit_entry, outbox
from support.card_orders import an_order, faces, print_order, submit_form, try_printing, version_of
from support.referral import (
    COORDINATOR,
    COORDINATOR_ELSEWHERE,
    MONDAY_NOON,
    OFFICER,
    OTHER_STATION,
    PRISON,
    STATION,
    SUPERVISOR,
    ReferralService,
    a_person,
    events_of,
)
from support.referrals.directory import an_organization

OTHER_SUPERVISOR = a_person(31, OTHER_STATION, "unit_supervisor")
PRISON_SUPERVISOR = a_person(32, PRISON, "unit_supervisor")


def test_an_order_goes_from_the_unit_to_the_coordinator_and_back(setu: ReferralService) -> None:
    order = an_order(setu, sheets=2)
    listed = setu.get(COORDINATOR, "/card-orders").text
    assert "North Station" in listed
    assert setu.get(COORDINATOR, "/counts").get_json()["/card-orders"] == 1

    unprinted = submit_form(setu, COORDINATOR, f"/card-orders/{order}/sent", version=1)
    assert (unprinted.status_code, version_of(setu, order)) == (409, 1)
    cards = print_order(setu, order)
    assert len({face.number for face in cards}) == 16
    assert [face.sheet for face in cards] == [cards[0].number] * 8 + [cards[8].number] * 8
    assert "Printed" in setu.get(SUPERVISOR, "/cards").text
    assert setu.submit(OFFICER, card=cards[3].number).status_code == 201

    sent = submit_form(setu, COORDINATOR, f"/card-orders/{order}/sent", version=version_of(setu, order))
    assert sent.status_code == 303
    assert setu.get(COORDINATOR, "/counts").get_json()["/card-orders"] == 0
    assert "On its way to the unit" in setu.get(SUPERVISOR, "/cards").text


def test_codes_stand_on_the_printed_page_alone(setu: ReferralService, caplog: pytest.LogCaptureFixture) -> None:
    order = an_order(setu, sheets=1)
    answer = try_printing(setu, order)
    codes = [face.code for face in faces(answer.text)]
    assert len(codes) == 8
    assert answer.headers["Cache-Control"] == "no-store"

    kept = [setu.get(COORDINATOR, path).text for path in ("/card-orders", f"/card-orders/{order}")]
    with setu.worker_db.transaction() as session:
        for table in (*metadata.tables, outbox.name, audit_entry.name):
            kept += session.scalars(text(f'SELECT row_to_json(t)::text FROM "{table}" t'))  # noqa: S608 - our own names
        entries = session.execute(select(audit_entry.c.action, audit_entry.c.actor, audit_entry.c.detail)).all()
    told = "".join([*kept, caplog.text]).replace("-", "")
    assert [code for code in codes if code in told or code.encode().hex() in told] == []
    assert ("card.print", COORDINATOR.account, {"count": "8"}) in [tuple(entry) for entry in entries]


def test_the_same_answer_loaded_again_prints_nothing_and_spoils_nothing(setu: ReferralService) -> None:
    order = an_order(setu, sheets=1)
    first = faces(try_printing(setu, order, version=1).text)

    again = try_printing(setu, order, version=1)

    assert (again.status_code, faces(again.text)) == (409, [])
    assert setu.submit(OFFICER, card=first[0].number).status_code == 201


def test_a_run_printed_again_closes_the_one_before_and_keeps_what_was_handed_out(setu: ReferralService) -> None:
    order = an_order(setu, sheets=1)
    lost = print_order(setu, order)
    handed_out = setu.submit(OFFICER, card=lost[0].number)
    assert handed_out.status_code == 201

    new = print_order(setu, order)

    assert setu.submit(OFFICER, card=lost[1].number).status_code == 422
    assert setu.submit(OFFICER, card=new[0].number).status_code == 201
    assert setu.withdraw_by_code(lost[0].code).status_code == 202
    with setu.worker_db.transaction() as session:
        ghosts = session.scalars(text("SELECT id FROM task WHERE ghost")).all()
    assert [str(key) for key in ghosts] == [handed_out.get_json()["id"]]


def test_another_districts_order_is_not_there(setu: ReferralService) -> None:
    order, nothing = an_order(setu), uuid4()
    state = COORDINATOR_ELSEWHERE
    assert setu.get(state, "/counts").get_json()["/card-orders"] == 0
    assert "North Station" not in setu.get(state, "/card-orders").text
    for one in (order, nothing):
        assert setu.get(state, f"/card-orders/{one}").status_code == 404
        assert try_printing(setu, one, state, version=1).status_code == 404
        assert submit_form(setu, state, f"/card-orders/{one}/sent", version=1).status_code == 404
    assert version_of(setu, order) == 1


def test_what_a_unit_ordered_that_was_suspended_since_is_on_nobodys_list(setu: ReferralService) -> None:
    order = an_order(setu)
    with setu.worker_db.transaction() as session:
        put_organization(session, an_organization(STATION, version=2, status="suspended"))
    assert setu.get(COORDINATOR, "/counts").get_json()["/card-orders"] == 0
    assert "North Station" not in setu.get(COORDINATOR, "/card-orders").text
    assert try_printing(setu, order).status_code == 404


def test_a_unit_sees_its_own_orders_and_no_other_units(setu: ReferralService) -> None:
    an_order(setu, PRISON_SUPERVISOR, sheets=7)
    assert "7 sheets" in setu.get(PRISON_SUPERVISOR, "/cards").text
    for who in (SUPERVISOR, OTHER_SUPERVISOR):
        assert "Your unit has ordered nothing yet" in setu.get(who, "/cards").text


def test_one_order_of_a_unit_waits_at_a_time(setu: ReferralService) -> None:
    order = an_order(setu)
    assert submit_form(setu, SUPERVISOR, "/cards/order", sheets=1).status_code == 409
    assert len([event for event in events_of(setu) if event["type"] == "referral.cards.ordered.v1"]) == 1
    print_order(setu, order)
    assert an_order(setu) != order


def test_orders_go_on_where_the_database_keeps_the_plan_of_the_first_ones(setu: ReferralService) -> None:
    with setu.worker_db.transaction() as session:
        for _ in range(12):  # the driver prepares the sixth; PostgreSQL thinks of a plan without values five later
            order = CardOrder(uuid4(), uuid4(), 1, 1, OrderState.ORDERED, 1, MONDAY_NOON)
            assert add_order(session, order)
            assert not add_order(session, order)
        session.rollback()


def test_what_is_no_number_of_sheets_orders_nothing(setu: ReferralService) -> None:
    for sheets in ("", "0", "21", "-1", "2.5", "zwei", "௨", "9" * 50):
        refused = submit_form(setu, SUPERVISOR, "/cards/order", sheets=sheets)
        assert refused.status_code == 422, sheets
        assert "Write a number from 1 to 20." in refused.text
    assert events_of(setu) == []


def _web(setu: ReferralService, who: Any, act: Callable[[Any], Any]) -> Any:
    db = Database(setu.urls.web, pool_size=1)
    try:
        with db.transaction(who.scope) as session:
            return act(session)
    finally:
        db.dispose()


def test_whoever_prints_reads_no_card_and_adds_none_without_an_order(setu: ReferralService) -> None:
    cards = setu.cards(STATION, 2)
    print_order(setu, an_order(setu))
    assert _web(setu, COORDINATOR, lambda session: session.scalars(select(card.c.number)).all()) == []
    sheets = _web(setu, COORDINATOR, lambda session: session.scalars(select(card_sheet.c.number)).all())
    assert len(sheets) == 2
    assert cards[0].sheet not in sheets

    def added(unit: UUID, sheet: str) -> Callable[[Any], Any]:
        row = {"number": "9999999-0", "organization_id": unit, "code_mac": b"x", "sheet": sheet}
        return lambda session: session.execute(insert(card).values(row))

    for who, unit, sheet in (
        (COORDINATOR, STATION, cards[0].sheet),  # a sheet that nobody ordered
        (COORDINATOR, OTHER_STATION, sheets[0]),  # another unit's card on the sheet
        (COORDINATOR_ELSEWHERE, STATION, sheets[0]),
        (SUPERVISOR, STATION, sheets[0]),
    ):
        with pytest.raises(DBAPIError, match="row-level security"):
            _web(setu, who, added(unit, sheet))
