"""Monthly meetings of a district: meeting, agenda, attendance, minutes, actions, its calendar, the frozen figures.

Readers are the coordinator, data officer, unit supervisors and provider managers of the district; writing is the
coordinator's, but for what an organisation says of itself.
"""

from alembic import op

from service_kit.db.row_security import DISTRICTS, ORGANIZATION, ROLE, enable_rls

revision = "0017_meetings"
down_revision = "0016_supervisors_of_courts"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE meeting (
    id uuid PRIMARY KEY,
    district_code integer NOT NULL REFERENCES district,
    month date NOT NULL,
    starts_at timestamptz NOT NULL,
    place text NOT NULL DEFAULT '',
    state text NOT NULL CONSTRAINT meeting_state_check
        CHECK (state IN ('proposed', 'planned', 'held', 'not_quorate', 'cancelled')),
    sequence integer NOT NULL DEFAULT 0,
    version integer NOT NULL DEFAULT 1,
    proposed_at timestamptz NOT NULL,
    settled_at timestamptz,
    minutes_confirmed_at timestamptz
);
CREATE INDEX meeting_district_idx ON meeting (district_code, starts_at);
CREATE UNIQUE INDEX meeting_month_key ON meeting (district_code, month) WHERE state <> 'cancelled';

CREATE TABLE meeting_rhythm (
    district_code integer PRIMARY KEY REFERENCES district,
    weekday integer NOT NULL CONSTRAINT meeting_rhythm_weekday_check CHECK (weekday BETWEEN 0 AND 4),
    at time NOT NULL,
    place text NOT NULL DEFAULT ''
);

CREATE TABLE blocked_day (
    district_code integer NOT NULL REFERENCES district,
    day date NOT NULL,
    reason text NOT NULL CONSTRAINT blocked_day_reason_check
        CHECK (reason IN ('holiday', 'festival', 'election', 'other')),
    PRIMARY KEY (district_code, day)
);

CREATE TABLE agenda_item (
    id uuid PRIMARY KEY,
    district_code integer NOT NULL REFERENCES district,
    meeting_id uuid REFERENCES meeting,
    organization_id uuid NOT NULL REFERENCES organization,
    part integer NOT NULL CONSTRAINT agenda_item_part_check CHECK (part BETWEEN 1 AND 9),
    text text NOT NULL,
    state text NOT NULL CONSTRAINT agenda_item_state_check
        CHECK (state IN ('proposed', 'on', 'discussed', 'carried')),
    created_at timestamptz NOT NULL
);
CREATE INDEX agenda_item_meeting_idx ON agenda_item (meeting_id);
CREATE INDEX agenda_item_waiting_idx ON agenda_item (district_code) WHERE meeting_id IS NULL;

CREATE TABLE attendance (
    meeting_id uuid NOT NULL REFERENCES meeting,
    organization_id uuid NOT NULL REFERENCES organization,
    district_code integer NOT NULL,
    number integer NOT NULL CONSTRAINT attendance_number_check CHECK (number BETWEEN 0 AND 99),
    entered_at timestamptz NOT NULL,
    PRIMARY KEY (meeting_id, organization_id)
);

CREATE TABLE minutes_line (
    id uuid PRIMARY KEY,
    meeting_id uuid NOT NULL REFERENCES meeting,
    district_code integer NOT NULL,
    part integer NOT NULL CONSTRAINT minutes_line_part_check CHECK (part BETWEEN 1 AND 9),
    kind text NOT NULL CONSTRAINT minutes_line_kind_check CHECK (kind IN ('note', 'decision')),
    text text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    added_later boolean NOT NULL DEFAULT false
);
CREATE INDEX minutes_line_meeting_idx ON minutes_line (meeting_id, created_at);

CREATE TABLE meeting_action (
    id uuid PRIMARY KEY,
    district_code integer NOT NULL REFERENCES district,
    meeting_id uuid NOT NULL REFERENCES meeting,
    organization_id uuid NOT NULL REFERENCES organization,
    post text NOT NULL,
    text text NOT NULL,
    due date NOT NULL,
    state text NOT NULL CONSTRAINT meeting_action_state_check CHECK (state IN ('open', 'done', 'dropped')),
    reason text,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    closed_at timestamptz,
    CONSTRAINT meeting_action_dropped_for_a_reason_check CHECK ((state = 'dropped') = (reason IS NOT NULL)),
    CONSTRAINT meeting_action_closed_check CHECK ((state = 'open') = (closed_at IS NULL))
);
CREATE INDEX meeting_action_district_idx ON meeting_action (district_code, due);

CREATE TABLE frozen_figures (
    subject text PRIMARY KEY,
    state_code integer NOT NULL,
    district_code integer,
    month date NOT NULL CONSTRAINT frozen_figures_month_check CHECK (extract(day FROM month) = 1),
    version integer NOT NULL,
    frozen_at timestamptz NOT NULL,
    cells jsonb NOT NULL
);
CREATE INDEX frozen_figures_district_idx ON frozen_figures (district_code, month);
"""

READERS = f"{ROLE} IN ('coordinator', 'data_officer', 'unit_supervisor', 'provider_manager')"
HERE = f"district_code = ANY ({DISTRICTS})"
SEEN = f"{HERE} AND {READERS}"
COORDINATED = f"{HERE} AND {ROLE} = 'coordinator'"
OWN = f"{HERE} AND organization_id = {ORGANIZATION} AND {ROLE} IN ('unit_supervisor', 'provider_manager')"
WRITTEN_BY_SIDES = f"({COORDINATED}) OR ({OWN})"
OF_THE_STATE = (
    "district_code IS NULL AND EXISTS (SELECT FROM district"
    f" WHERE district.state_code = frozen_figures.state_code AND district.code = ANY ({DISTRICTS}))"
)


def upgrade() -> None:
    op.execute(TABLES)
    for table in ("meeting", "minutes_line", "meeting_rhythm", "blocked_day"):
        enable_rls(op, table, _read_and_written(COORDINATED))
    for table in ("attendance", "meeting_action"):
        enable_rls(op, table, _read_and_written(WRITTEN_BY_SIDES))
    enable_rls(
        op,
        "agenda_item",
        {"web select": SEEN, "web insert": WRITTEN_BY_SIDES, "web update": COORDINATED},
    )
    enable_rls(op, "frozen_figures", {"web select": f"(({HERE}) OR ({OF_THE_STATE})) AND {READERS}"})


def _read_and_written(condition: str) -> dict[str, str]:
    writing = {f"web {command}": condition for command in ("insert", "update", "delete")}
    return {"web select": SEEN, **writing}
