"""Copies of what the directory hides, and memberships that end, outlive a restored backup."""

from alembic import op

from service_kit.db.migration_helpers import note_survivor

revision = "0020_hidden_survives"
down_revision = "0019_sealed_tallies"
branch_labels = None
depends_on = None

_ORGANIZATION = "(OLD.deleted, OLD.status, OLD.standing) IS DISTINCT FROM (NEW.deleted, NEW.status, NEW.standing)"
_IS_HIDDEN = "{row}.deleted OR {row}.data->>'status' <> 'active' OR {row}.data->>'confidential' = 'true'"


def upgrade() -> None:
    service = f"{_IS_HIDDEN.format(row='OLD')} OR {_IS_HIDDEN.format(row='NEW')}"
    note_survivor(op, "directory_service", "id", on="UPDATE", when=service)
    note_survivor(op, "directory_organization", "id", on="UPDATE", when=_ORGANIZATION)
    note_survivor(op, "team_member", "membership_id", on="UPDATE", when="OLD.active <> NEW.active")
