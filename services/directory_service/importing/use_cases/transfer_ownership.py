"""Transfers of ownership: services and places that a file gives to another organisation than the directory does.

Publishers rename organisations and put centres under others; where an organisation is known by its name alone, each
such edition is a change of owner. Which of them may be is a rule of its own (`importing/domain/rejections.py`).
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.importing.domain.rejections import may_change_owner
from directory_service.listings.store.history import hand_over
from directory_service.listings.store.tables import (
    Location,
    Service,
)
from directory_service.listings.use_cases.publish_listing import publish_listing
from directory_service.organizations.store.tables import Organization


class OwnershipTransfer:
    """The changes of owner in one batch of one source."""

    def __init__(self, session: Session, source: str, now: datetime) -> None:
        self._session, self._source, self._now = session, source, now
        self._former_owners: set[UUID] = set()
        self.moved: set[UUID] = set()  # ids of services and places

    def refuses(self, row: Location | Service | None, owner: UUID) -> bool:
        """Whether a stored row is another's, and stays so."""
        if row is None or row.organization_id == owner:
            return False
        confidential = isinstance(row, Location) and row.confidential
        return not may_change_owner(row.source, self._source, confidential=confidential)

    def note_transfer(self, row: Location | Service | None, owner: UUID) -> None:
        """Say that the row is about to become the owner's, if it is not."""
        if row is None or row.organization_id == owner:
            return
        self._former_owners.add(row.organization_id)
        self.moved.add(row.id)
        hand_over(self._session, row.id, owner)

    def publish_former_owners(self) -> None:
        """Publish the former owners anew, without what they gave away; call it after everything is written."""
        for owner in sorted(self._former_owners):
            row = self._session.get(Organization, owner, with_for_update=True)
            if row is not None and row.deleted_at is None:
                publish_listing(self._session, row, self._now)
