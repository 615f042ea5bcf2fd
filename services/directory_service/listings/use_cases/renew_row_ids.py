"""Renew the ids of rows of service_at_location of confidential places that were hidden before this release.

Why: such a row kept the id that a publisher's file has beside the address, or that is computed of the shared place of
which the confidential one is a copy: in documents, and in records and requests, which need not have it. Promises: an
organisation's rows change in one transaction with its documents, feed and events; where no id is foreign, nothing is
written. What is hidden from now on is published so at once; what a process of the release before hides beside this one
is found by the rounds of `sweep_hidden_places.py`.
"""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select, text

from directory_service.listings.domain.hsds.ids import nested_id
from directory_service.listings.store.location_names import hidden_places
from directory_service.listings.store.tables import Location, ServiceAtLocation
from directory_service.listings.use_cases.hide_location import hide_in_services
from directory_service.listings.use_cases.publish_listing import publish_listing
from directory_service.organizations.store.tables import Organization
from service_kit.db.engine import Database

_PUBLISHED = (
    select(
        ServiceAtLocation.id,
        ServiceAtLocation.organization_id,
        ServiceAtLocation.service_id,
        ServiceAtLocation.location_id,
    )
    .join(Location, Location.id == ServiceAtLocation.location_id)
    .where(Location.confidential, ServiceAtLocation.public)
)
_SPOKEN_OF = text(
    """
    SELECT DISTINCT hidden.organization_id FROM (
        SELECT organization_id, jsonb_build_array(jsonb_build_object('location_id', CAST(id AS text))) AS row
        FROM location WHERE confidential AND modified_at >= :changed_since
    ) AS hidden
    WHERE EXISTS (
        SELECT FROM service WHERE service.organization_id = hidden.organization_id AND (
            record #> '{hsds,service_at_locations}' @> hidden.row
            OR imported #> '{hsds,service_at_locations}' @> hidden.row
        )
    ) OR EXISTS (
        SELECT FROM change_request WHERE change_request.organization_id = hidden.organization_id
        AND resource_type = 'service' AND (
            changes @> jsonb_build_array(
                jsonb_build_object('field', 'hsds.service_at_locations', 'before', hidden.row))
            OR changes @> jsonb_build_array(
                jsonb_build_object('field', 'hsds.service_at_locations', 'after', hidden.row))
        )
    )
    """
)


def renew_row_ids(db: Database, now: datetime, changed_since: datetime | None = None) -> int:
    """How many organisations were looked through and published: of hidden places that changed since (None: of all).

    `db` sees all rows; times are aware.
    """
    since = changed_since or datetime.min.replace(tzinfo=UTC)
    with db.transaction() as session:
        rows = session.execute(_PUBLISHED.where(Location.modified_at >= since))
        owners = {row.organization_id for row in rows if row.id != _own_id(row.service_id, row.location_id)}
        owners.update(session.scalars(_SPOKEN_OF, {"changed_since": since}))
    for owner in sorted(owners):
        with db.transaction() as session:
            organization = session.get_one(Organization, owner, with_for_update=True)
            hide_in_services(session, owner, hidden_places(session, owner))
            if organization.deleted_at is None:
                publish_listing(session, organization, now)
    return len(owners)


def _own_id(service: UUID, place: UUID) -> UUID:
    return UUID(nested_id(service, "service_at_location", place))
