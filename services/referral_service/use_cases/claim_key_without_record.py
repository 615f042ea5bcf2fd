"""Idempotent claim of the key of a sending that leaves no record: a "no", "only the card", a search that found nobody.

Why: the row of the key names the account. The moment, and the id of what was made, which tells its moment, would say in
a stolen database when this officer gave somebody a card. Promises: the row tells the day alone, and is kept for 90 days
at least. When not to use it: for a referral, whose record tells both; a candidate claims one in `act_on_task.py`.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from service_kit.db.idempotency import IdempotencyKey, replay_or_claim
from service_kit.identity import Principal
from setu.india import day_in_india, midnight_in_india

NOTHING_MADE = UUID(int=0)


def claim_key_without_record(
    session: Session, who: Principal, *, key: IdempotencyKey, fingerprint: bytes, now: datetime
) -> bool:
    """Whether it is the first time. Raises problems 409 (the first still runs) and 422 (the key was used otherwise)."""
    end_of_day = midnight_in_india(day_in_india(now) + timedelta(days=1))
    first = replay_or_claim(
        session, account=who.account, key=key, fingerprint=fingerprint, now=end_of_day, resource=NOTHING_MADE
    )
    return first is None
