"""Both sides of an agreement read it, its paper, focal points and handovers, whichever district it lies in."""

from alembic import op

from service_kit.db.row_security import ACCOUNT, DISTRICTS, ORGANIZATION, ROLE, role_name

revision = "0032_own_agreements"
down_revision = "0031_board_counted"
branch_labels = None
depends_on = None

HERE = f"district_code = ANY ({DISTRICTS})"
READS = f"{ROLE} IN ('coordinator', 'data_officer', 'unit_supervisor', 'provider_manager')"
OWN = f"{ROLE} IN ('unit_supervisor', 'provider_manager') AND {ORGANIZATION} IN (unit_id, provider_id)"
NAMED = f"successor_account = {ACCOUNT}"
HANDED_OVER = (
    "EXISTS (SELECT FROM handover WHERE handover.successor_account = "
    f"{ACCOUNT} AND (handover.focal_point_id = focal_point.id OR handover.id = focal_point.handover_id))"
)


def of_own(table: str) -> str:
    """Rows of an agreement of the reader's organisation."""
    return f"EXISTS (SELECT FROM agreement WHERE agreement.id = {table}.agreement_id AND {OWN})"


def upgrade() -> None:
    web, here = role_name(op, "web"), f"({HERE} AND {READS})"
    for table, seen in {
        "agreement": f"{here} OR ({OWN})",
        "agreement_document": f"{here} OR {of_own('agreement_document')}",
        "handover": f"{here} OR {of_own('handover')} OR {NAMED}",
        "focal_point": f"{here} OR {of_own('focal_point')} OR {HANDED_OVER}",
    }.items():
        op.execute(f'ALTER POLICY "{web}_select" ON {table} USING ({seen})')
