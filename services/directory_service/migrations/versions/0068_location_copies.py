"""A shared place's copies have ids that nobody computes; which copy is whose is remembered for imports alone.

Until now a copy's id was made of the place's and the organisation's, which are both public: once the copy was hidden,
its id said where it is. What is found here is noted with the id that it has, and the worker gives each another one. Of
a hidden copy no row says what it is a copy of: it is recognised as anybody could do it, by trying all places.
"""

from collections.abc import Iterator
from uuid import UUID, uuid5

from alembic import op
from sqlalchemy import text

from service_kit.db.migration_helpers import note_survivor
from service_kit.db.row_security import enable_rls

revision = "0068_location_copies"
down_revision = "0067_two_focal_points"
branch_labels = None
depends_on = None

_NAMESPACE = UUID("6d1f3c0a-6a55-5a0e-9a6b-2d3c7f0b5e11")
_TABLE = """
CREATE TABLE location_copy (
    id uuid PRIMARY KEY,
    place uuid NOT NULL,
    organization_id uuid NOT NULL,
    location_id uuid NOT NULL,
    told_again boolean NOT NULL DEFAULT false
);
CREATE INDEX location_copy_location_id_idx ON location_copy (location_id);
CREATE INDEX location_copy_computed_idx ON location_copy (location_id)
    WHERE substr(CAST(location_id AS text), 15, 1) = '5';
"""
_KNOWN = """
SELECT CAST(coalesce(record->>'shared_id', imported->>'shared_id') AS uuid), organization_id, id FROM location
WHERE coalesce(record->>'shared_id', imported->>'shared_id') IS NOT NULL
"""
_UNKNOWN = """
SELECT organization_id, id FROM location
WHERE (confidential OR imported = '{}') AND source <> '' AND substr(CAST(id AS text), 15, 1) = '5'
UNION SELECT organization_id, coalesce(resource_id, id) FROM removed_listing
WHERE resource_type = 'location' AND substr(CAST(coalesce(resource_id, id) AS text), 15, 1) = '5'
"""
_PLACES = """
SELECT id FROM location UNION SELECT CAST(record->>'shared_id' AS uuid) FROM location
WHERE record->>'shared_id' IS NOT NULL
"""
_NOTE = """
INSERT INTO location_copy (id, place, organization_id, location_id)
VALUES (:id, :place, :organization, :location)
ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    op.execute(_TABLE)
    enable_rls(op, "location_copy", {})
    note_survivor(op, "location_copy", "id")
    known = op.get_bind().execute(text(_KNOWN)).all()
    found = [_row(place, organization, location) for place, organization, location in known]
    found += _recognised()
    if found:
        op.get_bind().execute(text(_NOTE), found)


def _computed(place: UUID, organization: UUID) -> UUID:
    return uuid5(_NAMESPACE, f"{place}/place of/{organization}")


def _row(place: UUID, organization: UUID, location: UUID) -> dict[str, UUID]:
    computed = _computed(place, organization)
    return {"id": computed, "place": place, "organization": organization, "location": location}


def _recognised() -> Iterator[dict[str, UUID]]:
    """Copies that were hidden or removed, of places that are here."""
    connection = op.get_bind()
    unknown: dict[UUID, set[UUID]] = {}
    for organization, location in connection.execute(text(_UNKNOWN)):
        unknown.setdefault(organization, set()).add(location)
    places = list(connection.scalars(text(_PLACES))) if unknown else []
    for organization, locations in unknown.items():
        yield from (
            _row(place, organization, computed)
            for place in places
            if (computed := _computed(place, organization)) in locations
        )
