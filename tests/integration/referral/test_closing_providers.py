"""A provider closes: what its team holds stands on the coordinator's list, and ends by itself a month later."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from referral_service.store.directory import put_organization
from referral_service.store.tables import task_event
from referral_service.use_cases.run_clocks import run_clocks
from service_kit.identity import Principal
from support.referral import (
    COORDINATOR,
    COORDINATOR_ELSEWHERE,
    OFFICER,
    OST_OF_JIBAN,
    SAHAYA,
    WORKER,
    Referral,
    ReferralService,
)
from support.referrals.directory import an_organization


def close(setu: ReferralService, standing: str, version: int) -> None:
    with setu.worker_db.transaction() as session:
        told = an_organization(SAHAYA, version=version, status="suspended", standing=standing)
        put_organization(session, told, setu.clock.now())


def listed(setu: ReferralService, referral: Referral, who: Principal = COORDINATOR) -> bool:
    return referral.id in setu.get(who, "/unanswered").text


def run(setu: ReferralService) -> None:
    run_clocks(setu.worker_db, dependencies=setu.dependencies, now=setu.clock.now())


def history(setu: ReferralService, referral: Referral) -> list[str]:
    with setu.worker_db.transaction() as session:
        lines = select(task_event.c.event).where(task_event.c.referral_id == UUID(referral.id))
        return list(session.scalars(lines.order_by(task_event.c.at)))


def test_what_a_closing_provider_holds_needs_a_hand_and_ends_a_month_after_it_closed(setu: ReferralService) -> None:
    held, elsewhere = setu.sent(), setu.sent(service_id=str(OST_OF_JIBAN))
    setu.must(WORKER, held, "accept")
    assert not listed(setu, held)

    close(setu, "closing", 2)
    assert listed(setu, held)
    assert not listed(setu, held, COORDINATOR_ELSEWHERE)
    assert not listed(setu, elsewhere)
    close(setu, "closed", 3)
    setu.clock.advance(timedelta(days=29))
    close(setu, "closed", 4)  # told again: the first time counts
    run(setu)
    assert setu.shown(COORDINATOR, held)["status"] == "accepted"
    setu.clock.advance(timedelta(days=1))
    run(setu)

    failed = setu.shown(COORDINATOR, held)
    assert failed["status"] == "failed"
    assert history(setu, held)[-1] == "expire", "the word that earlier releases wrote, and have words for"
    assert listed(setu, held)
    assert setu.shown(OFFICER, held)["state"] == "accepted", "the officer learns nothing of it"
    assert setu.act(COORDINATOR, held, "forward", {"service_id": str(OST_OF_JIBAN)}).status_code == 409
    setu.must(COORDINATOR, held, "settle", reason="nothing_to_do")
    assert not listed(setu, held)
