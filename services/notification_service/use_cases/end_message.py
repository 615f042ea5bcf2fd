"""End a message that was claimed: it is held (suppressed, or in a trial), or a try at it came to something.

Promises: an urgent message that no channel brings to its reader is told to whom it falls, once, whatever the order in
which its channels fail: each end looks at the others with all of them locked.
"""

import logging
from uuid import UUID

from notification_service.domain.choices import is_urgent
from notification_service.store import attempts, claims, delivery_ends
from notification_service.store.attempts import Result
from notification_service.store.tables import DeliveryRow
from notification_service.use_cases.dependencies import Dependencies
from notification_service.use_cases.tell_stand_ins import tell_stand_ins
from service_kit import metrics

_log = logging.getLogger(__name__)
tries = metrics.counter("delivery_tries", "Tries at sending a message", ["channel", "outcome"])


def end_held(dependencies: Dependencies, claimed: DeliveryRow, lease: UUID, state: str) -> None:
    """End a message whose address nothing is sent to; one that was stopped meanwhile stays stopped.

    In a trial nobody is told instead: it counts as if it had been sent.
    """
    now = dependencies.clock.now()
    with dependencies.db.transaction() as session:
        delivery = delivery_ends.lock_together(session, claimed.id)
        ended = delivery is not None and delivery_ends.end_held(session, claimed.id, lease, now, state)
        if not ended:
            claims.give_back(session, [claimed.id], lease=lease)
        if ended and delivery is not None and state == delivery_ends.SUPPRESSED:
            tell_stand_ins(session, delivery, now, dependencies.carriers)
    tries.labels(claimed.channel, state).inc()
    _log.info("message held", extra={"delivery": str(claimed.id), "state": state})


def end_try(dependencies: Dependencies, claimed: DeliveryRow, lease: UUID, result: Result) -> None:
    """Record a try and what follows from it."""
    is_last = result.state == "failed" and is_urgent(claimed.kind, claimed.urgent)
    with dependencies.db.transaction() as session:
        delivery = delivery_ends.lock_together(session, claimed.id) if is_last else None
        recorded = attempts.record(session, claimed.id, lease=lease, number=claimed.attempts, result=result)
        if recorded and delivery is not None:
            tell_stand_ins(session, delivery, result.at, dependencies.carriers)
