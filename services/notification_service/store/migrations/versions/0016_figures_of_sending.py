"""Tallies of sending by channel and day; messages are found by when they ended, and by reference."""

from alembic import op

from service_kit.db.row_security import exempt, role_name

revision = "0016_figures_of_sending"
down_revision = "0015_parked_events"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE sending_day (
    channel text NOT NULL,
    day date NOT NULL,
    taken integer NOT NULL,
    given_up integer NOT NULL,
    half double precision,
    most double precision,
    PRIMARY KEY (channel, day)
);
CREATE INDEX delivery_finished_at ON delivery (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX delivery_reference ON delivery (reference);
"""


def upgrade() -> None:
    op.execute(TABLE)
    exempt(op, "sending_day", "counts of the whole installation by day; no organisation and no person")
    op.execute(f'REVOKE INSERT, UPDATE, DELETE ON sending_day FROM "{role_name(op, "web")}"')
