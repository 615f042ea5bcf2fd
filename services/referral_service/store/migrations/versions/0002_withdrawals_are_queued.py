"""Withdrawals by code wait in a queue that the web role can only add to; the door that told a code's referral is gone.

Referrals that had lost their clock get one again: an expiry for all that wait for an answer. A process of the release
before answers a withdrawal by code with a 500 until it is replaced; whoever holds the card sends it again.
"""

from alembic import op

from referral_service.store.policies import WITHDRAWAL_POLICIES
from service_kit.db.row_security import enable_rls, role_name

revision = "0002_withdrawals_are_queued"
down_revision = "0001_first"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE withdrawal_request (
    code_mac bytea NOT NULL,
    queued_at timestamptz NOT NULL,
    PRIMARY KEY (code_mac)
);
CREATE TABLE futile_withdrawal (
    hour timestamptz NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (hour)
);
DROP FUNCTION referral_of_card(bytea);
"""
_CLOCKS = """
UPDATE task SET clock = 'acknowledge', decision_due = NULL, paused_at = NULL, ack_due = now(), due = now(),
    escalate_at = now() WHERE status = 'requested' AND ack_due IS NULL AND closed_at IS NULL;
UPDATE task SET remind_at = now() + interval '4 hours'
    WHERE status = 'received' AND clock = 'paused' AND closed_at IS NULL;
UPDATE task SET expire_at = now() + CASE priority WHEN 'urgent' THEN interval '1 day' ELSE interval '9 days' END
    WHERE status IN ('requested', 'received') AND expire_at IS NULL AND closed_at IS NULL;
"""


def upgrade() -> None:
    op.execute(_TABLES)
    web = role_name(op, "web")
    for table, policies in WITHDRAWAL_POLICIES.items():
        enable_rls(op, table, policies)
        op.execute(f'REVOKE ALL ON {table} FROM "{web}"')
    op.execute(f'GRANT INSERT ON withdrawal_request TO "{web}"')
    op.execute(_CLOCKS)
