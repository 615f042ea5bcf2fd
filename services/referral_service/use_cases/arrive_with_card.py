"""Record an arrival with a card: find the own organisation's referral, or count without a person.

Promises: a card of another organisation's referral is the same as no card (404); for a card that was handed out alone
an arrival is counted once by need and district, and nothing about the person is stored. Officers never learn of it.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.store.cards import count_arrival, holder_of_code, newest_of_chain
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.queue_card_request import card_code
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
