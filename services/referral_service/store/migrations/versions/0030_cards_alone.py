"""When a card was handed out alone, so that after a year it leads nowhere (domain/retention.py).

A process of the release before, which knows no such column, leaves it to the default, the day by UTC.
"""

from alembic import op

revision = "0030_cards_alone"
down_revision = "0029_installation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE card_holder ADD COLUMN handed_out_on date NOT NULL DEFAULT CURRENT_DATE")
    op.execute(
        "UPDATE card_holder SET handed_out_on = (used_at AT TIME ZONE 'Asia/Kolkata')::date FROM card"
        " WHERE card.code_mac = card_holder.code_mac AND card.used_at IS NOT NULL AND referral_id IS NULL"
    )
    op.create_index("card_holder_alone", "card_holder", ["handed_out_on"], postgresql_where="referral_id IS NULL")
