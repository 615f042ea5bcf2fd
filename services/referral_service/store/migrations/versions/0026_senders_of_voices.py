"""How many of a sending account's voices count for a provider this year, under a keyed digest; the worker's alone."""

from alembic import op

from service_kit.db.row_security import enable_rls, role_name

revision = "0026_senders_of_voices"
down_revision = "0025_session_heartbeat"
branch_labels = None
depends_on = None

_TABLE = """
CREATE TABLE voice_sender (
    digest bytea NOT NULL,
    year integer NOT NULL,
    used integer NOT NULL,
    PRIMARY KEY (digest)
)
"""


def upgrade() -> None:
    op.execute(_TABLE)
    enable_rls(op, "voice_sender", {})
    op.execute(f'REVOKE ALL ON voice_sender FROM "{role_name(op, "web")}"')
