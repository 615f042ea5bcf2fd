"""Two people decide: no hand that let both in, and no second decision weeks after the first."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from referral_service.consumers import on_data_officer_changed
from referral_service.store.tables_desk import desk_detail, desk_request
from referral_service.use_cases.enforce_retention import enforce_retention
from service_kit.envelope import Event
from service_kit.identity import Principal
from support.desk import at_the_desk, decide, demand, log_of, signed_in_anew, text_of, version_on
from support.referral import BODY, DATA_OFFICER, SECOND_DATA_OFFICER, ReferralService, a_person
from support.referrals.directory import let_in

SOMEBODY = UUID(int=0xE999)
THIRD, NEW = (a_person(number, BODY, "data_officer") for number in (40, 41))
ONE_HAND, NOT_KNOWN = "come from one hand", "not known here yet who let you in"


def told(setu: ReferralService, data: dict[str, object]) -> None:
    event = Event(
        "directory.dataofficer.changed.v1", str(data["membership_id"]), data, setu.ids.uuid(), setu.clock.now()
    )
    with setu.worker_db.transaction() as session:
        for _twice in range(2):
            on_data_officer_changed(session, event)


def test_two_accounts_that_one_hand_set_up_decide_nothing_together(setu: ReferralService) -> None:
    for officer in (DATA_OFFICER, SECOND_DATA_OFFICER):
        told(setu, let_in(officer, SOMEBODY))
    request_id = demand(setu, setu.sent().reference)
    assert decide(setu, DATA_OFFICER, request_id, "yes").status_code == 200
    refused = decide(setu, SECOND_DATA_OFFICER, request_id, "yes")
    assert (refused.status_code, ONE_HAND in refused.text) == (422, True)
    assert log_of(setu, request_id)[-1] == ("desk.decide", "refused")
    told(setu, let_in(THIRD, UUID(int=0xE998)))
    assert decide(setu, THIRD, request_id, "yes").status_code == 200, "another hand let this one in"


@pytest.mark.parametrize("pair", [(NEW, DATA_OFFICER), (DATA_OFFICER, NEW)])
def test_of_whom_the_directory_has_not_told_is_neither_first_nor_second_of_two(
    setu: ReferralService, pair: tuple[Principal, Principal]
) -> None:
    first, second = pair
    request_id = demand(setu, setu.sent().reference, officer=first)
    assert decide(setu, first, request_id, "yes").status_code == 200
    refused = decide(setu, second, request_id, "yes")
    assert (refused.status_code, NOT_KNOWN in refused.text) == (422, True)
    assert log_of(setu, request_id)[-1] == ("desk.decide", "refused")

    for officer in (first, second):
        told(setu, let_in(officer, version=2))
    assert decide(setu, second, request_id, "yes").status_code == 200


def test_whoever_let_the_first_one_in_is_no_second_until_that_counts_no_more(setu: ReferralService) -> None:
    ends_at = setu.clock.now() + timedelta(days=3)
    told(setu, let_in(DATA_OFFICER, SECOND_DATA_OFFICER.account, ends_at=ends_at.isoformat()))
    request_id = demand(setu, setu.sent().reference)
    decide(setu, DATA_OFFICER, request_id, "yes")
    assert ONE_HAND in decide(setu, SECOND_DATA_OFFICER, request_id, "yes").text
    setu.clock.set(ends_at)
    assert decide(setu, signed_in_anew(setu, SECOND_DATA_OFFICER), request_id, "yes").status_code == 200


def test_a_first_decision_counts_for_seven_days_and_the_page_says_so(setu: ReferralService) -> None:
    request_id = demand(setu, setu.sent().reference)
    page = decide(setu, DATA_OFFICER, request_id, "yes")
    assert "Counts until" in text_of(page)
    setu.clock.advance(timedelta(days=7))
    first, second = (signed_in_anew(setu, who) for who in (DATA_OFFICER, SECOND_DATA_OFFICER))
    late = decide(setu, second, request_id, "yes")
    assert "waits for a second person" in text_of(late), "the late one is a first one again"
    assert "answer is due" in text_of(decide(setu, first, request_id, "yes"))


def test_what_nobody_decides_ends_by_itself_and_its_details_with_it(setu: ReferralService) -> None:
    request_id = demand(setu, setu.sent().reference)
    assert "Ends by itself" in text_of(at_the_desk(setu).get(f"/desk/{request_id}"))
    setu.clock.advance(timedelta(days=30) - timedelta(seconds=1))
    for ended in (False, True):
        enforce_retention(setu.worker_db, dependencies=setu.dependencies, now=setu.clock.now())
        with setu.worker_db.transaction() as session:
            closed = session.scalar(select(desk_request.c.closed_at)) is not None
            left = session.scalars(select(desk_detail.c.request_id)).all()
        assert (closed, left == []) == (ended, ended)
        setu.clock.advance(timedelta(seconds=1))
    page = at_the_desk(setu, signed_in_anew(setu, DATA_OFFICER)).get(f"/desk/{request_id}")
    assert "Ended by itself after 30 days" in text_of(page)
    assert "The Sessions Court" not in page.text
    assert version_on(page) == "", "nothing is left to decide"
