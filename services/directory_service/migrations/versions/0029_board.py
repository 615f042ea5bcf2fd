"""Board of concerns and ideas, what waits sealed for it, and reports of a breach.

Everybody in a district reads its items and those of its state's board. An author is seen by the coordinator and the
author alone, a reporter by the reporter. What waits is written by web processes, which can read none of it.
"""

from alembic import op

from service_kit.db.row_security import ACCOUNT, DISTRICTS, ORGANIZATION, ROLE, enable_rls

revision = "0029_board"
down_revision = "0028_survivors"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE board_item (
    id uuid PRIMARY KEY,
    state_code integer NOT NULL CONSTRAINT board_item_state_code_fkey REFERENCES state,
    district_code integer CONSTRAINT board_item_district_code_fkey REFERENCES district,
    category text NOT NULL CONSTRAINT board_item_category_check CHECK (category IN
        ('access', 'form_and_cards', 'training', 'custody', 'women_and_children', 'idea')),
    text text NOT NULL,
    posted_on date NOT NULL,
    state text NOT NULL DEFAULT 'open' CONSTRAINT board_item_state_check
        CHECK (state IN ('open', 'answered', 'on_agenda', 'done', 'hidden')),
    hide_reason text,
    with_state boolean NOT NULL DEFAULT false,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT board_item_hidden_for_a_reason_check CHECK ((state = 'hidden') = (hide_reason IS NOT NULL))
);
CREATE INDEX board_item_place_idx ON board_item (state_code, district_code, posted_on);
CREATE TABLE board_author (
    item_id uuid PRIMARY KEY CONSTRAINT board_author_item_id_fkey REFERENCES board_item,
    account_id uuid NOT NULL,
    organization_id uuid NOT NULL CONSTRAINT board_author_organization_id_fkey REFERENCES organization,
    district_code integer NOT NULL CONSTRAINT board_author_district_code_fkey REFERENCES district,
    posted_on date NOT NULL
);
CREATE INDEX board_author_account_idx ON board_author (account_id, posted_on);
CREATE TABLE board_answer (
    id uuid PRIMARY KEY,
    item_id uuid NOT NULL CONSTRAINT board_answer_item_id_fkey REFERENCES board_item,
    organization_id uuid NOT NULL CONSTRAINT board_answer_organization_id_fkey REFERENCES organization,
    text text NOT NULL,
    answered_on date NOT NULL,
    told boolean NOT NULL DEFAULT false
);
CREATE INDEX board_answer_item_idx ON board_answer (item_id, answered_on);
CREATE TABLE board_key (
    id uuid PRIMARY KEY,
    day date NOT NULL,
    public_key text NOT NULL
);
CREATE TABLE board_waiting (
    id uuid PRIMARY KEY,
    key_id uuid NOT NULL CONSTRAINT board_waiting_key_id_fkey REFERENCES board_key,
    sealed bytea NOT NULL
);
CREATE TABLE breach (
    id uuid PRIMARY KEY,
    state_code integer NOT NULL CONSTRAINT breach_state_code_fkey REFERENCES state,
    district_code integer NOT NULL CONSTRAINT breach_district_code_fkey REFERENCES district,
    kind text NOT NULL CONSTRAINT breach_kind_check CHECK (kind IN ('near_a_service', 'used_to_find_people',
        'card_as_ground', 'pressed', 'asked_about_people', 'hours_not_kept')),
    service_id uuid CONSTRAINT breach_service_id_fkey REFERENCES service,
    day date NOT NULL,
    text text NOT NULL,
    parent_agreed boolean NOT NULL,
    past_coordinator boolean NOT NULL,
    with_state boolean NOT NULL DEFAULT false,
    reported_on date NOT NULL,
    state text NOT NULL DEFAULT 'reported' CONSTRAINT breach_state_check
        CHECK (state IN ('reported', 'taken', 'with_parent', 'answered', 'closed')),
    answer text NOT NULL DEFAULT '',
    told integer NOT NULL DEFAULT 0,
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX breach_place_idx ON breach (state_code, district_code, reported_on);
CREATE TABLE breach_reporter (
    breach_id uuid PRIMARY KEY CONSTRAINT breach_reporter_breach_id_fkey REFERENCES breach,
    account_id uuid NOT NULL,
    organization_id uuid NOT NULL CONSTRAINT breach_reporter_organization_id_fkey REFERENCES organization,
    reported_on date NOT NULL
);
CREATE INDEX breach_reporter_account_id_idx ON breach_reporter (account_id);
CREATE TABLE breach_count (
    state_code integer NOT NULL CONSTRAINT breach_count_state_code_fkey REFERENCES state,
    year integer NOT NULL,
    kind text NOT NULL,
    reported integer NOT NULL,
    CONSTRAINT breach_count_pkey PRIMARY KEY (state_code, year, kind)
);
"""
# conditions of policies are our own words
HERE = f"district_code = ANY ({DISTRICTS})"
IN_STATE = (
    "EXISTS (SELECT FROM district WHERE district.state_code = {table}.state_code"
    f" AND district.code = ANY ({DISTRICTS}))"
)
COORDINATES = f"{ROLE} = 'coordinator'"
OVERSEES = f"{ROLE} IN ('coordinator', 'data_officer')"
STATES_BODY = (
    "EXISTS (SELECT FROM organization AS body JOIN district ON district.code = body.district_code"
    f" WHERE body.id = {ORGANIZATION} AND body.record->>'whole_state' = 'true'"
    " AND body.status = 'active' AND district.state_code = {table}.state_code)"
)
WRITERS = "('officer', 'custody_health', 'case_worker', 'unit_supervisor', 'provider_manager')"


def of_board(role: str) -> str:
    """Rows of a district's board and of its state's, for a role; late ones for the state's body as well."""
    state = IN_STATE.format(table="board_item")
    late = f"with_state AND {COORDINATES} AND {STATES_BODY.format(table='board_item')}"
    return f"({role} AND ({HERE} OR (district_code IS NULL AND {state}))) OR ({late})"


def of_item(table: str) -> str:
    """Rows about an item that the reader may see: row-level security of the item decides."""
    return f"EXISTS (SELECT FROM board_item WHERE board_item.id = {table}.item_id)"


def upgrade() -> None:
    op.execute(TABLES)
    shown = f"(state <> 'hidden' OR {OVERSEES})"
    posted = f"{ROLE} IN {WRITERS} AND ({HERE} OR (district_code IS NULL AND {IN_STATE.format(table='board_item')}))"
    answered = f"{ROLE} IN ('coordinator', 'unit_supervisor', 'provider_manager')"
    enable_rls(
        op,
        "board_item",
        {
            "web select": f"({of_board('true')}) AND {shown}",
            "web insert": posted,
            "web update": of_board(answered),
        },
    )
    enable_rls(
        op,
        "board_author",
        {
            "web select": f"account_id = {ACCOUNT} OR ({COORDINATES} AND {HERE})",
            "web insert": f"account_id = {ACCOUNT} AND organization_id = {ORGANIZATION} AND {HERE}",
        },
    )
    enable_rls(
        op,
        "board_answer",
        {
            "web select": of_item("board_answer"),
            "web insert": f"organization_id = {ORGANIZATION} AND {answered} AND {of_item('board_answer')}",
        },
    )
    enable_rls(op, "board_key", {"web select": "true"})
    enable_rls(op, "board_waiting", {"web insert": "true"})
    _breaches()


def _breaches() -> None:
    body = STATES_BODY.format(table="breach")
    handled = f"({COORDINATES} AND {HERE} AND NOT past_coordinator) OR ({COORDINATES} AND with_state AND {body})"
    own = f"EXISTS (SELECT FROM breach_reporter WHERE breach_id = breach.id AND account_id = {ACCOUNT})"
    overseen = f"{ROLE} = 'data_officer' AND {HERE}"
    enable_rls(
        op,
        "breach",
        {
            "web select": f"({handled}) OR ({own}) OR ({overseen})",
            "web insert": f"{ROLE} IN {WRITERS} AND {HERE}",
            "web update": handled,
        },
    )
    mine = f"account_id = {ACCOUNT} AND organization_id = {ORGANIZATION}"
    enable_rls(op, "breach_reporter", {"web select": f"account_id = {ACCOUNT}", "web insert": mine})
    counted = f"{OVERSEES} AND {IN_STATE.format(table='breach_count')}"
    enable_rls(op, "breach_count", {"web select": counted})
