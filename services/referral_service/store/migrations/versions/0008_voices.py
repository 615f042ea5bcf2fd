"""A person says with a card's code how it went: voices wait in the queue of withdrawals, which holds both from now on.

The queue is called `card_request`. Under its old name stands a view of the withdrawals, for processes of the release
before until they are replaced; the next release drops it.
"""

from alembic import op

from referral_service.store.policies import VOICE_POLICIES
from service_kit.db.row_security import enable_rls, role_name

revision = "0008_voices"
down_revision = "0007_card_sheets"
branch_labels = None
depends_on = None

_QUEUE = """
ALTER TABLE withdrawal_request RENAME TO card_request;
ALTER TABLE card_request ADD COLUMN asked text NOT NULL DEFAULT 'withdrawal',
    DROP CONSTRAINT withdrawal_request_pkey, ADD PRIMARY KEY (code_mac, asked);
CREATE VIEW withdrawal_request WITH (security_invoker) AS
    SELECT code_mac, queued_at FROM card_request WHERE asked = 'withdrawal';
ALTER TABLE futile_withdrawal ADD COLUMN voices bigint NOT NULL DEFAULT 0;
"""
_TABLES = """
CREATE TABLE heard_voice (
    digest bytea NOT NULL,
    PRIMARY KEY (digest)
);
CREATE TABLE team_voice (
    referral_id uuid NOT NULL,
    said text NOT NULL,
    heard_at timestamptz NOT NULL,
    PRIMARY KEY (referral_id, said),
    FOREIGN KEY (referral_id) REFERENCES task (id) ON DELETE CASCADE
);
CREATE TABLE voice_count (
    year integer NOT NULL,
    said text NOT NULL,
    state text NOT NULL,
    district integer,
    organization_id uuid,
    audience integer[] NOT NULL,
    count bigint NOT NULL
);
CREATE UNIQUE INDEX voice_count_cell ON voice_count (year, said, state, district, organization_id) NULLS NOT DISTINCT;
"""


def upgrade() -> None:
    op.execute(_QUEUE)
    op.execute(_TABLES)
    web = role_name(op, "web")
    for table, policies in VOICE_POLICIES.items():
        enable_rls(op, table, policies)
    op.execute(f'REVOKE ALL ON heard_voice, withdrawal_request FROM "{web}"')
    op.execute(f'GRANT INSERT ON withdrawal_request TO "{web}"')
