"""Put a new provider's change before the coordinator of its district, instead of doing it."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.editing.use_cases.editable import waiting_for
from directory_service.listings.domain.confidential_locations import changes_without_hidden
from directory_service.listings.domain.history import Difference
from directory_service.listings.store.location_names import hidden_places
from directory_service.listings.store.tables import ChangeRequest
from directory_service.listings.use_cases.publish_listing_notice import (
    CHANGE_ASKED,
    publish_listing_notice,
)
from directory_service.organizations.store.tables import Organization
from service_kit.ids import SystemIds


def ask_for_change(
    session: Session,
    organization: UUID,
    resource: tuple[str, UUID],
    changes: Sequence[Difference],
    now: datetime,
    *,
    creates: bool = False,
) -> ChangeRequest | None:
    """What waits from now on; what waited before is replaced. None where nothing is left to ask for.

    `resource` is its type (`service`, `location`) and id; the caller holds the organisation's lock.
    """
    request = waiting_for(session, [resource[1]], resource[0]).get(resource[1])
    left = changes_without_hidden(map(asdict, changes), hidden_places(session, organization))
    if not left:
        if request is not None:
            request.decided_at, request.decision = now, "taken_back"
        return None
    if request is None:
        request = ChangeRequest(id=SystemIds().uuid(), organization_id=organization, creates=creates, version=0)
        request.resource_type, request.resource_id = resource
        session.add(request)
    request.changes = left
    request.version, request.asked_at = request.version + 1, now
    session.flush()
    if request.version == 1:
        owner = session.get_one(Organization, organization)
        publish_listing_notice(session, CHANGE_ASKED, owner, request.id, request.version, now)
    return request
