"""Apply queued requests by code: the worker ends the consent, or hears the voice, behind each known code.

Why: rules 7 and 14, at once for a person and also under a flood of made-up codes. Promises: known codes go first, so a
flood delays none of them; each is a transaction of its own that also takes it off the queue, so a worker that dies
loses nothing and does nothing twice; one that fails is logged, counted and put last. Unknown codes are deleted in bulk.
The audit log has one entry a day for all of them, known or not, so that nobody who reads a code out and then the log
learns which it was. A request at the data officer's desk is closed once its code waits no more. Run every second by
the worker. When not to use it: for the states in which consent can be taken back (every one: the rows
`withdraw-consent` of `domain/transitions.py`, for the person).
"""

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from referral_service.domain.voices import Voice
from referral_service.store.cards import card_requests
from referral_service.store.cards.card_requests import WITHDRAWAL, CardRequest
from referral_service.store.desk import desk_requests
from referral_service.use_cases.cards.hear_voice import hear_voice
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.end_consent import end_consent_by_person
from service_kit import failpoints, metrics
from service_kit.db import audit
from service_kit.db.engine import Database
from service_kit.identity import Scope
from setu.india import day_in_india, midnight_in_india

KNOWN_A_ROUND, UNKNOWN_A_ROUND = 100, 20_000
"""At a round a second: 360,000 known codes an hour, and unknown ones faster than web processes can write them."""
CONSENT_ENDED_NOT_COMMITTED = "consent-ended-not-committed"
_log = logging.getLogger(__name__)
_failed = metrics.counter("card_requests_failed", "Requests by a card's code that failed and are tried again")


def apply_card_requests(db: Database, *, dependencies: Dependencies, now: datetime, known: int = KNOWN_A_ROUND) -> None:
    """One round, in which at most `known` requests are done. `db` is the worker's."""
    with db.transaction() as session:
        waiting = card_requests.requests_of_known_cards(session, known)
    for request in waiting:
        _apply(db, request, dependencies, now)
    with db.transaction() as session:
        withdrawals, voices = card_requests.drop_unknown(session, UNKNOWN_A_ROUND)
        if withdrawals or voices:
            card_requests.count_applied(session, _day_of(now), withdrawals=withdrawals, voices=voices)
    with db.transaction() as session:
        desk_requests.close_applied_codes(session, now)
    with db.transaction() as session:
        for day, withdrawals, voices in card_requests.take_days_that_are_over(session, _day_of(now)):
            _record(session, "referral.withdraw-consent", day, withdrawals, now)
            _record(session, "referral.voice", day, voices, now)


def _apply(db: Database, request: CardRequest, dependencies: Dependencies, now: datetime) -> None:
    try:
        with db.transaction() as session:
            if card_requests.take_request(session, request):
                _do(session, request, dependencies, now)
    except Exception:  # noqa: BLE001 (ours: it is logged and counted, and must not keep the queue from moving)
        _failed.inc()
        _log.exception("a request by code failed and is tried again")
        with db.transaction() as session:
            card_requests.put_last(session, request, now)


def _do(session: Session, request: CardRequest, dependencies: Dependencies, now: datetime) -> None:
    if request.asked == WITHDRAWAL:
        if request.referral_id is not None:
            end_consent_by_person(session, request.referral_id, now, dependencies)
        card_requests.count_applied(session, _day_of(now), withdrawals=1)
        failpoints.reach(CONSENT_ENDED_NOT_COMMITTED)
    else:
        hear_voice(session, request, Voice(request.asked), dependencies=dependencies, now=now)
        card_requests.count_applied(session, _day_of(now), voices=1)


def _record(session: Session, action: str, day: datetime, count: int, now: datetime) -> None:
    if count:
        detail = {"day": day_in_india(day).isoformat(), "count": str(count)}
        audit.record(session, action, ("card", "by code"), Scope(), now, outcome="done", detail=detail)


def _day_of(now: datetime) -> datetime:
    return midnight_in_india(day_in_india(now))
