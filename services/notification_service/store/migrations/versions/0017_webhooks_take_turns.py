"""Webhooks of ended referrals are not sent again; indexes by which each organisation has its turn."""

from alembic import op

revision = "0017_webhooks_take_turns"
down_revision = "0016_figures_of_sending"
branch_labels = None
depends_on = None

# `webhook_message_due` goes: over the due messages of all endpoints together, every claim sorted the whole backlog.
CHANGES = """
ALTER TABLE webhook_message ADD COLUMN stopped boolean NOT NULL DEFAULT false;
CREATE INDEX webhook_message_subject ON webhook_message (subject_id);
CREATE INDEX webhook_message_first_due ON webhook_message (endpoint_id, next_attempt_at, happened_at)
    WHERE state IN ('waiting', 'sending');
CREATE INDEX webhook_message_under_way ON webhook_message (organization_id) WHERE state = 'sending';
CREATE INDEX webhook_message_state ON webhook_message (endpoint_id, state) INCLUDE (organization_id, type);
DROP INDEX webhook_message_due;
"""


def upgrade() -> None:
    op.execute(CHANGES)
