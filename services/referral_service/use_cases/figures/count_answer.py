"""Count the answer of a person who is not referred, by need; also what nobody offers. A card that was given is used.

Promises: nothing else is stored of a "no" or an "only the card", but of a printed card, that its code counts an arrival
by these needs: a year at most (`domain/retention.py`).
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from referral_service.domain.figures.tally import tally_answer
from referral_service.domain.matching import Wanted
from referral_service.domain.submission import Submission
from referral_service.store.answer_tally import UNMET, answer_rows
from referral_service.store.cards.card_holders import holder_row
from referral_service.store.cards.use_card import use_card
from referral_service.store.figure_tally import tally_rows
from referral_service.store.rows import insert_rows
from referral_service.use_cases.figures.find_unmet_needs import find_unmet_needs
from service_kit.identity import Principal
from setu.india import day_in_india


def count_answer(
    session: Session, sender: Principal, submission: Submission, now: datetime, *, counted_before: Collection[str]
) -> None:
    """Needs that were counted as unmet before are not again.

    Raises the 422 problem of a card that is not an unused one of the sender's unit.
    """
    needs, district = submission.needs, submission.district
    wanted = Wanted(frozenset(needs), district, submission.setting)
    nobody_offers = find_unmet_needs(session, wanted, counted_before=counted_before)
    counted = ((submission.consent.answer, needs), (UNMET, nobody_offers))
    rows = [
        row
        for answer, of in counted
        for row in answer_rows(day_in_india(now), answer, needs=of, district=district, setting=submission.setting)
    ]
    rows += tally_rows([tally_answer(submission.consent.answer)], at=now, district=district)
    if submission.card is not None:
        code_mac = use_card(session, sender.organization, submission.card, now)
        rows = [*rows, holder_row(code_mac, None, district, needs, day_in_india(now))]
    insert_rows(session, rows)
