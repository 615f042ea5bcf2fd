"""Both sides of a visit see and move it in whichever district it lies, and a unit asks a provider of another one.

A unit or provider that was moved had its visits no more, and an agreement with a provider of another district promises
a visit that nobody could ask for.
"""

from alembic import op

from service_kit.db.row_security import ORGANIZATION, ROLE, role_name

revision = "0078_visits_elsewhere"
down_revision = "0077_held_by_counts"
branch_labels = None
depends_on = None

OF_UNIT = f"{ROLE} = 'unit_supervisor' AND unit_id = {ORGANIZATION}"
OF_PROVIDER = f"{ROLE} = 'provider_manager' AND provider_id = {ORGANIZATION}"
OWN = f"({OF_UNIT}) OR ({OF_PROVIDER})"


def upgrade() -> None:
    for command, rows in {
        "select": f"USING ({OWN})",
        "insert": f"WITH CHECK ({OF_UNIT})",
        "update": f"USING ({OWN}) WITH CHECK ({OWN})",
    }.items():
        op.execute(
            f'CREATE POLICY "own_{command}" ON hosted_visit FOR {command.upper()} TO "{role_name(op, "web")}" {rows}'
        )
