"""A person learns that Setu knows no address of theirs: the web process sees that there is one, never which."""

from alembic import op

from service_kit.db.row_security import role_name

revision = "0021_own_address_is_known"
down_revision = "0020_addresses_that_come_back"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(f'GRANT SELECT (has_mail, has_phone) ON member TO "{role_name(op, "web")}"')
