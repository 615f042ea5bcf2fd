"""Replay of an idempotent submission: the answer to a repeated request, by what the first one made and nothing else.

Why: what a second press of "Send" would ask for depends on the directory as it is by then; the first one's answer does
not. Promises: nothing is sent; it reads the sender's own row; a code that the sender brings along is told again only
while the card's digest is that of this referral. When not to use it: where nothing was sent under the key.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.listed_service import ListedService
from referral_service.domain.sent_referral import SentReferral
from referral_service.outside.codes import show
from referral_service.store.cards.card_holders import is_own_card
from referral_service.store.sent import get_sent
from referral_service.use_cases.dependencies import Dependencies
from service_kit.identity import Principal


@dataclass(frozen=True)
class Submitted:
    """`sent` is None where nothing was sent; `card_code`, grouped, is of a card that was made with it.

    `receivers` are what the card in the first answer tells of. A repeated request has none, and a code only where it
    brought that along.
    """

    answer: str
    sent: SentReferral | None
    card_code: str | None = None
    receivers: Sequence[ListedService] = ()


def replay_submission(
    session: Session,
    sender: Principal,
    first: UUID,
    *,
    card_code: str | None,
    dependencies: Dependencies,
    now: datetime,
) -> Submitted:
    """`first`: the id of the referral that the first request made; `card_code`: the bare code to tell again, if any.

    Raises NotFound where the sender may not read it any more.
    """
    sent = get_sent(session, sender, first, now=now)
    if card_code is None or not is_own_card(session, first, dependencies.code_mac(card_code)):
        return Submitted("yes", sent)
    return Submitted("yes", sent, show(card_code))
