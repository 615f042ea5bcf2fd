"""Record an arrival with a card: find the own organisation's referral, or count without a person.

Promises: a card shown at the holder unlocks the identity and opens nothing, so that no minute of opening tells of a
visit; the decision is asked at its due time. A card of another organisation's referral is the same as no card (404);
for a card that was handed out alone an arrival is counted once by need and district, and nothing about the person is
stored. Officers never learn of it.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.outside.codes import card_code
from referral_service.store import tasks
from referral_service.store.cards.card_holders import count_arrival, holder_of_code, newest_of_chain
from referral_service.store.referral_lock import lock_for_update
from referral_service.use_cases.dependencies import Dependencies
from service_kit.db import audit
from service_kit.errors import NotFound
from service_kit.identity import Principal
from setu.india import day_in_india


def arrive_with_card(
    session: Session, worker: Principal, code: str, *, dependencies: Dependencies, now: datetime
) -> UUID | None:
    """The referral's id, or None where an arrival was counted. Raises BadCode, NotFound."""
    code_mac = dependencies.code_mac(card_code(code))
    holder = holder_of_code(session, code_mac)
    if holder is None:
        raise NotFound
    if holder.referral_id is not None:
        found = newest_of_chain(session, holder.referral_id)
        if found is None:
            raise NotFound
        _unlock(session, worker, found, now)
        return found
    if holder.arrived_on is None:
        count_arrival(
            session,
            code_mac,
            organization=worker.organization,
            day=day_in_india(now),
            needs=holder.needs,
            district=holder.district,
        )
    return None


def _unlock(session: Session, worker: Principal, referral_id: UUID, now: datetime) -> None:
    lock_for_update(session, referral_id)
    task = tasks.task_in_hand(session, referral_id)
    if task is None or task.organization_id != worker.organization or task.card_shown_at is not None:
        return
    tasks.change_task(session, task, replace(task, card_shown_at=now, version=task.version + 1, touched_at=now))
    audit.record(session, "referral.card-shown", ("referral", referral_id), worker, now)
