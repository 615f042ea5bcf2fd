"""Withdrawing consent with the code on the card: by anybody who holds it, without an account.

Why: rule 7. Promises: a wrong check character is refused from the input alone; every well-formed code gets the same
answer, and the same kind of work is done and committed for it, so that neither words nor time tell whether it was
known.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referral_service.use_cases.end_consent import NOBODY, end_consent_by_person
from referral_service.use_cases.means import Means
from service_kit.codes import BadCode, normalise
from service_kit.db import audit

CARD_SYMBOLS = 14


def card_code(text: str) -> str:
    """The bare symbols of a card's code. Raises BadCode (a referral's reference is none)."""
    code = normalise(text)
    if len(code) != CARD_SYMBOLS:
        raise BadCode("length")
    return code


@contextmanager
def in_even_time(seconds: float) -> Iterator[None]:
    """Let the work inside take at least this long, unless it raises: a known code must not take longer than another."""
    started = time.monotonic()
    yield
    time.sleep(max(0.0, seconds - (time.monotonic() - started)))


def withdraw_by_code(session: Session, code: str, *, means: Means, now: datetime) -> None:
    """End consent for the card's referral where there is one. Raises BadCode. Needs no scope: one door leads in."""
    digest = means.code_mac(card_code(code))
    root = session.scalar(select(func.referral_of_card(digest)))
    end_consent_by_person(session, root or NOBODY, now, means)
    audit.record(
        session,
        action="referral.withdraw-consent",
        actor=None,
        organization=None,
        object_type="card",
        object_id="by code",
        outcome="done",
        at=now,
    )
