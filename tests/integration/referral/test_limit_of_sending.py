"""How much one account may send: more than anybody has to do, and far less than a flood; nothing else counts in it."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from referral_service.outside.sending_limit import sending_limit
from referral_service.store.tables import task
from referral_service.store.tables_figures import figure_tally
from referral_service.use_cases.dependencies import Dependencies
from service_kit.errors import TooMany
from support.referral import COLLEAGUE, OFFICER, ReferralService, a_consent
from support.referrals.form import FormFiller


@pytest.fixture
def two_an_hour(setu: ReferralService, monkeypatch: pytest.MonkeyPatch) -> ReferralService:
    known = setu.app.extensions["setu_dependencies"]
    monkeypatch.setitem(
        known, Dependencies, replace(known[Dependencies], sending=sending_limit(2), searching=sending_limit(2))
    )
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


def test_searches_have_a_limit_of_their_own_beyond_which_nothing_is_counted_and_nobody_waits(
    two_an_hour: ReferralService,
) -> None:
    officer, pages = FormFiller(two_an_hour), []
    for _ in range(3):
        pages.append(officer.place("SHELTER"))
        assert officer.instead("unmet").status_code == 200

    assert ["It is counted that this help is missing here." in page.text for page in pages] == [True, True, False]
    with two_an_hour.worker_db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(figure_tally)) == 2
    assert two_an_hour.submit().status_code == 201


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
