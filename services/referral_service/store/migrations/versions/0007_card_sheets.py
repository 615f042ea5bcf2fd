"""Cards stand on sheets, which units order and may report as lost; a card printed before is a sheet of its own."""

from alembic import op

from referral_service.store.policies import CARD_SHEET_POLICIES, CARDS_ON_ORDERED_SHEETS
from service_kit.db.migrate import enable_rls, role_name

revision = "0007_card_sheets"
down_revision = "0006_nothing_gets_stuck"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE card_order (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    district integer NOT NULL,
    sheets integer NOT NULL,
    state text NOT NULL,
    version integer NOT NULL,
    ordered_at timestamptz NOT NULL,
    printed_at timestamptz,
    sent_at timestamptz,
    PRIMARY KEY (id),
    CONSTRAINT card_order_state CHECK (state IN ('ordered', 'printed', 'sent'))
);
CREATE INDEX card_order_unit ON card_order (organization_id, ordered_at);
CREATE INDEX card_order_district ON card_order (district, ordered_at);
CREATE UNIQUE INDEX card_order_waiting ON card_order (organization_id) WHERE state = 'ordered';
CREATE TABLE card_sheet (
    number text NOT NULL,
    organization_id uuid NOT NULL,
    order_id uuid,
    closed_at timestamptz,
    PRIMARY KEY (number),
    FOREIGN KEY (order_id) REFERENCES card_order (id)
);
CREATE INDEX card_sheet_order ON card_sheet (order_id);
INSERT INTO card_sheet (number, organization_id) SELECT number, organization_id FROM card;
ALTER TABLE card ADD COLUMN sheet text REFERENCES card_sheet (number);
UPDATE card SET sheet = number;
CREATE INDEX card_unit ON card (organization_id, used_at);
"""


def upgrade() -> None:
    op.execute(_TABLES)
    for table, policies in CARD_SHEET_POLICIES.items():
        enable_rls(op, table, policies)
    web = role_name(op, "web")
    op.execute(f'CREATE POLICY "{web}_insert" ON card FOR INSERT TO "{web}" WITH CHECK ({CARDS_ON_ORDERED_SHEETS})')
