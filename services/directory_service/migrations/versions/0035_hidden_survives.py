"""What was hidden from the public outlives a restored backup: places, organisations, services, items of the board.

Only hiding and showing are noted, so that an import of a million services notes none. A place that is taken out takes
its rows of service_at_location along, also where a restore takes it out again; that the rows of before refer to places
is looked at by 0046, in a transaction of its own.
"""

from alembic import op

from service_kit.db.migration_helpers import note_survivor

revision = "0035_hidden_survives"
down_revision = "0034_services_by_district"
branch_labels = None
depends_on = None

_GONE_WITH_THE_PLACE = """
ALTER TABLE service_at_location DROP CONSTRAINT service_at_location_location_id_fkey,
    ADD CONSTRAINT service_at_location_location_id_fkey FOREIGN KEY (location_id) REFERENCES location ON DELETE CASCADE
        NOT VALID
"""
_STANDING = "(OLD.status, OLD.deleted_at) IS DISTINCT FROM (NEW.status, NEW.deleted_at)"


def upgrade() -> None:
    op.execute(_GONE_WITH_THE_PLACE)
    note_survivor(op, "organization", "id", on="UPDATE", when=_STANDING)
    note_survivor(op, "service", "id", on="UPDATE", when="OLD.deleted_at IS DISTINCT FROM NEW.deleted_at")
    note_survivor(op, "location", "id", on="UPDATE", when="OLD.confidential <> NEW.confidential")
    note_survivor(op, "location", "id", on="DELETE")
    note_survivor(op, "board_item", "id", on="UPDATE", when="NEW.state = 'hidden'")
