"""What is counted of a person is sealed: one row a submission, under a record key that rotates like a referral's.

No key is at hand here to seal what was counted in clear before. It is written anew, all in one transaction and in
random order, which no longer joins it to a referral, and goes with its quarter; older backups have it as it was.
"""

from alembic import op

revision = "0019_sealed_tallies"
down_revision = "0018_survivors"
branch_labels = None
depends_on = None

_COLUMNS = """
ALTER TABLE figure_tally ALTER COLUMN counted DROP NOT NULL,
    ADD COLUMN kek_id text, ADD COLUMN wrapped bytea, ADD COLUMN sealed bytea,
    ADD CONSTRAINT figure_tally_counted_or_sealed CHECK (num_nonnulls(counted, sealed) = 1),
    ADD CONSTRAINT figure_tally_sealed_whole CHECK (num_nonnulls(kek_id, wrapped, sealed) IN (0, 3));
CREATE INDEX figure_tally_kek ON figure_tally (kek_id, id) WHERE kek_id IS NOT NULL;
CREATE TRIGGER refuse_retired_key BEFORE INSERT OR UPDATE OF kek_id ON figure_tally
    FOR EACH ROW WHEN (NEW.kek_id IS NOT NULL) EXECUTE FUNCTION refuse_retired_key();
"""
_UNJOIN = """
WITH gone AS (DELETE FROM figure_tally WHERE counted IN ('women', 'children') RETURNING month, district, counted)
INSERT INTO figure_tally (month, district, counted) SELECT month, district, counted FROM gone ORDER BY random();
WITH gone AS (DELETE FROM tally WHERE answer = 'unmet' RETURNING day, answer, need, district, setting)
INSERT INTO tally (day, answer, need, district, setting)
SELECT day, answer, need, district, setting FROM gone ORDER BY random();
"""


def upgrade() -> None:
    op.execute(_UNJOIN)
    op.execute(_COLUMNS)
