"""Migration helpers: the kit's tables with their grants and guards, for a service's first migration."""

from service_kit.db import tables
from service_kit.db.row_security import (
    ACCOUNT,
    Operations,
    enable_rls,
    exempt,
    role_name,
)

OUTBOX_CHANNEL = "setu_outbox"

_HEARTBEAT = "asked before a scope exists; one instant of the whole installation"
_CLOCK_NOTE = "hours at which a worker was at work"
_INSTALLATION = "one word about the whole installation"
_REASONS = {
    "outbox": "holds no organisation's data; the web role may only add",
    "inbox": "closed to the web role",
    "audit_entry": "append-only; the web role may add and read nothing",  # until `audit_migration.open_audit_log`
    "audit_checkpoint": "closed to the web role",
    "audit_check": "closed to the web role",
    "throttle": "asked before anybody is signed in; keys are digests",
    "revoked_session": "asked before a scope exists; opaque ids",
    "session_heartbeat": _HEARTBEAT,
    "clock_note": _CLOCK_NOTE,
    "installation": _INSTALLATION,
    "session_activity": "asked before a scope exists; opaque ids",
    "survivor_change": "names of tables and ids; the web role may only add",
}

_GRANTS = """
REVOKE ALL ON outbox, inbox, audit_entry, audit_checkpoint FROM "{web}", "{worker}";
REVOKE ALL ON audit_check FROM "{web}";
GRANT INSERT ON outbox TO "{web}";
GRANT SELECT (position, created_at, published_at, retry_at) ON outbox TO "{web}";
GRANT SELECT, INSERT, UPDATE, DELETE ON outbox, inbox TO "{worker}";
GRANT INSERT ON audit_entry TO "{web}", "{worker}";
GRANT SELECT, UPDATE (sequence, hash) ON audit_entry TO "{worker}";
GRANT SELECT, INSERT ON audit_checkpoint TO "{worker}";
"""

WEB_MAY_NOT = """
REVOKE DELETE ON throttle, session_activity FROM "{web}";
REVOKE UPDATE, DELETE ON revoked_session FROM "{web}";
REVOKE INSERT, UPDATE, DELETE ON session_heartbeat FROM "{web}";
REVOKE ALL ON clock_note, installation FROM "{web}";
"""
"""Said after each migration, so that a database that is there already hears of it too: what ends an ended session, a
count of tries or an idle lock is the worker's pruning, what vouches for sessions is its consumer, and what bears out
the clock is the worker's."""

# Statement-level: one wake-up however many rows a transaction adds.
_WAKE_RELAY = f"""
CREATE FUNCTION outbox_wake_relay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('{OUTBOX_CHANNEL}', '');
    RETURN NULL;
END $$;
CREATE TRIGGER outbox_wake_relay AFTER INSERT ON outbox
    FOR EACH STATEMENT EXECUTE FUNCTION outbox_wake_relay();
"""

_APPEND_ONLY = """
CREATE FUNCTION audit_entry_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.sequence := NULL;
        NEW.hash := NULL;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.sequence IS NULL AND NEW.sequence IS NOT NULL
       AND to_jsonb(NEW) - 'sequence' - 'hash' = to_jsonb(OLD) - 'sequence' - 'hash' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_entry_append_only BEFORE INSERT OR UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_entry_append_only();
CREATE FUNCTION audit_never() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_never();
CREATE TRIGGER audit_checkpoint_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION audit_never();
"""


def create_kit_tables(op: Operations) -> None:
    """Everything of `service_kit.db.tables`. Call it once, in 0001; later changes come as functions of their own."""
    tables.metadata.create_all(op.get_bind(), checkfirst=False)
    for table, reason in _REASONS.items():
        exempt(op, table, reason)
    enable_rls(op, "idempotency_key", {"web": f"account = {ACCOUNT}"})  # a row says what an account has sent
    op.execute(_GRANTS.format(web=role_name(op, "web"), worker=role_name(op, "worker")))
    op.execute(WEB_MAY_NOT.format(web=role_name(op, "web")))
    op.execute(_WAKE_RELAY)
    op.execute(_APPEND_ONLY)


_NOTE_SURVIVOR = """
CREATE TABLE IF NOT EXISTS survivor_change (  -- a new database has it from the first migration
    position bigint GENERATED ALWAYS AS IDENTITY,
    table_name text NOT NULL,
    row_id text NOT NULL,
    PRIMARY KEY (position)
);
REVOKE ALL ON survivor_change FROM "{web}", "{worker}";
GRANT SELECT, UPDATE, DELETE ON survivor_change TO "{worker}";
GRANT INSERT ON survivor_change TO "{web}", "{worker}";
CREATE FUNCTION note_survivor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO survivor_change (table_name, row_id)
    VALUES (TG_TABLE_NAME, (CASE TG_OP WHEN 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END) ->> TG_ARGV[0]);
    RETURN NULL;
END $$;
"""


def create_session_heartbeat(op: Operations) -> None:
    """The one row of `db/session_heartbeat.py`, in a database from before it was a table of the kit."""
    tables.session_heartbeat.create(op.get_bind(), checkfirst=True)
    exempt(op, "session_heartbeat", _HEARTBEAT)


def create_clock_notes(op: Operations) -> None:
    """The table of `db/clock_notes.py`, in a database from before it was a table of the kit."""
    tables.clock_note.create(op.get_bind(), checkfirst=True)
    exempt(op, "clock_note", _CLOCK_NOTE)


def create_installation(op: Operations) -> None:
    """The table of `db/installation.py`, in a database from before it was a table of the kit."""
    tables.installation.create(op.get_bind(), checkfirst=True)
    exempt(op, "installation", _INSTALLATION)


def create_survivor_log(op: Operations) -> None:
    """The queue of the survivor log (`db/survivors.py`); `note_survivor` fills it."""
    op.execute(_NOTE_SURVIVOR.format(web=role_name(op, "web"), worker=role_name(op, "worker")))
    exempt(op, "survivor_change", "names of tables and ids; the web role may only add")


def note_survivor(
    op: Operations, table: str, key: str, on: str = "INSERT OR UPDATE OR DELETE", when: str | None = None
) -> None:
    """Note the rows of a `Survivor` as they change: on which commands, and only `when` a condition on OLD and NEW."""
    name = "note_survivor" if when is None else f"note_survivor_{on.lower()}"
    condition = "" if when is None else f" WHEN ({when})"
    op.execute(
        f'CREATE TRIGGER {name} AFTER {on} ON "{table}"'
        f" FOR EACH ROW{condition} EXECUTE FUNCTION note_survivor('{key}')"
    )
