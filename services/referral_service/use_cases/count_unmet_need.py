"""Count unmet needs: what was asked for and no service of the district offers.

Promises: a need, a district, a setting and a day; no account, no unit, no person. When not to use it: where a referral
could be sent, even if it covers only a part.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from referral_service.domain.clocks import today
from referral_service.store.submission import count_answer

UNMET = "unmet"


def count_unmet_need(session: Session, needs: Sequence[str], district: int, setting: str, *, now: datetime) -> None:
    """One count for each need."""
    count_answer(session, today(now), UNMET, needs=needs, district=district, setting=setting)
