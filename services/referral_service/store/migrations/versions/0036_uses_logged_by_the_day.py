"""The survivor log hears of a card's use once: writing its row anew, or rounding its hour, is told to nobody.

What a restore would have to know is that the card was used and on which day; lines of more held up those that it does
have to know, at most a second after the act.
"""

from alembic import op

from service_kit.db.migration_helpers import note_survivor

revision = "0036_uses_logged_by_the_day"
down_revision = "0032_unread_views"
branch_labels = None
depends_on = None

_BY_DAY = "to_jsonb({row}) - 'used_at', ({row}.used_at AT TIME ZONE 'Asia/Kolkata')::date"


def upgrade() -> None:
    op.execute(
        "CREATE OR REPLACE TRIGGER note_survivor AFTER INSERT OR DELETE ON card"
        " FOR EACH ROW EXECUTE FUNCTION note_survivor('number')"
    )
    told = " IS DISTINCT FROM ".join(f"({_BY_DAY.format(row=row)})" for row in ("OLD", "NEW"))
    note_survivor(op, "card", "number", on="UPDATE", when=told)
