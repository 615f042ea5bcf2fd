"""Queue what somebody asks with the code on a card: taking consent back, or a voice. No account is needed.

Why: rules 7 and 14. Promises: a wrong check character is refused from the input alone; every well-formed code costs the
same one small row and nothing is looked up, so neither words nor time tell whether it is known. When not to use it: to
do what is asked, which the worker does (`apply_card_requests.py`).
"""

from datetime import datetime

from sqlalchemy.orm import Session

from referral_service.outside.codes import card_code
from referral_service.store.cards.card_requests import queue_request
from referral_service.use_cases.dependencies import Dependencies


def queue_card_request(session: Session, code: str, asked: str, *, dependencies: Dependencies, now: datetime) -> None:
    """Queue it for the worker; `asked` is `WITHDRAWAL` or a `Voice`. Raises BadCode. Needs no scope."""
    queue_request(session, dependencies.code_mac(card_code(code)), asked, now)
