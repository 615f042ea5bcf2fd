"""A legal demand, from writing it down to the letter: two people, the narrowest answer, and one letter for nothing."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

from referral_service.outside.codes import new_card_code, new_reference
from referral_service.store.directory import put_organization
from referral_service.store.tables import task
from referral_service.store.tables_desk import desk_detail, desk_request
from referral_service.use_cases.enforce_retention import enforce_retention
from referral_service.use_cases.keys.rotate_keys import rotate_keys
from setu.districts import districts_nearby
from support.desk import NUMBER, at_the_desk, decide, demand, log_of, text_of, version_on
from support.referral import (
    BODY,
    COORDINATOR,
    DATA_OFFICER,
    HYDERABAD,
    KOLKATA,
    MANAGER,
    NURSE,
    OFFICER,
    OST,
    OST_OF_JIBAN,
    SECOND_DATA_OFFICER,
    WORKER,
    WORKER_OF_JIBAN,
    Referral,
    ReferralService,
    a_person,
)
from support.referrals.directory import an_organization

SECRETS = ("Rafiq", "9830012345", "98300 12345")


def answered(setu: ReferralService, request_id: str) -> str:
    """The letter that an officer makes now; what it says, without number and address."""
    browser = at_the_desk(setu)
    version = version_on(browser.get(f"/desk/{request_id}"))
    page = browser.post(f"/desk/{request_id}/answer", {"version": version})
    assert page.request.path == f"/desk/{request_id}/letter", page.text
    return NUMBER.sub("D-", page.text.replace(request_id, ""))


def decided(setu: ReferralService, request_id: str, first: str = "yes", second: str = "yes") -> str:
    reason = "asks_too_much"
    assert decide(setu, DATA_OFFICER, request_id, first, "" if first == "yes" else reason).status_code == 200
    assert decide(setu, SECOND_DATA_OFFICER, request_id, second, "" if second == "yes" else reason).status_code == 200
    return answered(setu, request_id)


def test_two_people_give_what_the_order_names_and_no_more(setu: ReferralService) -> None:
    referral = setu.sent()
    request_id = demand(setu, referral.reference, items=["name"])
    page = at_the_desk(setu, SECOND_DATA_OFFICER).get(f"/desk/{request_id}")
    assert "The Sessions Court" in page.text
    assert not [secret for secret in SECRETS if secret in page.text]
    letter = decided(setu, request_id)
    assert "Rafiq" in letter
    assert not [secret for secret in SECRETS[1:] if secret in letter], "the number was not ordered"
    shown = text_of(at_the_desk(setu).get(f"/desk/{request_id}"))
    assert "Name used" in shown
    assert "Rafiq" not in shown, "the record has what was given, not its words"
    told = ["desk.open", "desk.decide", "desk.decide", "desk.answer"]
    assert [action for action, _outcome in log_of(setu, request_id)] == told
    assert ("referral.identity.read", "done") in log_of(setu, referral.id)


def test_the_letter_tells_of_the_record_that_is_named_and_of_no_forward(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "decline", reason="no_capacity")
    setu.clock.advance(timedelta(minutes=5))
    setu.must(COORDINATOR, referral, "forward")
    (item,) = setu.get(WORKER_OF_JIBAN, "/api/referrals").get_json()["items"]
    forwarded = Referral(item["id"], item["reference"], None)
    setu.must(WORKER_OF_JIBAN, forwarded, "claim")
    setu.must(WORKER_OF_JIBAN, forwarded, "accept")
    letter = decided(setu, demand(setu, referral.reference, items=["service", "name"]))
    assert [name in letter for name in ("Sahaya Trust", "Jiban Jyoti", "Rafiq")] == [True, False, True]


def test_the_letter_is_the_same_for_refused_destroyed_and_absent(setu: ReferralService) -> None:
    refused, destroyed = setu.sent(), setu.sent()
    with setu.worker_db.transaction() as session:
        elsewhere = setu.sent()
        session.execute(update(task).where(task.c.id == elsewhere.id).values(district=HYDERABAD))
    setu.withdraw_by_code(destroyed.card_code)
    letters = {
        decided(setu, demand(setu, refused.reference), second="no"),
        decided(setu, demand(setu, refused.reference), first="no"),
        decided(setu, demand(setu, destroyed.reference)),
        decided(setu, demand(setu, str(destroyed.card_code))),
        decided(setu, demand(setu, elsewhere.reference)),
        decided(setu, demand(setu, new_reference(setu.ids))),
        decided(setu, demand(setu, new_card_code(setu.ids))),
        decided(setu, demand(setu, setu.cards()[0].code)),
    }
    assert len(letters) == 1
    assert "Nothing can be given." in letters.pop()
    assert ("referral.identity.read", "done") not in log_of(setu, refused.id), "nothing was opened to refuse it"


def test_a_letter_that_gives_nothing_reads_nobody(setu: ReferralService) -> None:
    referral = setu.sent(candidates=[str(OST), str(OST_OF_JIBAN)])
    request_id = demand(setu, referral.reference, items=["service"])
    assert "Nothing can be given." in decided(setu, request_id), "no organisation has it yet"
    looks = log_of(setu, referral.id).count(("referral.identity.read", "done"))
    assert at_the_desk(setu).get(f"/desk/{request_id}/letter").status_code == 200
    assert log_of(setu, referral.id).count(("referral.identity.read", "done")) == looks


def test_details_that_do_not_open_are_as_if_they_were_gone(setu: ReferralService) -> None:
    request_id = demand(setu, setu.sent().reference)
    for officer in (DATA_OFFICER, SECOND_DATA_OFFICER):
        decide(setu, officer, request_id, "yes")
    with setu.worker_db.transaction() as session:
        session.execute(update(desk_detail).values(sealed=b"\0" * 64))
    page = at_the_desk(setu).get(f"/desk/{request_id}")
    assert (page.status_code, "The Sessions Court" in page.text) == (200, False)
    body = {"version": version_on(page)}
    assert at_the_desk(setu).post(f"/desk/{request_id}/answer", body).status_code == 409, "and not answered by nothing"


def test_whoever_has_some_districts_alone_reads_no_desk(setu: ReferralService) -> None:
    request_id = demand(setu, setu.sent().reference)
    near = a_person(41, BODY, "data_officer", districts=(KOLKATA, min(districts_nearby(KOLKATA))))
    assert setu.get(near, f"/desk/{request_id}").status_code == 404
    assert "Nothing waits" in setu.get(near, "/desk").text
    body = an_organization(BODY, version=2, whole_state=True)
    with setu.worker_db.transaction() as session:
        put_organization(session, body)
    assert setu.get(near, f"/desk/{request_id}").status_code == 200, "since the body is its state's"


def test_why_stays_inside(setu: ReferralService) -> None:
    request_id = demand(setu, setu.sent().reference)
    letter = decided(setu, request_id, second="no")
    assert "more than the case needs" not in letter
    inside = at_the_desk(setu).get(f"/desk/{request_id}").text
    assert "more than the case needs" in inside


def test_nobody_decides_twice_and_the_one_who_tries_is_in_the_log(setu: ReferralService) -> None:
    request_id = demand(setu, setu.sent().reference)
    assert decide(setu, DATA_OFFICER, request_id, "yes").status_code == 200
    page = at_the_desk(setu).get(f"/desk/{request_id}")
    assert "A second person has to decide" in page.text
    again = at_the_desk(setu).post(f"/desk/{request_id}/decide", {"version": "2", "answer": "yes"})
    assert again.status_code == 409
    assert log_of(setu, request_id)[-1] == ("desk.decide", "refused")
    early = at_the_desk(setu).post(f"/desk/{request_id}/answer", {"version": "2"})
    assert early.status_code == 409


def test_of_two_who_decide_at_once_one_is_late(setu: ReferralService) -> None:
    request_id = demand(setu, setu.sent().reference)
    late = version_on(at_the_desk(setu, SECOND_DATA_OFFICER).get(f"/desk/{request_id}"))
    decide(setu, DATA_OFFICER, request_id, "yes")
    answer = {"version": late, "answer": "no", "reason": "not_lawful"}
    assert at_the_desk(setu, SECOND_DATA_OFFICER).post(f"/desk/{request_id}/decide", answer).status_code == 409


def test_what_no_court_ordered_cannot_be_given(setu: ReferralService) -> None:
    referral = setu.sent()
    request_id = demand(setu, referral.reference, by_court="no", authority="The Inspector")
    page = decide(setu, DATA_OFFICER, request_id, "yes")
    assert (page.status_code, "court" in text_of(page)) == (422, True)
    decide(setu, DATA_OFFICER, request_id, "no", "no_court_order")
    decide(setu, SECOND_DATA_OFFICER, request_id, "no", "no_court_order")
    assert "Nothing can be given." in answered(setu, request_id)


@pytest.mark.parametrize("named", ["Rafiq", "98300 12345", "R-1", ""])
def test_a_name_a_number_or_a_list_names_nobody(setu: ReferralService, named: str) -> None:
    wrong = at_the_desk(setu).post("/desk/demand", {"named": named, "authority": "x", "order": "y", "by_court": "yes"})
    assert (wrong.status_code, "Type one reference" in wrong.text) == (422, True)
    two = at_the_desk(setu).post("/desk/demand", {"named": f"{setu.sent().reference} {setu.sent().reference}"})
    assert (two.status_code, "Type one reference" in two.text) == (422, True)


def test_what_was_given_is_shown_for_an_hour_with_a_second_factor(setu: ReferralService) -> None:
    request_id = demand(setu, setu.sent().reference)
    decided(setu, request_id)
    setu.clock.advance(timedelta(minutes=31))
    stale = setu.get(DATA_OFFICER, f"/desk/{request_id}/letter")
    assert (stale.status_code, "second-factor" in stale.headers["Location"]) == (303, True)
    setu.clock.advance(timedelta(minutes=30))
    fresh = replace(DATA_OFFICER, second_factor_at=setu.clock.now())
    assert setu.get(fresh, f"/desk/{request_id}/letter").status_code == 404
    assert "only copy" in setu.get(DATA_OFFICER, f"/desk/{request_id}").text


def test_a_demand_changes_nothing_for_anybody_else(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "accept")
    paths = ((OFFICER, f"/sent/{referral.id}"), (WORKER, f"/inbox/{referral.id}"), (MANAGER, "/overdue"))
    before = [bare(setu.get(who, path).text) for who, path in paths]
    request_id = demand(setu, referral.reference)
    decided(setu, request_id)
    assert [bare(setu.get(who, path).text) for who, path in paths] == before
    for who in (OFFICER, NURSE, WORKER, MANAGER, COORDINATOR):
        assert {setu.get(who, path).status_code for path in ("/desk", f"/desk/{request_id}/letter")} == {403}


def bare(page: str) -> str:
    return re.sub(r"<time[^>]*>[^<]*</time>", "", page)


def test_the_database_itself_refuses_a_second_decision_of_the_same_person(setu: ReferralService) -> None:
    request_id = demand(setu, setu.sent().reference)
    decide(setu, DATA_OFFICER, request_id, "yes")
    twice = update(desk_request).values(second_by=desk_request.c.first_by)
    with pytest.raises(DBAPIError, match="desk_request_two_people"), setu.worker_db.transaction() as session:
        session.execute(twice)


def test_what_is_sealed_outlives_its_month_and_goes_a_year_after_the_end(setu: ReferralService) -> None:
    request_id = demand(setu, setu.sent().reference)
    decided(setu, request_id, second="no")
    setu.clock.advance(timedelta(days=29))
    rotate_keys(setu.rotation)
    assert "The Sessions Court" in setu.get(DATA_OFFICER, f"/desk/{request_id}").text
    setu.clock.advance(timedelta(days=337))
    enforce_retention(setu.worker_db, dependencies=setu.dependencies, now=setu.clock.now())
    left = setu.get(DATA_OFFICER, f"/desk/{request_id}")
    assert (left.status_code, "The Sessions Court" in left.text) == (200, False)
    with setu.worker_db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(desk_detail)) == 0


def test_what_an_order_says_lies_sealed(setu: ReferralService) -> None:
    referral = setu.sent()
    request_id = demand(setu, referral.reference, authority="Unmistakable Court")
    assert "Unmistakable Court" in at_the_desk(setu).get(f"/desk/{request_id}").text
    with setu.superuser.cursor() as cursor:
        tables = cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        dump = "".join(str(cursor.execute(f'SELECT * FROM "{name}"').fetchall()) for (name,) in tables)  # noqa: S608 # our own tables
    assert "Unmistakable" not in dump
