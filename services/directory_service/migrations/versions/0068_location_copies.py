"""Ids of copies of shared places are remembered, by the worker alone; those that stand were computed from public ids.

Each of those gets its row here, with its key for an id still: the worker gives it a random one, and works out anew what
the public sees (`listings/use_cases/renew_copy_ids.py`). Of a copy that is or was confidential (`imported` is {} since)
and of one that its provider took out nothing says any more that it is one, and the shared place may be gone: each such
place with a computed id (version 5) gets a row, whose key is that id. Of a copy this is the pair's; of any other place
an import finds it by the id that the file has.
"""

from collections.abc import Iterator
from uuid import UUID, uuid5

from alembic import op
from sqlalchemy import text

from service_kit.db.migration_helpers import note_survivor
from service_kit.db.row_security import enable_rls, role_name

revision = "0068_location_copies"
down_revision = "0067_two_focal_points"
branch_labels = None
depends_on = None

_NAMESPACE = UUID("6d1f3c0a-6a55-5a0e-9a6b-2d3c7f0b5e11")
_TABLE = """
CREATE TABLE location_copy (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    copy_id uuid NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT location_copy_copy_id_key UNIQUE (copy_id)
)
"""
_SAID = """
SELECT coalesce(record ->> 'shared_id', imported ->> 'shared_id', exact ->> 'shared_id') AS place, id,
    location.organization_id FROM location LEFT JOIN location_confidential ON location_id = id
"""
_COPIES = f"SELECT * FROM ({_SAID}) AS said WHERE place IS NOT NULL"
_COMPUTED = """
INSERT INTO location_copy SELECT id, organization_id, id FROM location
WHERE (confidential OR imported = '{}') AND substr(CAST(id AS text), 15, 1) = '5'
UNION SELECT coalesce(resource_id, id), organization_id, coalesce(resource_id, id) FROM removed_listing
WHERE resource_type = 'location' AND substr(CAST(coalesce(resource_id, id) AS text), 15, 1) = '5'
ON CONFLICT DO NOTHING
"""
_KEEP = text("INSERT INTO location_copy VALUES (:key, :owner, :copy) ON CONFLICT DO NOTHING")


def upgrade() -> None:
    op.execute(_TABLE)
    enable_rls(op, "location_copy", {})
    op.execute(f'REVOKE ALL ON location_copy FROM "{role_name(op, "web")}"')
    if said := [*_said()]:
        op.get_bind().execute(_KEEP, said)
    op.execute(_COMPUTED)
    note_survivor(op, "location_copy", "id", on="INSERT")


def _said() -> Iterator[dict[str, UUID]]:
    for place, copy, owner in op.get_bind().execute(text(_COPIES)):
        yield {"key": _key(place, owner), "owner": owner, "copy": copy}


def _key(place: str, owner: UUID) -> UUID:
    return uuid5(_NAMESPACE, f"{place}/place of/{owner}")
