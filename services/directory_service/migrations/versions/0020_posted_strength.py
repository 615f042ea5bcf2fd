"""Posted strength by rank and unit, and a state's own words for ranks: what training's coverage is counted against."""

from alembic import op

from service_kit.db.row_security import DISTRICTS, ROLE, enable_rls

revision = "0020_posted_strength"
down_revision = "0019_registry"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE posted_strength (
    organization_id uuid NOT NULL CONSTRAINT posted_strength_organization_id_fkey REFERENCES organization,
    scope text NOT NULL CONSTRAINT posted_strength_scope_check CHECK (scope IN ('own','with_sub_units')),
    rank text NOT NULL,
    posted integer NOT NULL CONSTRAINT posted_strength_posted_check CHECK (posted >= 0),
    as_of date NOT NULL,
    source text NOT NULL,
    entered_at timestamptz NOT NULL,
    CONSTRAINT posted_strength_pkey PRIMARY KEY (organization_id, scope, rank)
);
CREATE TABLE rank_alias (
    state_code integer NOT NULL CONSTRAINT rank_alias_state_code_fkey REFERENCES state,
    word text NOT NULL,
    rank text NOT NULL,
    CONSTRAINT rank_alias_pkey PRIMARY KEY (state_code, word)
);
"""
IN_DISTRICT = (
    "EXISTS (SELECT FROM organization"  # conditions of policies are our own words
    f" WHERE organization.id = organization_id AND district_code = ANY ({DISTRICTS}))"
)
WRITTEN = f"{ROLE} = 'coordinator' AND {IN_DISTRICT}"
OF_STATE = (
    f"{ROLE} = 'coordinator' AND EXISTS (SELECT FROM district"  # the same
    f" WHERE district.state_code = rank_alias.state_code AND district.code = ANY ({DISTRICTS}))"
)


def upgrade() -> None:
    op.execute(TABLES)
    enable_rls(
        op,
        "posted_strength",
        {"web select": IN_DISTRICT, "web insert": WRITTEN, "web update": WRITTEN},
    )
    enable_rls(op, "rank_alias", {"web select": "true", "web insert": OF_STATE, "web update": OF_STATE})
