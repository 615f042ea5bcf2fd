"""Count the answer of a person who is not referred, by need; also what nobody offers. A card that was given is used.

Promises: nothing else is stored of a "no" or an "only the card", but of a printed card, that its code counts an arrival
by these needs: a year at most (`domain/retention.py`).
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from referral_service.domain.matching.eligibility import Wanted
from referral_service.domain.submission import Submission
from referral_service.store.cards.use_card import use_card
from referral_service.store.submission import add_answer
from referral_service.use_cases.figures.find_unmet_needs import find_unmet_needs
from service_kit.identity import Principal


def count_answer(
    session: Session, sender: Principal, submission: Submission, now: datetime, *, counted_before: Collection[str]
) -> None:
    """Needs that were counted as unmet before are not again.

    Raises the 422 problem of a card that is not an unused one of the sender's unit.
    """
    wanted = Wanted(frozenset(submission.needs), submission.district, submission.setting)
    nobody_offers = find_unmet_needs(session, wanted, counted_before=counted_before)
    code_mac = None if submission.card is None else use_card(session, sender.organization, submission.card, now)
    add_answer(session, submission, nobody_offers, code_mac, now)
