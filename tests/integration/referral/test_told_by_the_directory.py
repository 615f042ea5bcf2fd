"""What the directory's events do here: resets, snapshots of organisations and services, sessions that end."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from referral_service.consumers import HANDLERS, TOGETHER
from referral_service.store.tables import referral_sent
from referral_service.store.tables_directory import directory_organization, directory_service
from service_kit.envelope import Event
from support.referral import OFFICER, OFFICER_ELSEWHERE, OST, WORKER, ReferralService
from support.referrals.directory import a_listing, an_organization


def told(setu: ReferralService, kind: str, data: dict[str, Any]) -> None:
    with setu.worker_db.transaction() as session:
        HANDLERS[kind](session, Event(kind, "s", data, setu.ids.uuid(), setu.clock.now()))


def test_a_reset_empties_the_accounts_list_and_nobody_elses(setu: ReferralService) -> None:
    mine, others = setu.sent(), setu.sent(OFFICER_ELSEWHERE)
    data = {"account_id": str(OFFICER.account), "at": setu.clock.now().isoformat(), "version": 1}
    told(setu, "directory.account.reset.v1", data)
    assert setu.get(OFFICER, "/api/referrals").get_json()["items"] == []
    assert setu.shown(OFFICER_ELSEWHERE, others)["state"] == "sent"
    assert setu.must(WORKER, mine, "accept")["status"] == "accepted"
    with setu.worker_db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(referral_sent)) == 1


def test_a_session_from_after_a_reset_sees_nothing_earlier_though_the_event_has_not_come(setu: ReferralService) -> None:
    earlier = setu.sent()
    setu.clock.advance(timedelta(minutes=1))
    new_holder = replace(OFFICER, since=setu.clock.now())
    setu.clock.advance(timedelta(minutes=1))
    assert setu.get(new_holder, "/api/referrals").get_json()["items"] == []
    assert setu.get(new_holder, f"/api/referrals/{earlier.id}").status_code == 404
    assert setu.act(new_holder, earlier, "withdraw", {"reason": "mistake"}).status_code == 404
    later = setu.sent(new_holder)
    assert [item["id"] for item in setu.get(new_holder, "/api/referrals").get_json()["items"]] == [later.id]
    assert setu.shown(OFFICER, earlier)["state"] == "sent"


def test_an_older_snapshot_changes_nothing(setu: ReferralService) -> None:
    for version, name in ((3, "New name"), (2, "Old name"), (3, "Again")):
        told(
            setu, "directory.organization.changed.v1", an_organization(WORKER.organization, version=version, name=name)
        )
    with setu.worker_db.transaction() as session:
        query = select(directory_organization.c.name).where(directory_organization.c.id == WORKER.organization)
        assert session.scalar(query) == "New name"


def test_of_services_that_come_together_the_newest_stays(setu: ReferralService) -> None:
    listings = [a_listing(OST, WORKER.organization, version=version) for version in (5, 4)]
    events = [Event("directory.service.changed.v1", str(OST), data, UUID(int=7), setu.clock.now()) for data in listings]

    with setu.worker_db.transaction() as session:
        TOGETHER["directory.service.changed.v1"](session, events)
        kept = session.scalar(select(directory_service.c.version).where(directory_service.c.id == OST))

    assert kept == 5


def test_a_revoked_session_is_refused(setu: ReferralService) -> None:
    assert setu.get(OFFICER, "/api/referrals").status_code == 200
    data = {"session_id": str(OFFICER.session), "expires_at": "2126-01-01T00:00:00Z", "version": 1}
    told(setu, "directory.session.revoked.v1", data)
    assert setu.get(OFFICER, "/api/referrals").status_code == 401
