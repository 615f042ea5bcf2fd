"""A unit or provider that is suspended or closing begins nothing new, and finishes what it has.

One that waits to be let in has nothing and is sent nothing.
"""

from uuid import UUID

from referral_service.store.directory import put_organization
from support.card_orders import submit_form
from support.referral import (
    COORDINATOR,
    JIBAN,
    OFFICER,
    OST,
    OST_OF_JIBAN,
    SAHAYA,
    SHISHU,
    STATION,
    SUPERVISOR,
    WORKER,
    WORKER_OF_JIBAN,
    ReferralService,
)
from support.referrals.directory import an_organization
from support.referrals.form import NO_FORM


def suspend(setu: ReferralService, organization: UUID, status: str = "suspended", version: int = 2) -> None:
    with setu.worker_db.transaction() as session:
        put_organization(session, an_organization(organization, version=version, status=status))


def test_a_suspended_unit_sends_nothing_new_and_keeps_what_it_sent(setu: ReferralService) -> None:
    before, [card] = setu.sent(), setu.cards()
    suspend(setu, STATION)

    refused = setu.submit()

    assert refused.status_code == 409
    assert "sends nothing new" in refused.text
    only_card = {"consent": {**_card_only(), "answer": "card_only"}, "person": None, "card": card.number}
    assert setu.submit(**only_card).status_code == 422
    assert setu.get(OFFICER, f"/new/{NO_FORM}/place").status_code == 409
    assert submit_form(setu, SUPERVISOR, "/cards/order", sheets=1).status_code == 404
    assert setu.shown(OFFICER, before)["state"] == "sent"
    setu.must(WORKER, before, "accept")
    assert setu.withdraw_by_code(before.card_code).status_code == 202


def test_a_suspended_provider_gets_nothing_new_and_finishes_its_own(setu: ReferralService) -> None:
    before = setu.sent()
    suspend(setu, SAHAYA)

    assert setu.submit().status_code == 422
    setu.must(WORKER, before, "accept")
    setu.must(WORKER, before, "start", first_contact="2026-03-02")
    setu.must(WORKER, before, "complete", outcome="engaged")


def test_a_provider_that_waits_to_be_let_in_is_neither_asked_nor_forwarded_to(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "decline", reason="no_capacity")
    for provider in (JIBAN, SHISHU, SAHAYA):
        suspend(setu, provider, "pending")

    for body in ({}, {"service_id": str(OST_OF_JIBAN)}, {"candidates": [str(OST_OF_JIBAN)]}):
        assert setu.act(COORDINATOR, referral, "forward", body).status_code == 422
    assert setu.submit().status_code == 422
    suspend(setu, JIBAN, "active", version=3)
    setu.must(COORDINATOR, referral, "forward")


def test_a_suspended_candidate_claims_nothing_and_the_rest_may(setu: ReferralService) -> None:
    referral = setu.sent(candidates=[str(OST), str(OST_OF_JIBAN)])
    suspend(setu, SAHAYA)

    for event in ("claim", "accept"):
        assert setu.act(WORKER, referral, event).status_code == 409
    setu.must(WORKER_OF_JIBAN, referral, "claim")


def _card_only() -> dict[str, object]:
    return {
        "version": "2026-1",
        "language": "bn",
        "interpreted": False,
        "channel": "in_person",
        "another_service": False,
    }
