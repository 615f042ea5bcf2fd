"""Row-level security and rights: of visits, focal points and handovers each party changes what its programs change."""

from itertools import product
from uuid import UUID, uuid4

import pytest
from sqlalchemy import CursorResult, text
from sqlalchemy.exc import ProgrammingError

from directory_service.partnership.domain.visits import MOVES, STATES
from directory_service.partnership.store.tables_agreements import FocalPoint, Handover
from directory_service.partnership.store.tables_visits import HostedVisit
from support.listings import KOLKATA, a_service
from support.partnership import BODY, NODI, STATION, Partnership, in_force, member_id
from support.training import today

AT_HOME = {"unit_supervisor": STATION, "provider_manager": NODI, "coordinator": BODY}
END = {
    "focal_point": "UPDATE focal_point SET ended_at = :at WHERE id = :id",
    "handover": "UPDATE handover SET ended_at = :at WHERE id = :id",
}
TAKE = "UPDATE handover SET taken_at = :at WHERE id = :id"
REFUSED_TO_ALL = (
    "UPDATE hosted_visit SET district_code = 1",
    "UPDATE hosted_visit SET seats = 8",
    "UPDATE hosted_visit SET day = day + 1",
    "UPDATE hosted_visit SET unit_id = provider_id",
    "UPDATE focal_point SET post = 'another'",
    "UPDATE focal_point SET duty_phone = ''",
    "UPDATE focal_point SET membership_id = id",
    "UPDATE handover SET successor_account = id",
    "UPDATE handover SET duty_phone = ''",
    "UPDATE handover SET due_on = due_on + 90",
)


def change(partnership: Partnership, role: str, statement: str, **values: object) -> int:
    """Of how many rows a session of this role changes with the statement; raises what the database refuses."""
    at = {**AT_HOME, "officer": STATION}[role]
    who = partnership.members.get((at.id, role)) or partnership.somebody(role, at)
    with partnership.directory.web.transaction(who.scope) as session:
        done = session.execute(text(statement), values)
        assert isinstance(done, CursorResult)
        return done.rowcount


def refused(why: str = "row-level security") -> pytest.RaisesExc[ProgrammingError]:
    return pytest.raises(ProgrammingError, match=why)


@pytest.fixture
def visit(partnership: Partnership) -> UUID:
    """Of the station to Nodi, asked for."""
    service, made = a_service(NODI), uuid4()
    partnership.directory.save(service)
    of = {"district_code": KOLKATA, "unit_id": STATION.id, "provider_id": NODI.id, "service_id": service.id}
    row = {"day": today(partnership), "seats": 1, "state": "asked", "version": 1, "asked_at": partnership.clock.now()}
    with partnership.worker() as session:
        session.add(HostedVisit(id=made, **of, **row))
    return made


@pytest.mark.parametrize("role", AT_HOME)
def test_each_party_moves_a_visit_to_where_its_steps_lead(partnership: Partnership, visit: UUID, role: str) -> None:
    leads_to = {move.after for move in MOVES.values() if role in move.roles}
    statement = "UPDATE hosted_visit SET state = :state, version = version + 1 WHERE id = :id"

    for state in STATES:
        if state in leads_to:
            assert change(partnership, role, statement, id=visit, state=state) == 1
        else:
            with refused():
                change(partnership, role, statement, id=visit, state=state)


@pytest.fixture
def point(partnership: Partnership) -> UUID:
    """The station's supervisor, named for its agreement with Nodi."""
    made, agreement = uuid4(), in_force(partnership, STATION, NODI)
    partnership.member("unit_supervisor", STATION)
    of = {"agreement_id": agreement, "organization_id": STATION.id, "district_code": KOLKATA, "side": "unit"}
    row = {"post": "station officer", "duty_phone": "+919830012345", "named_at": partnership.clock.now()}
    with partnership.worker() as session:
        session.add(FocalPoint(id=made, membership_id=member_id(partnership, STATION), **of, **row))
    return made


@pytest.fixture
def handover(partnership: Partnership, point: UUID) -> UUID:
    """An officer of the station is to follow."""
    made = uuid4()
    partnership.member("officer", STATION)
    follows = partnership.members[STATION.id, "officer"]
    with partnership.worker() as session:
        agreement = session.get_one(FocalPoint, point).agreement_id
        of = {"agreement_id": agreement, "organization_id": STATION.id, "district_code": KOLKATA}
        to = {"successor_membership": follows.membership, "successor_account": follows.account}
        row = {"duty_phone": "+919830012345", "due_on": today(partnership), "named_at": partnership.clock.now()}
        session.add(Handover(id=made, focal_point_id=point, **of, **to, **row))
    return made


@pytest.mark.parametrize("role", ["unit_supervisor", "coordinator"])
@pytest.mark.parametrize("table", ["focal_point", "handover"])
def test_what_ended_stays_so(partnership: Partnership, point: UUID, handover: UUID, table: str, role: str) -> None:
    now, row = partnership.clock.now(), {"focal_point": point, "handover": handover}[table]

    assert change(partnership, role, END[table], id=row, at=now) == 1
    with refused():
        change(partnership, role, END[table], id=row, at=None)


def test_nobody_but_the_successor_says_that_it_was_taken(partnership: Partnership, handover: UUID) -> None:
    now = partnership.clock.now()

    for role in ("coordinator", "unit_supervisor"):
        with refused():
            change(partnership, role, TAKE, id=handover, at=now)
    assert change(partnership, "officer", TAKE, id=handover, at=now) == 1
    with refused():
        change(partnership, "officer", TAKE, id=handover, at=None)


def test_whoever_follows_ends_the_focal_point_until_the_handover_has_ended(
    partnership: Partnership, point: UUID, handover: UUID
) -> None:
    now = partnership.clock.now()
    assert change(partnership, "officer", END["focal_point"], id=point, at=now) == 1

    change(partnership, "unit_supervisor", END["handover"], id=handover, at=now)

    assert change(partnership, "officer", END["focal_point"], id=point, at=now) == 0


def test_nobody_changes_what_a_row_is_about(partnership: Partnership) -> None:
    faults = {}
    for role, statement in product(AT_HOME, REFUSED_TO_ALL):
        try:
            told = f"{change(partnership, role, statement)} rows changed"
        except ProgrammingError as error:
            told = str(error.orig)
        if "permission denied" not in told:
            faults[role, statement] = told

    assert faults == {}
