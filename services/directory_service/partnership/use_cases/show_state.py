"""Read model of a state: the record of each district over twelve months, and the state's own figures beside them.

Why one read model: page, JSON and CSV must tell the same. It asks the database a fixed number of statements, however
many districts there are. What a body may see is `extend_reach`: a state's body the whole state, another its districts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.organizations.store.tables import District, State
from directory_service.partnership.domain.board_count import BoardCount, add_boards, count_board
from directory_service.partnership.domain.capacity import Capacity, count_capacity
from directory_service.partnership.domain.coverage import (
    DistrictCoverage,
    add_up,
)
from directory_service.partnership.domain.district_record import (
    ActionCount,
    DistrictRecord,
    twelve_months,
)
from directory_service.partnership.domain.figures import MonthFigures
from directory_service.partnership.domain.meeting_date import previous_month
from directory_service.partnership.outside.working_calendar import is_holiday_in
from directory_service.partnership.store.district_records import board_of_state
from directory_service.partnership.store.figures import figures_of_months, newest_month
from directory_service.partnership.use_cases.read_records import read_records
from service_kit.errors import NotFound
from service_kit.identity import Principal
from setu.india import day_in_india


@dataclass(frozen=True)
class DistrictRow:
    """A district with its record."""

    district: District
    record: DistrictRecord


@dataclass(frozen=True)
class StateView:
    """The districts by name. `own_figures`: of the state's smaller districts together, and children, newest first.

    `own_board`: the state's board, of districts that are too small for their own.
    """

    state: State
    months: Sequence[date]
    districts: Sequence[DistrictRow]
    own_figures: Sequence[MonthFigures]
    own_board: BoardCount
    is_whole: bool

    @property
    def month(self) -> date:
        """The last of the twelve months."""
        return self.months[-1]

    @property
    def coverage(self) -> DistrictCoverage:
        """All districts together."""
        return add_up(row.record.coverage for row in self.districts)

    @property
    def capacity(self) -> Capacity:
        """All districts together, each service once."""
        each = {service.id: service for row in self.districts for service in row.record.services}
        return count_capacity(list(each.values()))

    @property
    def board(self) -> BoardCount:
        """All districts together, and the state's own."""
        return add_boards([self.own_board, *(row.record.board for row in self.districts)])

    @property
    def actions(self) -> ActionCount:
        """All districts together."""
        each = [row.record.actions for row in self.districts]
        return ActionCount(
            due=sum(one.due for one in each),
            done=sum(one.done for one in each),
            dropped=sum(one.dropped for one in each),
            overdue=sum(one.overdue for one in each),
        )


def show_state(session: Session, who: Principal, now: datetime, month: date | None = None) -> StateView:
    """The caller's districts of the state of the first of them. Raises NotFound where none is the caller's.

    `month`: the last of the twelve; the newest that is frozen unless said, or the month before this one.
    """
    today, state, districts = day_in_india(now), *_districts(session, who)
    codes = [each.code for each in districts]
    months = twelve_months(month or newest_month(session, codes) or previous_month(today))
    figures = figures_of_months(session, state.code, codes, months)
    records = read_records(session, codes, months, figures, today)
    is_whole = set(codes) == set(session.scalars(select(District.code).where(District.state_code == state.code)))
    board = board_of_state(session, state.code, months[0])
    own = [each for _month, each in sorted(figures.get(None, {}).items(), reverse=True)]
    return StateView(
        state=state,
        months=months,
        districts=[DistrictRow(each, records[each.code]) for each in districts],
        own_figures=own,
        own_board=count_board(board, months, today, is_holiday_in(None)),
        is_whole=is_whole,
    )


def _districts(session: Session, who: Principal) -> tuple[State, Sequence[District]]:
    rows = session.execute(
        select(District, State)
        .join(State, State.code == District.state_code)
        .where(District.code.in_(who.districts))
        .order_by(District.name)
    ).all()
    if not rows:
        raise NotFound
    state = rows[0].State
    return state, [row.District for row in rows if row.State is state]
