"""Providers report what became of messages; addresses that nothing is sent to; a rate a channel; senders are woken.

A message can end as delivered or suppressed. Addresses are known by a keyed digest only. The web role adds a report and
reads none.
"""

from alembic import op

from service_kit.db.migration_helpers import note_survivor
from service_kit.db.row_security import enable_rls, exempt, role_name

revision = "0010_reports_and_suppression"
down_revision = "0009_sms"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE suppression (
    digest text PRIMARY KEY,
    channel text NOT NULL,
    source text NOT NULL CHECK (source IN ('bounce', 'stop', 'hand')),
    at timestamptz NOT NULL
);
CREATE TABLE channel_report (
    id text PRIMARY KEY,
    channel text NOT NULL,
    word text NOT NULL CHECK (word IN ('delivered', 'failed', 'bounced', 'stop')),
    delivery_id uuid,
    digest text,
    code integer,
    received_at timestamptz NOT NULL,
    applied_at timestamptz
);
CREATE INDEX channel_report_waiting ON channel_report (received_at) WHERE applied_at IS NULL;
CREATE TABLE channel_rate (
    channel text PRIMARY KEY,
    tokens double precision NOT NULL,
    filled_at timestamptz NOT NULL
);
ALTER TABLE delivery ADD COLUMN address_digest text;
ALTER TABLE delivery DROP CONSTRAINT delivery_state_check;
ALTER TABLE delivery ADD CONSTRAINT delivery_state_check CHECK
    (state IN ('waiting', 'sending', 'sent', 'delivered', 'failed', 'stopped', 'suppressed'));
REVOKE ALL ON suppression, channel_report, channel_rate FROM "{web}";
GRANT INSERT ON channel_report TO "{web}";
CREATE FUNCTION delivery_wake_senders() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('delivery_due', '');
    RETURN NULL;
END $$;
CREATE TRIGGER delivery_wake_senders AFTER INSERT ON delivery
    FOR EACH STATEMENT EXECUTE FUNCTION delivery_wake_senders();
"""


def upgrade() -> None:
    op.execute(_TABLES.format(web=role_name(op, "web")))
    enable_rls(op, "suppression", {})
    exempt(op, "channel_report", "ids and what providers said of them; the web role may only add")
    exempt(op, "channel_rate", "a count a channel")
    note_survivor(op, "suppression", "digest")
