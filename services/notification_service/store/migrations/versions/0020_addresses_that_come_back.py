"""A person learns that nothing is sent to the own address any more; a provider's code of a report is kept.

The digests of a membership's contact are filled in by the worker; the web process sees those of the reader alone, and
of the suppression list the lines that are about them.
"""

from alembic import op

from service_kit.db.row_security import ACCOUNT, role_name

revision = "0020_addresses_that_come_back"
down_revision = "0019_held_in_trial"
branch_labels = None
depends_on = None

OWN = f"account_id = {ACCOUNT}"
OF_OWN_ADDRESS = (
    f"EXISTS (SELECT 1 FROM member WHERE member.{OWN}"
    " AND (member.mail_digest = suppression.digest OR member.phone_digest = suppression.digest))"
)
CHANGES = """
ALTER TABLE delivery ADD COLUMN report_code integer;
ALTER TABLE member ADD COLUMN mail_digest text, ADD COLUMN phone_digest text;
CREATE INDEX member_without_digest ON member (id)
    WHERE contact IS NOT NULL AND mail_digest IS NULL AND phone_digest IS NULL;
GRANT SELECT (account_id, mail_digest, phone_digest) ON member TO "{web}";
GRANT SELECT (digest, channel, source) ON suppression TO "{web}";
CREATE POLICY "{web}_select" ON member FOR SELECT TO "{web}" USING ({own});
CREATE POLICY "{web}_select" ON suppression FOR SELECT TO "{web}" USING ({of_own});
"""


def upgrade() -> None:
    op.execute(CHANGES.format(web=role_name(op, "web"), own=OWN, of_own=OF_OWN_ADDRESS))
