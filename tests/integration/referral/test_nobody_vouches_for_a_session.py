"""No heartbeat of ended sessions and no directory to ask: the work goes on, and identities stay shut in words."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from service_kit.web.access.issuer_client import IssuerClient
from support.referral import DATA_OFFICER, OFFICER, WORKER, Referral, ReferralService
from support.session_heartbeats import Seconds, asking, closed_base, hanging, told_until

LATE = timedelta(minutes=3)
WORDS = {"en": "Not shown just now", "hi": "अभी नहीं दिखाया जा सकता", "bn": "এখন দেখানো যাচ্ছে না"}


@pytest.fixture
def alone(setu: ReferralService) -> Iterator[ReferralService]:
    """Nothing was heard for three minutes, and nobody listens where the directory was."""
    told_until(setu.worker_db, setu.clock.now() - LATE)
    with asking(setu.app, IssuerClient(closed_base())):
        yield setu


def opened(setu: ReferralService) -> Referral:
    referral = setu.sent()
    setu.must(WORKER, referral, "open")
    return referral


def test_work_goes_on_but_no_identity_note_or_correction_is_shown(alone: ReferralService) -> None:
    referral = opened(alone)
    alone.must(WORKER, referral, "accept")
    api, page = f"/api/referrals/{referral.id}", f"/inbox/{referral.id}"

    for path in (f"{api}/identity", f"{api}/notes"):
        refused = alone.get(WORKER, path)
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
        assert refused.content_type == "application/problem+json"
        assert refused.get_json()["type"] == "/problems/session-unconfirmed"
    for path in (f"{page}/identity", f"{page}/in-person"):
        for language, words in WORDS.items():
            browser = alone.client(WORKER)
            browser.set_cookie("setu_lang", language)
            refused = browser.get(path)
            assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
            assert words in refused.text
            assert "Rafiq" not in refused.text
    assert alone.get(WORKER, page).status_code == 200
    assert alone.get(DATA_OFFICER, "/desk").status_code == 200


def test_a_form_beside_an_open_identity_does_its_work_and_shows_it_no_more(alone: ReferralService) -> None:
    referral = opened(alone)
    version = alone.get(WORKER, f"/api/referrals/{referral.id}").headers["ETag"].strip('"')
    typed = {"version": version, "beside_identity": "1", "text": ""}

    answer = alone.client(WORKER).post(f"/inbox/{referral.id}/note", data=typed)

    assert answer.status_code == 422
    assert "Rafiq" not in answer.text


@pytest.mark.parametrize("heard_before", [True, False])
def test_a_heartbeat_opens_them_again(alone: ReferralService, heard_before: bool) -> None:
    if not heard_before:
        told_until(alone.worker_db, None)
    path = f"/api/referrals/{opened(alone).id}/identity"
    assert alone.get(WORKER, path).status_code == 503

    told_until(alone.worker_db, alone.clock.now() - timedelta(minutes=1))

    assert alone.get(WORKER, path).get_json()["name"] == "Rafiq"


def test_a_new_installation_without_any_heartbeat_takes_a_referral(alone: ReferralService) -> None:
    told_until(alone.worker_db, None)

    assert alone.submit().status_code == 201


def test_a_directory_that_hangs_delays_one_request_and_once(setu: ReferralService) -> None:
    told_until(setu.worker_db, None)
    with hanging() as (base, came), asking(setu.app, IssuerClient(base, monotonic=Seconds())):
        begun = time.monotonic()
        assert setu.get(OFFICER, "/api/referrals").status_code == 200
        assert time.monotonic() - begun >= 1, "it waited for the answer"
        for who in (WORKER, OFFICER):
            assert setu.get(who, "/api/referrals").status_code == 200
        assert came() == 1, "they did not ask"
