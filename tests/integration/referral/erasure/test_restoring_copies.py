"""Copies of the directory in a restored referral service: what was hidden since is hidden before any event comes."""

from sqlalchemy import select

from referral_service.store.directory import listed_by_id, put_organization, put_service
from referral_service.store.tables_directory import directory_service
from referral_service.store.team_members import list_team, put_team_member
from support.backups import Vault
from support.referral import (
    JIBAN,
    OST,
    OST_OF_JIBAN,
    SAHAYA,
    WORKER,
    ReferralService,
    a_listing,
    a_team_member,
    an_organization,
)

SECRET = "13 ZqHidden Lane"


def test_hidden_addresses_suspended_providers_and_people_who_left_stay_away(
    drilled: ReferralService, vault: Vault
) -> None:
    with drilled.worker_db.transaction() as session:
        put_service(session, a_listing(OST, SAHAYA, version=2, confidential=False, address=SECRET))
    assert vault.back_up().exit_code == 0
    with drilled.worker_db.transaction() as session:
        hidden = {"version": 5, "confidential": True, "address": None, "area": "South"}
        put_service(session, a_listing(OST, SAHAYA, **hidden))
        put_organization(session, an_organization(JIBAN, version=3, status="suspended", standing="suspended"))
        put_team_member(session, a_team_member(WORKER, "Asha", version=2, active=False))
    vault.log_survivors()

    assert vault.restore().exit_code == 0

    with drilled.worker_db.transaction() as session:
        listed = listed_by_id(session, [OST, OST_OF_JIBAN])
        kept = session.execute(select(directory_service).where(directory_service.c.id == OST)).one()
        team = list_team(session, SAHAYA)
    assert set(listed) == {OST}
    assert (kept.version, kept.data["confidential"], kept.data["area"]) == (5, True, "South")
    assert SECRET not in str(kept)
    assert WORKER.account not in {member.account_id for member in team}
