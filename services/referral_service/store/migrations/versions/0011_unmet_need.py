"""Unmet need by district and month, and by need and quarter: counts for the coordinators of the districts."""

from alembic import op

from service_kit.db.row_security import DISTRICTS, ROLE, role_name

revision = "0011_unmet_need"
down_revision = "0010_what_fits_is_sealed"
branch_labels = None
depends_on = None

# conditions of views are SQL made of constants
_MINE = f"{ROLE} = 'coordinator' AND district = ANY ({DISTRICTS}) AND answer IN ('unmet', 'settled-unmet')"
_VIEWS = f"""
CREATE INDEX tally_unmet ON tally (district, day) WHERE answer IN ('unmet', 'settled-unmet');
CREATE VIEW unmet_by_district WITH (security_barrier) AS
SELECT date_trunc('month', day)::date AS month, district, answer, count(*) AS needs
FROM tally WHERE {_MINE} GROUP BY 1, 2, 3;
CREATE VIEW unmet_by_need WITH (security_barrier) AS
SELECT date_trunc('quarter', day)::date AS quarter, need, answer, count(*) AS needs
FROM tally WHERE {_MINE} GROUP BY 1, 2, 3;
"""  # our own words


def upgrade() -> None:
    op.execute(_VIEWS)
    web, worker = role_name(op, "web"), role_name(op, "worker")
    for view in ("unmet_by_district", "unmet_by_need"):
        for role in (web, worker):
            op.execute(f'REVOKE ALL ON {view} FROM "{role}"')
        op.execute(f'GRANT SELECT ON {view} TO "{web}"')
