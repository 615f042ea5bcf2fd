"""Look a training session up for whoever asks. Another district's is answered like one that never was."""

from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.partnership.store.tables_training import TrainingSession
from directory_service.partnership.store.training import session_of
from service_kit.errors import NotFound, Stale
from service_kit.identity import Principal


def find_training(session: Session, who: Principal, training: UUID, *, for_update: bool = False) -> TrainingSession:
    """The session, locked where it will change. Raises NotFound."""
    found = session_of(session, training, who.districts, for_update=for_update)
    if found is None:
        raise NotFound
    return found


def find_seen_training(session: Session, who: Principal, training: UUID, seen: int) -> TrainingSession:
    """The session, locked, as it was seen. Raises NotFound; Stale where its version is another by now."""
    found = find_training(session, who, training, for_update=True)
    if found.version != seen:
        raise Stale
    return found
