"""Count a search that ended without a submission, since nobody in the district takes it on: each need is unmet.

Promises: once a form, by the idempotency key that a sending of it would claim; it counts against what one account may
send in an hour. When not to use it: for a submission, whose unmet needs `submit_referral.py` finds by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from referral_service.store.answer_tally import UNMET, answer_rows
from referral_service.store.rows import insert_rows
from referral_service.use_cases.claim_without_person import claim_without_person
from referral_service.use_cases.dependencies import Dependencies
from service_kit.db.idempotency import IdempotencyKey
from service_kit.identity import Principal
from setu.india import day_in_india


@dataclass(frozen=True)
class UnmetSearch:
    """What was searched for: codes of needs, the district (LGD code), the setting."""

    needs: Sequence[str]
    district: int
    setting: str


def count_unmet_search(
    session: Session,
    searcher: Principal,
    search: UnmetSearch,
    *,
    key: IdempotencyKey,
    dependencies: Dependencies,
    now: datetime,
) -> None:
    """Do it once for each key. Raises problems 409 and 422 of a key that was used otherwise, 429 beyond the limit."""
    said = dependencies.mac.digest("idempotency form", UNMET.encode())
    if not claim_without_person(session, searcher, key=key, fingerprint=said, now=now):
        return
    dependencies.sending.count(searcher.account)
    counted = answer_rows(
        day_in_india(now), UNMET, needs=search.needs, district=search.district, setting=search.setting
    )
    insert_rows(session, counted)
