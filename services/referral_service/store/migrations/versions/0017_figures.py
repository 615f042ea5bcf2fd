"""Figures: what they are made of is counted as it happens, and what is told of them is frozen.

Rows of before are given what their later moves are counted by. The two views of unmet need are not read any more; the
next release drops them.
"""

from alembic import op

from referral_service.store.policies import FIGURE_POLICIES
from service_kit.db.row_security import enable_rls, role_name

revision = "0017_figures"
down_revision = "0016_keys"
branch_labels = None
depends_on = None

_TABLES = """
ALTER TABLE referrer_view ADD COLUMN submitted_at timestamptz, ADD COLUMN district integer, ADD COLUMN urgent boolean;
UPDATE referrer_view AS mine SET submitted_at = sent.submitted_at, district = sent.district,
    urgent = sent.priority = 'urgent'
FROM referral_sent AS sent WHERE sent.id = mine.id;
CREATE TABLE figure_tally (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    month date NOT NULL,
    district integer NOT NULL,
    counted text NOT NULL,
    minutes integer,
    PRIMARY KEY (id)
);
CREATE INDEX figure_tally_month ON figure_tally (month);
CREATE TABLE frozen_figures (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    audience text NOT NULL CONSTRAINT frozen_figures_audience CHECK (audience IN ('everybody', 'services')),
    subject text NOT NULL,
    month date NOT NULL,
    state integer NOT NULL,
    district integer,
    grain text,
    need_grain text,
    frozen_at timestamptz NOT NULL,
    cells jsonb NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT frozen_figures_once UNIQUE (audience, subject)
);
CREATE INDEX frozen_figures_district ON frozen_figures (district, month);
CREATE INDEX frozen_figures_listed ON frozen_figures (audience, month, subject);
"""


def upgrade() -> None:
    op.execute(_TABLES)
    for table, policies in FIGURE_POLICIES.items():
        enable_rls(op, table, policies)
    web, worker = role_name(op, "web"), role_name(op, "worker")
    op.execute(f'REVOKE SELECT, UPDATE, DELETE ON figure_tally FROM "{web}"')
    op.execute(f'REVOKE INSERT, UPDATE, DELETE ON frozen_figures FROM "{web}"')
    op.execute(f'REVOKE UPDATE, DELETE ON frozen_figures FROM "{worker}"')
