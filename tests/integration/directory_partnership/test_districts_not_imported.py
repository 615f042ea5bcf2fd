"""An organisation may stand in a district that was not imported: no clock of the worker ends for all others by it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from directory_service.accounts.use_cases.settle_staffing import settle_staffing
from directory_service.listings.use_cases.coarsen_areas import coarsen_areas
from directory_service.listings.use_cases.remind_of_confirmation import remind_of_confirmation
from directory_service.listings.use_cases.renew_copy_ids import renew_copy_ids
from directory_service.listings.use_cases.renew_row_ids import renew_row_ids
from directory_service.listings.use_cases.separate_shared_places import separate_shared_places
from directory_service.organizations.store.tables import Organization
from directory_service.partnership.store.tables_agreements import Agreement
from directory_service.partnership.use_cases.board.remind_of_board import remind_of_board
from directory_service.partnership.use_cases.propose_meetings import propose_meetings
from directory_service.partnership.use_cases.remind_of_partnership import remind_of_partnership
from directory_service.partnership.use_cases.remind_of_silence import remind_of_silence
from directory_service.partnership.use_cases.tend_agreements import tend_agreements
from directory_service.partnership.use_cases.training.hold_counted_sessions import hold_counted_sessions
from directory_service.partnership.use_cases.training.remind_of_training import remind_of_training
from directory_service.registry.store.units import date_undated_closings
from support.listings import KOLKATA, a_place, a_service
from support.partnership import BODY, ELSEWHERE, NODI, OTHER_STATION, STATION, Partnership, in_force

NOT_IMPORTED = 999
IN_A_TRANSACTION: tuple[Callable[[Session, datetime], object], ...] = (
    tend_agreements,
    hold_counted_sessions,
    remind_of_partnership,
    remind_of_training,
    remind_of_board,
    remind_of_silence,
    remind_of_confirmation,
    propose_meetings,
    date_undated_closings,
)
IN_SEVERAL = (settle_staffing, coarsen_areas, renew_row_ids, renew_copy_ids, separate_shared_places)


def stand_elsewhere(partnership: Partnership, *organizations: object) -> None:
    """Write that they stand in a district that the directory does not know."""
    with partnership.worker() as session:
        theirs = Organization.id.in_([each.id for each in organizations])
        session.execute(update(Organization).where(theirs).values(district_code=NOT_IMPORTED))


def test_agreements_follow_no_unit_into_it_and_others_go_on(partnership: Partnership) -> None:
    stays, moves = in_force(partnership, STATION, NODI), in_force(partnership, OTHER_STATION, NODI)
    stand_elsewhere(partnership, STATION)
    with partnership.worker() as session:
        session.get_one(Agreement, moves).district_code = ELSEWHERE
    with partnership.worker() as session:
        tend_agreements(session, partnership.clock.now())

    with partnership.worker() as session:
        assert session.get_one(Agreement, stays).district_code == KOLKATA
        assert session.get_one(Agreement, moves).district_code == KOLKATA


@pytest.mark.parametrize("days", [0, 40, 100])
def test_every_clock_goes_on(partnership: Partnership, days: int) -> None:
    house = a_place(NODI, confidential=True, name="Shelter at the mill", area="Shelter at the mill", city=None)
    partnership.directory.save(house, a_service(NODI, "Shelter", places=(house.id,)))
    in_force(partnership, STATION, NODI)
    partnership.a_meeting()
    partnership.member("provider_manager", NODI)
    stand_elsewhere(partnership, STATION, NODI, BODY)
    partnership.clock.advance(timedelta(days=days))
    now = partnership.clock.now()

    for clock in IN_A_TRANSACTION:
        with partnership.worker() as session:
            clock(session, now)
    for clock in IN_SEVERAL:
        clock(partnership.directory.worker, now)
    partnership.directory.index()
    partnership.directory.pack()
