"""What a provider took out is remembered; what waits for a coordinator says what it left out before 0036.

Until 0036 a service without `accepting`, `cost` or `genders` was open, free and for everybody. Requests that wait were
written like that: an empty value of one of these fields, and a field that a new service does not name, meant the usual.
"""

import json

from alembic import op

from service_kit.db.migration_helpers import note_survivor
from service_kit.db.row_security import ORGANIZATION, ROLE, enable_rls

revision = "0040_removed_listings"
down_revision = "0039_districts_of_bodies"
branch_labels = None
depends_on = None

_TABLE = """
CREATE TABLE removed_listing (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    resource_type text NOT NULL
        CONSTRAINT removed_listing_resource_type_check CHECK (resource_type IN ('service','location')),
    removed_at timestamptz NOT NULL
)
"""
_OWN = f"organization_id = {ORGANIZATION} AND {ROLE} IN ('provider_manager', 'integrator')"
SAY_WHAT_WAS_MEANT = """
UPDATE change_request SET changes = (
    SELECT coalesce(jsonb_agg(CASE WHEN usual.value IS NULL THEN change ELSE change || jsonb_build_object(
        'before', CASE WHEN creates OR change->'before' <> 'null' THEN change->'before' ELSE usual.value END,
        'after', CASE WHEN change->'after' <> 'null' THEN change->'after' ELSE usual.value END) END), '[]')
    FROM jsonb_array_elements(changes) AS change
    LEFT JOIN jsonb_each(CAST(%(usual)s AS jsonb)) AS usual ON usual.key = change->>'field'
) || (
    SELECT coalesce(jsonb_agg(jsonb_build_object('field', key, 'before', NULL, 'after', value)), '[]')
    FROM jsonb_each(CAST(%(usual)s AS jsonb))
    WHERE creates AND NOT EXISTS (SELECT FROM jsonb_array_elements(changes) AS change WHERE change->>'field' = key)
)
WHERE decided_at IS NULL AND resource_type = 'service'
"""
USUAL = json.dumps({"accepting": "open", "cost": "free", "genders": ["woman", "man", "transgender", "other"]})


_SHARED = """
CREATE INDEX location_shared_idx ON location ((record ->> 'shared_id')) WHERE (record ->> 'shared_id') IS NOT NULL
"""


def upgrade() -> None:
    op.execute(_TABLE)
    op.execute(_SHARED)
    enable_rls(op, "removed_listing", {"web": _OWN})
    note_survivor(op, "removed_listing", "id", on="INSERT OR DELETE")
    op.execute("UPDATE location SET imported = '{}' WHERE confidential")
    op.get_bind().exec_driver_sql(SAY_WHAT_WAS_MEANT, {"usual": USUAL})
