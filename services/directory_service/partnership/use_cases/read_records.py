"""Read model of districts' records over some months: one statement a subject, however many districts there are."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from directory_service.organizations.domain.ranks import FRONT
from directory_service.organizations.store.strength import strength_of
from directory_service.partnership.domain.board_count import BoardCount, add_boards, count_board
from directory_service.partnership.domain.capacity import OfferedService, count_capacity
from directory_service.partnership.domain.coverage import (
    DistrictCoverage,
    HeldCount,
    cover_district,
    percent_on,
    window_start,
)
from directory_service.partnership.domain.district_record import (
    ActionFact,
    DistrictRecord,
    MonthRecord,
    count_actions,
    expected_meetings,
    month_end,
)
from directory_service.partnership.domain.figures import MonthFigures
from directory_service.partnership.domain.silence import is_overdue
from directory_service.partnership.outside.working_calendar import is_holiday_in
from directory_service.partnership.store.district_records import (
    KnownMeetings,
    actions_of_districts,
    board_of_districts,
    meetings_of_districts,
)
from directory_service.partnership.store.training import held_counts, trained_units
from directory_service.partnership.use_cases.list_offers import list_offers

FiguresByMonth = Mapping[date, MonthFigures]


def read_records(
    session: Session,
    districts: Sequence[int],
    months: Sequence[date],
    figures: Mapping[int | None, FiguresByMonth],
    today: date,
) -> Mapping[int, DistrictRecord]:
    """The record of each district; `months`: their first days, the oldest first."""
    meetings, offers = meetings_of_districts(session, districts, today), list_offers(session, districts)
    actions = actions_of_districts(session, districts, months[0])
    board = board_of_districts(session, districts, months[0])
    units = trained_units(session, districts)
    strength = strength_of(session, [unit.id for unit in units])
    held = held_counts(session, districts, window_start(months[0]))
    last = month_end(months[-1], today)
    found: dict[int, DistrictRecord] = {}
    for code in districts:
        postings = [unit.posting for unit in units if unit.district == code]
        coverage = cover_district(postings, strength, held[code], last)
        posted = [count_board(board[code], [month], today, is_holiday_in(code)) for month in months]
        rows = _months(
            months, meetings[code], actions[code], posted, coverage, held[code], figures.get(code, {}), today
        )
        found[code] = _record(rows, meetings[code], actions[code], coverage, offers[code], today)
    return found


def _months(
    months: Sequence[date],
    known: KnownMeetings,
    actions: Sequence[ActionFact],
    board: Sequence[BoardCount],
    coverage: DistrictCoverage,
    held: Sequence[HeldCount],
    figures: FiguresByMonth,
    today: date,
) -> list[MonthRecord]:
    return [
        MonthRecord(
            month=month,
            meeting=known.states.get(month, ""),
            actions=count_actions(actions, [month], today),
            board=posted,
            front=percent_on(FRONT, coverage, held, month_end(month, today)),
            figures=figures.get(month),
        )
        for month, posted in zip(months, board, strict=True)
    ]


def _record(
    rows: Sequence[MonthRecord],
    known: KnownMeetings,
    actions: Sequence[ActionFact],
    coverage: DistrictCoverage,
    offers: Sequence[OfferedService],
    today: date,
) -> DistrictRecord:
    months = [row.month for row in rows]
    return DistrictRecord(
        months=rows,
        expected=expected_meetings(known.states, months),
        silent=is_overdue(known.last_held, known.known_since or today, today),
        actions=count_actions(actions, months, today),
        board=add_boards(row.board for row in rows),
        coverage=coverage,
        services=offers,
        capacity=count_capacity(offers),
    )
