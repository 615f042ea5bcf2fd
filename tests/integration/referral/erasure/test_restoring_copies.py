"""Copies of the directory in a restored referral service: what was hidden since is hidden before any event comes."""

from datetime import timedelta

from sqlalchemy import select

from referral_service.outside.codes import new_card_code
from referral_service.store.directory import listed_by_id, put_organization, put_service
from referral_service.store.tables_desk import desk_request
from referral_service.store.tables_directory import directory_service
from referral_service.store.team_members import list_team, put_team_member
from support.backups import Vault
from support.desk import at_the_desk, signed_in_anew
from support.referral import DATA_OFFICER, JIBAN, OST, OST_OF_JIBAN, SAHAYA, WORKER, ReferralService
from support.referrals.directory import a_listing, a_team_member, an_organization

SECRET = "13 ZqHidden Lane"


def test_what_was_hidden_or_put_right_since_stays_so_and_a_code_that_was_lost_is_said_to_be(
    drilled: ReferralService, vault: Vault
) -> None:
    # given an open address, a provider and a case worker at work, and two people as their officer wrote them down
    with drilled.worker_db.transaction() as session:
        put_service(session, a_listing(OST, SAHAYA, version=2, confidential=False, address=SECRET))
    sent = [drilled.sent() for _ in range(2)]
    for referral in sent:
        drilled.must(WORKER, referral, "accept")
        drilled.must(WORKER, referral, "contact", attempt="met")
    drilled.clock.advance(timedelta(days=1))
    assert vault.back_up().exit_code == 0

    # when since then people put right what is kept of them, one is erased, and a code is lost
    for referral in sent:
        told = drilled.client(signed_in_anew(drilled, WORKER)).post(
            f"/inbox/{referral.id}/in-person/correction",
            data={"name": "Salim", "method": "phone", "number": "98300 54321", "language": "hi", "needs": "OST"},
        )
        assert told.status_code == 303
    drilled.withdraw_by_code(sent[1].card_code)
    at_the_desk(drilled, signed_in_anew(drilled, DATA_OFFICER)).post(
        "/desk/withdrawal", {"code": new_card_code(drilled.ids)}
    )
    # and the address is hidden, the provider suspended, and the case worker has left
    with drilled.worker_db.transaction() as session:
        hidden = {"version": 5, "confidential": True, "address": None, "area": "South"}
        put_service(session, a_listing(OST, SAHAYA, **hidden))
        put_organization(session, an_organization(JIBAN, version=3, status="suspended", standing="suspended"))
        put_team_member(session, a_team_member(WORKER, "Asha", version=2, active=False))
    vault.log_survivors()

    assert vault.restore().exit_code == 0

    with drilled.worker_db.transaction() as session:
        listed = listed_by_id(session, [OST, OST_OF_JIBAN])
        kept_listing = session.execute(select(directory_service).where(directory_service.c.id == OST)).one()
        team = list_team(session, SAHAYA)
        request = session.execute(select(desk_request).where(desk_request.c.kind == "withdrawal")).one()
    assert set(listed) == {OST}
    assert (kept_listing.version, kept_listing.data["confidential"], kept_listing.data["area"]) == (5, True, "South")
    assert SECRET not in str(kept_listing)
    assert WORKER.account not in {member.account_id for member in team}
    kept, erased = (
        drilled.get(signed_in_anew(drilled, WORKER), f"/api/referrals/{referral.id}/identity") for referral in sent
    )
    assert kept.get_json()["name"] == "Salim"
    assert erased.status_code == 410
    assert (request.given, request.closed_at is None) == (["lost"], False)
