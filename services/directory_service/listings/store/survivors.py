"""What was hidden from the public outlives a restored backup, and how a restore ends for listings.

Why: a backup of yesterday shows the address that became confidential today, and the organisation that was suspended.
Promises: a restore hides and never shows, so what was opened or resumed since has to be opened again; whatever changed
so is shut in the same transaction: public answers are emptied until `hide_after_restore` has worked them out again.
"""

from service_kit.db.survivors import Survivor

SURVIVORS = (
    Survivor(
        "organization",
        "id",
        only_updates=("status", "deleted_at"),
        only_if="told.status <> 'active' OR told.deleted_at IS NOT NULL",
    ),
    Survivor("service", "id", only_updates=("deleted_at",), only_if="told.deleted_at IS NOT NULL"),
    Survivor("location", "id", only_updates=("confidential",), only_if="told.confidential"),
    Survivor("removed_listing", "id"),
    Survivor("location_copy", "id", forgotten_if="true"),
)
BEGIN = ("CREATE TEMP TABLE stood ON COMMIT DROP AS SELECT id, organization_id FROM location",)
"""Whose a place was that the log takes out."""

_NEW_VERSIONS = (
    "UPDATE organization SET version = version + 1000000",
    "UPDATE service SET version = version + 1000000",
)
"""Versions after the backup are given again, with other content: readers would take what is new for what they have."""
_SHUT = """
WITH told AS (SELECT table_name AS of, row_id FROM survivor_change),
shut AS (
    SELECT id FROM organization JOIN told ON of = 'organization' AND row_id = id::text
    UNION SELECT organization_id FROM service JOIN told ON of = 'service' AND row_id = id::text
    UNION SELECT organization_id FROM stood JOIN told ON of = 'location' AND row_id = id::text
),
services AS (
    UPDATE service SET public = false, fingerprint = '', summary = NULL, document = NULL
    WHERE organization_id IN (SELECT id FROM shut)
),
places AS (DELETE FROM service_at_location WHERE organization_id IN (SELECT id FROM shut))
UPDATE organization SET public = false, fingerprint = '', summary = NULL, document = NULL,
    record = CASE record WHEN '{}' THEN record ELSE jsonb_set(record, '{status}', to_jsonb(status)) END
WHERE id IN (SELECT id FROM shut)
"""
"""The statements before have noted themselves, as any change does: that is how the transaction knows what it hid."""
_REMOVED_PLACES_ARE_SILENT = """
WITH gone AS (SELECT id FROM stood WHERE NOT EXISTS (SELECT FROM location WHERE location.id = stood.id)),
given_there AS (SELECT service.id FROM service, gone WHERE service.record->'places' @> to_jsonb(gone.id::text)),
asked AS (
    DELETE FROM change_request WHERE resource_id IN (SELECT id FROM gone)
        OR (decided_at IS NOT NULL AND resource_id IN (SELECT id FROM given_there))
)
DELETE FROM listing_history WHERE resource_id IN (SELECT id FROM gone UNION SELECT id FROM given_there)
"""
"""One that was removed may have been hidden before: the last line of its row no longer says so."""
FINISH = (*_NEW_VERSIONS, _SHUT, _REMOVED_PLACES_ARE_SILENT)
