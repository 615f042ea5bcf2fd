"""Of visits, focal points and handovers each party changes what its programs change, and nothing else.

What the policies for updates let in beyond that since 0021, 0026, 0062, 0072 and 0078. Which step of a visit is open
is the program's to ask: a row that ended must be found, and locked, by whoever is told so.
"""

from alembic import op

from service_kit.db.row_security import ACCOUNT, DISTRICTS, ORGANIZATION, ROLE, role_name

revision = "0102_narrower_changes"
down_revision = "0101_ended_by_old_processes"
branch_labels = None
depends_on = None

COLUMNS = {"hosted_visit": "state, version", "focal_point": "ended_at", "handover": "taken_at, ended_at"}
HERE = f"district_code = ANY ({DISTRICTS})"
COORDINATED = f"{HERE} AND {ROLE} = 'coordinator'"
OF_UNIT = f"{ROLE} = 'unit_supervisor' AND unit_id = {ORGANIZATION}"
OF_PROVIDER = f"{ROLE} = 'provider_manager' AND provider_id = {ORGANIZATION}"
BY_COORDINATOR = f"{COORDINATED} AND state IN ('cancelled', 'held')"
BY_UNIT = f"{OF_UNIT} AND state = 'cancelled'"
BY_PROVIDER = f"{OF_PROVIDER} AND state <> 'asked'"
OWN = f"organization_id = {ORGANIZATION} AND {ROLE} IN ('unit_supervisor', 'provider_manager')"
NAMED = f"successor_account = {ACCOUNT}"
FOLLOWS = (
    "EXISTS (SELECT FROM handover WHERE handover.focal_point_id = focal_point.id AND handover.ended_at IS NULL"
    f" AND handover.successor_account = {ACCOUNT})"
)


def upgrade() -> None:
    web = role_name(op, "web")
    for table, columns in COLUMNS.items():
        op.execute(f'REVOKE UPDATE ON {table} FROM "{web}"')
        op.execute(f'GRANT UPDATE ({columns}) ON {table} TO "{web}"')
    sides = f"({BY_UNIT}) OR ({BY_PROVIDER})"
    op.execute(f'ALTER POLICY "own_update" ON hosted_visit WITH CHECK ({sides})')
    op.execute(f'ALTER POLICY "{web}_update" ON hosted_visit WITH CHECK (({BY_COORDINATOR}) OR ({HERE} AND ({sides})))')
    ended = "ended_at IS NOT NULL"
    op.execute(
        f'ALTER POLICY "{web}_update" ON focal_point USING (({OWN}) OR {FOLLOWS})'
        f" WITH CHECK ({ended} AND (({OWN}) OR {FOLLOWS}))"
    )
    op.execute(
        f'ALTER POLICY "{web}_update" ON handover'
        f" WITH CHECK (({OWN} AND {ended}) OR ({NAMED} AND taken_at IS NOT NULL))"
    )
    for table in ("focal_point", "handover"):
        op.execute(f'ALTER POLICY "coordinator_update" ON {table} WITH CHECK ({COORDINATED} AND {ended})')
