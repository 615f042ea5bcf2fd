"""What a demand or an emergency names goes with the person's content, or with a request that gave nothing."""

import pytest
from sqlalchemy import func, select

from referral_service.outside.codes import new_reference
from referral_service.store.tables_desk import desk_detail
from referral_service.use_cases.desk.forget_named import forget_named
from support.desk import at_the_desk, decide, demand, emergency, signed_in_anew, text_of, version_on
from support.referral import DATA_OFFICER, SECOND_DATA_OFFICER, WORKER, Referral, ReferralService

REPORT = {"outcome": "safe", "passed_on_to": "ambulance", "report": "Was woken in time."}


def let_the_worker_forget(setu: ReferralService) -> int:
    return forget_named(setu.worker_db, dependencies=setu.dependencies)


def said_of(setu: ReferralService, request_id: str) -> str:
    return text_of(at_the_desk(setu, signed_in_anew(setu, DATA_OFFICER)).get(f"/desk/{request_id}"))


def details(setu: ReferralService) -> int:
    with setu.worker_db.transaction() as session:
        return session.scalar(select(func.count()).select_from(desk_detail)) or 0


def withdraw(setu: ReferralService, referral: Referral) -> None:
    setu.withdraw_by_code(referral.card_code)


def test_an_open_demand_forgets_whom_it_names_once_the_consent_is_taken_back(setu: ReferralService) -> None:
    referral = setu.sent()
    request_id = demand(setu, referral.reference)
    assert let_the_worker_forget(setu) == 0
    assert referral.reference in said_of(setu, request_id)
    withdraw(setu, referral)
    assert let_the_worker_forget(setu) == 1
    said = said_of(setu, request_id)
    assert (referral.reference in said, "The Sessions Court" in said) == (False, True), "the letter still has to go out"
    for officer in (DATA_OFFICER, SECOND_DATA_OFFICER):
        decide(setu, officer, request_id, "yes")
    desk = at_the_desk(setu)
    letter = desk.post(f"/desk/{request_id}/answer", {"version": version_on(desk.get(f"/desk/{request_id}"))})
    assert "Nothing can be given." in letter.text


def test_an_open_demand_does_not_tell_what_was_never_there_from_what_is(setu: ReferralService) -> None:
    absent, there = new_reference(setu.ids), setu.sent().reference
    ids = {reference: demand(setu, reference) for reference in (absent, there)}
    for _round in range(2):
        assert let_the_worker_forget(setu) == 0
    assert all(reference in said_of(setu, request_id) for reference, request_id in ids.items())


@pytest.mark.parametrize("how", ["refused", "absent"])
def test_what_gave_nothing_names_nobody_afterwards(setu: ReferralService, how: str) -> None:
    reference = new_reference(setu.ids) if how == "absent" else setu.sent().reference
    request_id = demand(setu, reference)
    decide(setu, DATA_OFFICER, request_id, "yes")
    if how == "refused":
        decide(setu, SECOND_DATA_OFFICER, request_id, "no", "asks_too_much")
    else:
        decide(setu, SECOND_DATA_OFFICER, request_id, "yes")
    desk = at_the_desk(setu)
    desk.post(f"/desk/{request_id}/answer", {"version": version_on(desk.get(f"/desk/{request_id}"))})
    assert reference not in said_of(setu, request_id)


def test_what_was_given_and_a_report_go_with_the_persons_content(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "accept")
    reported, given = emergency(setu, referral), demand(setu, referral.reference)
    desk = at_the_desk(setu)
    desk.post(f"/desk/{reported}/report", {**REPORT, "version": version_on(desk.get(f"/desk/{reported}"))})
    for officer in (DATA_OFFICER, SECOND_DATA_OFFICER):
        decide(setu, officer, given, "yes")
    desk.post(f"/desk/{given}/answer", {"version": version_on(desk.get(f"/desk/{given}"))})
    assert let_the_worker_forget(setu) == 0
    assert "Was woken in time." in said_of(setu, reported)
    withdraw(setu, referral)
    assert let_the_worker_forget(setu) == 2
    assert details(setu) == 0
    assert "Was woken in time." not in said_of(setu, reported)
