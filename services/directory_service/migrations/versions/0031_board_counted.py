"""Programs of coordinating bodies count the items of the boards in their districts, hidden ones left out.

Until now whoever came with a district could read its items, a program too: people alone do from now on. Of a board a
program of another organisation sees nothing.
"""

from alembic import op

from service_kit.db.row_security import DISTRICTS, ORGANIZATION, ROLE, role_name

revision = "0031_board_counted"
down_revision = "0030_state_view"
branch_labels = None
depends_on = None

HERE = f"district_code = ANY ({DISTRICTS})"
IN_STATE = (
    "EXISTS (SELECT FROM district WHERE district.state_code = board_item.state_code"
    f" AND district.code = ANY ({DISTRICTS}))"
)
STATES_BODY = (
    "EXISTS (SELECT FROM organization AS body JOIN district ON district.code = body.district_code"
    f" WHERE body.id = {ORGANIZATION} AND body.record->>'whole_state' = 'true'"  # our own words
    " AND body.status = 'active' AND district.state_code = board_item.state_code)"
)
ON_A_BOARD = f"{HERE} OR (district_code IS NULL AND {IN_STATE})"
LATE = f"with_state AND {ROLE} = 'coordinator' AND {STATES_BODY}"
SHOWN = f"(state <> 'hidden' OR {ROLE} IN ('coordinator', 'data_officer'))"
PEOPLE = f"{ROLE} IS DISTINCT FROM 'integrator' AND ({ON_A_BOARD} OR ({LATE})) AND {SHOWN}"
BODYS_PROGRAM = (
    f"{ROLE} = 'integrator' AND (SELECT EXISTS (SELECT FROM organization AS body"  # our own words
    f" WHERE body.id = {ORGANIZATION} AND body.kind = 'coordinating_body'))"
)
COUNTED = f"({ON_A_BOARD}) AND state <> 'hidden' AND {BODYS_PROGRAM}"


def upgrade() -> None:
    web = role_name(op, "web")
    op.execute(f'ALTER POLICY "{web}_select" ON board_item USING ({PEOPLE})')
    op.execute(f'CREATE POLICY "program_select" ON board_item FOR SELECT TO "{web}" USING ({COUNTED})')
