"""Audit of refused forwards: whoever tries to learn from what is refused leaves a line for each try.

Why: a forward that is refused rolls back, and with it the line that what was sealed had been read. Promises: the line
commits in a transaction of its own, after the roll-back. When not to use it: for what is done, which records itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from referral_service.domain.lifecycle import NotAllowed
from service_kit.db import audit
from service_kit.db.engine import Database
from service_kit.errors import Invalid
from service_kit.identity import Principal
from setu.roles import COORDINATOR


@contextmanager
def log_refused_forward(db: Database, who: Principal, referral_id: UUID, event: str, now: datetime) -> Iterator[None]:
    """Around the transaction of an act; of other events and roles it takes no notice."""
    try:
        yield
    except (Invalid, NotAllowed):
        if event == "forward" and who.role == COORDINATOR:
            with db.transaction(who.scope) as session:
                audit.record(session, "referral.forward", ("referral", referral_id), who, now, outcome="refused")
        raise
