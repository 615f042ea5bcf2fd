"""Shapes of the state view in the JSON API: districts over twelve months, and the state's own figures."""

from typing import Any

from marshmallow import Schema, fields, validate

from directory_service.organizations.domain.ranks import GROUPS, RANKS
from directory_service.partnership.api.training_schemas import CoverageOut, coverage_document
from directory_service.partnership.domain.board_count import BoardCount
from directory_service.partnership.domain.district_record import ActionCount, DistrictRecord
from directory_service.partnership.domain.figures import MonthFigures
from directory_service.partnership.domain.meetings import STATES
from directory_service.partnership.domain.written_month import WRITTEN_MONTH
from directory_service.partnership.use_cases.show_state import DistrictRow, StateView
from setu.figures import TABLES

_MONTH = validate.Regexp(WRITTEN_MONTH)
_SHOWN = ("rounded", "fewer_than_10", "exact", "too_few")


class StateQuery(Schema):
    """The last of the twelve months; the newest that is frozen unless said."""

    month = fields.String(
        validate=_MONTH,
        metadata={
            "description": "The last of the twelve months, such as `2026-11`; the newest that is frozen unless said."
        },
    )


class CellOut(Schema):
    """A figure of people as it was published; `value` null where `shown` says that it is hidden."""

    table = fields.String(required=True, validate=validate.OneOf(tuple(TABLES)))
    row = fields.String(required=True)
    value = fields.Float(required=True, allow_none=True)
    shown = fields.String(required=True, validate=validate.OneOf(_SHOWN))
    months = fields.Integer(required=True, validate=validate.OneOf((1, 3)))


class ActionsOut(Schema):
    """Actions that were due: exact counts. `overdue`: open past their day."""

    due = fields.Integer(required=True)
    done = fields.Integer(required=True)
    dropped = fields.Integer(required=True)
    overdue = fields.Integer(required=True)


class BoardOut(Schema):
    """Items that appeared on the board, hidden ones left out: exact counts.

    `answered_in_time`: within ten working days; `open`: without an answer; `overdue`: of those, past the ten days.
    """

    posted = fields.Integer(required=True)
    answered_in_time = fields.Integer(required=True)
    open = fields.Integer(required=True)
    overdue = fields.Integer(required=True)


class MonthOut(Schema):
    """A month of a district. `figures` null: none are frozen; `front_percent`: trained at most, at its end."""

    month = fields.String(required=True, validate=_MONTH)
    meeting = fields.String(required=True, allow_none=True, validate=validate.OneOf(STATES))
    actions = fields.Nested(ActionsOut, required=True)
    board = fields.Nested(BoardOut, required=True)
    front_percent = fields.Integer(required=True, allow_none=True)
    figures = fields.List(fields.Nested(CellOut), required=True, allow_none=True)


class CapacityOut(Schema):
    """Public services that serve the district, as their listings say; `places`: of those that say them."""

    services = fields.Integer(required=True)
    open = fields.Integer(required=True)
    waiting_list = fields.Integer(required=True)
    closed = fields.Integer(required=True)
    places = fields.Integer(required=True, allow_none=True)
    says_places = fields.Integer(required=True)
    for_women = fields.Integer(required=True)
    for_children = fields.Integer(required=True)


class CoveredOut(Schema):
    """Coverage by group of ranks and by rank; posted null where one unit's strength is not known."""

    groups = fields.Dict(keys=fields.String(validate=validate.OneOf(tuple(GROUPS))), values=fields.Nested(CoverageOut))
    ranks = fields.Dict(keys=fields.String(validate=validate.OneOf(tuple(RANKS))), values=fields.Nested(CoverageOut))


class StateDistrictOut(Schema):
    """A district (LGD code) over twelve months. `silent`: no meeting was held for 45 days."""

    district = fields.Integer(required=True)
    name = fields.String(required=True)
    meetings_held = fields.Integer(required=True)
    meetings_expected = fields.Integer(required=True)
    silent = fields.Boolean(required=True)
    actions = fields.Nested(ActionsOut, required=True)
    board = fields.Nested(BoardOut, required=True)
    coverage = fields.Nested(CoveredOut, required=True)
    capacity = fields.Nested(CapacityOut, required=True)
    months = fields.List(fields.Nested(MonthOut), required=True)


class StateMonthOut(Schema):
    """A month of the state's own figures: of its smaller districts together, and of children."""

    month = fields.String(required=True, validate=_MONTH)
    figures = fields.List(fields.Nested(CellOut), required=True)


class StateOut(Schema):
    """The caller's districts of a state; `is_whole`: all of it.

    `state_board`: the state's own, where items of districts stand that are too small for a board.
    """

    state = fields.Integer(required=True)
    name = fields.String(required=True)
    is_whole = fields.Boolean(required=True)
    actions = fields.Nested(ActionsOut, required=True)
    state_board = fields.Nested(BoardOut, required=True)
    coverage = fields.Nested(CoveredOut, required=True)
    months = fields.List(fields.Nested(StateMonthOut), required=True)
    districts = fields.List(fields.Nested(StateDistrictOut), required=True)


def state_document(view: StateView) -> dict[str, Any]:
    """The whole answer."""
    return {
        "state": view.state.code,
        "name": view.state.name,
        "is_whole": view.is_whole,
        "actions": _actions(view.actions),
        "state_board": _board(view.own_board),
        "coverage": _covered(view.coverage.groups, view.coverage.ranks),
        "months": [{"month": f"{each.month:%Y-%m}", "figures": _cells(each)} for each in reversed(view.own_figures)],
        "districts": [_district(row) for row in view.districts],
    }


def _district(row: DistrictRow) -> dict[str, Any]:
    record = row.record
    return {
        "district": row.district.code,
        "name": row.district.name,
        "meetings_held": record.held,
        "meetings_expected": record.expected,
        "silent": record.silent,
        "actions": _actions(record.actions),
        "board": _board(record.board),
        "coverage": _covered(record.coverage.groups, record.coverage.ranks),
        "capacity": _capacity(record),
        "months": [
            {
                "month": f"{each.month:%Y-%m}",
                "meeting": each.meeting or None,
                "actions": _actions(each.actions),
                "board": _board(each.board),
                "front_percent": each.front,
                "figures": _cells(each.figures) if each.figures else None,
            }
            for each in record.months
        ],
    }


def _covered(groups: Any, ranks: Any) -> dict[str, Any]:
    return {
        "groups": {group: coverage_document(each) for group, each in groups.items()},
        "ranks": {rank: coverage_document(each) for rank, each in ranks.items()},
    }


def _capacity(record: DistrictRecord) -> dict[str, Any]:
    found = record.capacity
    names = ("services", "open", "waiting_list", "closed", "says_places", "for_women", "for_children")
    return {name: getattr(found, name) for name in names} | {"places": found.places if found.says_places else None}


def _actions(count: ActionCount) -> dict[str, int]:
    return {"due": count.due, "done": count.done, "dropped": count.dropped, "overdue": count.overdue}


def _board(count: BoardCount) -> dict[str, int]:
    return {name: getattr(count, name) for name in ("posted", "answered_in_time", "open", "overdue")}


def _cells(figures: MonthFigures) -> list[dict[str, Any]]:
    names = ("table", "row", "value", "shown", "months")
    return [{name: getattr(one, name) for name in names} for one in figures.cells]
