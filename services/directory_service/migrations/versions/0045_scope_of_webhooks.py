"""API keys have a scope of its own for webhooks; those of before do not get it."""

from alembic import op

revision = "0045_scope_of_webhooks"
down_revision = "0044_hands_for_good"
branch_labels = None
depends_on = None

_SCOPES = """
ALTER TABLE api_key DROP CONSTRAINT api_key_scopes_check, ADD CONSTRAINT api_key_scopes_check
    CHECK (scopes <@ '{listings:read,listings:write,partnership:read,webhooks}' AND cardinality(scopes) > 0)
"""


def upgrade() -> None:
    op.execute(_SCOPES)
