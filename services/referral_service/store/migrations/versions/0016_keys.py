"""Key-encryption keys get a history, without the keys, and one that was retired wraps nothing any more.

The trigger waits for whoever retires the key, so no record is committed under a key that is being destroyed. It asks
nothing else: a key that has no row yet is one that was made a moment ago.
"""

from alembic import op

from service_kit.db.row_security import exempt, role_name

revision = "0016_keys"
down_revision = "0015_tasks_by_role"
branch_labels = None
depends_on = None

_TABLE = """
CREATE TABLE key_encryption_key (
    id text NOT NULL,
    made_at timestamptz NOT NULL,
    retired_at timestamptz,
    destroyed_at timestamptz,
    PRIMARY KEY (id)
);
CREATE INDEX referral_key_kek ON referral_key (kek_id, referral_id);
"""
_TRIGGER = """
CREATE FUNCTION refuse_retired_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(24176, hashtext(NEW.kek_id));
    PERFORM 1 FROM key_encryption_key WHERE id = NEW.kek_id AND retired_at IS NOT NULL;
    IF FOUND THEN
        RAISE EXCEPTION 'the key-encryption key % was retired', NEW.kek_id USING ERRCODE = 'lock_not_available';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refuse_retired_key BEFORE INSERT OR UPDATE OF kek_id ON referral_key
    FOR EACH ROW EXECUTE FUNCTION refuse_retired_key();
"""


def upgrade() -> None:
    op.execute(_TABLE)
    exempt(op, "key_encryption_key", "ids and days of keys, never a key")
    op.execute(f'REVOKE INSERT, UPDATE, DELETE ON key_encryption_key FROM "{role_name(op, "web")}"')
    op.execute(_TRIGGER)
