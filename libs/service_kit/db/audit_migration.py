"""Migration of the audit log's reading: who may read it on a page, the indexes that keep a page cheap, the checks.

For an Alembic script of each service; a new database has tables and indexes from its first migration.
"""

from sqlalchemy.schema import CreateIndex, CreateTable

from service_kit.db.row_security import DISTRICTS, ORGANIZATION, ROLE, Operations, enable_rls, role_name
from service_kit.db.tables import audit_check, audit_entry

_GRANTS = """
GRANT SELECT (position, at, action, actor, organization, object_type, object_id, outcome, detail, sequence)
    ON audit_entry TO "{web}";
REVOKE ALL ON audit_check FROM "{web}";
GRANT SELECT ON audit_check TO "{web}";
GRANT INSERT (id, asked_at, asked_by) ON audit_check TO "{web}";
COMMENT ON TABLE audit_entry IS NULL;
COMMENT ON TABLE audit_check IS NULL;
"""


def open_audit_log(op: Operations, reader: str, organizations: str) -> None:
    """Let the role `reader` read what was done in the organisations of the own districts, by the own, or by nobody.

    `organizations`: SQL of the ids of those in districts, with `{districts}` for the reader's.
    """
    op.execute("DROP INDEX IF EXISTS audit_entry_object")
    connection = op.get_bind()
    connection.execute(CreateTable(audit_check, if_not_exists=True))
    for index in (*audit_entry.indexes, *audit_check.indexes):
        connection.execute(CreateIndex(index, if_not_exists=True))
    op.execute(_GRANTS.format(web=role_name(op, "web")))
    own = f"organization IS NULL OR organization = {ORGANIZATION}"
    near = organizations.format(districts=DISTRICTS)
    # of a CASE the planner expects half to pass, where of an AND it expects nothing and sorts all that it could read
    seen = f"CASE {ROLE} WHEN '{reader}' THEN {own} OR organization IN ({near}) ELSE false END"
    enable_rls(op, "audit_entry", {"web select": seen, "web insert": "true"})
    enable_rls(op, "audit_check", {"web": f"{ROLE} = '{reader}'"})
