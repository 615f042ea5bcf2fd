"""How much one account may send: more than anybody has to do, and far less than a flood; nothing else counts in it."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from referral_service.outside.sending_limit import sending_limit
from referral_service.store.tables import tally, task
from referral_service.use_cases.dependencies import Dependencies
from service_kit.errors import TooMany
from support.referral import COLLEAGUE, OFFICER, ReferralService, a_consent
from support.referrals.form import FormFiller, heading


@pytest.fixture
def two_an_hour(setu: ReferralService, monkeypatch: pytest.MonkeyPatch) -> ReferralService:
    known = setu.app.extensions["setu_dependencies"]
    monkeypatch.setitem(known, Dependencies, replace(known[Dependencies], sending=sending_limit(2)))
    return setu


def test_beyond_the_limit_an_account_waits_and_nothing_is_stored_or_half_claimed(two_an_hour: ReferralService) -> None:
    setu = two_an_hour
    setu.submit(consent=a_consent(answer="no"), person=None)
    first = setu.submit(key="second")

    refused = setu.submit(key="third")

    assert (refused.status_code, refused.get_json()["type"]) == (429, "/problems/too-many-requests")
    assert 0 < int(refused.headers["Retry-After"]) <= 1800
    assert setu.submit(key="second").get_json()["id"] == first.get_json()["id"], "a repeated request is answered"
    assert setu.submit(COLLEAGUE).status_code == 201, "each account for itself"
    with setu.worker_db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(task)) == 2


def test_what_nobody_offers_counts_in_the_same_limit(two_an_hour: ReferralService) -> None:
    officer, answers = FormFiller(two_an_hour), []
    for _ in range(3):
        officer.place("SHELTER")
        answers.append(officer.instead("unmet").status_code)
    assert answers == [200, 200, 429]
    assert heading(officer.get("/new/who")) == "Who can help?", "the form is there still"
    with two_an_hour.worker_db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(tally)) == 2


def test_what_was_refused_is_sent_later_under_the_same_key(two_an_hour: ReferralService) -> None:
    setu, known = two_an_hour, two_an_hour.app.extensions["setu_dependencies"]
    assert [setu.submit(key=key).status_code for key in ("a", "b", "c")] == [201, 201, 429]

    known[Dependencies] = replace(known[Dependencies], sending=sending_limit(2))  # an hour later

    assert setu.submit(key="c").status_code == 201


def test_one_more_is_admitted_each_time_its_share_of_the_hour_is_over() -> None:
    now, account = [0.0], uuid4()
    limit = sending_limit(60, clock=lambda: now[0])
    for _ in range(60):
        limit.count(account)

    with pytest.raises(TooMany) as refused:
        limit.count(account)
    assert refused.value.retry_after == 60
    limit.count(OFFICER.account)
    now[0] += 60
    limit.count(account)
    with pytest.raises(TooMany):
        limit.count(account)
