"""What was told, what resets emptied and what was stopped outlive a restored backup."""

from alembic import op

from service_kit.db.migration_helpers import note_survivor

revision = "0006_told_survives"
down_revision = "0005_worth_until"
branch_labels = None
depends_on = None

_STANDING = "(OLD.status, OLD.deleted) IS DISTINCT FROM (NEW.status, NEW.deleted)"


def upgrade() -> None:
    note_survivor(op, "account_reset", "account_id")
    note_survivor(op, "notice", "id")
    note_survivor(op, "progress", "referral_id", on="UPDATE", when="NEW.stopped AND NOT OLD.stopped")
    note_survivor(op, "member", "id", on="UPDATE", when="OLD.active <> NEW.active")
    note_survivor(op, "organization", "id", on="UPDATE", when=_STANDING)
