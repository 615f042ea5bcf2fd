"""Take back an offer to move a unit to another district: its coordinator's own word, or because the unit closes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.registry.store.moves import waiting_move_of
from service_kit.db import audit
from service_kit.identity import Principal


def withdraw_move(session: Session, who: Principal, unit: UUID, now: datetime) -> bool:
    """False where none waits that begins in the own districts."""
    move = waiting_move_of(session, unit, lock=True)
    if move is None or move.from_district not in who.districts:
        return False
    move.decision, move.decided_at, move.decided_by = "taken_back", now, who.account
    audit.record(session, "organization.move_taken_back", ("organization", unit), who, now)
    return True
