"""Organisations, places, services and their ready-made answers; states and districts; the profile's taxonomies."""

from alembic import op

from service_kit.db.row_security import DISTRICTS, ORGANIZATION, ROLE, enable_rls

revision = "0002_listings"
down_revision = "0001_first"
branch_labels = None
depends_on = None

_PUBLISHED = """
    id uuid PRIMARY KEY,
    source text NOT NULL DEFAULT '',
    record jsonb NOT NULL,
    version integer NOT NULL DEFAULT 0,
    fingerprint bytea NOT NULL DEFAULT '',
    public boolean NOT NULL DEFAULT false,
    summary bytea,
    document bytea,
    snapshot jsonb,
    modified_at timestamptz NOT NULL,
    deleted_at timestamptz,
"""

_TABLES = f"""
CREATE TABLE state (
    code integer PRIMARY KEY,
    name text NOT NULL,
    iso text NOT NULL DEFAULT ''
);
CREATE TABLE district (
    code integer PRIMARY KEY,
    state_code integer NOT NULL REFERENCES state,
    name text NOT NULL,
    names jsonb NOT NULL DEFAULT '{{}}'
);
CREATE INDEX district_state_code_idx ON district (state_code);
CREATE TABLE organization (
    {_PUBLISHED}
    kind text NOT NULL,
    status text NOT NULL,
    name text NOT NULL,
    district_code integer NOT NULL,
    CONSTRAINT organization_kind_check
        CHECK (kind IN ('provider','police_unit','court','prison','coordinating_body')),
    CONSTRAINT organization_status_check CHECK (status IN ('pending','active','suspended')),
    CONSTRAINT organization_id_kind_district_key UNIQUE (id, kind, district_code)
);
CREATE INDEX organization_public_idx ON organization (id) WHERE public;
CREATE INDEX organization_source_idx ON organization (source);
CREATE INDEX organization_district_code_idx ON organization (district_code);
CREATE TABLE location (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organization,
    source text NOT NULL DEFAULT '',
    record jsonb NOT NULL,
    confidential boolean NOT NULL,
    modified_at timestamptz NOT NULL
);
CREATE INDEX location_organization_id_idx ON location (organization_id);
CREATE INDEX location_source_idx ON location (source);
CREATE TABLE location_confidential (
    location_id uuid PRIMARY KEY REFERENCES location ON DELETE CASCADE,
    organization_id uuid NOT NULL,
    exact jsonb NOT NULL
);
CREATE INDEX location_confidential_organization_id_idx ON location_confidential (organization_id);
CREATE TABLE service (
    {_PUBLISHED}
    organization_id uuid NOT NULL REFERENCES organization,
    name text NOT NULL,
    status text NOT NULL,
    accepting text NOT NULL,
    needs text[] NOT NULL,
    districts integer[] NOT NULL,
    search_text text NOT NULL,
    term_ids uuid[] NOT NULL DEFAULT '{{}}',
    CONSTRAINT service_accepting_check CHECK (accepting IN ('open','waiting_list','closed'))
);
CREATE INDEX service_organization_id_idx ON service (organization_id);
CREATE INDEX service_public_idx ON service (id) WHERE public;
CREATE INDEX service_source_idx ON service (source);
CREATE INDEX service_districts_idx ON service USING gin (districts);
CREATE INDEX service_needs_idx ON service USING gin (needs);
CREATE INDEX service_term_ids_idx ON service USING gin (term_ids);
CREATE TABLE service_at_location (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    service_id uuid NOT NULL REFERENCES service,
    location_id uuid NOT NULL REFERENCES location,
    public boolean NOT NULL DEFAULT false,
    summary bytea NOT NULL,
    document bytea NOT NULL,
    modified_at timestamptz NOT NULL
);
CREATE INDEX service_at_location_organization_id_idx ON service_at_location (organization_id);
CREATE INDEX service_at_location_service_id_idx ON service_at_location (service_id);
CREATE INDEX service_at_location_location_id_idx ON service_at_location (location_id);
CREATE INDEX service_at_location_public_idx ON service_at_location (id) WHERE public;
CREATE TABLE taxonomy (
    id uuid PRIMARY KEY,
    name text NOT NULL CONSTRAINT taxonomy_name_key UNIQUE,
    document bytea NOT NULL
);
CREATE TABLE taxonomy_term (
    id uuid PRIMARY KEY,
    taxonomy_id uuid NOT NULL REFERENCES taxonomy,
    code text NOT NULL,
    name text NOT NULL,
    parent_id uuid,
    document bytea NOT NULL,
    CONSTRAINT taxonomy_term_taxonomy_id_code_key UNIQUE (taxonomy_id, code)
);
CREATE INDEX taxonomy_term_taxonomy_id_idx ON taxonomy_term (taxonomy_id);
ALTER TABLE membership ADD CONSTRAINT membership_organization_fkey
    FOREIGN KEY (organization_id, organization_kind, organization_district)
    REFERENCES organization (id, kind, district_code) ON UPDATE CASCADE;
ALTER TABLE api_key ADD CONSTRAINT api_key_organization_fkey FOREIGN KEY (organization_id) REFERENCES organization;
"""

#: A listing is written by its provider's manager or program, or a coordinator of its district; everyone reads it.
_OWN = f"organization_id = {ORGANIZATION} AND {ROLE} IN ('provider_manager', 'integrator')"
_ORGANIZATION = (
    f"(id = {ORGANIZATION} AND {ROLE} IN ('provider_manager', 'integrator', 'unit_supervisor'))"
    f" OR ({ROLE} = 'coordinator' AND district_code = ANY ({DISTRICTS}))"
)


def upgrade() -> None:
    op.execute(_TABLES)
    for table in ("state", "district", "taxonomy", "taxonomy_term"):
        enable_rls(op, table, {"web select": "true"})
    enable_rls(op, "organization", _written_by(_ORGANIZATION))
    for table in ("location", "service", "service_at_location"):
        enable_rls(op, table, _written_by(_OWN))
    enable_rls(op, "location_confidential", {"web": f"organization_id = {ORGANIZATION}"})


def _written_by(condition: str) -> dict[str, str]:
    writes = {f"web {command}": condition for command in ("insert", "update", "delete")}
    return {"web select": "true", **writes}
